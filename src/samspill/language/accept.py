"""Which language a browser gets: bokmål for all of Scandinavia unless it asks for something nearer.

Rules: BCP 47, RFC 9110 §12.5.4, RFC 4647 lookup, and CLDR: ``no`` is ``nb``. A Dane or a Swede reads bokmål more
easily than English, so Danish and Swedish count as bokmål before a less wanted English.
"""

from __future__ import annotations

import re

DEFAULT = "nb"
LONGEST_HEADER = 1000  # signs; more is nobody's real wish
_NEAREST = {"nb": "nb", "no": "nb", "nn": "nn", "en": "en", "da": "nb", "sv": "nb"}
_RANGE = re.compile(r"([a-z]{1,8}(?:-[a-z0-9]{1,8})*|\*)(?:;q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?")


def desk_language(header: str) -> str:
    """The best of our languages for an ``Accept-Language`` header; never an error, whatever it holds."""
    wishes: list[tuple[float, str]] = []
    for part in header[:LONGEST_HEADER].lower().split(","):
        found = _RANGE.fullmatch("".join(part.split()))
        if not found:
            continue
        weight = float(found[2] or 1)
        language = DEFAULT if found[1] == "*" else _NEAREST.get(found[1].split("-")[0], "")
        if language and weight > 0:
            wishes.append((weight, language))
    wishes.sort(key=lambda wish: -wish[0])  # stable: of equals, the first stands
    return wishes[0][1] if wishes else DEFAULT
