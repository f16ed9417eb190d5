"""What a call says, whether as JSON or as a form: `media_ids[]` in a form is `media_ids` in JSON."""

from __future__ import annotations

from typing import Any

from sandbox.mastodon import errors
from sandbox.platform import Call


def read(call: Call) -> dict[str, Any]:
    """The fields of a body. Raises Refusal (400) for JSON that is none, or no object."""
    if call.request.is_json:
        body = call.request.get_json(silent=True)
        if not isinstance(body, dict):
            raise errors.refusal(400, "Error occurred while parsing request parameters")
        return body
    form = call.request.form
    return {name.removesuffix("[]"): form.getlist(name) if name.endswith("[]") else form[name] for name in form}


def text(body: dict[str, Any], name: str) -> str:
    """A field as text; what is no text is none."""
    value = body.get(name)
    return value if isinstance(value, str) else ""


def yes(body: dict[str, Any], name: str) -> bool:
    return body.get(name) in (True, "true", "1", 1)
