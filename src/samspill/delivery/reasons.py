"""Why something happened, and what a person does about it, in sentences: the words for every reason there is.

Every reason of the contract and of the ledger has its words here; a test holds that. ``{name}`` is the platform
as people say it. Sentences are whole, so that they stand alone in a list and together on a page.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from samspill.channels.contract import Reason

# --- what happened ---------------------------------------------------------------------

ON_WORD = "on_word"  # accepted because a person says so; looked for where we can
WHAT: dict[str, Any] = {
    Reason.TEXT_TOO_LONG: gettext_lazy("{name} sier at teksten er for lang."),
    Reason.CONTENT_REJECTED: gettext_lazy("{name} tar ikke imot innlegget slik det er."),
    Reason.MEDIA_REJECTED: gettext_lazy("{name} tar ikke imot bildet eller dokumentet slik det er."),
    Reason.MEDIA_FAILED: gettext_lazy("{name} klarte ikke å behandle bildet eller dokumentet."),
    Reason.MEDIA_PROCESSING: gettext_lazy("{name} er ikke ferdig med bildet eller dokumentet."),
    Reason.DUPLICATE: gettext_lazy("{name} sier at det samme er lagt ut før."),
    Reason.TOKEN_DEAD: gettext_lazy("Nøkkelen til {name} virker ikke lenger."),
    Reason.KEY_UNCLEAR: gettext_lazy(
        "Vi skulle fornye nøkkelen til {name}, men svaret kom ikke fram. Vi vet ikke om den gamle gjelder."
    ),
    Reason.KEY_UNUSABLE: gettext_lazy(
        "{name} ga oss en nøkkel som ikke kan brukes. Den har tegn som ingen nøkkel har."
    ),
    Reason.APP_REFUSED: gettext_lazy("{name} godtar ikke appen vår."),
    Reason.CREDENTIALS_UNREADABLE: gettext_lazy(
        "Vi får ikke lest nøkkelen til {name}. Den er kryptert med en annen krypteringsnøkkel enn de vi har nå."
    ),
    Reason.ROLE_LOST: gettext_lazy("Den som koblet oss til {name}, har ikke lenger rollen som trengs der."),
    Reason.CHECKPOINT: gettext_lazy("{name} vil at den som eier kontoen, logger inn og bekrefter."),
    Reason.PERMISSION_MISSING: gettext_lazy("Nøkkelen til {name} mangler en tillatelse."),
    Reason.ACCOUNT_GONE: gettext_lazy("{name} finner ikke kontoen."),
    Reason.ACCOUNT_BLOCKED: gettext_lazy("{name} har sperret kontoen."),
    Reason.NOT_ALLOWED_BY_API: gettext_lazy("{name} lar ikke systemer gjøre dette, bare personer."),
    Reason.HAND_CHOSEN: gettext_lazy("Vi har valgt å gjøre alt for hånd på {name}."),
    Reason.RATE_LIMITED: gettext_lazy("{name} ber oss vente, fordi det er sendt mye på kort tid."),
    Reason.OUT_OF_CREDIT: gettext_lazy("Kontoen hos {name} er tom for penger."),
    Reason.VERSION_ENDED: gettext_lazy("{name} har sluttet å ta imot måten vi sender på."),
    Reason.PLATFORM_DOWN: gettext_lazy("{name} er nede."),
    Reason.TARGET_GONE: gettext_lazy("Innlegget finnes ikke på {name} lenger."),
    Reason.TIMEOUT: gettext_lazy("{name} svarte ikke i tide."),
    Reason.CONNECTION_LOST: gettext_lazy("Forbindelsen til {name} ble brutt før svaret var framme."),
    Reason.UNREADABLE_ANSWER: gettext_lazy("{name} svarte noe som ikke lar seg lese."),
    Reason.SERVER_ERROR: gettext_lazy("{name} hadde en feil hos seg."),
    Reason.NO_CONNECTION: gettext_lazy("Vi fikk ikke kontakt med {name}. Ingenting ble sendt."),
    Reason.UNEXPECTED: gettext_lazy("{name} svarte noe vi ikke kjenner."),
    Reason.FILE_GONE: gettext_lazy("Et bilde eller dokument i innlegget er borte hos oss, eller skadet."),
    # the ledger's own
    "approval_lapsed": gettext_lazy("Godkjenningen gjelder ikke lenger. Det gikk for lang tid."),
    "gave_up": gettext_lazy("Vi prøvde i ett døgn uten å få det til."),
    "story_not_out": gettext_lazy("Saken var ikke ute da innlegget skulle gå."),
    "payload_changed": gettext_lazy("Innholdet er ikke lenger det som ble godkjent."),
    "unclear_too_often": gettext_lazy("{name} har gitt uklart svar tre ganger."),
    "cannot_tell": gettext_lazy("Vi har lett lenge uten å få vite om innlegget kom ut."),
    "nothing_left_to_do": gettext_lazy("Alle steg er gjort, men {name} har ikke bekreftet innlegget."),
    "absent": gettext_lazy("Vi lette på {name}. Innlegget kom ikke ut."),
    "found": gettext_lazy("Vi lette på {name} og fant det som manglet svar."),
    "worker_lost": gettext_lazy("Maskinen som sendte, stoppet midt i."),
    "changed": gettext_lazy("Innlegget ble endret etter godkjenningen."),
    "too_late": gettext_lazy("Innlegget skulle gått ut for flere timer siden, men Samspill sto."),
    "account_changed": gettext_lazy("Kanalen er koblet til en annen konto enn den innlegget ble sendt til."),
    "approved_for_others": gettext_lazy(
        "Innlegget ble godkjent for øving eller for en annen konto enn den kanalen nå sender fra."
    ),
    "story_taken_down": gettext_lazy("Saken ble tatt ned."),
    "story_called_off": gettext_lazy("Saken går likevel ikke ut til planlagt tid."),
    "story_deleted": gettext_lazy("Saken ble slettet."),
    "held": gettext_lazy("Sendingen ble stoppet inntil videre."),
    "sent_in_again": gettext_lazy("Innlegget ble sendt til ny godkjenning."),
    ON_WORD: gettext_lazy("En av dere sa at det er gjort."),
    "alone": gettext_lazy("Innlegget ble godkjent av én person alene."),
    "moved_too_far": gettext_lazy("Innlegget ble flyttet til en tid da godkjenningen ikke lenger gjelder."),
    "corrected": gettext_lazy("Teksten på {name} er rettet."),
    "target_not_out": gettext_lazy("Innlegget det hører til, er ikke ute på {name}."),
    "target_without_id": gettext_lazy("Vi finner ikke innlegget det hører til på {name}."),
    "target_withdrawn": gettext_lazy("Innlegget det hører til, ble trukket."),
}

# --- what to do: about the post when it was refused, about the account when it is in trouble ---

CHANGE: dict[str, Any] = {
    Reason.TEXT_TOO_LONG: gettext_lazy("Kort ned teksten, og send den til ny godkjenning."),
    Reason.CONTENT_REJECTED: gettext_lazy("Endre tekst, lenke eller bilde, og send til ny godkjenning."),
    Reason.MEDIA_REJECTED: gettext_lazy("Velg et annet bilde eller dokument, og send til ny godkjenning."),
    Reason.MEDIA_FAILED: gettext_lazy("Velg et annet bilde eller dokument, og send til ny godkjenning."),
    Reason.FILE_GONE: gettext_lazy("Legg inn bildet eller dokumentet på nytt, og send til ny godkjenning."),
    Reason.DUPLICATE: gettext_lazy("Skriv det på en annen måte, eller la det være."),
    Reason.TARGET_GONE: gettext_lazy("Det er ingenting mer å gjøre."),
}
CHANGE_OTHERWISE = gettext_lazy("Endre innlegget, og send det til ny godkjenning.")

MEND: dict[str, Any] = {
    Reason.TOKEN_DEAD: gettext_lazy("En administrator må koble til kanalen på nytt."),
    Reason.KEY_UNCLEAR: gettext_lazy("En administrator bør koble til kanalen på nytt."),
    Reason.KEY_UNUSABLE: gettext_lazy("Prøv å koble til på nytt. Skjer det igjen, si fra til {name}."),
    Reason.APP_REFUSED: gettext_lazy(
        "En administrator må sjekke appens id og hemmelighet, og at adressen vår er lagt inn i appen hos {name}."
    ),
    Reason.CREDENTIALS_UNREADABLE: gettext_lazy(
        "Be den som drifter, sette inn den gamle krypteringsnøkkelen igjen. "
        "Er den borte, må en administrator legge inn en ny nøkkel til kanalen."
    ),
    Reason.ROLE_LOST: gettext_lazy(
        "Gi personen rollen tilbake på {name}, eller legg inn en nøkkel fra en som har den."
    ),
    Reason.CHECKPOINT: gettext_lazy("Logg inn på {name} med kontoen, og bekreft. Prøv så nøkkelen her."),
    Reason.PERMISSION_MISSING: gettext_lazy(
        "En administrator må lage en ny nøkkel med tillatelse til å legge ut innlegg."
    ),
    Reason.ACCOUNT_GONE: gettext_lazy("Sjekk at kontoens id er riktig, og at kontoen finnes på {name}."),
    Reason.ACCOUNT_BLOCKED: gettext_lazy("Logg inn på {name} og se hva de skriver. Prøv så nøkkelen her."),
    Reason.OUT_OF_CREDIT: gettext_lazy("Fyll på kontoen hos {name}. Prøv så nøkkelen her."),
    Reason.VERSION_ENDED: gettext_lazy("Samspill må oppgraderes. Si fra til den som drifter."),
    Reason.RATE_LIMITED: gettext_lazy("Det ordner seg av seg selv. Du trenger ikke gjøre noe."),
}
MEND_OTHERWISE = gettext_lazy(
    "Sjekk innstillingene for kanalen, og prøv nøkkelen. Hjelper ikke det, si fra til den som drifter."
)

NOT_FOUND = "not_found"  # what a person put out by hand, or says is out, is not in the list of own posts
DIFFERENCES: dict[str, Any] = {
    "text_cut": gettext_lazy("Teksten er kuttet på {name}."),
    "text_differs": gettext_lazy("Teksten på {name} er ikke den vi sendte."),
    "alt_missing": gettext_lazy("Et bilde mangler alternativ tekst på {name}."),
    "picture_missing": gettext_lazy("Et bilde mangler på {name}."),
    "link_missing": gettext_lazy("Lenken mangler på {name}."),
    "not_seen": gettext_lazy("{name} tok imot innlegget, men vi klarer ikke å se det der."),
    NOT_FOUND: gettext_lazy("Vi finner ikke innlegget på {name} ennå."),
}
LATER_STEP = "later_step:"


def fill(text: Any, name: str) -> str:
    """The sentence with the platform's name in it."""
    return str(text).replace("{name}", name)


def what(reason: str, name: str, *, seconds: float | None = None) -> str:
    """What happened, in one or two sentences; "" for no reason. A reason that we do not know is told as such."""
    if not reason:
        return ""
    if reason == Reason.TIMEOUT and seconds is not None and seconds >= 1:
        return ngettext(
            "%(name)s svarte ikke innen %(seconds)d sekund.",
            "%(name)s svarte ikke innen %(seconds)d sekunder.",
            round(seconds),
        ) % {"name": name, "seconds": round(seconds)}
    return fill(WHAT.get(reason, WHAT[Reason.UNEXPECTED]), name)


def mend(reason: str, name: str) -> str:
    """What a person does about an account in trouble."""
    return fill(MEND.get(reason, MEND_OTHERWISE), name)


def difference(code: str, name: str) -> str:
    """What differs there from what was sent; codes of ``contract.Seen``, ``not_seen``, ``later_step:<reason>``."""
    if code.startswith(LATER_STEP):
        reason = what(code.removeprefix(LATER_STEP), name)
        return _("Innlegget er ute, men det siste steget ble ikke gjort. %(reason)s") % {"reason": reason}
    return fill(DIFFERENCES.get(code, gettext_lazy("Innlegget på {name} er ikke helt som det vi sendte.")), name)
