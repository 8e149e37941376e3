"""How many messages a second, and what they cost: everything is there at once, go."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Sequence

from bench import figures
from bench.contestants import Measured, Rounds, Stub, bare, baton, in_turn, ready
from bench.scenario import Scenario


async def report(stub: Stub, given: Namespace) -> str:
    """Let Baton and the bare relay carry the same, in turn, and tell how they compare."""
    people = given.parties, given.clients
    async with ready(baton(stub, Scenario(*people)), bare(stub, Scenario(*people))) as bots:
        found = await in_turn(bots, given.rounds, given.messages)
    ours, theirs = found.values()
    return "\n".join(
        [
            f"RATE: {given.rounds} rounds of {given.messages} messages, all offered at once.",
            *table(found),
            figures.ratios("rate, Baton / bare", rates(ours), rates(theirs), "aim: at least 0.50"),
            figures.ratios("CPU, Baton / bare", costs(ours), costs(theirs), "aim: at most 2.00"),
            *(calls(name, measured) for name, measured in found.items()),
        ]
    )


def table(found: Rounds) -> list[str]:
    """Return the rate and the cost of each."""
    lines = [figures.ROUNDS]
    for name, measured in found.items():
        lines.append(figures.rounds(f"{name}, messages/s", rates(measured), 0))
        lines.append(figures.rounds(f"{name}, CPU ms/message", costs(measured), 2))
    return lines


def rates(measured: Sequence[Measured]) -> list[float]:
    """Return the messages a second of each round."""
    return [each.rate for each in measured]


def costs(measured: Sequence[Measured]) -> list[float]:
    """Return the milliseconds of CPU a message of each round."""
    return [each.cost for each in measured]


def calls(name: str, found: Sequence[Measured]) -> str:
    """Return how often a bot called the server for one message."""
    total, messages = Counter[str](), sum(each.messages for each in found)
    for each in found:
        total.update(each.calls)
    shares = (f"{method} {times / messages:.2f}" for method, times in total.most_common())
    return f"{name}, calls a message: {', '.join(shares)}"
