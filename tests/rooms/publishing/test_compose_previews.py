"""Previews: cut where the platform cuts, everything escaped, and each platform's folder brings its own look."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from samspill.channels import registry
from samspill.publishing import previews
from tests.rooms.publishing.compose_world import make, signed_in

FACEBOOK = registry.platform("facebook").capabilities()
X = registry.platform("x").capabilities()


def built(wire: str, capabilities: Any = FACEBOOK, **more: Any) -> previews.Preview:
    return previews.build(capabilities, wire, name="Lotteritilsynet", handle="", language="nb", **more)


def test_short_and_rest_make_up_the_whole_text_and_part_between_words() -> None:
    wire = "ordet " * 200
    preview = built(wire)
    assert str(preview.begin) + str(preview.rest) == wire
    assert str(preview.begin).endswith("ordet") and len(preview.begin) <= FACEBOOK.short_preview


def test_a_text_without_spaces_is_cut_where_the_platform_must() -> None:
    assert len(built("æ" * 2000).begin) == FACEBOOK.short_preview


def test_a_cut_inside_a_tag_or_the_surplus_keeps_the_html_whole() -> None:
    wire = "a" * 470 + " #Frivillighet og <b>mer</b> https://lottstift.no/x"
    preview = built(wire, surplus=range(465, len(wire)))
    for part in (str(preview.begin), str(preview.rest)):
        assert part.count("<mark>") == part.count("</mark>")
        assert part.count("<span") == part.count("</span>")
        assert "<b>" not in part


@pytest.mark.parametrize(
    ("wire", "kinds"),
    [
        ("#Frivillighet", ["tag"]),
        ("se https://lottstift.no/a#b.", ["link"]),
        ("hei @lottstift og e@post.no", ["mention"]),
        ("bare tekst & tegn", []),
    ],
)
def test_links_tags_and_mentions_are_found(wire: str, kinds: list[str]) -> None:
    assert [kind for _start, _end, kind in previews.facets(wire)] == kinds


def test_the_full_stop_after_an_address_is_not_part_of_it() -> None:
    html = str(built("Se https://lottstift.no/a.").begin)
    assert html.endswith("lottstift.no/a</span>.")


@pytest.mark.parametrize(("size", "upright"), [((10, 20), "-upright"), ((20, 10), "")])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ["x", "facebook", "linkedin"])
def test_one_to_four_pictures_have_a_layout_of_their_own(
    name: str, count: int, size: tuple[int, int], upright: str
) -> None:
    pictures = [previews.Shown(f"/b{number}.jpg", "Et «bilde» & mer", *size, "nb") for number in range(count)]
    html = str(previews.render(built("Hei", registry.platform(name).capabilities(), pictures=pictures)))
    assert f"p__imgs--{count}{upright}" in html
    assert html.count("<img") == count and 'alt="Et «bilde» &amp; mer"' in html and 'lang="nb"' in html


def test_more_pictures_than_are_shown_are_counted() -> None:
    pictures = [previews.Shown(f"/b{number}.jpg", "a", 20, 10) for number in range(7)]
    html = str(previews.render(built("Hei", pictures=pictures)))
    assert html.count("<img") == 4 and "+3" in html


def test_a_card_gives_way_to_pictures_where_the_platform_says_so() -> None:
    card = previews.Card("Tittel", "", "lottstift.no")
    picture = previews.Shown("/b.jpg", "a", 20, 10)
    assert built("Hei", card=card).card is not None
    assert built("Hei", card=card, pictures=[picture]).card is None


@pytest.mark.parametrize("name", ["x", "facebook", "linkedin"])
def test_every_platforms_folder_brings_its_look(name: str) -> None:
    assert (previews.folder(registry.platform(name)) / "preview.html").is_file()
    assert f".p-{name}" in previews.style_sheet().css


def test_a_new_platforms_folder_gets_the_plain_look_or_brings_its_own(tmp_path: Path) -> None:
    toy = replace(X, platform="leke", name="Leke")
    for name in ("plain", "own"):
        (tmp_path / name).mkdir()
    (tmp_path / "own" / "preview.html").write_text("<article class='p-leke'>{{ p.begin }}</article>", encoding="utf-8")
    plain = str(previews.render(built("Hei <der>", toy), previews.template_in(tmp_path / "plain")))
    assert "p-plain" in plain and "Hei &lt;der&gt;" in plain and "Leke" in plain
    own = str(previews.render(built("Hei <der>", toy), previews.template_in(tmp_path / "own")))
    assert own == "<article class='p-leke'>Hei &lt;der&gt;</article>"


def test_no_style_sheet_of_a_platform_calls_another_host() -> None:
    css = previews.style_sheet().css
    assert "url(" not in css and "@import" not in css
    assert Path(previews.__file__).is_file()


@pytest.mark.django_db
def test_the_page_editor_leads_to_the_channels_and_the_sheet_is_served() -> None:
    world = make()
    client = signed_in(world.editor)
    html = client.get(reverse("wagtailadmin_pages:edit", args=[world.story.pk])).content.decode()
    assert reverse("publishing_compose", args=[world.story.pk]) in html  # the header's button
    assert "action-channels" in html or "Tilpass for kanaler" in html  # the menu's item
    answer = client.get(reverse("publishing_sheet", args=[previews.style_sheet().digest]))
    assert answer.headers["Content-Type"].startswith("text/css") and "immutable" in answer.headers["Cache-Control"]
