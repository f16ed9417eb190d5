"""Turns a version into the post that an adapter sends: as a draft for counting, or frozen for approval."""

from __future__ import annotations

import mimetypes
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.urls import reverse
from wagtail.models import Page

from samspill.channels import contract
from samspill.channels.contract import PictureRules
from samspill.delivery import answers
from samspill.library.freeze import freeze_document
from samspill.library.models import Photo
from samspill.library.prepare import PictureSpec, prepare
from samspill.publishing.models import Version, VersionPicture


def short_address(version: Version) -> str:
    """The delivery's own short address, absolute: the link home and the mark by which the post is found."""
    return settings.SAMSPILL_BASE_URL.rstrip("/") + reverse("short_address", args=[version.delivery.code])


def language_of(version: Version) -> str:
    if version.corrects_id and version.delivery.target is not None:
        return str((version.delivery.target.payload or {}).get("language") or "nb")
    return getattr(version.page.specific, "language", "nb") if version.page else "nb"


def alt_of(picture: VersionPicture, language: str) -> tuple[str, str]:
    """Alt text and its language: the version's own, else the photo's."""
    if picture.alt.strip():
        return picture.alt.strip(), language
    return picture.photo.alt_in(language)


def draft_post(version: Version) -> contract.Post:
    """The post as it stands, without preparing pictures: cheap enough for every keystroke's count.

    Picture sizes are the photo's own, so a picture that will be resized by itself shows as too large; a type that the
    platform does not take is converted by itself, and so is no problem.
    """
    if version.is_edit:
        return edited_post(version)
    language = language_of(version)
    types = version.channel.capabilities().pictures.mime_types
    pictures = []
    for picture in version.pictures.all():
        alt, alt_language = alt_of(picture, language)
        photo = picture.photo
        mime = _mime(photo) if _mime(photo) in types else "image/jpeg"
        pictures.append(
            contract.Picture(
                "", mime, photo.width, photo.height, photo.file_size or 0, alt, alt_language, photo.filename
            )
        )
    document = None
    if version.document:
        document = contract.Document(
            "", "application/pdf", version.document.file_size or 0, version.document.title, version.document.filename
        )
    return contract.Post(version.text, language, tuple(pictures), _link(version, None), document)


def frozen_post(version: Version) -> contract.Post:
    """The post as it will be sent: pictures fitted to the platform, every byte kept under its hash.

    Raises library's errors when a picture cannot be read any more.
    """
    if version.is_edit:
        return edited_post(version)
    language = language_of(version)
    capabilities = version.channel.capabilities()
    pictures = []
    for picture in version.pictures.all():
        alt, alt_language = alt_of(picture, language)
        pictures.append(_freeze(picture.photo, capabilities.pictures, alt, alt_language))
    document = None
    if version.document:
        frozen = freeze_document(version.document)
        document = contract.Document(
            frozen.sha256, frozen.mime, frozen.size, version.document.title, version.document.filename, frozen.pages
        )
    link = _link(version, capabilities if capabilities.link_card and not pictures else None)
    return contract.Post(version.text, language, tuple(pictures), link, document)


def edited_post(version: Version) -> contract.Post:
    """What is out, with the correction's text: pictures, link and document are the frozen ones that stand there."""
    target = version.delivery.target
    if target is None:
        raise ValueError("a correction by editing needs the post that it edits")
    return replace(answers.in_force(target), text=version.text)


def _freeze(photo: Photo, rules: PictureRules, alt: str, alt_language: str) -> contract.Picture:
    frozen = prepare(photo, spec_of(rules))
    # The photo may have become another type on the way: the name follows what is sent.
    name = PurePath(photo.filename).with_suffix(mimetypes.guess_extension(frozen.mime) or "").name
    return contract.Picture(
        frozen.sha256, frozen.mime, frozen.width, frozen.height, frozen.size, alt, alt_language, name
    )


def spec_of(rules: PictureRules) -> PictureSpec:
    """A platform's rules as the library's order."""
    return PictureSpec(rules.max_bytes, rules.mime_types, rules.max_side, rules.max_pixels)


def _link(version: Version, freeze_thumbnail_for: contract.Capabilities | None) -> contract.Link | None:
    if version.link_to == Version.LinkTo.NONE:
        return None
    if version.link_to == Version.LinkTo.OTHER or version.page is None:
        return contract.Link(short_address(version)) if version.link_url else None
    story = _story_as_it_will_be(version.page)
    thumbnail = None
    photo = getattr(story, "main_image", None)
    if freeze_thumbnail_for and photo:
        alt, alt_language = photo.alt_in(language_of(version))
        rules = freeze_thumbnail_for.thumbnail or freeze_thumbnail_for.pictures
        thumbnail = _freeze(photo, rules, alt, alt_language)
    return contract.Link(short_address(version), story.title, getattr(story, "lead", ""), thumbnail)


def _mime(photo: Photo) -> str:
    extension = photo.file.name.rsplit(".", 1)[-1].lower()
    return {"jpg": "image/jpeg", "jpeg": "image/jpeg", "tif": "image/tiff"}.get(extension, f"image/{extension}")


def _story_as_it_will_be(page: Page) -> Any:
    """What the card tells of: the live story, unless it is not out or is being approved anew with its posts."""
    if page.live and not (page.has_unpublished_changes and page.current_workflow_state):
        return page.specific
    return page.get_latest_revision_as_object()
