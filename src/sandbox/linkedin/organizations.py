"""Looking up organisations, and what the key may do for them."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.wrappers import Response

from sandbox import accounts
from sandbox.accounts import Account
from sandbox.linkedin import errors
from sandbox.linkedin.posts import paging
from sandbox.platform import Call, answer


def get(call: Call) -> Response:
    """GET /rest/organizations/{id}."""
    found = accounts.by_id(call.store, "linkedin", call.args["id"])
    if found is None:
        raise errors.refusal(404)
    return answer(_shape(found))


def find(call: Call) -> Response:
    """GET /rest/organizations?q=vanityName&vanityName=…"""
    if call.request.args.get("q") != "vanityName":
        raise errors.refusal(400, "ILLEGAL_ARGUMENT", "The query parameter q must be vanityName")
    found = accounts.by_handle(call.store, "linkedin", call.request.args.get("vanityName", ""))
    elements = [_shape(found)] if found else []
    return answer({"elements": elements, "paging": paging(0, 10, len(elements))})


def _shape(found: Account) -> dict[str, Any]:
    return {
        "id": int(found.id),
        "$URN": f"urn:li:organization:{found.id}",
        "localizedName": found.name,
        "vanityName": found.handle,
        "primaryOrganizationType": "NONE",
        "name": {"localized": {"no_NO": found.name}, "preferredLocale": {"country": "NO", "language": "no"}},
    }


def acls(call: Call) -> Response:
    """GET /rest/organizationAcls?q=roleAssignee: the organisations that the key's member administers."""
    args = call.request.args
    if args.get("q") not in ("roleAssignee", "organization"):
        raise errors.refusal(400, "ILLEGAL_ARGUMENT", "The query parameter q must be roleAssignee or organization")
    elements = [
        {
            "role": "ADMINISTRATOR",
            "state": "APPROVED",
            "organization": f"urn:li:organization:{a.id}",
            "roleAssignee": "urn:li:person:sandbox",
        }
        for a in call.accounts
        if args.get("organization") in (None, f"urn:li:organization:{a.id}")
        and args.get("role") in (None, "ADMINISTRATOR")
        and args.get("state") in (None, "APPROVED")
    ]
    return answer({"elements": elements, "paging": paging(0, 10, len(elements))})


def followers(call: Call) -> Response:
    """GET /rest/networkSizes/{urn}?edgeType=COMPANY_FOLLOWED_BY_MEMBER."""
    match = re.fullmatch(r"urn:li:organization:(\d+)", call.args["urn"])
    if not match or accounts.by_id(call.store, "linkedin", match[1]) is None:
        raise errors.refusal(404)
    return answer({"firstDegreeSize": 0})
