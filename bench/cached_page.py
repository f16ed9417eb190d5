"""A newsroom page that is asked for again and again, beside nginx handing out the same bytes from a file.

Compared by answers per second of the server's own processor time: so the machine's other work, and the process that
asks, count for neither side.
"""

from __future__ import annotations

import pwd
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

from bench import load, processes
from bench.figures import Figure
from tests.chaos.machines import Web, free_port

SECONDS = 4.0
SHARE = 1 / 3
CONFIG = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 64; }}
http {{
  access_log off; default_type text/html; sendfile on; keepalive_requests 10000000;
  client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  server {{ listen 127.0.0.1:{port}; root {folder}; location / {{ try_files /page.html =404; }} }}
}}
"""


def measure(web: Web, path: str, folder: Path) -> list[Figure]:
    """``web`` is up. ``folder`` is ours to write in."""
    if not web.wait_until_well(60):
        raise RuntimeError("the web did not start")
    with urllib.request.urlopen(f"{web.url}{path}", timeout=30) as answer:
        page = answer.read()
    what = f"a cached newsroom page ({len(page) / 1024:.0f} KB), answers per second of the server's CPU"
    rate, per_cpu = _measure(f"{web.url}{path}", web.process.pid)
    value = f"{per_cpu:,.0f} ({rate:,.0f} per second)"
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
    if nginx is None:
        return [Figure(what, value, "nginx is not installed here", "≥ ⅓")]
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    (folder / "page.html").write_bytes(page)
    port = free_port()
    me = pwd.getpwuid(folder.stat().st_uid).pw_name
    user = f"user {me};" if me == "root" else ""
    (folder / "nginx.conf").write_text(CONFIG.format(folder=folder, port=port, user=user))
    server = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        their_rate, theirs = _measure(f"http://127.0.0.1:{port}/", server.pid)
    finally:
        server.terminate()
        server.wait(10)
    share = per_cpu / theirs
    beside = f"nginx {theirs:,.0f} ({their_rate:,.0f} per second): {share:.2f} ×"
    return [Figure(what, value, beside, "≥ ⅓", share >= SHARE)]


def _measure(url: str, pid: int) -> tuple[float, float]:
    """Answers per second, and per second of the server's processor time."""
    load.ask(url, 1)  # warm
    pids = processes.tree(pid)
    before, began = processes.cpu_seconds(pids), time.perf_counter()
    rate = load.ask(url, SECONDS)
    answers = rate * (time.perf_counter() - began)
    return rate, answers / max(processes.cpu_seconds(pids) - before, 0.01)
