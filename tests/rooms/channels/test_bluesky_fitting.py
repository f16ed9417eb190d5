"""Pictures for Bluesky are made small enough before they are sent: one limit in the post, a smaller one in the card."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from wagtail.images import get_image_model

from samspill.channels.models import Channel
from samspill.publishing import versions
from samspill.publishing.post import frozen_post
from tests.rooms.publishing.compose_world import make

pytestmark = pytest.mark.django_db


@cache
def noisy() -> bytes:
    """A picture that packs badly: well over two million bytes."""
    image = Image.merge("RGB", [Image.effect_noise((1800, 1400), 80 + shade) for shade in (0, 10, 20)])
    out = BytesIO()
    image.save(out, "JPEG", quality=96)
    return out.getvalue()


def version_with(picture: bool) -> Any:
    world = make(with_versions=False)
    photo = get_image_model()(title="Støy", alt_nb="Mange farger")
    photo.file.save("stoy.jpg", ContentFile(noisy()), save=False)
    photo.save()
    world.story.main_image = photo
    world.story.save_revision(user=world.editor)
    channel = Channel.objects.create(platform="bluesky", name="Tilsynet", mode="sandbox", external_id="did:plc:x")
    version = versions.add(world.story, channel, world.editor)
    if not picture:
        version.pictures.all().delete()
    return version


def test_a_picture_keeps_within_two_million_bytes_and_uses_them() -> None:
    assert len(noisy()) > 2_000_000
    post = frozen_post(version_with(picture=True))
    assert 1_000_000 < post.pictures[0].size <= 2_000_000
    assert post.link is not None
    assert post.link.thumbnail is None


def test_the_cards_picture_keeps_within_one_million_bytes() -> None:
    post = frozen_post(version_with(picture=False))
    assert post.pictures == ()
    assert post.link is not None
    assert post.link.thumbnail is not None
    assert 0 < post.link.thumbnail.size <= 1_000_000
