"""XML from strangers: the declared encoding or none, no entities of its own, nothing fetched, nothing bottomless.

Sources: RFC 7303 §3.2 (byte order mark, then the transport's charset, then the declaration), XML 1.0 appendix F.
"""

from __future__ import annotations

import codecs
import html.entities
import re
from xml.etree.ElementTree import Element, ParseError, TreeBuilder  # noqa: S405 - parsed by defusedxml only

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from samspill.newsroom.importing.items import SourceError

DEEPEST = 150  # elements within each other; a real feed has some tens
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>")
_ENCODING = re.compile(rb"""^\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_XML_OWN = {"amp", "lt", "gt", "quot", "apos"}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE_TO_NOTHING = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bcBCeEfF]|1[0-9a-fA-F]));")


def parse(data: bytes, charset: str = "") -> Element:
    """The root element. ``charset``: what the server said, "" for a file. Raises SourceError."""
    text = decode(data, charset)
    builder = _Shallow()
    parser = DefusedXMLParser(target=builder, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(_without_what_xml_refuses(text))
        root: Element = parser.close()
    except DefusedXmlException:
        raise SourceError("hostile_xml") from None
    except ParseError as error:
        line, column = error.position
        raise SourceError("broken_xml", line=line, column=column + 1) from None
    return root


def decode(data: bytes, charset: str = "") -> str:
    """The text. Raises SourceError("wrong_encoding") when the bytes are not what they say they are."""
    name = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    declared = _ENCODING.search(data[:400])
    name = name or charset or (declared[1].decode() if declared else "utf-8")
    try:
        if not codecs.lookup(name)._is_text_encoding:
            raise LookupError(name)
        return data.decode("utf-8-sig" if name.lower().replace("_", "-") in ("utf-8", "utf8") else name)
    except (LookupError, UnicodeError):
        raise SourceError("wrong_encoding", name=name) from None


def _without_what_xml_refuses(text: str) -> str:
    """HTML's named signs, which feeds use without declaring them, become the signs; control signs go.

    Without the declaration: the text is decoded already.
    """
    text = _DECLARATION.sub("", text, count=1).lstrip("\ufeff \t\r\n")
    text = _REFERENCE_TO_NOTHING.sub("", _NOT_XML.sub("", text))
    return _NAMED.sub(_named, text)


def _named(found: re.Match[str]) -> str:
    name = found[1]
    if name in _XML_OWN:
        return found[0]
    return html.entities.html5.get(f"{name};", found[0])


class _Shallow(TreeBuilder):
    """Stops at a depth that only an attack has."""

    depth = 0

    def start(self, tag, attrs):  # type: ignore[no-untyped-def]
        self.depth += 1
        if self.depth > DEEPEST:
            raise SourceError("too_deep")
        return super().start(tag, attrs)

    def end(self, tag):  # type: ignore[no-untyped-def]
        self.depth -= 1
        return super().end(tag)
