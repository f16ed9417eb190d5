"""LinkedIn's "little text": escapes, mentions and hashtags in a commentary.

Source: the contract's `x-rules.little_text`. Where a reserved sign stands without a backslash
outside a mention or hashtag, LinkedIn keeps the post and drops the rest of the text, in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

RESERVED = set("\\|{}@[]()<>#*_~")
MENTION = re.compile(r"@\[((?:\\.|[^\]\\])+)\]\((urn:li:(?:organization|person|company):[A-Za-z0-9_-]+)\)")
HASHTAG = re.compile(r"\{hashtag\|(\\?#|＃)\|((?:\\.|[^}\\])+)\}")
PLAIN_TAG = re.compile(r"#(\w+)")


@dataclass
class Little:
    """`text` is what the public reads; `cut_at` the position in the raw text where it was cut, or None."""

    text: str
    mentions: list[tuple[int, int, str]] = field(default_factory=list)
    hashtags: list[tuple[int, int, str]] = field(default_factory=list)
    cut_at: int | None = None


def render(raw: str, name_of: Callable[[str], str | None]) -> Little:
    """Reads little text. `name_of(urn)` gives an organisation's exact name, or None.

    A mention whose name does not match exactly becomes plain text.
    """
    out, at = Little(""), 0
    while at < len(raw):
        sign = raw[at]
        if sign == "\\" and at + 1 < len(raw) and raw[at + 1] in RESERVED:
            out.text += raw[at + 1]
            at += 2
        elif sign not in RESERVED:
            out.text += sign
            at += 1
        elif match := MENTION.match(raw, at):
            name, urn = _unescape(match[1]), match[2]
            if name_of(urn) == name:
                out.mentions.append((len(out.text), len(out.text) + len(name), urn))
            out.text += name
            at = match.end()
        elif match := HASHTAG.match(raw, at):
            word = _unescape(match[2])
            out.hashtags.append((len(out.text), len(out.text) + len(word) + 1, word))
            out.text += f"#{word}"
            at = match.end()
        elif match := PLAIN_TAG.match(raw, at):
            # `#word` is allowed as it stands, but an underscore in it is reserved as everywhere.
            word = match[1].split("_")[0]
            if not word:
                out.cut_at = at
                break
            out.hashtags.append((len(out.text), len(out.text) + len(word) + 1, word))
            out.text += f"#{word}"
            at += len(word) + 1
        else:
            out.cut_at = at
            break
    return out


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
