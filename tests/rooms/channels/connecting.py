"""An administrator at the desk and at the pretend platform's consent page, by real HTTP."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
from django.test import Client

SCOPES = {
    "x": ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"],
    "facebook": [
        "pages_show_list", "pages_manage_posts", "pages_read_engagement", "pages_manage_engagement",
        "pages_read_user_content",
    ],
    "linkedin": [
        "rw_organization_admin", "w_organization_social", "r_organization_social", "w_organization_social_feed",
        "r_organization_social_feed",
    ],
}  # fmt: skip
ACCOUNTS = {"x": "1700000000000000001", "facebook": "100000000000001", "linkedin": "1000001"}


class Person:
    """Somebody signed in at the desk, with a browser."""

    def __init__(self, user: Any) -> None:
        self.client = Client(headers={"accept-language": "nb"})
        self.client.force_login(user)

    def begin(self, platform: str, channel: Any = None, **fields: Any) -> str:
        """Press «Gå til …»; the address at the platform."""
        address = f"/desk/kanaler/{channel.pk}/koble/" if channel else f"/desk/kanaler/ny/{platform}/koble/"
        answer = self.client.post(address, {"hvor": "oving", **fields})
        assert answer.status_code == 302, answer.content.decode()[-3000:]
        return str(answer.url)

    def consent(self, page: str, say: str = "ja", accounts: list[str] | None = None, scopes: Any = None) -> str:
        """Answer the platform's question; where it sends the person back to."""
        platform = urlsplit(page).path.split("/")[1]
        form = {
            "svar": say,
            "konto": [ACCOUNTS[platform]] if accounts is None else accounts,
            "tilgang": SCOPES[platform] if scopes is None else scopes,
        }
        body = urlencode(form, doseq=True)
        headers = {"content-type": "application/x-www-form-urlencoded"}
        assert httpx2.get(page).status_code == 200
        answer = httpx2.post(page, content=body, headers=headers, follow_redirects=False)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])

    def come_back(self, address: str) -> Any:
        parts = urlsplit(address)
        return self.client.get(f"{parts.path}?{parts.query}", follow=True)

    def connect(self, platform: str, channel: Any = None, **consent: Any) -> Any:
        return self.come_back(self.consent(self.begin(platform, channel), **consent))


def query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def words(answer: Any) -> str:
    """The messages on a page, as text."""
    return " ".join(str(message) for message in answer.context["messages"])
