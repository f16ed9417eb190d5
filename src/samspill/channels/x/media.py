"""A picture on X: uploaded in pieces, waited for, described."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

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
    Step,
)
from samspill.channels.x.calls import call, meaning_of

SEGMENT = 1024 * 1024  # bytes in one append
MARGIN = timedelta(minutes=2)  # media this near its end is uploaded anew
LIFETIME = 86_400  # seconds an upload lives when X does not say


def perform(kind: str, step: Step, picture: Picture, done: Mapping[str, Done], context: Context) -> Result:
    """Do ``upload``, ``ready`` or ``alt`` for one picture."""
    if kind == "upload":
        return upload(picture, context)
    uploaded = done[f"upload:{step.index + 1}"]
    if kind == "ready":
        return ready(uploaded, step.index, context)
    return describe(uploaded, picture, step.index, context)


def upload(picture: Picture, context: Context) -> Result:
    """Initialize, append, finalize. A break in the middle begins anew; what X has of it expires by itself."""
    data = context.read(picture)
    category = "tweet_gif" if picture.mime == "image/gif" else "tweet_image"
    begin = {"media_type": picture.mime, "total_bytes": len(data), "media_category": category}
    answer = call(context, "POST", "media", "upload", "initialize", json=begin)
    media_id = _media_id(answer)
    if not media_id:
        return _failed(answer, context)
    for number, segment in enumerate(_segments(data)):
        files = {"media": (f"{number}.bin", segment, "application/octet-stream")}
        form = {"segment_index": str(number)}
        answer = call(context, "POST", "media", "upload", media_id, "append", form=form, files=files)
        if not isinstance(answer, http.Response) or not answer.ok or answer.object().get("errors"):
            return _failed(answer, context)
    answer = call(context, "POST", "media", "upload", media_id, "finalize")
    if not _media_id(answer) or not isinstance(answer, http.Response):
        return _failed(answer, context)
    facts = answer.object()["data"]
    lifetime = facts.get("expires_after_secs")
    seconds = lifetime if isinstance(lifetime, int) and lifetime > 0 else LIFETIME
    expires = context.now() + timedelta(seconds=seconds)
    return Done(media_id, data={"expires_at": expires.timestamp(), "state": _state(facts)})


def ready(uploaded: Done, index: int, context: Context) -> Result:
    """Wait until X has processed the picture. Most are at once, and then nothing is asked."""
    if uploaded.data.get("state") == "succeeded":
        return Done(uploaded.id)
    params = {"media_id": uploaded.id, "command": "STATUS"}
    answer = call(context, "GET", "media", "upload", params=params)
    if not _media_id(answer) or not isinstance(answer, http.Response):
        if isinstance(answer, http.Response) and (answer.status == 404 or is_gone(answer)):
            return Redo(_steps(index), Reason.MEDIA_REJECTED, "X no longer has the picture", answer.status)
        return _failed(answer, context)
    facts = answer.object()["data"]
    state = _state(facts)
    if state == "succeeded":
        return Done(uploaded.id)
    if state == "failed":
        return Refused(Reason.MEDIA_FAILED, Refusal.CHANGE, "X could not process the picture", answer.status)
    wait = facts["processing_info"].get("check_after_secs")
    seconds = float(min(max(wait, 1), 60)) if isinstance(wait, int) else 5.0
    return Later(seconds, Reason.MEDIA_PROCESSING, http.clean(state, {}), answer.status, waiting=True)


def describe(uploaded: Done, picture: Picture, index: int, context: Context) -> Result:
    """Set the alt text, which must be there before the post is made."""
    body = {"id": uploaded.id, "metadata": {"alt_text": {"text": picture.alt.strip()}}}
    answer = call(context, "POST", "media", "metadata", json=body)
    if _media_id(answer):
        return Done(uploaded.id)
    if isinstance(answer, http.Response) and (answer.status == 404 or is_gone(answer)):
        return Redo(_steps(index), Reason.MEDIA_REJECTED, "X no longer has the picture", answer.status)
    return _failed(answer, context)


def expired(post: Post, done: Mapping[str, Done], context: Context) -> tuple[str, ...]:
    """The steps to do again because their upload has run out, or soon will."""
    limit = (context.now() + MARGIN).timestamp()
    found: tuple[str, ...] = ()
    for index in range(len(post.pictures)):
        uploaded = done[f"upload:{index + 1}"]
        if float(uploaded.data.get("expires_at", limit + 1)) <= limit:
            found += _steps(index, described=bool(post.pictures[index].alt.strip()))
    return found


def steps_of(post: Post) -> tuple[str, ...]:
    """All steps for all pictures, when X does not say which one it has lost."""
    found: tuple[str, ...] = ()
    for index, picture in enumerate(post.pictures):
        found += _steps(index, described=bool(picture.alt.strip()))
    return found


def is_gone(answer: http.Response) -> bool:
    """True when a 400 says that a media id is not known (any more)."""
    if answer.status not in {200, 400, 404}:
        return False
    words = answer.body[:4000].decode("utf-8", "replace")
    return bool(
        re.search(
            r"media.{0,40}(invalid|expired|not found|not exist|could not be found)|"
            r"(invalid|expired).{0,20}media",
            words,
            re.IGNORECASE,
        )
    )


def _steps(index: int, described: bool = True) -> tuple[str, ...]:
    number = index + 1
    return (f"upload:{number}", f"ready:{number}", *((f"alt:{number}",) if described else ()))


def _segments(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), SEGMENT):
        yield data[start : start + SEGMENT]


def _media_id(answer: http.Answer | Refused) -> str:
    """The media id in a good answer, else ''."""
    data = answer.object().get("data") if isinstance(answer, http.Response) and answer.ok else None
    found = str(data.get("id", "")) if isinstance(data, dict) else ""
    return found if found.isdigit() else ""


def _state(facts: Mapping[str, Any]) -> str:
    """The processing state; no information means that there is nothing to wait for (OpenAPI: optional)."""
    info = facts.get("processing_info")
    return str(info.get("state", "")) if isinstance(info, dict) else "succeeded"


def _failed(answer: http.Answer | Refused, context: Context) -> Result:
    """A media call that went wrong. Not being allowed or understood means this picture, not the whole post."""
    meaning = meaning_of(answer, context, once=False)
    if isinstance(meaning, Refused) and meaning.kind in {Refusal.PERSON, Refusal.BY_HAND} and meaning.status == 400:
        return Refused(Reason.MEDIA_REJECTED, Refusal.CHANGE, meaning.detail, meaning.status)
    if isinstance(meaning, Refused) and meaning.status in {404, 409, 410}:
        return Later(5.0, Reason.MEDIA_FAILED, meaning.detail, meaning.status)  # the upload has gone: begin anew
    return meaning
