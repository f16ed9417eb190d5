"""Bluesky and Mastodon came in as folders: no other room knows of them, but the demo's data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import samspill
import sandbox
from samspill.channels.registry import platforms
from sandbox.registry import platforms as pretend

NEW = ("bluesky", "mastodon")
ROOMS = Path(samspill.__file__).parent
PRETEND = Path(sandbox.__file__).parent
KINDS = {".py", ".html", ".js", ".css", ".svg", ".txt", ".json"}
DEMO = ROOMS / "desk" / "demo" / "channels.py"
# An example in a sentence («for eksempel https://mastodon.social») or in a docstring decides nothing.
EXAMPLES = re.compile(r'"{3}.*?"{3}|(?:^|\s)#\s[^\n]*|https://mastodon\.social|@\w+\.bsky\.social', re.DOTALL)


def lines_that_name(text: str, names: tuple[str, ...]) -> list[str]:
    """Lines that name one of the platforms as a word or a part of one, examples and comments left out."""
    pattern = re.compile("|".join(names), re.IGNORECASE)
    return [line.strip() for line in EXAMPLES.sub("", text).splitlines() if pattern.search(line)]


def files_outside(root: Path, *, folders: set[Path], apart: frozenset[Path] = frozenset()) -> list[Path]:
    """All source files below ``root`` that lie in none of ``folders``."""
    found = [path for path in root.rglob("*") if path.suffix in KINDS and "__pycache__" not in path.parts]
    return [path for path in found if path not in apart and not folders & set(path.parents)]


def own_folders(root: Path) -> set[Path]:
    return {root / name for name in NEW}


def test_both_are_there_as_folders_for_the_desk_and_for_practice() -> None:
    for name in NEW:
        assert name in platforms()
        assert name in pretend()
        assert (ROOMS / "channels" / name / "preview.html").is_file()
        assert (PRETEND / name / "templates" / "feed.html").is_file()


def test_no_room_but_their_own_folders_and_the_demos_data_names_them() -> None:
    files = files_outside(ROOMS, folders=own_folders(ROOMS / "channels"), apart=frozenset({DEMO}))
    assert len(files) > 300, "the rooms are looked through"
    named = {path: lines_that_name(path.read_text("utf-8"), NEW) for path in files}
    assert {str(path.relative_to(ROOMS)): lines for path, lines in named.items() if lines} == {}


def test_no_part_of_the_practice_place_but_their_own_folders_names_them() -> None:
    named = {
        path: lines_that_name(path.read_text("utf-8"), NEW)
        for path in files_outside(PRETEND, folders=own_folders(PRETEND))
    }
    assert {str(path.relative_to(PRETEND)): lines for path, lines in named.items() if lines} == {}


def test_the_demos_data_names_each_in_rows_of_its_own() -> None:
    lines = lines_that_name(DEMO.read_text("utf-8"), NEW)
    assert all(any(f'"{name}"' in line for line in lines) for name in NEW)
    assert not [line for line in lines if line.startswith(("if ", "elif ", "import ", "from "))]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("from samspill.channels.mastodon import PLATFORM", True),
        ('if channel.platform == "bluesky":', True),
        ("{% if platform == 'mastodon' %}", True),
        (".p-mastodon { color: red }", True),
        ("class MastodonConnection:", True),
        ("return MASTODON", True),
        ('colours = "#fff", "mastodon"', True),
        ('_("Skriv adressen, for eksempel https://mastodon.social.")', False),
        ("ask(server)  # Mastodon has many servers", False),
        ('"""As Bluesky does."""', False),
        ("channel.platform", False),
    ],
)
def test_the_search_itself_finds_what_decides_and_passes_over_examples(line: str, told: bool) -> None:
    assert bool(lines_that_name(line, NEW)) is told


def test_the_search_finds_a_file_that_was_slipped_into_another_room(tmp_path: Path) -> None:
    (tmp_path / "channels" / "mastodon").mkdir(parents=True)
    (tmp_path / "desk").mkdir()
    own, other = tmp_path / "channels" / "mastodon" / "a.py", tmp_path / "desk" / "a.html"
    own.write_text("mastodon")
    other.write_text("mastodon")
    assert files_outside(tmp_path, folders=own_folders(tmp_path / "channels")) == [other]
