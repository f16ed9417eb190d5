"""What happened to a delivery reads as a story. Rows are built in memory: nothing here asks the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from samspill.channels.contract import Action, Reason
from samspill.delivery.display import Tone
from samspill.delivery.models import Attempt, Transition
from samspill.delivery.states import WAYS, State
from samspill.delivery.timeline import Setting, story, technical

AT = datetime(2026, 11, 25, 13, 2, 11, tzinfo=UTC)
X = Setting("X")
INGRID = User(pk=1, username="ingrid", first_name="Ingrid", last_name="Haugen")


def tried(number: int, kind: str, outcome: str, after: float = 0, **more: Any) -> Attempt:
    values = {"step": "post", "seconds": 0.4, "followed": "due", **more}
    return Attempt(number=number, kind=kind, outcome=outcome, started_at=AT + timedelta(seconds=after), **values)


def moved(before: State, after: State, at: float = 0, actor: User | None = None, **more: Any) -> Transition:
    return Transition(at=AT + timedelta(seconds=at), before=before, after=after, actor=actor, **more)


def test_the_issues_own_example_reads_as_it_says() -> None:
    lines = story(
        [],
        [
            tried(1, "send", "unknown", seconds=20.0, reason="timeout", followed="unknown"),
            tried(2, "find", "found", 30, followed="accepted"),
        ],
        X,
    )
    told = [(line.clock, line.text, line.important) for line in lines]
    assert told == [
        ("14.02.11", "Innlegget ble sendt. X svarte ikke innen 20 sekunder.", "Vi vet ikke om det kom ut."),
        ("14.02.41", "Slått opp: innlegget er ute.", ""),
    ]


def test_people_are_named_with_what_they_did_and_said() -> None:
    lines = story(
        [
            moved(State.PLANNED, State.APPROVED, -60, INGRID),
            moved(State.APPROVED, State.CANCELLED, 0, INGRID, note="Sykdom"),
        ],
        [],
        X,
    )
    assert [line.text for line in lines] == [
        "Ingrid Haugen godkjente innlegget, og det ble låst.",
        "Ingrid Haugen stoppet utsendelsen.",
    ]
    assert lines[1].note == "Sykdom"


def test_a_person_who_has_left_is_not_named_and_breaks_nothing() -> None:
    transition = moved(State.PLANNED, State.APPROVED)
    transition.actor_id, transition._state.fields_cache["actor"] = 77, None
    assert story([transition], [], X)[0].text.startswith("En som har sluttet")


def test_ten_looks_that_say_the_same_become_two_lines() -> None:
    attempts = [tried(number, "find", "absent", 30 * number) for number in range(1, 11)]
    lines = story([], attempts, X)
    assert [line.text for line in lines] == ["Vi lette etter innlegget på X. Fant det ikke.", "Det samme 9 ganger til."]
    assert lines[1].clock == "14.03.11\u201314.07.11"


def test_two_alike_are_not_worth_drawing_together() -> None:
    lines = story([], [tried(1, "find", "absent"), tried(2, "find", "absent", 9)], X)
    assert len(lines) == 2


def test_different_things_are_never_drawn_together() -> None:
    lines = story(
        [], [tried(n, "send", "later", n, reason=r) for n, r in enumerate(("timeout", "platform_down") * 3)], X
    )
    assert len(lines) == 6


def test_a_handing_over_says_so() -> None:
    lines = story([moved(State.UNKNOWN, State.NEEDS_PERSON, reason="cannot_tell")], [], X)
    assert lines[0].important == "Vi ga oppgaven til dere."
    assert lines[0].tone is Tone.WARN


def test_a_lost_worker_is_told_without_jargon() -> None:
    line = story([], [tried(1, "send", "worker_lost", seconds=None)], X)[0]
    assert line.text == "Innlegget ble sendt. Maskinen som sendte, stoppet midt i."
    assert line.important == "Vi vet ikke om det kom ut."


def test_a_picture_whose_upload_is_unclear_does_not_make_the_post_unclear() -> None:
    line = story([], [tried(1, "send", "unknown", step="upload:1", reason="timeout", seconds=20.0)], X)[0]
    assert line.important == ""
    assert "Bilde 1" in line.text


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ("upload:2", "Bilde 2 ble lastet opp til X."),
        ("upload:document", "Dokumentet ble lastet opp til X."),
        ("alt:1", "Bilde 1 fikk alternativ tekst."),
        ("post", "Innlegget ble sendt, og X tok imot."),
        ("delete", "X slettet innlegget."),
        ("album", "X tok imot «album»."),
    ],
)
def test_each_step_that_went_well_is_told(step: str, text: str) -> None:
    assert story([], [tried(1, "send", "done", step=step)], X)[0].text == text


def test_reading_back_tells_what_differs() -> None:
    line = story([], [tried(1, "confirm", "seen", reason="alt_missing,text_cut")], X)[0]
    assert line.text == "Lest tilbake: Et bilde mangler alternativ tekst på X. Teksten er kuttet på X."


def test_every_way_between_states_and_every_reason_can_be_told() -> None:
    reasons = ["", *map(str, Reason), "gave_up", "story_not_out", "changed", "absent", "found"]
    for action in Action:
        for before, afters in WAYS.items():
            for after in afters:
                for actor in (None, INGRID):
                    rows = [moved(before, after, actor=actor, reason=reason) for reason in reasons]
                    for line in story(rows, [], Setting("X", action=action)):
                        assert line.text and "%(" not in line.text and "{" not in line.text


def test_every_outcome_of_every_kind_can_be_told() -> None:
    outcomes = [
        "done",
        "refused",
        "later",
        "not_sent",
        "unknown",
        "redo",
        "worker_lost",
        "found",
        "absent",
        "cannot_tell",
        "seen",
        "not_seen",
    ]
    for kind in ("send", "find", "confirm"):
        for outcome in outcomes:
            for reason in ("", *map(str, Reason)):
                line = story([], [tried(1, kind, outcome, reason=reason, next_try_at=AT)], X)[0]
                assert line.text.strip()


def test_the_technical_text_is_in_utc_and_has_what_support_asks_for() -> None:
    text = technical(
        [tried(1, "send", "unknown", seconds=20.0, status=504, reason="timeout", detail="POST /2/tweets\nno answer")]
    )
    assert (
        text.splitlines()[0] == "#1  2026-11-25T13:02:11.000Z  send post  20.000 s  unknown  HTTP 504  timeout  -> due"
    )
    assert "    no answer" in text
