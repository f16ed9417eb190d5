"""The environment is checked as a whole at the start, and every problem is one sentence that helps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from samspill.config.environment import VARIABLES, EnvironmentProblems, read_environment

ROOT = Path(__file__).resolve().parents[3]
KEY = Fernet.generate_key().decode()


def production(**changes: str) -> dict[str, str]:
    given = {
        "SAMSPILL_MODE": "production",
        "SAMSPILL_DATA": "/srv/samspill",
        "SAMSPILL_SECRET_KEY": "x" * 60,
        "SAMSPILL_CREDENTIAL_KEYS": KEY,
        "SAMSPILL_BASE_URL": "https://nyheter.eksempel.no",
    }
    return {name: value for name, value in (given | changes).items() if value}


def problems(source: dict[str, str]) -> list[str]:
    with pytest.raises(EnvironmentProblems) as found:
        read_environment(source)
    return found.value.problems


def test_nothing_at_all_is_a_demo_on_this_machine_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    env = read_environment({})
    assert (env.mode, env.base_url, env.web_host, env.embedded_database) == (
        "demo",
        "http://127.0.0.1:8000",
        "127.0.0.1",
        True,
    )
    assert env.data == tmp_path / ".samspill" / "demo"


def test_secrets_are_made_once_and_closed_to_others(tmp_path):
    first, second = (read_environment({"SAMSPILL_DATA": str(tmp_path / "data")}) for _ in range(2))
    assert first.secret_key == second.secret_key
    assert first.credential_keys == second.credential_keys
    for name in ("secret_key", "credential_keys"):
        assert (tmp_path / "data" / name).stat().st_mode & 0o777 == 0o600


def test_secrets_do_not_show_when_the_environment_is_printed(tmp_path):
    env = read_environment(production(DATABASE_URL="postgresql://u:hemmelig@db/samspill"))
    assert not any(secret in repr(env) for secret in ("x" * 60, KEY, "hemmelig"))


def test_production_asks_for_everything_it_needs_at_once():
    found = problems({"SAMSPILL_MODE": "production"})
    named = {sentence.split(" ")[0] for sentence in found}
    assert named == {
        "SAMSPILL_DATA",
        "SAMSPILL_BASE_URL",
        "SAMSPILL_SECRET_KEY",
        "SAMSPILL_CREDENTIAL_KEYS",
    }


def test_production_keeps_several_keys_in_order():
    other = Fernet.generate_key().decode()
    assert read_environment(production(SAMSPILL_CREDENTIAL_KEYS=f"{other}, {KEY}")).credential_keys == (other, KEY)


def test_production_writes_nothing_to_disk(tmp_path):
    read_environment(production(SAMSPILL_DATA=str(tmp_path / "data")))
    assert not (tmp_path / "data").exists()


def test_the_public_name_and_loopback_are_answered_to():
    hosts = read_environment(production(SAMSPILL_HOSTS="www.eksempel.no")).hosts
    assert hosts == ["nyheter.eksempel.no", "www.eksempel.no", "127.0.0.1", "localhost", "[::1]"]


def test_https_is_read_from_the_public_address():
    assert read_environment(production()).https
    assert not read_environment(production(SAMSPILL_BASE_URL="http://localhost:8000")).https


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAMSPILL_MODE", "prod"),
        ("SAMSPILL_WEB_PORT", "http"),
        ("SAMSPILL_WEB_PORT", "70000"),
        ("SAMSPILL_WEB_PORT", "٨٠٠٠"),
        ("SAMSPILL_WORKER_CONCURRENCY", "0"),
        ("SAMSPILL_LEASE_SECONDS", "5"),
        ("SAMSPILL_SETTLE_SECONDS", "nan"),
        ("SAMSPILL_SETTLE_SECONDS", "soon"),
        ("SAMSPILL_LOG_LEVEL", "debug"),
        ("SAMSPILL_ADMIN_EMAIL", "drift"),
        ("SAMSPILL_BASE_URL", "nyheter.eksempel.no"),
        ("SAMSPILL_BASE_URL", "https://bruker:ord@eksempel.no"),
        ("SAMSPILL_BASE_URL", "https://[::1"),
        ("SAMSPILL_BASE_URL", "http://nyheter.eksempel.no"),
        ("SAMSPILL_SECRET_KEY", "kort"),
        ("SAMSPILL_CREDENTIAL_KEYS", "ikke-en-nøkkel"),
        ("DATABASE_URL", "sqlite:///fil.sqlite"),
    ],
)
def test_a_wrong_value_is_named_and_a_right_one_is_shown(name, value):
    found = problems(production(**{name: value}))
    assert [sentence for sentence in found if name in sentence]
    assert all(sentence.endswith(".") and "Skriv" in sentence or "må" in sentence for sentence in found)


def test_a_secret_is_never_repeated_in_a_sentence():
    found = problems(production(SAMSPILL_SECRET_KEY="kort-og-hemmelig", SAMSPILL_CREDENTIAL_KEYS="også-hemmelig"))
    assert not any("hemmelig" in sentence for sentence in found)


def test_a_demo_that_others_can_reach_is_refused(tmp_path):
    found = problems({"SAMSPILL_BASE_URL": "https://nyheter.eksempel.no", "SAMSPILL_DATA": str(tmp_path)})
    assert "SAMSPILL_MODE=production" in found[0]


def test_a_data_folder_that_is_a_file_is_told_in_words(tmp_path):
    (tmp_path / "data").touch()
    assert "er ikke en mappe" in problems({"SAMSPILL_DATA": str(tmp_path / "data")})[0]


def test_the_table_in_the_documentation_names_every_variable_and_no_other():
    rows = re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "configuration.md").read_text(), re.MULTILINE)
    assert tuple(row for row in rows if row != "SAMSPILL_TEST_DATABASE_URL") == VARIABLES


def test_the_code_reads_exactly_the_variables_it_names():
    source = (ROOT / "src/samspill/config/environment.py").read_text()
    names = source.partition("VARIABLES = (")[2].partition(")")
    assert all(f'("{name}"' in names[2] for name in VARIABLES)
