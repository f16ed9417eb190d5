"""Verbs on versions: make them from rules, change them, keep what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page

from samspill.channels import registry
from samspill.channels.contract import Post
from samspill.channels.models import Channel
from samspill.delivery import ledger
from samspill.delivery.states import State
from samspill.publishing import compose
from samspill.publishing.models import Rule, Version, VersionPicture
from samspill.publishing.post import draft_post, short_address

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

EDITABLE = {State.PLANNED, State.APPROVED, State.REFUSED, State.EXPIRED, State.CANCELLED}


class TextChangedMeanwhileError(Exception):
    """Somebody else has saved since the editor's page was loaded; ``version`` is what is there now."""

    def __init__(self, version: Version) -> None:
        super().__init__("changed meanwhile")
        self.version = version


class NotEditableError(Exception):
    """The post is being sent or is out: it is corrected or withdrawn, not edited."""


@dataclass(frozen=True, slots=True)
class PictureChoice:
    photo_id: int
    alt: str = ""


def story_of(version: Version) -> Any:
    """The story as it stands in its newest draft."""
    return version.page.get_latest_revision_as_object() if version.page else None


def rules_for(story: Any) -> list[Rule]:
    """The rules for a story's kind and brand; a story for all brands follows every brand's rules."""
    rules = Rule.objects.filter(kind=story.kind).select_related("channel")
    if story.brand_id:
        rules = rules.filter(Q(brand=None) | Q(brand_id=story.brand_id))
    return [rule for rule in rules if rule.channel.sends]


def ensure_automatic(page: Page, by: AbstractBaseUser) -> list[Version]:
    """Make the versions that rules ask for and that are not there yet. Returns the new ones."""
    story = page.get_latest_revision_as_object()
    if not story.goes_to_channels():
        return []
    # Also those that an editor took out again: a rule does not overrule a person.
    there = set(Version.objects.filter(page=page).values_list("channel_id", flat=True))
    made = []
    for rule in rules_for(story):
        if rule.automatic and rule.channel_id not in there:
            there.add(rule.channel_id)
            made.append(add(page, rule.channel, by))
    return made


@transaction.atomic
def add(page: Page | None, channel: Channel, by: AbstractBaseUser, *, text: str = "") -> Version:
    """A version for a channel, begun from its template. Raises IntegrityError if there is a current one."""
    story = page.get_latest_revision_as_object() if page else None
    delivery = ledger.plan(channel, title=story.title if story else text[:80], page=page)
    version = Version(page=page, channel=channel, delivery=delivery, text=text)
    if story is None:
        version.link_to, version.timing = Version.LinkTo.NONE, Version.Timing.NOW
    else:
        version.based_on = snapshot(story)
        version.text = text or first_text(version, story)
        if page and page.live:
            version.timing = Version.Timing.NOW
    version.edited_by_id, version.edited_at = by.pk, timezone.now()
    version.save()
    if story is not None and getattr(story, "main_image_id", None):
        VersionPicture.objects.create(version=version, photo_id=story.main_image_id, position=0)
    version.save_revision(user=by)
    log(instance=version, action="samspill.version.add", user=by, data={"channel": str(channel)})
    return version


def first_text(version: Version, story: Any) -> str:
    """The channel's template filled with the story, as long as the platform lets it be."""
    platform = registry.platform(version.channel.platform)
    facts = compose.StoryFacts(story.title, getattr(story, "lead", ""), short_address(version), tags_of(story))
    account = version.channel.account(with_credentials=False)
    link = draft_post(version).link if version.pk else None

    def fits(text: str) -> bool:
        return platform.count(platform.wire_text(Post(text=text, link=link or _planned_link(version))), account).valid

    return compose.first_text(version.channel.template, facts, fits)


def _planned_link(version: Version) -> Any:
    from samspill.channels.contract import Link

    return Link(short_address(version))


def tags_of(story: Any) -> tuple[str, ...]:
    """The story's subjects as tags, when its page type has any."""
    subjects = getattr(story, "subjects", None)
    return tuple(str(subject) for subject in subjects.all()) if subjects is not None else ()


def snapshot(story: Any) -> dict[str, str]:
    """What a version follows in its story: title and lead."""
    return {"title": story.title, "lead": getattr(story, "lead", "")}


def out_of_step(version: Version) -> dict[str, tuple[str, str]]:
    """What changed in the story since the version was last brought in step: field → (then, now)."""
    story = story_of(version)
    if story is None or not version.based_on:
        return {}
    now = snapshot(story)
    return {
        field: (version.based_on.get(field, ""), now[field])
        for field in now
        if version.based_on.get(field, "") != now[field]
    }


@transaction.atomic
def save(
    version: Version,
    by: AbstractBaseUser,
    *,
    base: int,
    values: Mapping[str, Any],
    pictures: Iterable[PictureChoice] | None = None,
) -> Version:
    """Save what an editor typed over edit number ``base``.

    ``values``: text, link_to, link_url, timing, planned_date, planned_time, document_id, based_on. An
    approval that stood is withdrawn: what changed needs a new one. A form sent unchanged changes nothing.
    Raises TextChangedMeanwhileError when somebody saved since, NotEditableError once it is under way.
    """
    version = (
        Version.objects.select_for_update(of=("self",)).select_related("delivery", "channel", "page").get(pk=version.pk)
    )
    if version.edit_number != base:
        raise TextChangedMeanwhileError(version)
    delivery = ledger.locked(version.delivery_id)
    if State(delivery.state) not in EDITABLE or not version.current:
        raise NotEditableError
    changed = [name for name, value in values.items() if getattr(version, name) != value]
    if pictures is not None:
        wanted = [(choice.photo_id, choice.alt) for choice in pictures]
        if wanted == list(version.pictures.values_list("photo_id", "alt")):
            pictures = None
        else:
            pictures = [PictureChoice(*choice) for choice in wanted]
    if not changed and pictures is None:
        return version
    for name in changed:
        setattr(version, name, values[name])
    version.edit_number += 1
    version.edited_by_id, version.edited_at = by.pk, timezone.now()
    if delivery.state != State.PLANNED:
        ledger.withdraw_approval(delivery, actor=by)
        log(instance=version, action="samspill.version.approval_withdrawn", user=by)
    if version.review == Version.Review.APPROVED:
        version.review = Version.Review.DRAFT
    version.save()
    if pictures is not None:
        version.pictures.all().delete()
        VersionPicture.objects.bulk_create(
            VersionPicture(version=version, photo_id=choice.photo_id, alt=choice.alt, position=position)
            for position, choice in enumerate(pictures)
        )
    fresh = Version.objects.get(pk=version.pk)
    latest = fresh.latest_revision
    # Autosave must not make a revision per keystroke; but never overwrite another person's, nor an approved one.
    mine = (
        latest and latest.user_id == by.pk and not version.approvals.filter(approved_at__gte=latest.created_at).exists()
    )
    fresh.save_revision(user=by, overwrite_revision=latest if mine else None)
    return Version.objects.select_related("delivery", "channel", "page").get(pk=version.pk)


@transaction.atomic
def remove(version: Version, by: AbstractBaseUser) -> None:
    """Take a channel out of the story. Raises NotEditableError for what is out: that is withdrawn instead."""
    version = Version.objects.select_for_update(of=("self",)).get(pk=version.pk)
    delivery = ledger.locked(version.delivery_id)
    if State(delivery.state) not in EDITABLE:
        raise NotEditableError
    if delivery.state != State.CANCELLED:
        ledger.cancel(delivery, actor=by)
    version.current = False
    version.save(update_fields=["current"])
    log(instance=version, action="samspill.version.remove", user=by)
