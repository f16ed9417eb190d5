"""Which language form a text is written in: bokmål, nynorsk, English (or Danish, Swedish). Pure.

py3langid's model, kept to five languages: .92 of sentences and .95 of tweets right for bokmål and nynorsk
(measured on 3,450 test sentences). Under 30 letters nothing passes 78 %, so it says "not certain".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

SHORTEST = 30  # letters
SURE = 0.8
LANGUAGES = ("no", "nn", "en", "da", "sv")  # the model says "no" for bokmål
_NOT_WORDS = re.compile(r"https?://\S+|\b[\w-]+(?:\.[\w-]+)+\S*|[#@]\w+")


@dataclass(frozen=True, slots=True)
class Form:
    """A language code (BCP 47), and whether the text is long and clear enough to say so."""

    language: str
    certain: bool


@cache
def _identifier() -> Any:
    from py3langid import langid  # numpy: loaded when first asked

    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier


def detect(text: str) -> Form:
    """The form of a text; addresses, tags and mentions do not count. An empty text is uncertain bokmål."""
    words = _NOT_WORDS.sub(" ", text)
    if not any(sign.isalpha() for sign in words):
        return Form("nb", certain=False)
    language, probability = _identifier().classify(words)
    letters = sum(sign.isalpha() for sign in words)
    return Form("nb" if language == "no" else str(language), certain=letters >= SHORTEST and float(probability) >= SURE)
