"""Verbs on tokens: make, find, revoke. What is done with them is written in the person's log."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.log_actions import log

from samspill.api.models import LONGEST_LIFE, Token
from samspill.api.scopes import Scope

PREFIX = "samspill_"  # so that a token that has gone astray is recognised, by people and by scanners
SHOWN = len(PREFIX) + 4
LIFETIMES = (30, 90, 180, 365)  # days


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def make(user: Any, name: str, scopes: Iterable[Scope], days: int) -> tuple[Token, str]:
    """A new token and its secret, which is told this once. Raises ValueError for no scope or too long a life."""
    chosen = sorted({Scope(scope).value for scope in scopes})
    if not chosen:
        raise ValueError("a token needs a scope")
    life = timedelta(days=days)
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise ValueError("a token lives for a day to a year")
    secret = PREFIX + secrets.token_urlsafe(32)
    now = timezone.now()
    token = Token.objects.create(
        user=user,
        name=name,
        start=secret[:SHOWN],
        digest=digest_of(secret),
        scopes=chosen,
        created_at=now,
        expires_at=now + life,
    )
    log(instance=user, action="samspill.api.token_made", user=user, data={"name": name, "scopes": chosen})
    return token, secret


def find(secret: str) -> Token | None:
    """The token that works now and whose person may come in; None for every other reason, which is not told."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    token = Token.objects.select_related("user").filter(digest=digest_of(secret)).first()
    if token is None or not token.works_at(timezone.now()) or not token.user.is_active:
        return None
    return token


def used(token: Token) -> None:
    """Remember the day, once a day."""
    today = timezone.localdate()
    if token.last_used_on != today:
        Token.objects.filter(pk=token.pk).update(last_used_on=today)


def may_see_all(user: Any) -> bool:
    """Whoever looks after people's accounts sees their tokens too."""
    return bool(user.is_active and user.has_perm("auth.change_user"))


def seen_by(user: Any) -> QuerySet[Token]:
    """The tokens that a person may see and revoke."""
    rows = Token.objects.select_related("user", "revoked_by")
    return rows if may_see_all(user) else rows.filter(user=user)


@transaction.atomic
def revoke(token: Token, by: Any) -> bool:
    """Make it useless at once. False when it was so already. Raises PermissionDenied for another's token."""
    if token.user_id != by.pk and not may_see_all(by):
        raise PermissionDenied
    now = timezone.now()
    count = Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now, revoked_by=by)
    if count:
        log(instance=token.user, action="samspill.api.token_revoked", user=by, data={"name": token.name})
    return bool(count)
