"""The adapter against the personal data server that others wrote: what it takes, what it keeps, what it answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from samspill.channels.connect_contract import App, Grant
from samspill.channels.contract import (
    Absent,
    Account,
    Action,
    Context,
    Document,
    Done,
    Found,
    Link,
    Picture,
    Post,
    Reason,
    Redo,
    Refusal,
    Refused,
    Seen,
    Unknown,
)
from samspill.channels.http import Client
from samspill.channels.registry import platform
from tests.rooms.channels import worlds
from tests.rooms.channels.pds.running import DataServer, data_server
from tests.rooms.sandbox.conftest import png

pytestmark = pytest.mark.slow
BLUESKY = platform("bluesky")
FILES: dict[str, bytes] = {}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataServer]:
    with data_server(tmp_path_factory.mktemp("pds")) as running:
        yield running


@pytest.fixture(scope="module")
def signed_in(server: DataServer) -> Account:
    """An account that was connected the way the desk does it."""
    made = server.account("tilsyn.test")
    grant = BLUESKY.connection.sign_in(  # type: ignore[attr-defined]
        server.url, " @tilsyn.test\u202c", made["app_password"], Client(), datetime.now(UTC)
    )
    assert isinstance(grant, Grant), grant
    chosen = grant.accounts[0]
    assert (chosen.external_id, chosen.handle, grant.scopes) == (made["did"], "tilsyn.test", None)
    return Account("bluesky", server.url, chosen.external_id, chosen.handle, grant.credentials)


def picture(number: int, alt: str, padding: int = 0) -> Picture:
    data = png(40 + number, 30, padding)
    sha256 = hashlib.sha256(data).hexdigest()
    FILES[sha256] = data
    return Picture(sha256, "image/png", 40 + number, 30, len(data), alt)


def read(thing: Picture | Document) -> bytes:
    return FILES[thing.sha256]


def context(account: Account, key: str, since: datetime | None = None) -> Context:
    return Context(account, Client(), read, lambda: datetime.now(UTC), key, since or datetime.now(UTC))


def published(where: Context, post: Post, target: str = "") -> Done:
    results = worlds.perform_all(BLUESKY, Action.PUBLISH, post, where, target)
    final = results.get("post")
    assert isinstance(final, Done), results
    return final


def record_of(server: DataServer, done: Done) -> dict[str, Any]:
    did, collection, rkey = done.id.removeprefix("at://").split("/")
    params = {"repo": did, "collection": collection, "rkey": rkey}
    answer = server.ask("GET", "com.atproto.repo.getRecord", params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["value"]
    return found


def test_a_post_with_pictures_alt_texts_and_facets_is_kept_as_it_was_sent(server, signed_in):
    post = Post(
        "Blåbærtur 🫐 for #Frivillige, se lottstift.no/søk. Takk til @tilsyn.test og @ingen.test",
        "nb",
        tuple(picture(n, f"Bilde nummer {n}: ei jente på fjellet, «æøå»") for n in range(1, 5)),
        worlds.LINK,
    )
    done = published(context(signed_in, "fire-bilder"), post)
    kept = record_of(server, done)
    assert kept["text"].endswith("@ingen.test\nhttps://lottstift.example/l/Ab3dE")
    assert kept["langs"] == ["nb"]
    images = kept["embed"]["images"]
    assert [image["alt"] for image in images] == [each.alt for each in post.pictures]
    assert images[1]["aspectRatio"] == {"width": 42, "height": 30}
    assert [image["image"]["size"] for image in images] == [each.size for each in post.pictures]
    raw = kept["text"].encode()
    pressed = [
        (raw[f["index"]["byteStart"] : f["index"]["byteEnd"]].decode(), f["features"][0]) for f in kept["facets"]
    ]
    kind = "app.bsky.richtext.facet#"
    assert pressed == [
        ("#Frivillige", {"$type": kind + "tag", "tag": "Frivillige"}),
        ("lottstift.no/søk", {"$type": kind + "link", "uri": "https://lottstift.no/søk"}),
        ("@tilsyn.test", {"$type": kind + "mention", "did": signed_in.external_id}),
        ("https://lottstift.example/l/Ab3dE", {"$type": kind + "link", "uri": "https://lottstift.example/l/Ab3dE"}),
    ]
    seen = BLUESKY.read_back(post, done.id, context(signed_in, "fire-bilder"))
    assert isinstance(seen, Seen)
    assert seen.differences == ()


def test_the_same_step_twice_is_one_record_and_no_new_commit(server, signed_in):
    post = Post("Samme steg to ganger", pictures=(picture(9, "Ein hund"),), link=None)
    where = context(signed_in, "to-ganger")
    before = len(server.records(signed_in.external_id))
    first = published(where, post)
    commit = server.revision(signed_in.external_id)
    # A worker that was killed before it could note the answer does all of it again, later, from the same delivery.
    again = published(replace(where, now=lambda: datetime.now(UTC) + timedelta(minutes=7)), post)
    assert (again.id, again.data) == (first.id, first.data)
    assert len(server.records(signed_in.external_id)) == before + 1
    assert server.revision(signed_in.external_id) == commit


def test_another_delivery_of_the_same_text_is_another_record(server, signed_in):
    since, post = datetime.now(UTC), Post("Samme tekst, ny utsending")
    one = published(context(signed_in, "en", since), post)
    two = published(context(signed_in, "to", since), post)
    assert one.id != two.id
    assert record_of(server, one) == record_of(server, two)


def test_a_post_is_found_by_its_key_and_a_missing_one_is_surely_missing(signed_in):
    post, where = Post("Let etter meg"), context(signed_in, "let")
    step = BLUESKY.plan(Action.PUBLISH, post)[-1]
    prepared = BLUESKY.perform(Action.PUBLISH, BLUESKY.plan(Action.PUBLISH, post)[0], post, {}, "", where)
    assert isinstance(prepared, Done)
    done = {"record": prepared}
    assert BLUESKY.find(Action.PUBLISH, step, post, done, where.now(), "", where) == Absent(
        final=True, detail="the account has no record under the key that was chosen"
    )
    final = BLUESKY.perform(Action.PUBLISH, step, post, done, "", where)
    found = BLUESKY.find(Action.PUBLISH, step, post, done, where.now(), "", where)
    assert isinstance(final, Done)
    assert isinstance(found, Found)
    assert (found.id, found.url) == (final.id, final.url)


def test_a_delete_takes_the_record_away_and_may_be_repeated(server, signed_in):
    post, where = Post("Denne trekkes tilbake"), context(signed_in, "slett")
    done = published(where, post)
    (step,) = BLUESKY.plan(Action.DELETE, post)
    assert isinstance(BLUESKY.perform(Action.DELETE, step, post, {}, done.id, where), Done)
    assert isinstance(BLUESKY.read_back(post, done.id, where), Absent)
    assert done.id not in [record["uri"] for record in server.records(signed_in.external_id)]
    assert isinstance(BLUESKY.perform(Action.DELETE, step, post, {}, done.id, where), Done)


def test_a_thread_names_its_root_and_its_parent(server, signed_in):
    first = published(context(signed_in, "del-1"), Post("Del 1"))
    second = published(context(signed_in, "del-2"), Post("Del 2"), first.id)
    third = published(context(signed_in, "del-3"), Post("Del 3"), second.id)
    reply = record_of(server, third)["reply"]
    assert reply["root"] == {"uri": first.id, "cid": first.data["cid"]}
    assert reply["parent"] == {"uri": second.id, "cid": second.data["cid"]}


def test_a_card_carries_title_lead_and_thumbnail(server, signed_in):
    thumbnail = picture(20, "")
    done = published(context(signed_in, "kort"), Post("Les mer", link=replace(worlds.LINK, thumbnail=thumbnail)))
    external = record_of(server, done)["embed"]["external"]
    assert (external["uri"], external["title"]) == (worlds.LINK.url, worlds.LINK.title)
    assert external["description"] == worlds.LINK.description
    assert external["thumb"]["size"] == thumbnail.size


@pytest.mark.parametrize("sign", ["a", "é", "e\u0301", "🇳🇴", "👩‍🚒", "1\ufe0f\u20e3", "क्षि", "한", "ด์"])
def test_the_server_takes_just_as_many_signs_as_we_count(signed_in, sign):
    fits = sign * 300
    size = len(fits.encode())
    while size > 3000:
        fits = fits[: -len(sign)]
        size = len(fits.encode())
    counted = BLUESKY.count(fits)
    assert counted.valid
    published(context(signed_in, f"fyll {sign}"), Post(fits))
    over = fits + sign
    assert not BLUESKY.count(over).valid
    results = worlds.perform_all(BLUESKY, Action.PUBLISH, Post(over), context(signed_in, f"over {sign}"))
    assert results["post"].reason is Reason.TEXT_TOO_LONG  # type: ignore[union-attr]


def test_a_picture_over_the_limit_passes_the_upload_and_is_refused_at_the_record(signed_in):
    large = picture(30, "Stort bilde", padding=2_000_000)
    results = worlds.perform_all(BLUESKY, Action.PUBLISH, Post("Stort", pictures=(large,)), context(signed_in, "stort"))
    assert isinstance(results["upload:1"], Done)
    refused = results["post"]
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.kind) == (Reason.MEDIA_REJECTED, Refusal.CHANGE)


def test_pictures_that_the_server_has_forgotten_are_sent_anew(signed_in):
    post = Post("Bilde borte", pictures=(picture(31, "Ein katt"),))
    blob = {"$type": "blob", "ref": {"$link": "bafkreihgtbwdhbyxgxj5e5m7wemrq2nzgqdvhr2gsgkjmcyxnr6o2bbxgu"}}
    done = {
        "upload:1": Done("x", data={"blob": {**blob, "mimeType": "image/png", "size": 12}}),
        "record": Done("3lbqzzzzzzz2k", data={"createdAt": "2026-11-25T13:00:00.000Z"}),
    }
    step = BLUESKY.plan(Action.PUBLISH, post)[-1]
    answer = BLUESKY.perform(Action.PUBLISH, step, post, done, "", context(signed_in, "borte"))
    assert isinstance(answer, Redo), answer
    assert answer.steps == ("upload:1",)


def test_a_dead_key_and_a_wrong_password_are_told_apart_from_a_bad_post(server, signed_in):
    dead = replace(signed_in, credentials={"access_token": "tull.tull.tull"})
    results = worlds.perform_all(BLUESKY, Action.PUBLISH, Post("Hei"), context(dead, "dead"))
    refused = results["post"]
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.kind, refused.status) == (Reason.TOKEN_DEAD, Refusal.ACCOUNT, 400)
    wrong = BLUESKY.connection.sign_in(  # type: ignore[attr-defined]
        server.url, "tilsyn.test", "aaaa-bbbb-cccc-dddd", Client(), datetime.now(UTC)
    )
    assert isinstance(wrong, Refused)
    assert (wrong.reason, wrong.status) == (Reason.TOKEN_DEAD, 401)


def test_a_session_is_renewed_and_ended(server):
    made = server.account("okt.test")
    now = datetime.now(UTC)
    connection = BLUESKY.connection  # type: ignore[attr-defined]
    grant = connection.sign_in(server.url, "okt.test", made["app_password"], Client(), now)
    account = Account("okt", server.url, made["did"], credentials=grant.credentials)
    renewed = connection.refresh(account, App(server.url), Client(), now)
    assert isinstance(renewed, Grant)
    assert renewed.credentials["refresh_token"] != grant.credentials["refresh_token"]
    assert renewed.expires_at is not None
    assert now + timedelta(minutes=30) < renewed.expires_at < now + timedelta(hours=3)
    assert renewed.refresh_expires_at > now + timedelta(days=20)
    account = replace(account, credentials=renewed.credentials)
    verified = BLUESKY.verify(context(account, "verify"))
    assert verified == Done(made["did"], data={"name": "okt.test", "username": "okt.test"})
    assert isinstance(connection.revoke(account, App(server.url), Client(), now), Done)
    ended = connection.refresh(account, App(server.url), Client(), now)
    assert isinstance(ended, Refused)
    assert ended.reason is Reason.TOKEN_DEAD


def test_an_answer_that_never_came_is_unknown_and_found_by_the_key(server, signed_in):
    """The request is cut by us after it has left: the record is there, and is found, not written again."""
    post, where = Post("Svaret kom aldri"), context(signed_in, "stille")
    step = BLUESKY.plan(Action.PUBLISH, post)[-1]
    prepared = BLUESKY.perform(Action.PUBLISH, BLUESKY.plan(Action.PUBLISH, post)[0], post, {}, "", where)
    assert isinstance(prepared, Done)
    tiny = replace(where, http=Client(body_limit=10))
    answer = BLUESKY.perform(Action.PUBLISH, step, post, {"record": prepared}, "", tiny)
    assert isinstance(answer, Unknown), answer
    found = BLUESKY.find(Action.PUBLISH, step, post, {"record": prepared}, where.now(), "", where)
    assert isinstance(found, Found)


def test_what_a_person_wrote_by_hand_is_found_by_its_link(signed_in):
    link = Link("https://lottstift.example/l/Zx9", "Tittel")
    done = published(context(signed_in, "for-hand"), Post("Skrevet for hånd", link=link))
    step = BLUESKY.plan(Action.PUBLISH, Post("x"))[-1]
    where = context(signed_in, "andre")
    found = BLUESKY.find(Action.PUBLISH, step, Post("Noe annet", link=link), {}, where.now(), "", where)
    assert isinstance(found, Found)
    assert found.id == done.id
    other = replace(link, url="https://lottstift.example/l/Zx9y")
    assert isinstance(
        BLUESKY.find(Action.PUBLISH, step, Post("Noe annet", link=other), {}, where.now(), "", where), Absent
    )


RECORD = {"$type": "app.bsky.feed.post", "text": "Hei", "createdAt": "2026-11-25T12:00:00.000Z"}
TAG = {"$type": "app.bsky.richtext.facet#tag", "tag": "x"}
LINKED = {"$type": "app.bsky.richtext.facet#link", "uri": "ikke en adresse"}
BLOB = {"$type": "blob", "ref": {"$link": "bafkreihgtbwdhbyxgxj5e5m7wemrq2nzgqdvhr2gsgkjmcyxnr6o2bbxgu"}}
FILE = {**BLOB, "mimeType": "image/png", "size": 12}


def shown(image: dict[str, Any]) -> dict[str, Any]:
    return {**RECORD, "embed": {"$type": "app.bsky.embed.images", "images": [image]}}


@pytest.mark.parametrize(
    ("record", "rkey"),
    [
        (RECORD, "3lbqzzzzzzz33"),
        (RECORD, "ikke-en-tid"),
        ({**RECORD, "text": "x" * 301}, "3lbqzzzzzzz34"),
        ({**RECORD, "text": "👨‍👩‍👧‍👦" * 121}, "3lbqzzzzzzz34"),
        ({**RECORD, "text": 5}, "3lbqzzzzzzz34"),
        ({**RECORD, "text": None}, "3lbqzzzzzzz34"),
        ({**RECORD, "createdAt": "i går"}, "3lbqzzzzzzz34"),
        ({"$type": "app.bsky.feed.post", "text": "Hei"}, "3lbqzzzzzzz34"),
        ({**RECORD, "langs": ["nb", "nn", "en", "se"]}, "3lbqzzzzzzz34"),
        ({**RECORD, "langs": "nb"}, "3lbqzzzzzzz34"),
        ({**RECORD, "facets": [{"index": {"byteStart": -1, "byteEnd": 2}, "features": [TAG]}]}, "3lbqzzzzzzz34"),
        ({**RECORD, "facets": [{"index": {"byteStart": 0, "byteEnd": 2}, "features": [LINKED]}]}, "3lbqzzzzzzz34"),
        ({**RECORD, "facets": [{"index": {"byteStart": 0, "byteEnd": 900}, "features": [TAG]}]}, "3lbqzzzzzzz35"),
        ({**RECORD, "reply": {"root": {"uri": "at://did:plc:x/app.bsky.feed.post/1"}, "parent": {}}}, "3lbqzzzzzzz34"),
        (shown({"image": FILE}), "3lbqzzzzzzz34"),
        (shown({"image": FILE, "alt": "x"}), "3lbqzzzzzzz34"),
        (shown({"image": {**FILE, "size": 2_000_001}, "alt": "x"}), "3lbqzzzzzzz34"),
        (shown({"image": {**FILE, "mimeType": "text/plain"}, "alt": "x"}), "3lbqzzzzzzz34"),
        (shown({"image": "tull", "alt": "x"}), "3lbqzzzzzzz34"),
        ({**RECORD, "ukjent": {"felt": [1, True, None, "æ"]}}, "3lbqzzzzzzz36"),
        ({**RECORD, "embed": {"$type": "no.ukjent.embed", "x": 1}}, "3lbqzzzzzzz37"),
        ({**RECORD, "brøk": 1.5}, "3lbqzzzzzzz3a"),
        ({**RECORD, "brok": [1, {"tre": 0.5}]}, "3lbqzzzzzzz3a"),
    ],
)
def test_the_pretend_server_answers_a_record_as_the_true_one_does(server, signed_in, sandbox, record, rkey):
    pretend = "did:plc:lottstiftsandbox22222222"
    answers = []
    for url, did, token in (
        (server.url, signed_in.external_id, signed_in.credentials["access_token"]),
        (f"{sandbox.url}/bluesky", pretend, "sandbox-bluesky-token"),
    ):
        body = {"repo": did, "collection": "app.bsky.feed.post", "rkey": rkey, "record": record}
        there = DataServer(url)
        first = there.ask("POST", "com.atproto.repo.putRecord", token, json=body)
        again = there.ask("POST", "com.atproto.repo.putRecord", token, json=body)
        told, second = first.json(), again.json()
        answers.append(
            (first.status_code, told.get("error"), told.get("message"), told.get("cid"), "commit" in told,
             again.status_code, "commit" in second)
        )  # fmt: skip
    assert answers[0] == answers[1]
