"""What the code imports is what the locks install, and the locks name no registry."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bootstrap.lock")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: str) -> set[str]:
    return {normal(name) for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", (ROOT / lock).read_text(), re.M)}


def imported() -> set[str]:
    """Top-level names of all that the product imports, the standard library and itself left out."""
    names: set[str] = set()
    for file in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {"samspill", "sandbox"}


def test_everything_that_the_product_imports_is_installed_without_the_tests_tools():
    homes = packages_distributions()
    runtime = locked("requirements.lock")
    missing = {name for name in imported() if not {normal(home) for home in homes.get(name, [])} & runtime}
    assert not missing


def test_the_tests_use_the_very_versions_that_are_run():
    pins = [set(re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text(), re.M)) for lock in LOCKS[:2]]
    assert pins[0] <= pins[1]


@pytest.mark.parametrize("lock", [*LOCKS, "package-lock.json"])
def test_a_lock_names_no_address(lock):
    text = (ROOT / lock).read_text()
    assert '"resolved"' not in text and "index-url" not in text and "find-links" not in text
    if lock.endswith(".lock"):
        assert "://" not in text
