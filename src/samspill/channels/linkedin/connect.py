"""Connecting a LinkedIn organisation: a member who administers it lets us in; keys live for 60 days.

All scopes are asked for at once: asking for another set ends every earlier key. A key that renews is given to
approved partners only, lives 365 days from the first grant, and is not made longer by renewing. LinkedIn publishes
no address for taking a key back; the member does that on LinkedIn. Sources: learn.microsoft.com/linkedin,
authorization code flow, programmatic refresh tokens, token introspection, organization access control.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from samspill.channels import connect_oauth as oauth
from samspill.channels import http
from samspill.channels.connect_contract import App, ConnectWay, Grant, GrantedAccount, Need, NotGranted, Standing
from samspill.channels.contract import Account, Context, Done, Reason, Refusal, Refused
from samspill.channels.http import Client, Response
from samspill.channels.linkedin.calls import call, meaning_of

BASE = "https://api.linkedin.com"
OAUTH = "https://www.linkedin.com/oauth/v2"
ROLES = {"ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "CONTENT_ADMIN"}
MOST = 100  # organisations


class LinkedInConnection:
    """Satisfies ``connect_contract.AuthorisingConnection``. Credentials: ``access_token``, maybe ``refresh_token``."""

    way = ConnectWay.AUTHORISE
    asks_for_server = False
    refresh_before = timedelta(days=7)  # of sixty
    scopes = {
        "rw_organization_admin": Need.ACCOUNT,
        "w_organization_social": Need.PUBLISH,
        "r_organization_social": Need.READ,
        "w_organization_social_feed": Need.COMMENTS,
        "r_organization_social_feed": Need.COMMENTS,
    }

    def register(self, server: str, redirect_uri: str, http: Client) -> App | NotGranted:
        return Refused(Reason.APP_REFUSED, Refusal.ACCOUNT, "an app at LinkedIn is registered by a person")

    def start(self, app: App, redirect_uri: str, state: str, challenge: str) -> str:
        return oauth.page_address(
            _oauth(app, "authorization"),
            response_type="code",
            client_id=app.client_id,
            redirect_uri=redirect_uri,
            state=state,
            scope=" ".join(self.scopes),
        )

    def finish(
        self, app: App, code: str, verifier: str, redirect_uri: str, http: Client, now: datetime
    ) -> Grant | NotGranted:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        grant = _ask(app, form, http, now, {"code": code})
        if not isinstance(grant, Grant):
            return grant
        found = _organisations(app, grant, http, now)
        if not isinstance(found, tuple):
            return found
        return Grant(grant.credentials, grant.scopes, grant.expires_at, grant.refresh_expires_at, found)

    def can_refresh(self, account: Account) -> bool:
        return bool(account.credentials.get("refresh_token"))

    def refresh(self, account: Account, app: App, http: Client, now: datetime) -> Grant | NotGranted:
        form = {"grant_type": "refresh_token", "refresh_token": account.credentials.get("refresh_token", "")}
        return _ask(app, form, http, now, account.credentials)

    def revoke(self, account: Account, app: App, http: Client, now: datetime) -> Done | NotGranted | None:
        return None

    def standing(self, account: Account, app: App, http: Client, now: datetime) -> Standing | NotGranted | None:
        """POST /oauth/v2/introspectToken."""
        token = account.credentials.get("access_token", "")
        form = {"client_id": app.client_id, "client_secret": app.client_secret, "token": token}
        answer = http.send("POST", _oauth(app, "introspectToken"), form=form)
        found = answer.object() if isinstance(answer, Response) and answer.ok else {}
        if found.get("active") is True:
            return Standing(oauth.scopes_of(found), _time(found.get("expires_at")))
        if found.get("active") is False:
            return Refused(Reason.TOKEN_DEAD, Refusal.ACCOUNT, str(found.get("status") or "inactive")[:40])
        refused = oauth.read_token(answer, form, now)
        return refused if not isinstance(refused, dict) else None


def _oauth(app: App, name: str) -> str:
    return oauth.beside(app, BASE, f"{OAUTH}/{name}", f"/oauth/v2/{name}")


def _ask(
    app: App, form: Mapping[str, str], client: Client, now: datetime, secrets: Mapping[str, str]
) -> Grant | NotGranted:
    form = {**form, "client_id": app.client_id, "client_secret": app.client_secret}
    answer = client.send("POST", _oauth(app, "accessToken"), form=form)
    found = oauth.read_token(answer, {**secrets, "secret": app.client_secret}, now)
    if not isinstance(found, dict):
        return found
    keys = {name: str(found[name]) for name in ("access_token", "refresh_token") if found.get(name)}
    return Grant(
        keys,
        oauth.scopes_of(found),
        oauth.runs_out(found, "expires_in", now),
        oauth.runs_out(found, "refresh_token_expires_in", now),
    )


def _organisations(app: App, grant: Grant, client: Client, now: datetime) -> tuple[GrantedAccount, ...] | NotGranted:
    """GET /rest/organizationAcls?q=roleAssignee, and each organisation's name."""
    context = oauth.context_for(app, grant.credentials, client, now)
    params = {"q": "roleAssignee", "state": "APPROVED", "count": str(MOST)}
    answer = call(context, "GET", "organizationAcls", params=params)
    elements = answer.object().get("elements") if isinstance(answer, http.Response) and answer.ok else None
    if not isinstance(elements, list):
        return oauth.not_granted(meaning_of(answer, context, once=False))
    urns = [str(each.get("organization") or "") for each in elements if isinstance(each, dict) and _may(each)]
    found = []
    for urn in dict.fromkeys(filter(None, urns)):
        shown = _organisation(context, app, urn)
        if not isinstance(shown, GrantedAccount):
            return shown
        found.append(shown)
    return tuple(found)


def _may(element: Mapping[str, Any]) -> bool:
    return element.get("role") in ROLES and element.get("state") in (None, "APPROVED")


def _organisation(context: Context, app: App, urn: str) -> GrantedAccount | NotGranted:
    answer = call(context, "GET", "organizations", urn.rsplit(":", 1)[-1])
    shape = answer.object() if isinstance(answer, http.Response) and answer.ok else {}
    if not shape.get("id"):
        return oauth.not_granted(meaning_of(answer, context, once=False))
    handle = str(shape.get("vanityName") or "")
    address = oauth.beside(app, BASE, f"https://www.linkedin.com/company/{handle}", f"/company/{handle}")
    return GrantedAccount(urn, str(shape.get("localizedName") or urn), handle, address if handle else "")


def _time(value: object) -> datetime | None:
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and 0 < value < 10**11 else None
