"""Posts, pictures, deliveries, counting and stopping: the same is right and wrong through the API as in the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from wagtail.models import Page

from samspill.channels.registry import platforms
from samspill.delivery import ledger
from samspill.delivery.models import Delivery, Hold
from samspill.library.models import Photo
from samspill.publishing import hold_review
from samspill.publishing.models import Version
from tests import pictures
from tests.rooms.api.conftest import problem
from tests.rooms.newsroom.factories import make_photo


def change(asks: Any, version: Any, **fields: Any) -> Any:
    path = f"/versions/{version}"
    return asks.patch(path, fields, If_Match=asks.get(path)["ETag"])


def approval_of(asks: Any, story: int) -> dict[str, Any]:
    seen = asks.get(f"/stories/{story}/review").json()
    found = {"versions": [{"id": one["id"], "hash": one["hash"]} for one in seen["versions"]]}
    return {**found, "story": seen["story"]["hash"]} if seen["story"] else found


# --- posts -------------------------------------------------------------------------------------


def test_a_post_is_changed_in_text_pictures_link_and_time(world: Any, system: Any) -> None:
    writer, version, photo = system(world.jonas), world.post(world.jonas).pk, make_photo().pk
    found = change(
        writer,
        version,
        text="Ny tekst",
        pictures=[{"picture_id": photo, "alt": "En sau på beite"}],
        link_to="none",
        timing="at",
        planned_date="2030-03-03",
        planned_time="14:05",
    )
    assert found.status_code == 200, found.content
    shown = found.json()
    assert (shown["text"], shown["link_to"], shown["timing"]) == ("Ny tekst", "none", "at")
    assert (shown["planned_date"], shown["planned_time"]) == ("2030-03-03", "14:05:00")
    assert shown["pictures"] == [{"picture_id": photo, "alt": "En sau på beite", "alt_language": "nb", "own_alt": True}]
    assert shown["count"]["valid"] and shown["count"]["length"] == 8
    later = change(writer, version, timing="with_story", after_amount=3, after_unit="days").json()
    assert (later["timing"], later["after_amount"], later["after_unit"]) == ("with_story", 3, "days")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"timing": "at"}, "#/planned_date"),
        ({"link_to": "other", "link_url": "ikke en adresse"}, "#/link_url"),
        ({"pictures": [{"picture_id": 999999}]}, "#/pictures"),
        ({"planned_date": "2030-02-30"}, "#/planned_date"),
        ({"after_amount": 73}, "#/after_amount"),
        ({"text": "a" * 100_001}, "#/text"),
        ({"text": "a\x00b"}, "#/text"),
    ],
)
def test_what_is_wrong_in_a_post_is_told_and_nothing_of_it_is_kept(
    world: Any, system: Any, fields: dict[str, Any], wrong: str
) -> None:
    version = world.post(world.jonas, text="Som før")
    found = problem(change(system(world.jonas), version.pk, **{"text": "Ny", **fields}), 422, "invalid")
    assert [one["pointer"] for one in found["errors"]] == [wrong]
    assert Version.objects.get(pk=version.pk).text == "Som før"


def test_an_approved_post_is_changed_only_when_that_is_meant(world: Any, system: Any) -> None:
    version = world.post(world.jonas)
    version.timing, version.planned_date, version.planned_time = "at", "2030-03-03", "12:00"
    version.save()
    world.out()
    writer = system(world.jonas)
    problem(change(writer, version.pk, text="Ny"), 409, "approved")
    assert Delivery.objects.get(pk=version.delivery_id).state == "approved"
    assert change(writer, version.pk, text="Ny", withdraw_approval=True).status_code == 200
    assert Delivery.objects.get(pk=version.delivery_id).state == "planned"


def test_a_channel_is_there_once_and_can_be_taken_out(world: Any, system: Any) -> None:
    writer, path = system(world.jonas), f"/stories/{world.story.pk}/versions"
    made = writer.post(path, {"channel_id": world.x.pk})
    assert made.json()["text"] == "Fristen er 1. september"  # the channel's template
    problem(writer.post(path, {"channel_id": world.x.pk}), 409, "already_there")
    found = problem(writer.post(path, {"channel_id": 999999}), 422, "invalid")
    assert found["errors"][0]["pointer"] == "#/channel_id"
    gone = writer.delete(f"/versions/{made.json()['id']}", If_Match=made["ETag"])
    assert gone.status_code == 204 and not gone.content
    assert writer.get(path).json()["items"] == []


def test_errors_stop_a_story_from_being_sent_in(world: Any, system: Any) -> None:
    version = world.post(world.jonas, text="ord " * 200)
    found = problem(system(world.jonas).post(f"/stories/{world.story.pk}/submit"), 422, "errors")
    assert found["errors"][0]["code"] == "too_long" or "long" in found["errors"][0]["code"]
    assert found["errors"][0]["pointer"] == f"#/versions/{version.pk}/text"
    assert Page.objects.get(pk=world.story.pk).current_workflow_state is None


def test_what_changed_after_it_was_read_is_not_approved(world: Any, system: Any) -> None:
    version = world.post(world.jonas)
    writer, reader = system(world.jonas), system(world.marte)
    writer.post(f"/stories/{world.story.pk}/submit")
    path, seen = f"/stories/{world.story.pk}/approve", approval_of(reader, world.story.pk)
    change(writer, version.pk, text="Endret etterpå")
    problem(reader.post(path, seen), 409, "changed")
    world.edit(world.story, world.jonas, "Tittelen er også endret")
    problem(reader.post(path, {**approval_of(reader, world.story.pk), "story": seen["story"]}), 409, "changed")
    problem(reader.post(path, {"story": approval_of(reader, world.story.pk)["story"]}), 409, "changed")
    assert not world.is_live()
    assert reader.post(path, approval_of(reader, world.story.pk)).status_code == 200
    assert world.is_live() and world.live_title() == "Tittelen er også endret"
    problem(reader.post(path, seen), 409, "not_submitted")


def test_a_post_without_a_story_goes_the_same_way(world: Any, system: Any) -> None:
    writer, reader = system(world.jonas), system(world.marte)
    made = writer.post("/versions", {"channel_id": world.x.pk, "text": "Vi svarer til klokka 15."}).json()
    path = f"/versions/{made['id']}"
    assert writer.post(f"{path}/submit").json()["review"] == "submitted"
    seen = reader.get(f"{path}/review").json()["versions"]
    approval = {"versions": [{"id": one["id"], "hash": one["hash"]} for one in seen]}
    problem(writer.post(f"{path}/approve", approval), 403, "own_text")
    problem(system(world.superuser).post(f"{path}/approve", {"versions": []}), 409, "changed")
    assert reader.post(f"{path}/approve", approval).json()["state"] == "approved"  # due at once, by the clock
    storys = world.post(world.jonas)
    for verb, body in (("submit", None), ("approve", approval), ("send-back", {"note": "x"})):
        problem(reader.post(f"/versions/{storys.pk}/{verb}", body), 409, "with_story")


def test_what_is_sent_back_says_why(world: Any, system: Any) -> None:
    version = world.post(world.jonas)
    world.submit()
    reader = system(world.marte)
    path = f"/stories/{world.story.pk}/send-back"
    problem(reader.post(path, {"note": " \u200b "}), 422, "note_missing")
    assert reader.post(path, {"note": "Si når."}).json()["state"] == "draft"
    assert system(world.jonas).get(f"/versions/{version.pk}").json()["sent_back_note"] == "Si når."
    problem(reader.post(path, {"note": "Si når."}), 409, "not_submitted")


def test_a_planned_story_waits_for_its_time_and_publish_does_not_hurry_it(world: Any, system: Any) -> None:
    writer, reader = system(world.jonas), system(world.marte)
    story = writer.post("/stories", {"title": "Planlagt", "publish_at": "2030-03-03T14:05:00+01:00"}).json()
    assert story["publish_at"] == "2030-03-03T13:05:00Z"
    writer.post(f"/stories/{story['id']}/submit")
    planned = reader.post(f"/stories/{story['id']}/approve", approval_of(reader, story["id"]))
    assert planned.json()["state"] == "planned"
    problem(reader.post(f"/stories/{story['id']}/publish"), 409, "planned_later")
    page = Page.objects.get(pk=story["id"])
    hold_review.set_time(page, page.scheduled_revision, timezone.now() - timedelta(seconds=1))
    assert reader.post(f"/stories/{story['id']}/publish").json()["state"] == "live"


# --- pictures ----------------------------------------------------------------------------------


def upload(asks: Any, data: bytes, name: str = "a.jpg", **fields: str) -> Any:
    return asks.upload({"file": SimpleUploadedFile(name, data), **fields})


def test_a_picture_comes_in_by_the_librarys_door(world: Any, system: Any) -> None:
    writer = system(world.jonas)
    made = upload(writer, pictures.photo(), alt_nb="En sau", credit="Kari / Tilsynet")
    assert made.status_code == 201, made.content
    shown = made.json()
    assert (shown["alt_nb"], shown["credit"], shown["lacks_alt_text"]) == ("En sau", "Kari / Tilsynet", False)
    assert Photo.objects.get(pk=shown["id"]).uploaded_by_user == world.jonas
    path = f"/pictures/{shown['id']}"
    changed = writer.patch(path, {"alt_nn": "Ein sau"}, If_Match=made["ETag"])
    assert (changed.json()["alt_nn"], changed.json()["alt_nb"]) == ("Ein sau", "En sau")
    problem(writer.patch(path, {"alt_nn": "x"}, If_Match=made["ETag"]), 412, "changed_meanwhile")


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.jpg", "empty"), (b"<svg/>", "a.svg", "svg"), (b"%PDF-1.7", "a.jpg", "not_a_picture"),
        (pictures.truncated(pictures.photo()), "a.jpg", "damaged"),
        (pictures.lying_png(20_000, 10_000), "a.png", "too_many_pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_picture_is_refused_in_words(world: Any, system: Any, data: bytes, name: str, code: str) -> None:
    answer = upload(system(world.jonas), data, name)
    found = problem(answer, 422, "picture_refused")
    assert found["errors"][0]["pointer"] == "#/file"
    assert found["errors"][0]["code"] == code, found
    assert not Photo.objects.exists()


def test_a_form_with_more_or_less_than_it_should_is_told(world: Any, system: Any) -> None:
    writer = system(world.jonas)
    found = problem(writer.upload({"alt_nb": "Uten fil"}), 422, "invalid")
    assert found["errors"][0]["pointer"] == "#/file"
    found = problem(upload(writer, pictures.photo(), alt_no="Feil navn"), 422, "invalid")
    assert found["errors"] == [
        {"code": "extra_forbidden", "detail": "Vi kjenner ikke dette feltet.", "pointer": "#/alt_no"}
    ]
    problem(upload(writer, pictures.photo(), collection_id="999999"), 422, "invalid")
    assert not Photo.objects.exists()


# --- deliveries, counting, stopping ----------------------------------------------------------------


def test_a_delivery_is_stopped_once_and_tells_its_history(world: Any, system: Any) -> None:
    version = world.post(world.jonas)
    world.out()
    editor, path = system(world.ingrid), f"/deliveries/{version.delivery_id}"
    before = editor.get(path).json()
    assert before["state"] == "due" and before["cancellable"] and before["text"] == version.text
    stopped = editor.post(f"{path}/cancel").json()
    assert stopped["state"] == "cancelled" and not stopped["cancellable"]
    assert (stopped["history"][-1]["after"], stopped["history"][-1]["by"]) == ("cancelled", "Ingrid Moe")
    problem(editor.post(f"{path}/cancel"), 409, "wrong_state")
    problem(editor.post(f"{path}/decide", {"decision": "send_again"}), 409, "wrong_state")


def test_what_needs_a_person_is_decided(world: Any, system: Any) -> None:
    version = world.post(world.jonas)
    world.out()
    delivery = ledger.locked(version.delivery_id)
    ledger.move(delivery, ledger.State.NEEDS_PERSON, reason="cannot_tell")
    editor, path = system(world.ingrid), f"/deliveries/{delivery.pk}"
    offered = editor.get(path).json()["decisions"]
    assert "send_again" in offered and "leave_it" in offered
    for url in ("javascript:alert(1)", "ikke en adresse"):
        found = problem(editor.post(f"{path}/decide", {"decision": "it_is_out", "url": url}), 422, "invalid")
        assert found["errors"][0]["pointer"] == "#/url"
    out = editor.post(f"{path}/decide", {"decision": "it_is_out", "url": "https://x.com/lottstift/status/1"}).json()
    assert (out["state"], out["external_url"]) == ("accepted", "https://x.com/lottstift/status/1")


def test_counting_is_the_platforms_own(world: Any, system: Any) -> None:
    asks = system(world.liv)
    for name, platform in platforms().items():
        counted = platform.count("Søk nå: https://lottstift.no/frist 🐑")
        found = asks.post("/count", {"text": "Søk nå: https://lottstift.no/frist 🐑", "platform": name}).json()
        assert (found["length"], found["limit"], found["more"]) == (counted.length, counted.limit, dict(counted.more))
    assert asks.post("/count", {"text": "Hei", "channel_id": world.x.pk}).json()["length"] == 3
    problem(asks.post("/count", {"text": "Hei"}), 422, "invalid")
    problem(asks.post("/count", {"text": "Hei", "platform": "myspace"}), 422, "invalid")


def test_everything_is_stopped_gone_through_and_let_go(world: Any, system: Any) -> None:
    version = world.post(world.jonas)
    world.out()
    editor = system(world.ingrid)
    made = editor.post("/holds", {"reason": "Krise"})
    assert made.status_code == 201, made.content
    hold = made.json()
    path = f"/holds/{hold['id']}"
    assert hold["scope"] == "all" and [item["delivery_ids"] for item in hold["items"]] == [[version.delivery_id]]
    assert editor.get(f"/deliveries/{version.delivery_id}").json()["held"] is True
    problem(editor.post("/holds", {"reason": "Krise"}), 409, "held_already")
    problem(editor.post(f"{path}/release"), 409, "unanswered")
    item = hold["items"][0]
    wrong = {"key": item["key"], "token": "gammel", "kind": "now"}
    refused = editor.post(f"{path}/answers", {"answers": [wrong]}).json()
    assert (refused["done"], refused["refused"][0]["code"], refused["left"]) == ([], "changed", 1)
    given = {"key": item["key"], "token": item["token"], "kind": "cancel"}
    done = editor.post(f"{path}/answers", {"answers": [given]}).json()
    assert (done["done"], done["left"]) == ([item["key"]], 0)
    assert editor.post(f"{path}/release").json()["released_at"]
    assert not Hold.objects.filter(released_at=None).exists()
    problem(editor.post(f"{path}/release"), 409, "released")
    assert Delivery.objects.get(pk=version.delivery_id).state == "cancelled"
