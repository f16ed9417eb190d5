"""A place of our own to measure in: folder, database, pretend platforms, channels, a story that is out."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chaos.machines import Platforms, free_port


@dataclass(frozen=True)
class Place:
    """``environment`` is that of processes to be started; ``users`` by role, as in the tests of the desk."""

    data: Path
    environment: dict[str, str]
    users: dict[str, Any]
    channels: list[Any]
    story: Any


@contextmanager
def place() -> Iterator[Place]:
    """Everything is set up as for use, without logs of what goes well; all of it is gone afterwards."""
    data = Path(tempfile.mkdtemp(prefix="samspill-bench-"))
    data.chmod(0o711)
    platforms = Platforms(data)
    try:
        web = free_port()
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("SAMSPILL_") and name != "DATABASE_URL"
        } | {
            "SAMSPILL_MODE": "test", "SAMSPILL_DATA": str(data), "SAMSPILL_LOG_LEVEL": "WARNING",
            "SAMSPILL_SANDBOX_URL": platforms.url, "SAMSPILL_WEB_PORT": str(web),
            "SAMSPILL_BASE_URL": f"http://127.0.0.1:{web}", "DJANGO_SETTINGS_MODULE": "samspill.config.settings",
        }  # fmt: skip
        os.environ.clear()
        os.environ.update(environment)
        from samspill.config.postgres import Server

        with Server(data).used():
            yield _filled(data, environment, platforms)
            from django.db import connections

            connections.close_all()
    finally:
        platforms.stop()
        shutil.rmtree(data, ignore_errors=True)


def _filled(data: Path, environment: dict[str, str], platforms: Platforms) -> Place:
    import django
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    from samspill.config.prepare import prepare
    from tests.chaos.faults import SETTINGS
    from tests.chaos.world import make_channel
    from tests.rooms.desk import world
    from tests.rooms.newsroom.factories import make_story

    prepare(demo=False)
    for name, settings in SETTINGS.items():
        limits = {key: value for key, value in settings.items() if key == "limits"}
        platforms.post(f"/_sandbox/{name}/settings", limits)  # high enough never to be reached
    channels = [make_channel(name, platforms.url) for name in SETTINGS]
    return Place(data, environment, world.people(), channels, make_story())


def templates(here: Place) -> list[Any]:
    """One delivery for each channel that has gone all the way, with the post that it came from."""
    from samspill.delivery.models import Delivery
    from samspill.delivery.states import State
    from samspill.publishing.models import Version

    found = []
    for channel in here.channels:
        delivery = Delivery.objects.filter(channel=channel, state=State.CONFIRMED).order_by("pk")[0]
        Version.objects.create(page=here.story, channel=channel, delivery=delivery, text="Fristen er 1. september")
        found.append(delivery)
    return found
