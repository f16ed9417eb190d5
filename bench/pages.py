"""How long the list pages take, and with how many queries. Asked of Django directly, without the network."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.figures import percentile

TIMES = 20
SLOWEST = 2.0  # seconds of one page in all sizes together after which we have seen enough of it


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be asked for; ``public``: by a reader, else by an editor at the desk."""

    name: str
    address: str
    public: bool = False


PAGES = (
    Page("deliveries", "/desk/utsendelser/"),
    Page("deliveries that need a person", "/desk/utsendelser/?gruppe=uavklart"),
    Page("deliveries that are out", "/desk/utsendelser/?gruppe=ute"),
    Page("deliveries, page 40", "/desk/utsendelser/?p=40"),
    Page("deliveries, searched", "/desk/utsendelser/?q=nummer+77"),
    Page("one story's deliveries", "/desk/utsendelser/?sak=1000500"),
    Page("overview", "/desk/"),
    Page("approvals", "/desk/godkjenn/"),
    Page("calendar, week", "/desk/kalender/"),
    Page("calendar, month", "/desk/kalender/maned/"),
    Page("channels", "/desk/kanaler/"),
    Page("stories in the desk", "/desk/pages/{index}/"),
    Page("newsroom front page", "/", public=True),
    Page("newsroom stories", "/saker/", public=True),
    Page("newsroom stories, page 40", "/saker/?side=40", public=True),
    Page("newsroom search", "/sok/?q=momskompensasjon", public=True),
    Page("feed", "/feeds/alle.rss", public=True),
    Page("API, deliveries", "/api/v1/deliveries"),
    Page("API, stories", "/api/v1/stories"),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """p50 and p95 in milliseconds, and the number of queries."""

    p50: float
    p95: float
    queries: int


def measure(user: Any, token: str, index: int) -> dict[str, Measured]:
    reader, editor = Client(headers={"accept-language": "nb"}), Client(headers={"accept-language": "nb"})
    editor.force_login(user)
    api = Client(headers={"accept-language": "nb", "authorization": f"Bearer {token}"})
    found = {}
    for page in PAGES:
        client = reader if page.public else api if page.address.startswith("/api/") else editor
        address = page.address.format(index=index)
        _ask(client, address)
        spent: list[float] = []
        while len(spent) < TIMES and sum(spent) < SLOWEST * 1000:
            began = time.perf_counter()
            _ask(client, address)
            spent.append((time.perf_counter() - began) * 1000)
        with CaptureQueriesContext(connection) as queries:
            _ask(client, address)
        found[page.name] = Measured(percentile(spent, 0.5), percentile(spent, 0.95), len(queries))
    return found


def _ask(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise AssertionError(f"{address} answers {answer.status_code}")
    if answer.streaming:
        b"".join(answer.streaming_content)
