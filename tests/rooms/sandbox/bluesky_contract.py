"""Checks the sandbox's answers, and our requests, against the published lexicons in tests/contracts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FILE = Path(__file__).parents[2] / "contracts" / "bluesky.lexicons.json"
PATTERNS = {
    "did": r"^did:[a-z]+:[A-Za-z0-9._:%-]+$",
    "at-uri": r"^at://did:[^/]+/[A-Za-z0-9.-]+/[A-Za-z0-9._:~-]+$",
    "cid": r"^baf[ky]rei[a-z2-7]{52}$",
    "tid": r"^[2-7a-j][2-7a-z]{12}$",
    "handle": r"^([A-Za-z0-9-]+\.)+[A-Za-z][A-Za-z0-9-]*$",
    "datetime": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
    "uri": r"^\w+:\S+$",
    "nsid": r"^[a-z][a-zA-Z0-9-]*(\.[a-zA-Z0-9-]+)+$",
    "language": r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$",
}
BLOB = {
    "type": "object",
    "required": ["$type", "ref", "mimeType", "size"],
    "properties": {
        "$type": {"const": "blob"},
        "ref": {"type": "object", "required": ["$link"], "properties": {"$link": {"pattern": PATTERNS["cid"]}}},
        "mimeType": {"type": "string"},
        "size": {"type": "integer", "minimum": 1},
    },
}


@cache
def lexicons() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def as_json_schema(schema: dict[str, Any], here: str) -> dict[str, Any]:
    """A lexicon's schema as JSON Schema; limits in graphemes and bytes are left out."""
    match schema["type"]:
        case "object" | "params":
            parts = schema.get("properties", {})
            return {
                "type": "object",
                "required": schema.get("required", []),
                "properties": {name: as_json_schema(part, here) for name, part in parts.items()},
            }
        case "array":
            more = {"maxItems": schema["maxLength"]} if "maxLength" in schema else {}
            return {"type": "array", "items": as_json_schema(schema["items"], here), **more}
        case "string":
            pattern = PATTERNS.get(schema.get("format", ""))
            return {"type": "string", **({"pattern": pattern} if pattern else {})}
        case "integer" | "boolean":
            return {"type": schema["type"], **{k: schema[k] for k in ("minimum", "maximum") if k in schema}}
        case "blob":
            size = {"properties": {"size": {"maximum": schema["maxSize"]}}} if "maxSize" in schema else {}
            return {"allOf": [BLOB, size]}
        case "ref":
            return referred(schema["ref"], here)
        case "union":
            known = [ref for ref in schema["refs"] if (ref.partition("#")[0] or here) in lexicons()]
            return {"oneOf": [_tagged(ref, here) for ref in known]}
        case "unknown":
            return {"type": "object"}
    raise AssertionError(schema)


def referred(ref: str, here: str) -> dict[str, Any]:
    name, _, part = ref.partition("#")
    found = lexicons()[name or here]["defs"][part or "main"]
    return as_json_schema(found, name or here)


def _tagged(ref: str, here: str) -> dict[str, Any]:
    """One of a union: told by its $type. Strict here, so that a misspelt type does not pass for an unknown one."""
    full = ref if not ref.startswith("#") else here + ref
    tag = {"required": ["$type"], "properties": {"$type": {"const": full}}}
    return {"allOf": [tag, referred(full, here)]}


def errors_in(schema: dict[str, Any], value: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(value)]


def check_output(nsid: str, response: Any) -> None:
    """A good answer is as the lexicon says; a bad one names its error, from the lexicon or one that all may give."""
    main = lexicons()[nsid]["defs"]["main"]
    if response.status_code >= 400:
        body = response.json()
        assert set(body) == {"error", "message"}, body
        return
    output = main.get("output")
    if output is None:
        assert response.content == b"", response.text
        return
    found = errors_in(as_json_schema(output["schema"], nsid), response.json())
    assert not found, f"{nsid}: {found} in {response.text[:500]}"


def check_record(record: Any) -> None:
    """A record of app.bsky.feed.post, every part of it known to the lexicons."""
    nsid = "app.bsky.feed.post"
    assert record["$type"] == nsid
    found = errors_in(as_json_schema(lexicons()[nsid]["defs"]["main"]["record"], nsid), record)
    assert not found, found
    assert len(record["text"].encode()) <= 3000


def check_request(method: str, nsid: str, query: dict[str, str], body: Any) -> None:
    """A request of ours: the right method, known parameters, a body as the lexicon says."""
    main = lexicons()[nsid]["defs"]["main"]
    assert method == {"query": "GET", "procedure": "POST"}[main["type"]]
    parameters = main.get("parameters", {"properties": {}, "required": []})
    assert set(query) <= set(parameters["properties"]), query
    assert set(parameters.get("required", [])) <= set(query), query
    schema = main.get("input", {}).get("schema")
    if schema:
        unknown = set(body) - set(schema["properties"])
        assert not unknown, f"{nsid} has no {unknown}"
        found = errors_in(as_json_schema(schema, nsid), body)
        assert not found, f"{nsid}: {found}"
        if "record" in body:
            check_record(body["record"])
