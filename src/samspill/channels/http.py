"""The one HTTP client for platforms. It tells *not sent* from *unknown*, which httpx alone cannot.

A request that never left may be sent again; one that may have left must first be looked up. So the
network layer below notes the moment when the first byte of a request is handed to the socket, and
keeps one deadline over connecting, sending and reading, however slowly the other side drips.
Sources: the httpx2 and httpcore2 documentation; RFC 9110 §9.2.2 and §10.2.3.
"""

from __future__ import annotations

import email.utils
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from samspill.channels.contract import CannotTell, Later, NotSent, Refusal, Refused, Result, Unknown

USER_AGENT = "Samspill/0.1 (communication desk)"
LOOK_AGAIN, REFUSED_LOOK = 30.0, 300.0  # seconds until a failed look is tried again
DEADLINE = 25.0  # seconds for a whole request, from connecting to the last byte of the answer
BODY_LIMIT = 4 * 1024 * 1024  # bytes of an answer, unpacked
READ_TIMEOUT = 20.0  # seconds of silence
UPLOAD_SPEED = 128 * 1024  # bytes a second that an upload is given before its deadline


@dataclass(frozen=True, slots=True)
class Response:
    """An answer read to its end. ``headers`` has lower-case names; ``body`` is unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """True for 2xx. A redirect is not ok: nothing we send is ever sent again to another place."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON, or None when it is not JSON (HTML, empty, cut)."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def object(self) -> dict[str, Any]:
        """The body as a JSON object; an empty dict when it is anything else."""
        found = self.json()
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request as it will be sent. Never printed: it holds credentials."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    params: Mapping[str, str] | None = field(default=None, repr=False)
    json: Any = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    files: Mapping[str, tuple[str, bytes, str]] | None = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)


Answer = Response | NotSent | Unknown


class Client:
    """Sends requests and says what is known about each.

    ``before_request(method, address without query)`` is called right before every request; what it
    raises comes out of ``send``, and nothing has been sent (the ledger stops there when a lease is lost).
    ``after_answer(method, address without query, answer)`` is called after every whole answer; it must not raise,
    for what the answer means is not known yet.
    Thread-safe; connections are shared by the whole process.
    """

    def __init__(
        self,
        *,
        before_request: Callable[[str, str], None] | None = None,
        after_answer: Callable[[str, str, Response], None] | None = None,
        deadline: float = DEADLINE,
        body_limit: int = BODY_LIMIT,
        read_timeout: float = READ_TIMEOUT,
    ) -> None:
        self.before_request = before_request
        self.after_answer = after_answer
        self.deadline = deadline
        self.body_limit = body_limit
        self.read_timeout = read_timeout

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        content: bytes | None = None,
    ) -> Answer:
        """One request, no redirects, no repeats.

        ``files`` maps a field to (file name, bytes, media type). Returns a Response for any status;
        NotSent when no byte of the request left; Unknown when it may have arrived and the answer is
        missing, cut, packed in a way we cannot read, or larger than ``body_limit``.
        Raises ValueError for an address that is not plain http(s), and what ``before_request`` raises.
        """
        address = checked_address(url)
        size = len(content or b"") + sum(len(data) for _, data, _ in (files or {}).values())
        from samspill.channels.exchange import exchange  # here, so that counting a text loads no HTTP library

        # Counted from before the hook: a process that sleeps right after it wakes up too late to send anything.
        deadline = time.monotonic() + self.deadline + size / UPLOAD_SPEED
        if self.before_request is not None:
            self.before_request(method, address)
        answer = exchange(
            Outgoing(method, url, headers or {}, params, json, form, files, content),
            deadline=deadline,
            read_timeout=self.read_timeout,
            body_limit=self.body_limit,
        )
        if self.after_answer is not None and isinstance(answer, Response):
            self.after_answer(method, address, answer)
        return answer


def checked_address(url: str) -> str:
    """The address without its query, for the hook. Raises ValueError unless plain http(s) with a host and no user."""
    parsed = urlsplit(url)
    if parsed.scheme not in {"http", "https"} or not parsed.hostname or "@" in parsed.netloc:
        raise ValueError("the address is not plain http or https")
    if not re.fullmatch(r"[!-~]+", url):
        raise ValueError("the address has signs that no address has")
    return f"{parsed.scheme}://{parsed.netloc}{parsed.path}"


# --- what every adapter needs around a request ----------------------------------------------


def address(base_url: str, *parts: str) -> str:
    """``base_url`` and path parts joined; each part is percent-encoded, so that an id cannot leave its place."""
    return "/".join([base_url.rstrip("/"), *(quote(part, safe="") for part in parts)])


def same_host(url: str, base_url: str) -> bool:
    """True when both addresses have the same scheme, host and port: where credentials may go."""
    try:
        ours, theirs = urlsplit(base_url), urlsplit(url)
        return (ours.scheme, ours.hostname, ours.port) == (theirs.scheme, theirs.hostname, theirs.port)
    except ValueError:
        return False


def handed_out(url: object, base_url: str, hosts: tuple[str, ...] = ()) -> bool:
    """True when an upload address named by the platform may be used.

    It must be on the account's own base host, or https on one of ``hosts`` (or below it), on the
    standard port and without a user. So a forged answer cannot make us send files into our own network.
    """
    if not isinstance(url, str):
        return False
    try:
        checked_address(url)
        parsed = urlsplit(url)
        host, port = parsed.hostname or "", parsed.port
    except ValueError:
        return False
    if same_host(url, base_url):
        return True
    known = any(host == name or host.endswith("." + name) for name in hosts)
    return known and parsed.scheme == "https" and port in {None, 443}


def usable_key(value: str) -> bool:
    """True when a credential can stand in a header: visible ASCII, no white space, not empty."""
    return bool(re.fullmatch(r"[!-~]+", value))


def clean(words: object, secrets: Mapping[str, str], limit: int = 300) -> str:
    """A platform's own words for our records: one line, at most ``limit`` signs, secrets replaced by stars."""
    line = " ".join(str(words if words is not None else "").split())
    for secret in sorted(secrets.values(), key=len, reverse=True):
        if len(secret) >= 6:
            line = line.replace(secret, "***")
    return "".join(sign for sign in line if sign.isprintable())[:limit]


def seconds_to_wait(
    headers: Mapping[str, str], now: datetime, resets: tuple[str, ...] = (), default: float = 60.0, cap: float = 3600.0
) -> float:
    """Seconds until the platform wants to be asked again, between 1 and ``cap``.

    Reads Retry-After (seconds or an HTTP date, RFC 9110 §10.2.3) and headers in ``resets`` that hold
    Unix seconds; the longest counts. Times are measured from the answer's own Date header where there is
    one, so that a wrong clock on either side does no harm.
    """
    here = http_date(headers.get("date", "")) or now
    waits: list[float] = []
    after = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", after):
        waits.append(float(after))
    elif (then := http_date(after)) is not None:
        waits.append((then - here).total_seconds())
    for name in resets:
        value = headers.get(name, "").strip()
        if re.fullmatch(r"\d{1,12}", value):
            waits.append(float(value) - here.timestamp())
    useful = [wait for wait in waits if wait > 0]
    return min(max(max(useful, default=default), 1.0), cap)


def http_date(value: str) -> datetime | None:
    """An HTTP date in UTC, or None when it is none."""
    try:
        found = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def kind_of_body(answer: Response) -> str:
    """What an unreadable answer was, in words: nothing of its content is repeated."""
    if 300 <= answer.status < 400:
        return f"status {answer.status}: the platform redirects to another address"
    if not answer.body:
        return f"status {answer.status} with an empty body"
    if b"<html" in answer.body[:1000].lower() or b"<!doctype" in answer.body[:1000].lower():
        return f"status {answer.status} with a web page instead of an answer"
    kind = "JSON that lacks what was promised" if answer.json() is not None else "a body that is not JSON"
    return f"status {answer.status} with {kind}"


def clock_difference(answer: object, now: datetime) -> timedelta:
    """How far the platform's clock is ahead of ours, by the Date header of an answer; nothing without one."""
    told = http_date(answer.headers.get("date", "")) if isinstance(answer, Response) else None
    return told - now if told is not None else timedelta(0)


def could_not_look(meaning: Result) -> CannotTell:
    """What a failed read means for whoever was looking: when to come back, and whether the account is at fault."""
    detail = getattr(meaning, "detail", "")
    if isinstance(meaning, Later):
        return CannotTell(detail, meaning.retry_after)
    if isinstance(meaning, Refused) and meaning.kind is Refusal.ACCOUNT:
        return CannotTell(detail, LOOK_AGAIN, meaning.reason)
    return CannotTell(detail, REFUSED_LOOK if isinstance(meaning, Refused) else LOOK_AGAIN)
