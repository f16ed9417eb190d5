"""Connecting an account in the desk against the pretend platforms: how it goes well, and every way it does not."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from django.utils import timezone

from samspill.brands.models import Brand
from samspill.channels import connect, credentials
from samspill.channels.models import Channel, ConnectAttempt, PlatformApp
from tests.rooms.channels.connecting import SCOPES, Person, query, words
from tests.rooms.desk import world

PLATFORMS = ["x", "facebook", "linkedin"]


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    return world.people()


@pytest.fixture(autouse=True)
def _practice(sandbox: Any, settings: Any) -> None:
    settings.SAMSPILL_SANDBOX_URL = sandbox.url
    settings.SAMSPILL_BASE_URL = "http://127.0.0.1:8000"


@pytest.fixture
def kari(people: dict[str, Any]) -> Person:
    return Person(people["admin"])


def add_page(sandbox: Any, id: str = "100000000000002", name: str = "Stiftelsestilsynet") -> None:
    body = {"id": id, "name": name, "token": f"fast-{id}", "secret": "sandbox-facebook-secret"}
    assert httpx2.post(f"{sandbox.url}/_sandbox/facebook/accounts", json=body).status_code == 201


# --- it goes well ---------------------------------------------------------------------------


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_account_is_connected_and_its_key_works(platform: str, kari: Person) -> None:
    answer = kari.connect(platform)
    channel = Channel.objects.get()
    assert "er koblet til" in words(answer)
    assert answer.request["PATH_INFO"] == f"/desk/kanaler/{channel.pk}/"
    assert channel.mode == "sandbox"
    assert channel.external_id
    assert channel.name
    assert channel.connected_by.username == "admin"
    assert sorted(channel.scopes) == sorted(SCOPES[platform])
    tried = kari.client.post(f"/desk/kanaler/{channel.pk}/prov/", follow=True)
    assert "Nøkkelen virker." in words(tried)


def test_a_key_at_x_tells_when_it_runs_out_and_can_be_renewed(kari: Person) -> None:
    kari.connect("x")
    channel = Channel.objects.get()
    assert timedelta(hours=1, minutes=59) < channel.key_expires_at - timezone.now() <= timedelta(hours=2)
    assert set(channel.account().credentials) == {"access_token", "refresh_token"}


def test_a_page_gets_its_own_key_signs_its_calls_and_knows_when_data_access_lapses(kari: Person, sandbox: Any) -> None:
    kari.connect("facebook")
    channel = Channel.objects.get()
    keys = channel.account().credentials
    assert keys["app_secret"] == "sandbox-facebook-secret"
    assert timedelta(days=89) < channel.key_expires_at - timezone.now() <= timedelta(days=90)
    asked = sandbox.app.journal.of("facebook")
    with_token = [entry for entry in asked if entry["operation"] in ("getAccounts", "getObject")]
    assert with_token
    assert all("appsecret_proof" in entry["query"] for entry in with_token)


@pytest.mark.parametrize("partner", [False, True])
def test_linkedin_lives_sixty_days_and_renews_only_where_it_gave_a_key_for_that(
    partner: bool, kari: Person, sandbox: Any
) -> None:
    sandbox.store.set_setting("linkedin", "refresh_tokens", partner)
    kari.connect("linkedin")
    channel = Channel.objects.get()
    assert timedelta(days=59) < channel.key_expires_at - timezone.now() <= timedelta(days=60)
    assert ("refresh_token" in channel.account().credentials) is partner
    assert (channel.refresh_expires_at is not None) is partner


def test_of_several_pages_the_person_chooses_one_and_a_second_press_changes_nothing(kari: Person, sandbox: Any) -> None:
    add_page(sandbox)
    page = kari.connect("facebook", accounts=["100000000000001", "100000000000002"])
    assert "Velg konto" in page.content.decode()
    address = page.request["PATH_INFO"]
    kari.client.post(address, {"konto": "100000000000002"})
    again = kari.client.post(address, {"konto": "100000000000001"}, follow=True)
    assert [channel.name for channel in Channel.objects.all()] == ["Stiftelsestilsynet"]
    assert "endret ingenting" in words(again)


def test_a_choice_that_was_not_offered_connects_nothing(kari: Person, sandbox: Any) -> None:
    add_page(sandbox)
    page = kari.connect("facebook", accounts=["100000000000001", "100000000000002"])
    answer = kari.client.post(page.request["PATH_INFO"], {"konto": "42"}, follow=True)
    assert "Velg en konto." in words(answer)
    assert not Channel.objects.exists()


# --- states (S01) ---------------------------------------------------------------------------


def test_of_two_windows_each_uses_its_own_verifier_and_one_account_is_one_channel(kari: Person) -> None:
    one, two = kari.begin("x"), kari.begin("x")
    assert query(one)["code_challenge"] != query(two)["code_challenge"]
    back_one, back_two = kari.consent(one), kari.consent(two)
    assert "er koblet til" in words(kari.come_back(back_two))
    assert "er koblet til" in words(kari.come_back(back_one))
    channel = Channel.objects.get()
    assert "Nøkkelen virker." in words(kari.client.post(f"/desk/kanaler/{channel.pk}/prov/", follow=True))


def test_a_refused_consent_uses_up_the_state(kari: Person) -> None:
    page = kari.begin("x")
    refused = kari.come_back(kari.consent(page, say="nei"))
    assert "Det ble svart nei hos X." in words(refused)
    late = kari.come_back(kari.consent(page))  # the same state, now with a code
    assert "brukt før" in words(late)
    assert not Channel.objects.exists()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_platform_says_no_in_its_own_words_and_we_understand_it(platform: str, kari: Person) -> None:
    assert "Det ble svart nei" in words(kari.come_back(kari.consent(kari.begin(platform), say="nei")))


def test_another_persons_session_cannot_finish_and_the_state_is_spent(kari: Person, people: dict[str, Any]) -> None:
    back = kari.consent(kari.begin("x"))
    other = Person(people["root"])
    assert "begynt av noen andre" in words(other.come_back(back))
    assert "brukt før" in words(kari.come_back(back))
    assert not Channel.objects.exists()


def test_the_same_person_in_another_browser_cannot_finish(kari: Person, people: dict[str, Any]) -> None:
    back = kari.consent(kari.begin("x"))
    assert "begynt av noen andre" in words(Person(people["admin"]).come_back(back))


def test_the_answer_twice_connects_once_and_says_so(kari: Person) -> None:
    back = kari.consent(kari.begin("x"))
    kari.come_back(back)
    before = Channel.objects.get().sealed
    assert "endret ingenting" in words(kari.come_back(back))
    assert Channel.objects.get().sealed == before


@pytest.mark.parametrize("state", ["", "feil", "x" * 5000, "' OR 1=1 --", "\x00"])
def test_a_state_that_we_never_gave_is_refused(state: str, kari: Person) -> None:
    answer = kari.client.get("/desk/kanaler/koble/x/svar/", {"state": state, "code": "c"}, follow=True)
    assert "kjenner ikke igjen svaret" in words(answer)


def test_a_state_lives_ten_minutes(kari: Person) -> None:
    back = kari.consent(kari.begin("x"))
    ConnectAttempt.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "mer enn ti minutter" in words(kari.come_back(back))
    attempt = ConnectAttempt.objects.get()
    assert (attempt.phase, attempt.sealed) == ("failed", "")
    assert timedelta(minutes=9) < connect.LIFE <= timedelta(minutes=10)


def test_a_state_of_one_platform_is_no_answer_from_another(kari: Person) -> None:
    back = kari.consent(kari.begin("x"))
    answer = kari.come_back(back.replace("/koble/x/", "/koble/linkedin/"))
    assert "kjenner ikke igjen svaret" in words(answer)
    assert not Channel.objects.exists()


def test_no_state_and_no_secret_stands_in_the_database_in_clear(kari: Person, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    page = kari.begin("x")
    back = kari.consent(page)
    state, code = query(page)["state"], query(back)["code"]
    kari.come_back(back)
    held = str(list(ConnectAttempt.objects.values())) + str(list(Channel.objects.values()))
    keys = Channel.objects.get().account().credentials.values()
    for secret in (state, code, *keys):
        assert secret not in held
        assert secret not in caplog.text.replace("HTTP Request", "")
    assert ConnectAttempt.objects.get().sealed == ""


def test_what_nobody_came_back_from_is_forgotten(kari: Person) -> None:
    kari.begin("x")
    now = timezone.now()
    connect.forget_old(now + timedelta(minutes=11))
    assert ConnectAttempt.objects.get().sealed == ""
    connect.forget_old(now + timedelta(days=2))
    assert not ConnectAttempt.objects.exists()


# --- fewer, other, already ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("platform", "scope", "stops"),
    [
        ("x", "tweet.write", "Innlegg kan ikke legges ut."),
        ("x", "offline.access", "noen må koble til på nytt"),
        ("facebook", "pages_manage_posts", "Innlegg kan ikke legges ut."),
        ("facebook", "pages_read_engagement", "Vi kan ikke se om innlegg kom ut."),
        ("linkedin", "w_organization_social", "Innlegg kan ikke legges ut."),
    ],
)
def test_a_scope_that_was_not_given_is_named_at_once_and_on_the_channel(
    platform: str, scope: str, stops: str, kari: Person
) -> None:
    given = [name for name in SCOPES[platform] if name != scope]
    answer = kari.connect(platform, scopes=given)
    page = answer.content.decode()
    assert scope in words(answer)
    assert stops in words(answer)
    assert f"<code>{scope}</code>: " in page
    again = kari.connect(platform, channel=Channel.objects.get())
    assert scope not in words(again)
    assert "ga oss ikke alt" not in again.content.decode()


def test_connecting_again_renews_the_same_channel_and_keeps_what_it_was(kari: Person) -> None:
    kari.connect("x")
    channel = Channel.objects.get()
    Channel.objects.update(name="Vårt navn", template="{tittel}", trouble="token_dead", mode="sandbox")
    kari.connect("x")
    fresh = Channel.objects.get()
    assert (fresh.pk, fresh.name, fresh.template, fresh.trouble) == (channel.pk, "Vårt navn", "{tittel}", "")
    assert fresh.sealed != channel.sealed


def test_a_channel_with_a_key_written_by_hand_is_connected_and_stays_the_same(kari: Person) -> None:
    channel = Channel(platform="linkedin", name="Vår", external_id="1000001", mode="sandbox")
    channel.set_credentials({"access_token": "gammel"})
    channel.save()
    assert "er koblet til" in words(kari.connect("linkedin", channel=channel))
    assert Channel.objects.get().account().credentials["access_token"] != "gammel"


def test_a_paused_channel_made_by_hand_is_the_one_that_gets_the_key(kari: Person) -> None:
    made = Channel.objects.create(platform="x", name="Laget for hånd", mode="paused", external_id="1700000000000000001")
    kari.connect("x")
    fresh = Channel.objects.get()
    assert (fresh.pk, fresh.name) == (made.pk, "Laget for hånd")
    assert fresh.sealed


def test_the_same_number_at_another_place_is_told_and_breaks_nothing(kari: Person) -> None:
    Channel.objects.create(platform="x", name="Den ekte", mode="live", external_id="1700000000000000001")
    assert "er allerede kanalen «Den ekte»" in words(kari.connect("x"))
    assert Channel.objects.get().sealed == ""


@pytest.mark.parametrize("key", ["to\nlinjer", "to ord", "nøkkel"])
def test_a_key_written_by_hand_with_impossible_signs_is_refused_with_a_sentence(key: str, kari: Person) -> None:
    form = {"name": "X", "mode": "paused", "position": 0, "nokkel_access_token": key}
    page = kari.client.post("/desk/kanaler/ny/?plattform=x", form).content.decode()
    assert "Kopier den på nytt." in page
    assert not Channel.objects.exists()


def test_an_account_of_another_sender_is_left_alone(kari: Person) -> None:
    lottery = Brand.objects.create(key="l", name="Lotteritilsynet")
    other = Brand.objects.create(key="s", name="Stiftelsestilsynet")
    kari.come_back(kari.consent(kari.begin("facebook", brand=lottery.pk)))
    before = Channel.objects.get()
    answer = kari.come_back(kari.consent(kari.begin("facebook", brand=other.pk)))
    assert "er allerede kanalen «Lotteritilsynet»" in words(answer)
    assert Channel.objects.get().sealed == before.sealed
    assert before.brand == lottery


def test_the_account_of_one_channel_does_not_become_another(kari: Person, sandbox: Any) -> None:
    kari.connect("facebook")
    add_page(sandbox)
    second = Channel.objects.create(
        platform="facebook", name="Den andre", mode="sandbox", external_id="100000000000002"
    )
    answer = kari.connect("facebook", channel=second, accounts=["100000000000001"])
    assert "annen konto enn kanalens" in words(answer)
    second.refresh_from_db()
    assert second.sealed == ""


def test_somebody_without_a_page_is_told_so(kari: Person) -> None:
    answer = kari.connect("facebook", accounts=[])
    assert "ingen konto eller side" in words(answer)
    assert not Channel.objects.exists()


# --- what the platform does wrong -----------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({"kind": "status_before", "status": 500}, "hadde en feil hos seg"),
        ({"kind": "cut_after"}, "Forbindelsen til X ble brutt"),
        ({"kind": "malformed", "body": "html"}, "svarte noe som ikke lar seg lese"),
        (
            {"kind": "status_after", "status": 200, "body": {"access_token": "to\nlinjer", "token_type": "bearer"}},
            "tegn som ingen nøkkel har",
        ),
        (
            {"kind": "status_before", "status": 401, "body": {"error": "unauthorized_client"}},
            "godtar ikke appen vår",
        ),
        ({"kind": "status_before", "status": 429}, "ber oss vente"),
    ],
)
def test_a_failed_exchange_says_what_happened_and_stores_nothing(
    fault: dict[str, Any], says: str, kari: Person, sandbox: Any
) -> None:
    httpx2.post(f"{sandbox.url}/_sandbox/x/faults", json={**fault, "times": 1, "match": {"operation": "token"}})
    answer = kari.connect("x")
    assert says in words(answer)
    assert "Ingenting er koblet til." in words(answer)
    assert not Channel.objects.exists()
    assert ConnectAttempt.objects.get().phase == "failed"
    assert "er koblet til" in words(kari.connect("x"))  # and the next time it goes well


# --- our app --------------------------------------------------------------------------------


def test_without_an_app_the_real_platform_is_not_asked(kari: Person) -> None:
    answer = kari.client.post("/desk/kanaler/ny/x/koble/", {"hvor": "ekte"})
    assert answer.status_code == 200
    assert "Vi har ingen app hos X ennå." in words(answer)
    assert not ConnectAttempt.objects.exists()


def test_an_apps_secret_is_written_and_never_shown(kari: Person) -> None:
    form = {"client_id": "var-app", "client_secret": "en-hemmelighet-7"}
    kari.client.post("/desk/kanaler/app/x/", form)
    stored = PlatformApp.objects.get()
    assert stored.app().client_secret == "en-hemmelighet-7"
    assert "en-hemmelighet-7" not in stored.sealed + repr(stored.app())
    page = kari.client.get("/desk/kanaler/app/x/").content.decode()
    assert "en-hemmelighet-7" not in page
    assert "http://127.0.0.1:8000/desk/kanaler/koble/x/svar/" in page
    kari.client.post("/desk/kanaler/app/x/", {"client_id": "ny", "client_secret": ""})
    assert PlatformApp.objects.get().app().client_id == "ny"
    assert PlatformApp.objects.get().app().client_secret == "en-hemmelighet-7"
    begun = kari.client.post("/desk/kanaler/ny/x/koble/", {"hvor": "ekte"})
    assert begun.url.startswith("https://x.com/i/oauth2/authorize?response_type=code&client_id=ny&")


@pytest.mark.parametrize("value", ["to ord", "linje\nskift", "æøå"])
def test_an_app_with_impossible_signs_is_refused_with_a_sentence(value: str, kari: Person) -> None:
    page = kari.client.post("/desk/kanaler/app/x/", {"client_id": value, "client_secret": value}).content.decode()
    assert "Kopier det på nytt." in page
    assert not PlatformApp.objects.exists()


def test_a_new_app_secret_signs_the_calls_of_pages_that_are_connected(kari: Person) -> None:
    kari.connect("facebook")
    Channel.objects.update(key_place="https://graph.facebook.com")
    kari.client.post("/desk/kanaler/app/facebook/", {"client_id": "1", "client_secret": "ny-hemmelighet"})
    assert credentials.open_sealed(Channel.objects.get().sealed)["app_secret"] == "ny-hemmelighet"


def test_the_page_may_send_the_person_on_to_the_platform_and_nowhere_else(kari: Person, sandbox: Any) -> None:
    policy = kari.client.get("/desk/kanaler/ny/facebook/koble/").headers["content-security-policy"]
    action = next(part for part in policy.split(";") if "form-action" in part)
    assert action.split() == ["form-action", "'self'", sandbox.url, "https://www.facebook.com"]
    assert "form-action 'self';" in kari.client.get("/desk/kanaler/").headers["content-security-policy"]


# --- who may --------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["editor", "expert", "leader", "nobody"])
def test_only_an_administrator_connects(role: str, people: dict[str, Any]) -> None:
    channel = Channel.objects.create(platform="x", name="X", mode="sandbox")
    person = Person(people[role])
    for address in (
        "/desk/kanaler/ny/x/koble/",
        f"/desk/kanaler/{channel.pk}/koble/",
        f"/desk/kanaler/{channel.pk}/koble-fra/",
        "/desk/kanaler/app/x/",
    ):
        answer = person.client.post(address, {"hvor": "oving", "client_id": "a", "client_secret": "b"})
        assert answer.status_code in (302, 403)
        assert "authorize" not in getattr(answer, "url", "")
    assert not ConnectAttempt.objects.exists()
    assert not PlatformApp.objects.exists()


def test_somebody_whose_right_was_taken_away_meanwhile_cannot_finish(kari: Person, people: dict[str, Any]) -> None:
    back = kari.consent(kari.begin("x"))
    people["admin"].groups.clear()
    kari.come_back(back)
    assert not Channel.objects.exists()
