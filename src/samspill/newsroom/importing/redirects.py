"""Old addresses of imported stories lead to the new ones."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from samspill.newsroom.importing.addresses import path_of
from samspill.newsroom.importing.items import Item, Note, Told

LONGEST = 255  # of Wagtail's own field


def make(item: Item, page: Page) -> list[Told]:
    """A permanent redirect from each path that the story had. Returns what could not be done; safe to repeat."""
    told = []
    for path in dict.fromkeys(filter(None, map(path_of, (item.address, *item.old_paths)))):
        why = _make(path, page)
        if why:
            told.append(Told.of(Note.REDIRECT_NOT_MADE, path=path[:120], why=why))
    return told


def _make(path: str, page: Page) -> str:
    old = Redirect.normalise_path(path)
    if old == Redirect.normalise_path(page.get_url_parts()[2] if page.get_url_parts() else ""):
        return ""  # the address is the same as before
    if old.partition("?")[0] in ("", "/"):
        return _("på forsidens adresse er det vår egen forside som svarer")
    if len(old) > LONGEST:
        return _("den gamle adressen er for lang")
    if _is_taken(old):
        return _("en annen side har adressen")
    there = Redirect.objects.filter(old_path=old, site=None).first()
    if there is None:
        Redirect.objects.create(old_path=old, redirect_page=page, is_permanent=True)
        return ""
    return "" if there.redirect_page_id == page.pk else _("adressen fører allerede et annet sted")


def _is_taken(old: str) -> bool:
    """Whether a page of ours, live or not, answers there: a redirect would never be asked."""
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        return False
    taken: Iterable[Page] = Page.objects.filter(url_path=f"{site.root_page.url_path.rstrip('/')}{old}/")
    return bool(taken)
