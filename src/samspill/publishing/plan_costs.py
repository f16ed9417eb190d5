"""What the plan will cost: all that is approved, and all that is written and not approved yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from samspill.channels import costs, registry
from samspill.channels.contract import Action, Link, Picture, Post, Way
from samspill.channels.models import Channel
from samspill.channels.terms import Item
from samspill.delivery.models import Delivery
from samspill.delivery.payload import from_json
from samspill.delivery.states import State
from samspill.publishing.models import Version
from samspill.publishing.post import short_address


def planned(channels: Iterable[Channel]) -> dict[int, Counter[Item]]:
    """By channel: what its plan holds. Four queries, however many channels; none when no channel costs anything."""
    priced = {channel.pk: channel for channel in channels if _costs(channel)}
    found: dict[int, Counter[Item]] = {pk: Counter() for pk in priced}
    if priced:
        for channel_id, action, post in (*_approved(list(priced)), *_written(list(priced))):
            platform = registry.platform(priced[channel_id].platform)
            found[channel_id].update(costs.charges(platform, action, post).values())
    return found


def _costs(channel: Channel) -> bool:
    """What is done by hand is free, whatever the platform takes for calls."""
    has_prices = costs.prices_of(registry.platform(channel.platform)) is not None
    return has_prices and channel.capabilities().way(Action.PUBLISH).way is Way.API


def _approved(channel_ids: list[int]) -> Iterator[tuple[int, Action, Post]]:
    waiting = Delivery.objects.filter(channel__in=channel_ids, state__in=[State.APPROVED, State.DUE])
    for delivery in waiting.only("channel", "action", "payload"):
        yield delivery.channel_id, Action(delivery.action), from_json(delivery.payload or {})


def _written(channel_ids: list[int]) -> Iterator[tuple[int, Action, Post]]:
    written = (
        Version.objects.filter(channel__in=channel_ids, current=True, delivery__state=State.PLANNED)
        .select_related("delivery")
        .prefetch_related("pictures__photo")
    )
    for version in written:
        yield version.channel_id, Action(version.delivery.action), outline(version)


def outline(version: Version) -> Post:
    """The post as far as its price goes: text, whether it has a link, and which pictures are described."""
    pictures = tuple(
        Picture("", "", 0, 0, 0, picture.alt.strip() or picture.photo.alt_in("nb")[0])
        for picture in version.pictures.all()
    )
    linked = version.link_to == Version.LinkTo.STORY or bool(
        version.link_to == Version.LinkTo.OTHER and version.link_url
    )
    return Post(version.text, pictures=pictures, link=Link(short_address(version)) if linked else None)
