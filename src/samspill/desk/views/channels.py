"""Kanaler: is each of them well, and everything an administrator sets about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from samspill.channels import contract, guides, registry
from samspill.channels.contract import Action
from samspill.channels.forms import ChannelForm, PlatformForm
from samspill.channels.models import Channel, practice_address
from samspill.delivery import facts, trouble, ways
from samspill.delivery.models import Delivery
from samspill.delivery.states import OUT
from samspill.delivery.words import mend, what
from samspill.desk import warn, warn_words, watching
from samspill.desk.health import health, overdue
from samspill.publishing import compose

VIEW, CHANGE, ADD = "channels.view_channel", "channels.change_channel", "channels.add_channel"
EXAMPLE = compose.StoryFacts(
    "Slik kjenner du igjen et ulovlig lotteri",
    "Ser du noen som selger lodd på nettet? Spør hvem som får pengene, og om du kan nå den som selger.",
    "https://eksempel.no/l/bc4k7q2x",
    ("lotteri", "frivillig lag"),
)


def frame(**more: Any) -> dict[str, Any]:
    """What every page about channels gives the desk's frame."""
    return {
        "header_title": _("Kanaler"),
        "header_icon": "s-cast",
        "breadcrumbs_items": [{"url": reverse("desk_channels"), "label": _("Kanaler")}],
        **more,
    }


@require_GET
@permission_required(VIEW, raise_exception=True)
def channels(request: HttpRequest) -> HttpResponse:
    """All channels; those that we wait with have a list of their own."""
    circuits = facts.open_circuits()
    set_at = _keys_set_at()
    month = this_month()
    counts = dict(
        Delivery.objects.filter(state__in=OUT, action=Action.PUBLISH, accepted_at__gte=month)
        .order_by()
        .values_list("channel_id")
        .annotate(Count("id"))
    )
    found = list(Channel.objects.select_related("brand", "allowance"))
    watched = watching.watch(found, month)
    rows = [
        {
            "channel": channel,
            "watched": watched[channel.pk],
            "warnings": _warnings(channel),
            "health": health(channel, circuits),
            "error": what(channel.last_error, channel.platform_name) if channel.last_error_at else "",
            "key_set_at": set_at.get(str(channel.pk)),
            "count": counts.get(channel.pk, 0),
            "overdue": overdue(channel),
        }
        for channel in found
    ]
    told: set[str] = set()  # a version's end is the same for all channels of its platform
    for row in rows:
        row["warnings"] = [one for one in row["warnings"] if one["title"] not in told]
        told |= {one["title"] for one in row["warnings"] if one["kind"] == warn.Kind.VERSION}
    waiting = [row for row in rows if row["channel"].mode == Channel.Mode.WAITING]
    used = [row for row in rows if row["channel"].mode != Channel.Mode.WAITING]
    context = frame(
        rows=used,
        waiting=waiting,
        troubled=[row for row in used if row["channel"].trouble],
        month=month,
        may_change=request.user.has_perm(CHANGE),
        may_add=request.user.has_perm(ADD),
    )
    return render(request, "channels/list.html", context)


def this_month() -> datetime:
    """When the present month began here."""
    return timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _keys_set_at(channel: Channel | None = None) -> dict[str, Any]:
    """Channel id (as text) → when its keys were last written, from the audit log."""
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Channel), action="samspill.channel.key"
    )
    if channel is not None:
        entries = entries.filter(object_id=str(channel.pk))
    return dict(entries.order_by().values_list("object_id").annotate(Max("timestamp")))


@sensitive_post_parameters()
@permission_required(VIEW, raise_exception=True)
def channel(request: HttpRequest, pk: int) -> HttpResponse:
    """One channel: how it is, for all who see the desk; the form, for those who may change it."""
    found = get_object_or_404(Channel.objects.select_related("brand", "allowance"), pk=pk)
    may_change = request.user.has_perm(CHANGE)
    form = None
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        form = ChannelForm(request.POST, instance=found, platform=registry.platform(found.platform))
        if form.is_valid():
            _save(request, form, made=False)
            messages.success(request, _("Kanalen er lagret."))
            return redirect("desk_channel", pk)
        found = Channel.objects.select_related("brand", "allowance").get(pk=pk)  # not what the form put on it
    elif may_change:
        form = ChannelForm(instance=found, platform=registry.platform(found.platform))
    return render(request, "channels/channel.html", _one(found, form))


def _one(found: Channel, form: ChannelForm | None) -> dict[str, Any]:
    name = found.platform_name
    capabilities = found.capabilities()
    return frame(
        channel=found,
        form=form,
        health=health(found, facts.open_circuits()),
        overdue=overdue(found),
        error=what(found.last_error, name) if found.last_error_at else "",
        key_set_at=_keys_set_at(found).get(str(found.pk)),
        waits=Delivery.objects.filter(channel=found, state__in=["approved", "due"]).count(),
        rules=list(found.rules.select_related("brand", "channel")),
        example=compose.fill(found.template, EXAMPLE),
        ways=ways.told(capabilities),
        platform_key=found.platform,
        may_change=form is not None,
        media=form.media if form else "",
        connects=getattr(registry.platform(found.platform), "connection", None) is not None,
        watched=watching.watch([found], this_month())[found.pk],
        month=this_month(),
        warnings=_warnings(found),
        key_for_training=_key_for_training(found),
        has_guide=bool(guides.guide(found.platform)),
    )


def _warnings(found: Channel) -> list[dict[str, str]]:
    """What will stop the channel if nobody does anything; trouble that is there already stands above."""
    now = timezone.now()
    kinds = [one.kind for one in warn.due(found, now)] if warn.is_watched(found) else []
    said = [kind for kind in kinds if kind != warn.Kind.TROUBLE and found.trouble not in warn.SAME.get(kind, ())]
    return [
        {
            "kind": kind,
            "title": warn_words.title(found, kind, now),
            "says": warn_words.meaning(found, kind, now),
        }
        for kind in said
    ]


def _key_for_training(found: Channel) -> bool:
    """Whether the channel's key is for the pretend platform, so that it has none once it is taken into use."""
    return bool(found.key_place) and not found.base_url and found.key_place == practice_address(found.platform)


@require_GET
@permission_required(VIEW, raise_exception=True)
def guide(request: HttpRequest, platform_name: str) -> HttpResponse:
    """The guide to a platform: what to apply for, with whom, how long it takes."""
    text = guides.guide(platform_name) if platform_name in registry.platforms() else ""
    if not text:
        raise Http404
    name = registry.platform(platform_name).capabilities().name
    return render(request, "channels/guide.html", frame(guide=text, platform_name=name, platform_key=platform_name))


@sensitive_post_parameters()
@permission_required(ADD, raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    """A new channel: first the platform, then the rest. It begins paused, so that nothing goes out by mistake."""
    chosen = request.GET.get("plattform", "")
    if chosen not in registry.platforms():
        return render(request, "channels/new.html", frame(form=PlatformForm()))
    platform = registry.platform(chosen)
    form = ChannelForm(
        request.POST or None,
        platform=platform,
        instance=Channel(platform=chosen),
    )
    if request.method == "POST" and form.is_valid():
        made = _save(request, form, made=True)
        by_hand = made.mode == Channel.Mode.BY_HAND
        said = _("Kanalen er laget. Dere kan legge ut for hånd med en gang.")
        messages.success(request, said if by_hand else _("Kanalen er laget. Prøv nøkkelen, og ta den så i bruk."))
        return redirect("desk_channel", made.pk)
    context = frame(
        form=form,
        platform_name=platform.capabilities().name,
        platform_key=chosen,
        connects=getattr(platform, "connection", None) is not None,
        example=compose.fill("", EXAMPLE),
        media=form.media,
    )
    return render(request, "channels/new.html", context)


def _save(request: HttpRequest, form: ChannelForm, *, made: bool) -> Channel:
    """Save and write it in the audit log: which fields, never what keys hold."""
    found = form.save()
    plain = sorted(name for name in form.changed_data if not name.startswith("nokkel_"))
    if made:
        log(instance=found, action="samspill.channel.add", user=request.user, data={"mode": found.mode})
    elif plain:
        log(
            instance=found,
            action="samspill.channel.edit",
            user=request.user,
            data={"fields": plain, "mode": found.mode},
        )
    if form.changed_keys:
        log(instance=found, action="samspill.channel.key", user=request.user, data={"keys": form.changed_keys})
    return found


@require_POST
@permission_required(CHANGE, raise_exception=True)
def mode(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause a channel, or take it into use again. What has been approved waits meanwhile, and nothing is lost."""
    found = get_object_or_404(Channel, pk=pk)
    wanted = request.POST.get("modus", "")
    if wanted not in (Channel.Mode.PAUSED, *Channel.SENDING):
        raise Http404
    if found.mode != wanted:
        before, found.mode = found.mode, wanted
        found.save(update_fields=["mode"])
        log(instance=found, action="samspill.channel.mode", user=request.user, data={"before": before, "mode": wanted})
    said = {
        Channel.Mode.PAUSED: _("Kanalen er satt på pause."),
        Channel.Mode.BY_HAND: _("Fra nå legger dere ut for hånd. Innlegg meldes på forsiden når tiden er inne."),
    }.get(Channel.Mode(wanted), _("Kanalen er i gang igjen."))
    messages.success(request, said)
    return redirect("desk_channel", pk)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the key: one cheap read, and what came of it in words."""
    found = get_object_or_404(Channel, pk=pk)
    result = trouble.verify(found)
    log(instance=found, action="samspill.channel.verify", user=request.user, data={"result": type(result).__name__})
    name = found.platform_name
    if isinstance(result, contract.Done):
        who = str(result.data.get("name") or result.data.get("username") or found.name)
        messages.success(
            request, _("Nøkkelen virker. %(name)s kjenner oss som «%(who)s».") % {"name": name, "who": who}
        )
    else:
        reason = str(getattr(result, "reason", contract.Reason.UNEXPECTED))
        broken = isinstance(result, contract.Refused)
        todo = mend(reason, name) if broken else _("Det kan være forbigående. Prøv igjen om litt.")
        messages.error(request, f"{what(reason, name)} {todo}")
    return redirect("desk_channel", pk)


@require_POST
@permission_required(VIEW, raise_exception=True)
def example(request: HttpRequest) -> HttpResponse:
    """A template filled with an example, and its length by the platform's own count, while it is being written."""
    name = request.POST.get("plattform", "")
    if name not in registry.platforms():
        raise Http404
    text = compose.fill(request.POST.get("mal", "")[:5000], EXAMPLE)
    counted = registry.platform(name).count(text)
    return JsonResponse({"text": text, "length": counted.length, "limit": counted.limit})
