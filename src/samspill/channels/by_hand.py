"""Doing by hand what no API does for us: what is then possible, where the person writes, and whose address came back.

Pure. The ledger follows what is done by hand in the same way as what is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from urllib.parse import quote, urlsplit

from samspill.channels import http
from samspill.channels.contract import Account, ActionWay, Capabilities, Platform, Reason, Way

LONGEST_ADDRESS = 6000  # signs; servers commonly take 8 KiB for the first line of a request


class WrongAddress(StrEnum):
    """What is wrong with an address that should be a post's."""

    OTHER_PLACE = "other_place"  # not a post on this platform
    OTHER_ACCOUNT = "other_account"  # a post there, by somebody else


def all_by_hand(capabilities: Capabilities) -> Capabilities:
    """What a channel can do whose owner has chosen to do all by hand: what cannot be done at all stays so."""
    chosen = ActionWay(Way.BY_HAND, Reason.HAND_CHOSEN)
    actions = {action: chosen if way.way is Way.API else way for action, way in capabilities.actions.items()}
    reply = chosen if capabilities.reply.way is Way.API else capabilities.reply
    return replace(capabilities, actions=actions, reply=reply)


def write_address(platform: Platform, capabilities: Capabilities, text: str, link: str = "") -> str:
    """The platform's own page to write on, with the text filled in where the page takes one; "" when there is none.

    ``link``: one that is not part of the text. It is filled in after it when both fit.
    """
    address = capabilities.compose_url
    if not address or not capabilities.compose_field or not text:
        return address
    both = f"{text}\n\n{link}"
    words = both if link and platform.count(both).valid else text
    sign = "&" if "?" in address else "?"
    filled = f"{address}{sign}{capabilities.compose_field}={quote(words, safe='')}"
    return filled if len(filled) <= LONGEST_ADDRESS else address


def fills_in(capabilities: Capabilities, address: str) -> bool:
    """Whether ``address`` from ``write_address`` brings the text along."""
    return bool(capabilities.compose_field) and address != capabilities.compose_url


def judge(address: str, account: Account, public_url: str, platform: Platform) -> WrongAddress | None:
    """Whether ``address`` can be a post of this account; None when it can, or when that cannot be seen from it."""
    for pattern in platform.capabilities(account).post_addresses:
        found = re.match(pattern, address, re.IGNORECASE)
        if found:
            named = (found.groupdict().get("account") or "").lstrip("@")
            return WrongAddress.OTHER_ACCOUNT if _is_another(named, account, public_url) else None
    stand_in = not http.same_host(account.base_url, platform.default_base_url)
    return None if stand_in and http.same_host(address, account.base_url) else WrongAddress.OTHER_PLACE


def _is_another(named: str, account: Account, public_url: str) -> bool:
    """A name is compared with a name and a number with a number: one says nothing of the other."""
    known = [one for one in _names(account, public_url) if _kind(one) == _kind(named)]
    return bool(named and known) and _plain(named) not in map(_plain, known)


def _names(account: Account, public_url: str) -> Iterator[str]:
    last = urlsplit(public_url).path.rstrip("/").rpartition("/")[2]
    for name in (account.handle, account.external_id, "" if last.endswith(".php") else last):
        if name.strip("@ "):
            yield name.strip("@ ")


def _kind(name: str) -> str:
    return "number" if name.isdecimal() else "urn" if ":" in name else "name"


def _plain(name: str) -> str:
    """Without the server, which the own server leaves out, and without dots, which Facebook does not see."""
    return name.partition("@")[0].replace(".", "").casefold()
