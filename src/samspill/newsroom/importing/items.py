"""What a source holds, in one shape whatever the source is. No Django."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class Note(StrEnum):
    """What a person should know about a story that was taken in. ``words.py`` says it."""

    DATE_UNKNOWN = "date_unknown"  # data: text
    ZONE_ASSUMED = "zone_assumed"  # data: text
    ALT_MISSING = "alt_missing"  # data: picture
    PICTURE_FAILED = "picture_failed"  # data: picture, why
    TOO_MANY_PICTURES = "too_many_pictures"  # data: limit
    REDIRECT_NOT_MADE = "redirect_not_made"  # data: path, why
    TITLE_MADE = "title_made"  # the source had none; the beginning of the text was taken
    SHORTENED = "shortened"  # data: field
    NOT_PUBLIC = "not_public"  # it was a draft or private where it came from, so it is a draft here
    LANGUAGE_UNKNOWN = "language_unknown"  # data: text, used
    BRAND_UNKNOWN = "brand_unknown"  # data: text
    CONTENT_LOST = "content_lost"  # data: what; a table, a film, a form that the newsroom has no block for
    DRAFT_ONLY = "draft_only"  # a change of a story that is out waits for approval as a draft


class SourceError(Exception):
    """The source, or one item in it, cannot be read. ``code`` has its words in ``words.py``; ``data`` fills them."""

    def __init__(self, code: str, **data: object) -> None:
        super().__init__(f"{code} {data}" if data else code)
        self.code, self.data = code, data


@dataclass(frozen=True, slots=True)
class Told:
    """A note with what fills its words."""

    note: Note
    data: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, note: Note, **data: object) -> Told:
        return cls(note, tuple((key, str(value)) for key, value in data.items()))


@dataclass(frozen=True, slots=True)
class PictureRef:
    """A picture by its address, or by its path on this machine. ``alt`` as the source has it; "" = it has none."""

    address: str
    alt: str = ""
    caption: str = ""
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One story. ``id`` is the source's own and stays the same from run to run; times in UTC.

    ``base``: what relative links and pictures in ``html`` are resolved against. ``folder``: where pictures may lie
    on this machine (Markdown only).
    """

    id: str
    title: str
    html: str
    lead: str = ""
    address: str = ""
    base: str = ""
    published_at: datetime | None = None
    changed_at: datetime | None = None
    language: str = ""
    brand: str = ""
    subjects: tuple[str, ...] = ()
    blog: bool = False
    public: bool = True
    main_picture: PictureRef | None = None
    folder: Path | None = None
    old_paths: tuple[str, ...] = ()  # more addresses that it had
    told: tuple[Told, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Of all that the source says: the same text, dates and pictures give the same."""
        whole = {**asdict(self), "told": None, "folder": None}
        return hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that could not be read, while the others could. ``name``: what a person knows it by."""

    name: str
    error: SourceError


@dataclass(frozen=True, slots=True)
class Source:
    """A whole source. ``key`` names it from run to run; ``items`` may be read once."""

    key: str
    items: Iterator[Item | Unreadable]
