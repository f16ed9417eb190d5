"""Writes docs/licences.md from what the installed packages say of themselves: ``python -m tests.support.licences``."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "licences.md"
ALIKE = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
HEAD = """# Licences of what Samspill is built on

Samspill itself is MIT. This list is made from the packages' own metadata (`python -m tests.support.licences`)
for all that `requirements.lock` installs. The LGPL and MPL packages are used unchanged, as libraries.
The newsroom's look is built on Designsystemet (MIT) and the typeface Inter (OFL-1.1).

| Licence | Packages |
| --- | --- |
"""


def locked() -> list[str]:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", text, re.M)), key=str.lower)


def licence(name: str) -> str | None:
    """What a package says of itself; None when it is not installed here (another operating system's)."""
    try:
        told = distribution(name).metadata
    except PackageNotFoundError:
        return None
    given = told.get("License-Expression")
    kinds = [line.split(" :: ")[-1] for line in told.get_all("Classifier") or [] if line.startswith("License ::")]
    return str(given or " / ".join(ALIKE.get(kind, kind) for kind in kinds) or told.get("License") or "?")


def page() -> str:
    found: dict[str, list[str]] = {}
    for name in locked():
        found.setdefault(licence(name) or "only on other operating systems", []).append(name)
    rows = [f"| {kind} | {', '.join(names)} |" for kind, names in sorted(found.items())]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
