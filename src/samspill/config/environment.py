"""What an administrator may choose, read once from the environment and checked as a whole.

Every variable is documented in ``docs/configuration.md``; a test holds that table and this module together.
A wrong value raises ``EnvironmentProblems`` with one sentence per problem, all of them at once, so that
nobody has to start the program five times to find five mistakes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from samspill.config import postgres
from samspill.config.mailserver import MailServer, read_mail_server
from samspill.config.secretfiles import SecretFileProblem, kept_secret, new_fernet_key, new_secret_key

MODES = ("demo", "development", "production", "test")
LOG_FORMATS = ("json", "console")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SHORTEST_TOKEN = 32  # characters: too many to guess
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")

VARIABLES = (
    "SAMSPILL_MODE",
    "SAMSPILL_DATA",
    "DATABASE_URL",
    "SAMSPILL_SECRET_KEY",
    "SAMSPILL_CREDENTIAL_KEYS",
    "SAMSPILL_BASE_URL",
    "SAMSPILL_HOSTS",
    "SAMSPILL_WEB_HOST",
    "SAMSPILL_WEB_PORT",
    "SAMSPILL_SANDBOX_PORT",
    "SAMSPILL_SANDBOX_URL",
    "SAMSPILL_WORKER_CONCURRENCY",
    "SAMSPILL_LEASE_SECONDS",
    "SAMSPILL_SETTLE_SECONDS",
    "SAMSPILL_REQUEST_SECONDS",
    "SAMSPILL_LOG_FORMAT",
    "SAMSPILL_LOG_LEVEL",
    "SAMSPILL_ADMIN_EMAIL",
    "SAMSPILL_MAIL_URL",
    "SAMSPILL_MAIL_FROM",
    "SAMSPILL_METRICS_TOKEN",
)


class EnvironmentProblems(Exception):
    """The environment can't be used. ``problems`` has one sentence per problem, in bokmål."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Environment:
    """The checked choices. Seconds and ports are whole numbers; ``data`` is an absolute path."""

    mode: str
    data: Path
    database_url: str = field(repr=False)  # may hold a password
    embedded_database: bool
    secret_key: str = field(repr=False)
    credential_keys: tuple[str, ...] = field(repr=False)  # the first encrypts, all decrypt
    base_url: str
    hosts: list[str]
    web_host: str
    web_port: int
    sandbox_url: str
    sandbox_port: int
    worker_concurrency: int
    lease_seconds: int
    settle_seconds: float | None
    request_seconds: int
    log_format: str
    log_level: str
    admin_email: str | None
    mail: MailServer | None
    mail_from: str | None
    metrics_token: str = field(default="", repr=False)  # empty: no metrics for anybody

    @property
    def https(self) -> bool:
        """True when the public address is served over HTTPS: cookies are then secure, HSTS is on."""
        return self.base_url.startswith("https://")


class _Reader:
    """Reads values and gathers the problems; an empty value counts as not given."""

    def __init__(self, source: Mapping[str, str]) -> None:
        self.source = source
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self.source.get(name, "").strip() or default

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value in allowed:
            return value
        self.problems.append(f"{name} er «{value}». Skriv en av disse: {', '.join(allowed)}.")
        return default

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if value.isascii() and value.isdigit() and low <= int(value) <= high:
            return int(value)
        self.problems.append(f"{name} er «{value}». Skriv et helt tall fra {low} til {high}, for eksempel {default}.")
        return default

    def address(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(value)
            ok = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.path and not parts.query
            _ = parts.port  # raises on a port that is no port
        except ValueError:
            ok = False
        if ok and "@" not in value and "#" not in value:
            return value
        self.problems.append(f"{name} er «{value}». Skriv bare en adresse, for eksempel https://nyheter.eksempel.no.")
        return default


def read_environment(source: Mapping[str, str] | None = None) -> Environment:
    """Read and check all variables; raises ``EnvironmentProblems``.

    Outside production, secrets that are not given are made once and kept in the data folder.
    """
    read = _Reader(os.environ if source is None else source)
    mode = read.choice("SAMSPILL_MODE", MODES, "demo")
    production = mode == "production"
    if production and not read.text("SAMSPILL_DATA"):
        read.problems.append("SAMSPILL_DATA mangler. Skriv mappen der bilder og data skal ligge.")
    data = Path(read.text("SAMSPILL_DATA", f".samspill/{mode}")).expanduser().absolute()
    web_host = read.text("SAMSPILL_WEB_HOST", "127.0.0.1")
    web_port = read.number("SAMSPILL_WEB_PORT", 8000, 1, 65535)
    sandbox_port = read.number("SAMSPILL_SANDBOX_PORT", 8001, 1, 65535)
    base_url = _base_url(read, mode, web_port)
    database_url, embedded = _database(read, data)
    concurrency = read.number("SAMSPILL_WORKER_CONCURRENCY", 12, 1, 100)
    lease = read.number("SAMSPILL_LEASE_SECONDS", 45, 1 if mode == "test" else 30, 3600)
    settle = _settle_seconds(read)
    request = read.number("SAMSPILL_REQUEST_SECONDS", 20, 1, 60)
    sandbox_url = read.address("SAMSPILL_SANDBOX_URL", f"http://127.0.0.1:{sandbox_port}")
    log_format = read.choice("SAMSPILL_LOG_FORMAT", LOG_FORMATS, "json" if production else "console")
    log_level = read.choice("SAMSPILL_LOG_LEVEL", LOG_LEVELS, "INFO" if production else "WARNING")
    admin_email = _email(read, "SAMSPILL_ADMIN_EMAIL", read.text("SAMSPILL_ADMIN_EMAIL"))
    mail, mail_from = _mail(read)
    metrics_token = _metrics_token(read)
    secret_key, credential_keys = _secrets(read, production, data)
    if read.problems:
        raise EnvironmentProblems(read.problems)
    return Environment(
        mode=mode,
        data=data,
        database_url=database_url,
        embedded_database=embedded,
        secret_key=secret_key,
        credential_keys=credential_keys,
        base_url=base_url,
        hosts=_hosts(read, base_url),
        web_host=web_host,
        web_port=web_port,
        sandbox_url=sandbox_url,
        sandbox_port=sandbox_port,
        worker_concurrency=concurrency,
        lease_seconds=lease,
        settle_seconds=settle,
        request_seconds=request,
        log_format=log_format,
        log_level=log_level,
        admin_email=admin_email,
        mail=mail,
        mail_from=mail_from,
        metrics_token=metrics_token,
    )


def _base_url(read: _Reader, mode: str, web_port: int) -> str:
    base_url = read.address("SAMSPILL_BASE_URL", f"http://127.0.0.1:{web_port}")
    outside = f"{urlsplit(base_url).hostname}" not in ("127.0.0.1", "localhost", "::1")
    if mode == "production" and not read.text("SAMSPILL_BASE_URL"):
        read.problems.append(
            "SAMSPILL_BASE_URL mangler. Skriv adressen som publikum bruker, for eksempel https://nyheter.eksempel.no."
        )
    elif mode == "production" and outside and not base_url.startswith("https://"):
        read.problems.append(f"SAMSPILL_BASE_URL er «{base_url}». I produksjon må den begynne med https://.")
    elif mode != "production" and outside:
        read.problems.append(
            f"SAMSPILL_BASE_URL er «{base_url}», men SAMSPILL_MODE er «{mode}». "
            "Skriv SAMSPILL_MODE=production når andre enn denne maskinen skal nå Samspill."
        )
    return base_url


def _hosts(read: _Reader, base_url: str) -> list[str]:
    """Host names we answer to: the public one, those given, and loopback for health checks."""
    given = [name.strip() for name in read.text("SAMSPILL_HOSTS").split(",") if name.strip()]
    return list(dict.fromkeys([urlsplit(base_url).hostname or "localhost", *given, *LOOPBACK]))


def _database(read: _Reader, data: Path) -> tuple[str, bool]:
    given = read.text("DATABASE_URL")
    if not given:
        return postgres.Server(data).url, True
    if urlsplit(given).scheme not in ("postgres", "postgresql"):
        read.problems.append(
            "DATABASE_URL peker ikke på PostgreSQL. Skriv postgresql://bruker:passord@vert/database, "
            "eller fjern den, så starter Samspill sin egen database."
        )
    return given, False


def _settle_seconds(read: _Reader) -> float | None:
    value = read.text("SAMSPILL_SETTLE_SECONDS")
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1
    if 0 <= seconds <= 3600:
        return seconds
    read.problems.append(f"SAMSPILL_SETTLE_SECONDS er «{value}». Skriv sekunder fra 0 til 3600, eller fjern den.")
    return None


def _email(read: _Reader, name: str, value: str) -> str | None:
    if value and (value.count("@") != 1 or value.startswith("@") or value.endswith("@") or " " in value):
        read.problems.append(f"{name} er ingen e-postadresse. Skriv for eksempel drift@eksempel.no.")
    return value or None


def _mail(read: _Reader) -> tuple[MailServer | None, str | None]:
    """The mail server and whom its letters are from; None without one."""
    sender = _email(read, "SAMSPILL_MAIL_FROM", read.text("SAMSPILL_MAIL_FROM"))
    address = read.text("SAMSPILL_MAIL_URL")
    if not address:
        return None, sender
    try:
        server = read_mail_server(address)
    except ValueError:  # the address may hold a password: it is not repeated
        read.problems.append(
            "SAMSPILL_MAIL_URL er ingen adresse til en e-posttjener. "
            "Skriv smtps://bruker:passord@vert:465, smtp://bruker:passord@vert:587 eller smtp+plain://localhost:25."
        )
        return None, sender
    if sender is None:
        read.problems.append("SAMSPILL_MAIL_FROM mangler. Skriv adressen som e-post skal komme fra.")
    return server, sender


def _metrics_token(read: _Reader) -> str:
    """What a monitor shows to read ``/metrics``; it is not repeated when it is no good."""
    token = read.text("SAMSPILL_METRICS_TOKEN")
    if token and not (len(token) >= SHORTEST_TOKEN and token.isascii() and token.isprintable() and " " not in token):
        read.problems.append(
            f"SAMSPILL_METRICS_TOKEN kan ikke brukes. Skriv minst {SHORTEST_TOKEN} tilfeldige tegn, bare bokstaver "
            "og tall, eller fjern den, så er måletallene stengt."
        )
    return token


def _secrets(read: _Reader, production: bool, data: Path) -> tuple[str, tuple[str, ...]]:
    """The signing key and the keys for credentials, in that order."""
    secret = read.text("SAMSPILL_SECRET_KEY")
    keys = tuple(key.strip() for key in read.text("SAMSPILL_CREDENTIAL_KEYS").split(",") if key.strip())
    if secret and len(secret) < 50:
        read.problems.append("SAMSPILL_SECRET_KEY er for kort. Skriv minst 50 tilfeldige tegn.")
    for number, key in enumerate(keys, start=1):
        if not _is_fernet_key(key):
            read.problems.append(
                f"SAMSPILL_CREDENTIAL_KEYS: nøkkel nummer {number} er ugyldig. "
                "Skriv 44 tegn fra «samspill key»; skill flere nøkler med komma."
            )
    if production:
        if not secret:
            read.problems.append("SAMSPILL_SECRET_KEY mangler. Skriv minst 50 tilfeldige tegn, og hold dem hemmelige.")
        if not keys:
            read.problems.append(
                "SAMSPILL_CREDENTIAL_KEYS mangler. Lag en nøkkel med «samspill key», og hold den hemmelig."
            )
        return secret, keys
    if read.problems:  # nothing is written to disk on behalf of a configuration that can't be used
        return secret, keys
    try:
        secret = secret or kept_secret(data / "secret_key", new_secret_key)
        keys = keys or tuple(kept_secret(data / "credential_keys", new_fernet_key).split(","))
    except SecretFileProblem as problem:
        read.problems.append(str(problem))
    return secret, keys


def _is_fernet_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True
