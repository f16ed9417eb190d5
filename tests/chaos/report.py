"""What came of a chaos run, counted from the platforms' side.

lost     the ledger says it is out, or nobody is told that it is not, and the platform does not have it
doubled  the platform has it more than once
stuck    still on its way when all faults are over and the time is up
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

NUMBER = re.compile(r"Sak (\d+):")


@dataclass
class Report:
    deliveries: int
    there: Counter[int]  # how many posts of each number the platforms have
    kills: Counter[str] = field(default_factory=Counter)
    faults: dict[str, int] = field(default_factory=dict)
    facts: dict[str, int] = field(default_factory=dict)  # what else is worth a line
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    person: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.stuck)

    def rows(self) -> list[tuple[str, int]]:
        return [
            ("deliveries", self.deliveries),
            ("faults that struck", sum(self.faults.values())),
            *[(f"- {kind}", count) for kind, count in sorted(self.faults.items())],
            ("kill -9", sum(self.kills.values())),
            *[(f"- of {who}", count) for who, count in sorted(self.kills.items())],
            *self.facts.items(),
            ("**lost**", len(self.lost)),
            ("**doubled**", len(self.doubled)),
            ("**stuck**", len(self.stuck)),
            ("needing a person", sum(self.person.values())),
            *[(f"- {why}", count) for why, count in self.person.most_common()],
            *[(f"ended {state}", count) for state, count in sorted(self.states.items())],
        ]

    def table(self) -> str:
        lines = [f"{name.strip('*'):<58}{value:>7}" for name, value in self.rows()]
        for name in ("lost", "doubled", "stuck"):
            lines += [f"  {name}: {what}" for what in getattr(self, name)]
        return "\n".join(lines)

    def markdown(self) -> str:
        return "\n".join(["| | |", "|---|---:|", *[f"| {name} | {value} |" for name, value in self.rows()]])


def on_the_platforms(platforms: Any, names: list[str]) -> Counter[int]:
    """The public's view: how many posts each number has."""
    found: Counter[int] = Counter()
    for name in names:
        for post in platforms.get(f"/_sandbox/{name}/posts"):
            number = NUMBER.match(str(post["text"]))
            found[int(number.group(1)) if number else 0] += 1
    return found


def judge(report: Report, codes: dict[int, str]) -> Report:
    """Compare the ledger with what the platforms have."""
    from samspill.delivery.models import Delivery
    from samspill.delivery.states import FOR_A_PERSON, OUT, State

    numbers = {code: number for number, code in codes.items()}
    if strangers := report.there.keys() - set(codes):
        report.doubled.append(f"posts on the platforms that nobody sent: {sorted(strangers)}")
    for delivery in Delivery.objects.select_related("channel").order_by("id"):
        state, seen = State(delivery.state), report.there[numbers[delivery.code]]
        report.states[state] += 1
        where = delivery.channel.platform
        what = f"{delivery.title} ({delivery.code}) on {where}: {state} {delivery.reason} {delivery.detail}"
        told = state is State.ACCEPTED and delivery.next_try_at is None  # a person is told what was seen instead
        if seen > 1:
            report.doubled.append(what)
        if state in OUT and seen == 0 and not (told and "not_seen" in delivery.differences):
            report.lost.append(what)
        if state in FOR_A_PERSON:
            report.person[f"{where}: {state}, {delivery.reason}"] += 1
        elif told:
            report.person[f"{where}: out, but {', '.join(delivery.differences)}"] += 1
        elif state is not State.CONFIRMED:
            report.stuck.append(what)
    return report
