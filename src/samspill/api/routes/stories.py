"""Stories: read, write, send in, approve, publish."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Path, Router
from wagtail.models import Page

from samspill.api import access, paging, sending_in, writing
from samspill.api.endpoint import Reply, check_match, endpoint, if_match
from samspill.api.fields import Id, only_given
from samspill.api.problems import ROOT
from samspill.api.scopes import Scope
from samspill.api.shapes import review as review_shapes
from samspill.api.shapes import stories as shapes
from samspill.newsroom.models import NewsroomStory
from samspill.publishing import approve, four_eyes, review
from samspill.publishing.approve import Seen

router = Router(tags=["stories"])


def _reply(page: object, request: HttpRequest, location: str = "") -> Reply:
    found = shapes.whole(page, request.user)
    return Reply(found, etag=found.revision, location=location)


@endpoint(router, "GET", "", scope=Scope.READ, returns=shapes.StoryPage, summary=_("List saker, de nyeste først"))
def list_stories(
    request: HttpRequest,
    kind: shapes.Kind | None = None,
    language: shapes.Language | None = None,
    limit: int = paging.LIMIT,
    cursor: str = paging.CURSOR,
) -> Reply:
    rows = access.stories(request.user).select_related("brand", "content_type")
    if kind is not None:
        rows = rows.filter(content_type__model=kind.value.replace("_", ""))
    if language is not None:
        rows = rows.filter(language=language.value)

    def shape(pages: Sequence[NewsroomStory]) -> list[shapes.StorySummary]:
        return shapes.summaries(pages, access.own_among(request.user, pages))

    items, further = paging.page(rows, limit, cursor, shape)
    return Reply(shapes.StoryPage(items=items, next=further))


@endpoint(
    router,
    "POST",
    "",
    scope=Scope.WRITE,
    returns=shapes.Story,
    status=201,
    summary=_("Lag en sak"),
    problems=("forbidden", "no_place"),
)
def create_story(request: HttpRequest, story: shapes.StoryIn) -> Reply:
    page = writing.create(request.user, story.kind.value, {name: value for name, value in story if name != "kind"})
    return _reply(page, request, location=f"{ROOT}stories/{page.pk}")


@endpoint(router, "GET", "/{story_id}", scope=Scope.READ, returns=shapes.Story, summary=_("Les en sak"))
def read_story(request: HttpRequest, story_id: Path[Id]) -> Reply:
    return _reply(access.story(request.user, story_id), request)


@endpoint(
    router,
    "PATCH",
    "/{story_id}",
    scope=Scope.WRITE,
    returns=shapes.Story,
    summary=_("Endre en sak"),
    problems=("forbidden", "locked"),
)
def change_story(request: HttpRequest, story_id: Path[Id], story: shapes.StoryChange) -> Reply:
    if_match(request)
    page = access.story_to_edit(request.user, story_id)
    check_match(request, shapes.revision_of(page))
    return _reply(writing.change(page, request.user, only_given(story)), request)


@endpoint(
    router,
    "POST",
    "/{story_id}/submit",
    scope=Scope.WRITE,
    returns=shapes.Story,
    summary=_("Send saken og innleggene til godkjenning"),
    problems=("forbidden", "errors", "nothing_submitted", "no_workflow"),
)
def submit_story(request: HttpRequest, story_id: Path[Id]) -> Reply:
    page = access.page_to_write(request.user, story_id)
    sending_in.send_in(page, request.user)
    return _reply(Page.objects.get(pk=story_id).specific, request)


@endpoint(
    router,
    "GET",
    "/{story_id}/review",
    scope=Scope.READ,
    returns=review_shapes.Review,
    summary=_("Les det som venter på godkjenning, slik det vil gå ut"),
    problems=("forbidden",),
)
def review_story(request: HttpRequest, story_id: Path[Id]) -> Reply:
    if not four_eyes.may_see(request.user):
        raise PermissionDenied
    page = access.story(request.user, story_id)
    return Reply(review_shapes.of(review.of_story(page), request.user))


@endpoint(
    router,
    "POST",
    "/{story_id}/approve",
    scope=Scope.APPROVE,
    returns=shapes.Story,
    summary=_("Godkjenn saken og innleggene, slik du har lest dem"),
    problems=("forbidden", "own_text", "not_submitted", "changed", "errors", "with_story"),
)
def approve_story(request: HttpRequest, story_id: Path[Id], approval: shapes.ApprovalIn) -> Reply:
    page = access.story(request.user, story_id)
    seen = Seen(approval.story or "", {one.id: one.hash for one in approval.versions})
    sending_in.approve_story(page, request.user, seen)
    return _reply(Page.objects.get(pk=story_id).specific, request)


@endpoint(
    router,
    "POST",
    "/{story_id}/send-back",
    scope=Scope.APPROVE,
    returns=shapes.Story,
    summary=_("Send saken tilbake til den som skriver"),
    problems=("forbidden", "not_submitted", "note_missing"),
)
def send_back_story(request: HttpRequest, story_id: Path[Id], back: shapes.SendBackIn) -> Reply:
    page = access.story(request.user, story_id)
    with sending_in.refusals():
        approve.send_back(page, request.user, back.note)
    return _reply(Page.objects.get(pk=story_id).specific, request)


@endpoint(
    router,
    "POST",
    "/{story_id}/publish",
    scope=Scope.APPROVE,
    returns=shapes.Story,
    summary=_("Legg ut en godkjent sak når tiden er inne"),
    problems=("forbidden", "not_approved", "planned_later"),
)
def publish_story(request: HttpRequest, story_id: Path[Id]) -> Reply:
    access.demand(request.user, "publishing.approve_version")
    sending_in.publish(access.story(request.user, story_id))
    return _reply(Page.objects.get(pk=story_id).specific, request)
