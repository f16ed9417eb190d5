"""Making, reading, listing, changing and deleting posts on a server."""

from __future__ import annotations

import time
from typing import Any

from werkzeug.wrappers import Response

from sandbox import accounts, links, posts
from sandbox import media as uploads
from sandbox.mastodon import body, errors, media, present, text
from sandbox.mastodon.ids import snowflake
from sandbox.platform import Call, answer
from sandbox.posts import Post

VISIBILITIES = ("public", "unlisted", "private", "direct")


def earlier(call: Call) -> Post | None:
    """The post that was made under the same idempotency key within the hour, a deleted one too."""
    key = call.request.headers.get("Idempotency-Key", "")
    if not key or not call.accounts:
        return None
    since = time.time() - float(call.setting("idempotency_s"))
    found = posts.same(call.store, "mastodon", call.account.id, key)
    return next((post for post in found if post.created >= since), None)


def create(call: Call) -> Response:
    """POST /api/v1/statuses."""
    before = earlier(call)
    if before is not None:
        if before.deleted is not None:
            raise errors.refusal(404)
        return answer(present.status(call, before))
    said = body.read(call)
    if said.get("scheduled_at") or said.get("poll"):
        raise errors.invalid("the sandbox knows neither polls nor planned posts")
    raw, warning = body.text(said, "status"), body.text(said, "spoiler_text").strip()
    items = media.take(call, _ids(said), None)
    shown = _checked(call, raw, warning, bool(items))
    visibility = body.text(said, "visibility") or "public"
    if visibility not in VISIBILITIES:
        raise errors.invalid("Visibility is not included in the list")
    parent = str(said.get("in_reply_to_id") or "")
    if parent and posts.by_id(call.store, "mastodon", parent) is None:
        raise errors.refusal(404, "The post you are trying to reply to does not appear to exist.")
    bare, cut = bool(items) and call.take("drop_alt") is not None, call.take("cut_text")
    if cut:
        shown = shown[: int(cut.params["length"])]
    ms = call.store.next_ms()
    post = Post(
        "mastodon",
        snowflake(ms),
        call.account.id,
        raw,
        _displayed(shown),
        ms / 1000,
        listed=time.time() + call.seconds("hidden_list", "list_lag_s"),
        fingerprint=call.request.headers.get("Idempotency-Key", ""),
        data={
            "shown": shown,
            "warning": warning,
            "sensitive": body.yes(said, "sensitive") or bool(warning),
            "visibility": visibility,
            "language": body.text(said, "language") or None,
            "media": [{"id": one.id, "alt": "" if bare else one.alt} for one in items],
            "reply_to": parent or None,
        },
    )
    if visibility in ("private", "direct"):
        post.data["publish_at"] = None  # followers only: the public's pages do not show it
    post.updated = post.created
    _keep(call, post, items)
    call.created = post.id
    return answer(present.status(call, post))


def _keep(call: Call, post: Post, items: list[uploads.Media]) -> None:
    posts.save(call.store, post)
    for one in items:
        one.used_by = post.id
        uploads.save(call.store, one)
    for url in text.links(post.data["shown"]):
        links.learn(call.store, url)


def _ids(said: dict[str, Any]) -> list[str]:
    ids = said.get("media_ids") or []
    if not isinstance(ids, list) or not all(isinstance(id, str) for id in ids):
        raise errors.invalid("media_ids must be a list of ids")
    return ids


def _checked(call: Call, raw: str, warning: str, pictures: bool) -> str:
    """The text as it is kept: without white space around it, neither empty nor too long."""
    shown = raw.strip("\t\n\v\f\r \x00")
    if not shown and not pictures and not warning:
        raise errors.invalid("Text can't be blank")
    limit = int(call.setting("max_characters"))
    if text.length(shown, warning, int(call.setting("characters_reserved_per_url"))) > limit:
        raise errors.invalid(f"Text character limit of {limit} exceeded")
    return shown


def _displayed(shown: str) -> str:
    """The text as readers see it: addresses without what is hidden of them."""
    parts, at = [], 0
    for mark in text.marks(shown):
        if mark.kind == "link":
            _, middle, after = text.shown(mark.word)
            parts += [shown[at : mark.start], middle + ("…" if after else "")]
            at = mark.end
    return "".join([*parts, shown[at:]])


def _visible(call: Call, id: str) -> Post:
    """A post that the account may read, or 404."""
    post = posts.by_id(call.store, "mastodon", id)
    if post is None or (not post.public() and post.account != call.account.id):
        raise errors.refusal(404)
    return post


def _own(call: Call) -> Post:
    post = posts.by_id(call.store, "mastodon", call.args["id"])
    if post is None or post.account != call.account.id:
        raise errors.refusal(404)
    return post


def get(call: Call) -> Response:
    """GET /api/v1/statuses/:id."""
    return answer(present.status(call, _visible(call, call.args["id"])))


def source(call: Call) -> Response:
    """GET /api/v1/statuses/:id/source: what was written, for changing it."""
    post = _own(call)
    return answer({"id": post.id, "text": post.data["shown"], "spoiler_text": post.data["warning"]})


def context(call: Call) -> Response:
    """GET /api/v1/statuses/:id/context: what the post answers, and what answers it."""
    post = _visible(call, call.args["id"])
    above: list[Post] = []
    at: Post | None = post
    while at is not None and at.data.get("reply_to"):
        at = posts.by_id(call.store, "mastodon", at.data["reply_to"])
        above = [at, *above] if at else above
    below, ids = [], {post.id}
    for one in reversed(posts.newest(call.store, "mastodon")):
        if one.data.get("reply_to") in ids:
            ids.add(one.id)
            below.append(one)
    shapes = [[present.status(call, p) for p in group] for group in (above, below)]
    return answer({"ancestors": shapes[0], "descendants": shapes[1]})


def edit(call: Call) -> Response:
    """PUT /api/v1/statuses/:id. Pictures that are not named are taken out; `media_attributes` describes those kept."""
    post, said = _own(call), body.read(call)
    items = media.take(call, _ids(said), post.id)
    warning = body.text(said, "spoiler_text").strip()
    shown = _checked(call, body.text(said, "status"), warning, bool(items))
    before = {item["id"]: item["alt"] for item in post.data["media"]}
    told = said.get("media_attributes")
    words = {
        str(each.get("id")): str(each.get("description") or "")
        for each in (told if isinstance(told, list) else [])
        if isinstance(each, dict)
    }
    post.raw_text, post.text = body.text(said, "status"), _displayed(shown)
    post.data |= {
        "shown": shown,
        "warning": warning,
        "sensitive": body.yes(said, "sensitive") or bool(warning),
        "language": body.text(said, "language") or post.data["language"],
        "media": [{"id": one.id, "alt": words.get(one.id, before.get(one.id, one.alt))} for one in items],
    }
    post.updated = max(time.time(), post.created + 0.001)
    _keep(call, post, items)
    return answer(present.status(call, post))


def delete(call: Call) -> Response:
    """DELETE /api/v1/statuses/:id answers with the post and what was written in it."""
    post = _own(call)
    shape = {**present.status(call, post), "text": post.data["shown"]}
    post.deleted = time.time()
    posts.save(call.store, post)
    return answer(shape)


def of_account(call: Call) -> Response:
    """GET /api/v1/accounts/:id/statuses, newest first. `Link` names the next page."""
    args, id = call.request.args, call.args["id"]
    if accounts.by_id(call.store, "mastodon", id) is None:
        raise errors.refusal(404)
    found = [p for p in posts.listed(call.store, "mastodon", id) if p.public() or id == call.account.id]
    if args.get("exclude_replies") in ("true", "1"):
        found = [p for p in found if not p.data.get("reply_to")]
    if args.get("only_media") in ("true", "1"):
        found = [p for p in found if p.data["media"]]
    for name, keep in (("max_id", int.__lt__), ("since_id", int.__gt__), ("min_id", int.__gt__)):
        edge = args.get(name, "")
        if edge.isdigit():
            found = [p for p in found if keep(int(p.id), int(edge))]
    limit = min(max(args.get("limit", 20, int), 1), 40)
    page = found[:limit] if not args.get("min_id") else found[-limit:]
    response = answer([present.status(call, p) for p in page])
    here = f"{call.base}/api/v1/accounts/{id}/statuses?limit={limit}"
    if page:
        nexts = [f'<{here}&max_id={page[-1].id}>; rel="next"'] if len(page) == limit else []
        response.headers["Link"] = ", ".join([*nexts, f'<{here}&min_id={page[0].id}>; rel="prev"'])
    return response
