"""Bodies and parameters of calls, checked against their lexicons."""

from __future__ import annotations

import json
from typing import Any

from sandbox.bluesky import errors
from sandbox.bluesky.lexicon import Invalid, check, check_input, check_numbers, lexicons
from sandbox.platform import Call


def checked_body(call: Call) -> dict[str, Any]:
    """The JSON body of a procedure. Raises Refusal with 400."""
    assert call.operation is not None
    if not call.request.is_json:
        raise errors.refusal(400, None, 'Wrong request encoding (Content-Type): expected "application/json"')
    try:
        body = json.loads(call.request.get_data())
    except ValueError as error:
        raise errors.refusal(400, "SyntaxError", f"{error}") from error
    try:
        check_numbers(body)
        check_input(call.operation.id, body)
    except Invalid as error:
        raise errors.refusal(400, None, str(error)) from error
    found: dict[str, Any] = body
    return found


def checked_params(call: Call) -> dict[str, Any]:
    """The parameters of a query, numbers as numbers. Raises Refusal with 400."""
    assert call.operation is not None
    nsid = call.operation.id
    schema = lexicons()[nsid]["defs"]["main"]["parameters"]
    found: dict[str, Any] = {}
    for name, part in schema["properties"].items():
        value: Any = call.request.args.get(name)
        if value is None:
            if "default" in part:
                found[name] = part["default"]
            continue
        if part["type"] == "integer" and value.lstrip("-").isdigit():
            value = int(value)
        elif part["type"] == "boolean" and value in ("true", "false"):
            value = value == "true"
        found[name] = value
    try:
        check({**schema, "type": "object"}, found, "$", nsid)
    except Invalid as error:
        raise errors.refusal(400, None, f"Invalid {nsid} params: {error}") from error
    return found
