"""Pictures on X: uploaded in parts, waited for, described, used once."""

import base64
import time

from .conftest import png


def test_pictures_with_alt_text_reach_the_post(x):
    ids = [x.picture(png(40 + n, 30), f"Bilde {n}") for n in range(4)]
    post = x.post("Fire bilder", ids)
    read = x.call(
        "GET",
        f"/2/tweets/{post.json()['data']['id']}",
        params={
            "expansions": "attachments.media_keys",
            "media.fields": "alt_text,width,height,url",
            "post.fields": "attachments,entities",
        },
    ).json()
    assert [m["alt_text"] for m in read["includes"]["media"]] == ["Bilde 0", "Bilde 1", "Bilde 2", "Bilde 3"]
    assert read["data"]["attachments"]["media_keys"] == [m["media_key"] for m in read["includes"]["media"]]
    shown = x.posts()[0]["pictures"]
    assert [(p["alt"], p["width"], p["mime"]) for p in shown][3] == ("Bilde 3", 43, "image/png")
    assert x.http.get(shown[0]["url"]).content == png(40, 30)


def test_a_file_can_come_in_parts_and_as_base64(x):
    content = png(60, 60)
    begun = x.call("POST", "/2/media/upload/initialize", json={"total_bytes": len(content), "media_type": "image/png"})
    id = begun.json()["data"]["id"]
    half = len(content) // 2
    for n, part in enumerate((content[:half], content[half:])):
        sent = {"media": base64.b64encode(part).decode(), "segment_index": n}
        x.call("POST", f"/2/media/upload/{id}/append", json=sent)
    done = x.call("POST", f"/2/media/upload/{id}/finalize").json()["data"]
    assert done["size"] == len(content)
    assert done["image"] == {"w": 60, "h": 60, "image_type": "image/png"}
    assert 86000 < done["expires_after_secs"] <= 86400
    assert x.call("POST", f"/2/media/upload/{id}/finalize").status_code == 200, "once more changes nothing"


def test_a_missing_part_is_noticed(x):
    begun = x.call("POST", "/2/media/upload/initialize", json={"total_bytes": 999})
    id = begun.json()["data"]["id"]
    x.call("POST", f"/2/media/upload/{id}/append", data={"segment_index": "0"}, files={"media": ("b", b"abc")})
    assert x.call("POST", f"/2/media/upload/{id}/finalize").status_code == 400


def test_processing_goes_from_pending_to_succeeded(x):
    x.set(processing_s=0.9)
    id = x.picture()
    states = []
    for _ in range(50):
        info = x.call("GET", "/2/media/upload", params={"media_id": id}).json()["data"]["processing_info"]
        states.append(info["state"])
        if info["state"] == "succeeded":
            break
        assert info["check_after_secs"] >= 1
        if len(states) == 1:
            assert x.post("For tidlig", [id]).status_code == 400
        time.sleep(0.1)
    assert list(dict.fromkeys(states)) == ["pending", "in_progress", "succeeded"]
    assert x.post("Nå går det", [id]).status_code == 201


def test_a_damaged_picture_fails_in_processing(x):
    x.set(processing_s=0.1)
    id = x.picture(png(200, 200)[:-30])
    time.sleep(0.15)
    state = x.call("GET", "/2/media/upload", params={"media_id": id}).json()["data"]["processing_info"]["state"]
    assert state == "failed"
    assert x.post("Med skadet bilde", [id]).status_code == 400


def test_what_a_file_is_shows_in_its_bytes_not_its_name(x):
    def send(content):
        return x.call(
            "POST",
            "/2/media/upload",
            data={"media_category": "tweet_image"},
            files={"media": ("bilde.png", content, "image/png")},
        ).status_code

    assert send(png()) == 200
    assert send(b"<svg xmlns='http://www.w3.org/2000/svg'/>") == 400
    assert send(b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40) == 400
    assert send(png(10, 10, padding=5 * 1024 * 1024)) == 400


def test_media_is_used_once_by_its_owner_and_ends(x, http):
    id = x.picture()
    http.post("/_sandbox/x/accounts", json={"name": "En annen", "token": "annen"})
    other = x.call("POST", "/2/tweets", token="annen", json={"text": "a", "media": {"media_ids": [id]}})
    assert other.status_code == 400
    assert x.post("Først", [id]).status_code == 201
    assert x.post("Igjen", [id]).status_code == 400
    x.set(media_expires_s=0)
    assert x.call("GET", "/2/media/upload", params={"media_id": x_id(x)}).status_code == 404


def x_id(x):
    return x.call("POST", "/2/media/upload/initialize", json={}).json()["data"]["id"]


def test_alt_text_may_have_a_thousand_signs(x):
    id = x.picture()

    def describe(words):
        return x.call("POST", "/2/media/metadata", json={"id": id, "metadata": {"alt_text": {"text": words}}})

    assert describe("æ" * 1000).status_code == 200
    assert describe("æ" * 1001).status_code == 400


def test_five_pictures_are_too_many(x):
    assert x.post("Fem", ["1", "2", "3", "4", "5"]).status_code == 400
