"""Short codes for the own short address: easy to read aloud, impossible to enumerate."""

from __future__ import annotations

import secrets

# No vowels (no words), no 0/o, 1/l/i: 27 signs, 8 of them give 2.8e11 codes.
ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
LENGTH = 8


def new_code() -> str:
    """A fresh code; uniqueness is the database's to hold."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
