"""`/{id}`: in Graph one address serves pages, posts and photos; the id tells which."""

from __future__ import annotations

from werkzeug.wrappers import Response

from sandbox import accounts, media, posts
from sandbox.facebook import errors, nodes, photos
from sandbox.facebook import posts as page_posts
from sandbox.media import Media
from sandbox.platform import Call, answer
from sandbox.posts import Post


def _find(call: Call) -> Post | Media:
    """The token's own post or photo, or a refusal (100/33)."""
    id = call.args["node"]
    found = posts.by_id(call.store, "facebook", id) or media.by_id(call.store, "facebook", id)
    if found is None or found.account != call.account.id or (isinstance(found, Media) and found.expired):
        raise errors.gone(call, id)
    return found


def get(call: Call) -> Response:
    id = call.args["node"]
    page = call.account if id == "me" else accounts.by_id(call.store, "facebook", id)
    if page:
        fields = nodes.wanted(call, nodes.PAGE, "Page", "id,name")
        if page.id != call.account.id:
            fields.pop("access_token", None)
        return answer(nodes.page(call, page, fields))
    found = _find(call)
    if isinstance(found, Media):
        return photos.get(call, found)
    fields = nodes.wanted(call, nodes.POST, "PagePost", "id,message,created_time")
    return answer(nodes.post(call, found, call.account, fields))


def update(call: Call) -> Response:
    found = _find(call)
    if isinstance(found, Media):
        raise errors.gone(call, found.id)
    return page_posts.edit(call, found)


def delete(call: Call) -> Response:
    found = _find(call)
    return photos.delete(call, found) if isinstance(found, Media) else page_posts.delete(call, found)


def attachments(call: Call) -> Response:
    """GET /{post}/attachments."""
    found = _find(call)
    if isinstance(found, Media):
        raise errors.gone(call, found.id)
    pictures = media.several(call.store, "facebook", [m["id"] for m in found.data["media"]])
    return answer(nodes.attachments(call, found, pictures) or {"data": []})
