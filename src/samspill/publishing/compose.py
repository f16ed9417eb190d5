"""The first text of a version, from the channel's template and the story. Pure.

A template has the words {tittel}, {ingress}, {lenke} and {emneknagger}; others stay as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

DEFAULT_TEMPLATE = "{tittel}\n\n{ingress}"
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What a template may use; tags without the number sign."""

    title: str
    lead: str
    link: str
    tags: tuple[str, ...] = ()


def fill(template: str, story: StoryFacts) -> str:
    """The template with the story's words. Empty parts leave no empty paragraphs."""
    words = {
        "tittel": story.title,
        "ingress": story.lead,
        "lenke": story.link,
        "emneknagger": " ".join(f"#{hashtag(tag)}" for tag in story.tags),
    }
    text = re.sub(r"\{(\w+)\}", lambda match: words.get(match[1], match[0]), template or DEFAULT_TEMPLATE)
    text = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def hashtag(words: str) -> str:
    """Words as one tag, a capital on each so that a screen reader can say it: frivillig lag → FrivilligLag."""
    parts = re.findall(r"\w+", words)
    return "".join(part[:1].upper() + part[1:] for part in parts)


def first_text(template: str, story: StoryFacts, fits: Callable[[str], bool]) -> str:
    """A text that fits when it can: the whole lead, then fewer of its sentences, then none.

    When not even the title fits it is left whole: the editor shortens it, nothing is cut in silence.
    """
    sentences = _SENTENCE.split(story.lead.strip())
    for count in range(len(sentences), -1, -1):
        lead = " ".join(sentences[:count])
        text = fill(template, StoryFacts(story.title, lead, story.link, story.tags))
        if fits(text):
            return text
    return fill(template, StoryFacts(story.title, "", story.link, story.tags))
