"""Nobody signs in to production with a demo password, and the command helps whoever mistypes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import OperationalError

from samspill.config import database_words, ports
from samspill.config.cli import VERBS, build_parser
from samspill.config.messages import compile_stale
from samspill.config.passwords import NoDemoPasswordValidator, demo_users
from samspill.config.system_checks import no_demo_passwords_in_production

COMMAND = [sys.executable, "-m", "samspill.config.cli"]
demo_exists = pytest.mark.skipif(not demo_users(), reason="the demo has no users yet")


@demo_exists
class TestDemoPasswords:
    def test_no_two_users_share_one(self):
        passwords = [user.password for user in demo_users()]
        assert len(set(passwords)) == len(passwords) >= 2

    def test_production_refuses_them_when_a_password_is_set(self, settings):
        settings.SAMSPILL_MODE = "production"
        with pytest.raises(ValidationError):
            NoDemoPasswordValidator().validate(demo_users()[0].password)
        NoDemoPasswordValidator().validate("et-langt-og-fint-ord")

    def test_the_demo_itself_accepts_them(self, settings):
        settings.SAMSPILL_MODE = "demo"
        NoDemoPasswordValidator().validate(demo_users()[0].password)

    @pytest.mark.django_db
    def test_production_points_out_whoever_has_one(self, settings):
        user = demo_users()[0]
        get_user_model().objects.create_user(user.username, password=user.password)
        assert no_demo_passwords_in_production(None, ["default"]) == []
        settings.SAMSPILL_MODE = "production"
        (error,) = no_demo_passwords_in_production(None, ["default"])
        assert user.username in error.msg and user.password not in error.msg


def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SAMSPILL_", "DJANGO_"))}
    return subprocess.run(
        [*COMMAND, *arguments], env={**environment, **changes}, input="", capture_output=True, text=True, timeout=60
    )


class TestCommand:
    def test_help_names_every_verb_in_bokmaal(self):
        text = build_parser().format_help()
        assert all(verb in text for verb in VERBS)
        assert "kommandoer" in text and "positional" not in text and "show this help" not in text

    def test_an_unknown_verb_is_met_with_those_there_are(self):
        done = run("publiser")
        assert done.returncode == 2 and "er ingen kommando" in done.stderr and "Traceback" not in done.stderr

    def test_a_wrong_configuration_is_two_and_a_list(self):
        done = run("manage", "check", SAMSPILL_MODE="production")
        assert done.returncode == 2
        assert done.stderr.count("\n- SAMSPILL_") == 4 and "Traceback" not in done.stderr

    @pytest.mark.parametrize("arguments", [("check",), ("prepare",), ("manage", "migrate")])
    def test_a_database_that_is_down_is_a_sentence_with_what_to_do_and_never_the_password(self, arguments, tmp_path):
        gone = "postgresql://samspill:hemmelig@127.0.0.1:1/samspill"
        done = run(*arguments, DATABASE_URL=gone, SAMSPILL_DATA=str(tmp_path))
        said = done.stdout + done.stderr
        assert done.returncode == 1
        assert "Databasen på 127.0.0.1:1 svarer ikke. Start den, eller sjekk vert og port i DATABASE_URL." in said
        assert "Traceback" not in said and "hemmelig" not in said

    def test_what_an_up_prepares_says_it_in_the_same_words(self, tmp_path):
        done = run(
            *("up",),
            DATABASE_URL="postgresql://samspill:hemmelig@127.0.0.1:1/samspill",
            SAMSPILL_DATA=str(tmp_path),
            SAMSPILL_WEB_PORT=str(ports.next_free("127.0.0.1", 18700)),
        )
        said = done.stdout + done.stderr
        assert done.returncode == 1 and "Databasen på 127.0.0.1:1 svarer ikke." in said
        assert "Traceback" not in said and "hemmelig" not in said

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ('FATAL:  password authentication failed for user "a"', "slipper oss ikke inn"),
            (
                'could not translate host name "db.invalid" to address: Name or service not known',
                "finner ikke maskinen",
            ),
            ('FATAL:  database "samspil" does not exist', "finnes ikke"),
            ("FATAL:  the database system is starting up", "Prøv igjen om litt"),
            ("something new, password=hemmelig", "svarer ikke som den skal"),
        ],
    )
    def test_each_way_of_not_reaching_the_database_has_words(self, said, words):
        sentence = database_words.sentence(OperationalError(said))
        assert words in sentence and "hemmelig" not in sentence
        assert database_words.sentence(ValueError(said)) is None

    @pytest.mark.parametrize("arguments", [("demo", "--frsh"), ("up", "ekstra")])
    def test_a_choice_that_there_is_not_is_told_in_bokmaal(self, arguments):
        done = run(*arguments)
        assert done.returncode == 2 and f"forstår ikke «{arguments[1]}»" in done.stderr
        assert "unrecognized" not in done.stderr

    def test_check_says_what_is_wrong_without_starting(self):
        done = run("check", SAMSPILL_MODE="production")
        assert done.returncode == 1 and "SAMSPILL_SECRET_KEY mangler" in done.stdout

    def test_counting_needs_neither_django_nor_a_configuration(self):
        code = (
            "import sys\n"
            "from samspill.config.cli import main\n"
            "code = main(['count', '--platform', 'x'])\n"
            "assert not [name for name in sys.modules if name.split('.')[0] in ('django', 'wagtail', 'psycopg')]\n"
            "sys.exit(code)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={"SAMSPILL_MODE": "tull", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            input='{"text": "Hei \U0001f44b"}\n',
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert '"length": 6' in done.stdout


class TestMessages:
    def test_only_what_has_changed_is_compiled(self, tmp_path):
        po = tmp_path / "room" / "locale" / "nb" / "LC_MESSAGES" / "django.po"
        po.parent.mkdir(parents=True)
        po.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Save"\nmsgstr "Lagre"\n')
        assert compile_stale(tmp_path) == [po]
        assert po.with_suffix(".mo").exists()
        assert compile_stale(tmp_path) == []
        os.utime(po, (Path(po).stat().st_mtime + 10,) * 2)
        assert compile_stale(tmp_path) == [po]


@pytest.mark.django_db
def test_no_change_of_a_model_lacks_its_migration():
    said = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said, verbosity=1)
    except SystemExit:
        pytest.fail(said.getvalue())
