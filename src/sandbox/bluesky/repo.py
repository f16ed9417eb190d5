"""Records: written, read, listed, taken away.

What others see is the record as it was first written: Bluesky's own service does not take up a post that is written
over, though the account's server gives the new one to whoever asks it (`data["shown"]` and `data["record"]`).
"""

from __future__ import annotations

import re
import time
from typing import Any

from werkzeug.wrappers import Response

from sandbox import accounts, posts
from sandbox.accounts import Account
from sandbox.bluesky import blobs, cid, errors, tid
from sandbox.bluesky.body import checked_body, checked_params
from sandbox.bluesky.lexicon import TID, Invalid, check_record
from sandbox.platform import Call, answer
from sandbox.posts import Post

COLLECTION = "app.bsky.feed.post"


def put(call: Call) -> Response:
    """POST com.atproto.repo.putRecord: the same record again is no new commit."""
    body = _mine(call)
    uri, name = _checked(call, body, body["rkey"])
    there = posts.by_id(call.store, "bluesky", uri)
    if "swapRecord" in body and body["swapRecord"] != (there.data["cid"] if there else None):
        state = f"Record was at {there.data['cid']}" if there else "Record was not there"
        raise errors.refusal(400, "InvalidSwap", state)
    if there and there.data["sent"] == name:
        call.created = uri
        return answer({"uri": uri, "cid": there.data["cid"], "validationStatus": "valid"})
    return _written(call, body["record"], uri, name, there)


def create(call: Call) -> Response:
    """POST com.atproto.repo.createRecord. A key that is taken is a plain 500 (measured)."""
    body = _mine(call)
    uri, name = _checked(call, body, body.get("rkey") or tid.of(call.store.next_ms() * 1000))
    if posts.by_id(call.store, "bluesky", uri):
        raise errors.refusal(500)
    return _written(call, body["record"], uri, name, None)


def _mine(call: Call) -> dict[str, Any]:
    body = checked_body(call)
    owner = owner_of(call, body["repo"])
    if owner is None:
        raise errors.refusal(403, "AccountNotFound", "Account not found")
    if owner.id != call.account.id:
        raise errors.refusal(401)
    if body["collection"] != COLLECTION:
        raise errors.refusal(400, None, f"the pretend server keeps {COLLECTION} alone")
    return body


def owner_of(call: Call, repo: str) -> Account | None:
    """The account by DID or name."""
    found = accounts.by_id(call.store, "bluesky", repo)
    return found or accounts.by_handle(call.store, "bluesky", repo)


def _checked(call: Call, body: dict[str, Any], rkey: str) -> tuple[str, str]:
    """The record's address and content id, when the record and its key are as the lexicons want."""
    if not re.fullmatch(TID, rkey):
        words = f'Invalid TID string (got "{rkey}") at $'
        raise errors.refusal(400, None, f"Invalid record key for {COLLECTION}: {words}")
    record = body["record"]
    if isinstance(record, dict):
        record.setdefault("$type", COLLECTION)
    try:
        check_record(COLLECTION, record)
        return f"at://{call.account.id}/{COLLECTION}/{rkey}", cid.of_record(record)
    except (Invalid, ValueError) as error:
        raise errors.refusal(400, None, f"Invalid {COLLECTION} record: {error}") from error


def _written(call: Call, record: dict[str, Any], uri: str, sent: str, there: Post | None) -> Response:
    blobs.take(call, record, uri)
    kept = _bent(call, record)
    ms = call.store.next_ms()
    name, rev = cid.of_record(kept), tid.of(ms * 1000)
    shown = there.data["shown"] if there else kept
    post = Post(
        "bluesky",
        uri,
        call.account.id,
        record["text"],
        shown["text"],
        there.created if there else ms / 1000,
        updated=ms / 1000,
        listed=time.time() + call.seconds("hidden_list", "list_lag_s"),
        data={"record": kept, "shown": shown, "cid": name, "sent": sent, "rev": rev},
    )
    posts.save(call.store, post)
    call.created = uri
    commit = {"cid": cid.of_record({"rev": rev, "record": name}), "rev": rev}
    return answer({"uri": uri, "cid": name, "commit": commit, "validationStatus": "valid"})


def _bent(call: Call, record: dict[str, Any]) -> dict[str, Any]:
    """The record after the faults that lose alt texts or the end of a text."""
    kept = dict(record)
    images = (kept.get("embed") or {}).get("images")
    if images and call.take("drop_alt"):
        kept["embed"] = {**kept["embed"], "images": [{**image, "alt": ""} for image in images]}
    cut = call.take("cut_text")
    if cut:
        kept["text"] = kept["text"][: int(cut.params["length"])]
    return kept


def get(call: Call) -> Response:
    """GET com.atproto.repo.getRecord: anyone may read."""
    asked = checked_params(call)
    owner = owner_of(call, asked["repo"])
    if owner is None:
        raise errors.refusal(400, None, "Could not locate record")
    uri = f"at://{owner.id}/{asked['collection']}/{asked['rkey']}"
    post = posts.by_id(call.store, "bluesky", uri)
    if post is None or asked.get("cid", post.data["cid"]) != post.data["cid"]:
        raise errors.refusal(400, "RecordNotFound", f"Could not locate record: {uri}")
    return answer({"uri": uri, "cid": post.data["cid"], "value": post.data["record"]})


def listed(call: Call) -> Response:
    """GET com.atproto.repo.listRecords, newest key first; `reverse` turns it."""
    asked = checked_params(call)
    owner = owner_of(call, asked["repo"])
    if owner is None:
        raise errors.refusal(400, None, f"Could not find repo: {asked['repo']}")
    backwards = asked.get("reverse", False)
    prefix = f"at://{owner.id}/{asked['collection']}/"
    found = [post for post in posts.listed(call.store, "bluesky", owner.id) if post.id.startswith(prefix)]
    found.sort(key=lambda post: post.id, reverse=not backwards)
    cursor = asked.get("cursor")
    if cursor:
        found = [post for post in found if (post.id > prefix + cursor) == backwards and post.id != prefix + cursor]
    page = found[: asked["limit"]]
    body: dict[str, Any] = {
        "records": [{"uri": post.id, "cid": post.data["cid"], "value": post.data["record"]} for post in page]
    }
    if page:
        body["cursor"] = page[-1].id.removeprefix(prefix)
    return answer(body)


def delete(call: Call) -> Response:
    """POST com.atproto.repo.deleteRecord: also of what is not there."""
    body = _mine(call)
    post = posts.by_id(call.store, "bluesky", f"at://{call.account.id}/{body['collection']}/{body['rkey']}")
    if post is None:
        return answer({})
    post.deleted = time.time()
    posts.save(call.store, post)
    rev = tid.of(call.store.next_ms() * 1000)
    return answer({"commit": {"cid": cid.of_record({"rev": rev, "deleted": post.id}), "rev": rev}})
