"""File names and titles from all kinds of machines."""

from __future__ import annotations

import unicodedata

import pytest

from samspill.library.names import clean_title, extension, stem


def test_letters_in_two_parts_become_whole():
    composed = "Årsmøte på Førde"
    assert clean_title(unicodedata.normalize("NFD", composed)) == composed


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd.jpg", "passwd"),
        ("C:\\Bilder\\Møte.png", "Møte"),
        ("a\x00b\x1b[31m.jpg", "ab[31m"),
        ("fak\u202egpj.exe.jpg", "fakgpj.exe"),
        ("linje\r\nskift.jpg", "linje skift"),
        ("..jpg", "bilde"),
        ("", "bilde"),
        ("/", "bilde"),
        ("<b>hei</b>.jpg", "b"),
        ("x" * 300 + ".jpg", "x" * 60),
        ("æ" * 300 + ".jpg", "æ" * 60),
        ("👩🏽‍🚀 i rommet.jpg", "👩🏽‍🚀 i rommet"),
        ("CON .jpg", "CON"),
    ],
)
def test_a_stem_is_what_a_person_would_call_the_file(name, expected):
    assert stem(name) == expected


def test_the_ending_is_in_lower_case_and_may_be_missing():
    assert extension("A.JPEG") == "jpeg"
    assert extension("a/b.c/d") == ""
    assert extension("a.tar.gz") == "gz"
    assert extension("nei.takk nei") == ""


def test_a_title_is_never_shortened():
    assert clean_title("a" * 10_000) == "a" * 10_000
