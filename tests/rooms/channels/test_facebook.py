"""Facebook: every request against the published edges, and what each answer means."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from samspill.channels.contract import (
    Absent,
    Action,
    CannotTell,
    Done,
    Found,
    Later,
    Post,
    Reason,
    Redo,
    Refusal,
    Refused,
    Seen,
    Severity,
    Unknown,
)
from samspill.channels.registry import platform
from tests.rooms.channels import worlds
from tests.rooms.channels.contracts import check_facebook, contract
from tests.rooms.channels.loopback import Loopback, Reply, Request

FACEBOOK = platform("facebook")
MADE = "2026-11-25T12:59:30+0000"


def good(request: Request) -> Reply:
    check_facebook(request)
    if request.method == "DELETE" or (request.method == "POST" and "_" in request.path):
        return Reply(200, {"success": True})
    if request.path.endswith("/photos"):
        return Reply(200, {"id": f"99{len(request.form['alt_text_custom'])}"})
    if request.path.endswith("/feed"):
        return Reply(200, {"id": "4242_777"})
    return Reply(200, {"id": "4242", "name": "Lotteritilsynet"})


def error(code: int, subcode: int = 0, message: str = "(#1) no", status: int = 400, **more: Any) -> Reply:
    body = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return Reply(status, {"error": {**body, **({"error_subcode": subcode} if subcode else {}), **more}})


def post_step(answer: Reply, loopback: Loopback, post: Post | None = None, done: dict[str, Done] | None = None) -> Any:
    loopback.answer = lambda request: answer
    post = post or Post("Hei")
    step = FACEBOOK.plan(Action.PUBLISH, post)[-1]
    return FACEBOOK.perform(Action.PUBLISH, step, post, done or {}, "", worlds.context(loopback.url))


def test_several_pictures_go_up_unpublished_with_alt_text_and_are_attached_to_one_post(loopback: Loopback) -> None:
    loopback.answer = good
    post = Post("Bingo", pictures=(worlds.picture(1), worlds.picture(2, "Ein kvit hund")), link=worlds.LINK)
    results = worlds.perform_all(FACEBOOK, Action.PUBLISH, post, worlds.context(loopback.url))
    assert list(results) == ["photo:1", "photo:2", "post"]
    assert isinstance(results["post"], Done)
    assert results["post"].id == "4242_777"
    assert results["post"].url == f"{loopback.url}/4242/posts/777"
    first, second, feed = loopback.requests
    assert first.form["alt_text_custom"] == "Ei jente held ein bingobong"
    assert second.form["alt_text_custom"] == "Ein kvit hund"
    assert first.form["published"] == "false"
    assert first.form["source"] == worlds.content(post.pictures[0])
    assert json.loads(feed.form["attached_media[1]"]) == {"media_fbid": "9913"}
    assert feed.form["message"].endswith("\n" + worlds.LINK.url)
    assert "link" not in feed.form


def test_a_link_is_sent_as_a_card_when_there_are_no_pictures(loopback: Loopback) -> None:
    loopback.answer = good
    worlds.perform_all(FACEBOOK, Action.PUBLISH, Post("Bingo", link=worlds.LINK), worlds.context(loopback.url))
    assert loopback.requests[0].form["link"] == worlds.LINK.url
    assert loopback.requests[0].form["message"] == "Bingo"


def test_every_request_carries_the_proof_and_no_address_the_token(loopback: Loopback) -> None:
    loopback.answer = good
    where = worlds.context(loopback.url)
    worlds.perform_all(FACEBOOK, Action.PUBLISH, Post("Bingo", pictures=(worlds.picture(),)), where)
    worlds.perform_all(FACEBOOK, Action.EDIT, Post("Bingo!"), where, "4242_777")
    worlds.perform_all(FACEBOOK, Action.DELETE, Post("Bingo!"), where, "4242_777")
    FACEBOOK.verify(where)
    proof = hmac.new(worlds.SECRET.encode(), worlds.TOKEN.encode(), hashlib.sha256).hexdigest()
    for request in loopback.requests:
        fields = request.form if request.method == "POST" else request.query
        assert fields["appsecret_proof"] == proof
        assert worlds.TOKEN not in request.target
        carried = fields.get("access_token") or request.headers.get("authorization", "").removeprefix("Bearer ")
        assert carried == worlds.TOKEN
    assert worlds.SECRET not in "".join(request.target + repr(request.headers) for request in loopback.requests)


def test_the_graph_version_is_data(loopback: Loopback) -> None:
    loopback.answer = good
    FACEBOOK.verify(worlds.context(loopback.url, graph_version="v26.0"))
    assert "/v26.0/" in loopback.requests[0].target


UNCLEAR = [
    (error(2, message="An unexpected error has occurred. Please retry", status=500), Reason.SERVER_ERROR),
    (error(1, 99), Reason.SERVER_ERROR),
    (error(-3, message="?", status=400, is_transient=True), Reason.SERVER_ERROR),
    (error(9999, message="?", status=500), Reason.SERVER_ERROR),
    (Reply(502, raw=b"<html>Sorry"), Reason.SERVER_ERROR),
    (Reply(200, raw=b"<!doctype html>"), Reason.UNREADABLE_ANSWER),
    (Reply(200, raw=b""), Reason.UNREADABLE_ANSWER),
    (Reply(200, {}), Reason.UNREADABLE_ANSWER),
    (Reply(400, raw=b"<html>"), Reason.UNREADABLE_ANSWER),
    (Reply(301, {}, {"location": "https://elsewhere.example"}), Reason.UNREADABLE_ANSWER),
    (error(506, message="Duplicate status message"), Reason.DUPLICATE),
    (error(368, message="It looks like you already posted this"), Reason.DUPLICATE),
    (error(100, 1366051), Reason.DUPLICATE),
]


@pytest.mark.parametrize(("answer", "reason"), UNCLEAR)
def test_an_unclear_answer_to_a_post_is_unknown(answer: Reply, reason: Reason, loopback: Loopback) -> None:
    result = post_step(answer, loopback)
    assert isinstance(result, Unknown)
    assert result.reason is reason


REFUSALS = [
    (error(190, 460, status=401), Reason.TOKEN_DEAD, Refusal.ACCOUNT),
    (error(190, 463), Reason.TOKEN_DEAD, Refusal.ACCOUNT),
    (error(190), Reason.TOKEN_DEAD, Refusal.ACCOUNT),
    (error(190, 459), Reason.CHECKPOINT, Refusal.ACCOUNT),
    (error(190, 492), Reason.ROLE_LOST, Refusal.ACCOUNT),
    (error(190, 458), Reason.PERMISSION_MISSING, Refusal.ACCOUNT),
    (error(200), Reason.PERMISSION_MISSING, Refusal.ACCOUNT),
    (error(299), Reason.PERMISSION_MISSING, Refusal.ACCOUNT),
    (error(10), Reason.PERMISSION_MISSING, Refusal.ACCOUNT),
    (error(100, 33), Reason.ACCOUNT_GONE, Refusal.ACCOUNT),
    (error(100, message="Invalid parameter"), Reason.CONTENT_REJECTED, Refusal.PERSON),
    (error(368), Reason.ACCOUNT_BLOCKED, Refusal.ACCOUNT),
    (error(368, 1404112), Reason.ACCOUNT_BLOCKED, Refusal.ACCOUNT),
    (error(368, 1404102), Reason.CONTENT_REJECTED, Refusal.CHANGE),
    (error(100, 1609005), Reason.CONTENT_REJECTED, Refusal.CHANGE),
    (error(4711, message="Something new"), Reason.UNEXPECTED, Refusal.PERSON),
    (error("x", message="no number"), Reason.UNEXPECTED, Refusal.PERSON),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("answer", "reason", "kind"), REFUSALS)
def test_a_refusal_says_what_is_asked_of_whom(answer: Reply, reason: Reason, kind: Refusal, loopback: Loopback) -> None:
    result = post_step(answer, loopback)
    assert isinstance(result, Refused)
    assert (result.reason, result.kind) == (reason, kind)


@pytest.mark.parametrize("code", [4, 17, 32, 341, 613, 80001])
def test_too_many_calls_hold_the_whole_channel_for_as_long_as_facebook_estimates(code: int, loopback: Loopback) -> None:
    usage = json.dumps({"4242": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 7}]})
    answer = error(code)
    result = post_step(Reply(400, answer.body, {"x-business-use-case-usage": usage}), loopback)
    assert isinstance(result, Later)
    assert (result.whole_channel, result.retry_after) == (True, 420)


def test_posting_too_fast_waits(loopback: Loopback) -> None:
    result = post_step(error(368, 1390008), loopback)
    assert isinstance(result, Later)
    assert result.whole_channel


def test_broken_usage_headers_do_no_harm(loopback: Loopback) -> None:
    for usage in ("[", "[]", '{"a": 1}', '{"a": [{}]}', '{"a": [{"estimated_time_to_regain_access": "soon"}]}'):
        result = post_step(Reply(400, error(4).body, {"x-business-use-case-usage": usage}), loopback)
        assert isinstance(result, Later)
        assert result.retry_after == 900


def test_every_published_code_has_a_meaning(loopback: Loopback) -> None:
    from samspill.channels.facebook import codes

    published = contract("facebook.graph.json")["hand_assembled"]["error"]
    for name in published["codes"]:
        code = int(name.partition("-")[0])
        handled = code in codes.THROTTLED | codes.UNCLEAR | codes.DUPLICATE
        assert handled or codes.meaning(code, 0)[0] is not Reason.UNEXPECTED or code == 102, name
    for name in published["subcodes_of_102_190"]:
        assert int(name) in codes.TOKEN_SUBCODES


def test_a_server_error_while_uploading_is_simply_tried_again(loopback: Loopback) -> None:
    loopback.answer = lambda request: error(2, status=500)
    post = Post("Hei", pictures=(worlds.picture(),))
    result = FACEBOOK.perform(
        Action.PUBLISH, FACEBOOK.plan(Action.PUBLISH, post)[0], post, {}, "", worlds.context(loopback.url)
    )
    assert isinstance(result, Later)


def test_a_picture_that_is_refused_asks_for_a_change(loopback: Loopback) -> None:
    loopback.answer = lambda request: error(100, 1366046, "Photos should be smaller than 4 MB and saved as JPG, PNG")
    post = Post("Hei", pictures=(worlds.picture(),))
    result = FACEBOOK.perform(
        Action.PUBLISH, FACEBOOK.plan(Action.PUBLISH, post)[0], post, {}, "", worlds.context(loopback.url)
    )
    assert isinstance(result, Refused)
    assert (result.reason, result.kind) == (Reason.MEDIA_REJECTED, Refusal.CHANGE)


def test_pictures_left_unpublished_too_long_are_uploaded_again(loopback: Loopback) -> None:
    post = Post("Hei", pictures=(worlds.picture(),))
    done = {"photo:1": Done("9", data={"expires_at": worlds.NOW.timestamp() - 1})}
    result = post_step(Reply(200, {}), loopback, post, done)
    assert isinstance(result, Redo)
    assert result.steps == ("photo:1",)
    assert loopback.requests == []


def test_deleting_what_is_gone_is_done_only_if_the_page_itself_can_be_read(loopback: Loopback) -> None:
    def gone(request: Request) -> Reply:
        return Reply(200, {"id": "4242"}) if request.path.endswith("/4242") else error(100, 33)

    loopback.answer = gone
    assert isinstance(
        worlds.perform_all(FACEBOOK, Action.DELETE, Post(""), worlds.context(loopback.url), "4242_7")["delete"], Done
    )
    loopback.answer = lambda request: error(100, 33)
    hidden = worlds.perform_all(FACEBOOK, Action.DELETE, Post(""), worlds.context(loopback.url), "4242_7")["delete"]
    assert isinstance(hidden, Refused)
    assert hidden.reason is Reason.TARGET_GONE


def item(message: str, post_id: str = "4242_7", made: str = MADE, **more: Any) -> dict[str, Any]:
    return {
        "id": post_id,
        "message": message,
        "created_time": made,
        "permalink_url": "https://www.facebook.com/p/7",
        **more,
    }


def card(url: str) -> dict[str, Any]:
    return {"data": [{"type": "share", "url": url, "target": {"url": url}}]}


def look(loopback: Loopback, post: Post, *pages: Reply) -> Any:
    answers = iter(pages)

    def answer(request: Request) -> Reply:
        check_facebook(request)
        return next(answers)

    loopback.answer = answer
    step = FACEBOOK.plan(Action.PUBLISH, post)[-1]
    return FACEBOOK.find(Action.PUBLISH, step, post, {}, worlds.NOW, "", worlds.context(loopback.url))


@pytest.mark.parametrize(
    "found_item",
    [
        item("Bingo", attachments=card(worlds.LINK.url)),
        item(
            "Bingo",
            attachments=card("https://l.facebook.com/l.php?u=https%3A%2F%2Flottstift.example%2Fl%2FAb3dE&h=AT0"),
        ),
        item(f"Bingo\n{worlds.LINK.url}"),
    ],
)
def test_a_post_is_found_by_its_short_address_in_text_or_card(found_item: dict[str, Any], loopback: Loopback) -> None:
    found = look(loopback, Post("Bingo", link=worlds.LINK), Reply(200, {"data": [found_item]}))
    assert isinstance(found, Found)
    assert (found.id, found.url) == ("4242_7", "https://www.facebook.com/p/7")


def test_a_post_that_lost_its_card_is_neither_found_nor_absent(loopback: Loopback) -> None:
    found = look(loopback, Post("Bingo", link=worlds.LINK), Reply(200, {"data": [item("Bingo")]}))
    assert isinstance(found, CannotTell)
    other = item("Bingo", attachments=card("https://lottstift.example/l/Other"))
    assert isinstance(look(loopback, Post("Bingo", link=worlds.LINK), Reply(200, {"data": [other]})), Absent)


def test_without_a_link_text_and_time_decide(loopback: Loopback) -> None:
    assert isinstance(look(loopback, Post("Stengt"), Reply(200, {"data": [item("Stengt")]})), Found)
    old = item("Stengt", made="2026-11-20T10:00:00+0000")
    assert isinstance(look(loopback, Post("Stengt"), Reply(200, {"data": [old]})), Absent)


def test_the_list_is_read_on_until_it_is_older_than_the_attempt(loopback: Loopback) -> None:
    paging = {"cursors": {"after": "c1"}, "next": "https://graph.facebook.com/next"}
    first = Reply(200, {"data": [item("annet", "4242_9")], "paging": paging})
    old = Reply(200, {"data": [item("gammelt", "4242_1", "2026-11-20T10:00:00+0000")], "paging": paging})
    assert isinstance(look(loopback, Post("Stengt"), first, old), Absent)
    assert loopback.requests[1].query["after"] == "c1"


@pytest.mark.parametrize(
    "answer", [Reply(500, raw=b""), error(190), error(4), Reply(200, raw=b"<html>"), Reply(200, {})]
)
def test_a_look_that_failed_says_when_to_look_again(answer: Reply, loopback: Loopback) -> None:
    found = look(loopback, Post("Stengt"), answer)
    assert isinstance(found, CannotTell)
    assert found.retry_after


def test_reading_back_reads_the_alt_text_of_each_picture(loopback: Loopback) -> None:
    alts = {"91": "Ei jente held ein bingobong", "92": "May be an image of a dog"}

    def answer(request: Request) -> Reply:
        check_facebook(request)
        name = request.path.rsplit("/", 1)[-1]
        if name in alts:
            return Reply(200, {"id": name, "alt_text_custom": alts[name]})
        photos = [{"target": {"id": photo}, "type": "photo"} for photo in alts]
        return Reply(
            200, item(f"Bingo\n{worlds.LINK.url}", attachments={"data": [{"subattachments": {"data": photos}}]})
        )

    loopback.answer = answer
    post = Post("Bingo", pictures=(worlds.picture(1), worlds.picture(2, "Ein kvit hund")), link=worlds.LINK)
    seen = FACEBOOK.read_back(post, "4242_7", worlds.context(loopback.url))
    assert isinstance(seen, Seen)
    assert seen.differences == ("alt_missing",)
    alts["92"] = "Ein kvit hund"
    again = FACEBOOK.read_back(post, "4242_7", worlds.context(loopback.url))
    assert isinstance(again, Seen)
    assert again.differences == ()


def test_verifying_names_the_page(loopback: Loopback) -> None:
    loopback.answer = good
    assert FACEBOOK.verify(worlds.context(loopback.url)) == Done("4242", data={"name": "Lotteritilsynet"})
    loopback.answer = lambda request: error(100, 33)
    lost = FACEBOOK.verify(worlds.context(loopback.url))
    assert isinstance(lost, Refused)
    assert lost.reason is Reason.ACCOUNT_GONE


def test_checking_a_post_warns_that_pictures_take_the_place_of_the_card() -> None:
    problems = FACEBOOK.check(Post("Bingo", pictures=(worlds.picture(),), link=worlds.LINK))
    assert [(problem.code, problem.severity) for problem in problems] == [("pictures_and_link", Severity.WARNING)]
    codes = {
        problem.code for problem in FACEBOOK.check(Post("a" * 63_207, pictures=(worlds.picture(mime="image/heic"),)))
    }
    assert codes == {"too_long", "picture_type"}
    assert FACEBOOK.check(Post("Bingo", link=worlds.LINK)) == []
