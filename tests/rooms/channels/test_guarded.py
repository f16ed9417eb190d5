"""Addresses that others have named: which are public, and that a name cannot change its mind on the way."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from samspill.channels import guarded
from tests.rooms.channels.loopback import Loopback, Reply, Request


@pytest.fixture
def server() -> Iterator[Loopback]:
    found = Loopback()
    found.start()
    yield found
    found.stop()


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2001:4860:4860::8888", "1.1.1.1", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_an_address_of_the_open_net_is_public(address: str) -> None:
    assert guarded.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "::", "::1", "fe80::1", "fe80::1%eth0",
        "fd00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::1", "x", "",
    ],
)  # fmt: skip
def test_any_other_address_is_not_whatever_it_is_wrapped_in(address: str) -> None:
    assert not guarded.is_public(address)


def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_looked_at(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answer = lambda request: Reply(200, {"host": request.headers["host"]})
    port = server.server.server_port
    asked: list[Any] = []
    real = socket.getaddrinfo

    def names(host: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        return real("127.0.0.1" if host == "skifter.invalid" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", names)
    answer = guarded.get(f"http://skifter.invalid:{port}/", limit=1000, seconds=5, allow_private=True)
    assert answer.object() == {"host": f"skifter.invalid:{port}"}
    assert asked.count("skifter.invalid") == 1 and set(asked) == {"skifter.invalid", "127.0.0.1"}


def test_a_name_with_one_internal_address_among_public_ones_is_refused(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = server.server.server_port
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port)) for host in ("8.8.8.8", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: both)
    with pytest.raises(guarded.NotAllowed) as caught:
        guarded.get(f"http://blandet.invalid:{port}/", limit=1000, seconds=5)
    assert caught.value.code == "not_public" and server.requests == []


def test_a_redirect_is_followed_only_five_times_and_each_hop_is_looked_at(server: Loopback) -> None:
    def around(request: Request) -> Reply:
        return Reply(302, headers={"location": "file:///etc/passwd" if request.path == "/ut" else "/igjen"})

    server.answer = around
    base = server.url.removesuffix("/base")
    with pytest.raises(guarded.NotAllowed) as caught:
        guarded.get(f"{base}/rundt", limit=1000, seconds=5, allow_private=True)
    assert caught.value.code == "too_many_redirects" and len(server.requests) == 6
    with pytest.raises(guarded.NotAllowed) as caught:
        guarded.get(f"{base}/ut", limit=1000, seconds=5, allow_private=True)
    assert caught.value.code == "not_web"


def test_an_answer_that_is_too_large_or_too_slow_is_given_up(server: Loopback) -> None:
    server.answer = lambda request: Reply(200, raw=b"x" * 5000)
    with pytest.raises(guarded.Failed) as caught:
        guarded.get(server.url, limit=1000, seconds=5, allow_private=True)
    assert caught.value.code == "too_large"

    def slow(request: Request) -> Reply:
        time.sleep(3)
        return Reply(200, {})

    server.answer = slow
    started = time.monotonic()
    with pytest.raises(guarded.Failed) as caught:
        guarded.get(server.url, limit=1000, seconds=0.5, allow_private=True)
    assert caught.value.code == "no_answer" and time.monotonic() - started < 2.5


def test_an_answer_that_cannot_be_unpacked_is_no_answer(server: Loopback) -> None:
    server.answer = lambda request: Reply(200, raw=b"not packed at all", headers={"content-encoding": "gzip"})
    with pytest.raises(guarded.Failed) as failed:
        guarded.get(server.url, limit=1000, seconds=5, allow_private=True)
    assert failed.value.code == "no_answer"
