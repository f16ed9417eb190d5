"""What a chaos run is about: channels, approved deliveries with pictures, and the faults that strike them."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
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


def make_deliveries(url: str, count: int, span: timedelta, chance: random.Random) -> list[str]:
    """Approved deliveries, one after another within ``span``, a third with pictures. Returns their codes."""
    user = get_user_model().objects.create_user("kaos")
    channels = [make_channel(name, url) for name in ACCOUNTS]
    pictures = [make_picture(number) for number in range(4)]
    start = timezone.now() + timedelta(seconds=4)
    codes = []
    for number in range(count):
        channel = channels[number % len(channels)]
        delivery = ledger.plan(channel, title=f"Sak {number}", destination="https://nyheter.example.no/sak")
        link = Link(f"https://nyheter.example.no/l/{delivery.code}", f"Sak {number}", "Les saken")
        chosen = tuple(chance.sample(pictures, chance.randint(1, 4))) if chance.random() < 0.34 else ()
        post = Post(f"{chance.choice(SENTENCES)} ({number})", "nb", chosen, link)
        ledger.approve(
            delivery, post, by=user, lapses_at=start + timedelta(days=3), due_at=start + span * 0.8 * (number / count)
        )
        codes.append(delivery.code)
    return codes


def make_channel(name: str, url: str) -> Channel:
    account = dict(ACCOUNTS[name])
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


def break_things(platforms: Any, chance: random.Random) -> None:
    """Every kind of fault on every platform, each now and then; what others met stands in the names."""
    from tests.chaos.run import CREATE

    for name, create in CREATE.items():
        platforms.post(
            f"/_sandbox/{name}/settings", {"list_lag_s": 1.0, **({} if name == "facebook" else {"processing_s": 0.3})}
        )
        for kind, probability, more in [
            ("timeout_before", 0.05, {"match": create}),
            ("timeout_after", 0.07, {"match": create}),
            ("cut_before", 0.05, {}),
            ("cut_after", 0.06, {"match": create}),
            ("status_before", 0.05, {"status": 500}),
            ("status_after", 0.06, {"status": 500, "match": create}),
            ("status_after", 0.03, {"status": 503}),
            ("status_before", 0.03, {"status": 429, "retry_after": 2}),
            ("malformed", 0.03, {"match": create, "body": "html"}),
            ("malformed", 0.02, {"match": create, "body": "no_id"}),
            ("malformed", 0.02, {"match": create, "body": "truncated_json"}),
            ("duplicate_false", 0.03, {"match": create, "times": 2}),
            ("duplicate_true", 0.03, {"match": create, "times": 2}),
            ("late_effect", 0.02, {"match": create, "seconds": 1.5}),
            ("delay", 0.10, {"seconds": 0.6}),
            ("redirect", 0.02, {"match": create}),
            ("status_before", 0.02, {"status": 401, "times": 1}),
            ("gzip_bomb", 0.01, {"match": create, "bytes": 50_000_000}),
        ]:
            platforms.post(
                f"/_sandbox/{name}/faults",
                {"kind": kind, "probability": probability, "seed": chance.randrange(10**6), "times": None, **more},
            )
