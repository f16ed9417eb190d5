"""Pictures made by code, as tests need them: good ones, and each kind of bad one. Most functions give bytes."""

from __future__ import annotations

import struct
import zlib
from functools import cache
from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw

RED, BLUE, GREEN, WHITE = (220, 20, 30), (30, 60, 200), (20, 160, 60), (255, 255, 255)
SCRIPT = "<script>alert(document.cookie)</script>"


def plain(width: int = 120, height: int = 80, colour: tuple[int, ...] = RED, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, (width, height), colour)


def halves(width: int = 1200, height: int = 800) -> Image.Image:
    """The left half red, the right half blue."""
    image = plain(width, height, BLUE)
    image.paste(RED, (0, 0, width // 2, height))
    return image


def landscape(width: int = 1600, height: int = 1000) -> Image.Image:
    """Something that compresses like a photo: soft areas, edges, and noise."""
    sky = Image.linear_gradient("L").resize((width, height))
    land = Image.radial_gradient("L").resize((width, height))
    grain = Image.effect_noise((width, height), 40)
    image = Image.merge("RGB", (sky, land, grain))
    ImageDraw.Draw(image).ellipse((width // 3, height // 4, width // 2, height // 2), fill=(250, 210, 80))
    return image


def save(image: Image.Image, form: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpeg(width: int = 120, height: int = 80, colour: tuple[int, ...] = RED, **options: Any) -> bytes:
    return save(plain(width, height, colour), "JPEG", **options)


def png(width: int = 120, height: int = 80, colour: tuple[int, ...] = RED, **options: Any) -> bytes:
    return save(plain(width, height, colour), "PNG", **options)


def transparent_png(width: int = 120, height: int = 80) -> bytes:
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, width // 2, height), fill=(*RED, 255))
    return save(image, "PNG")


@cache
def photo(width: int = 1600, height: int = 1000, quality: int = 92) -> bytes:
    return save(landscape(width, height), "JPEG", quality=quality)


# --- as cameras and phones send them --------------------------------------------------


def camera_exif(orientation: int = 1, artist: str = "") -> Image.Exif:
    """EXIF with a position, a serial number and the owner's name."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Nikon"
    if artist:
        exif[0x013B] = artist.encode()
    details = exif.get_ifd(0x8769)
    details[0xA431] = "SERIAL-4711"
    details[0xA430] = "Eierens Navn"
    gps = exif.get_ifd(0x8825)
    gps.update({1: "N", 2: (61.0, 13.0, 59.0), 3: "E", 4: (6.0, 4.0, 31.0)})
    return exif


def with_position(artist: str = "", **options: Any) -> bytes:
    return jpeg(exif=camera_exif(artist=artist), comment=b"SERIAL-4711", **options)


def turned(orientation: int = 6, width: int = 1200, height: int = 800) -> bytes:
    """S07 b: as the sensor saw it, with a note how to turn it."""
    return save(halves(width, height), "JPEG", exif=camera_exif(orientation), quality=90, comment=b"SERIAL-4711")


def mpo() -> bytes:
    """S07 a: two pictures in one file, the first red, the second blue (CIPA DC-007)."""
    return save(plain(), "MPO", save_all=True, append_images=[plain(colour=BLUE)])


def cmyk(cyan: int = 0, magenta: int = 255, yellow: int = 255, black: int = 0, **options: Any) -> bytes:
    """S07 c: as Pillow writes it, with Adobe's mark; 255 = full ink."""
    ink = Image.new("CMYK", (64, 64), (cyan, magenta, yellow, black))
    return save(ink, "JPEG", comment=b"SERIAL-4711", **options)


def heic(width: int = 120, height: int = 80) -> bytes:
    out = BytesIO()
    pillow_heif.from_pillow(plain(width, height)).save(out, exif=camera_exif().tobytes(), quality=80)
    return out.getvalue()


def avif() -> bytes:
    return save(plain(), "AVIF")


def tiff_cmyk() -> bytes:
    return save(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "TIFF")


def grey_16_bit() -> bytes:
    """Grey at half of 16 bits, as scanners write it."""
    return save(Image.new("I;16", (40, 40), 0x8000), "PNG")


def animated(form: str = "GIF") -> bytes:
    """Two frames: red, then blue."""
    return save(
        plain(), form, save_all=True, append_images=[plain(colour=BLUE)], duration=200, loop=0, comment=b"SERIAL-4711"
    )


# --- hostile --------------------------------------------------------------------------


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def lying_png(width: int, height: int, rows: int = 1) -> bytes:
    """A PNG that claims ``width`` × ``height`` and holds ``rows`` rows: huge sides, few bytes."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0" * ((width + 1) * rows), 9))
    return b"\x89PNG\r\n\x1a\n" + header + data + chunk(b"IEND", b"")


def text_bomb_png() -> bytes:
    """A small picture with a text that swells to 200 MB."""
    good = png()
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(200)) + packer.flush()
    return good[:33] + chunk(b"zTXt", b"Comment\0\0" + bomb) + good[33:]


def lying_jpeg(width: int, height: int) -> bytes:
    """A small JPEG whose header claims ``width`` × ``height``."""
    data = jpeg()
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def truncated(data: bytes, share: float = 0.6) -> bytes:
    return data[: int(len(data) * share)]


def svg(script: bool = False, prefix: str = "") -> bytes:
    inner = SCRIPT if script else '<rect width="10" height="10"/>'
    return f'{prefix}<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">{inner}</svg>'.encode()


def html() -> bytes:
    return f"<!DOCTYPE html><html><body>{SCRIPT}</body></html>".encode()


def php() -> bytes:
    return b"<?php system($_GET['c']); ?>"


def polyglot_jpeg() -> bytes:
    """A true JPEG with PHP in a comment and a page of HTML after its end."""
    return jpeg(comment=php()) + html()


def polyglot_png() -> bytes:
    good = png()
    return good[:33] + chunk(b"tEXt", b"Comment\0" + php()) + good[33:] + html()


def polyglot_gif() -> bytes:
    """Begins as a GIF and is a script."""
    return b"GIF89a/*" + b"\0" * 20 + b"*/=1;" + SCRIPT.encode()


# --- colour profiles, made from their definition (ICC.1:2010) -------------------------


def wide_gamut(colour: tuple[int, int, int] = (200, 100, 50)) -> bytes:
    """A JPEG in Display P3, as iPhones make them."""
    return jpeg(colour=colour, icc_profile=display_p3(), quality=100, subsampling=0, comment=b"SERIAL-4711")


def _s15(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _profile(space: bytes, connection: bytes, kind: bytes, tags: dict[bytes, bytes]) -> bytes:
    table, body, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", offset + len(body), len(value))
        body += value + b"\0" * (-len(value) % 4)
    size = offset + len(body)
    d50 = _s15(0.9642) + _s15(1.0) + _s15(0.8249)
    head = struct.pack(">I", size) + b"none" + b"\x02\x40\0\0" + kind + space + connection
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + d50
    return head.ljust(128, b"\0") + table + body


def display_p3() -> bytes:
    """Display P3 with a plain gamma of 2.2; columns adapted to D50. Its name lies: it says sRGB."""
    red, green, blue = (0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.78407)

    def xyz(values: tuple[float, float, float]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(_s15, values))

    gamma = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256))
    name = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"sRGB\0" + b"\0" * 78
    return _profile(
        b"RGB ",
        b"XYZ ",
        b"mntr",
        {
            b"desc": name,
            b"wtpt": xyz((0.9642, 1.0, 0.8249)),
            b"rXYZ": xyz(red),
            b"gXYZ": xyz(green),
            b"bXYZ": xyz(blue),
            b"rTRC": gamma,
            b"gTRC": gamma,
            b"bTRC": gamma,
        },
    )


def dull_cmyk_profile() -> bytes:
    """A press whose full inks are all mid-grey (L* = 50): a picture that obeys it comes out grey, never red."""
    grid = b"".join(bytes((255 if corner == 0 else 128, 128, 128)) for corner in range(16))  # 2 per ink, in Lab
    ramp = bytes(range(256))
    identity = b"".join(_s15(1.0 if i % 4 == 0 else 0.0) for i in range(9))
    lut = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + identity + ramp * 4 + grid + ramp * 3
    return _profile(b"CMYK", b"Lab ", b"prtr", {b"A2B0": lut, b"A2B1": lut})
