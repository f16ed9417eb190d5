"""Photos saved through the real door, and people with and without the right to upload."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Collection, GroupCollectionPermission

from samspill.library.models import Photo
from tests import pictures


def make_photo(data: bytes | None = None, name: str = "bilde.jpg", **fields: str) -> Photo:
    photo = Photo(title=fields.pop("title", "Et bilde"), file=ContentFile(data or pictures.photo(), name), **fields)
    photo.save()
    return photo


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    """Files of one test are not seen by the next."""
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def editor(db: None) -> User:
    """May upload, change and choose pictures; nothing else."""
    group = Group.objects.create(name="Bildefolk")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in ("add_image", "change_image", "choose_image"):
        permission = Permission.objects.get(codename=codename, content_type__app_label="wagtailimages")
        GroupCollectionPermission.objects.create(
            group=group, collection=Collection.get_first_root_node(), permission=permission
        )
    user = User.objects.create_user("rita")
    user.groups.add(group)
    return user


@pytest.fixture
def reader(db: None) -> User:
    """May open the desk, but has no right to pictures."""
    user = User.objects.create_user("leif")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    return user


@pytest.fixture
def upload(client, editor):
    """Upload by the multiple uploader's own address: its JSON, and the photo if it became one."""
    client.force_login(editor)

    def send(data: bytes, name: str = "bilde.jpg", title: str | None = None):
        before = set(Photo.objects.values_list("pk", flat=True))
        form = {"files[]": SimpleUploadedFile(name, data, content_type="image/jpeg")}
        if title is not None:
            form["title"] = title
        answer = client.post(reverse("wagtailimages:add_multiple"), form).json()
        return answer, Photo.objects.exclude(pk__in=before).first()

    return send


def plain_text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
