"""Addresses from Norwegian titles: plain ASCII, so that they survive being copied, read aloud and printed."""

from __future__ import annotations

import unicodedata

from django.utils.text import slugify

LONGEST = 80  # signs; cut at a word
# NFKD takes å, é and ü apart by itself; these are letters of their own and would disappear.
_LETTERS = str.maketrans(
    {"æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "å": "a", "Å": "a", "ß": "ss", "đ": "d", "ŋ": "n", "ŧ": "t"}
)


def slug_of(title: str) -> str:
    """``Søknadsfristen nærmer seg`` → ``soknadsfristen-naermer-seg``; ``sak`` when no sign of the title can be used."""
    slug = slugify(unicodedata.normalize("NFC", title).translate(_LETTERS))
    if len(slug) > LONGEST:
        shorter = slug[: LONGEST + 1].rpartition("-")[0]
        slug = shorter or slug[:LONGEST]
    return slug.strip("-_") or "sak"
