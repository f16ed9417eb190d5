"""Whatever is sent, the answer is a problem in words with a code, and nothing has changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from samspill.api.middleware import LARGEST_JSON, LARGEST_PICTURE
from samspill.newsroom.models import NewsroomStory
from tests.rooms.api.conftest import ROOT, problem


@pytest.fixture(autouse=True)
def _nothing_changes(world: Any) -> Any:
    before = NewsroomStory.objects.count()
    yield
    assert NewsroomStory.objects.count() == before


def fields(found: dict[str, Any]) -> dict[str, str]:
    return {one.get("pointer") or one.get("name"): one["code"] for one in found["errors"]}


@pytest.mark.parametrize(
    "body",
    [
        "{", "", "[1,", "{'a': 1}", '{"title": "a", "title": "b"}', '{"title": NaN}', "\ufeff{}", "[" * 100_000,
        '{"title": "\\', "nul", '{"a": -Infinity}',
    ],
)  # fmt: skip
def test_what_is_no_json_is_told_with_its_place(world: Any, system: Any, body: str) -> None:
    answer = system(world.jonas).post("/stories", body or " ")
    problem(answer, 400, "malformed_json")


def test_what_is_not_utf8_is_no_json(world: Any, system: Any) -> None:
    problem(system(world.jonas).post("/stories", b'{"title": "\xff"}'), 400, "malformed_json")


@pytest.mark.parametrize("body", [[], 1, "x", None, True, {"a": 1}])
def test_json_of_another_kind_is_invalid(world: Any, system: Any, body: Any) -> None:
    problem(system(world.jonas).post("/stories", json.dumps(body)), 422, "invalid")


def test_unknown_fields_are_refused_by_name(world: Any, system: Any) -> None:
    body = {"title": "Sak", "live": True, "owner": 1, "body": [{"type": "heading", "text": "x", "level": 2}]}
    found = problem(system(world.jonas).post("/stories", body), 422, "invalid")
    assert fields(found) == dict.fromkeys(["#/live", "#/owner", "#/body/0/level"], "extra_forbidden")
    found = problem(system(world.jonas).get("/stories?limt=5"), 422, "invalid")
    assert found["errors"] == [
        {"code": "extra_forbidden", "detail": "Vi kjenner ikke denne parameteren.", "in": "query", "name": "limt"}
    ]


def test_each_wrong_field_is_pointed_at_in_words(world: Any, system: Any) -> None:
    body = {
        "title": 5,
        "lead": "a\x00b",
        "language": "sv",
        "brand": "finnes-ikke!",
        "main_picture_id": "1",
        "publish_at": "2026-03-03T14:05:00",
        "body": [{"type": "text"}, {"type": "video"}, {"type": "picture", "picture_id": True}, 7, {}],
    }
    found = problem(system(world.jonas).post("/stories", body), 422, "invalid")
    assert fields(found) == {
        "#/title": "string_type",
        "#/lead": "string_pattern_mismatch",
        "#/language": "enum",
        "#/brand": "string_pattern_mismatch",
        "#/main_picture_id": "int_type",
        "#/publish_at": "timezone_aware",
        "#/body/0/html": "missing",
        "#/body/1": "union_tag_invalid",
        "#/body/2/picture_id": "int_type",
        "#/body/3": "model_attributes_type",
        "#/body/4": "union_tag_not_found",
    }
    english = ("should", "must", "valid", "Input", "required", "Field")
    assert not [one for one in found["errors"] if any(word in one["detail"] for word in english)]


def test_half_a_sign_is_refused(world: Any, system: Any) -> None:
    found = problem(system(world.jonas).post("/stories", '{"title": "a\\ud800"}'), 422, "invalid")
    assert fields(found) == {"#/title": "string_unicode"}


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", str(2**63), "9" * 400, "%00"])
def test_a_number_that_is_none_is_told(world: Any, system: Any, number: str) -> None:
    for path in ("stories", "versions", "deliveries", "channels", "pictures", "holds"):
        answer = system(world.jonas).get(f"/{path}/{number}")
        problem(answer, 422, "invalid")


def test_what_is_not_there_is_a_problem_too(world: Any, system: Any) -> None:
    asks = system(world.jonas)
    for path in ("/stories/999999", "/versions/999999", "/deliveries/999999", "/pictures/999999", "/holds/999999"):
        problem(asks.get(path), 404, "not_found")
    for path in ("/nowhere", "/stories/", "/stories/1/nothing", "/../desk/", "/%2e%2e/x"):
        problem(asks.get(path), 404, "not_found")
    problem(asks.client.post(f"{ROOT}/nowhere", {}), 404, "not_found")


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace", "options", "head"])
def test_a_method_that_there_is_not_is_told_with_those_there_are(world: Any, system: Any, method: str) -> None:
    asks = system(world.jonas)
    answer = asks.client.generic(method.upper(), f"{ROOT}/stories", headers={"authorization": f"Bearer {asks.secret}"})
    assert answer.status_code == 405
    assert set(answer["Allow"].split(", ")) == {"GET", "POST"}
    if method != "head":
        problem(answer, 405, "method_not_allowed")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_another_kind_of_body_is_told(world: Any, system: Any, kind: str) -> None:
    asks = system(world.jonas)
    answer = asks.client.generic(
        "POST",
        f"{ROOT}/stories",
        b'{"title": "Sak"}',
        content_type=kind,
        headers={"authorization": f"Bearer {asks.secret}", "idempotency-key": "k"},
    )
    problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("path", "length"),
    [
        ("stories", LARGEST_JSON + 1), ("stories", 50 * 1024**2), ("pictures", LARGEST_PICTURE + 1),
        ("pictures", 50 * 1024**2), ("stories", "9" * 30), ("stories", "-5"), ("stories", "mye"),
    ],
)  # fmt: skip
def test_what_is_too_large_is_refused_before_it_is_read(world: Any, system: Any, path: str, length: Any) -> None:
    class Unread:
        def read(self, *size: int) -> bytes:
            raise AssertionError("it was read")

        readline = read

    asks = system(world.jonas)
    answer = asks.client.generic(
        "POST",
        f"{ROOT}/{path}",
        content_type="multipart/form-data; boundary=x" if path == "pictures" else "application/json",
        headers={"authorization": f"Bearer {asks.secret}", "idempotency-key": "k"},
        CONTENT_LENGTH=str(length),
        **{"wsgi.input": Unread()},
    )
    problem(answer, 413, "too_large")


def test_a_body_in_pieces_without_a_length_is_refused(world: Any, system: Any) -> None:
    problem(system(world.jonas).post("/stories", {}, Transfer_Encoding="chunked"), 411, "length_required")


def test_an_operation_without_fields_takes_no_body(world: Any, system: Any) -> None:
    asks = system(world.jonas)
    found = problem(asks.post(f"/stories/{world.story.pk}/submit", {"force": True}), 422, "invalid")
    assert fields(found) == {"#/force": "extra_forbidden"}
    problem(asks.post(f"/stories/{world.story.pk}/submit", "{"), 400, "malformed_json")


def test_too_many_requests_are_told_with_how_long_to_wait(world: Any, system: Any, settings: Any) -> None:
    settings.SAMSPILL_API_PER_MINUTE = 2
    asks, other = system(world.jonas), system(world.marte)
    answers = [asks.get("/me") for _number in range(6)]  # a minute may begin in between
    found = problem(answers[-1], 429, "too_many_requests")
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60 and found["status"] == 429
    assert other.get("/me").status_code == 200


def test_no_answer_is_kept_on_the_way(world: Any, system: Any) -> None:
    asks = system(world.jonas)
    for answer in (asks.get("/me"), asks.get("/stories"), asks.get("/stories/999999")):
        assert answer["Cache-Control"] == "no-store" and answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Request-ID"]
