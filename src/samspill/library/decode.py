"""Opening pictures from strangers: recognised by content, measured before a pixel is decoded. No Django here."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pillow_heif
from PIL import Image, ImageFile

from samspill.library.names import extension
from samspill.library.refusals import PictureRefused, Refusal
from samspill.library.sniff import RAW_EXTENSIONS, Kind, sniff

MAX_BYTES = 40 * 1024 * 1024
MAX_PIXELS = 110_000_000  # the largest cameras of medium format make 102 million
MAX_SIDE = 65_000  # JPEG ends at 65,535
FORMATS = {
    Kind.JPEG: "JPEG",
    Kind.PNG: "PNG",
    Kind.GIF: "GIF",
    Kind.WEBP: "WEBP",
    Kind.TIFF: "TIFF",
    Kind.HEIF: "HEIF",
    Kind.AVIF: "AVIF",
}
# All that Pillow's decoders raise on bad files; MemoryError where a header asks for the moon.
BAD_FILE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    EOFError,
    ArithmeticError,
    MemoryError,
    RuntimeError,
    AttributeError,
    struct.error,
    zlib.error,
)

pillow_heif.register_heif_opener(thumbnails=False)
# Pillow warns above this and stops at the double; every other place in the process that opens a picture has it too.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def recognise(data: bytes, name: str) -> Kind:
    """The kind of picture in ``data``; raises PictureRefused for what is none, or none that we take."""
    if not data:
        raise PictureRefused(Refusal.EMPTY)
    if len(data) > MAX_BYTES:
        raise PictureRefused(Refusal.TOO_LARGE, size=len(data), limit=MAX_BYTES)
    kind = sniff(data[:4096])
    if kind == Kind.SVG:
        raise PictureRefused(Refusal.SVG)
    if kind in (Kind.TIFF, Kind.OTHER) and extension(name) in RAW_EXTENSIONS:
        raise PictureRefused(Refusal.RAW)
    if kind in (Kind.MARKUP, Kind.PDF):
        raise PictureRefused(Refusal.NOT_A_PICTURE)
    if kind not in FORMATS:
        raise PictureRefused(Refusal.UNKNOWN_FORMAT)
    return kind


def open_picture(data: bytes, kind: Kind) -> ImageFile.ImageFile:
    """The picture's header, read and measured; no pixel is decoded. Raises PictureRefused and ``BAD_FILE``."""
    too_many = PictureRefused(Refusal.TOO_MANY_PIXELS, limit=MAX_PIXELS // 1_000_000)
    try:
        image = Image.open(BytesIO(data), formats=[FORMATS[kind]])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many from error
    if image.width * image.height > MAX_PIXELS:
        raise too_many
    if min(image.size) == 0 or max(image.size) > MAX_SIDE:
        raise PictureRefused(Refusal.ODD_SHAPE)
    return image
