"""Tried at the doors of the API, the calendar, holds and connecting: each test is an attack that once came through."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from samspill.api import tokens
from samspill.api.scopes import Scope
from samspill.channels import connect_store, registry
from samspill.channels.connect_contract import Grant, GrantedAccount
from samspill.channels.contract import Action
from samspill.channels.models import Channel, ConnectAttempt
from samspill.delivery import hold
from samspill.delivery.hold_answers import Kind
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.newsroom import richtext
from samspill.publishing import corrections, hold_items, hold_review, plan_moves, plans, walltime
from samspill.publishing.hold_review import Answer
from samspill.publishing.models import Version
from samspill.publishing.plan_moves import MoveError, Target, Why
from tests.rooms.api.conftest import System
from tests.rooms.publishing import calendar_world as plan
from tests.rooms.publishing.approval_world import World


@pytest.fixture
def world(db: None) -> World:
    return World()


def stranger() -> Any:
    """Writes posts, but on none of these stories."""
    user = get_user_model().objects.create_user("fremmed", first_name="Fred", last_name="Fjern")
    names = ["write_version", "view_version", "access_admin"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return get_user_model().objects.get(pk=user.pk)


def correction(world: World) -> Version:
    """Jonas' correction of a post that is out, not sent in."""
    version = world.post(world.jonas, world.facebook)
    world.out()
    Delivery.objects.filter(pk=version.delivery_id).update(
        state=State.CONFIRMED, external_id="171", accepted_at=timezone.now(), next_try_at=None
    )
    original = Version.objects.select_related("delivery", "channel", "page").get(pk=version.pk)
    return corrections.begin(original, world.jonas, Action.EDIT)


def go_through(held: Any, by: Any, kind: Kind) -> None:
    found = hold_items.items(held)
    outcome = hold_review.answer(held, by, {item.key: Answer(kind, item.token) for item in found})
    assert found and outcome.refused == {}


def move(user: Any, of: Any, minutes: int = 90) -> None:
    """As the calendar does, with the token that is true now."""
    at = walltime.local(timezone.now() + timedelta(minutes=minutes))
    plan_moves.move(user, plan_moves.read([plan.item(user, plan.key(of)).what]), at.date(), at.time())


# --- corrections belong to their story ------------------------------------------------------


def test_the_draft_of_a_correction_is_not_read_by_who_may_not_write_on_its_story(world: World) -> None:
    version = correction(world)
    address = f"/versions/{version.pk}"
    for person, status in ((stranger(), 404), (world.jonas, 200)):
        _token, secret = tokens.make(person, "Fagsystem", [Scope.READ], 90)
        assert System(secret).get(address).status_code == status


def test_a_correction_is_not_moved_by_who_may_not_write_on_its_story(world: World) -> None:
    version = correction(world)
    tomorrow = (timezone.now() + timedelta(days=1)).date()
    target = Target("post", version.pk, str(version.edit_number))
    with pytest.raises(PermissionDenied):
        plan_moves.move(stranger(), [target], tomorrow, timezone.now().time())
    assert plan_moves.move(world.ingrid, [target], tomorrow, timezone.now().time()).titles


# --- while all is stopped -------------------------------------------------------------------


def test_a_story_that_was_called_off_in_a_hold_is_held_again_when_the_same_text_is_approved_anew(world: World) -> None:
    story = plan.plan_story(world, timezone.now() + timedelta(hours=2))
    held = hold.place(world.marte, "Ulykke")
    go_through(held, world.marte, Kind.CANCEL)
    revision = world.fresh(story).latest_revision
    hold_review.set_time(world.fresh(story), revision, timezone.now() - timedelta(minutes=1))  # its time has come
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=None)
    world.submit(world.jonas, story)
    world.approve(world.marte, story)
    plans.run()
    assert not world.is_live(story)
    [item] = hold_items.items(held)
    assert item.page is not None and item.page.pk == story.pk
    go_through(held, world.marte, Kind.NOW)
    assert world.is_live(story)


def test_a_story_that_may_go_as_planned_is_not_moved_while_all_else_is_stopped(world: World) -> None:
    story = plan.plan_story(world, timezone.now() + timedelta(hours=20))
    held = hold.place(world.marte, "Ulykke")
    move(world.ingrid, story, 600)  # nobody has gone through it yet: it stays stopped
    go_through(held, world.marte, Kind.AS_PLANNED)
    with pytest.raises(MoveError) as refused:
        move(world.ingrid, story)
    assert refused.value.why is Why.UNDER_WAY
    hold_review.release(held, world.marte)
    move(world.ingrid, story)


def test_a_post_that_may_go_as_planned_is_not_moved_while_all_else_is_stopped(world: World) -> None:
    at = walltime.local(timezone.now() + timedelta(hours=20))
    post = plan.loose_post(world, (at.date() - plan.monday()).days, at.strftime("%H:%M"), approved=True)
    held = hold.place(world.marte, "Ulykke")
    go_through(held, world.marte, Kind.AS_PLANNED)
    with pytest.raises(MoveError) as refused:
        move(world.ingrid, post)
    assert refused.value.why is Why.UNDER_WAY
    hold_review.release(held, world.marte)
    move(world.ingrid, post)


# --- what a platform says of an account -----------------------------------------------------


def test_a_platform_s_words_of_an_account_are_kept_as_words_and_never_as_a_script(world: World) -> None:
    place = "https://ond.example"
    now = timezone.now()
    attempt = ConnectAttempt(
        platform="mastodon", base_url=place, user=world.tor, created_at=now, expires_at=now, brand=None
    )
    hostile = GrantedAccount("1", "N\x00avn\n" + "a" * 300, "b" * 300, "javascript:alert(1)")
    stored = connect_store.connect(attempt, Grant({"access_token": "x" * 20}, accounts=(hostile,)), hostile, now)
    assert stored is not None
    kept = Channel.objects.get(pk=stored.channel.pk)
    assert (kept.public_url, len(kept.name), len(kept.handle)) == ("", 100, 100)
    assert kept.name.startswith("Navn aaa")
    good = GrantedAccount("1", "Navn", "b", "https://ond.example/@b")
    connect_store.connect(attempt, Grant({"access_token": "x" * 20}, accounts=(good,)), good, now)
    assert Channel.objects.get(pk=kept.pk).public_url == "https://ond.example/@b"


# --- a text that is made to keep us busy ----------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["<b>" * 20_000, "<ul><li>" * 8_000, "<!--" * 20_000, "<![x" * 20_000, '<p a="' * 15_000, "x<p>y</p>" * 5_000],
    ids=["nested", "lists", "comments", "declarations", "quotes", "loose"],
)
def test_html_that_is_made_to_be_slow_is_cleaned_in_seconds(text: str) -> None:
    began = time.process_time()
    richtext.clean(text)
    assert time.process_time() - began < 8  # minutes before


@pytest.mark.parametrize("platform", ["bluesky", "mastodon"])
def test_a_row_of_flags_without_end_is_counted_in_seconds(platform: str) -> None:
    began = time.process_time()
    found = registry.platform(platform).count("\U0001f1f3\U0001f1f4" * 50_000, None)
    assert (found.length, time.process_time() - began < 8) == (50_000, True)


def test_text_that_is_nested_too_deep_is_kept_as_text() -> None:
    assert richtext.clean("<b>" * 300 + "Fristen &lt; 1. mai" + "</b>" * 300) == "<p>Fristen &lt; 1. mai</p>"
    assert richtext.clean("<p>Før <!-- ikke lukket") == "<p>Før &lt;!-- ikke lukket</p>"
