"""No one in production signs in with a password that the demo prints on the screen."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def demo_users() -> list[Any]:
    """The demo's users (username, password, name, role); empty when the demo is not installed."""
    try:
        return list(import_module("samspill.desk.demo").USERS)
    except (ModuleNotFoundError, AttributeError):
        return []


def demo_passwords() -> set[str]:
    return {user.password for user in demo_users()}


class NoDemoPasswordValidator:
    """Refuses the demo's passwords in production."""

    def validate(self, password: str, user: Any = None) -> None:
        if settings.SAMSPILL_MODE == "production" and password in demo_passwords():
            raise ValidationError(_("Dette passordet står i demoen, så alle kjenner det. Velg et annet."), code="demo")

    def get_help_text(self) -> str:
        return _("Passordet kan ikke være et av demoens.")
