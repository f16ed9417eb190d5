"""A log tells what happened, and never whom or with which key."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.config.logs import MASK, mask, mask_text

SECRET = "s3cr3t-verdi"


@pytest.mark.parametrize(
    "text",
    [
        f"GET https://graph.example/me?fields=id&access_token={SECRET}",
        f"Authorization: Bearer {SECRET}",
        f"Authorization: Basic {SECRET}",
        f'{{"access_token": "{SECRET}", "id": 1}}',
        f"{{'client_secret': '{SECRET}'}}",
        f"refresh_token={SECRET}&grant_type=refresh_token",
        f"password={SECRET}",
        f"passord: {SECRET}",
        f"X-Api-Key: {SECRET}",
        f"oauth_signature={SECRET}",
        f"/oauth/callback?code={SECRET}&state=1",
        f"postgresql://samspill:{SECRET}@db/samspill",
        f"sessionid={SECRET}; csrftoken={SECRET}",
        f"appsecret_proof={SECRET}",
    ],
)
def test_secrets_in_a_text_are_masked(text):
    assert SECRET not in mask_text(text) and mask_text(text) != text


@pytest.mark.parametrize("text", ["fra kari.nordmann+post@eksempel.no til oss", "<ola@sub.eksempel.co.uk>"])
def test_addresses_of_people_are_masked(text):
    assert "@" not in mask_text(text)


def test_the_query_of_a_request_line_is_left_out():
    assert mask_text('"GET /sok/?q=Kari+Nordmann HTTP/1.1" 200') == '"GET /sok/ HTTP/1.1" 200'


def test_an_ordinary_text_is_left_as_it_is():
    text = "Utsending 12 til X: 429, ny prøve kl. 14.05 (forsøk 3 av 8)"
    assert mask_text(text) == text


@pytest.mark.parametrize(
    "key",
    ["token", "access_token", "Authorization", "cookie", "set_cookie", "email", "e_mail", "epost", "client_secret"],
)
def test_fields_that_hold_secrets_are_masked_however_deep_they_lie(key):
    found = json.dumps(mask({"outer": [{"inner": {key: SECRET}}]}))
    assert SECRET not in found and MASK in found


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text() | st.binary(), st.lists))
def test_nothing_makes_the_mask_fail(value):
    mask({"value": value})


def written(code: str, tmp_path: Path) -> list[dict[str, str]]:
    """What a process of its own, set up as in production, logs when it runs ``code``."""
    source = {"SAMSPILL_MODE": "test", "SAMSPILL_DATA": str(tmp_path)}
    setup = f"""
import logging, structlog
from samspill.config.environment import read_environment
from samspill.config.logs import logging_config
logging_config(read_environment({source | {"SAMSPILL_LOG_FORMAT": "json", "SAMSPILL_LOG_LEVEL": "INFO"}}))
"""
    done = subprocess.run([sys.executable, "-c", setup + textwrap.dedent(code)], capture_output=True, text=True)
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_one_json_object_a_line_with_the_trace_for_own_and_others_logs(tmp_path):
    own, others = written(
        f"""
        with structlog.contextvars.bound_contextvars(trace="abc123"):
            structlog.get_logger("samspill.test").info("delivery sent", delivery=12, token="{SECRET}")
            logging.getLogger("django.test").warning("hello %s", "password={SECRET}")
        """,
        tmp_path,
    )
    assert (own["event"], own["delivery"], own["token"], own["trace"]) == ("delivery sent", 12, MASK, "abc123")
    assert others["event"] == f"hello password={MASK}" and others["trace"] == "abc123"


def test_the_text_of_an_exception_is_masked_too(tmp_path):
    (line,) = written(
        f"""
        secret = "{SECRET}"
        try:
            raise ValueError(f"access_token={{secret}} for kari@eksempel.no")
        except ValueError:
            logging.getLogger("samspill.test").exception("it failed")
        """,
        tmp_path,
    )
    assert "ValueError: access_token=" in line["exception"]
    assert SECRET not in json.dumps(line) and "kari" not in json.dumps(line)
