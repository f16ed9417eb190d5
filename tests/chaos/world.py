"""What a chaos run is about: channels on five platforms, and approved deliveries with and without pictures."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from django.utils import timezone

from samspill.channels.contract import Link, Picture, Post
from samspill.channels.models import Channel
from samspill.delivery import ledger
from samspill.library.freeze import freeze
from tests.pictures import jpeg
from tests.rooms.delivery.conftest import ACCOUNTS

SENTENCES = (
    "Fristen for å søke momskompensasjon er 1. september",
    "Bingo kan gi laget ditt en fast inntekt",
    "Stiftinga må sende inn rekneskapen innan 31. juli",
    "Under 200 000 kroner i året trenger lotteriet ingen tillatelse",
)
MORE_ACCOUNTS: dict[str, dict[str, Any]] = {
    "bluesky": {
        "external_id": "did:plc:lottstiftsandbox22222222",
        "handle": "lottstift.test",
        "credentials": {"access_token": "sandbox-bluesky-token"},
    },
    "mastodon": {
        "external_id": "109300000000000001",
        "handle": "lottstift",
        "credentials": {"access_token": "sandbox-mastodon-token"},
    },
}


def make_deliveries(
    channels: list[Channel], user: Any, count: int, span: timedelta, chance: random.Random
) -> dict[int, str]:
    """Approved deliveries, one after another within ``span``, a third with pictures. Their codes by number.

    The number begins the text, so that a post that the platform has cut can still be told apart.
    """
    pictures = [make_picture(number) for number in range(4)]
    start = timezone.now() + timedelta(seconds=4)
    codes = {}
    for number in range(1, count + 1):
        channel = channels[number % len(channels)]
        delivery = ledger.plan(channel, title=f"Sak {number}", destination="https://nyheter.example.no/sak")
        link = Link(f"https://nyheter.example.no/l/{delivery.code}", f"Sak {number}", "Les saken")
        chosen = tuple(chance.sample(pictures, chance.randint(1, 4))) if chance.random() < 0.34 else ()
        post = Post(f"Sak {number}: {chance.choice(SENTENCES)}", "nb", chosen, link)
        ledger.approve(
            delivery, post, by=user, lapses_at=start + timedelta(days=3), due_at=start + span * 0.8 * (number / count)
        )
        codes[number] = delivery.code
    return codes


def make_channel(name: str, url: str) -> Channel:
    """A channel with the documented key of its pretend platform, which never runs out."""
    account = dict({**ACCOUNTS, **MORE_ACCOUNTS}[name])
    credentials = account.pop("credentials")
    channel = Channel(platform=name, name=name, base_url=f"{url}/{name}", mode="sandbox", **account)
    channel.set_credentials(credentials)
    channel.save()
    return channel


def make_picture(number: int) -> Picture:
    frozen = freeze(jpeg(320 + number, 200), "image/jpeg", 320 + number, 200)
    return Picture(
        frozen.sha256,
        frozen.mime,
        frozen.width,
        frozen.height,
        frozen.size,
        f"Bilde nummer {number}",
        "nb",
        f"b{number}.jpg",
    )
