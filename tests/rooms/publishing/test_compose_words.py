"""Every code that a check can give has words of its own, and they keep to the house's way of speaking."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

import samspill
from samspill.channels.contract import Problem, Severity
from samspill.publishing import words
from samspill.publishing.models import Version
from samspill.publishing.walltime import OSLO

SOURCE = Path(samspill.__file__).parent
WHEN = datetime(2026, 3, 3, 14, 5, tzinfo=OSLO)
DATA = {
    "over": 14, "max": 280, "count": 5, "tag": "momskompensasjon", "found": "nn", "wanted": "nb", "mode": "Pause",
    "reason": "token_dead", "local": WHEN, "story": WHEN, "changed": {"title": ("a", "b")}, "mime": "image/tiff",
}  # fmt: skip


def codes_in_source() -> set[str]:
    """What stands first in every ``Problem(...)`` of the platforms and of this room."""
    found: set[str] = set()
    for path in [*(SOURCE / "channels").rglob("*.py"), *(SOURCE / "publishing").glob("*.py")]:
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'\bProblem\(\s*"([a-z_]+)"', text))
        if re.search(r'Problem\(\s*f"time_', text):
            found |= {"time_skipped", "time_twice"}
    return found


class FakeChannel:
    platform_name, name = "X", "Lotteritilsynet"


@pytest.fixture
def version() -> Version:
    made = Version()
    made._state.fields_cache["channel"] = FakeChannel()
    return made


def test_every_code_in_the_source_has_words() -> None:
    assert codes_in_source() - set(words.WORDS) == set()
    assert len(codes_in_source()) > 20  # the search itself works


@pytest.mark.parametrize("code", sorted(words.WORDS))
@pytest.mark.parametrize("place", ["text", "pictures.1.alt"])
def test_words_are_whole_sentences_without_blame_or_noise(code: str, place: str, version: Version) -> None:
    said = str(words.describe(Problem(code, Severity.ERROR, place, DATA), version))
    assert said[0].isupper() or said[0] == "«"
    assert said.endswith(".")
    assert "!" not in said and "%(" not in said and "{" not in said
    for jargon in ("post", "token", "provider", "validering", "ugyldig input", "error"):
        assert not re.search(rf"\b{jargon}\b", said.lower()), said


@pytest.mark.parametrize("code", sorted(words.WORDS))
def test_words_need_no_data_that_a_platform_may_leave_out(code: str, version: Version) -> None:
    assert str(words.describe(Problem(code, Severity.WARNING, "pictures.0.alt"), version))


def test_an_unknown_code_of_a_new_platform_still_gets_a_sentence(version: Version) -> None:
    said = words.describe(Problem("too_purple", Severity.ERROR, "text"), version)
    assert "X tar ikke imot" in said.what
    assert "too_purple" in said.do


def test_an_answer_holds_for_what_was_asked_only() -> None:
    one = Problem("tag_lowercase", Severity.WARNING, "text", {"tag": "momskompensasjon"})
    other = Problem("tag_lowercase", Severity.WARNING, "text", {"tag": "frivillighetnorge"})
    assert words.answer_key(one) != words.answer_key(other)


def test_numbers_and_moments_are_norwegian() -> None:
    from django.utils import translation

    with translation.override("nb"):
        assert words.number(63206) == "63\xa0206"
        assert words.moment(WHEN) == "3. mars 2026 kl. 14.05"
