"""``python -m bench``: what durability costs, beside a relay without any."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Final

from bench import latency, machine, memory, past, rate, reports, views
from bench.contestants import stub

PARTS: Final = {
    "rate": rate,
    "latency": latency,
    "past": past,
    "memory": memory,
    "views": views,
    "reports": reports,
}


def main() -> None:
    """Do what the command line says, and print what was found."""
    given = parser().parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-", dir=given.folder) as folder:
        asyncio.run(measure(given, Path(folder)))


def parser() -> argparse.ArgumentParser:
    """Return what can be chosen."""
    made = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    made.add_argument("--only", choices=PARTS, nargs="+", help="the parts (default: all)")
    made.add_argument("--rounds", type=int, default=3, help="of each contestant, in turn (3)")
    made.add_argument("--messages", type=int, default=2000, help="of a round for the rate (2000)")
    made.add_argument("--seconds", type=int, default=10, help="of a round for the latency (10)")
    made.add_argument("--tickets", type=int, default=1_000_000, help="of a long past (a million)")
    made.add_argument("--parties", type=int, default=40, help="vendors' groups (40)")
    made.add_argument("--clients", type=int, default=200, help="private chats (200)")
    made.add_argument(
        "--samples", type=Path, help="a folder to keep the samples in SQLite (default: nowhere)"
    )
    made.add_argument(
        "--folder",
        type=Path,
        default=Path.cwd(),
        help="for the databases, 5 GB: on a disk, not in memory (default: here)",
    )
    return made


async def measure(given: argparse.Namespace, folder: Path) -> None:
    """Print what each part finds, as soon as it does."""
    say(
        machine.words(folder),
        f"{given.clients} clients and {given.parties} vendors; half of the messages are said by "
        "clients, half by vendors in reply.\nEvery message is checked: it arrives exactly once, "
        "and through Baton in order, with a receipt to its author.",
    )
    for name, part in PARTS.items():
        if given.only is None or name in given.only:
            parts = folder / name
            parts.mkdir()
            async with stub(parts) as server:
                say(await part.report(server, given))


def say(*paragraphs: str) -> None:
    """Print at once."""
    print(*paragraphs, sep="\n\n", end="\n\n", flush=True)


if __name__ == "__main__":
    main()
