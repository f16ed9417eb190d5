"""Our own texts: each is there in nynorsk and English, whole, and the same in every room."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.support import own_words
from tests.support.nynorsk import bokmal_in
from tests.support.own_words import LANGUAGES, catalogue

ROOMS = [room for room in own_words.rooms() if own_words.texts(room)]
EACH = [pytest.param(room, language, id=f"{room.name}-{language}") for room in ROOMS for language in LANGUAGES]
HOLE = re.compile(r"%%?\(\w+\)[sd]|%%?[sd](?!\w)|\{\w+\}")
TAG = re.compile(r"</?[a-z]+[^>]*>")
# Letters and words that Norwegian has and English has not.
NORWEGIAN = re.compile(r"[æøåÆØÅ]|\b(ikke|og|er|det|den|som|til|fra|med|kan|har|innlegg|sak|saken|kanal|bilde)\b")


@pytest.mark.parametrize(("room", "language"), EACH)
def test_every_text_of_ours_is_translated(room: Path, language: str) -> None:
    """Write what this lists in the room's ``locale``, after ``python -m tests.support.own_words``."""
    assert own_words.missing(room, language) == []


@pytest.mark.parametrize(("room", "language"), EACH)
def test_no_translation_is_of_a_text_that_has_gone(room: Path, language: str) -> None:
    assert own_words.gone(room, language) == []


@pytest.mark.parametrize(("room", "language"), EACH)
def test_a_translation_keeps_placeholders_markup_and_our_way_of_writing(room: Path, language: str) -> None:
    for entry in catalogue(room, language):
        texts = [text for text in [entry.msgstr, *entry.msgstr_plural.values()] if text]
        for text in texts:
            assert set(HOLE.findall(text)) <= set(HOLE.findall(entry.msgid + entry.msgid_plural)), entry.msgid
            assert set(HOLE.findall(entry.msgid)) <= set(HOLE.findall("".join(texts))), entry.msgid
            assert sorted(TAG.findall(text)) == sorted(TAG.findall(entry.msgid)), entry.msgid
            assert "!" not in text, entry.msgid
            assert "..." not in text, entry.msgid
            assert text[0].isspace() == entry.msgid[0].isspace(), entry.msgid
            assert text[-1].isspace() == entry.msgid[-1].isspace(), entry.msgid
            if entry.msgid.rstrip()[-1:] in ".:?…" and not entry.msgid.endswith("kl."):
                assert text.rstrip()[-1:] in ".:?…", entry.msgid


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_nynorsk_has_no_forms_that_only_bokmal_has(room: Path) -> None:
    said = {text for entry in catalogue(room, "nn") for text in [entry.msgstr, *entry.msgstr_plural.values()]}
    assert {text: words for text in said if (words := bokmal_in(text))} == {}


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_english_is_english(room: Path) -> None:
    said = {text for entry in catalogue(room, "en") for text in [entry.msgstr, *entry.msgstr_plural.values()]}
    names = re.compile(r"Bokmål|bokmål|Redaktør|Førde|Språkrådet")
    assert {text for text in said if NORWEGIAN.search(names.sub("", text))} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_text_is_said_the_same_way_in_every_room(language: str) -> None:
    said = defaultdict(set)
    for room in ROOMS:
        for entry in catalogue(room, language):
            if entry.translated():
                said[own_words.key_of(entry)].add((entry.msgstr, tuple(entry.msgstr_plural.values())))
    assert {key: ways for key, ways in said.items() if len(ways) > 1} == {}


def test_the_finder_sees_what_python_and_templates_say() -> None:
    template = """{% load i18n %}{% translate "Én" %} {% translate 'To «to»' %} {% translate "100 % (alle)" %}
    {% blocktranslate with name=x %}Hei {{ name }}{% endblocktranslate %}
    {% blocktranslate trimmed count n=y %}
      {{ n }} sak
    {% plural %}
      {{ n }} saker
    {% endblocktranslate %}"""
    assert [arguments for _, arguments in own_words.calls_of_template(template)] == [
        ["Én"],
        ["To «to»"],
        ["100 %% (alle)"],
        ["Hei %(name)s"],
        ["%(n)s sak", "%(n)s saker"],
    ]
    source = '_("En" " linje"); ngettext("én", "flere", n); pgettext("sted", "Her"); _(word); other("nei")'
    found = [own_words.text_of(name, arguments) for name, arguments in own_words.calls(source)]
    assert [(text.context, text.msgid, text.plural) for text in found if text] == [
        (None, "En linje", ""),
        (None, "én", "flere"),
        ("sted", "Her", ""),
    ]
