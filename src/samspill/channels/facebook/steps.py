"""Publishing, editing and deleting on a Facebook Page, step by step.

Every picture, a single one too, goes up unpublished with its alt text, and is then attached to one feed
post: so the only step that must not be repeated is the post itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta

from samspill.channels import http
from samspill.channels.contract import (
    Action,
    Context,
    Done,
    Nature,
    Picture,
    Post,
    Reason,
    Redo,
    Refusal,
    Refused,
    Result,
    Step,
)
from samspill.channels.facebook.calls import call, error_codes, error_of, is_gone, meaning_of
from samspill.channels.facebook.rules import has_card, wire_text

UNPUBLISHED_LIVES = timedelta(hours=23)  # Facebook deletes unpublished pictures after about a day


def plan(action: Action, post: Post) -> list[Step]:
    """The steps of an action. Setting a text twice, or deleting twice, does no harm."""
    if action is Action.DELETE:
        return [Step("delete", Nature.REPEATABLE)]
    if action is Action.EDIT:
        return [Step("edit", Nature.REPEATABLE)]
    photos = [Step(f"photo:{index + 1}", Nature.REPEATABLE, index) for index in range(len(post.pictures))]
    return [*photos, Step("post", Nature.ONCE)]


def perform(
    action: Action, step: Step, post: Post, done: Mapping[str, Done], target_id: str, context: Context
) -> Result:
    """Do one step. A step that this platform does not know is a fault in the plan, for a person to see."""
    kind = step.name.partition(":")[0]
    if kind == "photo":
        return upload(post.pictures[step.index], context)
    if kind == "post":
        return create(post, done, context)
    if kind == "edit":
        return edit(post, target_id, context)
    if kind == "delete":
        return delete(target_id, context)
    return Refused(Reason.UNEXPECTED, Refusal.PERSON, f"Facebook has no step {step.name}")


def upload(picture: Picture, context: Context) -> Result:
    """POST /{page}/photos, unpublished: nobody sees it until a post holds it."""
    form = {"published": "false"}
    if picture.alt.strip():
        form["alt_text_custom"] = picture.alt.strip()
    name = "picture.png" if picture.mime == "image/png" else "picture.jpg"
    files = {"source": (name, context.read(picture), picture.mime)}
    answer = call(context, "POST", context.account.external_id, "photos", form=form, files=files)
    photo_id = _id(answer)
    if photo_id:
        return Done(photo_id, data={"expires_at": (context.now() + UNPUBLISHED_LIVES).timestamp()})
    meaning = meaning_of(answer, context, once=False)
    if isinstance(meaning, Refused) and meaning.reason is Reason.CONTENT_REJECTED:
        return Refused(Reason.MEDIA_REJECTED, Refusal.CHANGE, meaning.detail, meaning.status)
    return account_gone(meaning)


def create(post: Post, done: Mapping[str, Done], context: Context) -> Result:
    """POST /{page}/feed, once. Anything unclear is Unknown: there is no idempotency key."""
    names = [f"photo:{index + 1}" for index in range(len(post.pictures))]
    now = context.now().timestamp()
    expired = tuple(name for name in names if float(done[name].data.get("expires_at", now + 1)) <= now)
    if expired:
        return Redo(expired, Reason.MEDIA_REJECTED, "the uploaded pictures have expired")
    form: dict[str, str] = {}
    if wire := wire_text(post):
        form["message"] = wire
    if has_card(post) and post.link is not None:
        form["link"] = post.link.url
    for number, name in enumerate(names):
        form[f"attached_media[{number}]"] = json.dumps({"media_fbid": done[name].id})
    answer = call(context, "POST", context.account.external_id, "feed", form=form)
    post_id = _id(answer)
    if post_id:
        return Done(post_id, post_url(post_id, context))
    if names and _lost_pictures(answer):
        return Redo(tuple(names), Reason.MEDIA_REJECTED, "Facebook no longer has the pictures", 400)
    return account_gone(meaning_of(answer, context, once=True))


def edit(post: Post, target_id: str, context: Context) -> Result:
    """POST /{post} with the new text; pictures and link cannot be changed afterwards."""
    answer = call(context, "POST", target_id, form={"message": wire_text(post)})
    if _success(answer):
        return Done(target_id, post_url(target_id, context))
    return meaning_of(answer, context, once=False)


def delete(target_id: str, context: Context) -> Result:
    """DELETE /{post}. "Not there" counts as deleted only if the Page can be read; else we may just not see it."""
    answer = call(context, "DELETE", target_id)
    if _success(answer):
        return Done(target_id)
    if is_gone(answer) and page_readable(context):
        return Done(target_id, data={"already_gone": True})
    return meaning_of(answer, context, once=False)


def page_readable(context: Context) -> bool:
    """True when the token can read the Page, so that 100/33 elsewhere means "gone" and not "forbidden"."""
    return bool(_id(call(context, "GET", context.account.external_id, params={"fields": "id"})))


def account_gone(meaning: Result) -> Result:
    """On the Page's own edges "not there" is about the Page."""
    if isinstance(meaning, Refused) and meaning.reason is Reason.TARGET_GONE:
        return Refused(Reason.ACCOUNT_GONE, Refusal.ACCOUNT, meaning.detail, meaning.status)
    return meaning


def post_url(post_id: str, context: Context) -> str:
    """The post's public address, from its id ``{page}_{post}``.

    On the real host www.facebook.com; for any other base address the same path below that base.
    """
    base = context.account.base_url
    site = "https://www.facebook.com" if http.same_host(base, "https://graph.facebook.com") else base
    page, _, post = post_id.partition("_")
    return http.address(site, page, "posts", post) if post else http.address(site, post_id)


def _id(answer: http.Answer | Refused) -> str:
    found = answer.object().get("id") if isinstance(answer, http.Response) and answer.ok else None
    return found if isinstance(found, str) and re.fullmatch(r"\w+", found) else ""


def _success(answer: http.Answer | Refused) -> bool:
    return isinstance(answer, http.Response) and answer.ok and answer.object().get("success") is True


def _lost_pictures(answer: http.Answer | Refused) -> bool:
    error = error_of(answer)
    words = str(error.get("message", ""))
    return error_codes(error)[0] == 100 and bool(re.search(r"attached_media|media_fbid|photo.{0,30}not", words))
