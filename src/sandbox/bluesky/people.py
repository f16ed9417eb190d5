"""Names: whose they are, and how an account presents itself."""

from __future__ import annotations

from werkzeug.wrappers import Response

from sandbox import accounts, posts
from sandbox.bluesky import errors
from sandbox.bluesky.body import checked_params
from sandbox.bluesky.repo import owner_of
from sandbox.platform import Call, answer


def resolve(call: Call) -> Response:
    """GET com.atproto.identity.resolveHandle."""
    name = checked_params(call)["handle"]
    found = accounts.by_handle(call.store, "bluesky", name)
    if found is None:
        raise errors.refusal(400, "HandleNotFound", "Unable to resolve handle")
    return answer({"did": found.id})


def profile(call: Call) -> Response:
    """GET app.bsky.actor.getProfile."""
    found = owner_of(call, checked_params(call)["actor"])
    if found is None:
        raise errors.refusal(400, None, "Profile not found")
    count = sum(1 for post in posts.newest(call.store, "bluesky", found.id) if post.public())
    about = found.data.get("about")
    return answer(
        {
            "did": found.id,
            "handle": found.handle,
            "displayName": found.name,
            **({"description": about} if about else {}),
            "postsCount": count,
        }
    )
