"""LinkedIn as a platform: each part of the contract, handed to the module that knows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from samspill.channels.contract import (
    Absent,
    Account,
    Action,
    CannotTell,
    Capabilities,
    Context,
    Count,
    Done,
    Finding,
    Post,
    Problem,
    Result,
    Seen,
    Step,
)
from samspill.channels.linkedin import lookup, rules, steps, versions
from samspill.channels.linkedin.connect import LinkedInConnection
from samspill.channels.terms import ApiVersion


class LinkedIn:
    """Satisfies ``contract.Platform``. Credentials: ``access_token``.

    Options: ``linkedin_version``, e.g. ``202607``. The account's ``external_id`` is the organisation's number or urn.
    """

    name = "linkedin"
    mark, colour = "in", "#0a5a9c"  # its tile in the desk
    default_base_url = "https://api.linkedin.com"
    connection = LinkedInConnection()

    def capabilities(self, account: Account | None = None) -> Capabilities:
        return rules.CAPABILITIES

    def count(self, text: str, account: Account | None = None) -> Count:
        return rules.count(text)

    def wire_text(self, post: Post) -> str:
        return rules.wire_text(post)

    def check(self, post: Post, account: Account | None = None) -> list[Problem]:
        return rules.check(post)

    def plan(self, action: Action, post: Post) -> list[Step]:
        return steps.plan(action, post)

    def perform(
        self, action: Action, step: Step, post: Post, done: Mapping[str, Done], target_id: str, context: Context
    ) -> Result:
        return steps.perform(action, step, post, done, target_id, context)

    def find(
        self,
        action: Action,
        step: Step,
        post: Post,
        done: Mapping[str, Done],
        since: datetime,
        hint_id: str,
        context: Context,
    ) -> Finding:
        return lookup.find(post, since, hint_id, context)

    def read_back(self, post: Post, post_id: str, context: Context) -> Seen | Absent | CannotTell:
        return lookup.read_back(post, post_id, context)

    def verify(self, context: Context) -> Result:
        return lookup.verify(context)

    def api_version(self, account: Account) -> ApiVersion | None:
        return versions.api_version(account)
