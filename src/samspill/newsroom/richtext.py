"""Rich text as it is kept: headings, lists, links, bold, italic, and nothing else, whatever it was pasted from.

The editor's own filter lets most of Word's waste out; this one is the last door, for text that came past the editor
too (API, import, an old revision). Word's lists, which are paragraphs with a bullet typed in front, become lists.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PageElement, PreformattedString
from bs4.formatter import HTMLFormatter
from django.utils.html import escape

from samspill.newsroom import markup, tidy

FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]

MOST_ROUNDS = 8  # real text needs two: what one tag hid may be waste itself
_KEPT = {"p", "h2", "h3", "ul", "ol", "li", "b", "i", "a", "br"}
_RENAMED = {
    "h1": "h2",
    "h4": "h3",
    "h5": "h3",
    "h6": "h3",
    "strong": "b",
    "em": "i",
    "div": "p",
    "blockquote": "p",
    "tr": "p",
}
_GONE_WITH_CONTENT = (
    *("script", "style", "head", "title", "meta", "link", "xml", "template", "noscript", "iframe", "object", "embed"),
    *("svg", "math", "img", "video", "audio", "form", "input", "button", "select", "textarea", "canvas", "del"),
)
_BLOCKS = {"p", "h2", "h3", "ul", "ol"}
_SCHEMES = {"http", "https", "mailto", "tel"}
_KEY = re.compile(r"[a-z0-9-]{1,40}", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[·•▪◦§‣\uf0b7\uf0a7]|o(?=[\s\xa0]{2})|[–-](?=[\s\xa0]{2}))[\s\xa0]+")
_NUMBER = re.compile(r"^\s*(?:\d{1,3}|[a-z])[.)](?:\xa0[\s\xa0]+|[ \t]*\xa0{2}[\s\xa0]*)")


WRITER = HTMLFormatter(entity_substitution=escape)


@lru_cache(maxsize=1024)
def clean(html: str) -> str:
    """The same text with nothing but what we keep. Cleaning twice changes nothing."""
    for _again in range(MOST_ROUNDS):
        before, html = html, _clean_once(html)
        if html == before:
            break
    return html


def _clean_once(html: str) -> str:
    if not html:
        return ""
    soup = markup.parse(tidy.without_unseen(html))
    for node in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        node.extract()  # comments, Word's conditions, CDATA, doctypes
    _lists_from_word(soup)
    for tag in soup.find_all(True):
        if not tag.decomposed:
            _clean_tag(tag)
    _lists_from_bullets(soup)
    _tidy_blocks(soup)
    return soup.decode(formatter=WRITER)  # as Wagtail writes it: double quotes around every attribute


def _clean_tag(tag: Tag) -> None:
    name = tag.name.lower()
    if name in _GONE_WITH_CONTENT:
        tag.decompose()
        return
    if name in ("td", "th"):
        tag.append(" ")
    tag.name = name = _RENAMED.get(name, name)
    if name not in _KEPT:
        tag.unwrap()
        return
    kept = _link_attributes(tag) if name == "a" else {}
    if name == "a" and not kept:
        tag.unwrap()
        return
    key = tag.get("data-block-key")
    if name in _BLOCKS | {"li"} and isinstance(key, str) and _KEY.fullmatch(key):
        kept["data-block-key"] = key  # Wagtail's comments hang on it
    tag.attrs = {**kept}


def _link_attributes(tag: Tag) -> dict[str, str]:
    """What a link may carry: an own page or document by id, or an address that is no script. {}: no link."""
    kind, number = str(tag.get("linktype", "")), str(tag.get("id", ""))
    if kind in ("page", "document") and number.isdigit():
        return {"linktype": kind, "id": number}
    href = re.sub(r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f]", "", str(tag.get("href", "")))
    try:
        parts = urlsplit(href)
    except ValueError:
        return {}
    if parts.scheme.lower() in _SCHEMES and (parts.netloc or parts.path):
        return {"href": href}
    if not parts.scheme and not parts.netloc and re.match(r"[/?]|#(?!_Toc|_Ref|_ftn)\w", href):
        return {"href": href}
    return {}


def _lists_from_word(soup: BeautifulSoup) -> None:
    """Word marks a list's paragraph by a style, and its bullet or number as something to be ignored."""
    for tag in soup.find_all("p"):
        style, css_class = str(tag.get("style", "")), " ".join(tag.get("class") or [])
        if "mso-list:" not in style.replace(" ", "") or "mso-list:none" in style.replace(" ", ""):
            continue
        if "Heading" in css_class:
            continue
        ignored = tag.find(lambda part: "mso-list:Ignore" in str(part.get("style", "")).replace(" ", ""))
        mark = ignored.get_text() if ignored else ""
        if ignored:
            ignored.decompose()
        ordered = bool(re.match(r"\s*(?:\d+|[a-zA-Z]|[ivx]+)[.)]", mark))
        _into_list(soup, tag, "ol" if ordered else "ul")


def _lists_from_bullets(soup: BeautifulSoup) -> None:
    """What is left of Word's lists when the style has gone: a bullet or a number, then a wide gap."""
    for tag in soup.find_all("p"):
        first = next((part for part in tag.descendants if isinstance(part, NavigableString) and part.strip()), None)
        if first is None:
            continue
        for pattern, name in ((_BULLET, "ul"), (_NUMBER, "ol")):
            found = pattern.match(first)
            if found and first[found.end() :].strip():
                first.replace_with(NavigableString(first[found.end() :]))
                _into_list(soup, tag, name)
                break


def _into_list(soup: BeautifulSoup, paragraph: Tag, name: str) -> None:
    """Make a paragraph the last item of the list that stands just before it, or of a new one."""
    before = paragraph.previous_sibling
    while isinstance(before, NavigableString) and not before.strip():
        before = before.previous_sibling
    if isinstance(before, Tag) and before.name == name and before.get("data-made"):
        target = before
    else:
        target = soup.new_tag(name)
        target["data-made"] = "1"
        paragraph.insert_before(target)
    paragraph.name = "li"
    target.append(paragraph.extract())


def _tidy_blocks(soup: BeautifulSoup) -> None:
    """No wide gaps, no empty blocks, no block within a paragraph, no loose text."""
    soup.smooth()  # texts side by side become one, or a gap could stand between them
    for text in soup.find_all(string=True):
        narrow = re.sub(r"[ \xa0]{2,}", " ", re.sub(r"[ \t\r\n]+", " ", text))
        if narrow != text:
            text.replace_with(NavigableString(narrow))
    for tag in soup.find_all(["ul", "ol"]):
        tag.attrs.pop("data-made", None)
        for child in [part.extract() for part in list(tag.contents)]:
            if isinstance(child, Tag) and child.name in ("li", "ul", "ol"):
                tag.append(child)
            elif _text(child).strip():
                item = soup.new_tag("li")
                item.append(child)
                tag.append(item)
    for tag in soup.find_all(["p", "h2", "h3"]):
        if tag.find(list(_BLOCKS)):
            tag.unwrap()
    for tag in soup.find_all("li"):
        if tag.parent is None or tag.parent.name not in ("ul", "ol"):
            tag.name = "p"
        for inner in tag.find_all(["p", "h2", "h3"], recursive=False):
            inner.unwrap()
    for tag in soup.find_all(["b", "i", "a", "p", "h2", "h3", "li", "ul", "ol"]):
        if not tag.get_text().strip("\xa0 \n\t"):
            tag.decompose()
    _wrap_loose(soup)


def _text(part: PageElement) -> str:
    return part.get_text() if isinstance(part, Tag) else str(part)


def _wrap_loose(soup: BeautifulSoup) -> None:
    """Taken out and put back in order: bs4 looks through all siblings for a place between them."""
    paragraph: Tag | None = None
    for child in [part.extract() for part in list(soup.contents)]:
        if isinstance(child, Tag) and child.name in _BLOCKS:
            paragraph = None
            soup.append(child)
            continue
        if paragraph is None:
            paragraph = soup.new_tag("p")
            soup.append(paragraph)
        paragraph.append(child)
    for tag in soup.find_all("p", recursive=False):
        if not _text(tag).strip():
            tag.decompose()
