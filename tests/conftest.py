"""What all tests share: settings for tests, a real database, a browser, the pretend platforms.

Set before Django's settings are read, so that no variable of the person who runs the tests reaches them.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

_DATA = Path(tempfile.mkdtemp(prefix="samspill-test-"))
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)
_DATA.chmod(0o711)  # root's database runs as another user, who must be able to pass through
(_DATA / "static").mkdir()
for _name in [name for name in os.environ if name.startswith("SAMSPILL_") or name == "DATABASE_URL"]:
    if _name != "SAMSPILL_TEST_DATABASE_URL":
        del os.environ[_name]
os.environ.update(
    DJANGO_SETTINGS_MODULE="samspill.config.settings",
    DJANGO_ALLOW_ASYNC_UNSAFE="true",  # the browser's own event loop runs in the thread of the tests
    SAMSPILL_MODE="test",
    SAMSPILL_DATA=str(_DATA),
    SAMSPILL_LOG_LEVEL="WARNING",
)
if os.environ.get("SAMSPILL_TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["SAMSPILL_TEST_DATABASE_URL"]

import django  # noqa: E402 - after the environment is set

from samspill.config.messages import compile_stale  # noqa: E402

compile_stale()  # a fresh clone has texts, not yet translations; a start of Samspill does the same
django.setup()  # here, before pytest-django looks whether settings are loaded


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Each worker makes settings, data folder and database of its own; ours would be read before it comes that far."""
    for name in ("DJANGO_SETTINGS_MODULE", "SAMSPILL_MODE", "SAMSPILL_DATA"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest, pytestconfig: pytest.Config) -> Iterator[None]:
    """In place of pytest-django's own: see ``tests/support/database.py``."""
    from django.conf import settings
    from django.test import TransactionTestCase

    from tests.support.database import TestDatabase

    settings.SAMSPILL_TEST_DATA = _DATA
    database = TestDatabase(Path(pytestconfig.cache.mkdir("samspill-database")))
    original = TransactionTestCase._fixture_teardown
    with django_db_blocker.unblock(), database.running():
        TransactionTestCase._fixture_teardown = lambda self: database.renew()
        yield
        TransactionTestCase._fixture_teardown = original


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """Nothing that one test has put in the cache reaches the next."""
    yield
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for the whole run."""
    from playwright.sync_api import sync_playwright

    from tests.support.browser import launch

    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


@pytest.fixture
def new_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Makes pages, each in a context of its own (its own cookies: a person of its own).

    The test fails at its end when a page has written an error to the console or called another host; let an expected
    one pass with ``page.watch.allow("404")``. Arguments go to Playwright's ``new_context``.
    """
    from tests.support.browser import Watch

    contexts: list[Any] = []
    watches: list[Watch] = []

    def make(**options: Any) -> Any:
        chosen = {"locale": "nb-NO", "timezone_id": "Europe/Oslo", "viewport": {"width": 1280, "height": 900}}
        context = browser.new_context(**{**chosen, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.watch = Watch(page)
        watches.append(page.watch)
        return page

    yield make
    problems = [problem for watch in watches for problem in watch.found()]
    for context in contexts:
        context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(new_page: Callable[..., Any]) -> Any:
    """A page in a fresh browser context; see ``new_page``."""
    return new_page()


@pytest.fixture
def axe() -> Callable[..., None]:
    """``axe(page)`` fails with all that axe finds; ``axe(page, known=(...))`` leaves out rules by name."""
    from tests.support.browser import run_axe

    def check(page: Any, known: tuple[str, ...] = ()) -> None:
        findings = run_axe(page, known)
        assert not findings, f"{page.url}:\n" + "\n".join(findings)

    return check


@pytest.fixture
def sandbox() -> Iterator[Any]:
    """The pretend platforms, empty, on a free port of loopback: ``sandbox.url``."""
    from sandbox.server import make_server

    server = make_server("127.0.0.1", 0).start()
    yield server
    server.shutdown()
