"""The people of a chaos run: an administrator who connects accounts, and readers who follow short addresses."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from typing import Any

import httpx2
from django.db import Error, connection

from tests.rooms.channels.connecting import Person

MASTODON = ["read:accounts", "read:statuses", "write:media", "write:statuses"]
HANDLE, PASSWORD = "lottstift.test", "sand-kass-eneb-lues"
NEEDS_CONNECTING = ("token_dead", "key_unclear")


class Administrator(Person):
    """Connects each account at the platform's own page, and again when its keys are dead."""

    def __init__(self, user: Any) -> None:
        super().__init__(user)
        self.again = 0

    def connect(self, platform: str, channel: Any = None, **consent: Any) -> Any:
        if platform == "bluesky":
            place = f"{channel.pk}" if channel else "ny/bluesky"
            form = {"hvor": "oving", "navn": HANDLE, "passord": PASSWORD}
            return self.client.post(f"/desk/kanaler/{place}/koble/", form, follow=True)
        if platform == "mastodon":
            consent = {"accounts": ["109300000000000001"], "scopes": MASTODON, **consent}
        return super().connect(platform, channel, **consent)

    def mend(self) -> None:
        """Connect again whatever says that its keys are dead. What does not succeed now is tried a moment later."""
        from samspill.channels.models import Channel

        try:
            for channel in Channel.objects.filter(trouble__in=NEEDS_CONNECTING):
                self.connect(channel.platform, channel)
                self.again += Channel.objects.filter(pk=channel.pk, trouble="").count()
        except (Error, httpx2.HTTPError, AssertionError, KeyError) as error:
            # The database or the platform is broken just now, which is what this run is for.
            print(f"connecting did not succeed yet: {type(error).__name__}", flush=True)
            connection.close()


class Readers:
    """Follow short addresses all the time, in a thread; the web may be dead meanwhile."""

    def __init__(self, url: str, codes: list[str]) -> None:
        self.url, self.codes = url, codes
        self.led_home = self.no_answer = self.wrong = 0
        self._over = threading.Event()
        self._opener = urllib.request.build_opener(_Stay)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        number = 0
        while not self._over.wait(0.15):
            self.follow(self.codes[number % len(self.codes)])
            number += 1

    def follow(self, code: str) -> bool:
        """Whether the short address led to the story."""
        try:
            self._opener.open(f"{self.url}/l/{code}", timeout=5).close()
        except urllib.error.HTTPError as answer:
            if answer.code == 302 and answer.headers["location"].startswith("https://nyheter.example.no/"):
                self.led_home += 1
                return True
            self.wrong += answer.code < 500
            self.no_answer += answer.code >= 500  # the database is away
        except OSError:
            self.no_answer += 1
        return False

    def stop(self) -> None:
        self._over.set()
        self._thread.join(10)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None
