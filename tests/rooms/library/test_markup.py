"""A picture on a page: widths to choose from, sides known, alternative text in the language that it is in."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template

from samspill.library.models import Photo
from tests import pictures
from tests.rooms.library.conftest import make_photo

pytestmark = pytest.mark.django_db


def tag(photo: Photo | None, arguments: str) -> dict[str, str]:
    html = Template("{% load photos %}{% photo image " + arguments + " %}").render(Context({"image": photo}))
    assert html == "" or html.startswith("<img ")
    return dict(re.findall(r'([a-z]+)="([^"]*)"', html))


@pytest.mark.parametrize(
    ("language", "text", "lang"),
    [("nb", "En dør", None), ("nn", "En dør", "nb"), ("en", "A door", None)],
)
def test_the_element_says_which_language_its_text_is_in_when_it_is_another_than_the_page_s(language, text, lang):
    photo = make_photo(alt_nb="En dør", alt_en="A door")
    found = tag(photo, f'"width-800" language="{language}"')
    assert (found["alt"], found.get("lang")) == (text, lang)


def test_a_picture_without_text_has_an_empty_one_and_no_language():
    found = tag(make_photo(), '"width-800" language="nb"')
    assert found["alt"] == ""
    assert "lang" not in found


def test_a_decorative_picture_is_silent():
    found = tag(make_photo(alt_nb="En dør"), '"width-800" language="en" decorative=True')
    assert found["alt"] == ""
    assert "lang" not in found


def test_the_text_written_for_this_story_wins():
    found = tag(make_photo(alt_nb="En dør"), '"width-800" language="nn" alt="Ei dør til lagerrommet"')
    assert found["alt"] == "Ei dør til lagerrommet"
    assert "lang" not in found


def widths(found: dict[str, str]) -> list[int]:
    return [int(width) for width in re.findall(r" (\d+)w", found.get("srcset", ""))]


def test_there_are_widths_for_phones_and_fine_screens_and_sides_that_hold_the_place():
    found = tag(make_photo(pictures.photo(2000, 1000)), '"width-800" language="nb"')
    assert widths(found) == [320, 800, 1600]
    assert (found["width"], found["height"], found["loading"]) == ("800", "400", "lazy")
    assert found["src"].endswith(".webp")
    assert "100vw" in found["sizes"]


def test_no_candidate_is_larger_than_the_picture():
    found = tag(make_photo(pictures.photo(1000, 500)), '"width-800" language="nb"')
    assert widths(found) == [320, 800, 1000]
    found = tag(make_photo(pictures.photo(300, 150)), '"width-800" language="nb"')
    assert widths(found) == []
    assert (found["width"], found["height"]) == ("300", "150")


def test_a_cut_keeps_its_shape_at_every_width():
    photo = make_photo(pictures.photo(1700, 1200))
    found = tag(photo, '"fill-800x450" language="nb" sizes="50vw" class="hero" loading="eager"')
    assert widths(found) == [320, 800, 1600]
    assert (found["sizes"], found["class"]) == ("50vw", "hero")
    assert "loading" not in found
    shapes = {round(rendition.width / rendition.height, 2) for rendition in photo.renditions.all()}
    assert shapes == {1.78}


def test_a_turned_picture_is_told_as_portrait():
    found = tag(make_photo(pictures.turned()), '"width-320" language="nb"')
    assert (found["width"], found["height"]) == ("320", "480")


def test_no_sign_in_a_text_escapes_from_its_place():
    html = Template('{% load photos %}{% photo image "width-100" language="nb" %}').render(
        Context({"image": make_photo(alt_nb=f'"> {pictures.SCRIPT}')})
    )
    assert "<script" not in html
    assert html.count(">") == 1


def test_a_missing_file_or_no_picture_leaves_the_page_whole():
    photo = make_photo()
    photo.file.storage.delete(photo.file.name)
    assert tag(photo, '"width-800" language="nb"') == {}
    assert tag(None, '"width-800" language="nb"') == {}


def test_a_second_look_makes_nothing_new(django_assert_max_num_queries):
    photo = make_photo()
    tag(photo, '"width-800" language="nb"')
    with django_assert_max_num_queries(1):
        tag(photo, '"width-800" language="nb"')
