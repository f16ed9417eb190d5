"""The numbers at /metrics: who may read them, that they are right, that they name nobody, and that they stay cheap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from samspill.brands.models import Brand
from samspill.channels.models import Channel
from samspill.config.environment import EnvironmentProblems, read_environment
from samspill.delivery import hold, instant
from samspill.delivery.models import Attempt, Circuit, Delivery
from samspill.delivery.states import State
from tests.rooms.desk import world

S = State
TOKEN = "0123456789abcdef" * 4
Numbers = Callable[..., float]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def token(settings: Any) -> None:
    settings.SAMSPILL_METRICS_TOKEN = TOKEN


@pytest.fixture
def channels(db: None) -> dict[str, Channel]:
    return world.channels()


def ask(authorization: str = f"Bearer {TOKEN}", address: str = "/metrics") -> Any:
    return Client(raise_request_exception=False).get(
        address, headers={"Authorization": authorization} if authorization else {}
    )


def read() -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """All samples, as Prometheus' own parser reads them: (name, labels) → value."""
    answer = ask()
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(sample.name, frozenset(sample.labels.items())): sample.value for one in families for sample in one.samples}


def number(name: str, **labels: str) -> float:
    return read()[f"samspill_{name}", frozenset(labels.items())]


class TestWhoReads:
    def test_without_a_token_set_the_address_is_not_there(self, settings: Any) -> None:
        settings.SAMSPILL_METRICS_TOKEN = ""
        assert ask("Bearer ").status_code == 404
        assert ask(f"Bearer {TOKEN}").status_code == 404

    @pytest.mark.parametrize(
        "wrong",
        ["", "Bearer", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}0", f"Basic {TOKEN}", TOKEN, "Bearer æøå"],
    )
    def test_who_does_not_show_the_token_gets_nothing(self, wrong: str) -> None:
        answer = ask(wrong)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert b"samspill_" not in answer.content and TOKEN.encode() not in answer.content

    def test_a_token_in_the_address_does_not_count(self) -> None:
        assert ask("", f"/metrics?token={TOKEN}&access_token={TOKEN}").status_code == 401

    def test_being_signed_in_to_the_desk_does_not_count(self) -> None:
        client = Client()
        client.force_login(world.people()["root"])
        assert client.get("/metrics").status_code == 401

    def test_nobody_keeps_the_answer_and_nothing_is_changed_by_asking(self) -> None:
        answer = ask()
        assert "no-store" in answer.headers["Cache-Control"] and not answer.cookies
        assert Client().post("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 405

    def test_a_newer_prometheus_gets_the_format_that_it_asks_for(self) -> None:
        answer = Client().get(
            "/metrics",
            headers={"Authorization": f"Bearer {TOKEN}", "Accept": "application/openmetrics-text;version=1.0.0"},
        )
        assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
        assert answer.content.endswith(b"# EOF\n")

    @pytest.mark.parametrize("bad", ["x" * 31, "x" * 40 + " y", "ø" * 40])
    def test_a_token_that_is_short_or_cannot_stand_in_a_header_is_refused_and_not_repeated(
        self, bad: str, tmp_path: Any
    ) -> None:
        with pytest.raises(EnvironmentProblems) as found:
            read_environment({"SAMSPILL_DATA": str(tmp_path), "SAMSPILL_METRICS_TOKEN": bad})
        (problem,) = found.value.problems
        assert problem.startswith("SAMSPILL_METRICS_TOKEN") and bad not in problem

    def test_the_token_does_not_show_when_the_environment_is_printed(self, tmp_path: Any) -> None:
        env = read_environment({"SAMSPILL_DATA": str(tmp_path), "SAMSPILL_METRICS_TOKEN": TOKEN})
        assert env.metrics_token == TOKEN and TOKEN not in repr(env)


class TestTheLedger:
    def test_deliveries_stand_by_platform_and_state_and_none_is_zero(self, channels: dict[str, Channel]) -> None:
        world.delivery(channels["facebook"], S.CONFIRMED)
        world.delivery(channels["waiting"], S.CONFIRMED)  # another account there
        world.delivery(channels["x"], S.REFUSED, reason="content_rejected")
        assert number("deliveries", platform="facebook", state="confirmed") == 2
        assert number("deliveries", platform="x", state="refused") == 1
        assert number("deliveries", platform="linkedin", state="due") == 0

    def test_lateness_counts_what_came_out_in_the_last_hour_from_when_it_could_leave(
        self, channels: dict[str, Channel]
    ) -> None:
        at = timezone.now() - timedelta(minutes=30)

        def out(after: float, **more: Any) -> None:
            values = {"at": at, "accepted_at": at + timedelta(seconds=after), "attempt_number": 1, **more}
            world.delivery(channels["x"], S.CONFIRMED, **values)

        out(0.5)
        out(40)
        out(100, approved_at=at + timedelta(seconds=90))  # approved after its time: ten seconds late
        out(900, attempt_number=0)  # by hand
        out(70, at=at - timedelta(hours=2), accepted_at=at - timedelta(hours=2))  # long ago
        found = {bound: number("lateness_seconds_bucket", platform="x", le=bound) for bound in ("1.0", "15.0", "60.0")}
        assert found == {"1.0": 1, "15.0": 2, "60.0": 3}
        assert number("lateness_seconds_bucket", platform="x", le="+Inf") == 3
        assert number("lateness_seconds_gcount", platform="x") == 3
        assert number("lateness_seconds_gsum", platform="x") == pytest.approx(50.5, abs=0.01)

    def test_the_most_overdue_is_told_in_seconds_unless_something_explains_it(
        self, channels: dict[str, Channel]
    ) -> None:
        assert number("overdue_seconds") == 0
        long_ago = timezone.now() - timedelta(minutes=10)
        world.delivery(channels["x"], S.DUE, next_try_at=long_ago)
        world.delivery(channels["facebook"], S.DUE, next_try_at=long_ago - timedelta(hours=1))
        Channel.objects.filter(pk=channels["facebook"].pk).update(trouble="token_dead", trouble_since=long_ago)
        assert number("overdue_seconds") == pytest.approx(600, abs=30)

    def test_attempts_of_the_last_hour_stand_by_outcome(self, channels: dict[str, Channel]) -> None:
        found = world.delivery(channels["x"], S.DUE)
        now = timezone.now()
        for tried, (outcome, minutes) in enumerate((("later", 1), ("later", 50), ("later", 70), ("novel", 2)), start=1):
            Attempt.objects.create(
                delivery=found, number=tried, step="post", kind="send", outcome=outcome, seconds=1,
                started_at=now - timedelta(minutes=minutes),
            )  # fmt: skip
        assert number("attempts_last_hour", platform="x", outcome="later") == 2
        assert number("attempts_last_hour", platform="x", outcome="novel") == 1
        assert number("attempts_last_hour", platform="facebook", outcome="refused") == 0

    def test_what_people_have_stopped_is_told_and_since_when(self, channels: dict[str, Channel]) -> None:
        assert (number("holds", scope="all"), number("hold_seconds")) == (0, 0)
        person = world.people()["root"]
        hold.place(person, "Feil i saken", channel=channels["x"])
        brand = Brand.objects.get(key="lotteritilsynet")
        hold.place(person, "Feil i saken", brand=brand)
        assert [number("holds", scope=scope) for scope in ("all", "brand", "channel")] == [0, 1, 1]
        assert 0 <= number("hold_seconds") < 60


class TestChannels:
    def test_days_left_are_those_until_a_person_must_do_something(self, channels: dict[str, Channel]) -> None:
        channel = channels["linkedin"]
        Channel.objects.filter(pk=channel.pk).update(key_expires_at=instant.now() + timedelta(days=6, hours=12))
        assert number("channel_token_days_left", channel=str(channel.pk), platform="linkedin") == pytest.approx(
            6.5, 0.01
        )
        endless = (
            "samspill_channel_token_days_left",
            frozenset({"channel": str(channels["x"].pk), "platform": "x"}.items()),
        )
        assert endless not in read()

    def test_trouble_waiting_and_mode_stand_for_each_channel(self, channels: dict[str, Channel]) -> None:
        x = channels["x"]
        which = {"channel": str(x.pk), "platform": "x"}
        assert (number("channel_trouble", **which), number("channel_waits", **which)) == (0, 0)
        now = timezone.now()
        Channel.objects.filter(pk=x.pk).update(
            trouble="token_dead", trouble_since=now, held_until=now + timedelta(minutes=5)
        )
        assert (number("channel_trouble", **which), number("channel_waits", **which)) == (1, 1)
        assert number("channel_info", mode="live", **which) == 1

    def test_a_platform_that_is_left_alone_is_told(self, channels: dict[str, Channel]) -> None:
        now = timezone.now()
        Circuit.objects.create(platform="x", base_url=channels["x"].base_url, failures=5, opened_at=now, open_until=now)
        assert (number("circuit_open", platform="x"), number("circuit_open", platform="facebook")) == (1, 0)

    def test_nothing_says_which_account_which_person_or_which_story(self, channels: dict[str, Channel]) -> None:
        for channel in channels.values():
            channel.handle, channel.external_id = f"bruker-{channel.pk}", f"konto-{channel.pk}"
            channel.save()
        Channel.objects.update(key_expires_at=timezone.now() + timedelta(days=3))
        found = world.delivery(channels["x"], S.NEEDS_PERSON, "Hemmelig sak", reason="timeout", detail="Ingrid")
        text = ask().content.decode()
        assert "samspill_channel_token_days_left{" in text
        secrets = [found.code, "Hemmelig", "Ingrid", "bruker-", "konto-", "127.0.0.1", world.SECRET, "reason"]
        secrets += [channel.name for channel in channels.values()]
        assert not [one for one in secrets if one in text]


class TestTheQueue:
    def test_jobs_stand_by_queue_and_an_empty_queue_is_told_as_empty(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status, scheduled_at) VALUES "
                "('delivery', 'a', 'todo', NULL), ('delivery', 'a', 'todo', now() - interval '1 minute'), "
                "('delivery', 'a', 'todo', now() + interval '1 hour'), ('delivery', 'a', 'doing', NULL), "
                "('delivery', 'a', 'failed', NULL)"
            )
        found = {
            state: number("jobs", queue="delivery", state=state) for state in ("waiting", "later", "doing", "failed")
        }
        assert found == {"waiting": 2, "later": 1, "doing": 1, "failed": 1}
        assert number("jobs", queue="sweep", state="waiting") == 0

    def test_without_any_worker_there_are_none_and_no_age(self) -> None:
        found = {name for name, _labels in read()}
        assert number("workers") == 0 and "samspill_worker_age_seconds" not in found

    def test_a_worker_that_was_heard_from_long_ago_has_an_age_and_does_not_count(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '90 seconds')")
        assert (number("workers"), number("worker_age_seconds")) == (0, pytest.approx(90, abs=5))


def many(channel: Channel, count: int) -> None:
    """Deliveries that are out, each with an attempt, a quarter of them in the last hour."""
    model = world.delivery(channel, S.CONFIRMED)
    values = {
        "code": "'k' || lpad(n::text, 10, '0')",
        "due_at": "now() - make_interval(secs => n %% 14400)",
        "accepted_at": "now() - make_interval(secs => n %% 14400) + interval '2 seconds'",
        "attempt_number": "1",
    }
    columns = [f.column for f in Delivery._meta.concrete_fields if not f.primary_key]
    picked = ", ".join(values.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO delivery_delivery ({names}) SELECT {picked} FROM delivery_delivery,"
            " generate_series(1, %s) AS n WHERE id = %s",
            [count, model.pk],
        )
        cursor.execute(
            "INSERT INTO delivery_attempt (delivery_id, number, step, kind, started_at, seconds, outcome, reason,"
            " detail, followed, worker) SELECT id, 9, 'post', 'send', accepted_at, 0.4, 'done', '', '', 'accepted', ''"
            " FROM delivery_delivery WHERE id > %s",
            [model.pk],
        )
        cursor.execute("ANALYZE delivery_delivery, delivery_attempt")


@pytest.mark.slow
def test_it_costs_the_same_with_a_hundred_thousand_deliveries(channels: dict[str, Channel]) -> None:
    def count() -> tuple[int, float]:
        with CaptureQueriesContext(connection) as queries:
            read()
        return len(queries), sum(float(query["time"]) for query in queries.captured_queries)

    few, _seconds = count()
    many(channels["facebook"], 100_000)
    for other in range(20):
        Channel.objects.create(platform="x", name=f"Konto {other}", external_id=f"flere-{other}")
    lots, seconds = count()
    assert lots == few <= 16
    assert seconds < 5  # generous, for a loaded machine: 0.3 s is usual
    assert number("deliveries", platform="facebook", state="confirmed") == 100_001
    assert number("lateness_seconds_gcount", platform="facebook") > 20_000
    assert number("attempts_last_hour", platform="facebook", outcome="done") > 10_000
