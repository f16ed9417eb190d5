"""Problems in words: what is wrong, and what to do, for every code that a platform's check or ours can give.

One sentence for each; the composer, the approval and the API say the same. An unknown code (a new
platform's) still gets a sentence that a person can act on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samspill.channels.contract import Problem, Severity
from samspill.delivery.reasons import what
from samspill.publishing.models import Version


@dataclass(frozen=True, slots=True)
class Words:
    """``what`` has happened, in one sentence; ``do``: what it means for the post and what to do next."""

    what: str
    do: str = ""

    def __str__(self) -> str:
        return f"{self.what} {self.do}".strip()


# Warnings that tell something and need no answer.
NOTICES = frozenset(
    {
        "picture_too_large", "channel_in_trouble", "time_skipped", "time_twice", "by_hand", "pictures_and_link",
        "link_beside_pictures", "address_in_text",
    }
)  # fmt: skip


def describe(problem: Problem, version: Version) -> Words:
    """The words for a problem of ``version``."""
    say = WORDS.get(problem.code)
    if say is None:
        return Words(
            _("%(channel)s tar ikke imot innlegget slik det er.") % {"channel": version.channel.platform_name}
            if problem.severity is Severity.ERROR
            else _("%(channel)s kan vise innlegget annerledes enn du har tenkt.")
            % {"channel": version.channel.platform_name},
            _("Se over feltet. Oppgi koden «%(code)s» hvis du spør om hjelp.") % {"code": problem.code},
        )
    data = {
        **problem.data,
        "channel": version.channel.platform_name,
        "account": version.channel.name,
        "picture": picture_number(problem),
        "alt": problem.field.endswith(".alt"),
    }
    return say(data)


def picture_number(problem: Problem) -> int:
    """Which picture a problem is about, from 1; 0 when it is about none."""
    parts = problem.field.split(".")
    return int(parts[1]) + 1 if parts[0] == "pictures" and len(parts) > 1 else 0


def needs_answer(problem: Problem) -> bool:
    """A warning that asks a person; the story's change has answers of its own."""
    return problem.severity is Severity.WARNING and problem.code not in NOTICES


def answer_key(problem: Problem) -> str:
    """By what an answered warning is known again: its code and what it is about, so a new case asks anew."""
    about = problem.data.get("tag") or problem.data.get("found") or problem.data.get("local") or ""
    return ":".join(filter(None, (problem.code, problem.field if problem.field != "text" else "", str(about))))


def number(value: int) -> str:
    """1234 as «1 234»."""
    return str(formats.number_format(value, force_grouping=True))


def moment(value: Any) -> str:
    """«3. mars 2026 kl. 14.05», from a local datetime."""
    return _("%(date)s kl. %(time)s") % {
        "date": formats.date_format(value, "j. F Y"),
        "time": formats.date_format(value, "H.i"),
    }


def megabytes(size: int) -> str:
    return str(formats.number_format(size / (1024 * 1024), 0 if size % (1024 * 1024) == 0 else 1))


# --- text ------------------------------------------------------------------------------


def _too_long(data: dict[str, Any]) -> Words:
    over = int(data.get("over", 0))
    what = ngettext(
        "Teksten er %(over)s tegn for lang for %(channel)s.", "Teksten er %(over)s tegn for lang for %(channel)s.", over
    ) % {"over": number(over), "channel": data["channel"]}
    return Words(what, _("Det som ikke får plass, er markert. Kort ned teksten."))


def _empty(data: dict[str, Any]) -> Words:
    return Words(_("Innlegget er tomt."), _("Skriv en tekst, eller ta kanalen ut av saken."))


def _invalid_characters(data: dict[str, Any]) -> Words:
    if data["alt"]:
        return Words(
            _("Den alternative teksten har tegn som ikke kan sendes."),
            _("Slett usynlige tegn, eller skriv den på nytt."),
        )
    return Words(
        _("Teksten har tegn som %(channel)s ikke tar imot.") % data,
        _("Det er ofte usynlige tegn fra et annet program. Lim inn uten formatering, eller skriv stedet på nytt."),
    )


def _bidi_control(data: dict[str, Any]) -> Words:
    return Words(
        _("Teksten har usynlige tegn som snur leseretningen."),
        _("De kan få ordene til å komme i feil rekkefølge. Slett dem hvis du ikke skriver arabisk eller hebraisk."),
    )


def _zero_width(data: dict[str, Any]) -> Words:
    return Words(
        _("Teksten har usynlige tegn uten bredde."),
        _("De følger ofte med når du limer inn. Slett dem, så blir ordene søkbare og riktig lest opp."),
    )


def _tag_lowercase(data: dict[str, Any]) -> Words:
    return Words(
        _("«#%(tag)s» er vanskelig å lese opp.") % {"tag": data.get("tag", "")},
        _("Skjermlesere deler ordet bare når hvert ord har stor forbokstav."),
    )


def _nothing_but_link(data: dict[str, Any]) -> Words:
    return Words(_("Innlegget er bare en lenke."), _("Si hva leseren finner der."))


def _other_language(data: dict[str, Any]) -> Words:
    names = {"nb": _("bokmål"), "nn": _("nynorsk"), "en": _("engelsk"), "da": _("dansk"), "sv": _("svensk")}
    return Words(
        _("Teksten ser ut til å være på %(found)s, men saken er på %(wanted)s.")
        % {key: names.get(str(data.get(key)), str(data.get(key, ""))) for key in ("found", "wanted")},
        _("Skriv den om, eller si at den skal være slik."),
    )


def _out_of_step(data: dict[str, Any]) -> Words:
    return Words(
        _("Saken er endret etter at dette innlegget ble skrevet."),
        _("Hent det nye fra saken, eller si at innlegget er riktig som det er."),
    )


# --- pictures and document -------------------------------------------------------------


def _too_many_pictures(data: dict[str, Any]) -> Words:
    return Words(
        _("%(channel)s tar høyst %(max)s bilder, og innlegget har %(count)s.") % {"max": "", "count": "", **data},
        _("Ta bort noen av dem."),
    )


def _alt_missing(data: dict[str, Any]) -> Words:
    return Words(
        _("Bilde %(picture)s mangler alternativ tekst.") % data,
        _("Si hva bildet viser, for dem som ikke ser det."),
    )


def _alt_too_long(data: dict[str, Any]) -> Words:
    return Words(
        _("Den alternative teksten til bilde %(picture)s er %(over)s tegn for lang for %(channel)s.")
        % {**data, "over": number(int(data.get("over", 0)))},
        _("Høyst %(max)s tegn. Kort den ned.") % {"max": number(int(data.get("max", 0)))},
    )


def _picture_type(data: dict[str, Any]) -> Words:
    return Words(
        _("%(channel)s tar ikke bilder av slaget til bilde %(picture)s.") % data,
        _("Last opp bildet som JPEG eller PNG i bildearkivet, og velg det på nytt."),
    )


def _picture_too_large(data: dict[str, Any]) -> Words:
    return Words(
        _("Bilde %(picture)s er større enn %(channel)s tar.") % data,
        _("Vi gjør det mindre når det sendes. Du trenger ikke gjøre noe."),
    )


def _gif_not_alone(data: dict[str, Any]) -> Words:
    return Words(_("En GIF må stå alene på %(channel)s.") % data, _("Ta bort de andre bildene, eller GIF-en."))


def _document_not_supported(data: dict[str, Any]) -> Words:
    return Words(_("%(channel)s tar ikke dokumenter.") % data, _("Ta bort dokumentet, og lenk til det i stedet."))


def _document_too_large(data: dict[str, Any]) -> Words:
    size = megabytes(int(data.get("max", 0)))
    return Words(
        _("Dokumentet er for stort for %(channel)s.") % data,
        _("Høyst %(size)s MB. Velg en mindre utgave.") % {"size": size},
    )


def _document_type(data: dict[str, Any]) -> Words:
    return Words(_("%(channel)s tar bare PDF.") % data, _("Velg et dokument som er lagret som PDF."))


def _document_title_too_long(data: dict[str, Any]) -> Words:
    return Words(
        _("Tittelen på dokumentet er for lang for %(channel)s.") % data,
        _("Høyst %(max)s tegn. Kort den ned i dokumentarkivet.") % {"max": number(int(data.get("max", 0)))},
    )


def _mention_will_not_work(data: dict[str, Any]) -> Words:
    return Words(
        _("Omtalen blir ikke en lenke på %(channel)s.") % data,
        _("Den vises som vanlig tekst. Skriv navnet slik folk kjenner det, eller la den stå."),
    )


def _document_untitled(data: dict[str, Any]) -> Words:
    return Words(_("Dokumentet mangler tittel."), _("Gi det en tittel i dokumentarkivet. Den vises over dokumentet."))


def _one_attachment(data: dict[str, Any]) -> Words:
    return Words(
        _("%(channel)s kan ikke vise både bilder og dokument i samme innlegg.") % data,
        _("Ta bort bildene eller dokumentet."),
    )


def _pictures_and_link(data: dict[str, Any]) -> Words:
    return Words(
        _("%(channel)s viser ikke lenkekort når innlegget har bilder.") % data,
        _("Lenken blir stående i teksten i stedet. Ta bort bildene hvis du heller vil ha kortet."),
    )


# --- link, time, channel ---------------------------------------------------------------


def _link_missing(data: dict[str, Any]) -> Words:
    return Words(_("Adressen mangler."), _("Skriv hele adressen, eller velg en annen lenke."))


def _link_invalid(data: dict[str, Any]) -> Words:
    return Words(_("Lenken er ikke en gyldig nettadresse."), _("Skriv hele adressen, med https:// først."))


def _address(data: dict[str, Any]) -> str:
    return f" ({data['address']})" if data.get("address") else ""


def _link_to_draft(data: dict[str, Any]) -> Words:
    return Words(
        _("Siden lenken går til, er ikke ute ennå.") + _address(data),
        _("Leserne kommer ikke fram. Vent til siden er ute, eller velg en annen lenke."),
    )


def _link_broken(data: dict[str, Any]) -> Words:
    return Words(
        _("Vi har ingen side på den adressen.") + _address(data),
        _("Leserne kommer ikke fram. Se om adressen er skrevet riktig, eller velg en annen lenke."),
    )


def _link_to_untitled_story(data: dict[str, Any]) -> Words:
    return Words(_("Saken mangler tittel."), _("Lenken får et tomt kort. Gi saken en tittel under «Innhold»."))


def _link_beside_pictures(data: dict[str, Any]) -> Words:
    return Words(
        _("Lenken koster %(more)s, og %(channel)s viser ikke kort for den når innlegget har bilder.")
        % {"more": "", **data},
        _("Uten lenke koster innlegget %(rest)s. La den stå hvis leserne trenger den.") % {"rest": "", **data},
    )


def _address_in_text(data: dict[str, Any]) -> Words:
    return Words(
        _("Adressen i teksten blir en lenke på %(channel)s, og den koster %(more)s.") % {"more": "", **data},
        _("Uten adresse koster innlegget %(rest)s. La den stå hvis leserne trenger den.") % {"rest": "", **data},
    )


def _time_skipped(data: dict[str, Any]) -> Words:
    return Words(
        _("Klokka stilles fram den natten, så tidspunktet finnes ikke."),
        _("Innlegget går ut %(when)s.") % {"when": moment(data["local"])} if data.get("local") else "",
    )


def _time_twice(data: dict[str, Any]) -> Words:
    return Words(
        _("Klokka stilles tilbake den natten, så tidspunktet kommer to ganger."),
        _("Innlegget går ut den første gangen."),
    )


def _time_has_passed(data: dict[str, Any]) -> Words:
    return Words(
        _("Tidspunktet er passert."),
        _("Innlegget går ut med en gang det er godkjent. Velg et nytt hvis det skal vente."),
    )


def _before_story(data: dict[str, Any]) -> Words:
    story = moment(data["story"]) if data.get("story") else ""
    return Words(
        _("Innlegget går ut før saken, så lenken virker ikke."),
        _("Saken går ut %(story)s. Velg «Sammen med saken», eller et senere tidspunkt.") % {"story": story},
    )


def _channel_does_not_send(data: dict[str, Any]) -> Words:
    return Words(
        _("Kanalen sender ikke nå (%(mode)s).") % {"mode": data.get("mode", "")},
        _("Ta den ut av saken, eller vent til kanalen er i bruk igjen."),
    )


def _cannot_publish_here(data: dict[str, Any]) -> Words:
    return Words(_("Vi kan ikke publisere på %(channel)s.") % data, _("Ta kanalen ut av saken."))


def _channel_in_trouble(data: dict[str, Any]) -> Words:
    return Words(
        _("Noe er galt med kontoen på %(channel)s.") % data,
        _("Du kan skrive ferdig. Innlegget blir liggende til kontoen er i orden. Se «Kanaler»."),
    )


def _correction_unchanged(data: dict[str, Any]) -> Words:
    return Words(_("Teksten er lik den som er ute på %(channel)s.") % data, _("Skriv det som skal stå i stedet."))


def _corrects_nothing(data: dict[str, Any]) -> Words:
    return Words(_("Innlegget som skal rettes, er ikke ute på %(channel)s lenger.") % data, _("Slett rettelsen."))


def _by_hand(data: dict[str, Any]) -> Words:
    why = what(str(data.get("reason", "")), data["channel"])
    ready = _(
        "Når tiden er inne, ligger tekst og bilder klare under «Utsendelser», med veien til %(channel)s ved siden av."
    )
    return Words(_("En av dere legger ut innlegget for hånd."), f"{why} {ready % data}".strip())


Say = Callable[[dict[str, Any]], Words]

WORDS: dict[str, Say] = {
    "too_long": _too_long,
    "empty": _empty,
    "invalid_characters": _invalid_characters,
    "bidi_control": _bidi_control,
    "zero_width": _zero_width,
    "tag_lowercase": _tag_lowercase,
    "nothing_but_link": _nothing_but_link,
    "other_language": _other_language,
    "out_of_step": _out_of_step,
    "too_many_pictures": _too_many_pictures,
    "alt_missing": _alt_missing,
    "alt_too_long": _alt_too_long,
    "picture_type": _picture_type,
    "picture_too_large": _picture_too_large,
    "gif_not_alone": _gif_not_alone,
    "document_not_supported": _document_not_supported,
    "document_too_large": _document_too_large,
    "document_type": _document_type,
    "document_title_missing": _document_untitled,
    "document_title_too_long": _document_title_too_long,
    "mention_will_not_work": _mention_will_not_work,
    "pictures_and_document": _one_attachment,
    "pictures_and_link": _pictures_and_link,
    "link_beside_pictures": _link_beside_pictures,
    "address_in_text": _address_in_text,
    "link_missing": _link_missing,
    "link_invalid": _link_invalid,
    "link_to_draft": _link_to_draft,
    "link_broken": _link_broken,
    "link_to_untitled_story": _link_to_untitled_story,
    "time_skipped": _time_skipped,
    "time_twice": _time_twice,
    "time_has_passed": _time_has_passed,
    "before_story": _before_story,
    "channel_does_not_send": _channel_does_not_send,
    "cannot_publish_here": _cannot_publish_here,
    "channel_in_trouble": _channel_in_trouble,
    "by_hand": _by_hand,
    "correction_unchanged": _correction_unchanged,
    "corrects_nothing": _corrects_nothing,
}
