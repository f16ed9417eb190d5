"""LinkedIn: every request against the published contract, and what each answer means."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    Unknown,
)
from samspill.channels.linkedin import little
from samspill.channels.registry import platform
from tests.rooms.channels import worlds
from tests.rooms.channels.contracts import check_linkedin
from tests.rooms.channels.loopback import Loopback, Reply, Request

LINKEDIN = platform("linkedin")
URN = "urn:li:share:7267890123456789"
MADE = int(worlds.NOW.timestamp() * 1000) - 30_000


def good(request: Request) -> Reply:
    check_linkedin(request)
    host = "http://" + request.headers["host"]
    if request.method == "PUT":
        return Reply(201)
    if request.query.get("action") == "initializeUpload":
        kind = "document" if "documents" in request.path else "image"
        return Reply(200, {"value": {"uploadUrl": f"{host}/dms-uploads/1?x=y", kind: f"urn:li:{kind}:C4E1{kind}"}})
    if "/images/" in request.path or "/documents/" in request.path:
        return Reply(200, {"status": "AVAILABLE"})
    if request.headers.get("x-restli-method") == "PARTIAL_UPDATE" or request.method == "DELETE":
        return Reply(204)
    return Reply(201, headers={"x-restli-id": URN})


def created(loopback: Loopback, post: Post) -> dict[str, Any]:
    """The body of the post, all steps done."""
    loopback.answer = good
    results = worlds.perform_all(LINKEDIN, Action.PUBLISH, post, worlds.context(loopback.url))
    final = results["post"]
    assert isinstance(final, Done), final
    assert (final.id, final.url) == (URN, f"{loopback.url}/feed/update/{URN}/")
    body: dict[str, Any] = loopback.requests[-1].json
    return body


def post_step(answer: Reply, loopback: Loopback, post: Post | None = None) -> Any:
    loopback.answer = lambda request: answer
    post = post or Post("Hei")
    step = LINKEDIN.plan(Action.PUBLISH, post)[-1]
    return LINKEDIN.perform(Action.PUBLISH, step, post, {}, "", worlds.context(loopback.url))


def test_an_article_card_has_title_and_thumbnail_since_linkedin_fetches_nothing(loopback: Loopback) -> None:
    link = replace(worlds.LINK, thumbnail=worlds.picture())
    body = created(loopback, Post("Bingo (som inntekt)", link=link))
    assert body["content"]["article"] == {
        "source": link.url,
        "title": "Fristen er 1. september",
        "description": "Slik søker du.",
        "thumbnail": "urn:li:image:C4E1image",
        "thumbnailAltText": "Ei jente held ein bingobong",
    }
    assert body["commentary"] == r"Bingo \(som inntekt\)"
    assert body["author"] == "urn:li:organization:4242"


def test_one_picture_and_several_carry_their_alt_texts(loopback: Loopback) -> None:
    one = created(loopback, Post("Bingo", pictures=(worlds.picture(),)))
    assert one["content"]["media"]["altText"] == "Ei jente held ein bingobong"
    two = created(
        loopback, Post("Bingo", pictures=(worlds.picture(1), worlds.picture(2, "Ein hund")), link=worlds.LINK)
    )
    assert [image["altText"] for image in two["content"]["multiImage"]["images"]] == [
        "Ei jente held ein bingobong",
        "Ein hund",
    ]
    assert two["commentary"].endswith("\nhttps://lottstift.example/l/Ab3dE")


def test_a_document_is_uploaded_and_waited_for(loopback: Loopback) -> None:
    body = created(loopback, Post("Ny rapport", document=worlds.document()))
    assert body["content"]["media"] == {"id": "urn:li:document:C4E1document", "title": "Årsrapport 2025"}
    assert [request.method for request in loopback.requests] == ["POST", "PUT", "GET", "POST"]
    assert loopback.requests[1].body == b"%PDF"


def test_a_mention_typed_by_the_editor_stays_one_and_everything_else_is_escaped(loopback: Loopback) -> None:
    typed = "Hei @[Norsk Tipping (AS)](urn:li:organization:99) @dere [x] {y} <z> a_b *c* ~d | e\\f # #Bingo #to_ord"
    body = created(loopback, Post(typed))
    assert body["commentary"] == (
        r"Hei @[Norsk Tipping \(AS\)](urn:li:organization:99) \@dere \[x\] \{y\} \<z\> a\_b \*c\* \~d \| e\\f \# "
        r"#Bingo {hashtag|\#|to\_ord}"
    )
    assert LINKEDIN.wire_text(Post(typed)).startswith("Hei Norsk Tipping (AS) @dere [x]")


@given(
    st.text(
        alphabet=st.sampled_from("ab1 \n#@[](){}<>*_~|\\æ👍:/.é") | st.characters(exclude_categories=["Cs"]),
        max_size=80,
    )
)
def test_what_is_escaped_reads_as_it_was_written(text: str) -> None:
    assert little.shown(little.little(text)) == little.visible(text)


@given(
    st.lists(
        st.sampled_from(
            ["@[Lotteri (AS)](urn:li:organization:1)", "#Bingo", "#to_ord", "(", "]", "\\", "a", " ", "@", "#", "_"]
        ),
        max_size=20,
    )
)
def test_mentions_and_tags_survive_among_anything(parts: list[str]) -> None:
    text = "".join(parts)
    sent = little.little(text)
    assert little.shown(sent) == little.visible(text)
    rest = little.ELEMENT.sub("", sent)
    assert not little.RESERVED.search(rest.replace("#", "")), "a reserved sign stands bare"


@pytest.mark.parametrize(
    "url", ["https://evil.example/up", "http://169.254.169.254/up", "file:///etc/passwd", "http://127.0.0.1:1/up"]
)
def test_a_forged_upload_address_gets_neither_bytes_nor_token(url: str, loopback: Loopback) -> None:
    loopback.answer = lambda request: Reply(200, {"value": {"uploadUrl": url, "image": "urn:li:image:1"}})
    post = Post("Hei", pictures=(worlds.picture(),))
    result = LINKEDIN.perform(
        Action.PUBLISH, LINKEDIN.plan(Action.PUBLISH, post)[0], post, {}, "", worlds.context(loopback.url)
    )
    assert isinstance(result, Refused)
    assert result.kind is Refusal.PERSON
    assert len(loopback.requests) == 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("WAITING_UPLOAD", Later),
        ("PROCESSING", Later),
        ("AVAILABLE", Done),
        ("PROCESSING_FAILED", Refused),
        ("SOMETHING_NEW", Later),
    ],
)
def test_a_picture_is_waited_for_until_it_is_available_or_failed(
    status: str, expected: type, loopback: Loopback
) -> None:
    loopback.answer = lambda request: Reply(200, {"status": status})
    post = Post("Hei", pictures=(worlds.picture(),))
    done = {"upload:1": Done("urn:li:image:1")}
    result = LINKEDIN.perform(
        Action.PUBLISH, LINKEDIN.plan(Action.PUBLISH, post)[1], post, done, "", worlds.context(loopback.url)
    )
    assert isinstance(result, expected)
    assert not isinstance(result, Later) or result.waiting


def test_a_picture_that_has_gone_is_uploaded_again(loopback: Loopback) -> None:
    loopback.answer = lambda request: Reply(404, {"status": 404, "code": "NOT_FOUND", "message": "no"})
    post = Post("Hei", pictures=(worlds.picture(),))
    done = {"upload:1": Done("urn:li:image:1")}
    result = LINKEDIN.perform(
        Action.PUBLISH, LINKEDIN.plan(Action.PUBLISH, post)[1], post, done, "", worlds.context(loopback.url)
    )
    assert isinstance(result, Redo)
    assert result.steps == ("upload:1", "ready:1")


def error(status: int, code: str, message: str = "no", **more: Any) -> Reply:
    return Reply(status, {"status": status, "code": code, "message": message, **more})


REFUSALS = [
    (error(401, "REVOKED_ACCESS_TOKEN", serviceErrorCode=65601), Reason.TOKEN_DEAD, Refusal.ACCOUNT),
    (
        error(403, "ACCESS_DENIED", "Not enough permissions to access: posts.CREATE"),
        Reason.PERMISSION_MISSING,
        Refusal.ACCOUNT,
    ),
    (
        error(403, "ACCESS_DENIED", "Member is not an administrator of the organization"),
        Reason.ROLE_LOST,
        Refusal.ACCOUNT,
    ),
    (
        error(426, "NONEXISTENT_VERSION", "Requested version 202401 is not active"),
        Reason.VERSION_ENDED,
        Refusal.ACCOUNT,
    ),
    (error(400, "FIELD_LENGTH_TOO_LONG"), Reason.TEXT_TOO_LONG, Refusal.CHANGE),
    (error(400, "INVALID_VALUE_FOR_FIELD"), Reason.CONTENT_REJECTED, Refusal.PERSON),
    (error(422, "UNPROCESSABLE"), Reason.CONTENT_REJECTED, Refusal.PERSON),
    (error(404, "NOT_FOUND"), Reason.ACCOUNT_GONE, Refusal.ACCOUNT),
    (error(451, "NEW"), Reason.UNEXPECTED, Refusal.PERSON),
]


@pytest.mark.parametrize(("answer", "reason", "kind"), REFUSALS)
def test_a_refusal_says_what_is_asked_of_whom(answer: Reply, reason: Reason, kind: Refusal, loopback: Loopback) -> None:
    result = post_step(answer, loopback)
    assert isinstance(result, Refused)
    assert (result.reason, result.kind) == (reason, kind)


UNCLEAR = [
    (error(500, "INTERNAL_SERVER_ERROR"), Reason.SERVER_ERROR),
    (Reply(503, raw=b"<html>"), Reason.SERVER_ERROR),
    (error(409, "CONFLICT"), Reason.SERVER_ERROR),
    (Reply(201), Reason.UNREADABLE_ANSWER),
    (Reply(201, headers={"x-restli-id": "urn:li:person:1"}), Reason.UNREADABLE_ANSWER),
    (Reply(200, raw=b"<html>"), Reason.UNREADABLE_ANSWER),
    (Reply(403, raw=b"<html>"), Reason.UNREADABLE_ANSWER),
    (Reply(308, {}, {"location": "https://elsewhere.example"}), Reason.UNREADABLE_ANSWER),
]


@pytest.mark.parametrize(("answer", "reason"), UNCLEAR)
def test_an_unclear_answer_to_a_post_is_unknown(answer: Reply, reason: Reason, loopback: Loopback) -> None:
    result = post_step(answer, loopback)
    assert isinstance(result, Unknown)
    assert result.reason is reason


def test_a_rate_limit_without_a_time_waits_for_midnight_but_an_hour_at_most(loopback: Loopback) -> None:
    result = post_step(error(429, "TOO_MANY_REQUESTS"), loopback)
    assert isinstance(result, Later)
    assert (result.whole_channel, result.retry_after) == (True, 3600)


DUPLICATE = {
    "status": 422,
    "message": "Unprocessable Entity",
    "errorDetails": {"inputErrors": [{"code": "DUPLICATE_POST", "description": f"Content is a duplicate of {URN}"}]},
}


def test_a_duplicate_is_unknown_with_the_named_post_to_look_at(loopback: Loopback) -> None:
    result = post_step(Reply(422, DUPLICATE), loopback)
    assert isinstance(result, Unknown)
    assert (result.reason, result.hint_id) == (Reason.DUPLICATE, URN)


def shown(post_id: str = URN, made: int = MADE, **more: Any) -> dict[str, Any]:
    return {"id": post_id, "commentary": "Bingo", "createdAt": made, "lastModifiedAt": made, **more}


def look(loopback: Loopback, post: Post, answer: Reply, hint: str = "") -> Any:
    def checked(request: Request) -> Reply:
        check_linkedin(request)
        return answer

    loopback.answer = checked
    step = LINKEDIN.plan(Action.PUBLISH, post)[-1]
    return LINKEDIN.find(Action.PUBLISH, step, post, {}, worlds.NOW, hint, worlds.context(loopback.url))


def test_the_named_post_decides_whether_a_duplicate_was_ours(loopback: Loopback) -> None:
    card = {"article": {"source": worlds.LINK.url, "title": "t"}}
    linked = Post("Bingo", link=worlds.LINK)
    assert isinstance(look(loopback, linked, Reply(200, shown(content=card)), URN), Found)
    assert isinstance(look(loopback, Post("Bingo"), Reply(200, shown()), URN), Found)
    another = look(
        loopback, linked, Reply(200, shown(content={"article": {"source": "https://x.no", "title": "t"}})), URN
    )
    assert isinstance(another, CannotTell)
    assert another.retry_after is None


def test_a_ghost_of_a_duplicate_is_for_a_person(loopback: Loopback) -> None:
    ghost = look(loopback, Post("Bingo"), error(404, "NOT_FOUND"), URN)
    assert isinstance(ghost, CannotTell)
    assert ghost.retry_after is None
    assert URN in ghost.detail


def test_a_post_is_found_among_the_organisations_latest(loopback: Loopback) -> None:
    page = {
        "elements": [shown("urn:li:share:9", commentary="annet"), shown(commentary=r"Bingo \(og lotto\)")],
        "paging": {"start": 0},
    }
    found = look(loopback, Post("Bingo (og lotto)"), Reply(200, page))
    assert isinstance(found, Found)
    assert found.id == URN
    assert isinstance(look(loopback, Post("Noe annet"), Reply(200, page)), Absent)
    old = {"elements": [shown(made=MADE - 86_400_000)]}
    assert isinstance(look(loopback, Post("Bingo"), Reply(200, old)), Absent)


@pytest.mark.parametrize(
    "answer", [Reply(500, {}), Reply(200, raw=b"<html>"), error(401, "X"), error(429, "X"), Reply(200, {})]
)
def test_a_look_that_failed_says_when_to_look_again(answer: Reply, loopback: Loopback) -> None:
    found = look(loopback, Post("Bingo"), answer)
    assert isinstance(found, CannotTell)
    assert found.retry_after


def test_a_text_that_was_cut_is_neither_found_nor_absent(loopback: Loopback) -> None:
    found = look(loopback, Post("Bingo (som inntekt)"), Reply(200, {"elements": [shown(commentary="Bingo ")]}))
    assert isinstance(found, CannotTell)
    assert found.retry_after is None


def test_reading_back_tells_a_text_that_was_cut(loopback: Loopback) -> None:
    post = Post("Bingo (som inntekt) for alle", pictures=(worlds.picture(),))
    whole = shown(
        commentary=r"Bingo \(som inntekt\) for alle",
        content={"media": {"id": "urn:li:image:1", "altText": "Ei jente held ein bingobong"}},
    )
    loopback.answer = lambda request: Reply(200, whole)
    seen = LINKEDIN.read_back(post, URN, worlds.context(loopback.url))
    assert isinstance(seen, Seen)
    assert seen.differences == ()
    loopback.answer = lambda request: Reply(200, {**whole, "commentary": "Bingo ", "content": {}})
    cut = LINKEDIN.read_back(post, URN, worlds.context(loopback.url))
    assert isinstance(cut, Seen)
    assert set(cut.differences) == {"text_cut", "picture_missing", "alt_missing"}
    loopback.answer = lambda request: error(404, "NOT_FOUND")
    assert LINKEDIN.read_back(post, URN, worlds.context(loopback.url)) == Absent(
        True, "LinkedIn does not have the post"
    )


def test_editing_and_deleting_follow_the_contract(loopback: Loopback) -> None:
    loopback.answer = good
    where = worlds.context(loopback.url)
    assert isinstance(worlds.perform_all(LINKEDIN, Action.EDIT, Post("Ny (tekst)"), where, URN)["edit"], Done)
    assert loopback.requests[-1].json == {"patch": {"$set": {"commentary": r"Ny \(tekst\)"}}}
    assert "urn%3Ali%3Ashare" in loopback.requests[-1].target
    assert isinstance(worlds.perform_all(LINKEDIN, Action.DELETE, Post(""), where, URN)["delete"], Done)
    loopback.answer = lambda request: error(404, "NOT_FOUND")
    assert isinstance(worlds.perform_all(LINKEDIN, Action.DELETE, Post(""), where, URN)["delete"], Done)
    gone = worlds.perform_all(LINKEDIN, Action.EDIT, Post("x"), where, URN)["edit"]
    assert isinstance(gone, Refused)
    assert gone.reason is Reason.TARGET_GONE


def test_the_version_is_data_and_verifying_names_the_organisation(loopback: Loopback) -> None:
    def answer(request: Request) -> Reply:
        check_linkedin(request)
        return Reply(200, {"id": 4242, "localizedName": "Lotteritilsynet", "vanityName": "lotteritilsynet"})

    loopback.answer = answer
    result = LINKEDIN.verify(worlds.context(loopback.url, linkedin_version="202611"))
    assert result == Done("4242", data={"name": "Lotteritilsynet", "vanity": "lotteritilsynet"})
    assert loopback.requests[0].headers["linkedin-version"] == "202611"


def test_escapes_count_and_a_mention_counts_as_its_name() -> None:
    assert LINKEDIN.count("a" * 3000).valid
    assert not LINKEDIN.count("a" * 3001).valid
    assert LINKEDIN.count("(a)").length == 5
    assert LINKEDIN.count("Hei @[Norsk Tipping](urn:li:organization:99)").length == len("Hei Norsk Tipping")
    assert "too_long" in LINKEDIN.count("@[A](urn:li:organization:123456789) " * 90).problems


@given(
    st.lists(st.sampled_from([*"ab ()_#\n👍é", "@[Lott](urn:li:organization:1)"]), max_size=100).map("".join),
    st.integers(1, 60),
)
def test_what_is_kept_fits(part: str, times: int) -> None:
    text = (part or "a") * times * 3
    counted = LINKEDIN.count(text)
    kept = LINKEDIN.count(text[: counted.keep])
    assert "too_long" not in kept.problems


def test_checking_a_post_names_its_problems() -> None:
    assert LINKEDIN.check(Post("Bingo", link=worlds.LINK)) == []
    codes = {
        problem.code
        for problem in LINKEDIN.check(
            Post(
                "@[Feil]() og @[A]",
                document=replace(worlds.document(), pages=301, title=""),
                pictures=(worlds.picture(),),
            )
        )
    }
    assert codes == {"mention_will_not_work", "document_too_large", "document_title_missing", "pictures_and_document"}
