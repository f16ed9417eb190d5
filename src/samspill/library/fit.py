"""A picture made to fit a platform's rules, and changed no more than it must be. No Django here.

The same picture and the same rules always give the same bytes (with the same Pillow).
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from samspill.library.intake import encode, has_transparency
from samspill.library.refusals import PictureRefused, Refusal

# Of JPEG and WebP, tried in turn at full size; below the last one a smaller picture looks better than a coarser one.
QUALITIES = (90, 84, 76)
# Raised when the recipe changes, so that nothing made by the old one is taken for the new.
RECIPE = 1
_SMALLEST_SIDE = 16
_WAYS = ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True, slots=True)
class PictureSpec:
    """What a platform takes: bytes, MIME types, pixels on the longer side, pixels in all. 0 = not limited."""

    max_bytes: int
    mime_types: tuple[str, ...]
    max_side: int = 0
    max_pixels: int = 0

    @property
    def key(self) -> str:
        """The rules in one line; equal rules have equal keys, whatever the order of their types."""
        types = "+".join(sorted(mime.removeprefix("image/") for mime in set(self.mime_types)))
        return f"v{RECIPE} b{self.max_bytes} s{self.max_side} p{self.max_pixels} {types}"

    def shrink(self, width: int, height: int) -> float:
        """The factor by which sides must shrink; 1.0 if the picture is small enough."""
        factor = 1.0
        if self.max_side:
            factor = min(factor, self.max_side / max(width, height))
        if self.max_pixels:
            factor = min(factor, (self.max_pixels / (width * height)) ** 0.5)
        return factor

    def takes(self, mime: str, size: int, width: int, height: int) -> bool:
        """Whether such a picture may go as it is."""
        right_size = not self.max_bytes or size <= self.max_bytes
        return right_size and mime in self.mime_types and self.shrink(width, height) >= 1.0


@dataclass(frozen=True, slots=True)
class Fitted:
    data: bytes
    mime: str
    width: int
    height: int


def fit(data: bytes, mime: str, spec: PictureSpec) -> Fitted:
    """``data`` (as taken in: JPEG or PNG, upright, sRGB) within ``spec``, unchanged if it is already.

    Otherwise smaller, then coarser, then smaller still. A transparent PNG stays PNG while it fits, else it is laid on
    white. Raises PictureRefused(CANNOT_FIT) when no type that we write is taken, or nothing readable is small enough.
    """
    image: Image.Image = Image.open(BytesIO(data))
    if spec.takes(mime, len(data), *image.size):
        return Fitted(data, mime, *image.size)
    ways = [way for way in _WAYS if way in spec.mime_types]
    if not ways:
        raise PictureRefused(Refusal.CANNOT_FIT)
    exif = image.info.get("exif", b"")  # artist and copyright, nothing else is at rest
    image = _shrunk(image, spec.shrink(*image.size))
    if mime == "image/png" and "image/png" in ways:
        packed = encode(image, "image/png")
        if not spec.max_bytes or len(packed) <= spec.max_bytes:
            return Fitted(packed, "image/png", *image.size)
    way = ways[0]
    if way == "image/jpeg":
        image = on_white(image)
    return _squeezed(image, way, exif, spec)


def on_white(image: Image.Image) -> Image.Image:
    """The picture without transparency, as if it lay on white paper."""
    if not has_transparency(image):
        return image if image.mode in ("L", "RGB") else image.convert("RGB")
    layer = image.convert("RGBA")
    paper = Image.new("RGBA", layer.size, (255, 255, 255, 255))
    return Image.alpha_composite(paper, layer).convert("RGB")


def _squeezed(whole: Image.Image, way: str, exif: bytes, spec: PictureSpec) -> Fitted:
    """Coarser step by step, then smaller, each time from the whole picture, until it fits."""
    qualities = QUALITIES if way != "image/png" else QUALITIES[:1]  # PNG knows no quality
    image, factor = whole, 1.0
    while True:
        for quality in qualities:
            packed = encode(image, way, quality, exif)
            if not spec.max_bytes or len(packed) <= spec.max_bytes:
                return Fitted(packed, way, *image.size)
            if len(packed) > 2 * spec.max_bytes:  # coarser alone will not do
                break
        # Bytes go with the area and a little faster, since fine grain goes first: a step too short only costs a round.
        factor *= min(0.9, (spec.max_bytes / len(packed)) ** 0.4)
        if max(whole.size) * factor < _SMALLEST_SIDE:
            raise PictureRefused(Refusal.CANNOT_FIT)
        image = _shrunk(whole, factor)


def _shrunk(image: Image.Image, factor: float) -> Image.Image:
    """Sides times ``factor``, rounded down so that no limit is passed by a pixel."""
    if factor >= 1.0:
        image.load()
        return image
    width, height = (max(1, int(side * factor)) for side in image.size)
    if image.format == "JPEG":
        # libjpeg decodes at 1/2, 1/4 or 1/8 for a fraction of time and memory; never below what is wanted.
        image.draft(image.mode, (2 * width, 2 * height))
    if image.mode in ("1", "P"):
        image = image.convert("RGBA" if "transparency" in image.info else "L" if image.mode == "1" else "RGB")
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
