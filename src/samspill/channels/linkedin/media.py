"""Pictures and documents on LinkedIn: an address is asked for, the bytes are put there, and then it works on them."""

from __future__ import annotations

import re
from typing import Any

from samspill.channels import http
from samspill.channels.contract import (
    Context,
    Document,
    Done,
    Later,
    Picture,
    Reason,
    Redo,
    Refusal,
    Refused,
    Result,
)
from samspill.channels.linkedin.calls import author, call, meaning_of, put

KINDS = {"images": "image", "documents": "document"}  # path, and the member that names the urn
WAIT = 3.0  # seconds between looks


def upload(thing: Picture | Document, context: Context) -> Result:
    """Ask for an address, put the bytes there. A break in the middle begins anew; a half upload is never shown."""
    kind = "documents" if isinstance(thing, Document) else "images"
    body = {"initializeUploadRequest": {"owner": author(context)}}
    answer = call(context, "POST", kind, params={"action": "initializeUpload"}, json=body)
    value = answer.object().get("value") if isinstance(answer, http.Response) and answer.ok else None
    value = value if isinstance(value, dict) else {}
    urn, url = value.get(KINDS[kind]), value.get("uploadUrl")
    if not isinstance(urn, str) or not isinstance(url, str) or not re.fullmatch(r"urn:li:\w+:[\w-]+", urn):
        return media_refused(meaning_of(answer, context, once=False))
    stored = put(context, url, context.read(thing))
    if isinstance(stored, http.Response) and stored.ok:
        return Done(urn)
    meaning = meaning_of(stored, context, once=False)
    if isinstance(meaning, Refused) and meaning.status in {400, 403, 404, 410}:
        # The address has run out or is spent: the step begins with a new one.
        return Later(5.0, Reason.MEDIA_FAILED, meaning.detail, meaning.status)
    return media_refused(meaning)


def ready(uploaded: Done, step_name: str, context: Context) -> Result:
    """Wait until LinkedIn says AVAILABLE. A post made before that may come out without its picture."""
    kind = "documents" if ":document:" in uploaded.id else "images"
    answer = call(context, "GET", kind, uploaded.id)
    status = answer.object().get("status") if isinstance(answer, http.Response) and answer.ok else None
    if status == "AVAILABLE":
        return Done(uploaded.id)
    if status == "PROCESSING_FAILED":
        return Refused(Reason.MEDIA_FAILED, Refusal.CHANGE, "LinkedIn could not process it", _status(answer))
    if isinstance(status, str):
        return Later(WAIT, Reason.MEDIA_PROCESSING, http.clean(status, {}, 40), _status(answer), waiting=True)
    meaning = meaning_of(answer, context, once=False)
    if getattr(meaning, "status", None) == 404:
        part = step_name.partition(":")[2]
        return Redo((f"upload:{part}", step_name), Reason.MEDIA_REJECTED, meaning_detail(meaning), 404)
    return meaning


def media_refused(meaning: Result) -> Result:
    """A refusal whose cause is not known is, in a media call, about the picture or document."""
    if isinstance(meaning, Refused) and meaning.reason in {Reason.CONTENT_REJECTED, Reason.TARGET_GONE}:
        return Refused(Reason.MEDIA_REJECTED, Refusal.PERSON, meaning.detail, meaning.status)
    return meaning


def meaning_detail(meaning: Result) -> str:
    return str(getattr(meaning, "detail", ""))


def _status(answer: Any) -> int | None:
    return answer.status if isinstance(answer, http.Response) else None
