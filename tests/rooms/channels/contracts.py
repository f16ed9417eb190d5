"""Checks requests as they came over the wire against the published contracts in tests/contracts."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from tests.rooms.channels.loopback import Request

FOLDER = Path(__file__).parents[2] / "contracts"
BASE = "/base"


@cache
def contract(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name).read_text("utf-8"))
    return found


def validate(value: Any, schema: dict[str, Any], whole: dict[str, Any]) -> None:
    """JSON schema with references into the whole document."""
    jsonschema.validate(value, {**schema, "components": whole["components"]})


def matching(template: str, path: str) -> bool:
    """True when a concrete path fits a template with ``{names}``."""
    pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
    return re.fullmatch(pattern, path) is not None


def operation(document: dict[str, Any], request: Request, path: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The operation that a request calls, and its parameters with references resolved."""
    action = request.query.get("action")
    full = f"{path}?action={action}" if action else path
    exact = sorted(document["paths"], key=lambda template: ("{" in template, template))
    for template in exact:
        methods = document["paths"][template]
        if matching(template, full) and request.method.lower() in methods:
            found = methods[request.method.lower()]
            parameters = [*methods.get("parameters", []), *found.get("parameters", [])]
            return found, [resolved(document, parameter) for parameter in parameters]
    raise AssertionError(f"the contract has no {request.method} {full}")


def resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    for part in node["$ref"].removeprefix("#/").split("/"):
        document = document[part]
    return document


def check_parameters(parameters: list[dict[str, Any]], request: Request, document: dict[str, Any]) -> None:
    """Required ones are there, none is unknown, each fits its schema."""
    query = {each["name"]: each for each in parameters if each["in"] == "query"}
    unknown = set(request.query) - set(query) - {"action"}
    assert not unknown, f"parameters that the contract does not have: {unknown}"
    for name, each in query.items():
        assert not each.get("required") or name in request.query, f"{name} is missing"
        if name in request.query:
            validate(typed(request.query[name], each["schema"]), each["schema"], document)
    for each in parameters:
        if each["in"] == "header":
            value = request.headers.get(each["name"].lower())
            assert value is not None or not each.get("required"), f"header {each['name']} is missing"
            if value is not None:
                validate(value, each["schema"], document)


def typed(value: str, schema: dict[str, Any]) -> Any:
    if schema.get("type") == "integer":
        return int(value)
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}[value]
    return value.split(",") if schema.get("type") == "array" else value


def check_x(request: Request) -> None:
    """A request to X against the OpenAPI."""
    document = contract("x.openapi.json")
    found, parameters = operation(document, request, request.path.removeprefix(BASE))
    check_parameters(parameters, request, document)
    assert request.headers["authorization"].startswith("Bearer ")
    kinds = found.get("requestBody", {}).get("content", {})
    if not kinds:
        assert request.body == b""
        return
    kind = request.headers["content-type"].partition(";")[0]
    schema = kinds[kind]["schema"]
    if kind == "application/json":
        validate(request.json, schema, document)
    else:
        fields = request.form
        known = resolved(document, schema)
        assert set(fields) <= set(known["properties"])
        assert set(known["required"]) <= set(fields)
        assert 0 <= int(fields["segment_index"]) <= 999


def check_linkedin(request: Request) -> None:
    """A request to LinkedIn against the hand-made OpenAPI; upload addresses stand for themselves."""
    document = contract("linkedin.rest.json")
    if request.method == "PUT":
        assert request.headers["content-type"] == document["paths"]["{uploadUrl}"]["put"]["x-content-type"]
        return
    found, parameters = operation(document, request, request.path.removeprefix(BASE))
    check_parameters(parameters, request, document)
    assert request.headers["authorization"].startswith("Bearer ")
    if "requestBody" in found:
        validate(request.json, found["requestBody"]["content"]["application/json"]["schema"], document)
    else:
        assert request.body == b""


# Not in the published parameter lists: the token and its proof, reading's own parameters, and the file itself.
FACEBOOK_COMMON = {"access_token", "appsecret_proof"}
FACEBOOK_READING = {"fields", "after", "limit"}


def check_facebook(request: Request) -> None:
    """A request to the Graph API against the published edges and their parameters."""
    version, _, rest = request.path.removeprefix(BASE).lstrip("/").partition("/")
    assert re.fullmatch(r"v\d+\.\d", version)
    parts = rest.split("/")
    kind = {"_": "PagePost", "9": "Photo"}.get("_" if "_" in parts[0] else parts[0][0], "Page")
    edges = contract("facebook.graph.json")["nodes"][kind]["edges"]
    tail = "/" + parts[1] if len(parts) > 1 else ""
    fitting = [
        edge
        for edge in edges
        if edge["method"] == request.method and re.fullmatch(r"/\{[^}]*\}" + re.escape(tail), edge["path"])
    ]
    assert fitting, f"the contract has no {request.method} {request.path}"
    sent = set(request.form) if request.method == "POST" else set(request.query)
    known = {each["name"] for each in fitting[0]["params"]} | FACEBOOK_COMMON
    known |= FACEBOOK_READING if request.method == "GET" else {"source"}
    unknown = {re.sub(r"\[\d+\]$", "", name) for name in sent} - known
    assert not unknown, f"parameters that the contract does not have: {unknown}"
    assert "appsecret_proof" in sent
    assert "access_token" not in request.query
