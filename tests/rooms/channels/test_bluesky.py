"""Bluesky: every request against the published lexicons, and what each answer means."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samspill.channels.bluesky import keys
from samspill.channels.bluesky.steps import post_url
from samspill.channels.contract import (
    Account,
    Action,
    Context,
    Done,
    Later,
    Link,
    Post,
    Reason,
    Redo,
    Refusal,
    Refused,
    Unknown,
    Way,
)
from samspill.channels.http import Client
from samspill.channels.registry import platform
from tests.rooms.channels import worlds
from tests.rooms.channels.loopback import Loopback, Reply, Request, Rude
from tests.rooms.sandbox.bluesky_contract import check_request

BLUESKY = platform("bluesky")
DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
OTHER = "did:plc:z72i7hdynmk6r22z27h6tvur"
CID = "bafyreigcdjmfr4xhkbgo4jfytwecwihabrseudjg7z4rxglxny7pzidozu"
BLOB_CID = "bafkreidlp6sdj6jkroakvmbntpy2clsj77foijheae5byt3iwz7d2k542a"
NAMES = {"lottstift.no": OTHER}


def context(url: str, **more: Any) -> Context:
    account = Account("bluesky", url, DID, "tilsyn.test", {"access_token": worlds.TOKEN})
    same = {"key": "Ab3dE", "since": worlds.NOW}
    return Context(account, Client(), small, lambda: worlds.NOW, **{**same, **more})


def small(thing: Any) -> bytes:
    """Bytes within the lexicon's limit."""
    return worlds.content(thing)[:900_000]


def checked(request: Request) -> str:
    """The request against its lexicon; gives its method's name."""
    nsid = request.path.removeprefix("/base/xrpc/")
    body = request.json if request.headers.get("content-type", "").startswith("application/json") else None
    check_request(request.method, nsid, request.query, body)
    assert request.headers["authorization"] == f"Bearer {worlds.TOKEN}"
    return nsid.rpartition(".")[2]


def good(request: Request) -> Reply:
    """A server where all goes well and three names are known."""
    verb = checked(request)
    if verb == "uploadBlob":
        blob = {"$type": "blob", "ref": {"$link": BLOB_CID}, "mimeType": request.headers["content-type"]}
        return Reply(200, {"blob": {**blob, "size": len(request.body)}})
    if verb == "resolveHandle":
        did = NAMES.get(request.query["handle"])
        return Reply(200, {"did": did}) if did else error(400, "HandleNotFound", "Unable to resolve handle")
    if verb == "putRecord":
        return Reply(200, {"uri": keys.uri(DID, request.json["rkey"]), "cid": CID, "validationStatus": "valid"})
    if verb == "deleteRecord":
        return Reply(200, {})
    if verb == "getRecord":
        rkey = request.query["rkey"]
        return Reply(200, {"uri": keys.uri(DID, rkey), "cid": CID, "value": {"text": "Del 1"}})
    return error(400, "InvalidRequest", f"no {verb}")


def error(status: int, name: str, message: str = "no") -> Reply:
    return Reply(status, {"error": name, "message": message})


def written(loopback: Loopback, post: Post, target: str = "", **more: Any) -> dict[str, Any]:
    """The record, all steps done."""
    loopback.answer = good
    results = worlds.perform_all(BLUESKY, Action.PUBLISH, post, context(loopback.url, **more), target)
    final = results["post"]
    assert isinstance(final, Done), final
    body: dict[str, Any] = loopback.requests[-1].json
    assert final.id == keys.uri(DID, body["rkey"])
    assert final.url == f"{loopback.url}/profile/{DID}/post/{body['rkey']}"
    record: dict[str, Any] = body["record"]
    return record


PREPARED = {"record": Done("3lbqzzzzzzz22", data={"createdAt": "2026-11-25T13:00:00.000Z", "facets": []})}


def post_step(answer: Reply, loopback: Loopback, post: Post | None = None, done: Any = None) -> Any:
    loopback.answer = lambda request: answer
    post = post or Post("Hei")
    step = BLUESKY.plan(Action.PUBLISH, post)[-1]
    return BLUESKY.perform(Action.PUBLISH, step, post, done or PREPARED, "", context(loopback.url))


# --- what is written ---------------------------------------------------------------------


def test_pictures_carry_alt_texts_and_their_proportions_and_the_link_stands_in_the_text(loopback: Loopback) -> None:
    record = written(
        loopback, Post("Bingo", pictures=(worlds.picture(1), worlds.picture(2, " Ein hund ")), link=worlds.LINK)
    )
    assert record["embed"]["$type"] == "app.bsky.embed.images"
    assert [image["alt"] for image in record["embed"]["images"]] == ["Ei jente held ein bingobong", "Ein hund"]
    assert record["embed"]["images"][0]["aspectRatio"] == {"width": 1200, "height": 800}
    assert record["text"] == "Bingo\nhttps://lottstift.example/l/Ab3dE"
    (facet,) = record["facets"]
    assert facet["index"] == {"byteStart": 6, "byteEnd": 39}


def test_without_pictures_the_link_is_a_card_and_not_in_the_text(loopback: Loopback) -> None:
    record = written(loopback, Post("Bingo", "nn", link=replace(worlds.LINK, thumbnail=worlds.picture(3))))
    assert record["text"] == "Bingo"
    assert record["langs"] == ["nn"]
    external = record["embed"]["external"]
    assert (external["uri"], external["title"]) == (worlds.LINK.url, "Fristen er 1. september")
    assert external["thumb"]["ref"] == {"$link": BLOB_CID}
    assert "facets" not in record


def test_a_card_without_words_has_the_address_for_a_title(loopback: Loopback) -> None:
    record = written(loopback, Post("Bingo", link=Link("https://lottstift.example/l/1")))
    card = {"uri": "https://lottstift.example/l/1", "title": "https://lottstift.example/l/1", "description": ""}
    assert record["embed"]["external"] == card


def test_every_try_of_a_delivery_writes_the_same_record_under_the_same_key(loopback: Loopback) -> None:
    post = Post("Hei @lottstift.no")
    first = written(loopback, post)
    second = written(loopback, post)
    bodies = [request.json for request in loopback.requests if request.path.endswith("putRecord")]
    assert first == second
    assert bodies[0] == bodies[1]
    written(loopback, post, key="Annen")
    assert loopback.requests[-1].json["rkey"] != bodies[0]["rkey"]


def test_a_name_that_moves_between_two_tries_does_not_make_another_record(loopback: Loopback) -> None:
    """What was resolved is kept with the delivery; only the writing is repeated."""
    post = Post("Hei @lottstift.no")
    loopback.answer = good
    done: dict[str, Done] = {}
    for step in BLUESKY.plan(Action.PUBLISH, post):
        result = BLUESKY.perform(Action.PUBLISH, step, post, done, "", context(loopback.url))
        assert isinstance(result, Done)
        done[step.name] = result
    NAMES["lottstift.no"] = DID
    try:
        step = BLUESKY.plan(Action.PUBLISH, post)[-1]
        BLUESKY.perform(Action.PUBLISH, step, post, done, "", context(loopback.url))
    finally:
        NAMES["lottstift.no"] = OTHER
    first, second = [request.json for request in loopback.requests if request.path.endswith("putRecord")]
    assert first == second
    assert first["record"]["facets"][0]["features"][0]["did"] == OTHER


def test_a_name_that_nobody_has_stays_text(loopback: Loopback) -> None:
    assert "facets" not in written(loopback, Post("Hei @ingen.no"))


@pytest.mark.parametrize("status", [500, 502, 429])
def test_a_name_that_cannot_be_looked_up_now_is_waited_for(status: int, loopback: Loopback) -> None:
    loopback.answer = lambda request: error(status, "Whatever")
    results = worlds.perform_all(BLUESKY, Action.PUBLISH, Post("Hei @lottstift.no"), context(loopback.url))
    assert isinstance(results["record"], Later)
    assert "post" not in results


def test_an_answer_to_an_own_post_names_root_and_parent(loopback: Loopback) -> None:
    parent = keys.uri(DID, "3lbqzzzzzzz22")
    record = written(loopback, Post("Del 2"), parent)
    ref = {"uri": parent, "cid": CID}
    assert record["reply"] == {"root": ref, "parent": ref}


@pytest.mark.parametrize("target", [keys.uri(OTHER, "3lbqzzzzzzz22"), "17", "at://did:plc:x/app.bsky.feed.like/3l"])
def test_only_an_own_post_is_answered_or_deleted(target: str, loopback: Loopback) -> None:
    loopback.answer = good
    answer = worlds.perform_all(BLUESKY, Action.PUBLISH, Post("Svar"), context(loopback.url), target)["record"]
    assert isinstance(answer, Refused)
    assert answer.reason is Reason.TARGET_GONE
    deleted = worlds.perform_all(BLUESKY, Action.DELETE, Post(""), context(loopback.url), target)["delete"]
    assert isinstance(deleted, Refused)
    assert loopback.requests == []


def test_a_post_to_answer_that_is_gone_is_for_a_person(loopback: Loopback) -> None:
    loopback.answer = lambda request: error(400, "RecordNotFound")
    target = keys.uri(DID, "3lbqzzzzzzz22")
    answer = worlds.perform_all(BLUESKY, Action.PUBLISH, Post("Svar"), context(loopback.url), target)["record"]
    assert isinstance(answer, Refused)
    assert (answer.reason, answer.kind) == (Reason.TARGET_GONE, Refusal.PERSON)


def test_an_account_without_a_did_writes_nothing(loopback: Loopback) -> None:
    where = context(loopback.url)
    where = replace(where, account=replace(where.account, external_id="tilsyn.test"))
    answer = worlds.perform_all(BLUESKY, Action.PUBLISH, Post("Hei"), where)["record"]
    assert isinstance(answer, Refused)
    assert answer.kind is Refusal.ACCOUNT
    assert loopback.requests == []


def test_a_picture_that_was_cut_on_its_way_is_not_used(loopback: Loopback) -> None:
    blob = {"$type": "blob", "ref": {"$link": BLOB_CID}, "mimeType": "image/jpeg", "size": 7}
    loopback.answer = lambda request: Reply(200, {"blob": blob})
    post = Post("Bingo", pictures=(worlds.picture(),))
    answer = worlds.perform_all(BLUESKY, Action.PUBLISH, post, context(loopback.url))["upload:1"]
    assert isinstance(answer, Refused)
    assert answer.reason is Reason.MEDIA_FAILED


def test_deleting_follows_the_lexicon(loopback: Loopback) -> None:
    loopback.answer = good
    target = keys.uri(DID, "3lbqzzzzzzz22")
    assert worlds.perform_all(BLUESKY, Action.DELETE, Post(""), context(loopback.url), target) == {
        "delete": Done(target)
    }


def test_an_edit_that_nobody_would_see_is_not_offered() -> None:
    capabilities = BLUESKY.capabilities()
    assert capabilities.way(Action.EDIT).way is Way.NOT_AT_ALL
    assert capabilities.reply.way is Way.API
    assert BLUESKY.plan(Action.EDIT, Post("x")) == []


def test_public_addresses_are_by_did_and_on_bsky_app_for_every_true_server() -> None:
    for base in ("https://bsky.social", "https://pds.example.no"):
        url = post_url(keys.uri(DID, "3lbqzzzzzzz22"), context(base))
        assert url == f"https://bsky.app/profile/{DID}/post/3lbqzzzzzzz22"


# --- what answers mean -------------------------------------------------------------------

REFUSALS = [
    (error(400, "InvalidToken", "Token could not be verified"), Reason.TOKEN_DEAD, Refusal.ACCOUNT),
    (error(400, "ExpiredToken", "Token has expired"), Reason.TOKEN_DEAD, Refusal.ACCOUNT),
    (error(401, "AuthMissing"), Reason.TOKEN_DEAD, Refusal.ACCOUNT),
    (Reply(401, raw=b""), Reason.TOKEN_DEAD, Refusal.ACCOUNT),
    (error(403, "AccountTakedown"), Reason.ACCOUNT_BLOCKED, Refusal.ACCOUNT),
    (error(400, "AccountDeactivated"), Reason.ACCOUNT_BLOCKED, Refusal.ACCOUNT),
    (error(403, "AccountNotFound"), Reason.ACCOUNT_GONE, Refusal.ACCOUNT),
    (error(403, "ScopeMissingError"), Reason.PERMISSION_MISSING, Refusal.ACCOUNT),
    (
        error(400, "InvalidRequest", "Invalid record: grapheme too big (maximum 300, got 301) at $.record.text"),
        Reason.TEXT_TOO_LONG,
        Refusal.CHANGE,
    ),
    (
        error(
            400, "InvalidRequest", "Invalid record: blob too big (maximum 2000000) at $.record.embed.images[0].image"
        ),
        Reason.MEDIA_REJECTED,
        Refusal.CHANGE,
    ),
    (error(400, "InvalidMimeType", "Referenced Mimetype does not match"), Reason.MEDIA_REJECTED, Refusal.CHANGE),
    (error(413, "PayloadTooLarge"), Reason.MEDIA_REJECTED, Refusal.CHANGE),
    (error(400, "InvalidRequest", "Invalid datetime at $.record.createdAt"), Reason.UNEXPECTED, Refusal.PERSON),
    (error(400, "InvalidSwap"), Reason.UNEXPECTED, Refusal.PERSON),
]


@pytest.mark.parametrize(("answer", "reason", "kind"), REFUSALS)
def test_a_refusal_says_what_is_asked_of_whom(answer: Reply, reason: Reason, kind: Refusal, loopback: Loopback) -> None:
    result = post_step(answer, loopback)
    assert isinstance(result, Refused)
    assert (result.reason, result.kind) == (reason, kind)


UNCLEAR = [
    (error(500, "InternalServerError"), Reason.SERVER_ERROR),
    (error(502, "UpstreamFailure"), Reason.SERVER_ERROR),
    (Reply(503, raw=b"<html>"), Reason.SERVER_ERROR),
    (Reply(403, raw=b"<html>"), Reason.UNREADABLE_ANSWER),
    (Reply(404, raw=b""), Reason.UNREADABLE_ANSWER),
    (Reply(200), Reason.UNREADABLE_ANSWER),
    (Reply(200, raw=b"<html>"), Reason.UNREADABLE_ANSWER),
    (Reply(200, ["uri"]), Reason.UNREADABLE_ANSWER),
    (Reply(200, {"uri": keys.uri(DID, "3lbqzzzzzzz22")}), Reason.UNREADABLE_ANSWER),
    (Reply(200, {"uri": keys.uri(DID, "3lbqzzzzzzz33"), "cid": CID}), Reason.UNREADABLE_ANSWER),
    (Reply(307, {}, {"location": "https://elsewhere.example"}), Reason.UNREADABLE_ANSWER),
]


@pytest.mark.parametrize(("answer", "reason"), UNCLEAR)
def test_an_unclear_answer_to_the_record_is_unknown_never_unpublished(
    answer: Reply, reason: Reason, loopback: Loopback
) -> None:
    result = post_step(answer, loopback)
    assert isinstance(result, Unknown)
    assert result.reason is reason


def test_a_connection_that_is_cut_leaves_it_unknown() -> None:
    rude = Rude(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{"))
    try:
        step = BLUESKY.plan(Action.PUBLISH, Post("Hei"))[-1]
        result = BLUESKY.perform(Action.PUBLISH, step, Post("Hei"), PREPARED, "", context(rude.url))
    finally:
        rude.close()
    assert isinstance(result, Unknown)
    assert result.reason is Reason.CONNECTION_LOST


def test_lost_pictures_are_sent_anew_and_nothing_else(loopback: Loopback) -> None:
    post = Post("Bingo", pictures=(worlds.picture(1), worlds.picture(2)))
    blob = {"$type": "blob", "ref": {"$link": BLOB_CID}, "mimeType": "image/jpeg", "size": 7}
    done = {**PREPARED, **{f"upload:{n}": Done(BLOB_CID, data={"blob": blob}) for n in (1, 2)}}
    result = post_step(error(400, "BlobNotFound", "Could not find blob"), loopback, post, done)
    assert isinstance(result, Redo)
    assert result.steps == ("upload:1", "upload:2")


def test_a_rate_limit_is_waited_out_by_the_servers_own_clock(loopback: Loopback) -> None:
    reset = int(worlds.NOW.timestamp()) + 7200
    answer = Reply(429, {"error": "RateLimitExceeded", "message": "no"}, {"ratelimit-reset": str(reset)})
    result = post_step(answer, loopback)
    assert isinstance(result, Later)
    assert (result.whole_channel, result.retry_after) == (True, 7200)


def test_no_secret_stands_in_what_is_kept_of_an_answer(loopback: Loopback) -> None:
    result = post_step(error(400, "InvalidRequest", f"bad header Bearer {worlds.TOKEN}"), loopback)
    assert worlds.TOKEN not in result.detail


@pytest.mark.parametrize("token", ["", "abc\ndef", "æøå", " "])
def test_a_key_that_cannot_be_one_is_refused_unsent(token: str, loopback: Loopback) -> None:
    where = context(loopback.url)
    where = replace(where, account=replace(where.account, credentials={"access_token": token}))
    step = BLUESKY.plan(Action.PUBLISH, Post("Hei"))[-1]
    result = BLUESKY.perform(Action.PUBLISH, step, Post("Hei"), PREPARED, "", where)
    assert isinstance(result, Refused)
    assert result.reason is Reason.TOKEN_DEAD
    assert loopback.requests == []
