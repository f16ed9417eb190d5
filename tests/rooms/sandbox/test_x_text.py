"""X's weighted length, against the published rules (twitter-text 3) and examples made from them."""

import time

import pytest

from sandbox.x import text
from sandbox.x.urls import find

WEIGHTS = [
    ("", 0),
    ("Hei på deg", 10),
    ("æøå ÆØÅ", 7),
    ("e\u0301", 1),
    ("–—“”‘’", 6),
    ("…", 2),
    ("‰", 2),
    ("€", 2),
    ("のの", 4),
    ("👍", 2),
    ("👩🏽‍🚒", 2),
    ("👨‍👩‍👧‍👦", 2),
    ("🇳🇴", 2),
    ("1️⃣", 2),
    ("❤️", 2),
    ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
    ("👍👍", 4),
    ("lottstift.no", 23),
    ("https://lottstift.no", 23),
    ("Se lottstift.no.", 27),
    ("(lottstift.no)", 25),
    ("ola@lottstift.no", 16),
    ("f.eks.", 6),
    ("12.5", 4),
    ("t.co", 23),
    ("http://127.0.0.1:8000/l/abc", 27),
    ("lottstift.no og stiftelser.no", 50),
]


@pytest.mark.parametrize(("words", "length"), WEIGHTS)
def test_the_length_is_weighted_as_published(words, length):
    assert text.weighted_length(words) == length


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("les https://a.no/b(c)d, og så", ["https://a.no/b(c)d"]),
        ("https://a.no/b.", ["https://a.no/b"]),
        ("www.lottstift.no/søk?q=1", ["www.lottstift.no/søk?q=1"]),
        ("ftp://a.no", []),
        ("a.finnesikke", []),
        ("http://☃.net/", ["http://☃.net/"]),
        ("www.-feil.com", []),
        ("-lottstift.no", []),
        ("#a.no", []),
    ],
)
def test_addresses_are_found_as_published(words, found):
    assert [u.raw for u in find(words)] == found


def test_leading_mentions_of_a_reply_do_not_count():
    assert text.weighted_length("@ola @kari Takk", reply=True) == 4
    assert text.weighted_length("@ola @kari Takk") == 15


def test_a_hostile_text_is_weighed_in_time():
    start = time.monotonic()
    text.weighted_length("a." * 600)
    assert time.monotonic() - start < 2


def test_a_link_is_shown_without_scheme_and_cut():
    assert text.displayed("https://www.lottstift.no/nyheter/en-lang-adresse") == "lottstift.no/nyheter/en-lan…"
    assert len(text.short("https://lottstift.no/", "1")) == 23
