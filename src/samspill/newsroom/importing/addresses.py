"""Addresses in a source: joined to the right base, and told from what only looks like one. No Django.

Sources: RFC 3986 §5, XML Base (RFC 4287 §2): each element's base is its own ``xml:base`` against its parent's.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element  # noqa: S405 - for the type only

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LONGEST = 2000


def joined(base: str, address: str) -> str:
    """``address`` against ``base``; "" when the two make no address of the web."""
    try:
        found = urljoin(base, address.strip())
        parts = urlsplit(found)
        _port = parts.port
    except ValueError:
        return ""
    good = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return found if good and len(found) <= LONGEST else ""


def is_address(text: str) -> bool:
    """A whole address of the web."""
    return joined("", text) == text.strip() != ""


def bases(root: Element, outer: str) -> Iterator[tuple[Element, str]]:
    """Each element below and with ``root``, with the base that holds in it."""
    todo = [(root, outer)]
    while todo:
        element, base = todo.pop()
        own = element.get(XML_BASE)
        if own is not None:
            base = joined(base, own) or base
        yield element, base
        todo += [(child, base) for child in reversed(element)]


def path_of(address: str) -> str:
    """What of an address (or of a path alone) is asked of its own host: path and query. "" when it is neither."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if not parts.netloc and not address.startswith("/"):
        return ""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
