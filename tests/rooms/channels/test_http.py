"""What the HTTP client knows after each kind of failure, shown on real sockets."""

from __future__ import annotations

import gzip
import logging
import socket
import struct
import threading
import time
import zlib
from datetime import UTC, datetime

import pytest

from samspill.channels import http
from samspill.channels.contract import NotSent, Reason, Unknown
from samspill.channels.http import Client, Response
from tests.rooms.channels.loopback import Loopback, Reply, Rude

SECRET = "s3cret-token-value"


def answer_of(rude: Rude, **options: float) -> http.Answer:
    try:
        return Client(**options).send("POST", rude.url + "/2/tweets", headers={"authorization": SECRET}, json={"a": 1})  # type: ignore[arg-type]
    finally:
        rude.close()


def http_answer(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 " + status + b"\r\n" + b"".join(header + b"\r\n" for header in headers) + b"\r\n" + body


def test_a_refused_connection_was_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert isinstance(Client().send("POST", f"http://127.0.0.1:{port}/"), NotSent)


def test_a_process_that_slept_after_its_last_check_sends_nothing_when_it_wakes(loopback: Loopback) -> None:
    """Others have taken over by then: the lease was asked about before the sleep."""
    client = Client(before_request=lambda method, address: time.sleep(0.3), deadline=0.2)
    assert isinstance(client.send("POST", f"{loopback.url}/2/tweets", json={"a": 1}), NotSent)
    assert loopback.requests == []


def test_an_unknown_host_was_not_sent() -> None:
    assert isinstance(Client().send("POST", "http://no-such-host.invalid/"), NotSent)


def test_a_failed_tls_handshake_was_not_sent() -> None:
    rude = Rude(lambda connection: connection.sendall(b"this is no TLS\r\n\r\n"))
    result = Client().send("POST", rude.url.replace("http:", "https:") + "/", json={"a": 1})
    rude.close()
    assert isinstance(result, NotSent)


def test_a_connection_closed_after_the_request_is_unknown() -> None:
    result = answer_of(Rude(lambda connection: None))
    assert isinstance(result, Unknown)
    assert result.reason is Reason.CONNECTION_LOST


def test_a_reset_after_the_request_is_unknown() -> None:
    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    result = answer_of(Rude(reset))
    assert isinstance(result, Unknown)
    assert result.reason is Reason.CONNECTION_LOST


def test_silence_after_the_request_is_a_timeout() -> None:
    result = answer_of(Rude(lambda connection: time.sleep(3)), read_timeout=0.3)
    assert isinstance(result, Unknown)
    assert result.reason is Reason.TIMEOUT


@pytest.mark.parametrize("begin", [b"", http_answer(b"", b"content-length: 100000")])
def test_a_slow_drip_ends_at_the_deadline(begin: bytes) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(begin)
        for sign in b"HTTP/1.1 200 OK\r\nx-padding: " + b"a" * 500:
            connection.sendall(bytes([sign]))
            time.sleep(0.05)

    started = time.monotonic()
    result = answer_of(Rude(drip), deadline=0.6)
    assert isinstance(result, Unknown)
    assert result.reason is Reason.TIMEOUT
    assert time.monotonic() - started < 2


def test_a_reader_that_stops_reading_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "UPLOAD_SPEED", 80_000_000)
    rude = Rude(lambda connection: time.sleep(3), read=False)
    started = time.monotonic()
    result = Client(deadline=0.4).send("POST", rude.url, content=b"x" * 8_000_000)
    rude.close()
    assert isinstance(result, Unknown)
    assert result.reason is Reason.TIMEOUT
    assert time.monotonic() - started < 2


def test_garbage_instead_of_http_is_unknown() -> None:
    result = answer_of(Rude(lambda connection: connection.sendall(b"\x00\x01\x02 what?\r\n\r\n")))
    assert isinstance(result, Unknown)


def test_a_cut_body_is_unknown_and_keeps_the_status() -> None:
    cut = http_answer(b'{"data"', b"content-length: 500", status=b"201 Created")
    result = answer_of(Rude(lambda connection: connection.sendall(cut)))
    assert isinstance(result, Unknown)
    assert (result.reason, result.status) == (Reason.CONNECTION_LOST, 201)


def test_a_gzip_bomb_is_stopped_and_told_as_unreadable() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    body = http_answer(bomb, b"content-encoding: gzip", b"content-length: %d" % len(bomb))
    result = answer_of(Rude(lambda connection: connection.sendall(body)))
    assert isinstance(result, Unknown)
    assert result.reason is Reason.UNREADABLE_ANSWER


def test_a_plain_body_over_the_limit_is_stopped() -> None:
    body = http_answer(b"x" * 300_000, b"content-length: 300000")
    result = answer_of(Rude(lambda connection: connection.sendall(body)), body_limit=100_000)
    assert isinstance(result, Unknown)
    assert result.reason is Reason.UNREADABLE_ANSWER


@pytest.mark.parametrize(
    ("packing", "body"),
    [
        (b"br", b"whatever"),
        (b"gzip", b"this is not packed"),
        (b"gzip", gzip.compress(b'{"a": 1}')[:-9]),
        (b"gzip, gzip", gzip.compress(gzip.compress(b"{}"))),
    ],
    # What is packed holds the second in which it was: as a name it would differ from process to process.
    ids=["unknown", "not packed", "cut", "packed twice"],
)
def test_packing_that_cannot_be_read_is_unreadable(packing: bytes, body: bytes) -> None:
    sent = http_answer(body, b"content-encoding: " + packing, b"content-length: %d" % len(body))
    result = answer_of(Rude(lambda connection: connection.sendall(sent)))
    assert isinstance(result, Unknown)
    assert result.reason is Reason.UNREADABLE_ANSWER


@pytest.mark.parametrize(
    "packed", [(b"gzip", gzip.compress(b'{"a": 1}')), (b"deflate", zlib.compress(b'{"a": 1}'))], ids=["gzip", "deflate"]
)
def test_a_packed_answer_is_unpacked(packed: tuple[bytes, bytes]) -> None:
    sent = http_answer(packed[1], b"content-encoding: " + packed[0], b"content-length: %d" % len(packed[1]))
    result = answer_of(Rude(lambda connection: connection.sendall(sent)))
    assert isinstance(result, Response)
    assert result.json() == {"a": 1}


def test_a_redirect_is_handed_back_and_not_followed(loopback: Loopback) -> None:
    loopback.answer = lambda request: Reply(307, {}, {"location": "http://127.0.0.1:9/elsewhere"})
    result = Client().send("POST", loopback.url, json={})
    assert isinstance(result, Response)
    assert (result.status, result.ok, len(loopback.requests)) == (307, False, 1)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 100_000, b'{"a": ', b"\xff\xfe", b"nul"])
def test_a_body_that_is_no_json_reads_as_none(loopback: Loopback, body: bytes) -> None:
    loopback.answer = lambda request: Reply(200, raw=body)
    result = Client().send("GET", loopback.url)
    assert isinstance(result, Response)
    assert result.json() is None
    assert result.object() == {}


def test_the_hook_runs_before_every_request_and_can_stop_it(loopback: Loopback) -> None:
    seen: list[tuple[str, str]] = []

    class LeaseLost(Exception):
        pass

    def stop(method: str, address: str) -> None:
        seen.append((method, address))
        raise LeaseLost

    with pytest.raises(LeaseLost):
        Client(before_request=stop).send("POST", loopback.url + "/2/tweets?secret=1")
    assert seen == [("POST", loopback.url + "/2/tweets")]
    assert loopback.requests == []


def test_environment_variables_do_not_send_requests_through_a_proxy(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    loopback.answer = lambda request: Reply(200, {})
    assert isinstance(Client().send("GET", loopback.url), Response)


def test_the_client_says_who_it_is_and_keeps_no_cookies(loopback: Loopback) -> None:
    loopback.answer = lambda request: Reply(200, {}, {"set-cookie": "session=1; path=/"})
    client = Client()
    client.send("GET", loopback.url)
    client.send("GET", loopback.url)
    assert all("Samspill" in request.headers["user-agent"] for request in loopback.requests)
    assert all("cookie" not in request.headers for request in loopback.requests)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://x.no/",
        "http://",
        "//x.no",
        "http://user:pw@x.no/",
        "http://x.no/a b",
        "http://x.no/\n",
    ],
)
def test_other_addresses_than_plain_http_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Client().send("GET", url)


def test_secrets_stand_in_no_detail_no_repr_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    results = [
        answer_of(Rude(lambda connection: None)),
        Client().send("GET", "http://127.0.0.1:9/", headers={"authorization": SECRET}),
        Client().send("GET", "http://127.0.0.1:9/", headers={"authorization": SECRET + "\r\nx: y"}),
        Client().send("GET", "http://127.0.0.1:9/", headers={"authorization": SECRET + "ø€"}),
    ]
    assert all(isinstance(result, NotSent | Unknown) for result in results)
    assert SECRET not in repr(results)
    assert SECRET not in caplog.text


def test_many_threads_share_the_connections_without_mixing_answers(loopback: Loopback) -> None:
    loopback.answer = lambda request: Reply(200, {"path": request.path})
    wrong: list[str] = []

    def ask(number: int) -> None:
        result = Client().send("GET", f"{loopback.url}/{number}")
        if not isinstance(result, Response) or result.object()["path"] != f"/base/{number}":
            wrong.append(repr(result))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


NOW = datetime(2026, 11, 25, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "17"}, 17),
        ({"retry-after": "Wed, 25 Nov 2026 13:02:00 GMT"}, 120),
        ({"retry-after": "Wed, 25 Nov 2026 13:02:00 GMT", "date": "Wed, 25 Nov 2026 13:01:30 GMT"}, 30),
        ({"retry-after": "-5"}, 60),
        ({"retry-after": "soon"}, 60),
        ({"retry-after": "99999999"}, 3600),
        ({"x-reset": str(int(NOW.timestamp()) + 45)}, 45),
        ({"x-reset": str(int(NOW.timestamp()) - 45)}, 60),
        ({"x-reset": str(int(NOW.timestamp()) + 7200 + 45), "date": "Wed, 25 Nov 2026 15:00:00 GMT"}, 45),
        ({"x-reset": "9" * 12}, 3600),
        ({}, 60),
    ],
)
def test_waiting_follows_what_the_platform_says_whatever_the_clocks_are(
    headers: dict[str, str], seconds: float
) -> None:
    assert http.seconds_to_wait(headers, NOW, ("x-reset",)) == seconds


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://www.linkedin.com/dms-uploads/1?x=y", True),
        ("https://api.linkedin.com/upload", True),
        ("http://www.linkedin.com/dms-uploads/1", False),
        ("https://linkedin.com.evil.example/1", False),
        ("https://evil-linkedin.com/1", False),
        ("https://www.linkedin.com:8443/1", False),
        ("https://user@www.linkedin.com/1", False),
        ("https://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        (None, False),
    ],
)
def test_upload_addresses_are_taken_only_from_the_platform_itself(url: object, good: bool) -> None:
    assert http.handed_out(url, "https://api.linkedin.com", ("linkedin.com",)) is good


def test_an_upload_address_on_the_accounts_own_base_is_taken() -> None:
    assert http.handed_out("http://127.0.0.1:8100/up/1", "http://127.0.0.1:8100/linkedin", ("linkedin.com",))
    assert not http.handed_out("http://127.0.0.1:8101/up/1", "http://127.0.0.1:8100/linkedin", ("linkedin.com",))


def test_an_id_cannot_leave_its_place_in_an_address() -> None:
    assert http.address("https://x.no/", "2", "../users?a=b") == "https://x.no/2/..%2Fusers%3Fa%3Db"


def test_a_platforms_words_are_cleaned() -> None:
    words = http.clean(f"bad\n token {SECRET}\x00 here " + "x" * 999, {"t": SECRET})
    assert words.startswith("bad token *** here xxx")
    assert len(words) == 300
