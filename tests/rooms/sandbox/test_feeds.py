"""The public's pages: whole, safe, and without a call to anywhere else."""

import re
from html.parser import HTMLParser

import pytest

from .conftest import png

HOSTILE = "<script>alert(1)</script> <b>fet</b> \"'& {{ 7*7 }} \u202e omvendt"


class Page(HTMLParser):
    """What a page loads, where it leads, which pictures have which alt text."""

    def __init__(self, html):
        super().__init__()
        self.loads, self.ids, self.alts, self.headings, self.lang = [], [], [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "html":
            self.lang = values.get("lang")
        if tag in ("img", "script", "iframe", "source", "video"):
            self.loads.append(values.get("src", "inline"))
        if tag == "link":
            self.loads.append(values["href"])
        if tag == "img":
            self.alts.append(values.get("alt"))
        if tag == "h1":
            self.headings.append(tag)
        if "id" in values:
            self.ids.append(values["id"])


@pytest.fixture
def filled(x, facebook, linkedin):
    """One post with pictures and a hostile text on each platform; their addresses."""
    x.post(HOSTILE, [x.picture(png(40 + n, 30), f"Bilde {n}") for n in range(3)])
    photo = facebook.photo(alt="Bilde 0").json()["id"]
    facebook.post(message=HOSTILE, attached_media=f'[{{"media_fbid":"{photo}"}}]')
    raw = re.sub(r"([\\|{}@\[\]()<>#*_~])", r"\\\1", HOSTILE)
    linkedin.post(raw, {"media": {"id": linkedin.upload(), "altText": "Bilde 0"}})
    return {api.name: api.posts()[0]["url"] for api in (x, facebook, linkedin)}


def pages(filled):
    return [
        "/",
        "/x",
        "/facebook",
        "/linkedin",
        "/x/lottstift",
        "/facebook/lotteritilsynet",
        "/linkedin/company/lottstift",
        *filled.values(),
    ]


def test_every_page_is_whole_and_loads_from_the_sandbox_only(http, filled, server):
    for address in pages(filled):
        response = http.get(address)
        assert response.status_code == 200, address
        page = Page(response.text)
        assert page.lang == "nb"
        assert page.headings == ["h1"], address
        assert len(page.ids) == len(set(page.ids)), address
        assert "inline" not in page.loads
        for load in page.loads:
            assert load.startswith(("/", server.url)), load
            assert http.get(load).status_code == 200, load
        assert "Øvingsplass" in response.text
        assert "script" not in response.headers["content-security-policy"]


def test_a_text_cannot_break_out_of_the_page(http, filled):
    for address in filled.values():
        html = http.get(address).text
        assert "<script" not in html
        assert "<b>fet" not in html
        assert "{{ 7*7 }}" in html


def test_pictures_carry_their_alt_text(http, filled):
    assert Page(http.get("/x").text).alts == ["Bilde 0", "Bilde 1", "Bilde 2"]
    assert http.get("/x").text.count(">ALT<") == 3
    for name in ("facebook", "linkedin"):
        assert Page(http.get(f"/{name}").text).alts == ["Bilde 0"]


def test_a_picture_without_alt_text_is_not_left_unnamed(http, x):
    x.post("Uten", [x.picture()])
    assert Page(http.get("/x").text).alts == ["Bilde"]
    assert ">ALT<" not in http.get("/x").text


def test_a_post_shows_what_came_in(http, linkedin):
    linkedin.post("Synlig (usynlig")
    html = http.get(linkedin.posts()[0]["url"]).text
    assert "Synlig (usynlig" in html.split("Bak innlegget")[1]
    assert "usynlig" not in html.split("Bak innlegget")[0]


def test_a_post_on_linkedin_is_found_with_and_without_the_last_slash(http, linkedin):
    linkedin.post("Her er jeg")
    address = linkedin.posts()[0]["url"]
    assert http.get(f"{address}/").text == http.get(address).text


def test_long_texts_are_folded_in_the_feed_and_whole_on_their_page(http, facebook, linkedin):
    for api, send in ((facebook, lambda t: facebook.post(message=t)), (linkedin, linkedin.post)):
        send("Ord. " * 200)
        assert "fold-box" in http.get(f"/{api.name}").text
        assert "fold-box" not in http.get(api.posts()[0]["url"]).text


@pytest.mark.parametrize(
    "path",
    ["/x/lottstift/status/1", "/facebook/1/posts/2", "/linkedin/feed/update/urn:li:share:1", "/tull", "/x/ingen"],
)
def test_what_is_gone_is_said_kindly(http, path):
    response = http.get(path)
    assert response.status_code == 404
    assert "finnes ikke" in response.text or "ikke tilgjengelig" in response.text or "kan ikke vises" in response.text


def test_a_draft_is_not_shown(http, facebook):
    facebook.post(message="Hemmelig utkast", published="false")
    assert "Hemmelig" not in http.get("/facebook").text


def test_older_posts_are_on_the_next_page(http, x):
    for n in range(32):
        x.http.post("/x/2/tweets", json={"text": f"nr {n}."}, headers={"Authorization": "Bearer sandbox-x-token"})
    assert "nr 1." not in http.get("/x").text
    assert "nr 1." in http.get("/x?side=2").text


def test_files_outside_the_static_folders_stay_inside(http):
    for path in ("/_static/../app.py", "/_static/x/__init__.py", "/_static/%2e%2e/app.py", "/_media/x/../../app"):
        assert http.get(path).status_code == 404
