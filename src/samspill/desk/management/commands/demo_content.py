"""``samspill manage demo_content``: the demo's people, stories and posts, in an empty database."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from samspill.desk.demo.build import build


class Command(BaseCommand):
    help = "Lager øvingsinnhold i en tom database. Øvingsplassen må være i gang."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SAMSPILL_MODE == "production":
            raise CommandError("Øvingsinnhold hører ikke hjemme i produksjon.")
        if get_user_model().objects.exists():
            raise CommandError("Databasen har brukere fra før. Start på nytt med «samspill demo --fresh».")
        build(self.stdout.write)
