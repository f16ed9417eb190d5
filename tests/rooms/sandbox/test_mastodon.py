"""A server of Mastodon's on liksom: posts, pictures, limits and keys as the published contract says."""

import time
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest

from .conftest import png
from .mastodon_contract import Mastodon


@pytest.fixture
def mastodon(http, server):
    server.store.set_setting("mastodon", "list_lag_s", 0)
    server.store.set_setting("mastodon", "processing_s", 0)
    return Mastodon(http, server)


def test_a_post_is_made_and_read_back_as_html(mastodon):
    made = mastodon.post(
        "Frist <1. desember>\nhttps://www.lottstift.no/frist/lang/adresse/som/er/lang #moms @lottstift\n\nHei"
    )
    assert made.status_code == 200
    read = mastodon.get(made.json()["id"]).json()
    assert read["content"] == made.json()["content"]
    assert read["content"].startswith("<p>Frist &lt;1. desember&gt;<br /><a href=")
    assert (
        '<span class="invisible">https://www.</span><span class="ellipsis">lottstift.no/frist/lang/adress</span>'
        in read["content"]
    )
    assert read["content"].endswith("<p>Hei</p>")
    assert 'class="u-url mention">@<span>lottstift</span></a></span>' in read["content"]
    assert [tag["name"] for tag in read["tags"]] == ["moms"]
    assert [one["acct"] for one in read["mentions"]] == ["lottstift"]
    assert read["visibility"] == "public"
    assert mastodon.posts()[0]["url"] == read["url"]
    assert mastodon.posts()[0]["text"].splitlines()[1].startswith("lottstift.no/frist/lang/adress… #moms")


def test_the_same_key_makes_one_post_within_the_hour_and_two_after_it(mastodon):
    first, again = mastodon.post("Hei", key="k1").json(), mastodon.post("Hei", key="k1").json()
    assert again["id"] == first["id"]
    assert mastodon.post("Hei", key="k2").json()["id"] != first["id"]
    assert mastodon.post("Hei").json()["id"] != mastodon.post("Hei").json()["id"]
    mastodon.set(idempotency_s=0)
    assert mastodon.post("Hei", key="k1").json()["id"] != first["id"]
    assert len(mastodon.posts()) == 5


def test_a_key_whose_post_was_deleted_is_answered_with_not_found(mastodon):
    id = mastodon.post("Hei", key="k1").json()["id"]
    gone = mastodon.call("DELETE", f"/api/v1/statuses/{id}").json()
    assert gone["text"] == "Hei"
    assert mastodon.post("Hei", key="k1").status_code == 404
    assert mastodon.get(id).status_code == 404
    assert mastodon.posts() == []


@pytest.mark.parametrize(
    ("text", "limit", "status"),
    [
        ("a" * 500, 500, 200),
        ("a" * 501, 500, 422),
        ("a" * 5000, 5000, 200),
        ("a" * 5001, 5000, 422),
        ("👨‍👩‍👧‍👦" * 500, 500, 200),
        ("e\u0301" * 500, 500, 200),
        ("a" * 476 + " https://lottstift.no/" + "b" * 200, 500, 200),
        ("a" * 477 + " https://lottstift.no/" + "b" * 200, 500, 422),
        ("a" * 476 + " https://blåbær.no/" + "b" * 200, 500, 200),
        ("a" * 470 + " lottstift.no/" + "b" * 30, 500, 422),
        ("a" * 490 + " @ola@en.lang.server.no", 500, 200),
        ("a" * 490 + " @ola_og_de_andre@en.server.no", 500, 422),
        ("  \n ", 500, 422),
    ],
)
def test_a_text_may_be_as_long_as_the_server_says(mastodon, text, limit, status):
    mastodon.set(max_characters=limit)
    assert mastodon.post(text).status_code == status


def test_the_content_warning_counts_with_the_text(mastodon):
    assert mastodon.post("a" * 490, spoiler_text="b" * 10).status_code == 200
    assert mastodon.post("a" * 491, spoiler_text="b" * 10).status_code == 422
    assert mastodon.posts()[0]["warning"] == "b" * 10


def test_the_instance_tells_the_limits_that_hold(mastodon):
    mastodon.set(max_characters=5000, description_limit=300)
    told = mastodon.call("GET", "/api/v2/instance", token="").json()["configuration"]
    assert told["statuses"]["max_characters"] == 5000
    assert told["media_attachments"]["description_limit"] == 300


def test_a_picture_is_ready_at_once_or_after_it_has_been_worked_on(mastodon):
    assert mastodon.upload(alt="En hund").status_code == 200
    mastodon.set(processing_s=0.3)
    made = mastodon.upload(alt="En hund")
    assert (made.status_code, made.json()["url"]) == (202, None)
    id = made.json()["id"]
    assert mastodon.call("GET", f"/api/v1/media/{id}").status_code == 206
    assert mastodon.post("For tidlig", media_ids=[id]).status_code == 422
    time.sleep(0.35)
    assert mastodon.call("GET", f"/api/v1/media/{id}").json()["url"]
    post = mastodon.post("Nå", media_ids=[id]).json()
    assert [each["description"] for each in post["media_attachments"]] == ["En hund"]
    assert mastodon.post("To ganger", media_ids=[id]).status_code == 422
    assert mastodon.call("GET", f"/api/v1/media/{id}").status_code == 404, "it belongs to a post now"


def test_a_picture_may_fail_while_it_is_worked_on(mastodon):
    mastodon.fault("failed_processing")
    id = mastodon.upload().json()["id"]
    assert mastodon.call("GET", f"/api/v1/media/{id}").status_code == 422


def test_what_is_too_large_no_picture_or_too_long_described_is_refused(mastodon):
    mastodon.set(image_size_limit=5000, image_matrix_limit=2000, description_limit=10, max_media_attachments=1)
    assert mastodon.upload(png(padding=6000)).status_code == 422
    assert mastodon.upload(png(100, 100)).status_code == 422
    assert mastodon.upload(b"%PDF-1.4").status_code == 422
    assert mastodon.upload(alt="a" * 11).status_code == 422
    ids = [mastodon.upload(alt="a" * 10).json()["id"] for _ in range(2)]
    assert mastodon.post("Hei", media_ids=ids).status_code == 422
    assert mastodon.call("PUT", f"/api/v1/media/{ids[0]}", data={"description": "ny"}).json()["description"] == "ny"


def test_a_post_is_changed_with_its_pictures_and_tells_that_it_was(mastodon):
    kept, other = mastodon.upload(alt="En hund").json()["id"], mastodon.upload(alt="En katt").json()["id"]
    id = mastodon.post("Hei", media_ids=[kept]).json()["id"]
    body = {"status": "Hallo", "media_ids": [kept, other], "media_attributes": [{"id": kept, "description": "En ulv"}]}
    changed = mastodon.call("PUT", f"/api/v1/statuses/{id}", json=body).json()
    assert changed["content"] == "<p>Hallo</p>"
    assert [each["description"] for each in changed["media_attachments"]] == ["En ulv", "En katt"]
    assert changed["edited_at"]
    assert mastodon.call("GET", f"/api/v1/statuses/{id}/source").json()["text"] == "Hallo"
    bare = mastodon.call("PUT", f"/api/v1/statuses/{id}", json={"status": "Uten bilder"}).json()
    assert bare["media_attachments"] == []


def test_the_list_is_read_in_pages_newest_first(mastodon):
    ids = [mastodon.post(f"nr {n}").json()["id"] for n in range(5)][::-1]
    assert ids == sorted(ids, key=int, reverse=True)
    first = mastodon.listed(limit=3)
    assert [each["id"] for each in first] == ids[:3]
    assert [each["id"] for each in mastodon.listed(limit=3, max_id=ids[2])] == ids[3:]
    assert [each["id"] for each in mastodon.listed(since_id=ids[2])] == ids[:2]


def test_a_new_post_is_missing_from_the_list_for_a_while(mastodon):
    mastodon.fault("hidden_list", seconds=0.3)
    id = mastodon.post("Ny").json()["id"]
    assert mastodon.listed() == []
    assert mastodon.get(id).status_code == 200
    time.sleep(0.35)
    assert [each["id"] for each in mastodon.listed()] == [id]


def test_an_answer_hangs_on_what_it_answers(mastodon):
    first = mastodon.post("En").json()["id"]
    second = mastodon.post("To", in_reply_to_id=first).json()
    assert second["in_reply_to_id"] == first
    thread = mastodon.call("GET", f"/api/v1/statuses/{first}/context").json()
    assert [each["id"] for each in thread["descendants"]] == [second["id"]]
    assert mastodon.post("Tre", in_reply_to_id="1").status_code == 404


def test_followers_only_is_not_for_the_public(mastodon):
    id = mastodon.post("Bare følgere", visibility="private").json()["id"]
    assert mastodon.posts() == []
    assert mastodon.get(id).json()["visibility"] == "private"
    assert mastodon.post("Hei", visibility="alle").status_code == 422


def test_a_wrong_key_a_missing_scope_and_too_many_calls_are_told_apart(mastodon, http):
    assert mastodon.call("GET", "/api/v1/accounts/verify_credentials", token="feil").status_code == 401
    assert mastodon.call("GET", "/api/v1/accounts/verify_credentials", token="").status_code == 401
    http.post("/_sandbox/mastodon/accounts", json={"name": "Leser", "token": "leser", "scopes": ["read"]})
    assert mastodon.call("GET", "/api/v1/accounts/verify_credentials", token="leser").status_code == 200
    assert mastodon.call("POST", "/api/v1/statuses", token="leser", json={"status": "Hei"}).status_code == 403
    mastodon.set(limits={"createStatus": 1})
    assert mastodon.post("En").headers["X-RateLimit-Remaining"] == "0"
    full = mastodon.post("To")
    assert full.status_code == 429
    assert datetime.fromisoformat(full.headers["X-RateLimit-Reset"]) > datetime.now(UTC)


def test_the_account_tells_who_it_is(mastodon):
    me = mastodon.call("GET", "/api/v1/accounts/verify_credentials").json()
    assert (me["id"], me["acct"], me["display_name"]) == (
        mastodon.account,
        "lottstift",
        "Lotteri- og stiftelsestilsynet",
    )


def test_an_app_registers_asks_and_gets_a_key_that_can_be_taken_back(mastodon, http):
    back = "http://127.0.0.1:8000/tilbake"
    scopes = "read:accounts write:statuses"
    app = mastodon.call(
        "POST", "/api/v1/apps", token="", json={"client_name": "Samspill", "redirect_uris": back, "scopes": scopes}
    ).json()
    verifier = "v" * 50
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "client_id": app["client_id"], "redirect_uri": back, "response_type": "code", "scope": scopes, "state": "s1",
        "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    page = mastodon.call("GET", "/oauth/authorize", token="", params=asked)
    assert "Gi tilgang" in page.text
    said = {"svar": "ja", "konto": mastodon.account, "tilgang": scopes.split()}
    pressed = http.post("/mastodon/oauth/authorize", params=asked, data=said, follow_redirects=False)
    answer = parse_qs(urlsplit(pressed.headers["location"]).query)
    assert answer["state"] == ["s1"]
    trade = {
        "grant_type": "authorization_code", "code": answer["code"][0], "redirect_uri": back,
        "client_id": app["client_id"], "client_secret": app["client_secret"], "code_verifier": verifier,
    }  # fmt: skip
    token = mastodon.call("POST", "/oauth/token", token="", json=trade)
    assert token.json()["scope"] == scopes
    assert mastodon.call("POST", "/oauth/token", token="", json=trade).json()["error"] == "invalid_grant"
    wrong = {**trade, "client_secret": "feil"}
    assert mastodon.call("POST", "/oauth/token", token="", json=wrong).status_code == 401


def test_a_key_that_was_taken_back_opens_nothing(mastodon, http, server):
    from sandbox import oauth

    key = oauth.give(server.store, "mastodon", "access", (mastodon.account,), ("read:accounts",), 1000)
    assert mastodon.call("GET", "/api/v1/accounts/verify_credentials", token=key.value).status_code == 200
    id, secret = oauth.app_of("mastodon")
    ended = {"client_id": id, "client_secret": secret, "token": key.value}
    for _ in range(2):
        assert mastodon.call("POST", "/oauth/revoke", token="", json=ended).status_code == 200
    assert mastodon.call("GET", "/api/v1/accounts/verify_credentials", token=key.value).status_code == 401
    assert mastodon.call("POST", "/oauth/revoke", token="", json={**ended, "client_secret": "feil"}).status_code == 403


def test_the_public_sees_posts_in_a_browser(mastodon, http):
    id = mastodon.post(
        "Les https://lottstift.no/frist", language="nn", media_ids=[mastodon.upload(alt="En hund").json()["id"]]
    ).json()["id"]
    mastodon.post("Bak et varsel", spoiler_text="Tall om spill")
    feed, post = http.get("/mastodon").text, http.get(f"/mastodon/@lottstift/{id}").text
    assert "Tall om spill</summary>" in feed
    for page in (feed, post):
        assert 'href="https://lottstift.no/frist"' in page
        assert 'alt="En hund"' in page
        assert 'lang="nn"' in page
    assert http.get("/mastodon/@lottstift").status_code == 200
    assert http.get("/mastodon/@lottstift/1").status_code == 404


@pytest.mark.parametrize("kind", ["timeout_after", "cut_after", "status_after", "malformed"])
def test_a_fault_after_the_effect_leaves_the_post_there(mastodon, http, kind):
    mastodon.fault(kind, match={"operation": "createStatus"})
    headers = {"Authorization": "Bearer sandbox-mastodon-token", "Idempotency-Key": "k1"}
    try:
        http.post("/mastodon/api/v1/statuses", json={"status": "Hei"}, headers=headers, timeout=0.5)
    except Exception as error:  # noqa: BLE001 - how a client words it is not the point
        assert kind in {"timeout_after", "cut_after"}, error
    assert len(mastodon.posts()) == 1
    assert mastodon.post("Hei", key="k1").json()["id"] == mastodon.posts()[0]["id"]
    assert len(mastodon.posts()) == 1


def test_a_refusal_before_the_effect_leaves_nothing_and_text_or_alt_may_be_lost(mastodon):
    mastodon.fault("status_before", status=503, match={"operation": "createStatus"})
    assert mastodon.post("Hei").status_code == 503
    assert mastodon.posts() == []
    mastodon.fault("cut_text", length=3)
    assert mastodon.get(mastodon.post("Hei og hå").json()["id"]).json()["content"] == "<p>Hei</p>"
    mastodon.fault("drop_alt")
    id = mastodon.post("B", media_ids=[mastodon.upload(alt="En hund").json()["id"]]).json()["id"]
    assert mastodon.get(id).json()["media_attachments"][0]["description"] is None
