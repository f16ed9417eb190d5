"""Injected faults: what the client meets, and what happened behind its back."""

import json
import time

import httpx2
import pytest

from .conftest import PAGE, png

CREATE = {
    "x": {"operation": "createPosts"},
    "facebook": {"path": "/feed$"},
    "linkedin": {"operation": "createPost"},
}


@pytest.fixture(params=["x", "facebook", "linkedin"])
def api(request):
    return request.getfixturevalue(request.param)


def send(api, text="Hei", timeout=5.0):
    """A post without checks by contract: the answer may be anything."""
    if api.name == "x":
        return api.http.post(
            "/x/2/tweets", json={"text": text}, headers={"Authorization": "Bearer sandbox-x-token"}, timeout=timeout
        )
    if api.name == "facebook":
        data = {"message": text, "access_token": "sandbox-facebook-token"}
        return api.http.post(f"/facebook/v25.0/{PAGE}/feed", data=data, timeout=timeout)
    body = {
        "author": "urn:li:organization:1000001",
        "commentary": text,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED"},
        "lifecycleState": "PUBLISHED",
    }
    headers = {**api.headers, "Authorization": "Bearer sandbox-linkedin-token"}
    return api.http.post("/linkedin/rest/posts", json=body, headers=headers, timeout=timeout)


@pytest.mark.parametrize(("kind", "posts"), [("timeout_before", 0), ("timeout_after", 1)])
def test_silence_comes_without_or_with_the_effect(api, kind, posts):
    api.fault(kind)
    with pytest.raises(httpx2.ReadTimeout):
        send(api, timeout=0.3)
    assert len(api.posts()) == posts
    assert api.requests()[-1]["answer"] == kind
    assert api.requests()[-1]["status"] is None


def test_silence_ends_by_itself_when_told_to(x):
    x.fault("timeout_after", seconds=0.2)
    with pytest.raises(httpx2.TransportError):
        send(x)
    assert len(x.posts()) == 1


@pytest.mark.parametrize(
    ("kind", "more", "posts"),
    [
        ("cut_before", {}, 0),
        ("cut_before", {"how": "close"}, 0),
        ("cut_after", {}, 1),
        ("cut_after", {"how": "close"}, 1),
        ("cut_after", {"at": "body"}, 1),
        ("cut_after", {"at": "body", "how": "reset"}, 1),
    ],
)
def test_a_connection_is_cut(api, kind, more, posts):
    api.fault(kind, **more)
    start = time.monotonic()
    with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
        send(api)
    assert time.monotonic() - start < 2, "a cut is noticed at once"
    assert len(api.posts()) == posts


@pytest.mark.parametrize(("kind", "posts"), [("status_before", 0), ("status_after", 1)])
@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_any_status_can_come_before_or_after_the_effect(api, kind, posts, status):
    api.fault(kind, status=status)
    response = send(api)
    assert response.status_code == status
    assert len(api.posts()) == posts
    if api.name == "facebook":
        api.contract.check_error(response)
    elif not (api.name == "linkedin" and status == 503):
        api.contract.check(api.requests()[-1]["operation"], response)


def test_too_many_calls_are_told_in_each_platforms_way(x, facebook, linkedin):
    x.fault("status_before", status=429, retry_after=30)
    limited = send(x)
    assert limited.headers["x-rate-limit-remaining"] == "0"
    assert 20 < int(limited.headers["x-rate-limit-reset"]) - time.time() < 31
    facebook.fault("status_before", status=400, code=32, retry_after=600)
    usage = json.loads(send(facebook).headers["X-Business-Use-Case-Usage"])
    assert usage[PAGE][0]["estimated_time_to_regain_access"] == 10
    linkedin.fault("status_before", status=429)
    assert send(linkedin).json()["code"] == "TOO_MANY_REQUESTS"


def test_headers_body_code_and_subcode_can_be_given(facebook):
    facebook.fault("status_after", status=500, code=1, subcode=99)
    assert send(facebook).json()["error"]["error_subcode"] == 99
    facebook.fault(
        "status_before", status=503, body="<h1>nede</h1>", headers={"Content-Type": "text/html", "Retry-After": 7}
    )
    down = send(facebook, "annet")
    assert (down.text, down.headers["content-type"], down.headers["retry-after"]) == ("<h1>nede</h1>", "text/html", "7")


def test_a_true_duplicate_is_there_and_a_false_one_is_not(api):
    api.fault("duplicate_true")
    assert send(api).status_code in (400, 403, 422)
    assert len(api.posts()) == 1
    api.fault("duplicate_false")
    assert send(api, "en annen").status_code in (400, 403, 422)
    assert len(api.posts()) == 1


def test_linkedin_names_the_true_duplicate_and_a_new_ghost_each_time(linkedin):
    linkedin.fault("duplicate_true")
    named = send(linkedin).json()["message"].split()[-1]
    assert linkedin.get(named).status_code == 200
    linkedin.fault("ghost", times=None)
    ghosts = {send(linkedin, "ny tekst").json()["message"].split()[-1] for _ in range(2)}
    assert len(ghosts) == 2
    assert all(linkedin.get(g).status_code == 404 for g in ghosts)


def test_facebook_can_say_already_posted(facebook):
    facebook.fault("duplicate_false", code=368)
    assert send(facebook).json()["error"]["code"] == 368


def test_an_effect_can_come_late(api):
    api.fault("late_effect", seconds=0.5, answer="cut")
    with pytest.raises(httpx2.ReadError):
        send(api)
    assert api.posts() == []
    time.sleep(0.7)
    assert len(api.posts()) == 1


@pytest.mark.parametrize("body", ["html", "empty", "wrong_json", "truncated_json", "no_id"])
def test_a_body_can_be_anything_but_what_was_promised(api, body):
    api.fault("malformed", body=body)
    response = send(api)
    assert response.status_code in (200, 201)
    assert "x-restli-id" not in response.headers
    assert len(api.posts()) == 1
    id = api.posts()[0]["id"]
    if body != "truncated_json":
        assert id not in response.text
    if body in ("html", "empty", "truncated_json"):
        with pytest.raises(ValueError):
            response.json()


def test_a_malformed_answer_can_be_without_effect(x):
    x.fault("malformed", body="html", effect=False, status=502)
    assert send(x).status_code == 502
    assert x.posts() == []


def test_a_redirect_leads_to_another_host(api):
    api.fault("redirect", location="http://other.invalid/2/tweets")
    response = send(api)
    assert (response.status_code, response.headers["location"]) == (307, "http://other.invalid/2/tweets")
    assert api.posts() == []


def test_a_small_gzip_body_unpacks_to_a_large_one(x):
    x.fault("gzip_bomb", bytes=1 << 30)
    sent, start = 0, time.monotonic()
    headers = {"Authorization": "Bearer sandbox-x-token"}
    with x.http.stream("POST", "/x/2/tweets", json={"text": "a"}, headers=headers) as response:
        assert response.headers["content-encoding"] == "gzip"
        for part in response.iter_raw():
            sent += len(part)
    assert sent < 2_000_000
    assert time.monotonic() - start < 5
    x.fault("gzip_bomb", bytes=20 << 20)
    assert send(x, "b").json() == {}, "the bomb is whole: what unpacks it finds JSON"


def test_a_body_can_be_huge(x):
    x.fault("huge_body", bytes=3_000_000)
    assert len(send(x).content) == 3_000_000


def test_a_delay_lets_the_call_go_on(x):
    for when in ("before", "after"):
        x.fault("delay", seconds=0.2, when=when)
        start = time.monotonic()
        assert send(x, when).status_code == 201
        assert time.monotonic() - start >= 0.2


def test_processing_can_be_slow_or_fail(x, linkedin):
    x.fault("slow_processing", seconds=30)
    id = x.picture()
    info = x.call("GET", "/2/media/upload", params={"media_id": id}).json()["data"]["processing_info"]
    assert info["state"] == "pending"
    x.fault("failed_processing")
    failed = x.call("GET", "/2/media/upload", params={"media_id": x.picture()}).json()["data"]["processing_info"]
    assert failed == {"state": "failed"}
    linkedin.fault("failed_processing")
    assert linkedin.get(linkedin.upload(), "images").json()["status"] == "PROCESSING_FAILED"


def test_a_list_can_lag_longer(api):
    api.fault("hidden_list", seconds=30)
    assert send(api).status_code in (200, 201)
    assert len(api.posts()) == 1, "the public sees it"
    if api.name == "x":
        assert api.call("GET", f"/2/users/{api.user}/tweets").json()["meta"]["result_count"] == 0


def test_alt_text_can_be_lost(x, facebook, linkedin):
    x.fault("drop_alt")
    x.post("a", [x.picture(alt="Borte")])
    facebook.fault("drop_alt")
    photo = facebook.photo(alt="Borte").json()["id"]
    facebook.post(message="a", attached_media=json.dumps([{"media_fbid": photo}]))
    linkedin.fault("drop_alt")
    linkedin.post("a", {"media": {"id": linkedin.upload(), "altText": "Borte"}})
    for api in (x, facebook, linkedin):
        assert [p["alt"] for p in api.posts()[0]["pictures"]] == [""]


def test_a_text_can_be_cut(api):
    api.fault("cut_text", length=5)
    send(api, "Dette er langt")
    assert api.posts()[0]["text"] == "Dette"
    assert api.posts()[0]["raw_text"] == "Dette er langt"


def test_a_fault_strikes_only_what_it_matches(x):
    x.fault("status_before", match={"method": "POST", "path": "^/2/media/upload/.*/finalize$"})
    x.fault("status_before", match={"body": "magisk"}, status=503)
    assert send(x).status_code == 201
    assert send(x, "et magisk ord").status_code == 503
    with pytest.raises(AssertionError):
        x.picture(png(), "avbrutt")  # describing it fails: the upload was never finalized
        assert x.post("b", ["1"]).status_code == 201


def test_a_fault_waits_counts_and_ends(x):
    fault = x.fault("status_before", match=CREATE["x"], after=1, times=2)
    assert [send(x, str(n)).status_code for n in range(4)] == [201, 500, 500, 201]
    shown = x.http.get("/_sandbox/x/faults").json()[0]
    assert (shown["id"], shown["seen"], shown["hits"]) == (fault["id"], 4, 2)
    assert x.requests()[-2]["faults"] == [{"id": fault["id"], "kind": "status_before"}]
    x.http.delete("/_sandbox/x/faults")
    assert x.http.get("/_sandbox/x/faults").json() == []


def test_chance_is_the_same_with_the_same_seed(x):
    def run():
        x.http.delete("/_sandbox/x/faults")
        x.fault("status_before", times=None, probability=0.5, seed=7)
        return [x.http.get("/x/2/users/me").status_code for _ in range(12)]

    first = run()
    assert first == run()
    assert {401, 500} == set(first)


def test_several_faults_are_added_all_or_none(x):
    url = "/_sandbox/x/faults"
    assert len(x.http.post(url, json=[{"kind": "delay"}, {"kind": "drop_alt"}]).json()) == 2
    for wrong in ({"kind": "tull"}, {"kind": "delay", "sekunder": 1}, {"kind": "delay", "match": {"path": "("}}, "x"):
        refused = x.http.post(url, json=[{"kind": "delay"}, wrong])
        assert refused.status_code == 400
        assert refused.json()["error"]
    assert len(x.http.get(url).json()) == 2
