"""The API's readable page, its description, and the answer to an address that is not there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from samspill.api import openapi as described
from samspill.api import problems, reading
from samspill.api.problems import ApiProblem


@require_safe
@cache_control(public=True, max_age=300)
def openapi(request: HttpRequest) -> HttpResponse:
    """OpenAPI 3.1."""
    answer = JsonResponse(described.description(), json_dumps_params={"ensure_ascii": False})
    answer["Access-Control-Allow-Origin"] = "*"  # public, and read by tools that run in a browser
    return answer


@require_safe
@cache_control(public=True, max_age=300)
def page(request: HttpRequest) -> HttpResponse:
    """The same for people, without a script and without a request to anybody else."""
    context: dict[str, Any] = {
        "groups": reading.groups(),
        "problems": reading.problem_rows(),
        "scopes": reading.scopes(),
        "page": {"fixed_language": "nb"},  # so that the header's other languages lead to the newsroom's front page
        "base": settings.SAMSPILL_BASE_URL.rstrip("/"),
    }
    return render(request, "api/page.html", context)


@csrf_exempt
def nowhere(request: HttpRequest, **values: Any) -> HttpResponse:
    return problems.answer(ApiProblem("not_found"))
