"""Finds the platforms: every folder here that names a `PLATFORM`. Adding one needs no change elsewhere."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

import sandbox
from sandbox.platform import Platform


@cache
def platforms() -> dict[str, Platform]:
    """All platforms by name, in the order of the start page (by title)."""
    found = []
    for module in pkgutil.iter_modules(sandbox.__path__):
        if module.ispkg:
            package = importlib.import_module(f"sandbox.{module.name}")
            if hasattr(package, "PLATFORM"):
                found.append(package.PLATFORM)
    return {p.name: p for p in sorted(found, key=lambda p: p.title.lower())}
