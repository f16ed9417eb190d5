"""Short codes for the own short address: easy to read aloud, impossible to enumerate."""

from __future__ import annotations

import secrets

# No vowels (no words), no 0/o, 1/l/i: 27 signs, 10 of them give 2e14 codes: at a hundred thousand, none doubles.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
LENGTH = 10


def new_code() -> str:
    """A fresh code; uniqueness is the database's to hold."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
