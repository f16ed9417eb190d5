"""What others met on X, Facebook and LinkedIn, one by one: error bodies as the platforms send them, by real HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from samspill.channels.contract import Reason
from samspill.delivery.models import Delivery
from samspill.delivery.states import State
from tests.rooms.delivery.conftest import World, turn, until

CREATE: dict[str, dict[str, str]] = {
    "x": {"method": "POST", "path": "/2/tweets$"},
    "facebook": {"method": "POST", "path": "/feed$"},
    "linkedin": {"method": "POST", "path": "/rest/posts$"},
}


def facebook_error(code: int, subcode: int = 0, message: str = "An unknown error occurred") -> dict[str, Any]:
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Abc"}
    return {"error": {**error, **({"error_subcode": subcode} if subcode else {})}}


def answers(world: World, platform: str, status: int, body: Any, *, after: bool, times: int | None = 1) -> None:
    kind = "status_after" if after else "status_before"
    world.fault(platform, kind, status=status, body=body, match=CREATE[platform], times=times)


def tried_once(delivery: Delivery) -> Delivery:
    turn(delivery)
    delivery.refresh_from_db()
    delivery.channel.refresh_from_db()
    return delivery


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, facebook_error(2, message="Please retry your request later.")),
        (500, facebook_error(1, 99)),
        (400, facebook_error(1, 99)),
        (502, "<html>Sorry, something went wrong</html>"),
    ],
)
def test_facebook_says_error_although_it_published(world, deliver, status, body):
    delivery = deliver("facebook")
    answers(world, "facebook", status, body, after=True)
    until(delivery, State.CONFIRMED)
    assert len(world.posts("facebook")) == 1
    assert delivery.attempts.first().outcome == "unknown"


def test_facebook_says_368_too_fast_and_the_channel_waits(world, deliver):
    answers(world, "facebook", 400, facebook_error(368, 1390008), after=False)
    delivery = tried_once(deliver("facebook"))
    assert (delivery.state, delivery.reason) == (State.DUE, Reason.RATE_LIMITED)
    assert delivery.channel.held_until is not None


def test_facebook_says_368_already_posted_with_nothing_to_see_and_a_person_decides(world, deliver):
    body = facebook_error(368, message="It looks like you have already posted this")
    answers(world, "facebook", 400, body, after=False, times=None)
    delivery = until(deliver("facebook"), State.NEEDS_PERSON)
    assert world.posts("facebook") == []
    assert delivery.attempts.filter(outcome="absent").exists()


def test_facebook_says_368_blocked_and_the_channel_stops(world, deliver):
    answers(world, "facebook", 400, facebook_error(368, message="You're temporarily blocked"), after=False)
    delivery = tried_once(deliver("facebook"))
    assert (delivery.state, delivery.channel.trouble) == (State.DUE, Reason.ACCOUNT_BLOCKED)


@pytest.mark.parametrize(
    ("code", "subcode", "trouble"),
    [
        (190, 459, Reason.CHECKPOINT),
        (190, 492, Reason.ROLE_LOST),
        (190, 463, Reason.TOKEN_DEAD),
        (200, 0, Reason.PERMISSION_MISSING),
        (100, 33, Reason.ACCOUNT_GONE),
    ],
)
def test_facebook_says_why_a_key_is_dead_and_each_reason_has_its_own_word(world, deliver, code, subcode, trouble):
    answers(world, "facebook", 400, facebook_error(code, subcode), after=False)
    delivery = tried_once(deliver("facebook"))
    assert (delivery.state, delivery.channel.trouble) == (State.DUE, trouble)


@pytest.mark.parametrize("platform", ["x", "facebook", "linkedin"])
def test_an_outage_page_for_ever_is_not_repeated_for_ever(world, deliver, platform):
    answers(world, platform, 503, "<html>We'll be back soon</html>", after=False, times=None)
    delivery = until(deliver(platform), State.NEEDS_PERSON, tries=120)
    assert len([r for r in world.requests(platform) if r["method"] == "POST"]) <= 3
    assert delivery.reason == "unclear_too_often"


@pytest.mark.parametrize(
    "detail",
    [
        "You are not permitted to reply to this post.",
        "You attempted to reply to a Tweet that is deleted or not visible to you.",
        "You are not allowed to mention users who did not summon you.",
        "Something that nobody has met before.",
    ],
)
def test_x_forbids_and_it_is_done_by_hand_and_never_repeated(world, deliver, detail):
    body = {"title": "Forbidden", "detail": detail, "type": "about:blank", "status": 403}
    answers(world, "x", 403, body, after=False, times=None)
    delivery = tried_once(deliver("x"))
    assert (delivery.state, delivery.reason) == (State.BY_HAND, Reason.NOT_ALLOWED_BY_API)
    assert not turn(delivery)


def test_x_refuses_a_copy_and_names_no_id_but_the_post_is_there(world, deliver):
    delivery = deliver("x")
    world.fault("x", "duplicate_true", match=CREATE["x"], times=1)
    until(delivery, State.CONFIRMED)
    assert delivery.external_id
    assert len(world.posts("x")) == 1


def test_linkedin_names_a_ghost_and_a_person_decides(world, deliver):
    delivery = deliver("linkedin")
    world.fault("linkedin", "ghost", match=CREATE["linkedin"], times=None)
    until(delivery, State.NEEDS_PERSON)
    assert "not there" in delivery.detail
    assert world.posts("linkedin") == []


def test_linkedin_ends_a_version_and_the_posts_wait(world, deliver):
    body = {"status": 426, "code": "NONEXISTENT_VERSION", "message": "Requested version 20240101 is not active"}
    answers(world, "linkedin", 426, body, after=False)
    delivery = tried_once(deliver("linkedin"))
    assert (delivery.state, delivery.channel.trouble) == (State.DUE, Reason.VERSION_ENDED)


def test_linkedin_cuts_a_text_in_silence_and_a_person_hears_of_it(world, deliver):
    from tests.rooms.delivery.conftest import let_time_pass

    delivery = deliver("linkedin")
    world.fault("linkedin", "cut_text", length=5)
    for _ in range(40):
        turn(delivery)
        delivery.refresh_from_db()
        if delivery.differences and delivery.next_try_at is None:
            break
        let_time_pass(delivery, 70)
    assert "text_cut" in delivery.differences
    assert len(world.posts("linkedin")) == 1


def test_linkedin_takes_brackets_and_underscores_whole(world, deliver):
    until(deliver("linkedin", text="Søk (innen fristen) om momskompensasjon_2026 * ~ <nå> @deg"), State.CONFIRMED)
    assert "(innen fristen) om momskompensasjon_2026 * ~ <nå> @deg" in world.posts("linkedin")[0]["text"]


def test_linkedins_picture_that_cannot_be_processed_stops_the_post(world, deliver, picture):
    delivery = deliver("linkedin", pictures=(picture,))
    world.fault("linkedin", "failed_processing", times=None)
    until(delivery, State.REFUSED)
    assert delivery.reason == Reason.MEDIA_FAILED
    assert world.posts("linkedin") == []


def test_linkedin_is_waited_for_until_the_picture_is_ready(world, deliver, picture):
    world.set("linkedin", processing_s=1.0)
    delivery = until(deliver("linkedin", pictures=(picture,)), State.CONFIRMED)
    assert delivery.attempts.filter(reason=Reason.MEDIA_PROCESSING).exists()
    assert world.posts("linkedin")[0]["pictures"]
