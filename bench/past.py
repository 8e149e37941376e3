"""Whether Baton is slower when there is a long past: beside a thousand tickets, and a million."""

from __future__ import annotations

from argparse import Namespace
from contextlib import AsyncExitStack
from statistics import median
from typing import Final

from bench import figures, latency, rate
from bench.contestants import Stub, baton
from bench.scenario import Scenario

FEW: Final = 1000  #: tickets
AIM: Final = "aim: below 1.30"


async def report(stub: Stub, given: Namespace) -> str:
    """Let Baton carry the same with a short past and with a long one, in turn."""
    async with AsyncExitStack() as stack:
        bots = []
        for tickets in (FEW, given.tickets):
            scenario = Scenario(given.parties, given.clients)
            bot = baton(stub, scenario, name=f"Baton-{tickets}", tickets=tickets)
            bots.append(await stack.enter_async_context(bot))
            await bots[-1].prepare()
        measured = await rate.in_turn(bots, given.rounds, given.messages)
        paced = await latency.in_turn(bots, given.rounds, given.seconds)
    short, long = measured.values()
    soon, late = map(latency.waits, paced.values())
    rates = rate.rates(short), rate.rates(long)
    return "\n".join(
        [
            f"PAST: {FEW:,} and {given.tickets:,} ended tickets in the database.",
            *rate.table(measured),
            *latency.table(paced),
            figures.ratios("rate, few / many", *rates, AIM),
            figures.ratios("CPU, many / few", rate.costs(long), rate.costs(short), AIM),
            figures.line("p50, many / few", [median(late) / median(soon)], 2) + f"   {AIM}",
            figures.line("p99, many / few", [figures.p99(late) / figures.p99(soon)], 2)
            + f"   {AIM}",
        ]
    )
