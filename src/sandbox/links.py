"""Link cards: what the pretend platforms know about a page that a post links to.

Real platforms read the page's Open Graph data. So does the sandbox, but only on
loopback: nothing here ever calls a host outside the machine. Other links get a
card with their address alone.
"""

from __future__ import annotations

import hashlib
import ipaddress
import threading
import time
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from sandbox import media
from sandbox.store import Store

AGENT = "SandboxLinkPreview/1.0"
PAGE_BYTES, PICTURE_BYTES, SECONDS = 512 * 1024, 8 * 1024 * 1024, 5


def is_loopback(url: str) -> bool:
    """Whether it is a web address on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https"):
            return False
        return host == "localhost" or host.endswith(".localhost") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def card(store: Store, url: str, base: str) -> dict[str, Any]:
    """`{url, title, description, image, host}`; what isn't known is an empty string."""
    row = store.row("select * from links where url=?", url)
    image = f"{base}/_media/_card/{row['image']}" if row and row["image"] else ""
    host = urlsplit(url if "//" in url else f"https://{url}").netloc.removeprefix("www.")
    return {
        "url": url,
        "title": (row["title"] or "") if row else "",
        "description": (row["description"] or "") if row else "",
        "image": image,
        "host": host,
    }


def learn(store: Store, url: str) -> None:
    """Reads the page in the background, when it is on this machine. Never fails, never waits."""
    if is_loopback(url):
        threading.Thread(target=_learn, args=(store, url), daemon=True).start()


class _Within(HTTPRedirectHandler):
    """Follows redirects on the machine only."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # type: ignore[no-untyped-def]
        return super().redirect_request(req, fp, code, msg, headers, newurl) if is_loopback(newurl) else None


def fetch(url: str, limit: int) -> tuple[bytes, str]:
    """At most `limit` bytes from an address on this machine, and where redirects led.

    Raises OSError (URLError is one) or ValueError; also when the address is elsewhere.
    """
    if not is_loopback(url):
        raise ValueError(f"{url} is not on this machine")
    request = Request(url, headers={"User-Agent": AGENT})  # noqa: S310 - http on loopback, checked above
    with build_opener(_Within).open(request, timeout=SECONDS) as got:
        return got.read(limit), got.url


def _learn(store: Store, url: str) -> None:
    try:
        page, address = fetch(url, PAGE_BYTES)
        found = _Reader()
        found.feed(page.decode("utf-8", "replace"))
        image = _picture(store, urljoin(address, found.image)) if found.image else None
        store.run(
            "insert or replace into links values (?,?,?,?,?)",
            url,
            found.title[:300],
            found.description[:600],
            image,
            time.time(),
        )
    except (OSError, ValueError):
        return
    except Exception:  # the sandbox was stopped meanwhile: the state is closed
        return


def _picture(store: Store, url: str) -> str | None:
    if not is_loopback(url):
        return None
    content, _ = fetch(url, PICTURE_BYTES)
    picture = media.Media("_card", hashlib.sha256(content).hexdigest()[:20], "", created=time.time())
    kind = picture.receive(content, 0)
    if not (kind.mime or "").startswith("image/") or kind.mime == "image/svg+xml":
        return None
    media.save(store, picture)
    return picture.id


class _Reader(HTMLParser):
    """Title, description and picture from a page's head, Open Graph first."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._meta: dict[str, str] = {}
        self._title = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "meta":
            name = (values.get("property") or values.get("name") or "").lower()
            self._meta.setdefault(name, (values.get("content") or "").strip())
        self._in_title = tag == "title"

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self._title += data

    @property
    def title(self) -> str:
        return self._meta.get("og:title") or self._title.strip()

    @property
    def description(self) -> str:
        return self._meta.get("og:description") or self._meta.get("description", "")

    @property
    def image(self) -> str:
        return self._meta.get("og:image", "")
