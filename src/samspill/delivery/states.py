"""The states of a delivery and the ways between them. Pure; checked when it is loaded.

planned → approved → due → sending → accepted → confirmed
                        ↘ unknown → (found → accepted | absent → due | cannot tell → needs a person)
   by hand → accepted        refused · cancelled · withdrawn · expired
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    PLANNED = "planned"  # meant to go out; nothing approved yet
    APPROVED = "approved"  # payload frozen; waits for its time or its story
    DUE = "due"  # may be sent at next_try_at
    SENDING = "sending"  # a worker owns it until lease_until
    ACCEPTED = "accepted"  # the platform has it
    CONFIRMED = "confirmed"  # read back: it is there as it was sent
    UNKNOWN = "unknown"  # may or may not be out; being looked for
    NEEDS_PERSON = "needs_person"  # nothing more happens by itself
    BY_HAND = "by_hand"  # a person does it on the platform and says so
    REFUSED = "refused"  # the platform does not take it as it is
    CANCELLED = "cancelled"  # stopped by a person before it went out
    WITHDRAWN = "withdrawn"  # was out, has been deleted
    EXPIRED = "expired"  # the approval lapsed, or we gave up at the set time


S = State
WAYS: dict[State, frozenset[State]] = {
    S.PLANNED: frozenset({S.APPROVED, S.CANCELLED}),
    S.APPROVED: frozenset({S.PLANNED, S.DUE, S.BY_HAND, S.CANCELLED, S.EXPIRED, S.NEEDS_PERSON}),
    S.DUE: frozenset({S.APPROVED, S.SENDING, S.CANCELLED, S.EXPIRED, S.NEEDS_PERSON, S.BY_HAND}),
    S.SENDING: frozenset({S.DUE, S.ACCEPTED, S.UNKNOWN, S.REFUSED, S.NEEDS_PERSON, S.BY_HAND}),
    S.UNKNOWN: frozenset({S.ACCEPTED, S.DUE, S.NEEDS_PERSON}),
    S.NEEDS_PERSON: frozenset({S.ACCEPTED, S.DUE, S.CANCELLED, S.BY_HAND, S.PLANNED}),
    S.BY_HAND: frozenset({S.ACCEPTED, S.CANCELLED, S.DUE}),
    S.ACCEPTED: frozenset({S.CONFIRMED, S.WITHDRAWN}),
    S.CONFIRMED: frozenset({S.WITHDRAWN}),
    S.REFUSED: frozenset({S.PLANNED, S.CANCELLED, S.BY_HAND}),
    S.EXPIRED: frozenset({S.PLANNED, S.CANCELLED}),
    S.CANCELLED: frozenset({S.PLANNED}),
    S.WITHDRAWN: frozenset(),
}

# The post is out, or may be: cancelling is too late, withdrawing is the word.
OUT = frozenset({S.ACCEPTED, S.CONFIRMED})
# A person must do something.
FOR_A_PERSON = frozenset({S.NEEDS_PERSON, S.BY_HAND, S.REFUSED, S.EXPIRED})


class IllegalMoveError(Exception):
    """The ledger has no way from one state to the other."""

    def __init__(self, before: str, after: str) -> None:
        super().__init__(f"no way from {before} to {after}")
        self.before, self.after = before, after


def check_move(before: State, after: State) -> None:
    """Raise IllegalMoveError unless there is a way."""
    if after not in WAYS[before]:
        raise IllegalMoveError(before, after)


def _check_graph() -> None:
    if set(WAYS) != set(State):
        raise ValueError("every state needs its ways")
    reached: set[State] = {S.PLANNED}
    while more := {after for before in reached for after in WAYS[before]} - reached:
        reached |= more
    if reached != set(State):
        raise ValueError(f"never reached: {set(State) - reached}")


_check_graph()
