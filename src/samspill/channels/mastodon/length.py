"""Length of a text on Mastodon, as its servers count it, and as much of it as fits.

What a reader takes for one sign is one (extended grapheme clusters, UAX 29); an address counts as many signs as
the server reserves (23), a mention without its server; the content warning counts with the text.
Sources: docs.joinmastodon.org, user/posting; the instance's ``configuration.statuses``.
"""

from __future__ import annotations

from samspill.channels import text as shared
from samspill.channels.clusters import CLUSTER
from samspill.channels.contract import Count
from samspill.channels.mastodon.addresses import Entity, entities
from samspill.channels.mastodon.limits import Limits


def count(text: str, limits: Limits) -> Count:
    """Length against the server's limit. Problems: ``empty``, ``too_long``, ``invalid_characters``."""
    length = weighted(text, limits)
    problems: tuple[str, ...] = ()
    if not text.strip():
        problems += ("empty",)
    if length > limits.text:
        problems += ("too_long",)
    if shared.INVALID.search(text):
        problems += ("invalid_characters",)
    keep = len(text) if length <= limits.text else fitting(text, limits)
    return Count(length, limits.text, not problems, problems, keep)


def graphemes(text: str) -> int:
    """Number of grapheme clusters; a line break of two signs is one."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    return sum(1 for _ in CLUSTER.finditer(text))


def weighted(text: str, limits: Limits) -> int:
    """Length with the content warning before it."""
    return graphemes(limits.content_warning + counted_text(text, entities(text, limits.url)))


def counted_text(text: str, found: list[Entity]) -> str:
    """The text that is counted: each address and mention replaced by what stands for it."""
    parts, position = [], 0
    for entity in found:
        parts += [text[position : entity.start], entity.shown]
        position = entity.end
    return "".join([*parts, text[position:]])


def fitting(text: str, limits: Limits) -> int:
    """How many code points of ``text`` fit. Never cuts an address, a mention, an emoji or an accented letter."""
    room = limits.text - graphemes(limits.content_warning)
    keep = _walk(text, entities(text, limits.url), room)
    # A cut can make an address or a mention of what was none, or part a cluster, so the rest is counted again.
    while keep > 0 and (shared.joins(text, keep) or weighted(text[:keep], limits) > limits.text):
        keep -= 1
    return max(keep, 0)


def _walk(text: str, found: list[Entity], room: int) -> int:
    """The last place up to which the signs fit into ``room``."""
    position = 0
    for entity in [*found, Entity(len(text), len(text), "")]:
        for cluster in CLUSTER.finditer(text, position, entity.start):
            room -= 1
            if room < 0:
                return int(cluster.start())
        room -= len(entity.shown)
        if room < 0:
            return entity.start
        position = entity.end
    return len(text)
