"""Bluesky: record keys, what can be pressed in a text, and how long it is."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from samspill.channels import counting
from samspill.channels.bluesky import facets, graphemes, keys
from samspill.channels.contract import Post
from samspill.channels.registry import platform
from tests.rooms.channels import worlds
from tests.rooms.channels.contracts import FOLDER

BLUESKY = platform("bluesky")
OTHER = "did:plc:z72i7hdynmk6r22z27h6tvur"


@given(st.datetimes(datetime(2020, 1, 1), datetime(2200, 1, 1)), st.text(max_size=20))
def test_a_record_key_is_a_tid_of_its_moment(moment: datetime, key: str) -> None:
    since = moment.replace(tzinfo=UTC)
    made = keys.record_key(key, since)
    assert keys.TID.fullmatch(made)
    number = 0
    for sign in made:
        number = number * 32 + keys.SIGNS.index(sign)
    assert number < 1 << 63
    told = keys.EPOCH + timedelta(microseconds=number >> 10)
    begun = since.replace(microsecond=since.microsecond // 1000 * 1000)
    assert timedelta(0) <= told - begun < timedelta(milliseconds=1)
    assert made < keys.record_key(key, since + timedelta(milliseconds=1))


def test_posts_of_the_same_millisecond_have_keys_of_their_own() -> None:
    made = {keys.record_key(f"k{number}", worlds.NOW) for number in range(30)}
    assert len(made) == 30


@pytest.mark.parametrize(
    ("text", "pressed"),
    [
        ("Se https://lottstift.no/søk.", [("https://lottstift.no/søk", "link")]),
        ("(lottstift.no)", [("lottstift.no", "link")]),
        ("bok.pdf og filnavn.txt", []),
        ("Versjon 2.0 kom 1.2.2026", []),
        ("post@lottstift.no", []),
        ("@lottstift.no", [("@lottstift.no", "mention")]),
        ("@lottstift", []),
        ("e@lottstift.no @@lottstift.no", []),
        ("Hei @lottstift.no.", [("@lottstift.no", "mention")]),
        ("https://lottstift.no/@navn.no#del", [("https://lottstift.no/@navn.no#del", "link")]),
        ("#Bingo #1 #2026året", [("#Bingo", "tag"), ("#2026året", "tag")]),
        ("#" + "a" * 64, [("#" + "a" * 64, "tag")]),
        ("#" + "a" * 65, []),
        ("æøå.no/å", [("æøå.no/å", "link")]),
        ("https://no.wikipedia.org/wiki/Bingo_(spill) ja", [("https://no.wikipedia.org/wiki/Bingo_(spill)", "link")]),
        ("www.vg.no, altså", [("www.vg.no", "link")]),
        ("setning.No ny setning", [("setning.No", "link")]),
    ],
)
def test_what_can_be_pressed(text: str, pressed: list[tuple[str, str]]) -> None:
    assert [(text[span.start : span.end], span.kind) for span in facets.spans(text)] == pressed


PIECES = ["🇳🇴", "👩‍🚒", "e\u0301", "æ", " ", "#Tag", "@lottstift.no", "https://a.no/ø", "vg.no", "\n", "한", "x"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@example("🫐 #Tur lottstift.no")
def test_facets_are_places_in_bytes_that_cut_no_sign_and_do_not_overlap(text: str) -> None:
    raw, last = text.encode(), 0
    for facet in facets.facets(text, lambda name: OTHER):
        start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
        assert last <= start < end <= len(raw)
        last = end
        part, feature = raw[start:end].decode(), facet["features"][0]
        value = feature.get("uri") or feature.get("tag") or feature["did"]
        assert part.lstrip("#") in value or (part[0] == "@" and value == OTHER)


@pytest.mark.parametrize(
    ("text", "length", "size"),
    [
        ("", 0, 0),
        ("abc", 3, 3),
        ("å", 1, 2),
        ("a\u030a", 1, 3),
        ("👍🏽", 1, 8),
        ("👨‍👩‍👧‍👦", 1, 25),
        ("🇳🇴🇸🇪", 2, 16),
        ("🇳🇴🇸", 2, 12),
        ("1\ufe0f\u20e3", 1, 7),
        ("\r\n", 1, 2),
        ("\n\r", 2, 2),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1, 28),
        ("한글", 2, 6),
        ("क्षि", 1, 12),
        ("❤\ufe0f", 1, 6),
        ("a\u200db", 2, 5),
    ],
)
def test_signs_are_counted_as_readers_see_them_and_bytes_beside(text: str, length: int, size: int) -> None:
    counted = BLUESKY.count(text)
    assert (counted.length, counted.limit, dict(counted.more)) == (length, 300, {"bytes": size})


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("a" * 300, True),
        ("a" * 301, False),
        ("👨‍👩‍👧‍👦" * 120, True),
        ("👨‍👩‍👧‍👦" * 121, False),  # 121 signs, but 3,025 bytes
        ("👨‍👩‍👧‍👦" * 119 + "a" * 25, True),
        ("👨‍👩‍👧‍👦" * 119 + "a" * 26, False),
        ("   ", False),
        ("a\x00b", False),
    ],
)
def test_both_limits_hold(text: str, valid: bool) -> None:
    assert BLUESKY.count(text).valid is valid


@given(
    st.lists(st.sampled_from([*PIECES, "👨‍👩‍👧‍👦", "\r", "🏽", "\u200d"]), max_size=40).map("".join), st.integers(1, 40)
)
def test_what_is_kept_fits_and_one_sign_more_does_not(part: str, times: int) -> None:
    text = part * times
    keep = BLUESKY.count(text).keep
    kept, rest = text[:keep], text[keep:]
    assert "too_long" not in BLUESKY.count(kept).problems
    if rest:
        more = graphemes.CLUSTER.match(text, keep)
        assert more
        assert "too_long" in BLUESKY.count(kept + more.group()).problems


def test_checking_a_post_names_its_problems() -> None:
    assert BLUESKY.check(Post("Bingo", link=worlds.LINK)) == []
    found = BLUESKY.check(
        Post("a" * 290, document=worlds.document(), pictures=(worlds.picture(alt=""),) * 5, link=worlds.LINK)
    )
    codes = {problem.code for problem in found}
    assert codes == {
        "too_long", "document_not_supported", "too_many_pictures", "alt_missing", "pictures_and_link",
        "picture_too_large",
    }  # fmt: skip
    (over,) = [problem for problem in found if problem.code == "too_long"]
    assert over.data == {"over": 290 + 1 + len(worlds.LINK.url) - 300, "max": 300}
    (bytes_over,) = BLUESKY.check(Post("👨‍👩‍👧‍👦" * 125))
    assert (bytes_over.code, bytes_over.data) == ("too_long", {"over": 5, "max": 120})
    assert {problem.code for problem in BLUESKY.check(Post(""))} == {"empty"}


def test_pictures_are_fitted_to_the_lexicons_limits_and_thumbnails_to_theirs() -> None:
    capabilities = BLUESKY.capabilities()
    lexicons = json.loads((FOLDER / "bluesky.lexicons.json").read_text("utf-8"))
    image = lexicons["app.bsky.embed.images"]["defs"]["image"]["properties"]["image"]
    thumb = lexicons["app.bsky.embed.external"]["defs"]["external"]["properties"]["thumb"]
    assert capabilities.pictures.max_bytes == image["maxSize"]
    assert capabilities.thumbnail is not None
    assert capabilities.thumbnail.max_bytes == thumb["maxSize"]
    text = lexicons["app.bsky.feed.post"]["defs"]["main"]["record"]["properties"]["text"]
    assert (text["maxGraphemes"], text["maxLength"]) == (graphemes.LIMIT, graphemes.BYTE_LIMIT)


def test_the_command_tells_bytes_too() -> None:
    out = io.StringIO()
    lines = "\n".join(json.dumps({"text": text}) for text in ("Hei 👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦" * 121))
    assert counting.main(["--platform", "bluesky"], io.StringIO(lines), out) == 0
    first, second = map(json.loads, out.getvalue().splitlines())
    assert first == {"length": 5, "limit": 300, "valid": True, "problems": [], "bytes": 29}
    assert second == {"length": 121, "limit": 300, "valid": False, "problems": ["too_long"], "bytes": 3025}
