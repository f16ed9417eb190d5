"""The sandbox's own controls, its memory, and how a platform is added."""

import re
import sqlite3
import subprocess
import sys
import textwrap
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx2
import pytest

import sandbox
from sandbox.registry import platforms
from sandbox.server import make_server

from .conftest import PAGE


def test_it_says_that_it_is_well(http):
    assert http.get("/_sandbox/health").json()["status"] == "ok"


def test_a_reset_forgets_all_but_the_documented_accounts(x, http):
    http.post("/_sandbox/x/accounts", json={"id": "5", "name": "Ny", "token": "ny"})
    x.post("Glemmes")
    x.fault("delay")
    http.post("/_sandbox/reset", json={"keep_accounts": True})
    assert len(http.get("/_sandbox/x/accounts").json()) == 2
    http.post("/_sandbox/reset")
    assert [a["token"] for a in http.get("/_sandbox/x/accounts").json()] == ["sandbox-x-token"]
    assert x.posts() == []
    assert http.get("/_sandbox/x/faults").json() == []
    assert http.get("/_sandbox/x/settings").json()["list_lag_s"] == 2.0


def test_requests_are_kept_without_secrets(x, facebook):
    x.post("Hei")
    facebook.http.post(
        f"/facebook/v25.0/{PAGE}/feed",
        data={"access_token": "sandbox-facebook-token", "message": "Hei", "appsecret_proof": "0"},
    )
    for api in (x, facebook):
        assert "sandbox-" not in str(api.requests())
    entry = x.requests()[-1]
    assert (entry["method"], entry["path"], entry["operation"]) == ("POST", "/2/tweets", "createPosts")
    assert (entry["params"], entry["status"]) == ({"text": "Hei"}, 201)
    assert facebook.requests()[-1]["params"]["message"] == "Hei"


def test_files_are_noted_by_size_and_hash(facebook):
    facebook.photo()
    source = facebook.requests()[-1]["params"]["source"]
    assert source["filename"] == "bilde.png"
    assert re.fullmatch("[0-9a-f]{64}", source["sha256"])


@pytest.mark.parametrize("path", ["/_sandbox/tull/posts", "/_sandbox/x/tull", "/_sandbox"])
def test_an_unknown_control_is_a_404_in_json(http, path):
    response = http.get(path)
    assert response.status_code == 404
    assert "error" in response.json()


def test_an_unknown_setting_or_a_broken_account_is_refused(http):
    assert http.post("/_sandbox/x/settings", json={"tull": 1}).status_code == 400
    assert http.post("/_sandbox/x/accounts", json={"name": "uten nøkkel"}).status_code == 400
    assert http.post("/_sandbox/x/accounts", content=b"{").status_code == 400


def test_posts_survive_a_restart(tmp_path):
    path = str(tmp_path / "sandbox.sqlite")
    for expected in (1, 2):
        server = make_server(state_path=path).start()
        headers = {"Authorization": "Bearer sandbox-x-token"}
        httpx2.post(f"{server.url}/x/2/tweets", json={"text": f"nr {expected}"}, headers=headers)
        assert len(httpx2.get(f"{server.url}/_sandbox/x/posts").json()) == expected
        server.shutdown()


def test_two_identical_posts_at_the_same_moment_make_one(x):
    answers = []
    headers = {"Authorization": "Bearer sandbox-x-token"}

    def send():
        answers.append(x.http.post("/x/2/tweets", json={"text": "Samtidig"}, headers=headers).status_code)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201] + [403] * 7
    assert len(x.posts()) == 1


def test_a_link_card_is_read_on_this_machine_only(x, facebook):
    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'<meta property="og:title" content="Fra nyhetsrommet"><title>x</title>')

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Page) as newsroom:
        threading.Thread(target=newsroom.handle_request, daemon=True).start()
        facebook.post(message="Se", link=f"http://127.0.0.1:{newsroom.server_port}/l/a")
        for _ in range(100):
            title = facebook.posts()[0]["links"][0]["title"]
            if title:
                break
            threading.Event().wait(0.02)
    assert title == "Fra nyhetsrommet"
    x.post("Se https://lottstift.no/")
    assert x.posts()[0]["links"][0]["title"] == ""


def test_a_platform_is_added_by_adding_a_folder(tmp_path, monkeypatch):
    folder = tmp_path / "toy"
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "feed.html").write_text("<!doctype html><title>Toy</title>{{ items|length }}")
    (folder / "__init__.py").write_text(
        textwrap.dedent("""
        from sandbox import posts
        from sandbox.accounts import Account
        from sandbox.platform import Operation, Piece, Platform, always, answer

        def create(call):
            post = posts.Post("toy", "1", "a", "hei", "hei", 1.0, 1.0)
            posts.save(call.store, post)
            return answer({"id": "1"})

        PLATFORM = Platform(
            name="toy", title="Toy", api="/api", settings={}, scopes=(), pages=(), tint="#333", accounts=(),
            operations=(Operation("create", "POST", "/api/posts", create, creates_post=always),),
            admit=lambda call: None, finish=lambda call, response: None, new_account=lambda store, body: None,
            error=lambda call, status, params: answer({}, status), unknown=lambda call, wrong: answer({}, 404),
            duplicate=lambda call, earlier, params: answer({}, 409),
            public=lambda store, post, base: {"url": base}, rich=lambda store, post: [Piece(post.text)],
        )
    """)
    )
    monkeypatch.setattr(sandbox, "__path__", [*sandbox.__path__, str(tmp_path)])
    platforms.cache_clear()
    try:
        server = make_server().start()
        assert httpx2.post(f"{server.url}/toy/api/posts").json() == {"id": "1"}
        assert httpx2.get(f"{server.url}/_sandbox/toy/posts").json()[0]["text"] == "hei"
        assert httpx2.get(f"{server.url}/toy").text.endswith("1")
        assert "Toy" in httpx2.get(f"{server.url}/").text
        server.shutdown()
    finally:
        platforms.cache_clear()
        sys.modules.pop("sandbox.toy", None)


def test_the_room_imports_nothing_of_the_project():
    root = next(iter(sandbox.__path__))
    from pathlib import Path

    for file in Path(root).rglob("*.py"):
        assert not re.search(r"^\s*(from|import) samspill", file.read_text("utf-8"), re.M), file


def run(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_the_command_says_where_it_is_and_stops_when_asked(tmp_path):
    process = run("--port", "0", "--state", str(tmp_path / "state.sqlite"))
    first = process.stdout.readline()
    url = first.split()[-1]
    assert httpx2.get(f"{url}_sandbox/health").json()["status"] == "ok"
    taken = run("--port", url.rstrip("/").rsplit(":", 1)[-1])
    assert "Velg en annen med --port" in taken.communicate(timeout=10)[1]
    assert taken.returncode == 1
    process.terminate()
    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")


def test_a_state_file_that_cannot_be_used_is_said_in_a_sentence(tmp_path):
    process = run("--port", "0", "--state", str(tmp_path / "finnes" / "ikke.sqlite"))
    _, errors = process.communicate(timeout=10)
    assert (process.returncode, "Velg en annen med --state" in errors) == (1, True)
    assert "Traceback" not in errors


def test_a_state_of_another_form_is_let_go(tmp_path):
    path = tmp_path / "old.sqlite"
    old = sqlite3.connect(path)
    old.execute("create table media (platform text, id text, bytes blob)")
    old.close()
    server = make_server(state_path=str(path)).start()
    assert httpx2.get(f"{server.url}/_sandbox/x/posts").json() == []
    server.shutdown()
