"""Publishing, editing and deleting for a LinkedIn organisation, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from samspill.channels import http
from samspill.channels.contract import (
    Action,
    Context,
    Document,
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
from samspill.channels.linkedin import media
from samspill.channels.linkedin.calls import POST_URN, author, call, meaning_of
from samspill.channels.linkedin.little import little
from samspill.channels.linkedin.rules import DESCRIPTION_LIMIT, TITLE_LIMIT, has_card, plain_text


def uploads(post: Post) -> list[tuple[str, int, Picture | Document]]:
    """What must be uploaded: (name, index of the picture, the thing). The card's thumbnail is one of them."""
    if post.document is not None:
        return [("document", 0, post.document)]
    if post.pictures:
        return [(str(index + 1), index, picture) for index, picture in enumerate(post.pictures)]
    if has_card(post) and post.link is not None and post.link.thumbnail is not None:
        return [("thumbnail", 0, post.link.thumbnail)]
    return []


def plan(action: Action, post: Post) -> list[Step]:
    """The steps of an action. Setting a text twice, or deleting twice, does no harm."""
    if action is Action.DELETE:
        return [Step("delete", Nature.REPEATABLE)]
    if action is Action.EDIT:
        return [Step("edit", Nature.REPEATABLE)]
    found: list[Step] = []
    for name, index, _ in uploads(post):
        found += [Step(f"upload:{name}", Nature.REPEATABLE, index), Step(f"ready:{name}", Nature.REPEATABLE, index)]
    return [*found, Step("post", Nature.ONCE)]


def perform(
    action: Action, step: Step, post: Post, done: Mapping[str, Done], target_id: str, context: Context
) -> Result:
    """Do one step. A step that this platform does not know is a fault in the plan, for a person to see."""
    kind, _, part = step.name.partition(":")
    things = {name: thing for name, _, thing in uploads(post)}
    if kind == "upload" and part in things:
        return media.upload(things[part], context)
    if kind == "ready" and part in things:
        return media.ready(done[f"upload:{part}"], step.name, context)
    if kind == "post":
        return create(post, done, context)
    if kind == "edit":
        return edit(post, target_id, context)
    if kind == "delete":
        return delete(target_id, context)
    return Refused(Reason.UNEXPECTED, Refusal.PERSON, f"LinkedIn has no step {step.name}")


def create(post: Post, done: Mapping[str, Done], context: Context) -> Result:
    """POST /rest/posts, once; the id comes in a header. Anything unclear is Unknown."""
    body: dict[str, Any] = {
        "author": author(context),
        "commentary": little(plain_text(post)),
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    if content := content_of(post, done):
        body["content"] = content
    answer = call(context, "POST", "posts", json=body)
    if isinstance(answer, http.Response) and answer.ok:
        urn = answer.headers.get("x-restli-id", "").strip()
        if POST_URN.fullmatch(urn):
            return Done(urn, post_url(urn, context))
    meaning = meaning_of(answer, context, once=True)
    if isinstance(meaning, Refused) and meaning.status == 400 and _lost_media(meaning.detail, post):
        names = tuple(f"{kind}:{name}" for name, _, _ in uploads(post) for kind in ("upload", "ready"))
        return Redo(names, Reason.MEDIA_REJECTED, meaning.detail, 400)
    if isinstance(meaning, Refused) and meaning.status == 404:
        return Refused(Reason.ACCOUNT_GONE, Refusal.ACCOUNT, meaning.detail, 404)
    return meaning


def content_of(post: Post, done: Mapping[str, Done]) -> dict[str, Any]:
    """The post's ``content``: document, one picture, several, or an article card; empty for text alone."""
    if post.document is not None:
        return {"media": {"id": done["upload:document"].id, "title": post.document.title[:TITLE_LIMIT]}}
    if post.pictures:
        images = [_image(done[f"upload:{number + 1}"].id, each) for number, each in enumerate(post.pictures)]
        return {"media": images[0]} if len(images) == 1 else {"multiImage": {"images": images}}
    if post.link is None:
        return {}
    # LinkedIn does not fetch the page: what the card shows must be said here.
    title = (post.link.title.strip() or post.link.url)[:TITLE_LIMIT]
    article = {"source": post.link.url, "title": title}
    if description := post.link.description.strip()[:DESCRIPTION_LIMIT]:
        article["description"] = description
    if post.link.thumbnail is not None:
        article["thumbnail"] = done["upload:thumbnail"].id
        if alt := post.link.thumbnail.alt.strip():
            article["thumbnailAltText"] = alt
    return {"article": article}


def _image(urn: str, picture: Picture) -> dict[str, str]:
    alt = picture.alt.strip()
    return {"id": urn, "altText": alt} if alt else {"id": urn}


def edit(post: Post, target_id: str, context: Context) -> Result:
    """Partial update of the text; nothing else can be changed."""
    body = {"patch": {"$set": {"commentary": little(plain_text(post))}}}
    answer = call(context, "POST", "posts", target_id, json=body, restli_method="PARTIAL_UPDATE")
    if isinstance(answer, http.Response) and answer.ok:
        return Done(target_id, post_url(target_id, context))
    return meaning_of(answer, context, once=False)


def delete(target_id: str, context: Context) -> Result:
    """DELETE /rest/posts/{urn}, which LinkedIn calls idempotent: gone before is as good as deleted."""
    answer = call(context, "DELETE", "posts", target_id, restli_method="DELETE")
    if isinstance(answer, http.Response) and answer.ok:
        return Done(target_id)
    meaning = meaning_of(answer, context, once=False)
    if isinstance(meaning, Refused) and meaning.status == 404:
        return Done(target_id, data={"already_gone": True})
    return meaning


def post_url(urn: str, context: Context) -> str:
    """The post's public address: www.linkedin.com, or for another base address the same path below that base."""
    base = context.account.base_url
    site = "https://www.linkedin.com" if http.same_host(base, "https://api.linkedin.com") else base.rstrip("/")
    return f"{site}/feed/update/{urn}/"


def _lost_media(detail: str, post: Post) -> bool:
    words = detail.lower()
    named = "urn:li:image" in words or "urn:li:document" in words
    return bool(uploads(post)) and named and any(word in words for word in ("not found", "expired", "does not exist"))
