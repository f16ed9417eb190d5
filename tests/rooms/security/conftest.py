"""The small newsroom of the tests of approval, with one in each role, and a person without any."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model

from tests.rooms.publishing.approval_world import World


@pytest.fixture
def world(db: None) -> World:
    found = World()
    found.nobody: Any = get_user_model().objects.create_user("nobody", first_name="Nils", last_name="Ingen")
    return found
