"""Frozen files: written once, whole, and read back only when they are what was frozen."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.db import connections, transaction
from django.urls import reverse
from PIL import Image
from wagtail.documents import get_document_model

from samspill.library.freeze import FrozenFileDamaged, FrozenFileMissing, NotAPdf, freeze
from samspill.library.models import FrozenFile, Photo, PreparedPicture
from samspill.library.prepare import PictureSpec, freeze_document, prepare, read, will_change
from samspill.library.refusals import PictureRefused
from samspill.library.tasks import prepare_for, prepare_later
from tests import pictures
from tests.rooms.library.conftest import make_photo

pytestmark = pytest.mark.django_db
SPEC = PictureSpec(200_000, ("image/jpeg", "image/png"), max_side=800)


def path_of(frozen: FrozenFile) -> Path:
    return Path(frozen.file.storage.path(frozen.file.name))


def test_the_same_picture_and_rules_give_the_same_bytes_and_one_row():
    photo = make_photo()
    first = prepare(photo, SPEC)
    assert prepare(Photo.objects.get(), SPEC) == first
    assert FrozenFile.objects.count() == PreparedPicture.objects.count() == 1
    assert (first.width, first.height) == (800, 500)
    assert first.size <= 200_000
    PreparedPicture.objects.all().delete()
    assert prepare(photo, SPEC).sha256 == first.sha256


def test_a_picture_that_fits_goes_out_as_it_lies_in_the_library():
    photo = make_photo(pictures.with_position())
    frozen = prepare(photo, SPEC)
    with photo.open_file() as file:
        assert read(frozen.sha256) == file.read()
    assert b"SERIAL-4711" not in read(frozen.sha256)


def test_a_file_put_behind_our_back_goes_out_without_its_position_and_upright():
    photo = make_photo()
    Path(photo.file.path).write_bytes(pictures.turned())
    frozen = prepare(photo, PictureSpec(0, ("image/jpeg",)))
    data = read(frozen.sha256)
    assert b"SERIAL-4711" not in data
    assert Image.open(BytesIO(data)).size == (800, 1200)


def test_a_new_file_is_prepared_anew():
    photo = make_photo(pictures.jpeg(colour=pictures.RED))
    red = prepare(photo, SPEC)
    photo.file = ContentFile(pictures.jpeg(colour=pictures.BLUE), "ny.jpg")
    photo.save()
    assert prepare(photo, SPEC) != red


def test_what_cannot_be_read_is_said():
    photo = make_photo()
    Path(photo.file.path).write_bytes(b"damaged")
    with pytest.raises(PictureRefused):
        prepare(photo, SPEC)
    Path(photo.file.path).unlink()
    with pytest.raises(OSError, match=r"."):
        prepare(photo, SPEC)
    assert not FrozenFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_one_row_and_one_file():
    photo = make_photo()

    def work(_number: int) -> str:
        try:
            return prepare(Photo.objects.get(pk=photo.pk), SPEC).sha256
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        names = set(pool.map(work, range(10)))
    assert len(names) == FrozenFile.objects.count() == PreparedPicture.objects.count() == 1
    folder = path_of(FrozenFile.objects.get()).parent
    assert [file.name for file in folder.iterdir() if names & {file.stem}] != []
    assert not list(folder.glob(".new-*"))


def test_an_undone_transaction_leaves_no_row_and_the_next_call_succeeds():
    with pytest.raises(RuntimeError), transaction.atomic():
        sha256 = freeze(b"data", "application/pdf").sha256
        raise RuntimeError
    with pytest.raises(FrozenFileMissing):
        read(sha256)
    assert read(freeze(b"data", "application/pdf").sha256) == b"data"


def test_a_file_half_written_by_a_crash_is_written_anew():
    frozen = freeze(b"the whole", "image/png")
    path_of(frozen).write_bytes(b"the")
    FrozenFile.objects.all().delete()
    assert read(freeze(b"the whole", "image/png").sha256) == b"the whole"


def test_no_row_when_the_file_cannot_be_written():
    frozen = freeze(b"first", "image/png")
    folder = path_of(frozen).parent.parent
    data = b"second"
    import hashlib

    place = folder / hashlib.sha256(data).hexdigest()[:2]
    if place.exists():
        pytest.skip("the folder is there already")
    place.write_text("a file where the folder should be")
    try:
        with pytest.raises(OSError, match=r"."):
            freeze(data, "image/png")
    finally:
        place.unlink()
    assert FrozenFile.objects.count() == 1


def test_damage_is_told_from_loss():
    frozen = freeze(b"as approved", "image/png")
    path_of(frozen).write_bytes(b"as changed!")
    with pytest.raises(FrozenFileDamaged):
        read(frozen.sha256)
    path_of(frozen).unlink()
    with pytest.raises(FrozenFileMissing):
        read(frozen.sha256)
    with pytest.raises(FrozenFileMissing):
        read("0" * 64)


def test_a_frozen_file_that_has_gone_is_made_again():
    photo = make_photo()
    frozen = prepare(photo, SPEC)
    path_of(frozen).unlink()
    assert read(prepare(photo, SPEC).sha256)


def test_frozen_files_are_private_to_the_desk(client, editor):
    frozen = freeze(pictures.png(), "image/png", 120, 80)
    assert client.get(f"/media/{frozen.file.name}").status_code == 404
    assert client.get(frozen.url).status_code == 302
    client.force_login(editor)
    assert client.get(frozen.url).status_code in (302, 403), "pictures alone give no right to what is sent"
    right = Permission.objects.get(codename="view_version", content_type__app_label="publishing")
    editor.user_permissions.add(right)
    client.force_login(type(editor).objects.get(pk=editor.pk))
    answer = client.get(frozen.url)
    assert answer.content == pictures.png()
    assert answer["Content-Type"] == "image/png"
    assert "private" in answer["Cache-Control"]
    assert client.get(reverse("library_frozen", args=["0" * 64])).status_code == 404
    path_of(frozen).write_bytes(b"x" * frozen.size)
    assert client.get(frozen.url).status_code == 404
    assert os.stat(path_of(frozen)).st_mode & 0o007 == 0


def test_a_photo_can_be_deleted_without_what_was_sent_of_it():
    photo = make_photo()
    frozen = prepare(photo, SPEC)
    photo.delete()
    assert read(frozen.sha256)


# --- told beforehand, done beforehand -----------------------------------------------------


def test_the_composer_is_told_what_will_change():
    photo = make_photo(pictures.jpeg())
    assert will_change(photo, SPEC) == ()
    assert will_change(photo, PictureSpec(0, ("image/png",))) == ("converted",)
    assert will_change(photo, PictureSpec(0, ("image/jpeg",), max_side=100)) == ("smaller",)
    assert will_change(photo, PictureSpec(10, ("image/jpeg",))) == ("smaller",)


def test_a_picture_is_prepared_ahead_of_its_approval():
    from procrastinate.contrib.django.models import ProcrastinateJob

    photo = make_photo()
    prepare_later(photo, SPEC)
    job = ProcrastinateJob.objects.get(task_name="library.prepare_for")
    prepare_for(**job.args)
    assert PreparedPicture.objects.get().spec == SPEC.key


def test_preparing_what_has_gone_or_is_damaged_ends_quietly():
    spec = {"max_bytes": 0, "mime_types": ["image/jpeg"]}
    prepare_for(photo_id=0, spec=spec)
    photo = make_photo()
    Path(photo.file.path).unlink()
    prepare_for(photo_id=photo.pk, spec=spec)
    assert not PreparedPicture.objects.exists()


# --- documents ----------------------------------------------------------------------------

PLAIN_PDF = (
    b"%PDF-1.4\n1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj\n"
    b"2 0 obj <</Type /Pages /Kids [3 0 R 4 0 R] /Count 2>> endobj\n"
    b"3 0 obj <</Type /Page /Parent 2 0 R>> endobj 4 0 obj <</Type /Page /Parent 2 0 R>> endobj\n%%EOF"
)


def packed_pdf(pages: int) -> bytes:
    import zlib

    tree = b"2 0 <</Type/Pages/Kids[3 0 R]/Count %d>>" % pages
    return (
        b"%PDF-1.5\n5 0 obj <</Type/ObjStm/N 1/Filter/FlateDecode>> stream\r\n" + zlib.compress(tree) + b"\nendstream"
    )


def make_document(data: bytes, name: str = "Årsmelding.pdf"):
    return get_document_model().objects.create(title="Årsmelding 2025", file=ContentFile(data, name))


@pytest.mark.parametrize(("data", "pages"), [(PLAIN_PDF, 2), (packed_pdf(40), 40), (b"%PDF-1.7 damaged", 0)])
def test_a_pdf_is_frozen_as_it_is_with_its_pages_counted(data, pages):
    frozen = freeze_document(make_document(data))
    assert (frozen.mime, frozen.size, frozen.pages, frozen.width) == ("application/pdf", len(data), pages, 0)
    assert read(frozen.sha256) == data


def test_a_document_that_only_calls_itself_a_pdf_is_not_frozen():
    with pytest.raises(NotAPdf):
        freeze_document(make_document(pictures.html()))
    assert not FrozenFile.objects.exists()
