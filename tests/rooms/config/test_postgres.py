"""The embedded database starts whatever happened to it before, and stops with its last user."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from samspill.config.postgres import PostgresProblem, Server
from samspill.config.postgres_place import SOCKET_NAME, SOCKET_PATH_LIMIT, find_place

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the server to another user")
as_person = pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")


@contextmanager
def new_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="samspill-pg-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def data() -> Iterator[Path]:
    with new_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def lived_in() -> Iterator[Server]:
    """One server for many tests: making a cluster is what takes time."""
    with new_folder() as folder:
        server = Server(folder)
        server.start()
        remember(server)
        yield server
        server.stop()


@pytest.fixture
def server(lived_in: Server) -> Server:
    lived_in.start()
    return lived_in


def ask(server: Server, question: str) -> object:
    with psycopg.connect(server.url, connect_timeout=5) as connection:
        found = connection.execute(question).fetchone()  # type: ignore[call-overload]
        return found[0] if found else None


def remember(server: Server) -> None:
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE memory AS SELECT 'bevart' AS word")


def postmaster(server: Server) -> int:
    return int((server.place.cluster / "postmaster.pid").read_text().splitlines()[0])


def kill_and_wait(server: Server) -> None:
    os.kill(postmaster(server), signal.SIGKILL)
    while server.answers():
        time.sleep(0.01)


def test_it_speaks_norwegian_and_listens_to_nobody_outside(server):
    assert ask(server, "SELECT lower('ÆØÅ')") == "æøå"
    assert ask(server, "SELECT to_tsvector('søknaden') @@ to_tsquery('søknad')") is True
    assert ask(server, "SHOW listen_addresses") == ""
    assert server.place.socket.stat().st_mode & 0o777 == 0o700
    assert server.place.cluster.stat().st_mode & 0o777 == 0o700


def test_what_was_committed_survives_a_kill(server):
    kill_and_wait(server)
    server.start()
    assert ask(server, "SELECT word FROM memory") == "bevart"


def test_starting_what_runs_changes_nothing(server):
    before = postmaster(server)
    server.start()
    assert postmaster(server) == before


def test_a_stale_lock_with_the_number_of_another_program_does_not_hinder(server):
    server.stop()
    place = server.place
    stale = f"{os.getpid()}\n{place.cluster}\n1700000000\n5432\n{place.socket}\n\n  5432001   999999\nready\n"
    (server.place.cluster / "postmaster.pid").write_text(stale)
    (server.place.socket / f"{SOCKET_NAME}.lock").write_text(stale)
    (server.place.socket / SOCKET_NAME).touch()
    server.start()
    assert ask(server, "SELECT word FROM memory") == "bevart"


def test_a_stale_lock_with_the_number_of_a_zombie_does_not_hinder(server):
    zombie = subprocess.Popen([sys.executable, "-c", ""])
    while b") Z" not in Path(f"/proc/{zombie.pid}/stat").read_bytes():
        time.sleep(0.01)
    server.stop()
    (server.place.cluster / "postmaster.pid").write_text(f"{zombie.pid}\n{server.place.cluster}\n1\n5432\n")
    server.start()
    assert server.answers()
    zombie.wait()


def test_a_killed_initdb_leaves_nothing_that_looks_finished(data):
    half = data / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with Server(data).used():
        assert Server(data).answers()


def test_the_last_user_out_stops_it(server):
    with server.used():
        with Server(server.data).used():
            pass
        assert server.answers()
    assert not server.answers()


def test_a_killed_user_does_not_count(server):
    server.stop()
    code = (
        f"import time; from pathlib import Path; from samspill.config.postgres import Server\n"
        f"with Server(Path({str(server.data)!r})).used(): print('in', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    holder.stdout.readline()
    holder.kill()
    holder.wait()
    assert server.answers()  # nobody was left to stop it
    with server.used():
        assert ask(server, "SELECT 1") == 1
    assert not server.answers()


def test_data_of_another_major_version_is_refused_in_words(data):
    (data / "postgres").mkdir()
    (data / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(PostgresProblem, match="laget av PostgreSQL 17, men vi har 18"):
        Server(data).start()


def test_a_file_in_the_place_of_the_folder_is_told_in_words(data):
    (data / "taken").touch()
    with pytest.raises(PostgresProblem, match="er ikke en mappe"), Server(data / "taken").used():
        pass


@as_person
def test_a_folder_that_is_not_ours_is_told_in_words(data):
    closed = data / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(PostgresProblem, match="Vi får ikke skrive"), Server(closed).used():
        pass


def test_a_socket_folder_that_somebody_else_has_made_is_refused(server):
    server.stop()
    shutil.rmtree(server.place.socket)
    server.place.socket.symlink_to("/tmp")
    with pytest.raises(PostgresProblem, match="tilhører en annen bruker"):
        server.start()
    server.place.socket.unlink()


def test_a_long_path_gets_a_short_socket_and_odd_signs_are_no_trouble(data):
    deep = data / "Åse's Mappe 50%" / ("med-et-langt-navn-" * 4)
    server = Server(deep)
    assert len(os.fsencode(deep / "socket" / SOCKET_NAME)) > SOCKET_PATH_LIMIT
    with server.used():
        assert ask(server, "SELECT 1") == 1
    shutil.rmtree(server.place.socket)


def test_capitals_in_the_sockets_path_reach_the_database(data):
    assert "Mappe" in Server(data / "Mappe").url


@as_root
def test_root_never_opens_a_closed_folder(data):
    closed = data / "closed"
    closed.mkdir(mode=0o700)
    server = Server(closed / "data")
    assert not server.place.base.is_relative_to(closed)
    with server.used():
        assert ask(server, "SELECT 1") == 1
    assert closed.stat().st_mode & 0o777 == 0o700
    assert closed.stat().st_uid == 0
    assert find_place(closed / "data") == server.place
    shutil.rmtree(server.place.base)
    shutil.rmtree(server.place.socket, ignore_errors=True)


@as_root
def test_an_unprivileged_user_runs_it_alone():
    """Root's tests try it as another user, with any Python of the same version that this user can reach."""
    nobody = pwd.getpwnam("nobody")
    home = Path(tempfile.mkdtemp(prefix="samspill-nobody-"))
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    code = """
        import os
        from pathlib import Path
        from samspill.config.postgres import Server
        server = Server(Path(os.environ["DATA"]))
        with server.used():
            print(server.answers(), server.place.cluster.stat().st_uid == os.geteuid())
    """
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "DATA": str(home / "d"), "HOME": "/"}
    for program in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            done = subprocess.run(
                [program, "-c", textwrap.dedent(code)],
                user=nobody.pw_uid,
                group=nobody.pw_gid,
                extra_groups=[],
                env=environment,
                cwd="/",
                capture_output=True,
                text=True,
            )
        except OSError:
            continue
        shutil.rmtree(home)
        assert done.stdout.split() == ["True", "True"], done.stderr
        return
    shutil.rmtree(home)
    pytest.skip("no Python that another user can reach")
