"""Structured logs without personal data or secrets: JSON in production, readable lines in the demo."""

from __future__ import annotations

import logging
import logging.config
import re
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from samspill.config.environment import Environment

MASK = "***"
_SECRET_KEY = re.compile(
    r"authorization|token|secret|passw|passord|cookie|api_?key|credential|e_?mail|epost|phone|telefon|(^|_)ip($|_)|remote_addr",
    re.IGNORECASE,
)
_SECRETS_IN_TEXT = (
    (re.compile(r"(?i)\b(bearer|basic|oauth)\s+[\w.~+/=-]{6,}"), rf"\1 {MASK}"),
    (
        re.compile(
            r"(?i)([\"']?(?:[\w-]*(?:token|secret|passw?o?r?d|api[_-]?key|signature)[\w-]*|sessionid|code)[\"']?\s*[=:]\s*[\"']?)"
            r"[^\s\"'&,;})]+"
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"(?i)(://[^/\s:@]+:)[^/\s@]+@"), rf"\1{MASK}@"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), MASK),
    (re.compile(r"((?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) [^\s?]*)\?[^\s\"]*"), r"\1"),
)


def mask_text(text: str) -> str:
    """The text without tokens, passwords, e-mail addresses and the query of a request line."""
    for pattern, replacement in _SECRETS_IN_TEXT:
        text = pattern.sub(replacement, text)
    return text


def mask(value: Any, key: str = "") -> Any:
    """The value with everything masked that a log must not hold, however deep it lies."""
    if key and _SECRET_KEY.search(key):
        return MASK
    if isinstance(value, dict):
        return {name: mask(inner, str(name)) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [mask(inner) for inner in value]
    if isinstance(value, (bytes, bytearray)):
        return f"{len(value)} bytes"
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return mask_text(str(value))


def mask_event(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """A structlog processor: masks every field, the text of an exception included."""
    for key in list(event):
        if key not in ("_record", "_from_structlog", "level", "timestamp"):
            event[key] = mask(event[key], key)
    return event


def logging_config(env: Environment) -> None:
    """Set up logging for this process, for structlog and the standard library alike."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_event,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if env.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False, sort_keys=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"structlog": formatter},
            "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structlog"}},
            "root": {"handlers": ["console"], "level": env.log_level},
            "loggers": {
                # Too talkative at INFO: each job twice, each outgoing request with its address.
                "procrastinate": {"level": "WARNING"},
                "httpx2": {"level": "WARNING"},
                "httpcore2": {"level": "WARNING"},
                "PIL": {"level": "WARNING"},
            },
        }
    )
