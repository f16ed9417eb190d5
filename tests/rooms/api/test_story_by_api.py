"""A story goes from another system to the public and the channels, by the desk's own rules."""

from __future__ import annotations

from typing import Any

from samspill.delivery.models import Delivery
from samspill.publishing.models import Version
from tests.rooms.api.conftest import problem

STORY = {
    "kind": "press_release",
    "title": "Fristen nærmer seg",
    "lead": "Søk innen 1. september.",
    "language": "nb",
    "body": [
        {"type": "text", "html": "<p>Søknaden leveres i Altinn.</p>"},
        {"type": "heading", "text": "Slik søker du"},
        {"type": "quote", "text": "Søk i god tid.", "who": "Direktøren"},
        {"type": "facts", "title": "Frister", "html": "<p>1. september</p>", "checked_on": "2026-03-01"},
    ],
}


def test_a_story_is_written_sent_in_approved_by_another_and_is_out(world: Any, system: Any) -> None:
    writer, reader = system(world.jonas), system(world.marte)
    made = writer.post("/stories", STORY)
    assert made.status_code == 201, made.content
    story = made.json()
    assert made["Location"] == f"/api/v1/stories/{story['id']}"
    assert story["state"] == "draft" and story["title"] == STORY["title"] and story["url"] is None
    assert [block["type"] for block in story["body"]] == ["text", "heading", "quote", "facts"]

    version = writer.post(f"/stories/{story['id']}/versions", {"channel_id": world.x.pk, "text": "Søk nå"})
    assert version.status_code == 201, version.content
    sent = writer.post(f"/stories/{story['id']}/submit")
    assert sent.status_code == 200, sent.content
    assert sent.json()["state"] == "waiting"

    seen = reader.get(f"/stories/{story['id']}/review").json()
    assert seen["may_approve"] and seen["versions"][0]["text"] == "Søk nå"
    approval = {
        "story": seen["story"]["hash"],
        "versions": [{"id": one["id"], "hash": one["hash"]} for one in seen["versions"]],
    }
    out = reader.post(f"/stories/{story['id']}/approve", approval)
    assert out.status_code == 200, out.content
    assert out.json()["state"] == "live" and out.json()["url"]
    delivery = Delivery.objects.get(page=story["id"])
    assert delivery.state == "due" and delivery.payload["text"] == "Søk nå"
    found = reader.get(f"/deliveries?story={story['id']}").json()["items"]
    assert [row["id"] for row in found] == [delivery.pk]


def test_who_has_written_approves_nothing_not_even_a_superuser(world: Any, system: Any) -> None:
    for person in (world.jonas, world.superuser):
        own = system(person)
        story = own.post("/stories", STORY).json()["id"]
        assert own.post(f"/stories/{story}/submit").status_code == 200
        seen = own.get(f"/stories/{story}/review").json()
        assert not seen["may_approve"]
        problem(own.post(f"/stories/{story}/approve", {"story": seen["story"]["hash"]}), 403, "own_text")
        problem(own.post(f"/stories/{story}/publish"), 409, "not_approved")
        assert not world.fresh(type("P", (), {"pk": story})).live
    assert not Version.objects.filter(review="approved").exists()
