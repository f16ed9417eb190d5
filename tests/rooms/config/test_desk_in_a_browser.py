"""The desk's pages work under their content security policy, and call nobody."""

import pytest
from django.contrib.auth import get_user_model

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_desk_obeys_its_policy_and_calls_nobody(page, live_server):
    get_user_model().objects.create_superuser("sjef", "sjef@eksempel.no", "et-langt-og-fint-ord")
    page.goto(f"{live_server.url}/desk/login/")
    page.fill("input[name=username]", "sjef")
    page.fill("input[name=password]", "et-langt-og-fint-ord")
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{live_server.url}/desk/")
    for path in ("pages/", "images/add/"):
        page.goto(f"{live_server.url}/desk/{path}")
