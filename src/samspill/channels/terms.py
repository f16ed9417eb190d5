"""What a platform's terms mean for a channel: how much is left to use, what things cost, when an API version ends.

Part of :mod:`samspill.channels.contract`: pure values and protocols, no Django. Each is an attribute that a platform
may have on its ``PLATFORM``, or not: ``allowance``, ``prices`` with ``charges``, ``api_version``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from samspill.channels.contract import Account, Action, Post
from samspill.channels.http import Response, http_date

MOST = 10**9  # no platform lets anybody do more than this; a larger number is no number
FAR = timedelta(days=2)  # a window that ends later than this is no window

# --- how much is left -----------------------------------------------------------------------


class Measure(StrEnum):
    """What a limit counts; the words for people stand in the desk."""

    POSTS = "posts"
    CALLS = "calls"
    POINTS = "points"
    SHARE = "share"  # per cent of what we may use, where the platform tells no numbers


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the platform says is left: ``left`` of ``of``, until ``resets_at`` (UTC; None = it rolls, or is untold)."""

    measure: Measure
    left: int
    of: int
    resets_at: datetime | None = None


class Limited(Protocol):
    """A platform whose answers tell what is left."""

    def allowance(self, method: str, address: str, answer: Response, now: datetime) -> Allowance | None:
        """What this answer says of the limit that posts meet first; None when it says nothing of that. Pure."""


def told(headers: Mapping[str, str], prefix: str, measure: Measure, now: datetime) -> Allowance | None:
    """Headers ``{prefix}limit``, ``{prefix}remaining`` and ``{prefix}reset`` (Unix seconds or ISO 8601) in one value.

    None when they are missing or no numbers. The reset is measured from the answer's own Date, so that a wrong clock
    on either side does no harm.
    """
    left, of = _number(headers.get(f"{prefix}remaining")), _number(headers.get(f"{prefix}limit"))
    if left is None or not of:
        return None
    reset = _instant(headers.get(f"{prefix}reset", ""))
    wait = reset - (http_date(headers.get("date", "")) or now) if reset else None
    ends = now + wait if wait is not None and timedelta(0) <= wait <= FAR else None
    return Allowance(measure, min(left, of), of, ends)


def _number(value: str | None) -> int | None:
    found = re.fullmatch(r"\d{1,10}", (value or "").strip())
    return int(found.group()) if found and int(found.group()) <= MOST else None


def _instant(value: str) -> datetime | None:
    value = value.strip()
    try:
        if re.fullmatch(r"\d{1,12}", value):
            return datetime.fromtimestamp(int(value), UTC)
        found = datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


# --- what things cost -----------------------------------------------------------------------


class Item(StrEnum):
    """What is paid for."""

    POST = "post"
    POST_WITH_LINK = "post_with_link"
    ALT_TEXT = "alt_text"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Prices:
    """A price list as it was on ``as_of``, read at ``source``: each item's price in ``currency`` (ISO 4217)."""

    currency: str
    as_of: date
    source: str
    items: Mapping[Item, Decimal]


class Priced(Protocol):
    """A platform that takes money for calls."""

    prices: Prices

    def charges(self, action: Action, post: Post) -> Mapping[str, Item]:
        """What each step of the action costs when it has been done, by the step's name. Free steps are left out."""


# --- when a version ends --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ApiVersion:
    """The version that a channel's calls name. ``ends``: the first day on which it may be refused.

    ``estimated``: the platform has not named the day; it follows from how long it promises to serve a version.
    """

    name: str
    ends: date
    source: str
    estimated: bool = False


class Versioned(Protocol):
    """A platform that ends old versions of its API."""

    def api_version(self, account: Account) -> ApiVersion | None:
        """The version that calls for ``account`` name, and its end; None when its name tells no end."""
