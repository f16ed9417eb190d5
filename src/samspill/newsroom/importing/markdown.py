"""A folder of Markdown files with front matter as items. Nothing outside of the folder is ever read. No Django.

Front matter is YAML between two lines of ``---`` (safe types only). Its keys, in Norwegian or English: see ``_KEYS``.
The text is CommonMark; HTML in it is text, not markup.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from markdown_it import MarkdownIt

from samspill.newsroom.importing import dates
from samspill.newsroom.importing.addresses import is_address
from samspill.newsroom.importing.items import Item, Note, PictureRef, SourceError, Told, Unreadable

LARGEST = 2 * 1024 * 1024  # bytes of one file
MOST = 20_000  # files
_KEYS = {
    "title": ("title", "tittel"),
    "lead": ("lead", "ingress", "description", "summary"),
    "date": ("date", "dato", "published", "publisert"),
    "changed": ("updated", "lastmod", "endret"),
    "language": ("language", "lang", "språk", "sprak"),
    "brand": ("brand", "avsender"),
    "subjects": ("subjects", "emner", "categories", "tags"),
    "picture": ("image", "bilde"),
    "alt": ("image_alt", "alt", "bilde_alt"),
    "caption": ("image_caption", "bildetekst"),
    "address": ("address", "url", "adresse", "permalink"),
    "old": ("aliases", "gamle_adresser"),
    "draft": ("draft", "kladd"),
    "id": ("id",),
    "kind": ("kind", "type", "slag"),
}
_BLOG = ("blog", "blogg", "blog_post", "blogginnlegg")


def read(folder: Path) -> Iterator[Item | Unreadable]:
    """Every ``.md`` file below the folder, by name. Links that lead elsewhere are not followed. Raises SourceError."""
    try:
        root = folder.resolve(strict=True)
    except OSError:
        raise SourceError("not_found", name=str(folder)) from None
    if not root.is_dir():
        raise SourceError("no_folder", name=str(folder))
    return _each(root)


def _each(root: Path) -> Iterator[Item | Unreadable]:
    for count, path in enumerate(_files(root), start=1):
        name = path.relative_to(root).as_posix()
        try:
            if count > MOST:
                raise SourceError("too_many", limit=MOST)
            yield _item(path, root)
        except SourceError as error:
            yield Unreadable(name, error)
            if error.code == "too_many":
                return


def _files(root: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.lower().endswith((".md", ".markdown")) and not name.startswith("."):
                yield Path(here) / name


def inside(root: Path, path: Path) -> Path:
    """``path`` itself, links followed. Raises SourceError("outside") unless it lies within ``root``."""
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):
        raise SourceError("not_found", name=path.name[:100]) from None
    if not real.is_relative_to(root) or not real.is_file():
        raise SourceError("outside", name=path.name[:100])
    return real


def _item(path: Path, root: Path) -> Item:
    real = inside(root, path)
    if real.stat().st_size > LARGEST:
        raise SourceError("too_large", limit=LARGEST // 1024 // 1024)
    try:
        text = real.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise SourceError("wrong_encoding", name="UTF-8") from None
    front, body = _split(text)
    values = {key: next((front[name] for name in names if name in front), None) for key, names in _KEYS.items()}
    title = _line(values["title"])
    if not title and (found := re.match(r"#\s+(.+?)\s*#*\n", body.lstrip() + "\n")):
        title, body = found[1], body.lstrip()[found.end() :]
    at, told = _date(values["date"])
    name = real.relative_to(root).as_posix()
    address = _line(values["address"])
    draft = values["draft"] is True
    return Item(
        id=_line(values["id"]) or name,
        title=title,
        html=_html(body),
        lead=_line(values["lead"]),
        address=_as_address(address),
        base=real.parent.as_uri() + "/",
        published_at=at,
        changed_at=_date(values["changed"])[0],
        language=_line(values["language"]),
        brand=_line(values["brand"]),
        subjects=tuple(dict.fromkeys(_list(values["subjects"]))),
        blog=_line(values["kind"]).lower() in _BLOG,
        public=not draft,
        main_picture=_picture(values, real.parent, root),
        folder=root,
        old_paths=tuple(filter(None, (_as_address(old) for old in _list(values["old"])))),
        told=(*told, Told.of(Note.NOT_PUBLIC)) if draft else told,
    )


def _split(text: str) -> tuple[dict[str, Any], str]:
    """Front matter and body. A file without front matter is all body."""
    if not text.startswith("---\n"):
        return {}, text
    head, mark, body = text[4:].partition("\n---")
    if not mark or (body and body[0] not in "\n- \t"):
        raise SourceError("broken_front_matter")
    try:
        # A few lines of YAML's anchors and aliases fill any memory; front matter has no use for them.
        if any(isinstance(token, yaml.AnchorToken | yaml.AliasToken) for token in yaml.scan(head)):
            raise SourceError("hostile_front_matter")
        found = yaml.safe_load(head)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise SourceError("broken_front_matter") from None
    if found is not None and not isinstance(found, dict):
        raise SourceError("broken_front_matter")
    return {str(key).lower(): value for key, value in (found or {}).items()}, body.lstrip("-").lstrip("\n")


def _html(body: str) -> str:
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(body))


def _picture(values: dict[str, Any], here: Path, root: Path) -> PictureRef | None:
    address = _line(values["picture"])
    if not address:
        return None
    return local_or_remote(
        address, here.as_uri() + "/", root, alt=_line(values["alt"]), caption=_line(values["caption"])
    )


def local_or_remote(address: str, base: str, root: Path, *, alt: str, caption: str) -> PictureRef:
    """A picture in the folder, or on the web. ``/`` at the front means the folder that was given.

    What leads out of the folder is found out when the picture is read (``inside``).
    """
    if is_address(address):
        return PictureRef(address, alt, caption)
    from urllib.parse import unquote, urlsplit

    plain = unquote(urlsplit(address).path) if "?" not in address else unquote(address.partition("?")[0])
    here = Path(unquote(urlsplit(base).path))
    path = root / plain.lstrip("/") if plain.startswith("/") else here / plain
    return PictureRef(address, alt, caption, path=path)


def _date(value: Any) -> tuple[dt.datetime | None, tuple[Told, ...]]:
    if value is None:
        return None, (Told.of(Note.DATE_UNKNOWN, text=""),)
    text = value.isoformat(" ") if isinstance(value, dt.datetime) else str(value)
    found = dates.read(text)
    if found.at is None:
        return None, (Told.of(Note.DATE_UNKNOWN, text=text[:60]),)
    return found.at, (Told.of(Note.ZONE_ASSUMED, text=text[:60]),) if found.zone_assumed else ()


def _as_address(text: str) -> str:
    """An address of the web, or a path on the old site."""
    if is_address(text):
        return text
    plain = PurePosixPath("/" + text.lstrip("/"))
    if not text or ".." in plain.parts or len(text) > 400:
        return ""
    return str(plain) + ("/" if text.endswith("/") and plain.name else "")


def _line(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int | float) and value is not True else ""


def _list(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else str(value).split(",") if isinstance(value, str) else []
    return [line for part in parts if (line := _line(part))]
