"""What changed, word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

_WORDS = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")
LONGEST = 4000  # words; beyond this the two texts stand whole, one after the other


@dataclass(frozen=True, slots=True)
class Part:
    """A run of a text: ``same``, ``gone`` or ``new``."""

    kind: str
    text: str


def words(then: str, now: str) -> list[Part]:
    """The parts of both texts in reading order. No part is empty."""
    old, new = _WORDS.findall(then), _WORDS.findall(now)
    if max(len(old), len(new)) > LONGEST:
        parts = [Part("gone", then), Part("new", now)] if then != now else [Part("same", now)]
        return [part for part in parts if part.text]
    found: list[Part] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, fresh = "".join(old[i:j]), "".join(new[k:m])
        if kind == "equal":
            found.append(Part("same", fresh))
            continue
        if gone:
            found.append(Part("gone", gone))
        if fresh:
            found.append(Part("new", fresh))
    return _joined(found)


def _joined(parts: list[Part]) -> list[Part]:
    """Changes with only blanks between them read as one: «er oppfylt» → «fortsatt følges», not word for word."""
    found: list[Part] = []
    gone = new = ""
    for index, part in enumerate(parts):
        blank = part.kind == "same" and not part.text.strip(" ") and 0 < index < len(parts) - 1 and (gone or new)
        if part.kind == "same" and not blank:
            found += [Part(kind, text) for kind, text in (("gone", gone), ("new", new)) if text]
            gone = new = ""
            found.append(part)
        else:
            gone += part.text if part.kind in ("gone", "same") else ""
            new += part.text if part.kind in ("new", "same") else ""
    return found + [Part(kind, text) for kind, text in (("gone", gone), ("new", new)) if text]


def lines_changed(then: str, now: str) -> int:
    """How many lines are new, gone or different."""
    matcher = SequenceMatcher(None, then.splitlines(), now.splitlines(), autojunk=False)
    return sum(max(j - i, m - k) for kind, i, j, k, m in matcher.get_opcodes() if kind != "equal")


def payload_changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What differs between two frozen payloads beside the text: pictures, alt, link, document → (then, now)."""
    sides = [
        {
            "pictures": [picture["sha256"] for picture in side.get("pictures", [])],
            "alt": [picture.get("alt", "") for picture in side.get("pictures", [])],
            "link": _link(side),
            "document": (side.get("document") or {}).get("sha256", ""),
        }
        for side in (then, now)
    ]
    return {key: (sides[0][key], sides[1][key]) for key in sides[0] if sides[0][key] != sides[1][key]}


def _link(payload: Mapping[str, Any]) -> list[str]:
    link = payload.get("link") or {}
    return [link.get("url", ""), link.get("title", ""), link.get("description", "")] if link else []
