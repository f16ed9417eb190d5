"""Every page of the desk, Wagtail's own included, in each language: no English in Norwegian, no bokmål in nynorsk."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import translation
from wagtail.images import get_image_model
from wagtail.models import Page, PageLogEntry, Task, Workflow
from wagtail.users.models import UserProfile

from samspill.channels.models import Channel
from samspill.desk.views.channels import EXAMPLE
from tests.rooms.publishing.approval_world import World
from tests.rooms.publishing.test_approval_language import Heard, english_lines
from tests.rooms.security import test_matrix
from tests.support.nynorsk import bokmal_in

fill = test_matrix.fill

# Words of ours that a reader of English would stumble on; letters alone will not do, since people have names.
NORWEGIAN = re.compile(
    r"\b(ikke|og|er|det|den|som|fra|kan|har|du|vi|innlegg|sak|saken|saker|kanal|kanaler|bilde|bilder|utsendelser?|"
    r"godkjenn|godkjenning|lagre|slett|rediger|tilstand|velg|skriv|siden|avsender|nøkkel|legg)\b",
    re.IGNORECASE,
)
# The newsroom's own page inside the desk is in the story's language.
SHOWN_TO_READERS = ("/view/", "/view_draft/", "desk/pages/workflow/preview/")
# The guides are documentation, in bokmål only; they say so to a screen reader, or this would not find them.
MANUAL = re.compile(r'<div class="s-guide" lang="nb">.*?</div>', re.DOTALL)


def norwegian_in(text: str) -> set[str]:
    return {word.lower() for word in NORWEGIAN.findall(text)}


def reading(world: World, language: str) -> Client:
    """The superuser, who may see every page, having chosen a language in the account."""
    profile = UserProfile.get_for_user(world.superuser)
    profile.preferred_language = language
    profile.save()
    client = Client(headers={"accept-language": language})
    client.force_login(world.superuser)
    client.raise_request_exception = False
    return client


def written_by_people() -> set[str]:
    """What stands in the database or in an example, in its own language: names, titles, Django's permissions."""
    names = {EXAMPLE.title, EXAMPLE.lead, "wagtailcore"}
    names |= {str(permission) for permission in Permission.objects.select_related("content_type")}
    for model, field in (
        (Page, "title"), (Channel, "name"), (Group, "name"), (Workflow, "name"), (Task, "name"),
        (Permission, "name"), (ContentType, "model"), (PageLogEntry, "label"), (get_image_model(), "title"),
        (get_image_model(), "alt_nb"),
    ):  # fmt: skip
        names |= set(model.objects.values_list(field, flat=True))
    return {name for name in names if len(name) > 2}


def pages(world: World, fill: Callable[[str], str], language: str) -> dict[str, str]:
    """What each address of the desk shows, by pattern; what is no page is left out."""
    client = reading(world, language)
    found = {}
    for pattern in sorted(set(test_matrix.addresses())):
        if any(part in pattern for part in SHOWN_TO_READERS):
            continue
        answer = client.get(fill(pattern))
        assert answer.status_code < 500, pattern
        kind = answer.headers.get("Content-Type", "")
        if answer.status_code == 200 and kind.startswith("text/html"):
            found[pattern] = answer.content.decode()
        elif answer.status_code == 200 and kind.startswith("application/json"):
            body = answer.json()
            found[pattern] = str(body.get("html") or "") if isinstance(body, dict) else ""
    assert len([page for page in found.values() if page]) > 100
    return found


def lines(page: str, said: list[str]) -> set[str]:
    """What is seen or heard on a page, without what people have written themselves."""
    heard = Heard()
    heard.feed(MANUAL.sub("", page))
    found = set()
    for line in heard.lines:
        rest = re.sub(r"\s+", " ", line).strip()
        for name in said:
            rest = rest.replace(name, " ")
        found.add(rest)
    return found


def english_in(text: str) -> set[str]:
    return set(english_lines(text))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "foreign"),
    [("nb", [english_in]), ("nn", [english_in, bokmal_in]), ("en", [norwegian_in])],
)
def test_no_page_shows_another_language_than_the_reader_chose(
    language: str, foreign: list[Callable[[str], set[str]]], world: World, fill: Any
) -> None:
    shown = pages(world, fill, language)
    with translation.override(language):
        said = sorted(written_by_people(), key=len, reverse=True)
    found: dict[str, str] = {}
    for pattern, page in shown.items():
        for line in lines(page, said):
            if words := set().union(*(words_of(line) for words_of in foreign)):
                found.setdefault(f"{line[:120]} ({', '.join(sorted(words))})", pattern)
    assert found == {}, "\n".join(f"{line}: {where}" for line, where in sorted(found.items()))
