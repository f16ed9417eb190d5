"""Why a picture was not taken in or could not be made to fit. No Django; the words for people are in ``words.py``."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Refusal(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"  # data: size, limit (bytes)
    TOO_MANY_PIXELS = "too_many_pixels"  # data: limit (megapixels)
    ODD_SHAPE = "odd_shape"  # no width or height, or a side of more than 65,000 pixels
    SVG = "svg"
    RAW = "raw"  # a camera's own raw format
    NOT_A_PICTURE = "not_a_picture"  # data: name
    UNKNOWN_FORMAT = "unknown_format"
    DAMAGED = "damaged"
    CANNOT_FIT = "cannot_fit"  # no way to make it as small, or of a type, as a platform asks


class PictureRefused(Exception):
    """This file is not taken in. ``data`` fills the words."""

    def __init__(self, code: Refusal, **data: Any) -> None:
        super().__init__(f"{code.value} {data}" if data else code.value)
        self.code = code
        self.data = data


class Note(StrEnum):
    """What was changed in a picture that was taken in; the editor is told."""

    ANIMATED = "animated"  # it moved; the first frame was kept
    CONVERTED = "converted"  # another format than the file had
    RENAMED = "renamed"  # the file's extension was not what it held
    TURNED = "turned"
    CMYK = "cmyk"
    WIDE_GAMUT = "wide_gamut"
    REDUCED = "reduced"  # more pixels than anyone prints
