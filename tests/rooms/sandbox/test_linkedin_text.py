"""LinkedIn's little text: escapes, mentions, hashtags, and the silent cut."""

import pytest

from sandbox.linkedin.little import render

NAMES = {"urn:li:organization:1000002": "Stiftelsesforeningen"}


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Ren tekst.", "Ren tekst."),
        (r"En \(parentes\) og \_strek\_", "En (parentes) og _strek_"),
        (r"\\ \| \{ \} \@ \[ \] \( \) \< \> \# \* \_ \~", r"\ | { } @ [ ] ( ) < > # * _ ~"),
        ("Kuttes (her", "Kuttes "),
        ("Kuttes @ her", "Kuttes "),
        ("snake_case", "snake"),
        ("Se #moms og {hashtag|\\#|frivillighet}!", "Se #moms og #frivillighet!"),
        ("Pris # 5", "Pris "),
        ("@[Stiftelsesforeningen](urn:li:organization:1000002) inviterer", "Stiftelsesforeningen inviterer"),
        ("Linje\nto", "Linje\nto"),
        ("Til slutt \\", "Til slutt "),
    ],
)
def test_little_text_is_read_as_published(raw, shown):
    assert render(raw, NAMES.get).text == shown


def test_a_mention_needs_the_exact_name():
    right = render("@[Stiftelsesforeningen](urn:li:organization:1000002)", NAMES.get)
    wrong = render("@[stiftelsesforeningen](urn:li:organization:1000002)", NAMES.get)
    assert (right.text[slice(*right.mentions[0][:2])], wrong.mentions) == ("Stiftelsesforeningen", [])
    assert wrong.text == "stiftelsesforeningen", "plain text, not cut"


def test_a_cut_is_silent_and_shows_when_read_back(linkedin):
    made = linkedin.post(r"Alt er \(bra\) her (men ikke her)")
    assert made.status_code == 201
    assert linkedin.get(made.headers["x-restli-id"]).json()["commentary"] == r"Alt er \(bra\) her "
    assert linkedin.posts()[0]["text"] == "Alt er (bra) her"


def test_a_text_that_is_whole_comes_back_as_sent(linkedin):
    raw = r"@[Stiftelsesforeningen](urn:li:organization:1000002) {hashtag|\#|moms} \(a\)"
    assert linkedin.get(linkedin.post(raw).headers["x-restli-id"]).json()["commentary"] == raw
    assert linkedin.posts()[0]["mentions"][0]["name"] == "Stiftelsesforeningen"
