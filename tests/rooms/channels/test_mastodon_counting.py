"""How long a text is on Mastodon: addresses, mentions, content warnings, and what readers take for one sign."""

from __future__ import annotations

import io
import json
import time
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.channels import text as shared
from samspill.channels.contract import Account, Post
from samspill.channels.counting import main
from samspill.channels.registry import platform

MASTODON = platform("mastodon")
LONG = "b" * 60


def server(**options: str) -> Account:
    return Account("", "https://server.example", "", options=options)


ADDRESS = [
    (f"https://lottstift.no/{LONG}", 23),
    ("https://a.no", 23),
    ("HTTPS://LOTTSTIFT.NO/A", 23),
    (f"https://blåbær.no/{LONG}", 23),
    (f"https://xn--blbr-roah.no/{LONG}", 23),
    (f"https://пример.рф/{LONG}", 23),
    ("https://例え.テスト/a", 16),  # no top-level domain any more
    (f"https://lottstift.no/sti?q=ærlig&a={LONG}#del", 23),
    ("https://no.wikipedia.org/wiki/Lag_(forening)", 23),
    ("(https://lottstift.no/a).", 26),
    ("https://lottstift.no/a, og", 27),
    ("https://lottstift.no:8443/a", 23),
    ("lottstift.no/en/lang/sti/uten/skjema", 36),
    ("www.lottstift.no", 16),
    ("http://localhost:8000/l/abc", 27),
    ("http://127.0.0.1:8000/l/abc", 27),
    ("https://tjener.internett", 24),
    ("https://under_strek.no/a", 24),
    ("https://a.under_strek.no", 24),
    ("xhttps://lottstift.no", 21),
    ("@https://lottstift.no", 21),
    ("lottstift.no/https://lottstift.no", 33),
    ("lottstift.no:https://a.no", 13 + 23),
    ("https://a.no https://b.no", 47),
    ("https://a.no\nhttps://b.no", 47),
    ("https://a.no/https://b.no", 23),
    ("mailto:ola@lottstift.no", 23),
    ("ftp://lottstift.no", 18),
    ("gemini://lottstift.no/" + LONG, 23),
    (f"https://{'b' * 63}.no", 23),
    (f"https://{'b' * 64}.no", 75),
    ("https://lottstift.no/" + "b" * 4075, 23),
    ("https://lottstift.no/" + "b" * 4076, 4097),
]


@pytest.mark.parametrize(("text", "length"), [pytest.param(*case, id=ascii(case[0])[:50]) for case in ADDRESS])
def test_an_address_that_the_server_makes_a_link_counts_23_signs_and_no_other_does(text: str, length: int) -> None:
    assert MASTODON.count(text).length == length


MENTION = [
    ("@ola", 4),
    ("@ola@server.no", 4),
    ("@ola@blåbær.no", 4),
    ("@ola.nordmann@en.lang.server.example", 13),
    ("@ola@server.no.", 5),
    ("Hei @ola@server.no, @kari@annen.no", 4 + 4 + 2 + 5),
    ("ola@server.no", 13),
    ("/@ola@server.no", 15),
    ("=@ola@server.no", 15),
    ("@ola@server.no@", 15),
    ("@olaå@server.no", 15),
    ("@ola://x", 8),
    ("@ola@" + "b" * 250 + ".no", 4),
    ("@ola@" + "b" * 251 + ".no", 259),
    ("https://server.no/@ola@annen.no", 23),
    ("@ola@server.no/side", 9),
    ("@", 1),
    ("@@", 2),
]


@pytest.mark.parametrize(("text", "length"), [pytest.param(*case, id=ascii(case[0])[:50]) for case in MENTION])
def test_a_mention_counts_without_its_server(text: str, length: int) -> None:
    assert MASTODON.count(text).length == length


SIGNS = [
    ("abc", 3),
    ("æøå", 3),
    ("e\u0301", 1),
    ("A\u030a", 1),
    ("👍", 1),
    ("👍🏽", 1),
    ("🇳🇴", 1),
    ("🇳🇴🇸🇪", 2),
    ("1️⃣", 1),
    ("👨‍👩‍👧‍👦", 1),
    ("❤️‍🔥", 1),
    ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", 1),
    ("中文", 2),
    ("한국", 2),
    ("\u1112\u1161\u11ab", 1),
    ("a\r\nb", 3),
    ("a\nb", 3),
    ("a\u200bb", 3),
    ("", 0),
]


@pytest.mark.parametrize(("text", "length"), [pytest.param(*case, id=ascii(case[0])[:50]) for case in SIGNS])
def test_what_a_reader_takes_for_one_sign_is_one(text: str, length: int) -> None:
    assert MASTODON.count(text).length == length


def test_the_content_warning_counts_with_the_text() -> None:
    account = server(content_warning="Tall om spill 👨‍👩‍👧‍👦")
    assert MASTODON.count("a" * 485, account).length == 500
    assert MASTODON.count("a" * 485, account).valid
    assert not MASTODON.count("a" * 486, account).valid
    assert MASTODON.count("a" * 486, account).keep == 485
    assert MASTODON.count("a", server(content_warning="b" * 600)).keep == 0


def test_each_server_has_limits_of_its_own() -> None:
    assert MASTODON.count("a" * 501).limit == 500
    assert not MASTODON.count("a" * 501).valid
    roomy = server(text_limit="5000", url_length="30")
    assert MASTODON.count("a" * 5000, roomy).valid
    assert not MASTODON.count("a" * 5001, roomy).valid
    assert MASTODON.count("https://a.no", roomy).length == 30
    odd = server(text_limit="mange", url_length="-1")
    assert MASTODON.count("https://a.no", odd).limit == 500
    assert MASTODON.count("https://a.no", odd).length == 23


def test_the_surplus_begins_where_the_limit_is_and_cuts_nothing_in_two() -> None:
    assert MASTODON.count("a" * 600).keep == 500
    assert MASTODON.count("a" * 490 + " https://lottstift.no/l/Ab3").keep == 491
    assert MASTODON.count("a" * 499 + "👨‍👩‍👧‍👦" * 2).keep == 499 + len("👨‍👩‍👧‍👦")
    assert MASTODON.count("e\u0301" * 501).keep == 1000
    assert MASTODON.count("a" * 498 + " @ola@server.no").keep == 499


PIECES = [
    *"aøé中 \n.,-_/()#@?=&%\u200d\ufe0f\u202e\ufeff\x00",
    *["lottstift.no", "https://", "https://lottstift.no/l/Ab3", "@ola", "@ola@server.no", "@server", "f.eks."],
    *["中文.com", "👍🏽", "🇳🇴", "1️⃣", "e\u0301", "A\u030a", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\r\n"],
]
texts = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@given(st.tuples(texts, st.integers(1, 20)).map(lambda pair: pair[0] * pair[1]), st.sampled_from(["", "Et varsel"]))
def test_what_is_kept_fits_and_cuts_no_sign_in_two(text: str, warning: str) -> None:
    account = server(content_warning=warning)
    counted = MASTODON.count(text, account)
    assert 0 <= counted.keep <= len(text)
    assert MASTODON.count(text[: counted.keep], account).length <= 500
    assert (counted.keep == len(text)) == ("too_long" not in counted.problems)
    assert counted.keep == len(text) or not shared.joins(text, counted.keep)


@given(texts)
def test_addresses_and_mentions_stand_in_order_and_never_overlap(text: str) -> None:
    from samspill.channels.mastodon.addresses import entities

    found = entities(text, 23)
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))
    assert all(text[one.start : one.end].startswith("@") or "://" in text[one.start : one.end] for one in found)


@given(st.text(alphabet="aeoAEO \u0301\u030a\u0308", max_size=80))
def test_composed_and_decomposed_texts_have_the_same_length(text: str) -> None:
    assert (
        MASTODON.count(unicodedata.normalize("NFC", text)).length
        == MASTODON.count(unicodedata.normalize("NFD", text)).length
    )


@pytest.mark.parametrize(
    "text",
    [
        "a." * 20_000,
        "https://" + "a." * 10_000 + "no",
        "https://" * 3000,
        "https://a.no/" + "(a" * 5000,
        "https://a.no/" + "(" * 20_000,
        "https://a.no/(" * 2000,
        "a/https://a.no:" * 2000,
        "a.b/https://x.y " * 2000,
        "@a" * 10_000,
        "@a@" * 10_000,
        "@" + "a." * 10_000,
        "👍🏽" * 5000,
        "e\u0301" * 20_000,
    ],
    ids=lambda text: text[:14].encode("ascii", "backslashreplace").decode(),
)
def test_no_text_takes_long_to_count(text: str) -> None:
    started = time.perf_counter()
    MASTODON.check(Post(text))
    assert time.perf_counter() - started < 2


def run(lines: str, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    target = io.StringIO()
    code = main(["--platform", *arguments], io.StringIO(lines), target)
    return code, [json.loads(line) for line in target.getvalue().splitlines()]


def test_the_command_counts_against_a_servers_own_limit() -> None:
    lines = json.dumps({"text": "a" * 600}) + "\n"
    assert run(lines, "mastodon")[1] == [{"length": 600, "limit": 500, "valid": False, "problems": ["too_long"]}]
    code, answers = run(lines, "mastodon", "--limit", "5000")
    assert (code, answers) == (0, [{"length": 600, "limit": 5000, "valid": True, "problems": []}])


@pytest.mark.parametrize("limit", ["0", "-1", "mange", "1.5", "", "٥"])
def test_a_limit_that_is_none_is_an_error_of_the_arguments(limit: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("", "mastodon", "--limit", limit)[0] == 2
    assert "--limit" in capsys.readouterr().err


def test_a_limit_is_an_error_where_all_accounts_have_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert run('{"text": "a"}\n', "x", "--limit", "5000") == (2, [])
    assert "same for all" in capsys.readouterr().err
