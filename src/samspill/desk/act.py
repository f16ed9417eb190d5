"""What an act is: one thing that a person can do with a delivery."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """``button`` says what happens, ``effect`` what follows. ``address``: asks for it. ``stops``: red outline."""

    key: str
    label: str
    effect: str
    button: str
    icon: str
    address: bool = False
    stops: bool = False
