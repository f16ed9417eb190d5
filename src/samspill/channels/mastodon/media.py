"""A picture on Mastodon: uploaded with its description, and waited for when the server is not done at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from samspill.channels import http
from samspill.channels.contract import (
    Context,
    Done,
    Later,
    Picture,
    Post,
    Reason,
    Redo,
    Refusal,
    Refused,
    Result,
)
from samspill.channels.mastodon.calls import THUMBNAIL, call, described, error_of, id_of, meaning_of

UNATTACHED_LIVES = timedelta(hours=23)  # servers clear away uploads that no post holds after about a day
ASK_AGAIN = 2.0  # seconds
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif"}


def upload(picture: Picture, context: Context) -> Result:
    """POST /api/v2/media: 200 when it is ready, 202 when the server still works on it. Nobody sees it yet."""
    form = {"description": picture.alt.strip()} if picture.alt.strip() else {}
    name = f"picture.{EXTENSIONS.get(picture.mime, 'bin')}"
    files = {"file": (name, context.read(picture), picture.mime)}
    answer = call(context, "POST", "v2", "media", form=form, files=files)
    media_id = id_of(answer)
    if media_id and isinstance(answer, http.Response):
        expires = (context.now() + UNATTACHED_LIVES).timestamp()
        return Done(media_id, data={"expires_at": expires, "ready": answer.status == 200})
    return failed(answer, context)


def ready(uploaded: Done, index: int, context: Context) -> Result:
    """GET /api/v1/media/:id until it is 200; 206 = still at work. What was ready at once is not asked for."""
    if uploaded.data.get("ready") is True:
        return Done(uploaded.id)
    answer = call(context, "GET", "v1", "media", uploaded.id)
    if not isinstance(answer, http.Response):
        return answer
    if answer.status == 206:
        return Later(ASK_AGAIN, Reason.MEDIA_PROCESSING, "the server is not done", answer.status, waiting=True)
    if id_of(answer):
        return Done(uploaded.id)
    if answer.status == 404:
        return Redo(steps_of(index), Reason.MEDIA_REJECTED, described(answer, context), answer.status)
    if answer.status == 422:
        return Refused(Reason.MEDIA_FAILED, Refusal.CHANGE, described(answer, context), answer.status)
    return meaning_of(answer, context, once=False)


def failed(answer: http.Answer | Refused, context: Context) -> Result:
    """An upload that went wrong. A file that is not taken, or that cannot be worked on, is for a person to change."""
    if isinstance(answer, http.Response):
        if answer.status == 422:
            return Refused(Reason.MEDIA_REJECTED, Refusal.CHANGE, described(answer, context), answer.status)
        if answer.status == 500 and THUMBNAIL.search(error_of(answer)):
            return Refused(Reason.MEDIA_FAILED, Refusal.CHANGE, described(answer, context), answer.status)
    return meaning_of(answer, context, once=False)


def steps_of(index: int) -> tuple[str, ...]:
    """The steps for one picture."""
    return (f"upload:{index + 1}", f"ready:{index + 1}")


def expired(post: Post, done: Mapping[str, Done], context: Context) -> tuple[str, ...]:
    """The steps to do again because their upload has been cleared away, or soon may be."""
    now = context.now().timestamp()
    found: tuple[str, ...] = ()
    for index in range(len(post.pictures)):
        if float(done[f"upload:{index + 1}"].data.get("expires_at", now + 1)) <= now:
            found += steps_of(index)
    return found


def why_not_attached(post: Post, done: Mapping[str, Done], context: Context) -> Result | None:
    """After a 422 on a post with pictures: is it one of them? Asked of the server, whose words may be in any language.

    Redo those that it no longer has, Later while it works on one, None when they all are as they should be.
    """
    gone: tuple[str, ...] = ()
    for index in range(len(post.pictures)):
        answer = call(context, "GET", "v1", "media", done[f"upload:{index + 1}"].id)
        if not isinstance(answer, http.Response):
            return None
        if answer.status == 404:
            gone += steps_of(index)
        elif answer.status == 206:
            return Later(ASK_AGAIN, Reason.MEDIA_PROCESSING, "the server is not done", answer.status, waiting=True)
    return Redo(gone, Reason.MEDIA_REJECTED, "the server no longer has the pictures", 422) if gone else None
