"""Adding a platform = adding one folder: a toy platform is laid beside the others and carries a post."""

from __future__ import annotations

import sys
import textwrap
from datetime import timedelta

import pytest
from django.utils import timezone

from samspill import channels
from samspill.channels import counting, registry
from samspill.channels.contract import Post
from samspill.channels.models import Channel
from samspill.delivery import ledger
from samspill.delivery.states import State
from tests.rooms.delivery.conftest import until

TOY = """
from samspill.channels.contract import *
from samspill.channels.contract import ActionWay, Nature

WALL: dict[str, str] = {}

class Toy:
    name = "toy"
    default_base_url = "http://127.0.0.1:9"
    credential_fields = ()

    def capabilities(self, account=None):
        rules = PictureRules(0, 0, (), 0)
        ways = {Action.PUBLISH: ActionWay(Way.API), Action.DELETE: ActionWay(Way.API)}
        return Capabilities("toy", "Leketøy", 20, rules, False, False, ways, settle_seconds=1)

    def count(self, text, account=None):
        problems = ("too_long",) if len(text) > 20 else ()
        return Count(len(text), 20, not problems, problems, min(len(text), 20))

    def wire_text(self, post):
        return post.text

    def check(self, post, account=None):
        over = len(post.text) - 20
        return [Problem("too_long", Severity.ERROR, "text", {"over": over})] if over > 0 else []

    def plan(self, action, post):
        return [Step("post", Nature.ONCE)]

    def perform(self, action, step, post, done, target_id, context):
        WALL["1"] = post.text
        return Done("1", "http://127.0.0.1:9/1")

    def find(self, action, step, post, done, since, hint_id, context):
        return Found("1") if post.text in WALL.values() else Absent()

    def read_back(self, post, post_id, context):
        return Seen(post_id) if WALL.get(post_id) == post.text else Absent(final=True)

    def verify(self, context):
        return Done("me")

PLATFORM = Toy()
"""


@pytest.fixture
def toy(tmp_path):
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "__init__.py").write_text(textwrap.dedent(TOY))
    channels.__path__.append(str(tmp_path))
    registry.platforms.cache_clear()
    yield registry.platform("toy")
    channels.__path__.remove(str(tmp_path))
    sys.modules.pop("samspill.channels.toy", None)
    registry.platforms.cache_clear()


def test_a_new_folder_is_a_new_platform_that_the_ledger_can_send_to(toy, editor, settings):
    channel = Channel.objects.create(platform="toy", name="Leketøy", mode="sandbox", external_id="1")
    assert str(channel) == "Leketøy: Leketøy"
    delivery = ledger.plan(channel, title="Hei")
    now = timezone.now()
    ledger.approve(delivery, Post("Hei"), by=editor, lapses_at=now + timedelta(days=1), due_at=now)
    ledger.release_due()
    until(delivery, State.CONFIRMED)


def test_a_new_folder_can_be_counted_with_from_the_command_line(toy, tmp_path, capsys, monkeypatch):
    import io

    out = io.StringIO()
    assert counting.main(["--platform", "toy"], io.BytesIO(b'{"text": "' + b"a" * 21 + b'"}\n'), out) == 0
    assert '"valid": false' in out.getvalue()


def test_no_room_outside_channels_names_a_platform_folder():
    from pathlib import Path

    import samspill

    rooms = Path(samspill.__file__).parent
    for file in rooms.rglob("*.py"):
        if "channels" not in file.relative_to(rooms).parts[0]:
            text = file.read_text()
            for name in ("x", "facebook", "linkedin"):
                assert f"channels.{name}" not in text, file
