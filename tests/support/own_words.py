"""Our own texts for people, found in the source: ``python -m tests.support.own_words``.

The msgids are bokmål (``docs/adr/0004``). The command puts each room's ``locale/nn`` and ``locale/en`` in order: texts
that are new come in without a translation, or with the one that another room has; texts that have gone go out. It
lists what lacks a translation. It needs no gettext tools.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import polib
from django.utils.translation.template import templatize

from tests.support import wagtail_words

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "samspill"
LANGUAGES = ("nn", "en")
PLURAL = {"ngettext", "ngettext_lazy", "npgettext", "npgettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
PLAIN = {"_", "_now", "gettext", "gettext_lazy", "gettext_noop"}
CALL = re.compile(r"(?<![\w.])(_|gettext|ngettext|pgettext|npgettext)\(")
HOLE = re.compile(r"%\(\w+\)[sd]|%[sd]")
TEAMS = {"nn": "Norwegian Nynorsk", "en": "English"}

Key = tuple[str | None, str]


@dataclass
class Text:
    """A text of ours; ``files`` are below the room's folder."""

    context: str | None
    msgid: str
    plural: str = ""
    files: set[str] = field(default_factory=set)


def rooms() -> list[Path]:
    return sorted(path for path in PACKAGE.iterdir() if (path / "__init__.py").exists())


def calls(source: str) -> Iterator[tuple[str, list[str]]]:
    """The translating calls of a Python source: the function's name, and its leading arguments that are text."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in PLAIN | PLURAL | CONTEXT:
                yield name, list(leading_text(node.args))


def leading_text(arguments: list[ast.expr]) -> Iterator[str]:
    for argument in arguments:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            return
        yield argument.value


def calls_of_template(source: str) -> Iterator[tuple[str, list[str]]]:
    """The same for a template, by way of Django's own translation of templates to calls."""
    code = templatize(source)
    for found in CALL.finditer(code):
        for end in (match.end() for match in re.finditer(r"\)", code[found.start() :])):
            try:
                yield from calls(code[found.start() : found.start() + end])
            except SyntaxError:
                continue
            break


def text_of(name: str, arguments: list[str]) -> Text | None:
    """None for a call whose text is not written there: a variable is translated where it was written."""
    context = arguments.pop(0) if name in CONTEXT and arguments else None
    if not arguments or not arguments[0]:
        return None
    return Text(context, arguments[0], arguments[1] if name in PLURAL and len(arguments) > 1 else "")


def found_in(room: Path) -> Iterator[tuple[str, Text]]:
    for path in sorted(room.rglob("*")):
        if "migrations" in path.parts or not path.is_file():
            continue
        if path.suffix == ".py":
            found = calls(path.read_text(encoding="utf-8"))
        elif path.suffix in (".html", ".txt", ".svg") and "static" not in path.parts:
            found = calls_of_template(path.read_text(encoding="utf-8"))
        else:
            continue
        for name, arguments in found:
            if text := text_of(name, arguments):
                yield path.relative_to(room).as_posix(), text


@cache
def texts(room: Path) -> dict[Key, Text]:
    """Every text of ours in a room, sorted as people would look for it."""
    known: dict[Key, Text] = {}
    for file, text in found_in(room):
        if (text.context, text.msgid) in wagtail_words.texts("django"):
            continue  # said in a template that stands in for one of Wagtail's, in Wagtail's own words
        kept = known.setdefault((text.context, text.msgid), text)
        kept.plural = kept.plural or text.plural
        kept.files.add(file)
    return dict(sorted(known.items(), key=lambda item: (item[0][1].casefold(), item[0][1], item[0][0] or "")))


def path_of(room: Path, language: str) -> Path:
    """Config keeps its own apart: its ``locale`` holds what others say."""
    folder = room / "own" if room.name == "config" else room
    return folder / "locale" / language / "LC_MESSAGES" / "django.po"


def catalogue(room: Path, language: str) -> polib.POFile:
    path = path_of(room, language)
    if path.exists():
        return polib.pofile(str(path), wrapwidth=110)
    made = polib.POFile(wrapwidth=110)
    made.header = "Our own texts. The msgids are bokmål (docs/adr/0004). In order: python -m tests.support.own_words."
    made.metadata = {
        "Project-Id-Version": "Samspill",
        "Language-Team": TEAMS[language],
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return made


def key_of(entry: polib.POEntry) -> Key:
    return entry.msgctxt, entry.msgid


def known_translations(language: str) -> dict[Key, polib.POEntry]:
    """What any room has translated already: the same text means the same everywhere."""
    every = (entry for room in rooms() for entry in catalogue(room, language) if entry.translated())
    return {key_of(entry): entry for entry in every}


def missing(room: Path, language: str) -> list[str]:
    done = {key_of(entry) for entry in catalogue(room, language) if entry.translated()}
    return [text.msgid for key, text in texts(room).items() if key not in done]


def gone(room: Path, language: str) -> list[str]:
    return [entry.msgid for entry in catalogue(room, language) if key_of(entry) not in texts(room)]


def in_order(room: Path, language: str, known: dict[Key, polib.POEntry]) -> polib.POFile:
    ordered = catalogue(room, language)
    by_key = {key_of(entry): entry for entry in ordered}
    del ordered[:]
    for key, text in texts(room).items():
        entry = by_key.get(key) or polib.POEntry(msgid=text.msgid, msgctxt=text.context)
        entry.msgid_plural = text.plural
        entry.occurrences = [(file, "") for file in sorted(text.files)]
        entry.flags = ["python-format"] if HOLE.search(text.msgid + text.plural) else []
        if not entry.translated() and (same := known.get(key)):
            entry.msgstr, entry.msgstr_plural = same.msgstr, dict(same.msgstr_plural)
        if text.plural and not entry.msgstr_plural:
            entry.msgstr_plural = {0: "", 1: ""}
        ordered.append(entry)
    return ordered


def main() -> int:
    left = 0
    for language in LANGUAGES:
        known = known_translations(language)
        for room in rooms():
            if not texts(room):
                continue
            path = path_of(room, language)
            ordered = in_order(room, language, known)
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = path.with_suffix(f".po.{os.getpid()}")
            ordered.save(str(aside))
            aside.replace(path)
            for msgid in missing(room, language):
                left += 1
                print(f"{room.name} {language}: missing: {msgid!r}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
