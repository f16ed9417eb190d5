"""A WordPress export (WXR 1.0 to 1.2) as items: posts, with their pictures looked up among the attachments. No Django.

Source: the export format as WordPress writes it (``wp-admin/includes/export.php``): RSS 2.0 with the ``wp`` namespace,
whose last part is the version; ``post_date_gmt`` is UTC, and all zeros for what was never out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree.ElementTree import Element  # noqa: S405 - for the type only; xmlfile parses

from samspill.newsroom.importing import dates
from samspill.newsroom.importing.addresses import is_address
from samspill.newsroom.importing.feeds import CONTENT
from samspill.newsroom.importing.items import Item, Note, PictureRef, SourceError, Told, Unreadable

_NAMESPACE = re.compile(r"\{http://wordpress\.org/export/1\.\d/\}")
_EXCERPT = re.compile(r"\{http://wordpress\.org/export/1\.\d/excerpt/\}encoded")
# Block comments that WordPress's editor writes; and short codes, which only its plug-ins understand.
_SHORTCODE = re.compile(r"\[/?([a-z][a-z0-9_-]{1,40})(?:\s[^\]<>]*)?\]")
_CAPTION = re.compile(r"\[caption[^\]]*\](.*?)\[/caption\]", re.DOTALL)
_IN_CAPTION = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", re.DOTALL)


def read(root: Element) -> Iterator[Item | Unreadable]:
    """Posts in the file's order; pages, menus and the rest are not stories. Raises SourceError."""
    channel = root.find("channel")
    if root.tag != "rss" or channel is None or not any(_NAMESPACE.match(str(child.tag)) for child in channel):
        raise SourceError("no_wxr")
    items = channel.findall("item")
    return _each(items, _attachments(items), (channel.findtext("language") or "").strip())


def _each(items: list[Element], pictures: dict[str, PictureRef], language: str) -> Iterator[Item | Unreadable]:
    for number, item in enumerate(items, start=1):
        if _wp(item, "post_type") != "post" or _wp(item, "status") in ("trash", "auto-draft", "inherit"):
            continue
        try:
            yield _post(item, pictures, language)
        except SourceError as error:
            yield Unreadable((item.findtext("title") or "").strip() or f"nr. {number}", error)


def _attachments(items: list[Element]) -> dict[str, PictureRef]:
    found = {}
    for item in items:
        address = _wp(item, "attachment_url")
        if _wp(item, "post_type") == "attachment" and is_address(address):
            alt = _meta(item, "_wp_attachment_image_alt")
            caption = next((child.text or "" for child in item if _EXCERPT.fullmatch(str(child.tag))), "")
            found[_wp(item, "post_id")] = PictureRef(address, " ".join(alt.split()), " ".join(caption.split()))
    return found


def _post(item: Element, pictures: dict[str, PictureRef], language: str) -> Item:
    guid = (item.findtext("guid") or "").strip()
    number = _wp(item, "post_id")
    if not (guid or number):
        raise SourceError("no_id")
    address = (item.findtext("link") or "").strip()
    status = _wp(item, "status")
    text = item.findtext(CONTENT) or ""
    lost = {name for name in _SHORTCODE.findall(_CAPTION.sub("", text)) if name not in ("caption", "sic")}
    told = [Told.of(Note.CONTENT_LOST, what=f"[{name}]") for name in sorted(lost)]
    if status != "publish":
        told.append(Told.of(Note.NOT_PUBLIC))
    at, more = _when(item, public=status == "publish")
    excerpt = next((child.text or "" for child in item if _EXCERPT.fullmatch(str(child.tag))), "")
    return Item(
        id=guid or number,
        title=" ".join((item.findtext("title") or "").split()),
        html=_paragraphs(_SHORTCODE.sub("", _CAPTION.sub(_figure, text))),
        lead=" ".join(excerpt.split()),
        address=address if is_address(address) else "",
        base=address if is_address(address) else guid,
        published_at=at,
        language=language,
        subjects=tuple(
            dict.fromkeys(
                " ".join((part.text or "").split())
                for part in item.findall("category")
                if part.get("domain") == "category"
            )
        ),
        blog=True,
        public=status == "publish",
        main_picture=pictures.get(_meta(item, "_thumbnail_id")),
        old_paths=(guid,) if is_address(guid) and guid != address else (),
        told=(*told, *more),
    )


def _when(item: Element, *, public: bool) -> tuple[datetime | None, tuple[Told, ...]]:
    gmt = _wp(item, "post_date_gmt")
    if gmt and not gmt.startswith("0000"):
        found = dates.read(f"{gmt} UTC")
        if found.at is not None:
            return found.at.astimezone(UTC), ()
    written = (item.findtext("pubDate") or "").strip() or _wp(item, "post_date")
    found = dates.read(written)
    if found.at is None:
        return None, (Told.of(Note.DATE_UNKNOWN, text=written[:60]),) if public else ()
    return found.at, (Told.of(Note.ZONE_ASSUMED, text=written[:60]),) if found.zone_assumed else ()


def _figure(found: re.Match[str]) -> str:
    inner = _IN_CAPTION.match(found[1])
    return f"<figure>{inner[1]}<figcaption>{inner[2]}</figcaption></figure>" if inner else found[1]


def _paragraphs(text: str) -> str:
    """Blank lines part paragraphs in what WordPress's older editor kept; its newer one writes them as HTML."""
    if "<!-- wp:" in text or re.search(r"<p[\s>]", text):
        return text
    parts = re.split(r"\r?\n\s*\r?\n", text.strip())
    blocks = re.compile(r"\s*<(?:h[1-6]|ul|ol|table|figure|blockquote|div|pre)\b", re.IGNORECASE)
    return "".join(part if blocks.match(part) else f"<p>{part}</p>" for part in parts if part.strip())


def _wp(item: Element, name: str) -> str:
    for child in item:
        tag = str(child.tag)
        if tag.endswith(f"}}{name}") and _NAMESPACE.match(tag):
            return (child.text or "").strip()
    return ""


def _meta(item: Element, key: str) -> str:
    for child in item:
        if str(child.tag).endswith("}postmeta") and _NAMESPACE.match(str(child.tag)) and _wp(child, "meta_key") == key:
            return _wp(child, "meta_value")
    return ""
