"""Kinds of fields that the API's bodies are made of. Nothing is guessed: a number is no text, and no NUL is stored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StrictBool, StrictInt, StringConstraints

NO_NUL = r"^[^\x00]*$"
LARGEST_ID = 2**63 - 1

Number = Annotated[StrictInt, Field(ge=1, le=LARGEST_ID)]  # an id in a body
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]  # an id in an address
Yes = StrictBool
Line = Annotated[str, StringConstraints(max_length=255, pattern=NO_NUL)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=NO_NUL)]
Text = Annotated[str, StringConstraints(max_length=100_000, pattern=NO_NUL)]
Short = Annotated[str, StringConstraints(max_length=1_000, pattern=NO_NUL)]
Alt = Annotated[str, StringConstraints(max_length=10_000, pattern=NO_NUL)]
Address = Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Moment = AwareDatetime


class In(Schema):
    """What comes in: fields that are not known are refused by name."""

    model_config = ConfigDict(extra="forbid")


class Out(Schema):
    """What goes out."""


Instant = Annotated[datetime, AfterValidator(lambda moment: moment.astimezone(UTC))]


def only_given(body: In) -> dict[str, Any]:
    """The fields that were sent, and no defaults."""
    return {name: getattr(body, name) for name in body.model_fields_set}
