"""The faults of a chaos run: every kind that the pretend platforms know, on every platform, each now and then."""

from __future__ import annotations

import random
from typing import Any

# How a post is made on each platform: method and path, as the pretend platforms match them.
CREATE: dict[str, dict[str, str]] = {
    "x": {"method": "POST", "path": "/2/tweets$"},
    "facebook": {"method": "POST", "path": "/feed$"},
    "linkedin": {"method": "POST", "path": "/rest/posts$"},
    "bluesky": {"method": "POST", "path": "com.atproto.repo.putRecord$"},
    "mastodon": {"method": "POST", "path": "/api/v1/statuses$"},
}
LIFE = 25  # seconds after which we have to renew a key
# How long before its end each key is renewed by us; what is set here lies LIFE seconds above.
SETTINGS: dict[str, dict[str, Any]] = {
    "x": {
        "list_lag_s": 1.0, "processing_s": 0.3, "token_s": 600 + LIFE,
        "limits": {"createPosts": 5000, "other": 9000},
    },
    "facebook": {"list_lag_s": 1.0},
    "linkedin": {"list_lag_s": 1.0, "processing_s": 0.3, "token_s": 7 * 86_400 + LIFE, "refresh_tokens": True},
    "bluesky": {"access_s": 1200 + LIFE, "limits": {"calls": 90_000, "sign-in": 300}},
    "mastodon": {
        "list_lag_s": 1.0, "processing_s": 0.3,
        "limits": {"createStatus": 9000, "createMediaV2": 9000, "other": 90_000},
    },
}  # fmt: skip
EVERYTHING: dict[str, str] = {}  # matches every call, those about keys included


def faults_of(create: dict[str, str]) -> list[dict[str, Any]]:
    """Kind, how likely, and what it strikes. ``times`` bounds those after which a person is needed."""
    return [
        {"kind": "timeout_before", "probability": 0.04, "match": create},
        {"kind": "timeout_after", "probability": 0.06, "match": create},
        {"kind": "cut_before", "probability": 0.04, "match": EVERYTHING},
        {"kind": "cut_after", "probability": 0.05, "match": create},
        {"kind": "cut_after", "probability": 0.01, "match": EVERYTHING},
        {"kind": "status_before", "probability": 0.04, "match": EVERYTHING, "status": 500},
        {"kind": "status_after", "probability": 0.05, "match": create, "status": 500},
        {"kind": "status_after", "probability": 0.02, "match": EVERYTHING, "status": 503},
        {"kind": "status_before", "probability": 0.03, "match": EVERYTHING, "status": 429, "retry_after": 2},
        {"kind": "status_before", "probability": 0.02, "match": EVERYTHING, "status": 401, "times": 1},
        {"kind": "malformed", "probability": 0.03, "match": create, "body": "html"},
        {"kind": "malformed", "probability": 0.02, "match": create, "body": "no_id"},
        {"kind": "malformed", "probability": 0.02, "match": create, "body": "truncated_json"},
        {"kind": "malformed", "probability": 0.01, "match": create, "body": "empty"},
        {"kind": "duplicate_false", "probability": 0.03, "match": create, "times": 2},
        {"kind": "duplicate_true", "probability": 0.03, "match": create, "times": 2},
        {"kind": "ghost", "probability": 0.02, "match": create, "times": 1},
        {"kind": "late_effect", "probability": 0.02, "match": create, "seconds": 1.5},
        {"kind": "delay", "probability": 0.08, "match": EVERYTHING, "seconds": 0.6},
        {"kind": "redirect", "probability": 0.02, "match": create},
        {"kind": "gzip_bomb", "probability": 0.01, "match": create, "bytes": 50_000_000},
        {"kind": "huge_body", "probability": 0.01, "match": create, "bytes": 30_000_000},
        {"kind": "slow_processing", "probability": 0.05, "match": EVERYTHING, "seconds": 3.0},
        {"kind": "failed_processing", "probability": 0.02, "match": EVERYTHING, "times": 1},
        {"kind": "hidden_list", "probability": 0.03, "match": create, "seconds": 2.0},
        {"kind": "drop_alt", "probability": 0.06, "match": EVERYTHING, "times": 1},
        {"kind": "cut_text", "probability": 0.02, "match": create, "times": 1, "length": 40},
    ]


def break_things(platforms: Any, chance: random.Random) -> None:
    for name, create in CREATE.items():
        for fault in faults_of(create):
            body = {"times": None, "seed": chance.randrange(10**6), **fault}
            platforms.post(f"/_sandbox/{name}/faults", body)


def struck(platforms: Any) -> dict[str, int]:
    """How often each kind of fault has struck, over all platforms."""
    found: dict[str, int] = {}
    for name in CREATE:
        for fault in platforms.get(f"/_sandbox/{name}/faults"):
            found[fault["kind"]] = found.get(fault["kind"], 0) + fault["hits"]
    return found
