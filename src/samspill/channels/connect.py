"""Connecting an account: from the press of a button to a channel with keys, and back.

A state is bound to the person's session, used once (an error uses it too), and lives ten minutes; each has its own
verifier, so that two windows never share one (RFC 6749 §10.12, RFC 7636 §4, RFC 9700 §4.7). What can go wrong comes
back as a value, ``Failed``; the words for it stand in ``connect_words``.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction

from samspill.brands.models import Brand
from samspill.channels import connect_apps, connect_store, registry
from samspill.channels.connect_contract import App, AuthorisingConnection, Grant, NotGranted, SigningInConnection
from samspill.channels.connect_oauth import challenge_of
from samspill.channels.credentials import CredentialsUnreadableError
from samspill.channels.http import Client
from samspill.channels.models import Channel, ConnectAttempt

LIFE = timedelta(minutes=10)
KEPT = timedelta(days=1)
PERSON_SAID_NO = {"access_denied", "user_cancelled_authorize", "user_cancelled_login", "user_denied"}
Phase = ConnectAttempt.Phase


class Fault(StrEnum):
    """Why an account was not connected."""

    NO_APP = "no_app"  # nobody has entered our app for this platform
    BAD_STATE = "bad_state"  # a state that we never gave, or forgot long ago
    USED = "used"  # this answer was used before
    EXPIRED = "expired"
    OTHER_SESSION = "other_session"  # begun by somebody else, or before signing in again
    PERSON_SAID_NO = "person_said_no"
    BAD_ANSWER = "bad_answer"  # the platform sent the person back without a code
    PLATFORM = "platform"  # ``why`` tells
    NO_ACCOUNTS = "no_accounts"
    OTHER_ACCOUNT = "other_account"  # not the account that the channel is for
    OTHER_BRAND = "other_brand"  # the account is a channel already, of another sender
    UNREADABLE = "unreadable"  # what we kept was sealed with a key that is gone


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing was stored. ``channel``: the one that it is about, if any; ``why``: what the platform said."""

    fault: Fault
    platform: str
    channel: Channel | None = None
    why: NotGranted | None = None


@dataclass(frozen=True, slots=True)
class Connected:
    """The channel has its keys. ``made``: it is a new channel."""

    channel: Channel
    made: bool


@dataclass(frozen=True, slots=True)
class Choose:
    """The keys open several accounts: the person chooses one (``choose``)."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person wants connected, where, and who asks. ``base_url``: the API's base address."""

    user: Any
    session_key: str = field(repr=False)
    platform: str
    base_url: str
    channel: Channel | None = None
    brand: Brand | None = None


Outcome = Connected | Choose | Failed


def digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def begin(wish: Wish, redirect_uri: str, http: Client, now: datetime) -> str | Failed:
    """The address at the platform that the person is sent to. Registers an app where the server does that itself."""
    connection: AuthorisingConnection = registry.platform(wish.platform).connection  # type: ignore[attr-defined]
    try:
        app = connect_apps.app_for(wish.platform, wish.base_url)
        if connection.asks_for_server and not connect_apps.is_registered(wish.platform, wish.base_url):
            answer = connection.register(wish.base_url, redirect_uri, http)
            if not isinstance(answer, App):
                return Failed(Fault.PLATFORM, wish.platform, wish.channel, answer)
            app = connect_apps.keep_registered(wish.platform, answer)
    except CredentialsUnreadableError:
        return Failed(Fault.UNREADABLE, wish.platform, wish.channel)
    if app is None:
        return Failed(Fault.NO_APP, wish.platform, wish.channel)
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    attempt = _attempt(wish, state, redirect_uri, now)
    attempt.keep({"verifier": verifier})
    attempt.save()
    return connection.start(app, redirect_uri, state, challenge_of(verifier))


def _attempt(wish: Wish, state: str, redirect_uri: str, now: datetime) -> ConnectAttempt:
    return ConnectAttempt(
        digest=digest(state),
        session_digest=digest(wish.session_key),
        user=wish.user,
        platform=wish.platform,
        base_url=wish.base_url,
        redirect_uri=redirect_uri,
        channel=wish.channel,
        brand=wish.brand,
        created_at=now,
        expires_at=now + LIFE,
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """What the platform sent the person's browser back with."""

    platform: str
    state: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    error: str = ""


def answer(reply: Reply, user: Any, session_key: str, http: Client, now: datetime) -> Outcome:
    """The person has come back: use up the state, trade the code, connect the account or let it be chosen."""
    taken = _take(reply, user, session_key, now)
    if isinstance(taken, Failed):
        return taken
    attempt, verifier = taken
    connection: AuthorisingConnection = registry.platform(attempt.platform).connection  # type: ignore[attr-defined]
    try:
        app = connect_apps.app_for(attempt.platform, attempt.base_url)
    except CredentialsUnreadableError:
        return _fail(attempt, Fault.UNREADABLE)
    if app is None:
        return _fail(attempt, Fault.NO_APP)
    grant = connection.finish(app, reply.code, verifier, attempt.redirect_uri, http, now)
    if not isinstance(grant, Grant):
        return _fail(attempt, Fault.PLATFORM, why=grant)
    return _granted(attempt, grant, now)


@transaction.atomic
def _take(reply: Reply, user: Any, session_key: str, now: datetime) -> tuple[ConnectAttempt, str] | Failed:
    """The attempt of this state, used up from now on, and its verifier."""
    attempt = (
        ConnectAttempt.objects.select_for_update(of=("self",)).filter(digest=digest(reply.state)).first()
        if reply.state
        else None
    )
    if attempt is None:
        return Failed(Fault.BAD_STATE, reply.platform)
    own = attempt.user_id == user.pk and secrets.compare_digest(attempt.session_digest, digest(session_key))
    if attempt.phase != Phase.ASKED:
        return Failed(Fault.USED, reply.platform, attempt.channel if own and attempt.phase == Phase.DONE else None)
    fault = _fault(attempt, reply, own, now)
    try:
        verifier = str(attempt.kept()["verifier"])
    except CredentialsUnreadableError:
        fault, verifier = fault or Fault.UNREADABLE, ""
    if fault is not None:
        return _fail(attempt, fault, tell=own)
    attempt.phase, attempt.sealed = Phase.ANSWERED, ""
    attempt.save(update_fields=["phase", "sealed"])
    return attempt, verifier


def _fault(attempt: ConnectAttempt, reply: Reply, own: bool, now: datetime) -> Fault | None:
    if not own:
        return Fault.OTHER_SESSION
    if attempt.platform != reply.platform:
        return Fault.BAD_STATE
    if attempt.expires_at <= now:
        return Fault.EXPIRED
    if reply.error:
        return Fault.PERSON_SAID_NO if reply.error in PERSON_SAID_NO else Fault.BAD_ANSWER
    return None if reply.code else Fault.BAD_ANSWER


def _fail(attempt: ConnectAttempt, fault: Fault, *, why: NotGranted | None = None, tell: bool = True) -> Failed:
    attempt.phase, attempt.sealed = Phase.FAILED, ""
    attempt.save(update_fields=["phase", "sealed"])
    return Failed(fault, attempt.platform, attempt.channel if tell else None, why)


def sign_in(wish: Wish, name: str, password: str, http: Client, now: datetime) -> Outcome:
    """Connect by a name and an app password, which is traded at once and not stored."""
    connection: SigningInConnection = registry.platform(wish.platform).connection  # type: ignore[attr-defined]
    grant = connection.sign_in(wish.base_url, name, password, http, now)
    if not isinstance(grant, Grant):
        return Failed(Fault.PLATFORM, wish.platform, wish.channel, grant)
    attempt = _attempt(wish, secrets.token_urlsafe(32), "", now)
    attempt.phase = Phase.ANSWERED
    attempt.save()
    return _granted(attempt, grant, now)


def _granted(attempt: ConnectAttempt, grant: Grant, now: datetime) -> Outcome:
    """Connect the one account that fits, or keep the grant until the person has chosen among several."""
    accounts, channel = grant.accounts, attempt.channel
    if not accounts:
        return _fail(attempt, Fault.NO_ACCOUNTS)
    if channel is not None and channel.external_id:
        accounts = tuple(a for a in accounts if connect_store.same_account(a.external_id, channel.external_id))
        if not accounts:
            return _fail(attempt, Fault.OTHER_ACCOUNT)
    if len(accounts) == 1:
        return _connect(attempt, grant, accounts[0].external_id, now)
    attempt.keep({"grant": connect_store.to_text(grant)})
    attempt.phase, attempt.expires_at = Phase.CHOOSING, now + LIFE
    attempt.save(update_fields=["phase", "sealed", "expires_at"])
    return Choose(attempt.pk)


def choices(attempt_id: int, user: Any, session_key: str, now: datetime) -> tuple[ConnectAttempt, Grant] | Failed:
    """What the person may choose among."""
    attempt = ConnectAttempt.objects.filter(pk=attempt_id).select_related("channel", "brand").first()
    if attempt is None or attempt.user_id != user.pk or attempt.session_digest != digest(session_key):
        return Failed(Fault.OTHER_SESSION, attempt.platform if attempt else "")
    if attempt.phase != Phase.CHOOSING:
        done = attempt.phase == Phase.DONE
        return Failed(Fault.USED, attempt.platform, attempt.channel if done else None)
    if attempt.expires_at <= now:
        return _fail(attempt, Fault.EXPIRED)
    try:
        return attempt, connect_store.from_text(attempt.kept()["grant"])
    except CredentialsUnreadableError:
        return _fail(attempt, Fault.UNREADABLE)


def choose(attempt_id: int, external_id: str, user: Any, session_key: str, now: datetime) -> Outcome:
    """Connect the chosen account. Raises KeyError for one that was not among the choices."""
    with transaction.atomic():  # two presses at once: the second waits here, and finds it done
        ConnectAttempt.objects.select_for_update(of=("self",)).filter(pk=attempt_id).first()
        found = choices(attempt_id, user, session_key, now)
        if isinstance(found, Failed):
            return found
        attempt, grant = found
        return _connect(attempt, grant, external_id, now)


def _connect(attempt: ConnectAttempt, grant: Grant, external_id: str, now: datetime) -> Outcome:
    chosen = {account.external_id: account for account in grant.accounts}[external_id]
    stored = connect_store.connect(attempt, grant, chosen, now)
    if stored is None:
        other = connect_store.channel_of(attempt.platform, attempt.base_url, external_id)
        other = other or Channel.objects.filter(platform=attempt.platform, external_id=external_id).first()
        failed = _fail(attempt, Fault.OTHER_BRAND)
        return Failed(failed.fault, failed.platform, other)
    attempt.channel, attempt.phase, attempt.sealed = stored.channel, Phase.DONE, ""
    attempt.save(update_fields=["channel", "phase", "sealed"])
    return Connected(stored.channel, stored.made)


def forget_old(now: datetime) -> int:
    """Attempts are kept for a day, so that somebody who goes back in the browser is told what happened."""
    gone, _ = ConnectAttempt.objects.filter(created_at__lt=now - KEPT).delete()
    # Those that nobody came back from hold a verifier or a grant: not longer than they may be used.
    ConnectAttempt.objects.filter(expires_at__lt=now).exclude(sealed="").update(phase=Phase.FAILED, sealed="")
    return gone
