"""The guide to each platform: what to apply for there, with whom, how long it takes. Written in ``docs/kanaler``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

HERE = Path(__file__).parent / "guides"  # in an installed package
DOCS = Path(__file__).parents[3] / "docs" / "kanaler"  # in the source tree


@cache
def guide(platform_name: str) -> str:
    """The guide as HTML, its headings one level down; "" when the platform has none. Raw HTML in it stays text."""
    for folder in (HERE, DOCS):
        path = folder / f"{platform_name}.md"
        if path.is_file():
            return _rendered(path.read_text(encoding="utf-8"))
    return ""


def _rendered(text: str) -> str:
    """Below the page's own heading: the guide's title is left out, and ``##`` stays level two."""
    _, _, body = text.partition("\n")
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(body))
