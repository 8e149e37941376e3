"""The dashboard in a real browser: as a Mini App, in its colours, live; and without any script."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, Page, expect

from tests.actors import BOT
from tests.browser.chromium import PATIENCE, launched
from tests.dashboard.conftest import House
from tests.dashboard.test_dashboard_proof import signed
from tests.scenarios.conftest import Cast

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("page")]

FRONT = f"/dashboard/{BOT}"
NIGHT = {"bg_color": "#17212b", "text_color": "#f5f5f5", "button_color": "#ff0000", "x": "url(//x)"}


async def colours(page: Page) -> list[str]:
    """Return how the page looks: its background, and its words."""
    script = "() => [getComputedStyle(document.body), getComputedStyle(document.documentElement)]"
    styles = f"({script})().flatMap((s) => [s.backgroundColor, s.color])"
    found: list[str] = await page.evaluate(styles)
    return found[:2]


async def look_again(page: Page) -> None:
    """Let the page look what is new at once, as when somebody comes back to it."""
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def opened(browser: Browser, complaints: list[str], **options: object) -> Page:
    """Open a window that notes whatever the browser complains of."""
    context = await browser.new_context(**options)  # type: ignore[arg-type]
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


async def test_the_pages_in_a_browser(house: House, chain: Cast) -> None:
    await chain.asks("The machine leaks")
    await chain.vera.writes("Hello")
    complaints: list[str] = []
    async with launched() as browser:
        await as_a_mini_app(browser, house, chain, complaints)
        await by_a_link_on_a_phone(browser, house, chain, complaints)
        await without_any_script(browser, house, chain, complaints)
    assert complaints == []


async def as_a_mini_app(browser: Browser, house: House, chain: Cast, complaints: list[str]) -> None:
    """Bring Telegram's word and its colours along; what happens shows by itself."""
    page = await opened(browser, complaints, color_scheme="light", locale="ru")
    word, theme = quote(signed(at=house.world.now)), quote(json.dumps(NIGHT))
    start = f"#tgWebAppData={word}&tgWebAppVersion=9.1&tgWebAppThemeParams={theme}"

    await page.goto(f"{house.doors.url}{FRONT}{start}")

    await expect(page.get_by_role("heading", name="Сейчас")).to_be_visible()
    assert (await colours(page))[1] == "rgb(245, 245, 245)"
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    row = page.get_by_role("row", name="The machine leaks")
    await expect(row).to_contain_text("Ждёт, кто возьмёт")
    await page.evaluate("document.title = 'not loaded again'")

    await chain.vera.presses("Take")
    await look_again(page)

    await expect(row).to_contain_text("В работе")
    assert await page.title() == "not loaded again"
    await row.get_by_role("link").click()
    await expect(page.get_by_role("heading", name="VND-1 · в работе")).to_be_visible()
    assert (await colours(page))[1] == "rgb(245, 245, 245)"  # on every page of this window
    await page.context.close()


async def by_a_link_on_a_phone(
    browser: Browser, house: House, chain: Cast, complaints: list[str]
) -> None:
    """Let the device say whether it is dark; nothing is wider, and one sees where one is."""
    small = {"width": 360, "height": 740}
    page = await opened(browser, complaints, viewport=small, color_scheme="light")
    await page.goto(house.doors.url + await house.link(chain.vera))
    await page.get_by_role("button", name="Open the dashboard").click()

    for path in ("now", "settlement", "case?number=1"):
        await page.goto(f"{house.doors.url}{FRONT}/vendor/{path}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= small["width"]
        await expect(page.locator("nav [aria-current=page]")).to_be_in_viewport(ratio=1)
    light = await colours(page)
    await page.emulate_media(color_scheme="dark")
    assert await colours(page) != light

    await page.get_by_role("button", name="Русский").click()
    await expect(page.get_by_role("heading", name="Чей был ход")).to_be_visible()
    assert "number=1" in page.url  # the same page, in other words
    await page.get_by_role("button", name="Выйти").click()
    await page.wait_for_url(f"**{FRONT}")
    await page.context.close()


async def without_any_script(
    browser: Browser, house: House, chain: Cast, complaints: list[str]
) -> None:
    """Do everything but see by oneself what happens."""
    page = await opened(browser, complaints, java_script_enabled=False)
    await page.goto(house.doors.url + await house.link(chain.vera))
    await page.get_by_role("button", name="Open the dashboard").click()

    await page.get_by_label("Number of a ticket").fill("1")
    await page.get_by_role("button", name="Show").click()

    await expect(page.get_by_role("heading", name="VND-1 · in work")).to_be_visible()
    await page.context.close()
