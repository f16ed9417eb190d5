"""HTML from elsewhere as parts of a story: text, pictures, quotes, in their order. No Django.

Text is handed on as HTML; ``newsroom.richtext`` cleans it as it cleans all rich text. What a story has no block for
(tables' form, films, forms) is named, so that a person can see to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bs4 import BeautifulSoup, NavigableString, Tag

from samspill.newsroom.importing.addresses import joined
from samspill.newsroom.importing.items import Note, PictureRef, SourceError, Told
from samspill.newsroom.markup import without_declarations

LONGEST = 2_000_000  # signs of one story
DEEPEST = 100  # elements within each other
_LOST = {"iframe": "iframe", "video": "video", "audio": "audio", "form": "form", "object": "object", "embed": "embed"}
_WASTE = ("script", "style", "template", "noscript", "head", "title", "svg", "math")
Resolve = Callable[[str, str, str], PictureRef | None]


@dataclass(frozen=True, slots=True)
class Text:
    html: str


@dataclass(frozen=True, slots=True)
class Quote:
    text: str
    who: str = ""


Part = Text | Quote | PictureRef


@dataclass(frozen=True, slots=True)
class Body:
    parts: tuple[Part, ...]
    told: tuple[Told, ...] = ()


def read(html: str, base: str, resolve: Resolve | None = None) -> Body:
    """The parts of ``html``; links and pictures are joined to ``base``. Raises SourceError.

    ``resolve(address, alt, caption)`` makes a picture of an ``img``; by default one on the web.
    """
    if len(html) > LONGEST:
        raise SourceError("text_too_long", limit=LONGEST)
    try:
        soup = BeautifulSoup(without_declarations(html), "html.parser")
        if _deeper_than(soup, DEEPEST):
            raise SourceError("too_deep")
    except RecursionError:
        raise SourceError("too_deep") from None
    for tag in soup.find_all(_WASTE):
        tag.decompose()
    lost = {_LOST[tag.name] for tag in soup.find_all(list(_LOST))}
    if soup.find("table"):
        lost.add("table")
    for link in soup.find_all("a", href=True):
        link["href"] = _link(base, str(link["href"]))
    parts: list[Part] = []
    _walk(soup, parts, _Reading(base, resolve or _on_the_web))
    return Body(tuple(_merged(parts)), tuple(Told.of(Note.CONTENT_LOST, what=name) for name in sorted(lost)))


def _link(base: str, address: str) -> str:
    if address.startswith("#") or re.match(r"(?i)(?:mailto|tel):", address):
        return address
    return joined(base, address)


def _on_the_web(address: str, alt: str, caption: str) -> PictureRef | None:
    return PictureRef(address, alt, caption) if address else None


@dataclass(frozen=True, slots=True)
class _Reading:
    base: str
    resolve: Resolve

    def picture(self, img: Tag, caption: str = "") -> PictureRef | None:
        """The first address that the tag has: what waits to be loaded lazily stands beside a placeholder."""
        for name in ("data-src", "data-lazy-src", "src"):
            source = str(img.get(name, "")).strip()
            if source and not source.startswith("data:"):
                address = source if self.base.startswith("file:") else joined(self.base, source)
                return self.resolve(address, " ".join(str(img.get("alt", "")).split()), caption)
        return None


def _walk(parent: Tag, parts: list[Part], reading: _Reading) -> None:
    """Pictures and quotes become parts of their own, however deep they stand; what is around them stays text."""
    for child in list(parent.children):
        if not isinstance(child, Tag):
            if isinstance(child, NavigableString):
                parts.append(Text(_escaped(child)))
        elif child.name == "figure" and child.find("img"):
            caption = child.find("figcaption")
            words = " ".join(caption.get_text(" ").split()) if caption else ""
            images = child.find_all("img")
            parts += [picture for img in images if (picture := reading.picture(img, words))]
        elif child.name == "blockquote" and not child.find("img"):
            parts += _quote(child)
        elif child.name == "img":
            picture = reading.picture(child)
            parts += [picture] if picture else []
        elif child.find(["img", "figure", "blockquote"]):
            _split(child, parts, reading)
        else:
            parts.append(Text(str(child)))


def _split(tag: Tag, parts: list[Part], reading: _Reading) -> None:
    """The tag around what is text in it, once for each stretch; its pictures and quotes between."""
    inner: list[Part] = []
    _walk(tag, inner, reading)
    opening = str(tag).partition(">")[0] + ">"
    for part in _merged(inner):
        parts.append(Text(f"{opening}{part.html}</{tag.name}>") if isinstance(part, Text) else part)


def _quote(tag: Tag) -> list[Part]:
    cite = tag.find(["cite", "footer"])
    who = " ".join(cite.get_text(" ").split()).lstrip("—–- ") if cite else ""
    if cite:
        cite.extract()
    text = "\n".join(line for block in (tag.find_all("p") or [tag]) if (line := " ".join(block.get_text(" ").split())))
    if not text:
        return []
    if len(text) > 1000 or len(who) > 200:  # longer than a quotation's block: it stays in the text
        return [Text(f"<p>{_escaped(text)}</p>" + (f"<p>{_escaped(who)}</p>" if who else ""))]
    return [Quote(text, who)]


def _merged(parts: list[Part]) -> list[Part]:
    """Texts side by side are one; those without a sign are none."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, Text) and found and isinstance(found[-1], Text):
            found[-1] = Text(found[-1].html + part.html)
        else:
            found.append(part)
    return [part for part in found if not isinstance(part, Text) or _says_something(part.html)]


def _says_something(html: str) -> bool:
    return bool(re.sub(r"<[^>]*>|&nbsp;|\s", "", html))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _deeper_than(soup: BeautifulSoup, limit: int) -> bool:
    todo: list[tuple[Tag, int]] = [(soup, 0)]
    while todo:
        tag, depth = todo.pop()
        if depth > limit:
            return True
        todo += [(child, depth + 1) for child in tag.children if isinstance(child, Tag)]
    return False
