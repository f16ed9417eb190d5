"""The pages for approval: who may open and press what, what they show, and that nothing grows with the lists."""

from __future__ import annotations

from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from samspill.delivery.states import State
from samspill.publishing import approve, versions
from samspill.publishing.models import Version
from tests.rooms.publishing.approval_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def fields(world: World, page: Any = None, **changes: Any) -> dict[str, Any]:
    """The form of the page as it stands."""
    seen = approve.look_at(world.fresh(page or world.story))
    return {
        "act": "approve",
        "story": seen.story,
        **{f"v-{pk}": value for pk, value in seen.payloads.items()},
        **changes,
    }


def address(world: World) -> str:
    return f"/desk/godkjenn/{world.story.pk}/"


def test_each_role_opens_and_does_what_it_may(world: World) -> None:
    world.post(world.jonas)
    world.submit()
    expected = {"marte": 200, "jonas": 200, "amir": 200, "liv": 200, "tor": 200, "superuser": 200}
    for name, status in expected.items():
        client = world.as_(getattr(world, name))
        assert client.get("/desk/godkjenn/").status_code == status, name
        assert client.get(address(world)).status_code == status, name
    for name in ("amir", "liv", "tor"):
        client = world.as_(getattr(world, name))
        for act in ("approve", "send_back"):
            client.post(address(world), fields(world, act=act, note="Nei"))
        assert client.get(f"/desk/pages/{world.index.pk}/ta-ned/").status_code in (302, 403), name
    assert world.as_(world.jonas).post(address(world), fields(world)).status_code == 403
    assert not world.is_live()
    assert world.fresh(world.story).workflow_in_progress
    assert world.as_(world.marte).post(address(world), fields(world)).status_code == 302
    assert world.is_live()


def test_nobody_without_the_desk_sees_anything(world: World, client: Any) -> None:
    for path in ("/desk/godkjenn/", address(world), f"/desk/pages/{world.index.pk}/ta-ned/"):
        assert client.get(path).status_code == 302
    outsider = world.superuser.__class__.objects.create_user("utenfor")
    for path in ("/desk/godkjenn/", address(world)):
        assert world.as_(outsider).get(path).status_code in (302, 403)


def test_the_page_shows_exactly_what_will_be_sent(world: World) -> None:
    post = world.post(world.jonas, text="Søk innen <b>fristen</b>")
    world.submit()
    body = world.as_(world.marte).get(address(world)).content.decode()
    assert "Søk innen &lt;b&gt;fristen&lt;/b&gt;" in body
    assert post.delivery.code in body
    assert "Godkjenn saken og 1 innlegg" in body


def test_hostile_text_is_escaped_everywhere(world: World) -> None:
    evil = "<script>alert(1)</script>"
    world.story = world.write(world.jonas, evil, lead=evil)
    world.post(world.jonas, text=evil)
    world.submit()
    for path in ("/desk/godkjenn/", address(world)):
        body = world.as_(world.marte).get(path).content.decode()
        assert evil not in body


def test_what_changed_meanwhile_is_refused_in_words_and_shown(world: World) -> None:
    post = world.post(world.jonas)
    world.submit()
    old = fields(world)
    post.refresh_from_db()
    versions.save(post, world.ingrid, base=post.edit_number, values={"text": "Helt ny tekst"})
    answer = world.as_(world.marte).post(address(world), old)
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Noe ble endret mens du leste." in body
    assert "Helt ny tekst" in body
    assert not world.is_live()


def test_ones_own_text_is_refused_with_the_names_of_those_who_can(world: World) -> None:
    world.submit()
    body = world.as_(world.jonas).get(address(world)).content.decode()
    assert "Du kan ikke godkjenne din egen tekst" in body
    assert "Marte Lien" in body
    assert "Ingrid Moe" in body
    assert 'value="approve"' not in body


def test_an_error_blocks_and_links_to_itself(world: World) -> None:
    post = world.post(world.jonas, text="x" * 400)
    world.submit()
    body = world.as_(world.marte).get(address(world)).content.decode()
    assert "Kan ikke godkjennes før feilene er rettet." in body
    assert f'href="#post-{post.pk}"' in body
    assert world.as_(world.marte).post(address(world), fields(world)).status_code == 409


def test_sending_back_without_a_note_keeps_everything_and_says_so(world: World) -> None:
    world.submit()
    answer = world.as_(world.marte).post(address(world), {"act": "send_back", "note": " "})
    assert answer.status_code == 409
    assert "Skriv hva som skal endres." in answer.content.decode()
    assert world.fresh(world.story).workflow_in_progress


def test_sending_back_by_the_page(world: World) -> None:
    post = world.post(world.jonas)
    world.submit()
    assert world.as_(world.marte).post(address(world), {"act": "send_back", "note": "Se på datoen."}).status_code == 302
    post.refresh_from_db()
    assert post.sent_back_note == "Se på datoen."


def test_after_approval_the_page_says_what_happens_next(world: World) -> None:
    world.post(world.jonas)
    world.submit()
    answer = world.as_(world.marte).post(address(world), fields(world), follow=True)
    body = answer.content.decode()
    assert "Slik går det videre" in body
    assert "Saken er ute." in body
    assert "Går ut nå." in body


def test_the_second_reading_shows_only_what_changed(world: World) -> None:
    post = world.post(world.jonas, text="Fristen er 22. desember")
    world.out()
    post.refresh_from_db()
    Version.objects.filter(pk=post.pk).update(review="draft")
    post.delivery.state = State.APPROVED
    type(post.delivery).objects.filter(pk=post.delivery_id).update(state=State.APPROVED)
    post.refresh_from_db()
    versions.save(post, world.jonas, base=post.edit_number, values={"text": "Fristen er 18. desember"})
    world.submit()
    body = world.as_(world.marte).get(address(world) + "?vis=endringer").content.decode()
    assert "<del>" in body
    assert "22" in body[body.index("<del>") : body.index("</del>")]
    assert 'data-view="diff"' in body


def test_a_post_without_a_story_has_a_page_of_its_own(world: World) -> None:
    post = versions.add(None, world.x, world.jonas, text="Vi svarer til klokka 15.")
    Version.objects.filter(pk=post.pk).update(review="submitted", submitted_by=world.jonas, submitted_at=timezone.now())
    path = f"/desk/godkjenn/innlegg/{post.pk}/"
    body = world.as_(world.marte).get(path).content.decode()
    assert "Vi svarer til klokka 15." in body
    seen = approve.look_at(None, approve.full(Version.objects.filter(pk=post.pk)))
    data = {"act": "approve", **{f"v-{pk}": value for pk, value in seen.payloads.items()}}
    assert world.as_(world.jonas).post(path, data).status_code == 403
    assert world.as_(world.marte).post(path, data).status_code == 302
    post.delivery.refresh_from_db()
    assert post.delivery.state == State.APPROVED


def test_hashes_that_are_no_hashes_are_refused_quietly(world: World) -> None:
    world.post(world.jonas)
    world.submit()
    for odd in ({"v-x": "1"}, {"v-99999999999999": "å"}, {"story": "\x00"}, {}):
        answer = world.as_(world.marte).post(address(world), {"act": "approve", **odd})
        assert answer.status_code == 409
    assert world.as_(world.marte).get("/desk/godkjenn/999999/").status_code == 404


def test_the_lists_tell_mine_from_others(world: World) -> None:
    world.submit()
    mine = world.as_(world.marte).get("/desk/godkjenn/").content.decode()
    sent = world.as_(world.jonas).get("/desk/godkjenn/").content.decode()
    assert "Venter på deg" in mine
    assert "Les og godkjenn" in mine
    assert "Sendt inn av deg" in sent
    assert "Ingrid Moe eller Marte Lien kan godkjenne." in sent


def test_the_number_of_queries_does_not_grow_with_what_waits(world: World) -> None:
    from django.db import connection

    def count() -> int:
        client = world.as_(world.marte)
        client.get("/desk/godkjenn/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/desk/godkjenn/")
        return len(queries)

    world.post(world.jonas)
    world.submit()
    few = count()
    for number in range(4):
        page = world.write(world.jonas, f"Sak {number}")
        world.post(world.jonas, page=page)
        world.post(world.jonas, world.facebook, page=page)
        world.submit(page=page)
    assert count() == few


def test_a_story_is_taken_down_by_its_page(world: World) -> None:
    world.post(world.jonas)
    live = world.out()
    path = f"/desk/pages/{live.pk}/ta-ned/"
    assert "Dette skjer" in world.as_(world.marte).get(path).content.decode()
    assert world.as_(world.marte).post(path, {"reason": ""}).status_code == 400
    assert world.is_live()
    assert world.as_(world.marte).post(path, {"reason": "Feil tall."}).status_code == 302
    assert not world.is_live()


def test_the_editors_menu_offers_the_next_step_and_never_publishing(world: World) -> None:
    editor = world.as_(world.jonas).get(f"/desk/pages/{world.story.pk}/edit/").content.decode()
    assert 'name="action-submit"' in editor
    assert "action-publish" not in editor
    assert "Send til godkjenning" in editor
    expert = world.as_(world.amir).get(f"/desk/pages/{world.story.pk}/edit/").content.decode()
    assert 'name="action-submit"' not in expert
    world.submit()
    approver = world.as_(world.marte).get(f"/desk/pages/{world.story.pk}/edit/").content.decode()
    assert address(world) in approver
