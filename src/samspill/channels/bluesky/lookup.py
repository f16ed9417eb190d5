"""Looking on Bluesky: is the record there, is it as we sent it, does the key work?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from samspill.channels import http, text
from samspill.channels.bluesky import keys
from samspill.channels.bluesky.calls import call, error_of, meaning_of
from samspill.channels.bluesky.rules import wire_text
from samspill.channels.bluesky.steps import post_url
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

CLOCKS = timedelta(minutes=5)
PAGES = 3  # of 100 posts


def find(post: Post, done: Mapping[str, Done], since: datetime, context: Context) -> Finding:
    """Read the record by the key that we chose: final both ways. Without a key (done by hand) look through the list."""
    prepared = done.get("record")
    if prepared is None or not keys.TID.fullmatch(prepared.id):
        return _by_hand(post, since, context)
    answer = _record(prepared.id, context)
    value = _value(answer)
    if value is not None:
        address = keys.uri(context.account.external_id, prepared.id)
        return Found(address, post_url(address, context), {"cid": answer.object().get("cid", "")})  # type: ignore[union-attr]
    if isinstance(answer, http.Response) and error_of(answer) == "RecordNotFound":
        return Absent(final=True, detail="the account has no record under the key that was chosen")
    return could_not_look(answer, context)


def _record(rkey: str, context: Context) -> http.Answer | Refused:
    params = {"repo": context.account.external_id, "collection": keys.COLLECTION, "rkey": rkey}
    return call(context, "GET", "com.atproto.repo.getRecord", params=params)


def _value(answer: http.Answer | Refused) -> dict[str, Any] | None:
    value = answer.object().get("value") if isinstance(answer, http.Response) and answer.ok else None
    return value if isinstance(value, dict) and isinstance(value.get("text"), str) else None


def _by_hand(post: Post, since: datetime, context: Context) -> Finding:
    """A post that a person wrote on the platform's own page: by the short address, or without one by text and time."""
    params = {"repo": context.account.external_id, "collection": keys.COLLECTION, "limit": "100"}
    for _ in range(PAGES):
        answer = call(context, "GET", "com.atproto.repo.listRecords", params=params)
        body = answer.object() if isinstance(answer, http.Response) and answer.ok else {}
        if not isinstance(body.get("records"), list):
            return could_not_look(answer, context)
        for item in body["records"]:
            value = item.get("value") if isinstance(item, dict) else None
            address = str(item.get("uri")) if isinstance(item, dict) else ""
            own = keys.key_in(address, context.account.external_id)
            if own and isinstance(value, dict) and _is_ours(value, post, since):
                return Found(address, post_url(address, context))
        if not body.get("cursor"):
            return Absent(detail="not in the list of own posts")
        params = {**params, "cursor": str(body["cursor"])}
    return CannotTell("the list of own posts is longer than what was read")


def _is_ours(value: Mapping[str, Any], post: Post, since: datetime) -> bool:
    if post.link is not None:
        return holds_link(value, post.link.url)
    try:
        made = datetime.fromisoformat(str(value.get("createdAt")))
    except ValueError:
        return False
    made = made if made.tzinfo else made.replace(tzinfo=UTC)
    alike = text.comparable(str(value.get("text") or "")) == text.comparable(wire_text(post))
    return made >= since - CLOCKS and alike


def holds_link(value: Mapping[str, Any], url: str) -> bool:
    """True when a reader can press ``url``: in the card, or in the text. Plain text alone is no link here."""
    external = _part(value, "embed").get("external")
    addresses = [external.get("uri")] if isinstance(external, dict) else []
    for facet in _list(value.get("facets")):
        addresses += [feature.get("uri") for feature in _list(facet.get("features"))]
    return any(isinstance(address, str) and text.same_url(address, url) for address in addresses)


def could_not_look(answer: http.Answer | Refused, context: Context) -> CannotTell:
    """A look that failed: come back when the server says, or in half a minute."""
    return http.could_not_look(meaning_of(answer, context, once=False))


def read_back(post: Post, post_id: str, context: Context) -> Seen | Absent | CannotTell:
    """Read the record that the network spreads, and say what differs from what was sent."""
    rkey = keys.key_in(post_id, context.account.external_id)
    if not rkey:
        return CannotTell("the post is not one of this account's")
    answer = _record(rkey, context)
    value = _value(answer)
    if value is not None:
        return Seen(post_id, post_url(post_id, context), tuple(_differences(post, value)))
    if isinstance(answer, http.Response) and error_of(answer) == "RecordNotFound":
        return Absent(final=True, detail="the server does not have the record")
    return could_not_look(answer, context)


def _differences(post: Post, value: Mapping[str, Any]) -> Iterable[str]:
    difference = text.text_difference(wire_text(post), value["text"])
    if difference:
        yield difference
    images = _list(_part(value, "embed").get("images"))
    if len(images) < len(post.pictures):
        yield "picture_missing"
    described_as = [text.nfc(str(image.get("alt") or "").strip()) for image in images]
    if any(picture.alt.strip() and text.nfc(picture.alt.strip()) not in described_as for picture in post.pictures):
        yield "alt_missing"
    if post.link is not None and not holds_link(value, post.link.url):
        yield "link_missing"


def _part(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = value.get(name)
    return part if isinstance(part, dict) else {}


def _list(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def verify(context: Context) -> Result:
    """com.atproto.server.getSession: the key works, the account is in use, and it is the one we think."""
    answer = call(context, "GET", "com.atproto.server.getSession")
    told = answer.object() if isinstance(answer, http.Response) and answer.ok else {}
    did, handle, expected = told.get("did"), str(told.get("handle") or ""), context.account.external_id
    if not isinstance(did, str) or not did:
        return meaning_of(answer, context, once=False)
    if expected and did != expected:
        return Refused(Reason.UNEXPECTED, Refusal.ACCOUNT, f"the key belongs to account {did}, not {expected}")
    if told.get("active") is False:
        detail = f"the account is {told.get('status') or 'not active'}"
        return Refused(Reason.ACCOUNT_BLOCKED, Refusal.ACCOUNT, http.clean(detail, context.account.credentials))
    return Done(did, data={"name": handle, "username": handle})
