"""Accounts on the pretend platforms: who may post, with which key."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.store import Store


@dataclass
class Account:
    """`id` is the platform's own id as a string; an account without `token` can be mentioned, not used."""

    platform: str
    id: str
    handle: str
    name: str
    token: str | None = None
    secret: str | None = None
    scopes: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
    seed: bool = False


def _account(row: sqlite3.Row) -> Account:
    return Account(
        row["platform"],
        row["id"],
        row["handle"],
        row["name"],
        row["token"],
        row["secret"],
        json.loads(row["scopes"]),
        json.loads(row["data"]),
        bool(row["seed"]),
    )


def save(store: Store, account: Account) -> None:
    store.run(
        "insert or replace into accounts values (?,?,?,?,?,?,?,?,?)",
        account.platform,
        account.id,
        account.handle,
        account.name,
        account.token,
        account.secret,
        json.dumps(account.scopes),
        json.dumps(account.data),
        int(account.seed),
    )


def every(store: Store, platform: str) -> list[Account]:
    return [_account(r) for r in store.rows("select * from accounts where platform=? order by rowid", platform)]


def by_id(store: Store, platform: str, id: str) -> Account | None:
    row = store.row("select * from accounts where platform=? and id=?", platform, id)
    return _account(row) if row else None


def by_handle(store: Store, platform: str, handle: str) -> Account | None:
    row = store.row("select * from accounts where platform=? and lower(handle)=lower(?)", platform, handle)
    return _account(row) if row else None


def by_token(store: Store, platform: str, token: str) -> list[Account]:
    """All accounts that the key opens: on LinkedIn one member may hold several organisations.

    A key that was given by consent opens what the person chose, with the scopes that the person gave.
    """
    given = store.row("select * from keys where platform=? and value=? and kind='access'", platform, token)
    if given is not None:
        if given["revoked"] or given["ends"] <= time.time():
            return []
        found = [by_id(store, platform, id) for id in json.loads(given["accounts"])]
        return [replace(account, scopes=json.loads(given["scopes"])) for account in found if account]
    rows = store.rows("select * from accounts where platform=? and token is not null order by rowid", platform)
    return [_account(r) for r in rows if secrets.compare_digest(r["token"].encode(), token.encode())]


def seed(store: Store, accounts: list[Account]) -> None:
    """Puts back the documented accounts where they are missing; never touches one that is there."""
    for account in accounts:
        if by_id(store, account.platform, account.id) is None:
            save(store, account)
