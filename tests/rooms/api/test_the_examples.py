"""The examples in docs/api.md are run as they stand, from the first to the last, over real HTTP."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from samspill.api import tokens
from samspill.api.scopes import Scope
from samspill.delivery.models import Delivery
from samspill.library.models import Photo
from samspill.newsroom.models import NewsroomStory
from tests import pictures
from tests.rooms.publishing.approval_world import World

PAGE = Path(__file__).resolve().parents[3] / "docs" / "api.md"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="the examples use curl")
def test_the_examples_bring_a_story_out(transactional_db: None, live_server: Any, tmp_path: Path) -> None:
    world = World()
    _token, writer = tokens.make(world.jonas, "Skriver", [Scope.READ, Scope.WRITE], 30)
    _token, reader = tokens.make(world.marte, "Leser", [Scope.READ, Scope.APPROVE], 30)
    (tmp_path / "bilde.jpg").write_bytes(pictures.photo())
    examples = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert len(examples) > 7
    given = {"SAMSPILL": live_server.url, "WRITER": writer, "READER": reader, "CHANNEL": str(world.x.pk)}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\necho\n".join(examples)],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], **given},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    story = NewsroomStory.objects.get(title="Fristen nærmer seg")
    assert story.live and story.main_image == Photo.objects.get(alt_nb="To frivillige setter opp et telt.")
    delivery = Delivery.objects.get(page=story)
    assert delivery.payload["text"] == "Fristen er 1. september. Søk i dag."
    assert delivery.approved_by == world.marte
    assert json.loads(done.stdout.strip().splitlines()[-1])["items"][0]["id"] == delivery.pk


def test_every_scope_stands_in_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert not [scope for scope in Scope if f"| `{scope.value}` |" not in page]
