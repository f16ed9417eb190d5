"""A list of stories as the address asks for it: narrowed, in pages, and with what to narrow by."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from samspill.newsroom import queries, tidy
from samspill.newsroom.languages import NAMES
from samspill.newsroom.models.named import Subject

PER_PAGE = 20
KINDS = {"pressemelding": "press_release", "blogg": "blog_post"}  # word in the address → kind


class Part:
    """A page of a long list: its stories, and the numbers of the pages around it ("" for a gap)."""

    def __init__(self, request: HttpRequest, rows: Any) -> None:
        paginator = Paginator(rows, PER_PAGE)
        self.page = paginator.get_page(tidy.line(request.GET.get("side", "1"))[:9])
        around = paginator.get_elided_page_range(self.page.number, on_each_side=1, on_ends=1)
        self.numbers = [number if isinstance(number, int) else "" for number in around]
        self.total: int = paginator.count


class Listing(Part):
    """A list narrowed by what the address asks for; ``brands`` and ``subjects`` are what can be asked for.

    Reads ``?avsender=&emne=&slag=&skrevet=&side=``. What makes no sense is left out, never an error.
    """

    def __init__(self, request: HttpRequest, kind: str = "") -> None:
        self.brands, self.subjects = queries.brands(), queries.used_subjects()
        self.choose_kind = not kind
        self.brand = _one_of(request, "avsender", {brand.key for brand in self.brands})
        self.subject = _one_of(request, "emne", {subject.slug for subject in self.subjects})
        self.language = _one_of(request, "skrevet", set(NAMES))
        self.kind = _one_of(request, "slag", set(KINDS)) if self.choose_kind else ""
        stories = queries.narrowed(
            queries.public_stories(),
            kind=kind or KINDS.get(self.kind, ""),
            brand=self.brand,
            subject=self.subject,
            language=self.language,
        )
        super().__init__(request, stories)
        self.stories = queries.for_teasers(
            stories[self.page.start_index() - 1 if self.total else 0 : self.page.end_index()]
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.brand or self.subject or self.language or self.kind)

    @property
    def chosen_subject(self) -> Subject | None:
        return next((subject for subject in self.subjects if subject.slug == self.subject), None)


class Hits(Part):
    """What a search found, in its order."""

    def __init__(self, request: HttpRequest, found: Any) -> None:
        super().__init__(request, found)
        self.stories = queries.in_order([story.pk for story in self.page.object_list])


def _one_of(request: HttpRequest, name: str, known: set[str]) -> str:
    wish = request.GET.get(name, "")
    return wish if wish in known else ""
