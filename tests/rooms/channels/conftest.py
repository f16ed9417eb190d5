"""What the channels' tests share: a loopback server that answers by script and keeps what it was sent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rooms.channels.loopback import Loopback


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    """A fresh server; what it should answer is set by the test."""
    server = Loopback()
    server.start()
    yield server
    server.stop()
