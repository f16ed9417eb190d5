"""Checks the sandbox's answers against the published contracts in tests/contracts."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FOLDER = Path(__file__).parents[2] / "contracts"


def _nullable(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable`, JSON Schema does not know it."""
    if isinstance(schema, list):
        return [_nullable(s) for s in schema]
    if not isinstance(schema, dict):
        return schema
    out = {k: _nullable(v) for k, v in schema.items()}
    if out.get("nullable") is True and isinstance(out.get("type"), str):
        out["type"] = [out["type"], "null"]
    return out


class OpenApi:
    """A contract in OpenAPI's form; `strip` is what a path in the sandbox begins with."""

    def __init__(self, name: str, platform: str) -> None:
        self.doc = _nullable(json.loads((FOLDER / name).read_text("utf-8")))
        self.platform = platform

    def schema(self, ref: dict[str, Any]) -> Draft202012Validator:
        return Draft202012Validator({**copy.copy(ref), "components": self.doc["components"]})

    def operation(self, operation_id: str) -> dict[str, Any]:
        for path in self.doc["paths"].values():
            for operation in path.values():
                if isinstance(operation, dict) and operation.get("operationId") == operation_id:
                    return operation
        raise AssertionError(f"{operation_id} is not in the contract")

    def check(self, operation_id: str, response: Any) -> None:
        """Status known, content type known, body valid, headers there."""
        responses = self.operation(operation_id)["responses"]
        known = responses.get(str(response.status_code)) or responses.get("default")
        assert known, f"{operation_id} may not answer {response.status_code}: {response.text[:300]}"
        if "$ref" in known:
            known = self.doc["components"]["responses"][known["$ref"].rsplit("/", 1)[-1]]
        for header in known.get("headers", {}):
            assert header in response.headers, f"{operation_id} must send {header}"
        content = known.get("content")
        if not content:
            assert response.content == b"", f"{operation_id} answers {response.status_code} without a body"
            return
        kind = response.headers["content-type"].split(";")[0]
        assert kind in content, f"{operation_id}: {kind} is none of {list(content)}"
        errors = list(self.schema(content[kind]["schema"]).iter_errors(response.json()))
        assert not errors, f"{operation_id} {response.status_code}: {errors[0].message} in {response.text[:500]}"


class Graph:
    """Facebook's contract: nodes with typed fields, answers and errors written by hand."""

    TYPES = {"string": str, "bool": bool, "unsigned int": int, "int": int, "float": (int, float), "list": list}

    def __init__(self) -> None:
        self.doc = json.loads((FOLDER / "facebook.graph.json").read_text("utf-8"))
        self.error_keys = set(self.doc["hand_assembled"]["error"]["body"]["error"])

    def check_error(self, response: Any) -> None:
        error = response.json()["error"]
        assert set(error) <= self.error_keys, set(error) - self.error_keys
        assert {"message", "type", "code", "fbtrace_id"} <= set(error)
        assert isinstance(error["code"], int)
        assert isinstance(error["message"], str)

    def check_node(self, kind: str, shape: dict[str, Any]) -> None:
        fields = self.doc["nodes"][kind]["fields"]
        edges = {e["path"].rsplit("/", 1)[-1] for e in self.doc["nodes"][kind]["edges"]}
        for name, value in shape.items():
            assert name in fields or name in edges or name == "tasks", f"{kind} has no field {name}"
            wanted = fields.get(name)
            if wanted in self.TYPES:
                assert isinstance(value, self.TYPES[wanted]), (kind, name, value)
            if wanted == "datetime":
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000", value), value

    def check_list(self, kind: str, body: dict[str, Any]) -> None:
        assert set(body) <= {"data", "paging", "summary"}
        for node in body["data"]:
            self.check_node(kind, node)
        if "paging" in body:
            assert set(body["paging"]) <= {"cursors", "next", "previous"}

    def check_keys(self, answer: str, body: dict[str, Any]) -> None:
        """The keys of an answer written by hand, such as `POST /{page-id}/feed`."""
        assert set(body) <= set(self.doc["hand_assembled"]["answers"][answer]["200"])
