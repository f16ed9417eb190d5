"""A link that costs money and adds nothing is told in the composer, with the sum; it never blocks."""

from __future__ import annotations

import pytest

from samspill.channels import by_hand, registry
from samspill.channels.contract import Link, Picture, Post, Severity
from samspill.publishing import costly_links, words

LINK = Link("https://nyheter.example.no/l/bc4k7q2x", "Sak")
PICTURE = Picture("", "image/jpeg", 800, 600, 1000, "Et korps")


@pytest.mark.parametrize(
    ("post", "codes", "more", "rest"),
    [
        (Post("Ring oss.", link=LINK), [], "", ""),  # the card is worth it
        (Post("Ring oss.", pictures=(PICTURE,)), [], "", ""),
        (Post("Ring oss.", pictures=(PICTURE,), link=LINK), ["link_beside_pictures"], "0,185 USD", "0,02 USD"),
        (Post("Se lottstift.no.", pictures=(PICTURE,), link=LINK), [], "", ""),  # the text costs that already
        (Post("Ring lottstift.no."), ["address_in_text"], "0,185 USD", "0,015 USD"),
        (Post("Kontrollen.Neste uke"), [], "", ""),
        (Post(""), [], "", ""),
    ],
)
def test_a_costly_link_is_told_only_where_it_adds_nothing(post: Post, codes: list[str], more: str, rest: str) -> None:
    x = registry.platform("x")
    found = costly_links.problems(post, x, x.capabilities())
    assert [problem.code for problem in found] == codes
    for problem in found:
        assert problem.data == {"more": more, "rest": rest}
        assert problem.severity is Severity.WARNING
        assert not words.needs_answer(problem)


@pytest.mark.parametrize("name", ["facebook", "linkedin", "bluesky", "mastodon"])
def test_where_links_are_free_nothing_is_said(name: str) -> None:
    platform = registry.platform(name)
    post = Post("Ring lottstift.no.", pictures=(PICTURE,), link=LINK)
    assert costly_links.problems(post, platform, platform.capabilities()) == []


def test_what_is_done_by_hand_costs_nothing() -> None:
    x = registry.platform("x")
    capabilities = by_hand.all_by_hand(x.capabilities())
    assert costly_links.problems(Post("Ring lottstift.no."), x, capabilities) == []
