"""The browser that the other tests drive sees what it should."""

import httpx2
import pytest
from django.test import Client

pytestmark = pytest.mark.browser


def test_it_opens_the_sign_in_page_without_errors_and_without_calling_others(page, axe, live_server):
    page.goto(f"{live_server.url}/desk/login/")
    assert page.locator("input[name=username]").is_visible()
    axe(page)


def test_it_notices_a_call_to_another_host(new_page, live_server):
    page = new_page()
    page.goto(f"{live_server.url}/healthz")
    page.evaluate("fetch('http://192.0.2.1/x').catch(() => 0)")
    assert any("192.0.2.1" in problem for problem in page.watch.found())
    page.watch.allow("192.0.2.1")
    page.watch.allow("ontent Security Policy")


def test_the_pretend_platforms_answer(sandbox):
    assert httpx2.get(f"{sandbox.url}/_sandbox/x/posts").status_code == 200


def test_the_test_client_needs_no_server():
    assert Client().get("/healthz").json() == {"status": "ok"}
