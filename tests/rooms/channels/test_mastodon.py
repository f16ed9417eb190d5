"""Mastodon: every request against the published contract, and what each answer means."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest

from samspill.channels.contract import (
    Absent,
    Action,
    CannotTell,
    Done,
    Found,
    Later,
    NotSent,
    Post,
    Reason,
    Redo,
    Refusal,
    Refused,
    Seen,
    Severity,
    Step,
    Unknown,
    Way,
)
from samspill.channels.registry import platform
from tests.rooms.channels import worlds
from tests.rooms.channels.contracts import BASE, check_parameters, contract, operation, resolved, validate
from tests.rooms.channels.loopback import Loopback, Reply, Request, Rude

MASTODON = platform("mastodon")
MADE = "2026-11-25T12:59:30.000Z"
URL = "https://server.example/@lotteritilsynet/110"


def check(request: Request) -> None:
    """A request against the OpenAPI document."""
    document = contract("mastodon.openapi.json")
    found, parameters = operation(document, request, request.path.removeprefix(BASE))
    # The document calls the idempotency key an object; it is a text.
    check_parameters([each for each in parameters if each["name"] != "Idempotency-Key"], request, document)
    if found.get("security"):
        assert request.headers["authorization"] == f"Bearer {worlds.TOKEN}"
    kinds = found.get("requestBody", {}).get("content", {})
    if not kinds:
        assert request.body == b""
        return
    kind = request.headers["content-type"].partition(";")[0]
    schema = resolved(document, kinds[kind]["schema"])
    if kind == "application/json":
        # A text with pictures fits two of the shapes that a post may have; the document says exactly one.
        validate(request.json, {"anyOf": schema["oneOf"]} if "oneOf" in schema else schema, document)
    else:
        assert set(request.form) <= set(schema["properties"])
        assert set(schema.get("required", ())) <= set(request.form)


def status(text: str = "Bingo", post_id: str = "110", made: str = MADE, **more: Any) -> dict[str, Any]:
    content = "".join(f"<p>{part}</p>" for part in text.split("\n\n")).replace("\n", "<br />")
    return {"id": post_id, "content": content, "created_at": made, "url": URL, "media_attachments": [], **more}


def good(request: Request) -> Reply:
    """A server as it answers when all is well."""
    check(request)
    path = request.path.removeprefix("/base")
    if path == "/api/v2/media":
        return Reply(200, {"id": f"77{len(request.form['description'])}", "type": "image"})
    if path == "/api/v1/statuses":
        return Reply(200, status())
    if path.startswith("/api/v1/statuses/"):
        return Reply(200, status(post_id=path.rpartition("/")[2]))
    if path.endswith("verify_credentials"):
        return Reply(200, {"id": "4242", "acct": "lotteritilsynet", "display_name": "Lotteritilsynet"})
    return Reply(200, {"configuration": {"statuses": {"max_characters": 5000}}})


def error(code: int, words: str = "no", **headers: str) -> Reply:
    return Reply(code, {"error": words}, headers)


def post_step(
    answer: Reply, loopback: Loopback, post: Post | None = None, done: dict[str, Done] | None = None, target: str = ""
) -> Any:
    """What posting comes to when the server answers this."""
    loopback.answer = lambda request: answer
    return create(loopback, post, done, target)


def create(loopback: Loopback, post: Post | None = None, done: dict[str, Done] | None = None, target: str = "") -> Any:
    post = post or Post("Hei")
    step = MASTODON.plan(Action.PUBLISH, post)[-1]
    return MASTODON.perform(Action.PUBLISH, step, post, done or {}, target, worlds.context(loopback.url))


def test_a_post_with_pictures_and_a_link_follows_the_contract_from_first_to_last_request(loopback: Loopback) -> None:
    loopback.answer = good
    post = Post("Bingo", "nn", (worlds.picture(1), worlds.picture(2, "Ein kvit hund")), worlds.LINK)
    where = dataclasses.replace(worlds.context(loopback.url), key="Ab3dE")
    results = worlds.perform_all(MASTODON, Action.PUBLISH, post, where)
    assert list(results) == ["upload:1", "ready:1", "upload:2", "ready:2", "post"]
    assert results["post"] == Done("110", URL)
    first, second, sent = loopback.requests
    assert first.form["description"] == "Ei jente held ein bingobong"
    assert second.form["description"] == "Ein kvit hund"
    assert first.form["file"] == worlds.content(post.pictures[0])
    assert sent.headers["idempotency-key"] == "Ab3dE"
    assert sent.json == {
        "status": "Bingo\nhttps://lottstift.example/l/Ab3dE",
        "language": "nn",
        "media_ids": ["7727", "7713"],
        "visibility": "public",
    }


def test_every_try_of_a_delivery_carries_the_same_key(loopback: Loopback) -> None:
    loopback.answer = lambda request: error(503)
    where = dataclasses.replace(worlds.context(loopback.url), key="Ab3dE")
    step = MASTODON.plan(Action.PUBLISH, Post("Hei"))[-1]
    for _ in range(2):
        assert isinstance(MASTODON.perform(Action.PUBLISH, step, Post("Hei"), {}, "", where), Unknown)
    assert [request.headers["idempotency-key"] for request in loopback.requests] == ["Ab3dE", "Ab3dE"]


def test_the_next_part_of_a_thread_names_the_part_before_it(loopback: Loopback) -> None:
    loopback.answer = good
    assert isinstance(create(loopback, target="109"), Done)
    assert loopback.requests[0].json["in_reply_to_id"] == "109"
    assert MASTODON.capabilities().reply.way is Way.API


def test_visibility_and_content_warning_are_the_channels(loopback: Loopback) -> None:
    loopback.answer = good
    step = MASTODON.plan(Action.PUBLISH, Post("Hei"))[-1]
    where = worlds.context(loopback.url, visibility="unlisted", content_warning="Tall om spill")
    MASTODON.perform(Action.PUBLISH, step, Post("Hei"), {}, "", where)
    sent = loopback.requests[0].json
    assert (sent["visibility"], sent["spoiler_text"], sent["sensitive"]) == ("unlisted", "Tall om spill", True)
    MASTODON.perform(Action.PUBLISH, step, Post("Hei"), {}, "", worlds.context(loopback.url, visibility="alle"))
    assert loopback.requests[1].json == {"status": "Hei", "language": "nb", "visibility": "public"}


def test_a_change_sends_all_of_the_post_so_that_nothing_is_taken_out(loopback: Loopback) -> None:
    loopback.answer = good
    post = Post("Bingo!", pictures=(worlds.picture(1),), link=worlds.LINK)
    results = worlds.perform_all(MASTODON, Action.EDIT, post, worlds.context(loopback.url), "110")
    assert list(results) == ["upload:1", "ready:1", "edit"]
    assert results["edit"] == Done("110", URL)
    sent = loopback.requests[-1]
    assert (sent.method, sent.path) == ("PUT", "/base/api/v1/statuses/110")
    assert sent.json["media_ids"] == ["7727"]
    assert sent.json["media_attributes"] == [{"id": "7727", "description": "Ei jente held ein bingobong"}]
    assert "visibility" not in sent.json
    assert "idempotency-key" not in sent.headers


def test_changing_or_answering_what_is_gone_needs_a_person(loopback: Loopback) -> None:
    loopback.answer = lambda request: error(404, "Record not found")
    edited = worlds.perform_all(MASTODON, Action.EDIT, Post("Hei"), worlds.context(loopback.url), "110")["edit"]
    for result in (edited, create(loopback, target="109"), create(loopback)):
        assert isinstance(result, Refused)
        assert (result.reason, result.kind) == (Reason.TARGET_GONE, Refusal.PERSON)


def test_deleting_a_post_that_is_gone_is_done(loopback: Loopback) -> None:
    where = worlds.context(loopback.url)
    loopback.answer = good
    assert worlds.perform_all(MASTODON, Action.DELETE, Post(""), where, "110")["delete"] == Done("110")
    loopback.answer = lambda request: error(404, "Record not found")
    gone = worlds.perform_all(MASTODON, Action.DELETE, Post(""), where, "110")["delete"]
    assert gone == Done("110", data={"already_gone": True})
    loopback.answer = lambda request: Reply(404, raw=b"<html>nginx")
    assert not isinstance(worlds.perform_all(MASTODON, Action.DELETE, Post(""), where, "110")["delete"], Done)


PICTURE = Post("Hei", pictures=(worlds.picture(),))
UPLOAD, READY, _ = MASTODON.plan(Action.PUBLISH, PICTURE)


def picture_step(step: Step, loopback: Loopback, answer: Reply, **done: Any) -> Any:
    loopback.answer = lambda request: answer
    earlier = {"upload:1": Done("77", data=done)}
    return MASTODON.perform(Action.PUBLISH, step, PICTURE, earlier, "", worlds.context(loopback.url))


def test_processing_is_waited_for_without_counting_as_a_failure(loopback: Loopback) -> None:
    uploaded = picture_step(UPLOAD, loopback, Reply(202, {"id": "77", "type": "image", "url": None}))
    assert isinstance(uploaded, Done)
    assert uploaded.data["ready"] is False
    waiting = picture_step(READY, loopback, Reply(206, {"id": "77", "type": "image"}), **uploaded.data)
    assert isinstance(waiting, Later)
    assert (waiting.waiting, waiting.reason) == (True, Reason.MEDIA_PROCESSING)
    ready = picture_step(READY, loopback, Reply(200, {"id": "77", "type": "image"}), **uploaded.data)
    assert ready == Done("77")
    for request in loopback.requests[1:]:
        check(request)


def test_a_picture_that_was_ready_at_once_is_not_asked_for(loopback: Loopback) -> None:
    assert picture_step(READY, loopback, error(500), ready=True) == Done("77")
    assert loopback.requests == []


@pytest.mark.parametrize(
    ("step", "answer", "reason"),
    [
        (UPLOAD, error(422, "Validation failed: File content type is invalid"), Reason.MEDIA_REJECTED),
        (UPLOAD, error(422, "Valideringen mislyktes: Filen er for stor"), Reason.MEDIA_REJECTED),
        (UPLOAD, Reply(413, raw=b"<html>Request Entity Too Large"), Reason.MEDIA_REJECTED),
        (UPLOAD, error(500, "Error processing thumbnail for uploaded media"), Reason.MEDIA_FAILED),
        (READY, error(422, "Error processing thumbnail for uploaded media"), Reason.MEDIA_FAILED),
    ],
)
def test_a_picture_that_is_refused_asks_for_a_change(
    step: Step, answer: Reply, reason: Reason, loopback: Loopback
) -> None:
    result = picture_step(step, loopback, answer)
    assert isinstance(result, Refused)
    assert (result.reason, result.kind) == (reason, Refusal.CHANGE)


def test_a_server_error_while_uploading_is_simply_tried_again(loopback: Loopback) -> None:
    for answer in (error(500, "An unexpected error occurred"), Reply(502, raw=b"<html>"), error(503)):
        assert isinstance(picture_step(UPLOAD, loopback, answer), Later)


def test_a_picture_that_the_server_has_cleared_away_is_uploaded_again(loopback: Loopback) -> None:
    gone = picture_step(READY, loopback, error(404, "Record not found"))
    assert isinstance(gone, Redo)
    assert gone.steps == ("upload:1", "ready:1")
    old = post_step(error(500), loopback, PICTURE, {"upload:1": Done("77", data={"expires_at": 1.0})})
    assert isinstance(old, Redo)
    assert [request.method for request in loopback.requests] == ["GET"]


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        (error(404, "Record not found"), Redo),
        (Reply(206, {"id": "77", "type": "image"}), Later),
        (Reply(200, {"id": "77", "type": "image"}), Refused),
        (error(503), Refused),
    ],
)
def test_why_a_post_with_pictures_is_refused_is_asked_of_the_server_whatever_language_it_speaks(
    media: Reply, expected: type, loopback: Loopback
) -> None:
    def answer(request: Request) -> Reply:
        check(request)
        return error(422, "Valideringen mislyktes: Fant ikke filen") if request.method == "POST" else media

    loopback.answer = answer
    assert isinstance(create(loopback, PICTURE, {"upload:1": Done("77")}), expected)


UNCLEAR = [
    (error(500), Reason.SERVER_ERROR),
    (error(503, "There was a temporary problem serving your request, please try again"), Reason.SERVER_ERROR),
    (Reply(502, raw=b"<html>Bad gateway"), Reason.SERVER_ERROR),
    (Reply(200, raw=b"<!doctype html>"), Reason.UNREADABLE_ANSWER),
    (Reply(200, raw=b""), Reason.UNREADABLE_ANSWER),
    (Reply(200, {}), Reason.UNREADABLE_ANSWER),
    (Reply(200, []), Reason.UNREADABLE_ANSWER),
    (Reply(200, {"id": 110}), Reason.UNREADABLE_ANSWER),
    (Reply(200, {"id": "../110"}), Reason.UNREADABLE_ANSWER),
    (Reply(403, raw=b"<html>Cloudflare"), Reason.UNREADABLE_ANSWER),
    (Reply(404, raw=b"<html>nginx"), Reason.UNREADABLE_ANSWER),
    (Reply(301, {}, {"location": "https://elsewhere.example"}), Reason.UNREADABLE_ANSWER),
    (error(408, "Request Timeout"), Reason.TIMEOUT),
    (error(422, "Duplicate record"), Reason.DUPLICATE),
]


@pytest.mark.parametrize(("answer", "reason"), UNCLEAR)
def test_an_unclear_answer_to_a_post_is_unknown(answer: Reply, reason: Reason, loopback: Loopback) -> None:
    result = post_step(answer, loopback)
    assert isinstance(result, Unknown)
    assert result.reason is reason


def test_a_cut_connection_is_unknown_and_one_that_was_never_made_is_not_sent(loopback: Loopback) -> None:
    rude = Rude(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"))
    step = MASTODON.plan(Action.PUBLISH, Post("Hei"))[-1]
    cut = MASTODON.perform(Action.PUBLISH, step, Post("Hei"), {}, "", worlds.context(rude.url))
    rude.close()
    assert isinstance(cut, Unknown)
    assert cut.reason is Reason.CONNECTION_LOST
    never = MASTODON.perform(Action.PUBLISH, step, Post("Hei"), {}, "", worlds.context("http://127.0.0.1:9"))
    assert isinstance(never, NotSent)


REFUSALS = [
    (error(401, "The access token is invalid"), Reason.TOKEN_DEAD, Refusal.ACCOUNT),
    (error(401, "The access token was revoked"), Reason.TOKEN_DEAD, Refusal.ACCOUNT),
    (Reply(401, raw=b""), Reason.TOKEN_DEAD, Refusal.ACCOUNT),
    (error(403, "This action is outside the authorized scopes"), Reason.PERMISSION_MISSING, Refusal.ACCOUNT),
    (error(403, "This action is not allowed"), Reason.PERMISSION_MISSING, Refusal.ACCOUNT),
    (error(403, "Your login is currently disabled"), Reason.ACCOUNT_BLOCKED, Refusal.ACCOUNT),
    (error(403, "Your login is currently pending approval"), Reason.ACCOUNT_BLOCKED, Refusal.ACCOUNT),
    (error(403, "Your login is missing a confirmed e-mail address"), Reason.ACCOUNT_BLOCKED, Refusal.ACCOUNT),
    (error(410, "Gone"), Reason.ACCOUNT_GONE, Refusal.ACCOUNT),
    (error(422, "Validation failed: Text character limit of 500 exceeded"), Reason.TEXT_TOO_LONG, Refusal.CHANGE),
    (error(422, "Validation failed: Text can't be blank"), Reason.CONTENT_REJECTED, Refusal.CHANGE),
    (error(418, "Something new"), Reason.UNEXPECTED, Refusal.PERSON),
]


@pytest.mark.parametrize(("answer", "reason", "kind"), REFUSALS)
def test_a_refusal_says_what_is_asked_of_whom(answer: Reply, reason: Reason, kind: Refusal, loopback: Loopback) -> None:
    result = post_step(answer, loopback)
    assert isinstance(result, Refused)
    assert (result.reason, result.kind) == (reason, kind)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ratelimit-reset": "2026-11-25T13:07:00.000Z"}, 420),
        ({"x-ratelimit-reset": "2026-11-25T14:07:00+01:00"}, 420),
        ({"retry-after": "90"}, 90),
        ({"x-ratelimit-reset": "2026-11-26T13:00:00Z"}, 3 * 3600),
        ({"x-ratelimit-reset": "2026-11-25T12:00:00Z"}, 1),
        ({"x-ratelimit-reset": "snart"}, 300),
        ({}, 300),
    ],
)
def test_too_many_calls_hold_the_whole_channel_until_the_time_the_server_names(
    headers: dict[str, str], seconds: float, loopback: Loopback
) -> None:
    result = post_step(error(429, "Too many requests", **headers), loopback)
    assert isinstance(result, Later)
    assert (result.whole_channel, result.retry_after) == (True, seconds)


def test_no_answer_carries_the_key_into_our_records_and_an_impossible_key_is_not_sent(loopback: Loopback) -> None:
    result = post_step(error(401, f"bad {worlds.TOKEN}"), loopback)
    assert worlds.TOKEN not in result.detail
    assert worlds.TOKEN not in loopback.requests[0].target
    account = dataclasses.replace(worlds.context(loopback.url).account, credentials={"access_token": "a\nb"})
    where = dataclasses.replace(worlds.context(loopback.url), account=account)
    refused = MASTODON.verify(where)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.TOKEN_DEAD
    assert len(loopback.requests) == 1


LINKED = (
    '<p>Bingo<br /><a href="https://lottstift.example/l/Ab3dE" rel="nofollow"><span class="invisible">https://</span>'
    '<span class="ellipsis">lottstift.example/l/A</span><span class="invisible">b3dE</span></a></p>'
)


def look(loopback: Loopback, post: Post, *pages: Any) -> Any:
    answers = iter(page if isinstance(page, Reply) else Reply(200, page) for page in pages)

    def answer(request: Request) -> Reply:
        check(request)
        return next(answers)

    loopback.answer = answer
    step = MASTODON.plan(Action.PUBLISH, post)[-1]
    return MASTODON.find(Action.PUBLISH, step, post, {}, worlds.NOW, "", worlds.context(loopback.url))


@pytest.mark.parametrize(
    "item",
    [
        status() | {"content": LINKED},
        status("Bingo", card={"url": worlds.LINK.url, "title": "Fristen"}),
        status(f"Bingo\n{worlds.LINK.url}"),
        status(f"Bingo\n{worlds.LINK.url}", made="2026-11-20T10:00:00.000Z"),
    ],
)
def test_a_post_is_found_by_its_short_address_in_text_or_card(item: dict[str, Any], loopback: Loopback) -> None:
    found = look(loopback, Post("Bingo", link=worlds.LINK), [status("Annet", "111"), item], [])
    assert isinstance(found, Found)
    assert (found.id, found.url) == ("110", URL)


def test_the_oldest_of_two_is_the_first_sending_and_the_double_is_told_of(loopback: Loopback) -> None:
    twice = [status(post_id="112") | {"content": LINKED}, status() | {"content": LINKED}]
    found = look(loopback, Post("Bingo", link=worlds.LINK), twice, [])
    assert isinstance(found, Found)
    assert found.id == "110"
    assert "112" in found.detail


def test_a_post_that_lost_its_link_is_neither_found_nor_absent(loopback: Loopback) -> None:
    assert isinstance(look(loopback, Post("Bingo", link=worlds.LINK), [status("Bingo")], []), CannotTell)
    other = status("Bingo\nhttps://lottstift.example/l/Other")
    assert isinstance(look(loopback, Post("Bingo", link=worlds.LINK), [other], []), Absent)
    longer = status(f"Noe helt annet\n{worlds.LINK.url}f")
    assert isinstance(look(loopback, Post("Bingo", link=worlds.LINK), [longer], []), Absent)


def test_without_a_link_text_and_time_decide(loopback: Loopback) -> None:
    assert isinstance(look(loopback, Post("Stengt"), [status("Stengt")], []), Found)
    assert isinstance(look(loopback, Post("Stengt"), [status("Stengt", made="2026-11-20T10:00:00.000Z")]), Absent)
    assert isinstance(look(loopback, Post("Stengt"), [status("Åpent")], []), Absent)
    boost = status("Stengt") | {"reblog": status("Stengt")}
    assert isinstance(look(loopback, Post("Stengt"), [boost], []), Absent)


def test_a_mention_is_shown_without_its_server_and_is_the_same_text_still(loopback: Loopback) -> None:
    shown = (
        '<p>Hei <span class="h-card"><a href="https://s.no/@ola" class="u-url mention">@<span>ola</span></a></span></p>'
    )
    assert isinstance(look(loopback, Post("Hei @ola@s.no"), [status() | {"content": shown}], []), Found)
    assert isinstance(look(loopback, Post("Hei @kari@s.no"), [status() | {"content": shown}], []), Absent)


def test_the_list_is_read_on_until_it_is_older_than_the_attempt(loopback: Loopback) -> None:
    old = status("Gammelt", "90", made="2026-11-20T10:00:00.000Z")
    assert isinstance(look(loopback, Post("Stengt"), [status("Annet", "111")], [old]), Absent)
    assert [request.query.get("max_id") for request in loopback.requests] == [None, "111"]
    pages = [[status("Annet", str(300 - number))] for number in range(5)]
    assert isinstance(look(loopback, Post("Stengt"), *pages), CannotTell)


@pytest.mark.parametrize(
    "answer", [Reply(500, raw=b""), error(401), error(429), Reply(200, raw=b"<html>"), Reply(200, {})]
)
def test_a_look_that_failed_says_when_to_look_again(answer: Reply, loopback: Loopback) -> None:
    found = look(loopback, Post("Stengt"), answer)
    assert isinstance(found, CannotTell)
    assert found.retry_after


def read(loopback: Loopback, post: Post, answer: Reply) -> Any:
    def checked(request: Request) -> Reply:
        check(request)
        return answer

    loopback.answer = checked
    return MASTODON.read_back(post, "110", worlds.context(loopback.url))


def test_reading_back_compares_text_pictures_alt_text_and_link(loopback: Loopback) -> None:
    post = Post("Bingo", pictures=(worlds.picture(1), worlds.picture(2, "Ein kvit hund")), link=worlds.LINK)
    media = [{"id": "1", "description": "Ei jente held ein bingobong"}, {"id": "2", "description": "Ein kvit hund"}]
    whole = status() | {"content": LINKED, "media_attachments": media}
    assert read(loopback, post, Reply(200, whole)) == Seen("110", URL)
    for change, difference in [
        ({"media_attachments": [media[0], {"id": "2", "description": None}]}, ("alt_missing",)),
        ({"media_attachments": media[:1]}, ("picture_missing", "alt_missing")),
        ({"content": "<p>Bin</p>"}, ("text_cut", "link_missing")),
        ({"content": LINKED.replace("Bingo", "Banko")}, ("text_differs",)),
        ({"content": LINKED.replace("Ab3dE", "Ab3dF").replace("b3dE", "b3dF")}, ("text_differs", "link_missing")),
    ]:
        seen = read(loopback, post, Reply(200, whole | change))
        assert isinstance(seen, Seen)
        assert seen.differences == difference


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("A & B <c>", "<p>A &amp; B &lt;c&gt;</p>"),
        ("Ein\nto\n\ntre", "<p>Ein<br />to</p><p>tre</p>"),
        ("Ein\n\n\n\nto", "<p>Ein</p><p>to</p>"),
        (
            "#Bingo i dag",
            '<p><a href="https://s.no/tags/bingo" class="mention hashtag" rel="tag">#<span>Bingo</span></a> i dag</p>',
        ),
        ("A\u030aret", "<p>Året</p>"),
    ],
)
def test_html_is_read_as_the_text_it_was(text: str, content: str, loopback: Loopback) -> None:
    seen = read(loopback, Post(text), Reply(200, status() | {"content": content}))
    assert isinstance(seen, Seen)
    assert seen.differences == ()


def test_a_post_that_is_not_there_is_absent_for_good_and_a_page_in_between_tells_nothing(loopback: Loopback) -> None:
    assert read(loopback, Post("Hei"), error(404, "Record not found")) == Absent(
        final=True, detail="the server does not have the post"
    )
    assert isinstance(read(loopback, Post("Hei"), Reply(404, raw=b"<html>nginx")), CannotTell)
    assert isinstance(read(loopback, Post("Hei"), Reply(200, status(post_id="999"))), CannotTell)
    account = read(loopback, Post("Hei"), error(401))
    assert isinstance(account, CannotTell)
    assert account.account_reason is Reason.TOKEN_DEAD


def test_verifying_names_the_account_and_keeps_the_servers_limits(loopback: Loopback) -> None:
    loopback.answer = good
    assert MASTODON.verify(worlds.context(loopback.url)) == Done(
        "4242",
        data={"name": "Lotteritilsynet", "username": "lotteritilsynet", "options": {"text_limit": "5000"}},
    )
    loopback.answer = lambda request: Reply(200, {"id": "17"})
    other = MASTODON.verify(worlds.context(loopback.url))
    assert isinstance(other, Refused)
    assert (other.reason, other.kind) == (Reason.UNEXPECTED, Refusal.ACCOUNT)
    loopback.answer = lambda request: good(request) if "verify" in request.path else error(404)
    old = MASTODON.verify(worlds.context(loopback.url))
    assert isinstance(old, Done)
    assert "options" not in old.data


INSTANCE = {
    "statuses": {"max_characters": 5000, "characters_reserved_per_url": 30, "max_media_attachments": 6},
    "media_attachments": {
        "image_size_limit": 1_000_000,
        "image_matrix_limit": 4_000_000,
        "description_limit": 900,
        "supported_mime_types": ["image/jpeg", "image/png", "image/avif", "video/mp4"],
    },
}


def test_what_a_server_tells_is_what_the_composer_and_the_library_go_by() -> None:
    from samspill.channels.mastodon.limits import options_of

    options = options_of({"configuration": INSTANCE})
    account = dataclasses.replace(worlds.context("https://server.example").account, options=options)
    told = MASTODON.capabilities(account)
    assert (told.text_limit, told.compose_url) == (5000, "https://server.example/share")
    rules = told.pictures
    assert (rules.max_count, rules.max_bytes, rules.max_pixels, rules.alt_limit) == (6, 1_000_000, 4_000_000, 900)
    assert rules.mime_types == ("image/jpeg", "image/png")
    assert MASTODON.count("https://a.no", account).length == 30


@pytest.mark.parametrize(
    "odd",
    [
        None,
        [],
        "x",
        {},
        {"statuses": []},
        {"statuses": {"max_characters": "5000"}},
        {"statuses": {"max_characters": 0}},
    ],
)
def test_a_server_that_tells_nothing_leaves_the_published_limits(odd: Any) -> None:
    from samspill.channels.mastodon.limits import options_of

    assert options_of({"configuration": odd}) == {}
    assert MASTODON.capabilities().text_limit == 500
    assert MASTODON.capabilities().pictures.max_count == 4


def test_checking_a_post_counts_the_link_and_tells_what_a_server_refuses() -> None:
    fits = "a" * (500 - 24)
    assert [problem.code for problem in MASTODON.check(Post(fits, link=worlds.LINK))] == [
        "too_long"
    ]  # .example is no link
    public = dataclasses.replace(worlds.LINK, url="https://lottstift.no/l/Ab3dE")
    assert MASTODON.check(Post(fits, link=public)) == []
    over = MASTODON.check(Post(fits + "aa", link=public))
    assert [(problem.code, problem.severity, problem.data) for problem in over] == [
        ("too_long", Severity.ERROR, {"over": 2, "max": 500})
    ]
    five = tuple(worlds.picture(number) for number in range(5))
    assert [problem.code for problem in MASTODON.check(Post("Hei", pictures=five))] == ["too_many_pictures"]
    assert {problem.code for problem in MASTODON.check(Post(" ", document=worlds.document()))} == {
        "empty", "document_not_supported",
    }  # fmt: skip
    roomy = dataclasses.replace(worlds.context("https://s.no").account, options={"text_limit": "5000"})
    assert MASTODON.check(Post("a" * 3000), roomy) == []


def test_an_address_that_the_server_did_not_name_is_made_from_the_account(loopback: Loopback) -> None:
    result = post_step(Reply(200, status() | {"url": None}), loopback)
    assert isinstance(result, Done)
    assert result.url == f"{loopback.url}/%40lotteritilsynet/110"
    script = post_step(Reply(200, status() | {"url": "javascript:alert(1)"}), loopback)
    assert re.match(r"http://127", script.url)
