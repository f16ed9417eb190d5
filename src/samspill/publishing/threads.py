"""A thread: the post and its answers below it, written together, approved in one go, sent in order.

Each part is a version of its own with its own text and pictures, and a delivery that answers the part before. When
it goes out is the first part's to say. Parts are added last and counted from 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from samspill.channels import registry
from samspill.channels.contract import Post, Way
from samspill.delivery import ledger
from samspill.delivery.states import State
from samspill.publishing import previews, splitting, versions
from samspill.publishing.models import Version
from samspill.publishing.post import draft_post, language_of

MOST = 25  # parts: nobody reads further


class TooManyPartsError(Exception):
    """The thread is as long as threads get."""


def parts(version: Version) -> QuerySet[Version]:
    """All parts of the thread that the version belongs to, in order; the version alone when there is no thread."""
    if version.page_id is None:
        return Version.objects.filter(pk=version.pk)
    return Version.objects.filter(page_id=version.page_id, channel_id=version.channel_id, current=True).order_by("part")


def can_extend(version: Version) -> bool:
    """Whether the platform lets us answer our own posts, and this one can be written on."""
    by_api = version.channel.capabilities().reply.way is Way.API
    belongs = version.page_id is not None and version.corrects_id is None and version.current
    return by_api and belongs and State(version.delivery.state) in versions.EDITABLE


@transaction.atomic
def extend(version: Version, by: Any) -> list[Version]:
    """Split the last part's text over as many parts as it needs; when it fits, add an empty part. Returns the new ones.

    Raises NotEditableError when it cannot be extended (any more) or is not the last part, TooManyPartsError.
    """
    version = (
        Version.objects.select_for_update(of=("self",)).select_related("channel", "delivery", "page").get(pk=version.pk)
    )
    last = parts(version).last()
    if not can_extend(version) or last is None or last.pk != version.pk:
        raise versions.NotEditableError
    most = MOST - version.part
    if most < 2:
        raise TooManyPartsError
    texts = splitting.pieces(version.text, _keeps(version), _keeps(version, alone=True), most)
    if len(texts) < 2:
        texts = [version.text, ""]
    if texts[0] != version.text:
        version = versions.save(version, by, base=version.edit_number, values={"text": texts[0]})
    made: list[Version] = []
    for text in texts[1:]:
        version = _add(version, by, text)
        made.append(version)
    return made


def _keeps(version: Version, *, alone: bool = False) -> Callable[[str], int]:
    """How much of a text fits in the version's part; ``alone``: in a part without its link and pictures."""
    platform = registry.platform(version.channel.platform)
    account = version.channel.account(with_credentials=False)
    link = None if alone else draft_post(version).link
    language = language_of(version)
    return lambda text: previews.measure(platform, Post(text=text, language=language, link=link), account).keep


def _add(before: Version, by: Any, text: str) -> Version:
    delivery = ledger.plan(before.channel, title=before.delivery.title, page=before.page, target=before.delivery)
    made = Version(
        page=before.page,
        channel=before.channel,
        delivery=delivery,
        part=before.part + 1,
        text=text,
        link_to=Version.LinkTo.NONE,
        timing=Version.Timing.NOW if before.page is None or before.page.live else Version.Timing.WITH_STORY,
        edited_by_id=by.pk,
        edited_at=timezone.now(),
    )
    try:
        made.save()
    except IntegrityError as error:  # a colleague was first
        raise versions.NotEditableError from error
    made.save_revision(user=by)
    log(instance=made, action="samspill.version.add", user=by, data={"channel": str(made.channel)})
    return made


@transaction.atomic
def remove(version: Version, by: Any) -> None:
    """Take a post out with its whole thread, or one part out of it: those after it answer the part before.

    A part that moves up needs a new approval, for it answers another. Raises NotEditableError for what is out.
    """
    thread = list(parts(version).select_for_update(of=("self",)).select_related("delivery"))
    if version.part == 0:
        for one in reversed(thread):
            versions.remove(one, by)
        return
    after = [one for one in thread if one.part > version.part]
    if any(State(one.delivery.state) not in versions.EDITABLE for one in after):
        raise versions.NotEditableError
    before = next(one for one in thread if one.part == version.part - 1)
    versions.remove(version, by)
    for one in after:
        delivery = ledger.locked(one.delivery_id)
        delivery.target_id = before.delivery_id
        delivery.save(update_fields=["target"])
        if delivery.state == State.APPROVED:
            ledger.withdraw_approval(delivery, actor=by)
        one.part -= 1
        one.review = Version.Review.DRAFT if one.review == Version.Review.APPROVED else one.review
        one.save(update_fields=["part", "review"])
        before = one


def first(version: Version) -> Version:
    """The part that says when the thread goes out."""
    if version.part == 0:
        return version
    return parts(version).select_related("page", "channel").first() or version
