"""The text functions that the platforms share."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from samspill.channels import registry, text
from samspill.channels.contract import Post

CHANNELS = Path(text.__file__).parent


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Les https://lottstift.no/a.", ["https://lottstift.no/a"]),
        ("(https://no.wikipedia.org/wiki/Stiftelse_(jus))", ["https://no.wikipedia.org/wiki/Stiftelse_(jus)"]),
        ("«https://lottstift.no/a», og HTTP://B.no!", ["https://lottstift.no/a", "HTTP://B.no"]),
        ("ingen lenke her", []),
    ],
)
def test_addresses_end_where_the_sentence_goes_on(sentence: str, found: list[str]) -> None:
    assert text.urls(sentence) == found


@pytest.mark.parametrize(
    ("sent", "shown", "difference"),
    [
        ("Bingo & lotto", "Bingo &amp; lotto", ""),
        ("Se lottstift.no", "Se http://lottstift.no/", ""),
        ("To  linjer\n\nher", "To linjer her", ""),
        ("e\u0301n", "én", ""),
        ("Bingo (som inntekt)", "Bingo", "text_cut"),
        ("Bingo som inntekt", "Bingo som …", "text_cut"),
        ("Bingo", "Lotto", "text_differs"),
        ("Bingo", "Bingo og mer", "text_differs"),
    ],
)
def test_texts_are_compared_as_a_reader_would(sent: str, shown: str, difference: str) -> None:
    assert text.text_difference(sent, shown) == difference


@pytest.mark.parametrize(
    ("sentence", "tags"),
    [
        ("#momskompensasjonsordningen", ["momskompensasjonsordningen"]),
        ("#MomsKompensasjonsOrdningen #bingo #2026", []),
        ("https://x.no/#momskompensasjonsordningen", []),
    ],
)
def test_only_long_tags_in_lower_case_are_called_unreadable(sentence: str, tags: list[str]) -> None:
    assert text.lower_case_tags(sentence) == tags


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x9f", "\ufffe", "\U0001ffff", "\ufdd0"])
def test_invalid_signs_are_errors_in_text_and_alt_text(sign: str) -> None:
    from tests.rooms.channels import worlds

    assert [problem.code for problem in text.text_problems(f"a{sign}b")] == ["invalid_characters"]
    post = Post("a", pictures=(worlds.picture(alt=f"a{sign}"),))
    assert [problem.field for problem in text.alt_problems(post)] == ["pictures.0.alt"]


@pytest.mark.parametrize("fine", ["👨‍👩‍👧‍👦", "می‌خواهم", "\u200fשלום", "linje\nny\tkolonne", "Å\u030a"])
def test_signs_that_belong_are_left_alone(fine: str) -> None:
    assert text.text_problems(fine) == []


@pytest.mark.parametrize(
    ("value", "place", "joined"),
    [
        ("e\u0301", 1, True),
        ("ab", 1, False),
        ("👍🏽", 1, True),
        ("🇳🇴🇸🇪", 1, True),
        ("🇳🇴🇸🇪", 2, False),
        ("👨‍👩", 1, True),
        ("👨‍👩", 2, True),
        ("a\r\nb", 2, True),
    ],
)
def test_places_where_a_text_must_not_be_cut(value: str, place: int, joined: bool) -> None:
    assert text.joins(value, place) is joined


def test_platforms_import_only_the_contracts_the_client_and_what_knows_texts() -> None:
    shared = ("contract", "connect_contract", "connect_oauth", "http", "text", "terms", "clusters", "domains")
    allowed = {f"samspill.channels.{name}" for name in shared}
    for folder in (CHANNELS / name for name in registry.platforms()):
        own = f"samspill.channels.{folder.name}"
        for file in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("samspill"):
                    if node.module == "samspill.channels":
                        names = {f"samspill.channels.{alias.name}" for alias in node.names}
                    else:
                        names = {node.module}
                    outside = {name for name in names if name not in allowed and not name.startswith(own)}
                    assert not outside, f"{file.name} imports {outside}"
                elif isinstance(node, ast.Import):
                    assert not any(alias.name.split(".")[0] in {"django", "httpx2", "samspill"} for alias in node.names)


@pytest.mark.parametrize("name", ["x", "facebook", "linkedin"])
def test_every_platform_is_found_by_its_folder_and_has_a_real_host(name: str) -> None:
    found = registry.platform(name)
    assert found.name == name == found.capabilities().platform
    assert found.default_base_url.startswith("https://")
