"""Pictures of the dashboard, and of what is drawn in chats: of a sample that is always the same."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from aiogram import Bot
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page
from sqlalchemy.engine import make_url

from bench import sample
from bot.dashboard import site
from bot.dashboard.doors import Doors
from bot.web import application
from handlers import pictures
from relay import reports, telling, timelines, visits
from relay.language import speak
from relay.periods import read
from relay.store import Database, Store
from relay.tables import Party, Ticket
from tests.browser.chromium import PATIENCE
from tests.dashboard.conftest import Bots

NOW: Final = datetime(2026, 11, 26, 11, 20, tzinfo=UTC)
TICKETS: Final = 3_000
OF: Final = "north"  #: whose dashboard it is: the largest company there that speaks English
DEEP: Final = 3  #: levels of that story
LATEST: Final = 300  #: tickets among which one is looked for that has a story


@dataclass(frozen=True)
class Shot:
    """What one picture shows, and how."""

    name: str  #: of the file in docs
    path: str  #: of the page; {number}: a ticket with a story
    scheme: Literal["light", "dark"] = "light"
    width: int = 1200
    height: int = 860


SHOTS: Final[Sequence[Shot]] = (
    Shot("dashboard-now.png", "now"),
    Shot("dashboard-now-phone.png", "now", "dark", 390, 800),
    Shot("dashboard-case.png", "case?number={number}", height=1000),
    Shot("dashboard-partners.png", "partners?when=last+month", height=620),
    Shot("dashboard-time.png", "time?when=last+month", "dark", height=900),
    Shot("dashboard-settlement.png", "settlement?month=2026-10", height=620),
)


async def taken(browser: Browser, folder: Path, docs: Path) -> AsyncIterator[str]:
    """Take all pictures, and yield their names."""
    url = f"sqlite+aiosqlite:///{folder}/sample.db"
    await sample.fill(make_url(url), TICKETS, 2, NOW)
    database = Database(url, clock=lambda: NOW)
    async with database.look(sample.BOT) as store:
        party = next(each for each in await store.parties() if each.key == OF)
        ticket = await telling_one(store, party)
        number = ticket.number
        drawn = {
            "status.png": await case(store, ticket),
            "report.png": await report(store, party),
        }
    for name, picture in drawn.items():
        (docs / name).write_bytes(picture)
        yield name
    async with served(database) as url:
        for shot in SHOTS:
            page = await entered(browser, database, party, url, shot)
            path = shot.path.format(number=number)
            await page.goto(f"{url}/dashboard/{sample.BOT}/{OF}/{path}")
            await page.screenshot(path=docs / shot.name, animations="disabled")
            await page.context.close()
            yield shot.name
    await database.close()


@asynccontextmanager
async def served(database: Database) -> AsyncIterator[str]:
    """Serve the dashboard of a database, and return its address."""
    bot = Bot(f"{sample.BOT}:PICTURES")
    doors = Doors(database, {sample.BOT: bot}, frozenset(), "")
    server = TestServer(application(Bots(), database, None, site.application(doors, database)))
    await server.start_server()
    doors.url = str(server.make_url("")).rstrip("/")
    yield doors.url
    await server.close()
    await bot.session.close()


async def entered(browser: Browser, database: Database, party: Party, url: str, shot: Shot) -> Page:
    """Open a window in which a lead of the company is known."""
    async with database.transaction(sample.BOT) as store:
        lead = (await store.leads(party))[0]
        secret = await visits.begin(store, lead.address, "en")
    context = await browser.new_context(
        locale="en-US",
        color_scheme=shot.scheme,
        viewport={"width": shot.width, "height": shot.height},
    )
    await context.add_cookies(
        [{"name": site.cookie(sample.BOT), "value": secret, "url": f"{url}/dashboard"}]
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    return page


async def telling_one(store: Store, party: Party) -> Ticket:
    """Return a ticket that went far down, and was sent back once."""
    for serial in range(party.last_serial, party.last_serial - LATEST, -1):
        ticket = await store.ticket_of(party, str(serial))
        if ticket is None or ticket.upper_id or ticket.open:
            continue
        deep = max(len(each.path) for each in ticket.case.tickets)
        reworked = any(each.rework for each in ticket.case.tickets)
        if deep == len(ticket.case.tickets) == DEEP and reworked:
            return ticket
    raise LookupError("no ticket of the sample has such a story: try another seed")


async def case(store: Store, ticket: Ticket) -> bytes:
    """Draw what ``/status N`` shows."""
    post = await timelines.story(store, ticket, speak("en", ticket.party.timezone))
    assert post.picture is not None
    return pictures.draw(post.picture)


async def report(store: Store, party: Party) -> bytes:
    """Draw a report of the last month."""
    found = await reports.report(store, party, read("2026-10", NOW.date()))
    return pictures.chart(telling.chart(found, speak("en", party.timezone)))
