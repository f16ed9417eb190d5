"""People of each role, channels, and a client that is signed in as one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page

from tests.rooms.desk import world


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    return world.people()


@pytest.fixture
def channels(db: None) -> dict[str, Any]:
    return world.channels()


@pytest.fixture
def story_page(db: None) -> Page:
    root = Page.get_first_root_node()
    return root.add_child(instance=Page(title="Slik kjenner du igjen et ulovlig lotteri", slug="ulovlig", live=True))


@pytest.fixture
def signed_in(people: dict[str, Any]) -> Callable[[str], Client]:
    def sign_in(role: str) -> Client:
        client = Client()
        if role:
            client.force_login(people[role])
        return client

    return sign_in
