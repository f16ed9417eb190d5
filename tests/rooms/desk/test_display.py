"""The twelve words: every state of a delivery and a version has exactly one, with icon, word and tone."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.template import Context, Template

from samspill.channels import registry
from samspill.delivery.display import FACES, Tone, Word, states_of, word_for
from samspill.delivery.states import State
from samspill.delivery.templatetags import ledger_tags

WORDS = (
    "Kladd", "Til godkjenning", "Godkjent", "Planlagt", "Sendes", "Sendt", "Bekreftet", "Uavklart",
    "Må gjøres for hånd", "Avvist", "Stoppet", "Trukket",
)  # fmt: skip


def show(template: str, **context: Any) -> str:
    return Template("{% load ledger_tags %}" + template).render(Context(context))


def test_there_are_the_twelve_words_of_the_design() -> None:
    assert tuple(str(face.label) for face in FACES.values()) == WORDS
    assert set(FACES) == set(Word)


@pytest.mark.parametrize(
    ("state", "review", "alone"), list(product(State, ("", "draft", "submitted", "approved"), (True, False)))
)
def test_every_state_has_exactly_one_word_whatever_the_review(state: State, review: str, alone: bool) -> None:
    assert word_for(state, review, goes_by_itself=alone) in FACES


def test_every_word_can_be_reached() -> None:
    reached = {
        word_for(state, review, goes_by_itself=alone)
        for state, review, alone in product(State, ("", "submitted"), (True, False))
    }
    assert reached == set(Word)


@pytest.mark.parametrize("word", list(Word))
def test_a_words_states_lead_back_to_it(word: Word) -> None:
    for state in states_of(word):
        assert word in {
            word_for(state, review, goes_by_itself=alone) for review in ("", "submitted") for alone in (True, False)
        }


def test_what_needs_a_person_is_never_calm() -> None:
    for state in (State.NEEDS_PERSON, State.UNKNOWN, State.BY_HAND):
        assert FACES[word_for(state)].tone is Tone.WARN
    assert FACES[word_for(State.REFUSED)].tone is Tone.CRIT


def test_a_state_that_there_is_not_is_an_error() -> None:
    with pytest.raises(ValueError):
        word_for("lost")


@pytest.mark.parametrize("word", list(Word))
def test_the_mark_has_icon_and_word_long_and_short(word: Word) -> None:
    for template in ("{% state value %}", "{% state value short=True %}"):
        html = show(template, value=word)
        assert str(FACES[word].label) in html
        assert f"#icon-{FACES[word].icon}" in html
        assert 'aria-hidden="true"' in html


@pytest.mark.parametrize("name", sorted(registry.platforms()))
def test_every_platform_has_a_tile_whose_letters_can_be_read(name: str) -> None:
    platform = registry.platform(name)
    html = show("{% channel name %}", name=name)
    assert platform.capabilities().name in html
    colour = getattr(platform, "colour", ledger_tags.TILE_COLOUR)
    assert contrast_with_white(colour) >= 4.5
    assert len(getattr(platform, "mark", "X")) <= 2


def contrast_with_white(colour: str) -> float:
    """WCAG 2.2, contrast ratio."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
