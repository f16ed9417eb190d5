"""Creating, reading, listing and deleting posts on X."""

from __future__ import annotations

import time
import unicodedata
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Response

from sandbox import links, media, posts
from sandbox.platform import Call, Refusal, answer
from sandbox.posts import Post
from sandbox.x import present, problems, query, text
from sandbox.x.ids import snowflake
from sandbox.x.problems import refuse_invalid

KEYS = set(
    [
        "card_uri",
        "community_id",
        "direct_message_deep_link",
        "edit_options",
        "for_super_followers_only",
        "geo",
        "made_with_ai",
        "media",
        "nullcast",
        "paid_partnership",
        "poll",
        "quote_tweet_id",
        "reply",
        "reply_settings",
        "share_with_followers",
        "text",
    ]
)
NOT_HERE = {
    "card_uri",
    "community_id",
    "direct_message_deep_link",
    "edit_options",
    "for_super_followers_only",
    "geo",
    "nullcast",
    "poll",
    "share_with_followers",
}


def create(call: Call) -> Response:
    """POST /2/tweets."""
    body = _body(call)
    raw = body.get("text", "")
    ids = (body.get("media") or {}).get("media_ids", [])
    reply_to = (body.get("reply") or {}).get("in_reply_to_tweet_id")
    if not isinstance(raw, str):
        raise refuse_invalid("$.text: is not a string", text=raw)
    shown = unicodedata.normalize("NFC", raw).strip()
    if not shown and not ids:
        raise refuse_invalid("Your Tweet text cannot be empty.", text="")
    limit = int(call.account.data.get("text_limit", text.LIMIT))
    if text.weighted_length(shown, reply=bool(reply_to)) > limit:
        raise refuse_invalid("Your Tweet text is too long.", text=raw)
    if text.INVALID.search(shown) or "\x00" in shown:
        raise refuse_invalid("Your Tweet text contains invalid characters.", text=raw)
    if reply_to and posts.by_id(call.store, "x", reply_to) is None:
        raise Refusal(problems.plain(403, "You attempted to reply to a Tweet that is deleted or not visible to you."))
    _refuse_duplicate(call, shown, ids)
    items = _take_media(call, ids)
    cut = call.take("cut_text")
    if cut:
        shown = shown[: int(cut.params["length"])]
    ms = call.store.next_ms()
    post = Post(
        "x",
        snowflake(ms),
        call.account.id,
        raw,
        _displayed(shown),
        ms / 1000,
        fingerprint=_fingerprint(shown, ids),
        listed=time.time() + call.seconds("hidden_list", "list_lag_s"),
        data={"shown": shown, "media": items, "reply_to": reply_to},
    )
    post.updated = post.created
    posts.save(call.store, post)
    for found in (media.by_id(call.store, "x", i) for i in ids):
        if found:
            found.used_by = post.id
            media.save(call.store, found)
    for url in text.links(shown):
        links.learn(call.store, url.expanded)
    call.created = post.id
    whole, _ = present.composed(post, call.account.handle)
    return answer({"data": {"id": post.id, "text": whole, "edit_history_post_ids": [post.id]}}, 201)


def _body(call: Call) -> dict[str, Any]:
    body = call.request.get_json(silent=True)
    if not call.request.is_json or not isinstance(body, dict):
        raise refuse_invalid("The request body is not a JSON object.")
    for key in body:
        if key not in KEYS:
            raise refuse_invalid(
                f"$.{key}: is not defined in the schema and the schema does not allow additional properties",
                **{key: ""},
            )
        if key in NOT_HERE:
            raise refuse_invalid(f"$.{key}: the sandbox does not know this", **{key: ""})
    if "media" in body:
        ids = body["media"].get("media_ids") if isinstance(body["media"], dict) else None
        if (
            not isinstance(ids, list)
            or not 1 <= len(ids) <= 4
            or not all(isinstance(i, str) and i.isdigit() for i in ids)
        ):
            raise refuse_invalid(
                "$.media.media_ids: there must be 1 to 4 ids as strings of digits", **{"media.media_ids": ids}
            )
    return body


def _fingerprint(shown: str, ids: list[str]) -> str:
    # Pictures without text are told apart by their ids; a text is compared alone.
    return " ".join(shown.split()) or f"media {','.join(ids)}"


def _refuse_duplicate(call: Call, shown: str, ids: list[str]) -> None:
    now = time.time()
    for earlier in posts.same(call.store, "x", call.account.id, _fingerprint(shown, ids)):
        recent = (
            now - earlier.deleted < call.setting("duplicate_after_delete_s")
            if earlier.deleted
            else now - earlier.created < call.setting("duplicate_window_s")
        )
        if recent:
            raise Refusal(problems.duplicate(call, None, {}))


def _take_media(call: Call, ids: list[str]) -> list[dict[str, Any]]:
    """The pictures for a post, with the alt text they have now. Each may be used once, by its owner."""
    found = [media.by_id(call.store, "x", i) for i in ids]
    wrong = [
        i
        for i, m in zip(ids, found, strict=True)
        if not m or m.account != call.account.id or m.used_by or not m.available or ids.count(i) > 1
    ]
    if wrong:
        raise refuse_invalid("Your media IDs are invalid.", **{"media.media_ids": ",".join(wrong)})
    kinds = [m.kind for m in found if m]
    if len(kinds) > 1 and any(k != "photo" for k in kinds):
        raise refuse_invalid(
            "A post may have up to four pictures, or one GIF or video.", **{"media.media_ids": ",".join(ids)}
        )
    bare = bool(ids) and call.take("drop_alt") is not None
    return [{"id": m.id, "type": m.kind, "alt": "" if bare else m.alt} for m in found if m]


def _displayed(shown: str) -> str:
    """The text with its links as X shows them."""
    parts, at = [], 0
    for url in text.links(shown):
        parts += [shown[at : url.start], text.displayed(url.expanded)]
        at = url.end
    return "".join([*parts, shown[at:]])


def get(call: Call) -> Response:
    """GET /2/tweets/{id}: a post that is not there is a 200 with `errors`."""
    asked = query.read(call, query.POST_QUERY)
    post = posts.by_id(call.store, "x", _id(call.args["id"]))
    if post is None:
        return answer({"errors": [problems.missing("tweet", call.args["id"])]})
    body: dict[str, Any] = {"data": present.post_shape(call, post, asked["post.fields"], asked["expansions"])}
    return answer(_with_includes(call, body, [post], asked))


def get_several(call: Call) -> Response:
    """GET /2/tweets?ids=…"""
    asked = query.read(call, {**query.POST_QUERY, "ids": None})
    ids = [i for i in call.request.args.get("ids", "").split(",") if i]
    if not 1 <= len(ids) <= 100:
        raise refuse_invalid("The `ids` query parameter must hold 1 to 100 ids", ids=",".join(ids))
    found = [(i, posts.by_id(call.store, "x", _id(i))) for i in ids]
    there = [p for _, p in found if p]
    body: dict[str, Any] = {}
    if there:
        body["data"] = [present.post_shape(call, p, asked["post.fields"], asked["expansions"]) for p in there]
    if len(there) < len(ids):
        body["errors"] = [problems.missing("tweet", i, "ids") for i, p in found if p is None]
    return answer(_with_includes(call, body, there, asked))


def timeline(call: Call) -> Response:
    """GET /2/users/{id}/tweets, newest first. A new post shows after the lag."""
    singles = {"max_results", "pagination_token", "start_time", "end_time", "since_id", "until_id", "exclude"}
    asked = query.read(call, query.POST_QUERY, singles)
    args = call.request.args
    size = query.number(call, "max_results", 5, 100, 10)
    found = posts.listed(call.store, "x", _id(call.args["id"]))
    if args.get("since_id"):
        found = [p for p in found if int(p.id) > int(_id(args["since_id"], "since_id"))]
    if args.get("until_id"):
        found = [p for p in found if int(p.id) < int(_id(args["until_id"], "until_id"))]
    for name, keep in (("start_time", lambda p, t: p.created >= t), ("end_time", lambda p, t: p.created < t)):
        if args.get(name):
            moment = _time(name, args[name])
            found = [p for p in found if keep(p, moment)]
    if "replies" in args.get("exclude", ""):
        found = [p for p in found if not p.data.get("reply_to")]
    if args.get("pagination_token"):
        last = _id(args["pagination_token"], "pagination_token")
        found = [p for p in found if int(p.id) < int(last)]
    page = found[:size]
    meta: dict[str, Any] = {"result_count": len(page)}
    body: dict[str, Any] = {"meta": meta}
    if page:
        meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
        body["data"] = [present.post_shape(call, p, asked["post.fields"], asked["expansions"]) for p in page]
    if len(found) > size:
        meta["next_token"] = page[-1].id
    return answer(_with_includes(call, body, page, asked))


def delete(call: Call) -> Response:
    """DELETE /2/tweets/{id}."""
    post = posts.by_id(call.store, "x", _id(call.args["id"]))
    if post is None:
        raise problems.not_found("tweet", call.args["id"])
    if post.account != call.account.id:
        raise Refusal(problems.plain(403, "You are not allowed to delete this Tweet."))
    post.deleted = time.time()
    posts.save(call.store, post)
    return answer({"data": {"deleted": True}})


def _with_includes(call: Call, body: dict[str, Any], found: list[Post], asked: dict[str, set[str]]) -> dict[str, Any]:
    extra = present.includes(call, found, asked)
    return body | ({"includes": extra} if extra else {})


def _id(value: str, name: str = "id") -> str:
    if not value.isdigit() or len(value) > 19:
        raise refuse_invalid(f"The `{name}` parameter value [{value}] is not valid", **{name: value})
    return value


def _time(name: str, value: str) -> float:
    try:
        return datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp()
    except ValueError as error:
        raise refuse_invalid(
            f"The `{name}` query parameter value [{value}] is not a valid RFC 3339 time", **{name: value}
        ) from error
