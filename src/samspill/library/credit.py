"""Who made a picture: read from its metadata, and the one thing of it that a file at rest keeps.

Everything else in EXIF, IPTC and XMP goes (positions, serial numbers, names of software and owners).
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageFile, IptcImagePlugin

from samspill.library.decode import BAD_FILE
from samspill.library.names import clean_title

ARTIST, COPYRIGHT = 0x013B, 0x8298  # EXIF 2.32
BY_LINE, CREDIT, COPYRIGHT_NOTICE = (2, 80), (2, 110), (2, 116)  # IPTC-IIM 4.2
LIMIT = 200  # signs


@dataclass(frozen=True, slots=True)
class Credit:
    artist: str = ""
    copyright: str = ""
    line: str = ""  # as the photographer wants it printed

    @property
    def text(self) -> str:
        """What stands beside the picture, as far as the file tells."""
        return self.line or self.artist


def find_credit(image: ImageFile.ImageFile) -> Credit:
    """The credit in an opened picture's EXIF and IPTC; empty where there is none or it can't be read."""
    try:
        exif = image.getexif()
        iptc = IptcImagePlugin.getiptcinfo(image) or {}
    except BAD_FILE:
        return Credit()
    return Credit(
        artist=_text(exif.get(ARTIST)) or _text(iptc.get(BY_LINE)),
        copyright=_text(exif.get(COPYRIGHT)) or _text(iptc.get(COPYRIGHT_NOTICE)),
        line=_text(iptc.get(CREDIT)),
    )


def exif_with(credit: Credit) -> bytes:
    """EXIF with artist and copyright alone; b"" when neither is known."""
    exif = Image.Exif()
    # As bytes: Pillow would make question marks of æ, ø and å.
    if credit.artist:
        exif[ARTIST] = credit.artist.encode()
    if credit.copyright:
        exif[COPYRIGHT] = credit.copyright.encode()
    return exif.tobytes() if len(exif) else b""


def _text(value: object) -> str:
    """EXIF strings come as Latin-1 whatever they are; IPTC as bytes, or a list of them."""
    if isinstance(value, list):
        value = value[0] if value else b""
    raw = value.encode("latin-1", "replace") if isinstance(value, str) else value
    if not isinstance(raw, bytes):
        return ""
    raw = raw[: 4 * LIMIT]
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return clean_title(text.replace("\0", " "))[:LIMIT]
