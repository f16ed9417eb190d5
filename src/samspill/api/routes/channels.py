"""Channels as they are now, and the length of a text by a platform's own rules."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from ninja import Path, Router
from pydantic import Field, model_validator

from samspill.api import access, paging
from samspill.api.endpoint import Reply, endpoint
from samspill.api.fields import Id, In, Instant, Number, Out, Text
from samspill.api.problems import ApiProblem, FieldError
from samspill.api.scopes import Scope
from samspill.channels import registry
from samspill.channels.models import Channel

router = Router(tags=["channels"])


class Mode(StrEnum):
    LIVE = "live"
    SANDBOX = "sandbox"
    BY_HAND = "by_hand"
    PAUSED = "paused"
    WAITING = "waiting"


class Limits(Out):
    """What the channel takes, in the platform's own unit and in bytes."""

    text: int
    pictures: int
    picture_bytes: int
    alt: int
    document_bytes: int
    link_card: bool


class ChannelOut(Out):
    id: int
    platform: str
    platform_name: str
    name: str
    handle: str
    brand: str | None = Field(description="Avsenderens kortnavn. null: felles for alle.")
    mode: Mode
    sends: bool
    public_url: str | None
    trouble: str = Field(description="Tom når alt er i orden, ellers hvorfor ingenting går ut.")
    held_until: Instant | None
    last_success_at: Instant | None
    last_error_at: Instant | None
    limits: Limits


class ChannelPage(paging.Page):
    items: list[ChannelOut]


class CountIn(In):
    """A text, and either a platform or one of our channels (whose server may have limits of its own)."""

    text: Text
    platform: str | None = Field(None, max_length=30, pattern=r"^[a-z0-9_]+$")
    channel_id: Number | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> CountIn:
        if (self.platform is None) == (self.channel_id is None):
            raise ValueError(_now("Oppgi enten platform eller channel_id."))
        return self


class CountOut(Out):
    length: int
    limit: int
    valid: bool
    problems: list[str]
    keep: int = Field(description="Hvor mange tegn av teksten som får plass.")
    more: dict[str, int] = Field(description="Lengden i andre enheter som plattformen begrenser.")


def _shown(channel: Channel) -> ChannelOut:
    takes = channel.capabilities()
    return ChannelOut(
        id=channel.pk,
        platform=channel.platform,
        platform_name=takes.name,
        name=channel.name,
        handle=channel.handle,
        brand=channel.brand.key if channel.brand else None,
        mode=Mode(channel.mode),
        sends=channel.sends,
        public_url=channel.public_url or None,
        trouble=channel.trouble,
        held_until=channel.held_until,
        last_success_at=channel.last_success_at,
        last_error_at=channel.last_error_at,
        limits=Limits(
            text=takes.text_limit,
            pictures=takes.pictures.max_count,
            picture_bytes=takes.pictures.max_bytes,
            alt=takes.pictures.alt_limit,
            document_bytes=takes.document_max_bytes,
            link_card=takes.link_card,
        ),
    )


def _seen_by(user: Any) -> Any:
    access.demand(user, "channels.view_channel")
    return Channel.objects.select_related("brand")


@endpoint(
    router,
    "GET",
    "/channels",
    scope=Scope.READ,
    returns=ChannelPage,
    summary=_("List kanalene"),
    problems=("forbidden",),
)
def list_channels(request: HttpRequest, limit: int = paging.LIMIT, cursor: str = paging.CURSOR) -> Reply:
    def shape(rows: Sequence[Channel]) -> list[ChannelOut]:
        return [_shown(channel) for channel in rows]

    items, further = paging.page(_seen_by(request.user), limit, cursor, shape)
    return Reply(ChannelPage(items=items, next=further))


@endpoint(
    router,
    "GET",
    "/channels/{channel_id}",
    scope=Scope.READ,
    returns=ChannelOut,
    summary=_("Les en kanal"),
    problems=("forbidden",),
)
def read_channel(request: HttpRequest, channel_id: Path[Id]) -> Reply:
    return Reply(_shown(get_object_or_404(_seen_by(request.user), pk=channel_id)))


@endpoint(
    router,
    "POST",
    "/count",
    scope=Scope.READ,
    returns=CountOut,
    summary=_("Tell en tekst slik plattformen teller"),
    problems=("forbidden",),
)
def count_text(request: HttpRequest, count: CountIn) -> Reply:
    account = None
    name = count.platform or ""
    if count.channel_id is not None:
        channel = _seen_by(request.user).filter(pk=count.channel_id).first()
        if channel is None:
            wrong = FieldError("unknown_channel", _now("Kanalen finnes ikke."), pointer="#/channel_id")
            raise ApiProblem("invalid", errors=[wrong])
        name, account = channel.platform, channel.account(with_credentials=False)
    if name not in registry.platforms():
        there = ", ".join(registry.platforms())
        said = _now("Plattformen finnes ikke. Det finnes: %(names)s.") % {"names": there}
        raise ApiProblem("invalid", errors=[FieldError("unknown_platform", said, pointer="#/platform")])
    found = registry.platform(name).count(count.text, account)
    return Reply(
        CountOut(
            length=found.length,
            limit=found.limit,
            valid=found.valid,
            problems=list(found.problems),
            keep=found.keep,
            more=dict(found.more),
        )
    )
