"""A LinkedIn organisation: posts, uploads, duplicates and ghosts, versions and keys."""

import time
from urllib.parse import quote

import pytest

from .conftest import ORG, pdf, png


def test_a_post_answers_201_without_a_body_and_its_id_in_a_header(linkedin):
    made = linkedin.post("Hei")
    assert (made.status_code, made.content) == (201, b"")
    urn = made.headers["x-restli-id"]
    assert urn.startswith("urn:li:share:")
    assert linkedin.get(urn).json()["commentary"] == "Hei"


def test_an_article_card_is_what_was_sent(linkedin):
    card = {
        "source": "https://lottstift.no/sak",
        "title": "Sak",
        "description": "Om",
        "thumbnail": linkedin.upload(),
        "thumbnailAltText": "Et bilde",
    }
    urn = linkedin.post("Les", {"article": card}).headers["x-restli-id"]
    assert linkedin.get(urn).json()["content"]["article"] == card
    link = linkedin.posts()[0]["links"][0]
    assert (link["title"], link["expanded"], link["image_alt"]) == ("Sak", "https://lottstift.no/sak", "Et bilde")
    assert link["image"].startswith("http://127.0.0.1")


def test_pictures_keep_their_alt_text(linkedin):
    one = linkedin.post("Ett", {"media": {"id": linkedin.upload(), "altText": "Alene"}})
    assert linkedin.get(one.headers["x-restli-id"]).json()["content"]["media"]["altText"] == "Alene"
    images = [{"id": linkedin.upload(png(40 + n, 30)), "altText": f"Bilde {n}"} for n in range(3)]
    several = linkedin.post("Tre", {"multiImage": {"images": images}})
    assert linkedin.get(several.headers["x-restli-id"]).json()["content"]["multiImage"]["images"] == images
    assert [p["alt"] for p in linkedin.posts()[0]["pictures"]] == ["Bilde 0", "Bilde 1", "Bilde 2"]


def test_a_document_is_uploaded_and_posted(linkedin):
    id = linkedin.upload(pdf(7), "document")
    linkedin.post("Rapport", {"media": {"id": id, "title": "Årsrapport"}})
    document = linkedin.posts()[0]["document"]
    assert (document["title"], document["pages"], document["mime"]) == ("Årsrapport", 7, "application/pdf")


def test_an_upload_goes_through_its_states(linkedin):
    linkedin.set(processing_s=0.3)
    value = linkedin.begin()

    def state():
        return linkedin.get(value["image"], "images").json()["status"]

    assert state() == "WAITING_UPLOAD"
    assert linkedin.post("For tidlig", {"media": {"id": value["image"]}}).status_code == 400
    linkedin.http.put(value["uploadUrl"], content=png())
    assert state() == "PROCESSING"
    assert linkedin.post("For tidlig", {"media": {"id": value["image"]}}).status_code == 400
    time.sleep(0.35)
    assert state() == "AVAILABLE"
    assert linkedin.post("Nå", {"media": {"id": value["image"]}}).status_code == 201


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"ikke et bilde", "image"), (png(7000, 10)[:60], "image"), (pdf(301), "document"), (png(), "document")],
)
def test_what_cannot_be_used_fails_in_processing(linkedin, content, kind):
    urn = linkedin.upload(content, kind)
    assert linkedin.get(urn, f"{kind}s").json()["status"] == "PROCESSING_FAILED"
    assert linkedin.post("Med feil fil", {"media": {"id": urn}}).status_code == 400


def test_a_duplicate_is_refused_and_named(linkedin):
    urn = linkedin.post("Samme").headers["x-restli-id"]
    again = linkedin.post("Samme")
    assert again.status_code == 422
    error = again.json()["errorDetails"]["inputErrors"][0]
    assert error["code"] == "DUPLICATE_POST"
    assert urn in error["description"]
    assert linkedin.get(urn).status_code == 200


def test_after_a_delete_the_duplicate_is_a_ghost(linkedin):
    urn = linkedin.post("Spøkelse").headers["x-restli-id"]
    assert linkedin.call("DELETE", f"/rest/posts/{quote(urn, safe='')}").status_code == 204
    assert urn in linkedin.post("Spøkelse").text
    assert linkedin.get(urn).status_code == 404
    assert linkedin.call("DELETE", f"/rest/posts/{quote(urn, safe='')}").status_code == 204, "idempotent"
    linkedin.set(ghost_s=0)
    assert linkedin.post("Spøkelse").status_code == 201


def test_own_posts_are_found_after_the_lag(linkedin):
    linkedin.set(list_lag_s=0.3)
    urn = linkedin.post("Finn meg").headers["x-restli-id"]
    query = {"q": "author", "author": ORG, "sortBy": "LAST_MODIFIED", "count": 5}
    assert linkedin.call("GET", "/rest/posts", params=query).json()["elements"] == []
    time.sleep(0.35)
    found = linkedin.call("GET", "/rest/posts", params=query).json()
    assert [e["id"] for e in found["elements"]] == [urn]
    assert found["paging"]["total"] == 1


def test_several_posts_are_read_at_once(linkedin, http):
    urn = linkedin.post("En").headers["x-restli-id"]
    ids = f"List({quote(urn, safe='')},urn%3Ali%3Ashare%3A1)"
    headers = {**linkedin.headers, "Authorization": "Bearer sandbox-linkedin-token", "X-RestLi-Method": "BATCH_GET"}
    response = http.get(f"/linkedin/rest/posts?ids={ids}", headers=headers)
    linkedin.contract.check("batchGetPosts", response)
    assert set(response.json()["results"]) == {urn}
    assert set(response.json()["errors"]) == {"urn:li:share:1"}


def test_a_text_is_edited(linkedin):
    urn = linkedin.post("Før").headers["x-restli-id"]
    path, body = f"/rest/posts/{quote(urn, safe='')}", {"patch": {"$set": {"commentary": "Etter"}}}
    assert linkedin.call("POST", path, json=body).status_code == 400, "the method must be named"
    assert linkedin.call("POST", path, json=body, headers={"X-RestLi-Method": "PARTIAL_UPDATE"}).status_code == 204
    assert linkedin.get(urn).json()["commentary"] == "Etter"
    assert linkedin.posts()[0]["edited"]


def test_versions_are_asked_for_and_end(linkedin):
    def me(**headers):
        response = linkedin.call("GET", "/rest/organizations/1000001", headers=headers)
        return response.status_code, response.json().get("code")

    assert me()[0] == 200
    assert me(**{"LinkedIn-Version": None}) == (400, "VERSION_MISSING")
    assert me(**{"LinkedIn-Version": "202411"}) == (426, "NONEXISTENT_VERSION")
    assert me(**{"LinkedIn-Version": "202613"}) == (426, "NONEXISTENT_VERSION")
    assert me(**{"X-Restli-Protocol-Version": None}) == (400, "ILLEGAL_ARGUMENT")


def test_keys_and_scopes_have_answers_of_their_own(linkedin, http):
    assert linkedin.call("GET", "/rest/organizations/1000001", token="").json()["code"] == "EMPTY_ACCESS_TOKEN"
    wrong = linkedin.call("GET", "/rest/organizations/1000001", token="feil")
    assert (wrong.status_code, wrong.json()["serviceErrorCode"]) == (401, 65600)
    http.post(
        "/_sandbox/linkedin/accounts",
        json={"id": "7", "name": "Leser", "token": "les", "scopes": ["r_organization_social"]},
    )
    body = {"initializeUploadRequest": {"owner": "urn:li:organization:7"}}
    denied = linkedin.call("POST", "/rest/images?action=initializeUpload", token="les", json=body)
    assert (denied.status_code, denied.json()["serviceErrorCode"]) == (403, 100)


def test_one_may_not_post_for_another_organisation(linkedin):
    assert linkedin.post("Hei", author="urn:li:organization:1000002").status_code == 403


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"visibility": "ALLE"}, "INVALID_VALUE_FOR_FIELD"),
        ({"commentary": "a" * 3001}, "FIELD_LENGTH_TOO_LONG"),
        ({"farge": "rød"}, "ILLEGAL_ARGUMENT"),
        ({"author": "urn:li:tull:1"}, "INVALID_URN_TYPE"),
        ({"content": {"article": {"source": "https://a.no"}}}, "MISSING_FIELD"),
        ({"content": {"article": {"source": "https://a.no", "title": "t" * 401}}}, "FIELD_LENGTH_TOO_LONG"),
        ({"content": {"media": {"id": "urn:li:image:finnesikke"}}}, "INVALID_URN_ID"),
        ({"content": {"multiImage": {"images": [{"id": "urn:li:image:a"}]}}}, "INVALID_VALUE_FOR_FIELD"),
    ],
)
def test_a_field_that_is_wrong_is_named(linkedin, more, code):
    response = linkedin.post(**{"commentary": "Hei", **more})
    assert response.status_code == 400
    assert response.json()["errorDetails"]["inputErrors"][0]["code"] == code


def test_a_urn_must_be_percent_encoded(http, linkedin):
    headers = {**linkedin.headers, "Authorization": "Bearer sandbox-linkedin-token"}
    assert http.get("/linkedin/rest/posts/urn:li:share:1", headers=headers).status_code == 400


def test_calls_of_a_day_come_to_an_end(linkedin):
    linkedin.set(calls_per_day=0)
    assert linkedin.post("Hei").json()["code"] == "TOO_MANY_REQUESTS"


def test_organisations_are_looked_up(linkedin):
    assert linkedin.call("GET", "/rest/organizations/1000002").json()["localizedName"] == "Stiftelsesforeningen"
    found = linkedin.call("GET", "/rest/organizations", params={"q": "vanityName", "vanityName": "lottstift"}).json()
    assert found["elements"][0]["id"] == 1000001
    acls = linkedin.call("GET", "/rest/organizationAcls", params={"q": "roleAssignee"}).json()["elements"]
    assert [a["organization"] for a in acls] == [ORG]
    size = f"/rest/networkSizes/{quote(ORG, safe='')}"
    assert linkedin.call("GET", size, params={"edgeType": "COMPANY_FOLLOWED_BY_MEMBER"}).status_code == 200
