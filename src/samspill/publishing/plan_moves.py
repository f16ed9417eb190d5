"""Moving what is planned: one post, a story with what goes with it, or a whole block, all or nothing.

What goes out is frozen by the approval; when it goes is not, within the time for which the approval holds. A later
time needs a new approval (docs/adr/0015). Who moves has not written, and may still approve.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.locks import ScheduledForPublishLock
from wagtail.log_actions import log
from wagtail.models import Page, PageLogEntry, Revision

from samspill.delivery import hold, ledger
from samspill.delivery.states import State
from samspill.publishing import calendar_stories, crowding, offsets, walltime
from samspill.publishing.calendar_stories import StoryPlan
from samspill.publishing.models import PublishingSettings, Version

MOVED = "samspill.plan.move"


class Why(StrEnum):
    """Why nothing was moved."""

    NOTHING = "nothing"  # nothing that there is was named
    CHANGED = "changed"  # somebody has changed it since the page was shown
    # It is being sent, or is out, or stopped. What a person has gone through in a hold goes as that person said.
    UNDER_WAY = "under_way"
    IN_PAST = "in_past"
    BEFORE_STORY = "before_story"
    LOCKED = "locked"  # somebody has locked the story
    NEEDS_YES = "needs_yes"  # the move takes an approval away, and nobody has said yes to that


class MoveError(Exception):
    """Nothing was moved. ``at``: the story's time (UTC), where that is what stands in the way."""

    def __init__(self, why: Why, title: str = "", at: datetime | None = None) -> None:
        super().__init__(why)
        self.why, self.title, self.at = why, title, at


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to move: "post" or "story", its id, and the token that the page was shown with."""

    kind: str
    pk: int
    token: str

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}"


def read(names: Iterable[str]) -> list[Target]:
    """Targets from an address: "post-12-3", "story-5-78-1764061200". What is no name is left out."""
    found = []
    for name in list(names)[:100]:
        kind, _dash, rest = name.partition("-")
        number, _dash, token = rest.partition("-")
        if kind in ("post", "story") and number.isdecimal() and len(number) < 10:
            found.append(Target(kind, int(number), token))
    return found


@dataclass
class Move:
    """A move that may be made: what it moves, to when, and what follows from it.

    ``reapprove``: key → title of what needs a new approval. ``along``: how many posts go with a story.
    ``joins``: posts that will go out with their story, because it is the same minute; ``leaves``: posts that no
    longer follow their story.
    """

    to: walltime.WallTime
    posts: list[Version] = field(default_factory=list)
    stories: list[tuple[Page, StoryPlan]] = field(default_factory=list)
    reapprove: dict[str, str] = field(default_factory=dict)
    along: int = 0
    joins: list[Version] = field(default_factory=list)
    leaves: list[Version] = field(default_factory=list)

    @property
    def titles(self) -> list[str]:
        return [plan.title for _page, plan in self.stories] + [post.delivery.title for post in self.posts]

    @property
    def keys(self) -> list[str]:
        return [f"story-{page.pk}" for page, _plan in self.stories] + [f"post-{post.pk}" for post in self.posts]


def weigh(user: Any, targets: Iterable[Target], day: date, at: time) -> Move:
    """What a move would do; changes nothing. Raises MoveError, PermissionDenied."""
    return _weigh(user, list(targets), walltime.resolve(day, at.replace(microsecond=0)), lock=False)


@transaction.atomic
def move(user: Any, targets: Iterable[Target], day: date, at: time, *, yes: bool = False) -> Move:
    """Move all targets to a wall time in Oslo, or none. ``yes``: the person accepts that approvals are taken away.

    Raises MoveError, PermissionDenied.
    """
    found = _weigh(user, list(targets), walltime.resolve(day, at.replace(microsecond=0)), lock=True)
    if found.reapprove and not yes:
        raise MoveError(Why.NEEDS_YES, next(iter(found.reapprove.values())))
    for page, plan in found.stories:
        _move_story(page, plan, found.to.instant, user)
    for post in found.posts:
        _move_post(post, found, user)
    return found


# --- weighing --------------------------------------------------------------------------


def _weigh(user: Any, targets: list[Target], to: walltime.WallTime, *, lock: bool) -> Move:
    if not user.has_perm("publishing.write_version"):
        raise PermissionDenied
    if not targets:
        raise MoveError(Why.NOTHING)
    found = Move(to)
    # Always in the same order, stories first, as approving does: two people never wait for each other.
    for target in sorted(set(targets), key=lambda one: (one.kind != "story", one.pk)):
        if target.kind == "story":
            found.stories.append(_story(user, target, lock=lock))
        else:
            found.posts.append(_post(user, target, lock=lock))
    if to.instant <= timezone.now():
        raise MoveError(Why.IN_PAST, found.titles[0])
    for page, plan in found.stories:
        _weigh_story(page, plan, found)
    for post in found.posts:
        _weigh_post(post, found)
    return found


def _story(user: Any, target: Target, *, lock: bool) -> tuple[Page, StoryPlan]:
    rows = Page.objects.select_for_update(of=("self",)) if lock else Page.objects.all()
    row = rows.filter(pk=target.pk).first()
    if row is None:
        raise MoveError(Why.NOTHING)
    page = row.specific
    if not page.permissions_for_user(user).can_edit():
        raise PermissionDenied
    plan = calendar_stories.plans_for([page.pk]).get(page.pk)
    if plan is None or plan.at is None:
        raise MoveError(Why.UNDER_WAY if page.live else Why.CHANGED, page.title)
    if plan.token != target.token:
        raise MoveError(Why.CHANGED, plan.title)
    if plan.scheduled and plan.at <= timezone.now():  # the round that publishes it may be at it
        raise MoveError(Why.UNDER_WAY, plan.title)
    if plan.revision is not None and hold.story_is_gone_through(plan.revision):
        raise MoveError(Why.UNDER_WAY, plan.title)
    held = page.get_lock()
    if held is not None and not isinstance(held, ScheduledForPublishLock) and held.for_user(user):
        raise MoveError(Why.LOCKED, plan.title)
    return page, plan


def _post(user: Any, target: Target, *, lock: bool) -> Version:
    rows = Version.objects.select_related("channel", "delivery", "page", "corrects__page")
    post = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=target.pk).first()
    if post is None or not post.current:
        raise MoveError(Why.NOTHING)
    story = post.page or (post.corrects.page if post.corrects else None)  # a correction is its story's, too
    if story is not None and not story.specific.permissions_for_user(user).can_edit():
        raise PermissionDenied
    if lock:
        post.delivery = ledger.locked(post.delivery_id)
    if State(post.delivery.state) not in (State.PLANNED, State.APPROVED):
        raise MoveError(Why.UNDER_WAY, post.delivery.title)
    if str(post.edit_number) != target.token:
        raise MoveError(Why.CHANGED, post.delivery.title)
    if hold.is_gone_through(post.delivery):
        raise MoveError(Why.UNDER_WAY, post.delivery.title)
    return post


def _weigh_story(page: Page, plan: StoryPlan, found: Move) -> None:
    following = Version.objects.filter(
        page=page, current=True, timing=Version.Timing.WITH_STORY, delivery__due_at=None
    ).filter(delivery__state__in=[State.PLANNED, State.APPROVED])
    chosen = {post.pk for post in found.posts}
    found.along += sum(pk not in chosen for pk in following.values_list("pk", flat=True))
    if plan.scheduled and found.to.instant > _holds_until(page, plan):
        found.reapprove[f"story-{page.pk}"] = plan.title


def _holds_until(page: Page, plan: StoryPlan) -> datetime:
    """Until when a planned story's approval holds: as long after the time it was approved for as an approval holds."""
    moves = PageLogEntry.objects.filter(page=page.pk, action=MOVED, revision_id=plan.revision).order_by("timestamp")
    first = moves.first()
    approved_for = parse_datetime(first.data["from"]) if first is not None else plan.at
    if approved_for is None:
        raise ValueError("a planned story has a time")
    return approved_for + timedelta(hours=PublishingSettings.load().approval_hours)


def _weigh_post(post: Version, found: Move) -> None:
    story = _story_time(post, found)
    if story is not None:
        if found.to.instant < story:
            raise MoveError(Why.BEFORE_STORY, post.delivery.title, story)
        if found.to.instant < story + crowding.ROUND:
            found.joins.append(post)
        elif post.timing == Version.Timing.WITH_STORY:
            found.leaves.append(post)
    lapses_at = post.delivery.lapses_at
    if post.delivery.state == State.APPROVED and lapses_at is not None and found.to.instant > lapses_at:
        found.reapprove[f"post-{post.pk}"] = post.delivery.title


def _story_time(post: Version, found: Move) -> datetime | None:
    """When the post's story comes out, if it is not out: where this move puts it, if it moves too."""
    if post.page is None or post.page.live:
        return None
    if any(page.pk == post.page_id for page, _plan in found.stories):
        return found.to.instant
    plan = calendar_stories.plans_for([post.page.pk]).get(post.page.pk)
    return plan.at if plan else None


# --- moving ----------------------------------------------------------------------------


def _move_post(post: Version, found: Move, user: Any) -> None:
    plan = calendar_stories.plans_for([post.page_id]).get(post.page_id) if post.page_id else None
    was = post_time(post, plan.at if plan else None)
    joins = post in found.joins
    approved = post.delivery.state == State.APPROVED
    if approved and f"post-{post.pk}" in found.reapprove:
        # The delivery may have been withdrawn already, with its story.
        if ledger.locked(post.delivery_id).state == State.APPROVED:
            ledger.withdraw_approval(post.delivery, actor=user, reason="moved_too_far")
        post.review = Version.Review.DRAFT
    elif approved and ledger.locked(post.delivery_id).state == State.APPROVED:
        ledger.reschedule(post.delivery, None if joins else found.to.instant)
    else:
        post.refresh_from_db(fields=["review"])
    if joins:
        post.timing, post.after_amount = Version.Timing.WITH_STORY, 0
    else:
        local = walltime.local(found.to.instant)
        post.timing, post.planned_date, post.planned_time = Version.Timing.AT, local.date(), local.time()
    post.edit_number += 1  # an open composer notices; who moves has not written, so edited_by stays
    post.save(update_fields=["timing", "planned_date", "planned_time", "after_amount", "review", "edit_number"])
    data = {"from": was.isoformat() if was else "", "to": found.to.instant.isoformat(), "channel": str(post.channel)}
    log(instance=post, action=MOVED, user=user, data=data)
    if post.page is not None:
        log(instance=post.page.specific, action=MOVED, user=user, data=data)


def _move_story(page: Page, plan: StoryPlan, to: datetime, user: Any) -> None:
    revision = Revision.objects.select_for_update(of=("self",)).get(pk=plan.revision)
    before = plan.at.isoformat() if plan.at else ""
    if plan.scheduled and to <= _holds_until(page, plan):
        content = {**revision.content, "go_live_at": to.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        # Past Revision.save(), which would log a plan called off; what was approved stays as it is but for its time.
        Revision.objects.filter(pk=revision.pk).update(content=content, approved_go_live_at=to)
        if not page.live:
            Page.objects.filter(pk=page.pk).update(go_live_at=to)
    else:
        if plan.scheduled:
            revision.approved_go_live_at = None
            revision.save(update_fields=["approved_go_live_at"], user=user)  # signals.py stops the posts
        draft = page.get_latest_revision_as_object()
        draft.go_live_at = to
        # By nobody: who moves a story has not written on it. The log says who it was.
        draft.save_revision(user=None, clean=False, log_action=False)
    data = {"from": before, "to": to.isoformat()}
    log(instance=page, action=MOVED, user=user, data=data, revision=revision)


# --- for the form ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that can be moved, as the form names it: with the token that is true now."""

    what: str
    title: str
    at: datetime | None
    channel: Any = None  # None: the newsroom
    follows: bool = False  # its story is among the rows, and takes it along


def describe(user: Any, targets: Iterable[Target]) -> list[Row]:
    """What the form offers to move, as it is now. What there is not any more is left out. Raises PermissionDenied."""
    if not user.has_perm("publishing.write_version"):
        raise PermissionDenied
    wanted = list(targets)
    stories = calendar_stories.plans_for([target.pk for target in wanted if target.kind == "story"])
    rows = [Row(f"story-{plan.page_id}-{plan.token}", plan.title, plan.at) for plan in stories.values() if plan.at]
    posts = Version.objects.select_related("channel", "delivery", "page").filter(
        pk__in=[target.pk for target in wanted if target.kind == "post"], current=True
    )
    theirs = calendar_stories.plans_for(post.page_id for post in posts if post.page_id)
    for post in posts:
        plan = theirs.get(post.page_id or 0)
        at = post_time(post, plan.at if plan else None)
        follows = post.page_id in stories and post.timing == Version.Timing.WITH_STORY and post.delivery.due_at is None
        rows.append(Row(f"post-{post.pk}-{post.edit_number}", post.delivery.title, at, post.channel, follows))
    for page in Page.objects.filter(pk__in={plan.page_id for plan in stories.values()} | set(theirs)):
        if not page.specific.permissions_for_user(user).can_edit():
            raise PermissionDenied
    return rows


def post_time(post: Version, story_at: datetime | None) -> datetime | None:
    """When a post is to go out: by the ledger, by its own plan, or by its story's (UTC)."""
    if post.delivery.due_at:
        return post.delivery.due_at
    if post.timing == Version.Timing.AT and post.planned_date and post.planned_time:
        return walltime.resolve(post.planned_date, post.planned_time).instant
    return offsets.after_story(post, story_at) if story_at and post.timing == Version.Timing.WITH_STORY else None
