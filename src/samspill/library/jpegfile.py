"""A JPEG file cleaned without touching its picture: no decoding, no loss.

Kept: what the decoder needs, the density (JFIF) and Adobe's mark of colour. Dropped: EXIF with its position and serial
numbers, XMP, IPTC, comments, thumbnails, colour profile, further frames (MPO, CIPA DC-007), and all that
follows the picture's end, where other formats hide. Source: ITU-T T.81 annex B.
"""

from __future__ import annotations

import re

from samspill.library.refusals import PictureRefused, Refusal

SOI, EOI, SOS, APP0, APP14, COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xEE, 0xFE
# Within a scan, FF 00 and the restart marks belong to the data; any other mark ends it.
_END_OF_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
# A progressive picture has about ten scans. Thousands in a small file only serve to keep a decoder busy.
MAX_SCANS = 100


def clean_jpeg(data: bytes, exif: bytes = b"") -> bytes:
    """The first picture of ``data`` alone, with ``exif`` (beginning with ``Exif\\0\\0``) as its only metadata.

    Raises PictureRefused(DAMAGED) when the segments don't add up.
    """
    out = [b"\xff\xd8"]
    if exif:
        out.append(b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif)
    position = 2
    while True:
        marker, position = _marker(data, position)
        if marker == EOI:
            out.append(b"\xff\xd9")
            return b"".join(out)
        end = position + int.from_bytes(data[position : position + 2], "big")
        if end < position + 2 or end > len(data):
            raise PictureRefused(Refusal.DAMAGED)
        body = data[position + 2 : end]
        kept = _kept(marker, body)
        if kept is not None:
            segment = bytes((0xFF, marker)) + (len(kept) + 2).to_bytes(2, "big") + kept
            # JFIF asks to be first; ours was put there before it was met.
            out.insert(1, segment) if marker == APP0 else out.append(segment)
        position = end
        if marker == SOS:
            found = _END_OF_SCAN.search(data, position)
            if found is None:
                raise PictureRefused(Refusal.DAMAGED)
            out.append(data[position : found.start()])
            position = found.start()


def has_too_many_scans(data: bytes) -> bool:
    """Whether a JPEG is made to keep a decoder busy. FF DA can't occur within a scan, so counting is enough."""
    return data.count(b"\xff\xda") > MAX_SCANS


def _marker(data: bytes, position: int) -> tuple[int, int]:
    """The mark at ``position`` (fill bytes skipped) and where its content begins."""
    if position >= len(data) or data[position] != 0xFF:
        raise PictureRefused(Refusal.DAMAGED)
    while position < len(data) and data[position] == 0xFF:
        position += 1
    if position >= len(data):
        raise PictureRefused(Refusal.DAMAGED)
    return data[position], position + 1


def _kept(marker: int, body: bytes) -> bytes | None:
    """What is kept of a segment; None if nothing."""
    if marker == APP0:
        return body[:12] + b"\0\0" if body.startswith(b"JFIF\0") and len(body) >= 14 else None
    if marker == APP14:
        return body[:12] if body.startswith(b"Adobe") else None
    return None if APP0 <= marker <= 0xEF or marker == COM else body
