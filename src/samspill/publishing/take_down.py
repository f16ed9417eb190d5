""" "Ta saken ned": our own verb for what Wagtail calls unpublish, which hangs on a right that nobody holds.

One deliberate step, without a second person: taking a mistake off the net must not wait. Posts in the channels
stay where they are; the page that asks says so, and each is withdrawn by itself under Utsendelser.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import log
from wagtail.models import Page

from samspill.delivery import ledger
from samspill.delivery.models import Delivery
from samspill.delivery.states import OUT, State
from samspill.publishing.models import Version


def may_take_down(user: Any, page: Page) -> bool:
    """Whoever may approve and edit stories may take one down."""
    may = user.is_active and user.has_perm("publishing.approve_version")
    return bool(page.live and page.depth > 2 and may and page.permissions_for_user(user).can_edit())


def out_elsewhere(page: Page) -> list[Delivery]:
    """The story's posts that are out, and stay out."""
    return list(
        Delivery.objects.filter(page=page, state__in=OUT, action="publish").select_related("channel", "channel__brand")
    )


def waiting_elsewhere(page: Page) -> list[Delivery]:
    """The story's posts that have not left yet, and will not."""
    states = [State.APPROVED, State.DUE, State.BY_HAND]
    return list(Delivery.objects.filter(page=page, state__in=states, action="publish").select_related("channel"))


@transaction.atomic
def take_down(page: Page, by: Any, reason: str) -> None:
    """Take a live story off the newsroom; stop its posts that have not left. Raises PermissionDenied, ValueError."""
    page = Page.objects.select_for_update(of=("self",)).get(pk=page.pk).specific
    if not may_take_down(by, page):
        raise PermissionDenied
    if not reason.strip():
        raise ValueError("a reason is needed")
    stop_what_waits(page, by, reason="story_taken_down")
    UnpublishPageAction(page, user=by).execute(skip_permission_checks=True)  # the check above is ours
    log(instance=page, action="samspill.story.take_down", user=by, data={"comment": reason.strip()})


@transaction.atomic
def stop_what_waits(page: Page, by: Any, *, reason: str) -> int:
    """Withdraw the approval of what has not left; it needs a new one with the story. Returns how many."""
    from samspill.publishing.approve import record

    count = 0
    waiting = Version.objects.filter(page=page, current=True).select_related("channel", "page")
    for version in waiting.select_for_update(of=("self",)):
        delivery = ledger.locked(version.delivery_id)
        if delivery.state == State.APPROVED:
            ledger.withdraw_approval(delivery, actor=by, reason=reason)
        elif delivery.state in (State.DUE, State.BY_HAND) and not ledger.is_published(delivery):
            ledger.cancel(delivery, actor=by, note=reason)
        else:
            continue
        version.review = Version.Review.DRAFT
        version.save(update_fields=["review"])
        record(version, "approval_withdrawn", by, reason=reason)
        count += 1
    return count


@transaction.atomic
def cancel_planned(page: Page) -> None:
    """Before a draft is deleted: what was only planned will not come."""
    for pk in Version.objects.filter(page=page).values_list("delivery_id", flat=True):
        delivery = ledger.locked(pk)
        if delivery.state == State.PLANNED:
            ledger.move(delivery, State.CANCELLED, reason="story_deleted")
