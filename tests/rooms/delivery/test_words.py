"""Every reason and code that the ledger or a platform may give has words, and every state an answer."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from samspill.channels.contract import Action, Reason
from samspill.delivery import words
from samspill.delivery.states import State
from samspill.delivery.words import Facts, tell

ROOMS = Path(words.__file__).parents[1]
NOW = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)
CODES = (
    "text_cut",
    "text_differs",
    "alt_missing",
    "picture_missing",
    "link_missing",
    "not_seen",
    "later_step:media_failed",
)
JARGON = ("error", "timeout", "token", "provider", "api", "post ", "http", "payload", "!")


def own_reasons() -> set[str]:
    """Every text that the code of these rooms gives as a reason."""
    found = set()
    for room in ("delivery", "publishing"):
        for file in (ROOMS / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                for given in node.keywords:
                    if given.arg == "reason":
                        found |= set(_constants(given.value))
    return found


def _constants(value: ast.expr) -> list[str]:
    """The texts that an expression may give: itself, or either side of a choice."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
        return [value.value]
    if isinstance(value, ast.IfExp):
        return _constants(value.body) + _constants(value.orelse)
    if isinstance(value, ast.BoolOp):
        return [text for part in value.values for text in _constants(part)]
    return []


@pytest.mark.parametrize("reason", sorted({*map(str, Reason), *own_reasons(), "worker_lost", "changed"}))
def test_every_reason_has_words_of_its_own(reason: str) -> None:
    said = words.what(reason, "X")
    assert reason in words.WHAT
    assert said.endswith(".")
    assert "{" not in said
    assert not any(word in said.lower() for word in JARGON), said


def test_a_reason_of_a_later_release_is_told_as_unknown_and_breaks_nothing() -> None:
    assert words.what("something_new", "X") == "X svarte noe vi ikke kjenner."


def test_no_reason_gives_no_words() -> None:
    assert words.what("", "X") == ""


def test_a_time_out_says_how_long_we_waited() -> None:
    assert words.what("timeout", "X", seconds=20.02) == "X svarte ikke innen 20 sekunder."
    assert words.what("timeout", "X", seconds=1.0) == "X svarte ikke innen 1 sekund."
    assert words.what("timeout", "X") == "X svarte ikke i tide."


@pytest.mark.parametrize("code", CODES)
def test_every_difference_has_words(code: str) -> None:
    said = words.difference(code, "Facebook")
    assert "Facebook" in said
    assert said.endswith(".")


def test_a_difference_of_a_later_release_is_told_in_general() -> None:
    assert words.difference("colour_differs", "X") == "Innlegget på X er ikke helt som det vi sendte."


@pytest.mark.parametrize("reason", sorted(map(str, Reason)))
def test_every_trouble_says_what_a_person_does(reason: str) -> None:
    assert words.mend(reason, "LinkedIn").endswith(".")


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_every_state_of_every_act_has_an_answer(state: State, action: Action) -> None:
    for reason in ("", *map(str, Reason), *own_reasons()):
        told = tell(Facts(state, "X", reason=reason, action=action), NOW)
        assert told.what or told.means, (state, reason)
        assert "{" not in told.sentence + told.todo
        assert "!" not in told.sentence + told.todo


@pytest.mark.parametrize("state", [State.NEEDS_PERSON, State.BY_HAND, State.REFUSED, State.EXPIRED])
def test_what_needs_a_person_says_what_happened_what_it_means_and_what_to_do(state: State) -> None:
    told = tell(Facts(state, "X", reason="content_rejected"), NOW)
    assert told.what and told.means and told.todo


def test_an_unclear_post_is_never_called_not_sent() -> None:
    told = tell(Facts(State.NEEDS_PERSON, "X", reason="timeout", unclear=True), NOW)
    assert told.means == "Vi vet ikke om innlegget kom ut, og sender det ikke på nytt uten deg."
    sure = tell(Facts(State.NEEDS_PERSON, "X", reason="story_not_out"), NOW)
    assert sure.means == "Innlegget er ikke sendt."


def test_while_we_look_the_person_is_told_to_do_nothing() -> None:
    told = tell(Facts(State.UNKNOWN, "X", reason="timeout"), NOW)
    assert told.what == "X svarte ikke i tide."
    assert told.todo == "Vi leter etter det nå. Du trenger ikke gjøre noe."


def test_a_waiting_post_says_why_it_waits() -> None:
    at = datetime(2026, 11, 25, 13, 5, 9, tzinfo=UTC)
    paused = tell(Facts(State.DUE, "X", channel_stops="paused"), NOW)
    trouble = tell(Facts(State.DUE, "X", channel_stops="trouble", trouble="token_dead"), NOW)
    circuit = tell(Facts(State.DUE, "X", channel_stops="circuit", stopped_until=at), NOW)
    retry = tell(Facts(State.DUE, "X", reason="rate_limited", next_try_at=at), NOW)
    assert "pause" in paused.what
    assert trouble.what == "Nøkkelen til X virker ikke lenger."
    assert circuit.means == retry.means == "Vi prøver igjen kl. 14.05.09."


def test_times_are_oslos_wall_clock_and_written_as_people_do() -> None:
    assert tell(Facts(State.APPROVED, "X", due_at=datetime(2026, 11, 25, 14, 5, tzinfo=UTC)), NOW).what == (
        "Går ut i dag kl. 15.05."
    )
    assert (
        "27. mars 2027 kl. 12.00"
        in tell(Facts(State.APPROVED, "X", due_at=datetime(2027, 3, 27, 11, 0, tzinfo=UTC)), NOW).what
    )
    assert (
        "28. mars 2027 kl. 13.00"
        in tell(Facts(State.APPROVED, "X", due_at=datetime(2027, 3, 28, 11, 0, tzinfo=UTC)), NOW).what
    )
