"""An editor on a bad day: presses twice, deletes what is in use, writes what nobody sees, is overtaken by others."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from samspill.channels.models import Channel
from samspill.delivery.models import Delivery
from samspill.library.models import Photo
from samspill.newsroom.models import Contact, Subject
from samspill.publishing import approve, versions
from samspill.publishing.models import Approval, Version
from tests.rooms.publishing.approval_world import World
from tests.rooms.publishing.compose_world import photo

pytestmark = pytest.mark.django_db

UNSEEN = "\u200b\u202e\u2060"


@pytest.fixture
def world() -> World:
    return World()


def shown(answer: Any) -> list[str]:
    return [str(message).strip() for message in answer.context["messages"]]


def approval_form(page: Page) -> dict[str, Any]:
    """What the approver's page posts back, as it stands now."""
    seen = approve.look_at(page)
    return {"act": "approve", "story": seen.story, **{f"v-{pk}": token for pk, token in seen.payloads.items()}}


def approval_page(world: World) -> str:
    return reverse("desk_approval", args=[world.story.pk])


# --- twice -----------------------------------------------------------------------------


def test_a_second_press_on_send_says_no_more_than_the_first(world: World) -> None:
    world.post(world.jonas)
    client = world.as_(world.jonas)
    for _press in range(2):
        answer = client.post(reverse("publishing_send_in", args=[world.story.pk]), follow=True)
        assert not [words for words in shown(answer) if "ikke" in words]
    assert Version.objects.get().review == Version.Review.SUBMITTED


def test_a_second_press_on_approve_shows_that_it_is_approved(world: World) -> None:
    world.post(world.jonas)
    world.submit()
    client, form = world.as_(world.marte), approval_form(world.fresh(world.story))
    for _press in range(2):
        answer = client.post(approval_page(world), form, follow=True)
        assert answer.status_code == 200
        assert "Slik går det videre" in answer.content.decode()
    assert Approval.objects.count() == 1


def test_one_who_comes_second_is_still_told_that_another_was_first(world: World) -> None:
    world.post(world.jonas)
    world.submit()
    form = approval_form(world.fresh(world.story))
    world.approve(world.marte)
    assert world.as_(world.ingrid).post(approval_page(world), form).status_code == 409


def test_what_waits_anew_is_not_passed_over_by_a_press_on_an_old_page(world: World) -> None:
    world.post(world.jonas)
    world.submit()
    form = approval_form(world.fresh(world.story))
    world.approve(world.marte)
    world.post(world.jonas, world.facebook)
    world.submit()
    assert world.as_(world.marte).post(approval_page(world), form).status_code == 409


# --- a post without a story ------------------------------------------------------------


def test_a_post_without_a_story_is_sent_in_from_its_page_and_waits_for_another(world: World) -> None:
    post = versions.add(None, world.x, world.jonas, text="Vi holder stengt i romjula.")
    client, address = world.as_(world.jonas), reverse("publishing_compose_post", args=[post.pk])
    send = reverse("publishing_send_in_post", args=[post.pk])
    assert f'action="{send}"' in client.get(address).content.decode()
    for _press in range(2):
        answer = client.post(send, follow=True)
        assert not [words for words in shown(answer) if "ikke" in words]
    assert "Venter på Ingrid Moe eller Marte Lien." in answer.content.decode()
    form = {"act": "approve", **{f"v-{pk}": token for pk, token in approve.look_at(None, [post]).payloads.items()}}
    approved = world.as_(world.marte).post(reverse("desk_approval_post", args=[post.pk]), form)
    post.delivery.refresh_from_db()
    assert (approved.status_code, post.delivery.state) == (302, "approved")
    assert post.delivery.due_at <= timezone.now()  # the next sweep takes it


def test_a_post_without_a_story_is_not_sent_in_with_errors_or_by_one_who_may_not(world: World) -> None:
    post = versions.add(None, world.x, world.jonas, text="ord " * 100)
    send = reverse("publishing_send_in_post", args=[post.pk])
    assert world.as_(world.jonas).post(send).status_code == 422
    world.as_(world.liv).post(send)
    post.refresh_from_db()
    assert post.review == Version.Review.DRAFT


# --- pictures that go ------------------------------------------------------------------


def test_a_draft_whose_picture_was_deleted_opens_without_it_in_the_editor_and_the_channels(world: World) -> None:
    picture = photo("Bare i kladden")
    draft = world.fresh(world.story).get_latest_revision_as_object()
    draft.main_image = picture
    draft.save_revision(user=world.jonas)
    picture.delete()
    client = world.as_(world.jonas)
    for address in (
        reverse("wagtailadmin_pages:edit", args=[world.story.pk]),
        reverse("publishing_compose", args=[world.story.pk]),
    ):
        assert client.get(address).status_code == 200
    world.out()
    assert world.is_live()


def test_a_picture_that_a_post_uses_is_not_deleted_alone_or_with_others(world: World) -> None:
    draft = world.fresh(world.story).get_latest_revision_as_object()
    draft.main_image = photo("I innlegget")
    draft.save_revision(user=world.jonas)
    world.post(world.jonas)
    client, other = world.as_(world.superuser), photo("Til overs")
    picture = Photo.objects.get(title="I innlegget")
    answer = client.post(reverse("wagtailimages:delete", args=[picture.pk]), follow=True)
    assert [words for words in shown(answer) if "I innlegget" in words and "er ikke slettet" in words]
    bulk = reverse("wagtail_bulk_action", args=["library", "photo", "delete"])
    answer = client.post(f"{bulk}?id={picture.pk}&id={other.pk}&next={reverse('wagtailimages:index')}", follow=True)
    assert [words for words in shown(answer) if "I innlegget" in words and "Til overs" not in words]
    assert Photo.objects.count() == 2


def test_a_picture_in_the_text_of_a_story_that_is_out_is_not_deleted(world: World) -> None:
    picture = photo("I teksten")
    draft = world.fresh(world.story).get_latest_revision_as_object()
    draft.body = [("picture", {"photo": picture, "alt": "", "decorative": False, "caption": "", "credit": ""})]
    draft.save_revision(user=world.jonas)
    world.out()
    with pytest.raises(PermissionDenied), transaction.atomic():
        picture.delete()
    answer = world.as_(world.superuser).post(reverse("wagtailimages:delete", args=[picture.pk]), follow=True)
    assert [words for words in shown(answer) if "er ikke slettet" in words]
    assert Photo.objects.filter(pk=picture.pk).exists()


# --- what others do meanwhile ----------------------------------------------------------


def test_a_channel_paused_before_the_approval_stops_it_in_words_and_can_be_taken_out(world: World) -> None:
    post = world.post(world.jonas)
    world.post(world.jonas, world.facebook)
    world.submit()
    form = approval_form(world.fresh(world.story))
    Channel.objects.filter(pk=world.x.pk).update(mode=Channel.Mode.PAUSED)
    answer = world.as_(world.marte).post(approval_page(world), form)
    assert answer.status_code == 409
    assert "Kanalen sender ikke nå" in answer.content.decode()
    world.as_(world.jonas).post(reverse("publishing_remove", args=[post.pk]))
    world.approve(world.marte)
    assert world.is_live()


def test_a_draft_deleted_while_it_waits_leaves_no_post_waiting_and_every_page_whole(world: World) -> None:
    post = world.post(world.jonas)
    delivery = post.delivery_id
    world.submit()
    world.as_(world.superuser).post(reverse("wagtailadmin_pages:delete", args=[world.story.pk]))
    assert Delivery.objects.get(pk=delivery).state == "cancelled"
    client = world.as_(world.marte)
    for address in ("/desk/", "/desk/godkjenn/", "/desk/utsendelser/", f"/desk/utsendelser/{delivery}/"):
        assert client.get(address).status_code == 200
    assert client.get(approval_page(world)).status_code == 404


# --- what nobody sees ------------------------------------------------------------------


@pytest.mark.parametrize("note", ["", "   ", "\x00", UNSEEN, f" {UNSEEN}\n"])
def test_sending_back_needs_words_that_can_be_seen(world: World, note: str) -> None:
    post = world.post(world.jonas)
    world.submit()
    answer = world.as_(world.marte).post(approval_page(world), {"act": "send_back", "note": note})
    assert answer.status_code == 409
    assert "Skriv hva som skal endres." in answer.content.decode()
    post.refresh_from_db()
    assert post.review == Version.Review.SUBMITTED


@pytest.mark.parametrize(("kind", "field", "model"), [("contact", "name", Contact), ("subject", "name_nb", Subject)])
def test_a_name_of_unseen_signs_alone_is_no_name(world: World, kind: str, field: str, model: Any) -> None:
    before = model.objects.count()
    answer = world.as_(world.jonas).post(f"/desk/snippets/newsroom/{kind}/add/", {field: UNSEEN * 2})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert model.objects.count() == before
