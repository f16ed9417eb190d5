"""A POST with the same ``Idempotency-Key`` is done once, however often it is sent.

The answer is written in the transaction of the effect, so there is never one without the other. A second request that
comes while the first is at work finds its lock taken and is told to wait. A request that was refused has changed
nothing, and is not kept: it may be tried again with the same key.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from samspill.api.models import Answer, Token
from samspill.api.parser import sent
from samspill.api.problems import ApiProblem, FieldError

KEPT = timedelta(hours=24)
PATTERN = r"^[\x21-\x7e]{1,200}$"
_KEPT_HEADERS = ("ETag", "Location")


def once(request: HttpRequest, token: Token, act: Callable[[], HttpResponse]) -> HttpResponse:
    """``act``, or the answer that it gave before. Raises ApiProblem."""
    key = _key_of(request)
    mark = fingerprint(request)
    with transaction.atomic():
        if not _take_lock(token, key):
            raise ApiProblem("in_progress", headers={"Retry-After": "1"})
        earlier = Answer.objects.filter(token=token, key=key).first()
        if earlier is not None and earlier.created_at < timezone.now() - KEPT:
            earlier.delete()
            earlier = None
        if earlier is not None:
            if earlier.fingerprint != mark:
                raise ApiProblem("idempotency_key_reused")
            return _again(earlier)
        response = act()
        Answer.objects.create(
            token=token,
            key=key,
            fingerprint=mark,
            status=response.status_code,
            headers={name: response[name] for name in _KEPT_HEADERS if name in response},
            body=response.content.decode(),
        )
        return response


def forget(older_than: timedelta = KEPT) -> int:
    """Delete answers that are no longer promised. Returns how many."""
    count, _by_model = Answer.objects.filter(created_at__lt=timezone.now() - older_than).delete()
    return count


def _key_of(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        raise ApiProblem("idempotency_key_missing")
    if not re.fullmatch(PATTERN, key) or key.endswith("\n"):
        said = _("Nøkkelen er 1 til 200 synlige tegn uten mellomrom, for eksempel en UUID.")
        wrong = FieldError("string_pattern_mismatch", said, where="header", name="Idempotency-Key")
        raise ApiProblem("invalid", errors=[wrong])
    return key


def fingerprint(request: HttpRequest) -> str:
    """What was asked for, so that the same key cannot mean two things. Form boundaries and spaces do not count."""
    form = request.content_type == "multipart/form-data"
    content: Any = _of_form(request) if form else sent(request)
    if content is None:
        content = hashlib.sha256(request.body).hexdigest()
    parts = [request.method, request.get_full_path(), content]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _of_form(request: HttpRequest) -> list[Any]:
    fields = sorted((name, list(values)) for name, values in request.POST.lists())
    files = []
    for name, uploads in sorted(request.FILES.lists()):
        for upload in uploads:
            digest = hashlib.sha256()
            for piece in upload.chunks():
                digest.update(piece)
            upload.seek(0)
            files.append((name, upload.name, digest.hexdigest()))
    return [fields, files]


def _take_lock(token: Token, key: str) -> bool:
    """An advisory lock that ends with the transaction; False while another request has it."""
    number = int.from_bytes(hashlib.sha256(f"samspill.api {token.pk} {key}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _again(earlier: Answer) -> HttpResponse:
    response = HttpResponse(earlier.body, status=earlier.status, content_type="application/json")
    for name, value in earlier.headers.items():
        response[name] = value
    response["Idempotent-Replayed"] = "true"
    return response
