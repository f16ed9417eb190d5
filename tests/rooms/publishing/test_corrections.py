"""Correcting what is out: the ways that each platform has, four eyes on the new text, and what readers then see."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from samspill.channels.contract import Action
from samspill.channels.models import Channel
from samspill.delivery import answers, ledger
from samspill.delivery.models import Delivery, Transition
from samspill.delivery.payload import from_json
from samspill.delivery.states import IllegalMoveError, State
from samspill.publishing import approve, corrections, problems, take_down, versions
from samspill.publishing.approve import OwnTextError
from samspill.publishing.models import Version
from tests.rooms.delivery.conftest import ACCOUNTS, until
from tests.rooms.delivery.conftest import World as Sandbox
from tests.rooms.publishing.approval_world import World


@pytest.fixture
def world(db: None) -> World:
    return World()


def out(world: World, channel: Channel, text: str = "Fristen er 1. august") -> Version:
    """Jonas' post, approved by Marte and out in the channel; as the ledger would have left it."""
    version = world.post(world.jonas, channel, text=text)
    world.submit()
    world.approve(world.marte)
    Delivery.objects.filter(pk=version.delivery_id).update(
        state=State.CONFIRMED, external_id=f"17{version.pk}", accepted_at=timezone.now(), next_try_at=None
    )
    return Version.objects.select_related("delivery", "channel", "page").get(pk=version.pk)


def write(version: Version, by: Any, text: str) -> Version:
    return versions.save(version, by, base=version.edit_number, values={"text": text})


def submit_and_approve(version: Version, by: Any) -> Version:
    approve.submit_post(version, version.edited_by)
    chosen = Version.objects.filter(pk=version.pk)
    approve.approve_versions(None, chosen, by, approve.look_at(None, approve.full(chosen)))
    return Version.objects.select_related("delivery").get(pk=version.pk)


def press(world: World, user: Any, version: Version, key: str) -> Any:
    return world.as_(user).post(reverse("desk_delivery_act", args=[version.delivery_id]), {"valg": key})


# --- what is offered -----------------------------------------------------------------------


def test_each_platform_is_corrected_in_its_own_way(world: World) -> None:
    assert corrections.ways(out(world, world.x).delivery) == [Action.PUBLISH]
    page = world.write(world.jonas, "En annen sak")
    world.story = page
    assert corrections.ways(out(world, world.facebook).delivery) == [Action.EDIT]


def test_the_desk_tells_what_readers_will_see_before_anybody_presses(world: World) -> None:
    version = out(world, world.x)
    page = world.as_(world.ingrid).get(reverse("desk_delivery", args=[version.delivery_id])).content.decode()
    assert "Svar med en rettelse" in page and "X lar oss ikke endre teksten." in page
    assert "Innlegget blir stående" in page
    assert 'value="rett"' not in page


def test_a_channel_by_hand_is_corrected_by_hand_through_approval_all_the_same(world: World) -> None:
    version = out(world, world.facebook)
    Channel.objects.filter(pk=world.facebook.pk).update(mode=Channel.Mode.BY_HAND)
    Delivery.objects.filter(pk=version.delivery_id).update(external_id="")
    version = Version.objects.select_related("delivery__channel", "channel", "page").get(pk=version.pk)
    page = world.as_(world.ingrid).get(reverse("desk_delivery", args=[version.delivery_id])).content.decode()
    assert "bytter du den på Facebook og sier fra her" in page
    correction = write(corrections.begin(version, world.ingrid, Action.EDIT), world.ingrid, "Fristen er 1. september")
    correction = submit_and_approve(correction, world.marte)
    ledger.release_due()
    assert Delivery.objects.get(pk=correction.delivery_id).state == State.BY_HAND
    hand = world.as_(world.ingrid).get(reverse("desk_delivery", args=[correction.delivery_id])).content.decode()
    assert "Bytt ut teksten på Facebook" in hand and "Fristen er 1. september" in hand


@pytest.mark.parametrize("state", sorted(set(State) - {State.ACCEPTED, State.CONFIRMED}))
def test_what_is_not_out_is_not_corrected(world: World, state: State) -> None:
    version = out(world, world.facebook)
    fields = {"lease_until": timezone.now(), "lease_owner": "another"}
    Delivery.objects.filter(pk=version.delivery_id).update(state=state, **fields)
    with pytest.raises(IllegalMoveError):
        corrections.begin(version, world.ingrid, Action.EDIT)
    assert press(world, world.ingrid, version, "rett").status_code == 302
    assert not Version.objects.exclude(corrects=None).exists()


# --- by editing ----------------------------------------------------------------------------


def test_a_correction_begins_with_the_text_that_is_out_and_opens_to_write_on(world: World) -> None:
    version = out(world, world.facebook)
    answer = press(world, world.ingrid, version, "rett")
    correction = Version.objects.get(corrects=version)
    assert answer.url == reverse("publishing_compose_post", args=[correction.pk])
    assert correction.text == "Fristen er 1. august"
    assert (correction.delivery.action, correction.delivery.target_id) == (Action.EDIT, version.delivery_id)
    page = world.as_(world.ingrid).get(answer.url).content.decode()
    assert "Rett innlegget på Facebook" in page and "byttes teksten" in page
    assert 'name="link_to"' not in page and 'name="timing"' not in page, "only the text can be changed"
    assert PageLogEntry.objects.filter(page=world.story.pk, action="samspill.version.correct").exists()


def test_two_presses_make_one_correction(world: World) -> None:
    version = out(world, world.facebook)
    first = press(world, world.ingrid, version, "rett")
    second = press(world, world.marte, version, "rett")
    assert first.url == second.url
    assert Version.objects.filter(corrects=version).count() == 1


def test_what_is_frozen_is_the_new_text_with_all_else_as_it_stands_there(world: World) -> None:
    version = out(world, world.facebook)
    correction = write(corrections.begin(version, world.ingrid, Action.EDIT), world.ingrid, "Fristen er 1. september")
    correction = submit_and_approve(correction, world.marte)
    target = Delivery.objects.get(pk=version.delivery_id)
    before, after = from_json(target.payload or {}), from_json(correction.delivery.payload or {})
    assert after.text == "Fristen er 1. september"
    assert (after.link, after.pictures, after.document) == (before.link, before.pictures, before.document)
    assert after.link is not None and target.code in after.link.url, "the post's own mark, not the correction's"
    assert correction.delivery.due_at is not None
    assert [step.name for step in correction.delivery.steps.all()] == ["edit"]


def test_who_wrote_the_correction_cannot_approve_it_and_a_text_changed_meanwhile_is_not_approved(world: World) -> None:
    version = out(world, world.facebook)
    correction = write(corrections.begin(version, world.ingrid, Action.EDIT), world.ingrid, "Fristen er 1. september")
    approve.submit_post(correction, world.ingrid)
    chosen = Version.objects.filter(pk=correction.pk)
    seen = approve.look_at(None, approve.full(chosen))
    with pytest.raises(OwnTextError):
        approve.approve_versions(None, chosen, world.ingrid, seen)
    Version.objects.filter(pk=correction.pk).update(text="Fristen er 2. september")
    with pytest.raises(approve.ApprovalError, match="changed"):
        approve.approve_versions(None, chosen, world.marte, seen)
    assert Delivery.objects.get(pk=correction.delivery_id).state == State.PLANNED


def test_the_approver_sees_the_old_text_against_the_new(world: World) -> None:
    version = out(world, world.facebook)
    correction = write(corrections.begin(version, world.ingrid, Action.EDIT), world.ingrid, "Fristen er 1. september")
    approve.submit_post(correction, world.ingrid)
    page = world.as_(world.marte).get(reverse("desk_approval_post", args=[correction.pk])).content.decode()
    assert "Teksten der byttes med denne" in page
    assert "<del>" in page and "<ins>" in page and "august" in page and "september" in page
    listed = world.as_(world.marte).get(reverse("desk_approvals")).content.decode()
    assert "Retter et innlegg som er ute." in listed


def test_an_unchanged_text_is_no_correction(world: World) -> None:
    version = out(world, world.facebook)
    correction = corrections.begin(version, world.ingrid, Action.EDIT)
    assert [problem.code for problem in problems.errors(correction)] == ["correction_unchanged"]
    answer = world.as_(world.ingrid).post(reverse("publishing_send_in_post", args=[correction.pk]))
    assert answer.status_code == 422
    assert Version.objects.get(pk=correction.pk).review == Version.Review.DRAFT


def test_a_second_correction_builds_on_the_first(world: World) -> None:
    version = out(world, world.facebook)
    first = write(corrections.begin(version, world.ingrid, Action.EDIT), world.ingrid, "Fristen er 1. september")
    first = submit_and_approve(first, world.marte)
    assert corrections.begin(version, world.ingrid, Action.EDIT).pk == first.pk, "on its way"
    Delivery.objects.filter(pk=first.delivery_id).update(state=State.CONFIRMED, accepted_at=timezone.now())
    second = corrections.begin(version, world.ingrid, Action.EDIT)
    assert second.pk != first.pk and second.text == "Fristen er 1. september"
    assert answers.in_force(Delivery.objects.get(pk=version.delivery_id)).text == "Fristen er 1. september"


def test_what_a_form_says_of_link_time_and_pictures_does_not_reach_an_edit(world: World) -> None:
    version = out(world, world.facebook)
    correction = corrections.begin(version, world.ingrid, Action.EDIT)
    form = {"base": "0", "text": "Ny tekst", "link_to": "none", "timing": "at", "planned_date": "2031-01-01",
            "planned_time": "12:00", "pictures_sent": "1"}  # fmt: skip
    world.as_(world.ingrid).post(reverse("publishing_save", args=[correction.pk]), form)
    correction.refresh_from_db()
    assert (correction.text, correction.timing, correction.link_to) == ("Ny tekst", "now", version.link_to)


def test_a_correction_can_be_given_up_and_the_post_stands(world: World) -> None:
    version = out(world, world.facebook)
    correction = corrections.begin(version, world.ingrid, Action.EDIT)
    answer = world.as_(world.ingrid).post(reverse("publishing_remove", args=[correction.pk]))
    assert answer.url == reverse("desk_delivery", args=[version.delivery_id])
    assert Delivery.objects.get(pk=correction.delivery_id).state == State.CANCELLED
    assert Delivery.objects.get(pk=version.delivery_id).state == State.CONFIRMED


def test_taking_the_story_down_does_not_stop_a_correction_of_what_is_out(world: World) -> None:
    version = out(world, world.facebook)
    correction = write(corrections.begin(version, world.ingrid, Action.EDIT), world.ingrid, "Saken var feil.")
    take_down.take_down(version.page, world.marte, "Feil i saken")
    correction = submit_and_approve(correction, world.marte)
    ledger.release_due()
    assert Delivery.objects.get(pk=correction.delivery_id).state == State.DUE


# --- who -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["liv", "tor"])
def test_who_may_not_write_may_not_correct(world: World, name: str) -> None:
    version = out(world, world.facebook)
    user = getattr(world, name)
    with pytest.raises(PermissionDenied):
        corrections.begin(version, user, Action.EDIT)
    assert press(world, user, version, "rett").status_code in (302, 403)
    assert not Version.objects.exclude(corrects=None).exists()


def test_who_may_not_edit_the_story_may_not_write_on_a_correction_of_its_post(world: World) -> None:
    version = out(world, world.facebook)
    correction = corrections.begin(version, world.ingrid, Action.EDIT)
    world.amir.groups.clear()
    answer = world.as_(world.amir).post(reverse("publishing_save", args=[correction.pk]), {"base": "0", "text": "Tull"})
    assert answer.status_code in (302, 403)
    assert Version.objects.get(pk=correction.pk).text == "Fristen er 1. august"


# --- by an answer, and on the wire ------------------------------------------------------------


def test_an_answer_begins_with_the_word_that_tells_readers_what_it_is(world: World) -> None:
    version = out(world, world.x)
    answer = corrections.begin(version, world.ingrid, Action.PUBLISH)
    assert answer.text == "Rettelse: "
    assert (answer.link_to, answer.page, answer.delivery.page) == (Version.LinkTo.NONE, None, None)


@pytest.fixture
def live(transactional_db: None, sandbox: Any, settings: Any) -> tuple[World, Sandbox]:
    """A newsroom whose channels speak with the pretend platforms."""
    settings.SAMSPILL_REQUEST_SECONDS = 2
    settings.SAMSPILL_SETTLE_SECONDS = 0.5
    there = Sandbox(sandbox.url)
    world = World()
    for name in ("x", "facebook"):
        there.set(name, list_lag_s=0)
        channel = getattr(world, name)
        account = ACCOUNTS[name]
        channel.base_url, channel.external_id = f"{sandbox.url}/{name}", account["external_id"]
        channel.set_credentials(account["credentials"])
        channel.save()
    return world, there


def test_on_facebook_the_text_is_exchanged_and_the_posts_story_tells_it(live: tuple[World, Sandbox]) -> None:
    world, there = live
    version = world.post(world.jonas, world.facebook, text="Fristen er 1. august")
    world.submit()
    world.approve(world.marte)
    until(version.delivery, State.CONFIRMED)
    correction = write(corrections.begin(version, world.ingrid, Action.EDIT), world.ingrid, "Fristen er 1. september")
    correction = submit_and_approve(correction, world.marte)
    ledger.release_due()
    until(correction.delivery, State.CONFIRMED)
    (post,) = there.posts("facebook")
    assert post["text"] == "Fristen er 1. september"
    (edit,) = [one for one in there.requests("facebook") if one["path"].endswith(version.delivery.external_id)
               and one["method"] == "POST"]  # fmt: skip
    assert edit["params"]["message"] == "Fristen er 1. september" and "link" not in edit["params"]
    page = world.as_(world.ingrid).get(reverse("desk_delivery", args=[version.delivery_id])).content.decode()
    assert "Teksten ble rettet på Facebook. Marte Lien godkjente rettelsen." in page
    assert "Slik står det nå" in page and "Fristen er 1. september" in page
    assert Transition.objects.filter(delivery=correction.delivery_id, after=State.APPROVED, actor=world.marte).exists()


def test_on_x_the_correction_stands_below_the_post(live: tuple[World, Sandbox]) -> None:
    world, there = live
    version = world.post(world.jonas, world.x, text="Fristen er 1. august")
    world.submit()
    world.approve(world.marte)
    until(version.delivery, State.CONFIRMED)
    answer = write(
        corrections.begin(version, world.ingrid, Action.PUBLISH), world.ingrid, "Rettelse: Fristen er 1. september."
    )
    answer = submit_and_approve(answer, world.marte)
    ledger.release_due()
    until(answer.delivery, State.CONFIRMED)
    sent = [one["params"] for one in there.requests("x") if (one["method"], one["path"]) == ("POST", "/2/tweets")]
    assert sent[1] == {
        "text": "Rettelse: Fristen er 1. september.",
        "reply": {"in_reply_to_tweet_id": version.delivery.external_id},
    }
