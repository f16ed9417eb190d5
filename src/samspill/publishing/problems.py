"""What is wrong with a version, before anyone approves it: the platform's own checks, and ours.

Errors block approval; warnings ask. The words for each code stand in ``words.py``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from samspill.channels import registry
from samspill.channels.contract import Action, Problem, Severity, Way
from samspill.delivery.states import OUT
from samspill.language.form import detect
from samspill.publishing import corrections, costly_links, links, versions, walltime
from samspill.publishing.models import Version
from samspill.publishing.post import draft_post, language_of


def of(version: Version) -> list[Problem]:
    """All problems of a version as it stands, errors first."""
    post = draft_post(version)
    account = version.channel.account(with_credentials=False)
    platform = registry.platform(version.channel.platform)
    found = list(platform.check(post, account))
    found += costly_links.problems(post, platform, version.channel.capabilities())
    if version.corrects_id:
        found = _about_correction(version, found)
    found += _about_channel(version)
    found += _about_link(version)
    found += _about_time(version)
    found += _about_language(version)
    changed = versions.out_of_step(version)
    if changed:
        found.append(Problem("out_of_step", Severity.WARNING, "text", {"changed": changed}))
    return sorted(found, key=lambda problem: problem.severity != Severity.ERROR)


def errors(version: Version) -> list[Problem]:
    return [problem for problem in of(version) if problem.severity is Severity.ERROR]


def _about_correction(version: Version, found: list[Problem]) -> list[Problem]:
    """What it corrects must be out. Of an edit only the text can be changed, so what else is odd there is not asked."""
    target = version.delivery.target
    if target is None or target.state not in OUT:
        found = [*found, Problem("corrects_nothing", Severity.ERROR, "channel")]
    if not version.is_edit:
        return found
    found = [problem for problem in found if problem.field in ("text", "channel")]
    return (
        [*found, Problem("correction_unchanged", Severity.ERROR, "text")] if corrections.unchanged(version) else found
    )


def _about_channel(version: Version) -> list[Problem]:
    channel = version.channel
    if not channel.sends:
        return [Problem("channel_does_not_send", Severity.ERROR, "channel", {"mode": channel.get_mode_display()})]
    way = channel.capabilities().way(Action.PUBLISH)
    if way.way is Way.NOT_AT_ALL:
        return [Problem("cannot_publish_here", Severity.ERROR, "channel", {"reason": way.reason})]
    if way.way is Way.BY_HAND:
        return [Problem("by_hand", Severity.WARNING, "channel", {"reason": way.reason})]
    if channel.trouble:
        return [Problem("channel_in_trouble", Severity.WARNING, "channel", {"reason": channel.trouble})]
    return []


def _about_link(version: Version) -> list[Problem]:
    if version.link_to == Version.LinkTo.OTHER and not version.link_url:
        return [Problem("link_missing", Severity.ERROR, "link")]
    story: Any = versions.story_of(version)
    if version.link_to == Version.LinkTo.STORY and story is not None and not story.title.strip():
        return [Problem("link_to_untitled_story", Severity.ERROR, "link")]
    found: list[Problem] = []
    if version.link_to == Version.LinkTo.OTHER and (fault := links.fault_of(version.link_url)):
        found.append(Problem(fault, Severity.ERROR, "link", {"address": version.link_url}))
    for address in links.addresses_of_ours(version.text):
        if fault := links.fault_of(address):
            found.append(Problem(fault, Severity.ERROR, "text", {"address": address}))
    return found


def _about_time(version: Version) -> list[Problem]:
    """A post must not come before its story: its link would lead to nothing."""
    story: Any = versions.story_of(version)
    now = timezone.now()
    goes_live_at: datetime | None = story.go_live_at if story is not None else None
    if goes_live_at is not None and goes_live_at <= now:
        goes_live_at = None
    found: list[Problem] = []
    if version.timing == Version.Timing.AT and version.planned_date and version.planned_time:
        plan = walltime.resolve(version.planned_date, version.planned_time)
        if plan.note:
            found.append(Problem(f"time_{plan.note}", Severity.WARNING, "timing", {"local": plan.local}))
        if plan.instant < now:
            found.append(Problem("time_has_passed", Severity.WARNING, "timing", {"local": plan.local}))
        if goes_live_at and plan.instant < goes_live_at:
            found.append(
                Problem(
                    "before_story",
                    Severity.ERROR,
                    "timing",
                    {"story": walltime.local(goes_live_at), "local": plan.local},
                )
            )
    elif version.timing == Version.Timing.NOW and goes_live_at:
        found.append(Problem("before_story", Severity.ERROR, "timing", {"story": walltime.local(goes_live_at)}))
    return found


def _about_language(version: Version) -> list[Problem]:
    form = detect(version.text)
    wanted = language_of(version)
    if form.certain and form.language != wanted:
        return [Problem("other_language", Severity.WARNING, "text", {"found": form.language, "wanted": wanted})]
    return []
