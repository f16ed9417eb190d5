"""A PNG file cleaned without touching its picture.

Kept: header, palette, transparency, picture. Dropped: texts, EXIF, times, colour profile, further frames (APNG) and
all that follows the end. Source: PNG, third edition, sections 5 and 11.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from samspill.library.refusals import PictureRefused, Refusal

_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_BEFORE_DATA = 8


# Interlacing (Adam7): first column and row, and step between columns and rows, of each pass.
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # per pixel, by colour type
_PIECE = 1 << 20


def clean_png(data: bytes) -> bytes:
    """``data`` with the picture alone. Raises PictureRefused(DAMAGED) when the chunks don't add up."""
    kept = [data[start:end] for kind, start, end in _chunks(data) if kind in _KEPT]
    return data[:_BEFORE_DATA] + b"".join(kept)


def has_all_rows(data: bytes) -> bool:
    """Whether the packed picture is as long as the header says; unpacked in pieces, and never further than that."""
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    bits = depth * _SAMPLES.get(colour, 0)
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    missing = 0
    for x, y, step_x, step_y in passes:
        columns, rows = -(-(width - x) // step_x), -(-(height - y) // step_y)
        missing += rows * (1 + -(-columns * bits // 8)) if columns > 0 and rows > 0 else 0
    unpacker = zlib.decompressobj()
    for kind, start, end in _chunks(data):
        packed = data[start + 8 : end - 4] if kind == b"IDAT" else b""
        while packed and missing > 0:
            missing -= len(unpacker.decompress(packed, _PIECE))
            packed = unpacker.unconsumed_tail
    return missing <= 0


def bit_depth(data: bytes) -> int:
    """Bits per sample, from the header."""
    return data[24]


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and end of each chunk, the last included."""
    position = _BEFORE_DATA
    while position + 12 <= len(data):
        end = position + 12 + int.from_bytes(data[position : position + 4], "big")
        kind = data[position + 4 : position + 8]
        if end > len(data):
            break
        yield kind, position, end
        if kind == b"IEND":
            return
        position = end
    raise PictureRefused(Refusal.DAMAGED)
