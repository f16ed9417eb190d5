"""Creating, reading, editing, listing and deleting a page's posts."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from werkzeug.wrappers import Response

from sandbox import accounts, links, media, posts
from sandbox.accounts import Account
from sandbox.facebook import errors, nodes
from sandbox.facebook.fields import flag, listed, parameter
from sandbox.media import Media
from sandbox.platform import Call, Refusal, answer
from sandbox.posts import Post

LIMIT = 63206
LIST_DEFAULT = "id,message,created_time"
PLAN_FROM_S, PLAN_TO_S = 10 * 60, 30 * 24 * 3600


def page_of(call: Call, id: str) -> Account:
    """The page that is called, which must be the token's own."""
    found = call.account if id in ("me", call.account.id) else accounts.by_id(call.store, "facebook", id)
    if found is None:
        raise errors.gone(call, id)
    if found.id != call.account.id:
        raise errors.refusal(call, 403, 200, "(#200) The token does not belong to this page.")
    return found


def create(call: Call) -> Response:
    """POST /{page}/feed."""
    page = page_of(call, call.args["node"])
    message, link = _text(call), str(parameter(call, "link") or "")
    photos = _attached(call)
    if not message and not link and not photos:
        raise errors.parameter(call, "The post is empty. Please enter a message to share.")
    if link:
        _check_link(call, link)
    publish_at = planned(call)
    fingerprint = f"{message}|{link}|{','.join(sorted(p.sha256 or '' for p in photos))}"
    refuse_duplicate(call, page, fingerprint)
    found = make(call, page, message, link if not photos else "", photos, publish_at, fingerprint)
    return answer({"id": found.id})


def make(
    call: Call, page: Account, message: str, link: str, photos: list[Media], publish_at: float | None, fingerprint: str
) -> Post:
    """Stores the post; `publish_at` None means never by itself (a draft), 0 at once."""
    cut, bare = call.take("cut_text"), call.take("drop_alt")
    shown = message[: int(cut.params["length"])] if cut else message
    ms = call.store.next_ms()
    items = [{"id": p.id, "alt": "" if bare else p.alt} for p in photos]
    found = Post(
        "facebook",
        f"{page.id}_{ms * 100 + 22}",
        page.id,
        message,
        shown,
        ms / 1000,
        listed=time.time() + call.seconds("hidden_list", "list_lag_s"),
        fingerprint=fingerprint,
        updated=ms / 1000,
        data={"link": link, "media": items, "publish_at": publish_at},
    )
    posts.save(call.store, found)
    for photo in photos:
        photo.used_by = found.id
        photo.alt = "" if bare else photo.alt
        media.save(call.store, photo)
    if link:
        links.learn(call.store, link)
    call.created = found.id
    return found


def refuse_duplicate(call: Call, page: Account, fingerprint: str) -> None:
    """506 when it is the same as the page's last post, as long as that one stands."""
    last = next(iter(posts.newest(call.store, "facebook", page.id)), None)
    if last and last.fingerprint == fingerprint and time.time() - last.created < call.setting("duplicate_window_s"):
        raise Refusal(errors.duplicate(call, last.id, {}))


def planned(call: Call) -> float | None:
    """When the post comes out: 0 at once, a time, or None for never by itself. Refuses times out of range."""
    if flag(call, "published", True):
        return 0
    given = parameter(call, "scheduled_publish_time")
    if given is None:
        return None
    try:
        at = (
            float(given)
            if str(given).isdigit()
            else datetime.fromisoformat(str(given).replace("Z", "+00:00")).timestamp()
        )
    except ValueError as error:
        raise errors.parameter(call, "The specified scheduled publish time is invalid.") from error
    if not PLAN_FROM_S - 30 <= at - time.time() <= PLAN_TO_S:
        raise errors.parameter(
            call,
            "The specified scheduled publish time is invalid.",
            error_user_msg="You must schedule between 10 minutes and 30 days from now.",
        )
    return at


def _text(call: Call) -> str:
    message = str(parameter(call, "message") or "").replace("\x00", "").strip()
    if len(message) > LIMIT:
        raise errors.parameter(call, f"Message is longer than {LIMIT} characters.")
    return message


def _check_link(call: Call, link: str) -> None:
    parts = urlsplit(link)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or ("." not in host and not links.is_loopback(link)):
        raise errors.parameter(call, "link should represent a valid URL")
    if host == "facebook.com" or host.endswith(".facebook.com"):
        raise errors.parameter(call, "The link is not allowed.", 1609008)


def _attached(call: Call) -> list[Media]:
    found = []
    for item in listed(call, "attached_media"):
        id = str(item.get("media_fbid", "")) if isinstance(item, dict) else ""
        photo = media.by_id(call.store, "facebook", id)
        if not photo or photo.account != call.account.id or photo.expired:
            raise errors.parameter(call, f"Invalid attached_media: object {id or item!r} does not exist.")
        if photo.processing:
            raise errors.parameter(call, f"Media {id} is not ready to be published.")
        if photo.used_by:
            raise errors.parameter(call, "These photos were already posted.", 1366051)
        if photo.failed:
            raise errors.parameter(call, f"Media {id} could not be processed.")
        found.append(photo)
    if len({p.id for p in found}) < len(found):
        raise errors.parameter(call, "attached_media holds the same photo twice.")
    return found


def feed(call: Call) -> Response:
    """GET /{page}/feed, /posts and /published_posts: newest first, after the lag."""
    page = page_of(call, call.args["node"])
    fields = nodes.wanted(call, nodes.POST, "PagePost", LIST_DEFAULT)
    found = [p for p in posts.listed(call.store, "facebook", page.id) if p.public()]
    for name, keep in (("since", lambda p, t: p.created >= t), ("until", lambda p, t: p.created < t)):
        given = call.request.args.get(name)
        if given:
            moment = _moment(call, name, given)
            found = [p for p in found if keep(p, moment)]
    return paged(call, found, lambda p: nodes.post(call, p, page, fields))


def scheduled(call: Call) -> Response:
    """GET /{page}/scheduled_posts."""
    page = page_of(call, call.args["node"])
    fields = nodes.wanted(call, nodes.POST, "PagePost", "id,message,created_time")
    waiting = [p for p in posts.newest(call.store, "facebook", page.id) if not p.public() and p.data.get("publish_at")]
    return paged(call, waiting, lambda p: nodes.post(call, p, page, fields))


def paged(call: Call, found: list[Any], shape: Any) -> Response:
    """A page of a list, with cursors."""
    raw = str(parameter(call, "limit", "25"))
    limit = min(100, int(raw)) if raw.isdigit() and int(raw) else 25
    after = call.request.args.get("after")
    start = next((n + 1 for n, p in enumerate(found) if p.id == after), 0)
    part = found[start : start + limit]
    body: dict[str, Any] = {"data": [shape(p) for p in part]}
    if part:
        body["paging"] = {"cursors": {"before": part[0].id, "after": part[-1].id}}
        if start + limit < len(found):
            kept = {k: v for k, v in call.request.args.items() if k not in ("access_token", "after", "appsecret_proof")}
            body["paging"]["next"] = f"{call.request.base_url}?{urlencode(kept | {'after': part[-1].id})}"
    return answer(body)


def edit(call: Call, found: Post) -> Response:
    """POST /{post}: a new text; pictures and link stay."""
    message = parameter(call, "message")
    if message is not None:
        found.raw_text = found.text = _text(call)
        found.updated = time.time()
    if flag(call, "is_published", False) and not found.public():
        found.data["publish_at"] = 0
    posts.save(call.store, found)
    return answer({"success": True})


def delete(call: Call, found: Post) -> Response:
    """DELETE /{post}."""
    found.deleted = time.time()
    posts.save(call.store, found)
    return answer({"success": True})


def _moment(call: Call, name: str, value: str) -> float:
    try:
        return float(value) if value.isdigit() else datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp()
    except ValueError as error:
        raise errors.parameter(call, f"{name} is not a time") from error
