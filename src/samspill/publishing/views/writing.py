"""Where the composer's typing goes: measured at once, saved soon, and never lost on the way.

All answer JSON to a script and a page to a browser without one. A JSON answer always is ours: when a
script gets anything else (a sign-in page, a refused CSRF token), it keeps the text and says so.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.admin.models import EditingSession

from samspill.publishing import forms, versions, walltime
from samspill.publishing.models import Version, VersionPicture
from samspill.publishing.views import access, compose
from samspill.publishing.views.composer import of_page, of_version
from samspill.publishing.views.shown import Shown

SEEN_WITHIN = timedelta(seconds=60)  # a colleague's page asks every 20 seconds


class ApprovedError(Exception):
    """The post is approved, and the person has not said that the approval may go."""


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


@require_POST
def measure(request: HttpRequest, version_id: int) -> HttpResponse:
    """Count, problems and preview of what is typed; nothing is saved."""
    version = access.version_to_write(request.user, version_id)
    try:
        typed = forms.read(request.POST, version, request.user)
    except ValueError:
        return HttpResponseBadRequest()
    return JsonResponse(measured(Shown(typed.apply(version), typed.errors, unlocked=True), request))


@require_POST
def save(request: HttpRequest, version_id: int) -> HttpResponse:
    """Keep what is typed. 409 when a colleague saved meanwhile, or when the post can't be changed (any more)."""
    version = access.version_to_write(request.user, version_id)
    try:
        typed = forms.read(request.POST, version, request.user)
    except ValueError:
        return HttpResponseBadRequest()
    try:
        fresh = save_typed(request, version, typed)
    except versions.TextChangedMeanwhileError as changed:
        return _conflict(request, changed.version, version, typed)
    except versions.NotEditableError:
        return _refused(request, version, "not_editable")
    except ApprovedError:
        return _refused(request, version, "approved")
    fresh.page = version.page
    shown = Shown(fresh, typed.errors, unlocked=True)
    if wants_json(request):
        return JsonResponse({**measured(shown, request), "base": fresh.edit_number, "saved": clock(fresh.edited_at)})
    if typed.errors:
        shown.typed = request.POST.dict()
        return compose.again(request, fresh, shown, status=422)
    messages.success(request, _("Innlegget er lagret."))
    return redirect(compose.address_of(fresh))


def save_typed(request: HttpRequest, version: Version, typed: forms.Typed) -> Version:
    """Save; raises as ``versions.save`` does, and ApprovedError."""
    approved = version.delivery.state == "approved"
    if approved and request.POST.get("unlock") != "1":
        raise ApprovedError
    return versions.save(version, request.user, base=typed.base, values=typed.values, pictures=typed.pictures)  # type: ignore[arg-type]


def measured(shown: Shown, request: HttpRequest) -> dict[str, Any]:
    """What a script needs to bring the page up to date."""
    context = {"one": shown}
    fields = {
        name: _render("problem_list", {"one": shown, "problems": found}, request)
        for name, found in shown.by_field().items()
    }
    return {
        "count": shown.count_words,
        "length": shown.measure.length,
        "limit": shown.measure.limit,
        "over": shown.measure.over,
        "left": shown.measure.left,
        "keep": shown.keep_units,
        "problems": fields,
        "errors": dict(shown.errors),
        "preview": str(shown.preview),
        "note": _render("tab_note", context, request),
        "pictures": len(shown.pictures),
    }


@require_GET
def ping(request: HttpRequest, version_id: int) -> HttpResponse:
    """I am here: who else is, whether the text has changed, and a fresh CSRF token for a page that stood long."""
    version = access.version_to_write(request.user, version_id)
    return JsonResponse(
        {"base": version.edit_number, "others": _others(version, request.user), "token": get_token(request)}
    )


def _others(version: Version, user: Any) -> list[str]:
    """Names of those who have the same post open now, by Wagtail's own editing sessions."""
    kind = ContentType.objects.get_for_model(Version)
    now = timezone.now()
    EditingSession.objects.update_or_create(
        user=user, content_type=kind, object_id=str(version.pk), defaults={"last_seen_at": now, "is_editing": True}
    )
    here = EditingSession.objects.filter(
        content_type=kind, object_id=str(version.pk), last_seen_at__gte=now - SEEN_WITHIN
    ).exclude(user=user)
    people = [session.user for session in here.select_related("user")]
    return sorted({person.get_full_name() or person.get_username() for person in people})


@require_GET
def bar(request: HttpRequest, page_id: int) -> HttpResponse:
    """The bar, after a save."""
    page = access.page_to_write(request.user, page_id)
    return JsonResponse({"bar": _render("bar", {"composer": of_page(page, request.user)}, request)})


@require_GET
def post_bar(request: HttpRequest, version_id: int) -> HttpResponse:
    """The same for a post without a story."""
    composer = of_version(access.version_to_write(request.user, version_id), request.user)
    return JsonResponse({"bar": _render("bar", {"composer": composer}, request)})


@require_GET
def picture_rows(request: HttpRequest, version_id: int) -> HttpResponse:
    """Rows for pictures that were just chosen (``?bilde=1&bilde=2``), as HTML."""
    version = access.version_to_write(request.user, version_id)
    numbers = [int(value) for value in request.GET.getlist("bilde") if value.isdecimal()][: forms.MOST_PICTURES]
    photos = forms.photos_for(numbers, version, request.user)
    chosen = [photos[number] for number in numbers if number in photos]
    version.pictures = [VersionPicture(photo=photo, position=place) for place, photo in enumerate(chosen)]
    shown = Shown(version)
    return JsonResponse({"rows": _rows(shown, request)})


def _rows(shown: Shown, request: HttpRequest) -> list[str]:
    return [
        _render("picture", {"one": shown, "picture": row, "number": place}, request)
        for place, row in enumerate(shown.pictures)
    ]


def _conflict(request: HttpRequest, theirs: Version, mine: Version, typed: forms.Typed) -> HttpResponse:
    """Both texts side by side; what is sent next stands on theirs."""
    related = ("channel", "channel__brand", "delivery", "document", "edited_by")
    fresh = Version.objects.select_related(*related).get(pk=theirs.pk)
    fresh.page = mine.page
    their_shown = Shown(fresh)
    who = fresh.edited_by
    conflict = {
        "name": (who.get_full_name() or who.get_username()) if who else _("en annen"),
        "own": bool(who and who.pk == request.user.pk),  # the same person in another window
        "at": clock(fresh.edited_at),
        "text": fresh.text,
        "mine": typed.values.get("text", ""),
        "same_text": fresh.text == typed.values.get("text"),
        "pictures": [row.photo.pk for row in their_shown.pictures],
    }
    if wants_json(request):
        box = _render("conflict", {"one": their_shown, "conflict": conflict}, request)
        found = {"code": "changed", "base": fresh.edit_number, "box": box, "text": fresh.text}
        return JsonResponse({**found, **their_fields(their_shown, request)}, status=409)
    shown = Shown(typed.apply(fresh), typed.errors, conflict=conflict, unlocked=request.POST.get("unlock") == "1")
    shown.typed = request.POST.dict()
    return compose.again(request, fresh, shown, status=409)


def their_fields(theirs: Shown, request: HttpRequest) -> dict[str, Any]:
    """The other fields as a colleague saved them: what the person has not touched follows them."""
    fields = {
        "timing": theirs.version.timing,
        "planned_date": theirs.date_value,
        "planned_time": theirs.time_value,
        "after_amount": str(theirs.version.after_amount),
        "after_unit": theirs.version.after_unit,
        "link_to": theirs.version.link_to,
        "link_url": theirs.version.link_url,
    }
    return {"fields": fields, "rows": _rows(theirs, request)}


def _refused(request: HttpRequest, version: Version, code: str) -> HttpResponse:
    say = {
        "approved": _("Innlegget er godkjent. Velg «Endre innlegget» hvis godkjenningen skal trekkes tilbake."),
        "not_editable": _("Innlegget er sendt, eller blir sendt nå. Det kan ikke endres. Teksten din er ikke lagret."),
    }[code]
    if wants_json(request):
        return JsonResponse({"code": code, "say": say}, status=409)
    messages.error(request, say)
    return redirect(compose.address_of(version))


def clock(moment: Any) -> str:
    return formats.date_format(walltime.local(moment), "H.i") if moment else ""


def _render(name: str, context: dict[str, Any], request: HttpRequest) -> str:
    return render_to_string(f"publishing/parts/{name}.html", context, request).strip()
