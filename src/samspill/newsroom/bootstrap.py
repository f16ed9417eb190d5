"""Sets up what a newsroom can't do without: senders, front page, lists, press duty. Safe to call again and again."""

from __future__ import annotations

from datetime import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page, Site

from samspill.brands.models import Brand
from samspill.newsroom.models import (
    Audience,
    BlogIndexPage,
    FrontPage,
    InfoPage,
    PressDuty,
    StoryIndexPage,
    Subject,
)
from samspill.newsroom.starting_texts import (
    ABOUT,
    ABOUT_NEWSROOM,
    AUDIENCES,
    ELSEWHERE,
    ELSEWHERE_INTRO,
    NAME,
    SUBJECTS,
)

BRANDS = [
    {"key": "lotteritilsynet", "name": "Lotteritilsynet", "color": "lotteri", "position": 1},
    {"key": "stiftelsestilsynet", "name": "Stiftelsestilsynet", "color": "stiftelse", "position": 2},
]


@transaction.atomic
def ensure_site(
    *, name: str = NAME, base_url: str = "", phone: str = "", email: str = "", on_duty: str = ""
) -> FrontPage:
    """The front page at ``base_url`` (else SAMSPILL_BASE_URL), made with all below it where it is missing.

    What is there already is left as an editor has made it; only the site's address follows the configuration.
    """
    for brand in BRANDS:
        Brand.objects.get_or_create(key=brand["key"], defaults=brand)
    for nb, nn, en in SUBJECTS:
        Subject.objects.get_or_create(name_nb=nb, defaults={"name_nn": nn, "name_en": en})
    front = FrontPage.objects.first() or _front_page(name)
    site = _site(front, base_url or settings.SAMSPILL_BASE_URL)
    _below(front, StoryIndexPage, title="Saker", slug="saker")
    _below(front, BlogIndexPage, title="Blogg", slug="blogg")
    about = _below(front, InfoPage, **ABOUT_NEWSROOM)
    if not front.footer:
        front.footer = [("column", {"title": "Om nettstedet", "links": [_link(ABOUT_NEWSROOM["title"], page=about)]})]
        front.save()
    PressDuty.objects.get_or_create(
        site=site,
        defaults={"phone": phone, "email": email, "on_duty": on_duty, "answered_until": time(22) if phone else None},
    )
    return FrontPage.objects.get(pk=front.pk)


def _site(front: FrontPage, base_url: str) -> Site:
    parts = urlsplit(base_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    site.hostname, site.port, site.root_page, site.site_name = parts.hostname or "localhost", port, front, front.title
    site.save()
    return site


def _front_page(name: str) -> FrontPage:
    root = Page.get_first_root_node()
    front = FrontPage(
        title=name,
        slug="nyhetsrom",
        about=ABOUT,
        useful=[("audience", _audience(*audience)) for audience in AUDIENCES],
        elsewhere_intro=ELSEWHERE_INTRO,
        elsewhere=[("channel", {"name": channel, "text": text, "links": []}) for channel, text in ELSEWHERE],
    )
    _remove_welcome_page(root)
    return _add(root, front)


def _remove_welcome_page(root: Page) -> None:
    """Wagtail's own first page says «Welcome» to the public; it goes when nothing has been made of it."""
    for page in root.get_children().filter(slug="home", content_type__model="page"):
        if not page.get_children().exists():
            Site.objects.filter(root_page=page).delete()
            page.delete()
    root.refresh_from_db()


def _below(front: FrontPage, model: type[Any], **fields: Any) -> Any:
    found = model.objects.child_of(front).filter(slug=fields["slug"]).first()
    if found is None:
        front.refresh_from_db()
        found = _add(front, model(**fields))
    return found


def _add(parent: Page, page: Any) -> Any:
    """Public at once: there is nobody yet who could approve it."""
    page.live = True
    page.first_published_at = page.last_published_at = timezone.now()
    return parent.add_child(instance=page)


def _audience(names: tuple[str, str, str], icon: str, links: list[tuple[str, str, str]]) -> dict[str, Any]:
    nb, nn, en = names
    audience, _made = Audience.objects.get_or_create(name_nb=nb, defaults={"name_nn": nn, "name_en": en, "icon": icon})
    return {"audience": audience, "links": [_link(text, note=note, url=url) for text, note, url in links]}


def _link(text: str, *, note: str = "", page: Page | None = None, url: str = "") -> dict[str, Any]:
    return {"text": text, "note": note, "page": page, "url": url}
