"""What an approver has had on the screen, as hashes: so that what is approved is what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wagtail.models import Revision

from samspill.channels.contract import Post
from samspill.delivery.payload import fingerprint, to_json
from samspill.publishing.models import Version


@dataclass(frozen=True, slots=True)
class Seen:
    """What the approver had on the screen: hash of the story, and version id → hash of payload and time."""

    story: str = ""
    payloads: Mapping[int, str] = field(default_factory=dict)


def story_hash(revision: Revision | None) -> str:
    """A revision's content. Its id is not enough: autosave writes over its own revision."""
    return fingerprint(revision.content) if revision else ""


def version_hash(version: Version, post: Post) -> str:
    """What goes out and when; the payload alone says nothing about the time."""
    plan = [version.timing, str(version.planned_date or ""), str(version.planned_time or ""), destination(version)]
    plan += [f"part {version.part}"] if version.part else []
    plan += [str(version.after_amount), version.after_unit] if version.after_amount else []
    return fingerprint({"payload": to_json(post), "plan": plan})


def destination(version: Version) -> str:
    """Where the short address leads when it is not to the story; "" when it is."""
    return version.link_url if version.link_to == Version.LinkTo.OTHER else ""
