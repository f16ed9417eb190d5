"""What the composer's page holds: the versions, the channels that are not with us and why, and the bar."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from samspill.channels.models import Channel
from samspill.delivery.display import Word, word_for
from samspill.delivery.states import State
from samspill.library.models import Photo
from samspill.publishing import four_eyes, versions
from samspill.publishing.models import Rule, Version, VersionPicture
from samspill.publishing.previews import LARGE, THUMB
from samspill.publishing.views.shown import Note, Shown, ShownProblem


@dataclass(frozen=True, slots=True)
class Other:
    """A channel that is not in the story: why, and whether it can be taken along."""

    channel: Channel
    what: str
    why: str = ""
    can_add: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """The one bar: where it stands, what blocks, what the next step is and who it waits for."""

    state: Word
    blocking: ShownProblem | None = None
    blocking_channel: str = ""
    more_blocking: int = 0
    asking: int = 0
    can_send: bool = False
    waits_for: tuple[str, ...] = ()
    nobody: bool = False


@dataclass
class Composer:
    """All that the page shows. ``story`` is the newest draft; ``page`` what the database holds."""

    page: Page | None
    story: Any
    shown: list[Shown]
    others: list[Other] = field(default_factory=list)
    active: str = ""
    bar: Bar | None = None

    @property
    def tabs(self) -> list[Shown]:
        """One for each channel: the first part of a thread, with the others below it."""
        return [one for one in self.shown if not one.version.part]

    @property
    def addable(self) -> int:
        return sum(other.can_add for other in self.others)

    @property
    def errors(self) -> list[tuple[Shown, ShownProblem]]:
        return [(shown, problem) for shown in self.shown for problem in shown.blocking]

    @property
    def story_note(self) -> Note:
        if self.page is None:
            return Note("")
        if self.page.live and not self.page.has_unpublished_changes:
            return Note(_("publisert"), "ok", "check")
        return Note(_("klar") if self.story.title.strip() else _("mangler tittel"))


def of_page(
    page: Page, user: Any, *, active: int | None = None, instead: Mapping[int, Shown] | None = None
) -> Composer:
    """The composer of a story. ``instead``: versions as somebody has just typed them, by id."""
    _make_what_rules_ask_for(page, user)
    story = page.get_latest_revision_as_object()
    found = _versions(page)
    shown = [(instead or {}).get(version.pk) or Shown(version) for version in found]
    _bind_threads(shown)
    composer = Composer(page, story, shown, _others(story, found))
    chosen = next((one for one in shown if one.version.pk == active), shown[0] if shown else None)
    composer.active = chosen.tab if chosen else "flere"
    composer.bar = _bar(page, shown, user)
    return composer


def _bind_threads(shown: list[Shown]) -> None:
    """Each part knows its thread."""
    by_channel: dict[int, list[Shown]] = {}
    for one in shown:
        by_channel.setdefault(one.version.channel_id, []).append(one)
    for thread in by_channel.values():
        thread.sort(key=lambda one: one.version.part)
        for one in thread:
            one.thread = thread


def of_version(version: Version, user: Any, instead: Shown | None = None) -> Composer:
    """The composer of one post that belongs to no story."""
    shown = [instead or Shown(version)]
    composer = Composer(None, None, shown, active=shown[0].prefix)
    composer.bar = _bar(None, shown, user)
    return composer


def _make_what_rules_ask_for(page: Page, user: Any) -> None:
    if not hasattr(page, "kind"):
        return
    with suppress(IntegrityError):  # a colleague opened the page in the same moment, and it is there now
        versions.ensure_automatic(page, user)


def _versions(page: Page) -> list[Version]:
    found = list(
        Version.objects.filter(page=page, current=True)
        .select_related("channel", "channel__brand", "delivery", "document", "edited_by", "submitted_by")
        .order_by("channel__position", "id")
    )
    pictures: dict[int, list[VersionPicture]] = {version.pk: [] for version in found}
    rows = list(VersionPicture.objects.filter(version__in=found).order_by("position", "id"))
    photos = Photo.objects.filter(pk__in={row.photo_id for row in rows}).prefetch_renditions(THUMB, LARGE).in_bulk()
    for row in rows:
        row.photo = photos[row.photo_id]
        pictures[row.version_id].append(row)
    for version in found:
        version.page = page  # one object for all, so that the story is read once
        version.pictures = pictures[version.pk]  # in memory: never saved from here
    return found


def _others(story: Any, found: list[Version]) -> list[Other]:
    with_us = {version.channel_id for version in found}
    ruled = {}
    if hasattr(story, "kind"):
        ruled = dict(Rule.objects.filter(kind=story.kind).values_list("channel_id", "automatic"))
    channels = Channel.objects.exclude(pk__in=with_us).select_related("brand")
    return [_other(channel, story, ruled.get(channel.pk)) for channel in channels]


def _other(channel: Channel, story: Any, automatic: bool | None) -> Other:
    if channel.mode == Channel.Mode.WAITING and channel.look_again_on:
        day = formats.date_format(channel.look_again_on, "j. F Y")
        late = channel.look_again_on < timezone.localdate()
        again = _("Skulle ses på igjen %(day)s.") if late else _("Vi ser på det igjen %(day)s.")
        return Other(channel, _("Vi venter."), f"{channel.wait_reason} {again % {'day': day}}", late=late)
    if channel.mode == Channel.Mode.PAUSED:
        return Other(channel, _("Kanalen er satt på pause."), _("Innlegg kan tas med igjen når den er i bruk."))
    brand = getattr(story, "brand_id", None)
    if brand and channel.brand_id and channel.brand_id != brand:
        return Other(
            channel,
            _("Hører til %(brand)s.") % {"brand": channel.brand},
            _("Ta den med hvis saken angår dem også."),
            True,
        )
    if automatic:
        return Other(channel, _("Tatt ut av denne saken."), _("Regelen tar den ellers med av seg selv."), True)
    if automatic is False:
        return Other(channel, _("Du velger."), _("Regelen for denne typen sak lar deg bestemme."), True)
    return Other(channel, _("Koblet til."), _("Ikke med i denne saken."), True)


def _bar(page: Page | None, shown: list[Shown], user: Any) -> Bar:
    blocking = [(one, problem) for one in shown if one.draft or one.submitted for problem in one.blocking]
    asking = sum(len(one.asking) for one in shown if one.draft)
    drafts = [one for one in shown if one.draft]
    under_review = page is not None and page.current_workflow_state is not None
    story_waits = page is not None and (not page.live or page.has_unpublished_changes)
    names = tuple(_approvers(page, shown, user))
    first = blocking[0] if blocking else None
    state = _state(shown, under_review)
    return Bar(
        state,
        first[1] if first else None,
        first[0].version.channel.platform_name if first else "",
        len(blocking) - 1 if blocking else 0,
        asking,
        can_send=not blocking and (bool(drafts) or (story_waits and not under_review)),
        waits_for=names,
        nobody=not names,
    )


def _approvers(page: Page | None, shown: list[Shown], user: Any) -> list[str]:
    """Names of those who can approve, when all this is sent in by ``user``."""
    waiting = [one.version for one in shown if one.draft or one.submitted]
    wrote = {user.pk}.union(*four_eyes.version_writers_of(waiting).values())
    return [person.get_full_name() or person.get_username() for person in four_eyes.approvers(page, but=wrote)[:6]]


def _state(shown: list[Shown], under_review: bool) -> Word:
    """The least finished state among the posts: what the bar says of the whole."""
    if any(one.draft for one in shown):
        return Word.DRAFT
    if under_review or any(one.submitted for one in shown):
        return Word.IN_REVIEW
    order = [
        State.NEEDS_PERSON, State.REFUSED, State.BY_HAND, State.EXPIRED, State.UNKNOWN, State.SENDING, State.DUE,
        State.APPROVED, State.ACCEPTED, State.CONFIRMED, State.CANCELLED, State.WITHDRAWN,
    ]  # fmt: skip
    for state in order:
        for one in shown:
            if one.state is state:
                return word_for(state, goes_by_itself=one.goes_by_itself)
    return Word.DRAFT


def delivery_address(version: Version) -> str:
    """Where the desk tells how the post fared."""
    return reverse("desk_delivery", args=[version.delivery_id])
