"""What a file is, read from its own bytes: kind, size in pixels, pages.

Only what the platforms' limits need; no picture is decoded.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """`mime` None: not recognised. `whole` False: the file is cut off or damaged."""

    mime: str | None
    width: int | None = None
    height: int | None = None
    frames: int = 1
    pages: int | None = None
    whole: bool = True


def look(content: bytes) -> Kind:
    """Sources: the formats' own specifications (PNG 3rd ed., JFIF, GIF89a, RIFF/WebP, ISO 32000)."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(content)
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg(content)
    if content[:6] in (b"GIF87a", b"GIF89a"):
        return _gif(content)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp(content)
    if content.startswith(b"%PDF-"):
        pages = len(re.findall(rb"/Type\s*/Page(?![A-Za-z])", content))
        return Kind("application/pdf", pages=max(pages, 1), whole=b"%%EOF" in content[-2048:])
    if content[4:8] == b"ftyp":
        heic = content[8:12] in (b"heic", b"heix", b"mif1", b"hevc")
        return Kind("image/heic" if heic else "video/mp4")
    if content[:4] in (b"II*\x00", b"MM\x00*"):
        return Kind("image/tiff")
    if content[:2] == b"BM":
        return Kind("image/bmp")
    if content[:4] == b"PK\x03\x04":
        return Kind("application/zip")
    if re.match(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]", content[:2048], re.S):
        return Kind("image/svg+xml")
    return Kind(None)


def _png(content: bytes) -> Kind:
    if len(content) < 24:
        return Kind("image/png", whole=False)
    width, height = struct.unpack(">II", content[16:24])
    return Kind("image/png", width, height, whole=b"IEND" in content[-16:])


def _jpeg(content: bytes) -> Kind:
    at = 2
    while at + 9 < len(content):
        if content[at] != 0xFF:
            break
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        # Frame headers hold the size; C4, C8 and CC are tables that share their range of numbers.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return Kind("image/jpeg", width, height, whole=b"\xff\xd9" in content[-64:])
        at += 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
    return Kind("image/jpeg", whole=False)


def _gif(content: bytes) -> Kind:
    if len(content) < 10:
        return Kind("image/gif", whole=False)
    width, height = struct.unpack("<HH", content[6:10])
    frames = max(1, content.count(b"\x00\x21\xf9\x04"))
    return Kind("image/gif", width, height, frames, whole=content.rstrip(b"\x00").endswith(b";"))


def _webp(content: bytes) -> Kind:
    width = height = None
    if content[12:16] == b"VP8X" and len(content) >= 30:
        width = 1 + int.from_bytes(content[24:27], "little")
        height = 1 + int.from_bytes(content[27:30], "little")
    elif content[12:16] == b"VP8 " and len(content) >= 30:
        width, height = (n & 0x3FFF for n in struct.unpack("<HH", content[26:30]))
    elif content[12:16] == b"VP8L" and len(content) >= 25:
        bits = int.from_bytes(content[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    size = int.from_bytes(content[4:8], "little") + 8
    return Kind("image/webp", width, height, whole=len(content) >= size and width is not None)
