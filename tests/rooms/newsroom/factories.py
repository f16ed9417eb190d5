"""Makes pages for tests, for other rooms too: a front page, stories that are out, a picture."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from samspill.brands.models import Brand
from samspill.library.models import Photo
from samspill.newsroom.bootstrap import ensure_site
from samspill.newsroom.models import (
    BlogIndexPage,
    BlogPost,
    Contact,
    FrontPage,
    PressRelease,
    StoryIndexPage,
    Subject,
)

LEAD = "Lag som søkte innen 1. september, får pengene på konto i midten av desember."
BODY = [
    ("text", "<p>Frivillige lag betaler moms når de kjøper varer og tjenester.</p><h2>Dette gjør dere nå</h2>"),
    ("facts", {"title": "Fakta", "text": "<ul><li>Fristen er 1. september.</li></ul>", "source": "Lotteritilsynet"}),
    ("quote", {"text": "Et lite lag skal ikke trenge en revisor.", "who": "Avdelingsdirektør"}),
]


def make_front_page(base_url: str = "http://testserver", **options: Any) -> FrontPage:
    """The site with everything below it; reached by Django's test client."""
    return ensure_site(base_url=base_url, **{"phone": "123 45 678", "email": "presse@tilsynet.invalid", **options})


def make_photo(
    title: str = "Fotballbane", *, color: str = "#3a7d44", size: tuple[int, int] = (1200, 800), **fields: Any
) -> Photo:
    content = BytesIO()
    Image.new("RGB", size, color).save(content, "JPEG")
    fields = {"alt_nb": "Fotballbane ved en fjord", "credit": "Kari Nordmann / Lotteritilsynet", **fields}
    photo = Photo(title=title, file=ContentFile(content.getvalue(), f"{title.lower()}.jpg"), **fields)
    photo.save()
    return photo


def make_contact(name: str = "Kari Nordmann", **fields: Any) -> Contact:
    contact: Contact = Contact.objects.create(
        name=name,
        **{"title_nb": "kommunikasjonsrådgiver", "phone": "123 45 678", "email": "kari@tilsynet.invalid", **fields},
    )
    return contact


def make_story(
    title: str = "Momskompensasjonen kommer i desember",
    *,
    model: type[Any] = PressRelease,
    live: bool = True,
    out_at: datetime | None = None,
    brand: str | None = "lotteritilsynet",
    subjects: tuple[str, ...] = (),
    contacts: tuple[Contact, ...] = (),
    related: tuple[Any, ...] = (),
    **fields: Any,
) -> Any:
    """A story; ``live`` ones have come out ``out_at`` (now). ``subjects`` by their names in bokmål."""
    parent_model = BlogIndexPage if model is BlogPost else StoryIndexPage
    parent = parent_model.objects.first()
    if parent is None:
        make_front_page()
        parent = parent_model.objects.get()
    story = model(
        title=title,
        live=False,
        brand=Brand.objects.get(key=brand) if brand else None,
        **{"lead": LEAD, "body": BODY, **fields},
    )
    parent.add_child(instance=story)
    for name in subjects:
        story.subjects.add(Subject.objects.get_or_create(name_nb=name)[0])
    story.press_contacts = [story.press_contacts.model(contact=contact) for contact in contacts]
    story.related_pages = [story.related_pages.model(target=page) for page in related]
    revision = story.save_revision()
    if live:
        revision.publish()
        moment = out_at or timezone.now()
        model.objects.filter(pk=story.pk).update(first_published_at=moment, last_published_at=moment)
    return model.objects.get(pk=story.pk)


def make_blog_post(title: str = "Slik leser jeg et regnskap", **fields: Any) -> Any:
    return make_story(title, model=BlogPost, **fields)
