"""Who may open and do what with deliveries and channels, with true contents, tried as the wrong person too.

That no address is left out is held by ``tests/rooms/security/test_matrix.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from tests.rooms.desk import world

SEE = {"editor", "second", "leader", "admin", "root"}
DECIDE = {"editor", "second", "root"}
ADMIN = {"admin", "root"}
ROLES = ("", "nobody", "expert", "leader", "editor", "admin", "root")
GET: dict[str, set[str]] = {
    "desk_deliveries": SEE,
    "desk_deliveries_results": SEE,
    "desk_delivery": SEE,
    "desk_channels": SEE,
    "desk_channel": SEE,
    "desk_channel_new": ADMIN,
}
POST: dict[str, set[str]] = {
    "desk_delivery_act": DECIDE,
    "desk_channel": ADMIN,
    "desk_channel_new": ADMIN,
    "desk_channel_mode": ADMIN,
    "desk_channel_verify": ADMIN,
    "desk_channel_example": SEE,
}


@pytest.fixture
def address(channels: dict[str, Any]) -> Callable[[str], str]:
    delivery = world.delivery(channels["x"], State.NEEDS_PERSON, reason="timeout")
    numbers = {"desk_delivery": delivery.pk, "desk_delivery_act": delivery.pk}

    def find(name: str) -> str:
        if name in (
            "desk_deliveries",
            "desk_deliveries_results",
            "desk_channels",
            "desk_channel_new",
            "desk_channel_example",
        ):
            return reverse(name)
        return reverse(name, args=[numbers.get(name, channels["x"].pk)])

    return find


def is_refused(answer: Any) -> bool:
    """Sent to sign in, sent home with a message (Wagtail's way), or told no."""
    return answer.status_code == 403 or (
        answer.status_code == 302 and answer.url.split("?")[0] in ("/desk/login/", "/desk/")
    )


@pytest.mark.parametrize("role", ROLES)
def test_who_may_open_what(role: str, signed_in: Callable[[str], Client], address: Callable[[str], str]) -> None:
    client = signed_in(role)
    for name, allowed in GET.items():
        answer = client.get(address(name))
        if role in allowed:
            assert answer.status_code == 200, (role, name, answer.status_code)
        else:
            assert is_refused(answer), (role, name, answer.status_code)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_do_what(role: str, signed_in: Callable[[str], Client], address: Callable[[str], str]) -> None:
    client = signed_in(role)
    data = {"valg": "la-vaere", "modus": "paused", "plattform": "x", "mal": "{tittel}"}
    for name, allowed in POST.items():
        where = address(name) + ("?plattform=x" if name == "desk_channel_new" else "")
        answer = client.post(where, data)
        if role in allowed:
            assert not is_refused(answer), (role, name, answer.status_code)
        else:
            assert is_refused(answer), (role, name, answer.status_code)


@pytest.mark.parametrize(
    ("role", "key"), [("leader", "send"), ("leader", "la-vaere"), ("admin", "ute"), ("admin", "trekk")]
)
def test_an_act_without_the_right_changes_nothing(
    role: str, key: str, signed_in: Callable[[str], Client], channels: dict[str, Any]
) -> None:
    delivery = world.delivery(channels["x"], State.NEEDS_PERSON, reason="timeout")
    answer = signed_in(role).post(reverse("desk_delivery_act", args=[delivery.pk]), {"valg": key})
    assert is_refused(answer)
    assert Delivery.objects.get(pk=delivery.pk).state == State.NEEDS_PERSON


def test_a_leader_sees_no_button_that_a_leader_may_not_press(
    signed_in: Callable[[str], Client], channels: dict[str, Any]
) -> None:
    delivery = world.delivery(channels["x"], State.NEEDS_PERSON, reason="timeout")
    page = signed_in("leader").get(reverse("desk_delivery", args=[delivery.pk])).content.decode()
    assert "Send på nytt" not in page
    assert "<form" not in page.split('class="s-cols"')[1]


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        ("editor", ["Oversikt", "Saker", "Godkjenn", "Utsendelser", "Kanaler"], ["Regler"]),
        ("expert", ["Oversikt", "Saker"], ["Utsendelser", "Kanaler", "Regler"]),
        ("leader", ["Oversikt", "Utsendelser", "Kanaler"], ["Godkjenn (", "Regler"]),
        ("admin", ["Oversikt", "Utsendelser", "Kanaler", "Regler", "Avsendere"], []),
    ],
)
def test_the_menu_shows_what_a_role_may_open(
    role: str, shown: list[str], hidden: list[str], signed_in: Callable[[str], Client]
) -> None:
    page = signed_in(role).get(reverse("wagtailadmin_home")).content.decode()
    menu = page.split('id="wagtail-sidebar-props"')[1].split("</script>")[0].encode().decode("unicode_escape")
    for label in shown:
        assert f'"{label}' in menu, label
    for label in hidden:
        assert f'"{label}' not in menu, label
    assert "wagtail.org" not in menu
