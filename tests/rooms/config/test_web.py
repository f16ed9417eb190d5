"""What every answer carries, what the media folder gives away, and what health and readiness say."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from samspill.config import readiness


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def put(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path

    def put(name: str, content: bytes = b"x") -> str:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return f"/media/{name}"

    return put


class TestHeaders:
    def test_public_answers_forbid_inline_scripts_and_other_hosts(self, client):
        policy = client.get("/healthz").headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy and "http" not in policy

    def test_the_desk_names_no_other_host_either(self, client, db):
        policy = client.get("/desk/login/").headers["Content-Security-Policy"]
        assert "http" not in policy and "*" not in policy

    def test_a_public_answer_sets_no_cookie(self, client):
        assert not client.get("/healthz").cookies

    def test_every_answer_names_its_trace(self, client):
        assert len(client.get("/healthz").headers["X-Request-ID"]) == 32

    def test_a_trace_from_the_proxy_in_front_is_kept(self, client):
        assert client.get("/healthz", headers={"X-Request-ID": "a" * 32}).headers["X-Request-ID"] == "a" * 32

    @pytest.mark.parametrize("hostile", ["", "kort", "x" * 32, "a" * 65, "abc\r\nSet-Cookie: x", "<script>" * 4])
    def test_a_hostile_trace_is_replaced(self, client, hostile):
        assert client.get("/healthz", headers={"X-Request-ID": hostile}).headers["X-Request-ID"] != hostile

    def test_times_and_rooms_for_sensors_are_closed(self, client):
        answer = client.get("/healthz")
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


class TestMedia:
    def test_a_picture_is_shown_and_kept_for_long(self, client, put):
        answer = client.get(put("images/a.jpg"))
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert "attachment" not in answer.headers["Content-Disposition"]
        assert "immutable" in answer.headers["Cache-Control"]

    @pytest.mark.parametrize("name", ["images/a.svg", "images/a.html", "images/a.pdf", "images/a", "images/a.jpg.js"])
    def test_anything_that_could_run_is_downloaded_instead(self, client, put, name):
        answer = client.get(put(name, b"<script>alert(1)</script>"))
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]

    @pytest.mark.parametrize(
        "path",
        [
            "/media/documents/a.pdf",
            "/media/images/../documents/a.pdf",
            "/media/./documents/a.pdf",
            "/media//documents/a.pdf",
            "/media/%2Fdocuments/a.pdf",
            "/media/images//a.pdf",
            "/media/images/%2e%2e/documents/a.pdf",
            "/media/.htaccess",
            "/media/../secret_key",
            "/media/%2e%2e/secret_key",
            "/media/images/",
            "/media/images/%00.jpg",
            "/media/" + "a" * 5000 + ".jpg",
        ],
    )
    def test_documents_folders_and_what_lies_beside_are_not_given_away(self, client, put, path):
        put("documents/a.pdf")
        put(".htaccess")
        (Path(settings.MEDIA_ROOT).parent / "secret_key").write_text("x")
        assert client.get(path).status_code in (400, 404)


@pytest.mark.django_db
class TestReadiness:
    @pytest.fixture(autouse=True)
    def a_worker(self):
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")

    def test_ready_when_everything_works(self, client):
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()) == (200, {"status": "ok", "failing": {}})

    def test_a_worker_that_has_been_silent_for_too_long_is_missed(self, client):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert list(answer.json()["failing"]) == ["worker"]

    def test_a_migration_that_has_not_run_is_missed(self, client):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        assert list(client.get("/readyz").json()["failing"]) == ["migrations"]

    def test_a_database_that_is_gone_fails_alone_and_life_goes_on(self, client, monkeypatch):
        connection.close()
        monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
        monkeypatch.setitem(connection.settings_dict, "OPTIONS", {})
        assert list(readiness.failures()) == ["database"]
        assert client.get("/healthz").status_code == 200


def test_every_check_has_a_name_that_the_documentation_explains():
    text = (Path(__file__).resolve().parents[3] / "docs" / "operations.md").read_text()
    assert all(f"`{name}`" in text for name in readiness.CHECKS)


def test_the_desk_is_where_the_command_says_it_is():
    assert reverse("wagtailadmin_home") == "/desk/"
    assert reverse("wagtaildocs_serve", args=[1, "a.pdf"]) == "/dokumenter/1/a.pdf"
