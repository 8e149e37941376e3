"""A browser for tests and pictures: the Chromium of this machine, and what it complains of."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
PATIENCE: Final = 30_000.0  #: milliseconds until something on a page is missed: machines are busy
STARTS: Final = 120_000.0  #: milliseconds until the browser has to be there

expect.set_options(timeout=PATIENCE)


def installed() -> str:
    """Return where the browser is; without one the tests of pages fail, and say so."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    pytest.fail(
        f"Pages are tested in a browser, and none of {', '.join(NAMES)} is on the PATH: "
        "install one, for instance with `apt-get install chromium`.",
        pytrace=False,
    )


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Start the browser, and end it."""
    path = installed()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path, args=[*FLAGS], timeout=STARTS
        )
        yield browser
        await browser.close()


class Tab:
    """A page in the browser, and whatever the browser had to complain of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: self._heard(said.type, said.text))
        page.on("pageerror", lambda error: self._heard("error", str(error)))

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)
