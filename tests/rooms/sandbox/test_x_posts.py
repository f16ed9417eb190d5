"""Posts on X: made, read, listed, refused and deleted as the contract says."""

import time

import pytest


def test_a_post_is_made_and_read_back(x):
    made = x.post("Fristen er 1. desember. lottstift.no/frist #moms @lottstift")
    assert made.status_code == 201
    id = made.json()["data"]["id"]
    read = x.call(
        "GET",
        f"/2/tweets/{id}",
        params={"post.fields": "entities,created_at,public_metrics,lang", "expansions": "author_id"},
    ).json()
    assert read["data"]["text"] == made.json()["data"]["text"]
    url = read["data"]["entities"]["urls"][0]
    assert url["expanded_url"] == "http://lottstift.no/frist"
    assert read["data"]["text"][url["start"] : url["end"]] == url["url"]
    assert read["data"]["entities"]["hashtags"][0]["tag"] == "moms"
    assert read["includes"]["users"][0]["username"] == "lottstift"


def test_ids_are_snowflakes_in_order(x):
    first, second = (int(x.post(t).json()["data"]["id"]) for t in ("en", "to"))
    assert second > first > 2**60
    assert abs((first >> 22) + 1288834974657 - time.time() * 1000) < 60_000


def test_signs_of_html_come_back_escaped(x):
    assert x.post("A & B <c>").json()["data"]["text"] == "A &amp; B &lt;c&gt;"
    assert x.posts()[0]["text"] == "A & B <c>"


def test_a_link_on_this_machine_can_be_found_again(x):
    id = x.post("Les mer http://127.0.0.1:8000/l/abc").json()["data"]["id"]
    read = x.call("GET", f"/2/tweets/{id}", params={"post.fields": "entities"}).json()
    assert read["data"]["entities"]["urls"][0]["expanded_url"] == "http://127.0.0.1:8000/l/abc"


@pytest.mark.parametrize(
    ("text", "status"), [("a" * 280, 201), ("a" * 281, 400), ("", 400), ("👍" * 140, 201), ("👍" * 141, 400)]
)
def test_a_text_may_weigh_280(x, text, status):
    assert x.post(text).status_code == status


def test_the_same_text_is_refused_without_naming_the_earlier_post(x):
    id = x.post("Samme tekst").json()["data"]["id"]
    again = x.post("Samme  tekst ")
    assert again.status_code == 403
    assert "duplicate content" in again.json()["detail"]
    assert id not in again.text
    x.call("DELETE", f"/2/tweets/{id}")
    assert x.post("Samme tekst").status_code == 403, "also for a while after a delete"
    x.set(duplicate_after_delete_s=0)
    assert x.post("Samme tekst").status_code == 201


def test_a_new_post_is_missing_from_the_list_for_a_while(x):
    x.set(list_lag_s=0.4)
    id = x.post("Ny").json()["data"]["id"]
    assert x.call("GET", f"/2/users/{x.user}/tweets").json() == {"meta": {"result_count": 0}}
    assert x.call("GET", f"/2/tweets/{id}").json()["data"]["id"] == id, "by id it is there at once"
    time.sleep(0.45)
    assert x.call("GET", f"/2/users/{x.user}/tweets").json()["data"][0]["id"] == id


def test_the_list_is_read_in_pages_newest_first(x):
    ids = [x.post(f"nr {n}").json()["data"]["id"] for n in range(7)][::-1]
    first = x.call("GET", f"/2/users/{x.user}/tweets", params={"max_results": 5}).json()
    assert [p["id"] for p in first["data"]] == ids[:5]
    rest = x.call(
        "GET",
        f"/2/users/{x.user}/tweets",
        params={"max_results": 5, "pagination_token": first["meta"]["next_token"]},
    ).json()
    assert [p["id"] for p in rest["data"]] == ids[5:]
    since = x.call("GET", f"/2/users/{x.user}/tweets", params={"since_id": ids[2]}).json()
    assert [p["id"] for p in since["data"]] == ids[:2]


def test_what_is_not_there_is_a_200_with_errors(x):
    read = x.call("GET", "/2/tweets/123")
    assert read.status_code == 200
    assert read.json()["errors"][0]["title"] == "Not Found Error"
    id = x.post("her").json()["data"]["id"]
    both = x.call("GET", "/2/tweets", params={"ids": f"{id},123"}).json()
    assert len(both["data"]) == len(both["errors"]) == 1


def test_a_deleted_post_is_gone_but_kept_for_those_who_check(x):
    id = x.post("Slettes").json()["data"]["id"]
    assert x.call("DELETE", f"/2/tweets/{id}").json() == {"data": {"deleted": True}}
    assert "errors" in x.call("GET", f"/2/tweets/{id}").json()
    assert x.posts() == []
    assert x.posts(deleted=True)[0]["deleted"] is True
    assert x.call("DELETE", f"/2/tweets/{id}").status_code == 404


def test_unknown_fields_and_parameters_are_refused(x):
    assert x.post("a", farge="rød").status_code == 400
    assert x.call("GET", f"/2/users/{x.user}/tweets", params={"antall": 3}).status_code == 400
    assert x.call("GET", f"/2/users/{x.user}/tweets", params={"post.fields": "likes"}).status_code == 400
    assert x.call("GET", f"/2/users/{x.user}/tweets", params={"max_results": 4}).status_code == 400


def test_a_wrong_key_and_a_missing_scope_have_answers_of_their_own(x, http):
    assert x.call("GET", "/2/users/me", token="feil").status_code == 401
    assert x.call("GET", "/2/users/me", token="").status_code == 401
    http.post(
        "/_sandbox/x/accounts",
        json={"name": "Leser", "handle": "leser", "token": "les", "scopes": ["tweet.read", "users.read"]},
    )
    assert x.call("GET", "/2/users/me", token="les").json()["data"]["username"] == "leser"
    assert x.call("POST", "/2/tweets", token="les", json={"text": "a"}).status_code == 403


def test_calls_are_counted_down_and_stop(x):
    x.set(limits={"createPosts": 2})
    first = x.post("1")
    assert first.headers["x-rate-limit-limit"] == "2"
    assert first.headers["x-rate-limit-remaining"] == "1"
    assert 0 < int(first.headers["x-rate-limit-reset"]) - time.time() <= 900
    x.post("2")
    stopped = x.post("3")
    assert stopped.status_code == 429
    assert stopped.headers["x-rate-limit-remaining"] == "0"


def test_users_are_found_by_id_and_name(x):
    assert x.call("GET", f"/2/users/{x.user}").json()["data"]["name"] == "Lotteri- og stiftelsestilsynet"
    assert x.call("GET", "/2/users/by/username/LottStift").json()["data"]["id"] == x.user
    assert "errors" in x.call("GET", "/2/users/by/username/ingen").json()
