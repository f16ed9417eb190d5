"""Content ids: what a record or a file is called by its own bytes.

CIDv1 with SHA-256, written in base 32; `raw` for files, DAG-CBOR for records. Sources: atproto.com/specs/data-model,
RFC 8949 (CBOR), the IPLD specification of DAG-CBOR.
"""

from __future__ import annotations

import base64
import hashlib
import struct
from typing import Any

RAW, DAG_CBOR = 0x55, 0x71


def of_bytes(content: bytes) -> str:
    return _cid(RAW, content)


def of_record(record: Any) -> str:
    """Raises ValueError for what a record cannot hold, such as a number with a fraction."""
    return _cid(DAG_CBOR, cbor(record))


def _cid(codec: int, content: bytes) -> str:
    whole = bytes([1, codec, 0x12, 0x20]) + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(whole).decode().lower().rstrip("=")


def cbor(value: Any) -> bytes:
    """DAG-CBOR: shortest heads, keys by length and then by bytes, links as tag 42."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", False: b"\xf4", True: b"\xf5"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, str):
        text = value.encode()
        return _head(3, len(text)) + text
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(cbor(item) for item in value)
    if isinstance(value, dict):
        if set(value) == {"$link"}:
            link = value["$link"][1:].upper()
            content = b"\x00" + base64.b32decode(link + "=" * (-len(link) % 8))
            return _head(6, 42) + _head(2, len(content)) + content
        if set(value) == {"$bytes"}:
            content = base64.b64decode(value["$bytes"] + "=" * (-len(value["$bytes"]) % 4))
            return _head(2, len(content)) + content
        keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
        return _head(5, len(keys)) + b"".join(cbor(key) + cbor(value[key]) for key in keys)
    raise ValueError(f"a record cannot hold {type(value).__name__}")


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for code, form, limit in ((24, ">B", 1 << 8), (25, ">H", 1 << 16), (26, ">I", 1 << 32), (27, ">Q", 1 << 64)):
        if number < limit:
            return bytes([major << 5 | code]) + struct.pack(form, number)
    raise ValueError("a record cannot hold so large a number")
