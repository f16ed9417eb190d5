"""E-mail to people of the desk: one letter each, sent by a worker, over real SMTP."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from samspill.config.environment import EnvironmentProblems, read_environment
from samspill.config.mailserver import read_mail_server
from samspill.mail import post, tasks

pytestmark = pytest.mark.django_db(transaction=True)


class _Server(socketserver.StreamRequestHandler):
    """As little of RFC 5321 as a client needs: takes letters and keeps them."""

    letters: list[str] = []

    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline().strip().upper():
            if line == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part)
                _Server.letters.append(b"".join(lines).decode())
            self.wfile.write(b"221 bye\r\n" if line == b"QUIT" else b"250 ok\r\n")
            if line == b"QUIT":
                return


@pytest.fixture
def server(settings: Any) -> Iterator[list[str]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Server) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        settings.SAMSPILL_MAIL = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = listening.server_address
        _Server.letters.clear()
        yield _Server.letters
        listening.shutdown()


@pytest.fixture
def people() -> list[Any]:
    make = get_user_model().objects.create_user
    return [
        make("marte", "marte@eksempel.no"),
        make("jonas", "jonas@eksempel.no"),
        make("uten", ""),
        make("sluttet", "sluttet@eksempel.no", is_active=False),
    ]


def queued() -> list[dict[str, Any]]:
    return [job.args for job in ProcrastinateJob.objects.filter(task_name="mail.send").order_by("id")]


def test_each_gets_a_letter_of_his_own_over_smtp(server: list[str], people: list[Any]) -> None:
    assert post.tell(people, "Sak ute\nalene", "Ingrid publiserte «Høring» alene.") == 2
    for job in queued():
        tasks.send(**job)
    assert len(server) == 2
    for name, letter in zip(("marte", "jonas"), server, strict=True):
        assert f"To: {name}@eksempel.no" in letter
        assert letter.count("@eksempel.no") == 1
        assert "Subject: Sak ute alene" in letter


def test_nothing_is_told_of_what_did_not_happen(server: list[str], people: list[Any]) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post.tell(people, "Emne", "Tekst")
        raise ZeroDivisionError
    assert queued() == []


def test_without_a_mail_server_nothing_is_queued_or_sent(settings: Any, people: list[Any]) -> None:
    settings.SAMSPILL_MAIL = False
    assert post.tell(people, "Emne", "Tekst") == 0
    tasks.send(people[0].pk, "Emne", "Tekst")
    assert (queued(), mail.outbox) == ([], [])


def test_who_has_left_in_the_meantime_gets_no_letter(server: list[str], people: list[Any]) -> None:
    post.tell(people[:1], "Emne", "Tekst")
    people[0].is_active = False
    people[0].save()
    tasks.send(**queued()[0])
    assert server == []


def test_a_mail_server_that_is_away_is_tried_again_for_hours(settings: Any, people: list[Any]) -> None:
    settings.SAMSPILL_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(ConnectionRefusedError) as failed:
        tasks.send(people[0].pk, "Emne", "Tekst")
    waits = []
    for attempts in range(7):
        job = type("Job", (), {"attempts": attempts})
        decision = tasks.AGAIN.get_retry_decision(exception=failed.value, job=job)
        waits.append(decision.retry_at if decision else None)
    assert None not in waits[:6] and waits[6] is None


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("smtps://post@eksempel.no:s%40l%2Ft@vert.eksempel.no", ("post@eksempel.no", "s@l/t", 465, True, False)),
        ("smtps://post%40eksempel.no:s%40l%2Ft@vert.eksempel.no", ("post@eksempel.no", "s@l/t", 465, True, False)),
        ("smtp://vert.eksempel.no:2525", ("", "", 2525, False, True)),
        ("smtp+plain://localhost", ("", "", 25, False, False)),
        ("https://vert.eksempel.no", None),
        ("smtp://", None),
        ("smtp://vert:port", None),
        ("smtp://vert/mappe", None),
    ],
)
def test_one_address_says_all_of_the_mail_server(address: str, found: tuple[Any, ...] | None) -> None:
    if found is None:
        with pytest.raises(ValueError):  # noqa: PT011 - urllib's own, or ours
            read_mail_server(address)
        return
    server = read_mail_server(address)
    assert (server.user, server.password, server.port, server.tls, server.starttls) == found
    assert "s@l/t" not in repr(server)


def test_a_wrong_mail_server_is_told_without_its_password() -> None:
    with pytest.raises(EnvironmentProblems) as found:
        read_environment({"SAMSPILL_MAIL_URL": "smpt://u:hemmelig@vert", "SAMSPILL_MAIL_FROM": "feil"})
    text = "\n".join(found.value.problems)
    assert "SAMSPILL_MAIL_URL" in text and "SAMSPILL_MAIL_FROM" in text and "hemmelig" not in text


def test_letters_need_somebody_they_are_from() -> None:
    with pytest.raises(EnvironmentProblems, match="SAMSPILL_MAIL_FROM mangler"):
        read_environment({"SAMSPILL_MAIL_URL": "smtps://vert.eksempel.no"})
