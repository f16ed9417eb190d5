"""Publishing and deleting on Bluesky, step by step.

Pictures are uploaded, the record is prepared, and then it is written under a key that we chose: writing the same
record twice is one record and one change (com.atproto.repo.putRecord). What is prepared is kept with the delivery
before anything is written, so a later try cannot become another record, even when a mentioned name has meanwhile
moved to another account. ``createRecord`` is not used: it answers 500 when the record is there already.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from samspill.channels import http
from samspill.channels.bluesky import keys
from samspill.channels.bluesky.calls import call, error_of, meaning_of
from samspill.channels.bluesky.prepare import prepare
from samspill.channels.bluesky.rules import has_card, wire_text
from samspill.channels.contract import (
    Action,
    Context,
    Done,
    Nature,
    Picture,
    Post,
    Reason,
    Redo,
    Refusal,
    Refused,
    Result,
    Step,
)

CID = re.compile(r"b[a-z2-7]{20,200}")


def uploads(post: Post) -> list[tuple[str, int, Picture]]:
    """What must be uploaded: (name, index of the picture, the picture). The card's thumbnail is one of them."""
    if post.pictures:
        return [(str(index + 1), index, picture) for index, picture in enumerate(post.pictures)]
    if has_card(post) and post.link is not None and post.link.thumbnail is not None:
        return [("thumbnail", 0, post.link.thumbnail)]
    return []


def plan(action: Action, post: Post) -> list[Step]:
    """The steps of an action; none for what Bluesky does not offer."""
    if action is Action.DELETE:
        return [Step("delete", Nature.REPEATABLE)]
    if action is not Action.PUBLISH:
        return []
    found = [Step(f"upload:{name}", Nature.REPEATABLE, index) for name, index, _ in uploads(post)]
    return [*found, Step("record", Nature.REPEATABLE), Step("post", Nature.ONCE)]


def perform(
    action: Action, step: Step, post: Post, done: Mapping[str, Done], target_id: str, context: Context
) -> Result:
    """Do one step. A step that this platform does not know is a fault in the plan, for a person to see."""
    kind, _, part = step.name.partition(":")
    things = {name: thing for name, _, thing in uploads(post)}
    if kind == "upload" and part in things:
        return upload(things[part], context)
    if kind == "record":
        return prepare(post, target_id, context)
    if kind == "post":
        return write(post, done, context)
    if kind == "delete":
        return delete(target_id, context)
    return Refused(Reason.UNEXPECTED, Refusal.PERSON, f"Bluesky has no step {step.name}")


def upload(picture: Picture, context: Context) -> Result:
    """com.atproto.repo.uploadBlob. What no record uses is forgotten by the server after a while."""
    data = context.read(picture)
    answer = call(context, "POST", "com.atproto.repo.uploadBlob", content=data, mime=picture.mime)
    blob = answer.object().get("blob") if isinstance(answer, http.Response) and answer.ok else None
    ref = blob.get("ref") if isinstance(blob, dict) else None
    if isinstance(blob, dict) and isinstance(ref, dict) and CID.fullmatch(str(ref.get("$link"))):
        if blob.get("size") != len(data):  # cut on the way, and taken for whole
            return Refused(Reason.MEDIA_FAILED, Refusal.PERSON, f"sent {len(data)} bytes, {blob.get('size')} arrived")
        return Done(str(ref["$link"]), data={"blob": blob})
    meaning = meaning_of(answer, context, once=False)
    if isinstance(meaning, Refused) and meaning.reason is Reason.UNEXPECTED:
        return Refused(Reason.MEDIA_REJECTED, Refusal.PERSON, meaning.detail, meaning.status)
    return meaning


def write(post: Post, done: Mapping[str, Done], context: Context) -> Result:
    """com.atproto.repo.putRecord under the prepared key. Anything unclear is Unknown, and looked up by the key."""
    prepared, did = done["record"], context.account.external_id
    body = {"repo": did, "collection": keys.COLLECTION, "rkey": prepared.id, "record": record(post, done)}
    answer = call(context, "POST", "com.atproto.repo.putRecord", json=body)
    if isinstance(answer, http.Response):
        told = answer.object()
        address = keys.uri(did, prepared.id)
        if answer.ok and told.get("uri") == address and CID.fullmatch(str(told.get("cid"))):
            return Done(address, post_url(address, context), {"cid": told["cid"]})
        if error_of(answer) == "BlobNotFound" and uploads(post):
            names = tuple(f"upload:{name}" for name, _, _ in uploads(post))
            return Redo(names, Reason.MEDIA_REJECTED, "the server no longer has the pictures", answer.status)
    return meaning_of(answer, context, once=True)


def record(post: Post, done: Mapping[str, Done]) -> dict[str, Any]:
    """The record of app.bsky.feed.post, from what was prepared and uploaded."""
    made: dict[str, Any] = {
        "$type": keys.COLLECTION,
        "text": wire_text(post),
        "createdAt": done["record"].data["createdAt"],
        "langs": [post.language],
    }
    made |= {name: done["record"].data[name] for name in ("facets", "reply") if done["record"].data.get(name)}
    if post.pictures:
        images = [_image(done[f"upload:{number + 1}"], picture) for number, picture in enumerate(post.pictures)]
        made["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    elif post.link is not None:
        made["embed"] = {"$type": "app.bsky.embed.external", "external": _card(post, done)}
    return made


def _image(uploaded: Done, picture: Picture) -> dict[str, Any]:
    ratio = {"width": picture.width, "height": picture.height}
    image = {"image": uploaded.data["blob"], "alt": picture.alt.strip()}
    return {**image, "aspectRatio": ratio} if min(ratio.values()) > 0 else image


def _card(post: Post, done: Mapping[str, Done]) -> dict[str, Any]:
    """The card, whose words are ours to give: Bluesky fetches no page."""
    assert post.link is not None
    card: dict[str, Any] = {
        "uri": post.link.url,
        "title": post.link.title.strip() or post.link.url,
        "description": post.link.description.strip(),
    }
    if post.link.thumbnail is not None:
        card["thumb"] = done["upload:thumbnail"].data["blob"]
    return card


def delete(target_id: str, context: Context) -> Result:
    """com.atproto.repo.deleteRecord, which does not mind that the record is gone already."""
    did = context.account.external_id
    rkey = keys.key_in(target_id, did)
    if not rkey:
        return Refused(Reason.UNEXPECTED, Refusal.PERSON, "the post to delete is not one of this account's")
    body = {"repo": did, "collection": keys.COLLECTION, "rkey": rkey}
    answer = call(context, "POST", "com.atproto.repo.deleteRecord", json=body)
    if isinstance(answer, http.Response) and answer.ok and isinstance(answer.json(), dict):
        return Done(target_id)
    return meaning_of(answer, context, once=False)


def post_url(address: str, context: Context) -> str:
    """The post's public address: bsky.app, which shows posts of every server; by DID, which outlives a new name.

    A stand-in on plain http is no part of the network: it shows its posts below its own address.
    """
    base = context.account.base_url
    site = "https://bsky.app" if base.startswith("https://") else base
    did, _, rest = address.removeprefix("at://").partition("/")
    # A DID's colons stand as they are in an address's path.
    return http.address(site, "profile") + f"/{did}/post/{rest.rpartition('/')[2]}"
