"""Our translations of Wagtail's words, and of what lies under it: which are needed, in what order they stand.

``python -m tests.support.wagtail_words`` puts ``config/locale/nb`` and ``nn`` in the order of the packages' own
catalogues, with the files where each text is used, and lists what is missing. Run it after an upgrade.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parents[2] / "src" / "samspill" / "config" / "locale"
LANGUAGES = ("nb", "nn")
NAMES = ("django", "djangojs")

# Where a user of the desk meets words of others. Django's own admin is not among them: it has no address here.
SOURCES = (
    "wagtail",
    "wagtail/admin",
    "wagtail/contrib/forms",
    "wagtail/contrib/redirects",
    "wagtail/contrib/settings",
    "wagtail/documents",
    "wagtail/embeds",
    "wagtail/images",
    "wagtail/search",
    "wagtail/sites",
    "wagtail/snippets",
    "wagtail/users",
    "django/conf",
    "django/contrib/auth",
    "django/contrib/contenttypes",
    "django/contrib/postgres",
    "django_filters",
    "taggit",
)
# The language whose catalogue lists every text: django-filter has none in English.
LISTED_IN = {"django_filters": "da"}

HOLE = re.compile(r"%\(\w+\)[sd]")

Key = tuple[str | None, str]


@dataclass(frozen=True)
class Text:
    """A text that somebody else wrote and that the desk shows."""

    source: str
    entry: polib.POEntry

    @property
    def key(self) -> Key:
        return self.entry.msgctxt, self.entry.msgid

    @property
    def files(self) -> list[tuple[str, str]]:
        """Where it is used; without lines, which change with every release."""
        return [(f"{self.source}/{file}", "") for file in sorted({file for file, _ in self.entry.occurrences})]


def folder(source: str) -> Path:
    package, _, rest = source.partition("/")
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise LookupError(f"{package} is not installed")
    return Path(spec.origin).parent / rest / "locale"


@cache
def catalogue(source: str, language: str, name: str) -> list[polib.POEntry]:
    path = folder(source) / language / "LC_MESSAGES" / f"{name}.po"
    return [entry for entry in polib.pofile(str(path)) if not entry.obsolete] if path.exists() else []


@cache
def texts(name: str) -> dict[Key, Text]:
    """Every text of others, in their order; of equal ones the first stands for all."""
    found: dict[Key, Text] = {}
    for source in SOURCES:
        for entry in catalogue(source, LISTED_IN.get(source, "en"), name):
            text = Text(source, entry)
            if text.key in found:
                same = found[text.key].entry
                same.msgid_plural = same.msgid_plural or entry.msgid_plural
            found.setdefault(text.key, text)
    return found


@cache
def translated_by_others(language: str, name: str) -> set[Key]:
    return {
        (entry.msgctxt, entry.msgid)
        for source in SOURCES
        for entry in catalogue(source, language, name)
        if entry.translated() and not is_copy(entry)
    }


def is_copy(entry: polib.POEntry) -> bool:
    """Whether a translation only repeats an English phrase; a name or a unit may well be the same."""
    texts_of_entry = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    words = re.sub(r"%\(\w+\)[sd]", "", entry.msgid)
    return entry.msgid in texts_of_entry and re.search(r"[a-z]{2,} [a-z]{2,}", words) is not None


def path_of(language: str, name: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{name}.po"


def ours(language: str, name: str) -> polib.POFile:
    return polib.pofile(str(path_of(language, name)), wrapwidth=110)


def missing(language: str, name: str) -> list[str]:
    """Texts that a user who reads this language would meet in English."""
    done = {(entry.msgctxt, entry.msgid) for entry in ours(language, name) if entry.translated()}
    return [key[1] for key in texts(name) if key not in done | translated_by_others(language, name)]


def gone(language: str, name: str) -> list[str]:
    """Translations that lead nowhere any more."""
    return [entry.msgid for entry in ours(language, name) if (entry.msgctxt, entry.msgid) not in texts(name)]


def in_order(language: str, name: str) -> polib.POFile:
    """Our catalogue as it should be: their order, their flags and plurals, the files where each is used."""
    ordered = ours(language, name)
    by_key = {(entry.msgctxt, entry.msgid): entry for entry in ordered}
    del ordered[:]
    for key, text in texts(name).items():
        if key in by_key:
            entry = by_key[key]
            entry.occurrences = text.files
            entry.flags = flags_of(text.entry, entry)
            ordered.append(entry)
    return ordered


def flags_of(theirs: polib.POEntry, entry: polib.POEntry) -> list[str]:
    """Their flags. A text that leaves a name out on purpose counts as no format, so that ``msgfmt -c`` takes it."""
    flags = [flag for flag in theirs.flags if flag != "fuzzy"]
    needed = set(HOLE.findall(entry.msgid))
    said = [*entry.msgstr_plural.values(), entry.msgstr]
    if not any(needed <= set(HOLE.findall(text)) for text in said):
        flags = [f"no-{flag}" if flag == "python-format" else flag for flag in flags]
    return flags


def catalogues() -> Iterator[tuple[str, str]]:
    return ((language, name) for language in LANGUAGES for name in NAMES)


def main() -> int:
    left = 0
    for language, name in catalogues():
        for msgid in gone(language, name):
            print(f"{language} {name}: gone: {msgid!r}")
        path = path_of(language, name)
        aside = path.with_suffix(f".po.{os.getpid()}")
        in_order(language, name).save(str(aside))
        aside.replace(path)
        for msgid in missing(language, name):
            left += 1
            print(f"{language} {name}: missing: {msgid!r}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
