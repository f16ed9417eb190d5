"""A real Chromium for the tests: the system's when there is one, else the one that npm has fetched."""

from __future__ import annotations

import ctypes.util
import fcntl
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Playwright

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "node_modules"
UNPACKED = MODULES / ".cache" / "samspill-chromium"
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Nothing may call home: neither the page nor the browser itself.
QUIET = (
    *("--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync"),
    *("--disable-domain-reliability", "--disable-client-side-phishing-detection", "--no-first-run", "--no-pings"),
    *(
        "--metrics-recording-only",
        "--disable-features=OptimizationHints,Translate,MediaRouter,AutofillServerCommunication",
    ),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
# Findings in Wagtail's own pages that we can't mend from outside (see docs/operations.md): rule → where.
KNOWN_IN_WAGTAIL = ("aria-input-field-name", "label-content-name-mismatch")


def launch(playwright: Playwright) -> Browser:
    """A headless browser without any network of its own; speaks bokmål and lives in Oslo in every page."""
    path, environment = _program()
    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else []), "--disable-dev-shm-usage"]
    return playwright.chromium.launch(executable_path=path, args=arguments, env={**os.environ, **environment})


def _program() -> tuple[str, dict[str, str | float | bool]]:
    """The browser's program and what it needs in its environment. Raises RuntimeError with what to do."""
    chosen = os.environ.get("SAMSPILL_TEST_BROWSER") or next(filter(None, map(shutil.which, SYSTEM_NAMES)), None)
    if chosen:
        return chosen, {}
    if not (MODULES / "@sparticuz" / "chromium").is_dir():
        raise RuntimeError("No browser: install Chromium, or run «make test», which fetches one with npm.")
    UNPACKED.mkdir(parents=True, exist_ok=True)
    with open(UNPACKED / "lock", "w") as lock:  # two runs may start at once
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = UNPACKED / "done"
        if not done.exists():
            done.write_text(_unpack())
    environment: dict[str, str | float | bool] = {"FONTCONFIG_PATH": str(UNPACKED / "fonts")}
    if not ctypes.util.find_library("nss3"):  # a bare Debian
        environment["LD_LIBRARY_PATH"] = str(UNPACKED / "al2023" / "lib")
    return (UNPACKED / "done").read_text(), environment


def _unpack() -> str:
    """Unpack the npm package below node_modules (a shared temporary folder would belong to its first user)."""
    script = "import('@sparticuz/chromium').then(m => m.default.executablePath()).then(p => console.log(p))"
    beside = Path(sys.executable).with_name("node")
    node = str(beside) if beside.exists() else "node"
    # The name of a cloud makes the package unpack the libraries that a bare system lacks, too.
    environment = {**os.environ, "TMPDIR": str(UNPACKED), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
    done = subprocess.run([node, "-e", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


class Watch:
    """Notes what a good page never does: an error in the console, a call to another host."""

    def __init__(self, page: Page) -> None:
        self.problems: list[str] = []
        self.allowed: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        page.on("request", self._request)

    def allow(self, part: str) -> None:
        """Let problems pass whose text holds ``part``: for a test that asks for a 404, say."""
        self.allowed.append(part)

    def found(self) -> list[str]:
        return [problem for problem in self.problems if not any(part in problem for part in self.allowed)]

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in LOOPBACK:
            self.problems.append(f"call to another host: {request.url}")


def run_axe(page: Page, known: tuple[str, ...] = ()) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA and its best practices, one line each; ``known`` rules are left out."""
    # What fades in has no colour of its own yet.
    page.evaluate(
        "Promise.allSettled(document.getAnimations()"
        ".filter(a => a.effect.getComputedTiming().iterations !== Infinity).map(a => a.finished))"
    )
    page.wait_for_load_state()  # a press that leads on may have left us on a page that is only half here
    page.evaluate((MODULES / "axe-core" / "axe.min.js").read_text())
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    result = page.evaluate(f"axe.run(document, {json.dumps(options)})")
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]} ({node.get('failureSummary', '')[:200]})"
        for violation in result["violations"]
        if violation["id"] not in known
        for node in violation["nodes"]
    ]
