"""The sandbox's memory: one SQLite file, or memory when no path is given.

Every call to a platform runs inside `Store.lock`, one at a time. That is slow
for a real platform and right for a pretend one: two identical posts sent at the
same moment are judged in order, never side by side.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from typing import Any

SCHEMA = """
create table if not exists accounts (
  platform text not null, id text not null, handle text not null, name text not null,
  token text, secret text, scopes text not null, data text not null, seed integer not null,
  primary key (platform, id));
create table if not exists posts (
  platform text not null, id text not null, account text not null,
  raw_text text not null, text text not null,
  created real not null, updated real not null, listed real not null, deleted real,
  fingerprint text not null, data text not null,
  primary key (platform, id));
create index if not exists posts_by_account on posts (platform, account, created);
create table if not exists media (
  platform text not null, id text not null, account text not null, kind text not null,
  mime text, width integer, height integer, sha256 text, content blob, alt text not null default '',
  created real not null, ready real, failed text, expires real, used_by text, data text not null,
  primary key (platform, id));
create table if not exists keys (
  platform text not null, kind text not null, value text not null, family text not null,
  accounts text not null, scopes text not null, challenge text not null, redirect_uri text not null,
  ends real not null, used real, revoked integer not null, primary key (platform, value));
create table if not exists settings (
  platform text not null, name text not null, value text not null, primary key (platform, name));
create table if not exists links (
  url text primary key, title text, description text, image text, fetched real not null);
"""
FORM = 2  # raise it when a table changes
TABLES = ("accounts", "posts", "media", "keys", "settings", "links")


class Store:
    """Opens (and creates) the state. `path` None keeps it in memory."""

    def __init__(self, path: str | None = None) -> None:
        self.path = path
        self.lock = threading.RLock()
        self._last_ms = 0
        # What a platform remembers for a while only, such as counts of calls; gone at a restart.
        self.scratch: dict[str, Any] = {}
        self.db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("pragma journal_mode=wal")
        self.db.execute("pragma synchronous=normal")
        # What was practised with another form of the tables is let go: better an empty feed than none.
        if self.db.execute("pragma user_version").fetchone()[0] != FORM:
            for table in TABLES:
                self.db.execute(f"drop table if exists {table}")
            self.db.execute(f"pragma user_version={FORM}")
        self.db.executescript(SCHEMA)

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self.lock:
            return self.db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        found = self.rows(sql, *values)
        return found[0] if found else None

    def run(self, sql: str, *values: Any) -> None:
        with self.lock:
            self.db.execute(sql, values)

    def setting(self, platform: str, name: str, default: Any) -> Any:
        """A platform's setting as set by the admin, else `default`."""
        row = self.row("select value from settings where platform=? and name=?", platform, name)
        return json.loads(row["value"]) if row else default

    def set_setting(self, platform: str, name: str, value: Any) -> None:
        self.run("insert or replace into settings values (?,?,?)", platform, name, json.dumps(value))

    def next_ms(self) -> int:
        """Unix milliseconds, never the same twice: ids made from it are unique and in order."""
        with self.lock:
            newest = self.row("select max(created) as t from posts")
            floor = max(self._last_ms, int((newest["t"] or 0) * 1000) if newest and not self._last_ms else 0)
            self._last_ms = max(int(time.time() * 1000), floor + 1)
            return self._last_ms

    def clear(self, keep_accounts: bool = False) -> None:
        """Forgets everything; accounts that the admin added stay when asked for."""
        with self.lock:
            self.scratch.clear()
            for table in TABLES:
                if not (table == "accounts" and keep_accounts):
                    self.db.execute(f"delete from {table}")  # noqa: S608 - the names are ours, above

    def close(self) -> None:
        with self.lock:
            self.db.close()
