"""Accounts, posts and cards in the shape of the API."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Response

from sandbox import accounts, links
from sandbox.accounts import Account
from sandbox.mastodon import media, text
from sandbox.mastodon.errors import iso
from sandbox.platform import Call, answer
from sandbox.posts import Post, newest

JOINED = "2022-11-07T00:00:00.000Z"


def local_names(call: Call) -> set[str]:
    """How accounts here may be mentioned: by name, or with the server's own host."""
    host = urlsplit(call.base).hostname or ""
    names = [a.handle.lower() for a in accounts.every(call.store, "mastodon")]
    return {*names, *(f"{name}@{host}" for name in names)}


def account(call: Call, found: Account) -> dict[str, Any]:
    address, picture = f"{call.base}/@{found.handle}", f"{call.server}/_static/icon.svg"
    count = sum(1 for p in newest(call.store, "mastodon", found.id) if p.public())
    return {
        "id": found.id,
        "username": found.handle,
        "acct": found.handle,
        "display_name": found.name,
        "locked": False,
        "bot": False,
        "group": False,
        "discoverable": True,
        "indexable": True,
        "created_at": JOINED,
        "note": text.content(str(found.data.get("about", "")), call.base, set()),
        "url": address,
        "uri": f"{call.base}/users/{found.handle}",
        "avatar": picture,
        "avatar_static": picture,
        "header": picture,
        "header_static": picture,
        "followers_count": 0,
        "following_count": 0,
        "statuses_count": count,
        "last_status_at": None,
        "emojis": [],
        "fields": [],
    }


def me(call: Call) -> Response:
    """GET /api/v1/accounts/verify_credentials."""
    source = {
        "privacy": "public", "sensitive": False, "language": "nb", "note": str(call.account.data.get("about", "")),
        "fields": [], "follow_requests_count": 0, "indexable": True,
    }  # fmt: skip
    role = {"id": "-99", "name": "", "color": "", "permissions": "0", "highlighted": False}
    return answer({**account(call, call.account), "source": source, "role": role})


def status(call: Call, post: Post) -> dict[str, Any]:
    """A post; its text is HTML."""
    author = accounts.by_id(call.store, "mastodon", post.account)
    assert author is not None
    shown, local = post.data["shown"], local_names(call)
    marks = text.marks(shown)
    parent = post.data.get("reply_to")
    mentioned = {m.word.partition("@")[0].lower() for m in marks if m.kind == "mention" and m.word.lower() in local}
    known = [one for name in sorted(mentioned) if (one := accounts.by_handle(call.store, "mastodon", name))]
    return {
        "id": post.id,
        "created_at": iso(post.created),
        "edited_at": iso(post.updated) if post.updated > post.created else None,
        "in_reply_to_id": parent,
        "in_reply_to_account_id": post.account if parent else None,
        "sensitive": post.data["sensitive"],
        "spoiler_text": post.data["warning"],
        "visibility": post.data["visibility"],
        "language": post.data["language"],
        "uri": f"{call.base}/users/{author.handle}/statuses/{post.id}",
        "url": f"{call.base}/@{author.handle}/{post.id}",
        "content": text.content(shown, call.base, local),
        "account": account(call, author),
        "media_attachments": [
            media.shape(call, found, item["alt"])
            for item in post.data["media"]
            if (found := media.by_id(call, item["id"]))
        ],
        "mentions": [
            {"id": a.id, "username": a.handle, "acct": a.handle, "url": f"{call.base}/@{a.handle}"} for a in known
        ],
        "tags": [
            {"name": m.word.lower(), "url": f"{call.base}/tags/{m.word.lower()}"} for m in marks if m.kind == "tag"
        ],
        "emojis": [],
        "reblogs_count": 0,
        "favourites_count": 0,
        "replies_count": sum(1 for p in newest(call.store, "mastodon") if p.data.get("reply_to") == post.id),
        "quotes_count": 0,
        "application": {"name": "Samspill", "website": None},
        "favourited": False,
        "reblogged": False,
        "bookmarked": False,
        "muted": False,
        "reblog": None,
        "poll": None,
        "quote": None,
        "card": _card(call, post),
    }


def _card(call: Call, post: Post) -> dict[str, Any] | None:
    """Of the last link; none beside pictures or behind a content warning, and none until the page has been read."""
    found = text.links(post.data["shown"])
    if not found or post.data["media"] or post.data["warning"]:
        return None
    card = links.card(call.store, found[-1], call.server)
    if not card["title"]:
        return None
    site = urlsplit(found[-1])
    return {
        "url": found[-1],
        "title": card["title"],
        "description": card["description"],
        "type": "link",
        "author_name": "",
        "author_url": "",
        "authors": [],
        "provider_name": card["host"],
        "provider_url": f"{site.scheme}://{site.netloc}",
        "html": "",
        "width": 0,
        "height": 0,
        "image": card["image"] or None,
        "embed_url": "",
    }
