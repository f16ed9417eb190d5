"""Before anything goes out again after «Stopp alt»: each item is gone through, and then the hold is ended.

An answer takes effect at once, for that item alone. What has no answer stays stopped, and keeps the hold in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from wagtail.log_actions import log
from wagtail.models import Page, Revision

from samspill.delivery import hold as holds
from samspill.delivery import hold_answers, instant
from samspill.delivery.hold_answers import AnswerError, Kind
from samspill.delivery.models import Hold, HoldAnswer
from samspill.delivery.states import IllegalMoveError
from samspill.publishing import walltime
from samspill.publishing.approve import lapse_time
from samspill.publishing.hold_items import Item, items
from samspill.publishing.models import Version


class UnansweredError(Exception):
    """The hold was not ended: so many items have not been gone through."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


@dataclass(frozen=True, slots=True)
class Answer:
    """``token``: the item's as it was shown. ``moved_to`` (UTC) goes with MOVE."""

    kind: Kind
    token: str
    moved_to: datetime | None = None


@dataclass
class Outcome:
    """What was done, and by item's key why not (codes of AnswerError, and ``changed``)."""

    done: list[Item] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


def check_may(user: Any) -> None:
    """Raises PermissionDenied."""
    if not user.is_active or not user.has_perm("delivery.release_hold"):
        raise PermissionDenied


def answer(hold: Hold, by: Any, answers: Mapping[str, Answer]) -> Outcome:
    """Carry the answers out, each in a transaction of its own. Raises PermissionDenied.

    An item that is not there any more was answered by another, or has moved on: "gone".
    """
    check_may(by)
    found = {item.key: item for item in items(hold)}
    outcome = Outcome()
    for key, given in answers.items():
        item = found.get(key)
        try:
            if item is None:
                raise AnswerError("gone")
            if item.token != given.token:
                raise AnswerError("changed")
            if given.kind not in item.choices:
                raise AnswerError("past" if given.kind is Kind.AS_PLANNED else "story_not_out")
            with transaction.atomic():
                _carry_out(hold, item, given, by)
            outcome.done.append(item)
        except AnswerError as error:
            outcome.refused[key] = error.code
        except IllegalMoveError:
            outcome.refused[key] = "gone"
    return outcome


@transaction.atomic
def release(hold: Hold, by: Any) -> None:
    """End a hold of which everything has been gone through.

    Raises PermissionDenied, UnansweredError, and HoldError("released") when another was faster.
    """
    check_may(by)
    holds.be_alone()
    waiting = len(items(hold)) if Hold.objects.filter(pk=hold.pk, released_at=None).exists() else 0
    if waiting:
        raise UnansweredError(waiting)
    holds.release(hold, by)


def _carry_out(hold: Hold, item: Item, given: Answer, by: Any) -> None:
    if item.revision is not None:
        _story(hold, item, given, by)
        return
    [delivery] = item.deliveries
    before_story = item.story_at is None or given.moved_to is None or given.moved_to < item.story_at
    if given.kind is Kind.MOVE and not item.story_out and before_story:
        raise AnswerError("story_not_out")
    hold_answers.answer(hold, delivery, given.kind, by, moved_to=given.moved_to)
    version = Version.objects.filter(delivery=delivery)
    if given.kind is Kind.CANCEL:
        version.filter(review=Version.Review.APPROVED).update(review=Version.Review.DRAFT)
    elif given.kind is Kind.MOVE and given.moved_to is not None:
        local = walltime.local(given.moved_to)
        version.update(
            timing=Version.Timing.AT,
            planned_date=local.date(),
            planned_time=local.time().replace(tzinfo=None),
            edit_number=F("edit_number") + 1,  # an open composer notices
        )


def _story(hold: Hold, item: Item, given: Answer, by: Any) -> None:
    """The story, and with it the posts that go along. Their words were approved together, and go together."""
    holds.share()
    if item.revision is None:
        raise ValueError("no story")
    page = Page.objects.select_for_update(of=("self",)).get(pk=item.revision.object_id).specific
    revision = Revision.objects.select_for_update(of=("self",)).get(pk=item.revision.pk)
    still = Hold.objects.filter(pk=hold.pk, released_at=None).exists()
    through = Revision.objects.filter(holds.story_answered(hold, revision.pk), pk=revision.pk).exists()
    if not still or through or revision.approved_go_live_at != item.revision.approved_go_live_at:
        raise AnswerError("gone")
    now = instant.now()
    at = given.moved_to if given.kind is Kind.MOVE else now
    if at is None or (given.kind is Kind.MOVE and at <= now):
        raise AnswerError("past")
    if given.kind is Kind.MOVE and at > lapse_time(revision.approved_go_live_at):
        raise AnswerError("too_late")
    HoldAnswer.objects.create(
        hold=hold, page=page, revision=revision.pk, kind=given.kind, by=by, at=now,
        moved_to=at if given.kind is Kind.MOVE else None,
    )  # fmt: skip
    log(instance=page, action=f"samspill.hold.{given.kind}", user=by, data={"comment": hold.reason})
    if given.kind is Kind.CANCEL:
        _call_off(hold, item, page, revision, by)
        return
    for delivery in item.deliveries:  # they follow the story, whenever it comes
        hold_answers.answer(hold, delivery, Kind.AS_PLANNED, by)
    if given.kind in (Kind.NOW, Kind.MOVE):
        set_time(page, revision, at)
    if given.kind is Kind.NOW:
        revision.refresh_from_db()
        revision.publish(user=by, skip_permission_checks=True)  # held by another hold, too: then it waits for that


def set_time(page: Page, revision: Revision, at: datetime) -> None:
    """A planned story's time, in what was approved as well, for Wagtail asks that. Past ``Revision.save``, which would
    log a plan that is called off."""
    content = {**revision.content, "go_live_at": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    Revision.objects.filter(pk=revision.pk).update(content=content, approved_go_live_at=at)
    if not page.live:
        Page.objects.filter(pk=page.pk).update(go_live_at=at)


def _call_off(hold: Hold, item: Item, page: Page, revision: Revision, by: Any) -> None:
    if page.live:  # a change of a story that is out: signals.py lets its posts be
        for delivery in item.deliveries:
            hold_answers.answer(hold, delivery, Kind.CANCEL, by)
    else:
        for delivery in item.deliveries:
            hold_answers.note(hold, delivery, Kind.CANCEL, by)
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"], user=by)  # signals.py takes the posts' approval back
