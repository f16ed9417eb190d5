"""``ensure_site`` makes what is missing and leaves the rest alone."""

from __future__ import annotations

import pytest
from wagtail.models import Page, Site

from samspill.brands.models import Brand
from samspill.newsroom.bootstrap import ensure_site
from samspill.newsroom.models import FrontPage, PressDuty

pytestmark = pytest.mark.django_db


def test_it_makes_a_newsroom_that_is_public_at_once() -> None:
    front = ensure_site(base_url="https://nyheter.eksempel.invalid", phone="123 45 678")
    assert sorted(page.slug for page in front.get_children().live()) == ["blogg", "om", "saker"]
    site = Site.objects.get()
    assert (site.hostname, site.port, site.root_page_id) == ("nyheter.eksempel.invalid", 443, front.pk)
    assert site.root_url == "https://nyheter.eksempel.invalid"
    assert [brand.name for brand in Brand.objects.all()] == ["Lotteritilsynet", "Stiftelsestilsynet"]
    assert Page.objects.child_of(Page.get_first_root_node()).count() == 1
    assert all(page.first_published_at for page in Page.objects.descendant_of(front, inclusive=True))


def test_a_second_time_changes_nothing_that_an_editor_has_made() -> None:
    ensure_site(base_url="http://a.invalid:8000", phone="123 45 678")
    FrontPage.objects.update(about="Vår egen tekst")
    PressDuty.objects.update(on_duty="Kari")
    Brand.objects.filter(key="lotteritilsynet").update(color="stiftelse")
    before = Page.objects.count()
    front = ensure_site(base_url="http://b.invalid:8000", phone="999 99 999")
    assert Page.objects.count() == before
    assert front.about == "Vår egen tekst"
    assert (PressDuty.objects.get().on_duty, PressDuty.objects.get().phone) == ("Kari", "123 45 678")
    assert Brand.objects.get(key="lotteritilsynet").color == "stiftelse"
    assert Site.objects.get().hostname == "b.invalid"


def test_its_tree_is_sound() -> None:
    ensure_site(base_url="http://a.invalid")
    assert not any(Page.find_problems())
