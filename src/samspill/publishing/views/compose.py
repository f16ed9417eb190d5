"""The composer's pages: a story's versions beside the story, and a post that belongs to none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.documents.widgets import AdminDocumentChooser
from wagtail.images.widgets import AdminImageChooser

from samspill.publishing import previews
from samspill.publishing.models import Version
from samspill.publishing.views import access
from samspill.publishing.views.composer import Composer, of_page, of_version
from samspill.publishing.views.shown import Shown


@require_safe
def story(request: HttpRequest, page_id: int) -> HttpResponse:
    """All versions of a story. ``?kanal=<id>`` opens one; ``?endre=<id>`` unlocks an approved one."""
    page = access.page_to_write(request.user, page_id)
    active = number(request, "kanal") or number(request, "endre")
    composer = of_page(page, request.user, active=active)
    return show(request, composer)


@require_safe
def post(request: HttpRequest, version_id: int) -> HttpResponse:
    """One post. A story's version is shown within its story."""
    version = access.version_to_write(request.user, version_id)
    if version.page_id:
        return redirect(f"{reverse('publishing_compose', args=[version.page_id])}?kanal={version.pk}")
    return show(request, of_version(version, request.user))


def number(request: HttpRequest, name: str) -> int | None:
    value = request.GET.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 10 else None


def address_of(version: Version) -> str:
    """The composer's page with this version open."""
    if version.page_id:
        return f"{reverse('publishing_compose', args=[version.page_id])}?kanal={version.pk}"
    return reverse("publishing_compose_post", args=[version.pk])


def again(request: HttpRequest, version: Version, shown: Shown, status: int) -> HttpResponse:
    """The page once more with what was typed, for a browser without scripts."""
    if version.page is not None:
        composer = of_page(version.page.specific, request.user, active=version.pk, instead={version.pk: shown})
    else:
        composer = of_version(version, request.user, shown)
    return show(request, composer, status=status)


def show(request: HttpRequest, composer: Composer, status: int = 200, **more: Any) -> HttpResponse:
    unlocked = number(request, "endre")
    for one in composer.shown:
        one.unlocked = one.unlocked or one.version.pk == unlocked
    title = composer.story.title if composer.story else _title(composer)
    documents = any(one.capabilities.document_max_bytes and one.editable for one in composer.shown)
    context: Mapping[str, Any] = {
        "composer": composer,
        "page": composer.page,
        "header_title": title,
        "page_title": title,
        "header_icon": "edit",
        "breadcrumbs_items": _crumbs(composer),
        "media": AdminImageChooser().media + (AdminDocumentChooser().media if documents else AdminImageChooser().media),
        "image_chooser_url": reverse("wagtailimages_chooser:choose"),
        "sheet": previews.style_sheet(),
        **more,
    }
    return render(request, "publishing/compose.html", context, status=status)


def _title(composer: Composer) -> str:
    version = composer.shown[0].version
    name = {"name": composer.shown[0].capabilities.name}
    if version.corrects_id is None:
        return _("Innlegg")
    return _("Rett innlegget på %(name)s") % name if version.is_edit else _("Svar med en rettelse på %(name)s") % name


def _crumbs(composer: Composer) -> list[dict[str, str]]:
    if composer.page is None:
        target = composer.shown[0].version.delivery.target
        if target is not None:
            return [
                {"url": reverse("desk_deliveries"), "label": _("Utsendelser")},
                {"url": reverse("desk_delivery", args=[target.pk]), "label": target.title},
            ]
        return [{"url": reverse("wagtailadmin_home"), "label": _("Oversikt")}]
    above = composer.page.get_ancestors().filter(depth__gt=1)
    crumbs = [
        {"url": reverse("wagtailadmin_explore", args=[one.pk]), "label": one.get_admin_display_title()} for one in above
    ]
    return [
        *crumbs,
        {"url": reverse("wagtailadmin_pages:edit", args=[composer.page.pk]), "label": composer.story.title},
    ]


@require_safe
def sheet(request: HttpRequest, digest: str) -> HttpResponse:
    """The platforms' own looks as one style sheet; the address changes when it does."""
    answer = HttpResponse(previews.style_sheet().css, content_type="text/css; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer
