"""The contract between the desk and a platform about *connecting* an account: how a channel gets its keys.

Part of :mod:`samspill.channels.contract`: pure values and protocols, no Django, no HTTP library. A platform that
can be connected from the desk has an attribute ``connection`` on its ``PLATFORM``, one of the two protocols at the
end. Whoever asks (``connect``, ``tokens``) keeps states, verifiers and keys; an adapter here only talks.

Sources: RFC 6749 (OAuth 2), RFC 7636 (PKCE), RFC 7009 (revocation), RFC 9700 (security), the platforms' own pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from samspill.channels.contract import Account, Done, Later, NotSent, Refused, Unknown

if TYPE_CHECKING:
    from samspill.channels.http import Client


class ConnectWay(StrEnum):
    """How a person lets us in."""

    AUTHORISE = "authorise"  # in the browser, on the platform's own page
    SIGN_IN = "sign_in"  # a name and an app password, written in the desk


class Need(StrEnum):
    """What a scope is for, and so what stops without it; the words for people stand in ``connect_words``."""

    PUBLISH = "publish"
    PICTURES = "pictures"
    READ = "read"  # find and read back own posts: without it nothing can be confirmed
    ACCOUNT = "account"  # know which accounts there are
    STAY = "stay"  # renew the key without a person
    COMMENTS = "comments"  # read and answer comments


@dataclass(frozen=True, slots=True)
class App:
    """Our own registration with the platform (or with one server). ``base_url`` is the API's base address."""

    base_url: str
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GrantedAccount:
    """An account that the grant opens: a person chooses one, and it becomes a channel.

    ``credentials`` are its own where it has some (a Facebook page's), and are laid over the grant's.
    ``options`` are kept among the channel's options (a server's limits).
    """

    external_id: str
    name: str
    handle: str = ""
    public_url: str = ""
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grant:
    """The platform let us in. Times in UTC, None = does not run out, or is not told.

    ``credentials`` are stored as they are, under the names that the adapter's calls read; when a key is renewed,
    they replace those of the same name and the rest stays. ``scopes`` are those that were granted, None when the
    platform does not tell (then nothing is said about missing ones). ``accounts`` is empty when a key is renewed.
    """

    credentials: Mapping[str, str] = field(repr=False)
    scopes: tuple[str, ...] | None = None
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None
    accounts: tuple[GrantedAccount, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What the platform says of a key that we hold. Times in UTC; None = does not run out, or is not told.

    ``expires_at`` is the earliest of all that ends the key (Facebook: also when data access lapses).
    """

    scopes: tuple[str, ...] | None = None
    expires_at: datetime | None = None
    refresh_expires_at: datetime | None = None


# An Unknown answer to ``finish`` or ``sign_in`` costs only a new try by the person. An Unknown answer to
# ``refresh`` may have used up a rotating key: the caller alarms at once and the posts wait.
NotGranted = Refused | Later | NotSent | Unknown


class Connection(Protocol):
    """What both ways have in common. All but ``can_refresh`` may talk over ``http``; none of them stores anything."""

    way: ConnectWay
    scopes: Mapping[str, Need]  # all that we ask for, at once, and what each is for
    refresh_before: timedelta  # how long before it runs out a key is renewed

    def can_refresh(self, account: Account) -> bool:
        """Whether the account's keys hold what a renewal needs. Pure."""

    def refresh(self, account: Account, app: App, http: Client, now: datetime) -> Grant | NotGranted:
        """Renew the key: exactly one request that could use up a rotating key. Called under the channel's lock."""

    def revoke(self, account: Account, app: App, http: Client, now: datetime) -> Done | NotGranted | None:
        """Make the keys worthless at the platform; None where it has no address for that.

        Where that ends all keys that a person has given us, the credentials hold ``owner``, the person's id at the
        platform: the caller does not revoke while another channel holds a key from the same owner.
        """

    def standing(self, account: Account, app: App, http: Client, now: datetime) -> Standing | NotGranted | None:
        """What the platform says of the key's life and scopes, by one cheap read; None where it says nothing."""


class AuthorisingConnection(Connection, Protocol):
    """Letting us in on the platform's own page (``ConnectWay.AUTHORISE``).

    ``asks_for_server`` False: one platform, one app, registered by a person and entered in the desk. True: the person
    names a server first, and ``register`` makes an app there (Mastodon).
    """

    asks_for_server: bool

    def register(self, server: str, redirect_uri: str, http: Client) -> App | NotGranted:
        """Register an app on ``server`` (its base address, https://...). Only where ``asks_for_server``."""

    def start(self, app: App, redirect_uri: str, state: str, challenge: str) -> str:
        """The address that the person's browser is sent to. Pure. ``challenge`` is S256 (RFC 7636); a platform
        without PKCE leaves it out."""

    def finish(
        self, app: App, code: str, verifier: str, redirect_uri: str, http: Client, now: datetime
    ) -> Grant | NotGranted:
        """Trade the code for keys, and read which accounts they open."""


class SigningInConnection(Connection, Protocol):
    """Letting us in by a name and an app password (``ConnectWay.SIGN_IN``)."""

    default_server: str  # base address, what the form begins with

    def sign_in(self, server: str, name: str, password: str, http: Client, now: datetime) -> Grant | NotGranted:
        """Trade name and app password for keys. ``server`` is a base address; what is stored is the grant's."""
