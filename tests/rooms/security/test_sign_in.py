"""Who tries passwords is slowed down, and who signs in goes nowhere but home."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from samspill.config import sign_in
from samspill.config.models import SignInAttempt

RIGHT, WRONG = "et-ganske-langt-passord", "et-galt-passord"


@pytest.fixture
def person(db: None) -> Any:
    return get_user_model().objects.create_superuser("kari", password=RIGHT)


def attempt(password: str, name: str = "kari", address: str = "192.0.2.1", where: str = "/desk/login/") -> Any:
    return Client(REMOTE_ADDR=address).post(where, {"username": name, "password": password})


def guess(times: int, **more: Any) -> None:
    for _ in range(times):
        attempt(WRONG, **more)


def rows(count: int, name: str, address: str) -> None:
    """As so many attempts would have left them: each costs a slow hash."""
    made = SignInAttempt(account=sign_in.hashed(name), address=sign_in.hashed(address), at=timezone.now())
    for _ in range(count):
        SignInAttempt.objects.create(account=made.account, address=made.address)


def test_after_too_many_attempts_even_the_right_password_waits_and_the_words_say_until_when(person: Any) -> None:
    guess(sign_in.PER_ACCOUNT_AND_ADDRESS)
    answer = attempt(RIGHT)
    assert answer.status_code == 200
    assert "for mange forsøk på å logge inn. Vent til kl." in answer.content.decode()


def test_another_spelling_of_the_name_is_the_same_account(person: Any) -> None:
    rows(sign_in.PER_ACCOUNT_AND_ADDRESS, "kari", "192.0.2.1")
    assert "for mange forsøk" in attempt(WRONG, " KARI ").content.decode()


def test_a_colleague_and_the_same_person_elsewhere_get_in_meanwhile(person: Any) -> None:
    rows(sign_in.PER_ACCOUNT_AND_ADDRESS, "kari", "192.0.2.1")
    get_user_model().objects.create_superuser("ola", password=RIGHT)
    assert attempt(RIGHT, "ola").status_code == 302
    assert attempt(RIGHT, address="192.0.2.2").status_code == 302


def test_many_addresses_together_are_stopped_too(person: Any) -> None:
    for number in range(sign_in.PER_ACCOUNT):
        rows(1, "kari", f"198.51.100.{number}")
    assert "for mange forsøk" in attempt(RIGHT, address="192.0.2.9").content.decode()


def test_one_address_does_not_try_a_password_on_everybody(person: Any) -> None:
    for number in range(sign_in.PER_ADDRESS):
        rows(1, f"person-{number}", "192.0.2.1")
    assert "for mange forsøk" in attempt(RIGHT).content.decode()


def test_the_wait_ends_and_trying_meanwhile_does_not_make_it_longer(person: Any) -> None:
    rows(sign_in.PER_ACCOUNT_AND_ADDRESS, "kari", "192.0.2.1")
    guess(3)
    assert SignInAttempt.objects.count() == sign_in.PER_ACCOUNT_AND_ADDRESS
    SignInAttempt.objects.update(at=timezone.now() - sign_in.WINDOW)
    assert attempt(RIGHT).status_code == 302


def test_a_few_slips_are_forgotten_when_the_right_password_comes(person: Any) -> None:
    guess(2)
    attempt(RIGHT)
    assert not SignInAttempt.objects.exists()


def test_wagtails_second_sign_in_page_is_no_way_round(person: Any) -> None:
    rows(sign_in.PER_ACCOUNT_AND_ADDRESS, "kari", "192.0.2.1")
    assert attempt(RIGHT, where="/_util/login/").status_code != 302


def test_an_account_that_does_not_exist_is_told_the_same(person: Any) -> None:
    rows(sign_in.PER_ACCOUNT_AND_ADDRESS, "finnes-ikke", "192.0.2.1")
    assert "for mange forsøk" in attempt(WRONG, "finnes-ikke").content.decode()


def test_behind_a_proxy_only_its_own_word_about_the_address_counts(person: Any, settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    rows(sign_in.PER_ACCOUNT_AND_ADDRESS, "kari", "192.0.2.1")
    client = Client(headers={"x-forwarded-for": "203.0.113.7, 192.0.2.1"})
    answer = client.post("/desk/login/", {"username": "kari", "password": RIGHT})
    assert "for mange forsøk" in answer.content.decode()


def test_the_table_names_nobody(person: Any) -> None:
    guess(1)
    assert "kari" not in str(SignInAttempt.objects.values())
    assert "192.0.2.1" not in str(SignInAttempt.objects.values())


@pytest.mark.parametrize("goal", ["https://ond.invalid/", "//ond.invalid", "\\\\ond.invalid", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_house(person: Any, goal: str) -> None:
    answer = Client().post(f"/desk/login/?next={goal}", {"username": "kari", "password": RIGHT, "next": goal})
    assert answer.status_code == 302
    assert answer.url == "/desk/"


def test_cookies_are_out_of_reach_for_scripts_and_other_sites(person: Any) -> None:
    client = Client()
    client.post("/desk/login/", {"username": "kari", "password": RIGHT})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_form_without_its_token_is_refused(person: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    for address in ("/desk/login/", "/desk/kanaler/eksempel/", "/desk/account/", "/desk/logout/"):
        assert client.post(address, {}).status_code == 403, address


def test_a_page_of_another_site_cannot_post_even_with_a_token(person: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    client.get("/desk/account/")
    token = client.cookies["csrftoken"].value
    data = {"csrfmiddlewaretoken": token}
    assert client.post("/desk/account/", data, headers={"origin": "https://ond.invalid"}).status_code == 403


def test_another_host_name_is_refused(db: None) -> None:
    answer = Client(headers={"host": "ond.invalid"}).get("/desk/login/")
    assert answer.status_code == 400
    assert "ond.invalid" not in answer.content.decode()
