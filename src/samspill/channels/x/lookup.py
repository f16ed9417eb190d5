"""Looking on X: did a post happen, is it as we sent it, does the key work?"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
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
from samspill.channels.x.calls import call, first_problem, meaning_of, problem_status
from samspill.channels.x.rules import wire_text
from samspill.channels.x.steps import post_url

FIELDS = "attachments,created_at,entities,note_post,text"
CLOCKS = timedelta(minutes=5)  # how exactly two times can be compared
WRONG_CLOCK = timedelta(hours=24)  # how far our clock and X's may be apart before X has answered once
PAGES = 5  # of 100 posts: more than a desk publishes between two looks


def find(post: Post, since: datetime, hint_id: str, context: Context) -> Finding:
    """Look through the own timeline for the short address, or without one for the same text since then.

    The list may lag, so a miss is never final.
    """
    params = {
        "max_results": "100",
        "exclude": "retweets",
        "post.fields": FIELDS,
        "start_time": (since - WRONG_CLOCK).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    matches: list[dict[str, Any]] = []
    alike: list[dict[str, Any]] = []
    for _ in range(PAGES):
        answer = call(context, "GET", "users", context.account.external_id, "tweets", params=params)
        page = _listed(answer)
        if page is None:
            return could_not_look(answer, context)
        theirs = since + http.clock_difference(answer, context.now())
        items = [item for item in page.get("data") or [] if isinstance(item, dict)]
        matches += [item for item in items if _is_ours(item, post, theirs)]
        alike += [item for item in items if _may_be_ours(item, post, theirs)]
        token = (page.get("meta") or {}).get("next_token")
        if not token:
            return _found(matches, alike, context)
        params = {**params, "pagination_token": str(token)}
    return (
        _found(matches, alike, context) if matches else CannotTell("the list of own posts is longer than what was read")
    )


def _listed(answer: http.Answer | Refused) -> dict[str, Any] | None:
    """A page of posts, or None when the answer is not one. An empty page has ``meta`` and no ``data``."""
    if not isinstance(answer, http.Response) or not answer.ok:
        return None
    page = answer.object()
    good = isinstance(page.get("data", []), list) and isinstance(page.get("meta", {}), dict)
    return page if good and ("data" in page or "meta" in page) else None


def _found(matches: list[dict[str, Any]], alike: list[dict[str, Any]], context: Context) -> Finding:
    """The oldest match is the first sending; a second one would be a double that a person should hear of.

    A post that may be ours with its end cut off is neither found nor absent: sending again could double it.
    """
    ids = sorted((str(item["id"]) for item in matches if str(item.get("id", "")).isdigit()), key=int)
    if not ids and alike:
        return CannotTell(f"{alike[-1].get('id')} begins like this post, but lacks its link")
    if not ids:
        return Absent(detail="not in the list of own posts")
    detail = f"found {len(ids)} like it: {', '.join(ids)}" if len(ids) > 1 else ""
    return Found(ids[0], post_url(ids[0], context), detail=detail)


def _is_ours(item: Mapping[str, Any], post: Post, since: datetime) -> bool:
    """By the mark where there is one, for it is in no other post; else by text and time."""
    if post.link is not None and post.link.url:
        return holds_link(item, post.link.url)
    made = _time(item.get("created_at"))
    if made is None or made < since - CLOCKS:
        return False
    return text.comparable(shown_text(item)) == text.comparable(wire_text(post))


def _may_be_ours(item: Mapping[str, Any], post: Post, since: datetime) -> bool:
    """A post of ours that lost its link: made since then, the same text or its beginning, and the mark not in it."""
    made = _time(item.get("created_at"))
    recent = made is not None and made >= since - CLOCKS
    return recent and not _is_ours(item, post, since) and text.may_be(wire_text(post), shown_text(item))


def _urls(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """URL entities, of the long form of the post too where there is one."""
    found: list[dict[str, Any]] = []
    for holder in (item, item.get("note_post")):
        entities = holder.get("entities") if isinstance(holder, dict) else None
        listed = entities.get("urls") if isinstance(entities, dict) else None
        found += [url for url in listed if isinstance(url, dict)] if isinstance(listed, list) else []
    return found


def _addresses(item: Mapping[str, Any]) -> Iterable[str]:
    for url in _urls(item):
        for key in ("expanded_url", "unwound_url", "url"):
            if isinstance(url.get(key), str):
                yield url[key]


def holds_link(item: Mapping[str, Any], url: str) -> bool:
    """True when the post links to ``url``, or only shows it.

    X makes no link of a host without a public top-level domain, such as that of a site under trial.
    """
    linked = any(text.same_url(address, url) for address in _addresses(item))
    return linked or text.holds_url(html.unescape(shown_text(item)), url)


def shown_text(item: Mapping[str, Any]) -> str:
    """The text as people read it: t.co addresses replaced by what they stand for, that of pictures left out."""
    note = item.get("note_post")
    long = note.get("text") if isinstance(note, dict) else None
    shown = str(long or item.get("text") or "")
    for url in _urls(item):
        short = url.get("url")
        if isinstance(short, str) and short:
            picture = url.get("media_key") or re.search(r"/(photo|video)/\d+$", str(url.get("expanded_url") or ""))
            shown = shown.replace(short, "" if picture else str(url.get("expanded_url") or short))
    return shown


def _time(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def could_not_look(answer: http.Answer | Refused, context: Context) -> CannotTell:
    """A look that failed: come back when X says, or in half a minute."""
    return http.could_not_look(meaning_of(answer, context, once=False))


def read_back(post: Post, post_id: str, context: Context) -> Seen | Absent | CannotTell:
    """Read the post and its media, and say what differs from what was sent."""
    params = {
        "post.fields": FIELDS,
        "expansions": "attachments.media_keys",
        "media.fields": "alt_text,media_key,type,url",
    }
    answer = call(context, "GET", "tweets", post_id, params=params)
    if not isinstance(answer, http.Response):
        return could_not_look(answer, context)
    body = answer.object()
    item = body.get("data") if answer.ok else None
    if not isinstance(item, dict):
        if problem_status(answer, first_problem(answer)) == 404:
            return Absent(final=True, detail="X does not have the post")
        return could_not_look(answer, context)
    includes = body.get("includes")
    media = includes.get("media") if isinstance(includes, dict) else None
    pictures = [item for item in media if isinstance(item, dict)] if isinstance(media, list) else []
    return Seen(post_id, post_url(post_id, context), tuple(_differences(post, item, pictures)))


def _differences(post: Post, item: Mapping[str, Any], pictures: list[dict[str, Any]]) -> Iterable[str]:
    difference = text.text_difference(wire_text(post), shown_text(item))
    if difference:
        yield difference
    if len(pictures) < len(post.pictures):
        yield "picture_missing"
    described = [str(picture.get("alt_text") or "").strip() for picture in pictures]
    if any(
        picture.alt.strip() and text.nfc(picture.alt.strip()) not in map(text.nfc, described)
        for picture in post.pictures
    ):
        yield "alt_missing"
    if post.link is not None and not holds_link(item, post.link.url):
        yield "link_missing"


def verify(context: Context) -> Result:
    """GET /2/users/me: the key works, and speaks for the account we think."""
    answer = call(context, "GET", "users", "me", params={"user.fields": "id,name"})
    data = answer.object().get("data") if isinstance(answer, http.Response) and answer.ok else None
    if not isinstance(data, dict) or not data.get("id"):
        return meaning_of(answer, context, once=False)
    user_id, expected = str(data["id"]), context.account.external_id
    if expected and user_id != expected:
        return Refused(Reason.UNEXPECTED, Refusal.ACCOUNT, f"the key belongs to account {user_id}, not {expected}")
    name, username = str(data.get("name") or ""), str(data.get("username") or "")
    return Done(user_id, data={"name": name, "username": username})
