"""What is said about receivers and tries."""

from __future__ import annotations

from django.utils.translation import gettext as _

from samspill.webhooks.models import TEST, Attempt, Endpoint, Kind, Sending


def kind(name: str) -> str:
    """What was told of."""
    return _("Prøve") if name == TEST else str(Kind(name).label) if name in Kind.values else name


def attempt(tried: Attempt) -> str:
    """What came of one try."""
    lines = {
        "ok": _("Mottatt"),
        "status": _("Mottakeren svarte med kode %(status)s") % {"status": tried.status},
        "no_connection": _("Fikk ikke kontakt"),
        "no_answer": _("Fikk ikke noe helt svar"),
        "too_large": _("Svaret var for stort"),
        "not_allowed": _("Adressen fører til et eget nett"),
        "key_unreadable": _("Nøkkelen kan ikke leses"),
    }
    return lines.get(tried.outcome, tried.outcome)


def state(sending: Sending, endpoint: Endpoint) -> tuple[str, str, str]:
    """Word, tone and icon."""
    if sending.state == Sending.State.DONE:
        return _("Mottatt"), "ok", "circle-check"
    if sending.state == Sending.State.GIVEN_UP:
        return _("Gitt opp"), "crit", "warning"
    if endpoint.stopped:
        return _("Venter"), "neutral", "s-pause"
    return (_("Prøver igjen"), "warn", "rotate") if sending.tries else (_("Sendes"), "info", "s-plane")


def health(endpoint: Endpoint, *, fails: bool) -> tuple[str, str, str]:
    """Word, tone and icon of a receiver. ``fails``: something that waits has been tried in vain."""
    match endpoint.stopped:
        case Endpoint.Stopped.PAUSED:
            return _("På pause"), "neutral", "s-pause"
        case Endpoint.Stopped.FAILED | Endpoint.Stopped.GONE:
            return _("Stoppet"), "crit", "warning"
        case _unused if fails:
            return _("Svarer ikke"), "warn", "warning"
        case _unused:
            return (_("Virker"), "ok", "circle-check") if endpoint.last_success_at else (_("Ny"), "info", "plus")


def why_stopped(endpoint: Endpoint) -> str:
    """What happened, what it means, and what to do; "" when it is not stopped by failure."""
    match endpoint.stopped:
        case Endpoint.Stopped.FAILED:
            return _(
                "Mottakeren har ikke tatt imot varsler på tre dager. Varslene venter. Spør den som drifter mottakeren, "
                "og ta den i bruk igjen når den virker."
            )
        case Endpoint.Stopped.GONE:
            return _(
                "Mottakeren sier at adressen ikke finnes lenger. Varslene venter. Få en ny adresse, eller slett "
                "mottakeren."
            )
        case _unused:
            return ""
