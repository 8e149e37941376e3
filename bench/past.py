"""Whether Baton is slower when there is a long past: beside a thousand tickets, and a million."""

from __future__ import annotations

from argparse import Namespace
from statistics import median
from typing import Final

from bench import figures, latency, rate
from bench.contestants import Stub, baton, in_turn, ready
from bench.scenario import Scenario

FEW: Final = 1000  #: tickets
AIM: Final = "aim: below 1.30"


async def report(stub: Stub, given: Namespace) -> str:
    """Let Baton carry the same with a short past and with a long one, in turn."""
    people = given.parties, given.clients
    pasts = (
        baton(stub, Scenario(*people), name=f"Baton-{tickets}", tickets=tickets)
        for tickets in (FEW, given.tickets)
    )
    async with ready(*pasts) as bots:
        measured = await in_turn(bots, given.rounds, given.messages)
        paced = await latency.paced(bots, given)
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
