"""Lists come in pages that nothing moves, with as many queries for many rows as for few; no work is written over."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from samspill.channels.models import Channel
from samspill.delivery import hold as holds
from samspill.delivery.models import Delivery
from samspill.publishing import versions
from tests.rooms.api.conftest import problem
from tests.rooms.newsroom.factories import make_photo


def all_pages(asks: Any, path: str, limit: int = 2) -> list[int]:
    found, cursor = [], ""
    for _page in range(50):
        answer = asks.get(f"{path}{'&' if '?' in path else '?'}limit={limit}&cursor={cursor}").json()
        assert len(answer["items"]) <= limit
        found += [row["id"] for row in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            return found
    raise AssertionError("no end")


def test_pages_show_each_row_once_also_when_rows_come_meanwhile(world: Any, system: Any) -> None:
    made = [world.story.pk, *(world.write(world.jonas, f"Sak {number}").pk for number in range(4))]
    asks = system(world.jonas)
    assert all_pages(asks, "/stories") == sorted(made, reverse=True)
    first = asks.get("/stories?limit=2").json()
    world.write(world.jonas, "Kom i mellomtiden")
    second = asks.get(f"/stories?limit=2&cursor={first['next']}").json()
    assert [row["id"] for row in first["items"] + second["items"]] == sorted(made, reverse=True)[:4]


@pytest.mark.parametrize(
    "cursor", ["x", "djEuMA", "djEuLTE", "djEuOTk5OTk5OTk5OTk5OTk5OTk5OTk", "djIuMQ", "_", "djEuMQx"]
)
def test_a_cursor_that_is_none_of_ours_is_told(world: Any, system: Any, cursor: str) -> None:
    found = problem(system(world.jonas).get(f"/stories?cursor={cursor}"), 422, "invalid")
    assert found["errors"][0]["name"] == "cursor"


@pytest.mark.parametrize("limit", ["0", "101", "x", "-1", ""])
def test_a_page_has_one_to_a_hundred_rows(world: Any, system: Any, limit: str) -> None:
    problem(system(world.jonas).get(f"/stories?limit={limit}"), 422, "invalid")


def test_deliveries_are_found_by_state_channel_and_story(world: Any, system: Any) -> None:
    world.post(world.jonas, world.x, text="På X")
    world.post(world.jonas, world.facebook, text="På Facebook")
    other = world.write(world.jonas, "En annen sak")
    world.post(world.jonas, world.x, other)
    world.out()
    asks = system(world.jonas)

    def ids(query: str) -> set[int]:
        return set(all_pages(asks, f"/deliveries?{query}"))

    def expected(**which: Any) -> set[int]:
        return set(Delivery.objects.filter(**which).values_list("pk", flat=True))

    assert ids(f"story={world.story.pk}") == expected(page=world.story.pk) and len(ids("")) == 3
    assert ids("state=planned") == expected(page=other.pk)
    assert ids("state=planned&state=due") == expected()
    assert ids(f"channel={world.x.pk}&state=due") == expected(channel=world.x, state="due")
    assert problem(asks.get("/deliveries?state=sent"), 422, "invalid")["errors"][0]["name"] == "state"


def queries(asks: Any, path: str) -> int:
    asks.get(path)  # what is read once in a process
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = asks.get(path)
    assert answer.status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", ["jonas", "liv", "superuser"])
def test_the_number_of_queries_does_not_grow_with_the_rows(world: Any, system: Any, name: str) -> None:
    def fill(number: int) -> None:
        story = world.write(world.jonas, f"Sak {number}")
        world.post(world.jonas, world.x, story)
        world.post(world.jonas, world.facebook, story)
        world.submit(world.jonas, story)
        if number % 2:
            world.approve(world.marte, story)
        make_photo()
        channel = Channel.objects.create(platform="x", name=f"Kanal {number}", mode="sandbox", external_id=str(number))
        version = world.post(world.jonas, channel, world.story)
        versions.save(version, world.jonas, base=0, values={}, pictures=[versions.PictureChoice(make_photo().pk)])
        holds.place(world.superuser, "Øving", channel=channel)

    fill(100)
    fill(101)
    asks = system(getattr(world, name))
    paths = ["/stories", "/deliveries", "/channels", f"/stories/{world.story.pk}/versions", "/holds"]
    paths += ["/pictures"] if name != "liv" else []
    paths = paths if name != "liv" else [path for path in paths if "versions" not in path]
    before = {path: queries(asks, path) for path in paths}
    for number in range(4):
        fill(number)
    assert {path: queries(asks, path) for path in paths} == before


# --- nobody writes over what they have not seen ----------------------------------------------


def test_a_change_names_what_it_stands_on(world: Any, system: Any) -> None:
    writer, path = system(world.jonas), f"/stories/{world.story.pk}"
    read = writer.get(path)
    assert read["ETag"] == f'"{read.json()["revision"]}"'
    problem(writer.patch(path, {"title": "Ny"}), 428, "precondition_required")
    problem(writer.patch(path, {"title": "Ny"}, If_Match="*"), 428, "precondition_required")
    changed = writer.patch(path, {"title": "Ny tittel"}, If_Match=read["ETag"])
    assert changed.status_code == 200 and changed.json()["title"] == "Ny tittel"
    assert changed.json()["lead"] == read.json()["lead"]
    late = writer.patch(path, {"lead": "For sent"}, If_Match=read["ETag"])
    problem(late, 412, "changed_meanwhile")
    assert late["ETag"] == changed["ETag"]
    assert Page.objects.get(pk=world.story.pk).specific.get_latest_revision_as_object().lead != "For sent"


def test_a_colleague_in_the_desk_is_noticed_too(world: Any, system: Any) -> None:
    writer, path = system(world.jonas), f"/stories/{world.story.pk}"
    read = writer.get(path)
    world.edit(world.story, world.marte, "Martes tittel")
    problem(writer.patch(path, {"title": "Min"}, If_Match=read["ETag"]), 412, "changed_meanwhile")


def test_two_versions_of_a_post_do_not_write_over_each_other(world: Any, system: Any) -> None:
    writer, version = system(world.jonas), world.post(world.jonas, text="Først")
    path = f"/versions/{version.pk}"
    read = writer.get(path)
    versions.save(version, world.marte, base=0, values={"text": "Martes"})
    problem(writer.patch(path, {"text": "Mitt"}, If_Match=read["ETag"]), 412, "changed_meanwhile")
    problem(writer.delete(path, If_Match=read["ETag"]), 412, "changed_meanwhile")
    fresh = writer.get(path)
    assert fresh.json()["text"] == "Martes"
    assert writer.patch(path, {"text": "Mitt"}, If_Match=fresh["ETag"]).json()["text"] == "Mitt"


def test_a_story_that_is_locked_by_a_colleague_stays(world: Any, system: Any) -> None:
    writer, path = system(world.jonas), f"/stories/{world.story.pk}"
    read = writer.get(path)
    Page.objects.filter(pk=world.story.pk).update(locked=True, locked_by=world.marte)
    problem(writer.patch(path, {"title": "Ny"}, If_Match=read["ETag"]), 409, "locked")
