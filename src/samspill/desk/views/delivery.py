"""One delivery: what was sent, what happened, what a person can do about it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from samspill.channels.contract import Action, Nature
from samspill.delivery import facts, timeline
from samspill.delivery.clock import day
from samspill.delivery.display import FACES, MOVING
from samspill.delivery.models import Delivery
from samspill.delivery.states import IllegalMoveError, State
from samspill.delivery.templatetags.ledger_tags import word_of
from samspill.delivery.words import Told
from samspill.desk import acts
from samspill.desk.by_hand import WITH_ADDRESS, AddressForm, writing
from samspill.desk.payload import safe_address, sent

CHANGEABLE = {State.PLANNED, State.REFUSED, State.EXPIRED, State.CANCELLED, State.APPROVED}


@require_safe
@never_cache
@permission_required("delivery.view_delivery", raise_exception=True)
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; ``?live=1`` gives the part that changes while the delivery moves."""
    return _page(request, _get(pk))


@require_POST
@permission_required("delivery.view_delivery", raise_exception=True)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what the person pressed. When somebody else was faster, say so and show where it stands now."""
    found = _get(pk)
    key = request.POST.get("valg", "")
    if key not in acts.VERBS:
        raise Http404
    if not request.user.has_perm(acts.VERBS[key].right):
        raise PermissionDenied
    form = AddressForm(request.POST if key in WITH_ADDRESS else {}, channel=found.channel)
    if not form.is_valid():
        return _page(request, found, form=form, chosen=key)
    try:
        show, said = acts.perform(key, found, request.user, form.cleaned_data["adresse"])
    except IllegalMoveError:
        now = FACES[word_of(Delivery.objects.select_related("version").get(pk=pk))].label
        messages.warning(request, _("Noen andre rakk det først. Utsendelsen står nå som «%(state)s».") % {"state": now})
        return redirect("desk_delivery", pk)
    if key in ("rett", "svar") and (written := _composer(request, show)):
        return redirect(written)  # the page says what to do
    messages.success(request, said)
    return redirect("desk_delivery", show.pk)


def _get(pk: int) -> Delivery:
    wanted = facts.with_all_that_words_need(Delivery.objects.all()).select_related(
        "page", "approved_by", "target", "version__edited_by", "version__submitted_by"
    )
    return get_object_or_404(wanted, pk=pk)


def _page(request: HttpRequest, found: Delivery, *, form: AddressForm | None = None, chosen: str = "") -> HttpResponse:
    also = list(_also(found))
    found.others = sum(one.action == Action.PUBLISH for one in also)  # type: ignore[attr-defined]
    transitions = list(found.transitions.select_related("actor").order_by("id"))
    attempts = list(found.attempts.order_by("number"))
    changes = list(found.changes.select_related("channel", "approved_by", "version").order_by("id"))
    payload = sent(found)
    corrected = [one for one in changes if one.action == Action.EDIT and one.is_out]
    stands = sent(corrected[-1]) if corrected else None
    moving = found.state in MOVING and not (found.state == State.ACCEPTED and found.next_try_at is None)
    context: dict[str, Any] = {
        "delivery": found,
        "told": _told(found, corrected),
        "days": _days(found, transitions, attempts, changes),
        "technical": timeline.technical(attempts),
        "acts": acts.offered(found, request.user),
        "sent": payload,
        "also": also,
        "changes": [one for one in changes if not (one.state == State.CANCELLED and one.approved_at is None)],
        "edits": found.action == Action.EDIT,
        "stands": stands if stands and stands != payload else None,
        "form": form or AddressForm(),
        "chosen": chosen,
        "post_address": safe_address(found.external_url),
        "account_address": safe_address(found.channel.public_url),
        **writing(found, payload),
        "composer": _composer(request, found),
        "deletes": found.action == Action.DELETE,
        "by_hand": found.state == State.BY_HAND,
        "live_url": f"{request.path}?live=1" if moving and request.method != "POST" else "",
        "mark": _mark(found, len(attempts)),
        "header_title": _("Utsendelser"),
        "header_icon": "s-plane",
        "breadcrumbs_items": [{"url": reverse("desk_deliveries"), "label": _("Utsendelser")}],
    }
    if request.GET.get("live"):
        context["live_url"] = f"{request.path}?live=1" if moving else ""
        return render(request, "delivery/parts/live.html", context)
    return render(request, "delivery/detail.html", context)


def _told(found: Delivery, corrected: list[Delivery]) -> Told:
    told = facts.told(found, facts.open_circuits())
    if corrected and found.state == State.CONFIRMED and not found.differences:
        return replace(told, what=_("Ute, med den rettede teksten."))
    return told


def _mark(found: Delivery, attempts: int) -> str:
    """Changes when anything that the page shows has changed."""
    parts = (found.state, attempts, found.changed_at, found.next_try_at, found.clicks, found.differences)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _days(
    found: Delivery, transitions: list[Any], attempts: list[Any], changes: list[Delivery]
) -> list[tuple[str, list[timeline.Entry]]]:
    once = frozenset(step.name for step in found.steps.all() if step.nature == Nature.ONCE) or frozenset({"post"})
    setting = timeline.Setting(found.channel.platform_name, once, Action(found.action))
    answers = found.hold_answers.select_related("hold", "by")
    entries = timeline.story(transitions, attempts, setting, answers)
    entries = sorted([*entries, *timeline.corrections(changes, setting.name)], key=lambda entry: entry.at)
    return [(label, list(group)) for label, group in groupby(entries, key=lambda entry: day(entry.at))]


def _also(found: Delivery) -> QuerySet[Delivery]:
    """The same story's posts in other channels."""
    if found.page_id is None:
        return Delivery.objects.none()
    same = Delivery.objects.filter(page_id=found.page_id, action=Action.PUBLISH).exclude(pk=found.pk)
    return (
        same.exclude(version__current=False)
        .exclude(version__part__gt=0)  # a thread is one post
        .select_related("channel", "version")
        .order_by("channel__position", "id")[:30]
    )


def _composer(request: HttpRequest, found: Delivery) -> str:
    """The way to the text, for those who may write it, while it can be written on."""
    version = getattr(found, "version", None)
    if version is None or found.state not in CHANGEABLE or not version.current:
        return ""
    if not request.user.has_perm("publishing.write_version"):
        return ""
    try:
        if version.page_id:
            return f"{reverse('publishing_compose', args=[version.page_id])}?kanal={version.pk}"
        return reverse("publishing_compose_post", args=[version.pk])
    except NoReverseMatch:
        return ""
