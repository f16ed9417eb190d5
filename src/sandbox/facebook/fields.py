"""Graph's parameters, wherever they stand, and its `fields=a,b{c,d}` language."""

from __future__ import annotations

import json
import re
from typing import Any

from sandbox.platform import Call

Fields = dict[str, "Fields"]


def parameter(call: Call, name: str, default: Any = None) -> Any:
    """A parameter from the form, the JSON body or the query, in that order."""
    if name in call.request.form:
        return call.request.form[name]
    if call.request.is_json:
        body = call.request.get_json(silent=True)
        if isinstance(body, dict) and name in body:
            return body[name]
    return call.request.args.get(name, default)


def flag(call: Call, name: str, default: bool) -> bool:
    value = parameter(call, name)
    return default if value is None else str(value).lower() in ("true", "1")


def listed(call: Call, name: str) -> list[Any]:
    """A list given as JSON (`name=[…]`) or as numbered fields (`name[0]=…`); members may be JSON themselves."""
    whole = parameter(call, name)
    if isinstance(whole, str):
        try:
            whole = json.loads(whole)
        except ValueError:
            return [whole]
    if isinstance(whole, list):
        return [_loaded(w) for w in whole]
    found: dict[int, Any] = {}
    sources = [call.request.args, call.request.form]
    if call.request.is_json and isinstance(call.request.get_json(silent=True), dict):
        sources.append(call.request.get_json())
    for source in sources:
        for key, value in source.items():
            match = re.fullmatch(rf"{name}\[(\d+)\]", key)
            if match:
                found[int(match[1])] = _loaded(value)
    return [found[n] for n in sorted(found)]


def _loaded(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def parse(text: str) -> Fields:
    """`id,attachments.limit(5){media,target{id}}` as a tree. Raises ValueError when the braces don't match."""
    tree, rest = _parse(text)
    if rest:
        raise ValueError(rest)
    return tree


def _parse(text: str) -> tuple[Fields, str]:
    tree: Fields = {}
    while text and not text.startswith("}"):
        match = re.match(r"\s*([a-z_0-9]+)((?:\.[a-z_]+\([^)]*\))*)\s*", text)
        if not match:
            raise ValueError(text)
        name, text = match[1], text[match.end() :]
        tree[name] = {}
        if text.startswith("{"):
            tree[name], text = _parse(text[1:])
            if not text.startswith("}"):
                raise ValueError(text)
            text = text[1:].lstrip()
        if text.startswith(","):
            text = text[1:]
    return tree, text
