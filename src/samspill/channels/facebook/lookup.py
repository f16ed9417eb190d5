"""Looking on a Facebook Page: did a post happen, is it as we sent it, does the key work?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

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
from samspill.channels.facebook.calls import after_of, call, is_gone, meaning_of
from samspill.channels.facebook.rules import has_card, wire_text
from samspill.channels.facebook.steps import account_gone, page_readable, post_url

FIELDS = "id,message,created_time,permalink_url,attachments"
CLOCKS = timedelta(minutes=5)  # how far our clock and Facebook's may be apart
PAGES = 5  # of 100 posts


def find(post: Post, since: datetime, context: Context) -> Finding:
    """Look through the Page's published posts for the short address, or without one for the same text since then."""
    params = {"fields": FIELDS, "limit": "100"}
    matches: list[dict[str, Any]] = []
    alike: list[dict[str, Any]] = []
    for _ in range(PAGES):
        answer = call(context, "GET", context.account.external_id, "published_posts", params=params)
        page = answer.object() if isinstance(answer, http.Response) and answer.ok else {}
        items = page.get("data")
        if not isinstance(items, list):
            return could_not_look(answer, context)
        theirs = since + http.clock_difference(answer, context.now())
        posts = [item for item in items if isinstance(item, dict) and item.get("id")]
        matches += [item for item in posts if is_ours(item, post, theirs)]
        alike += [item for item in posts if may_be_ours(item, post, theirs)]
        oldest = min((made for item in posts if (made := time_of(item)) is not None), default=None)
        after = after_of(page)
        if not after or (oldest is not None and oldest < theirs - CLOCKS):
            return _found(matches, alike, context)
        params = {**params, "after": after}
    return (
        _found(matches, alike, context) if matches else CannotTell("the list of own posts is longer than what was read")
    )


def _found(matches: list[dict[str, Any]], alike: list[dict[str, Any]], context: Context) -> Finding:
    """The oldest match is the first sending.

    A post that may be ours without its card or end is neither found nor absent: sending again could double it.
    """
    if not matches and alike:
        return CannotTell(f"{alike[-1].get('id')} begins like this post, but lacks its link")
    if not matches:
        return Absent(detail="not among the Page's posts")
    matches.sort(key=lambda item: time_of(item) or datetime.max.replace(tzinfo=UTC))
    ids = [str(item["id"]) for item in matches]
    detail = f"found {len(ids)} like it: {', '.join(ids)}" if len(ids) > 1 else ""
    return Found(ids[0], shown_url(matches[0], ids[0], context), detail=detail)


def is_ours(item: Mapping[str, Any], post: Post, since: datetime) -> bool:
    """By the mark where there is one, for it is in no other post; else by text and time."""
    if post.link is not None and post.link.url:
        return holds_link(item, post.link.url)
    made = time_of(item)
    if made is None or made < since - CLOCKS:
        return False
    return text.comparable(str(item.get("message") or "")) == text.comparable(wire_text(post))


def may_be_ours(item: Mapping[str, Any], post: Post, since: datetime) -> bool:
    """A post of ours that lost its link: made since then, the same text or its beginning, and no other card."""
    made = time_of(item)
    recent = made is not None and made >= since - CLOCKS
    if not recent or is_ours(item, post, since) or any(_is_card(each) for each in attachments(item)):
        return False
    return text.may_be(wire_text(post), str(item.get("message") or ""))


def _is_card(attachment: Mapping[str, Any]) -> bool:
    return attachment.get("type") == "share" or attachment.get("media_type") == "link"


def holds_link(item: Mapping[str, Any], url: str) -> bool:
    """True when the post's text or its card holds ``url``."""
    in_text = text.holds_url(str(item.get("message") or ""), url)
    return in_text or any(text.same_url(address, url) for address in _card_addresses(item))


def attachments(item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Attachments of a post, those of an album one by one."""
    holder = item.get("attachments")
    listed = holder.get("data") if isinstance(holder, dict) else None
    for attachment in listed if isinstance(listed, list) else []:
        if isinstance(attachment, dict):
            inner = attachment.get("subattachments")
            inside = inner.get("data") if isinstance(inner, dict) else None
            yield from [each for each in inside if isinstance(each, dict)] if inside else [attachment]


def _card_addresses(item: Mapping[str, Any]) -> Iterator[str]:
    """Addresses of link cards; Facebook wraps them in one of its own (l.php?u=...)."""
    for attachment in attachments(item):
        for holder in (attachment, attachment.get("target")):
            for key in ("unshimmed_url", "url"):
                address = holder.get(key) if isinstance(holder, dict) else None
                if isinstance(address, str):
                    yield address
                    yield from parse_qs(urlsplit(address).query).get("u", [])


def time_of(item: Mapping[str, Any]) -> datetime | None:
    """When a post was made, in UTC; None when it does not say."""
    try:
        found = datetime.fromisoformat(str(item.get("created_time")))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def shown_url(item: Mapping[str, Any], post_id: str, context: Context) -> str:
    """The address that Facebook itself gives, else the one made from the id."""
    given = item.get("permalink_url")
    good = isinstance(given, str) and urlsplit(given).scheme in {"http", "https"}
    return str(given) if good else post_url(post_id, context)


def could_not_look(answer: http.Answer | Refused, context: Context) -> CannotTell:
    """A look that failed: come back when Facebook says, or in half a minute."""
    return http.could_not_look(meaning_of(answer, context, once=False))


def read_back(post: Post, post_id: str, context: Context) -> Seen | Absent | CannotTell:
    """Read the post and its pictures' alt texts, and say what differs from what was sent."""
    answer = call(context, "GET", post_id, params={"fields": FIELDS})
    item = answer.object() if isinstance(answer, http.Response) and answer.ok else {}
    if not item.get("id"):
        if is_gone(answer) and page_readable(context):
            return Absent(final=True, detail="Facebook does not have the post")
        return could_not_look(answer, context)
    differences = []
    if difference := text.text_difference(wire_text(post), str(item.get("message") or "")):
        differences.append(difference)
    if has_card(post) and post.link is not None and not holds_link(item, post.link.url):
        differences.append("link_missing")
    differences += _picture_differences(post, item, context)
    return Seen(post_id, shown_url(item, post_id, context), tuple(differences))


def _picture_differences(post: Post, item: Mapping[str, Any], context: Context) -> list[str]:
    if not post.pictures:
        return []
    targets = [attachment.get("target") for attachment in attachments(item)]
    photo_ids = [str(target["id"]) for target in targets if isinstance(target, dict) and target.get("id")]
    if len(photo_ids) < len(post.pictures):
        return ["picture_missing"]
    shown = []
    for photo_id in photo_ids:
        answer = call(context, "GET", photo_id, params={"fields": "alt_text,alt_text_custom"})
        found = answer.object() if isinstance(answer, http.Response) and answer.ok else {}
        shown += [text.nfc(str(found.get(key) or "").strip()) for key in ("alt_text_custom", "alt_text")]
    wanted = [text.nfc(picture.alt.strip()) for picture in post.pictures if picture.alt.strip()]
    return [] if all(alt in shown for alt in wanted) else ["alt_missing"]


def verify(context: Context) -> Result:
    """GET /{page}: the key works and can read the Page."""
    page_id = context.account.external_id
    answer = call(context, "GET", page_id, params={"fields": "id,name,link"})
    found = answer.object() if isinstance(answer, http.Response) and answer.ok else {}
    if not found.get("id"):
        return account_gone(meaning_of(answer, context, once=False))
    if str(found["id"]) != page_id:
        detail = f"the answer is about {http.clean(found['id'], {})}, not {page_id}"
        return Refused(Reason.UNEXPECTED, Refusal.ACCOUNT, detail)
    return Done(page_id, data={"name": str(found.get("name") or "")})
