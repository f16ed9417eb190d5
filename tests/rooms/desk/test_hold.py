"""«Stopp alt» in the desk: the form, the banner on every page, the review, each as the right and the wrong person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from samspill.config import readiness
from samspill.delivery import hold, hold_answers
from samspill.delivery.hold_answers import Kind
from samspill.delivery.models import Delivery, Hold, HoldAnswer
from samspill.delivery.states import State
from samspill.publishing import hold_items
from tests.rooms.desk import world

pytestmark = pytest.mark.django_db
REASON = "Alvorlig ulykke i Førde"
SignIn = Callable[[str], Client]


def waiting(channels: dict[str, Any], minutes: float = 60, key: str = "x", title: str = "Bingo") -> Delivery:
    return world.delivery(channels[key], State.APPROVED, title, at=timezone.now() + timedelta(minutes=minutes))


def stop(people: dict[str, Any], **scope: Any) -> Hold:
    return hold.place(people["editor"], REASON, **scope)


def text(answer: Any) -> str:
    return answer.content.decode()


def form(held: Hold, **answers: str) -> dict[str, str]:
    """What the page posts for what it shows."""
    tokens = {f"vist-{item.key}": item.token for item in hold_items.items(held)}
    return {**tokens, **{name.replace("__", "-"): value for name, value in answers.items()}}


def test_one_press_with_a_reason_stops_all_and_leads_to_the_review(signed_in: SignIn, channels: dict[str, Any]) -> None:
    delivery = waiting(channels)
    answer = signed_in("editor").post(reverse("desk_holds"), {"hva": "alt", "grunn": REASON}, follow=True)
    assert "Alt er stoppet" in text(answer) and "Bingo" in text(answer)
    assert hold.is_held(delivery)


def test_the_form_says_in_numbers_what_each_choice_stops(signed_in: SignIn, channels: dict[str, Any]) -> None:
    waiting(channels), waiting(channels, 90), waiting(channels, 90, "facebook")
    page = text(signed_in("editor").get(reverse("desk_holds")))
    assert "3 innlegg venter på sin tid" in page
    assert page.count("2 innlegg venter på sin tid") == 2, "X itself, and a sender for whom X speaks too"
    chosen = text(signed_in("editor").get(reverse("desk_holds"), {"hva": f"kanal-{channels['x'].pk}"}))
    assert f'value="kanal-{channels["x"].pk}" id="hva-kanal-{channels["x"].pk}" checked' in chosen


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"hva": "alt", "grunn": ""}, "Skriv hvorfor dere stopper."),
        ({"hva": "alt", "grunn": " \x00 "}, "Skriv hvorfor dere stopper."),
        ({"grunn": REASON}, "Velg hva som skal stoppes."),
        ({"hva": "kanal-999999", "grunn": REASON}, "Velg hva som skal stoppes."),
        ({"hva": "kanal-²", "grunn": REASON}, "Velg hva som skal stoppes."),
        ({"hva": "kanal-99999999999999999999", "grunn": REASON}, "Velg hva som skal stoppes."),
    ],
)
def test_a_wrong_form_says_what_is_missing_and_stops_nothing(
    signed_in: SignIn, channels: dict[str, Any], data: dict[str, str], said: str
) -> None:
    answer = signed_in("editor").post(reverse("desk_holds"), data)
    assert answer.status_code == 400
    assert said in text(answer) and "Ingenting er stoppet ennå." in text(answer)
    assert not Hold.objects.exists()


def test_the_second_who_stops_the_same_is_shown_what_is_stopped(
    signed_in: SignIn, people: dict[str, Any], channels: dict[str, Any]
) -> None:
    held = stop(people)
    answer = signed_in("second").post(reverse("desk_holds"), {"hva": "alt", "grunn": "Det samme"}, follow=True)
    assert answer.redirect_chain == [(reverse("desk_hold", args=[held.pk]), 302)]
    assert "Dette er stoppet allerede." in text(answer)


def test_the_reason_is_text_and_never_markup(signed_in: SignIn, people: dict[str, Any]) -> None:
    hold.place(people["editor"], "<script>alert(1)</script>")
    page = text(signed_in("leader").get("/desk/"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "<script>alert(1)" not in page


# --- the banner -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/desk/", "/desk/utsendelser/", "/desk/kanaler/", "/desk/account/", "/desk/pages/"]
)
def test_every_page_says_what_is_stopped_by_whom_and_why(
    signed_in: SignIn, people: dict[str, Any], channels: dict[str, Any], address: str
) -> None:
    client = signed_in("editor")
    assert "s-banner" not in text(client.get(address, follow=True))
    held = stop(people)
    hold.place(people["second"], "Kontoen er kapret", channel=channels["x"])
    page = text(client.get(address, follow=True))
    main = page.index('id="main"')
    banner = page[page.index('class="s-banner" role="status"') :][:2000]
    assert page.index("s-banner") > main
    assert "Alt er stoppet av Ingrid Haugen i dag kl." in banner and REASON in banner
    assert "X: @lottstift er stoppet av Jonas Berg" in banner
    assert reverse("desk_hold", args=[held.pk]) in banner


def test_the_banner_goes_when_the_hold_ends(signed_in: SignIn, people: dict[str, Any]) -> None:
    held = stop(people)
    signed_in("editor").post(reverse("desk_hold", args=[held.pk]), {"slutt": "1"})
    assert "s-banner" not in text(signed_in("editor").get("/desk/"))


def test_a_stranger_is_told_nothing(signed_in: SignIn, people: dict[str, Any]) -> None:
    stop(people)
    assert REASON not in text(Client().get("/desk/", follow=True))
    assert REASON not in text(signed_in("nobody").get("/desk/", follow=True))


# --- the review -----------------------------------------------------------------------------


def test_each_item_has_its_own_answer_and_what_has_none_stays_stopped(
    signed_in: SignIn, people: dict[str, Any], channels: dict[str, Any]
) -> None:
    first, second, third = (waiting(channels, 60, title=title) for title in ("En", "To", "Tre"))
    held = stop(people)
    data = form(held, **{f"svar-p{first.pk}": "as_planned", f"svar-p{second.pk}": "cancel", "slutt": "1"})
    answer = signed_in("second").post(reverse("desk_hold", args=[held.pk]), data, follow=True)
    assert "2 er avgjort." in text(answer) and "Stoppen gjelder fortsatt, for 1 er ikke avgjort." in text(answer)
    states = [Delivery.objects.get(pk=one.pk).state for one in (first, second, third)]
    assert states == [State.APPROVED, State.CANCELLED, State.APPROVED]
    assert [hold.is_held(one) for one in (first, third)] == [False, True]
    held.refresh_from_db()
    assert held.is_open


def test_the_same_for_all_counts_for_what_was_shown_and_has_no_answer_of_its_own(
    signed_in: SignIn, people: dict[str, Any], channels: dict[str, Any]
) -> None:
    own, other, past = waiting(channels, title="En"), waiting(channels, title="To"), waiting(channels, -5, title="Tre")
    held = stop(people)
    data = form(held, **{f"svar-p{own.pk}": "cancel", "alle": "as_planned"})
    late = waiting(channels, title="Kom etterpå")
    signed_in("editor").post(reverse("desk_hold", args=[held.pk]), data)
    kinds = dict(HoldAnswer.objects.values_list("delivery", "kind"))
    assert kinds == {own.pk: "cancel", other.pk: "as_planned"}
    assert hold.is_held(past), "it cannot go as planned"
    assert hold.is_held(late), "nobody has seen it"


def test_a_new_time_without_a_time_is_told_at_the_item_and_what_was_typed_stays(
    signed_in: SignIn, people: dict[str, Any], channels: dict[str, Any]
) -> None:
    one, two = waiting(channels, title="En"), waiting(channels, title="To")
    held = stop(people)
    data = form(
        held, **{f"svar-p{one.pk}": "move", f"dato-p{one.pk}": "2026-13-45", f"tid-p{one.pk}": "10:00",
                 f"svar-p{two.pk}": "as_planned"}
    )  # fmt: skip
    answer = signed_in("editor").post(reverse("desk_hold", args=[held.pk]), data)
    assert answer.status_code == 400
    assert "Velg dato og klokkeslett." in text(answer) and 'value="10:00"' in text(answer)
    assert not hold.is_held(two), "the others' answers count"
    past = timezone.localtime(timezone.now() - timedelta(hours=1))
    data = form(
        held, **{f"svar-p{one.pk}": "move", f"dato-p{one.pk}": f"{past:%Y-%m-%d}", f"tid-p{one.pk}": f"{past:%H:%M}"}
    )
    answer = signed_in("editor").post(reverse("desk_hold", args=[held.pk]), data)
    assert answer.status_code == 409
    assert "Tiden er passert." in text(answer)


def test_a_new_time_is_oslos_clock(signed_in: SignIn, people: dict[str, Any], channels: dict[str, Any]) -> None:
    one = waiting(channels)
    held = stop(people)
    then = timezone.localtime(timezone.now() + timedelta(hours=5)).replace(second=0, microsecond=0)
    data = form(
        held, **{f"svar-p{one.pk}": "move", f"dato-p{one.pk}": f"{then:%Y-%m-%d}", f"tid-p{one.pk}": f"{then:%H:%M}"}
    )
    signed_in("editor").post(reverse("desk_hold", args=[held.pk]), data)
    one.refresh_from_db()
    assert one.due_at == then


def test_who_answers_second_is_told_and_nothing_is_done_twice(
    signed_in: SignIn, people: dict[str, Any], channels: dict[str, Any]
) -> None:
    one = waiting(channels)
    held = stop(people)
    data = form(held, **{f"svar-p{one.pk}": "now"})
    hold_answers.answer(held, one, Kind.CANCEL, people["second"])
    answer = signed_in("editor").post(reverse("desk_hold", args=[held.pk]), data, follow=True)
    assert "En kollega rakk det først" in text(answer)
    one.refresh_from_db()
    assert one.state == State.CANCELLED
    hold.release(held, people["second"])
    answer = signed_in("editor").post(reverse("desk_hold", args=[held.pk]), data, follow=True)
    assert "Stoppen er opphevet av en kollega." in text(answer)


def test_an_empty_form_says_that_nothing_was_chosen(
    signed_in: SignIn, people: dict[str, Any], channels: dict[str, Any]
) -> None:
    waiting(channels)
    held = stop(people)
    answer = signed_in("editor").post(reverse("desk_hold", args=[held.pk]), form(held), follow=True)
    assert "Du har ikke valgt noe. Alt er fortsatt stoppet." in text(answer)


@pytest.mark.parametrize("role", ["", "nobody", "expert", "leader", "admin"])
def test_the_wrong_person_neither_stops_nor_lets_go(
    signed_in: SignIn, people: dict[str, Any], channels: dict[str, Any], role: str
) -> None:
    one = waiting(channels)
    client = signed_in(role)
    client.post(reverse("desk_holds"), {"hva": "alt", "grunn": REASON})
    assert not Hold.objects.exists()
    held = stop(people)
    client.post(reverse("desk_hold", args=[held.pk]), form(held, **{f"svar-p{one.pk}": "now", "slutt": "1"}))
    held.refresh_from_db()
    assert held.is_open and hold.is_held(one)


def test_a_leader_sees_what_waits_and_no_button(
    signed_in: SignIn, people: dict[str, Any], channels: dict[str, Any]
) -> None:
    waiting(channels)
    held = stop(people)
    page = text(signed_in("leader").get(reverse("desk_hold", args=[held.pk])))
    assert "Bingo" in page and "Du kan se, men ikke avgjøre." in page
    assert 'type="submit"' not in page[page.index('id="main"') :]
    assert "Stopp nå" not in text(signed_in("leader").get(reverse("desk_holds")))


# --- elsewhere ------------------------------------------------------------------------------


def test_what_is_stopped_is_told_where_deliveries_are_listed_and_on_their_own_page(
    signed_in: SignIn, people: dict[str, Any], channels: dict[str, Any]
) -> None:
    one = waiting(channels, -5)
    stop(people)
    listed = text(signed_in("editor").get(reverse("desk_deliveries")))
    assert "Stoppet av en av dere." in listed
    own = text(signed_in("editor").get(reverse("desk_delivery", args=[one.pk])))
    assert "Det venter, og ingenting er tapt." in own


def test_the_timeline_tells_who_went_through_it_and_why_it_was_stopped(
    signed_in: SignIn, people: dict[str, Any], channels: dict[str, Any]
) -> None:
    one = waiting(channels)
    held = stop(people)
    hold_answers.answer(held, one, Kind.AS_PLANNED, people["second"])
    page = text(signed_in("editor").get(reverse("desk_delivery", args=[one.pk])))
    assert "Jonas Berg gikk gjennom innlegget etter stopp: Det går ut som planlagt." in page and REASON in page


def test_what_is_stopped_is_not_overdue(people: dict[str, Any], channels: dict[str, Any]) -> None:
    waiting(channels, -30)
    assert readiness.overdue() is not None
    stop(people)
    assert readiness.overdue() is None


def test_the_review_asks_as_often_for_many_as_for_one(
    signed_in: SignIn, people: dict[str, Any], channels: dict[str, Any]
) -> None:
    waiting(channels)
    held = stop(people)
    client, address = signed_in("editor"), reverse("desk_hold", args=[held.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for number in range(8):
        waiting(channels, 10 * number, "facebook", f"Sak {number}")
    with CaptureQueriesContext(connection) as many:
        assert "9 er ikke avgjort." in text(client.get(address))
    assert len(many) == len(one)
