"""Connecting a Facebook Page: code, short user token, long user token, and from that the Page's own token.

The Page's token does not run out by time, but ends when data access lapses after 90 days, or the person behind it
loses the role. Sources: developers.facebook.com, "manually build a login flow", "get long-lived tokens",
"debug_token", "secure graph api calls" (appsecret_proof).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from samspill.channels import connect_oauth as oauth
from samspill.channels import http
from samspill.channels.connect_contract import App, ConnectWay, Grant, GrantedAccount, Need, NotGranted, Standing
from samspill.channels.contract import Account, Done, Reason, Refusal, Refused, Unknown
from samspill.channels.facebook.calls import after_of, call, meaning_of
from samspill.channels.facebook.rules import GRAPH_VERSION
from samspill.channels.http import Client, Response

BASE = "https://graph.facebook.com"
CONSENT = f"https://www.facebook.com/{GRAPH_VERSION}/dialog/oauth"
MOST_PAGES = 10  # of 100 Pages each


class FacebookConnection:
    """Satisfies ``connect_contract.AuthorisingConnection``.

    Credentials: ``access_token`` (the Page's), ``app_secret`` (for ``appsecret_proof``), ``owner`` (the person's id).
    """

    way = ConnectWay.AUTHORISE
    asks_for_server = False
    refresh_before = timedelta(0)
    scopes = {
        "pages_show_list": Need.ACCOUNT,
        "pages_manage_posts": Need.PUBLISH,
        "pages_read_engagement": Need.READ,
        "pages_manage_engagement": Need.COMMENTS,
        "pages_read_user_content": Need.COMMENTS,
    }

    def register(self, server: str, redirect_uri: str, http: Client) -> App | NotGranted:
        return Refused(Reason.APP_REFUSED, Refusal.ACCOUNT, "an app at Facebook is registered by a person")

    def start(self, app: App, redirect_uri: str, state: str, challenge: str) -> str:
        """``auth_type=rerequest``: what the person said no to earlier is asked for again."""
        return oauth.page_address(
            oauth.beside(app, BASE, CONSENT, f"/{GRAPH_VERSION}/dialog/oauth"),
            response_type="code",
            client_id=app.client_id,
            redirect_uri=redirect_uri,
            scope=",".join(self.scopes),
            state=state,
            auth_type="rerequest",
        )

    def finish(
        self, app: App, code: str, verifier: str, redirect_uri: str, http: Client, now: datetime
    ) -> Grant | NotGranted:
        short = _token(app, {"code": code, "redirect_uri": redirect_uri}, http, now)
        if not isinstance(short, str):
            return short
        user = _token(app, {"grant_type": "fb_exchange_token", "fb_exchange_token": short}, http, now)
        if not isinstance(user, str):
            return user
        told = inspect(app, user, http, now)
        if not isinstance(told, dict):
            return told
        owner = {"app_secret": app.client_secret, "owner": str(told.get("user_id") or "")}
        pages = _pages(app, user, http, now)
        if not isinstance(pages, tuple):
            return pages
        return Grant(owner, _scopes(told), _earliest(told, "data_access_expires_at"), None, pages)

    def can_refresh(self, account: Account) -> bool:
        return False  # what ends a Page's token can only be mended by the person

    def refresh(self, account: Account, app: App, http: Client, now: datetime) -> Grant | NotGranted:
        return Refused(Reason.TOKEN_DEAD, Refusal.ACCOUNT, "a Page's token is not renewed, it is given anew")

    def revoke(self, account: Account, app: App, http: Client, now: datetime) -> Done | NotGranted | None:
        """DELETE /{person}/permissions takes all of the app's rights, and so all Pages' tokens from that person."""
        owner = account.credentials.get("owner", "")
        if not owner:
            return None
        context = oauth.context_for(app, {"access_token": f"{app.client_id}|{app.client_secret}"}, http, now)
        answer = call(context, "DELETE", owner, "permissions")
        if isinstance(answer, Response) and answer.ok:
            return Done()
        return oauth.not_granted(meaning_of(answer, context, once=False))

    def standing(self, account: Account, app: App, http: Client, now: datetime) -> Standing | NotGranted | None:
        told = inspect(app, account.credentials.get("access_token", ""), http, now)
        if not isinstance(told, dict):
            return told
        return Standing(_scopes(told), _earliest(told, "expires_at", "data_access_expires_at"))


def _token(app: App, query: Mapping[str, str], client: Client, now: datetime) -> str | NotGranted:
    """GET /oauth/access_token, as published: the one call whose secrets stand in the address."""
    params = {"client_id": app.client_id, "client_secret": app.client_secret, **query}
    url = http.address(app.base_url, GRAPH_VERSION, "oauth", "access_token")
    found = oauth.read_token(client.send("GET", url, params=params), params, now)
    return str(found["access_token"]) if isinstance(found, dict) else found


def inspect(app: App, token: str, client: Client, now: datetime) -> dict[str, Any] | NotGranted:
    """GET /debug_token: what a token is good for, asked by the app itself."""
    context = oauth.context_for(app, {"access_token": f"{app.client_id}|{app.client_secret}"}, client, now)
    answer = call(context, "GET", "debug_token", params={"input_token": token})
    data = answer.object().get("data") if isinstance(answer, http.Response) and answer.ok else None
    if not isinstance(data, dict):
        return oauth.not_granted(meaning_of(answer, context, once=False))
    if data.get("is_valid") is not True:
        told = data.get("error")
        error = told if isinstance(told, dict) else {}
        words = http.clean(f"{error.get('code', '')} {error.get('message', '')}", {"token": token})
        return Refused(Reason.TOKEN_DEAD, Refusal.ACCOUNT, words)
    return data


def _pages(app: App, user: str, client: Client, now: datetime) -> tuple[GrantedAccount, ...] | NotGranted:
    """GET /me/accounts: the Pages that the person chose, each with its own token; only those one may post on."""
    context = oauth.context_for(app, {"access_token": user, "app_secret": app.client_secret}, client, now)
    params = {"fields": "id,name,username,link,access_token,tasks", "limit": "100"}
    found: list[GrantedAccount] = []
    for _ in range(MOST_PAGES):
        answer = call(context, "GET", "me", "accounts", params=params)
        body = answer.object() if isinstance(answer, http.Response) and answer.ok else {}
        if not isinstance(body.get("data"), list):
            return oauth.not_granted(meaning_of(answer, context, once=False))
        pages = [page for page in body["data"] if isinstance(page, dict)]
        if any(not http.usable_key(str(page.get("access_token") or "-")) for page in pages):
            return Refused(Reason.KEY_UNUSABLE, Refusal.ACCOUNT, "a Page's key holds impossible signs")
        found += [_page(page, app) for page in pages if page.get("id") and page.get("access_token") and _may(page)]
        after = after_of(body)
        if not after:
            return tuple(found)
        params = {**params, "after": after}
    return Unknown(Reason.UNREADABLE_ANSWER, "the list of Pages does not end")


def _may(page: Mapping[str, Any]) -> bool:
    """Without ``tasks`` nothing is known against it; with them, making posts must be among them."""
    tasks = page.get("tasks")
    return not isinstance(tasks, list) or bool({"CREATE_CONTENT", "MANAGE"} & set(map(str, tasks)))


def _page(page: Mapping[str, Any], app: App) -> GrantedAccount:
    page_id, handle = str(page["id"]), str(page.get("username") or "")
    link = page.get("link")
    address = str(link) if isinstance(link, str) and link else f"https://www.facebook.com/{page_id}"
    return GrantedAccount(
        page_id, str(page.get("name") or page_id), handle, address, {"access_token": str(page["access_token"])}
    )


def _scopes(told: Mapping[str, Any]) -> tuple[str, ...] | None:
    scopes = told.get("scopes")
    return tuple(sorted(map(str, scopes))) if isinstance(scopes, list) else None


def _earliest(told: Mapping[str, Any], *names: str) -> datetime | None:
    """Unix seconds; 0 = never."""
    values = [told.get(name) for name in names]
    times = [value for value in values if isinstance(value, int) and 0 < value < 10**11]
    return datetime.fromtimestamp(min(times), UTC) if times else None
