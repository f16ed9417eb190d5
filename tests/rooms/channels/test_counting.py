"""Lengths of texts: the published vectors, neighbours of our own, and the command line."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.channels import domains
from samspill.channels import text as shared
from samspill.channels.contract import Post
from samspill.channels.counting import main
from samspill.channels.registry import platform
from samspill.channels.x import urls
from tests.rooms.channels.contracts import FOLDER

X = platform("x")
SOURCES = Path(urls.__file__).parents[1]


def vectors(name: str) -> list[Any]:
    found = json.loads((FOLDER / "text" / name).read_text("utf-8"))
    return [pytest.param(each, id=each.get("description", ascii(each["text"])[:40])) for each in found["vectors"]]


@pytest.mark.parametrize("vector", vectors("x_published.json"))
def test_published_vectors_of_twitter_text_hold(vector: dict[str, Any]) -> None:
    counted = X.count(vector["text"])
    assert (counted.length, counted.valid) == (vector["length"], vector["valid"])


@pytest.mark.parametrize("vector", vectors("x_reference.json"))
def test_neighbours_are_counted_as_the_reference_implementation_does(vector: dict[str, Any]) -> None:
    counted = X.count(vector["text"])
    assert (counted.length, counted.valid) == (vector["length"], vector["valid"])


PIECES = [
    *"aøé中 \n.,-_/()#@?=&%\u200d\ufe0f\u202e\ufeff\x00",
    *["lottstift.no", "https://", "https://lottstift.no/l/Ab3", "f.eks.", "t.co", "nordisk", "t.co/abc", "blåbær.no"],
    *["中文.com", "👍🏽", "🇳🇴", "1️⃣", "e\u0301", "A\u030a", "\U0001f468\u200d\U0001f469\u200d\U0001f467"],
]
texts = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
long_texts = st.tuples(texts, st.integers(1, 12)).map(lambda pair: pair[0] * pair[1])


@given(texts)
def test_composed_and_decomposed_texts_have_the_same_length(text: str) -> None:
    assert X.count(unicodedata.normalize("NFC", text)).length == X.count(unicodedata.normalize("NFD", text)).length


@given(long_texts, st.sampled_from(["x", "facebook", "linkedin"]))
def test_what_is_kept_fits_and_cuts_no_sign_in_two(text: str, name: str) -> None:
    counted = platform(name).count(text)
    kept = text[: counted.keep]
    assert 0 <= counted.keep <= len(text)
    assert "too_long" not in platform(name).count(kept).problems
    assert not shared.joins(text, counted.keep) or "too_long" not in counted.problems
    assert (counted.keep == len(text)) or "too_long" in counted.problems


@given(st.text(max_size=300))
def test_any_text_can_be_counted_on_every_platform(text: str) -> None:
    for name in ("x", "facebook", "linkedin"):
        counted = platform(name).count(text)
        assert counted.valid == (not counted.problems)


def test_the_surplus_begins_where_the_limit_is() -> None:
    assert X.count("a" * 300).keep == 280
    assert X.count("a" * 270 + " https://lottstift.no/l/Ab3").keep == 271
    assert X.count("a" * 279 + "👨‍👩‍👧‍👦").keep == 279
    assert X.count("e\u0301" * 281).keep == 560


@pytest.mark.parametrize(
    "text",
    [
        "a." * 5000,
        "a.no." * 5000,
        "中" * 20_000 + ".no",
        "https://" * 3000,
        "a.no/" + "(a" * 5000,
        "👍🏽" * 5000,
        "#" * 50_000,
        "a.no/@a" * 4000,
    ],
)
def test_no_text_takes_long_to_count(text: str) -> None:
    started = time.perf_counter()
    for name in ("x", "facebook", "linkedin"):
        platform(name).check(Post(text))
    assert time.perf_counter() - started < 2


def test_the_list_of_top_level_domains_is_whole() -> None:
    ascii_tlds, others = domains.tlds()
    assert {"no", "com", "museum", "onion", "music"} <= ascii_tlds
    assert len(ascii_tlds) > 1300
    assert "укр" in others["у"]


def run(lines: bytes | str, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    source: Any = io.BytesIO(lines) if isinstance(lines, bytes) else io.StringIO(lines)
    target: Any = io.BytesIO() if isinstance(lines, bytes) else io.StringIO()
    code = main([*arguments], source, target)
    value = target.getvalue()
    return code, [json.loads(line) for line in (value.decode() if isinstance(value, bytes) else value).splitlines()]


def test_each_line_gets_length_limit_valid_and_problems() -> None:
    code, answers = run('{"text": "Hei på lottstift.no"}\n{"text": ""}\n', "--platform", "x")
    assert code == 0
    assert answers[0] == {"length": 30, "limit": 280, "valid": True, "problems": []}
    assert answers[1] == {"length": 0, "limit": 280, "valid": False, "problems": ["empty"]}


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b"",
        b"[]",
        b'"text"',
        b'{"tekst": "a"}',
        b'{"text": 1}',
        b'{"text": null}',
        b'{"text": "\\ud800"}',
        b"\xff\xfe",
        b'{"text": "\xe6"}',
        b"[" * 50_000,
    ],
)
def test_a_bad_line_gives_an_error_in_its_place_and_the_run_tells_so_at_the_end(line: bytes) -> None:
    code, answers = run(b'{"text": "a"}\n' + line + b'\n{"text": "b"}\n', "--platform", "facebook")
    assert code == 1
    assert [set(answer) for answer in answers] == [
        {"length", "limit", "valid", "problems"},
        {"error", "line"},
        {"length", "limit", "valid", "problems"},
    ]
    assert answers[1]["line"] == 2


def test_a_line_of_ten_megabytes_is_passed_over() -> None:
    code, answers = run(b'{"text": "' + b"a" * 10_000_000 + b'"}\n{"text": "b"}', "--platform", "linkedin")
    assert code == 1
    assert "longer" in answers[0]["error"]
    assert answers[1]["length"] == 1


def test_an_unknown_platform_is_an_error_of_the_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("", "--platform", "myspace")[0] == 2
    assert "facebook" in capsys.readouterr().err


def test_counting_loads_neither_django_nor_an_http_library_and_starts_fast() -> None:
    program = (
        "import sys\nfrom samspill.channels.counting import main\n"
        "main(['--platform', 'x'], sys.stdin, sys.stdout)\n"
        "loaded = [name for name in ('django', 'httpx2', 'wagtail') if name in sys.modules]\n"
        "sys.exit(', '.join(loaded) or 0)"
    )
    environment = {"PYTHONPATH": str(SOURCES.parents[1]), "PATH": ""}
    ended = subprocess.run(
        [sys.executable, "-c", program],
        input=b'{"text": "Hei"}\n',
        capture_output=True,
        env=environment,
        timeout=20,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr.decode()
    assert json.loads(ended.stdout)["length"] == 3
