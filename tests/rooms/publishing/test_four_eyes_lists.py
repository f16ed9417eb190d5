"""What is asked for each row of Wagtail's lists of pages is answered for the whole list at once."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import GroupPagePermission

from samspill.newsroom.models import PressRelease
from samspill.publishing.models import Approval, Version
from tests.rooms.publishing.approval_world import World

pytestmark = pytest.mark.django_db


def drafts(world: World, count: int, title: str) -> None:
    for number in range(count):
        page = PressRelease(title=f"{title} {number}", lead="Ingress", language="nb", live=False)
        world.index.add_child(instance=page)
        page.save_revision(user=world.jonas)


def test_the_list_of_stories_asks_no_more_for_forty_than_for_ten() -> None:
    world = World()
    client = world.as_(world.jonas)
    counts = []
    for number in (10, 30):
        drafts(world, number, f"Utkast {number}")
        client.get(f"/desk/pages/{world.index.pk}/")
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/desk/pages/{world.index.pk}/")
        counts.append(len(queries))
    assert "Utkast 30 29" in answer.content.decode()
    assert counts[0] == counts[1]


def test_what_has_been_approved_for_a_channel_is_not_offered_for_deletion() -> None:
    world = World()
    world.post(world.jonas)
    kept, free = world.story, world.write(world.jonas, "Et utkast til")
    Approval.objects.create(
        version=Version.objects.get(), payload={}, payload_hash="x", approved_by=world.marte, lapses_at=timezone.now()
    )
    page = world.as_(world.ingrid).get(f"/desk/pages/{world.index.pk}/").content.decode()
    assert f"/desk/pages/{free.pk}/delete/" in page
    assert f"/desk/pages/{kept.pk}/delete/" not in page
    assert world.as_(world.ingrid).get(f"/desk/pages/{kept.pk}/delete/").status_code == 302


def test_one_who_only_adds_deletes_own_drafts_alone() -> None:
    world = World()
    everybody = Group.objects.create(name="Skriver bare eget")
    right = Permission.objects.get(codename="add_page", content_type__app_label="wagtailcore")
    GroupPagePermission.objects.create(group=everybody, page=world.root, permission=right)
    guest = get_user_model().objects.create_user("gjest")
    guest.groups.add(everybody)
    own, other = world.write(guest, "Mitt"), world.story
    assert own.permissions_for_user(guest).can_delete()
    assert own.permissions_for_user(guest).can_move()
    assert not other.permissions_for_user(guest).can_delete()
    guest.is_active = False
    assert not own.permissions_for_user(guest).can_delete()
