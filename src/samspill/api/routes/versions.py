"""Posts: a story's versions for the channels, and posts that belong to no story."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from ninja import Path, Router

from samspill.api import access, sending_in
from samspill.api.endpoint import Reply, check_match, endpoint, if_match
from samspill.api.fields import Id
from samspill.api.problems import ROOT, ApiProblem, FieldError
from samspill.api.scopes import Scope
from samspill.api.shapes import review as review_shapes
from samspill.api.shapes import versions as shapes
from samspill.api.shapes.stories import ApprovalIn, SendBackIn
from samspill.channels.models import Channel
from samspill.delivery.states import State
from samspill.publishing import approve, four_eyes, review, versions
from samspill.publishing.approve import Seen
from samspill.publishing.models import Version

router = Router(tags=["versions"])


def _reply(user: Any, version_id: int, *, location: bool = False) -> Reply:
    version = access.version(user, version_id)
    if version.page is not None:
        version.page = version.page.specific
    return Reply(
        shapes.whole(version),
        etag=str(version.edit_number),
        location=f"{ROOT}versions/{version_id}" if location else "",
    )


def _channel(number: int) -> Channel:
    channel = Channel.objects.filter(pk=number).first()
    if channel is None:
        wrong = FieldError("unknown_channel", _now("Kanalen finnes ikke."), pointer="#/channel_id")
        raise ApiProblem("invalid", errors=[wrong])
    if not channel.sends:
        raise ApiProblem("channel_not_in_use")
    return channel


@endpoint(
    router,
    "GET",
    "/stories/{story_id}/versions",
    scope=Scope.READ,
    returns=shapes.Versions,
    summary=_("List innleggene til en sak"),
)
def list_versions(request: HttpRequest, story_id: Path[Id]) -> Reply:
    page = access.story(request.user, story_id)
    found = access.versions(request.user).filter(page=page, current=True).order_by("channel__position", "id")
    return Reply(shapes.Versions(items=shapes.summaries(list(found), page)))


@endpoint(
    router,
    "POST",
    "/stories/{story_id}/versions",
    scope=Scope.WRITE,
    returns=shapes.VersionOut,
    status=201,
    summary=_("Ta en kanal med i saken"),
    problems=("forbidden", "already_there", "channel_not_in_use"),
)
def create_version(request: HttpRequest, story_id: Path[Id], version: shapes.VersionIn) -> Reply:
    page = access.page_to_write(request.user, story_id)
    channel = _channel(version.channel_id)
    try:
        with transaction.atomic():
            made = versions.add(page, channel, request.user, text=version.text)  # type: ignore[arg-type]
    except IntegrityError:
        raise ApiProblem("already_there") from None
    return _reply(request.user, made.pk, location=True)


@endpoint(
    router, "GET", "/versions/{version_id}", scope=Scope.READ, returns=shapes.VersionOut, summary=_("Les et innlegg")
)
def read_version(request: HttpRequest, version_id: Path[Id]) -> Reply:
    return _reply(request.user, version_id)


@endpoint(
    router,
    "PATCH",
    "/versions/{version_id}",
    scope=Scope.WRITE,
    returns=shapes.VersionOut,
    summary=_("Endre et innlegg"),
    problems=("forbidden", "approved", "not_editable"),
)
def change_version(request: HttpRequest, version_id: Path[Id], version: shapes.VersionChange) -> Reply:
    if_match(request)
    found = access.version_to_write(request.user, version_id)
    check_match(request, str(found.edit_number))
    typed = shapes.typed(version, found, request.user)
    if found.delivery.state == State.APPROVED and not version.withdraw_approval:
        raise ApiProblem("approved")
    try:
        versions.save(
            found,
            request.user,  # type: ignore[arg-type]
            base=typed.base,
            values=typed.values,
            pictures=typed.pictures,
        )
    except versions.TextChangedMeanwhileError as changed:
        headers = {"ETag": f'"{changed.version.edit_number}"'}
        raise ApiProblem("changed_meanwhile", headers=headers) from None
    except versions.NotEditableError:
        raise ApiProblem("not_editable") from None
    return _reply(request.user, version_id)


@endpoint(
    router,
    "DELETE",
    "/versions/{version_id}",
    scope=Scope.WRITE,
    returns=None,
    status=204,
    summary=_("Ta kanalen ut av saken"),
    problems=("forbidden", "not_editable"),
)
def remove_version(request: HttpRequest, version_id: Path[Id]) -> Reply:
    if_match(request)
    found = access.version_to_write(request.user, version_id)
    check_match(request, str(found.edit_number))
    try:
        versions.remove(found, request.user)  # type: ignore[arg-type]
    except versions.NotEditableError:
        raise ApiProblem("not_editable") from None
    return Reply(None)


@endpoint(
    router,
    "POST",
    "/versions",
    scope=Scope.WRITE,
    returns=shapes.VersionOut,
    status=201,
    summary=_("Lag et innlegg uten sak"),
    problems=("forbidden", "channel_not_in_use"),
)
def create_post(request: HttpRequest, version: shapes.VersionIn) -> Reply:
    access.demand(request.user, "publishing.write_version")
    made = versions.add(None, _channel(version.channel_id), request.user, text=version.text)  # type: ignore[arg-type]
    return _reply(request.user, made.pk, location=True)


def _lonely(version: Version) -> Version:
    """A story's post goes with its story."""
    if version.page_id:
        raise ApiProblem("with_story")
    return get_object_or_404(approve.full(Version.objects.all()), pk=version.pk)


@endpoint(
    router,
    "POST",
    "/versions/{version_id}/submit",
    scope=Scope.WRITE,
    returns=shapes.VersionOut,
    summary=_("Send et innlegg uten sak til godkjenning"),
    problems=("forbidden", "errors", "nothing_submitted", "with_story"),
)
def submit_post(request: HttpRequest, version_id: Path[Id]) -> Reply:
    found = _lonely(access.version_to_write(request.user, version_id))
    sending_in.send_in_post(found, request.user)
    return _reply(request.user, version_id)


@endpoint(
    router,
    "GET",
    "/versions/{version_id}/review",
    scope=Scope.READ,
    returns=review_shapes.Review,
    summary=_("Les et innlegg uten sak slik det vil gå ut"),
    problems=("forbidden", "with_story"),
)
def review_post(request: HttpRequest, version_id: Path[Id]) -> Reply:
    if not four_eyes.may_see(request.user):
        raise PermissionDenied
    found = _lonely(access.version(request.user, version_id))
    return Reply(review_shapes.of(review.of_post(found), request.user))


@endpoint(
    router,
    "POST",
    "/versions/{version_id}/approve",
    scope=Scope.APPROVE,
    returns=shapes.VersionOut,
    summary=_("Godkjenn et innlegg uten sak, slik du har lest det"),
    problems=("forbidden", "own_text", "not_submitted", "changed", "errors", "with_story"),
)
def approve_post(request: HttpRequest, version_id: Path[Id], approval: ApprovalIn) -> Reply:
    found = _lonely(access.version(request.user, version_id))
    seen = Seen(approval.story or "", {one.id: one.hash for one in approval.versions})
    sending_in.approve_post(found, request.user, seen)
    return _reply(request.user, version_id)


@endpoint(
    router,
    "POST",
    "/versions/{version_id}/send-back",
    scope=Scope.APPROVE,
    returns=shapes.VersionOut,
    summary=_("Send et innlegg uten sak tilbake"),
    problems=("forbidden", "not_submitted", "note_missing", "with_story"),
)
def send_back_post(request: HttpRequest, version_id: Path[Id], back: SendBackIn) -> Reply:
    found = _lonely(access.version(request.user, version_id))
    with sending_in.refusals():
        approve.send_back_versions(Version.objects.filter(pk=found.pk), request.user, back.note)
    return _reply(request.user, version_id)
