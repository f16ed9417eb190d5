"""Connecting an account on X: OAuth 2 with PKCE, a confidential client, refresh tokens that rotate.

Sources: docs.x.com, OAuth 2.0 user access token; the OpenAPI document's ``OAuth2UserToken``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from samspill.channels import connect_oauth as oauth
from samspill.channels import http
from samspill.channels.connect_contract import App, ConnectWay, Grant, GrantedAccount, Need, NotGranted, Standing
from samspill.channels.contract import Account, Done, Reason, Refusal, Refused
from samspill.channels.http import Client
from samspill.channels.x.calls import call, meaning_of

BASE = "https://api.x.com"
CONSENT = "https://x.com/i/oauth2/authorize"


class XConnection:
    """Satisfies ``connect_contract.AuthorisingConnection``. Credentials: ``access_token``, ``refresh_token``."""

    way = ConnectWay.AUTHORISE
    asks_for_server = False
    refresh_before = timedelta(minutes=10)  # of two hours
    scopes = {
        "tweet.read": Need.READ,
        "tweet.write": Need.PUBLISH,
        "users.read": Need.ACCOUNT,
        "media.write": Need.PICTURES,
        "offline.access": Need.STAY,
    }

    def register(self, server: str, redirect_uri: str, http: Client) -> App | NotGranted:
        return Refused(Reason.APP_REFUSED, Refusal.ACCOUNT, "an app at X is registered by a person")

    def start(self, app: App, redirect_uri: str, state: str, challenge: str) -> str:
        return oauth.page_address(
            oauth.beside(app, BASE, CONSENT, "/i/oauth2/authorize"),
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
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri,
            "code_verifier": verifier, "client_id": app.client_id,
        }  # fmt: skip
        grant = _ask(app, form, http, now, {"code": code, "verifier": verifier})
        if not isinstance(grant, Grant):
            return grant
        account = _who(app, grant, http, now)
        if not isinstance(account, GrantedAccount):
            return account
        return Grant(grant.credentials, grant.scopes, grant.expires_at, grant.refresh_expires_at, (account,))

    def can_refresh(self, account: Account) -> bool:
        return bool(account.credentials.get("refresh_token"))

    def refresh(self, account: Account, app: App, http: Client, now: datetime) -> Grant | NotGranted:
        token = account.credentials.get("refresh_token", "")
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": app.client_id}
        return _ask(app, form, http, now, account.credentials)

    def revoke(self, account: Account, app: App, http: Client, now: datetime) -> Done | NotGranted | None:
        """Both keys: X ends one at a time. The one that renews goes first, for it lives longest."""
        result: Done | NotGranted | None = None
        for name in ("refresh_token", "access_token"):
            token = account.credentials.get(name, "")
            if not token:
                continue
            url = f"{app.base_url.rstrip('/')}/2/oauth2/revoke"
            form = {"token": token, "token_type_hint": name, "client_id": app.client_id}
            answer = http.send("POST", url, headers=oauth.basic(app), form=form)
            result = oauth.revoked(answer, {**account.credentials, "secret": app.client_secret}, now)
            if not isinstance(result, Done):
                return result
        return result

    def standing(self, account: Account, app: App, http: Client, now: datetime) -> Standing | NotGranted | None:
        return None  # X has no address that tells


def _ask(
    app: App, form: Mapping[str, str], client: Client, now: datetime, secrets: Mapping[str, str]
) -> Grant | NotGranted:
    url = f"{app.base_url.rstrip('/')}/2/oauth2/token"
    answer = client.send("POST", url, headers=oauth.basic(app), form=form)
    found = oauth.read_token(answer, {**secrets, "secret": app.client_secret}, now)
    if not isinstance(found, dict):
        return found
    keys = {name: str(found[name]) for name in ("access_token", "refresh_token") if found.get(name)}
    return Grant(keys, oauth.scopes_of(found), oauth.runs_out(found, "expires_in", now))


def _who(app: App, grant: Grant, client: Client, now: datetime) -> GrantedAccount | NotGranted:
    """GET /2/users/me: whose keys these are."""
    context = oauth.context_for(app, grant.credentials, client, now)
    answer = call(context, "GET", "users", "me", params={"user.fields": "id,name,username"})
    data = answer.object().get("data") if isinstance(answer, http.Response) and answer.ok else None
    if not isinstance(data, dict) or not data.get("id"):
        return oauth.not_granted(meaning_of(answer, context, once=False))
    handle = str(data.get("username") or "")
    address = oauth.beside(app, BASE, f"https://x.com/{handle}", f"/{handle}")
    return GrantedAccount(str(data["id"]), str(data.get("name") or handle), handle, address)
