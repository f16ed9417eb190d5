"""Mastodon as a platform: each part of the contract, handed to the module that knows it."""

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
from samspill.channels.http import Response
from samspill.channels.mastodon import allowance, length, lookup, rules, steps
from samspill.channels.mastodon.connect import MastodonConnection
from samspill.channels.mastodon.limits import limits_of
from samspill.channels.terms import Allowance


class Mastodon:
    """Satisfies ``contract.Platform``. Credentials: ``access_token`` (OAuth 2), and the app's for taking it back.

    Options: ``visibility`` (public, unlisted, private), ``content_warning`` (before every post), and what the server
    told of its limits (see ``limits``). The account's ``base_url`` is its server's.
    """

    name = "mastodon"
    mark, colour = "M", "#563acc"  # its tile in the desk
    connection = MastodonConnection()
    default_base_url = "https://mastodon.social"  # the largest server; a channel names its own

    def capabilities(self, account: Account | None = None) -> Capabilities:
        return rules.capabilities(account)

    def count(self, text: str, account: Account | None = None) -> Count:
        return length.count(text, limits_of(account))

    def wire_text(self, post: Post) -> str:
        return rules.wire_text(post)

    def check(self, post: Post, account: Account | None = None) -> list[Problem]:
        return rules.check(post, account)

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
