"""Whether people wait for each other: how long messages take while somebody looks at a whole year.

A lead of the largest company of a sample asks for the report of a year, again and again, while
others talk as they do for ``latency``.
"""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from statistics import median
from typing import Any, Final

from bench import figures, latency, town, views
from bench.contestants import Contestant, Stub, baton
from bench.scenario import Scenario
from bot.clock import system

PAUSE: Final = 2.0  #: seconds from one question to the next
YEAR: Final = timedelta(days=365)
FIRST: Final = 50_000_000  #: of the messages of who asks; those of the scenario are far below


async def report(stub: Stub, given: Namespace) -> str:
    """Let Baton carry a few messages a second, in turn with a year's reports beside and without."""
    made = await views.in_file(given.samples or stub.folder, given.tickets)
    scenario = Scenario(given.parties, given.clients)
    quiet, busy = list[float](), list[float]()
    async with baton(stub, scenario, name="Baton-sample", sample=views.path_of(made)) as bot:
        await bot.prepare()
        for _ in range(given.rounds):
            quiet += await spoken(bot, given)
            async with asking(bot):
                busy += await spoken(bot, given)
    return "\n".join(
        [
            f"REPORTS: {given.tickets:,} tickets; {latency.A_SECOND} messages a second, and a "
            f"report over a year every {PAUSE:.0f} seconds. Milliseconds.",
            figures.WAITS,
            figures.waits("nobody asks", quiet),
            figures.waits("somebody asks", busy),
            figures.line("ratio, p50", [median(busy) / median(quiet)], 2),
            figures.line("ratio, p99", [figures.p99(busy) / figures.p99(quiet)], 2),
        ]
    )


async def spoken(bot: Contestant, given: Namespace) -> list[float]:
    """Let people talk, and return how long each message took."""
    talk = bot.scenario.talk(given.seconds * latency.A_SECOND)
    return (await bot.carry(talk, pause=1 / latency.A_SECOND)).waits


@asynccontextmanager
async def asking(bot: Contestant) -> AsyncIterator[None]:
    """Let a lead ask for reports as long as the block lasts."""

    async def asks() -> None:
        for number in count():
            await bot.hears(question(number))
            await asyncio.sleep(PAUSE)

    task = asyncio.create_task(asks())
    try:
        yield
    finally:
        task.cancel()


def question(number: int) -> dict[str, Any]:
    """Return what a lead of the largest company asks, as the messenger tells it."""
    today = system().date()
    text = f"/report {today - YEAR}..{today}"
    return {
        "message": {
            "message_id": FIRST + number,
            "date": 1_700_000_000,
            "text": text,
            "entities": [{"type": "bot_command", "offset": 0, "length": len("/report")}],
            "chat": {"id": town.FIRST_CHAT, "type": "supergroup", "title": "Polar"},
            "from": {"id": town.staff(0, 0), "is_bot": False, "first_name": "Lead"},
        },
    }
