"""What connecting says to people: what a scope is for, what stops without it, and why it did not succeed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from samspill.channels.connect import Failed, Fault
from samspill.channels.connect_contract import Need

FOR: dict[Need, Any] = {
    Need.PUBLISH: _("Legge ut, endre og slette innlegg"),
    Need.PICTURES: _("Laste opp bilder"),
    Need.READ: _("Lese våre egne innlegg, for å se at de kom ut"),
    Need.ACCOUNT: _("Se hvilken konto det er"),
    Need.STAY: _("Beholde tilgangen uten at noen må logge inn på nytt"),
    Need.COMMENTS: _("Lese og svare på kommentarer"),
}
STOPS: dict[Need, Any] = {
    Need.PUBLISH: _("Innlegg kan ikke legges ut."),
    Need.PICTURES: _("Innlegg med bilder kan ikke legges ut."),
    Need.READ: _("Vi kan ikke se om innlegg kom ut."),
    Need.ACCOUNT: _("Vi kan ikke prøve om nøkkelen virker."),
    Need.STAY: _("Tilgangen går snart ut, og noen må koble til på nytt."),
    Need.COMMENTS: _("Kommentarer kan ikke leses eller besvares herfra."),
}

WHAT: dict[Fault, Any] = {
    Fault.NO_APP: _("Vi har ingen app hos {name} ennå. Legg inn appen først."),
    Fault.BAD_STATE: _("Vi kjenner ikke igjen svaret fra {name}. Ingenting er koblet til. Begynn på nytt herfra."),
    Fault.USED: _("Dette svaret fra {name} er brukt før. Begynn på nytt herfra."),
    Fault.EXPIRED: _("Det gikk mer enn ti minutter. Ingenting er koblet til. Begynn på nytt."),
    Fault.OTHER_SESSION: _(
        "Tilkoblingen ble begynt av noen andre, eller før du logget inn på nytt. Ingenting er koblet til. "
        "Begynn på nytt."
    ),
    Fault.PERSON_SAID_NO: _("Det ble svart nei hos {name}. Ingenting er koblet til. Du kan prøve igjen når du vil."),
    Fault.BAD_ANSWER: _("{name} sendte deg tilbake uten å gi tilgang. Ingenting er koblet til. Prøv på nytt."),
    Fault.NO_ACCOUNTS: _(
        "Den som logget inn hos {name}, har ingen konto eller side som vi kan legge ut innlegg på. "
        "Sjekk rollen til personen, og at riktig side ble valgt."
    ),
    Fault.OTHER_ACCOUNT: _(
        "Den som logget inn hos {name}, ga tilgang til en annen konto enn kanalens. Ingenting er endret. "
        "Logg inn hos {name} med riktig konto og prøv igjen, eller lag en ny kanal."
    ),
    Fault.OTHER_BRAND: _(
        "Denne kontoen er allerede kanalen «{channel}». Ingenting er endret. Koble til på nytt fra den kanalen."
    ),
    Fault.UNREADABLE: _(
        "Vi får ikke lest det vi lagret, fordi krypteringsnøkkelen er byttet. Legg inn appen på nytt, og prøv igjen."
    ),
}
PLATFORM = _("Ingenting er koblet til.")


def said(failed: Failed, name: str) -> str:
    """Why it did not succeed, and what to do. What the platform itself said (``Fault.PLATFORM``) is told elsewhere,
    by the words for its reason; here only what it means."""
    text = str(WHAT.get(failed.fault, PLATFORM))
    return text.replace("{name}", name).replace("{channel}", failed.channel.name if failed.channel else "")
