"""Facebook as a platform: each part of the contract, handed to the module that knows it."""

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
from samspill.channels.facebook import allowance, lookup, rules, steps
from samspill.channels.facebook.connect import FacebookConnection
from samspill.channels.http import Response
from samspill.channels.terms import Allowance


class Facebook:
    """Satisfies ``contract.Platform``. Credentials: ``access_token`` (of the Page), ``app_secret``.

    Options: ``graph_version``, e.g. ``v25.0``. The account's ``external_id`` is the Page's id.
    """

    name = "facebook"
    mark, colour = "f", "#0b5fcc"  # its tile in the desk
    credential_fields = ("access_token", "app_secret")  # what an administrator writes
    default_base_url = "https://graph.facebook.com"
    connection = FacebookConnection()

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
        return lookup.find(post, since, context)

    def read_back(self, post: Post, post_id: str, context: Context) -> Seen | Absent | CannotTell:
        return lookup.read_back(post, post_id, context)

    def verify(self, context: Context) -> Result:
        return lookup.verify(context)

    def allowance(self, method: str, address: str, answer: Response, now: datetime) -> Allowance | None:
        return allowance.allowance(method, address, answer, now)
