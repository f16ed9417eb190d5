"""«Stopp alt»: stop everything, a sender or a channel, and go through what was stopped before it goes out again."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from ninja import Path, Router
from pydantic import Field, StringConstraints

from samspill.api import access, paging
from samspill.api.endpoint import Reply, endpoint
from samspill.api.fields import NO_NUL, Id, In, Instant, Moment, Number, Out, Short
from samspill.api.problems import ROOT, ApiProblem, FieldError
from samspill.api.scopes import Scope
from samspill.brands.models import Brand
from samspill.channels.models import Channel
from samspill.delivery import hold as holds
from samspill.delivery.hold import HoldError
from samspill.delivery.models import Hold
from samspill.desk import hold_words
from samspill.publishing import hold_items, hold_review
from samspill.publishing.hold_review import UnansweredError

router = Router(tags=["holds"])
Key = Annotated[str, StringConstraints(min_length=1, max_length=30, pattern=NO_NUL)]


class HoldScope(StrEnum):
    ALL = "all"
    BRAND = "brand"
    CHANNEL = "channel"


class AnswerKind(StrEnum):
    AS_PLANNED = "as_planned"
    NOW = "now"
    MOVE = "move"
    CANCEL = "cancel"


class HoldIn(In):
    """Without brand and channel everything is stopped."""

    reason: Short = Field(min_length=1, description="Hvorfor. De andre ser det.")
    brand: str | None = Field(None, max_length=50, pattern=r"^[-a-zA-Z0-9_]+$", description="Bare denne avsenderen.")
    channel_id: Number | None = Field(None, description="Bare denne kanalen.")


class HoldSummary(Out):
    id: int
    scope: HoldScope
    brand: str | None
    channel_id: int | None
    says: str
    reason: str
    by: str
    at: Instant
    under_way: int = Field(description="Innlegg som alt var på vei, og kan ha kommet ut.")
    released_at: Instant | None


class HeldItem(Out):
    key: str
    token: str = Field(description="Send den med i svaret: den viser at du har sett dette slik det er.")
    title: str
    at: Instant | None
    story_id: int | None
    delivery_ids: list[int]
    choices: list[AnswerKind]


class HoldOut(HoldSummary):
    items: list[HeldItem] = Field(description="Det ingen har gått gjennom ennå.")


class HoldPage(paging.Page):
    items: list[HoldSummary]


class HoldAnswerIn(In):
    key: Key
    token: Key
    kind: AnswerKind
    moved_to: Moment | None = Field(None, description="Den nye tiden. Bare til move.")


class HoldAnswersIn(In):
    answers: list[HoldAnswerIn] = Field(min_length=1, max_length=500)


class RefusedAnswer(Out):
    key: str
    code: str
    detail: str


class HoldAnswersOut(Out):
    done: list[str]
    refused: list[RefusedAnswer]
    left: int


def _rows(user: Any) -> QuerySet[Hold]:
    access.demand(user, "delivery.view_delivery")
    return Hold.objects.select_related("brand", "channel", "by", "released_by")


def _summary(hold: Hold) -> dict[str, Any]:
    shown = hold_words.shown(hold)
    return {
        "id": hold.pk,
        "scope": HoldScope(hold.scope),
        "brand": hold.brand.key if hold.brand else None,
        "channel_id": hold.channel_id,
        "says": shown.title,
        "reason": hold.reason,
        "by": shown.by,
        "at": hold.at,
        "under_way": hold.under_way,
        "released_at": hold.released_at,
    }


def _whole(hold: Hold) -> HoldOut:
    left = hold_items.items(hold) if hold.is_open else []
    return HoldOut(**_summary(hold), items=[_item(one) for one in left])


def _item(item: hold_items.Item) -> HeldItem:
    return HeldItem(
        key=item.key,
        token=item.token,
        title=item.title,
        at=item.at,
        story_id=item.page.pk if item.page else None,
        delivery_ids=[one.pk for one in item.deliveries],
        choices=[AnswerKind(kind) for kind in item.choices],
    )


@endpoint(
    router,
    "GET",
    "",
    scope=Scope.READ,
    returns=HoldPage,
    summary=_("List det som er og har vært stoppet"),
    problems=("forbidden",),
)
def list_holds(request: HttpRequest, limit: int = paging.LIMIT, cursor: str = paging.CURSOR) -> Reply:
    def shape(rows: Sequence[Hold]) -> list[HoldSummary]:
        return [HoldSummary(**_summary(hold)) for hold in rows]

    items, further = paging.page(_rows(request.user), limit, cursor, shape)
    return Reply(HoldPage(items=items, next=further))


@endpoint(
    router,
    "GET",
    "/{hold_id}",
    scope=Scope.READ,
    returns=HoldOut,
    summary=_("Les en stopp, og det som må gås gjennom"),
    problems=("forbidden",),
)
def read_hold(request: HttpRequest, hold_id: Path[Id]) -> Reply:
    return Reply(_whole(get_object_or_404(_rows(request.user), pk=hold_id)))


@endpoint(
    router,
    "POST",
    "",
    scope=Scope.HOLD,
    returns=HoldOut,
    status=201,
    summary=_("Stopp alt, en avsender eller en kanal"),
    problems=("forbidden", "held_already", "reason_missing"),
)
def place_hold(request: HttpRequest, hold: HoldIn) -> Reply:
    rows = _rows(request.user)
    try:
        made = holds.place(request.user, hold.reason, **_target(hold))  # type: ignore[arg-type]
    except HoldError as error:
        raise ApiProblem(error.code) from None
    return Reply(_whole(rows.get(pk=made.pk)), location=f"{ROOT}holds/{made.pk}")


def _target(hold: HoldIn) -> dict[str, Any]:
    if hold.brand is not None and hold.channel_id is not None:
        wrong = FieldError("invalid", _now("Velg avsender eller kanal, ikke begge."), pointer="#/channel_id")
        raise ApiProblem("invalid", errors=[wrong])
    if hold.brand is not None:
        brand = Brand.objects.filter(key=hold.brand).first()
        if brand is None:
            wrong = FieldError("unknown_brand", _now("Avsenderen finnes ikke."), pointer="#/brand")
            raise ApiProblem("invalid", errors=[wrong])
        return {"brand": brand}
    if hold.channel_id is not None:
        channel = Channel.objects.filter(pk=hold.channel_id).first()
        if channel is None:
            wrong = FieldError("unknown_channel", _now("Kanalen finnes ikke."), pointer="#/channel_id")
            raise ApiProblem("invalid", errors=[wrong])
        return {"channel": channel}
    return {}


def _open(user: Any, number: int) -> Hold:
    """Raises Http404, PermissionDenied, ApiProblem("released")."""
    hold = get_object_or_404(_rows(user), pk=number)
    hold_review.check_may(user)
    if not hold.is_open:
        raise ApiProblem("released")
    return hold


@endpoint(
    router,
    "POST",
    "/{hold_id}/answers",
    scope=Scope.HOLD,
    returns=HoldAnswersOut,
    summary=_("Bestem hva som skal skje med det som er stoppet"),
    problems=("forbidden", "released"),
)
def answer_hold(request: HttpRequest, hold_id: Path[Id], answers: HoldAnswersIn) -> Reply:
    hold = _open(request.user, hold_id)
    given = {}
    for place, one in enumerate(answers.answers):
        if (one.kind is AnswerKind.MOVE) != (one.moved_to is not None):
            wrong = FieldError(
                "moved_to", _now("Tiden hører til move, og bare der."), pointer=f"#/answers/{place}/moved_to"
            )
            raise ApiProblem("invalid", errors=[wrong])
        given[one.key] = hold_review.Answer(hold_review.Kind(one.kind.value), one.token, one.moved_to)
    outcome = hold_review.answer(hold, request.user, given)
    refused = [
        RefusedAnswer(key=key, code=code, detail=hold_words.refusal(code)) for key, code in outcome.refused.items()
    ]
    left = len(hold_items.items(hold))
    return Reply(HoldAnswersOut(done=[item.key for item in outcome.done], refused=refused, left=left))


@endpoint(
    router,
    "POST",
    "/{hold_id}/release",
    scope=Scope.HOLD,
    returns=HoldOut,
    summary=_("Opphev en stopp når alt er gått gjennom"),
    problems=("forbidden", "released", "unanswered"),
)
def release_hold(request: HttpRequest, hold_id: Path[Id]) -> Reply:
    hold = _open(request.user, hold_id)
    try:
        hold_review.release(hold, request.user)
    except UnansweredError:
        raise ApiProblem("unanswered") from None
    except HoldError as error:
        raise ApiProblem(error.code) from None
    return Reply(_whole(_rows(request.user).get(pk=hold_id)))
