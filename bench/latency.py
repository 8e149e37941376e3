"""How long a message takes while there is time: one comes every 50 ms, whatever the bots do."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from contextlib import AsyncExitStack
from statistics import median
from typing import Final

from bench import figures
from bench.contestants import Contestant, Measured, Stub, bare, baton
from bench.scenario import Scenario

A_SECOND: Final = 20  #: messages
Rounds = dict[str, list[Measured]]


async def report(stub: Stub, given: Namespace) -> str:
    """Let Baton and the bare relay carry the same, in turn, and tell what Baton adds."""
    async with AsyncExitStack() as stack:
        bots = []
        for kind in (baton, bare):
            bots.append(
                await stack.enter_async_context(kind(stub, Scenario(given.parties, given.clients)))
            )
            await bots[-1].prepare()
        found = await in_turn(bots, given.rounds, given.seconds)
    ours, theirs = map(waits, found.values())
    added = 1000 * (median(ours) - median(theirs))
    return "\n".join(
        [
            f"LATENCY: {len(ours)} messages each, {A_SECOND} a second; milliseconds.",
            *table(found),
            figures.line("Baton adds at p50", [added], 1) + "   aim: at most 10.0",
        ]
    )


async def in_turn(bots: Sequence[Contestant], rounds: int, seconds: int) -> Rounds:
    """Let each carry messages for so many seconds, in turn."""
    found: Rounds = {bot.name: [] for bot in bots}
    for _ in range(rounds):
        for bot in bots:
            spoken = bot.scenario.talk(seconds * A_SECOND)
            found[bot.name].append(await bot.carry(spoken, pause=1 / A_SECOND))
    return found


def waits(measured: Sequence[Measured]) -> list[float]:
    """Return how many seconds each message took."""
    return [wait for each in measured for wait in each.waits]


def table(found: Rounds) -> list[str]:
    """Return how long messages took through each, and what they cost."""
    return [
        figures.WAITS,
        *(figures.waits(name, waits(measured)) for name, measured in found.items()),
        *(
            figures.line(f"{name}, CPU ms/message", [median(each.cost for each in measured)], 2)
            for name, measured in found.items()
        ),
    ]
