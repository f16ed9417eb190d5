"""A thread: split where readers pause, each part counted by the platform, approved in one go, sent in order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from samspill.channels import registry
from samspill.delivery import decide, ledger
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.publishing import approve, calendar_items, splitting, threads, versions
from samspill.publishing.models import Version
from tests.rooms.delivery.conftest import World as Sandbox
from tests.rooms.delivery.conftest import turn, until
from tests.rooms.publishing.approval_world import World
from tests.rooms.publishing.test_corrections import live  # noqa: F401 - a fixture

SENTENCE = "Lag og foreninger kan søke om å få igjen momsen de har betalt, og fristen er 1. september. "


@pytest.fixture
def world(db: None) -> World:
    return World()


def long_post(world: World, times: int = 8) -> Version:
    return world.post(world.jonas, world.x, text=(SENTENCE * times).strip())


# --- splitting -----------------------------------------------------------------------------


@given(st.text(alphabet="ab .\n", max_size=400), st.integers(5, 80))
def test_nothing_but_space_is_lost_where_a_text_is_cut_and_every_part_fits(text: str, keep: int) -> None:
    found = splitting.pieces(text, lambda _text: keep, lambda _text: keep, 200)
    assert "".join("".join(found).split()) == "".join(text.split())
    if len(found) > 1:
        assert all(len(one.strip()) <= keep for one in found)


def test_a_text_is_cut_where_a_reader_pauses() -> None:
    assert splitting.cut("Første avsnitt.\n\nAndre avsnitt.", 20) == ("Første avsnitt.", "Andre avsnitt.")
    assert splitting.cut("En setning. En til.", 15) == ("En setning.", "En til.")
    assert splitting.cut("Et langtlangtord her", 10) == ("Et langtla", "ngtord her"), "no pause late enough"
    assert splitting.cut("Kort", 10) == ("Kort", "")


# --- making it ----------------------------------------------------------------------------


def test_what_does_not_fit_becomes_parts_that_each_fit_by_the_platforms_own_count(world: World) -> None:
    version = long_post(world)
    made = threads.extend(version, world.jonas)
    thread = list(threads.parts(version))
    assert len(thread) == len(made) + 1 >= 3
    platform = registry.platform("x")
    for one in thread:
        link = "" if one.part else "\n\nhttps://example.no/l/abcd2345"
        assert platform.count(one.text + link).valid
    assert " ".join(one.text for one in thread) == (SENTENCE * 8).strip()
    assert [one.delivery.target_id for one in thread] == [None, *[one.delivery_id for one in thread[:-1]]]


def test_a_post_that_fits_gets_an_empty_part_below_and_keeps_its_text(world: World) -> None:
    version = world.post(world.jonas, world.x, text="Kort og godt")
    (part,) = threads.extend(version, world.jonas)
    assert (part.text, part.part) == ("", 1)
    assert Version.objects.get(pk=version.pk).text == "Kort og godt"
    assert approve.problems.errors(part), "an empty part cannot be sent in"


def test_a_platform_without_answers_has_no_threads(world: World) -> None:
    version = world.post(world.jonas, world.facebook, text="Kort")
    assert not threads.can_extend(version)
    with pytest.raises(versions.NotEditableError):
        threads.extend(version, world.jonas)
    page = world.as_(world.jonas).get(reverse("publishing_compose", args=[world.story.pk])).content.decode()
    assert reverse("publishing_thread", args=[version.pk]) not in page


def test_only_the_last_part_is_extended_and_a_thread_has_an_end(world: World) -> None:
    version = world.post(world.jonas, world.x, text="Kort")
    threads.extend(version, world.jonas)
    with pytest.raises(versions.NotEditableError):
        threads.extend(version, world.jonas)
    last = threads.parts(version).last()
    assert last is not None
    Version.objects.filter(pk=last.pk).update(part=threads.MOST - 1)
    with pytest.raises(threads.TooManyPartsError):
        threads.extend(last, world.jonas)


def test_the_button_keeps_what_is_typed_splits_it_and_shows_the_parts_below_each_other(world: World) -> None:
    version = world.post(world.jonas, world.x, text="Kort")
    client = world.as_(world.jonas)
    form = {"base": str(version.edit_number), "text": (SENTENCE * 6).strip()}
    answer = client.post(reverse("publishing_thread", args=[version.pk]), form)
    made = Version.objects.get(page=world.story, part=1)
    assert answer.url.endswith(f"#v{made.pk}-text")
    page = client.get(answer.url.partition("#")[0]).content.decode()
    total = threads.parts(version).count()
    assert f"Del 1 av {total}" in page and f"Del {total} av {total}" in page
    assert page.count('role="tab"') == 3, "newsroom, X with its whole thread, and more channels"


def test_who_may_not_write_makes_no_thread(world: World) -> None:
    version = long_post(world)
    answer = world.as_(world.liv).post(reverse("publishing_thread", args=[version.pk]), {"base": "0", "text": "Tull"})
    assert answer.status_code in (302, 403)
    assert threads.parts(version).count() == 1


# --- taking parts out ------------------------------------------------------------------------


def test_a_part_that_is_taken_out_is_closed_over_and_what_moved_up_needs_a_new_approval(world: World) -> None:
    version = long_post(world)
    threads.extend(version, world.jonas)
    world.submit()
    world.approve(world.marte)
    Delivery.objects.filter(page=world.story).update(state=State.APPROVED)
    first, second, third = list(threads.parts(version))[:3]
    threads.remove(second, world.jonas)
    third = Version.objects.select_related("delivery").get(pk=third.pk)
    assert (third.part, third.delivery.target_id) == (1, first.delivery_id)
    assert (third.delivery.state, third.review) == (State.PLANNED, Version.Review.DRAFT)


def test_the_button_of_a_part_takes_it_out_and_leads_back_to_the_thread(world: World) -> None:
    version = long_post(world)
    threads.extend(version, world.jonas)
    second = list(threads.parts(version))[1]
    answer = world.as_(world.jonas).post(reverse("publishing_remove", args=[second.pk]), {"base": "0"}, follow=True)
    assert "Delen er tatt ut av tråden." in answer.content.decode()
    assert [one.part for one in threads.parts(version)] == list(range(threads.parts(version).count()))
    assert not threads.parts(version).filter(pk=second.pk).exists()


def test_taking_the_channel_out_takes_the_whole_thread_out(world: World) -> None:
    version = long_post(world)
    threads.extend(version, world.jonas)
    world.as_(world.jonas).post(reverse("publishing_remove", args=[version.pk]))
    assert not Version.objects.filter(page=world.story, current=True).exists()
    assert set(Delivery.objects.filter(page=world.story).values_list("state", flat=True)) == {State.CANCELLED}


# --- approving and sending --------------------------------------------------------------------


def test_a_thread_is_read_and_approved_in_one_go_and_is_one_thing_in_the_plan(world: World) -> None:
    version = long_post(world)
    threads.extend(version, world.jonas)
    world.submit()
    page = world.as_(world.marte).get(reverse("desk_approval", args=[world.story.pk])).content.decode()
    assert "Tråd, del 2" in page and "Tråd, del 3" in page
    world.approve(world.marte)
    states = [one.delivery.state for one in threads.parts(version).select_related("delivery")]
    assert states == [State.DUE, *[State.APPROVED] * (len(states) - 1)], "the others wait for the part above"
    due = Delivery.objects.get(pk=version.delivery_id).due_at
    assert due is not None
    hour = timedelta(hours=1)
    items = calendar_items.between(due - hour, due + hour, world.marte, timezone.now())
    assert sum(item.channel is not None for item in items) == 1


def test_a_thread_leaves_in_order_and_stands_as_one_on_the_platform(live: tuple[World, Sandbox]) -> None:  # noqa: F811
    world, there = live
    version = long_post(world)
    threads.extend(version, world.jonas)
    world.submit()
    world.approve(world.marte)
    thread = list(threads.parts(version).select_related("delivery"))
    until(thread[-1].delivery, State.CONFIRMED)
    sent = [one["params"] for one in there.requests("x") if (one["method"], one["path"]) == ("POST", "/2/tweets")]
    ids = [Delivery.objects.get(pk=one.delivery_id).external_id for one in thread]
    assert [body["text"].split("\n")[0] for body in sent] == [one.text.split("\n")[0] for one in thread]
    answered = [body.get("reply", {}).get("in_reply_to_tweet_id") for body in sent]
    assert answered == [None, *ids[:-1]]
    decide.withdraw(Delivery.objects.get(pk=version.delivery_id), by=world.marte)
    while turn(version.delivery):
        ledger.release_due()
    assert there.posts("x") == []


def test_a_part_is_not_approved_as_read_when_it_has_moved_in_the_thread(world: World) -> None:
    version = long_post(world)
    threads.extend(version, world.jonas)
    world.submit()
    seen: Any = approve.look_at(world.fresh(world.story))
    second = list(threads.parts(version))[1]
    threads.remove(second, world.jonas)
    with pytest.raises(approve.ApprovalError, match="changed"):
        approve.approve_story(world.fresh(world.story), world.marte, seen)
