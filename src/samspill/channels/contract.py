"""The contract between the ledger and a platform.

Pure values and one protocol: no Django, no HTTP library. The composer, the previews, the
ledger and the adapters all speak in these words. A platform is one folder beside this file
whose package has an object ``PLATFORM`` that satisfies :class:`Platform`.

The rule behind every type here: after any unclear answer we *find first, repeat last*, so an
adapter must be able to say exactly what it knows (``docs/adr`` on the ledger tells why).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from samspill.channels.http import Client


class Action(StrEnum):
    """What can be done with a post on a platform."""

    PUBLISH = "publish"
    EDIT = "edit"
    DELETE = "delete"


class Way(StrEnum):
    """How an action can be done: what an API forbids, a person can often still do."""

    API = "api"
    BY_HAND = "by_hand"
    NOT_AT_ALL = "not_at_all"


class Nature(StrEnum):
    """Whether a step may be performed again without harm."""

    REPEATABLE = "repeatable"
    ONCE = "once"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Reason(StrEnum):
    """Why a step was refused, put off, or is not known; the words for people stand in the ledger's room."""

    TEXT_TOO_LONG = "text_too_long"
    CONTENT_REJECTED = "content_rejected"  # the platform does not take this text, link or picture
    MEDIA_REJECTED = "media_rejected"  # this picture or document, as it is
    MEDIA_FAILED = "media_failed"  # the platform could not process it
    MEDIA_PROCESSING = "media_processing"  # not ready yet
    FILE_GONE = "file_gone"  # our own copy of the picture or document is missing or damaged; nothing was sent
    DUPLICATE = "duplicate"  # "already posted", which may or may not be true
    TOKEN_DEAD = "token_dead"  # noqa: S105 (no secret) expired, revoked, password changed
    KEY_UNCLEAR = "key_unclear"  # being renewed when the answer was lost: the old one may be used up
    KEY_UNUSABLE = "key_unusable"  # the platform gave something that cannot be a key
    APP_REFUSED = "app_refused"  # our own app's id, secret or address was not accepted
    CREDENTIALS_UNREADABLE = "credentials_unreadable"  # sealed with a key of ours that is gone
    ROLE_LOST = "role_lost"  # the person behind the key lost the role on the page
    CHECKPOINT = "checkpoint"  # the platform wants the person to sign in and confirm
    PERMISSION_MISSING = "permission_missing"  # the key lacks a scope
    ACCOUNT_GONE = "account_gone"  # page or user is not there (any more)
    ACCOUNT_BLOCKED = "account_blocked"  # the platform has blocked the account, for a time or for good
    NOT_ALLOWED_BY_API = "not_allowed_by_api"  # the tier forbids it; a person can do it by hand
    HAND_CHOSEN = "hand_chosen"  # our own choice: all is done by hand in this channel
    RATE_LIMITED = "rate_limited"
    OUT_OF_CREDIT = "out_of_credit"
    VERSION_ENDED = "version_ended"  # the API version is no longer served
    PLATFORM_DOWN = "platform_down"
    TARGET_GONE = "target_gone"  # the post to edit or delete is not there
    TIMEOUT = "timeout"  # sent, no answer in time
    CONNECTION_LOST = "connection_lost"  # sent, connection cut before the answer was whole
    UNREADABLE_ANSWER = "unreadable_answer"  # not the promised format, or success without an id
    SERVER_ERROR = "server_error"
    NO_CONNECTION = "no_connection"  # never left: DNS, refused, TLS
    UNEXPECTED = "unexpected"  # an answer that we do not know


# --- what goes out -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it will be sent: bytes are frozen under ``sha256``; sizes in pixels and bytes."""

    sha256: str
    mime: str
    width: int
    height: int
    size: int
    alt: str = ""
    alt_language: str = ""
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document (PDF) as it will be sent; ``size`` in bytes."""

    sha256: str
    mime: str
    size: int
    title: str
    filename: str = ""
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """The link home. ``url`` is the delivery's short address, the mark by which it is found again."""

    url: str
    title: str = ""
    description: str = ""
    thumbnail: Picture | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One post, complete. ``text`` is plain Unicode as the editor wrote it; ``language`` BCP 47 (nb, nn, en)."""

    text: str
    language: str = "nb"
    pictures: tuple[Picture, ...] = ()
    link: Link | None = None
    document: Document | None = None


# --- what a platform takes ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ActionWay:
    """How an action is done on this channel, and why it is not by API when it is not (a Reason's value)."""

    way: Way
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PictureRules:
    """Limits for pictures; bytes, pixels and signs. ``max_side``/``max_pixels`` 0 = not limited."""

    max_count: int
    max_bytes: int
    mime_types: tuple[str, ...]
    alt_limit: int
    max_side: int = 0
    max_pixels: int = 0


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one channel takes; the composer, the previews and the adapter read the same object."""

    platform: str
    name: str  # as people say it: "X", "Facebook"
    text_limit: int
    pictures: PictureRules
    link_card: bool  # the platform shows a card for the link
    link_in_text: bool  # the link is part of the text (X), not a field of its own
    actions: Mapping[Action, ActionWay]
    document_max_bytes: int = 0  # 0 = takes no documents
    pictures_with_link: bool = True  # False: pictures and a link card exclude each other
    short_preview: int = 0  # signs shown before "see more"; 0 = all is shown
    settle_seconds: int = 60  # how long a post may be missing from lists before Absent is believed
    compose_url: str = ""  # the platform's own page to write on, for doing it by hand
    compose_field: str = ""  # the name under which that page takes a text in its address
    # How addresses of posts look there, as patterns; the group ``account`` is whose post it is, where that is shown.
    post_addresses: tuple[str, ...] = ()
    # The card's picture, where its limits are not those of pictures in the post.
    thumbnail: PictureRules | None = None
    # Publishing as an answer to an own earlier post: the next part of a thread, or a correction.
    reply: ActionWay = ActionWay(Way.NOT_AT_ALL)

    def way(self, action: Action) -> ActionWay:
        """How ``action`` is done here; an action that is not named is not possible at all."""
        return self.actions.get(action, ActionWay(Way.NOT_AT_ALL))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a post that the platform refuses (error) or that hurts a reader (warning).

    ``code`` is looked up for words in the publishing room; ``field`` is text, link, document,
    pictures or pictures.N.alt (N from 0); ``data`` fills the words, e.g. ``{"over": 14}``.
    """

    code: str
    severity: Severity
    field: str
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Count:
    """Length of a text in the platform's own unit, against its limit.

    ``keep`` is how many code points of the text fit, so that the surplus can be marked;
    ``problems`` are codes, e.g. ``too_long``, ``empty``, ``invalid_characters``; ``more`` are lengths in
    other units that the platform limits too, by name (``bytes``).
    """

    length: int
    limit: int
    valid: bool
    problems: tuple[str, ...] = ()
    keep: int = 0
    more: Mapping[str, int] = dataclasses.field(default_factory=dict)


# --- how it is done ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One request, or one resumable upload. ``name`` is unique in the plan ("upload:1", "post")."""

    name: str
    nature: Nature
    index: int = 0  # which picture, from 0, where the step concerns one


@dataclass(frozen=True, slots=True)
class Account:
    """What is needed to speak for a channel. Credentials never appear in ``repr`` or logs."""

    key: str
    base_url: str
    external_id: str
    handle: str = ""
    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """It happened. ``data`` is plain JSON that later steps need."""

    id: str = ""
    url: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


class Refusal(StrEnum):
    """What a refusal asks for."""

    CHANGE = "change"  # this post cannot go as it is: a person changes it
    PERSON = "person"  # a person must look; nothing happens by itself
    ACCOUNT = "account"  # nothing goes through this channel until the account is mended
    BY_HAND = "by_hand"  # the API forbids it, a person can do it


@dataclass(frozen=True, slots=True)
class Refused:
    """The platform said no, and surely did nothing."""

    reason: Reason
    kind: Refusal
    detail: str = ""  # the platform's own words and codes, without secrets
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Surely not done, try again. ``whole_channel``: the limit holds for all posts there.

    ``waiting`` = the platform is still at work on an earlier step; that is progress, not failure.
    """

    retry_after: float  # seconds
    reason: Reason
    detail: str = ""
    status: int | None = None
    whole_channel: bool = False
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request never left (DNS, refused connection, TLS): surely not done."""

    detail: str = ""
    reason: Reason = Reason.NO_CONNECTION


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have happened. ``hint_id`` is an id that the platform named, to be read back."""

    reason: Reason
    detail: str = ""
    status: int | None = None
    hint_id: str = ""


@dataclass(frozen=True, slots=True)
class Redo:
    """What earlier steps made has gone (an uploaded picture expired): these steps are done again first."""

    steps: tuple[str, ...]
    reason: Reason
    detail: str = ""
    status: int | None = None


Result = Done | Refused | Later | NotSent | Unknown | Redo


@dataclass(frozen=True, slots=True)
class Found:
    """The post is there; ``id`` and ``url`` as ``Done`` would have told."""

    id: str
    url: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """Looked, and it was not there. ``final``: read by its own id or key, so waiting changes nothing."""

    final: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Could not look (``retry_after`` in seconds), or looked and cannot decide (None). ``account_reason``: the
    account itself is what keeps us from looking."""

    detail: str = ""
    retry_after: float | None = None
    account_reason: Reason | None = None


Finding = Found | Absent | CannotTell


@dataclass(frozen=True, slots=True)
class Seen:
    """The post as the platform shows it. ``differences`` are codes, empty when all is as sent:
    ``text_cut``, ``text_differs``, ``alt_missing``, ``picture_missing``, ``link_missing``."""

    id: str
    url: str = ""
    differences: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What an adapter works with: the account, the door to the net, and the frozen bytes.

    ``key`` is the same for every try of one delivery and for no other: an idempotency key, or the seed of one.
    ``since`` is when the step was first tried, in UTC; the same for every try.
    """

    account: Account
    http: Client
    read: Callable[[Picture | Document], bytes]
    now: Callable[[], datetime]
    key: str = ""
    since: datetime | None = None


class Platform(Protocol):
    """One platform. All but ``perform``, ``find`` and ``read_back`` are pure functions.

    One that can be connected from the desk also has ``connection``: see ``connect_contract``.
    """

    name: str  # the folder's name, as in ``--platform``
    default_base_url: str  # the platform's real API host; an account may name another, compatible one

    def capabilities(self, account: Account | None = None) -> Capabilities:
        """What this channel takes; without an account, the platform's published defaults."""

    def count(self, text: str, account: Account | None = None) -> Count:
        """Length of ``text`` by the platform's own rules: the one function for composer and adapter.

        ``account``: where limits differ from server to server; without it, the platform's defaults.
        """

    def wire_text(self, post: Post) -> str:
        """The text as the public will read it, link included where the link is part of the text."""

    def check(self, post: Post, account: Account | None = None) -> list[Problem]:
        """What the platform would refuse, or show badly, in this post (``account``: see ``count``)."""

    def plan(self, action: Action, post: Post) -> list[Step]:
        """The steps of an action, in order."""

    def perform(
        self, action: Action, step: Step, post: Post, done: Mapping[str, Done], target_id: str, context: Context
    ) -> Result:
        """Do one step. ``done`` holds earlier steps by name; ``target_id`` the post to edit or delete, or, when
        publishing, the own post that this one answers ("" = none)."""

    def find(
        self,
        action: Action,
        step: Step,
        post: Post,
        done: Mapping[str, Done],
        since: datetime,
        hint_id: str,
        context: Context,
    ) -> Finding:
        """Did a ``once`` step happen after all? ``since`` = just before the first attempt, in UTC."""

    def read_back(self, post: Post, post_id: str, context: Context) -> Seen | Absent | CannotTell:
        """Read the published post and compare it with what was sent, alt text included."""

    def verify(self, context: Context) -> Result:
        """Check the account with one cheap read: Done(id, data={"name": ...}) or why it fails. ``data["options"]``,
        a mapping of texts, is what the server told of its limits: it is kept among the channel's options."""
