"""Moving in the calendar: what goes along, what stays approved, what is refused, two people at once."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from samspill.delivery import ledger
from samspill.delivery.states import State
from samspill.publishing import approve, plan_moves, plans, versions
from samspill.publishing import calendar_grid as grid
from samspill.publishing.models import Version
from samspill.publishing.plan_moves import MoveError, Why
from tests.rooms.publishing import calendar_world as plan
from tests.rooms.publishing.approval_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_an_approved_post_moves_and_what_was_approved_stays(world: World) -> None:
    post = plan.loose_post(world, 1, "10:00", approved=True)
    before = plan.delivery(post)
    answer = plan.send(world.as_(world.ingrid), world.ingrid, post, 2, "09:15")
    assert answer.status_code == 200, answer.content
    assert "onsdag" in answer.json()["say"]
    after = plan.delivery(post)
    assert after.due_at == plan.instant(2, "09:15")
    assert (after.state, after.payload_hash, after.lapses_at) == ("approved", before.payload_hash, before.lapses_at)
    assert plan.fresh(post).review == "approved"
    assert (plan.fresh(post).planned_date, str(plan.fresh(post).planned_time)) == (plan.day(2), "09:15:00")


def test_a_draft_moves_and_who_moves_it_may_still_approve_it(world: World) -> None:
    post = plan.loose_post(world, 1, "10:00")
    assert plan.send(world.as_(world.marte), world.marte, post, 1, "11:00").status_code == 200
    approve.submit_post(plan.fresh(post), world.jonas)
    chosen = approve.full(Version.objects.filter(pk=post.pk))
    approve.approve_versions(None, chosen, world.marte, approve.look_at(None, chosen))
    assert plan.delivery(post).due_at == plan.instant(1, "11:00")


def test_a_planned_story_moves_with_its_posts_and_stays_approved(world: World) -> None:
    following = world.post(world.jonas)
    later = versions.save(
        world.post(world.jonas, world.facebook), world.jonas, base=0, values={"after_amount": 2, "after_unit": "hours"}
    )
    story = plan.plan_story(world, plan.instant(1, "10:00"))
    answer = plan.send(world.as_(world.ingrid), world.ingrid, story, 2, "12:30")
    assert answer.status_code == 200, answer.content
    assert "2 innlegg følger med saken" in answer.json()["say"]
    at = {one.key: one.at for one in plan.items(world.ingrid)}
    assert at[plan.key(story)] == at[plan.key(following)] == plan.instant(2, "12:30")
    assert at[plan.key(later)] == plan.instant(2, "14:30")
    fresh = world.fresh(story)
    assert fresh.go_live_at == fresh.scheduled_revision.approved_go_live_at == plan.instant(2, "12:30")
    assert {plan.delivery(one).state for one in (following, later)} == {"approved"}
    assert not fresh.live


def test_a_moved_story_comes_out_at_its_new_time_and_not_at_the_old(world: World) -> None:
    post = world.post(world.jonas)
    story = plan.plan_story(world, timezone.now() + timedelta(days=3))
    old = story.go_live_at
    revision = story.scheduled_revision
    at = plan.item(world.ingrid, plan.key(story))
    plan_moves.move(world.ingrid, plan_moves.read([at.what]), (old + timedelta(days=1)).date(), old.time())
    moved = Revision.objects.get(pk=revision.pk)
    assert moved.as_object().go_live_at == moved.approved_go_live_at > old
    # As if that time had come: what the round of each minute does with it.
    past = timezone.now() - timedelta(minutes=1)
    content = {**moved.content, "go_live_at": past.isoformat()}
    Revision.objects.filter(pk=moved.pk).update(content=content, approved_go_live_at=past)
    plans.run()
    assert world.is_live()
    assert plan.delivery(post).state == "due"


def test_a_draft_story_moves_and_its_mover_has_not_written(world: World) -> None:
    story = plan.plan_story(world, plan.instant(1, "10:00"), approved=False)
    world.submit(world.jonas)
    assert plan.send(world.as_(world.marte), world.marte, story, 3, "08:30").status_code == 200
    fresh = world.fresh(story)
    assert fresh.get_latest_revision_as_object().go_live_at == plan.instant(3, "08:30")
    world.approve(world.marte)
    assert world.fresh(story).scheduled_revision.approved_go_live_at == plan.instant(3, "08:30")


def test_an_approver_who_saw_the_old_time_of_a_story_is_told(world: World) -> None:
    story = plan.plan_story(world, plan.instant(1, "10:00"), approved=False)
    world.submit(world.jonas)
    seen = approve.look_at(world.fresh(story))
    plan.send(world.as_(world.ingrid), world.ingrid, story, 3, "08:30")
    with pytest.raises(approve.ApprovalError) as refused:
        approve.approve_story(world.fresh(story), world.marte, seen)
    assert refused.value.code == "changed"


def test_further_than_the_approval_holds_asks_first_and_then_makes_it_a_draft(world: World) -> None:
    post = plan.loose_post(world, 1, "10:00", approved=True)
    client = world.as_(world.ingrid)
    answer = plan.send(client, world.ingrid, post, 5, "10:00")
    assert answer.json()["ask"] is True
    assert "må godkjennes på nytt" in answer.json()["say"]
    assert plan.delivery(post).due_at == plan.instant(1, "10:00")
    assert plan.send(client, world.ingrid, post, 5, "10:00", ja="1").status_code == 200
    assert plan.delivery(post).state == "planned"
    assert plan.delivery(post).payload is None
    assert plan.fresh(post).review == "draft"
    assert plan.item(world.ingrid, plan.key(post)).at == plan.instant(5, "10:00")


def test_moving_step_by_step_does_not_stretch_an_approval(world: World) -> None:
    post = plan.loose_post(world, 1, "10:00", approved=True)
    client = world.as_(world.ingrid)
    assert plan.send(client, world.ingrid, post, 3, "10:00").status_code == 200
    assert plan.send(client, world.ingrid, post, 4, "10:00").status_code == 200  # 72 hours after the approved time
    assert plan.send(client, world.ingrid, post, 4, "10:15").json()["ask"] is True
    story = plan.plan_story(world, plan.instant(1, "10:00"))
    assert plan.send(client, world.ingrid, story, 3, "10:00").status_code == 200
    assert plan.send(client, world.ingrid, story, 4, "10:15").json()["ask"] is True


def test_a_story_moved_too_far_is_called_off_and_its_posts_are_drafts(world: World) -> None:
    post = world.post(world.jonas)
    story = plan.plan_story(world, plan.instant(1, "10:00"))
    assert plan.send(world.as_(world.ingrid), world.ingrid, story, 6, "10:00", ja="1").status_code == 200
    fresh = world.fresh(story)
    assert fresh.scheduled_revision is None
    assert fresh.get_latest_revision_as_object().go_live_at == plan.instant(6, "10:00")
    assert (plan.delivery(post).state, plan.fresh(post).review) == ("planned", "draft")
    assert plan.item(world.ingrid, plan.key(post)).at == plan.instant(6, "10:00")
    world.submit(world.jonas)
    world.approve(world.marte)
    assert plan.delivery(post).state == "approved"


def test_a_block_moves_whole_or_not_at_all(world: World) -> None:
    post = world.post(world.jonas)
    story = plan.plan_story(world, plan.instant(1, "10:00"))
    sent = plan.loose_post(world, 1, "10:00", approved=True)
    names = [plan.item(world.ingrid, plan.key(one)).what for one in (story, sent)]
    row = plan.delivery(sent)
    row.due_at = timezone.now()
    ledger.release(row, timezone.now())
    with pytest.raises(MoveError) as refused:
        plan_moves.move(world.ingrid, plan_moves.read(names), plan.day(2), timezone.now().time())
    assert refused.value.why is Why.UNDER_WAY
    assert world.fresh(story).go_live_at == plan.instant(1, "10:00")
    assert plan.delivery(post).state == "approved"


def test_what_is_sent_does_not_move(world: World) -> None:
    post = plan.loose_post(world, 1, "10:00", approved=True)
    what = plan.item(world.ingrid, plan.key(post)).what
    row = plan.delivery(post)
    ledger.release(row, timezone.now())
    form = {"hva": what, "dato": plan.day(3).isoformat(), "tid": "10:00"}
    answer = world.as_(world.ingrid).post(reverse("desk_calendar_move"), form, headers={"accept": "application/json"})
    assert answer.status_code == 409
    assert "kan ikke flyttes" in answer.json()["say"]
    assert plan.delivery(post).state in (State.DUE, State.NEEDS_PERSON)


def test_into_the_past_is_refused_with_a_sentence(world: World) -> None:
    post = plan.loose_post(world, 1, "10:00")
    answer = plan.send(world.as_(world.ingrid), world.ingrid, post, -21, "10:00")
    assert answer.status_code == 409
    assert "Tidspunktet er passert" in answer.json()["say"]
    assert plan.fresh(post).planned_date == plan.day(1)


def test_a_post_does_not_move_before_its_story(world: World) -> None:
    post = plan.plan_post(world, world.post(world.jonas), 1, "12:00")
    plan.plan_story(world, plan.instant(1, "10:00"))
    answer = plan.send(world.as_(world.ingrid), world.ingrid, post, 1, "09:45")
    assert answer.status_code == 409
    assert "Saken er ikke ute før" in answer.json()["say"]
    assert plan.delivery(post).due_at == plan.instant(1, "12:00")


def test_a_post_moved_to_its_story_s_minute_goes_with_the_story(world: World) -> None:
    post = plan.plan_post(world, world.post(world.jonas), 1, "12:00")
    plan.plan_story(world, plan.instant(1, "10:00"))
    answer = plan.send(world.as_(world.ingrid), world.ingrid, post, 1, "10:00")
    assert "sammen med saken" in answer.json()["say"]
    row = plan.delivery(post)
    assert (row.due_at, row.with_story, row.state) == (None, True, "approved")
    assert plan.fresh(post).timing == "with_story"


def test_a_post_moved_away_from_its_story_gets_a_time_of_its_own(world: World) -> None:
    post = world.post(world.jonas)
    plan.plan_story(world, plan.instant(1, "10:00"))
    answer = plan.send(world.as_(world.ingrid), world.ingrid, post, 1, "14:00")
    assert "følger ikke saken lenger" in answer.json()["say"]
    row = plan.delivery(post)
    assert (row.due_at, row.with_story) == (plan.instant(1, "14:00"), False)


def test_the_second_of_two_people_is_told(world: World) -> None:
    post = plan.loose_post(world, 1, "10:00", approved=True)
    story = plan.plan_story(world, plan.instant(1, "10:00"))
    for of in (post, story):
        old = plan.item(world.ingrid, plan.key(of)).what
        assert plan.send(world.as_(world.marte), world.marte, of, 2, "11:00").status_code == 200
        form = {"hva": old, "dato": plan.day(3).isoformat(), "tid": "10:00"}
        answer = world.as_(world.ingrid).post(
            reverse("desk_calendar_move"), form, headers={"accept": "application/json"}
        )
        assert answer.status_code == 409
        assert "En annen har endret" in answer.json()["say"]
        assert plan.item(world.ingrid, plan.key(of)).at == plan.instant(2, "11:00")


def test_an_open_composer_does_not_write_the_old_time_back(world: World) -> None:
    post = plan.loose_post(world, 1, "10:00")
    base = post.edit_number
    plan.send(world.as_(world.ingrid), world.ingrid, post, 2, "11:00")
    with pytest.raises(versions.TextChangedMeanwhileError):
        versions.save(post, world.jonas, base=base, values={"text": "Ny tekst", "planned_date": plan.day(1)})
    assert plan.fresh(post).planned_date == plan.day(2)


def test_a_story_that_a_colleague_has_locked_does_not_move(world: World) -> None:
    story = plan.plan_story(world, plan.instant(1, "10:00"), approved=False)
    page = world.fresh(story)
    page.locked, page.locked_by, page.locked_at = True, world.jonas, timezone.now()
    page.save()
    answer = plan.send(world.as_(world.ingrid), world.ingrid, story, 2, "11:00")
    assert "låst" in answer.json()["say"]


@pytest.mark.parametrize("name", ["liv", "tor", "amir"])
def test_who_may_not_plan_moves_nothing(world: World, name: str) -> None:
    post = plan.loose_post(world, 1, "10:00", approved=True)
    what = plan.item(world.ingrid, plan.key(post)).what
    client = world.as_(getattr(world, name))
    form = {"hva": what, "dato": plan.day(2).isoformat(), "tid": "10:00"}
    for address in (reverse("desk_calendar_move"), reverse("desk_calendar_effect")):
        assert client.get(address, form).status_code in (302, 403)
    assert client.post(reverse("desk_calendar_move"), form).status_code in (302, 403)
    with pytest.raises(PermissionDenied):
        plan_moves.move(getattr(world, name), plan_moves.read([what]), plan.day(2), timezone.now().time())
    assert plan.delivery(post).due_at == plan.instant(1, "10:00")


@pytest.mark.parametrize(
    ("what", "date", "at"),
    [
        ("", "2027-01-04", "10:00"),
        ("post-999999-0", "2027-01-04", "10:00"),
        ("story-x", "2027-01-04", "10:00"),
        ("post-1", "9999-12-31", "10:00"),
        ("post-1", "2027-13-01", "10:00"),
        ("post-1", "2027-01-04", "25:00"),
        ("post-" + "9" * 50, "2027-01-04", "10:00"),
        ("post-1-\x00", "", ""),
    ],
)
def test_nonsense_is_refused_in_words(world: World, what: str, date: str, at: str) -> None:
    client = world.as_(world.ingrid)
    form = {"hva": what, "dato": date, "tid": at}
    answer = client.post(reverse("desk_calendar_move"), form, headers={"accept": "application/json"})
    assert answer.status_code in (400, 409)
    assert answer.json()["say"]
    assert client.get(reverse("desk_calendar_effect"), form).json()["ok"] is False
    assert client.post(reverse("desk_calendar_move"), form).status_code in (400, 409)


def test_the_form_with_date_and_time_moves_without_any_script(world: World) -> None:
    world.post(world.jonas)
    story = plan.plan_story(world, plan.instant(1, "10:00"))
    client = world.as_(world.ingrid)
    what = plan.item(world.ingrid, plan.key(story)).what
    html = client.get(reverse("desk_calendar_move"), {"hva": what}).content.decode()
    assert f'value="{plan.day(1).isoformat()}"' in html
    back = f"{reverse('desk_calendar')}?uke={grid.week_name(plan.day(1))}"
    form = {"hva": what, "dato": plan.day(2).isoformat(), "tid": "13:00", "tilbake": back}
    answer = client.post(reverse("desk_calendar_move"), form)
    assert (answer.status_code, answer.url) == (302, back)
    assert "er flyttet til" in client.get(back).content.decode()
    form["tilbake"] = "https://example.com/"
    form["hva"] = plan.item(world.ingrid, plan.key(story)).what
    assert client.post(reverse("desk_calendar_move"), form | {"tid": "14:00"}).url.startswith("/desk/kalender/")


@pytest.mark.parametrize("back", ["javascript:alert(1)", "https://example.com/", "//example.com", "data:text/html,x"])
def test_the_way_back_is_one_of_our_own_addresses(world: World, back: str) -> None:
    post = plan.loose_post(world, 1, "10:00")
    form = {"hva": plan.item(world.ingrid, plan.key(post)).what, "tilbake": back}
    html = world.as_(world.ingrid).get(reverse("desk_calendar_move"), form).content.decode()
    assert back not in html
    assert 'href="/desk/kalender/"' in html


def test_one_post_of_a_story_s_block_can_be_moved_alone(world: World) -> None:
    post = world.post(world.jonas)
    story = plan.plan_story(world, plan.instant(1, "10:00"))
    client = world.as_(world.ingrid)
    address = re.search(r'href="(/desk/kalender/flytt/[^"]*)"', plan.week(client))
    assert address is not None
    html = client.get(unescape(address[1])).content.decode()
    boxes = re.findall(r'name="hva" value="(story|post)-[^"]*"( checked)?', html)
    assert boxes == [("story", " checked"), ("post", "")]
    assert "følger saken" in html
    assert plan.send(client, world.ingrid, post, 1, "15:00").status_code == 200
    assert plan.delivery(post).due_at == plan.instant(1, "15:00")
    assert world.fresh(story).go_live_at == plan.instant(1, "10:00")


def test_the_effect_is_told_before_the_move_and_changes_nothing(world: World) -> None:
    plan.loose_post(world, 2, "10:30", approved=True)
    post = plan.loose_post(world, 1, "10:00", approved=True)
    what = plan.item(world.ingrid, plan.key(post)).what
    form = {"hva": what, "dato": plan.day(2).isoformat(), "tid": "11:00"}
    answer = world.as_(world.ingrid).get(reverse("desk_calendar_effect"), form).json()
    assert answer["ok"] is True
    assert "tett på X, kl. 10.30 og kl. 11.00" in answer["say"]
    assert plan.delivery(post).due_at == plan.instant(1, "10:00")


def test_a_move_is_written_in_the_story_s_history_with_who_did_it(world: World) -> None:
    story = plan.plan_story(world, plan.instant(1, "10:00"))
    plan.send(world.as_(world.ingrid), world.ingrid, story, 2, "11:00")
    entry = PageLogEntry.objects.get(action=plan_moves.MOVED)
    assert entry.user == world.ingrid
    assert entry.data["from"] == plan.instant(1, "10:00").isoformat()
    assert (
        "Flyttet til"
        in world.as_(world.ingrid).get(reverse("wagtailadmin_pages:history", args=[story.pk])).content.decode()
    )


@pytest.mark.django_db(transaction=True)
def test_two_moves_and_the_ledger_at_once_lose_and_double_nothing() -> None:
    world = World()
    post = plan.loose_post(world, 1, "10:00", approved=True)
    what = plan.item(world.ingrid, plan.key(post)).what
    came: list[str] = []
    start = threading.Barrier(3)

    def go(who: object, number: int) -> None:
        start.wait()
        try:
            plan_moves.move(who, plan_moves.read([what]), plan.day(number), timezone.now().time())
            came.append("moved")
        except MoveError as error:
            came.append(error.why)
        finally:
            connection.close()

    def release() -> None:
        start.wait()
        try:
            ledger.release_due(plan.instant(1, "10:00") + timedelta(minutes=1))
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(world.ingrid, 2)), threading.Thread(target=go, args=(world.marte, 3))]
    threads.append(threading.Thread(target=release))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row = plan.delivery(post)
    assert came.count("moved") <= 1
    if row.state == State.APPROVED:
        assert came.count("moved") == 1
        assert came.count(Why.CHANGED) == 1
    else:
        assert sorted(came) == [Why.UNDER_WAY, Why.UNDER_WAY]
