"""Files: taken in whatever they are, and judged when a record uses them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from werkzeug.wrappers import Response

from sandbox import media
from sandbox.bluesky import cid, errors
from sandbox.media import Media
from sandbox.platform import Call, answer

LARGEST = 50 * 1024 * 1024


def upload(call: Call) -> Response:
    """POST com.atproto.repo.uploadBlob: the limit of a picture is the record's to check, not this call's."""
    content = call.request.get_data()
    if not call.request.headers.get("Content-Type"):
        raise errors.refusal(400, None, "Request encoding (Content-Type) required but not provided")
    if len(content) > LARGEST:
        raise errors.refusal(413)
    name = cid.of_bytes(content)
    found = media.by_id(call.store, "bluesky", name) or Media("bluesky", name, call.account.id, created=time.time())
    found.receive(content, 0)
    found.mime = found.mime or call.request.mimetype
    found.data["owners"] = sorted({*found.data.get("owners", []), call.account.id})
    found.expires = time.time() + call.setting("blob_expires_s")
    media.save(call.store, found)
    blob = {"$type": "blob", "ref": {"$link": name}, "mimeType": found.mime, "size": len(content)}
    return answer({"blob": blob})


def in_record(value: Any) -> Iterator[dict[str, Any]]:
    """All blobs that a record names."""
    if isinstance(value, dict):
        if value.get("$type") == "blob":
            yield value
        else:
            for part in value.values():
                yield from in_record(part)
    elif isinstance(value, list):
        for part in value:
            yield from in_record(part)


def take(call: Call, record: dict[str, Any], uri: str) -> None:
    """Ties the record's blobs to it. Raises Refusal when one is not there, or is not what the record says."""
    for blob in in_record(record):
        name = blob["ref"]["$link"]
        found = media.by_id(call.store, "bluesky", name)
        if found is None or found.expired or call.account.id not in found.data["owners"]:
            raise errors.refusal(400, "BlobNotFound", f"Could not find blob: {name}")
        size = len(found.content or b"")
        if found.mime != blob["mimeType"]:
            words = f"Expected: {found.mime}, Got: {blob['mimeType']}"
            raise errors.refusal(400, "InvalidMimeType", f"Referenced Mimetype does not match stored blob. {words}")
        if size != blob["size"]:
            words = f"Expected: {size}, Got: {blob['size']}"
            raise errors.refusal(400, "InvalidSize", f"Referenced Size does not match stored blob. {words}")
        found.used_by = uri
        media.save(call.store, found)
