"""What a file is, told by its first bytes; its name is never believed."""

from __future__ import annotations

from enum import StrEnum

HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
AVIF_BRANDS = {b"avif", b"avis"}
RAW_EXTENSIONS = {"dng", "nef", "cr2", "cr3", "arw", "orf", "rw2", "raf", "pef", "srw"}


class Kind(StrEnum):
    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    TIFF = "tiff"
    HEIF = "heif"
    AVIF = "avif"
    SVG = "svg"
    MARKUP = "markup"  # HTML, XML, PHP, any other text
    PDF = "pdf"
    OTHER = "other"


EXTENSIONS = {
    Kind.JPEG: {"jpg", "jpeg", "jpe", "jfif", "mpo"},
    Kind.PNG: {"png", "apng"},
    Kind.GIF: {"gif"},
    Kind.WEBP: {"webp"},
    Kind.TIFF: {"tif", "tiff"},
    Kind.HEIF: {"heic", "heif", "hif"},
    Kind.AVIF: {"avif"},
}


def sniff(data: bytes) -> Kind:
    """The kind of ``data``, which need hold no more than the file's first 4 kB."""
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Kind.GIF
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data.startswith((b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")):
        return Kind.TIFF
    if data[4:8] == b"ftyp":
        return _by_brand(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        return Kind.PDF
    return _text(data)


def _by_brand(data: bytes) -> Kind:
    """ISO 14496-12: major brand at 8, compatible brands from 16 to the end of the box."""
    end = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12]} | {data[at : at + 4] for at in range(16, end, 4)}
    if brands & AVIF_BRANDS:
        return Kind.AVIF
    return Kind.HEIF if brands & HEIF_BRANDS else Kind.OTHER


def _text(data: bytes) -> Kind:
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16
        head = head[2:].replace(b"\x00", b"")
    head = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head.startswith(b"<"):
        return Kind.OTHER
    if head.startswith((b"<!doctype html", b"<html", b"<?php")):
        return Kind.MARKUP
    return Kind.SVG if b"<svg" in head or b"<!doctype svg" in head else Kind.MARKUP
