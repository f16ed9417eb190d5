"""Bluesky: is the record there, is it as it was sent, does the key work?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from samspill.channels.bluesky import keys
from samspill.channels.contract import (
    Absent,
    Action,
    CannotTell,
    Done,
    Found,
    Post,
    Reason,
    Refusal,
    Refused,
    Seen,
)
from tests.rooms.channels import worlds
from tests.rooms.channels.loopback import Loopback, Reply, Request
from tests.rooms.channels.test_bluesky import BLUESKY, CID, DID, OTHER, PREPARED, checked, context, error


def look(loopback: Loopback, answer: Reply, post: Post | None = None, done: Any = PREPARED) -> Any:
    def script(request: Request) -> Reply:
        checked(request)
        return answer

    loopback.answer = script
    post = post or Post("Hei")
    step = BLUESKY.plan(Action.PUBLISH, post)[-1]
    return BLUESKY.find(Action.PUBLISH, step, post, done, worlds.NOW, "", context(loopback.url))


def test_the_chosen_key_decides_whether_a_post_is_there(loopback: Loopback) -> None:
    uri = keys.uri(DID, "3lbqzzzzzzz22")
    found = look(loopback, Reply(200, {"uri": uri, "cid": CID, "value": {"text": "Hei"}}))
    assert isinstance(found, Found)
    assert found.id == uri
    absent = look(loopback, error(400, "RecordNotFound", "Could not locate record"))
    assert isinstance(absent, Absent)
    assert absent.final


@pytest.mark.parametrize(
    "answer",
    [
        error(500, "InternalServerError"),
        error(400, "InvalidRequest", "Could not locate record"),
        error(404, "XRPCNotSupported"),
        Reply(404, raw=b"<html>"),
        Reply(200, raw=b"<html>"),
        Reply(200, {"value": "x"}),
        error(401, "AuthMissing"),
        error(429, "RateLimitExceeded"),
    ],
)
def test_a_look_that_failed_is_never_taken_for_absence(answer: Reply, loopback: Loopback) -> None:
    found = look(loopback, answer)
    assert isinstance(found, CannotTell)
    assert found.retry_after


def test_a_post_that_a_person_made_by_hand_is_found_in_the_list(loopback: Loopback) -> None:
    mine = {"uri": keys.uri(DID, "3lbqzzzzzzz2a"), "cid": CID}
    card = {"$type": "app.bsky.embed.external", "external": {"uri": worlds.LINK.url}}
    page = {"records": [{**mine, "value": {"text": "Annen tekst", "embed": card}}]}
    done = {"record": Done()}
    assert isinstance(look(loopback, Reply(200, page), Post("Hei", link=worlds.LINK), done), Found)
    other = replace(worlds.LINK, url=worlds.LINK.url + "x")
    assert isinstance(look(loopback, Reply(200, page), Post("Hei", link=other), done), Absent)
    made = (worlds.NOW - timedelta(seconds=20)).isoformat()
    page = {"records": [{**mine, "value": {"text": "Hei", "createdAt": made}}]}
    assert isinstance(look(loopback, Reply(200, page), Post("Hei"), done), Found)
    page["records"][0]["value"]["createdAt"] = "2026-11-24T13:00:00Z"  # type: ignore[index]
    assert isinstance(look(loopback, Reply(200, page), Post("Hei"), done), Absent)
    assert isinstance(look(loopback, Reply(200, {**page, "cursor": "3l"}), Post("Nei"), done), CannotTell)


def test_reading_back_tells_what_differs(loopback: Loopback) -> None:
    post = Post("Bingo for alle", pictures=(worlds.picture(),), link=worlds.LINK)
    wire = "Bingo for alle\nhttps://lottstift.example/l/Ab3dE"
    linked = [{"index": {}, "features": [{"uri": worlds.LINK.url}]}]
    images = {"images": [{"alt": "Ei jente held ein bingobong"}]}
    whole: dict[str, Any] = {"text": wire, "facets": linked, "embed": images}
    uri = keys.uri(DID, "3lbqzzzzzzz22")

    def seen(**other: Any) -> set[str]:
        loopback.answer = lambda request: Reply(200, {"uri": uri, "cid": CID, "value": {**whole, **other}})
        result = BLUESKY.read_back(post, uri, context(loopback.url))
        assert isinstance(result, Seen)
        return set(result.differences)

    assert seen() == set()
    assert seen(text="Bingo for") == {"text_cut"}
    assert seen(text="Noe annet") == {"text_differs"}
    assert seen(embed={"images": [{"alt": ""}]}) == {"alt_missing"}
    assert seen(embed={}) == {"picture_missing", "alt_missing"}
    assert seen(facets=[]) == {"link_missing"}
    loopback.answer = lambda request: error(400, "RecordNotFound")
    assert isinstance(BLUESKY.read_back(post, uri, context(loopback.url)), Absent)


def test_verifying_names_the_account_and_refuses_another(loopback: Loopback) -> None:
    loopback.answer = lambda request: Reply(200, {"did": DID, "handle": "tilsyn.test", "active": True})
    assert BLUESKY.verify(context(loopback.url)) == Done(DID, data={"name": "tilsyn.test", "username": "tilsyn.test"})
    checked(loopback.requests[0])
    loopback.answer = lambda request: Reply(200, {"did": OTHER, "handle": "andre.test"})
    other = BLUESKY.verify(context(loopback.url))
    assert isinstance(other, Refused)
    assert other.kind is Refusal.ACCOUNT
    loopback.answer = lambda request: Reply(
        200, {"did": DID, "handle": "tilsyn.test", "active": False, "status": "suspended"}
    )
    closed = BLUESKY.verify(context(loopback.url))
    assert isinstance(closed, Refused)
    assert closed.reason is Reason.ACCOUNT_BLOCKED
