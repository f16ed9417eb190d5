"""X: every request against the published contract, and what each answer means."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.channels.contract import (
    Absent,
    Action,
    CannotTell,
    Done,
    Found,
    Later,
    Link,
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
from tests.rooms.channels.contracts import check_x
from tests.rooms.channels.loopback import Loopback, Reply, Request

X = platform("x")
MADE = "2026-11-25T12:59:30.000Z"
PROBLEMS = "https://api.x.com/2/problems/"


def good(request: Request) -> Reply:
    """X as it answers when all is well."""
    check_x(request)
    path = request.path.removeprefix("/base")
    if path.endswith("/tweets") and request.method == "POST":
        return Reply(201, {"data": {"id": "1346889436626259968", "text": request.json["text"]}})
    if path == "/2/media/metadata":
        return Reply(200, {"data": {"id": request.json["id"]}})
    if path.endswith("/append"):
        return Reply(200, {"data": {"expires_at": 1795700000}})
    if request.method == "DELETE":
        return Reply(200, {"data": {"deleted": True}})
    count = sum(1 for _ in path)
    return Reply(200, {"data": {"id": f"7700{count}", "media_key": "3_7700", "expires_after_secs": 86_400}})


def post_step(answer: Reply, loopback: Loopback, post: Post | None = None) -> Any:
    """What posting comes to when X answers this."""
    loopback.answer = lambda request: answer
    where = worlds.context(loopback.url)
    return X.perform(Action.PUBLISH, X.plan(Action.PUBLISH, Post("Hei"))[-1], post or Post("Hei"), {}, "", where)


def test_a_post_with_a_picture_and_a_link_follows_the_contract_from_first_to_last_request(loopback: Loopback) -> None:
    loopback.answer = good
    post = Post("Bingo som inntekt", pictures=(worlds.picture(1), worlds.picture(2, "Ein kvit hund")), link=worlds.LINK)
    results = worlds.perform_all(X, Action.PUBLISH, post, worlds.context(loopback.url))
    assert list(results) == ["upload:1", "ready:1", "alt:1", "upload:2", "ready:2", "alt:2", "post"]
    final = results["post"]
    assert isinstance(final, Done)
    assert final.id == "1346889436626259968"
    assert final.url == f"{loopback.url}/lotteritilsynet/status/1346889436626259968"
    alts = [request.json["metadata"]["alt_text"]["text"] for request in loopback.requests if "metadata" in request.path]
    assert alts == ["Ei jente held ein bingobong", "Ein kvit hund"]
    sent = loopback.requests[-1].json
    assert sent["text"] == "Bingo som inntekt\nhttps://lottstift.example/l/Ab3dE"
    assert len(sent["media"]["media_ids"]) == 2
    appended = b"".join(request.form["media"] for request in loopback.requests if request.path.endswith("/append"))
    assert appended == worlds.content(post.pictures[0]) + worlds.content(post.pictures[1])


def test_a_post_on_the_real_host_gets_its_public_address() -> None:
    from samspill.channels.x.steps import post_url

    assert post_url("12", worlds.context("https://api.x.com")) == "https://x.com/lotteritilsynet/status/12"


def test_the_link_is_not_added_when_the_text_holds_it_but_is_when_only_a_longer_one_is_there() -> None:
    assert X.wire_text(Post("Les https://lottstift.example/l/Ab3dE.", link=worlds.LINK)).count("Ab3dE") == 1
    assert X.wire_text(Post("Les https://lottstift.example/l/Ab3dEf", link=worlds.LINK)).endswith(
        "\nhttps://lottstift.example/l/Ab3dE"
    )
    assert X.wire_text(Post("", link=worlds.LINK)) == worlds.LINK.url


def test_processing_is_waited_for_without_counting_as_a_failure(loopback: Loopback) -> None:
    states = iter(["pending", "in_progress", "succeeded"])

    def answer(request: Request) -> Reply:
        check_x(request)
        info = {"state": next(states), "check_after_secs": 3}
        return Reply(200, {"data": {"id": "77", "processing_info": info}})

    loopback.answer = answer
    step = X.plan(Action.PUBLISH, Post("Hei", pictures=(worlds.picture(),)))[1]
    done = {"upload:1": Done("77", data={"state": "pending"})}
    post = Post("Hei", pictures=(worlds.picture(),))
    results = [X.perform(Action.PUBLISH, step, post, done, "", worlds.context(loopback.url)) for _ in range(3)]
    assert [type(result) for result in results] == [Later, Later, Done]
    assert isinstance(results[0], Later)
    assert (results[0].waiting, results[0].retry_after, results[0].reason) == (True, 3.0, Reason.MEDIA_PROCESSING)


def test_a_picture_that_x_cannot_process_stops_the_post(loopback: Loopback) -> None:
    loopback.answer = lambda request: Reply(200, {"data": {"id": "77", "processing_info": {"state": "failed"}}})
    post = Post("Hei", pictures=(worlds.picture(),))
    done = {"upload:1": Done("77", data={"state": "pending"})}
    result = X.perform(
        Action.PUBLISH,
        Step("ready:1", X.plan(Action.PUBLISH, post)[1].nature),
        post,
        done,
        "",
        worlds.context(loopback.url),
    )
    assert isinstance(result, Refused)
    assert result.reason is Reason.MEDIA_FAILED


def test_an_upload_that_has_run_out_is_done_again_with_all_that_hangs_on_it(loopback: Loopback) -> None:
    post = Post("Hei", pictures=(worlds.picture(1), worlds.picture(2)))
    late, fresh = worlds.NOW.timestamp() + 10, worlds.NOW.timestamp() + 80_000
    done = {"upload:1": Done("71", data={"expires_at": late}), "upload:2": Done("72", data={"expires_at": fresh})}
    result = X.perform(Action.PUBLISH, X.plan(Action.PUBLISH, post)[-1], post, done, "", worlds.context(loopback.url))
    assert isinstance(result, Redo)
    assert result.steps == ("upload:1", "ready:1", "alt:1")
    assert loopback.requests == []


def test_a_media_id_that_x_has_forgotten_means_uploading_again(loopback: Loopback) -> None:
    loopback.answer = lambda request: Reply(
        400, {"title": "Invalid Request", "detail": "Your media IDs are invalid.", "type": PROBLEMS + "invalid-request"}
    )
    post = Post("Hei", pictures=(worlds.picture(),))
    done = {"upload:1": Done("71", data={"expires_at": worlds.NOW.timestamp() + 80_000})}
    result = X.perform(Action.PUBLISH, X.plan(Action.PUBLISH, post)[-1], post, done, "", worlds.context(loopback.url))
    assert isinstance(result, Redo)
    assert result.steps == ("upload:1", "ready:1", "alt:1")


def problem(status: int, title: str, detail: str, kind: str = "about:blank") -> Reply:
    return Reply(status, {"title": title, "detail": detail, "type": kind, "status": status})


REFUSALS = [
    (problem(401, "Unauthorized", "Unauthorized"), Reason.TOKEN_DEAD, Refusal.ACCOUNT),
    (problem(402, "CreditsDepleted", "Your account has no credits"), Reason.OUT_OF_CREDIT, Refusal.ACCOUNT),
    (
        problem(403, "Forbidden", "You were not summoned: reply is only allowed when mentioned"),
        Reason.NOT_ALLOWED_BY_API,
        Refusal.BY_HAND,
    ),
    (
        problem(403, "Forbidden", "You are not permitted to perform this action."),
        Reason.NOT_ALLOWED_BY_API,
        Refusal.BY_HAND,
    ),
    (problem(403, "Forbidden", "Your Tweet text is too long."), Reason.TEXT_TOO_LONG, Refusal.CHANGE),
    (
        problem(403, "Forbidden", "Your account is suspended and is not permitted"),
        Reason.ACCOUNT_BLOCKED,
        Refusal.ACCOUNT,
    ),
    (
        problem(403, "Forbidden", "Missing required scope tweet.write", PROBLEMS + "client-forbidden"),
        Reason.PERMISSION_MISSING,
        Refusal.ACCOUNT,
    ),
    (
        problem(400, "Invalid Request", "One or more parameters to your request was invalid."),
        Reason.UNEXPECTED,
        Refusal.PERSON,
    ),
    (problem(418, "Teapot", "?"), Reason.UNEXPECTED, Refusal.PERSON),
    (
        problem(429, "UsageCapExceeded", "Usage cap exceeded: Monthly product cap"),
        Reason.OUT_OF_CREDIT,
        Refusal.ACCOUNT,
    ),
    (
        Reply(
            200,
            {
                "errors": [
                    {"title": "Forbidden", "detail": "not allowed", "type": PROBLEMS + "not-authorized-for-resource"}
                ]
            },
        ),
        Reason.NOT_ALLOWED_BY_API,
        Refusal.BY_HAND,
    ),
]


@pytest.mark.parametrize(("answer", "reason", "kind"), REFUSALS)
def test_a_refusal_says_what_is_asked_of_whom(answer: Reply, reason: Reason, kind: Refusal, loopback: Loopback) -> None:
    result = post_step(answer, loopback)
    assert isinstance(result, Refused)
    assert (result.reason, result.kind) == (reason, kind)
    assert worlds.TOKEN not in repr(result)


UNCLEAR = [
    (Reply(500, {"title": "Internal Error"}), Reason.SERVER_ERROR),
    (Reply(503, raw=b"over capacity"), Reason.SERVER_ERROR),
    (Reply(201, raw=b"<!doctype html><p>Something went wrong"), Reason.UNREADABLE_ANSWER),
    (Reply(201, raw=b""), Reason.UNREADABLE_ANSWER),
    (Reply(201, {"data": {"text": "Hei"}}), Reason.UNREADABLE_ANSWER),
    (Reply(201, {"data": {"id": "../x", "text": ""}}), Reason.UNREADABLE_ANSWER),
    (Reply(200, ["no", "object"]), Reason.UNREADABLE_ANSWER),
    (Reply(302, {}, {"location": "https://elsewhere.example/"}), Reason.UNREADABLE_ANSWER),
    (Reply(403, raw=b"<html>blocked</html>"), Reason.UNREADABLE_ANSWER),
    (problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content."), Reason.DUPLICATE),
]


@pytest.mark.parametrize(("answer", "reason"), UNCLEAR)
def test_an_unclear_answer_to_a_post_is_unknown_and_never_repeated_by_itself(
    answer: Reply, reason: Reason, loopback: Loopback
) -> None:
    result = post_step(answer, loopback)
    assert isinstance(result, Unknown)
    assert result.reason is reason


def test_a_rate_limit_waits_for_the_reset_and_holds_for_the_whole_channel(loopback: Loopback) -> None:
    reset = {"x-rate-limit-reset": str(int(worlds.NOW.timestamp()) + 120), "date": "Wed, 25 Nov 2026 13:00:00 GMT"}
    result = post_step(Reply(429, {"title": "Too Many Requests"}, reset), loopback)
    assert isinstance(result, Later)
    assert (result.whole_channel, result.reason) == (True, Reason.RATE_LIMITED)
    assert 1 <= result.retry_after <= 3600


def test_the_days_limit_waits_longer_than_an_hour(loopback: Loopback) -> None:
    from samspill.channels.http import Response
    from samspill.channels.x.calls import rate_wait

    reset = str(int(worlds.NOW.timestamp()) + 40_000)
    headers = {"x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": reset}
    assert rate_wait(Response(429, headers, b""), worlds.context("http://127.0.0.1:9")) == 40_000


def test_a_key_that_cannot_stand_in_a_header_is_refused_unsent_and_unshown(loopback: Loopback) -> None:
    from dataclasses import replace

    where = worlds.context(loopback.url)
    where = replace(where, account=replace(where.account, credentials={"access_token": "to ken\nX-Evil: 1"}))
    result = X.perform(Action.PUBLISH, X.plan(Action.PUBLISH, Post("Hei"))[-1], Post("Hei"), {}, "", where)
    assert isinstance(result, Refused)
    assert result.reason is Reason.TOKEN_DEAD
    assert loopback.requests == []
    assert "Evil" not in repr(result)


def test_nothing_sent_is_told_as_not_sent() -> None:
    result = X.perform(
        Action.PUBLISH,
        X.plan(Action.PUBLISH, Post("Hei"))[-1],
        Post("Hei"),
        {},
        "",
        worlds.context("http://127.0.0.1:9"),
    )
    assert isinstance(result, NotSent)


def test_deleting_follows_the_contract_and_a_post_already_gone_counts_as_deleted(loopback: Loopback) -> None:
    loopback.answer = good
    results = worlds.perform_all(X, Action.DELETE, Post("Hei"), worlds.context(loopback.url), "12")
    assert isinstance(results["delete"], Done)
    loopback.answer = lambda request: problem(
        404, "Not Found Error", "Could not find tweet", PROBLEMS + "resource-not-found"
    )
    gone = worlds.perform_all(X, Action.DELETE, Post("Hei"), worlds.context(loopback.url), "12")["delete"]
    assert isinstance(gone, Done)
    assert gone.data["already_gone"]


def listed(text: str, *urls: dict[str, Any], made: str = MADE, post_id: str = "55") -> dict[str, Any]:
    return {"id": post_id, "text": text, "created_at": made, "entities": {"urls": list(urls)}}


def short(expanded: str, **more: Any) -> dict[str, Any]:
    return {"start": 0, "end": 23, "url": "https://t.co/abc", "expanded_url": expanded, **more}


def look(loopback: Loopback, post: Post, *pages: Reply) -> Any:
    answers = iter(pages)

    def answer(request: Request) -> Reply:
        check_x(request)
        return next(answers)

    loopback.answer = answer
    return X.find(
        Action.PUBLISH, X.plan(Action.PUBLISH, post)[-1], post, {}, worlds.NOW, "", worlds.context(loopback.url)
    )


LINKED = Post("Bingo & lotto", link=worlds.LINK)


@pytest.mark.parametrize(
    "entity",
    [
        short(worlds.LINK.url),
        short("https://short.example/x", unwound_url=worlds.LINK.url),
        short("HTTPS://LOTTSTIFT.example/l/Ab3dE/"),
    ],
)
def test_a_post_is_found_by_its_short_address(entity: dict[str, Any], loopback: Loopback) -> None:
    page = Reply(200, {"data": [listed("Bingo &amp; lotto https://t.co/abc", entity)], "meta": {"result_count": 1}})
    found = look(loopback, LINKED, page)
    assert isinstance(found, Found)
    assert found.id == "55"


def test_a_post_with_another_short_address_is_not_ours(loopback: Loopback) -> None:
    page = Reply(
        200,
        {
            "data": [listed("Bingo &amp; lotto https://t.co/abc", short(worlds.LINK.url + "x"))],
            "meta": {"result_count": 1},
        },
    )
    assert isinstance(look(loopback, LINKED, page), Absent)


def test_a_post_is_found_although_our_clock_is_half_an_hour_ahead(loopback: Loopback) -> None:
    post = Post("Kontoret er stengt i dag")
    same = {**listed("Kontoret er stengt i dag", {}), "created_at": "2026-11-25T12:30:10.000Z"}
    body = {"data": [same], "meta": {"result_count": 1}}
    theirs = {"date": "Wed, 25 Nov 2026 12:30:20 GMT"}
    assert isinstance(look(loopback, post, Reply(200, body, theirs)), Found)
    asked = loopback.requests[-1].target
    assert "start_time=2026-11-24" in asked, "the list itself must not begin after the post"


def test_without_a_link_text_and_time_decide(loopback: Loopback) -> None:
    post = Post("Kontoret er stengt i dag & i morgen, se lottstift.no")
    same = listed("Kontoret er stengt i dag &amp; i morgen, se https://t.co/abc", short("http://lottstift.no"))
    page = Reply(200, {"data": [same], "meta": {"result_count": 1}})
    assert isinstance(look(loopback, post, page), Found)
    old = Reply(200, {"data": [{**same, "created_at": "2026-11-24T12:00:00.000Z"}], "meta": {"result_count": 1}})
    assert isinstance(look(loopback, post, old), Absent)


def test_a_short_address_that_x_made_no_link_of_is_still_a_mark(loopback: Loopback) -> None:
    on_trial = Post("Bingo", link=Link("http://127.0.0.1:8000/l/Ab3dE"))
    page = Reply(200, {"data": [listed("Bingo\nhttp://127.0.0.1:8000/l/Ab3dE")], "meta": {"result_count": 1}})
    assert isinstance(look(loopback, on_trial, page), Found)
    seen = read(loopback, on_trial, {"data": listed("Bingo\nhttp://127.0.0.1:8000/l/Ab3dE")})
    assert isinstance(seen, Seen)
    assert seen.differences == ()


def test_a_post_that_lost_its_end_is_neither_found_nor_absent(loopback: Loopback) -> None:
    for cut in ("Bingo &amp; lotto", "Bingo &amp; l"):
        found = look(loopback, LINKED, Reply(200, {"data": [listed(cut)], "meta": {"result_count": 1}}))
        assert isinstance(found, CannotTell)
        assert found.retry_after is None
    other = listed("Bingo &amp; lotto https://t.co/abc", short(worlds.LINK.url + "x"))
    assert isinstance(look(loopback, LINKED, Reply(200, {"data": [other], "meta": {"result_count": 1}})), Absent)


def test_of_two_alike_the_first_is_ours_and_both_are_named(loopback: Loopback) -> None:
    page = Reply(
        200,
        {
            "data": [
                listed("a", short(worlds.LINK.url), post_id="900"),
                listed("a", short(worlds.LINK.url), post_id="88"),
            ],
            "meta": {},
        },
    )
    found = look(loopback, LINKED, page)
    assert isinstance(found, Found)
    assert found.id == "88"
    assert "900" in found.detail


def test_the_whole_list_is_read_page_by_page(loopback: Loopback) -> None:
    first = Reply(200, {"data": [listed("annet")], "meta": {"result_count": 1, "next_token": "n1"}})
    second = Reply(200, {"data": [listed("b", short(worlds.LINK.url))], "meta": {"result_count": 1}})
    assert isinstance(look(loopback, LINKED, first, second), Found)


def test_an_empty_list_is_absent_but_not_for_good(loopback: Loopback) -> None:
    found = look(loopback, LINKED, Reply(200, {"meta": {"result_count": 0}}))
    assert isinstance(found, Absent)
    assert not found.final


@pytest.mark.parametrize(
    "answer", [Reply(500, {}), Reply(200, raw=b"<html>"), Reply(200, {}), Reply(401, {}), Reply(429, {})]
)
def test_a_look_that_failed_says_so_and_when_to_look_again(answer: Reply, loopback: Loopback) -> None:
    found = look(loopback, LINKED, answer)
    assert isinstance(found, CannotTell)
    assert found.retry_after is not None


def read(loopback: Loopback, post: Post, body: dict[str, Any], status: int = 200) -> Any:
    def answer(request: Request) -> Reply:
        check_x(request)
        return Reply(status, body)

    loopback.answer = answer
    return X.read_back(post, "55", worlds.context(loopback.url))


def test_reading_back_compares_text_link_pictures_and_alt_text(loopback: Loopback) -> None:
    post = Post("Bingo", pictures=(worlds.picture(),), link=worlds.LINK)
    item = listed(
        "Bingo\nhttps://t.co/abc https://t.co/pic",
        short(worlds.LINK.url),
        short("https://x.com/a/status/55/photo/1", url="https://t.co/pic", media_key="3_1"),
    )
    media = {"media_key": "3_1", "type": "photo", "alt_text": "Ei jente held ein bingobong"}
    good_answer = read(loopback, post, {"data": item, "includes": {"media": [media]}})
    assert isinstance(good_answer, Seen)
    assert good_answer.differences == ()
    bare = read(loopback, post, {"data": listed("Bin"), "includes": {}})
    assert set(bare.differences) == {"text_cut", "picture_missing", "alt_missing", "link_missing"}


def test_a_post_that_is_gone_is_absent_for_good(loopback: Loopback) -> None:
    error = {
        "title": "Not Found Error",
        "detail": "Could not find",
        "type": PROBLEMS + "resource-not-found",
        "resource_type": "tweet",
    }
    seen = read(loopback, LINKED, {"errors": [error]})
    assert isinstance(seen, Absent)
    assert seen.final


def test_verifying_names_the_account_and_refuses_another_ones_key(loopback: Loopback) -> None:
    loopback.answer = lambda request: Reply(
        200, {"data": {"id": "4242", "name": "Lotteritilsynet", "username": "lotteritilsynet"}}
    )
    assert X.verify(worlds.context(loopback.url)) == Done(
        "4242", data={"name": "Lotteritilsynet", "username": "lotteritilsynet"}
    )
    loopback.answer = lambda request: Reply(200, {"data": {"id": "1", "name": "En annen", "username": "annen"}})
    assert isinstance(X.verify(worlds.context(loopback.url)), Refused)


def test_editing_is_done_by_hand_and_says_why() -> None:
    way = X.capabilities().way(Action.EDIT)
    assert (way.way, way.reason) == (Way.BY_HAND, Reason.NOT_ALLOWED_BY_API)
    assert X.plan(Action.EDIT, Post("Hei")) == []


def test_checking_a_post_names_every_problem() -> None:
    pictures = tuple(worlds.picture(number, "") for number in range(5))
    codes = {
        problem.code: problem for problem in X.check(Post("a" * 300, pictures=pictures, document=worlds.document()))
    }
    assert {"too_long", "too_many_pictures", "alt_missing", "document_not_supported"} <= set(codes)
    assert codes["too_long"].data == {"over": 20, "max": 280}
    assert codes["alt_missing"].severity is Severity.ERROR
    empty = {problem.code for problem in X.check(Post(" \n "))}
    assert "empty" in empty
    warned = {
        problem.code: problem.severity
        for problem in X.check(
            Post("\u202esnudd #momskompensasjonsordningen skjult\u200btegn @[A](urn:li:organization:1)")
        )
    }
    assert {"bidi_control", "tag_lowercase", "zero_width", "mention_will_not_work"} == set(warned)
    assert set(warned.values()) == {Severity.WARNING}
    assert {problem.code for problem in X.check(Post("", link=worlds.LINK))} == {"nothing_but_link"}
    assert {problem.code for problem in X.check(Post("skjult\ufefftegn"))} == {"zero_width", "invalid_characters"}
    assert X.check(Post("Nytt om #MomsKompensasjon", pictures=(worlds.picture(),), link=worlds.LINK)) == []
