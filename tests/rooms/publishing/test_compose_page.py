"""The composer's page: who sees it, what it shows, and that it asks the database a fixed number of questions."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.rooms.publishing.compose_world import World, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make()


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def test_the_page_shows_a_tab_for_each_version(world: World) -> None:
    answer = signed_in(world.editor).get(reverse("publishing_compose", args=[world.story.pk]))
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "Tekst på X" in html
    assert "Tekst på Facebook" in html
