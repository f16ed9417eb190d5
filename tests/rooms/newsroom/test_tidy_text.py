"""Pure: unseen signs, addresses, and the Norwegian order of names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.newsroom import tidy
from samspill.newsroom.alphabet import norwegian_key
from samspill.newsroom.slugs import LONGEST, slug_of


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Bin\x00go", "Bingo"),
        ("Bin\u200bgo\ufeff", "Bingo"),
        ("Bingo \u202egnal\u202c", "Bingo gnal"),
        ("\u2067Bingo\u2069", "Bingo"),
        ("  To\n linjer\t her ", "To linjer her"),
        ("200\xa0000 kroner", "200\xa0000 kroner"),
        ("Moms\u00adkompensasjon", "Moms\u00adkompensasjon"),
        ("Familie 👩‍👩‍👧 og 👍🏽 og 🇳🇴", "Familie 👩‍👩‍👧 og 👍🏽 og 🇳🇴"),
        ("Davvi sámi ŋŧđ", "Davvi sámi ŋŧđ"),
    ],
)
def test_a_line_loses_what_nobody_sees_and_keeps_what_belongs_to_a_script(typed: str, kept: str) -> None:
    assert tidy.line(typed) == kept


def test_paragraphs_keep_their_lines_but_no_heap_of_blank_ones() -> None:
    assert tidy.paragraphs("Én\r\n\r\n\r\n\r\nTo \x07\r") == "Én\n\nTo"


@given(st.text())
def test_tidying_twice_changes_nothing_and_leaves_nothing_that_a_database_refuses(text: str) -> None:
    for clean in (tidy.line, tidy.paragraphs):
        once = clean(text)
        assert clean(once) == once
        once.encode()
        assert "\x00" not in once


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Søknadsfristen nærmer seg på Åsen", "soknadsfristen-naermer-seg-pa-asen"),
        ("ÆØÅ", "aeoa"),
        ("A\u030asen og O\u0308st", "asen-og-ost"),  # letters put together from two signs
        ("Hva koster det? 1 000 kr & moms!", "hva-koster-det-1-000-kr-moms"),
        ("👍🏽", "sak"),
        ("مرحبا", "sak"),
    ],
)
def test_an_address_is_made_of_plain_letters(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_a_long_title_gets_an_address_cut_at_a_word() -> None:
    slug = slug_of("momskompensasjon " * 20)
    assert len(slug) <= LONGEST
    assert slug.endswith("momskompensasjon")
    assert len(slug_of("x" * 10_000)) == LONGEST


def test_names_stand_in_norwegian_order() -> None:
    names = ["Ærlig", "Åfjord", "Østfold", "Zeppelin", "Bergen", "Ytre"]
    assert sorted(names, key=norwegian_key) == ["Bergen", "Ytre", "Zeppelin", "Ærlig", "Østfold", "Åfjord"]


def test_aa_stands_with_å_and_accents_decide_only_between_equals() -> None:
    names = ["Aasen", "Åsen", "Aker", "Östen", "Øst", "Ärlig", "Ære", "André", "Andre", "andreas"]
    assert sorted(names, key=norwegian_key) == [
        *("Aker", "Andre", "André", "andreas", "Ære", "Ärlig", "Øst", "Östen", "Aasen", "Åsen")
    ]
