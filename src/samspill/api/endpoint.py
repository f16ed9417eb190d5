"""What every operation of the API has in common: scope, rate, one transaction, done once, an answer nobody keeps."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from wagtail.log_actions import LogContext

from samspill.api import parser
from samspill.api.auth import Bearer, PerToken
from samspill.api.once import once
from samspill.api.problems import ApiProblem, FieldError
from samspill.api.scopes import Scope

View = Callable[..., "Reply"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What an operation answers. ``etag``: the revision that a change must name; ``location``: of what was made."""

    body: Schema | None
    etag: str = ""
    location: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def endpoint(
    router: Router,
    method: str,
    path: str,
    *,
    scope: Scope | None,
    returns: type[Schema] | None,
    status: int = 200,
    summary: Any = "",
    problems: tuple[str, ...] = (),
) -> Callable[[View], View]:
    """Register a view that returns a Reply. ``problems``: codes that it can answer beside those that all can."""

    def decorate(view: View) -> View:
        @wraps(view)
        def run(request: HttpRequest, **values: Any) -> HttpResponse:
            _no_unknown_parameters(request, models)
            if method in ("POST", "DELETE") and not takes_body:
                _no_body(request)

            def act() -> HttpResponse:
                return _response(view(request, **values), status)

            with LogContext(user=request.user):
                if method == "GET":
                    return act()
                if method == "POST":
                    return once(request, request.auth, act)  # type: ignore[attr-defined]
                with transaction.atomic():
                    return act()

        run.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
        router.api_operation(
            [method],
            path,
            auth=Bearer(scope),
            throttle=PerToken(),
            response={status: returns},
            operation_id=view.__name__,
            summary=summary,
            openapi_extra={"x-scope": scope.value if scope else "", "x-problems": list(problems)},
        )(run)
        models = run._ninja_operation.models  # type: ignore[attr-defined]
        takes_body = any(model.__ninja_param_source__ in ("body", "form", "file") for model in models)
        return view

    return decorate


def _response(reply: Reply, status: int) -> HttpResponse:
    content = reply.body.model_dump_json() if reply.body is not None else ""
    response = HttpResponse(content, status=status, content_type="application/json")
    if reply.body is None:
        del response["Content-Type"]
    response["Cache-Control"] = "no-store"
    if reply.etag:
        response["ETag"] = f'"{reply.etag}"'
    if reply.location:
        response["Location"] = reply.location
    for name, value in reply.headers.items():
        response[name] = value
    return response


def _no_unknown_parameters(request: HttpRequest, models: list[Any]) -> None:
    """Neither in the address nor in a form; JSON is looked at by its own model."""
    known: dict[str, set[str]] = {"query": set()}
    for model in models:
        source = {"file": "form"}.get(model.__ninja_param_source__, model.__ninja_param_source__)
        known.setdefault(source, set()).update(getattr(model, "__ninja_flatten_map__", None) or model.model_fields)
    wrong = [
        FieldError("extra_forbidden", _("Vi kjenner ikke denne parameteren."), where="query", name=name)
        for name in request.GET
        if name not in known["query"]
    ]
    if "form" in known:
        wrong += [
            FieldError("extra_forbidden", _("Vi kjenner ikke dette feltet."), pointer=f"#/{name}")
            for name in [*request.POST, *request.FILES]
            if name not in known["form"]
        ]
    if wrong:
        raise ApiProblem("invalid", errors=wrong)


def _no_body(request: HttpRequest) -> None:
    """An operation without fields takes none: an empty object at most."""
    if not request.body:
        return
    found = parser.parse(request)
    if found != {}:
        names = list(found) if isinstance(found, dict) else []
        wrong = [
            FieldError("extra_forbidden", _("Vi kjenner ikke dette feltet."), pointer=f"#/{name}") for name in names
        ]
        nothing = FieldError("extra_forbidden", _("Send ikke noe innhold hit."), pointer="#")
        raise ApiProblem("invalid", errors=wrong or [nothing])


# --- nobody writes over what they have not seen ---------------------------------------------


def if_match(request: HttpRequest) -> set[str]:
    """The revisions that the client has seen. Raises ApiProblem("precondition_required")."""
    given = request.headers.get("If-Match", "")
    tags = {part.strip().removeprefix("W/").strip('"') for part in given.split(",")} - {"", "*"}
    if not tags:
        raise ApiProblem("precondition_required")
    return tags


def check_match(request: HttpRequest, revision: str) -> None:
    """Raises ApiProblem("changed_meanwhile") when ``revision``, as it stands now, is not what was seen."""
    if revision not in if_match(request):
        raise ApiProblem("changed_meanwhile", headers={"ETag": f'"{revision}"'})
