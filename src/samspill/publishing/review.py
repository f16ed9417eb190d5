"""What the approver reads: each post exactly as it will be sent, what changed since last time, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState
from wagtail.rich_text import get_text_for_indexing

from samspill.channels import contract, registry
from samspill.channels.contract import Severity
from samspill.delivery import answers
from samspill.delivery.payload import to_json
from samspill.library.refusals import PictureRefused
from samspill.library.words import refusal_in_words
from samspill.publishing import approval_diff, approve, four_eyes, previews, problems, seen, when_words, words
from samspill.publishing.models import Approval, EditorialApproval, Version
from samspill.publishing.post import frozen_post


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem in words; one that blocks is an error."""

    what: str
    do: str
    blocks: bool
    tone: str


def _tone(problem: contract.Problem) -> str:
    if problem.severity is Severity.ERROR:
        return "crit"
    return "info" if problem.code in words.NOTICES else "warn"


@dataclass
class Block:
    """One post as it will be sent."""

    version: Version
    post: contract.Post | None = None
    broken: str = ""
    before: Approval | None = None

    @property
    def part_number(self) -> int:
        """Its place in the thread, as people count."""
        return self.version.part + 1

    @property
    def token(self) -> str:
        """What is posted back: hash of payload and time."""
        return seen.version_hash(self.version, self.post) if self.post else ""

    @cached_property
    def preview(self) -> SafeString | str:
        return previews.render(_preview(self.version, self.post)) if self.post else ""

    @cached_property
    def measure(self) -> previews.Measure | None:
        if not self.post:
            return None
        channel = self.version.channel
        account = channel.account(with_credentials=False)
        return previews.measure(registry.platform(channel.platform), self.post, account)

    @cached_property
    def troubles(self) -> list[Trouble]:
        found = [
            Trouble(said.what, said.do, problem.severity is Severity.ERROR, _tone(problem))
            for problem, said in (
                (problem, words.describe(problem, self.version)) for problem in problems.of(self.version)
            )
            if words.answer_key(problem) not in self.version.accepted_warnings
        ]
        if self.broken:
            found.insert(0, Trouble(self.broken, _("Velg et annet bilde."), True, "crit"))
        return found

    @property
    def blocked(self) -> bool:
        return any(trouble.blocks for trouble in self.troubles)

    @cached_property
    def text_changes(self) -> list[approval_diff.Part]:
        if self.before is None or self.post is None or self.before.payload["text"] == self.post.text:
            return []
        return approval_diff.words(self.before.payload["text"], self.post.text)

    @cached_property
    def other_changes(self) -> dict[str, tuple[Any, Any]]:
        if self.before is None or self.post is None:
            return {}
        return approval_diff.payload_changes(self.before.payload, to_json(self.post))

    @property
    def lines_changed(self) -> int:
        if self.before is None or self.post is None:
            return 0
        return approval_diff.lines_changed(self.before.payload["text"], self.post.text)

    @property
    def changed(self) -> bool:
        return self.before is None or bool(self.text_changes or self.other_changes)

    @property
    def goes_out(self) -> str:
        """When, in words."""
        due_at, with_story = approve.when(self.version, None)
        if with_story:
            return self.version.after_words or _("sammen med saken")
        return when_words.moment(due_at) if self.version.timing == Version.Timing.AT and due_at else _("med en gang")


@dataclass
class StoryBlock:
    """The story as the public will read it, and what changed in it."""

    story: Any
    revision_id: int
    token: str
    before: TaskState | None = None
    changes: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The body as plain text: what a reader reads, without markup of any kind."""
        body = getattr(self.story, "body", None)
        return get_text_for_indexing(str(body)).strip() if body is not None else ""

    @property
    def goes_live_at(self) -> datetime | None:
        return self.story.go_live_at


@dataclass
class Review:
    """The page for approval."""

    title: str
    page: Page | None
    story: StoryBlock | None
    blocks: list[Block]
    asked_by: Any = None
    asked_at: datetime | None = None
    wrote: set[int] = field(default_factory=set)

    @property
    def corrects(self) -> bool:
        """A correction of a post that is out, and nothing else."""
        return self.story is None and any(block.version.corrects_id for block in self.blocks)

    @property
    def waits(self) -> bool:
        return self.story is not None or bool(self.blocks)

    @property
    def blocked(self) -> bool:
        return any(block.blocked for block in self.blocks)

    @property
    def seen_before(self) -> bool:
        return any(block.before for block in self.blocks) or bool(self.story and self.story.before)

    @cached_property
    def people(self) -> list[Any]:
        return list(four_eyes.approvers(but=self.wrote))

    @property
    def lapses_at(self) -> datetime:
        return approve.lapse_time(self.story.goes_live_at if self.story else None)


def of_story(page: Page) -> Review:
    """What waits of a story: itself, its posts, or only these."""
    page = page.specific
    state = page.current_workflow_task_state
    state = state if state is not None and isinstance(state.task.specific, EditorialApproval) else None
    versions = list(approve.submitted(page))
    story = _story_block(page) if state is not None else None
    wrote = four_eyes.writers(page)
    if story is None:
        wrote = set().union(*four_eyes.version_writers_of(versions).values())
    asked = state.workflow_state.requested_by if state else (versions[0].submitted_by if versions else None)
    asked_at = state.started_at if state else (versions[0].submitted_at if versions else None)
    title = story.story.title if story else page.title
    return Review(title, page, story, _blocks(versions), asked, asked_at, wrote)


def of_post(version: Version) -> Review:
    """A post without a story."""
    versions = [version] if version.review == Version.Review.SUBMITTED and version.current else []
    wrote = four_eyes.version_writers(version)
    title = version.delivery.title or version.text[:80]
    return Review(title, None, None, _blocks(versions), version.submitted_by, version.submitted_at, wrote)


def _blocks(versions: list[Version]) -> list[Block]:
    """Changed ones first; what is as it was approved stands last."""
    latest: dict[int, Approval] = {}
    for approval in Approval.objects.filter(version__in=versions).select_related("approved_by").order_by("id"):
        latest[approval.version_id] = approval
    found = []
    for version in versions:
        block = Block(version, before=latest.get(version.pk) or _before_correction(version))
        try:
            block.post = frozen_post(version)
        except PictureRefused as error:
            block.broken = str(refusal_in_words(error))
        except OSError:
            block.broken = _("Et bilde finnes ikke lenger.")
        found.append(block)
    return sorted(found, key=lambda block: not block.changed)


def _before_correction(version: Version) -> Approval | None:
    """What a correction by editing is compared with: the approval of the text that is out."""
    target = version.delivery.target
    if not version.is_edit or target is None:
        return None
    approvals = Approval.objects.filter(version__delivery=answers.latest_change(target)).select_related("approved_by")
    return approvals.order_by("-id").first()


def _story_block(page: Page) -> StoryBlock | None:
    revision = page.get_latest_revision()
    if revision is None:
        return None
    story = revision.as_object()
    before = (
        TaskState.objects.filter(
            workflow_state__base_content_type=page.get_base_content_type(),
            workflow_state__object_id=str(page.pk),
            status=TaskState.STATUS_APPROVED,
            task__in=EditorialApproval.objects.values("pk"),
        )
        .select_related("revision", "finished_by")
        .order_by("-finished_at")
        .first()
    )
    changes = _compared(before.revision.as_object(), story) if before else []
    return StoryBlock(story, revision.pk, seen.story_hash(revision), before, changes)


def _compared(then: Any, now: Any) -> list[tuple[str, Any]]:
    """Wagtail's own comparison: (label, HTML) for each field that changed."""
    panel = type(now).get_edit_handler().get_bound_panel(instance=now, request=None, form=None)
    found = (comparison(then, now) for comparison in panel.get_comparison())
    return [(str(one.field_label()), one) for one in found if one.has_changed()]


def _preview(version: Version, post: contract.Post) -> previews.Preview:
    """From the frozen payload, never from the draft; its pictures are the frozen files themselves."""
    channel, capabilities = version.channel, version.channel.capabilities()
    card = previews.card_of(version, post.link) if post.link and capabilities.link_card else None
    return previews.build(
        capabilities,
        registry.platform(channel.platform).wire_text(post),
        name=channel.name,
        handle=channel.handle,
        language=post.language,
        pictures=[previews.frozen(picture) for picture in post.pictures],
        card=card,
        document=post.document,
    )
