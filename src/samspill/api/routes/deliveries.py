"""Deliveries: what is on its way out, or has been; stopping one, and deciding where the ledger cannot."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from ninja import Path, Query, Router

from samspill.api import access, paging
from samspill.api.endpoint import Reply, endpoint
from samspill.api.fields import LARGEST_ID, Id
from samspill.api.problems import ApiProblem, FieldError
from samspill.api.scopes import Scope
from samspill.api.shapes import deliveries as shapes
from samspill.delivery import facts
from samspill.delivery.models import Delivery
from samspill.delivery.states import IllegalMoveError, State
from samspill.desk import acts
from samspill.desk.by_hand import AddressForm

router = Router(tags=["deliveries"])
_STATES: Any = Query(None, description="Bare disse tilstandene. Kan gjentas.")
_CHANNEL: Any = Query(None, ge=1, le=LARGEST_ID, description="Bare denne kanalen.")
_STORY: Any = Query(None, ge=1, le=LARGEST_ID, description="Bare denne saken.")


@endpoint(
    router,
    "GET",
    "",
    scope=Scope.READ,
    returns=shapes.DeliveryPage,
    summary=_("List utsendelser, de nyeste først"),
    problems=("forbidden",),
)
def list_deliveries(
    request: HttpRequest,
    state: list[State] | None = _STATES,
    channel: int | None = _CHANNEL,
    story: int | None = _STORY,
    limit: int = paging.LIMIT,
    cursor: str = paging.CURSOR,
) -> Reply:
    access.demand(request.user, "delivery.view_delivery")
    rows = facts.with_all_that_words_need(Delivery.objects.all())
    rows = rows.defer("payload", "detail", "version__text", "version__based_on")
    if state:
        rows = rows.filter(state__in=state)
    if channel is not None:
        rows = rows.filter(channel=channel)
    if story is not None:
        rows = rows.filter(page=story)
    items, further = paging.page(rows, limit, cursor, shapes.summaries)
    return Reply(shapes.DeliveryPage(items=items, next=further))


def _get(user: Any, number: int) -> Delivery:
    access.demand(user, "delivery.view_delivery")
    wanted = facts.with_all_that_words_need(Delivery.objects.all()).select_related("page", "target")
    return get_object_or_404(wanted, pk=number)


@endpoint(
    router,
    "GET",
    "/{delivery_id}",
    scope=Scope.READ,
    returns=shapes.DeliveryOut,
    summary=_("Les en utsendelse med alle forsøk"),
    problems=("forbidden",),
)
def read_delivery(request: HttpRequest, delivery_id: Path[Id]) -> Reply:
    return Reply(shapes.whole(_get(request.user, delivery_id), request.user))


def _perform(request: HttpRequest, number: int, key: str, url: str = "") -> Reply:
    found = _get(request.user, number)
    try:
        show, _said = acts.perform(key, found, request.user, url)
    except IllegalMoveError:
        raise ApiProblem("wrong_state") from None
    return Reply(shapes.whole(_get(request.user, show.pk), request.user))


@endpoint(
    router,
    "POST",
    "/{delivery_id}/cancel",
    scope=Scope.DECIDE,
    returns=shapes.DeliveryOut,
    summary=_("Stopp en utsendelse som ikke har gått"),
    problems=("forbidden", "wrong_state"),
)
def cancel_delivery(request: HttpRequest, delivery_id: Path[Id]) -> Reply:
    return _perform(request, delivery_id, shapes.CANCEL)


@endpoint(
    router,
    "POST",
    "/{delivery_id}/decide",
    scope=Scope.DECIDE,
    returns=shapes.DeliveryOut,
    summary=_("Bestem hva som skal skje med en utsendelse"),
    problems=("forbidden", "wrong_state"),
)
def decide_delivery(request: HttpRequest, delivery_id: Path[Id], decision: shapes.DecisionIn) -> Reply:
    channel = _get(request.user, delivery_id).channel if decision.url else None
    form = AddressForm({"adresse": decision.url}, channel=channel)
    if not form.is_valid():
        wrong = FieldError("url", " ".join(str(said) for said in form.errors["adresse"]), pointer="#/url")
        raise ApiProblem("invalid", errors=[wrong])
    if decision.url and decision.decision not in shapes.WITH_URL:
        wrong = FieldError("url", _now("Adressen hører bare til it_is_out og look_again."), pointer="#/url")
        raise ApiProblem("invalid", errors=[wrong])
    return _perform(request, delivery_id, shapes.ACT_OF[decision.decision], form.cleaned_data["adresse"])
