"""Checks values against lexicons, in the words of the reference server.

`lexicons.json` is a copy of the published lexicons that are answered here. Unknown members are let through and
unions are open, as the specification wants (atproto.com/specs/lexicon).
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

import regex

HANDLE = r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DID = r"did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]"
TID = r"[234567abcdefghij][234567a-z]{12}"
NSID = r"[a-zA-Z]([a-zA-Z0-9-]*)(\.[a-zA-Z0-9-]+)+"
KEY = r"(?!\.\.?$)[A-Za-z0-9._:~-]{1,512}"
FORMATS = {
    "handle": HANDLE,
    "did": DID,
    "at-identifier": rf"{DID}|{HANDLE}",
    "nsid": NSID,
    "tid": TID,
    "record-key": KEY,
    "cid": r"[a-zA-Z0-9+/=]{8,256}",
    "at-uri": rf"at://({DID}|{HANDLE})(/{NSID}(/{KEY})?)?",
    "uri": r"\w+:(//)?[^\s/][^\s]*",
    "language": r"(i|[a-z]{2,3})(-[A-Za-z0-9]+)*",
    "datetime": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d{1,20})?"
    r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)",
}


class Invalid(ValueError):
    """What is wrong, and where: `Missing required key "alt" at $.record.embed.images[0]`."""


@cache
def lexicons() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files(__package__).joinpath("lexicons.json").read_text("utf-8"))
    return found


def definition(ref: str, here: str) -> tuple[dict[str, Any], str]:
    """The definition that `ref` names, seen from lexicon `here`, and the lexicon it stands in. KeyError if unknown."""
    name, _, part = ref.partition("#")
    name = name or here
    return lexicons()[name]["defs"][part or "main"], name


def check_record(collection: str, record: Any, path: str = "$.record") -> None:
    """Raises Invalid when `record` is not one of `collection`."""
    if not isinstance(record, dict) or record.get("$type") != collection:
        raise Invalid(f'Expected record of type "{collection}" at {path}')
    check(lexicons()[collection]["defs"]["main"]["record"], record, path, collection)


def check_input(nsid: str, body: Any) -> None:
    """Raises Invalid when the body of a procedure is not as its lexicon says."""
    check(lexicons()[nsid]["defs"]["main"]["input"]["schema"], body, "$", nsid)


def check(schema: dict[str, Any], value: Any, path: str, here: str) -> None:
    """Raises Invalid at the first fault."""
    CHECKS[schema["type"]](schema, value, path, here)


def _object(schema: dict[str, Any], value: Any, path: str, here: str) -> None:
    if not isinstance(value, dict):
        raise Invalid(f"Expected object value type (got {kind(value)}) at {path}")
    for name in schema.get("required", []):
        if name not in value:
            raise Invalid(f'Missing required key "{name}" at {path}')
    for name, part in schema.get("properties", {}).items():
        if name in value and not (value[name] is None and name in schema.get("nullable", [])):
            check(part, value[name], f"{path}.{name}", here)


def _array(schema: dict[str, Any], value: Any, path: str, here: str) -> None:
    if not isinstance(value, list):
        raise Invalid(f"Expected array value type (got {kind(value)}) at {path}")
    if len(value) > schema.get("maxLength", len(value)):
        raise Invalid(f"array too big (maximum {schema['maxLength']}, got {len(value)}) at {path}")
    for number, item in enumerate(value):
        check(schema["items"], item, f"{path}[{number}]", here)


def _string(schema: dict[str, Any], value: Any, path: str, here: str) -> None:
    if not isinstance(value, str):
        raise Invalid(f"Expected string value type (got {kind(value)}) at {path}")
    size = len(value.encode("utf-8", "surrogatepass"))
    if size > schema.get("maxLength", size):
        raise Invalid(f"string too big (maximum {schema['maxLength']}, got {size}) at {path}")
    if "maxGraphemes" in schema and size > schema["maxGraphemes"]:  # never more signs than bytes
        signs = len(regex.findall(r"\X", value))
        if signs > schema["maxGraphemes"]:
            raise Invalid(f"grapheme too big (maximum {schema['maxGraphemes']}, got {signs}) at {path}")
    form = schema.get("format")
    if form and not re.fullmatch(FORMATS[form], value):
        raise Invalid(f'Invalid {form} (got "{value[:100]}") at {path}')


def _integer(schema: dict[str, Any], value: Any, path: str, here: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid(f"Expected integer value type (got {kind(value)}) at {path}")
    if value < schema.get("minimum", value):
        raise Invalid(f"integer too small (minimum {schema['minimum']}, got {value}) at {path}")
    if value > schema.get("maximum", value):
        raise Invalid(f"integer too big (maximum {schema['maximum']}, got {value}) at {path}")


def _boolean(schema: dict[str, Any], value: Any, path: str, here: str) -> None:
    if not isinstance(value, bool):
        raise Invalid(f"Expected boolean value type (got {kind(value)}) at {path}")


def _blob(schema: dict[str, Any], value: Any, path: str, here: str) -> None:
    ref = value.get("ref") if isinstance(value, dict) else None
    whole = isinstance(ref, dict) and isinstance(ref.get("$link"), str) and value.get("$type") == "blob"
    if not whole or not isinstance(value.get("size"), int) or not isinstance(value.get("mimeType"), str):
        raise Invalid(f"Expected blob value type (got {kind(value)}) at {path}")
    patterns = [re.escape(accept).replace(r"\*", ".*") for accept in schema.get("accept", ["*/*"])]
    if not any(re.fullmatch(pattern, value["mimeType"]) for pattern in patterns):
        accepted = " or ".join(json.dumps(accept) for accept in schema["accept"])
        raise Invalid(f'Expected {accepted} (got "{value["mimeType"]}") at {path}.mimeType')
    if value["size"] > schema.get("maxSize", value["size"]):
        raise Invalid(f"blob too big (maximum {schema['maxSize']}, got {value['size']}) at {path}")


def _ref(schema: dict[str, Any], value: Any, path: str, here: str) -> None:
    found, place = definition(schema["ref"], here)
    check(found, value, path, place)


def _union(schema: dict[str, Any], value: Any, path: str, here: str) -> None:
    if not isinstance(value, dict) or not isinstance(value.get("$type"), str):
        raise Invalid(f"Expected an object with a $type at {path}")
    for ref in schema["refs"]:
        full = ref if not ref.startswith("#") else here + ref
        if value["$type"] == full and full.partition("#")[0] in lexicons():
            return _ref({"ref": full}, value, path, here)
    return None


def _anything(schema: dict[str, Any], value: Any, path: str, here: str) -> None:
    return None


CHECKS = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "blob": _blob,
    "ref": _ref,
    "union": _union,
    "unknown": _anything,
}


def kind(value: Any) -> str:
    """A value as the server names it: plain ones as they are, others by their type."""
    if isinstance(value, dict | list):
        return "object" if isinstance(value, dict) else "array"
    return json.dumps(value, ensure_ascii=False)


def check_numbers(value: Any, path: str = "$") -> None:
    """Raises Invalid for a number with a fraction: records have none (atproto.com/specs/data-model)."""
    if isinstance(value, float):
        kinds = "null, boolean, integer, string, cid, bytes, array or object"
        raise Invalid(f"Expected one of {kinds} value type (got {value}) at {path}")
    if isinstance(value, dict):
        for name, part in value.items():
            plain = re.fullmatch(r"[A-Za-z_$][\w$]*", name, re.ASCII)
            check_numbers(part, f"{path}.{name}" if plain else f"{path}[{json.dumps(name, ensure_ascii=False)}]")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            check_numbers(part, f"{path}[{number}]")
