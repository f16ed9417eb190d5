"""Doing by hand what the API does elsewhere: the ways that are left, the page to write on, and whose address it is."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from samspill.channels import registry
from samspill.channels.by_hand import LONGEST_ADDRESS, WrongAddress, all_by_hand, fills_in, judge, write_address
from samspill.channels.contract import Account, Action, Reason, Way

PLATFORMS = sorted(registry.platforms())


def account(platform: str, base_url: str = "", **fields: str) -> Account:
    return Account("1", base_url or registry.platform(platform).default_base_url, **{"external_id": "", **fields})


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_channel_by_hand_does_by_hand_what_the_api_did_and_nothing_more(name: str) -> None:
    before = registry.platform(name).capabilities(account(name))
    after = all_by_hand(before)
    assert after.way(Action.PUBLISH).way is Way.BY_HAND
    assert after.way(Action.PUBLISH).reason == Reason.HAND_CHOSEN
    for action, way in before.actions.items():
        assert (after.way(action).way is Way.NOT_AT_ALL) == (way.way is Way.NOT_AT_ALL), action
        assert after.way(action).way is not Way.API
    assert after.reply.way is (Way.NOT_AT_ALL if before.reply.way is Way.NOT_AT_ALL else Way.BY_HAND)
    assert (after.text_limit, after.pictures) == (before.text_limit, before.pictures)


@pytest.mark.parametrize("name", PLATFORMS)
def test_every_platform_has_a_page_to_write_on_and_knows_its_own_posts_addresses(name: str) -> None:
    found = registry.platform(name).capabilities(account(name))
    assert found.compose_url.startswith("https://")
    assert found.post_addresses


@pytest.mark.parametrize("name", [name for name in PLATFORMS if registry.platform(name).capabilities().compose_field])
def test_the_text_is_filled_in_just_as_it_was_approved(name: str) -> None:
    platform = registry.platform(name)
    capabilities = platform.capabilities(account(name))
    text = "Søk innen 1. september & få svar #lotteri\n\n50 % av lagene får +100 kr 🎉"
    address = write_address(platform, capabilities, text)
    assert parse_qs(urlsplit(address).query, strict_parsing=True)[capabilities.compose_field] == [text]
    assert fills_in(capabilities, address)


def test_a_link_of_its_own_follows_the_text_when_both_fit_and_stays_out_when_they_do_not() -> None:
    platform = registry.platform("bluesky")
    capabilities = platform.capabilities()
    link = "https://nyheter.example.no/l/abcd2345"
    short = write_address(platform, capabilities, "Kort tekst", link)
    long = write_address(platform, capabilities, "a" * 290, link)
    assert parse_qs(urlsplit(short).query)["text"] == [f"Kort tekst\n\n{link}"]
    assert parse_qs(urlsplit(long).query)["text"] == ["a" * 290]


def test_a_text_too_long_for_an_address_leaves_the_page_empty_and_says_so() -> None:
    platform = registry.platform("linkedin")
    capabilities = platform.capabilities()
    address = write_address(platform, capabilities, "å" * 1500)
    assert len("å" * 1500) * 6 > LONGEST_ADDRESS
    assert address == capabilities.compose_url
    assert not fills_in(capabilities, address)


OURS = [
    ("x", {"handle": "@lottstift"}, "https://x.com/lottstift/status/1999"),
    ("x", {"handle": "lottstift"}, "https://www.twitter.com/LottStift/status/1999?s=20"),
    ("x", {"handle": "lottstift"}, "https://x.com/i/web/status/1999"),
    ("x", {}, "https://x.com/hvem_som_helst/status/1999"),
    ("facebook", {"external_id": "100"}, "https://www.facebook.com/permalink.php?story_fbid=pfbid02&id=100"),
    ("facebook", {"external_id": "100"}, "https://www.facebook.com/lottstift/posts/pfbid02"),
    ("facebook", {"handle": "lott.stift"}, "https://nb-no.facebook.com/LottStift/posts/123"),
    ("facebook", {"external_id": "100"}, "https://www.facebook.com/share/p/1AbC/"),
    ("linkedin", {"external_id": "urn:li:organization:1"}, "https://www.linkedin.com/feed/update/urn:li:share:71/"),
    ("linkedin", {"handle": "lottstift"}, "https://www.linkedin.com/posts/lottstift_frist-activity-71-aB"),
    ("mastodon", {"handle": "lottstift@mastodon.social"}, "https://mastodon.social/@lottstift/113"),
    ("bluesky", {"handle": "lottstift.no"}, "https://bsky.app/profile/lottstift.no/post/3kabc"),
    ("bluesky", {"external_id": "did:plc:abc"}, "https://bsky.app/profile/did:plc:abc/post/3kabc"),
]  # fmt: skip
OTHERS = [
    ("x", {"handle": "lottstift"}, "https://x.com/bingovennen/status/1999"),
    ("x", {"handle": "lottstift"}, "https://x.com/ivar/status/1999"),
    ("facebook", {"external_id": "100"}, "https://www.facebook.com/permalink.php?story_fbid=7&id=200"),
    ("facebook", {"handle": "lottstift"}, "https://www.facebook.com/ingrid.haugen/posts/7"),
    ("linkedin", {"handle": "lottstift"}, "https://www.linkedin.com/posts/ingrid-haugen_frist-activity-71-aB"),
    ("mastodon", {"handle": "lottstift"}, "https://mastodon.social/@ingrid/113"),
    ("bluesky", {"handle": "lottstift.no"}, "https://bsky.app/profile/ingrid.bsky.social/post/3kabc"),
    ("bluesky", {"external_id": "did:plc:abc"}, "https://bsky.app/profile/did:plc:xyz/post/3kabc"),
]  # fmt: skip
NO_POSTS = [
    ("x", "https://x.com/lottstift"),
    ("x", "https://x.com.eksempel.no/lottstift/status/1"),
    ("x", "https://eksempel.no/https://x.com/lottstift/status/1"),
    ("x", "https://www.facebook.com/lottstift/posts/1"),
    ("facebook", "https://x.com/lottstift/status/1"),
    ("facebook", "https://www.facebook.com/lottstift"),
    ("linkedin", "https://www.linkedin.com/company/lottstift/"),
    ("mastodon", "https://annen.eksempel/@lottstift/113"),
    ("bluesky", "https://bsky.app/profile/lottstift.no"),
]


@pytest.mark.parametrize(("name", "fields", "address"), OURS)
def test_the_accounts_own_post_is_taken(name: str, fields: dict[str, str], address: str) -> None:
    assert judge(address, account(name, **fields), "", registry.platform(name)) is None


@pytest.mark.parametrize(("name", "fields", "address"), OTHERS)
def test_another_accounts_post_is_seen_to_be_that(name: str, fields: dict[str, str], address: str) -> None:
    assert judge(address, account(name, **fields), "", registry.platform(name)) is WrongAddress.OTHER_ACCOUNT


@pytest.mark.parametrize(("name", "address"), NO_POSTS)
def test_what_is_no_post_on_the_platform_is_refused(name: str, address: str) -> None:
    found = judge(address, account(name, handle="lottstift"), "", registry.platform(name))
    assert found is WrongAddress.OTHER_PLACE


def test_the_address_for_the_public_tells_the_accounts_name_where_the_handle_is_not_written() -> None:
    platform, plain = registry.platform("x"), account("x")
    address = "https://x.com/bingovennen/status/1"
    assert judge(address, plain, "https://x.com/lottstift", platform) is WrongAddress.OTHER_ACCOUNT
    assert judge(address, plain, "https://x.com/bingovennen/", platform) is None


def test_a_stand_ins_own_posts_are_taken_below_its_address() -> None:
    pretend = account("x", "http://127.0.0.1:8100/x", handle="lottstift")
    platform = registry.platform("x")
    assert judge("http://127.0.0.1:8100/x/lottstift/status/1", pretend, "", platform) is None
    assert judge("http://127.0.0.1:9999/x/lottstift/status/1", pretend, "", platform) is WrongAddress.OTHER_PLACE
