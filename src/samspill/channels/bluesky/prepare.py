"""Everything about a record that could be another at the next try: its key and time, mentions, what it answers."""

from __future__ import annotations

import re
from typing import Any

from samspill.channels import http
from samspill.channels.bluesky import facets, keys
from samspill.channels.bluesky.calls import call, error_of, meaning_of
from samspill.channels.bluesky.rules import wire_text
from samspill.channels.contract import Context, Done, Post, Reason, Refusal, Refused, Result

DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]")


class _Stopped(Exception):  # noqa: N818 (carries an answer, is no error)
    """A look on the way gave no answer: the step ends with its meaning."""

    def __init__(self, meaning: Result) -> None:
        super().__init__()
        self.meaning = meaning


def prepare(post: Post, target_id: str, context: Context) -> Result:
    """The record key as id, and ``createdAt``, ``facets``, ``reply`` as data. Writes nothing anywhere."""
    if not DID.fullmatch(context.account.external_id):
        return Refused(Reason.ACCOUNT_GONE, Refusal.ACCOUNT, "the account's id is not a DID (did:plc:...)")
    since = context.since or context.now()
    seed = context.key or repr(post)
    try:
        made: dict[str, Any] = {
            "createdAt": keys.created_at(since),
            "facets": facets.facets(wire_text(post), lambda name: _did_of(name, context)),
        }
        if target_id:
            made["reply"] = _answering(target_id, context)
    except _Stopped as stop:
        return stop.meaning
    return Done(keys.record_key(seed, since), data=made)


def _did_of(name: str, context: Context) -> str:
    """com.atproto.identity.resolveHandle: whose name it is; "" when nobody's."""
    answer = call(context, "GET", "com.atproto.identity.resolveHandle", params={"handle": name})
    if isinstance(answer, http.Response):
        did = answer.object().get("did")
        if answer.ok and isinstance(did, str) and DID.fullmatch(did):
            return did
        # Not found has more than one name: servers that ask others pass on what those say.
        if error_of(answer) in {"HandleNotFound", "InvalidRequest"} or (answer.status == 404 and error_of(answer)):
            return ""
    raise _Stopped(meaning_of(answer, context, once=False))


def _answering(target_id: str, context: Context) -> dict[str, Any]:
    """Strong references to the own post that this one answers, and to the first of its thread."""
    did = context.account.external_id
    rkey = keys.key_in(target_id, did)
    if not rkey:
        detail = "the post to answer is not one of this account's"
        raise _Stopped(Refused(Reason.TARGET_GONE, Refusal.PERSON, detail))
    params = {"repo": did, "collection": keys.COLLECTION, "rkey": rkey}
    answer = call(context, "GET", "com.atproto.repo.getRecord", params=params)
    told = answer.object() if isinstance(answer, http.Response) and answer.ok else {}
    if isinstance(told.get("value"), dict) and isinstance(told.get("cid"), str):
        parent = {"uri": target_id, "cid": told["cid"]}
        earlier = told["value"].get("reply")
        root = earlier.get("root") if isinstance(earlier, dict) else None
        return {"root": root if isinstance(root, dict) else parent, "parent": parent}
    if isinstance(answer, http.Response) and error_of(answer) == "RecordNotFound":
        detail = "the post to answer is not there any more"
        raise _Stopped(Refused(Reason.TARGET_GONE, Refusal.PERSON, detail, answer.status))
    raise _Stopped(meaning_of(answer, context, once=False))
