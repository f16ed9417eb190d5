"""When LinkedIn's API versions end, as data.

A version is named by its month (YYYYMM) and served for at least a year from its release. LinkedIn tells the very day
shortly before. Source: learn.microsoft.com/linkedin, marketing, versioning and migrations.
"""

from __future__ import annotations

import re
from datetime import date

from samspill.channels.contract import Account
from samspill.channels.linkedin.rules import LINKEDIN_VERSION
from samspill.channels.terms import ApiVersion

SOURCE = "https://learn.microsoft.com/linkedin/marketing/versioning"
# Days that LinkedIn has named, by version; until one is named, the first day of the same month a year later counts.
NAMED: dict[str, date] = {}


def api_version(account: Account) -> ApiVersion | None:
    """The version that calls for ``account`` name. None when it is no month."""
    name = account.options.get("linkedin_version") or LINKEDIN_VERSION
    if name in NAMED:
        return ApiVersion(name, NAMED[name], SOURCE)
    if not re.fullmatch(r"20\d\d(0[1-9]|1[0-2])", name):
        return None
    return ApiVersion(name, date(int(name[:4]) + 1, int(name[4:]), 1), SOURCE, estimated=True)
