"""Endless and twisted input ends in time, and files lie where nobody fetches them."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from wagtail.documents import get_document_model

from samspill.channels import counting, text
from samspill.channels.registry import platforms
from samspill.config.middleware import LARGEST_FORM, LARGEST_UPLOAD
from samspill.library.freeze import freeze_document
from samspill.library.pdf import count_pages
from tests.rooms.publishing.approval_world import World

SEEDS = [
    *("#", "#a", "#1", "@", "@[", "@[a](", "https://a", "https://a.no/", "a.no ", "a.no/(", ".", "a.", "//", "www."),
    *(
        "\u200d",
        "🇳",
        "🇳🇴",
        "👨‍👩‍👧",
        "\u0301",
        "&",
        "&amp;",
        "(",
        ")",
        "]",
        "{hashtag|",
        "\\",
        "$a",
        "\n",
        " ",
        "\u3000",
        "…",
    ),
]


def seconds(do: Callable[[str], Any], given: str) -> float:
    began = time.process_time()
    do(given)
    return time.process_time() - began


@pytest.mark.parametrize("before", ["", "https://a.no/", "#", "@["])
@pytest.mark.parametrize("name", sorted(platforms()))
def test_counting_takes_time_in_step_with_the_text(name: str, before: str) -> None:
    count = platforms()[name].count
    slow = {}
    for seed in SEEDS:
        long = before + seed * (20_000 // len(seed)) + "!"
        took = seconds(count, long)
        if took > 0.5 and seconds(count, long + long) > 3 * took:
            slow[seed] = took
    assert not slow


@pytest.mark.parametrize("given", ["https://a.no/" + "]" * 200_000, "https://a.no/" + "()" * 100_000 + "." * 100_000])
def test_an_address_with_endless_brackets_is_read_at_once(given: str) -> None:
    assert seconds(text.urls, given) < 2


def test_an_address_keeps_the_brackets_that_it_opened() -> None:
    found = text.urls("Se https://no.wikipedia.org/wiki/A_(b)), https://a.no/x[1]]. og https://a.no/).")
    assert found == ["https://no.wikipedia.org/wiki/A_(b)", "https://a.no/x[1]", "https://a.no/"]


@pytest.mark.parametrize("piece", [b"/Type/Pages ", b"<</Type/Pages ", b"/Type/Pages/Count 1 ", b"/ObjStm stream\n"])
def test_a_hostile_document_is_counted_in_seconds(piece: bytes) -> None:
    began = time.process_time()
    count_pages(b"%PDF-1.7" + piece * (2_000_000 // len(piece)))
    assert time.process_time() - began < 15


def test_a_hostile_line_does_not_stop_the_count_of_the_next() -> None:
    lines = [b"[" * 100_000, b'{"text": 1}', b'{"text": "' + b"a" * 2_000_000 + b'"}', b"\xff\x00", b'{"text": "a"}']
    out = io.BytesIO()
    assert counting.main(["--platform", "x"], io.BytesIO(b"\n".join(lines)), out) == 1
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert ["error" in answer for answer in answers] == [True, True, True, True, False]


def test_a_stranger_sends_no_more_than_a_form(client: Client) -> None:
    for address in ("/desk/login/", "/", "/sok/"):
        answer = client.post(
            address, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(LARGEST_FORM + 1)
        )
        assert answer.status_code == 413


@pytest.mark.parametrize("length", [str(LARGEST_UPLOAD + 1), "9" * 40, "-1", "mye"])
def test_nobody_sends_more_than_the_largest_document(world: World, length: str) -> None:
    client = world.as_(world.jonas)
    answer = client.post(
        "/desk/documents/add/", b"", content_type="application/x-www-form-urlencoded", CONTENT_LENGTH=length
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "name",
    [
        "documents/a.pdf", "wagtail_uploads/a.pdf", "./documents/a.pdf", "/documents/a.pdf", "x/../documents/a.pdf",
        "../secret_key", "%2e%2e/secret_key", "..%2fsecret_key", "....//secret_key", "documents%2fa.pdf", "a%00.jpg",
        "../frozen/00", "x" * 5000,
    ],
)  # fmt: skip
def test_no_name_leads_out_of_what_is_public(client: Client, db: None, name: str) -> None:
    for folder in ("documents", "wagtail_uploads"):
        (settings.MEDIA_ROOT / folder).mkdir(parents=True, exist_ok=True)
        (settings.MEDIA_ROOT / folder / "a.pdf").write_bytes(b"%PDF-hemmelig")
    answer = client.get(f"/media/{name}")
    assert answer.status_code in (301, 400, 404)


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.xhtml", "a.js", "a.pdf", "a.jpg.html", "a"])
def test_what_is_no_picture_never_opens_in_the_browser(client: Client, db: None, name: str) -> None:
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    (settings.MEDIA_ROOT / name).write_text("<script>alert(1)</script>")
    answer = client.get(f"/media/{name}")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == "attachment"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.zip", "a.exe", "a.pdf.html", "a.js"])
def test_a_document_that_could_run_is_not_taken(world: World, name: str) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile(name, b"<script>alert(1)</script>", content_type="application/pdf")
    world.as_(world.jonas).post("/desk/documents/add/", {"title": "Falsk", "file": file, "collection": "1"})
    assert not get_document_model().objects.exists()


def test_a_frozen_file_is_for_those_who_may_read_posts(world: World) -> None:
    from django.contrib.auth.models import Permission
    from django.core.files.base import ContentFile

    document = get_document_model()(title="Rapport")
    document.file.save("rapport.pdf", ContentFile(b"%PDF-1.7\n1 0 obj<</Type/Page>>endobj"))
    sha256 = freeze_document(document).sha256
    world.nobody.user_permissions.add(Permission.objects.get(codename="access_admin"))
    seen = [
        name
        for name in ("nobody", "amir", "jonas", "liv", "tor")
        if world.as_(getattr(world, name)).get(f"/desk/arkiv/frosset/{sha256}/").status_code == 200
    ]
    assert seen == ["amir", "jonas", "liv", "tor"]
    assert Client().get(f"/desk/arkiv/frosset/{sha256}/").status_code == 302
