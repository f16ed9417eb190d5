"""Finds the platforms: every package beside this file that has an object ``PLATFORM``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from samspill import channels
from samspill.channels.contract import Platform


@cache
def platforms() -> dict[str, Platform]:
    """All platforms by name, in alphabetical order. A folder whose PLATFORM is missing is an error."""
    found: dict[str, Platform] = {}
    for module in pkgutil.iter_modules(channels.__path__):
        if not module.ispkg or module.name in {"migrations", "management", "templatetags"}:
            continue
        package = importlib.import_module(f"{channels.__name__}.{module.name}")
        found[module.name] = package.PLATFORM
    return dict(sorted(found.items()))


def platform(name: str) -> Platform:
    """The platform of that name. Raises KeyError with the names that there are."""
    try:
        return platforms()[name]
    except KeyError:
        raise KeyError(f"no platform {name!r}; there are: {', '.join(platforms())}") from None
