"""Pydantic's findings in our own words, each with the place in what was sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from samspill.api.problems import FieldError

Say = Callable[[Mapping[str, Any]], str]
_WORDS: dict[str, Say] = {
    "missing": lambda data: _("Feltet mangler."),
    "extra_forbidden": lambda data: _("Vi kjenner ikke dette feltet."),
    "string_type": lambda data: _("Verdien må være en tekst."),
    "string_unicode": lambda data: _("Teksten har tegn som ikke kan lagres."),
    "string_pattern_mismatch": lambda data: _("Teksten har tegn som ikke kan brukes her."),
    "string_too_long": lambda data: _("Teksten er for lang. Høyst %(max_length)s tegn.") % data,
    "string_too_short": lambda data: _("Teksten er for kort. Minst %(min_length)s tegn.") % data,
    "int_type": lambda data: _("Verdien må være et helt tall."),
    "int_parsing": lambda data: _("Verdien må være et helt tall."),
    "int_from_float": lambda data: _("Verdien må være et helt tall."),
    "int_parsing_size": lambda data: _("Tallet er for stort."),
    "greater_than_equal": lambda data: _("Tallet må være minst %(ge)s.") % data,
    "less_than_equal": lambda data: _("Tallet kan være høyst %(le)s.") % data,
    "bool_type": lambda data: _("Verdien må være true eller false."),
    "bool_parsing": lambda data: _("Verdien må være true eller false."),
    "enum": lambda data: _("Verdien er ikke blant dem som finnes: %(expected)s.") % data,
    "literal_error": lambda data: _("Verdien er ikke blant dem som finnes: %(expected)s.") % data,
    "union_tag_invalid": lambda data: _("Vi kjenner ikke dette slaget. Slag som finnes: %(expected_tags)s.") % data,
    "union_tag_not_found": lambda data: _("Feltet type mangler."),
    "list_type": lambda data: _("Verdien må være en liste."),
    "too_long": lambda data: _("Listen er for lang. Høyst %(max_length)s.") % data,
    "too_short": lambda data: _("Listen er for kort. Minst %(min_length)s.") % data,
    "model_type": lambda data: _("Verdien må være et objekt."),
    "model_attributes_type": lambda data: _("Verdien må være et objekt."),
    "dict_type": lambda data: _("Verdien må være et objekt."),
    "timezone_aware": lambda data: _("Tidspunktet mangler tidssone. Skriv det slik: 2026-03-03T14:05:00+01:00."),
}
_BY_START: tuple[tuple[str, Say], ...] = (
    ("datetime", lambda data: _("Tidspunktet kan ikke leses. Skriv det slik: 2026-03-03T14:05:00+01:00.")),
    ("date", lambda data: _("Datoen kan ikke leses. Skriv den slik: 2026-03-03.")),
    ("time", lambda data: _("Klokkeslettet kan ikke leses. Skriv det slik: 14:05.")),
)


def words(kind: str, data: Mapping[str, Any]) -> str:
    """One sentence for a finding of this kind; an unknown kind gets one that a person can act on."""
    say = _WORDS.get(kind) or next((say for start, say in _BY_START if kind.startswith(start)), None)
    return say(data) if say else _("Verdien er ikke slik den skal være.")


def field_errors(findings: Sequence[Mapping[str, Any]], body: Any) -> list[FieldError]:
    """Ninja's findings; ``body`` is the JSON that was sent, to tell a field from the name of a union's member."""
    found = []
    for finding in findings:
        where, *path = finding["loc"]
        said = words(finding["type"], finding.get("ctx") or {})
        if where == "body":
            found.append(FieldError(finding["type"], said, pointer=pointer(path[1:], body)))
        elif where in ("form", "file"):
            found.append(FieldError(finding["type"], said, pointer=pointer(path[-1:], None)))
        else:
            found.append(FieldError(finding["type"], said, where=str(where), name=_name(path)))
    return found


def _name(path: Sequence[Any]) -> str:
    """A parameter's name; of one that is given several times, its place is left out."""
    return next((str(part) for part in reversed(path) if isinstance(part, str)), "")


def pointer(path: Sequence[Any], body: Any) -> str:
    """A JSON pointer as a fragment. Parts that do not stand in ``body`` are names of types, unless they are last."""
    parts: list[str] = []
    here = body
    for number, part in enumerate(path):
        try:
            here = here[part]
        except (TypeError, KeyError, IndexError):
            if number < len(path) - 1:
                continue
        parts.append(str(part).replace("~", "~0").replace("/", "~1"))
    return "#/" + "/".join(parts) if parts else "#"
