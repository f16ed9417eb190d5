"""Pictures on a page: on their own, or unpublished until a post takes them."""

from __future__ import annotations

import time
from contextlib import suppress

from werkzeug.wrappers import Response

from sandbox import links, media
from sandbox.facebook import errors, nodes, posts
from sandbox.facebook.fields import flag, parameter
from sandbox.files import look
from sandbox.media import Media
from sandbox.platform import Call, answer

# "picture over 4 MB or not JPG/PNG" (contract, subcode 1366046).
BYTES = 4 * 1024 * 1024
TYPES = {"image/jpeg", "image/png"}


def is_published(call: Call) -> bool:
    """Whether the picture is a post of its own, not one that waits for a post to take it."""
    return flag(call, "published", True)


def create(call: Call) -> Response:
    """POST /{page}/photos, with the file itself or, on this machine only, its `url`."""
    page = posts.page_of(call, call.args["node"])
    content = _content(call)
    kind = look(content)
    if kind.mime not in TYPES or len(content) > BYTES or not kind.whole:
        raise errors.refusal(
            call,
            400,
            324,
            "(#324) Missing or invalid image file",
            1366046,
            error_user_msg="Your photos couldn't be uploaded. Photos should be smaller than 4 MB "
            "and saved as JPG or PNG files.",
        )
    now = time.time()
    caption = str(parameter(call, "caption") or parameter(call, "message") or "")
    found = Media(
        "facebook",
        str(call.store.next_ms() * 100 + 55),
        page.id,
        created=now,
        alt=str(parameter(call, "alt_text_custom") or ""),
        data={"caption": caption},
    )
    found.receive(content, call.seconds("slow_processing", "processing_s"))
    failing = call.take("failed_processing")
    found.failed = failing.params["reason"] if failing else None
    if not is_published(call):
        found.expires = now + call.setting("media_expires_s")
        media.save(call.store, found)
        return answer({"id": found.id})
    media.save(call.store, found)
    post = posts.make(call, page, caption, "", [found], 0, f"{caption}||{found.sha256}")
    return answer({"id": found.id, "post_id": post.id})


def _content(call: Call) -> bytes:
    for file in call.request.files.values():
        return file.read()
    url = str(parameter(call, "url") or "")
    if not url:
        raise errors.refusal(call, 400, 324, "(#324) Requires upload file")
    with suppress(OSError, ValueError):
        return links.fetch(url, BYTES + 1)[0]
    raise errors.refusal(
        call,
        400,
        324,
        "(#324) Missing or invalid image file",
        error_user_msg="The sandbox fetches pictures from this machine only.",
    )


def get(call: Call, found: Media) -> Response:
    """GET /{photo}, alt text included."""
    fields = nodes.wanted(call, nodes.PHOTO, "Photo", "id,created_time,name")
    return answer(nodes.photo(call, found, call.account, fields))


def of_page(call: Call) -> Response:
    """GET /{page}/photos?type=uploaded."""
    page = posts.page_of(call, call.args["node"])
    fields = nodes.wanted(call, nodes.PHOTO, "Photo", "id,created_time")
    rows = call.store.rows(
        "select id from media where platform='facebook' and account=? and used_by is not null order by created desc",
        page.id,
    )
    found = media.several(call.store, "facebook", [r["id"] for r in rows])
    return posts.paged(call, found, lambda m: nodes.photo(call, m, page, fields))


def delete(call: Call, found: Media) -> Response:
    call.store.run("delete from media where platform='facebook' and id=?", found.id)
    return answer({"success": True})
