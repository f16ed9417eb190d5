"""What a token may be used for. A scope narrows what its person may do; it never adds to it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Scope(StrEnum):
    READ = "read"
    WRITE = "write"
    APPROVE = "approve"
    DECIDE = "decide"
    HOLD = "hold"


LABELS: dict[Scope, Any] = {
    Scope.READ: _("Lese saker, innlegg, utsendelser, kanaler og bilder"),
    Scope.WRITE: _("Skrive saker og innlegg, laste opp bilder og sende inn til godkjenning"),
    Scope.APPROVE: _("Godkjenne det andre har skrevet, og sende tilbake"),
    Scope.DECIDE: _("Stoppe utsendelser og bestemme hva som skal skje med dem"),
    Scope.HOLD: _("Stoppe alt, og gå gjennom det som er stoppet"),
}
