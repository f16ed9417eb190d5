"""Mastodon through the ledger and the desk, over real HTTP to the pretend server: one post and no second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from samspill.channels.contract import (
    Account,
    Action,
    Capabilities,
    Context,
    Done,
    Later,
    Link,
    Picture,
    Post,
    Reason,
    Refused,
    Seen,
)
from samspill.channels.http import Client
from samspill.channels.models import Channel
from samspill.channels.registry import platform
from samspill.delivery import decide, ledger, trouble
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from samspill.library.freeze import freeze
from tests.pictures import jpeg
from tests.rooms.channels.connecting import Person, query
from tests.rooms.delivery.conftest import World, until

MASTODON = platform("mastodon")
WRITE = {"operation": "createStatus"}
ACCOUNT = "109300000000000001"
TEXT = "Fristen er 1. september. <Spør> @lottstift & @ola@annen.no 🫐\n\nHilsen #Tilsynet"


@pytest.fixture
def world(sandbox: Any, settings: Any) -> World:
    settings.SAMSPILL_REQUEST_SECONDS = 0.7
    settings.SAMSPILL_SETTLE_SECONDS = 0.5
    world = World(sandbox.url)
    world.set("mastodon", list_lag_s=0, processing_s=0)
    return world


@pytest.fixture
def editor(transactional_db: None) -> Any:
    return get_user_model().objects.create_user("ingrid", password="en lang prøvesetning 1")


@pytest.fixture
def channel(world: World, transactional_db: None) -> Channel:
    channel = Channel(
        platform="mastodon", name="Tilsynet", base_url=f"{world.url}/mastodon", external_id=ACCOUNT, mode="sandbox",
        handle="lottstift",
    )  # fmt: skip
    channel.set_credentials({"access_token": "sandbox-mastodon-token"})
    channel.save()
    return channel


@pytest.fixture
def deliver(channel: Channel, editor: Any) -> Callable[..., Delivery]:
    """An approved delivery with two pictures that is due now."""

    def make(text: str = TEXT, pictures: int = 2) -> Delivery:
        delivery = ledger.plan(channel, title="Momskompensasjon", destination="https://tilsynet.invalid/sak")
        link = Link(f"https://nyheter.example.no/l/{delivery.code}", "Momskompensasjon", "Søk innen fristen")
        shown = []
        for number in range(pictures):
            frozen = freeze(jpeg(320 + number, 200), "image/jpeg", 320 + number, 200)
            shown.append(
                Picture(frozen.sha256, frozen.mime, 320 + number, 200, frozen.size, f"Bilde {number}", "nb", "b.jpg")
            )
        now = timezone.now()
        post = Post(text, "nn", link=link, pictures=tuple(shown))
        ledger.approve(delivery, post, by=editor, lapses_at=now + timedelta(hours=72), due_at=now)
        ledger.release_due()
        delivery.refresh_from_db()
        return delivery

    return make


def test_a_post_goes_out_and_is_read_back_as_it_was_sent(world, deliver):
    delivery = until(deliver(), State.CONFIRMED)
    (shown,) = world.posts("mastodon")
    assert (delivery.external_id, delivery.differences) == (shown["id"], [])
    assert delivery.external_url == shown["url"]
    assert [picture["alt"] for picture in shown["pictures"]] == ["Bilde 0", "Bilde 1"]
    assert shown["links"][0]["expanded"].endswith(delivery.code)
    assert (shown["language"], shown["visibility"]) == ("nn", "public")
    (sent,) = [each for each in world.requests("mastodon") if each["operation"] == "createStatus"]
    assert sent["headers"]["Idempotency-Key"] == delivery.code


def test_a_picture_that_the_server_works_on_is_waited_for(world, deliver):
    world.set("mastodon", processing_s=0.4)
    until(deliver(pictures=1), State.CONFIRMED)
    asked = [each["status"] for each in world.requests("mastodon") if each["operation"] == "getMedia"]
    assert asked[-1] == 200
    assert len(world.posts("mastodon")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status_after", "status": 500},
        {"kind": "status_after", "status": 502, "body": "<html>Bad gateway</html>"},
        {"kind": "status_after", "status": 503},
        {"kind": "status_before", "status": 500},
        {"kind": "status_before", "status": 503},
        {"kind": "cut_after"},
        {"kind": "cut_after", "at": "body"},
        {"kind": "cut_before"},
        {"kind": "timeout_after"},
        {"kind": "timeout_before"},
        {"kind": "late_effect", "seconds": 0.3},
        {"kind": "malformed", "body": "html"},
        {"kind": "malformed", "body": "empty"},
        {"kind": "malformed", "body": "truncated_json"},
        {"kind": "malformed", "body": "no_id"},
        {"kind": "redirect"},
        {"kind": "redirect", "effect": True},
        {"kind": "gzip_bomb"},
        {"kind": "duplicate_true"},
        {"kind": "duplicate_false"},
    ],
    ids=lambda fault: "-".join(str(value)[:20] for value in fault.values()),
)
def test_whatever_the_answer_one_post_and_no_second(fault, world, deliver):
    world.fault("mastodon", times=1, match=WRITE, **fault)
    delivery = until(deliver(pictures=0), State.CONFIRMED)
    (shown,) = world.posts("mastodon")
    assert delivery.external_id == shown["id"]


def test_a_post_that_lists_hide_is_not_made_twice_since_the_key_is_the_same(world, deliver):
    world.fault("mastodon", "hidden_list", times=1, seconds=60)
    world.fault("mastodon", "cut_after", times=1, match=WRITE)
    delivery = until(deliver(pictures=0), State.CONFIRMED)
    assert [shown["id"] for shown in world.posts("mastodon")] == [delivery.external_id]
    keys = {e["headers"]["Idempotency-Key"] for e in world.requests("mastodon") if e["operation"] == "createStatus"}
    assert keys == {delivery.code}


def test_a_text_over_the_servers_own_limit_is_refused_before_it_leaves_and_one_below_it_goes(world, channel, deliver):
    world.set("mastodon", max_characters=5000)
    assert MASTODON.check(Post("a" * 3000), channel.account())[0].code == "too_long"
    assert isinstance(trouble.verify(channel), Done)
    channel.refresh_from_db()
    assert channel.options["text_limit"] == "5000"
    assert MASTODON.check(Post("a" * 3000), channel.account()) == []
    assert channel.capabilities().text_limit == 5000
    until(deliver("a" * 3000, pictures=0), State.CONFIRMED)
    assert len(world.posts("mastodon")[0]["raw_text"]) > 3000


def test_a_published_post_is_taken_back(world, deliver, editor):
    delivery = until(deliver(pictures=0), State.CONFIRMED)
    until(decide.withdraw(delivery, by=editor), State.CONFIRMED)
    assert world.posts("mastodon") == []


# --- the adapter itself against the server -------------------------------------------------------


@pytest.fixture
def where(world: World) -> Context:
    account = Account("1", f"{world.url}/mastodon", ACCOUNT, "lottstift", {"access_token": "sandbox-mastodon-token"})
    return Context(account, Client(), lambda file: jpeg(file.width, file.height), timezone.now, "k1", timezone.now())


def performed(action: Action, post: Post, where: Context, target: str = "") -> dict[str, Any]:
    """All steps in order; what the server works on is waited for."""
    done: dict[str, Any] = {}
    for step in MASTODON.plan(action, post):
        for _ in range(20):
            done[step.name] = MASTODON.perform(action, step, post, done, target, where)
            if not isinstance(done[step.name], Later):
                break
        if not isinstance(done[step.name], Done):
            break
    return done


def photo(number: int, alt: str) -> Picture:
    return Picture(f"{number:064x}", "image/jpeg", 320 + number, 200, 9000, alt)


def test_a_change_replaces_text_pictures_and_alt_and_is_read_back_so(world, where):
    made = performed(Action.PUBLISH, Post("Før", pictures=(photo(1, "En hund"),)), where)["post"]
    after = Post("Etter", pictures=(photo(2, "En katt"), photo(3, "En ulv")))
    assert performed(Action.EDIT, after, where, made.id)["edit"] == Done(made.id, made.url)
    assert MASTODON.read_back(after, made.id, where) == Seen(made.id, made.url)
    (shown,) = world.posts("mastodon")
    assert [each["alt"] for each in shown["pictures"]] == ["En katt", "En ulv"]
    assert shown["edited"]
    assert MASTODON.read_back(Post("Før"), made.id, where).differences == ("text_differs",)


def test_a_thread_hangs_together(world, where):
    from dataclasses import replace

    first = performed(Action.PUBLISH, Post("Ein"), where)["post"]
    second = performed(Action.PUBLISH, Post("To"), replace(where, key="k2"), first.id)["post"]
    assert [each["reply_to"] for each in world.posts("mastodon")] == [first.id, None]
    assert second.id != first.id
    assert performed(Action.PUBLISH, Post("To"), replace(where, key="k2"), first.id)["post"].id == second.id


@pytest.mark.parametrize("sign", ["a", "æ", "e\u0301", "👨‍👩‍👧‍👦", "🇳🇴", "中"])
def test_the_server_takes_just_as_many_signs_as_we_count(world, where, sign):
    from dataclasses import replace

    ending = " https://www.lottstift.no/en/lang/sti/som/er/lang @ola@en.annen.server.no"
    room = 500 - MASTODON.count(ending).length
    fits, over = sign * room + ending, sign * (room + 1) + ending
    assert MASTODON.count(fits).length == 500
    assert isinstance(performed(Action.PUBLISH, Post(fits), where)["post"], Done)
    refused = performed(Action.PUBLISH, Post(over), replace(where, key="k2"))["post"]
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.TEXT_TOO_LONG


def test_what_the_server_tells_of_itself_is_what_it_holds_to(world, where):
    world.set("mastodon", description_limit=20, image_matrix_limit=5000)
    told = MASTODON.verify(where)
    assert isinstance(told, Done)
    account = Account("1", where.account.base_url, ACCOUNT, options=told.data["options"])
    rules: Capabilities = MASTODON.capabilities(account)
    assert (rules.pictures.alt_limit, rules.pictures.max_pixels) == (20, 5000)
    problems = MASTODON.check(Post("Hei", pictures=(photo(1, "a" * 21),)), account)
    assert {problem.code for problem in problems} == {"alt_too_long", "picture_too_large"}
    refused = performed(Action.PUBLISH, Post("Hei", pictures=(photo(1, "a" * 21),)), where)["upload:1"]
    assert isinstance(refused, Refused)


# --- connecting ------------------------------------------------------------------------------------

SCOPES = ["write:statuses", "write:media", "read:statuses", "read:accounts"]


@pytest.fixture
def kari(world: World, transactional_db: None, settings: Any) -> Person:
    settings.SAMSPILL_SANDBOX_URL = world.url
    return Person(get_user_model().objects.create_superuser("kari", "kari@example.no", "en lang prøvesetning 1"))


def test_an_account_is_connected_by_an_app_that_registers_itself_and_taken_back_again(world, kari):
    world.set("mastodon", max_characters=5000)
    page = kari.begin("mastodon", server="")
    assert query(page)["scope"].split() == SCOPES
    kari.come_back(kari.consent(page, accounts=[ACCOUNT], scopes=SCOPES))
    channel = Channel.objects.get(platform="mastodon")
    assert (channel.external_id, channel.handle) == (ACCOUNT, "lottstift")
    assert channel.options["text_limit"] == "5000"
    assert channel.scopes is not None
    assert sorted(channel.scopes) == sorted(SCOPES)
    assert isinstance(trouble.verify(channel), Done)
    account = channel.account()
    app = MASTODON.connection.register(account.base_url, "http://127.0.0.1:8000/tilbake", Client())
    assert isinstance(MASTODON.connection.revoke(account, app, Client(), timezone.now()), Done)
    dead = trouble.verify(channel)
    assert isinstance(dead, Refused)
    assert dead.reason is Reason.TOKEN_DEAD


def test_a_no_on_the_servers_page_connects_nothing(world, kari):
    kari.come_back(kari.consent(kari.begin("mastodon", server=""), say="nei", accounts=[ACCOUNT], scopes=SCOPES))
    assert not Channel.objects.filter(platform="mastodon").exists()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "status_before", "status": 422, "message": "Validation failed: no"}, Reason.APP_REFUSED),
        ({"kind": "status_before", "status": 503}, Reason.PLATFORM_DOWN),
        ({"kind": "malformed", "body": "html"}, Reason.UNREADABLE_ANSWER),
        ({"kind": "cut_before"}, Reason.CONNECTION_LOST),
        ({"kind": "redirect"}, Reason.UNREADABLE_ANSWER),
    ],
)
def test_a_server_that_registers_no_app_says_why(world, fault, reason):
    world.fault("mastodon", times=1, match={"operation": "createApp"}, **fault)
    told = MASTODON.connection.register(f"{world.url}/mastodon", "http://127.0.0.1:8000/tilbake", Client())
    assert getattr(told, "reason", None) is reason


def test_a_code_that_is_wrong_or_used_gives_no_key(world):
    app = MASTODON.connection.register(f"{world.url}/mastodon", "http://127.0.0.1:8000/tilbake", Client())
    told = MASTODON.connection.finish(app, "feil", "v" * 50, "http://127.0.0.1:8000/tilbake", Client(), timezone.now())
    assert isinstance(told, Refused)
    assert not MASTODON.connection.can_refresh(Account("", app.base_url, "", credentials={"access_token": "a"}))
