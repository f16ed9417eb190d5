"""Sending in, approving and publishing through the API: the desk's checks and verbs, and what they refuse in JSON."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import Page

from samspill.api.problems import ApiProblem, FieldError
from samspill.publishing import approve, plans, problems, versions, words
from samspill.publishing.approve import ApprovalError, Seen
from samspill.publishing.models import Version

EDITABLE = versions.EDITABLE


def send_in(page: Page, user: Any) -> None:
    """The story and its posts, as the desk's button does: what rules ask for is made, and errors stop it all."""
    with suppress(IntegrityError), transaction.atomic():
        versions.ensure_automatic(page, user)
    found = Version.objects.filter(page=page, current=True, delivery__state__in=EDITABLE)
    stop_errors(found.select_related("channel", "delivery", "document").prefetch_related("pictures__photo"), page)
    with refusals():
        approve.submit(page, user)


def send_in_post(version: Version, user: Any) -> None:
    """A post without a story."""
    stop_errors([version], None)
    with refusals():
        approve.submit_post(version, user)


def stop_errors(found: Iterable[Version], page: Page | None) -> None:
    """Raises ApiProblem("errors") with every error of every post."""
    wrong = []
    for version in found:
        if page is not None:
            version.page = page
        for problem in problems.errors(version):
            said = str(words.describe(problem, version))
            wrong.append(FieldError(problem.code, said, pointer=f"#/versions/{version.pk}/{problem.field}"))
    if wrong:
        raise ApiProblem("errors", errors=wrong)


def approve_story(page: Page, user: Any, seen: Seen) -> None:
    """As the desk's page for approval: the story with its posts, or its posts alone once it is out."""
    with refusals():
        if approve.waits(page):
            approve.approve_story(page, user, seen)
        else:
            chosen = Version.objects.filter(page=page, pk__in=seen.payloads)
            approve.approve_versions(page, chosen, user, seen)


def approve_post(version: Version, user: Any, seen: Seen) -> None:
    """A post without a story."""
    with refusals():
        approve.approve_versions(None, Version.objects.filter(pk=version.pk), user, seen)


def publish(page: Page) -> None:
    """Let out what is approved and whose time has come, without waiting for the clock's next minute.

    Nobody publishes what is not approved: raises ApiProblem("not_approved"), and "planned_later" before its time.
    """
    scheduled = page.scheduled_revision
    if scheduled is None:
        if page.live and not page.has_unpublished_changes:
            return
        raise ApiProblem("not_approved")
    if scheduled.approved_go_live_at > timezone.now():
        raise ApiProblem("planned_later")
    plans.run()


class refusals:  # noqa: N801 - reads as a verb
    """Turns what approval refuses into problems of the API."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, ApprovalError):
            wrong = []
            if error.version is not None:
                wrong = [
                    FieldError(
                        one.code, str(words.describe(one, error.version)), pointer=f"#/versions/{error.version.pk}"
                    )
                    for one in (problems.errors(error.version) if error.code == "errors" else ())
                ]
            raise ApiProblem(error.code, errors=wrong) from error
