"""Every address of the desk, Wagtail's own included, tried by every role: who gets in stands in ``matrix.txt``.

A line is the pattern, and who gets in by GET and by POST with an empty form. Somebody who is not signed in gets in
nowhere but on the pages for signing in. After an upgrade the failing test prints the lines as they are now: read each
that is new before you copy it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import Collection, Site, Task, Workflow

from samspill.brands.models import Brand
from samspill.newsroom.models import Audience, Contact, Subject
from samspill.publishing.models import PublishingSettings, Rule
from samspill.webhooks.models import Endpoint, Kind
from tests.rooms.newsroom.factories import make_photo
from tests.rooms.publishing.approval_world import World

TABLE = Path(__file__).with_name("matrix.txt")
ROLES = ("anonymous", "nobody", "expert", "leader", "editor", "admin", "superuser")
PEOPLE = {
    "nobody": "nobody", "expert": "amir", "leader": "liv", "editor": "jonas", "admin": "tor", "superuser": "superuser",
}  # fmt: skip
OPEN = ("desk/login/", "desk/jsi18n/", "desk/sprite/", "desk/password_reset", "desk/logout/")
SKIPPED = ("desk/^.*/$", "desk/failwhale/", "desk/test404/", "desk/logout/")


def addresses() -> Iterator[str]:
    """Every pattern below /desk/."""

    def walk(found: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for one in found:
            here = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one.url_patterns, here)
            else:
                yield here

    for address in walk(get_resolver().url_patterns, ""):
        if address.startswith("desk/") and not address.startswith(SKIPPED):
            yield address


@pytest.fixture
def fill(world: World) -> Any:
    """Turns a pattern into an address of something that is there."""
    version = world.post(world.jonas)
    world.submit()
    photo = make_photo()
    document = get_document_model()(title="Rapport", uploaded_by_user=world.jonas)
    document.file.save("rapport.pdf", ContentFile(b"%PDF-1.7\n1 0 obj<</Type/Page>>endobj"))
    story = world.fresh(world.story)
    state = story.current_workflow_task_state
    brand = Brand.objects.create(key="a", name="A")
    rule = Rule.objects.create(kind="press_release", channel=world.x)
    endpoint = Endpoint.objects.create(address="https://system.invalid/varsler", kinds=list(Kind.values))
    redirect = Redirect.objects.create(old_path="/gammel", redirect_page=story)
    things = {
        "snippets/newsroom/subject": Subject.objects.create(name_nb="Emne").pk,
        "choose/newsroom/subject": Subject.objects.first().pk,
        "snippets/newsroom/audience": Audience.objects.create(name_nb="Gruppe").pk,
        "choose/newsroom/audience": Audience.objects.first().pk,
        "snippets/newsroom/contact": Contact.objects.create(name="Kontakt").pk,
        "choose/newsroom/contact": Contact.objects.first().pk,
        "desk/regler": rule.pk,
        "desk/varsler": endpoint.pk,
        "desk/redirects": redirect.pk,
        "desk/avsendere": brand.pk,
        "desk/sites": Site.objects.get().pk,
        "desk/users": world.amir.pk,
        "desk/groups": Group.objects.order_by("pk").first().pk,
        "desk/collections": Collection.get_first_root_node().pk,
        "desk/workflows/tasks": Task.objects.get(active=True).pk,
        "desk/workflows": Workflow.objects.get(active=True).pk,
        "desk/utsendelser": version.delivery_id,
        "desk/kanaler": world.x.pk,
        "desk/settings": PublishingSettings.load().pk,
        "documents/chooser": document.pk,
        "images/chooser": photo.pk,
        "api/main/^pages": story.pk,
        "api/main/^documents": document.pk,
        "api/main/^images": photo.pk,
    }
    named = {
        "page_id": story.pk, "page_to_move_id": story.pk, "page_pk": story.pk, "parent_page_id": world.index.pk,
        "destination_id": world.index.pk, "revision_id": story.latest_revision_id, "version_id": version.pk,
        "image_id": photo.pk, "document_id": document.pk, "doc_id": document.pk, "uploaded_file_id": 1,
        "task_state_id": state.pk, "task_id": state.task_id, "workflow_pk": state.workflow_state.workflow_id,
        "workflow_state_id": state.workflow_state_id, "collection_id": Collection.get_first_root_node().pk,
        "content_type_app_name": "newsroom", "content_type_model_name": "pressrelease", "session_id": 1,
        "app_name": "publishing", "digest": "x", "filter_spec": "width-100", "object_id": story.pk,
        "sha256": "0" * 64, "token": "x", "uidb64": "x", "platform_name": "x", "redirect_id": redirect.pk,
    }  # fmt: skip

    def address(pattern: str) -> str:
        pk = next((value for start, value in things.items() if start in pattern), 1)
        action = "publish" if "api/main" in pattern else "delete" if "bulk" in pattern else "approve"
        models = {"settings/": ("publishing", "publishingsettings"), "pages/create/": ("newsroom", "pressrelease")}
        label, model = next((found for part, found in models.items() if part in pattern), ("newsroom", "pressrelease"))
        if "workflows/tasks/add" in pattern:
            label, model = "publishing", "editorialapproval"
        if "bulk/" in pattern or "editing-sessions" in pattern:
            label, model = "wagtailcore", "page"
        values = {**named, "pk": pk, "action": action, "action_name": action, "app_label": label, "model_name": model}
        if "tag-autocomplete" in pattern:
            values |= {"app_name": "taggit", "model_name": "tag"}
        pattern = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", pattern)
        pattern = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), pattern)
        pattern = pattern.replace("(live|earliest|\\d+)\\.\\.\\.(live|latest|\\d+)", "earliest...latest")
        pattern = pattern.replace("(\\d+)", str(story.pk))
        more = f"?id={story.pk}&next=/desk/" if "bulk/" in pattern else ""
        return "/" + pattern.replace("^", "").replace("$", "") + more

    return address


def gets_in(answer: Any) -> bool:
    """Not sent to sign in, not sent home, not told no. «Not found» counts as in only for who passed the door."""
    if answer.status_code in (401, 403):
        return False
    home = answer.status_code == 302 and answer.url.split("?")[0] in ("/desk/login/", "/desk/")
    return not home


@pytest.mark.slow
def test_who_gets_in_where(world: World, fill: Any) -> None:
    clients = {role: world.as_(getattr(world, name)) for role, name in PEOPLE.items()}
    clients["anonymous"] = Client(headers={"accept-language": "nb"})
    found = []
    for pattern in sorted(set(addresses())):
        who = []
        for method in ("get", "post"):
            names = []
            for role in ROLES:
                client = clients[role]
                client.raise_request_exception = False
                mark = transaction.savepoint()
                answer = getattr(client, method)(fill(pattern))
                transaction.savepoint_rollback(mark)
                if gets_in(answer):
                    names.append(role)
            who.append(names)
        found.append(f"{pattern} | {' '.join(who[0]) or '-'} | {' '.join(who[1]) or '-'}")
    for line in found:
        pattern, *columns = line.split(" | ")
        assert pattern.startswith(OPEN) or "anonymous" not in " ".join(columns), line
    wanted = TABLE.read_text(encoding="utf-8").splitlines() if TABLE.exists() else []
    new = [line for line in found if line not in wanted]
    gone = [line for line in wanted if line not in found]
    assert not new + gone, "\n".join(["as it is now:", *new, "as the table says:", *gone])
