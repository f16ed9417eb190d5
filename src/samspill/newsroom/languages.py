"""Which language a reader gets: what the address asks for, else what the browser asks for, else bokmål.

No cookie remembers a choice. It stays in the address (``?sprak=nn``), and our own links carry it on.
"""

from __future__ import annotations

from django.http import HttpRequest

from samspill.config.languages import desk_language

PARAMETER = "sprak"
NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


def chosen_language(request: HttpRequest) -> str:
    """What the address asks for; "" when it asks for nothing that we have."""
    wish = request.GET.get(PARAMETER, "")
    return wish if wish in NAMES else ""


def reader_language(request: HttpRequest) -> str:
    return chosen_language(request) or desk_language(request.headers.get("Accept-Language", ""))
