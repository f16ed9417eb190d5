"""Each of the calendar's addresses, by each role, with an empty form: as the table in ``security/matrix.txt`` says."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.rooms.publishing.approval_world import World

pytestmark = pytest.mark.django_db
READ = ("desk_calendar", "desk_calendar_month", "desk_calendar_address")
MOVE = ("desk_calendar_move", "desk_calendar_effect")


def test_readers_read_and_only_who_writes_moves() -> None:
    world = World()
    may = {"ingrid": READ + MOVE, "liv": READ, "tor": READ, "amir": (), "superuser": READ + MOVE}
    for name, doors in may.items():
        client = world.as_(getattr(world, name))
        for door in READ + MOVE:
            for method in ("get", "post"):
                answer = getattr(client, method)(reverse(door))
                home = answer.status_code == 302 and answer.url.split("?")[0] in ("/desk/", "/desk/login/")
                assert (answer.status_code != 403 and not home) is (door in doors), (name, door, method)
