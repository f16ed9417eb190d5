"""Put all keys and secrets under the first of SAMSPILL_CREDENTIAL_KEYS. Then the old key can be taken away."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from samspill.channels import credentials
from samspill.channels.models import Channel, PlatformApp


class Command(BaseCommand):
    help = "Krypterer nøklene til alle kanaler på nytt med den første nøkkelen i SAMSPILL_CREDENTIAL_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        changed, unreadable = 0, []
        for pk in Channel.objects.exclude(sealed="").order_by("pk").values_list("pk", flat=True):
            with transaction.atomic():
                # Under the row's lock, so that a key that is renewed at the same moment is not put back.
                channel = Channel.objects.select_for_update(of=("self",)).get(pk=pk)
                try:
                    sealed = credentials.rotate(channel.sealed)
                except credentials.CredentialsUnreadableError:
                    unreadable.append(str(channel))
                    continue
                Channel.objects.filter(pk=pk).update(sealed=sealed)
                changed += 1
        self.stdout.write(f"Nøklene til {changed} kanaler er kryptert på nytt.")
        unreadable += self._apps() + self._other_rooms()
        if unreadable:
            raise CommandError(
                "Disse kanalene er kryptert med en nøkkel som ikke står i SAMSPILL_CREDENTIAL_KEYS: "
                f"{', '.join(unreadable)}. Sett den gamle nøkkelen sist i listen og kjør på nytt, "
                "eller legg inn kanalens nøkler på nytt i desken."
            )

    def _apps(self) -> list[str]:
        """Our apps' secrets, likewise. Returns those that cannot be read."""
        unreadable = []
        for pk in PlatformApp.objects.exclude(sealed="").order_by("pk").values_list("pk", flat=True):
            with transaction.atomic():
                app = PlatformApp.objects.select_for_update().get(pk=pk)
                try:
                    sealed = credentials.rotate(app.sealed)
                except credentials.CredentialsUnreadableError:
                    unreadable.append(f"appen hos {app.platform}")
                    continue
                PlatformApp.objects.filter(pk=pk).update(sealed=sealed)
        return unreadable

    def _other_rooms(self) -> list[str]:
        """What rooms above this one have sealed, in a field of the same name. Returns what cannot be read."""
        unreadable = []
        for model in apps.get_models():
            if model in (Channel, PlatformApp) or not any(field.name == "sealed" for field in model._meta.fields):
                continue
            rows = model._default_manager.exclude(sealed="").order_by("pk")
            for pk in rows.values_list("pk", flat=True):
                with transaction.atomic():
                    row: Any = rows.select_for_update(of=("self",)).get(pk=pk)
                    try:
                        sealed = credentials.rotate(row.sealed)
                    except credentials.CredentialsUnreadableError:
                        unreadable.append(f"{row._meta.verbose_name} {row}")
                        continue
                    rows.filter(pk=pk).update(sealed=sealed)
        return unreadable
