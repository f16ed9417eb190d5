"""Wagtail's words in bokmål and nynorsk: nothing missing, nothing broken, one word for one thing."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import translation

from tests.support import wagtail_words
from tests.support.nynorsk import bokmal_in
from tests.support.wagtail_words import LANGUAGES, NAMES, ours

EACH = [(language, name) for language in LANGUAGES for name in NAMES]
HOLE = re.compile(r"%\(\w+\)[sd]|(?<!%)\{\w*\}|%[sdr]")
TAG = re.compile(r"</?[a-z]+[^>]*>")


@pytest.mark.parametrize(("language", "name"), EACH)
def test_nothing_that_the_desk_can_show_is_left_in_english(language: str, name: str) -> None:
    assert wagtail_words.missing(language, name) == []


@pytest.mark.parametrize(("language", "name"), EACH)
def test_nothing_that_is_translated_has_gone_from_the_packages(language: str, name: str) -> None:
    """After an upgrade this tells which translations lead nowhere any more."""
    assert wagtail_words.gone(language, name) == []


@pytest.mark.parametrize(("language", "name"), EACH)
def test_the_catalogues_stand_in_the_order_of_the_packages_own(language: str, name: str) -> None:
    mine = [(entry.msgctxt, entry.msgid) for entry in ours(language, name)]
    assert mine == [key for key in wagtail_words.texts(name) if key in set(mine)]
    assert str(ours(language, name)) == str(wagtail_words.in_order(language, name)), (
        "python -m tests.support.wagtail_words"
    )


@pytest.mark.parametrize(("language", "name"), EACH)
def test_every_translation_keeps_its_placeholders_and_markup(language: str, name: str) -> None:
    for entry in ours(language, name):
        texts = [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values())
        assert all(texts), entry.msgid
        assert len(texts) == (2 if entry.msgid_plural else 1), entry.msgid
        known = set(HOLE.findall(entry.msgid + entry.msgid_plural))
        tags = set(TAG.findall(entry.msgid + entry.msgid_plural))
        for text in texts:
            assert set(HOLE.findall(text)) <= known, entry.msgid
            assert set(TAG.findall(text)) <= tags, entry.msgid
            assert text.count("</") == len(re.findall(r"<[a-z](?![^>]*/>)", text)), entry.msgid
            assert "!" not in text.replace("!w-", ""), entry.msgid
            assert text.count("«") == text.count("»"), entry.msgid
            assert re.search(r"\.\.\.", text) is None, entry.msgid


@pytest.mark.parametrize("name", NAMES)
def test_nynorsk_has_no_forms_that_only_bokmal_has(name: str) -> None:
    said = {text for entry in ours("nn", name) for text in [entry.msgstr, *entry.msgstr_plural.values()]}
    found = {text: words for text in said if (words := bokmal_in(text))}
    assert found == {}


@pytest.mark.parametrize(
    ("msgid", "bokmal", "nynorsk"),
    [
        ("Live", "Ute", "Ute"),
        ("Submit for moderation", "Send til godkjenning", "Send til godkjenning"),
        ("Save draft", "Lagre kladd", "Lagre kladd"),
        ("Unpublish", "Ta ned", "Ta ned"),
        ("Dashboard", "Oversikt", "Oversikt"),
        ("Comments", "Kommentarer", "Kommentarar"),
        ("Images", "Bilder", "Bilete"),
        ("slug", "adresse", "adresse"),
        ("tags", "etiketter", "etikettar"),
        ("Request changes", "Send tilbake", "Send tilbake"),
    ],
)
def test_our_words_win_over_the_packages_own(msgid: str, bokmal: str, nynorsk: str) -> None:
    for language, word in (("nb", bokmal), ("nn", nynorsk), ("en", msgid)):
        with translation.override(language):
            assert translation.gettext(msgid) == word


def test_what_lacks_nynorsk_falls_back_to_bokmal() -> None:
    """Bokmål is the language of our own msgids; a text that Django has only in bokmål shows in bokmål too."""
    with translation.override("nn"):
        assert translation.gettext("Et ord som ingen har oversatt") == "Et ord som ingen har oversatt"
        catalogue = translation.trans_real.translation("nn")  # type: ignore[attr-defined]
        assert catalogue._fallback.to_language() == "nb"


@pytest.mark.django_db
def test_each_user_chooses_a_language_in_the_account() -> None:
    user = get_user_model().objects.create_superuser("nina", first_name="Nina", last_name="Ny", email="nina@example.no")
    client = Client(headers={"accept-language": "nb"})
    client.force_login(user)
    page = client.get("/desk/account/").content.decode()
    assert '<html lang="nb"' in page
    offered = re.findall(
        r'<option value="(\w*)"', page[page.index('name="locale-preferred_language"') :].split("</select>")[0]
    )
    assert sorted(offered) == ["", "en", "nb", "nn"]
    for language, words in (("nn", "Profilbilete"), ("en", "Profile picture"), ("nb", "Profilbilde")):
        answer = client.post(
            "/desk/account/",
            {
                "name_email-first_name": "Nina",
                "name_email-last_name": "Ny",
                "name_email-email": "nina@example.no",
                "locale-preferred_language": language,
                "theme-theme": "system",
                "theme-contrast": "system",
                "theme-density": "default",
            },
            follow=True,
        )
        page = answer.content.decode()
        assert f'<html lang="{language}"' in page
        assert words in page
