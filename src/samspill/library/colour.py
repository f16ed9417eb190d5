"""Colours made sRGB, which is what browsers and platforms take a picture for when they drop its profile."""

from __future__ import annotations

from io import BytesIO
from itertools import product

from PIL import Image, ImageCms

from samspill.library.refusals import Note

# Colours that move less than this (of 255) look the same: the profile is sRGB under whatever name it carries.
SAME = 4
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
_SPACES = {"RGB": "RGB ", "RGBA": "RGB ", "CMYK": "CMYK", "L": "GRAY"}


def to_srgb(image: Image.Image) -> tuple[Image.Image, Note | None]:
    """``image`` in sRGB, as L, LA, P, RGB or RGBA, and what was done to it.

    An embedded profile decides. CMYK without a usable one is converted by the plain formula, on the values
    that Pillow hands over, which has already undone Adobe's inversion (libjpeg's note on Adobe CMYK).
    A profile that is damaged or meant for another kind of picture is ignored.
    """
    profile = _profile(image)
    if profile is None:
        return (image.convert("RGB"), Note.CMYK) if image.mode in ("CMYK", "YCbCr", "LAB", "HSV") else (image, None)
    whole = _with_whole_pixels(image)
    if whole.mode not in _SPACES or profile.profile.xcolor_space != _SPACES[whole.mode]:
        return (image.convert("RGB"), Note.CMYK) if image.mode == "CMYK" else (image, None)
    try:
        if whole.mode in ("RGB", "RGBA") and is_srgb(profile):
            return image, None
        converted = _convert(whole, profile)
    except ImageCms.PyCMSError:
        return (image.convert("RGB"), Note.CMYK) if image.mode == "CMYK" else (image, None)
    return converted, Note.CMYK if image.mode == "CMYK" else Note.WIDE_GAMUT


def is_right(image: Image.Image) -> bool:
    """Whether ``to_srgb`` would leave ``image`` as it is; no pixel of it is decoded."""
    probe = Image.new(image.mode, (1, 1))
    if "icc_profile" in image.info:
        probe.info["icc_profile"] = image.info["icc_profile"]
    return to_srgb(probe)[1] is None


def is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Whether an RGB profile leaves colours where sRGB has them; its name is not believed."""
    levels = (0, 51, 102, 153, 204, 255)
    colours = list(product(levels, repeat=3))
    probe = Image.frombytes("RGB", (len(colours), 1), bytes(value for colour in colours for value in colour))
    moved = _convert(probe, profile).tobytes()
    return max(abs(a - b) for a, b in zip(probe.tobytes(), moved, strict=True)) < SAME


def _convert(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    out = ImageCms.profileToProfile(
        image,
        profile,
        _SRGB,
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGBA" if image.mode == "RGBA" else "RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert out is not None  # None only for inPlace
    return out.convert("L") if image.mode == "L" else out


def _profile(image: Image.Image) -> ImageCms.ImageCmsProfile | None:
    raw = image.info.get("icc_profile")
    if not raw:
        return None
    try:
        return ImageCms.ImageCmsProfile(BytesIO(raw))
    except (OSError, ImageCms.PyCMSError):
        return None


def _with_whole_pixels(image: Image.Image) -> Image.Image:
    if image.mode == "P":
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode == "LA":
        return image.convert("RGBA")
    return image
