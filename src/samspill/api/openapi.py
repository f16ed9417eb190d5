"""The description of the API: ninja's, with what it does not know: problems, keys, revisions, scopes, words."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from samspill.api.api import api
from samspill.api.once import PATTERN
from samspill.api.problems import KINDS, MEDIA_TYPE, ROOT
from samspill.api.scopes import LABELS, Scope

ALWAYS = ("unauthorized", "forbidden", "scope_missing", "not_found", "invalid", "too_many_requests", "server_error")
WITH_BODY = ("malformed_json", "bad_request", "length_required", "too_large", "unsupported_media_type")
ON_POST = ("idempotency_key_missing", "idempotency_key_reused", "in_progress")
ON_CHANGE = ("precondition_required", "changed_meanwhile")


@cache
def description() -> dict[str, Any]:
    """OpenAPI 3.1, made once: it changes only with the program."""
    with override("nb"):
        found: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=ROOT))
        found["info"] = {
            "title": _("Samspill: API"),
            "version": "1",
            "description": _("Skriv, godkjenn og følg saker fra andre systemer, etter de samme reglene som i desken."),
        }
        found["servers"] = [{"url": settings.SAMSPILL_BASE_URL.rstrip("/")}]
        found["tags"] = [{"name": name, "description": said} for name, said in tags().items()]
        components = found["components"]
        components["schemas"]["Problem"] = _problem_schema()
        components["securitySchemes"] = {
            "Bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": _("Nøkkelen lager du under kontoen din i desken."),
            }
        }
        for operations in found["paths"].values():
            for method, operation in operations.items():
                _complete(method, operation)
    return found


def tags() -> dict[str, str]:
    return {
        "stories": _("Saker"),
        "versions": _("Innlegg i kanalene"),
        "deliveries": _("Utsendelser"),
        "holds": _("Stopp"),
        "channels": _("Kanaler og telling"),
        "pictures": _("Bilder"),
        "me": _("Nøkkelen"),
    }


def _complete(method: str, operation: dict[str, Any]) -> None:
    scope, special = operation.pop("x-scope", ""), tuple(operation.pop("x-problems", ()))
    operation["summary"] = str(operation["summary"])
    operation["security"] = [{"Bearer": []}]
    if scope:
        said = _("Krever omfanget «%(scope)s»: %(label)s.") % {"scope": scope, "label": LABELS[Scope(scope)]}
        operation["description"] = said
    codes = [*ALWAYS, *special]
    parameters = operation.setdefault("parameters", [])
    for parameter in parameters:
        _without_null(parameter["schema"])
    if "requestBody" in operation or method == "post":
        codes += WITH_BODY
    if method == "post":
        codes += ON_POST
        parameters.append(_idempotency_key())
    if method in ("patch", "delete"):
        codes += ON_CHANGE
        parameters.append(_if_match())
    for status, answered in operation["responses"].items():
        answered["description"] = _done(int(status))
        _headers(method, operation, answered)
    by_status: dict[int, list[str]] = {}
    for code in dict.fromkeys(codes):
        by_status.setdefault(KINDS[code].status, []).append(code)
    for status, several in sorted(by_status.items()):
        operation["responses"][str(status)] = _refusal(several)
    operation["responses"] = {str(status): value for status, value in operation["responses"].items()}


def _without_null(schema: dict[str, Any]) -> None:
    """A parameter is there or is not; it is never null."""
    kinds = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(kinds) == 1:
        schema.pop("anyOf")
        schema.update(kinds[0])


def _done(status: int) -> str:
    return {200: _("Slik står det nå."), 201: _("Laget."), 204: _("Gjort.")}[status]


def _headers(method: str, operation: dict[str, Any], answered: dict[str, Any]) -> None:
    names = {"X-Request-ID": _("Oppgi den når du spør om hjelp.")}
    if method == "post":
        names["Idempotent-Replayed"] = _("true når svaret er det samme som du fikk før.")
    answered["headers"] = {name: {"description": said, "schema": {"type": "string"}} for name, said in names.items()}


def _refusal(codes: list[str]) -> dict[str, Any]:
    said = " ".join(f"{code}: {KINDS[code].title}." for code in codes)
    return {"description": said, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _idempotency_key() -> dict[str, Any]:
    return {
        "in": "header",
        "name": "Idempotency-Key",
        "required": True,
        "schema": {"type": "string", "pattern": PATTERN, "minLength": 1, "maxLength": 200},
        "description": _("Ny for hver handling, lik når du sender den samme på nytt. Gjelder i ett døgn."),
    }


def _if_match() -> dict[str, Any]:
    return {
        "in": "header",
        "name": "If-Match",
        "required": True,
        "schema": {"type": "string"},
        "description": _("ETag-en du fikk da du leste."),
    }


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "title": "Problem",
        "description": _("RFC 9457. Feltet code er for systemer, title og detail er for mennesker."),
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "code": {"type": "string", "enum": sorted(KINDS)},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code", "detail"],
                    "properties": {"code": text, "detail": text, "pointer": text, "in": text, "name": text},
                    "additionalProperties": False,
                },
            },
        },
        "additionalProperties": False,
    }
