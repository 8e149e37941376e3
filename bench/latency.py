"""How long a message takes while there is time: one comes every 50 ms, whatever the bots do."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from statistics import median
from typing import Final

from bench import figures
from bench.contestants import Contestant, Measured, Rounds, Stub, bare, baton, in_turn, ready
from bench.scenario import Scenario

A_SECOND: Final = 20  #: messages


async def report(stub: Stub, given: Namespace) -> str:
    """Let Baton and the bare relay carry the same, in turn, and tell what Baton adds."""
    people = given.parties, given.clients
    async with ready(baton(stub, Scenario(*people)), bare(stub, Scenario(*people))) as bots:
        found = await paced(bots, given)
    ours, theirs = map(waits, found.values())
    added = 1000 * (median(ours) - median(theirs))
    return "\n".join(
        [
            f"LATENCY: {len(ours)} messages each, {A_SECOND} a second; milliseconds.",
            *table(found),
            figures.line("Baton adds at p50", [added], 1) + "   aim: at most 10.0",
        ]
    )


async def paced(bots: Sequence[Contestant], given: Namespace) -> Rounds:
    """Let each carry a few messages a second, in turn."""
    messages = given.seconds * A_SECOND
    return await in_turn(bots, given.rounds, messages, pause=1 / A_SECOND)


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
