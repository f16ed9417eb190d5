"""How a post will look: what is sent, cut and marked as the platform does it.

A platform's folder may bring ``preview.html`` (a Django template) and ``preview.css``; one that brings
none gets the plain ones here. Adding a platform stays adding one folder.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template import Context, Template, engines
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from samspill.channels import registry, text
from samspill.channels.contract import Account, Capabilities, Link, Picture, Platform, Post
from samspill.library.models import Photo
from samspill.publishing import versions
from samspill.publishing.models import Version
from samspill.publishing.post import alt_of, draft_post, language_of

MENTION = re.compile(r"(?<![\w@/.])@\w{2,}")
THUMB, LARGE = "max-320x320", "max-900x900"  # pictures in the form, and in the preview
LONGEST_SHOWN = 20_000  # code points: beyond this the preview stops, and says so by its end


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture in the preview."""

    url: str
    alt: str
    width: int
    height: int
    lang: str = ""

    @property
    def upright(self) -> bool:
        return self.height > self.width


@dataclass(frozen=True, slots=True)
class Card:
    """The link card as the platform will draw it."""

    title: str
    description: str
    host: str
    picture: Shown | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """All that a platform's template needs. ``begin`` is shown short; ``rest`` follows on "see more"."""

    capabilities: Capabilities
    name: str
    handle: str
    initials: str
    begin: SafeString
    rest: SafeString
    language: str
    pictures: Sequence[Shown] = ()
    hidden_pictures: int = 0
    card: Card | None = None
    document: Any = None
    empty: bool = False

    @property
    def layout(self) -> str:
        """How many pictures, and which way the first one stands: "1", "2", "3", "4", "3-upright"."""
        count = min(len(self.pictures), 4)
        return f"{count}-upright" if count and self.pictures[0].upright else str(count)


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a text is and where the surplus begins: ``keep`` in code points of the text as typed."""

    length: int
    limit: int
    keep: int
    valid: bool
    own: int = 0  # of ``length``: what the link adds, in the platform's unit

    @property
    def over(self) -> int:
        return max(0, self.length - self.limit)

    @property
    def left(self) -> int:
        return max(0, self.limit - self.length)


def measure(platform: Platform, post: Post, account: Account | None = None) -> Measure:
    """Count by the very function that the adapter uses, on the text as it is sent, link included."""

    def length(upto: int) -> int:
        return platform.count(platform.wire_text(replace(post, text=post.text[:upto])), account).length

    counted = platform.count(platform.wire_text(post), account)
    keep = len(post.text)
    if counted.length > counted.limit:
        # An estimate first: what the platform says fits of the text alone, then fewer until the link fits too.
        low, high = 0, min(keep, platform.count(post.text, account).keep)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if length(middle) <= counted.limit else (low, middle - 1)
        keep = _whole(post.text, low)
    return Measure(counted.length, counted.limit, keep, counted.valid)


def _whole(written: str, place: int) -> int:
    """A place at or before ``place`` that cuts neither a sign nor an address in two."""
    while place > 0 and text.joins(written, place):
        place -= 1
    for match in text.URL.finditer(written):
        if match.start() < place < match.end():
            return match.start()
    return place


def preview_of(version: Version) -> Preview:
    """The preview of a version as it stands in memory; its pictures are the library's, not yet the frozen ones."""
    platform = registry.platform(version.channel.platform)
    capabilities = version.channel.capabilities()
    post = draft_post(version)
    wire = platform.wire_text(post)
    keep = measure(platform, post, version.channel.account(with_credentials=False)).keep
    # Places in the composed text that is sent; the link stands after the person's own words.
    over = range(len(text.nfc(post.text[:keep])), len(text.nfc(post.text)))
    return build(
        capabilities,
        wire,
        name=version.channel.name,
        handle=version.channel.handle,
        language=post.language,
        pictures=[frozen(picture) for picture in post.pictures] if version.is_edit else _pictures(version),
        card=_card(version, post, capabilities),
        document=post.document,
        surplus=over or None,
    )


def build(
    capabilities: Capabilities,
    wire: str,
    *,
    name: str,
    handle: str,
    language: str,
    pictures: Sequence[Shown] = (),
    card: Card | None = None,
    document: Any = None,
    surplus: range | None = None,
) -> Preview:
    """A preview from its parts; the approval builds one from a frozen payload with the same function."""
    wire = wire[:LONGEST_SHOWN]
    cut = cut_at(wire, capabilities.short_preview)
    return Preview(
        capabilities,
        name,
        handle,
        initials(name),
        marked(wire, 0, cut, surplus),
        marked(wire, cut, len(wire), surplus),
        language,
        pictures,
        max(0, len(pictures) - 4),
        card if not pictures or capabilities.pictures_with_link and not capabilities.link_in_text else None,
        document,
        not wire.strip() and not pictures and document is None,
    )


def cut_at(wire: str, shown: int) -> int:
    """Where the platform cuts for "see more": at a word's end at or before ``shown``; 0 = nowhere."""
    if not shown or len(wire) <= shown:
        return len(wire)
    space = max(wire.rfind(" ", 0, shown), wire.rfind("\n", 0, shown))
    return space if space > shown // 2 else shown


def initials(name: str) -> str:
    every = re.findall(r"\w+", name)
    words = [word for word in every if len(word) > 3] or every  # without «og», «for», «i»
    return "".join(word[0] for word in words[:2]).upper() or "?"


def facets(wire: str) -> Iterator[tuple[int, int, str]]:
    """What the platforms make pressable: (start, end, link | tag | mention), in order, never overlapping."""
    found: list[tuple[int, int, str]] = []
    for match in text.URL.finditer(wire):
        found.append((match.start(), match.start() + len(text.bare_url(match.group())), "link"))
    for pattern, kind in ((text.HASHTAG, "tag"), (MENTION, "mention")):
        found += [(match.start(), match.end(), kind) for match in pattern.finditer(wire)]
    end = 0
    for start, stop, kind in sorted(found):
        if start >= end:
            yield start, stop, kind
            end = stop


def marked(wire: str, start: int, stop: int, surplus: range | None = None) -> SafeString:
    """``wire[start:stop]`` as HTML: everything escaped, links, tags and mentions in spans, the surplus in a mark."""
    edges = {start, stop}
    kinds: dict[int, tuple[int, str]] = {}
    for begin, end, kind in facets(wire):
        kinds[begin] = (end, kind)
        edges |= {place for place in (begin, end) if start < place < stop}
    if surplus:
        edges |= {place for place in (surplus.start, surplus.stop) if start < place < stop}
    pieces, now, kind_until = [], "", -1
    places = sorted(edges)
    for begin, end in zip(places, places[1:], strict=False):
        for first, (last, kind) in kinds.items():
            if first <= begin < last:
                now, kind_until = kind, last
        piece: SafeString = conditional_escape(wire[begin:end])
        if begin < kind_until and now:
            piece = format_html('<span class="p-{}">{}</span>', now, _address(piece) if now == "link" else piece)
        if surplus and surplus.start <= begin < surplus.stop:
            piece = format_html("<mark>{}</mark>", piece)
        pieces.append((piece,))
    return format_html_join("", "{}", pieces)


def _address(piece: SafeString) -> SafeString:
    """An address whose scheme the platform may hide, as most do."""
    scheme, separator, rest = piece.partition("://")
    if not separator:
        return piece
    return format_html('<span class="p-scheme">{}</span>{}', mark_safe(scheme + separator), mark_safe(rest))  # noqa: S308


def shown(photo: Photo, alt: str, language: str) -> Shown:
    rendition = photo.get_rendition(LARGE)
    return Shown(rendition.url, alt, rendition.width, rendition.height, language)


def _pictures(version: Version) -> list[Shown]:
    language = language_of(version)
    return [shown(picture.photo, *alt_of(picture, language)) for picture in version.pictures.all()]


def _card(version: Version, post: Post, capabilities: Capabilities) -> Card | None:
    if post.link is None or not capabilities.link_card:
        return None
    if version.is_edit:
        return card_of(version, post.link)
    if version.link_to == Version.LinkTo.OTHER or version.page is None:
        return Card(version.link_url, "", _host(version.link_url))
    photo = getattr(versions.story_of(version), "main_image", None)
    picture = shown(photo, *photo.alt_in(post.language)) if photo else None
    return Card(post.link.title, post.link.description, _host(settings.SAMSPILL_BASE_URL), picture)


def card_of(version: Version, link: Link) -> Card:
    """The card of a frozen link, with its frozen picture."""
    own = version.link_to == Version.LinkTo.STORY
    host = _host(settings.SAMSPILL_BASE_URL if own else version.link_url)
    picture = frozen(link.thumbnail) if link.thumbnail else None
    return Card(link.title or version.link_url, link.description, host, picture)


def frozen(picture: Picture) -> Shown:
    """A picture as it is sent: the frozen file itself."""
    url = reverse("library_frozen", args=[picture.sha256])
    return Shown(url, picture.alt, picture.width, picture.height, picture.alt_language)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


# --- the platform's own files ----------------------------------------------------------


def folder(platform: Platform) -> Path:
    """The folder that a platform's code lives in."""
    return Path(str(sys.modules[type(platform).__module__].__file__)).parent


@cache
def template_in(place: Path) -> Any:
    """The preview template of the platform whose code lives in ``place``, or the plain one."""
    own = place / "preview.html"
    if own.is_file():
        engine: Any = engines["django"]
        return Template(own.read_text(encoding="utf-8"), name=f"{place.name}/preview.html", engine=engine.engine)
    plain: Any = get_template("publishing/parts/preview_plain.html")
    return plain.template


def render(preview: Preview, template: Any = None) -> SafeString:
    """The preview as HTML, in its platform's own template unless another is given."""
    template = template or template_in(folder(registry.platform(preview.capabilities.platform)))
    html: SafeString = template.render(Context({"p": preview, "platform": preview.capabilities.platform}))
    return html


@dataclass(frozen=True, slots=True)
class Sheet:
    css: str
    digest: str = field(default="")


@cache
def style_sheet() -> Sheet:
    """All platforms' own looks in one sheet, and its digest for the address."""
    parts = []
    for platform in registry.platforms().values():
        own = folder(platform) / "preview.css"
        if own.is_file():
            parts.append(own.read_text(encoding="utf-8"))
    css = "\n".join(parts)
    return Sheet(css, hashlib.sha256(css.encode()).hexdigest()[:12])
