"""What needs a person now, most urgent first, each with what can be done. The number of queries does not grow."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samspill.channels.contract import Action
from samspill.channels.models import Channel
from samspill.delivery import circuit, decide, facts, queries
from samspill.delivery.clock import clock, day_and_clock
from samspill.delivery.display import Tone
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.delivery.words import mend, what
from samspill.desk import acts, warn, warn_words, watch_words
from samspill.desk.act import Act
from samspill.desk.health import overdue
from samspill.publishing import alone, waiting, when_words
from samspill.webhooks import words as webhook_words
from samspill.webhooks.models import Endpoint

MOST = 12  # rows; the rest is one press away
WORKER_SECONDS = 30  # as in the readiness check


@dataclass(frozen=True, slots=True)
class Need:
    """One row. ``mark``: what ``{% state %}`` shows, or None with ``badge`` (word, tone, icon) instead."""

    tone: str
    title: str
    says: str
    url: str
    button: str
    channels: list[Channel] = field(default_factory=list)
    newsroom: bool = False
    mark: Any = None
    badge: tuple[str, str, str] | None = None
    choices: list[Act] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Needs:
    """The rows to show, and how many there are in all (``hidden`` of them not shown)."""

    rows: list[Need]
    total: int

    @property
    def hidden(self) -> int:
        return self.total - len(self.rows)


def for_user(user: Any) -> Needs:
    """What this person sees; acts and buttons by his or her rights."""
    rows: list[Need] = _alone(user)
    hidden = 0
    if user.has_perm("delivery.view_delivery"):
        found = facts.with_all_that_words_need(queries.for_a_person()).defer("payload", "detail", "version__text")
        some = list(found[: MOST + 1])
        if len(some) > MOST:
            hidden = found.count() - MOST
        circuits = facts.open_circuits()
        rows += _no_worker()
        rows += sorted((_of_delivery(delivery, user, circuits) for delivery in some[:MOST]), key=_urgency)
    if user.has_perm("channels.view_channel"):
        rows += _of_channels(user)
    rows += _of_webhooks(user)
    rows += _approvals(user)
    return Needs(rows, len(rows) + hidden)


def _alone(user: Any) -> list[Need]:
    """What one person published in an emergency, until a second one has read it: what is out cannot wait."""
    rows = []
    for row in alone.unread_by(user)[:MOST]:
        who = (row.by.get_full_name() or row.by.get_username()) if row.by else _("En som har sluttet")
        title = _("%(who)s publiserte «%(title)s» alene.") % {"who": who, "title": row.title}
        says = _("Begrunnelse: «%(reason)s» Les det, og si fra at du har gjort det.") % {"reason": row.reason}
        badge = (_("Beredskap"), "warn", "group")
        rows.append(Need("warn", title, says, reverse("desk_alone", args=[row.pk]), _("Les det nå"), badge=badge))
    return rows


def _urgency(need: Need) -> int:
    order = [State.NEEDS_PERSON, State.BY_HAND, State.REFUSED, State.EXPIRED, State.ACCEPTED]
    return order.index(State(need.mark.state))


def _no_worker() -> list[Need]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s))",
            [WORKER_SECONDS],
        )
        (alive,) = cursor.fetchone()
    if alive:
        return []
    return [
        Need(
            "crit",
            _("Ingenting sendes akkurat nå."),
            _(
                "Den delen av Samspill som sender, er ikke i gang. Innlegg venter, og går ut når den starter. "
                "Si fra til den som drifter."
            ),
            f"{reverse('desk_deliveries')}?gruppe=sendes",
            _("Se hva som venter"),
            badge=(_("Står stille"), "crit", "warning"),
        )
    ]


def _of_delivery(delivery: Delivery, user: Any, circuits: facts.Circuits) -> Need:
    told = facts.told(delivery, circuits)
    name = {"title": delivery.title, "name": delivery.channel.platform_name}
    choices = acts.offered(delivery, user)
    if delivery.action == Action.DELETE:
        title = _("«%(title)s» er ikke slettet fra %(name)s ennå.") % name
    elif delivery.action == Action.EDIT:
        title = _("«%(title)s» er ikke rettet på %(name)s ennå.") % name
    else:
        title = {
            State.NEEDS_PERSON: _("Vi vet ikke om «%(title)s» kom ut på %(name)s.")
            if facts.facts_of(delivery).unclear
            else _("«%(title)s» ble ikke sendt til %(name)s."),
            State.BY_HAND: _("«%(title)s» må legges ut på %(name)s for hånd."),
            State.REFUSED: _("%(name)s tok ikke imot «%(title)s»."),
            State.EXPIRED: _("«%(title)s» gikk ikke ut på %(name)s."),
            State.ACCEPTED: _("Vi finner ikke «%(title)s» på %(name)s ennå.")
            if decide.is_not_found(delivery)
            else _("«%(title)s» er ute på %(name)s, men ikke helt som den skulle."),
        }[State(delivery.state)] % name
    button = {
        State.NEEDS_PERSON: _("Velg hva vi gjør"),
        State.BY_HAND: _("Gjør det for hånd"),
        State.REFUSED: _("Se hva som er galt"),
        State.EXPIRED: _("Se hva du kan gjøre"),
        State.ACCEPTED: _("Se på innlegget"),
    }[State(delivery.state)]
    tone = "crit" if delivery.state == State.REFUSED else "warn"
    return Need(
        tone,
        title,
        f"{told.what} {told.todo}".strip(),
        reverse("desk_delivery", args=[delivery.pk]),
        button if choices else _("Les mer"),
        channels=[delivery.channel],
        mark=delivery,
        choices=choices if len(choices) > 1 else [],
    )


def _of_channels(user: Any) -> list[Need]:
    """Accounts in trouble, platforms that fail for all, and days to look again that have come."""
    may_change = user.has_perm("channels.change_channel")
    rows = []
    channels = list(Channel.objects.select_related("brand"))
    told: set[str] = set()
    for channel in channels:
        url = reverse("desk_channel", args=[channel.pk])
        name = channel.platform_name
        rows += _of_ends(channel, url, may_change, told)
        if channel.trouble and channel.sends and channel.mode != Channel.Mode.BY_HAND:
            since = (
                _("Siden %(when)s.") % {"when": day_and_clock(channel.trouble_since)} if channel.trouble_since else ""
            )
            says = f"{_('Innlegg dit venter så lenge.')} {since} {mend(channel.trouble, name)}"
            button = _("Ordne kanalen") if may_change else _("Se på kanalen")
            badge = (_("Virker ikke"), "crit", "key")
            rows.append(Need("crit", what(channel.trouble, name), says, url, button, [channel], badge=badge))
        elif overdue(channel):
            title = _("Se på %(account)s på %(name)s igjen.") % {"account": channel.name, "name": name}
            badge = (_("Vi venter"), "warn", "date")
            button = _("Se på det nå") if may_change else _("Se på kanalen")
            rows.append(Need("warn", title, channel.wait_reason, url, button, [channel], badge=badge))
    return _of_circuits(channels) + rows


def _of_ends(channel: Channel, url: str, may_change: bool, told: set[str]) -> list[Need]:
    """A key that ends soon or whose renewal is unclear, and an API version that ends. Trouble has a row of its own.

    ``told``: what has been said of versions; they are the platform's, and one row is enough for all its channels.
    """
    now = timezone.now()
    rows = []
    for warning in warn.due(channel, now) if warn.is_watched(channel) else ():
        if warning.kind == warn.Kind.TROUBLE or channel.trouble in warn.SAME.get(warning.kind, ()):
            continue
        said = watch_words.version(channel, now) if warning.kind == warn.Kind.VERSION else watch_words.key(channel, now)
        if said is None:
            continue
        title = warn_words.title(channel, warning.kind, now)
        if title in told:
            continue
        if warning.kind == warn.Kind.VERSION:
            told.add(title)
        button, goes_to = _("Se på kanalen"), url
        if may_change and warning.kind != warn.Kind.VERSION:
            button, goes_to = _("Koble til på nytt"), reverse("desk_connect", args=[channel.pk])
        says = warn_words.meaning(channel, warning.kind, now)
        tone = "crit" if said.tone == Tone.CRIT else "warn"
        rows.append(Need(tone, title, says, goes_to, button, [channel], badge=(said.badge, tone, said.icon)))
    return rows


def _of_webhooks(user: Any) -> list[Need]:
    """Other systems that no longer take what we tell them, for those who can do something about it."""
    if not user.has_perm("webhooks.change_endpoint"):
        return []
    stopped = Endpoint.objects.filter(stopped__in=[Endpoint.Stopped.FAILED, Endpoint.Stopped.GONE])
    badge = (_("Stoppet"), "crit", "warning")
    return [
        Need(
            "crit",
            _("Varsler til %(host)s er stoppet.") % {"host": urlsplit(endpoint.address).hostname},
            webhook_words.why_stopped(endpoint),
            reverse("webhook", args=[endpoint.pk]),
            _("Se på mottakeren"),
            badge=badge,
        )
        for endpoint in stopped
    ]


def _of_circuits(channels: list[Channel]) -> list[Need]:
    now = timezone.now()
    rows = []
    for broken in circuit.open_circuits():
        hit = [
            channel
            for channel in channels
            if (channel.platform, channel.api_address) == (broken.platform, broken.base_url) and channel.sends
        ]
        if not hit:
            continue
        again = broken.open_until if broken.open_until and broken.open_until > now else None
        says = _("Alle innlegg dit venter.")
        if again:
            says += " " + _("Vi prøver igjen kl. %(clock)s.") % {"clock": clock(again)}
        says += " " + _("Du trenger ikke gjøre noe.")
        title = _("%(name)s svarer ikke.") % {"name": hit[0].platform_name}
        badge = (_("Svarer ikke"), "warn", "warning")
        rows.append(Need("warn", title, says, reverse("desk_channels"), _("Se på kanalene"), hit[:1], badge=badge))
    return rows


def _approvals(user: Any) -> list[Need]:
    if not user.has_perm("publishing.approve_version"):
        return []
    mine = waiting.for_user(user).mine
    rows = [_approval(item) for item in mine[:3]]
    if len(mine) > 3:
        more = ngettext("%(count)d sak til venter på deg.", "%(count)d saker til venter på deg.", len(mine) - 3)
        badge = (_("Til godkjenning"), "info", "glasses")
        rows.append(
            Need("info", more % {"count": len(mine) - 3}, "", reverse("desk_approvals"), _("Se alle"), badge=badge)
        )
    return rows


def _approval(item: waiting.Item) -> Need:
    who = (item.asked_by.get_full_name() or item.asked_by.get_username()) if item.asked_by else _("En kollega")
    title = _("%(who)s ber deg godkjenne «%(title)s».") % {"who": who, "title": item.title}
    url = (
        reverse("desk_approval", args=[item.page.pk])
        if item.page
        else reverse("desk_approval_post", args=[item.versions[0].pk])
    )
    return Need(
        "info",
        title,
        _goes_out(item.due_at),
        url,
        _("Les og godkjenn"),
        [version.channel for version in item.versions],
        newsroom=item.with_story,
        mark="in_review",
    )


def _goes_out(at: datetime | None) -> str:
    if at is None:
        return _("Går ut så snart den er godkjent.")
    until = when_words.until(at)
    if not until:
        return _("Skulle vært ute %(when)s.") % {"when": day_and_clock(at)}
    return _("Skal ut %(when)s. %(until)s.") % {"when": day_and_clock(at), "until": until}
