"""What a platform says, made fit for the ledger's columns: a strange answer must never keep us from writing it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from samspill.channels.contract import CannotTell, Done, Finding, Found, Reason, Result, Seen, Unknown

ID_LIMIT, HINT_LIMIT, URL_LIMIT, STATUS_LIMIT = 300, 200, 500, 32_000


def result(given: Result) -> Result:
    """The result, with an id that cannot be kept turned into "unreadable" and everything else trimmed."""
    if isinstance(given, Done):
        if not _keepable(given.id, ID_LIMIT):
            return Unknown(Reason.UNREADABLE_ANSWER, "the platform named an id that cannot be kept")
        return replace(given, url=address(given.url), data=plain(given.data))
    if isinstance(given, Unknown) and not _keepable(given.hint_id, HINT_LIMIT):
        given = replace(given, hint_id="")
    status = getattr(given, "status", None)
    given = replace(given, detail=words(given.detail))
    if status is not None and not 0 <= status < STATUS_LIMIT:
        given = replace(given, status=None)  # type: ignore[arg-type]
    return given


def finding(given: Finding) -> Finding:
    """As ``result``, for a look. An id that cannot be kept is one that we cannot tell."""
    if isinstance(given, Found):
        if not _keepable(given.id, ID_LIMIT):
            return CannotTell("the platform named an id that cannot be kept")
        return replace(given, url=address(given.url), data=plain(given.data), detail=words(given.detail))
    return replace(given, detail=words(given.detail))


def seen(given: Any) -> Any:
    """As ``finding``, for what was read back."""
    if isinstance(given, Seen):
        return replace(given, url=address(given.url), detail=words(given.detail))
    return finding(given)


def words(text: str) -> str:
    """Printable words that the database takes."""
    return "".join(sign for sign in text if sign.isprintable())


def address(url: str) -> str:
    """A public address of http or https, or none."""
    try:
        good = urlsplit(url).scheme in {"http", "https"}
    except ValueError:
        good = False
    return url if good and _keepable(url, URL_LIMIT) else ""


def plain(data: Mapping[str, Any]) -> dict[str, Any]:
    """JSON that the database takes."""
    return {words(str(key)): words(value) if isinstance(value, str) else value for key, value in data.items()}


def _keepable(text: str, limit: int) -> bool:
    return len(text) <= limit and text.isprintable()
