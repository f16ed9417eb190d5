"""Uploaded pictures and documents, with their states."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from dataclasses import dataclass, field
from typing import Any

from sandbox.files import Kind, look
from sandbox.store import Store

COLUMNS = (
    "platform",
    "id",
    "account",
    "kind",
    "mime",
    "width",
    "height",
    "sha256",
    "content",
    "alt",
    "created",
    "ready",
    "failed",
    "expires",
    "used_by",
    "data",
)


@dataclass
class Media:
    """Times are Unix seconds. `ready` None: nothing received yet; in the future: being processed.

    `failed` is the reason, when processing failed or will fail.
    """

    platform: str
    id: str
    account: str
    kind: str = "image"
    mime: str | None = None
    width: int | None = None
    height: int | None = None
    sha256: str | None = None
    content: bytes | None = None
    alt: str = ""
    created: float = 0.0
    ready: float | None = None
    failed: str | None = None
    expires: float | None = None
    used_by: str | None = None
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def received(self) -> bool:
        return self.ready is not None

    @property
    def processing(self) -> bool:
        return self.ready is not None and self.ready > time.time()

    @property
    def available(self) -> bool:
        return self.received and not self.processing and not self.failed and not self.expired

    @property
    def expired(self) -> bool:
        return self.expires is not None and self.used_by is None and self.expires < time.time()

    def receive(self, content: bytes, seconds: float) -> Kind:
        """Takes the bytes: what they are is read from them, never from a name or header.

        It is ready `seconds` from now. Returns what was found.
        """
        kind = look(content)
        self.content, self.mime, self.width, self.height = content, kind.mime, kind.width, kind.height
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.ready = time.time() + seconds
        self.data["processing_s"] = seconds
        return kind


def _media(row: sqlite3.Row) -> Media:
    values = {name: row[name] for name in COLUMNS}
    values["data"] = json.loads(values["data"])
    return Media(**values)


def save(store: Store, media: Media) -> None:
    values = [getattr(media, name) for name in COLUMNS]
    values[-1] = json.dumps(media.data)
    marks = ",".join("?" * len(COLUMNS))
    store.run(f"insert or replace into media ({','.join(COLUMNS)}) values ({marks})", *values)  # noqa: S608 - our names


def by_id(store: Store, platform: str, id: str) -> Media | None:
    row = store.row("select * from media where platform=? and id=?", platform, id)
    return _media(row) if row else None


def several(store: Store, platform: str, ids: list[str]) -> list[Media]:
    """Those found, in the order asked for."""
    return [m for m in (by_id(store, platform, i) for i in ids) if m]


def address(base: str, media: Media) -> str:
    """Where the public's browser gets the file; `base` is the server's own address."""
    return f"{base}/_media/{media.platform}/{media.id}"
