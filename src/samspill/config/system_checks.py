"""Django system checks: what ``samspill manage check`` and every start look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register

from samspill.config.passwords import demo_users


def users_with_demo_passwords() -> list[str]:
    """User names of those who may sign in with a password that the demo prints."""
    names = []
    people = get_user_model().objects.filter(is_active=True, username__in=[user.username for user in demo_users()])
    passwords = {user.username: user.password for user in demo_users()}
    for person in people:
        if person.check_password(passwords[person.get_username()]):
            names.append(person.get_username())
    return sorted(names)


@register(Tags.security, Tags.database)
def no_demo_passwords_in_production(
    app_configs: object, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Looks only when the database is asked for: ``check --database default``."""
    if settings.SAMSPILL_MODE != "production" or not databases:
        return []
    names = users_with_demo_passwords()
    if not names:
        return []
    return [
        Error(
            f"Disse brukerne har et passord fra demoen, som alle kjenner: {', '.join(names)}.",
            hint="Gi dem nye passord, eller steng dem.",
            id="samspill.E001",
        )
    ]
