"""JSON as strictly as the contract says: UTF-8, the right content type, no NaN, nothing nested without end."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from samspill.api.problems import ApiProblem


class StrictParser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return parse(request)


def parse(request: HttpRequest) -> Any:
    """The body's JSON. Raises ApiProblem("unsupported_media_type") or ("malformed_json")."""
    if request.content_type != "application/json":
        raise ApiProblem("unsupported_media_type")
    try:
        return json.loads(request.body.decode("utf-8"), parse_constant=_no_constants, object_pairs_hook=_no_field_twice)
    except UnicodeDecodeError:
        raise ApiProblem("malformed_json", _("Innholdet er ikke UTF-8. Ingenting er endret.")) from None
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        said = _("Feilen er på linje %(line)s, tegn %(column)s. Ingenting er endret.") % where
        raise ApiProblem("malformed_json", said) from None
    except (ValueError, RecursionError):
        raise ApiProblem("malformed_json") from None


def sent(request: HttpRequest) -> Any:
    """The body's JSON once more, for telling where an error is; None when it has none that can be read."""
    try:
        return parse(request)
    except ApiProblem:
        return None


def _no_constants(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _no_field_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands twice")
    return found
