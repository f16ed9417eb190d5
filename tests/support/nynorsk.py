"""Finds bokmål where nynorsk should stand."""

from __future__ import annotations

import re

# Forms that only bokmål has. A word that nynorsk has too, in any sense, must not stand here.
ONLY_BOKMAL = re.compile(
    r"(?<![-\w])("
    r"ikke|hvis|fra|bare|noe|noen|jeg|hun|hva|hvem|hvor|hvordan|hvorfor|hvilken|hvilke|hver|hvert|mer|en|et"
    r"|annen|annet|flere|uten|bilde|bilder|bildet|bildene|siden|sidens|lagrer|sletter|endrer|velg|velge|velger"
    r"|valgt|valgte|gjør|gjøre|gjøres|vært|være|blitt|ble|tatt|meldinger|meldingene|endringer|endringene"
    r"|samlingen|samlinger|samlingene|godkjenningen|godkjenninger|innstillinger|innstillingene|endret|lagret"
    r"|slettet|flyttet|laget|åpnet|åpne|ventet|stanset|kommentarer|kommentarene|dokumenter|dokumentene|navn"
    r"|navnet|nå|ennå|forhåndsvis|forhåndsvisning|forhåndsvisningen|lenke|lenken|lenker|nettsted|nettstedet"
    r"|oppgave|oppgaven|oppgaver|størrelse|høyde|bredde|forrige|begynn|begynner|begynne|kanaler|kanalene"
    r"|nøkler|nøklene|brukere|brukeren|brukerne|plattformer|plattformene|plattformens|versjoner|versjonene"
    r"|utsendelse|utsendelsen|utsendelser|skriver|henter|venter|finner|legger|trenger|derfor"
    r"|senere|selv|sammen|tilgjengelig|vennligst|sier|spørre|fortsett|følger|følge|uke|uker|måned|måneder"
    r"|dager|timer|minutter|avsender|avsendere|avsenderen|dere|deres|saken|forsiden|ganger|tillatelse"
    r"|tillatelser|rettighet|rettigheter|egen"
    r")(?![-\w])",
    re.IGNORECASE,
)


def bokmal_in(text: str) -> set[str]:
    """The words of ``text`` that only bokmål has; markup and names in curly brackets or percent signs do not count."""
    words = re.sub(r"<[^>]+>|%\(\w+\)[sd]|\{\w*\}", " ", text)
    return {word.lower() for word in ONLY_BOKMAL.findall(words)}
