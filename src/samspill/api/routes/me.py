"""Who the token stands for."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router

from samspill.api.endpoint import Reply, endpoint
from samspill.api.fields import Instant, Out
from samspill.api.models import Token
from samspill.api.scopes import Scope

router = Router(tags=["me"])


class Me(Out):
    name: str
    token: str
    scopes: list[Scope]
    expires_at: Instant


@endpoint(router, "GET", "/me", scope=None, returns=Me, summary=_("Se hvem nøkkelen gjelder for, og hva den dekker"))
def read_me(request: HttpRequest) -> Reply:
    token: Token = request.auth  # type: ignore[attr-defined]
    user = token.user
    return Reply(
        Me(
            name=user.get_full_name() or user.get_username(),
            token=token.name,
            scopes=[Scope(scope) for scope in token.scopes],
            expires_at=token.expires_at,
        )
    )
