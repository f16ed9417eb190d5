"""Accounts, pictures and posts to test with."""

from __future__ import annotations

from datetime import UTC, datetime

from samspill.channels.contract import Account, Context, Document, Done, Link, Picture, Platform, Post, Result
from samspill.channels.http import Client

NOW = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
TOKEN, SECRET = "secret-token-1234567890", "app-secret-abcdef"
LINK = Link("https://lottstift.example/l/Ab3dE", "Fristen er 1. september", "Slik søker du.")


def picture(number: int = 1, alt: str = "Ei jente held ein bingobong", mime: str = "image/jpeg") -> Picture:
    return Picture(f"{number:064x}", mime, 1200, 800, 2_500_000, alt)


def document() -> Document:
    return Document("d" * 64, "application/pdf", 50_000, "Årsrapport 2025", pages=12)


def content(thing: Picture | Document) -> bytes:
    """Bytes that differ by picture."""
    return b"%PDF" if isinstance(thing, Document) else thing.sha256.encode() * 40_000


def context(base_url: str, client: Client | None = None, **options: str) -> Context:
    """A context for any platform; the organisation, page or user is 4242."""
    credentials = {"access_token": TOKEN, "app_secret": SECRET}
    account = Account("x-lotteri", base_url, "4242", "lotteritilsynet", credentials, options)
    return Context(account, client or Client(), content, lambda: NOW)


def perform_all(platform: Platform, action: object, post: Post, where: Context, target: str = "") -> dict[str, Result]:
    """All steps in order, stopping at the first that is not Done."""
    results: dict[str, Result] = {}
    done: dict[str, Done] = {}
    for step in platform.plan(action, post):  # type: ignore[arg-type]
        result = platform.perform(action, step, post, done, target, where)  # type: ignore[arg-type]
        results[step.name] = result
        if not isinstance(result, Done):
            break
        done[step.name] = result
    return results
