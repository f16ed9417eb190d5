"""Looking on a Mastodon server: did a post happen, is it as we sent it, does the key work?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from samspill.channels import http, text
from samspill.channels.contract import (
    Absent,
    CannotTell,
    Context,
    Done,
    Finding,
    Found,
    Post,
    Reason,
    Refusal,
    Refused,
    Result,
    Seen,
)
from samspill.channels.mastodon import shown
from samspill.channels.mastodon.calls import call, id_of, meaning_of, when
from samspill.channels.mastodon.limits import options_of
from samspill.channels.mastodon.rules import wire_text
from samspill.channels.mastodon.steps import post_url

CLOCKS = timedelta(minutes=5)  # how exactly two times can be compared
PAGES, ON_A_PAGE = 5, 40  # more than a desk publishes between two looks


def find(post: Post, since: datetime, context: Context) -> Finding:
    """Look through the own posts for the short address, or without one for the same text since then.

    Read back in time until the posts are older than the attempt. A miss is not final: a try may still be on its way.
    """
    params = {"limit": str(ON_A_PAGE), "exclude_reblogs": "true"}
    matches: list[dict[str, Any]] = []
    alike: list[dict[str, Any]] = []
    for _ in range(PAGES):
        answer = call(context, "GET", "v1", "accounts", context.account.external_id, "statuses", params=params)
        page = answer.json() if isinstance(answer, http.Response) and answer.ok else None
        if not isinstance(page, list):
            return http.could_not_look(meaning_of(answer, context, once=False))
        items = [item for item in page if isinstance(item, dict) and item.get("reblog") is None]
        theirs = since + http.clock_difference(answer, context.now())
        matches += [item for item in items if _is_ours(item, post, theirs)]
        alike += [item for item in items if _may_be_ours(item, post, theirs)]
        if not items or _is_older(items[-1], theirs):
            return _found(matches, alike, context)
        params = {**params, "max_id": str(items[-1].get("id", ""))}
    return _found(matches, alike, context) if matches else CannotTell("there are more own posts than were read")


def _found(matches: list[dict[str, Any]], alike: list[dict[str, Any]], context: Context) -> Finding:
    """The oldest match is the first sending; a second one would be a double that a person should hear of.

    A post that may be ours with its end cut off is neither found nor absent: sending again could double it.
    """
    if matches:
        ids = [str(item.get("id", "")) for item in reversed(matches)]
        detail = f"found {len(ids)} like it: {', '.join(ids)}" if len(ids) > 1 else ""
        return Found(ids[0], post_url(matches[-1], context), detail=detail)
    if alike:
        return CannotTell(f"{alike[-1].get('id')} begins like this post, but lacks its link")
    return Absent(detail="not in the list of own posts")


def _is_older(item: Mapping[str, Any], since: datetime) -> bool:
    made = when(item.get("created_at"))
    return made is not None and made < since - CLOCKS


def _is_recent(item: Mapping[str, Any], since: datetime) -> bool:
    made = when(item.get("created_at"))
    return made is not None and made >= since - CLOCKS


def _is_ours(item: Mapping[str, Any], post: Post, since: datetime) -> bool:
    """By the mark where there is one, for it is in no other post; else by text and time."""
    if post.link is not None and post.link.url:
        return shown.holds_link(item, post.link.url)
    same = text.text_difference(shown.plain(wire_text(post)), shown.read(item.get("content"))[0]) == ""
    return same and _is_recent(item, since)


def _may_be_ours(item: Mapping[str, Any], post: Post, since: datetime) -> bool:
    """A post of ours that lost its link: made since then, the same text or its beginning, and the mark not in it."""
    if not _is_recent(item, since) or _is_ours(item, post, since):
        return False
    return text.may_be(shown.plain(wire_text(post)), shown.read(item.get("content"))[0])


def read_back(post: Post, post_id: str, context: Context) -> Seen | Absent | CannotTell:
    """GET /api/v1/statuses/:id, and what differs from what was sent."""
    answer = call(context, "GET", "v1", "statuses", post_id)
    if isinstance(answer, http.Response) and id_of(answer) == post_id:
        status = answer.object()
        return Seen(post_id, post_url(status, context), tuple(_differences(post, status)))
    if isinstance(answer, http.Response) and answer.status == 404 and answer.object():
        return Absent(final=True, detail="the server does not have the post")
    return http.could_not_look(meaning_of(answer, context, once=False))


def _differences(post: Post, status: Mapping[str, Any]) -> Iterable[str]:
    words = shown.plain(shown.read(status.get("content"))[0])
    difference = text.text_difference(shown.plain(wire_text(post)), words)
    if difference:
        yield difference
    listed = status.get("media_attachments")
    media = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    if len(media) < len(post.pictures):
        yield "picture_missing"
    described = [text.nfc(str(item.get("description") or "").strip()) for item in media]
    if any(picture.alt.strip() and text.nfc(picture.alt.strip()) not in described for picture in post.pictures):
        yield "alt_missing"
    if post.link is not None and not shown.holds_link(status, post.link.url):
        yield "link_missing"


def verify(context: Context) -> Result:
    """The key works and speaks for the account we think; and what the server tells of its limits."""
    answer = call(context, "GET", "v1", "accounts", "verify_credentials")
    account_id = id_of(answer)
    if not account_id or not isinstance(answer, http.Response):
        return meaning_of(answer, context, once=False)
    expected = context.account.external_id
    if expected and account_id != expected:
        return Refused(Reason.UNEXPECTED, Refusal.ACCOUNT, f"the key belongs to account {account_id}, not {expected}")
    told = answer.object()
    data: dict[str, Any] = {
        "name": str(told.get("display_name") or told.get("username") or ""),
        "username": str(told.get("acct") or told.get("username") or ""),
    }
    instance = call(context, "GET", "v2", "instance")
    # A server that does not tell its limits (an older one, one in trouble) leaves those that we know in force.
    options = options_of(instance.object()) if isinstance(instance, http.Response) and instance.ok else {}
    return Done(account_id, data={**data, "options": options} if options else data)
