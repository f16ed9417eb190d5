"""Letting an app in on the pretend platforms: by the published flows, and as strict as servers should be."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest

from .conftest import Facebook, LinkedIn, X

BACK = "http://127.0.0.1:9999/svar?fra=her"
VERIFIER = "v" * 60
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
PAGES = {
    "x": ("/x/i/oauth2/authorize", "tweet.read tweet.write users.read media.write offline.access"),
    "facebook": ("/facebook/v25.0/dialog/oauth", "pages_show_list,pages_manage_posts,pages_read_engagement"),
    "linkedin": ("/linkedin/oauth/v2/authorization", "rw_organization_admin w_organization_social"),
}
ACCOUNTS = {"x": "1700000000000000001", "facebook": "100000000000001", "linkedin": "1000001"}


def question(platform: str, **changed: Any) -> str:
    path, scope = PAGES[platform]
    asked = {
        "response_type": "code", "client_id": f"sandbox-{platform}-app", "redirect_uri": BACK, "state": "tilstand",
        "scope": scope, "code_challenge": CHALLENGE, "code_challenge_method": "S256", **changed,
    }  # fmt: skip
    return f"{path}?{urlencode({k: v for k, v in asked.items() if v is not None})}"


def press(http: httpx2.Client, platform: str, say: str = "ja", **changed: Any) -> dict[str, str]:
    """Answer the page; the query that the person comes back with."""
    page = question(platform, **changed)
    scopes = PAGES[platform][1].replace(",", " ").split()
    body = urlencode({"svar": say, "konto": ACCOUNTS[platform], "tilgang": scopes}, doseq=True)
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = http.post(page, content=body, headers=headers, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(BACK + "&")
    return {k: v[0] for k, v in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def basic(id: str = "sandbox-x-app", secret: str = "sandbox-x-secret") -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{id}:{secret}".encode()).decode()}


def x_token(http: httpx2.Client, headers: dict[str, str] | None = None, **form: str) -> httpx2.Response:
    return http.post("/x/2/oauth2/token", data=form, headers=basic() if headers is None else headers)


def x_code(http: httpx2.Client, **changed: str) -> httpx2.Response:
    form = {
        "grant_type": "authorization_code", "code": press(http, "x")["code"], "redirect_uri": BACK,
        "code_verifier": VERIFIER, **changed,
    }  # fmt: skip
    return x_token(http, **form)


@pytest.mark.parametrize("platform", list(PAGES))
def test_the_page_asks_and_a_no_comes_back_with_the_state_and_no_code(platform: str, http: httpx2.Client) -> None:
    page = http.get(question(platform))
    assert "Gi tilgang" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    told = press(http, platform, "nei")
    assert told["state"] == "tilstand"
    assert told["error"] in ("access_denied", "user_cancelled_authorize")
    assert "code" not in told


@pytest.mark.parametrize("platform", list(PAGES))
@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "en-annen"},
        {"redirect_uri": "https://ond.eksempel.no/"},
        {"redirect_uri": "javascript:alert(1)"},
        {"response_type": "token"},
        {"scope": "ukjent"},
    ],
)
def test_a_wrong_question_sends_nobody_anywhere(platform: str, changed: dict[str, str], http: httpx2.Client) -> None:
    for method in ("GET", "POST"):
        answer = http.request(method, question(platform, **changed), follow_redirects=False)
        assert answer.status_code == 400
        assert "location" not in answer.headers


@pytest.mark.parametrize("changed", [{"code_challenge": None}, {"code_challenge_method": "plain"}])
def test_x_wants_pkce_with_s256(changed: dict[str, Any], http: httpx2.Client) -> None:
    assert http.get(question("x", **changed)).status_code == 400


def test_x_gives_keys_for_two_hours_that_work(http: httpx2.Client, x: X) -> None:
    keys = x_code(http).json()
    assert (keys["token_type"], keys["expires_in"]) == ("bearer", 7200)
    assert "offline.access" in keys["scope"].split()
    assert x.call("GET", "/2/users/me", token=keys["access_token"]).json()["data"]["username"] == "lottstift"


@pytest.mark.parametrize(
    "changed", [{"code": "feil"}, {"redirect_uri": "http://127.0.0.1/"}, {"code_verifier": "feil"}]
)
def test_x_refuses_what_does_not_belong_together(changed: dict[str, str], http: httpx2.Client) -> None:
    answer = x_code(http, **changed)
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"


def test_a_code_works_once_and_a_second_use_ends_what_it_gave(http: httpx2.Client, x: X) -> None:
    code = press(http, "x")["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    keys = x_token(http, **form).json()
    assert x_token(http, **form).status_code == 400
    assert x.call("GET", "/2/users/me", token=keys["access_token"]).status_code == 401


def test_x_wants_the_apps_own_secret(http: httpx2.Client) -> None:
    assert x_token(http, headers=basic(secret="feil")).status_code == 401
    assert x_token(http, headers={}).status_code == 401


def test_a_renewing_key_rotates_and_its_second_use_ends_the_family(http: httpx2.Client, x: X) -> None:
    first = x_code(http).json()
    second = x_token(http, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert x_token(http, grant_type="refresh_token", refresh_token=first["refresh_token"]).status_code == 400
    assert x_token(http, grant_type="refresh_token", refresh_token=second["refresh_token"]).status_code == 400
    assert x.call("GET", "/2/users/me", token=second["access_token"]).status_code == 401


def test_a_key_that_was_taken_back_or_ran_out_opens_nothing(http: httpx2.Client, x: X) -> None:
    key = x_code(http).json()["access_token"]
    assert http.post("/x/2/oauth2/revoke", data={"token": key}, headers=basic()).json() == {"revoked": True}
    assert x.call("GET", "/2/users/me", token=key).status_code == 401
    x.set(token_s=-1)
    assert x.call("GET", "/2/users/me", token=x_code(http).json()["access_token"]).status_code == 401


def test_facebook_gives_a_short_then_a_long_token_and_the_pages_own(http: httpx2.Client, facebook: Facebook) -> None:
    app = {"client_id": "sandbox-facebook-app", "client_secret": "sandbox-facebook-secret"}
    path = "/facebook/v25.0/oauth/access_token"
    code = press(http, "facebook")["code"]
    short = http.get(path, params={**app, "code": code, "redirect_uri": BACK}).json()
    exchange = {**app, "grant_type": "fb_exchange_token", "fb_exchange_token": short["access_token"]}
    long = http.get(path, params=exchange).json()
    facebook.contract.check_keys("GET /oauth/access_token", long)
    assert short["expires_in"] < long["expires_in"] == 5184000
    proof = hmac_of(long["access_token"])
    listed = facebook.call("GET", "/me/accounts", token=long["access_token"], params={"appsecret_proof": proof}).json()
    (page,) = listed["data"]
    facebook.contract.check_node("Page", {k: v for k, v in page.items() if k != "tasks"})
    told = facebook.call(
        "GET", "/debug_token", token="|".join(app.values()), params={"input_token": page["access_token"]}
    ).json()
    facebook.contract.check_keys("GET /debug_token", told)
    assert (told["data"]["type"], told["data"]["expires_at"], told["data"]["is_valid"]) == ("PAGE", 0, True)
    assert facebook.call("GET", "/me/accounts", token=long["access_token"]).status_code == 400  # without the proof
    assert facebook.call("DELETE", "/100000000000900/permissions", token="|".join(app.values())).json() == {
        "success": True
    }
    assert facebook.call("GET", "/100000000000001", token=page["access_token"]).status_code == 401


def hmac_of(token: str) -> str:
    return hmac.new(b"sandbox-facebook-secret", token.encode(), hashlib.sha256).hexdigest()


def linkedin_token(linkedin: LinkedIn, **form: str) -> httpx2.Response:
    app = {"client_id": "sandbox-linkedin-app", "client_secret": "sandbox-linkedin-secret"}
    return linkedin.call("POST", "/oauth/v2/accessToken", token="", data={**app, **form})


def linkedin_keys(linkedin: LinkedIn) -> dict[str, Any]:
    code = press(linkedin.http, "linkedin")["code"]
    return linkedin_token(linkedin, grant_type="authorization_code", code=code, redirect_uri=BACK).json()


def test_linkedin_gives_sixty_days_by_the_contract_and_tells_of_a_key(linkedin: LinkedIn) -> None:
    keys = linkedin_keys(linkedin)
    assert keys["expires_in"] == 60 * 86400
    assert "refresh_token" not in keys
    acls = linkedin.call("GET", "/rest/organizationAcls?q=roleAssignee", token=keys["access_token"]).json()
    assert [each["organization"] for each in acls["elements"]] == ["urn:li:organization:1000001"]
    app = {"client_id": "sandbox-linkedin-app", "client_secret": "sandbox-linkedin-secret"}
    form = {**app, "token": keys["access_token"]}
    assert linkedin.call("POST", "/oauth/v2/introspectToken", token="", data=form).json()["active"] is True
    linkedin.server.store.run("update keys set revoked=1")
    told = linkedin.call("POST", "/oauth/v2/introspectToken", token="", data=form).json()
    assert told == {"active": False, "status": "revoked"}
    ended = linkedin.call("GET", "/rest/organizationAcls?q=roleAssignee", token=keys["access_token"])
    assert ended.json()["serviceErrorCode"] == 65601


def test_renewing_at_linkedin_does_not_make_the_renewing_key_live_longer(linkedin: LinkedIn) -> None:
    linkedin.set(refresh_tokens=True)
    keys = linkedin_keys(linkedin)
    linkedin.server.store.run("update keys set ends=ends-86400 where kind='refresh'")
    again = linkedin_token(linkedin, grant_type="refresh_token", refresh_token=keys["refresh_token"]).json()
    assert again["refresh_token"] == keys["refresh_token"]
    assert again["refresh_token_expires_in"] <= keys["refresh_token_expires_in"] - 86399


def test_asking_linkedin_for_another_set_of_scopes_ends_earlier_keys(linkedin: LinkedIn) -> None:
    first = linkedin_keys(linkedin)
    code = press(linkedin.http, "linkedin", scope="rw_organization_admin")["code"]
    linkedin_token(linkedin, grant_type="authorization_code", code=code, redirect_uri=BACK)
    ended = linkedin.call("GET", "/rest/organizationAcls?q=roleAssignee", token=first["access_token"])
    assert ended.status_code == 401


@pytest.mark.parametrize("platform", list(PAGES))
def test_the_journal_shows_no_code_and_no_key(platform: str, http: httpx2.Client, x: X) -> None:
    code = press(http, platform)["code"]
    x_token(http, grant_type="authorization_code", code=code, code_verifier=VERIFIER)
    shown = http.get("/_sandbox/x/requests").text + http.get(f"/_sandbox/{platform}/requests").text
    assert code not in shown
    assert VERIFIER not in shown
