"""Puts one item into the newsroom: a draft by default, one transaction for each story, and nothing to any channel."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Page

from samspill.brands.models import Brand
from samspill.library.models import Photo
from samspill.newsroom import richtext, tidy
from samspill.newsroom.importing import body as bodies
from samspill.newsroom.importing import markdown, pictures, redirects
from samspill.newsroom.importing.addresses import path_of
from samspill.newsroom.importing.arguments import LANGUAGES, Options
from samspill.newsroom.importing.items import Item, Note, PictureRef, SourceError, Told
from samspill.newsroom.importing.words import Outcome
from samspill.newsroom.models import BlogIndexPage, BlogPost, ImportedStory, PressRelease, StoryIndexPage, Subject
from samspill.newsroom.slugs import slug_of
from samspill.publishing.approve import waits
from samspill.publishing.seen import story_hash

MOST_PICTURES = 60  # of one story
TITLE = 255


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one item: a row of the table at the end."""

    outcome: Outcome
    name: str
    told: tuple[Told, ...] = ()
    error: SourceError | None = None


@dataclass(slots=True)
class _Made:
    """An item made ready: the story's fields, and what there is to tell."""

    values: dict[str, Any]
    subjects: list[Subject]
    told: list[Told] = field(default_factory=list)
    incomplete: bool = False


def write(item: Item, source: str, options: Options, user: Any) -> Line:
    """Make, change or leave the story. Raises SourceError. A dry run fetches no picture and writes nothing."""
    key = hashlib.sha256(item.id.encode("utf-8", "replace")).hexdigest()
    row = ImportedStory.objects.filter(source=source, id_hash=key).select_related("page").first()
    title = tidy.line(item.title)[:TITLE] or item.id[:80]
    outcome = _outcome(row, item)
    if outcome not in (Outcome.MADE, Outcome.CHANGED):
        return Line(outcome, title)
    made = _ready(item, options, user)
    if row is not None and row.fingerprint == item.fingerprint and _pictures(made.values) == _pictures_of(row):
        return Line(Outcome.UNCHANGED, title, tuple(made.told))  # the pictures that failed last time failed again
    if options.dry_run:
        return Line(outcome, made.values["title"], tuple(made.told))
    with transaction.atomic():
        if row is None:
            page = _make(item, made, options, user)
            row = ImportedStory(source=source, id_hash=key, source_id=item.id[:300], page=page)
        else:
            page = _change(row, made, user)
        row.address, row.published_at = item.address, item.published_at
        row.fingerprint, row.incomplete = item.fingerprint, made.incomplete
        row.page_hash = story_hash(page.get_latest_revision())
        row.save()
        live = options.live and item.public
        if page.live and not live:
            made.told.append(Told.of(Note.DRAFT_ONLY))
        word = "made" if outcome is Outcome.MADE else "changed"
        log(
            instance=page, action=f"samspill.import.{word}", user=user, data={"source": source, "address": item.address}
        )
        made.told += redirects.make(item, page)
        if live:
            log(instance=page, action="samspill.import.live", user=user, data={"source": source})
            page.get_latest_revision().publish(user=user, skip_permission_checks=True)
    return Line(outcome, made.values["title"], tuple(made.told))


def _pictures(values: dict[str, Any]) -> int:
    return sum(kind == "picture" for kind, _value in values["body"]) + bool(values["main_image"])


def _pictures_of(row: ImportedStory) -> int:
    """How many the draft has that the last run made."""
    draft: Any = row.page.get_latest_revision_as_object() if row.page else None
    if draft is None:
        return 0
    return sum(block.block_type == "picture" for block in draft.body) + bool(draft.main_image_id)


def _outcome(row: ImportedStory | None, item: Item) -> Outcome:
    if row is None:
        return Outcome.MADE
    if row.page is None:
        return Outcome.DELETED_HERE
    if row.fingerprint == item.fingerprint and not row.incomplete:
        return Outcome.UNCHANGED
    if story_hash(row.page.get_latest_revision()) != row.page_hash:
        return Outcome.UNCHANGED if row.fingerprint == item.fingerprint else Outcome.CHANGED_HERE
    return Outcome.WAITS if waits(row.page) else Outcome.CHANGED


def _ready(item: Item, options: Options, user: Any) -> _Made:
    told = list(item.told)
    language = _language(item, options, told)
    brand = _brand(item, options, told)
    read = bodies.read(item.html, item.base, _resolver(item))
    told += read.told
    photos = _Photos(item, language, options, user, told)
    main = photos.get(item.main_picture) if item.main_picture else None
    parts = [
        part for part in read.parts if not (isinstance(part, PictureRef) and _same_picture(part, item.main_picture))
    ]
    values = {
        "title": _title(item, told),
        "lead": tidy.paragraphs(item.lead),
        "language": language,
        "brand": brand,
        "main_image": main,
        "body": [block for part in parts if (block := _block(part, photos, language)) is not None],
    }
    return _Made(values, _subjects(item), told, photos.incomplete)


def _resolver(item: Item) -> bodies.Resolve | None:
    folder = item.folder
    if folder is None:
        return None
    return lambda address, alt, caption: markdown.local_or_remote(address, item.base, folder, alt=alt, caption=caption)


@dataclass(slots=True)
class _Photos:
    """The story's photos, each fetched once."""

    item: Item
    language: str
    options: Options
    user: Any
    told: list[Told]
    incomplete: bool = False
    found: dict[str, Photo | None] = field(default_factory=dict)

    def get(self, ref: PictureRef) -> Photo | None:
        name = pictures.name_of(ref)
        key = str(ref.path or ref.address)
        if key in self.found:
            return self.found[key]
        if len(self.found) == MOST_PICTURES:
            self.told.append(Told.of(Note.TOO_MANY_PICTURES, limit=MOST_PICTURES))
        self.found[key] = None
        if len(self.found) > MOST_PICTURES:
            return None
        if not self.options.dry_run:
            try:
                self.found[key] = pictures.photo_for(
                    ref, self.item, self.language, allow_private=self.options.allow_private, user=self.user
                )
            except pictures.PictureFailed as failed:
                self.incomplete = self.incomplete or failed.again
                self.told.append(Told.of(Note.PICTURE_FAILED, picture=name, why=failed))
                return None
        photo = self.found[key]
        if not ref.alt and not (photo and photo.alt_in(self.language)[0]):
            self.told.append(Told.of(Note.ALT_MISSING, picture=name))
        return photo


def _block(part: bodies.Part, photos: _Photos, language: str) -> tuple[str, Any] | None:
    if isinstance(part, bodies.Text):
        html = richtext.clean(part.html)
        return ("text", html) if html else None
    if isinstance(part, bodies.Quote):
        return "quote", {"text": part.text, "who": part.who}
    photo = photos.get(part)
    if photo is None:
        return None
    own = part.alt if part.alt and part.alt != getattr(photo, f"alt_{language}") else ""
    return "picture", {
        "photo": photo, "alt": own[:1000], "decorative": False, "caption": part.caption[:1000], "credit": "",
    }  # fmt: skip


def _same_picture(one: PictureRef, other: PictureRef | None) -> bool:
    return other is not None and (one.path or one.address) == (other.path or other.address)


def _title(item: Item, told: list[Told]) -> str:
    title = tidy.line(item.title)
    if not title:
        words = tidy.line(BeautifulSoup(item.html[:5000], "html.parser").get_text(" "))
        if not words:
            raise SourceError("no_text")
        told.append(Told.of(Note.TITLE_MADE))
        title = words if len(words) <= 80 else (words[:80].rpartition(" ")[0] or words[:80]) + " …"
    if len(title) > TITLE:
        told.append(Told.of(Note.SHORTENED))
        title = title[: TITLE - 1] + "…"
    return title


def _language(item: Item, options: Options, told: list[Told]) -> str:
    if options.language:
        return options.language
    wanted = item.language.strip().lower().replace("_", "-").partition("-")[0]
    found = {"no": "nb"}.get(wanted, wanted)
    if found in LANGUAGES:
        return found
    if wanted:
        told.append(Told.of(Note.LANGUAGE_UNKNOWN, text=item.language[:20], used="nb"))
    return "nb"


def _brand(item: Item, options: Options, told: list[Told]) -> Brand | None:
    wanted = options.brand or item.brand
    if not wanted:
        return None
    found = Brand.objects.filter(key=wanted).first() or Brand.objects.filter(name__iexact=wanted).first()
    if found is None:
        told.append(Told.of(Note.BRAND_UNKNOWN, text=wanted[:60]))
    return found


def _subjects(item: Item) -> list[Subject]:
    """Those that are here already, by any of their names: a source's labels are not ours to take over."""
    wanted = {subject.casefold() for subject in item.subjects}
    return [
        subject
        for subject in (Subject.objects.all() if wanted else ())
        if wanted & {name.casefold() for name in (subject.name_nb, subject.name_nn, subject.name_en) if name}
    ]


def _make(item: Item, made: _Made, options: Options, user: Any) -> Any:
    blog = options.kind == "blog_post" or (not options.kind and item.blog)
    model, index = (BlogPost, BlogIndexPage) if blog else (PressRelease, StoryIndexPage)
    parent = index.objects.order_by("pk").first()
    if parent is None:
        raise SourceError("unexpected")
    page = model(**made.values, live=False, owner=user, slug=_slug(item, made.values["title"], parent))
    page.first_published_at = item.published_at
    parent.add_child(instance=page)
    page.subjects = made.subjects
    page.save_revision(user=user)
    return model.objects.get(pk=page.pk)  # anew: what has just been saved still holds Python's own values


def _slug(item: Item, title: str, parent: Page) -> str:
    """The last part of the old address where it has words; else from the title. Free below the parent."""
    last = path_of(item.address).partition("?")[0].rstrip("/").rpartition("/")[2].rpartition(".html")
    words = last[0] or last[2]
    wanted = slug_of(words if any(sign.isalpha() for sign in words) and "%" not in words else title)
    taken = set(parent.get_children().filter(slug__startswith=wanted).values_list("slug", flat=True))
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _change(row: ImportedStory, made: _Made, user: Any) -> Any:
    """A new draft with the source's text; what only we have (contacts, related pages) stays."""
    page = Page.objects.select_for_update(of=("self",)).get(pk=row.page_id).specific
    draft = page.get_latest_revision_as_object()
    for name, value in made.values.items():
        setattr(draft, name, value)
    if made.subjects:
        draft.subjects = made.subjects
    draft.save_revision(user=user)
    if row.out_at is None and row.published_at != draft.first_published_at:
        type(page).objects.filter(pk=page.pk).update(first_published_at=row.published_at)
    return type(page).objects.get(pk=page.pk)
