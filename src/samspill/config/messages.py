"""Compiles the translations (.po) that have changed since they were last compiled (.mo). Needs no gettext tools."""

from __future__ import annotations

import os
from pathlib import Path

import polib

SOURCE = Path(__file__).resolve().parents[1]


def compile_stale(source: Path = SOURCE) -> list[Path]:
    """Compile what is stale below ``source``; gives the .po files that were compiled."""
    compiled = []
    for po in sorted(source.glob("**/locale/*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        aside = mo.with_suffix(f".mo.{os.getpid()}")
        polib.pofile(str(po)).save_as_mofile(str(aside))
        aside.replace(mo)
        compiled.append(po)
    return compiled
