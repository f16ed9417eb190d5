"""What stands in the calendar: posts and stories with a time, each a tile. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from wagtail.permissions import page_permission_policy

from samspill.channels.contract import Action
from samspill.channels.models import Channel
from samspill.delivery import hold
from samspill.delivery.display import Word
from samspill.delivery.models import Delivery
from samspill.delivery.states import OUT, State
from samspill.delivery.templatetags.ledger_tags import word_of
from samspill.publishing import calendar_stories, crowding, offsets, walltime
from samspill.publishing.calendar_stories import StoryPlan
from samspill.publishing.models import Version

LONGEST_AFTER = timedelta(days=offsets.MOST_DAYS + 1)
WAITS = frozenset({State.PLANNED, State.APPROVED})
TAKES_ROOM = OUT | {State.DUE, State.SENDING, State.UNKNOWN, State.NEEDS_PERSON, State.BY_HAND}
NEWSROOM = "nyhetsrom"


@dataclass(slots=True)
class Item:
    """One post, or one story coming out. ``key`` is "post-12" or "story-5"; ``token`` what a move is checked by.

    ``url`` is where it is written or followed up; ``follows``: it goes by its story, ``after`` says how long after.
    """

    key: str
    at: datetime
    title: str
    word: Word
    url: str
    token: str
    page_id: int | None
    channel: Channel | None = None
    waits: bool = False
    held: bool = False
    movable: bool = False
    follows: bool = False
    after: str = ""
    state: State | None = None
    delivery_id: int = 0
    edit_number: int = 0
    changed_at: datetime | None = None
    story: StoryPlan | None = None  # while it is not out
    troubles: list[crowding.Trouble] = field(default_factory=list)

    @property
    def what(self) -> str:
        """As the address of a move names it."""
        return f"{self.key}-{self.token}"

    @property
    def worst(self) -> crowding.Trouble | None:
        return self.troubles[0] if self.troubles else None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the filters keep to: a brand's id, a channel's id, or the newsroom alone."""

    brand: int | None = None
    channel: int | None = None
    newsroom: bool = False

    def __bool__(self) -> bool:
        return bool(self.brand or self.channel or self.newsroom)


def between(start: datetime, end: datetime, user: Any, now: datetime, choice: Choice | None = None) -> list[Item]:
    """All that has a time from ``start`` to before ``end``, by time, with what is wrong with it."""
    # A day more at each side: neighbours crowd each other across midnight.
    first, last = start - timedelta(days=1), end + timedelta(days=1)
    choice = choice or Choice()
    items = _chosen(_judged(_all(first, last, user), now), choice)
    return [item for item in items if start <= item.at < end]


def _all(start: datetime, end: datetime, user: Any) -> list[Item]:
    stories = calendar_stories.coming(start - LONGEST_AFTER, end)
    posts = [*_with_a_time(start, end), *_meant_for(start, end)]
    others = {version.page_id for version, _at in posts if version.page_id} - set(stories)
    stories |= calendar_stories.plans_for(others)
    following = list(_following(stories, start, end))
    items = [_post_item(version, at, stories.get(version.page_id or 0)) for version, at in [*posts, *following]]
    coming = [plan for plan in stories.values() if plan.at and start <= plan.at < end]
    items += [_story_item(plan) for plan in [*coming, *calendar_stories.came(start, end)]]
    _set_rights(items, user)
    _set_held(items)
    return sorted(items, key=lambda item: (item.at, item.channel is not None, item.channel and item.channel.position))


def _versions() -> Any:
    lean = ("text", "based_on", "accepted_warnings", "sent_back_note", "delivery__payload", "delivery__detail")
    # A thread is one thing in the plan: its first part.
    return Version.objects.filter(part=0).select_related("channel", "channel__brand", "delivery").defer(*lean)


def _with_a_time(start: datetime, end: datetime) -> Iterator[tuple[Version, datetime]]:
    """Posts whose time the ledger has: approved, on their way, out."""
    gone = Q(delivery__state=State.CANCELLED) & Q(current=False)
    found = _versions().filter(delivery__due_at__gte=start, delivery__due_at__lt=end, delivery__action=Action.PUBLISH)
    for version in found.exclude(gone):
        if version.delivery.due_at:
            yield version, version.delivery.due_at


def _meant_for(start: datetime, end: datetime) -> Iterator[tuple[Version, datetime]]:
    """Posts with a time of their own that nobody has approved yet."""
    days = (walltime.local(start).date(), walltime.local(end).date())
    found = _versions().filter(
        current=True, timing=Version.Timing.AT, planned_date__range=days, delivery__state=State.PLANNED
    )
    for version in found:
        if version.planned_date and version.planned_time:
            at = walltime.resolve(version.planned_date, version.planned_time).instant
            if start <= at < end:
                yield version, at


def _following(stories: dict[int, StoryPlan], start: datetime, end: datetime) -> Iterator[tuple[Version, datetime]]:
    """Posts that go with a story that is to come, or some time after it."""
    found = _versions().filter(
        current=True,
        timing=Version.Timing.WITH_STORY,
        page__in=[pk for pk, plan in stories.items() if plan.at],
        delivery__due_at=None,
        delivery__state__in=WAITS,
    )
    for version in found:
        story = stories[version.page_id or 0]
        if story.at:
            at = offsets.after_story(version, story.at)
            if start <= at < end:
                yield version, at


def _post_item(version: Version, at: datetime, story: StoryPlan | None) -> Item:
    delivery = version.delivery
    state = State(delivery.state)
    follows = version.timing == Version.Timing.WITH_STORY and delivery.due_at is None
    return Item(
        f"post-{version.pk}",
        at,
        story.title if story else delivery.title,
        word_of(version),
        _url(version, delivery, state),
        str(version.edit_number),
        version.page_id,
        version.channel,
        waits=state in WAITS,
        follows=follows,
        after=version.after_words if follows else "",
        state=state,
        delivery_id=delivery.pk,
        edit_number=version.edit_number,
        changed_at=max(filter(None, (delivery.changed_at, version.edited_at))),
        story=story if story and not story.live else None,
    )


def _url(version: Version, delivery: Delivery, state: State) -> str:
    if state not in WAITS:
        return reverse("desk_delivery", args=[delivery.pk])
    if version.page_id:
        return f"{reverse('publishing_compose', args=[version.page_id])}?kanal={version.pk}"
    return reverse("publishing_compose_post", args=[version.pk])


def _story_item(plan: StoryPlan) -> Item:
    url = reverse("wagtailadmin_pages:edit", args=[plan.page_id])
    at = plan.at
    if at is None:
        raise ValueError("a story without a time has no place in the calendar")
    return Item(f"story-{plan.page_id}", at, plan.title, plan.word, url, plan.token, plan.page_id, waits=not plan.out)


def _set_rights(items: Iterable[Item], user: Any) -> None:
    """Who may plan moves; who may not write is led to the delivery instead of the composer."""
    items = list(items)
    writes = user.has_perm("publishing.write_version")
    ids = {item.page_id for item in items if item.page_id}
    allowed: set[int] = set()
    if writes and ids:
        mine = page_permission_policy.instances_user_has_permission_for(user, "change").filter(pk__in=ids)
        allowed = set(mine.values_list("pk", flat=True))
    for item in items:
        may = writes and (item.page_id is None or item.page_id in allowed)
        item.movable = may and item.waits
        if not may and item.waits:
            item.url = reverse("desk_delivery", args=[item.delivery_id]) if item.delivery_id else ""


def _set_held(items: list[Item]) -> None:
    """What somebody has stopped, and nobody has gone through since."""
    stopped = hold.held()
    if stopped is None:
        return
    ids = [item.delivery_id for item in items if item.waits and item.delivery_id]
    held = set(Delivery.objects.filter(stopped, pk__in=ids).values_list("pk", flat=True))
    for item in items:
        item.held = item.delivery_id in held


def _chosen(items: list[Item], choice: Choice) -> list[Item]:
    if choice.brand:
        brands = calendar_stories.brands_of({item.page_id for item in items if item.page_id})

        def of_brand(item: Item) -> bool:
            own = item.channel.brand_id if item.channel else None
            story = brands.get(item.page_id) if item.page_id else None
            return (own or story or choice.brand) == choice.brand

        items = [item for item in items if of_brand(item)]
    if choice.newsroom:
        items = [item for item in items if item.channel is None]
    elif choice.channel:
        items = [item for item in items if item.channel and item.channel.pk == choice.channel]
    return items


def _judged(items: list[Item], now: datetime) -> list[Item]:
    troubles = crowding.judge([planned(item) for item in items], now)
    for item in items:
        item.troubles = troubles.get(item.key, [])
    return items


def planned(item: Item) -> crowding.Planned:
    """An item as ``crowding`` sees it."""
    channel, story = item.channel, item.story
    return crowding.Planned(
        item.key,
        item.at,
        channel.pk if channel else None,
        waits=item.waits,
        approved=item.word in (Word.PLANNED, Word.APPROVED),
        out=item.state in TAKES_ROOM if item.state else False,
        follows=item.follows,
        story_at=story.at if story else None,
        held=item.held,
        stopped=bool(channel and not channel.sends),
        trouble=bool(channel and channel.trouble),
        held_until=channel.held_until if channel else None,
    )


@dataclass(slots=True)
class Block:
    """One story at one minute: its tiles. ``word`` when all are in the same state, else None."""

    at: datetime
    items: list[Item]

    @property
    def title(self) -> str:
        return self.items[0].title

    @property
    def key(self) -> str:
        return self.items[0].key

    @property
    def url(self) -> str:
        return next((item.url for item in self.items if item.url), "")

    @property
    def word(self) -> Word | None:
        words = {item.word for item in self.items}
        return next(iter(words)) if len(words) == 1 else None

    @property
    def movers(self) -> list[Item]:
        """What a move of the block moves; what follows its story comes along by itself."""
        stories = {item.page_id for item in self.items if item.channel is None and item.movable}
        return [item for item in self.items if item.movable and not (item.follows and item.page_id in stories)]

    @property
    def draft(self) -> bool:
        return all(item.word in (Word.DRAFT, Word.IN_REVIEW) for item in self.items)

    @property
    def worst(self) -> crowding.Trouble | None:
        found = [trouble for item in self.items for trouble in item.troubles]
        return min(found, key=lambda one: list(crowding.Kind).index(one.kind), default=None)

    @property
    def tone(self) -> str:
        """The edge: crit, warn or none; a hint draws no edge."""
        worst = self.worst
        return str(worst.severity) if worst and worst.severity is not crowding.Severity.HINT else ""

    @property
    def minute(self) -> datetime:
        return walltime.local(self.at)

    @property
    def after(self) -> str:
        return next((item.after for item in self.items if item.after), "")


def blocks(items: Iterable[Item]) -> list[Block]:
    """One story at one minute is one block."""
    found: dict[tuple[Any, ...], Block] = {}
    for item in items:
        minute = item.at.replace(second=0, microsecond=0)
        key = (minute, item.page_id or item.key)
        if key in found:
            found[key].items.append(item)
        else:
            found[key] = Block(minute, [item])
    return sorted(found.values(), key=lambda block: block.at)


def moved(items: Iterable[Item], keys: Iterable[str], at: datetime) -> list[Item]:
    """The items as they would be with those of ``keys`` at ``at``; what follows a moved story moves as far."""
    keys = set(keys)
    far = {item.page_id: at - item.at for item in items if item.key in keys and item.channel is None}
    result = []
    for item in items:
        if item.key in keys:
            result.append(replace(item, at=at, follows=False))
        elif item.follows and item.page_id in far:
            result.append(replace(item, at=item.at + far[item.page_id]))
        else:
            result.append(item)
    return result
