"""The page on which a person lets an app in, or does not: what X, Facebook and LinkedIn show, on liksom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, select_autoescape
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from sandbox import accounts, oauth
from sandbox.accounts import Account
from sandbox.platform import Call

POLICY = "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action "


@dataclass(frozen=True)
class Consent:
    """How a platform asks. `words` explains each scope; `said_no` is the query of a refusal.

    `several`: the person ticks the accounts that the app may use; else there is one choice, of a whole login.
    `needs_challenge`: PKCE with S256 is asked for.
    """

    words: dict[str, str]
    said_no: dict[str, str]
    several: bool = False
    needs_challenge: bool = False
    chosen: str = "Konto"


@cache
def _pages() -> Environment:
    from sandbox.registry import platforms  # the platforms name this module

    env = Environment(
        loader=PackageLoader("sandbox", "templates"), autoescape=select_autoescape(default=True), trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    env.globals["platforms"] = platforms()
    return env


def logins(call: Call) -> list[list[Account]]:
    """Who may sign in: accounts with the same fixed key are administered by the same person."""
    found: dict[str, list[Account]] = {}
    for account in accounts.every(call.store, call.platform.name):
        if account.token:
            found.setdefault(account.token, []).append(account)
    return list(found.values())


def page(consent: Consent) -> Callable[[Call], Response]:
    """The handler of the page itself (GET)."""

    def show(call: Call) -> Response:
        wrong = _wrong(call, consent)
        if wrong:
            return _drawn("consent_wrong.html", 400, "'none'", platform=call.platform, wrong=wrong)
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(call.request.args["redirect_uri"]))
        groups = logins(call)
        rows = [[account] for group in groups for account in group] if consent.several else groups
        return _drawn(
            "consent.html",
            200,
            f"'self' {origin}",
            platform=call.platform,
            consent=consent,
            scopes=[(scope, consent.words.get(scope, scope)) for scope in _asked(call)],
            rows=[(row[0].id, ", ".join(account.name for account in row)) for row in rows],
            query=call.request.args.items(),
        )

    return show


def decision(consent: Consent, code_life: float = oauth.CODE_LIFE) -> Callable[[Call], Response]:
    """The handler of what the person pressed (POST): back to the app with a code, or with a no."""

    def decide(call: Call) -> Response:
        wrong = _wrong(call, consent)
        if wrong:
            return _drawn("consent_wrong.html", 400, "'none'", platform=call.platform, wrong=wrong)
        args, form = call.request.args, call.request.form
        if form.get("svar") != "ja":
            return redirect(oauth.back_to(args["redirect_uri"], **consent.said_no, state=args.get("state", "")), 302)
        scopes = tuple(scope for scope in _asked(call) if scope in form.getlist("tilgang"))
        key = oauth.give(
            call.store,
            call.platform.name,
            "code",
            _opened(call, consent, form.getlist("konto")),
            scopes,
            code_life,
            challenge=args.get("code_challenge", ""),
            redirect_uri=args["redirect_uri"],
        )
        return redirect(oauth.back_to(args["redirect_uri"], code=key.value, state=args.get("state", "")), 302)

    return decide


def _opened(call: Call, consent: Consent, wanted: list[str]) -> tuple[str, ...]:
    if consent.several:
        return tuple(account.id for group in logins(call) for account in group if account.id in wanted)
    return tuple(account.id for group in logins(call) if group[0].id in wanted for account in group)


def _asked(call: Call) -> list[str]:
    known = set(call.platform.scopes)
    return [scope for scope in call.request.args.get("scope", "").replace(",", " ").split() if scope in known]


def _wrong(call: Call, consent: Consent) -> str:
    """What is wrong with the question itself: then nobody is sent anywhere (RFC 6749 §4.1.2.1)."""
    args = call.request.args
    if args.get("client_id") != oauth.app_of(call.platform.name)[0]:
        return "Appen er ikke registrert her."
    if not oauth.may_return_to(args.get("redirect_uri", "")):
        return "Adressen som appen vil sende deg tilbake til, er ikke registrert."
    if args.get("response_type") != "code":
        return "Appen spør på en måte som ikke er støttet."
    if not _asked(call):
        return "Appen ber ikke om noen tilgang."
    if consent.needs_challenge and not (args.get("code_challenge") and args.get("code_challenge_method") == "S256"):
        return "Appen mangler det som beskytter svaret på veien tilbake (PKCE)."
    return ""


def _drawn(template: str, status: int, form_action: str, **context: object) -> Response:
    headers = {
        "Content-Security-Policy": POLICY + form_action,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(_pages().get_template(template).render(context), status, headers, mimetype="text/html")
