"""Pages of a list, newest first, by a cursor: what is added meanwhile moves nothing and shows nothing twice."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from samspill.api.fields import LARGEST_ID, Out
from samspill.api.problems import ApiProblem, FieldError

Shape = TypeVar("Shape")
LIMIT: Any = Query(50, ge=1, le=100, description="Hvor mange på en side.")
CURSOR: Any = Query(
    "", max_length=60, pattern=r"^[A-Za-z0-9_-]*$", description="Verdien fra next på forrige side. Tom: den første."
)
Next = Annotated[str | None, Field(description="Send verdien i cursor for å få neste side. null: det er ikke flere.")]


class Page(Out):
    next: Next


def page(
    rows: QuerySet[Any], limit: int, cursor: str, shape: Callable[[Sequence[Any]], list[Shape]]
) -> tuple[list[Shape], str | None]:
    """One page by id, falling, and the cursor of the next. ``shape`` makes the whole page's rows at once."""
    rows = rows.order_by("-pk")
    if cursor:
        rows = rows.filter(pk__lt=_read(cursor))
    found = list(rows[: limit + 1])
    shown = found[:limit]
    return shape(shown), _write(shown[-1].pk) if len(found) > limit else None


def _write(number: int) -> str:
    return base64.urlsafe_b64encode(f"v1.{number}".encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        plain = ""
    version, _dot, number = plain.partition(".")
    if version != "v1" or not number.isdecimal() or not 0 < int(number) <= LARGEST_ID or _write(int(number)) != cursor:
        said = _("Markøren er ikke en av våre. Bruk verdien fra next, eller begynn på nytt uten den.")
        raise ApiProblem("invalid", errors=[FieldError("cursor", said, where="query", name="cursor")])
    return int(number)
