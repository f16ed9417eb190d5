"""Who asks: a token in the Authorization header, and nothing else. No cookie, no address, no form is looked at."""

from __future__ import annotations

import time
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from samspill.api import tokens
from samspill.api.models import Token
from samspill.api.problems import ApiProblem
from samspill.api.scopes import LABELS, Scope


class Bearer(HttpBearer):
    """Lets in who holds a token with ``scope``; what its person may do is asked again by each verb.

    Raises ApiProblem("unauthorized") for every token that does not work, whatever the reason; "scope_missing", and
    "forbidden" for a person who may no longer come into the desk.
    """

    def __init__(self, scope: Scope | None) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any:
        found = super().__call__(request)
        if found is None:
            raise ApiProblem("unauthorized")
        return found

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        found = tokens.find(token)
        if found is None:
            return None
        tokens.used(found)
        structlog.contextvars.bind_contextvars(api_caller=found.pk)
        if not found.user.has_perm("wagtailadmin.access_admin"):
            raise ApiProblem("forbidden")
        if self.scope is not None and self.scope not in found.scopes:
            said = _("Nøkkelen mangler omfanget «%(scope)s»: %(label)s.")
            raise ApiProblem("scope_missing", said % {"scope": self.scope.value, "label": LABELS[self.scope]})
        request.user = found.user
        return found


class PerToken(BaseThrottle):
    """So many requests in each minute of the clock for each token, counted in each web process. 0 = no limit."""

    def allow_request(self, request: HttpRequest) -> bool:
        most = settings.SAMSPILL_API_PER_MINUTE
        if not most:
            return True
        token: Token = request.auth  # type: ignore[attr-defined]
        key = f"samspill.api.rate.{token.pk}.{int(time.time() // 60)}"
        cache.add(key, 0, timeout=120)
        return cache.incr(key) <= most

    def wait(self) -> float:
        """Seconds until the next minute."""
        return 60 - time.time() % 60
