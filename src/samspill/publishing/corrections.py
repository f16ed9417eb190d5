"""Correcting what is out, per channel: by changing the text where the platform lets us, or by an answer below the post.

A correction is a version of its own, with a delivery whose target is the post; it is written, approved by another and
frozen as every post is. Withdrawing is the ledger's (``delivery.decide``). The story is corrected as stories are.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from samspill.channels.contract import Action, ActionWay, Reason, Way
from samspill.delivery import answers, ledger
from samspill.delivery.models import Delivery
from samspill.delivery.states import OUT, IllegalMoveError, State
from samspill.publishing.models import Version

# The first word of an answer that corrects, in the language of the post: readers must see at once what it is.
BEGINS = {"nb": "Rettelse: ", "nn": "Retting: ", "en": "Correction: "}
OVER = (State.CANCELLED, State.ACCEPTED, State.CONFIRMED, State.WITHDRAWN)


def ways(delivery: Delivery) -> list[Action]:
    """How a post that is out can be corrected in its channel: EDIT (new text), PUBLISH (an answer below it).

    By API, or by hand where all is done by hand. What a platform only lets some people do by hand is not offered.
    """
    if delivery.action != Action.PUBLISH or delivery.state not in OUT:
        return []
    capabilities = delivery.channel.capabilities()
    possible = {Action.EDIT: capabilities.way(Action.EDIT), Action.PUBLISH: capabilities.reply}
    return [action for action, way in possible.items() if _possible(way, delivery)]


def _possible(way: ActionWay, delivery: Delivery) -> bool:
    """A person finds the post without its id; an API does not."""
    if way.way is Way.API:
        return bool(delivery.external_id)
    return way.way is Way.BY_HAND and way.reason == Reason.HAND_CHOSEN


def under_way(original: Version, action: Action) -> Version | None:
    """The correction of this kind that is being written, waits for approval, or is on its way."""
    open_ones = original.corrections.filter(current=True, delivery__action=action).exclude(delivery__state__in=OVER)
    return open_ones.select_related("delivery", "channel").order_by("-id").first()


@transaction.atomic
def begin(original: Version, by: Any, action: Action) -> Version:
    """A correction to write on; the one that is under way when there is one, so that two presses make one.

    Raises PermissionDenied, and IllegalMoveError when the post is not out (any more) or cannot be corrected so.
    """
    if not may_correct(original, by):
        raise PermissionDenied
    target = ledger.locked(original.delivery_id)
    if action not in ways(target):
        raise IllegalMoveError(target.state, State.PLANNED)
    if (there := under_way(original, action)) is not None:
        return there
    original.corrections.filter(delivery__action=action).update(current=False)
    stands = answers.in_force(target)
    delivery = ledger.plan(target.channel, title=target.title, action=action, target=target)
    version = Version(
        corrects=original,
        channel=original.channel,
        delivery=delivery,
        text=stands.text if action is Action.EDIT else BEGINS.get(stands.language, BEGINS["nb"]),
        link_to=original.link_to if action is Action.EDIT else Version.LinkTo.NONE,
        link_url=original.link_url if action is Action.EDIT else "",
        timing=Version.Timing.NOW,
        edited_by_id=by.pk,
        edited_at=timezone.now(),
    )
    version.save()
    version.save_revision(user=by)
    log(instance=version, action="samspill.version.correct", user=by, data={"channel": str(version.channel)})
    if original.page is not None:
        data = {"channel": str(version.channel)}
        log(instance=original.page.specific, action="samspill.version.correct", user=by, data=data)
    return version


def may_correct(original: Version, user: Any) -> bool:
    """Who may write on the post's story may correct it."""
    if not user.is_active or not user.has_perm("publishing.write_version"):
        return False
    return original.page is None or original.page.permissions_for_user(user).can_edit()


def unchanged(version: Version) -> bool:
    """An edit that says what stands there already."""
    target = version.delivery.target
    return version.is_edit and target is not None and answers.in_force(target).text.strip() == version.text.strip()
