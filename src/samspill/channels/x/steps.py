"""Publishing and deleting on X, step by step.

A picture is uploaded, waited for and described before the post is made, for alt text cannot be added
afterwards. Everything but the post itself may be done again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

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
from samspill.channels.x import media
from samspill.channels.x.calls import call, meaning_of
from samspill.channels.x.rules import wire_text

# In the refusal of an answer (403): the post that it answers is not there.
ANSWERED_GONE = re.compile(r"reply to a (tweet|post) that is deleted", re.IGNORECASE)


def plan(action: Action, post: Post) -> list[Step]:
    """The steps of an action; none for what the API does not offer."""
    if action is Action.DELETE:
        return [Step("delete", Nature.REPEATABLE)]
    if action is not Action.PUBLISH:
        return []
    found: list[Step] = []
    for index, picture in enumerate(post.pictures):
        found += [
            Step(f"upload:{index + 1}", Nature.REPEATABLE, index),
            Step(f"ready:{index + 1}", Nature.REPEATABLE, index),
        ]
        if picture.alt.strip():
            found.append(Step(f"alt:{index + 1}", Nature.REPEATABLE, index))
    return [*found, Step("post", Nature.ONCE)]


def perform(
    action: Action, step: Step, post: Post, done: Mapping[str, Done], target_id: str, context: Context
) -> Result:
    """Do one step. A step that this platform does not know is a fault in the plan, for a person to see."""
    kind = step.name.partition(":")[0]
    if kind == "delete":
        return delete(target_id, context)
    if kind == "post":
        return create(post, done, target_id, context)
    if kind in {"upload", "ready", "alt"}:
        return media.perform(kind, step, post.pictures[step.index], done, context)
    return Refused(Reason.UNEXPECTED, Refusal.PERSON, f"X has no step {step.name}")


def create(post: Post, done: Mapping[str, Done], answers_id: str, context: Context) -> Result:
    """POST /2/tweets, once. Anything unclear is Unknown: X has no idempotency key. ``answers_id``: an own post."""
    expired = media.expired(post, done, context)
    if expired:
        return Redo(expired, Reason.MEDIA_REJECTED, "the uploaded pictures have expired")
    body: dict[str, object] = {"text": wire_text(post)}
    media_ids = [done[f"upload:{number + 1}"].id for number in range(len(post.pictures))]
    if media_ids:
        body["media"] = {"media_ids": media_ids}
    if answers_id:
        body["reply"] = {"in_reply_to_tweet_id": answers_id}
    answer = call(context, "POST", "tweets", json=body)
    if isinstance(answer, http.Response):
        data = answer.object().get("data")
        if answer.ok and isinstance(data, dict) and str(data.get("id", "")).isdigit():
            post_id = str(data["id"])
            return Done(post_id, post_url(post_id, context))
        if answer.status == 400 and media_ids and media.is_gone(answer):
            return Redo(media.steps_of(post), Reason.MEDIA_REJECTED, "X no longer has the pictures", answer.status)
    meaning = meaning_of(answer, context, once=True)
    if answers_id and isinstance(meaning, Refused) and ANSWERED_GONE.search(meaning.detail):
        return Refused(Reason.TARGET_GONE, Refusal.PERSON, meaning.detail, meaning.status)
    return meaning


def delete(target_id: str, context: Context) -> Result:
    """DELETE /2/tweets/{id}. A post that is not there any more is as good as deleted."""
    answer = call(context, "DELETE", "tweets", target_id)
    if isinstance(answer, http.Response):
        data = answer.object().get("data")
        if answer.ok and isinstance(data, dict) and data.get("deleted") is True:
            return Done(target_id)
    meaning = meaning_of(answer, context, once=False)
    if getattr(meaning, "status", None) == 404:
        return Done(target_id, data={"already_gone": True})
    return meaning


def post_url(post_id: str, context: Context) -> str:
    """The post's public address.

    On the real host x.com/handle/status/id; for any other base address the same path below that base,
    since the API names no address and a stand-in shows its posts there.
    """
    account = context.account
    site = "https://x.com" if http.same_host(account.base_url, "https://api.x.com") else account.base_url
    return http.address(site, account.handle.lstrip("@") or "i", "status", post_id)
