"""``samspill manage setup_roles``: make groups, rights and the approval workflow. Safe to run again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samspill.publishing.bootstrap import ensure_roles_and_workflow


class Command(BaseCommand):
    help = gettext_lazy("Lager roller, rettigheter og godkjenning. Kan kjøres flere ganger.")  # type: ignore[assignment]

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_roles_and_workflow()
        self.stdout.write(_("Rollene og godkjenningen er på plass."))
