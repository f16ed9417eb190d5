"""An address on our own site must lead the reader somewhere; a post that leads to a draft is stopped in time."""

from __future__ import annotations

import pytest

from samspill.channels.contract import Severity
from samspill.publishing import links, problems
from samspill.publishing.models import Version
from tests.rooms.publishing import compose_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return compose_world.make()


def codes(version: Version) -> list[tuple[str, str, str]]:
    return [(found.code, str(found.severity), found.field) for found in problems.of(version)]


def test_a_link_to_a_draft_of_ours_blocks_the_post(world, settings):
    version = world.version("x")
    version.link_to, version.link_url = Version.LinkTo.OTHER, settings.SAMSPILL_BASE_URL + world.story.get_url()
    assert ("link_to_draft", str(Severity.ERROR), "link") in codes(version)


def test_an_address_in_the_text_counts_too_whatever_sign_follows_it(world, settings):
    version = world.version("facebook")
    version.text = f"Les mer på {settings.SAMSPILL_BASE_URL}/finnes-ikke/. Hilsen oss"
    assert ("link_broken", str(Severity.ERROR), "text") in codes(version)


@pytest.mark.parametrize("path", ["", "/", "/saker/", "/saker", "/sok/?q=bingo", "/feeds/", "/l/abc"])
def test_what_the_public_can_open_has_no_fault(world, settings, path):
    assert links.fault_of(settings.SAMSPILL_BASE_URL + path) == ""


@pytest.mark.parametrize("address", ["https://www.brreg.no/", "https://example.org/finnes-ikke", "http://[::1", ""])
def test_nobody_else_is_asked(world, address):
    assert links.fault_of(address) == ""
