"""A Facebook page: posts, pictures with alt text, edits, lists, keys and refusals as Graph does them."""

import hashlib
import hmac
import json
import time

import pytest

from .conftest import PAGE, png


def test_a_post_with_a_link_is_made_and_read_back(facebook):
    made = facebook.post(message="Ny rapport", link="https://lottstift.no/rapport")
    id = made.json()["id"]
    assert id.startswith(f"{PAGE}_")
    fields = "id,message,created_time,permalink_url,attachments{type,url,title},from,is_published"
    read = facebook.call("GET", f"/{id}", params={"fields": fields}).json()
    facebook.contract.check_node("PagePost", read)
    assert read["attachments"]["data"] == [
        {"type": "share", "url": "https://lottstift.no/rapport", "title": "lottstift.no"}
    ]
    assert facebook.http.get(read["permalink_url"]).status_code == 200


def test_pictures_are_uploaded_unpublished_and_then_attached(facebook):
    photos = [facebook.photo(png(40 + n, 30), f"Bilde {n}").json() for n in range(2)]
    assert all("post_id" not in p for p in photos)
    assert facebook.posts() == []
    attached = {f"attached_media[{n}]": json.dumps({"media_fbid": p["id"]}) for n, p in enumerate(photos)}
    id = facebook.post(message="To bilder", **attached).json()["id"]
    read = facebook.call("GET", f"/{id}", params={"fields": "attachments{type,subattachments{media,target}}"}).json()
    album = read["attachments"]["data"][0]
    assert album["type"] == "album"
    targets = [s["target"]["id"] for s in album["subattachments"]["data"]]
    assert targets == [p["id"] for p in photos]
    photo = facebook.call(
        "GET", f"/{targets[1]}", params={"fields": "alt_text,alt_text_custom,width,page_story_id"}
    ).json()
    facebook.contract.check_node("Photo", photo)
    assert photo["alt_text_custom"] == photo["alt_text"] == "Bilde 1"
    assert photo["page_story_id"] == id
    assert [p["alt"] for p in facebook.posts()[0]["pictures"]] == ["Bilde 0", "Bilde 1"]
    again = facebook.post(message="Igjen", **attached).json()["error"]
    assert again["error_subcode"] == 1366051


def test_attached_media_can_be_one_json_list(facebook):
    id = facebook.photo().json()["id"]
    response = facebook.post(message="Ett bilde", attached_media=json.dumps([{"media_fbid": id}]))
    assert response.status_code == 200
    assert len(facebook.posts()[0]["pictures"]) == 1


def test_a_published_picture_is_a_post_of_its_own(facebook):
    answer = facebook.photo(alt="Alene", published=True).json()
    assert facebook.posts()[0]["id"] == answer["post_id"]


def test_pictures_must_be_jpg_or_png_of_at_most_4_mb(facebook):
    for content in (b"GIF89a" + b"\x00" * 40, png()[:-8], png(10, 10, padding=4 * 1024 * 1024), b"tekst"):
        assert facebook.photo(content).json()["error"]["error_subcode"] == 1366046


def test_the_same_as_the_last_post_is_refused(facebook):
    facebook.post(message="Lik")
    again = facebook.post(message="Lik")
    assert again.status_code == 400
    assert again.json()["error"]["code"] == 506
    facebook.post(message="Noe imellom")
    assert facebook.post(message="Lik").status_code == 200


@pytest.mark.parametrize(
    "data",
    [
        {"message": "a" * 63207},
        {"message": ""},
        {"link": "ikke en adresse"},
        {"link": "https://facebook.com/x"},
        {"message": "a", "attached_media[0]": '{"media_fbid":"1"}'},
        {"message": "a", "published": "false", "scheduled_publish_time": "1"},
    ],
)
def test_what_graph_does_not_take_is_code_100(facebook, data):
    response = facebook.post(**data)
    assert (response.status_code, response.json()["error"]["code"]) == (400, 100)


def test_a_text_may_have_63206_signs(facebook):
    assert facebook.post(message="a" * 63206).status_code == 200


def test_a_post_is_edited_and_deleted(facebook):
    id = facebook.post(message="Før").json()["id"]
    assert facebook.call("POST", f"/{id}", data={"message": "Etter"}).json() == {"success": True}
    assert facebook.posts()[0]["text"] == "Etter"
    assert facebook.call("DELETE", f"/{id}").json() == {"success": True}
    gone = facebook.call("GET", f"/{id}").json()["error"]
    assert (gone["code"], gone["error_subcode"], gone["type"]) == (100, 33, "GraphMethodException")


def test_lists_lag_and_have_cursors(facebook):
    facebook.set(list_lag_s=0.3)
    ids = [facebook.post(message=f"nr {n}").json()["id"] for n in range(3)][::-1]
    assert facebook.call("GET", f"/{PAGE}/published_posts").json() == {"data": []}
    time.sleep(0.35)
    first = facebook.call("GET", f"/{PAGE}/published_posts", params={"limit": 2, "fields": "id,message"}).json()
    facebook.contract.check_list("PagePost", first)
    assert [p["id"] for p in first["data"]] == ids[:2]
    after = first["paging"]["cursors"]["after"]
    rest = facebook.call("GET", f"/{PAGE}/feed", params={"limit": 2, "after": after}).json()
    assert [p["id"] for p in rest["data"]] == ids[2:]


def test_a_scheduled_post_waits(facebook):
    at = int(time.time()) + 3600
    id = facebook.post(message="Senere", published="false", scheduled_publish_time=at).json()["id"]
    assert facebook.posts() == []
    waiting = facebook.call("GET", f"/{PAGE}/scheduled_posts", params={"fields": "id,scheduled_publish_time"}).json()
    assert waiting["data"] == [{"id": id, "scheduled_publish_time": at}]


def test_one_field_that_does_not_exist_fails_the_call(facebook):
    id = facebook.post(message="a").json()["id"]
    error = facebook.call("GET", f"/{id}", params={"fields": "id,tittel"}).json()["error"]
    assert "nonexisting field (tittel)" in error["message"]


def test_keys_come_by_header_form_or_query(facebook, http):
    for more in (
        {"params": {"access_token": "sandbox-facebook-token"}},
        {"headers": {"Authorization": "OAuth sandbox-facebook-token"}},
    ):
        assert http.get("/facebook/v25.0/me", **more).json()["name"] == "Lotteritilsynet"
    made = http.post(f"/facebook/v25.0/{PAGE}/feed", data={"access_token": "sandbox-facebook-token", "message": "a"})
    assert made.status_code == 200


def test_a_wrong_key_is_190_and_a_missing_permission_200(facebook, http):
    wrong = facebook.call("GET", "/me", token="feil")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, 190)
    assert "invalid_token" in wrong.headers["WWW-Authenticate"]
    assert facebook.call("GET", "/me", token="").json()["error"]["code"] == 104
    http.post(
        "/_sandbox/facebook/accounts",
        json={"id": "42", "name": "Leser", "token": "les", "scopes": ["pages_read_engagement"]},
    )
    denied = facebook.call("POST", "/42/feed", token="les", data={"message": "a"})
    assert (denied.status_code, denied.json()["error"]["code"]) == (403, 200)


def test_the_proof_of_the_secret_is_checked(facebook, http):
    def call(token, proof):
        return facebook.call("GET", "/me", token=token, params={"appsecret_proof": proof} if proof else {}).status_code

    right = hmac.new(b"sandbox-facebook-secret", b"sandbox-facebook-token", hashlib.sha256).hexdigest()
    assert call("sandbox-facebook-token", right) == 200
    assert call("sandbox-facebook-token", "0" * 64) == 400
    http.post(
        "/_sandbox/facebook/accounts",
        json={"id": "43", "name": "Streng", "token": "streng", "secret": "s", "require_appsecret_proof": True},
    )
    assert call("streng", None) == 400
    assert call("streng", hmac.new(b"s", b"streng", hashlib.sha256).hexdigest()) == 200


def test_a_key_can_be_asked_about(facebook):
    def ask(token):
        body = facebook.call("GET", "/debug_token", params={"input_token": token}).json()
        known = facebook.contract.doc["hand_assembled"]["answers"]["GET /debug_token"]["200"]["data"]
        assert set(body["data"]) <= set(known)
        return body["data"]

    assert ask("sandbox-facebook-token")["is_valid"] is True
    assert "pages_manage_posts" in ask("sandbox-facebook-token")["scopes"]
    assert ask("feil")["is_valid"] is False


def test_an_ended_version_is_served_by_the_oldest_and_a_future_one_refused(http):
    def call(version):
        return http.get(f"/facebook/{version}/me", params={"access_token": "sandbox-facebook-token"})

    assert call("v26.0").headers["facebook-api-version"] == "v26.0"
    assert call("v12.0").headers["facebook-api-version"] == "v22.0"
    assert call("v99.0").json()["error"]["code"] == 2500


def test_usage_is_told_in_headers(facebook):
    usage = json.loads(facebook.call("GET", "/me").headers["X-App-Usage"])
    assert set(usage) == set(facebook.contract.doc["hand_assembled"]["usage_headers"]["X-App-Usage"])
    business = json.loads(facebook.call("GET", "/me").headers["X-Business-Use-Case-Usage"])
    assert set(business) == {PAGE}


def test_unknown_addresses_are_refused_in_graphs_words(facebook):
    assert facebook.call("GET", "/finnes/ikke/her").status_code == 400
    assert facebook.call("GET", "/123").json()["error"]["error_subcode"] == 33
