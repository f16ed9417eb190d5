"""Uploading to a server: taken at once, or with 202 while it is worked on."""

from __future__ import annotations

import time
from typing import Any

from werkzeug.wrappers import Response

from sandbox import media
from sandbox.files import look
from sandbox.mastodon import body, errors
from sandbox.mastodon.ids import snowflake
from sandbox.media import Media
from sandbox.platform import Call, answer

TYPES = ("image/jpeg", "image/png", "image/gif", "image/heic", "image/heif", "image/webp", "image/avif")


def create(call: Call) -> Response:
    """POST /api/v2/media."""
    file = call.request.files.get("file")
    if file is None:
        raise errors.invalid("File can't be blank")
    content, words = file.read(), call.request.form.get("description", "")
    kind = look(content)
    if kind.mime not in TYPES:
        raise errors.invalid("File content type is invalid, File is invalid")
    if len(content) > int(call.setting("image_size_limit")):
        megabytes = int(call.setting("image_size_limit")) // 1024 // 1024
        raise errors.invalid(f"File size must be less than {megabytes} MB, File is invalid")
    if (kind.width or 0) * (kind.height or 0) > int(call.setting("image_matrix_limit")):
        raise errors.invalid(f"{kind.width}x{kind.height} images are not supported")
    _check(call, words)
    if not kind.whole:
        return errors.plain(500, "Error processing thumbnail for uploaded media")
    now = time.time()
    found = Media(
        "mastodon", snowflake(call.store.next_ms()), call.account.id, alt=words, created=now,
        expires=now + float(call.setting("media_expires_s")),
    )  # fmt: skip
    found.receive(content, call.seconds("slow_processing", "processing_s"))
    failing = call.take("failed_processing")
    found.failed = failing.params["reason"] if failing else None
    media.save(call.store, found)
    return answer(shape(call, found, found.alt), 202 if found.processing or found.failed else 200)


def show(call: Call) -> Response:
    """GET /api/v1/media/:id: 206 while it is worked on."""
    found = own(call, call.args["id"])
    if found.failed and not found.processing:
        raise errors.refusal(422, "Error processing thumbnail for uploaded media")
    return answer(shape(call, found, found.alt), 206 if found.processing else 200)


def update(call: Call) -> Response:
    """PUT /api/v1/media/:id: another description."""
    found = own(call, call.args["id"])
    said = body.read(call)
    if "description" in said:
        found.alt = body.text(said, "description")
        _check(call, found.alt)
        media.save(call.store, found)
    return answer(shape(call, found, found.alt))


def _check(call: Call, words: str) -> None:
    limit = int(call.setting("description_limit"))
    if len(words) > limit:
        raise errors.invalid(f"Description is too long (maximum is {limit} characters)")


def by_id(call: Call, id: str) -> Media | None:
    return media.by_id(call.store, "mastodon", id)


def own(call: Call, id: str) -> Media:
    """An upload of the account that no post holds yet; else 404."""
    found = by_id(call, id)
    if found is None or found.account != call.account.id or found.used_by or found.expired:
        raise errors.refusal(404)
    return found


def take(call: Call, ids: list[str], post: str | None) -> list[Media]:
    """The uploads for a post (`post` is one that is changed, and may hold them already)."""
    limit = int(call.setting("max_media_attachments"))
    if len(ids) > limit:
        raise errors.invalid(f"Cannot attach more than {limit} files")
    found = [by_id(call, id) for id in ids]
    missing = [
        id
        for id, one in zip(ids, found, strict=True)
        if one is None or one.account != call.account.id or one.expired or one.used_by not in (None, post)
    ]
    if missing:
        raise errors.invalid(f"Media {', '.join(missing)} not found or already attached to another post")
    items = [one for one in found if one]
    if any(one.processing or one.failed for one in items):
        raise errors.invalid("Cannot attach files that have not finished processing. Try again in a moment!")
    return items


def shape(call: Call, found: Media, alt: str) -> dict[str, Any]:
    address = None if found.processing or found.failed else media.address(call.server, found)
    size = {"width": found.width, "height": found.height}
    if found.width and found.height:
        size["aspect"] = found.width / found.height  # type: ignore[assignment]
    return {
        "id": found.id,
        "type": "image",
        "url": address,
        "preview_url": address,
        "remote_url": None,
        "meta": {"original": size, "small": size},
        "description": alt or None,
        "blurhash": None,
    }
