"""The texts that a new newsroom begins with. The desk changes them as it likes; code never reads them again."""

from __future__ import annotations

from typing import Any

NAME = "Lotteri- og stiftelsestilsynet"
ABOUT = (
    "Vi fører tilsyn med pengespill, lotteri, bingo og stiftelser, og betaler ut momskompensasjon til frivilligheten."
)

SUBJECTS = [
    ("Momskompensasjon", "Momskompensasjon", "VAT compensation"),
    ("Bingo", "Bingo", "Bingo"),
    ("Lotteri", "Lotteri", "Lotteries"),
    ("Pengespill", "Pengespel", "Gambling"),
    ("Stiftelser", "Stiftelsar", "Foundations"),
    ("Tilsyn", "Tilsyn", "Supervision"),
]

# Names in bokmål, nynorsk, English; icon; links as text, note, address.
AUDIENCES = [
    (
        ("Lag og foreninger", "Lag og foreiningar", "Clubs and associations"),
        "people",
        [
            ("Momskompensasjon", "Frist 1. september hvert år", "/saker/?emne=momskompensasjon"),
            ("Bingo som inntekt", "Slik får laget plass i en bingohall", "/saker/?emne=bingo"),
            ("Lotteri under 200 000 kroner", "Dere trenger verken lov eller melding", "/saker/?emne=lotteri"),
        ],
    ),
    (
        ("Stiftelser", "Stiftelsar", "Foundations"),
        "building",
        [
            ("Nytt om stiftelser", "Regnskap, vedtekter og tilsyn", "/saker/?emne=stiftelser"),
            ("Fra Stiftelsestilsynet", "Alle saker derfra", "/saker/?avsender=stiftelsestilsynet"),
        ],
    ),
    (
        ("Spillere", "Spelarar", "Players"),
        "person",
        [
            ("Nytt om pengespill", "Hva som er lov, og hva vi gjør", "/saker/?emne=pengespill"),
            ("Hjelp for deg som spiller for mye", "Hjelpelinjen 800 800 40", "tel:+4780080040"),
        ],
    ),
    (
        ("Presse", "Presse", "Press"),
        "megaphone",
        [
            ("Pressemeldinger", "Med kontakt for hver sak", "/saker/?slag=pressemelding"),
            ("Varsel om nye saker", "RSS og Atom, uten å oppgi hvem du er", "/feeds/"),
        ],
    ),
]

ELSEWHERE_INTRO = (
    "Du finner det samme her som i kanalene. Skriv aldri fødselsnummer eller helseopplysninger i et kommentarfelt."
)
ELSEWHERE = [
    ("X", "Korte nyheter. Vi retter også opp misforståelser og svarer på enkle spørsmål."),
    ("Facebook", "Råd og tips til lag og foreninger. Vi veileder, men behandler ikke saker her."),
    ("LinkedIn", "Ledige stillinger og fagfolkene våre."),
]

ABOUT_NEWSROOM: dict[str, Any] = {
    "title": "Om nyhetsrommet",
    "slug": "om",
    "lead": "Her legger vi ut alt vi forteller, først og i full lengde. Du kan lese alt uten å oppgi hvem du er.",
    "body": [
        (
            "text",
            "<h2>Personvern</h2><p>Nyhetsrommet bruker ingen informasjonskapsler og henter ingenting fra andre. "
            "Vi teller ikke hvem du er, og vi kjenner deg ikke igjen neste gang du kommer.</p>"
            "<h2>Språk</h2><p>Sakene er skrevet på bokmål eller nynorsk, noen på engelsk. Alt rundt dem får du på det "
            "språket nettleseren din ber om.</p>"
            "<h2>Følg med</h2><p>Nye saker kan du få med RSS eller Atom: alle, fra én avsender eller om ett emne. "
            '<a href="/feeds/">Se adressene</a>.</p>',
        ),
    ],
}
