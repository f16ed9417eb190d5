"""Times that an editor types for a story: Oslo's wall time, whoever types it, also in the nights when clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from datetime import timezone as fixed_zone
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samspill.publishing import walltime, words

_FLOATING = fixed_zone(timedelta(0), "wall time without a zone")


class OsloDateTimeField(forms.DateTimeField):
    """Django refuses an hour that does not exist or comes twice; here both mean something (``walltime.py``)."""

    default_error_messages = {
        "invalid": gettext_lazy("Tidspunktet finnes ikke. Skriv det slik: 2026-03-03 14:05."),
    }

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(_FLOATING):
            found = super().to_python(value)
        if found is None or found.tzinfo is not _FLOATING:
            return found
        return walltime.resolve(found.date(), found.time()).instant


def as_shown(moment: datetime) -> datetime:
    """What a field shows of a moment: Oslo's clock, without seconds."""
    return walltime.local(moment).replace(second=0, microsecond=0, tzinfo=None)


def typed(value: str) -> datetime | None:
    """What a person typed as it stands there, or None when it is no time."""
    try:
        with timezone.override(UTC):
            found = forms.DateTimeField().clean(value)
    except forms.ValidationError:
        return None
    return found.replace(tzinfo=None)


def notes(go_live_at: str, *, is_out: bool) -> list[str]:
    """What is special about the time that was typed for going out, in words."""
    wanted = typed(go_live_at) if go_live_at else None
    if wanted is None:
        return []
    plan = walltime.resolve(wanted.date(), wanted.time())
    if plan.note == walltime.Note.SKIPPED:
        return [
            _("Klokka stilles fram den natten, så tidspunktet finnes ikke. Saken legges ut %(when)s.")
            % {"when": words.moment(plan.local)}
        ]
    if plan.note == walltime.Note.TWICE:
        return [
            _("Klokka stilles tilbake den natten, så tidspunktet kommer to ganger. Saken legges ut den første gangen.")
        ]
    if plan.instant < timezone.now() and not is_out:
        return [_("Tidspunktet er passert. Saken legges ut med en gang den er godkjent.")]
    return []
