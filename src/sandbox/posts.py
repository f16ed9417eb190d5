"""Posts as the sandbox keeps them, whatever the platform."""

from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import dataclass, field
from typing import Any

from sandbox.store import Store


@dataclass
class Post:
    """Times are Unix seconds. `raw_text` is as sent, `text` as the public sees it.

    `listed` is when the post begins to show in lists: reading by id works at once,
    lists lag, as they do on the real platforms. `fingerprint` is what the platform
    compares to find a duplicate. `data` holds what only the platform knows.
    """

    platform: str
    id: str
    account: str
    raw_text: str
    text: str
    created: float
    listed: float
    fingerprint: str = ""
    updated: float = 0.0
    deleted: float | None = None
    data: dict[str, Any] = field(default_factory=dict)

    def public(self, now: float | None = None) -> bool:
        """Whether the public can see it: not deleted, not a draft, its planned time reached."""
        planned = self.data.get("publish_at", 0)
        return self.deleted is None and planned is not None and planned <= (now or time.time())


def _post(row: sqlite3.Row) -> Post:
    return Post(
        row["platform"],
        row["id"],
        row["account"],
        row["raw_text"],
        row["text"],
        row["created"],
        row["listed"],
        row["fingerprint"],
        row["updated"],
        row["deleted"],
        json.loads(row["data"]),
    )


def save(store: Store, post: Post) -> None:
    store.run(
        "insert or replace into posts (platform,id,account,raw_text,text,created,updated,listed,deleted,"
        "fingerprint,data) values (?,?,?,?,?,?,?,?,?,?,?)",
        post.platform,
        post.id,
        post.account,
        post.raw_text,
        post.text,
        post.created,
        post.updated or post.created,
        post.listed,
        post.deleted,
        post.fingerprint,
        json.dumps(post.data),
    )


def by_id(store: Store, platform: str, id: str, deleted: bool = False) -> Post | None:
    row = store.row("select * from posts where platform=? and id=?", platform, id)
    post = _post(row) if row else None
    return post if post and (deleted or post.deleted is None) else None


def newest(store: Store, platform: str, account: str | None = None, deleted: bool = False) -> list[Post]:
    """Posts, newest first; lag does not count here."""
    rows = store.rows(
        "select * from posts where platform=? and (? is null or account=?) "
        "and (? or deleted is null) order by created desc, id desc",
        platform,
        account,
        account,
        deleted,
    )
    return [_post(r) for r in rows]


def listed(store: Store, platform: str, account: str) -> list[Post]:
    """What a list call shows now: posts whose lag has passed, newest first."""
    now = time.time()
    return [p for p in newest(store, platform, account) if p.listed <= now]


def same(store: Store, platform: str, account: str, fingerprint: str) -> list[Post]:
    """Posts with the fingerprint, deleted ones too, newest first."""
    rows = store.rows(
        "select * from posts where platform=? and account=? and fingerprint=? order by created desc, id desc",
        platform,
        account,
        fingerprint,
    )
    return [_post(r) for r in rows]
