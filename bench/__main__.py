"""``python -m bench``: how many messages a second Baton relays, and a bare relay beside it."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sqlite3
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.contestants import Contestant, Measured, bare, baton, stub
from bench.scenario import Scenario

Rounds = dict[str, list[Measured]]


def main() -> None:
    """Do what the command line says, and print the tables."""
    given = parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=given.folder) as folder:
        rounds = asyncio.run(compete(given, Path(folder)))
    print(machine(), given_words(given), table(rounds), ratio(rounds), calls(rounds), sep="\n\n")


def parser() -> argparse.ArgumentParser:
    """Return what can be chosen."""
    made = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    made.add_argument("--messages", type=int, default=3000, help="of one round (default: 3000)")
    made.add_argument("--rounds", type=int, default=5, help="of each bot (default: 5)")
    made.add_argument("--parties", type=int, default=40, help="vendors' groups (default: 40)")
    made.add_argument("--clients", type=int, default=200, help="private chats (default: 200)")
    made.add_argument(
        "--folder",
        type=Path,
        default=Path.cwd(),
        help="for the database: on a disk, not in memory (default: here)",
    )
    return made


async def compete(given: argparse.Namespace, folder: Path) -> Rounds:
    """Let both bots relay the same, in turn."""
    async with AsyncExitStack() as stack:
        session, url = await stack.enter_async_context(stub(folder))
        contestants: list[Contestant] = []
        for kind in (baton, bare):
            scenario = Scenario(given.parties, given.clients)
            bot = await stack.enter_async_context(kind(session, url, scenario, folder))
            await bot.prepare()
            await bot.carry(scenario.talk(given.messages // 4))  # to warm up
            contestants.append(bot)
        rounds: Rounds = {bot.name: [] for bot in contestants}
        for _ in range(given.rounds):
            for bot in contestants:
                rounds[bot.name].append(await bot.carry(bot.scenario.talk(given.messages)))
        return rounds


def machine() -> str:
    """Say what it was measured on."""
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, "
        f"aiogram {version('aiogram')}, {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores"
    )


def given_words(given: argparse.Namespace) -> str:
    """Say what was measured."""
    return (
        f"{given.messages} messages a round, {given.rounds} rounds of each bot in turn: "
        f"{given.clients} clients, {given.parties} vendors;\n"
        "half said by clients, half by vendors in reply. Every message arrived exactly once, and "
        "through Baton in order."
    )


def table(rounds: Rounds) -> str:
    """Return median, least and most of what was measured."""
    lines = [f"{'':24}{'median':>10}{'min':>10}{'max':>10}"]
    for name, measured in rounds.items():
        for unit, digits, found in (
            ("messages/s", 0, [each.rate for each in measured]),
            ("CPU ms/message", 2, [each.cost for each in measured]),
        ):
            shown = (f"{one(found):10.{digits}f}" for one in (median, min, max))
            lines.append(f"{f'{name}, {unit}':24}" + "".join(shown))
    return "\n".join(lines)


def ratio(rounds: Rounds) -> str:
    """Return how Baton compares, pair by pair."""
    ours, theirs = rounds.values()
    rates = [one.rate / other.rate for one, other in zip(ours, theirs, strict=True)]
    costs = [one.cost / other.cost for one, other in zip(ours, theirs, strict=True)]
    return "\n".join(
        f"{what:24}{median(each):10.2f}   of the bare relay's; pairs: "
        + " ".join(f"{one:.2f}" for one in each)
        for what, each in (("Baton's rate", rates), ("Baton's CPU", costs))
    )


def calls(rounds: Rounds) -> str:
    """Return how often each bot called the server for one message."""
    lines = []
    for name, measured in rounds.items():
        total, messages = Counter[str](), sum(each.messages for each in measured)
        for each in measured:
            total.update(each.calls)
        shares = (f"{method} {times / messages:.2f}" for method, times in total.most_common())
        lines.append(f"{name}, calls a message: {', '.join(shares)}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
