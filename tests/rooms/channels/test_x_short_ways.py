"""Counting for X takes short ways where it can; they must give what the long way, sign by sign, gives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samspill.channels.text import nfc
from samspill.channels.x.length import entities, weighted
from samspill.channels.x.urls import find_urls

PIECES = (
    "https://lottstift.no", "https://nyheter.lottstift.no/l/ab3de", "http://a-b.example.com/x_y-z/", "https://t.co/abc",
    "https://xn--bcher-kva.no", "https://a.no.", "https://a.no/?q=1", "https://a.no:80/x", "https://aaa.nope", "https://no",
    "HTTPS://A.NO", "https://_a.no", "https://-a.no", "https://a--b.no/", "lottstift.no", "www.c.org/x", "@", "#", "$",
    " ", "\n", "\t", "\xa0", "\u3000", "\x1c", ".", ",", ")", "(", "a", "ø", "1", "7", "©", "\ufe0f", "\u20e3",
    "🎉", "🇳🇴", "🇳", "👨", "\u200d", "👩", "1\ufe0f\u20e3", "❤\ufe0f", "日本", "网络", "\uffff", "e\u0301",
    "x" * 70, "https://" + "l" * 64 + ".no", "https://a.no/" + "p" * 301,
)  # fmt: skip


def sign_by_sign(text: str) -> int:
    """1 or 2 for each sign, and for each address and emoji its own weight instead."""
    weights = [1 if _is_light(ord(sign)) else 2 for sign in text]
    total = sum(weights)
    for start, end, weight in entities(text):
        total += weight - sum(weights[start:end])
    return total


def _is_light(point: int) -> bool:
    return (
        point <= 0x10FF or 0x2000 <= point <= 0x200D or 0x2010 <= point <= 0x201F or 0x2032 <= point <= 0x2037
    )  # config v3


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_what_is_put_together_counts_alike_on_the_short_and_the_long_way(text: str) -> None:
    composed = nfc(text)
    assert weighted(composed) == sign_by_sign(composed)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120))
def test_any_text_counts_alike_on_the_short_and_the_long_way(text: str) -> None:
    composed = nfc(text)
    assert weighted(composed) == sign_by_sign(composed)


@pytest.mark.parametrize(
    "text", ["Se https://lottstift.no nå", "https://nyheter.lottstift.no/l/ab3de", "1 https://a.se\n2"]
)
def test_a_plain_address_weighs_23(text: str) -> None:
    (span,) = find_urls(text)
    assert weighted(text) == len(text) - (span[1] - span[0]) + 23
