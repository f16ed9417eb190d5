"""Where this room enters the desk."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry

from samspill.webhooks import views


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern | URLResolver]:
    return [
        path("varsler/", views.endpoints, name="webhooks"),
        path("varsler/ny/", views.new, name="webhook_new"),
        path("varsler/<int:pk>/", views.endpoint, name="webhook"),
        path("varsler/<int:pk>/gjor/", views.act, name="webhook_act"),
    ]


class _Item(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(views.CHANGE))


@hooks.register("register_settings_menu_item")
def menu_item() -> MenuItem:
    label = _("Varsler til andre systemer")
    return _Item(label, reverse_lazy("webhooks"), name="varsler", icon_name="s-plane", order=60)


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="webhooks")


@hooks.register("register_log_actions")
def words_of_the_log(actions: LogActionRegistry) -> None:
    for name, label, message in (
        ("add", _("Lag mottaker"), _("Mottakeren av varsler ble laget")),
        ("edit", _("Endre mottaker"), _("Mottakeren av varsler ble endret")),
        ("key", _("Lag ny nøkkel"), _("Mottakeren fikk ny nøkkel")),
        ("pause", _("Sett på pause"), _("Mottakeren ble satt på pause")),
        ("resume", _("Ta i bruk igjen"), _("Mottakeren ble tatt i bruk igjen")),
        ("again", _("Send på nytt"), _("Et varsel ble sendt på nytt")),
        ("delete", _("Slett mottaker"), _("Mottakeren av varsler ble slettet")),
    ):
        actions.register_action(f"samspill.webhook.{name}", label, message)
