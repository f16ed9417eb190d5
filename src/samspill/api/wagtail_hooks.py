"""Where the API enters the desk: pages for tokens, the way to them, and the words of the log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter

from samspill.api import desk_views, tokens


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("account/nokler/", desk_views.mine, name="api_tokens"),
        path("account/nokler/alle/", desk_views.everybodys, name="api_all_tokens"),
        path("account/nokler/<int:pk>/stopp/", desk_views.revoke, name="api_token_revoke"),
    ]


@hooks.register("register_account_menu_item")
def in_the_account(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": reverse("api_tokens"),
        "label": _now("Nøkler til API-et"),
        "help_text": _now("Lar andre systemer gjøre i Samspill det du kan, innenfor det du velger."),
    }


class TokensItem(MenuItem):
    """Under settings, for who looks after accounts."""

    def is_shown(self, request: HttpRequest) -> bool:
        return tokens.may_see_all(request.user)


@hooks.register("register_settings_menu_item")
def in_the_settings() -> MenuItem:
    return TokensItem(_("Nøkler til API-et"), reverse("api_all_tokens"), name="api-tokens", icon_name="key", order=900)


def _formatter(words: Any) -> LogFormatter:
    formatter = LogFormatter()
    formatter.label = words
    formatter.format_message = lambda entry: str(words) % {"name": entry.data.get("name", "")}
    return formatter


_WORDS = {
    "token_made": (_("Lag nøkkel til API-et"), _("Nøkkel til API-et laget: %(name)s")),
    "token_revoked": (_("Stopp nøkkel til API-et"), _("Nøkkel til API-et stoppet: %(name)s")),
}


@hooks.register("register_log_actions")
def words_for_the_log(actions: LogActionRegistry) -> None:
    for name, (label, message) in _WORDS.items():
        action, formatter = f"samspill.api.{name}", _formatter(message)
        formatter.label = label
        actions.formatters[action] = formatter
        actions.choices.append((action, label))
