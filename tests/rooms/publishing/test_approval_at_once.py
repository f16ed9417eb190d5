"""Two people press at the same moment, in two processes' worth of connections."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from wagtail.models import PageLogEntry

from samspill.delivery.states import State
from samspill.publishing import approve, versions
from samspill.publishing.models import Approval, Version
from tests.rooms.publishing.approval_world import World

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Any) -> list[str]:
    """Run all in threads of their own from one start; what came of each: "done" or the error's words."""
    gate = Barrier(len(acts))

    def run(act: Any) -> str:
        gate.wait()
        try:
            act()
        except Exception as error:
            return str(error) or type(error).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_two_who_approve_at_once_one_does_and_one_is_told() -> None:
    world = World()
    post = world.post(world.jonas)
    world.submit()
    seen = approve.look_at(world.fresh(world.story))
    pages = [world.fresh(world.story) for _ in range(2)]
    states = [page.current_workflow_task_state for page in pages]
    tasks = [state.task.specific for state in states]
    came = at_once(
        lambda: tasks[0].on_action(states[0], world.marte, "approve", seen=seen),
        lambda: tasks[1].on_action(states[1], world.ingrid, "approve", seen=seen),
    )
    assert sorted(came) == ["done", "not_submitted"]
    assert Approval.objects.filter(version=post).count() == 1
    assert PageLogEntry.objects.filter(page=world.story.pk, action="wagtail.publish").count() == 1


def test_what_is_written_while_it_is_approved_never_goes_out_unapproved() -> None:
    world = World()
    post = world.post(world.jonas, text="Den godkjente teksten")
    world.submit()
    page = world.fresh(world.story)
    seen = approve.look_at(page)
    post.refresh_from_db()
    came = at_once(
        lambda: approve.approve_story(page, world.marte, seen),
        lambda: versions.save(post, world.jonas, base=post.edit_number, values={"text": "En annen tekst"}),
    )
    fresh = Version.objects.select_related("delivery").get(pk=post.pk)
    if fresh.delivery.state in (State.APPROVED, State.DUE):
        assert fresh.delivery.payload["text"] == "Den godkjente teksten"
    else:
        assert fresh.delivery.state == State.PLANNED
        assert not fresh.delivery.payload
    assert "done" in came
