"""Looking on LinkedIn: did a post happen, is it as we sent it, does the key work?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    Refused,
    Result,
    Seen,
)
from samspill.channels.linkedin.calls import POST_URN, author, call, meaning_of
from samspill.channels.linkedin.little import shown
from samspill.channels.linkedin.rules import has_card, wire_text
from samspill.channels.linkedin.steps import post_url

CLOCKS = timedelta(minutes=5)  # how far our clock and LinkedIn's may be apart
PAGE, PAGES = 100, 5


def find(post: Post, since: datetime, hint_id: str, context: Context) -> Finding:
    """Read the post that a refusal named, or look through the organisation's latest posts."""
    return find_named(post, since, hint_id, context) if hint_id else find_listed(post, since, context)


def find_named(post: Post, since: datetime, urn: str, context: Context) -> Finding:
    """GET the urn of a ``DUPLICATE_POST``. 404 is a ghost: it was never seen, yet blocks, so a person decides."""
    answer = call(context, "GET", "posts", urn)
    item = answer.object() if isinstance(answer, http.Response) and answer.ok else {}
    if item:
        if is_ours(item, post, since):
            return Found(urn, post_url(urn, context))
        return CannotTell(f"LinkedIn refused this as a copy of {urn}, which is another post")
    if isinstance(answer, http.Response) and answer.status == 404:
        return CannotTell(f"LinkedIn refused this as a copy of {urn}, which is not there")
    return could_not_look(answer, context)


def find_listed(post: Post, since: datetime, context: Context) -> Finding:
    """Posts by the organisation, latest change first. The list may lag, so a miss is never final."""
    matches: list[dict[str, Any]] = []
    alike: list[dict[str, Any]] = []
    for number in range(PAGES):
        params = {"q": "author", "author": author(context), "sortBy": "LAST_MODIFIED", "count": str(PAGE)}
        if number:
            params["start"] = str(number * PAGE)
        answer = call(context, "GET", "posts", params=params, restli_method="FINDER")
        items = answer.object().get("elements") if isinstance(answer, http.Response) and answer.ok else None
        if not isinstance(items, list):
            return could_not_look(answer, context)
        theirs = since + http.clock_difference(answer, context.now())
        posts = [item for item in items if isinstance(item, dict) and POST_URN.fullmatch(str(item.get("id")))]
        matches += [item for item in posts if is_ours(item, post, theirs)]
        alike += [item for item in posts if may_be_ours(item, post, theirs)]
        oldest = min((made for item in posts if (made := _time(item, "lastModifiedAt")) is not None), default=None)
        if len(items) < PAGE or (oldest is not None and oldest < theirs - CLOCKS):
            return _found(matches, alike, context)
    return (
        _found(matches, alike, context) if matches else CannotTell("the list of own posts is longer than what was read")
    )


def _found(matches: list[dict[str, Any]], alike: list[dict[str, Any]], context: Context) -> Finding:
    """The oldest match is the first sending.

    A post that may be ours, cut by LinkedIn, is neither found nor absent: sending again could double it.
    """
    if not matches and alike:
        return CannotTell(f"{alike[-1].get('id')} begins like this post, but lacks its end or its link")
    if not matches:
        return Absent(detail="not among the organisation's posts")
    matches.sort(key=lambda item: _time(item, "createdAt", "publishedAt") or datetime.max.replace(tzinfo=UTC))
    ids = [str(item["id"]) for item in matches]
    detail = f"found {len(ids)} like it: {', '.join(ids)}" if len(ids) > 1 else ""
    return Found(ids[0], post_url(ids[0], context), detail=detail)


def is_ours(item: Mapping[str, Any], post: Post, since: datetime) -> bool:
    """By the mark where there is one, for it is in no other post; else by text and time."""
    if post.link is not None and post.link.url:
        return holds_link(item, post.link.url)
    made = _time(item, "createdAt", "publishedAt")
    if made is None or made < since - CLOCKS:
        return False
    return text.comparable(shown_text(item)) == text.comparable(wire_text(post))


def may_be_ours(item: Mapping[str, Any], post: Post, since: datetime) -> bool:
    """A post of ours that was cut: made since then, the same text or its beginning, and no other card."""
    made = _time(item, "createdAt", "publishedAt")
    recent = made is not None and made >= since - CLOCKS
    if not recent or is_ours(item, post, since) or "article" in _content(item):
        return False
    return text.may_be(wire_text(post), shown_text(item))


def holds_link(item: Mapping[str, Any], url: str) -> bool:
    """True when the post's text or its article card holds ``url``."""
    article = _content(item).get("article")
    source = article.get("source") if isinstance(article, dict) else None
    return text.holds_url(shown_text(item), url) or (isinstance(source, str) and text.same_url(source, url))


def shown_text(item: Mapping[str, Any]) -> str:
    """The text as people read it."""
    return shown(str(item.get("commentary") or ""))


def _content(item: Mapping[str, Any]) -> dict[str, Any]:
    content = item.get("content")
    return content if isinstance(content, dict) else {}


def _time(item: Mapping[str, Any], *names: str) -> datetime | None:
    """The first of these times that the post has; LinkedIn gives milliseconds since 1970."""
    for name in names:
        value = item.get(name)
        if isinstance(value, int) and 0 < value < 10**14:
            return datetime.fromtimestamp(value / 1000, UTC)
    return None


def could_not_look(answer: http.Answer | Refused, context: Context) -> CannotTell:
    """A look that failed: come back when LinkedIn says, or in half a minute."""
    return http.could_not_look(meaning_of(answer, context, once=False))


def read_back(post: Post, post_id: str, context: Context) -> Seen | Absent | CannotTell:
    """Read the post and say what differs. LinkedIn cuts texts without an error, so the text counts most."""
    answer = call(context, "GET", "posts", post_id)
    item = answer.object() if isinstance(answer, http.Response) and answer.ok else {}
    if not item:
        if isinstance(answer, http.Response) and answer.status == 404:
            return Absent(final=True, detail="LinkedIn does not have the post")
        return could_not_look(answer, context)
    return Seen(post_id, post_url(post_id, context), tuple(_differences(post, item)))


def _differences(post: Post, item: Mapping[str, Any]) -> Iterator[str]:
    if difference := text.text_difference(wire_text(post), shown_text(item)):
        yield difference
    if has_card(post) and post.link is not None and not holds_link(item, post.link.url):
        yield "link_missing"
    shown_media = _media(item)
    wanted = len(post.pictures) + (post.document is not None)
    if len(shown_media) < wanted:
        yield "picture_missing"
    alts = [text.nfc(str(each.get("altText") or "").strip()) for each in shown_media]
    if any(each.alt.strip() and text.nfc(each.alt.strip()) not in alts for each in post.pictures):
        yield "alt_missing"


def _media(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Pictures or the document of a post."""
    content = _content(item)
    several = content.get("multiImage")
    images = several.get("images") if isinstance(several, dict) else None
    if isinstance(images, list):
        return [each for each in images if isinstance(each, dict)]
    one = content.get("media")
    return [one] if isinstance(one, dict) else []


def verify(context: Context) -> Result:
    """GET /rest/organizations/{id}: the key works and may speak for the organisation."""
    number = author(context).rsplit(":", 1)[-1]
    answer = call(context, "GET", "organizations", number)
    found = answer.object() if isinstance(answer, http.Response) and answer.ok else {}
    if not found.get("id"):
        return meaning_of(answer, context, once=False)
    name, vanity = str(found.get("localizedName") or ""), str(found.get("vanityName") or "")
    return Done(str(found["id"]), data={"name": name, "vanity": vanity})
