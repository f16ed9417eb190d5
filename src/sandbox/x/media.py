"""Uploading to X: initialize, append, finalize, wait, describe."""

from __future__ import annotations

import base64
import binascii
import time
from typing import Any

from werkzeug.wrappers import Response

from sandbox import media
from sandbox.files import Kind, look
from sandbox.media import Media
from sandbox.platform import Call, answer
from sandbox.x import problems
from sandbox.x.ids import snowflake
from sandbox.x.problems import refuse_invalid

PICTURES = {"image/jpeg", "image/png", "image/webp", "image/gif"}
TYPES = PICTURES | {
    "image/bmp",
    "image/pjpeg",
    "image/tiff",
    "video/mp4",
    "video/webm",
    "video/mp2t",
    "video/quicktime",
    "text/srt",
    "text/vtt",
    "model/gltf-binary",
    "model/vnd.usdz+zip",
}
CATEGORIES = {"amplify_video", "tweet_gif", "tweet_image", "tweet_video", "dm_gif", "dm_image", "dm_video", "subtitles"}
MB = 1024 * 1024
# Bytes allowed by what the file is (X's media documentation).
LIMITS = {"photo": 5 * MB, "animated_gif": 15 * MB, "video": 512 * MB}
ALT_TEXT = 1000


def initialize(call: Call) -> Response:
    """POST /2/media/upload/initialize."""
    body = _json(call, {"additional_owners", "media_category", "media_type", "shared", "total_bytes"})
    for name, allowed in (("media_type", TYPES), ("media_category", CATEGORIES)):
        if name in body and body[name] not in allowed:
            raise refuse_invalid(f"$.{name}: does not have a value in the enumeration", **{name: body[name]})
    total = body.get("total_bytes", 0)
    if not isinstance(total, int) or not 0 <= total <= 17179869184:
        raise refuse_invalid("$.total_bytes: must be an integer from 0 to 17179869184", total_bytes=total)
    found = _new(call)
    found.data = {"total": total, "category": body.get("media_category", "tweet_image"), "segments": 0}
    media.save(call.store, found)
    return answer(
        {"data": {"id": found.id, "media_key": f"3_{found.id}", "expires_after_secs": call.setting("media_expires_s")}}
    )


def append(call: Call) -> Response:
    """POST /2/media/upload/{id}/append, as a form with a file or as JSON with base64."""
    found = _own(call, call.args["id"])
    if found.received:
        raise refuse_invalid("The upload is finalized already.", id=found.id)
    content, index = _segment(call)
    if not 0 <= index <= 999:
        raise refuse_invalid("$.segment_index: must be from 0 to 999", segment_index=index)
    media.save(
        call.store, Media("x", f"{found.id}.{index}", found.account, "segment", content=content, created=time.time())
    )
    found.data["segments"] = max(found.data["segments"], index + 1)
    media.save(call.store, found)
    return answer({"data": {"expires_at": int(found.expires or 0)}})


def _segment(call: Call) -> tuple[bytes, int]:
    if call.request.is_json:
        body = _json(call, {"media", "segment_index"})
        content, index = body.get("media"), body.get("segment_index")
    else:
        file = call.request.files.get("media")
        content = file.read() if file else call.request.form.get("media")
        index = call.request.form.get("segment_index")
    if content is None or index is None:
        raise refuse_invalid("$.media and $.segment_index: are required")
    try:
        return content if isinstance(content, bytes) else base64.b64decode(content, validate=True), int(index)
    except (binascii.Error, TypeError, ValueError) as error:
        raise refuse_invalid("$.media: is not base64, or $.segment_index is no number") from error


def finalize(call: Call) -> Response:
    """POST /2/media/upload/{id}/finalize. Once more changes nothing."""
    found = _own(call, call.args["id"])
    if not found.received:
        pieces = media.several(call.store, "x", [f"{found.id}.{n}" for n in range(found.data["segments"])])
        content = b"".join(p.content or b"" for p in pieces)
        if len(pieces) != found.data["segments"] or (found.data["total"] and len(content) != found.data["total"]):
            raise refuse_invalid("Segments do not add up to provided total file size.", id=found.id)
        _receive(call, found, content)
        call.store.run("delete from media where platform='x' and kind='segment' and id like ?", f"{found.id}.%")
    return answer({"data": _shape(call, found)})


def upload(call: Call) -> Response:
    """POST /2/media/upload: all in one request."""
    if call.request.is_json:
        body = _json(call, {"media", "media_category", "additional_owners"})
        category, raw = body.get("media_category"), body.get("media")
        try:
            content = base64.b64decode(raw or "", validate=True)
        except (binascii.Error, TypeError, ValueError) as error:
            raise refuse_invalid("$.media: is not base64") from error
    else:
        file = call.request.files.get("media")
        category, content = call.request.form.get("media_category"), file.read() if file else b""
    if not content or category not in CATEGORIES:
        raise refuse_invalid("$.media and $.media_category: are required", media_category=category)
    found = _new(call)
    found.data = {"total": len(content), "category": category, "segments": 0}
    _receive(call, found, content)
    return answer({"data": _shape(call, found)})


def status(call: Call) -> Response:
    """GET /2/media/upload?media_id=…"""
    found = _own(call, call.request.args.get("media_id", ""))
    return answer({"data": _shape(call, found)})


def describe(call: Call) -> Response:
    """POST /2/media/metadata: alt text of up to 1,000 signs."""
    body = _json(call, {"id", "metadata"})
    found = _own(call, str(body.get("id", "")))
    words = ((body.get("metadata") or {}).get("alt_text") or {}).get("text")
    if words is not None:
        if not isinstance(words, str) or len(words) > ALT_TEXT:
            raise refuse_invalid("$.metadata.alt_text.text: must be at most 1000 characters long", alt_text="")
        found.alt = words
        media.save(call.store, found)
    return answer({"data": {"id": found.id, "associated_metadata": body.get("metadata") or {}}})


def _new(call: Call) -> Media:
    now = time.time()
    return Media(
        "x",
        snowflake(call.store.next_ms()),
        call.account.id,
        created=now,
        expires=now + call.setting("media_expires_s"),
    )


def _receive(call: Call, found: Media, content: bytes) -> None:
    kind = look(content)
    found.kind = _sort(kind)
    if kind.mime not in PICTURES | {"video/mp4"}:
        raise refuse_invalid("media type unrecognized.", media=kind.mime)
    if len(content) > LIMITS[found.kind]:
        raise refuse_invalid(f"File size exceeds {LIMITS[found.kind]} bytes.", total_bytes=len(content))
    found.receive(content, call.seconds("slow_processing", "processing_s"))
    failing = call.take("failed_processing")
    if failing or not kind.whole:
        found.failed = failing.params["reason"] if failing else "InvalidMedia"
    media.save(call.store, found)


def _sort(kind: Kind) -> str:
    if kind.mime == "video/mp4":
        return "video"
    return "animated_gif" if kind.mime == "image/gif" and kind.frames > 1 else "photo"


def _shape(call: Call, found: Media) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "id": found.id,
        "media_key": f"3_{found.id}",
        "size": len(found.content or b""),
        "expires_after_secs": max(0, int((found.expires or 0) - time.time())),
    }
    if found.width and found.height:
        shape["image"] = {"w": found.width, "h": found.height, "image_type": found.mime or ""}
    # What is ready at once has no such part, as most pictures on the real platform.
    if found.received and (found.failed or found.data.get("processing_s")):
        shape["processing_info"] = _processing(found)
    return shape


def _processing(found: Media) -> dict[str, Any]:
    left = (found.ready or 0) - time.time()
    if left > 0:
        done = max(0, min(99, int(100 * (1 - left / found.data["processing_s"]))))
        state = "pending" if done < 34 else "in_progress"
        return {"state": state, "check_after_secs": max(1, min(5, round(left))), "progress_percent": done}
    return {"state": "failed"} if found.failed else {"state": "succeeded", "progress_percent": 100}


def _own(call: Call, id: str) -> Media:
    found = media.by_id(call.store, "x", id)
    if not id.isdigit() or not found or found.account != call.account.id or found.expired:
        raise problems.not_found("media", id)
    return found


def _json(call: Call, known: set[str]) -> dict[str, Any]:
    body = call.request.get_json(silent=True)
    if not call.request.is_json or not isinstance(body, dict):
        raise refuse_invalid("The request body is not a JSON object.")
    for key in set(body) - known:
        raise refuse_invalid(f"$.{key}: is not defined in the schema", **{key: ""})
    return body
