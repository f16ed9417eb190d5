"""Koble til: a person lets us in on the platform's own page, and the channel has its keys. And back again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_POST
from wagtail.admin import messages
from wagtail.log_actions import log

from samspill.channels import connect, connect_apps, connect_store, connect_words, contract, registry
from samspill.channels.connect import Choose, Connected, Failed, Fault, Reply, Wish
from samspill.channels.connect_contract import App, AuthorisingConnection, Connection, ConnectWay
from samspill.channels.connect_forms import AppForm, ConnectForm, names_server
from samspill.channels.contract import Done
from samspill.channels.http import Client
from samspill.channels.models import Channel, PlatformApp
from samspill.delivery import instant
from samspill.delivery.tasks import wake
from samspill.delivery.words import mend, what
from samspill.desk.views.channels import ADD, CHANGE, frame


def connection_of(platform_name: str) -> Connection:
    """The platform's way of being connected. Raises Http404 for one that is not there, or has none."""
    found = registry.platforms().get(platform_name)
    connection: Connection | None = getattr(found, "connection", None)
    if connection is None:
        raise Http404
    return connection


def _http() -> Client:
    return Client(read_timeout=settings.SAMSPILL_REQUEST_SECONDS)


def _session(request: HttpRequest) -> str:
    return request.session.session_key or ""


def return_address(platform_name: str) -> str:
    """Where the platform sends the person back to; it is entered in our app there."""
    return settings.SAMSPILL_BASE_URL.rstrip("/") + reverse("desk_connect_answer", args=[platform_name])


@sensitive_post_parameters()
@permission_required(ADD, raise_exception=True)
def new(request: HttpRequest, platform_name: str) -> HttpResponse:
    """Connect an account that is no channel yet."""
    return _start(request, platform_name, None)


@sensitive_post_parameters()
@permission_required(CHANGE, raise_exception=True)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Connect a channel, for the first time or anew: it keeps its history and its queue."""
    channel = get_object_or_404(Channel.objects.select_related("brand"), pk=pk)
    return _start(request, channel.platform, channel)


@sensitive_variables("form")
def _start(request: HttpRequest, platform_name: str, channel: Channel | None) -> HttpResponse:
    connection = connection_of(platform_name)
    platform = registry.platform(platform_name)
    form = ConnectForm(request.POST or None, connection=connection, platform=platform, channel=channel)
    if request.method == "POST" and form.is_valid():
        wish = Wish(
            request.user, _session(request), platform_name, form.place(), channel, form.cleaned_data.get("brand")
        )
        if connection.way == ConnectWay.SIGN_IN:
            given = form.cleaned_data
            outcome = connect.sign_in(wish, given["navn"].strip(), given["passord"].strip(), _http(), instant.now())
            if not isinstance(outcome, Failed):
                return _after(request, outcome)
        else:
            begun = connect.begin(wish, return_address(platform_name), _http(), instant.now())
            if isinstance(begun, str):
                return HttpResponseRedirect(begun)
            outcome = begun
        _tell(request, outcome)
    name = platform.capabilities().name
    context = frame(
        channel=channel,
        form=form,
        platform_name=name,
        platform_key=platform_name,
        signs_in=connection.way == ConnectWay.SIGN_IN,
        needs=_needs(connection),
        app_is_ours=not names_server(connection),
        has_app=names_server(connection) or _app_is_known(platform_name, form.fixed),
    )
    response = render(request, "channels/connect.html", context)
    response.form_action = _sends_on_to(connection, platform_name, form.fixed)  # type: ignore[attr-defined]
    return response


def _needs(connection: Connection) -> list[Any]:
    """What we ask for, each once, in words."""
    return [connect_words.FOR[need] for need in dict.fromkeys(connection.scopes.values())]


def _app_is_known(platform_name: str, fixed: str) -> bool:
    """Whether the real platform can be reached by an app of ours; not asked when the channel only practises."""
    base = registry.platform(platform_name).default_base_url
    return fixed not in ("", base) or PlatformApp.objects.filter(platform=platform_name, base_url=base).exists()


def _sends_on_to(connection: Connection, platform_name: str, fixed: str) -> str:
    """The hosts that the form's answer may send the person to, for the page's content security policy."""
    if connection.way == ConnectWay.SIGN_IN:
        return ""
    asking: AuthorisingConnection = connection  # type: ignore[assignment]
    practice = connect_apps.practice_app(platform_name)
    real = App(fixed or registry.platform(platform_name).default_base_url)
    pages = [asking.start(app, return_address(platform_name), "-", "-") for app in (practice, real)]
    hosts = {f"{urlsplit(page).scheme}://{urlsplit(page).netloc}" for page in pages}
    return " ".join(sorted(hosts | ({"https:"} if asking.asks_for_server else set())))


@never_cache
@require_GET
@permission_required(CHANGE, raise_exception=True)
def answer(request: HttpRequest, platform_name: str) -> HttpResponse:
    """The person comes back from the platform. We go on at once to an address without the code."""
    connection_of(platform_name)
    given = request.GET
    reply = Reply(
        platform_name, given.get("state", "")[:500], given.get("code", "")[:4000], given.get("error", "")[:100]
    )
    return _after(request, connect.answer(reply, request.user, _session(request), _http(), instant.now()))


def _after(request: HttpRequest, outcome: connect.Outcome) -> HttpResponse:
    if isinstance(outcome, Choose):
        return redirect("desk_connect_choose", outcome.attempt)
    if isinstance(outcome, Connected):
        _connected(request, outcome)
        return redirect("desk_channel", outcome.channel.pk)
    if outcome.fault is Fault.USED and outcome.channel is not None:
        messages.info(request, _("Kanalen er koblet til. Svaret kom en gang til, og endret ingenting."))
        return redirect("desk_channel", outcome.channel.pk)
    _tell(request, outcome)
    if outcome.channel is not None:
        return redirect("desk_channel", outcome.channel.pk)
    if outcome.platform and request.user.has_perm(ADD):
        return redirect("desk_connect_new", outcome.platform)
    return redirect("desk_channels")


def _connected(request: HttpRequest, outcome: Connected) -> None:
    channel = outcome.channel
    if outcome.made:
        log(instance=channel, action="samspill.channel.add", user=request.user, data={"mode": channel.mode})
    log(instance=channel, action="samspill.channel.connect", user=request.user, data={"scopes": channel.scopes})
    name = {"name": channel.platform_name, "who": channel.name}
    messages.success(request, _("«%(who)s» på %(name)s er koblet til.") % name)
    missing = connect_store.missing_scopes(channel)
    if missing:
        stops = " ".join(str(connect_words.STOPS[need]) for need in dict.fromkeys(missing.values()))
        messages.warning(
            request,
            _("%(name)s ga oss ikke alt vi ba om: %(scopes)s mangler. %(stops)s Koble til på nytt, og gi alt.")
            % {**name, "scopes": ", ".join(missing), "stops": stops},
        )
    wake(channel.pk)  # what waited for the key goes on


def _tell(request: HttpRequest, failed: Failed) -> None:
    name = registry.platform(failed.platform).capabilities().name if failed.platform else ""
    said = connect_words.said(failed, name)
    if failed.fault is Fault.PLATFORM and failed.why is not None:
        refused = isinstance(failed.why, contract.Refused)
        todo = mend(failed.why.reason, name) if refused else _("Det kan være forbigående. Prøv igjen om litt.")
        said = f"{what(failed.why.reason, name)} {said} {todo}"
    show = messages.info if failed.fault is Fault.PERSON_SAID_NO else messages.error
    show(request, said)


@never_cache
@permission_required(CHANGE, raise_exception=True)
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """The key opens several accounts: which one is it?"""
    if request.method == "POST":
        try:
            outcome = connect.choose(pk, request.POST.get("konto", ""), request.user, _session(request), instant.now())
        except KeyError:
            messages.error(request, _("Velg en konto."))
            return redirect("desk_connect_choose", pk)
        return _after(request, outcome)
    found = connect.choices(pk, request.user, _session(request), instant.now())
    if isinstance(found, Failed):
        return _after(request, found)
    attempt, grant = found
    rows = [
        {
            "account": account,
            "channel": connect_store.channel_of(attempt.platform, attempt.base_url, account.external_id),
        }
        for account in grant.accounts
    ]
    name = registry.platform(attempt.platform).capabilities().name
    return render(request, "channels/choose.html", frame(rows=rows, platform_name=name, channel=attempt.channel))


@require_POST
@permission_required(CHANGE, raise_exception=True)
def disconnect(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the access back at the platform, and forget the keys."""
    channel = get_object_or_404(Channel, pk=pk)
    said = connect_store.disconnect(pk, _http(), instant.now())
    log(
        instance=channel,
        action="samspill.channel.disconnect",
        user=request.user,
        data={"platform": type(said).__name__},
    )
    name = {"name": channel.platform_name}
    if isinstance(said, Done):
        messages.success(request, _("Kanalen er koblet fra, og %(name)s har trukket tilbake nøkkelen.") % name)
    elif said is None:
        messages.success(
            request, _("Kanalen er koblet fra her. Vil du ta bort tilgangen helt, gjør du det hos %(name)s.") % name
        )
    elif isinstance(said, connect_store.Shared):
        messages.success(
            request,
            _("Kanalen er koblet fra her. Tilgangen hos %(name)s står, for den brukes også av en annen kanal.") % name,
        )
    else:
        messages.warning(
            request,
            _("Kanalen er koblet fra her, men vi fikk ikke sagt fra til %(name)s. Ta bort tilgangen der også.") % name,
        )
    return redirect("desk_channel", pk)


@sensitive_post_parameters()
@permission_required(CHANGE, raise_exception=True)
def app(request: HttpRequest, platform_name: str) -> HttpResponse:
    """Our app at a platform: its id, and its secret, which is written and never shown."""
    connection = connection_of(platform_name)
    if names_server(connection):
        raise Http404  # servers register it by themselves
    platform = registry.platform(platform_name)
    stored = PlatformApp.objects.filter(platform=platform_name, base_url=platform.default_base_url).first()
    initial = {"client_id": stored.client_id if stored else ""}
    form = AppForm(request.POST or None, initial=initial, has_secret=bool(stored and stored.sealed))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        saved = connect_apps.save_app(
            platform_name, platform.default_base_url, given["client_id"], given["client_secret"]
        )
        written = ["client_id", *(["client_secret"] if given["client_secret"] else [])]
        log(instance=saved, action="samspill.app.key", user=request.user, data={"keys": written})
        messages.success(request, _("Appen er lagret."))
        return redirect("desk_channels")
    context = frame(
        form=form,
        stored=stored,
        platform_name=platform.capabilities().name,
        platform_key=platform_name,
        return_address=return_address(platform_name),
        scopes=[(scope, connect_words.FOR[need]) for scope, need in connection.scopes.items()],
    )
    return render(request, "channels/app.html", context)
