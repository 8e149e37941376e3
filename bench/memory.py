"""Whether Baton's process grows: an hour of messages, one a second, as fast as they go through."""

from __future__ import annotations

from argparse import Namespace
from typing import Final

from bench import figures
from bench.contestants import Stub, baton
from bench.scenario import Scenario

STRETCHES: Final = 12  #: of five minutes
MESSAGES: Final = 300  #: in a stretch
NEWCOMERS: Final = 10  #: clients who come in a stretch: what is kept for each of them would show


async def report(stub: Stub, given: Namespace) -> str:
    """Let Baton carry an hour's messages, and tell how much memory it has after each part."""
    async with baton(stub, Scenario(given.parties, given.clients), name="Baton-hour") as bot:
        await bot.prepare()
        sizes = [bot.memory]
        for _ in range(STRETCHES):
            newcomers = bot.scenario.newcomers(NEWCOMERS)
            await bot.welcome(newcomers)
            await bot.carry(bot.scenario.talk(MESSAGES - 3 * NEWCOMERS))
            sizes.append(bot.memory)
    middle = STRETCHES // 2
    halves = [sizes[middle] - sizes[0], sizes[-1] - sizes[middle]]
    shown = " ".join(f"{each / 1024:.1f}" for each in sizes)
    return "\n".join(
        [
            f"MEMORY: {STRETCHES * MESSAGES} messages, {STRETCHES * NEWCOMERS} new clients.",
            f"resident MB, after the warm-up and after each {MESSAGES} messages: {shown}",
            *(
                figures.line(
                    f"KB per 1000 messages, {half}", [grown * 1000 / (middle * MESSAGES)], 0
                )
                for half, grown in zip(("1st half", "2nd half"), halves, strict=True)
            ),
        ]
    )
