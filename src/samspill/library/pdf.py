"""The little that is asked of a PDF before it goes out: is it one, and how many pages. No Django here."""

from __future__ import annotations

import re
import zlib
from itertools import islice

_PAGES = re.compile(rb"/Type\s*/Pages(?![A-Za-z])")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_COUNT = re.compile(rb"/Count\s+(\d{1,6})(?![\d.])")
_OBJECT_STREAM = re.compile(rb"/ObjStm\b.{0,300}?stream\r?\n", re.DOTALL)
_DICTIONARY, _MOST_NODES = 32 * 1024, 2000  # bytes looked at on either side, for so many: a hostile file ends in time
_MAX_STREAMS, _MAX_UNPACKED = 500, 4 * 1024 * 1024


def is_pdf(data: bytes) -> bool:
    """Whether ``data`` begins as a PDF; readers allow up to 1,024 bytes before its mark."""
    return b"%PDF-" in data[:1024]


def count_pages(data: bytes) -> int:
    """The number of pages; 0 when it can't be told cheaply (encrypted, damaged).

    The root of the page tree has the largest ``/Count`` (ISO 32000-1, 7.7.3); it may lie in a packed object stream.
    """
    best = 0
    for part in (data, *_object_streams(data)):
        for found in islice(_PAGES.finditer(part), _MOST_NODES):
            near = max(found.start() - _DICTIONARY, 0)
            far = found.end() + _DICTIONARY
            start = part.rfind(b"<<", near, found.start())
            end = part.find(b">>", found.end(), far)
            counts = _COUNT.findall(part, start if start >= 0 else near, end if end > 0 else far)
            best = max(best, *map(int, counts)) if counts else best
        best = max(best, len(_PAGE.findall(part))) if best == 0 else best
    return best


def _object_streams(data: bytes) -> list[bytes]:
    unpacked = []
    for number, found in enumerate(_OBJECT_STREAM.finditer(data)):
        if number >= _MAX_STREAMS:
            break
        try:
            unpacked.append(zlib.decompressobj().decompress(data[found.end() :], _MAX_UNPACKED))
        except zlib.error:
            continue
    return unpacked
