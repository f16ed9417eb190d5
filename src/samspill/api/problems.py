"""What the API says when it cannot: RFC 9457 «problem details», one code for each kind, in words for people.

``type`` is an address on the API's own page that explains the code. ``errors`` point at the fields, by JSON pointer
(RFC 6901) for bodies and by name for parameters and headers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

MEDIA_TYPE = "application/problem+json"
ROOT = "/api/v1/"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: HTTP status, what has happened, and what it means or what to do."""

    status: int
    title: Any
    detail: Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that is wrong. ``pointer`` for bodies, else ``name`` and ``where`` (query, path or header)."""

    code: str
    detail: str
    pointer: str = ""
    where: str = ""
    name: str = ""

    def as_json(self) -> dict[str, str]:
        place = {"pointer": self.pointer} if self.pointer else {"in": self.where, "name": self.name}
        return {"code": self.code, "detail": self.detail, **place}


KINDS: dict[str, Kind] = {
    # --- the request itself
    "malformed_json": Kind(
        400, _("Innholdet er ikke gyldig JSON"), _("Vi kunne ikke lese det du sendte. Ingenting er endret.")
    ),
    "bad_request": Kind(400, _("Forespørselen kan ikke leses"), _("Se over adressen og hodene. Ingenting er endret.")),
    "idempotency_key_missing": Kind(
        400,
        _("Idempotency-Key mangler"),
        _("Hver POST trenger en egen nøkkel, så den trygt kan sendes to ganger. Ingenting er endret."),
    ),
    "not_found": Kind(404, _("Finnes ikke"), _("Det finnes ikke, eller du har ikke tilgang til det.")),
    "method_not_allowed": Kind(
        405, _("Adressen tar ikke imot dette"), _("Se hodet Allow for hva som kan gjøres med adressen.")
    ),
    "length_required": Kind(
        411, _("Lengden mangler"), _("Send Content-Length. Vi tar ikke imot innhold i biter. Ingenting er endret.")
    ),
    "too_large": Kind(
        413,
        _("For stort"),
        _("Det du sendte, er større enn vi tar imot her. Vi har ikke lest det, og lagret ingenting."),
    ),
    "unsupported_media_type": Kind(
        415, _("Feil slags innhold"), _("Send application/json, eller multipart/form-data for bilder.")
    ),
    "invalid": Kind(422, _("Noe må rettes"), _("Feltene under må rettes. Ingenting er endret.")),
    "idempotency_key_reused": Kind(
        422,
        _("Nøkkelen er brukt til noe annet"),
        _("Samme Idempotency-Key er brukt med et annet innhold. Bruk en ny nøkkel for en ny handling."),
    ),
    "in_progress": Kind(
        409,
        _("Den første er ikke ferdig"),
        _("Samme forespørsel er under arbeid. Vent litt, og send den på nytt med samme nøkkel."),
    ),
    "precondition_required": Kind(
        428,
        _("If-Match mangler"),
        _("Send ETag-en du fikk da du leste, i If-Match. Slik skriver ingen over andres arbeid."),
    ),
    "changed_meanwhile": Kind(
        412,
        _("Noen har endret det i mellomtiden"),
        _("Les det på nytt, og gjør endringen på det som står der nå. Ingenting er lagret."),
    ),
    "too_many_requests": Kind(429, _("For mange forespørsler"), _("Vent så lenge som hodet Retry-After sier.")),
    "server_error": Kind(
        500, _("Noe gikk galt hos oss"), _("Feilen er skrevet ned. Oppgi X-Request-ID når du spør om hjelp.")
    ),
    # --- who asks
    "unauthorized": Kind(
        401,
        _("Nøkkelen gjelder ikke"),
        _("Send en nøkkel som gjelder: Authorization: Bearer samspill_… Du lager nøkler under kontoen din i desken."),
    ),
    "scope_missing": Kind(
        403, _("Nøkkelen dekker ikke dette"), _("Lag en nøkkel med riktig omfang, eller bruk en annen.")
    ),
    "forbidden": Kind(403, _("Du kan ikke gjøre dette"), _("Rollen din i Samspill gir ikke rett til det.")),
    "own_text": Kind(
        403,
        _("Du har skrevet på dette selv"),
        _("Den som har skrevet, kan ikke godkjenne. En annen må lese og godkjenne."),
    ),
    # --- stories and posts
    "locked": Kind(409, _("Saken er låst"), _("Noen andre har saken nå, eller den er til godkjenning. Prøv senere.")),
    "no_place": Kind(
        409, _("Det er ikke noe sted å legge saken"), _("Nyhetsrommet er ikke satt opp. Be en administrator om det.")
    ),
    "already_there": Kind(409, _("Kanalen er med fra før"), _("Saken har et innlegg der. Endre det som finnes.")),
    "channel_not_in_use": Kind(409, _("Kanalen er ikke i bruk"), _("Velg en kanal som er i bruk eller til øving.")),
    "approved": Kind(
        409,
        _("Innlegget er godkjent"),
        _("En endring trekker godkjenningen tilbake. Send withdraw_approval: true hvis det er meningen."),
    ),
    "not_editable": Kind(
        409, _("Innlegget er sendt, eller blir sendt nå"), _("Det kan ikke endres. Trekk det tilbake i stedet.")
    ),
    "nothing_submitted": Kind(409, _("Ikke noe nytt å sende inn"), _("Alt er sendt til godkjenning, eller er ute.")),
    "no_workflow": Kind(409, _("Godkjenning er ikke satt opp"), _("Be en administrator om det. Ingenting er sendt.")),
    "errors": Kind(422, _("Innlegg har feil"), _("Rett feilene under. Ingenting er sendt inn eller godkjent.")),
    "not_submitted": Kind(409, _("Ingenting venter på godkjenning"), _("Den som skriver, må sende inn først.")),
    "changed": Kind(
        409,
        _("Dette er ikke det du har lest"),
        _("Saken eller et innlegg er endret etter at du leste. Les på nytt før du godkjenner. Ingenting er godkjent."),
    ),
    "with_story": Kind(
        409, _("Saken må godkjennes først"), _("Innlegget hører til en sak som ikke er godkjent. Godkjenn dem sammen.")
    ),
    "note_missing": Kind(422, _("Beskjeden mangler"), _("Si hva som må endres, så den som skriver, vet det.")),
    "not_approved": Kind(
        409,
        _("Saken er ikke godkjent"),
        _("Ingen publiserer alene. Send saken inn, så går den ut når en annen har godkjent den."),
    ),
    "planned_later": Kind(
        409, _("Saken er planlagt"), _("Den er godkjent, og går ut av seg selv til tiden som er satt.")
    ),
    # --- deliveries
    "wrong_state": Kind(
        409, _("Det kan ikke gjøres nå"), _("Utsendelsen har gått videre. Les den på nytt og se hvor den står.")
    ),
    # --- holds
    "held_already": Kind(409, _("Dette er stoppet fra før"), _("Stoppen gjelder fortsatt. Ingenting er endret.")),
    "reason_missing": Kind(422, _("Grunnen mangler"), _("Si hvorfor det stoppes. Ingenting er stoppet.")),
    "released": Kind(409, _("Stoppen er opphevet"), _("En kollega rakk det først. Ingenting er endret.")),
    "unanswered": Kind(
        409,
        _("Ikke alt er gått gjennom"),
        _("Stoppen gjelder fortsatt. Les den på nytt, og svar for det som er igjen."),
    ),
    # --- pictures
    "picture_refused": Kind(422, _("Bildet ble ikke tatt imot"), _("Ingenting er lagret.")),
}


class ApiProblem(Exception):
    """A request that is refused. ``detail`` in place of the kind's own words; ``errors`` about fields."""

    def __init__(
        self, code: str, detail: str = "", *, errors: Sequence[FieldError] = (), headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.detail, self.errors, self.headers = code, detail, tuple(errors), headers or {}


def body_of(
    code: str, detail: str = "", errors: Sequence[FieldError] = (), status: int | None = None
) -> dict[str, Any]:
    """The problem as plain JSON."""
    kind = KINDS[code]
    found: dict[str, Any] = {
        "type": f"{ROOT}#{code}",
        "title": str(kind.title),
        "status": status or kind.status,
        "detail": detail or str(kind.detail),
        "code": code,
    }
    if errors:
        found["errors"] = [error.as_json() for error in errors]
    return found


def answer(problem: ApiProblem) -> HttpResponse:
    """The problem as an HTTP answer that nobody keeps."""
    content = json.dumps(body_of(problem.code, problem.detail, problem.errors), ensure_ascii=False)
    response = HttpResponse(content, status=KINDS[problem.code].status, content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    if response.status_code == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Samspill"'
    for name, value in problem.headers.items():
        response[name] = value
    return response
