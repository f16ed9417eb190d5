"""A channel's page, its row and its guide in a real browser: nothing for axe, nothing wider than the screen."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from samspill.channels.models import Channel, ChannelAllowance
from samspill.delivery.states import State
from tests.rooms.desk import world
from tests.rooms.desk.test_channel_page import bare, connected, tried

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS")  # a folder, for whoever wants to look
WAGTAILS = ("landmark-unique",)  # Wagtail's own: its listings have two search landmarks with one name
SIZES = {
    "wide": {"viewport": {"width": 1440, "height": 1000}},
    "narrow": {"viewport": {"width": 390, "height": 844}},
    "320": {"viewport": {"width": 320, "height": 800}},
    "dark": {"viewport": {"width": 1440, "height": 1000}, "color_scheme": "dark"},
}


def scene() -> dict[str, Channel]:
    """A key that ends, one that renews itself, a version, a missing scope, what is left and what was paid."""
    now, made = timezone.now(), world.channels()
    x = connected(
        made["x"],
        keys={"access_token": "en", "refresh_token": "to"},
        key_expires_at=now + timedelta(hours=1),
        scopes=["tweet.read", "tweet.write", "users.read", "offline.access"],
        last_success_at=now - timedelta(hours=3),
        key_checked_at=now - timedelta(hours=5),
        connected_by=world.people()["admin"],
    )
    for number in range(6):
        tried(bare(x, State.CONFIRMED, f"Les mer på lottstift.no {number}", accepted_at=now), "post", "done", 1)
    tried(bare(x, State.CONFIRMED, "Ring oss.", accepted_at=now), "post", "done", 1)
    bare(x, State.APPROVED, "Les mer på lottstift.no i morgen")
    ChannelAllowance.objects.create(
        channel=x, measure="posts", left=96, of=100, resets_at=now + timedelta(minutes=9), told_at=now
    )
    facebook = connected(made["facebook"], key_expires_at=now + timedelta(days=6, hours=8), last_success_at=now)
    ChannelAllowance.objects.create(channel=facebook, measure="share", left=8, of=100, told_at=now)
    linkedin = connected(
        Channel.objects.create(platform="linkedin", name="Lotteritilsynet", mode="live", brand=facebook.brand),
        options={"linkedin_version": f"{now.year - 1}{now.month + 1:02}" if now.month < 12 else f"{now.year}01"},
        key_expires_at=now + timedelta(days=40),
    )
    return {"x": x, "facebook": facebook, "linkedin": linkedin}


@pytest.mark.parametrize("size", SIZES)
def test_it_reads_whole_on_every_screen(
    size: str, transactional_db: None, live_server: Any, new_page: Callable[..., Any], axe: Callable[..., None]
) -> None:
    made = scene()
    client = Client()
    client.force_login(made["x"].connected_by)
    page = new_page(**SIZES[size])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    visits = {
        "kanaler": "/desk/kanaler/",
        "kanal-x": f"/desk/kanaler/{made['x'].pk}/",
        "kanal-linkedin": f"/desk/kanaler/{made['linkedin'].pk}/",
        "veiledning": "/desk/kanaler/veiledning/linkedin/",
        "oversikt": "/desk/",
    }
    for name, address in visits.items():
        page.goto(live_server.url + address)
        page.wait_for_selector("main")
        if name == "kanal-x":
            page.get_by_text("Per 1. november 2026").click()
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"{name}-{size}.png"), full_page=True)
        axe(page, known=WAGTAILS)
        assert page.evaluate("(m => m.scrollWidth <= m.clientWidth)(document.querySelector('main'))"), name
