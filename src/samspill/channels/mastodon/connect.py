"""Connecting an account on a Mastodon server: an app of our own on each server, then OAuth 2 with PKCE.

Anybody may register an app, so the desk does it by itself. Keys do not run out; they live until somebody takes them
back. Servers before 4.3 leave the PKCE parameters unread. Sources: docs.joinmastodon.org, methods/apps,
methods/oauth, api/oauth-scopes.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from samspill.channels import connect_oauth as oauth
from samspill.channels import http
from samspill.channels.connect_contract import App, ConnectWay, Grant, GrantedAccount, Need, NotGranted, Standing
from samspill.channels.contract import Account, Context, Done, Reason, Refusal, Refused
from samspill.channels.http import Client
from samspill.channels.mastodon.calls import call, id_of, meaning_of
from samspill.channels.mastodon.limits import options_of

NAME = "Samspill"  # what the server's owner, and whoever is asked for consent, sees


class MastodonConnection:
    """Satisfies ``connect_contract.AuthorisingConnection``. Credentials: ``access_token``."""

    way = ConnectWay.AUTHORISE
    asks_for_server = True
    refresh_before = timedelta(0)  # there is nothing to renew
    scopes = {
        "write:statuses": Need.PUBLISH,
        "write:media": Need.PICTURES,
        "read:statuses": Need.READ,
        "read:accounts": Need.ACCOUNT,
    }

    def register(self, server: str, redirect_uri: str, http: Client) -> App | NotGranted:
        """POST /api/v1/apps."""
        base = server.rstrip("/")
        body = {"client_name": NAME, "redirect_uris": redirect_uri, "scopes": " ".join(self.scopes)}
        answer = http.send("POST", f"{base}/api/v1/apps", headers=_json(), json=body)
        told = _object(answer)
        client_id, secret = told.get("client_id"), told.get("client_secret")
        if isinstance(client_id, str) and isinstance(secret, str) and client_id and secret:
            return App(base, client_id, secret)
        meaning = meaning_of(answer, oauth.context_for(App(base), {}, http, datetime.now(UTC)), once=False)
        if isinstance(meaning, Refused):
            return Refused(Reason.APP_REFUSED, Refusal.ACCOUNT, meaning.detail, meaning.status)
        return oauth.not_granted(meaning)

    def start(self, app: App, redirect_uri: str, state: str, challenge: str) -> str:
        return oauth.page_address(
            f"{app.base_url.rstrip('/')}/oauth/authorize",
            response_type="code",
            client_id=app.client_id,
            redirect_uri=redirect_uri,
            scope=" ".join(self.scopes),
            state=state,
            code_challenge=challenge,
            code_challenge_method="S256",
        )

    def finish(
        self, app: App, code: str, verifier: str, redirect_uri: str, http: Client, now: datetime
    ) -> Grant | NotGranted:
        body = {
            "grant_type": "authorization_code", "code": code, "code_verifier": verifier, "redirect_uri": redirect_uri,
            "client_id": app.client_id, "client_secret": app.client_secret, "scope": " ".join(self.scopes),
        }  # fmt: skip
        answer = http.send("POST", f"{app.base_url.rstrip('/')}/oauth/token", headers=_json(), json=body)
        secrets = {"code": code, "verifier": verifier, "secret": app.client_secret}
        found = oauth.read_token(answer, secrets, now)
        if not isinstance(found, dict):
            return found
        keys = {"access_token": str(found["access_token"])}
        account = _who(oauth.context_for(app, keys, http, now))
        if not isinstance(account, GrantedAccount):
            return account
        return Grant(keys, oauth.scopes_of(found), oauth.runs_out(found, "expires_in", now), None, (account,))

    def can_refresh(self, account: Account) -> bool:
        return False

    def refresh(self, account: Account, app: App, http: Client, now: datetime) -> Grant | NotGranted:
        return Refused(Reason.TOKEN_DEAD, Refusal.ACCOUNT, "keys on Mastodon are not renewed")

    def revoke(self, account: Account, app: App, http: Client, now: datetime) -> Done | NotGranted | None:
        """POST /oauth/revoke: the same answer however often it is asked."""
        token = account.credentials.get("access_token", "")
        if not token:
            return None
        body = {"client_id": app.client_id, "client_secret": app.client_secret, "token": token}
        answer = http.send("POST", f"{app.base_url.rstrip('/')}/oauth/revoke", headers=_json(), json=body)
        return oauth.revoked(answer, {**account.credentials, "secret": app.client_secret}, now)

    def standing(self, account: Account, app: App, http: Client, now: datetime) -> Standing | NotGranted | None:
        return None  # a server tells nothing of a key but whether it works


def _who(context: Context) -> GrantedAccount | NotGranted:
    """Whose key this is, and what the server takes."""
    answer = call(context, "GET", "v1", "accounts", "verify_credentials")
    account_id = id_of(answer)
    if not account_id:
        return oauth.not_granted(meaning_of(answer, context, once=False))
    told = _object(answer)
    handle = str(told.get("username") or "")
    instance = call(context, "GET", "v2", "instance")
    return GrantedAccount(
        account_id,
        str(told.get("display_name") or handle),
        handle,
        str(told.get("url") or ""),
        options=options_of(_object(instance)),
    )


def _object(answer: object) -> dict[str, Any]:
    return answer.object() if isinstance(answer, http.Response) and answer.ok else {}


def _json() -> dict[str, str]:
    return {"accept": "application/json", "accept-language": "en"}
