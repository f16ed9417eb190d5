"""The desk's pages about receivers, for administrators. A key is in the answer that makes it, and nowhere after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.log_actions import log

from samspill.channels.credentials import CredentialsUnreadableError
from samspill.webhooks import outbox, signing, tasks, words
from samspill.webhooks.forms import EndpointForm
from samspill.webhooks.models import Endpoint, Sending

CHANGE = "webhooks.change_endpoint"
OVERLAP = timedelta(hours=24)  # how long the former key holds beside a new one
IN_VAIN = Sending.objects.filter(state=Sending.State.WAITING, tries__gt=0)
SHOWN = 20  # notices in a receiver's log


def frame(**more: Any) -> dict[str, Any]:
    """What the desk's frame needs."""
    title = _("Varsler til andre systemer")
    return {
        "header_title": title,
        "header_icon": "s-plane",
        "breadcrumbs_items": [{"url": reverse("webhooks"), "label": title}],
        **more,
    }


@permission_required(CHANGE, raise_exception=True)
@require_GET
def endpoints(request: HttpRequest) -> HttpResponse:
    """All receivers."""
    rows = [
        {
            "endpoint": one,
            "health": words.health(one, fails=one.fails),
            "kinds": [words.kind(name) for name in one.kinds],
        }
        for one in Endpoint.objects.annotate(fails=Exists(IN_VAIN.filter(endpoint=OuterRef("pk"))))
    ]
    return render(request, "webhooks/list.html", frame(rows=rows))


@permission_required(CHANGE, raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    """A new receiver; its key is shown once, in the answer."""
    form = EndpointForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "webhooks/new.html", frame(form=form))
    key = signing.new_key()
    endpoint = form.save(commit=False)
    endpoint.set_keys(key)
    with transaction.atomic():
        endpoint.save()
        log(instance=endpoint, action="samspill.webhook.add", user=request.user, data={"kinds": endpoint.kinds})
    return _with_key(request, endpoint, key, rotated=False)


def _with_key(request: HttpRequest, endpoint: Endpoint, key: str, *, rotated: bool) -> HttpResponse:
    answer = render(
        request, "webhooks/key.html", frame(endpoint=endpoint, key=key, rotated=rotated, until=endpoint.previous_until)
    )
    answer["Cache-Control"] = "no-store"
    return answer


@permission_required(CHANGE, raise_exception=True)
def endpoint(request: HttpRequest, pk: int) -> HttpResponse:
    """One receiver: how it is, its form, its last notices."""
    found = get_object_or_404(Endpoint, pk=pk)
    form = EndpointForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            log(
                instance=found, action="samspill.webhook.edit", user=request.user, data={"fields": form.changed_names()}
            )
        messages.success(request, _("Mottakeren er lagret."))
        return redirect("webhook", pk)
    shown = get_object_or_404(Endpoint, pk=pk)  # as it is, whatever was typed
    sendings = shown.sendings.select_related("event").prefetch_related("attempts")[:SHOWN]
    context = frame(
        endpoint=shown,
        form=form,
        health=words.health(shown, fails=IN_VAIN.filter(endpoint=shown).exists()),
        why=words.why_stopped(shown),
        rows=[_row(sending, shown) for sending in sendings],
        waiting=shown.sendings.filter(state=Sending.State.WAITING).count(),
    )
    return render(request, "webhooks/endpoint.html", context)


def _row(sending: Sending, endpoint: Endpoint) -> dict[str, Any]:
    tries = [(tried, words.attempt(tried)) for tried in sending.attempts.all()]
    return {
        "sending": sending,
        "kind": words.kind(sending.event.kind),
        "state": words.state(sending, endpoint),
        "tries": tries,
        "last": tries[0][1] if tries else "",
    }


@permission_required(CHANGE, raise_exception=True)
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One press: pause, resume, test, rotate, delete, or again (with the notice's number)."""
    verb = _VERBS.get(request.POST.get("gjor", ""))
    if verb is None:
        raise Http404
    with transaction.atomic():
        found = get_object_or_404(Endpoint.objects.select_for_update(), pk=pk)
        return verb(request, found)


def _pause(request: HttpRequest, found: Endpoint) -> HttpResponse:
    if not found.stopped:
        found.stopped, found.stopped_at = Endpoint.Stopped.PAUSED, timezone.now()
        found.save(update_fields=["stopped", "stopped_at"])
        log(instance=found, action="samspill.webhook.pause", user=request.user)
    messages.success(request, _("Mottakeren er satt på pause. Varslene venter."))
    return redirect("webhook", found.pk)


def _resume(request: HttpRequest, found: Endpoint) -> HttpResponse:
    if found.stopped:
        found.stopped, found.stopped_at = Endpoint.Stopped.NO, None
        found.save(update_fields=["stopped", "stopped_at"])
        now = timezone.now()
        found.sendings.filter(state=Sending.State.WAITING).update(next_try_at=now, tries=0)
        log(instance=found, action="samspill.webhook.resume", user=request.user)
        tasks.wake(found.pk)
    messages.success(request, _("Mottakeren er i bruk igjen. Det som ventet, sendes nå."))
    return redirect("webhook", found.pk)


def _test(request: HttpRequest, found: Endpoint) -> HttpResponse:
    outbox.test(found)
    messages.success(request, _("En prøve er på vei. Last siden på nytt om litt, og se om den kom fram."))
    return redirect("webhook", found.pk)


def _rotate(request: HttpRequest, found: Endpoint) -> HttpResponse:
    try:
        before = found.keys()[0]
    except CredentialsUnreadableError:
        before = ""
    key = signing.new_key()
    found.set_keys(key, before)
    found.previous_until = timezone.now() + OVERLAP if before else None
    found.save(update_fields=["sealed", "previous_until"])
    log(instance=found, action="samspill.webhook.key", user=request.user)
    return _with_key(request, found, key, rotated=bool(before))


def _delete(request: HttpRequest, found: Endpoint) -> HttpResponse:
    log(instance=found, action="samspill.webhook.delete", user=request.user)
    found.delete()
    messages.success(request, _("Mottakeren er slettet. Den får ingen flere varsler."))
    return redirect("webhooks")


def _again(request: HttpRequest, found: Endpoint) -> HttpResponse:
    number = request.POST.get("varsel", "")
    sending = found.sendings.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
    if sending is None:
        raise Http404
    sending.state, sending.next_try_at, sending.tries = Sending.State.WAITING, timezone.now(), 0
    sending.save(update_fields=["state", "next_try_at", "tries"])
    log(instance=found, action="samspill.webhook.again", user=request.user, data={"event": str(sending.event_id)})
    tasks.wake(found.pk)
    messages.success(request, _("Varselet sendes på nytt, med samme nummer som før."))
    return redirect("webhook", found.pk)


_VERBS = {
    "pause": _pause,
    "i-bruk": _resume,
    "prov": _test,
    "ny-nokkel": _rotate,
    "slett": _delete,
    "igjen": _again,
}
