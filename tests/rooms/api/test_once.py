"""A POST that is sent again is done once: the same answer, or a clear no; never a second effect."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from samspill.api import once, tokens
from samspill.api.models import Answer
from samspill.api.scopes import Scope
from samspill.newsroom.models import NewsroomStory
from tests import pictures
from tests.rooms.api.conftest import System, problem
from tests.rooms.publishing.approval_world import World


def count() -> int:
    return NewsroomStory.objects.filter(title="Én gang").count()


STORY = {"title": "Én gang", "lead": "a"}


def test_the_same_key_and_body_give_the_same_answer_and_one_story(world: Any, system: Any) -> None:
    writer = system(world.jonas)
    first = writer.post("/stories", STORY, Idempotency_Key="a")
    again = writer.post("/stories", '{"lead":   "a", "title": "Én gang"}', Idempotency_Key="a")
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert count() == 1


def test_the_same_key_with_another_body_or_address_is_refused(world: Any, system: Any) -> None:
    writer = system(world.jonas)
    writer.post("/stories", STORY, Idempotency_Key="a")
    problem(writer.post("/stories", {**STORY, "lead": "b"}, Idempotency_Key="a"), 422, "idempotency_key_reused")
    problem(writer.post("/count", {"text": "a", "platform": "x"}, Idempotency_Key="a"), 422, "idempotency_key_reused")
    assert count() == 1


def test_a_key_belongs_to_its_token(world: Any, system: Any) -> None:
    for person in (world.jonas, world.marte):
        assert system(person).post("/stories", STORY, Idempotency_Key="a").status_code == 201
    assert count() == 2


@pytest.mark.parametrize("key", ["", " ", "a b", "å", "x" * 201, "a\n"])
def test_a_key_that_is_none_is_told_and_nothing_is_done(world: Any, system: Any, key: str) -> None:
    answer = system(world.jonas).post("/stories", STORY, Idempotency_Key=key)
    assert answer.status_code in (400, 422) and answer.json()["code"] in ("idempotency_key_missing", "invalid")
    assert count() == 0


def test_every_post_demands_a_key(world: Any, system: Any) -> None:
    from samspill.api.openapi import description

    asks = system(world.superuser)
    paths = [path for path, operations in description()["paths"].items() if "post" in operations]
    for path in paths:
        address = path.removeprefix("/api/v1").replace("{story_id}", "1").replace("{version_id}", "1")
        address = address.replace("{delivery_id}", "1").replace("{hold_id}", "1")
        named = {one["name"]: one["required"] for one in description()["paths"][path]["post"]["parameters"]}
        assert named["Idempotency-Key"] is True
        found = asks.call("post", address, {}, Idempotency_Key="").json()
        assert found["code"] in ("idempotency_key_missing", "invalid", "unsupported_media_type"), (path, found)


def test_what_was_refused_changed_nothing_and_may_be_tried_again_with_its_key(world: Any, system: Any) -> None:
    writer = system(world.jonas)
    path = f"/stories/{world.story.pk}/versions"
    world.x.mode = "paused"
    world.x.save()
    problem(writer.post(path, {"channel_id": world.x.pk}, Idempotency_Key="a"), 409, "channel_not_in_use")
    assert not Answer.objects.exists()
    world.x.mode = "sandbox"
    world.x.save()
    assert writer.post(path, {"channel_id": world.x.pk}, Idempotency_Key="a").status_code == 201


def test_a_picture_sent_twice_is_there_once_although_forms_differ_in_their_boundaries(world: Any, system: Any) -> None:
    writer = system(world.jonas)
    data = pictures.photo()

    def send(alt: str, key: str) -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        return writer.upload(
            {"file": SimpleUploadedFile("a.jpg", data, "image/jpeg"), "alt_nb": alt}, Idempotency_Key=key
        )

    first = send("En sau", "a")
    assert first.status_code == 201, first.content
    assert send("En sau", "a").json() == first.json()
    problem(send("En geit", "a"), 422, "idempotency_key_reused")


def test_answers_are_forgotten_after_a_day(world: Any, system: Any) -> None:
    writer = system(world.jonas)
    writer.post("/stories", STORY, Idempotency_Key="a")
    writer.post("/stories", STORY, Idempotency_Key="b")
    day_ago = timezone.now() - timedelta(hours=24, seconds=1)
    Answer.objects.filter(key="a").update(created_at=day_ago)
    assert writer.post("/stories", STORY, Idempotency_Key="a").status_code == 201  # not cleared away yet
    assert count() == 3
    Answer.objects.filter(key="b").update(created_at=day_ago)
    assert once.forget() == 1
    assert list(Answer.objects.values_list("key", flat=True)) == ["a"]


def in_thread(do: Callable[[], None]) -> threading.Thread:
    def run() -> None:
        try:
            do()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_while_the_first_is_at_work_the_second_is_told_to_wait(transactional_db: None) -> None:
    world = World()
    token, secret = tokens.make(world.jonas, "Fagsystem", list(Scope), 30)
    at_work, finish = threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            assert once._take_lock(token, "a")
            at_work.set()
            finish.wait(20)

    thread = in_thread(first)
    try:
        assert at_work.wait(20)
        answer = System(secret).post("/stories", STORY, Idempotency_Key="a")
        problem(answer, 409, "in_progress")
        assert answer["Retry-After"] == "1"
        assert System(secret).post("/stories", STORY, Idempotency_Key="b").status_code == 201
    finally:
        finish.set()
        thread.join()
    assert System(secret).post("/stories", STORY, Idempotency_Key="a").status_code == 201


def test_of_many_at_once_with_one_key_one_is_done(transactional_db: None) -> None:
    world = World()
    _token, secret = tokens.make(world.jonas, "Fagsystem", list(Scope), 30)
    answers: list[Any] = []
    gate = threading.Barrier(4)

    def send() -> None:
        gate.wait(20)
        answers.append(System(secret).post("/stories", STORY, Idempotency_Key="a"))

    for thread in [in_thread(send) for _number in range(4)]:
        thread.join()
    codes = [answer.status_code for answer in answers]
    assert len(codes) == 4 and set(codes) <= {201, 409} and 201 in codes
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert count() == 1 and Answer.objects.count() == 1
