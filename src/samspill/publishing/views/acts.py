"""What the composer's buttons do: take a channel along or out, copy a text, answer a question, send in.

Each first keeps what the form holds, so that a press never costs a text.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from samspill.channels.models import Channel
from samspill.publishing import approve, forms, threads, versions
from samspill.publishing.models import Version
from samspill.publishing.views import access, compose
from samspill.publishing.views.composer import Composer, of_page, of_version
from samspill.publishing.views.shown import Shown
from samspill.publishing.views.writing import ApprovedError, save, save_typed


@require_POST
def add(request: HttpRequest, page_id: int) -> HttpResponse:
    """Take a channel along. What was written before it was taken out comes back."""
    page = access.page_to_write(request.user, page_id)
    value = request.POST.get("channel", "")
    channel = get_object_or_404(Channel, pk=int(value) if value.isdecimal() else 0)
    if not channel.sends:
        messages.error(request, _("%(channel)s er ikke i bruk nå, og kan ikke tas med.") % {"channel": channel})
        return redirect("publishing_compose", page_id)
    earlier = Version.objects.filter(page=page, channel=channel, current=False, part=0, delivery__state="cancelled")
    before = earlier.order_by("-id").first()
    try:
        with transaction.atomic():
            made = versions.add(page, channel, _person(request), text=before.text if before else "")
    except IntegrityError:  # a colleague was first
        made = Version.objects.get(page=page, channel=channel, current=True, part=0)
    messages.success(request, _("%(channel)s er med i saken.") % {"channel": channel})
    return redirect(compose.address_of(made))


@require_POST
def remove(request: HttpRequest, version_id: int) -> HttpResponse:
    """Take a channel out of the story; the text is kept in case it comes back."""
    version = access.version_to_write(request.user, version_id)
    try:
        threads.remove(version, _person(request))
    except versions.NotEditableError:
        messages.error(request, _("Innlegget er sendt, eller blir sendt nå. Trekk det tilbake under «Utsendelser»."))
        return redirect(compose.address_of(version))
    said = (
        _("Rettelsen er slettet. Innlegget på %(channel)s står som før.")
        if version.corrects_id
        else _("Delen er tatt ut av tråden.")
        if version.part
        else _("%(channel)s er tatt ut av saken. Teksten er gjemt, og kommer tilbake hvis du tar kanalen med igjen.")
    )
    messages.success(request, said % {"channel": version.channel})
    if version.part:
        first = threads.parts(version).first()
        return redirect(compose.address_of(first or version))
    if version.page_id:
        return redirect("publishing_compose", version.page_id)
    if version.delivery.target_id:  # a correction: back to the post, which stands as before
        return redirect("desk_delivery", version.delivery.target_id)
    return redirect("wagtailadmin_home")


@require_POST
def copy(request: HttpRequest, version_id: int) -> HttpResponse:
    """Copy another version's saved text into this one."""
    version = access.version_to_write(request.user, version_id)
    value = request.POST.get("from", "")
    source = get_object_or_404(
        Version, pk=int(value) if value.isdecimal() else 0, page_id=version.page_id, page__isnull=False
    )
    return _keep_then(request, version, lambda fresh: {"text": source.text})


@require_POST
def thread(request: HttpRequest, version_id: int) -> HttpResponse:
    """«Del opp i en tråd»: keep what is typed, split what does not fit, or add an empty part below."""
    version = access.version_to_write(request.user, version_id)
    try:
        fresh = save_typed(request, version, forms.read(request.POST, version, request.user))
        made = threads.extend(fresh, _person(request))
    except ValueError:
        return redirect(compose.address_of(version))
    except (versions.TextChangedMeanwhileError, ApprovedError):
        return save(request, version.pk)
    except versions.NotEditableError:
        messages.error(request, _("Tråden er endret eller sendt i mellomtiden. Ingenting er delt opp."))
        return redirect(compose.address_of(version))
    except threads.TooManyPartsError:
        messages.error(request, _("Tråden har %(most)s deler. Lengre blir den ikke.") % {"most": threads.MOST})
        return redirect(compose.address_of(version))
    total = made[-1].part + 1
    messages.success(request, _("Innlegget er en tråd med %(count)s deler.") % {"count": total})
    return redirect(f"{compose.address_of(version)}#v{made[0].pk}-text")


@require_POST
def answer(request: HttpRequest, version_id: int) -> HttpResponse:
    """«Slik skal det være»: a person has read a warning and says that it shall be so."""
    version = access.version_to_write(request.user, version_id)
    key = request.POST.get("key", "")[:200]
    asked = {problem.key for problem in Shown(version).problems if problem.asks}

    def change(fresh: Version) -> dict[str, Any]:
        if key and key in asked | {problem.key for problem in Shown(fresh).problems if problem.asks}:
            return {"accepted_warnings": sorted({*fresh.accepted_warnings, key})}
        return {}

    return _keep_then(request, version, change)


@require_POST
def in_step(request: HttpRequest, version_id: int) -> HttpResponse:
    """The story has changed: take the new over (``choice=new``), or keep the post as it is (``keep``)."""
    version = access.version_to_write(request.user, version_id)
    story = versions.story_of(version)
    if story is None:
        return redirect(compose.address_of(version))

    def change(fresh: Version) -> dict[str, Any]:
        values: dict[str, Any] = {"based_on": versions.snapshot(story)}
        if request.POST.get("choice") == "new":
            values["text"] = brought_in_step(fresh, story)
        return values

    return _keep_then(request, version, change)


def brought_in_step(version: Version, story: Any) -> str:
    """The text with the story's new words where the old ones stand; from the template when they stand nowhere."""
    text, found = version.text, False
    for then, now in versions.out_of_step(version).values():
        if then and then in text:
            text, found = text.replace(then, now), True
    return text if found else versions.first_text(version, story)


def _keep_then(request: HttpRequest, version: Version, change: Any) -> HttpResponse:
    """Save what the form holds, then what ``change`` says about the fresh version. A conflict is shown as by saving."""
    try:
        typed = forms.read(request.POST, version, request.user)
    except ValueError:
        typed = forms.Typed(version.edit_number)
    try:
        fresh = save_typed(request, version, typed)
        fresh.page = version.page
        values = change(fresh)
        if values:
            versions.save(fresh, _person(request), base=fresh.edit_number, values=values)
    except (versions.TextChangedMeanwhileError, versions.NotEditableError, ApprovedError):
        return save(request, version.pk)
    return redirect(compose.address_of(version))


@require_POST
def send_in(request: HttpRequest, page_id: int) -> HttpResponse:
    """Send the story and its posts to approval together. Errors block."""
    page = access.page_to_write(request.user, page_id)
    refused = _with_errors(request, of_page(page, request.user))
    if refused is not None:
        return refused
    try:
        approve.submit(page, request.user)
    except approve.ApprovalError as error:
        if not (error.code == "nothing_submitted" and _sent_just_now(request.user, page=page)):
            messages.error(request, _not_sent(error.code))
    else:
        messages.success(request, _("Saken og innleggene er sendt til godkjenning."))
    return redirect(reverse("publishing_compose", args=[page_id]))


@require_POST
def send_in_post(request: HttpRequest, version_id: int) -> HttpResponse:
    """The same for a post that belongs to no story."""
    version = access.version_to_write(request.user, version_id)
    if version.page_id:
        return send_in(request, version.page_id)
    refused = _with_errors(request, of_version(version, request.user))
    if refused is not None:
        return refused
    try:
        approve.submit_post(version, request.user)
    except approve.ApprovalError as error:
        if not _sent_just_now(request.user, pk=version.pk):
            messages.error(request, _not_sent(error.code))
    else:
        messages.success(request, _("Innlegget er sendt til godkjenning."))
    return redirect(compose.address_of(version))


def _with_errors(request: HttpRequest, composer: Composer) -> HttpResponse | None:
    """The page with the errors that stop the sending, if there are any."""
    if composer.errors:
        count = len(composer.errors)
        messages.error(
            request,
            ngettext(
                "Ingenting er sendt. %(count)s feil må rettes først.",
                "Ingenting er sendt. %(count)s feil må rettes først.",
                count,
            )
            % {"count": count},
        )
        composer.active = composer.errors[0][0].prefix
        return compose.show(request, composer, status=422, focus_errors=True)
    return None


def _sent_just_now(user: Any, **which: Any) -> bool:
    """A second press of the button: it is sent, as the person meant."""
    since = timezone.now() - timedelta(minutes=1)
    state = which["page"].current_workflow_state if "page" in which else None
    if state is not None and state.requested_by_id == user.pk and state.created_at >= since:
        return True
    return Version.objects.filter(**which, submitted_by=user, submitted_at__gte=since).exists()


def _not_sent(code: str) -> str:
    if code == "no_workflow":
        return _("Saken er ikke sendt, for godkjenning er ikke satt opp her. Be en administrator om det.")
    return _("Det er ikke noe nytt å sende til godkjenning.")


def _person(request: HttpRequest) -> Any:
    return request.user
