"""Creating, reading, finding, editing and deleting an organisation's posts."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from sandbox import accounts, links, media, posts
from sandbox.linkedin import content, errors
from sandbox.linkedin.little import Little, render
from sandbox.platform import Call, Refusal, answer
from sandbox.posts import Post
from sandbox.store import Store

LIMIT = 3000
REQUIRED = ("author", "commentary", "visibility", "distribution", "lifecycleState")
KNOWN = {
    *REQUIRED,
    "content",
    "isReshareDisabledByAuthor",
    "reshareContext",
    "adContext",
    "container",
    "contentCallToActionLabel",
    "contentLandingPage",
}
CHOICES = {
    "visibility": {"PUBLIC", "CONNECTIONS", "LOGGED_IN", "CONTAINER"},
    "lifecycleState": {"DRAFT", "PUBLISHED", "PUBLISH_REQUESTED", "PUBLISH_FAILED"},
}
POST_URN = re.compile(r"urn:li:(share|ugcPost):\d+")


def create(call: Call) -> Response:
    """POST /rest/posts: 201 without a body, the id in `x-restli-id`."""
    body = _checked(call)
    commentary = _commentary(body["commentary"])
    org = _author(call, body["author"])
    kept = content.check(call, org, body.get("content"))
    if not commentary.strip() and not kept and "reshareContext" not in body:
        raise errors.field("/commentary", "MISSING_FIELD", "A post needs a text or content")
    article = (kept or {}).get("article", {}).get("source", "")
    fingerprint = f"{' '.join(commentary.split())}|{article}"
    _refuse_duplicate(call, org, fingerprint)
    if call.take("drop_alt"):
        kept = content.without_alt(kept)
    cut = call.take("cut_text")
    read = little(call.store, commentary)
    shown = read.text[: int(cut.params["length"])] if cut else read.text
    ms = call.store.next_ms()
    urn = f"urn:li:share:{7000000000000000000 + ms * 1000}"
    post = Post(
        "linkedin",
        urn,
        org,
        commentary,
        shown.strip(),
        ms / 1000,
        fingerprint=fingerprint,
        updated=ms / 1000,
        listed=time.time() + call.seconds("hidden_list", "list_lag_s"),
        data={
            "body": body | ({"content": kept} if kept else {}),
            "kept": _escaped(shown) if cut else commentary[: read.cut_at],
            "publish_at": 0 if body["lifecycleState"] == "PUBLISHED" else None,
        },
    )
    posts.save(call.store, post)
    for id in content.media_ids(kept):
        found = media.by_id(call.store, "linkedin", id)
        if found:
            found.used_by = urn
            media.save(call.store, found)
    if article:
        links.learn(call.store, article)
    call.created = urn
    return answer(None, 201, {"x-restli-id": urn, "Location": f"/rest/posts/{quote(urn, safe='')}"})


def _checked(call: Call) -> dict[str, Any]:
    body = call.request.get_json(silent=True)
    if not call.request.is_json or not isinstance(body, dict):
        raise errors.refusal(400, "ILLEGAL_ARGUMENT", "Cannot parse request entity")
    for name in REQUIRED:
        if name not in body:
            raise errors.field(
                f"/{name}", "MISSING_FIELD", f"/{name} :: field is required but not found and has no default value"
            )
    for name in set(body) - KNOWN:
        raise errors.field(f"/{name}", "ILLEGAL_ARGUMENT", f"/{name} :: unrecognized field found but not allowed")
    for name, allowed in CHOICES.items():
        if body[name] not in allowed:
            raise errors.field(
                f"/{name}", "INVALID_VALUE_FOR_FIELD", f"/{name} :: {body[name]!r} is not an enum symbol"
            )
    distribution = body["distribution"]
    if not isinstance(distribution, dict) or distribution.get("feedDistribution") not in ("MAIN_FEED", "NONE"):
        raise errors.field(
            "/distribution/feedDistribution", "MISSING_FIELD", "/distribution/feedDistribution :: field is required"
        )
    return body


def _commentary(value: Any) -> str:
    if not isinstance(value, str):
        raise errors.field("/commentary", "INVALID_VALUE_FOR_FIELD", "/commentary :: is not a string")
    if len(value) > LIMIT:
        raise errors.field(
            "/commentary", "FIELD_LENGTH_TOO_LONG", f"/commentary :: length of {len(value)} exceeds {LIMIT}"
        )
    return value.replace("\x00", "")


def _author(call: Call, urn: Any) -> str:
    """The author's id, when the token may post for it."""
    match = re.fullmatch(r"urn:li:organization:(\d+)", str(urn))
    if not match:
        raise errors.field("/author", "INVALID_URN_TYPE", f"/author :: {urn!r} is not an organization urn")
    if match[1] not in {a.id for a in call.accounts}:
        raise errors.refusal(403, None, "Organization permissions must be used when using organization as author")
    return match[1]


def little(store: Store, commentary: str) -> Little:
    """The commentary as the public reads it; mentions need an organisation's exact name."""

    def name_of(urn: str) -> str | None:
        found = accounts.by_id(store, "linkedin", urn.rsplit(":", 1)[-1])
        return found.name if found else None

    return render(commentary, name_of)


def _refuse_duplicate(call: Call, org: str, fingerprint: str) -> None:
    """A deleted post still counts for a time: its urn is then a ghost."""
    now = time.time()
    for earlier in posts.same(call.store, "linkedin", org, fingerprint):
        recent = (
            now - earlier.deleted < call.setting("ghost_s")
            if earlier.deleted
            else now - earlier.created < call.setting("duplicate_window_s")
        )
        if recent:
            raise Refusal(errors.duplicate(call, earlier.id, {}))


def shape(post: Post) -> dict[str, Any]:
    """A post as the API gives it."""
    body = post.data["body"]
    # What was cut is gone: the API gives back what the public reads, as little text.
    return {
        "id": post.id,
        "author": body["author"],
        "commentary": post.data["kept"],
        "visibility": body["visibility"],
        "distribution": body["distribution"],
        **({"content": body["content"]} if body.get("content") else {}),
        "lifecycleState": "PUBLISHED" if post.public() else body["lifecycleState"],
        "isReshareDisabledByAuthor": body.get("isReshareDisabledByAuthor", False),
        "createdAt": int(post.created * 1000),
        "publishedAt": int(post.created * 1000),
        "lastModifiedAt": int(post.updated * 1000),
        "lifecycleStateInfo": {"isEditedByAuthor": post.updated > post.created},
    }


def _escaped(text: str) -> str:
    return re.sub(r"([\\|{}@\[\]()<>#*_~])", r"\\\1", text)


def _post(call: Call) -> Post:
    urn = call.args["urn"]
    if not POST_URN.fullmatch(urn):
        raise errors.refusal(400, "INVALID_URN_TYPE", f"Invalid post urn {urn}")
    post = posts.by_id(call.store, "linkedin", urn)
    if post is None:
        raise errors.refusal(404, None, f"Could not find entity {urn}")
    if post.account not in {a.id for a in call.accounts}:
        raise errors.refusal(403)
    return post


def get(call: Call) -> Response:
    return answer(shape(_post(call)))


def find(call: Call) -> Response:
    """GET /rest/posts?q=author&author=…, or several by `ids=List(…)`."""
    args = call.request.args
    if "ids" in args:
        return _several(call, args["ids"])
    if args.get("q") != "author":
        raise errors.refusal(400, "ILLEGAL_ARGUMENT", "The query parameter q must be author")
    org = _author(call, args.get("author"))
    found = [p for p in posts.listed(call.store, "linkedin", org) if p.public() or args.get("viewContext") == "AUTHOR"]
    if args.get("sortBy", "LAST_MODIFIED") == "LAST_MODIFIED":
        found.sort(key=lambda p: p.updated, reverse=True)
    start, count = args.get("start", 0, int), min(100, args.get("count", 10, int))
    return answer(
        {"elements": [shape(p) for p in found[start : start + count]], "paging": paging(start, count, len(found))}
    )


def paging(start: int, count: int, total: int) -> dict[str, Any]:
    return {"start": start, "count": count, "total": total, "links": []}


def _several(call: Call, ids: str) -> Response:
    urns = [u for u in ids.removeprefix("List(").removesuffix(")").split(",") if u]
    found = {u: p for u in urns if (p := posts.by_id(call.store, "linkedin", u))}
    return answer(
        {
            "results": {u: shape(p) for u, p in found.items()},
            "statuses": dict.fromkeys(found, 200),
            "errors": {u: errors.body(404) for u in urns if u not in found},
        }
    )


def update(call: Call) -> Response:
    """POST /rest/posts/{urn} with X-RestLi-Method: PARTIAL_UPDATE: a new text."""
    if call.request.headers.get("X-RestLi-Method") != "PARTIAL_UPDATE":
        raise errors.refusal(400, "ILLEGAL_ARGUMENT", "The header X-RestLi-Method must be PARTIAL_UPDATE")
    post = _post(call)
    body = call.request.get_json(silent=True)
    changes = ((body or {}).get("patch") or {}).get("$set") if isinstance(body, dict) else None
    if not isinstance(changes, dict) or not changes:
        raise errors.field("/patch/$set", "MISSING_FIELD", "/patch/$set :: field is required")
    for name in set(changes) - {"commentary", "contentCallToActionLabel", "contentLandingPage", "lifecycleState"}:
        raise errors.field(f"/patch/$set/{name}", "ILLEGAL_ARGUMENT", f"/{name} :: cannot be updated")
    if "commentary" in changes:
        post.raw_text = _commentary(changes["commentary"])
        read = little(call.store, post.raw_text)
        post.text, post.data["kept"] = read.text.strip(), post.raw_text[: read.cut_at]
    post.updated = time.time()
    posts.save(call.store, post)
    return answer(None, 204)


def delete(call: Call) -> Response:
    """DELETE: also of what is not there any more (idempotent by the contract)."""
    urn = call.args["urn"]
    if not POST_URN.fullmatch(urn):
        raise errors.refusal(400, "INVALID_URN_TYPE", f"Invalid post urn {urn}")
    post = posts.by_id(call.store, "linkedin", urn)
    if post and post.account not in {a.id for a in call.accounts}:
        raise errors.refusal(403)
    if post:
        post.deleted = time.time()
        posts.save(call.store, post)
    return answer(None, 204)
