"""RSS 0.9x, 1.0 and 2.0, and Atom, as items. Written from the published specifications; no Django.

Sources: RSS 2.0 (``guid`` is an address unless ``isPermaLink`` is "false"), RSS 1.0 and its modules ``content``
and ``dc``, Media RSS 1.5.1, RFC 4287. An element is known by namespace and name, never by its prefix.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from datetime import datetime
from xml.etree.ElementTree import Element  # noqa: S405 - for the type only; xmlfile parses

from samspill.newsroom.importing import dates
from samspill.newsroom.importing.addresses import XML_LANG, bases, is_address, joined
from samspill.newsroom.importing.items import Item, Note, PictureRef, SourceError, Told, Unreadable
from samspill.newsroom.markup import without_declarations

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"
XHTML = "{http://www.w3.org/1999/xhtml}"
RSS_1 = ("{http://purl.org/rss/1.0/}", "{http://my.netscape.com/rdf/simple/0.9/}")
_PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/heic", "image/tiff")


def read(root: Element, address: str = "") -> Iterator[Item | Unreadable]:
    """The feed's items, in its order. ``address``: where it was fetched, its first base. Raises SourceError."""
    known = dict(bases(root, address))
    language = root.get(XML_LANG, "")
    if root.tag == f"{ATOM}feed":
        entries, one = root.findall(f"{ATOM}entry"), _atom
    elif root.tag == "rss" or root.tag.endswith("}RDF"):
        channel = root.find("channel") if root.tag == "rss" else root
        if channel is None:
            raise SourceError("no_feed")
        entries = [child for child in root.iter() if _plain(child) == "item"]
        one = _rss
        language = language or _text(channel, "language")
        where = _text(channel, "link")
        if not address and is_address(where):
            known = dict(bases(root, where))
    else:
        raise SourceError("no_feed")
    return _each(entries, one, known, language)


def home_of(root: Element) -> str:
    """What the feed calls itself, the same wherever it is read from: Atom's id, RSS's link. "" when it does not say."""
    if root.tag == f"{ATOM}feed":
        return (root.findtext(f"{ATOM}id") or "").strip()
    channel = _find(root, "channel")
    return _text(channel, "link") if channel is not None else ""


def _each(
    entries: list[Element], one: Callable[..., Item], known: dict[Element, str], language: str
) -> Iterator[Item | Unreadable]:
    for number, entry in enumerate(entries, start=1):
        try:
            yield one(entry, known, language)
        except SourceError as error:
            yield Unreadable(f"nr. {number}", error)


def _rss(entry: Element, known: dict[Element, str], language: str) -> Item:
    base = known[entry]
    guid = _find(entry, "guid")
    guid_text = _text(entry, "guid")
    permanent = guid is not None and guid.get("isPermaLink", "true").strip().lower() != "false"
    link = _find(entry, "link")
    address = joined(known.get(link, base), _text(entry, "link")) if link is not None and _text(entry, "link") else ""
    if not address and permanent and is_address(guid_text):
        address = guid_text
    content = entry.find(CONTENT)
    description = _find(entry, "description")
    body = content if content is not None else description
    lead = _text(entry, "description") if content is not None else ""
    at, told = _date(_text(entry, "pubDate") or (entry.findtext(f"{DC}date") or "").strip())
    name = guid_text or address
    if not name:
        raise SourceError("no_id")
    return Item(
        id=name,
        title=_plain_text(_text(entry, "title")),
        html=(body.text or "") if body is not None else "",
        lead=_plain_text(lead),
        address=address,
        base=_base_of(known.get(body, base) if body is not None else base, address),
        published_at=at,
        language=entry.get(XML_LANG, "") or (entry.findtext(f"{DC}language") or "") or language,
        subjects=tuple(dict.fromkeys(_clean(child.text) for child in entry if _plain(child) == "category")),
        main_picture=_picture(entry, known),
        told=told,
    )


def _atom(entry: Element, known: dict[Element, str], language: str) -> Item:
    base = known[entry]
    address = ""
    for link in entry.findall(f"{ATOM}link"):
        if link.get("rel", "alternate") in ("alternate", "http://www.iana.org/assignments/relation/alternate"):
            address = address or joined(known[link], link.get("href", ""))
    name = (entry.findtext(f"{ATOM}id") or "").strip() or address
    if not name:
        raise SourceError("no_id")
    content, summary = entry.find(f"{ATOM}content"), entry.find(f"{ATOM}summary")
    body = content if content is not None and not content.get("src") else summary
    lead = summary if summary is not None and summary is not body else None
    at, told = _date((entry.findtext(f"{ATOM}published") or entry.findtext(f"{ATOM}updated") or "").strip())
    changed = dates.read((entry.findtext(f"{ATOM}updated") or "").strip())
    language = entry.get(XML_LANG, "") or language
    if body is not None:
        language = body.get(XML_LANG, "") or language
    title = entry.find(f"{ATOM}title")
    subjects = (_clean(child.get("label") or child.get("term")) for child in entry.findall(f"{ATOM}category"))
    return Item(
        id=name,
        title=_plain_text(_construct(title, known)[0]) if title is not None else "",
        html=_construct(body, known)[0] if body is not None else "",
        lead=_plain_text(_construct(lead, known)[0]) if lead is not None else "",
        address=address,
        base=_construct(body, known)[1] if body is not None else base,
        published_at=at,
        changed_at=changed.at,
        language=language,
        subjects=tuple(dict.fromkeys(subject for subject in subjects if subject)),
        main_picture=_picture(entry, known),
        told=told,
    )


def _construct(element: Element, known: dict[Element, str]) -> tuple[str, str]:
    """An Atom text as HTML, and the base of what it links to (RFC 4287 §3.1 and §4.1.3)."""
    kind = element.get("type", "text")
    if kind == "xhtml":
        div = next((child for child in element if child.tag == f"{XHTML}div"), element)
        return _inner(div, known), known[div]
    text = element.text or ""
    return (text if kind in ("html", "text/html") else html.escape(text)), known[element]


def _inner(element: Element, known: dict[Element, str]) -> str:
    """XHTML as HTML. Addresses in it are made whole here, for each element may have a base of its own."""
    parts = [html.escape(element.text or "")]
    for child in element:
        name = _plain(child)
        attributes = ""
        for key, value in child.attrib.items():
            if key in ("href", "src"):
                value = joined(known[child], value) or value
            if not key.startswith("{"):
                attributes += f' {key}="{html.escape(value)}"'
        inner = _inner(child, known)
        parts.append(f"<{name}{attributes}>" + (inner if name in ("br", "img", "hr") else f"{inner}</{name}>"))
        parts.append(html.escape(child.tail or ""))
    return "".join(parts)


def _picture(entry: Element, known: dict[Element, str]) -> PictureRef | None:
    """The first picture that goes with the item: Media RSS before an enclosure. Its alt text only where it has one."""
    for child in entry.iter():
        picture = child.get("medium") == "image" or child.get("type", "").split(";")[0] in _PICTURES
        media = child.tag == f"{MEDIA}thumbnail" or (child.tag == f"{MEDIA}content" and picture)
        enclosed = _plain(child) == "enclosure" and picture
        linked = child.tag == f"{ATOM}link" and child.get("rel") == "enclosure" and picture
        address = child.get("href" if linked else "url", "") if media or enclosed or linked else ""
        if whole := joined(known[child], address) if address else "":
            return PictureRef(whole, caption=_clean(child.findtext(f"{MEDIA}description")))
    return None


def _date(text: str) -> tuple[datetime | None, tuple[Told, ...]]:
    found = dates.read(text)
    if found.at is None:
        return None, (Told.of(Note.DATE_UNKNOWN, text=text[:60]),)
    return found.at, (Told.of(Note.ZONE_ASSUMED, text=text[:60]),) if found.zone_assumed else ()


def _base_of(base: str, address: str) -> str:
    """RSS says nothing of bases: the item's own page, where the feed has none that is its own."""
    return base or address


def _plain(element: Element) -> str:
    """The name without a namespace, for RSS's own elements and XHTML; "" for another vocabulary's."""
    tag = element.tag if isinstance(element.tag, str) else ""
    for space in (*RSS_1, XHTML):
        if tag.startswith(space):
            return tag.removeprefix(space)
    return "" if tag.startswith("{") else tag


def _find(parent: Element, name: str) -> Element | None:
    return next((child for child in parent if _plain(child) == name), None)


def _text(parent: Element, name: str) -> str:
    found = _find(parent, name)
    return (found.text or "").strip() if found is not None else ""


def _clean(text: str | None) -> str:
    return " ".join((text or "").split())


def _plain_text(text: str) -> str:
    """A title or summary, which feeds write as plain text or as HTML, as plain text."""
    from bs4 import BeautifulSoup

    if "<" not in text and "&" not in text:
        return _clean(text)
    return _clean(BeautifulSoup(without_declarations(text), "html.parser").get_text(" "))
