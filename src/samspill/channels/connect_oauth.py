"""What the platforms' OAuth 2 token addresses have in common: one request, and what its answers mean.

Written out instead of taken from a library, since every request of ours goes through the one client that can tell
*not sent* from *unknown*: a rotating key must not be lost to a repeat. Source: RFC 6749 §4.1 and §5, RFC 7636.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from samspill.channels import http
from samspill.channels.connect_contract import App, NotGranted
from samspill.channels.contract import (
    Account,
    Context,
    Document,
    Done,
    Later,
    NotSent,
    Picture,
    Reason,
    Refusal,
    Refused,
    Result,
    Unknown,
)

# RFC 6749 §5.2: these say that the app is at fault, the others that the code or the key is.
APPS_FAULT = {"invalid_client", "unauthorized_client", "unauthorized_app"}


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier (RFC 7636 §4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def basic(app: App) -> dict[str, str]:
    """The Authorization header of a confidential client (RFC 6749 §2.3.1)."""
    pair = f"{quote(app.client_id, safe='')}:{quote(app.client_secret, safe='')}"
    return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def page_address(url: str, **query: str) -> str:
    """An address for the person's browser, its query encoded; empty values are left out."""
    return f"{url}?{urlencode({name: value for name, value in query.items() if value}, quote_via=quote)}"


def read_token(answer: http.Answer, secrets: Mapping[str, str], now: datetime) -> dict[str, Any] | NotGranted:
    """The token object of an answer, or why there is none. ``secrets`` never appear in the words.

    A 5xx, a cut answer or a success without a key leaves it open whether a rotating key was used up. Keys that
    hold signs which no key has (line breaks, blanks) are refused here, before anything is stored.
    """
    if not isinstance(answer, http.Response):
        return answer
    found = answer.object()
    status, told = answer.status, http.clean(_words(found), secrets)
    if answer.ok and isinstance(found.get("access_token"), str) and found["access_token"]:
        keys = [found["access_token"], found.get("refresh_token") or "-"]
        if all(isinstance(key, str) and http.usable_key(key) for key in keys):
            return found
        return Refused(Reason.KEY_UNUSABLE, Refusal.ACCOUNT, "the key that was given holds impossible signs", status)
    if status == 429:
        return Later(http.seconds_to_wait(answer.headers, now), Reason.RATE_LIMITED, told, status)
    if status >= 500:
        return Unknown(Reason.SERVER_ERROR, told or http.kind_of_body(answer), status)
    if 400 <= status < 500 and found:
        return Refused(_reason(found), Refusal.ACCOUNT, told or http.kind_of_body(answer), status)
    return Unknown(Reason.UNREADABLE_ANSWER, told or http.kind_of_body(answer), status)


def _words(found: Mapping[str, Any]) -> str:
    error = found.get("error")
    if isinstance(error, Mapping):  # Graph
        return " · ".join(str(error[key]) for key in ("code", "error_subcode", "type", "message") if error.get(key))
    return " · ".join(str(found[key]) for key in ("error", "error_description", "title", "detail") if found.get(key))


def _reason(found: Mapping[str, Any]) -> Reason:
    error = found.get("error")
    if isinstance(error, Mapping):
        graphs = error.get("code") in {1, 101} or "client secret" in str(error.get("message", "")).lower()
        return Reason.APP_REFUSED if graphs else Reason.TOKEN_DEAD
    return Reason.APP_REFUSED if error in APPS_FAULT else Reason.TOKEN_DEAD


def runs_out(found: Mapping[str, Any], name: str, now: datetime) -> datetime | None:
    """When something that lives ``found[name]`` seconds runs out; None when it is not told or is no number."""
    seconds = found.get(name)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | str):
        return None
    try:
        life = float(seconds)
    except ValueError:
        return None
    return now + timedelta(seconds=life) if 0 < life < 10**10 else None


def scopes_of(found: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The granted scopes: separated by blanks (RFC 6749 §3.3) or commas; None when they are not told."""
    told = found.get("scope")
    return tuple(sorted(set(told.replace(",", " ").split()))) if isinstance(told, str) and told.strip() else None


def beside(app: App, default_base: str, real: str, path: str) -> str:
    """``real`` for the platform itself; for another server (the pretend platforms) ``path`` below its base."""
    own = urlsplit(app.base_url).netloc == urlsplit(default_base).netloc
    return real if own else f"{app.base_url.rstrip('/')}{path}"


def context_for(app: App, credentials: Mapping[str, str], client: http.Client, now: datetime) -> Context:
    """For an adapter's own calls with keys that belong to no channel yet."""
    return Context(Account("", app.base_url, "", credentials=credentials), client, _no_file, lambda: now)


def _no_file(file: Picture | Document) -> bytes:
    raise LookupError(f"connecting sends no files, asked for {file.sha256}")


def not_granted(meaning: Result) -> NotGranted:
    """Why a read that connecting needs gave nothing."""
    if isinstance(meaning, Refused | Later | NotSent | Unknown):
        return meaning
    return Unknown(Reason.UNREADABLE_ANSWER, getattr(meaning, "detail", ""))


def revoked(answer: http.Answer, secrets: Mapping[str, str], now: datetime) -> Done | NotGranted:
    """A key that the platform no longer knows counts as revoked (RFC 7009 §2.2)."""
    if isinstance(answer, http.Response) and answer.ok:
        return Done()
    found = read_token(answer, secrets, now)
    if isinstance(found, dict) or (isinstance(found, Refused) and found.reason is Reason.TOKEN_DEAD):
        return Done()
    return found
