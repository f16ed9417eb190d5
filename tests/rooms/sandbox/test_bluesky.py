"""The pretend data server: every answer by the published lexicons, refusals as measured on the reference server."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import httpx2
import pytest

from sandbox.bluesky import cid
from sandbox.server import SandboxServer

from .bluesky_contract import check_output, check_record, lexicons
from .conftest import Api, png

DID = "did:plc:lottstiftsandbox22222222"
COLLECTION = "app.bsky.feed.post"
KEY = "3lbqzzzzzzz22"
FACET = "app.bsky.richtext.facet#"


class Bluesky(Api):
    name = "bluesky"

    def call(self, method: str, nsid: str, token: str = "sandbox-bluesky-token", **more: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= more.pop("headers", {})
        response = self.http.request(method, f"/bluesky/xrpc/{nsid}", headers=headers, **more)
        check_output(nsid, response)
        return response

    def put(self, record: dict[str, Any], rkey: str = KEY, verb: str = "putRecord", **more: Any) -> httpx2.Response:
        body = {"repo": DID, "collection": COLLECTION, "rkey": rkey, "record": record, **more}
        return self.call("POST", f"com.atproto.repo.{verb}", json=body)

    def get(self, rkey: str = KEY) -> httpx2.Response:
        params = {"repo": DID, "collection": COLLECTION, "rkey": rkey}
        return self.call("GET", "com.atproto.repo.getRecord", token="", params=params)

    def upload(self, content: bytes | None = None, mime: str = "image/png") -> dict[str, Any]:
        response = self.call(
            "POST", "com.atproto.repo.uploadBlob", content=content or png(), headers={"Content-Type": mime}
        )
        blob: dict[str, Any] = response.json()["blob"]
        return blob

    def sign_in(self, name: str = "lottstift.test", password: str = "sand-kass-eneb-lues") -> httpx2.Response:
        body = {"identifier": name, "password": password}
        return self.call("POST", "com.atproto.server.createSession", token="", json=body)


@pytest.fixture
def bluesky(http: httpx2.Client, server: SandboxServer) -> Bluesky:
    return Bluesky(http, server)


def post(text: str = "Hei", **more: Any) -> dict[str, Any]:
    return {"$type": COLLECTION, "text": text, "createdAt": "2026-11-25T12:00:00.000Z", "langs": ["nb"], **more}


def images(*each: dict[str, Any]) -> dict[str, Any]:
    return {"embed": {"$type": "app.bsky.embed.images", "images": list(each)}}


def facet(start: int, end: int, kind: str, **value: str) -> dict[str, Any]:
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [{"$type": FACET + kind, **value}]}


def test_the_lexicons_it_answers_by_are_those_that_were_published() -> None:
    own = json.loads(files("sandbox.bluesky").joinpath("lexicons.json").read_text("utf-8"))
    assert own
    assert {name: lexicons()[name] for name in own} == own


def test_the_same_record_twice_is_one_commit_and_one_post(bluesky):
    first, again = bluesky.put(post()), bluesky.put(post())
    assert "commit" in first.json()
    assert "commit" not in again.json()
    assert first.json()["cid"] == again.json()["cid"]
    assert len(bluesky.posts()) == 1


def test_a_key_that_is_taken_makes_create_answer_500_and_changes_nothing(bluesky):
    bluesky.put(post("Først"))
    taken = bluesky.put(post("Så"), verb="createRecord")
    assert (taken.status_code, taken.json()["error"]) == (500, "InternalServerError")
    assert bluesky.get().json()["value"]["text"] == "Først"
    body = {"repo": DID, "collection": COLLECTION, "record": post("Uten nøkkel")}
    free = bluesky.call("POST", "com.atproto.repo.createRecord", json=body)
    assert free.status_code == 200


def test_a_record_that_is_written_over_is_new_on_its_server_and_old_to_readers(bluesky):
    bluesky.put(post("Først"))
    bluesky.put(post("Rettet"))
    assert bluesky.get().json()["value"]["text"] == "Rettet"
    (shown,) = bluesky.posts()
    assert (shown["text"], shown["edited"]) == ("Først", None)


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (post("x" * 301), "grapheme too big (maximum 300, got 301) at $.record.text"),
        (post("👨‍👩‍👧‍👦" * 121), "string too big (maximum 3000, got 3025) at $.record.text"),
        (post(createdAt="i går"), 'Invalid datetime (got "i går") at $.record.createdAt'),
        (post(langs=["nb", "nn", "en", "se"]), "array too big (maximum 3, got 4) at $.record.langs"),
        ({"$type": COLLECTION, "text": "Hei"}, 'Missing required key "createdAt" at $.record'),
        (
            post(facets=[facet(-1, 2, "tag", tag="x")]),
            "integer too small (minimum 0, got -1) at $.record.facets[0].index.byteStart",
        ),
        (
            post(facets=[facet(0, 2, "link", uri="ikke en adresse")]),
            'Invalid uri (got "ikke en adresse") at $.record.facets[0].features[0].uri',
        ),
        (
            post(reply={"root": {"uri": "at://did:plc:x/app.bsky.feed.post/1"}, "parent": {}}),
            'Missing required key "cid" at $.record.reply.root',
        ),
    ],
)
def test_a_record_that_breaks_its_lexicon_is_refused_with_the_place(bluesky, record, words):
    refused = bluesky.put(record)
    assert refused.status_code == 400
    assert refused.json() == {"error": "InvalidRequest", "message": f"Invalid {COLLECTION} record: {words}"}
    assert bluesky.posts() == []


@pytest.mark.parametrize("text", ["x" * 300, "👨‍👩‍👧‍👦" * 120, "e\u0301" * 300, "🇳🇴" * 300])
def test_a_text_of_just_the_limit_is_taken(bluesky, text):
    assert bluesky.put(post(text)).status_code == 200


def test_a_picture_over_the_limit_is_uploaded_and_refused_in_the_record(bluesky):
    blob = bluesky.upload(png(padding=2_000_000))
    refused = bluesky.put(post(**images({"image": blob, "alt": "Stort"})))
    assert "blob too big (maximum 2000000, got 2000" in refused.json()["message"]
    thumb = bluesky.upload(png(padding=1_000_000))
    card = {"uri": "https://lottstift.example/", "title": "", "description": "", "thumb": thumb}
    refused = bluesky.put(post(embed={"$type": "app.bsky.embed.external", "external": card}))
    assert "blob too big (maximum 1000000, got 1000" in refused.json()["message"]


def test_a_picture_needs_its_alt_text_and_five_are_too_many(bluesky):
    blob = bluesky.upload()
    refused = bluesky.put(post(**images({"image": blob})))
    assert refused.json()["message"].endswith('Missing required key "alt" at $.record.embed.images[0]')
    refused = bluesky.put(post(**images(*[{"image": blob, "alt": str(n)} for n in range(5)])))
    assert "array too big (maximum 4, got 5)" in refused.json()["message"]


def test_a_blob_must_be_there_and_be_what_the_record_says(bluesky):
    blob = bluesky.upload()
    unknown = {**blob, "ref": {"$link": cid.of_bytes(b"noe annet")}}
    for wrong, name in (
        (unknown, "BlobNotFound"),
        ({**blob, "size": blob["size"] + 1}, "InvalidSize"),
        ({**blob, "mimeType": "image/jpeg"}, "InvalidMimeType"),
    ):
        assert bluesky.put(post(**images({"image": wrong, "alt": "x"}))).json()["error"] == name
    bluesky.set(blob_expires_s=0)
    forgotten = bluesky.upload(png(41))
    assert bluesky.put(post(**images({"image": forgotten, "alt": "x"}))).json()["error"] == "BlobNotFound"


def test_what_a_file_is_shows_in_its_bytes_not_in_its_header(bluesky):
    assert bluesky.upload(mime="application/zip")["mimeType"] == "image/png"
    assert bluesky.upload(b"ren tekst", mime="text/plain")["mimeType"] == "text/plain"


def test_a_post_is_shown_with_pictures_card_and_what_can_be_pressed(bluesky):
    text = "Blåbær 🫐 #Tur og lottstift.no @lottstift.test"
    raw = text.encode()

    def place(part: str) -> tuple[int, int]:
        start = raw.index(part.encode())
        return start, start + len(part.encode())

    facets = [
        facet(*place("#Tur"), "tag", tag="Tur"),
        facet(*place("lottstift.no"), "link", uri="https://lottstift.no"),
        facet(*place("@lottstift.test"), "mention", did=DID),
        facet(2, 3, "tag", tag="midt i en å"),
        facet(5000, 5010, "tag", tag="utenfor"),
    ]
    blob = bluesky.upload()
    record = post(
        text, facets=facets, **images({"image": blob, "alt": "Bær", "aspectRatio": {"width": 4, "height": 3}})
    )
    check_record(record)
    assert bluesky.put(record).status_code == 200
    (shown,) = bluesky.posts()
    assert [(p["alt"], p["width"], p["height"]) for p in shown["pictures"]] == [("Bær", 4, 3)]
    assert [link["expanded"] for link in shown["links"]] == ["https://lottstift.no"]
    assert shown["languages"] == ["nb"]
    page = bluesky.http.get(shown["url"]).text
    assert 'href="https://lottstift.no"' in page
    assert f'href="/bluesky/profile/{DID}"' in page
    assert '<span class="tag">#Tur</span>' in page
    assert "midt i en" not in page


def test_what_has_no_facet_is_plain_text(bluesky):
    bluesky.put(post("Se https://lottstift.no og #Tur"))
    (shown,) = bluesky.posts()
    assert shown["links"] == []
    assert 'href="https://lottstift.no' not in bluesky.http.get(shown["url"]).text


def test_a_card_is_the_senders_own(bluesky):
    thumb = bluesky.upload()
    card = {"uri": "https://lottstift.example/l/1", "title": "Tittel", "description": "Ingress", "thumb": thumb}
    bluesky.put(post(embed={"$type": "app.bsky.embed.external", "external": card}))
    (link,) = bluesky.posts()[0]["links"]
    assert (link["title"], link["description"], link["host"]) == ("Tittel", "Ingress", "lottstift.example")
    assert bluesky.http.get(link["image"]).content == png()


def test_a_deleted_record_is_gone_and_may_be_deleted_again(bluesky):
    bluesky.put(post())
    body = {"repo": DID, "collection": COLLECTION, "rkey": KEY}
    assert "commit" in bluesky.call("POST", "com.atproto.repo.deleteRecord", json=body).json()
    assert bluesky.get().json()["error"] == "RecordNotFound"
    assert bluesky.call("POST", "com.atproto.repo.deleteRecord", json=body).json() == {}
    assert bluesky.posts() == []
    assert bluesky.put(post()).status_code == 200
    assert len(bluesky.posts()) == 1


def test_the_list_is_newest_first_in_pages(bluesky):
    keys = [f"3lbqzzzzzzz2{sign}" for sign in "abcde"]
    for key in keys:
        bluesky.put(post(key), rkey=key)
    found: list[str] = []
    params = {"repo": "lottstift.test", "collection": COLLECTION, "limit": 2}
    for _ in range(3):
        page = bluesky.call("GET", "com.atproto.repo.listRecords", token="", params=params).json()
        found += [record["value"]["text"] for record in page["records"]]
        params["cursor"] = page["cursor"]
    assert found == keys[::-1]
    last = bluesky.call("GET", "com.atproto.repo.listRecords", token="", params=params).json()
    assert last == {"records": []}
    params = {"repo": DID, "collection": COLLECTION, "limit": 2, "reverse": "true"}
    page = bluesky.call("GET", "com.atproto.repo.listRecords", token="", params=params).json()
    assert [record["value"]["text"] for record in page["records"]] == keys[:2]


def test_keys_that_are_missing_bad_or_for_another_account_are_told_apart(bluesky):
    record = {"repo": DID, "collection": COLLECTION, "rkey": KEY, "record": post()}
    nsid = "com.atproto.repo.putRecord"
    for token, status, name in (("", 401, "AuthMissing"), ("tull", 400, "InvalidToken")):
        answer = bluesky.call("POST", nsid, token=token, json=record)
        assert (answer.status_code, answer.json()["error"]) == (status, name)
    other = {"name": "Andre", "handle": "andre.test", "token": "andre-token-123"}
    assert bluesky.http.post("/_sandbox/bluesky/accounts", json=other).status_code == 201
    answer = bluesky.call("POST", nsid, token="andre-token-123", json=record)
    assert (answer.status_code, answer.json()["error"]) == (401, "AuthenticationRequired")
    answer = bluesky.call("POST", nsid, json={**record, "repo": "did:plc:ukjentukjentukjentukjent"})
    assert (answer.status_code, answer.json()["error"]) == (403, "AccountNotFound")
    assert bluesky.posts() == []


def test_a_closed_account_may_not_write(bluesky):
    closed = {"name": "Stengt", "handle": "stengt.test", "token": "stengt-token-1", "status": "takendown"}
    bluesky.http.post("/_sandbox/bluesky/accounts", json=closed)
    answer = bluesky.call("POST", "com.atproto.repo.uploadBlob", token="stengt-token-1", content=png())
    assert (answer.status_code, answer.json()["error"]) == (403, "AccountTakedown")


def test_an_app_password_is_traded_for_a_session_that_can_write(bluesky):
    session = bluesky.sign_in().json()
    assert session["did"] == DID
    told = bluesky.call("GET", "com.atproto.server.getSession", token=session["accessJwt"]).json()
    assert told == {"handle": "lottstift.test", "did": DID, "active": True}
    assert bluesky.call("GET", "com.atproto.server.getSession", token=session["refreshJwt"]).status_code == 400
    body = {"repo": DID, "collection": COLLECTION, "rkey": KEY, "record": post()}
    written = bluesky.call("POST", "com.atproto.repo.putRecord", token=session["accessJwt"], json=body)
    assert written.status_code == 200


@pytest.mark.parametrize(("name", "password"), [("lottstift.test", "feil"), ("ingen.test", "sand-kass-eneb-lues")])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(bluesky, name, password):
    answer = bluesky.sign_in(name, password)
    assert answer.status_code == 401
    assert answer.json() == {"error": "AuthenticationRequired", "message": "Invalid identifier or password"}


def test_a_password_does_not_stand_in_the_journal(bluesky):
    bluesky.sign_in()
    assert "sand-kass-eneb-lues" not in json.dumps(bluesky.requests())


def test_a_renewal_key_rotates_and_the_old_one_dies_after_a_while(bluesky):
    refresh = "com.atproto.server.refreshSession"
    first = bluesky.sign_in().json()
    second = bluesky.call("POST", refresh, token=first["refreshJwt"]).json()
    assert second["refreshJwt"] != first["refreshJwt"]
    again = bluesky.call("POST", refresh, token=first["refreshJwt"]).json()
    assert again["refreshJwt"] == second["refreshJwt"]
    bluesky.set(refresh_grace_s=0)
    dead = bluesky.call("POST", refresh, token=first["refreshJwt"])
    assert (dead.status_code, dead.json()["error"]) == (400, "ExpiredToken")
    assert bluesky.call("POST", refresh, token=second["refreshJwt"]).status_code == 200
    assert bluesky.call("POST", refresh, token=first["accessJwt"]).json()["error"] == "InvalidToken"


def test_a_short_key_runs_out_and_a_session_can_be_ended(bluesky):
    bluesky.set(access_s=-1)
    session = bluesky.sign_in().json()
    answer = bluesky.call("GET", "com.atproto.server.getSession", token=session["accessJwt"])
    assert (answer.status_code, answer.json()["error"]) == (400, "ExpiredToken")
    ended = bluesky.call("POST", "com.atproto.server.deleteSession", token=session["refreshJwt"])
    assert ended.status_code == 200
    again = bluesky.call("POST", "com.atproto.server.refreshSession", token=session["refreshJwt"])
    assert again.json() == {"error": "ExpiredToken", "message": "Token has been revoked"}


def test_points_are_counted_and_the_nearest_limit_is_told(bluesky):
    bluesky.set(limits={"writes-hour": 5})
    first = bluesky.put(post())
    assert (first.headers["ratelimit-limit"], first.headers["ratelimit-remaining"]) == ("5", "3")
    bluesky.put(post("To"), rkey="3lbqzzzzzzz23")
    refused = bluesky.put(post("Tre"), rkey="3lbqzzzzzzz24")
    assert (refused.status_code, refused.json()["error"]) == (429, "RateLimitExceeded")
    assert refused.headers["ratelimit-policy"] == "5;w=3600"
    assert len(bluesky.posts()) == 2
    assert bluesky.get().status_code == 200


def test_sign_ins_are_few(bluesky):
    bluesky.set(limits={"sign-in": 2})
    assert [bluesky.sign_in().status_code for _ in range(3)] == [200, 200, 429]


def test_names_are_resolved_and_unknown_ones_said_so(bluesky):
    nsid = "com.atproto.identity.resolveHandle"
    assert bluesky.call("GET", nsid, token="", params={"handle": "lottstift.test"}).json() == {"did": DID}
    unknown = bluesky.call("GET", nsid, token="", params={"handle": "ingen.test"})
    assert (unknown.status_code, unknown.json()["error"]) == (400, "HandleNotFound")
    assert bluesky.call("GET", nsid, token="", params={"handle": "ikke et navn"}).status_code == 400
    profile = bluesky.call("GET", "app.bsky.actor.getProfile", params={"actor": DID}).json()
    assert profile["displayName"] == "Lotteri- og stiftelsestilsynet"


def test_an_unclear_answer_comes_with_the_record_written(bluesky):
    bluesky.fault("status_after", status=500)
    answer = bluesky.put(post())
    assert answer.json() == {"error": "InternalServerError", "message": "Internal Server Error"}
    assert bluesky.get().status_code == 200


def test_alt_texts_and_the_end_of_a_text_can_be_lost(bluesky):
    blob = bluesky.upload()
    bluesky.fault("drop_alt")
    bluesky.put(post(**images({"image": blob, "alt": "Bær"})))
    assert bluesky.get().json()["value"]["embed"]["images"][0]["alt"] == ""
    bluesky.fault("cut_text", length=5)
    bluesky.put(post("En lengre tekst"), rkey="3lbqzzzzzzz23")
    assert bluesky.get("3lbqzzzzzzz23").json()["value"]["text"] == "En le"


def test_feed_profile_and_post_pass_axe_in_light_and_dark(bluesky, new_page, axe):
    blob = bluesky.upload(png(400, 300))
    first = bluesky.put(post("Del 1 av 2")).json()
    ref = {"uri": first["uri"], "cid": first["cid"]}
    bluesky.put(post("Del 2 av 2", reply={"root": ref, "parent": ref}), rkey="3lbqzzzzzzz23")
    bluesky.put(post("Fire", **images(*[{"image": blob, "alt": f"Bilde {n}"} for n in range(4)])), rkey="3lbqzzzzzzz24")
    for scheme, width in (("light", 1440), ("dark", 390), ("light", 320)):
        page = new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
        for path in ("/bluesky", "/bluesky/profile/lottstift.test", f"/bluesky/profile/{DID}/post/3lbqzzzzzzz24"):
            page.goto(bluesky.server.url + path)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
