"""``python -m tests.support.screenshots DESK SANDBOX FOLDER``: pictures of a running demo's pages, wide and narrow."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from samspill.desk.demo import USERS
from tests.support.browser import launch

SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
LARGEST = 150_000  # bytes
PASSWORDS = {user.username: user.password for user in USERS}


def main(site: str, sandbox: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for size, viewport in SIZES.items():
            _public(browser, site, sandbox, folder, size, viewport)
            _desk(browser, site, folder, size, viewport)
        browser.close()
    for picture in folder.glob("*.png"):
        _shrink(picture)


def _shrink(picture: Path) -> None:
    """Fewer colours until the file is small: pictures live in the repository for ever."""
    with Image.open(picture) as whole:
        for colours in (256, 128, 64, 32):
            whole.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(picture, optimize=True)
            if picture.stat().st_size < LARGEST:
                return


def _page(browser: Browser, viewport: Any) -> Any:
    context = browser.new_context(locale="nb-NO", timezone_id="Europe/Oslo", viewport=viewport)
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


def _sign_in(page: Any, site: str, user: str) -> None:
    page.goto(f"{site}/desk/login/")
    page.fill("[name=username]", user)
    page.fill("[name=password]", PASSWORDS[user])
    page.click("[type=submit]")
    page.wait_for_url("**/desk/")


def _public(browser: Browser, site: str, sandbox: str, folder: Path, size: str, viewport: Any) -> None:
    page = _page(browser, viewport)
    for name, address in {
        "nyhetsrom": site,
        "sak": f"{site}/saker/momskompensasjonen-kommer-i-desember/",
        "ovingsplass-x": f"{sandbox}/x",
        "ovingsplass-facebook": f"{sandbox}/facebook",
        "ovingsplass-linkedin": f"{sandbox}/linkedin",
        "ovingsplass-bluesky": f"{sandbox}/bluesky",
        "ovingsplass-mastodon": f"{sandbox}/mastodon",
        "api": f"{site}/api/v1/",
    }.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}-{size}.png")
    page.context.close()


def _desk(browser: Browser, site: str, folder: Path, size: str, viewport: Any) -> None:
    page = _page(browser, viewport)
    page.goto(f"{site}/desk/login/")
    page.screenshot(path=folder / f"logg-inn-{size}.png")
    _sign_in(page, site, "marte")

    def shoot(name: str, address: str) -> None:
        page.goto(address if address.startswith("http") else site + address)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}-{size}.png")

    shoot("oversikt", "/desk/")
    shoot("utsendelser", "/desk/utsendelser/")
    shoot("kanaler", "/desk/kanaler/")
    shoot("kalender", "/desk/kalender/")
    shoot("kalender-maned", "/desk/kalender/maned/")
    shoot("stopp", "/desk/stopp/")
    shoot("godkjenn-liste", "/desk/godkjenn/")
    shoot("godkjenn", _widest_waiting(page))
    page.goto(f"{site}/desk/utsendelser/?q=ulovlig")
    shoot(
        "utsending", page.locator("main a[href*='/desk/utsendelser/']:has-text('ulovlig')").first.get_attribute("href")
    )
    shoot("for-hand", page.locator("a", has_text="Gjør det for hånd").first.get_attribute("href") or "")
    _held(page, site, lambda name: page.screenshot(path=folder / f"{name}-{size}.png"))
    page.context.close()
    page = _page(browser, viewport)
    _sign_in(page, site, "admin")
    page.goto(f"{site}/desk/kanaler/")
    page.goto(site + str(page.locator("a[href*='/desk/kanaler/']", has_text="Endre").first.get_attribute("href")))
    page.screenshot(path=folder / f"kanal-{size}.png")
    page.context.close()
    page = _page(browser, viewport)
    _sign_in(page, site, "jonas")
    page.goto(f"{site}/desk/")
    address = _composer(page, site)
    shoot("skriv-x", address)
    for platform in ("facebook", "linkedin"):
        page.goto(site + address)
        page.get_by_role("tab", name=re.compile(platform, re.IGNORECASE)).click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"skriv-{platform}-{size}.png")
    page.context.close()


def _held(page: Any, site: str, shoot: Callable[[str], None]) -> None:
    """Stop everything, look at what is to be gone through, let all go as planned, and end the stop."""
    page.goto(f"{site}/desk/stopp/")
    page.get_by_label("Hvorfor stopper dere?").fill("Alvorlig ulykke i Førde. Vi venter med alt annet til i morgen.")
    page.get_by_role("button", name="Stopp nå").click()
    page.wait_for_url("**/desk/stopp/*/")
    page.wait_for_load_state("networkidle")
    shoot("stoppet")
    page.get_by_label("De andre, som ikke har fått svar").select_option("Som planlagt")
    page.get_by_role("button", name="Utfør, og opphev stoppen").click()
    page.wait_for_load_state("networkidle")


def _composer(page: Any, site: str) -> str:
    page.goto(f"{site}/desk/godkjenn/")
    number = next(part for part in _widest_waiting(page).split("/") if part.isdigit())
    return f"/desk/pages/{number}/kanaler/"


def _widest_waiting(page: Any) -> str:
    """The address of the story with most channels on the list of approvals."""
    rows = page.locator(".s-row:has(a[href*='/desk/godkjenn/'])").all()
    widest = max(rows, key=lambda row: row.locator(".s-ch__mark").count())
    return str(widest.locator("a").get_attribute("href"))


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2].rstrip("/"), Path(sys.argv[3]))
