"""From what was written on the command line to a source's items. No Django; reads files and the net."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from samspill.channels import guarded
from samspill.newsroom.importing import feeds, markdown, wxr, xmlfile
from samspill.newsroom.importing.addresses import is_address
from samspill.newsroom.importing.arguments import Form, Options
from samspill.newsroom.importing.items import Source, SourceError

LARGEST = 64 * 1024 * 1024  # bytes of a feed or an export; WordPress parts larger ones itself
SECONDS = 60.0
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8"


def read(options: Options) -> Source:
    """The source's key and items. Raises SourceError when nothing of it can be read."""
    if options.form is Form.MARKDOWN:
        folder = Path(options.source)
        return Source(f"markdown:{options.name or folder.resolve().name}"[:300], markdown.read(folder))
    data, charset, address = _bytes_of(options)
    root = xmlfile.parse(data, charset)
    items = feeds.read(root, address) if options.form is Form.RSS else wxr.read(root)
    key = options.name or feeds.home_of(root) or address or Path(options.source).name
    return Source(f"{options.form}:{key}"[:300], items)


def _bytes_of(options: Options) -> tuple[bytes, str, str]:
    """Bytes, the charset that a server named, and the address ("" for a file)."""
    source = options.source
    if not re.match(r"(?i)https?:", source):
        return _file(Path(source)), "", ""
    if not is_address(source):
        raise SourceError("bad_address")
    try:
        answer = guarded.get(
            source, limit=LARGEST, seconds=SECONDS, allow_private=options.allow_private, accept=_ACCEPT
        )
    except guarded.NotAllowed as refused:
        raise SourceError(refused.code, name=urlsplit(source).hostname) from None
    except guarded.Failed as failed:
        raise SourceError(failed.code, name=urlsplit(source).hostname, limit=LARGEST // 1024 // 1024) from None
    if not answer.ok:
        raise SourceError("status", status=answer.status)
    found = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9._-]{1,40})", answer.headers.get("content-type", ""))
    return answer.body, found[1] if found else "", source


def _file(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise SourceError("not_found", name=str(path))
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError):
        raise SourceError("not_found", name=str(path)) from None
    if len(data) > LARGEST:
        raise SourceError("too_large", limit=LARGEST // 1024 // 1024)
    return data
