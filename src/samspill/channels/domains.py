"""Internet domain names in running text: where a top-level domain ends, how long a label is when coded.

Pure functions over a list of top-level domains (``tlds.txt``, which says where it comes from). More than one
platform decides by such a list what is an address, and the list is the same for all.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

MAX_LABEL = 63  # bytes of a label in Punycode (RFC 1035)
ASCII_WORD = re.compile("[0-9A-Za-z]*")
PUNYCODE = re.compile("xn--[-0-9a-z]+", re.IGNORECASE | re.ASCII)


def coded_length(label: str) -> int:
    """Bytes of a label in Punycode; the full stops of East Asian scripts divide it, but stay one label here."""
    if label.isascii():
        return len(label)
    parts = re.split("[\u3002\uff0e\uff61]", label)
    coded = [len(part) if part.isascii() else 4 + len(part.encode("punycode")) for part in parts]
    return sum(coded) + len(parts) - 1


def tld_end(text: str, begin: int) -> int:
    """End of the top-level domain that begins at ``begin``, or 0. What follows must not carry it on."""
    run = ASCII_WORD.match(text, begin)
    end = run.end() if run else begin
    ascii_tlds, other_tlds = tlds()
    if end > begin and text[begin:end].lower() in ascii_tlds and text[end : end + 1] not in _CARRIES_ON:
        return end
    for tld in other_tlds.get(text[begin : begin + 1].lower(), ()):
        after = begin + len(tld)
        if text[begin:after].lower() == tld and not _carries_on(text[after : after + 1]):
            return after
    coded = PUNYCODE.match(text, begin)
    return coded.end() if coded else 0


_CARRIES_ON = frozenset("@+-")


def _carries_on(sign: str) -> bool:
    return sign in _CARRIES_ON or (sign.isascii() and sign.isalnum())


@cache
def tlds() -> tuple[frozenset[str], dict[str, list[str]]]:
    """Top-level domains: those in ASCII, and the others by first sign, longest first (see tlds.txt)."""
    lines = files(__package__).joinpath("tlds.txt").read_text("utf-8").splitlines()
    names = [name for line in lines if not line.startswith("#") for name in line.split()]
    others: dict[str, list[str]] = {}
    for name in sorted((name for name in names if not name.isascii()), key=len, reverse=True):
        others.setdefault(name[0], []).append(name)
    return frozenset(name for name in names if name.isascii()), others
