"""Guessing passwords is slow work here: so many attempts in a quarter of an hour, then wait.

Counted in the database, so that several web processes share the count, and in the authentication backend, so that
no form goes past it. An attempt counts before the password is looked at, so that many at once get no further than one
by one. An account that does not exist is counted like one that does. What was refused does not make the wait longer.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from samspill.config.models import SignInAttempt

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
PER_ACCOUNT_AND_ADDRESS = 8
PER_ACCOUNT = 40  # from anywhere: far above, so that a stranger does not easily keep somebody out
PER_ADDRESS = 200  # one address may be a whole house


class Backend(ModelBackend):
    """Django's own, less the right to guess for ever."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        if request is None or username is None:  # a command or a test, not a person at a form
            return super().authenticate(request, username, password, **kwargs)
        attempt = begin(request, username)
        if attempt is None:
            raise PermissionDenied
        user = super().authenticate(request, username, password, **kwargs)
        if user is not None:
            SignInAttempt.objects.filter(account=attempt.account, address=attempt.address).delete()
        return user


def begin(request: HttpRequest, username: str) -> SignInAttempt | None:
    """The attempt, counted; None when there have been too many."""
    now = timezone.now()
    SignInAttempt.objects.filter(at__lt=now - KEPT).delete()
    attempt = SignInAttempt.objects.create(account=hashed(username), address=hashed(address_of(request)))
    if wait_until(request, username, spare=1) is not None:
        attempt.delete()
        return None
    return attempt


def wait_until(request: HttpRequest, username: str, *, spare: int = 0) -> datetime | None:
    """When the person may try again; None when that is now. ``spare``: attempts of one's own that do not count."""
    since = timezone.now() - WINDOW
    recent = SignInAttempt.objects.filter(at__gt=since).order_by("-at")
    account, address = hashed(username), hashed(address_of(request))
    until = [
        found.at + WINDOW
        for rows, most in (
            (recent.filter(account=account, address=address), PER_ACCOUNT_AND_ADDRESS),
            (recent.filter(account=account), PER_ACCOUNT),
            (recent.filter(address=address), PER_ADDRESS),
        )
        if (found := rows[most - 1 + spare : most + spare].first()) is not None
    ]
    return max(until, default=None)


def hashed(name: str) -> str:
    """A name as the table holds it: the same for the same name, and of no use to others."""
    plain = unicodedata.normalize("NFKC", name).casefold().strip()
    return salted_hmac("samspill.sign_in", plain, algorithm="sha256").hexdigest()


def address_of(request: HttpRequest) -> str:
    """Where a request comes from. Behind the proxy that TLS needs, the last address in its list: its own word."""
    if settings.SECURE_PROXY_SSL_HEADER:
        passed_on = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        if passed_on:
            return passed_on
    return str(request.META.get("REMOTE_ADDR", ""))
