"""What is said about an import: what happened to each story, what a person should know, why something was not read."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samspill.newsroom.importing.items import Note, SourceError, Told


class Outcome(StrEnum):
    MADE = "made"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CHANGED_HERE = "changed_here"
    DELETED_HERE = "deleted_here"
    WAITS = "waits"
    NOT_READ = "not_read"


OUTCOMES = {
    Outcome.MADE: gettext_lazy("Laget"),
    Outcome.CHANGED: gettext_lazy("Endret"),
    Outcome.UNCHANGED: gettext_lazy("Uendret"),
    Outcome.CHANGED_HERE: gettext_lazy("Latt være"),
    Outcome.DELETED_HERE: gettext_lazy("Latt være"),
    Outcome.WAITS: gettext_lazy("Latt være"),
    Outcome.NOT_READ: gettext_lazy("Ikke hentet"),
}
REASONS = {
    Outcome.CHANGED_HERE: gettext_lazy("Endret både her og der siden sist. Vi rører ikke det dere har skrevet."),
    Outcome.DELETED_HERE: gettext_lazy("Saken er slettet her. Den lages ikke på nytt."),
    Outcome.WAITS: gettext_lazy("Saken venter på godkjenning. Kjør på nytt når den er godkjent eller sendt tilbake."),
}


def of_told(told: Told) -> str:
    """A note in one sentence."""
    data = dict(told.data)
    lines: dict[Note, Callable[[], str]] = {
        Note.DATE_UNKNOWN: lambda: (
            _("Ukjent dato: vi forstår ikke «%(text)s».") % data if data.get("text") else _("Ukjent dato.")
        ),
        Note.ZONE_ASSUMED: lambda: _("Datoen «%(text)s» sier ikke hvilken tidssone. Vi har brukt norsk tid.") % data,
        Note.ALT_MISSING: lambda: (
            _("Bildet «%(picture)s» mangler alternativ tekst. Skriv den før saken går ut.") % data
        ),
        Note.PICTURE_FAILED: lambda: _("Bildet «%(picture)s» er ikke med. %(why)s") % data,
        Note.TOO_MANY_PICTURES: lambda: _("Saken har flere enn %(limit)s bilder. Resten er ikke med.") % data,
        Note.REDIRECT_NOT_MADE: lambda: _("Den gamle adressen «%(path)s» fører ikke hit: %(why)s.") % data,
        Note.TITLE_MADE: lambda: _("Saken hadde ingen tittel. Vi har brukt begynnelsen av teksten."),
        Note.SHORTENED: lambda: _("Tittelen er kortet ned til 255 tegn."),
        Note.NOT_PUBLIC: lambda: _("Saken var ikke offentlig der den kom fra. Den er en kladd."),
        Note.LANGUAGE_UNKNOWN: lambda: _("Språket «%(text)s» har vi ikke. Saken er satt til «%(used)s».") % data,
        Note.BRAND_UNKNOWN: lambda: _("Avsenderen «%(text)s» finnes ikke her. Saken står uten avsender.") % data,
        Note.CONTENT_LOST: lambda: _("Noe i teksten har vi ingen blokk for (%(what)s). Se over saken.") % data,
        Note.DRAFT_ONLY: lambda: _("Saken er ute. Endringen er en kladd, og går ut når en annen har godkjent den."),
    }
    return lines[told.note]()


def of_error(error: SourceError) -> str:
    """Why a source, a story or a picture was not read, and what can be done."""
    data = error.data
    lines: dict[str, Callable[[], str]] = {
        "bad_address": lambda: _("Dette er ikke en adresse på nettet. Sjekk at den er skrevet riktig."),
        "broken_front_matter": lambda: _(
            "Innledningen mellom strekene (---) er ikke gyldig YAML. Rett den, og kjør på nytt."
        ),
        "broken_xml": lambda: _("Filen er ikke gyldig XML: feil i linje %(line)s, tegn %(column)s.") % data,
        "hostile_front_matter": lambda: _("Innledningen bruker YAML-ankre (& og *). Skriv verdiene rett ut."),
        "hostile_xml": lambda: _("Filen lager egne XML-entiteter. Slikt kan skade, og derfor leser vi den ikke."),
        "no_answer": lambda: _("Vi fikk ikke noe helt svar. Prøv igjen om litt."),
        "no_connection": lambda: _("Vi fikk ikke kontakt. Sjekk adressen, eller prøv igjen om litt."),
        "no_feed": lambda: _("Dette er verken RSS eller Atom. Sjekk at adressen fører til selve strømmen."),
        "no_folder": lambda: _("«%(name)s» er ikke en mappe.") % data,
        "no_id": lambda: _("Saken har verken nummer eller adresse, så vi ville ikke kjent den igjen."),
        "no_text": lambda: _("Saken har verken tittel eller tekst."),
        "no_wxr": lambda: _("Dette er ikke en eksport fra WordPress. Bruk Verktøy, Eksporter i WordPress."),
        "not_found": lambda: (
            _("Vi finner ikke «%(name)s».") % data
            if data.get("name")
            else _("Filen finnes ikke, eller kan ikke leses.")
        ),
        "not_public": lambda: _(
            "Adressen fører til et eget nett, og dit går vi ikke. Bruk --allow-private hvis det er meningen."
        ),
        "not_web": lambda: _("Adressen er ikke en vanlig nettadresse."),
        "outside": lambda: _("Filen ligger utenfor mappen. Vi leser ikke noe utenfor den."),
        "status": lambda: _("Nettstedet svarte med kode %(status)s.") % data,
        "text_too_long": lambda: _("Teksten er lengre enn %(limit)s tegn.") % data,
        "too_deep": lambda: _("Innholdet har for mange nivåer inni hverandre."),
        "too_large": lambda: _("Filen er større enn %(limit)s MB.") % data,
        "too_many": lambda: _("Mappen har flere enn %(limit)s filer. Del den opp.") % data,
        "too_many_redirects": lambda: _("Adressen sender oss videre for mange ganger."),
        "unexpected": lambda: _("Noe gikk galt hos oss med denne saken. Loggen sier hva."),
        "wrong_encoding": lambda: _("Filen er ikke skrevet i «%(name)s», som den sier. Lagre den som UTF-8.") % data,
    }
    return lines[error.code]()
