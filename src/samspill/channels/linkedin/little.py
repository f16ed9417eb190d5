"""LinkedIn's *little text*: escaping, mentions and tags.

A reserved sign that is not escaped cuts the text without an error, so everything is escaped but what is
meant: a mention typed as ``@[Name](urn:li:organization:1)``, and tags. Source: LinkedIn's page on the little
text format (the contract's ``x-rules.little_text``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

RESERVED = re.compile(r"[\\|{}@\[\]()<>#*_~]")
MENTION = re.compile(r"@\[([^\[\]\n]{1,200})\]\((urn:li:(?:organization|person):[A-Za-z0-9_-]+)\)")
# A tag by itself is a word of letters and digits, not only digits, that nothing is joined to.
TAG = re.compile(r"(?<![\w&/#@])#(\w*[^\W\d_]\w*)")
ELEMENT = re.compile(
    r"\\(?P<escaped>.)"
    r"|@\[(?P<name>(?:\\.|[^\]\\])*)\]\((?P<urn>urn:li:[^)]*)\)"
    r"|\{hashtag\|\\?#\|(?P<tag>(?:\\.|[^}\\])*)\}",
    re.DOTALL,
)
PART = re.compile(f"(?P<mention>{MENTION.pattern})|(?P<tag>{TAG.pattern})")


def escaped(text: str) -> str:
    """``text`` with every reserved sign behind a backslash."""
    return RESERVED.sub(lambda match: "\\" + match.group(), text)


def little(text: str) -> str:
    """Plain text as little text: mentions and tags stay elements, everything else is escaped."""
    return "".join(sent for sent, _ in pieces(text))


def pieces(text: str) -> Iterator[tuple[str, int]]:
    """Little text in pieces, each with its length against the limit: for a mention that of its name."""
    position = 0
    for match in PART.finditer(text):
        between = escaped(text[position : match.start()])
        yield between, len(between)
        mention = MENTION.fullmatch(match.group())
        if mention is not None:
            name = escaped(mention.group(1))
            yield f"@[{name}]({mention.group(2)})", len(name)
        else:
            tag = _tag(match.group())
            yield tag, len(tag)
        position = match.end()
    rest = escaped(text[position:])
    yield rest, len(rest)


def _tag(typed: str) -> str:
    """``#word`` as it is; a tag with an underscore needs the long form, in which the underscore is escaped."""
    word = typed[1:]
    return typed if not RESERVED.search(word) else f"{{hashtag|\\#|{escaped(word)}}}"


def visible(text: str) -> str:
    """Plain text as people will read it: a mention shows its name."""
    return MENTION.sub(lambda match: match.group(1), text)


def shown(little_text: str) -> str:
    """What a reader sees of a little text. For any text, ``shown(little(text)) == visible(text)``."""
    return ELEMENT.sub(_shown, little_text)


def _shown(match: re.Match[str]) -> str:
    if match.group("escaped") is not None:
        return match.group("escaped")
    if match.group("name") is not None:
        return _unescaped(match.group("name"))
    return "#" + _unescaped(match.group("tag") or "")


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)


def length(text: str) -> int:
    """Length of ``text`` against LinkedIn's limit, in code points.

    The published limit is a ``maxLength`` of the field as sent, so each backslash counts. A mention counts as
    the name that is shown.
    """
    return sum(size for _, size in pieces(text))
