"""``make screenshots``: the pictures of README and docs, of one story that is always the same.

The story is played on the demo's chain; then what people see is taken, in light and dark, and as
wide as a phone. The dashboard has pictures of its own: ``tests.browser.pages``.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.async_api import Browser, Page

from tests.browser import pages
from tests.browser.chromium import PATIENCE, launched
from tests.end_to_end.live_people import people
from tests.end_to_end.live_processes import ROOT, Stage, migrate

DOCS: Final = ROOT / "docs"
CHAIN: Final = ROOT / "bot" / "demo.toml"
KNOWS: Final = "try { localStorage.setItem('baton.howto', 'hidden') } catch {}"

Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Picture:
    """What one picture shows, and how."""

    name: str  #: of the file in docs
    scheme: Scheme = "light"
    width: int = 1680
    height: int = 900
    chat: str = ""  #: the one to be shown where there is room for one alone


PICTURES: Final[Sequence[Picture]] = (
    Picture("demo.png"),
    Picture("demo-dark.png", "dark"),
    Picture("demo-phone.png", width=390, height=800, chat="Iceberg · support"),
)


async def story(stage: Stage) -> None:
    """Let a request go down four companies, and the answer come half of the way back."""
    who = people(stage)
    anna, vera, paul = who["Anna"], who["Vera"], who["Paul"]
    lucy, egor = who["Lucy"], who["Egor"]
    await anna.opens("https://t.me/baton_demo_bot?start=vendor")
    await anna.sees("Iceberg Coffee Machines")
    await anna.writes("Our espresso machine leaks, corner of Main and 3rd")
    await vera.presses("Pass on", on="VND-1")
    await paul.presses("Pass on", on="SRV-1")
    await lucy.presses("Pass on", on="LOC-1")
    await egor.presses("Take", on="ENG-1")
    await egor.shows("The gasket is worn. I have one in the van.", to="ENG-1 · in work")
    for each in (lucy, paul, vera):
        held = await each.sees("The gasket is worn")
        if "Pass on" in held.labels:
            await each.presses_at_once("Pass on", held)
    await anna.sees("The gasket is worn")
    await anna.writes("Wonderful! The back door is open.")
    await egor.explains(
        "Resolve", "New gasket, tested at 9 bar", on="ENG-1", asked="What was done?"
    )
    await lucy.sees("New gasket, tested at 9 bar", button="Accept")
    await stage.quiet()


async def main() -> None:
    """Play the story, and take all pictures."""
    with tempfile.TemporaryDirectory(prefix="baton-pictures-") as folder:
        url = f"sqlite:///{folder}/pictures.db"
        migrate(Path(folder), url)
        async with Stage(Path(folder), aloud=False) as stage, launched() as browser:
            await stage.bot(DATABASE_URL=url, CHAIN_FILE=CHAIN)
            await story(stage)
            for each in PICTURES:
                await take(browser, stage.url, each)
                sys.stdout.write(f"docs/{each.name}\n")
            async for name in pages.taken(browser, Path(folder), DOCS):
                sys.stdout.write(f"docs/{name}\n")


async def take(browser: Browser, url: str, picture: Picture) -> None:
    """Take one picture."""
    context = await browser.new_context(
        locale="en-US",
        color_scheme=picture.scheme,
        viewport={"width": picture.width, "height": picture.height},
    )
    await context.add_init_script(KNOWS)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    await page.goto(url)
    await page.locator("html[data-wire=live]").wait_for()
    if picture.chat:
        await turn_to(page, picture.chat)
    await page.wait_for_function("[...document.images].every(image => image.complete)")
    await page.screenshot(path=DOCS / picture.name, animations="disabled")
    await context.close()


async def turn_to(page: Page, chat: str) -> None:
    """Show one of several chats, where they do not fit side by side."""
    await page.get_by_role("navigation", name="Chats").get_by_role("button", name=chat).click()


if __name__ == "__main__":
    asyncio.run(main())
