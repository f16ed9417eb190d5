"""Do addresses on our own site lead anywhere the public can see? Others' are not asked: no call leaves the desk."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve
from wagtail.models import Page, Site


class Fault(StrEnum):
    """What is wrong with an address of ours; the values are problem codes."""

    NONE = ""
    DRAFT = "link_to_draft"
    BROKEN = "link_broken"


def addresses_of_ours(text: str) -> list[str]:
    """Addresses in a text that begin with our own public address, without what punctuation follows them."""
    found = re.findall(re.escape(settings.SAMSPILL_BASE_URL.rstrip("/")) + r"(?:/[^\s<>\"]*)?", text)
    return [address.rstrip(".,;:!?)»") for address in found]


def fault_of(address: str) -> Fault:
    """Whether an address on our own site leads to a draft, or to nothing. Addresses elsewhere have no fault here."""
    ours = urlsplit(settings.SAMSPILL_BASE_URL)
    try:
        theirs = urlsplit(address)
        if (theirs.hostname, theirs.port) != (ours.hostname, ours.port):
            return Fault.NONE
    except ValueError:
        return Fault.NONE  # not an address at all: said by the form
    path = unquote(theirs.path) or "/"
    try:
        match = resolve(path)
    except Resolver404:
        try:
            match = resolve(f"{path}/")  # Django adds the slash for the reader
        except Resolver404:
            return Fault.BROKEN
    if match.url_name != "wagtail_serve":
        return Fault.NONE
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    if site is None:
        return Fault.NONE
    below = path.strip("/")
    page = Page.objects.filter(url_path=site.root_page.url_path + (f"{below}/" if below else "")).first()
    if page is None:
        return Fault.BROKEN
    return Fault.NONE if page.live else Fault.DRAFT
