"""Adding a platform is adding a folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from samspill import channels
from samspill.channels import registry

TOY = """
class Toy:
    name = "toy"
    default_base_url = "https://toy.example"

PLATFORM = Toy()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for platforms beside the built-in ones."""
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(tmp_path)])
    registry.platforms.cache_clear()
    yield tmp_path
    registry.platforms.cache_clear()
    sys.modules.pop("samspill.channels.toy", None)


def test_a_new_folder_with_a_platform_is_found(folder: Path) -> None:
    (folder / "toy").mkdir()
    (folder / "toy" / "__init__.py").write_text(TOY)
    assert "toy" in registry.platforms()
    assert registry.platform("toy").default_base_url == "https://toy.example"


def test_a_folder_without_a_platform_is_an_error_that_shows_at_once(folder: Path) -> None:
    (folder / "toy").mkdir()
    (folder / "toy" / "__init__.py").write_text("")
    with pytest.raises(AttributeError):
        registry.platforms()


def test_an_unknown_platform_names_those_that_there_are() -> None:
    with pytest.raises(KeyError, match="facebook, linkedin.*, x"):
        registry.platform("myspace")
