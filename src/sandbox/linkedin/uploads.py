"""Pictures and documents on LinkedIn: ask for an address, put the bytes, wait until AVAILABLE."""

from __future__ import annotations

import re
import secrets
import time
from typing import Any

from werkzeug.wrappers import Response

from sandbox import media
from sandbox.files import look
from sandbox.linkedin import errors
from sandbox.media import Media
from sandbox.platform import Call, answer

PIXELS, GIF_FRAMES = 36152320, 250
PICTURES = {"image/jpeg", "image/png", "image/gif"}
# Office files are ZIP archives, or OLE containers that look() does not know; LinkedIn takes both.
DOCUMENTS = {"application/pdf", "application/zip"}
DOCUMENT_BYTES, PAGES = 100 * 1024 * 1024, 300


def initialize_image(call: Call) -> Response:
    """POST /rest/images?action=initializeUpload."""
    return _initialize(call, "image")


def initialize_document(call: Call) -> Response:
    """POST /rest/documents?action=initializeUpload."""
    return _initialize(call, "document")


def _initialize(call: Call, kind: str) -> Response:
    if call.request.args.get("action") != "initializeUpload":
        raise errors.refusal(400, "ILLEGAL_ARGUMENT", "The query parameter action must be initializeUpload")
    body = call.request.get_json(silent=True)
    owner = ((body or {}).get("initializeUploadRequest") or {}).get("owner") if isinstance(body, dict) else None
    match = re.fullmatch(r"urn:li:organization:(\d+)", str(owner))
    if not match:
        raise errors.field(
            "/initializeUploadRequest/owner",
            "MISSING_FIELD",
            "/initializeUploadRequest/owner :: must be an organization urn",
        )
    if match[1] not in {a.id for a in call.accounts}:
        raise errors.refusal(403)
    now, secret = time.time(), secrets.token_urlsafe(16)
    expires = now + call.setting("upload_expires_s")
    found = Media(
        "linkedin",
        f"urn:li:{kind}:{'C4E' if kind == 'image' else 'D4D'}{call.store.next_ms()}",
        match[1],
        kind,
        created=now,
        data={"secret": secret, "upload_until": expires},
    )
    media.save(call.store, found)
    return answer(
        {
            "value": {
                "uploadUrlExpiresAt": int(expires * 1000),
                kind: found.id,
                "uploadUrl": f"{call.base}/dms-uploads/{found.id.rsplit(':', 1)[-1]}/{secret}?ca=vector_feedshare",
            }
        }
    )


def put(call: Call) -> Response:
    """PUT to the upload address: 201. What the file is shows in its state afterwards, not here."""
    row = call.store.row("select id from media where platform='linkedin' and id like ?", f"%:{call.args['name']}")
    found = media.by_id(call.store, "linkedin", row["id"]) if row else None
    if not found or not secrets.compare_digest(found.data["secret"], call.args["secret"]):
        raise errors.refusal(404)
    if found.data["upload_until"] < time.time():
        raise errors.refusal(403, None, "The upload address has expired")
    content = call.request.get_data()
    if not content:
        raise errors.refusal(400, "ILLEGAL_ARGUMENT", "The upload is empty")
    if found.received:
        return answer(None, 201)
    found.receive(content, call.seconds("slow_processing", "processing_s"))
    failing = call.take("failed_processing")
    found.failed = failing.params["reason"] if failing else _fault(found, content)
    media.save(call.store, found)
    return answer(None, 201)


def _fault(found: Media, content: bytes) -> str | None:
    """Why processing will fail, or None."""
    kind = look(content)
    if found.kind == "document":
        if kind.mime not in DOCUMENTS and not content.startswith(b"\xd0\xcf\x11\xe0"):
            return "not a document"
        return "too large" if len(content) > DOCUMENT_BYTES or (kind.pages or 0) > PAGES or not kind.whole else None
    if kind.mime not in PICTURES or not kind.whole:
        return "not a picture"
    return "too large" if (kind.width or 0) * (kind.height or 0) > PIXELS or kind.frames > GIF_FRAMES else None


def get(call: Call) -> Response:
    """GET /rest/images/{urn} and /rest/documents/{urn}: the state."""
    found = media.by_id(call.store, "linkedin", call.args["urn"])
    if not found or found.account not in {a.id for a in call.accounts}:
        raise errors.refusal(404)
    status = (
        "WAITING_UPLOAD"
        if not found.received
        else "PROCESSING"
        if found.processing
        else "PROCESSING_FAILED"
        if found.failed
        else "AVAILABLE"
    )
    shape: dict[str, Any] = {"id": found.id, "owner": f"urn:li:organization:{found.account}", "status": status}
    if status == "AVAILABLE":
        shape |= {
            "downloadUrl": media.address(call.server, found),
            "downloadUrlExpiresAt": int((time.time() + 86400) * 1000),
        }
    return answer(shape)
