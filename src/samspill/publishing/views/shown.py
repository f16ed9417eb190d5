"""A version as the composer shows it: count, problems by field, preview, the tab's note, what may be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samspill.channels import registry
from samspill.channels.contract import Capabilities, Problem, Severity
from samspill.delivery.states import FOR_A_PERSON, State
from samspill.library.models import Photo
from samspill.publishing import previews, problems, threads, versions, walltime, words
from samspill.publishing.models import Version
from samspill.publishing.post import alt_of, draft_post, language_of

FAR = 10_000  # a limit that nobody comes near: what is left says nothing


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """One problem in words. ``target`` is the id of the element that a link to it focuses."""

    code: str
    tone: str
    icon: str
    words: words.Words
    field: str
    target: str
    key: str
    blocks: bool
    asks: bool
    answered: bool
    changes: tuple[tuple[str, str, str], ...] = ()
    take_over: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What the tab says beside the channel's name."""

    text: str
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class ShownPicture:
    photo: Photo
    alt: str
    library_alt: str
    lang: str


@dataclass
class Shown:
    """Built once for each version of a page; ``errors`` are those of the form, by field."""

    version: Version
    errors: Mapping[str, str] = field(default_factory=dict)
    unlocked: bool = False
    conflict: Any = None
    typed: Mapping[str, str] = field(default_factory=dict)  # raw, when it was wrong: shown again as it was typed

    thread: list[Shown] = field(default_factory=list)  # all parts in order, where the version is one of several

    @property
    def prefix(self) -> str:
        return f"v{self.version.pk}"

    @property
    def tab(self) -> str:
        """The tab that it stands in: its thread's."""
        return self.thread[0].prefix if self.thread else self.prefix

    @property
    def in_thread(self) -> bool:
        return len(self.thread) > 1

    @property
    def number(self) -> int:
        return self.version.part + 1

    @property
    def total(self) -> int:
        return len(self.thread) or 1

    @property
    def can_extend(self) -> bool:
        """Whether a part can be added below: by the last part, while it is written on."""
        last = not self.thread or self.thread[-1] is self
        return last and not self.locked and threads.can_extend(self.version)

    @cached_property
    def capabilities(self) -> Capabilities:
        return self.version.channel.capabilities()

    @cached_property
    def measure(self) -> previews.Measure:
        channel = self.version.channel
        account = channel.account(with_credentials=False)
        return previews.measure(registry.platform(channel.platform), draft_post(self.version), account)

    @property
    def keep_units(self) -> int:
        """``measure.keep`` in UTF-16 units, as a browser counts."""
        return len(self.version.text[: self.measure.keep].encode("utf-16-le", "surrogatepass")) // 2

    @cached_property
    def preview(self) -> SafeString:
        return previews.render(previews.preview_of(self.version))

    @property
    def state(self) -> State:
        return State(self.version.delivery.state)

    @property
    def editable(self) -> bool:
        return self.version.current and self.state in versions.EDITABLE

    @property
    def approved(self) -> bool:
        """Approved, and nothing has left: writing on it takes the approval away."""
        return self.state is State.APPROVED

    @property
    def locked(self) -> bool:
        return self.approved and not self.unlocked

    @property
    def submitted(self) -> bool:
        return self.version.review == Version.Review.SUBMITTED and self.state is State.PLANNED

    @property
    def for_a_person(self) -> bool:
        """On its way, and stands still until a person has done something."""
        return self.state in FOR_A_PERSON

    @property
    def draft(self) -> bool:
        """Would go along when the story is sent in."""
        return self.editable and self.version.review == Version.Review.DRAFT

    @cached_property
    def problems(self) -> list[ShownProblem]:
        if not self.editable:
            return []
        return [_shown(problem, self) for problem in problems.of(self.version)]

    @property
    def blocking(self) -> list[ShownProblem]:
        return [problem for problem in self.problems if problem.blocks]

    @property
    def asking(self) -> list[ShownProblem]:
        return [problem for problem in self.problems if problem.asks and not problem.answered]

    def by_field(self) -> dict[str, list[ShownProblem]]:
        found: dict[str, list[ShownProblem]] = {}
        for problem in self.problems:
            found.setdefault(problem.field, []).append(problem)
        return found

    @cached_property
    def pictures(self) -> list[ShownPicture]:
        language = language_of(self.version)
        rows = []
        for picture in self.version.pictures.all():
            alt, lang = alt_of(picture, language)
            rows.append(ShownPicture(picture.photo, alt, picture.photo.alt_in(language)[0], lang))
        return rows

    @property
    def count_words(self) -> str:
        """«294 av 280 tegn, 14 for mange»"""
        count = {"length": words.number(self.measure.length), "limit": words.number(self.measure.limit)}
        if self.measure.over:
            return _("%(length)s av %(limit)s tegn, %(over)s for mange") % {
                **count,
                "over": words.number(self.measure.over),
            }
        short = self.capabilities.short_preview
        if short and self.measure.length > short:
            shown = {**count, "short": words.number(short)}
            if self.measure.limit > FAR:
                return _("%(length)s tegn. Omtrent de første %(short)s vises før «Se mer».") % shown
            return _("%(length)s av %(limit)s tegn. Omtrent de første %(short)s vises før «Se mer».") % shown
        if self.measure.limit > FAR:
            return ngettext("%(length)s tegn", "%(length)s tegn", self.measure.length) % count
        return _("%(length)s av %(limit)s tegn, %(left)s igjen") % {**count, "left": words.number(self.measure.left)}

    @property
    def note(self) -> Note:
        """The most pressing thing: too long, another error, the story has changed, a question, or what is left."""
        if not self.editable:
            return Note("")
        if self.measure.over:
            return Note(_("%(over)s for mange") % {"over": words.number(self.measure.over)}, "crit", "warning")
        if self.blocking:
            text = ngettext("%(count)s feil", "%(count)s feil", len(self.blocking)) % {"count": len(self.blocking)}
            return Note(text, "crit", "warning")
        if any(problem.code == "out_of_step" for problem in self.asking):
            return Note(_("saken er endret"), "warn", "rotate")
        if self.asking:
            text = ngettext("%(count)s spørsmål", "%(count)s spørsmål", len(self.asking)) % {"count": len(self.asking)}
            return Note(text, "warn", "help")
        if self.version.review == Version.Review.DRAFT and self.measure.limit <= FAR:
            return Note(_("%(left)s igjen") % {"left": words.number(self.measure.left)})
        return Note("")

    @property
    def goes_by_itself(self) -> bool:
        return self.version.delivery.with_story or self.version.delivery.due_at is not None

    @property
    def timing(self) -> str:
        """What the field shows: what was chosen, also while its date is missing."""
        return Version.Timing.AT if {"planned_date", "planned_time"} & set(self.errors) else self.version.timing

    @property
    def date_value(self) -> str:
        return self.typed.get("planned_date") or (
            self.version.planned_date.isoformat() if self.version.planned_date else ""
        )

    @property
    def time_value(self) -> str:
        at = self.version.planned_time
        return self.typed.get("planned_time") or (at.strftime("%H:%M:%S" if at.second else "%H:%M") if at else "")

    @property
    def link_value(self) -> str:
        return self.typed.get("link_url", self.version.link_url)

    @property
    def wall_time(self) -> str:
        """When it goes out, in words; empty when nothing is set."""
        if self.version.delivery.due_at:
            return words.moment(walltime.local(self.version.delivery.due_at))
        if self.version.delivery.with_story:
            return self.version.after_words or _("sammen med saken")
        return ""


def _shown(problem: Problem, of: Shown) -> ShownProblem:
    error = problem.severity is Severity.ERROR
    notice = not error and problem.code in words.NOTICES
    changes: Sequence[tuple[str, str, str]] = ()
    if problem.code == "out_of_step":
        names = {"title": _("Tittel"), "lead": _("Ingress")}
        changes = [(names[name], then, now) for name, (then, now) in problem.data["changed"].items()]
    key = words.answer_key(problem)
    return ShownProblem(
        problem.code,
        "crit" if error else "info" if notice else "warn",
        "rotate" if problem.code == "out_of_step" else "info-circle" if notice else "warning",
        words.describe(problem, of.version),
        problem.field,
        target_of(problem.field, of),
        key,
        error,
        words.needs_answer(problem),
        key in of.version.accepted_warnings,
        tuple(changes),
        _take_over(of.version, problem) if changes else "",
    )


def _take_over(version: Version, problem: Problem) -> str:
    """What the button for taking over the story's new words says it does."""
    changed = problem.data["changed"]
    if not any(then and then in version.text for then, _now in changed.values()):
        return _("Skriv teksten på nytt fra saken")
    if set(changed) == {"title"}:
        return _("Bruk den nye tittelen")
    return _("Bruk den nye ingressen") if set(changed) == {"lead"} else _("Bruk det nye")


def target_of(name: str, of: Shown) -> str:
    """The id of the element to focus for a problem's field."""
    if name.startswith("pictures."):
        _pictures, number, *rest = name.split(".")
        return f"{of.prefix}-alt-{number}"
    if name == "link":
        other = of.version.link_to == Version.LinkTo.OTHER
        return f"{of.prefix}-link_url" if other else f"{of.prefix}-link_to"
    if name == "timing":
        return f"{of.prefix}-planned_date" if of.version.timing == Version.Timing.AT else f"{of.prefix}-timing"
    return {
        "pictures": f"{of.prefix}-add-picture",
        "document": f"{of.prefix}-document-field",
        "channel": f"{of.prefix}-channel",
    }.get(name, f"{of.prefix}-text")
