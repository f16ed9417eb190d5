"""Bokmål for all of Scandinavia, Norwegian dates and numbers, and Oslo's clock for everybody."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import formats, timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from wagtail.admin.localization import get_localized_response
from wagtail.users.models import UserProfile

from samspill.language.accept import desk_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("no", "nb"),
        ("nn-NO", "nn"),
        ("nn", "nn"),
        ("nb-NO,nb;q=0.9,no;q=0.8,nn;q=0.6,en-US;q=0.5,en;q=0.4", "nb"),
        ("da, en;q=0.5", "nb"),
        ("sv-SE,sv;q=0.9,en;q=0.8", "nb"),
        ("en-GB,en;q=0.9", "en"),
        ("en;q=0.5, nn;q=0.6", "nn"),
        ("nn;q=0, en", "en"),
        ("nn;q=0", "nb"),
        ("de, en;q=0.1", "en"),
        ("de", "nb"),
        ("*", "nb"),
        ("NN-no", "nn"),
        ("no-NY, en", "nb"),
        ("nb-Latn-NO-x-oslo", "nb"),
        ("", "nb"),
        ("nn;q=1.001, en;q=0.3", "en"),
        (";;;q=,,nn;q=abc", "nb"),
        ("-,--, nn", "nn"),
        ("nn," * 100_000, "nn"),
        ("\x00nn, \u202enn", "nb"),
    ],
)
def test_the_language_that_a_browser_asks_for(header, language):
    assert desk_language(header) == language


@given(st.text())
def test_no_header_is_an_error(header):
    assert desk_language(header) in ("nb", "nn", "en")


@given(st.lists(st.sampled_from(["nn", "no", "en;q=0.9", "da", "*;q=0.1", "x", "nn;q=0"])))
def test_no_combination_of_wishes_is_an_error(wishes):
    assert desk_language(",".join(wishes)) in ("nb", "nn", "en")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "language"), [("no", "nb"), ("nn-NO", "nn"), ("da, en;q=0.5", "nb"), ("en", "en"), ("tull;;;", "nb")]
)
def test_the_sign_in_page_speaks_the_browsers_language(header, language):
    answer = Client().get("/desk/login/", headers={"Accept-Language": header})
    assert f'lang="{language}"' in answer.content.decode()


class TestNorwegianForms:
    moment = datetime(2026, 11, 25, 13, 5, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("language", "date", "both"),
        [
            ("nb", "25. november 2026", "25. november 2026 kl. 14.05"),
            ("nn", "25. november 2026", "25. november 2026 kl. 14.05"),
            ("en", "25 November 2026", "25 November 2026, 14:05"),
        ],
    )
    def test_dates_and_times(self, language, date, both):
        with translation.override(language):
            local = timezone.localtime(self.moment)
            assert formats.date_format(local, "DATE_FORMAT") == date
            assert formats.date_format(local, "DATETIME_FORMAT") == both

    @pytest.mark.parametrize("language", ["nb", "nn"])
    def test_numbers(self, language):
        with translation.override(language):
            assert formats.number_format(1234567) == "1\xa0234\xa0567"
            assert formats.number_format(Decimal("1234.5")) == "1\xa0234,5"

    @pytest.mark.parametrize("language", ["nb", "nn", "en"])
    def test_a_form_reads_what_wagtail_and_a_person_write(self, language):
        from django.forms import DateTimeField, TimeField

        with translation.override(language):
            assert DateTimeField().clean("2026-10-27 09:00") == DateTimeField().clean("2026-10-27 09:00:00")
            assert TimeField().clean("14:05").hour == 14
        with translation.override("nb"):
            assert TimeField().clean("14.05").minute == 5


@pytest.mark.django_db
class TestOsloForAll:
    @pytest.fixture
    def traveller(self):
        """A colleague whose profile has had another zone since before we cared."""
        user = get_user_model().objects.create_user("reise", password="et-langt-og-fint-ord")
        UserProfile.get_for_user(user)
        UserProfile.objects.filter(user=user).update(current_time_zone="Atlantic/Azores")
        return get_user_model().objects.get(pk=user.pk)

    def test_the_desk_shows_oslo_time_to_a_user_with_another_zone(self, traveller):
        request = RequestFactory().get("/desk/")
        request.user = traveller
        answer = get_localized_response(lambda request: HttpResponse(timezone.get_current_timezone_name()), request)
        assert answer.content == b"Europe/Oslo"

    def test_saving_the_profile_forgets_the_other_zone(self, traveller):
        traveller.wagtail_userprofile.save()
        assert UserProfile.objects.filter(user=traveller, current_time_zone="").exists()

    def test_the_form_offers_no_other_zone(self, traveller):
        traveller.is_superuser = True
        traveller.save()
        client = Client()
        client.force_login(traveller)
        assert "current_time_zone" not in client.get("/desk/account/").content.decode()

    def test_a_profile_that_is_read_in_part_is_left_alone(self, traveller):
        assert UserProfile.objects.only("preferred_language").get(user=traveller).preferred_language == ""
