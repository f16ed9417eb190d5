"""What all tests share: settings for tests, a real database, a browser, the pretend platforms.

Set before Django's settings are read, so that no variable of the person who runs the tests reaches them.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_DATA = Path(tempfile.mkdtemp(prefix="samspill-test-"))
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)
_DATA.chmod(0o711)  # root's database runs as another user, who must be able to pass through
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

django.setup()  # here, before pytest-django looks whether settings are loaded


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
