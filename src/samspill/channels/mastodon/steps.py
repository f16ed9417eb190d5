"""Publishing, changing and deleting on Mastodon, step by step.

Pictures go up first, described. The post itself is made under an idempotency key that all tries share: within about
an hour the server answers a repeat with the same post, and after it the post is looked for before it is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from samspill.channels import http
from samspill.channels.contract import (
    Action,
    Context,
    Done,
    Nature,
    Post,
    Reason,
    Redo,
    Refusal,
    Refused,
    Result,
    Step,
)
from samspill.channels.mastodon import media
from samspill.channels.mastodon.calls import call, described, id_of, meaning_of
from samspill.channels.mastodon.limits import limits_of
from samspill.channels.mastodon.rules import wire_text


def plan(action: Action, post: Post) -> list[Step]:
    """The steps of an action. Setting a post to the same twice, or deleting it twice, does no harm.

    A change uploads its pictures anew: which of them are others than before cannot be seen from the server's answers,
    and a post must never go on showing a picture that was taken out of it.
    """
    if action is Action.DELETE:
        return [Step("delete", Nature.REPEATABLE)]
    found: list[Step] = []
    for index in range(len(post.pictures)):
        upload, ready = media.steps_of(index)
        found += [Step(upload, Nature.REPEATABLE, index), Step(ready, Nature.REPEATABLE, index)]
    last = Step("edit", Nature.REPEATABLE) if action is Action.EDIT else Step("post", Nature.ONCE)
    return [*found, last]


def perform(
    action: Action, step: Step, post: Post, done: Mapping[str, Done], target_id: str, context: Context
) -> Result:
    """Do one step. A step that this platform does not know is a fault in the plan, for a person to see."""
    kind = step.name.partition(":")[0]
    if kind == "upload":
        return media.upload(post.pictures[step.index], context)
    if kind == "ready":
        return media.ready(done[f"upload:{step.index + 1}"], step.index, context)
    if kind == "post":
        return create(post, done, target_id, context)
    if kind == "edit":
        return edit(post, done, target_id, context)
    if kind == "delete":
        return delete(target_id, context)
    return Refused(Reason.UNEXPECTED, Refusal.PERSON, f"Mastodon has no step {step.name}")


def create(post: Post, done: Mapping[str, Done], answers_id: str, context: Context) -> Result:
    """POST /api/v1/statuses under the delivery's key. ``answers_id`` is the own post that this one answers."""
    expired = media.expired(post, done, context)
    if expired:
        return Redo(expired, Reason.MEDIA_REJECTED, "the uploaded pictures have been cleared away")
    body = contents(post, done, context)
    if not body["media_ids"]:
        del body["media_ids"]  # in the contract, a post with pictures and one without are two shapes
    body["visibility"] = limits_of(context.account).visibility
    if answers_id:
        body["in_reply_to_id"] = answers_id
    answer = call(context, "POST", "v1", "statuses", json=body, key=context.key)
    if post_id := id_of(answer):
        assert isinstance(answer, http.Response)
        return Done(post_id, post_url(answer.object(), context))
    return _refused_media(answer, post, done, context) or _gone(answer, answers_id, context)


def _gone(answer: http.Answer | Refused, answers_id: str, context: Context) -> Result:
    """404 on a new post: what it answers is gone, or an earlier try made it and somebody has deleted it since."""
    if isinstance(answer, http.Response) and answer.status == 404 and answer.object():
        words = described(answer, context)
        detail = words if answers_id else f"{words}: an earlier try made the post, and it has been deleted since"
        return Refused(Reason.TARGET_GONE, Refusal.PERSON, detail, answer.status)
    return meaning_of(answer, context, once=True)


def edit(post: Post, done: Mapping[str, Done], target_id: str, context: Context) -> Result:
    """PUT /api/v1/statuses/:id with all of the post: what is left out of a change, the server takes away."""
    expired = media.expired(post, done, context)
    if expired:
        return Redo(expired, Reason.MEDIA_REJECTED, "the uploaded pictures have been cleared away")
    body = contents(post, done, context)
    body["media_attributes"] = [
        {"id": media_id, "description": picture.alt.strip()}
        for media_id, picture in zip(body["media_ids"], post.pictures, strict=True)
    ]
    answer = call(context, "PUT", "v1", "statuses", target_id, json=body)
    if id_of(answer) == target_id and isinstance(answer, http.Response):
        return Done(target_id, post_url(answer.object(), context))
    if isinstance(answer, http.Response) and answer.status == 404:
        return Refused(Reason.TARGET_GONE, Refusal.PERSON, described(answer, context), answer.status)
    return _refused_media(answer, post, done, context) or meaning_of(answer, context, once=False)


def contents(post: Post, done: Mapping[str, Done], context: Context) -> dict[str, Any]:
    """What a new post and a changed one have in common."""
    warning = limits_of(context.account).content_warning
    body: dict[str, Any] = {
        "status": wire_text(post),
        "language": post.language.partition("-")[0].lower(),
        "media_ids": [done[f"upload:{number + 1}"].id for number in range(len(post.pictures))],
    }
    return {**body, "spoiler_text": warning, "sensitive": True} if warning else body


def _refused_media(
    answer: http.Answer | Refused, post: Post, done: Mapping[str, Done], context: Context
) -> Result | None:
    if isinstance(answer, http.Response) and answer.status == 422 and post.pictures:
        return media.why_not_attached(post, done, context)
    return None


def delete(target_id: str, context: Context) -> Result:
    """DELETE /api/v1/statuses/:id. A post that is not there any more is as good as deleted."""
    answer = call(context, "DELETE", "v1", "statuses", target_id)
    if id_of(answer) == target_id:
        return Done(target_id)
    if isinstance(answer, http.Response) and answer.status == 404 and answer.object():
        return Done(target_id, data={"already_gone": True})
    return meaning_of(answer, context, once=False)


def post_url(status: Mapping[str, Any], context: Context) -> str:
    """The post's public address, as the server tells it; else the usual one on that server."""
    told = status.get("url")
    if isinstance(told, str) and told.startswith(("https://", "http://")):
        return told
    name = context.account.handle.lstrip("@").partition("@")[0]
    return http.address(context.account.base_url, f"@{name}", str(status.get("id", "")))
