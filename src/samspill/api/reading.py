"""The description turned into what the readable page shows: operations in groups, fields in tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from samspill.api.openapi import description, tags
from samspill.api.problems import KINDS
from samspill.api.scopes import LABELS, Scope


@dataclass(frozen=True, slots=True)
class Row:
    """One field or parameter."""

    name: str
    kind: str
    required: bool
    says: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    scope: str
    parameters: list[Row]
    body: list[Row]
    body_type: str
    answer: list[Row]
    status: str
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    label: str
    operations: list[Operation] = field(default_factory=list)


def groups() -> list[Group]:
    """All operations, by tag."""
    found = {key: Group(key, label) for key, label in tags().items()}
    for path, operations in description()["paths"].items():
        for method, operation in operations.items():
            found[operation["tags"][0]].operations.append(_operation(path, method, operation))
    return list(found.values())


def _operation(path: str, method: str, operation: dict[str, Any]) -> Operation:
    content = operation.get("requestBody", {}).get("content", {})
    nothing: tuple[str, dict[str, Any]] = ("", {})
    body_type, body = next(iter(content.items()), nothing)
    status = next(iter(status for status in operation["responses"] if status < "300"))
    answer = operation["responses"][status].get("content", {}).get("application/json", {})
    refusals = [said for code, said in _refusals(operation) if code >= "400"]
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        scope=operation.get("description", ""),
        parameters=[
            Row(
                f"{one['name']} ({_where(one['in'])})",
                _kind(one["schema"]),
                one["required"],
                one.get("description", ""),
            )
            for one in operation["parameters"]
        ],
        body=_rows(body.get("schema", {})),
        body_type=body_type,
        answer=_rows(answer.get("schema", {})),
        status=status,
        problems=refusals,
    )


def _refusals(operation: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (status, code)
        for status, answered in operation["responses"].items()
        if status >= "400"
        for code in (part.split(":")[0] for part in answered["description"].split(". "))
        if code.strip() in KINDS
    ]


def _where(place: str) -> str:
    return {"path": _("i adressen"), "query": _("parameter"), "header": _("hode")}[place]


def _rows(schema: dict[str, Any]) -> list[Row]:
    whole = _resolved(schema)
    needed = set(whole.get("required", ()))
    return [
        Row(name, _kind(part), name in needed, part.get("description") or _resolved(part).get("description", ""))
        for name, part in whole.get("properties", {}).items()
    ]


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return description()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def _kind(schema: dict[str, Any]) -> str:
    """What a value is, in a word or two."""
    whole = _resolved(schema)
    if len(whole.get("allOf", ())) == 1:
        return _kind(whole["allOf"][0])
    if "anyOf" in whole:
        return _(" eller ").join(dict.fromkeys(_kind(part) for part in whole["anyOf"]))
    if "enum" in whole:
        return ", ".join(str(value) for value in whole["enum"])
    if "oneOf" in whole:
        return _("en av: %(kinds)s") % {"kinds": ", ".join(whole.get("discriminator", {}).get("mapping", {}))}
    kind = whole.get("format") or whole.get("type", "")
    if kind == "array":
        return _("liste av %(kind)s") % {"kind": _kind(whole.get("items", {}))}
    names = {
        "string": _("tekst"), "integer": _("helt tall"), "number": _("tall"), "boolean": _("true eller false"),
        "object": _("objekt"), "null": "null", "date-time": _("tidspunkt"), "date": _("dato"),
        "time": _("klokkeslett"), "binary": _("fil"),
    }  # fmt: skip
    return names.get(str(kind), str(kind))


def problem_rows() -> list[tuple[str, int, str, str]]:
    """Every code: status, title and explanation."""
    return [(code, kind.status, str(kind.title), str(kind.detail)) for code, kind in KINDS.items()]


def scopes() -> list[tuple[str, str]]:
    return [(scope.value, str(LABELS[scope])) for scope in Scope]
