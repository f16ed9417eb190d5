"""Under which licences we stand is written down, and none of them asks us to give up ours."""

from __future__ import annotations

from tests.support.licences import PAGE, licence, locked

STRICT = ("GPL-", "AGPL", "SSPL", "BUSL", "Commercial", "?")


def test_every_locked_package_stands_in_the_list() -> None:
    listed = PAGE.read_text(encoding="utf-8")
    assert not [name for name in locked() if f" {name}," not in listed and f" {name} |" not in listed]


def test_no_licence_is_unknown_or_reaches_over_to_our_own_code() -> None:
    found = {name: (licence(name) or "").replace("LGPL-", "") for name in locked()}
    assert not {name: kind for name, kind in found.items() if any(word in kind for word in STRICT)}
