"""What may be written after ``samspill import``. No Django."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from enum import StrEnum

KINDS = ("press_release", "blog_post")
LANGUAGES = ("nb", "nn", "en")


class Form(StrEnum):
    RSS = "rss"
    WXR = "wxr"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Options:
    """``source``: an address, a file or a folder. "" = as the source says, or the first that the list below has."""

    form: Form
    source: str
    dry_run: bool = False
    live: bool = False
    user: str = ""
    brand: str = ""
    language: str = ""
    kind: str = ""
    name: str = ""
    allow_private: bool = False


def add_to(parser: argparse.ArgumentParser) -> None:
    """The arguments, on the parser of the verb."""
    parser.add_argument("form", choices=[form.value for form in Form], metavar="rss|wxr|markdown", help="hva kilden er")
    parser.add_argument("source", metavar="KILDE", help="en adresse eller en fil; for markdown en mappe")
    parser.add_argument("--dry-run", action="store_true", help="vis hva som ville skjedd, og endre ingenting")
    parser.add_argument("--brand", default="", metavar="NØKKEL", help="avsender for alle sakene")
    parser.add_argument(
        "--language", default="", choices=("", *LANGUAGES), metavar="nb|nn|en", help="språk for alle sakene"
    )
    parser.add_argument(
        "--kind", default="", choices=("", *KINDS), metavar="|".join(KINDS), help="slag for alle sakene"
    )
    parser.add_argument("--name", default="", metavar="NAVN", help="navn på kilden, når den har flyttet siden sist")
    parser.add_argument("--user", default="", metavar="BRUKERNAVN", help="hvem som henter inn; står i historikken")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--draft", action="store_true", help="lag kladder som en annen godkjenner (vanlig)")
    way.add_argument(
        "--live", action="store_true", help="legg sakene ut med en gang; krever --user med en administrator"
    )
    parser.add_argument(
        "--allow-private", action="store_true", help="tillat adresser i eget nett, for kilden og for bilder"
    )


def options_of(chosen: argparse.Namespace) -> Options:
    return Options(
        form=Form(chosen.form),
        source=chosen.source,
        dry_run=chosen.dry_run,
        live=chosen.live,
        user=chosen.user,
        brand=chosen.brand,
        language=chosen.language,
        kind=chosen.kind,
        name=chosen.name,
        allow_private=chosen.allow_private,
    )
