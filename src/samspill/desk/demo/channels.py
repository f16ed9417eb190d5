"""The demo's channels and rules. Keys and numbers are those of the pretend platforms."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class DemoChannel:
    key: str
    platform: str
    name: str
    brand: str | None = None
    handle: str = ""
    external_id: str = ""
    mode: str = "sandbox"
    template: str = ""
    credentials: dict[str, str] = field(default_factory=dict, repr=False)
    wait_reason: str = ""
    look_again_on: date | None = None


@dataclass(frozen=True, slots=True)
class DemoRule:
    kind: str
    channel: str
    brand: str | None = None
    automatic: bool = True


CHANNELS = (
    DemoChannel(
        "x", "x", "Lotteri- og stiftelsestilsynet", handle="lottstift", external_id="1700000000000000001",
        template="{tittel}\n\n{ingress}", credentials={"access_token": "sandbox-x-token"},
    ),
    DemoChannel(
        "facebook", "facebook", "Lotteritilsynet", brand="lotteritilsynet", external_id="100000000000001",
        template="{tittel}\n\n{ingress}\n\nHar du spørsmål? Skriv i kommentarfeltet. Ikke skriv fødselsnummer, "
                 "kontonummer eller noe om en sak du har hos oss.",
        credentials={"access_token": "sandbox-facebook-token", "app_secret": "sandbox-facebook-secret"},
    ),
    DemoChannel(
        "linkedin", "linkedin", "Lotteri- og stiftelsestilsynet", external_id="urn:li:organization:1000001",
        template="{tittel}\n\n{ingress}\n\n{emneknagger}", credentials={"access_token": "sandbox-linkedin-token"},
    ),
    DemoChannel(
        "bluesky", "bluesky", "Lotteri- og stiftelsestilsynet", handle="lottstift.test",
        external_id="did:plc:lottstiftsandbox22222222", template="{tittel}\n\n{ingress}",
        credentials={"access_token": "sandbox-bluesky-token"},
    ),
    DemoChannel(
        "mastodon", "mastodon", "Lotteri- og stiftelsestilsynet", handle="lottstift", external_id="109300000000000001",
        template="{tittel}\n\n{ingress}\n\n{emneknagger}", credentials={"access_token": "sandbox-mastodon-token"},
    ),
    DemoChannel(
        "facebook-stiftelse", "facebook", "Stiftelsestilsynet", brand="stiftelsestilsynet", mode="waiting",
        wait_reason="Vi vil først se om stiftelsene er på Facebook, og ha en vakt som kan svare.",
        look_again_on=date(2027, 3, 1),
    ),
)  # fmt: skip

RULES = (
    DemoRule("press_release", "x"),
    DemoRule("press_release", "facebook", brand="lotteritilsynet"),
    DemoRule("press_release", "linkedin"),
    DemoRule("press_release", "bluesky"),
    DemoRule("press_release", "mastodon"),
    DemoRule("blog_post", "x"),
    DemoRule("blog_post", "facebook", brand="lotteritilsynet"),
    DemoRule("blog_post", "linkedin", automatic=False),
)
