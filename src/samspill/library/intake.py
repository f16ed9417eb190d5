"""A picture taken in: whatever a camera, a phone or a stranger sends becomes a file that is safe to hand out.

At rest a picture is a JPEG or a PNG: upright, sRGB, still, at most 50 megapixels, without metadata but artist and
copyright. So every rendition, every public address and every platform gets the right colours and sides, and nobody
can download where a photo was taken. What arrives as such keeps its picture data bit for bit; HEIC, TIFF, WebP, AVIF
and GIF become JPEG, or PNG when they are transparent or drawn with few colours.
Moving pictures stand still at their first frame: WCAG 2.2 asks for a way to stop what moves (2.2.2), and a picture
has none. Movement belongs in a video.

No Django here. The same bytes always give the same bytes, and what was taken in once passes unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from samspill.library.colour import is_right, to_srgb
from samspill.library.credit import Credit, exif_with, find_credit
from samspill.library.decode import BAD_FILE, open_picture, recognise
from samspill.library.jpegfile import clean_jpeg, has_too_many_scans
from samspill.library.names import extension, stem
from samspill.library.pngfile import bit_depth, clean_png, has_all_rows
from samspill.library.refusals import Note, PictureRefused, Refusal
from samspill.library.sniff import EXTENSIONS, Kind

KEPT_PIXELS = 50_000_000  # a poster of 60 × 90 cm at 200 dpi needs 34 million
QUALITY = 92
FEW_COLOURS = 256
CAREFUL_PIXELS = 6_000_000  # above, the packing that saves a twentieth of the bytes takes too long
ORIENTATION = 0x0112  # EXIF 2.32
_STILL = (Kind.TIFF, Kind.HEIF)  # several pictures in one file are pages here, not movement
_MAYBE_DRAWN = (Kind.GIF, Kind.TIFF, Kind.WEBP)  # HEIC and AVIF come from cameras


@dataclass(frozen=True, slots=True)
class Intake:
    """A picture as it will be kept. ``name`` is the file's cleaned name with the right ending; sizes in pixels."""

    data: bytes
    name: str
    mime: str
    width: int
    height: int
    notes: tuple[Note, ...]
    credit: Credit


def take_in(data: bytes, name: str) -> Intake:
    """``data`` made safe and right. Raises PictureRefused with the reason, and nothing else, on any input."""
    kind = recognise(data, name)
    try:
        return _take_in(data, name, kind)
    except BAD_FILE as error:
        raise PictureRefused(Refusal.DAMAGED) from error


def _take_in(data: bytes, name: str, kind: Kind) -> Intake:
    opened = open_picture(data, kind)
    if kind == Kind.JPEG and has_too_many_scans(data):
        raise PictureRefused(Refusal.DAMAGED)
    if kind == Kind.PNG:
        if not has_all_rows(data):  # Pillow would fill up with black
            raise PictureRefused(Refusal.DAMAGED)
        opened.load()  # before anyone asks for EXIF: that loads too, and a second try hides what the first one met
    size = opened.size
    credit = find_credit(opened)
    notes = _first_notes(opened, name, kind)
    kept = None if Note.TURNED in notes else _as_it_is(opened, data, kind, credit)
    if kept is not None:
        mime = f"image/{kind.value}"
    else:
        image, more = _put_right(opened, turned=Note.TURNED in notes)
        notes += more
        kept, mime = _encode(image, kind, credit)
        size = image.size
        if mime != f"image/{kind.value}":
            notes.append(Note.CONVERTED)
    ending = ".png" if mime == "image/png" else ".jpg"
    return Intake(kept, stem(name) + ending, mime, *size, tuple(notes), credit)


def _first_notes(image: Image.Image, name: str, kind: Kind) -> list[Note]:
    notes = []
    if extension(name) not in EXTENSIONS[kind]:
        notes.append(Note.RENAMED)
    if getattr(image, "is_animated", False) and image.format != "MPO" and kind not in _STILL:
        notes.append(Note.ANIMATED)
    if _orientation(image) in range(2, 9):
        notes.append(Note.TURNED)
    return notes


def _orientation(image: Image.Image) -> int:
    """EXIF's Orientation; 1 (upright) where EXIF is missing or can't be read: no reason to refuse a good picture."""
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except BAD_FILE:
        return 1
    return value if isinstance(value, int) else 1


def _as_it_is(image: Image.Image, data: bytes, kind: Kind, credit: Credit) -> bytes | None:
    """The same picture data without its metadata, when no more is needed; else None.

    The picture is decoded once all the same, a JPEG at an eighth of its size: a file cut short shows only then.
    """
    if image.width * image.height > KEPT_PIXELS or not is_right(image):
        return None
    if kind == Kind.JPEG and image.mode in ("L", "RGB"):
        try:
            cleaned = clean_jpeg(data, exif_with(credit))
        except PictureRefused:
            return None  # junk between its parts, which decoders forgive: it is written anew
        image.draft(image.mode, (image.width // 8, image.height // 8))
        image.load()
        return cleaned
    if kind == Kind.PNG and bit_depth(data) <= 8:
        return clean_png(data)
    return None


def _put_right(image: Image.Image, turned: bool) -> tuple[Image.Image, list[Note]]:
    """First frame, upright, sRGB, eight bits, not larger than we keep."""
    notes = []
    image.seek(0)
    image.load()
    upright = ImageOps.exif_transpose(image) if turned else image
    if upright.mode.startswith("I"):  # 16 bits of grey
        upright = upright.convert("I").point(lambda level: level / 257).convert("L")
    right, note = to_srgb(upright)
    if note:
        notes.append(note)
    if right.width * right.height > KEPT_PIXELS:
        factor = (KEPT_PIXELS / (right.width * right.height)) ** 0.5
        right = right.resize((max(1, int(right.width * factor)), max(1, int(right.height * factor))), reducing_gap=2.0)
        notes.append(Note.REDUCED)
    return right, notes


def _encode(image: Image.Image, kind: Kind, credit: Credit) -> tuple[bytes, str]:
    """The bytes to keep and their MIME type. Nothing of the old file's metadata is handed to the encoder."""
    if has_transparency(image) or kind == Kind.PNG or (kind in _MAYBE_DRAWN and image.getcolors(FEW_COLOURS)):
        mode = image.mode if image.mode in ("1", "L", "LA", "RGB", "RGBA") else "RGBA"
        image = image.convert(mode) if has_transparency(image) or image.mode != "P" else image
        return encode(image, "image/png"), "image/png"
    return encode(image, "image/jpeg", quality=QUALITY, exif=exif_with(credit)), "image/jpeg"


def has_transparency(image: Image.Image) -> bool:
    """Whether any part of a decoded picture lets through what is behind it."""
    if image.mode == "P" and "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode not in ("LA", "RGBA"):
        return "transparency" in image.info
    return image.getchannel("A").point(lambda alpha: 255 - alpha).getbbox() is not None


def encode(image: Image.Image, mime: str, quality: int = QUALITY, exif: bytes = b"") -> bytes:
    """``image`` as JPEG, PNG or WebP, without metadata but ``exif``."""
    # Pillow writes comments, profiles and more of what it once read, unasked.
    image.info = {key: value for key, value in image.info.items() if key == "transparency"}
    out = BytesIO()
    if mime == "image/jpeg":
        image = image if image.mode in ("L", "RGB") else image.convert("RGB")
        careful = image.width * image.height <= CAREFUL_PIXELS
        image.save(out, "JPEG", quality=quality, optimize=careful, progressive=careful, exif=exif)
    elif mime == "image/png":
        image.save(out, "PNG", optimize=image.mode == "P")
    else:
        image.save(out, "WEBP", quality=quality, exif=exif)
    return out.getvalue()
