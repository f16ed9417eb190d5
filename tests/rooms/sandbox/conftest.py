"""One sandbox for the room's tests, emptied before each; clients that check every answer by contract."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from sandbox.server import SandboxServer, make_server

from .contract import Graph, OpenApi

PAGE = "100000000000001"
ORG = "urn:li:organization:1000001"


def png(width: int = 40, height: int = 30, padding: int = 0) -> bytes:
    """A true, small picture; `padding` makes the file larger without changing it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\x00" + b"\x40\x80\xc0" * width for _ in range(height))
    extra = chunk(b"tEXt", b"Comment\x00" + b"x" * padding) if padding else b""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )


def pdf(pages: int = 2) -> bytes:
    return b"%PDF-1.4\n" + b"".join(b"%d 0 obj<</Type /Page>>endobj\n" % n for n in range(pages)) + b"%%EOF"


@pytest.fixture(scope="session")
def server() -> Iterator[SandboxServer]:
    running = make_server().start()
    yield running
    running.shutdown()


@pytest.fixture(scope="session")
def http(server: SandboxServer) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=server.url, timeout=5) as client:
        yield client


@pytest.fixture(autouse=True)
def emptied(server: SandboxServer) -> None:
    """Nothing left of the test before; lists and processing without delay unless a test asks for it."""
    server.app.admin.forget()
    for name in ("x", "facebook", "linkedin"):
        server.store.set_setting(name, "list_lag_s", 0)
        server.store.set_setting(name, "processing_s", 0)


class Api:
    """A platform's API. Each answer is checked against the contract."""

    name = ""

    def __init__(self, http: httpx2.Client, server: SandboxServer) -> None:
        self.http, self.server = http, server

    @property
    def last_operation(self) -> str:
        """The operationId that the sandbox found for the call before this."""
        return self.server.app.journal.of(self.name)[-1]["operation"]

    def fault(self, kind: str, **more: Any) -> dict[str, Any]:
        response = self.http.post(f"/_sandbox/{self.name}/faults", json={"kind": kind, "times": 1, **more})
        assert response.status_code == 201, response.text
        return response.json()[0]

    def set(self, **settings: Any) -> None:
        assert self.http.post(f"/_sandbox/{self.name}/settings", json=settings).status_code == 200

    def posts(self, deleted: bool = False) -> list[dict[str, Any]]:
        return self.http.get(f"/_sandbox/{self.name}/posts", params={"deleted": "1"} if deleted else {}).json()

    def requests(self) -> list[dict[str, Any]]:
        return self.http.get(f"/_sandbox/{self.name}/requests").json()


class X(Api):
    name = "x"
    user = "1700000000000000001"
    contract = OpenApi("x.openapi.json", "x")

    def call(self, method: str, path: str, token: str = "sandbox-x-token", **more: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        response = self.http.request(method, f"/x{path}", headers=headers, **more)
        self.contract.check(self.last_operation, response)
        return response

    def post(self, text: str | None = None, media: list[str] | None = None, **more: Any) -> httpx2.Response:
        body = ({"text": text} if text is not None else {}) | ({"media": {"media_ids": media}} if media else {})
        return self.call("POST", "/2/tweets", json=body | more)

    def picture(self, content: bytes | None = None, alt: str | None = None) -> str:
        content = content or png()
        begun = self.call(
            "POST",
            "/2/media/upload/initialize",
            json={"total_bytes": len(content), "media_type": "image/png", "media_category": "tweet_image"},
        )
        id = begun.json()["data"]["id"]
        self.call(
            "POST",
            f"/2/media/upload/{id}/append",
            data={"segment_index": "0"},
            files={"media": ("blob", content, "application/octet-stream")},
        )
        self.call("POST", f"/2/media/upload/{id}/finalize")
        if alt is not None:
            self.call("POST", "/2/media/metadata", json={"id": id, "metadata": {"alt_text": {"text": alt}}})
        return id


class Facebook(Api):
    name = "facebook"
    contract = Graph()

    def call(self, method: str, path: str, token: str = "sandbox-facebook-token", **more: Any) -> httpx2.Response:
        response = self.http.request(
            method, f"/facebook/v25.0{path}", headers={"Authorization": f"Bearer {token}"} if token else {}, **more
        )
        if response.status_code >= 400:
            self.contract.check_error(response)
        return response

    def post(self, **data: Any) -> httpx2.Response:
        response = self.call("POST", f"/{PAGE}/feed", data=data)
        if response.status_code == 200:
            self.contract.check_keys("POST /{page-id}/feed", response.json())
        return response

    def photo(self, content: bytes | None = None, alt: str = "", published: bool = False) -> httpx2.Response:
        data = {"published": str(published).lower(), "alt_text_custom": alt}
        files = {"source": ("bilde.png", content or png(), "image/png")}
        response = self.call("POST", f"/{PAGE}/photos", data=data, files=files)
        if response.status_code == 200:
            self.contract.check_keys("POST /{page-id}/photos", response.json())
        return response


class LinkedIn(Api):
    name = "linkedin"
    contract = OpenApi("linkedin.rest.json", "linkedin")
    headers = {"LinkedIn-Version": "202611", "X-Restli-Protocol-Version": "2.0.0"}

    def call(
        self,
        method: str,
        path: str,
        token: str = "sandbox-linkedin-token",
        headers: dict[str, str | None] | None = None,
        **more: Any,
    ) -> httpx2.Response:
        sent = {"Authorization": f"Bearer {token}" if token else None, **self.headers, **(headers or {})}
        kept = {k: v for k, v in sent.items() if v is not None}
        response = self.http.request(method, f"/linkedin{path}", headers=kept, **more)
        self.contract.check(self.last_operation, response)
        return response

    def post(self, commentary: str, content: dict[str, Any] | None = None, **more: Any) -> httpx2.Response:
        body = {
            "author": ORG,
            "commentary": commentary,
            "visibility": "PUBLIC",
            "distribution": {"feedDistribution": "MAIN_FEED"},
            "lifecycleState": "PUBLISHED",
        }
        return self.call("POST", "/rest/posts", json=body | ({"content": content} if content else {}) | more)

    def get(self, urn: str, kind: str = "posts") -> httpx2.Response:
        return self.call("GET", f"/rest/{kind}/{quote(urn, safe='')}")

    def begin(self, kind: str = "image") -> dict[str, Any]:
        begun = self.call(
            "POST", f"/rest/{kind}s?action=initializeUpload", json={"initializeUploadRequest": {"owner": ORG}}
        )
        return begun.json()["value"]

    def upload(self, content: bytes | None = None, kind: str = "image") -> str:
        value = self.begin(kind)
        assert self.http.put(value["uploadUrl"], content=content or png()).status_code == 201
        return value[kind]


@pytest.fixture
def x(http: httpx2.Client, server: SandboxServer) -> X:
    return X(http, server)


@pytest.fixture
def facebook(http: httpx2.Client, server: SandboxServer) -> Facebook:
    return Facebook(http, server)


@pytest.fixture
def linkedin(http: httpx2.Client, server: SandboxServer) -> LinkedIn:
    return LinkedIn(http, server)
