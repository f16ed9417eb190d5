"""Faults that tests and training inject: which request is hit, how often, and with what.

The kinds and their parameters stand in `KINDS` and are explained in README.md. Where a kind
takes hold is decided in pipeline.py; three sorts are told apart here:

* `delay` lets the call go on;
* an *ending* decides how the call is answered, at most one per call;
* a *bend* is taken by the platform's own handler at the moment that it matters, so that
  `times` counts real uses.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.platform import Call

# Every kind with its parameters and their defaults.
KINDS: dict[str, dict[str, Any]] = {
    "delay": {"seconds": 1.0, "when": "before"},
    "timeout_before": {"seconds": 300.0},
    "timeout_after": {"seconds": 300.0},
    "cut_before": {"how": "reset"},
    "cut_after": {"how": None, "at": "start"},
    "status_before": {
        "status": 500,
        "headers": {},
        "body": None,
        "retry_after": None,
        "code": None,
        "subcode": None,
        "message": None,
    },
    "status_after": {
        "status": 500,
        "headers": {},
        "body": None,
        "retry_after": None,
        "code": None,
        "subcode": None,
        "message": None,
    },
    "duplicate_true": {"code": None, "subcode": None},
    "duplicate_false": {"code": None, "subcode": None, "id": None},
    "ghost": {"id": None},
    "late_effect": {"seconds": 5.0, "answer": "silence"},
    "malformed": {"body": "html", "effect": True, "status": None},
    "redirect": {"location": "https://elsewhere.invalid/", "status": 307, "effect": False},
    "gzip_bomb": {"bytes": 1 << 30, "effect": True, "status": None},
    "huge_body": {"bytes": 200 << 20, "effect": True, "status": None},
    "slow_processing": {"seconds": 30.0},
    "failed_processing": {"reason": "InvalidMedia"},
    "hidden_list": {"seconds": 30.0},
    "drop_alt": {},
    "cut_text": {"length": 40},
}
BENDS = {"slow_processing", "failed_processing", "hidden_list", "drop_alt", "cut_text"}
ENDINGS = set(KINDS) - BENDS - {"delay"}
ONLY_CREATES = {"duplicate_true", "duplicate_false", "ghost", "hidden_list", "drop_alt", "cut_text"}
OWN = {"kind", "match", "times", "after", "probability", "seed"}
MATCHES = {"method", "path", "operation", "body"}
CHOICES: dict[str, set[str | None]] = {
    "when": {"before", "after"},
    "how": {None, "reset", "close"},
    "at": {"start", "body"},
    "body": {"html", "empty", "wrong_json", "truncated_json", "no_id"},
}


class BadFault(ValueError):
    """The description of a fault does not make sense; the message says why."""


@dataclass
class Fault:
    """One injected fault, with how many requests it matched (`seen`) and struck (`hits`)."""

    id: int
    kind: str
    match: dict[str, str]
    times: int | None
    after: int
    probability: float
    seed: int | None
    params: dict[str, Any]
    seen: int = 0
    hits: int = 0
    chance: random.Random = field(default_factory=random.Random)

    def concerns(self, call: Call) -> bool:
        """Whether the call is of the sort that this fault waits for."""
        request, operation = call.request, call.operation
        if self.kind in ONLY_CREATES and not (operation and operation.creates_post(call)):
            return False
        path = request.path.removeprefix(f"/{call.platform.name}")
        return (
            self.match.get("method", request.method).upper() == request.method
            and bool(re.search(self.match.get("path", ""), path))
            and self.match.get("operation") in (None, operation.id if operation else None)
            and ("body" not in self.match or bool(re.search(self.match["body"], request.get_data(as_text=True))))
        )

    def strikes(self) -> bool:
        """Counts a matching request, and says whether this one is hit."""
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.hits >= self.times):
            return False
        if self.probability < 1 and self.chance.random() >= self.probability:
            return False
        self.hits += 1
        return True

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "match": self.match,
            "times": self.times,
            "after": self.after,
            "probability": self.probability,
            "seed": self.seed,
            **self.params,
            "seen": self.seen,
            "hits": self.hits,
        }


def parse(body: Any, id: int) -> Fault:
    """A fault from its JSON. Raises BadFault, with a message for the person who wrote it."""
    if not isinstance(body, dict) or body.get("kind") not in KINDS:
        raise BadFault(f"kind must be one of: {', '.join(sorted(KINDS))}")
    kind, match = body["kind"], body.get("match") or {}
    unknown = set(body) - OWN - set(KINDS[kind])
    if unknown:
        raise BadFault(
            f"{kind} has no parameter {', '.join(sorted(unknown))}; it has: {', '.join(sorted(KINDS[kind])) or 'none'}"
        )
    if not isinstance(match, dict) or set(match) - MATCHES:
        raise BadFault(f"match may hold {', '.join(sorted(MATCHES))}")
    for pattern in (match.get("path", ""), match.get("body", "")):
        try:
            re.compile(pattern)
        except (re.error, TypeError) as error:
            raise BadFault(f"{pattern!r} is no regular expression: {error}") from error
    params = KINDS[kind] | {k: v for k, v in body.items() if k in KINDS[kind]}
    for name, allowed in CHOICES.items():
        # The body of a status fault is any JSON; of a malformed answer, one of a few.
        free = name == "body" and kind != "malformed"
        if name in params and not free and params[name] not in allowed:
            raise BadFault(f"{name} must be one of: {', '.join(sorted(str(a) for a in allowed))}")
    seed = body.get("seed")
    return Fault(
        id,
        kind,
        match,
        body.get("times"),
        int(body.get("after") or 0),
        float(body.get("probability", 1)),
        seed,
        params,
        chance=random.Random(seed),
    )


class FaultBook:
    """The faults of all platforms; safe to use from several threads."""

    def __init__(self) -> None:
        self._faults: dict[str, list[Fault]] = {}
        self._lock = threading.Lock()
        self._last = 0

    def add(self, platform: str, bodies: list[Any]) -> list[Fault]:
        """Adds all or, when one is wrong, none."""
        with self._lock:
            faults = [parse(body, self._last + n) for n, body in enumerate(bodies, 1)]
            self._last += len(faults)
            self._faults.setdefault(platform, []).extend(faults)
            return faults

    def of(self, platform: str) -> list[Fault]:
        return list(self._faults.get(platform, []))

    def clear(self, platform: str | None = None, id: int | None = None) -> None:
        with self._lock:
            for name in [platform] if platform else list(self._faults):
                keep = [f for f in self._faults.get(name, []) if id is not None and f.id != id]
                self._faults[name] = keep

    def take(self, call: Call, kinds: Iterable[str], **params: Any) -> Fault | None:
        """The first fault of these kinds (and parameters) that strikes this call."""
        wanted = set(kinds)
        with self._lock:
            for fault in self._faults.get(call.platform.name, []):
                if (
                    fault.kind in wanted
                    and all(fault.params.get(k) == v for k, v in params.items())
                    and fault.concerns(call)
                    and fault.strikes()
                ):
                    return fault
        return None
