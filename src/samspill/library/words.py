"""What is said to the editor about a picture: why it was not taken in, and what was changed."""

from __future__ import annotations

import math
from collections.abc import Iterable

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from samspill.library.refusals import Note, PictureRefused, Refusal


def in_megabytes(size: int) -> str:
    """Bytes as people say them, rounded up to a tenth: what is over a limit never reads as the limit itself."""
    return f"{floatformat(math.ceil(size / 1024 / 1024 * 10) / 10, -1)} MB"


def refusal_in_words(refused: PictureRefused) -> str:
    """What happened, and what to do."""
    data = refused.data
    match refused.code:
        case Refusal.EMPTY:
            return _("Filen er tom. Last opp bildet på nytt fra der det ligger.")
        case Refusal.TOO_LARGE:
            return _("Filen er på %(size)s, og grensen er %(limit)s. Lagre bildet mindre, og prøv igjen.") % {
                "size": in_megabytes(data["size"]),
                "limit": in_megabytes(data["limit"]),
            }
        case Refusal.TOO_MANY_PIXELS:
            return (
                _("Bildet har flere enn %(limit)s megapiksler, som er grensen. Gjør det mindre, og prøv igjen.") % data
            )
        case Refusal.ODD_SHAPE:
            return _("Bildet er for bredt eller for høyt til å vises. Beskjær det, og prøv igjen.")
        case Refusal.SVG:
            return _(
                "Dette er en SVG-tegning. Slike filer kan inneholde kode, og derfor tar vi dem ikke imot. "
                "Lagre tegningen som PNG, og last opp den."
            )
        case Refusal.RAW:
            return _(
                "Dette er kameraets råformat, som nettlesere ikke kan vise. Lagre bildet som JPEG, og last opp det."
            )
        case Refusal.NOT_A_PICTURE:
            return _("Filen er ikke et bilde, hva den enn heter. Finn fram bildet, og last opp det.")
        case Refusal.UNKNOWN_FORMAT:
            return _("Vi kjenner ikke igjen filen som et bilde. Lagre bildet som JPEG eller PNG, og prøv igjen.")
        case Refusal.CANNOT_FIT:
            return _("Bildet kan ikke gjøres lite nok for kanalen. Velg et annet bilde.")
        case _unused:
            return _(
                "Bildet er ødelagt eller ikke helt overført. Åpne det på din egen maskin: "
                "ser det riktig ut, last opp på nytt; ellers hent det på nytt fra kameraet eller den som sendte det."
            )


def notes_in_words(codes: Iterable[str]) -> list[str]:
    """What was changed when a picture was taken in, a sentence for each; unknown codes are left out."""
    words = {
        Note.ANIMATED: _("Bildet beveget seg. Vi beholdt det første bildet; bruk en video når noe skal bevege seg."),
        Note.CONVERTED: _("Filen er gjort om til et format som alle kanaler kan vise."),
        Note.RENAMED: _("Filen var av et annet slag enn navnet sa, og har fått riktig endelse."),
        Note.TURNED: _("Bildet er snudd riktig vei."),
        Note.CMYK: _(
            "Bildet hadde farger for trykk (CMYK). De er gjort om til farger for skjerm: se om de ble riktige."
        ),
        Note.WIDE_GAMUT: _("Fargene er gjort om til dem som alle skjermer kan vise (sRGB)."),
        Note.REDUCED: _("Bildet hadde flere enn 50 megapiksler og er gjort mindre."),
    }
    return [words[Note(code)] for code in codes if code in set(Note)]
