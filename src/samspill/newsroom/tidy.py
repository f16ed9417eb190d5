"""Takes out signs that nobody can see and that only do harm: in a title, a feed, a search, a database.

Out go NUL and the other control signs, zero-width spaces, and the marks that turn the reading direction of all that
follows (a title with one of those can reverse the page around it). What belongs to a script stays: the joiners of emoji
and of Indic and Arabic words, the plain left-to-right and right-to-left marks, the soft hyphen of long words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls, but tab and the ends of lines
    "\u200b\u2060\ufeff\ufffe\uffff"  # zero-width space, word joiner, byte order mark, non-characters
    "\u202a-\u202e\u2066-\u2069\u206a-\u206f"  # embedding, override and isolation of direction
    "\ufff9-\ufffb\U000e0000\U000e0001"  # interlinear annotation, language tags
    "\ud800-\udfff]"  # half of a pair: can't be written as UTF-8
)
_BLANK_LINES = re.compile(r"\n{3,}")


def unseen_in(text: str) -> int:
    """How many signs ``without_unseen`` would take out."""
    return len(_UNSEEN.findall(text))


def without_unseen(text: str) -> str:
    return _UNSEEN.sub("", text)


def line(text: str) -> str:
    """One line: no unseen signs, no line breaks, no space at the ends or twice. A no-break space stays."""
    seen = without_unseen(text).replace("\x85", " ").replace("\u2028", " ").replace("\u2029", " ")
    return re.sub(r"[ \t\r\n\v\f]+", " ", seen).strip()


def paragraphs(text: str) -> str:
    """Text of several lines: no unseen signs, ends of lines as ``\\n``, at most one blank line in a row."""
    seen = without_unseen(text).replace("\r\n", "\n").replace("\r", "\n")
    return _BLANK_LINES.sub("\n\n", "\n".join(part.rstrip() for part in seen.split("\n"))).strip()


def total_unseen(texts: Iterable[object]) -> int:
    return sum(unseen_in(text) for text in texts if isinstance(text, str))
