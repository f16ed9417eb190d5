"""By hand through the API: a channel's way is told, another's address is refused, and it can be looked for again."""

from __future__ import annotations

from typing import Any

from samspill.channels.models import Channel
from samspill.delivery.models import Delivery


def test_what_waits_for_a_hand_is_decided_as_in_the_desk(world: Any, system: Any) -> None:
    Channel.objects.filter(pk=world.x.pk).update(mode="by_hand", handle="lottstift", base_url="", sealed="")
    version = world.post(world.jonas)
    world.out()
    delivery = Delivery.objects.get(pk=version.delivery_id)
    assert (delivery.state, delivery.reason) == ("by_hand", "hand_chosen")
    editor, path = system(world.ingrid), f"/deliveries/{delivery.pk}"
    asked = editor.get(path).json()
    assert (asked["state"], asked["decisions"]) == ("by_hand", ["it_is_out", "leave_it"])
    for url in ("https://x.com/bingovennen/status/1", "https://www.facebook.com/lottstift/posts/1"):
        answer = editor.post(f"{path}/decide", {"decision": "it_is_out", "url": url})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/url")
        assert Delivery.objects.get(pk=delivery.pk).state == "by_hand"
    url = "https://x.com/lottstift/status/1"
    out = editor.post(f"{path}/decide", {"decision": "it_is_out", "url": url}).json()
    assert (out["state"], out["external_url"], out["reason"]) == ("accepted", url, "on_word")
    assert editor.post(f"{path}/decide", {"decision": "look_again"}).status_code == 409
    Delivery.objects.filter(pk=delivery.pk).update(differences=["not_found"])
    assert "look_again" in editor.get(path).json()["decisions"]
    assert editor.post(f"{path}/decide", {"decision": "look_again", "url": url}).status_code == 200
    assert Delivery.objects.get(pk=delivery.pk).differences == []


def test_a_channel_by_hand_says_so(world: Any, system: Any) -> None:
    Channel.objects.filter(pk=world.x.pk).update(mode="by_hand")
    told = system(world.ingrid).get(f"/channels/{world.x.pk}").json()
    assert (told["mode"], told["sends"]) == ("by_hand", True)
