"""Names of files and titles as people may see and search for them.

Macs send letters in two parts (a and a ring); here they are always whole (Unicode NFC), so that one
file is found again whichever way its name is typed.
"""

from __future__ import annotations

import re
import unicodedata

# Line and paragraph separators, marks of direction, zero-width signs; ZWJ stays (emoji need it).
_HIDDEN = re.compile("[\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_SPACE = re.compile(r"\s+")
STEM_LIMIT = 60  # signs; with folders and ending it stays below the 100 of a file field


def clean_title(text: str) -> str:
    """``text`` in NFC, on one line, without control signs and marks of direction; never shortened."""
    text = unicodedata.normalize("NFC", text)
    text = _SPACE.sub(" ", text)
    text = "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs", "Co", "Cn"))
    return _HIDDEN.sub("", text).strip()


def extension(name: str) -> str:
    """The ending of a file's name, in lower case and without its dot; "" if there is none."""
    base = re.split(r"[/\\]", name)[-1]
    _, dot, end = base.rpartition(".")
    return end.lower() if dot and end.isalnum() else ""


def stem(name: str) -> str:
    """A file's name without folders and ending, cleaned, at most ``STEM_LIMIT`` signs; "bilde" if nothing is left."""
    base = re.split(r"[/\\]", name)[-1]
    end = extension(name)
    if end:
        base = base[: -len(end) - 1]
    cleaned = re.sub(r'[<>:"|?*]', "", clean_title(base)).strip(" .")[:STEM_LIMIT].strip(" .")
    return cleaned or "bilde"
