"""``samspill count``: lengths of texts by a platform's own rules. No database, no Django, no settings.

Reads JSON lines with ``text``, writes one JSON object for each: ``length``, ``limit``, ``valid``,
``problems``. A line that cannot be read gives ``{"error": ..., "line": n}``, and the run ends with 1.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from typing import IO, Any

from samspill.channels.contract import Account, Platform
from samspill.channels.registry import platform, platforms

LINE_LIMIT = 1024 * 1024  # bytes of one line; longer ones are told of and passed over, never held in memory
SURROGATE = re.compile("[\ud800-\udfff]")


def main(argv: Sequence[str], stdin: IO[Any], stdout: IO[Any]) -> int:
    """Count every line of ``stdin``. Returns 0, 1 when a line could not be read, 2 for wrong arguments.

    Both streams may be text or bytes; bytes are used where there are (``sys.stdin.buffer``).
    """
    parser = argparse.ArgumentParser(prog="samspill count", description="Length of texts by a platform's own rules.")
    parser.add_argument("--platform", required=True, choices=sorted(platforms()))
    parser.add_argument("--limit", type=limit, help="the server's own limit, on a platform where servers differ")
    try:
        options = parser.parse_args(argv)
        chosen = platform(options.platform)
        account = account_with(options.limit)
        if options.limit is not None and chosen.count("", account).limit != options.limit:
            parser.error(f"argument --limit: the limit on {options.platform} is the same for all")
    except SystemExit as stop:
        return int(stop.code or 0)
    source, target = getattr(stdin, "buffer", stdin), getattr(stdout, "buffer", stdout)
    failed = False
    try:
        for number, line in enumerate(lines(source), start=1):
            answer = answered(line, number, chosen, account)
            failed = failed or "error" in answer
            write(target, json.dumps(answer, ensure_ascii=False) + "\n")
        target.flush()
    except BrokenPipeError:
        return 1  # whoever read us has had enough
    return 1 if failed else 0


def lines(source: IO[Any]) -> Iterator[bytes | None]:
    """Lines as bytes without their end; None for one over ``LINE_LIMIT``. Empty lines are lines too."""
    while True:
        piece = source.readline(LINE_LIMIT + 1)
        if not piece:
            return
        line = piece.encode("utf-8", "surrogatepass") if isinstance(piece, str) else bytes(piece)
        if len(piece) > LINE_LIMIT and not line.endswith(b"\n"):
            while piece and piece[-1:] not in (b"\n", "\n"):
                piece = source.readline(LINE_LIMIT)
            yield None
        else:
            yield line.removesuffix(b"\n").removesuffix(b"\r")


def limit(value: str) -> int:
    """A limit as it is written on the command line. Raises ArgumentTypeError for what is none."""
    if not re.fullmatch(r"[1-9]\d{0,8}", value, re.ASCII):
        raise argparse.ArgumentTypeError(f"{value!r} is not a number of signs")
    return int(value)


def account_with(text_limit: int | None) -> Account | None:
    """An account on a server with that limit; None for the platform's defaults."""
    return None if text_limit is None else Account("", "", "", options={"text_limit": str(text_limit)})


def answered(line: bytes | None, number: int, chosen: Platform, account: Account | None = None) -> dict[str, Any]:
    """What is written for one line."""
    if line is None:
        return {"error": f"the line is longer than {LINE_LIMIT} bytes", "line": number}
    try:
        text = text_of(line)
    except ValueError as error:
        return {"error": str(error), "line": number}
    counted = chosen.count(text, account)
    return {
        "length": counted.length,
        "limit": counted.limit,
        "valid": counted.valid,
        "problems": list(counted.problems),
        **counted.more,
    }


def text_of(line: bytes) -> str:
    """The text in a JSON line. Raises ValueError with a sentence that says what is wrong."""
    try:
        decoded = line.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("the line is not UTF-8") from None
    try:
        value = json.loads(decoded)
    except (ValueError, RecursionError):
        raise ValueError("the line is not JSON") from None
    if not isinstance(value, dict) or "text" not in value:
        raise ValueError('the line is not an object with "text"')
    text = value["text"]
    if not isinstance(text, str):
        raise ValueError('"text" is not a string')  # noqa: TRY004 (one kind of error for one kind of fault)
    if SURROGATE.search(text):
        raise ValueError('"text" has half of a surrogate pair, which is no sign')
    return text


def write(target: IO[Any], answer: str) -> None:
    """Write to a stream of text, or of bytes."""
    target.write(answer if hasattr(target, "encoding") else answer.encode("utf-8"))
