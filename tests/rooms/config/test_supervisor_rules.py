"""How the supervisor treats its children, tried on small ones."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from samspill.config.keeper import end
from samspill.config.ports import is_free, next_free
from samspill.config.processes import name_of
from samspill.config.run import choose_ports, start_anew
from samspill.config.supervisor import Child, StartProblem, Stopped, Supervisor


@pytest.fixture
def supervisor(tmp_path):
    with Supervisor(tmp_path, dict(os.environ), embedded_database=False, prefix=True) as supervisor:
        yield supervisor


def toy(code: str, ready=lambda: True) -> Child:
    return Child("toy", "Leken", [sys.executable, "-c", code], ready)


def tend_until(supervisor, holds, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        supervisor.tend()
        time.sleep(0.02)


def test_a_child_that_ends_well_is_started_again_too(supervisor, tmp_path, capsys):
    notes = tmp_path / "notes"
    supervisor.start(toy(f"open({str(notes)!r}, 'a').write('x')"))
    tend_until(supervisor, lambda: notes.exists() and len(notes.read_text()) >= 2)
    assert "Leken stoppet (kode 0)" in capsys.readouterr().out


def test_each_new_failure_makes_the_pause_longer(supervisor):
    child = toy("pass")
    supervisor.start(child)
    tend_until(supervisor, lambda: child.failures == 1)
    first = child.next_start - time.monotonic()
    tend_until(supervisor, lambda: child.failures == 2)
    assert child.next_start - time.monotonic() > first


def test_a_child_that_never_starts_is_given_up_in_words(supervisor):
    with pytest.raises(StartProblem, match="Leken starter ikke"):
        supervisor.start(toy("raise SystemExit(3)", ready=lambda: False))


def test_what_a_child_says_is_handed_on_with_its_name(supervisor, capsys):
    supervisor.start(toy("print('hei'); import time; time.sleep(30)"))
    said = []
    tend_until(supervisor, lambda: said.append(capsys.readouterr().out) or "toy     | hei" in "".join(said))


def test_stop_ends_a_step_that_is_running(supervisor):
    def hear(line):
        supervisor.stop()

    with pytest.raises(Stopped):
        supervisor.run_once([sys.executable, "-c", "print('nå', flush=True); import time; time.sleep(60)"], hear)


def test_a_child_that_will_not_end_is_killed_with_all_its_own(supervisor, tmp_path):
    pids = tmp_path / "pids"
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    code = (
        "import os, subprocess, sys\n"
        f"inner = subprocess.Popen([sys.executable, '-c', {stubborn!r}])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{inner.pid}}')\n"
        f"{stubborn}"
    )
    child = toy(code, ready=lambda: pids.exists() and len(pids.read_text().split()) == 2)
    supervisor.start(child)
    end({child.process.pid}, grace=0.5)
    child.process.wait(5)
    deadline = time.monotonic() + 5
    while any(name_of(int(pid)) for pid in pids.read_text().split()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    supervisor.children.clear()


def test_the_demo_moves_to_the_next_free_port_and_says_so(capsys):
    import socket
    from dataclasses import replace

    from samspill.config.environment import read_environment

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        env = replace(read_environment(), web_port=port, base_url=f"http://127.0.0.1:{port}", sandbox_port=port)
        moved = choose_ports(env, demo=True)
        with pytest.raises(StartProblem, match=f"Port {port} er i bruk"):
            choose_ports(env, demo=False)
    assert len({port, moved.web_port, moved.sandbox_port}) == 3
    assert moved.base_url == f"http://127.0.0.1:{moved.web_port}"
    assert moved.sandbox_url == f"http://127.0.0.1:{moved.sandbox_port}"
    assert f"Port {port} er i bruk av et annet program. Vi bruker {moved.web_port} i stedet." in capsys.readouterr().out


def test_no_port_is_offered_beyond_the_last():
    assert next_free("127.0.0.1", 65536) is None
    assert not is_free("192.0.2.1", 8000)


def test_starting_anew_never_touches_production_or_a_given_database(tmp_path):
    from samspill.config.environment import read_environment

    keep = tmp_path / "keep"
    keep.touch()
    given = {"SAMSPILL_DATA": str(tmp_path), "DATABASE_URL": "postgresql://db/samspill", "SAMSPILL_MODE": "demo"}
    with pytest.raises(StartProblem, match="DATABASE_URL"):
        start_anew(read_environment(given))
    assert Path(keep).exists()
