"""What is typed is measured by the adapter's own count and never lost: by no colleague, no clock, no hostile sign."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from samspill.channels import registry
from samspill.delivery.models import Delivery
from samspill.publishing import previews, versions
from samspill.publishing.models import Version, VersionPicture
from samspill.publishing.post import draft_post
from tests.rooms.publishing.compose_world import World, make, photo, signed_in

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def world(settings: Any) -> World:
    settings.SAMSPILL_BASE_URL = "https://nyheter.lottstift.no"  # X counts 23 only for what it knows as an address
    return make()


@pytest.fixture
def editor(world: World) -> Client:
    return signed_in(world.editor)


def save(client: Client, version: Version, **fields: Any) -> Any:
    data = {"base": version.edit_number, **fields}
    return client.post(reverse("publishing_save", args=[version.pk]), data, **JSON)


def measure(client: Client, version: Version, **fields: Any) -> dict[str, Any]:
    data = {"base": version.edit_number, **fields}
    answer = client.post(reverse("publishing_measure", args=[version.pk]), data, **JSON)
    assert answer.status_code == 200
    return answer.json()


def as_the_page_sends_it(version: Version) -> dict[str, Any]:
    return {
        "text": version.text, "link_to": version.link_to, "link_url": version.link_url, "timing": version.timing,
        "planned_date": version.planned_date.isoformat() if version.planned_date else "",
        "planned_time": version.planned_time.strftime("%H:%M") if version.planned_time else "",
        "pictures_sent": "1", "picture": [p.photo_id for p in version.pictures.all()],
        "alt": [p.alt or p.photo.alt_nb for p in version.pictures.all()], "document": "",
    }  # fmt: skip


# --- counting --------------------------------------------------------------------------


def test_the_count_is_the_adapters_own_link_included(world: World, editor: Client) -> None:
    x = world.version("x")
    text = "Frist 1. september 🇳🇴 for lag i hele landet"
    found = measure(editor, x, text=text)
    x.text = text
    platform = registry.platform("x")
    assert found["length"] == platform.count(platform.wire_text(draft_post(x))).length
    assert found["length"] > len(text) + 20  # the link home is counted
    assert Version.objects.get(pk=x.pk).text != text  # nothing is saved by counting


def test_the_surplus_begins_where_text_and_link_no_longer_fit(world: World, editor: Client) -> None:
    x = world.version("x")
    found = measure(editor, x, text="a" * 300)
    assert found["over"] == 300 + 24 - 280
    assert found["keep"] == 280 - 24
    assert "Teksten er 44 tegn for lang for X." in found["problems"]["text"]


def test_the_surplus_never_begins_inside_a_link_or_an_emoji() -> None:
    platform = registry.platform("x")
    from samspill.channels.contract import Link, Post

    link = Link("https://lottstift.no/l/abc")
    with_link = previews.measure(
        platform, Post("a" * 250 + " https://lottstift.no/momskompensasjon/frister", link=link)
    )
    assert with_link.keep == 251
    family = "👨‍👩‍👧‍👦"
    emoji = previews.measure(platform, Post("a" * 255 + family, link=link))
    assert emoji.keep == 255


def test_places_are_told_as_a_browser_counts_them(world: World, editor: Client) -> None:
    found = measure(editor, world.version("x"), text="😀" * 200)
    assert found["keep"] % 2 == 0 and found["keep"] == 2 * ((280 - 24) // 2)


def test_the_preview_shows_what_is_sent_with_links_and_tags_marked(world: World, editor: Client) -> None:
    x = world.version("x")
    html = measure(editor, x, text="Søk nå #Frivillighet")["preview"]
    assert '<span class="p-tag">#Frivillighet</span>' in html
    assert f"/l/{x.delivery.code}" in html


def test_facebook_cuts_the_preview_where_facebook_does(world: World, editor: Client) -> None:
    html = measure(editor, world.version("facebook"), text="ord " * 200)["preview"]
    assert 'class="p__rest"' in html and "Se mer" in html


# --- saving ----------------------------------------------------------------------------


def test_saving_answers_with_the_next_edit_number(world: World, editor: Client) -> None:
    x = world.version("x")
    answer = save(editor, x, text="Ny tekst")
    assert answer.json()["base"] == x.edit_number + 1
    assert world.version("x").text == "Ny tekst"
    assert answer.json()["saved"].count(".") == 1


def test_a_form_sent_unchanged_changes_nothing(world: World, editor: Client) -> None:
    x = world.version("x")
    VersionPicture.objects.create(version=x, photo=photo())
    planned = versions.save(
        x, world.editor, base=x.edit_number,
        values={"timing": "at", "planned_date": date(2026, 10, 27), "planned_time": time(9, 0)},
    )  # fmt: skip
    for client in (editor, signed_in(world.colleague), editor):
        with timezone.override("Atlantic/Azores"):
            answer = save(client, planned, **as_the_page_sends_it(planned))
        assert answer.json()["base"] == planned.edit_number
    again = world.version("x")
    assert (again.planned_date, again.planned_time) == (date(2026, 10, 27), time(9, 0))
    assert again.edited_at == planned.edited_at


def test_the_zone_stands_beside_the_time(world: World, editor: Client) -> None:
    html = editor.get(reverse("publishing_compose", args=[world.story.pk])).content.decode()
    assert "Norsk tid (Europe/Oslo)" in html


@pytest.mark.parametrize(
    ("day", "at", "said"),
    [("2027-03-28", "02:30", "Klokka stilles fram den natten"), ("2027-10-31", "02:30", "kommer to ganger")],
)
def test_hours_that_are_skipped_or_doubled_are_told(world: World, editor: Client, day: str, at: str, said: str) -> None:
    found = measure(editor, world.version("x"), text="Hei", timing="at", planned_date=day, planned_time=at)
    assert said in found["problems"]["timing"]


@pytest.mark.parametrize(
    ("day", "at"), [("", ""), ("2027-01-01", ""), ("32.13.2027", "10:00"), ("2027-01-01", "25:99")]
)
def test_half_a_time_does_not_stop_the_text_from_being_kept(world: World, editor: Client, day: str, at: str) -> None:
    x = world.version("x")
    answer = save(editor, x, text="Det jeg skrev", timing="at", planned_date=day, planned_time=at)
    assert answer.status_code == 200
    assert answer.json()["errors"]
    again = world.version("x")
    assert (again.text, again.timing) == ("Det jeg skrev", x.timing)


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ikke en adresse", "https://" + "a" * 600, "data:text/html,x"]
)
def test_an_address_that_is_none_is_told_and_not_stored(world: World, editor: Client, address: str) -> None:
    x = world.version("x")
    answer = save(editor, x, text="Behold meg", link_to="other", link_url=address)
    assert answer.json()["errors"]["link_url"]
    again = world.version("x")
    assert (again.text, again.link_url) == ("Behold meg", "")


# --- hostile input ---------------------------------------------------------------------


HOSTILE = {
    "10 000 signs": "x" * 10_000,
    "families": "👩‍👩‍👧‍👦" * 2_000,
    "NUL": "for\x00bi",
    "turned": "\u202eomvendt\u202c",
    "zero width": "usyn\u200blig",
    "no signs": "\ufeff\ufffe\uffff",
    "accents": "e" + "\u0301" * 500,
    "script": "<script>alert(1)</script>",
    "textarea": "</textarea><img src=x onerror=alert(1)>",
    "template": "{{ 7|add:7 }}{% load x %}",
    "lines": "\r\n\r\n" * 50,
    "empty": "",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_any_text_is_measured_saved_and_shown_as_text(world: World, editor: Client, text: str) -> None:
    x = world.version("x")
    found = measure(editor, x, text=text)
    assert "<script>alert" not in found["preview"] and "<img src=x" not in found["preview"]
    assert save(editor, x, text=text).status_code == 200
    stored = world.version("x").text
    assert stored == text.replace("\r\n", "\n").replace("\x00", "")
    html = editor.get(reverse("publishing_compose", args=[world.story.pk])).content.decode()
    assert "<script>alert" not in html and "<img src=x" not in html and "</textarea><img" not in html


def test_alt_texts_names_and_titles_are_escaped_too(world: World, editor: Client) -> None:
    evil = "\"><script>alert('x')</script>"
    x = world.version("x")
    x.channel.name = evil[:90]
    x.channel.save()
    world.story.title = evil
    world.story.save_revision(user=world.editor)
    picture = photo(alt=evil)
    save(editor, x, pictures_sent="1", picture=[picture.pk], alt=[evil + "!"])
    html = editor.get(reverse("publishing_compose", args=[world.story.pk])).content.decode()
    assert "<script>alert('x')" not in html


def test_a_hundred_thousand_signs_are_kept_and_the_rest_is_told(world: World, editor: Client) -> None:
    answer = save(editor, world.version("x"), text="a" * 100_050)
    assert "100 000" in answer.json()["errors"]["text"]
    assert len(world.version("x").text) == 100_000


def test_a_request_without_an_edit_number_is_refused(world: World, editor: Client) -> None:
    url = reverse("publishing_save", args=[world.version("x").pk])
    assert editor.post(url, {"text": "x"}, **JSON).status_code == 400
    assert editor.post(url, {"text": "x", "base": "-1"}, **JSON).status_code == 400


# --- pictures --------------------------------------------------------------------------


def test_pictures_are_kept_in_order_with_their_own_alt_text(world: World, editor: Client) -> None:
    x, one, two = world.version("x"), photo("En", alt="En fra arkivet"), photo("To", alt="To fra arkivet")
    save(editor, x, pictures_sent="1", picture=[two.pk, one.pk], alt=["Egen tekst", "En fra arkivet"])
    rows = list(world.version("x").pictures.values_list("photo_id", "alt"))
    assert rows == [
        (two.pk, "Egen tekst"),
        (one.pk, ""),
    ]  # the library's own text is not copied: it follows the library


def test_a_picture_without_alt_text_is_an_error_at_that_picture(world: World, editor: Client) -> None:
    x, bare = world.version("x"), photo("Uten", alt="")
    found = measure(editor, x, text="Hei", pictures_sent="1", picture=[bare.pk], alt=[""])
    assert "Bilde 1 mangler alternativ tekst." in found["problems"]["pictures.0.alt"]


def test_a_picture_that_the_person_may_not_choose_is_left_out(world: World, editor: Client) -> None:
    hidden = photo("Skjult")
    world.editor.groups.get().collection_permissions.filter(permission__codename="choose_image").delete()
    answer = save(
        signed_in(world.editor), world.version("x"), text="Hei", pictures_sent="1", picture=[hidden.pk], alt=["x"]
    )
    assert answer.json()["errors"]["pictures"]
    assert not world.version("x").pictures.exists()


def test_rows_for_chosen_pictures_ask_for_their_alt_text(world: World, editor: Client) -> None:
    url = reverse("publishing_picture_rows", args=[world.version("x").pk])
    rows = editor.get(url, {"bilde": [photo("Ny").pk, "tull", "999999"]}).json()["rows"]
    assert len(rows) == 1 and "Alternativ tekst" in rows[0]


# --- two at once -----------------------------------------------------------------------


def test_a_second_editor_gets_both_texts_and_loses_neither(world: World, editor: Client) -> None:
    x = world.version("x")
    save(signed_in(world.colleague), x, text="Teksten til Jonas")
    answer = save(editor, x, text="Min tekst")
    assert answer.status_code == 409
    found = answer.json()
    assert found["code"] == "changed" and found["text"] == "Teksten til Jonas"
    assert "Jonas Berg lagret dette innlegget" in found["box"] and "Min tekst" in found["box"]
    assert world.version("x").text == "Teksten til Jonas"
    again = editor.post(reverse("publishing_save", args=[x.pk]), {"base": found["base"], "text": "Min tekst"}, **JSON)
    assert again.status_code == 200
    assert world.version("x").text == "Min tekst"
    assert x.revisions.filter(content__text="Teksten til Jonas").exists()  # theirs stands in the history


def test_without_scripts_a_conflict_is_a_page_with_both_texts(world: World, editor: Client) -> None:
    x = world.version("x")
    save(signed_in(world.colleague), x, text="Teksten til Jonas")
    answer = editor.post(reverse("publishing_save", args=[x.pk]), {"base": x.edit_number, "text": "Min tekst"})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert html.count("Min tekst") >= 2 and "Teksten til Jonas" in html


def test_without_scripts_the_form_saves_and_the_count_is_shown_after(world: World, editor: Client) -> None:
    x = world.version("x")
    answer = editor.post(
        reverse("publishing_save", args=[x.pk]), {"base": x.edit_number, "text": "b" * 290}, follow=True
    )
    assert answer.status_code == 200
    assert "Innlegget er lagret." in answer.content.decode() and "34 for mange" in answer.content.decode()


def test_a_colleague_on_the_same_post_is_named(world: World, editor: Client) -> None:
    url = reverse("publishing_ping", args=[world.version("x").pk])
    assert signed_in(world.colleague).get(url).json()["others"] == []
    answer = editor.get(url).json()
    assert answer["others"] == ["Jonas Berg"] and answer["token"]


def test_what_is_on_its_way_out_is_not_changed(world: World, editor: Client) -> None:
    x = world.version("x")
    Delivery.objects.filter(pk=x.delivery_id).update(state="due", payload={}, payload_hash="a" * 64)
    answer = save(editor, x, text="For sent")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_editable")
    assert world.version("x").text != "For sent"


def test_a_lost_session_answers_without_json_so_that_the_page_keeps_the_text(world: World) -> None:
    answer = save(Client(), world.version("x"), text="Bort?")
    assert answer.status_code in (302, 403) and "json" not in answer.headers.get("Content-Type", "")


# --- questions -------------------------------------------------------------------------


def test_a_warning_is_answered_once_and_asks_again_for_another_case(world: World, editor: Client) -> None:
    x = world.version("x")
    save(editor, x, text="Søk nå #momskompensasjonen")
    x = world.version("x")
    key = "tag_lowercase:momskompensasjonen"
    editor.post(reverse("publishing_answer", args=[x.pk]), {"base": x.edit_number, "text": x.text, "key": key})
    assert world.version("x").accepted_warnings == [key]
    x = world.version("x")
    html = measure(editor, x, text="Søk nå #momskompensasjonen og #stiftelsestilsynet")["problems"]["text"]
    assert "Du har sagt at det skal være slik." in html and html.count("Slik skal det være") == 1


def test_an_error_can_not_be_answered_away(world: World, editor: Client) -> None:
    x = world.version("x")
    save(editor, x, text="a" * 300)
    x = world.version("x")
    editor.post(reverse("publishing_answer", args=[x.pk]), {"base": x.edit_number, "key": "too_long"})
    assert world.version("x").accepted_warnings == []


def test_a_text_is_copied_from_another_channel_of_the_same_story_only(world: World, editor: Client) -> None:
    x, facebook = world.version("x"), world.version("facebook")
    save(editor, facebook, text="Teksten fra Facebook")
    editor.post(reverse("publishing_copy", args=[x.pk]), {"base": x.edit_number, "from": facebook.pk})
    assert world.version("x").text == "Teksten fra Facebook"
    lonely = versions.add(None, world.channels["linkedin"], world.editor, text="Hemmelig utkast")
    answer = editor.post(reverse("publishing_copy", args=[x.pk]), {"base": x.edit_number, "from": lonely.pk})
    assert answer.status_code == 404
