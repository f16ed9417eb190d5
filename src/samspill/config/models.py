"""What the sign-in has to remember between processes."""

from __future__ import annotations

from django.db import models


class SignInAttempt(models.Model):
    """An attempt to sign in that has not succeeded. Both names are keyed hashes: the table tells nobody who tried."""

    account = models.CharField(max_length=64, db_index=True)
    address = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.at}"
