"""Where the calendar enters Wagtail's admin: its addresses, and the log's words for a move."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry, LogFormatter

from samspill.publishing import calendar_words, plan_moves


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    from samspill.publishing.views import calendar, calendar_feed, calendar_moves

    return [
        path("kalender/", calendar.week, name="desk_calendar"),
        path("kalender/maned/", calendar.month, name="desk_calendar_month"),
        path("kalender/flytt/", calendar_moves.move, name="desk_calendar_move"),
        path("kalender/virkning/", calendar_moves.effect, name="desk_calendar_effect"),
        path("kalender/abonner/", calendar_feed.address, name="desk_calendar_address"),
    ]


@hooks.register("register_log_actions")
def words_for_the_log(actions: LogActionRegistry) -> None:
    @actions.register_action(plan_moves.MOVED)
    class Moved(LogFormatter):
        label = gettext_lazy("Flytt i kalenderen")

        def format_message(self, entry: Any) -> str:
            """To when, and of which channel."""
            to = parse_datetime(entry.data["to"])
            said = {
                "when": calendar_words.day_and_clock(to) if to else "",
                "channel": entry.data.get("channel", ""),
            }
            if said["channel"]:
                return _("Flyttet til %(when)s: %(channel)s") % said
            return _("Flyttet til %(when)s") % said
