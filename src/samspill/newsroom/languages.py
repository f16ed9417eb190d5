"""Which language a reader gets: what the address asks for, else what the browser asks for, else bokmål.

No cookie remembers a choice. It stays in the address (``?sprak=nn``), and our own links carry it on.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

PARAMETER = "sprak"
NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


# A Dane or a Swede reads bokmål more easily than English; ``no`` is bokmål by CLDR.
_NEAREST = {"nb": "nb", "no": "nb", "da": "nb", "sv": "nb", "*": "nb", "nn": "nn", "en": "en"}
LONGEST_HEADER = 400  # signs; more is nobody's real wish


def nearest_language(header: str) -> str:
    """The best of our languages for an ``Accept-Language`` header (RFC 4647 lookup); never an error."""
    for wish, _weight in parse_accept_lang_header(header.lower()[:LONGEST_HEADER]):
        found = _NEAREST.get(wish.split("-")[0])
        if found:
            return found
    return "nb"


def chosen_language(request: HttpRequest) -> str:
    """What the address asks for; "" when it asks for nothing that we have."""
    wish = request.GET.get(PARAMETER, "")
    return wish if wish in NAMES else ""


def reader_language(request: HttpRequest) -> str:
    return chosen_language(request) or nearest_language(request.headers.get("Accept-Language", ""))
