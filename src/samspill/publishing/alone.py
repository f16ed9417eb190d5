"""Publishing by one person in an emergency: who may, what is written down, who is told, and who reads it afterwards.

Four eyes hold for everybody else. The right comes by a named group only («Beredskap»): being a superuser gives it to
nobody, and it replaces no other right. Who has used it is seen by all, until another has read what went out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Page

from samspill.delivery import instant
from samspill.delivery.models import Alone
from samspill.mail import post
from samspill.publishing import four_eyes
from samspill.publishing.models import Version

LONGEST_REASON = 1000  # signs


def may(user: Any) -> bool:
    """Whether this person may approve what he or she has written, in an emergency: by group, not by being superuser."""
    if not user.is_active or not user.has_perm("publishing.approve_version"):
        return False
    rights = {"permissions__codename": "publish_alone", "permissions__content_type__app_label": "delivery"}
    return bool(user.groups.filter(**rights).exists())


def check(user: Any, reason: str) -> str:
    """The reason, tidied. Raises ValueError without one.

    OwnTextError for who may approve, but not alone; PermissionDenied for all others.
    """
    if not may(user):
        four_eyes.check_may_approve(user, {user.pk})
        raise PermissionDenied
    reason = " ".join(reason.replace("\x00", "").split())[:LONGEST_REASON]
    if not reason:
        raise ValueError("a reason is needed")
    return reason


def write_down(
    page: Page | None, revision: int | None, versions: Iterable[Version], by: Any, reason: str, wrote: set[int]
) -> Alone:
    """In the approval's own transaction: the row, the log, and letters to all other approvers."""
    found = list(versions)
    title = page.get_latest_revision_as_object().title if page is not None and revision else ""
    title = title or (page.title if page is not None else found[0].delivery.title)
    row = Alone.objects.create(
        page=page, revision=revision, title=title[:255], reason=reason, by=by, at=instant.now(), writers=sorted(wrote)
    )
    row.deliveries.set([version.delivery_id for version in found])
    data = {"comment": reason}
    if page is not None:
        log(instance=page.specific, action="samspill.story.alone", user=by, data=data)
    for version in found:
        log(instance=version, action="samspill.version.alone", user=by, data=data)
    _tell(row, by)
    return row


def _tell(row: Alone, by: Any) -> None:
    address = f"{settings.SAMSPILL_BASE_URL}{reverse('desk_alone', args=[row.pk])}"
    with translation.override(settings.LANGUAGE_CODE):
        values = {"who": by.get_full_name() or by.get_username(), "title": row.title, "reason": row.reason}
        subject = _("%(who)s publiserte «%(title)s» alene") % values
        text = _(
            "%(who)s brukte beredskapsrollen og publiserte «%(title)s» uten at en annen leste det først.\n\n"
            "Begrunnelse: %(reason)s\n\nEn av dere må lese det nå og si fra at det er gjort:"
        )
        post.tell(four_eyes.approvers(but=[by.pk]), subject, f"{text % values}\n{address}\n")


def was_given(page: Page, user_id: int | None) -> bool:
    """Whether this very text of a story (its newest revision) was approved by this person alone, by right."""
    if user_id is None or page.latest_revision_id is None:
        return False
    return Alone.objects.filter(page=page.pk, revision=page.latest_revision_id, by=user_id).exists()


# --- afterwards --------------------------------------------------------------------------


def may_read(user: Any, row: Alone) -> bool:
    """A second person: one who may approve, and has had no part in it."""
    had_part = user.pk == row.by_id or user.pk in row.writers
    return bool(user.is_active and user.has_perm("publishing.approve_version") and not had_part)


def unread_by(user: Any) -> list[Alone]:
    """What went out by one person, that this one should read, oldest first."""
    if not user.has_perm("publishing.approve_version"):
        return []
    return [
        row for row in Alone.objects.filter(read_at=None).select_related("by").order_by("id") if may_read(user, row)
    ]


@transaction.atomic
def confirm_read(row: Alone, by: Any) -> bool:
    """A second person has read it. False when another had said so before. Raises PermissionDenied."""
    row = Alone.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not may_read(by, row):
        raise PermissionDenied
    if row.read_at is not None:
        return False
    Alone.objects.filter(pk=row.pk).update(read_at=instant.now(), read_by=by.pk)
    page = Page.objects.filter(pk=row.page_id).first() if row.page_id else None
    if page is not None:
        log(instance=page.specific, action="samspill.story.alone_read", user=by)
    for version in Version.objects.filter(delivery__in=row.deliveries.all()):
        log(instance=version, action="samspill.version.alone_read", user=by)
    return True
