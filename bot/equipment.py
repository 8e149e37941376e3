"""The command line's part about equipment: a register is brought in from a file, or printed."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import islice
from pathlib import Path
from typing import Final

from bot import app, schema
from bot.settings import CannotStart, Settings
from handlers.registers import bad_words, sums, told
from relay import equipment
from relay.equipment import Changes
from relay.language import DEFAULT, speak
from relay.registers import LARGEST, BadRegister, Row, read, written_csv, written_toml
from relay.store import Database, Store
from relay.tables import Party

SHOWN: Final = 200  #: changes that are told one by one
_ = speak(DEFAULT)


def arguments(made: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    what = made.add_subparsers(dest="what", metavar="WHAT", required=True)
    brings = what.add_parser("import", help="show what a file changes in a register, and change it")
    brings.add_argument("file", type=Path, metavar="FILE", help="XLSX, CSV or TOML")
    brings.add_argument("--yes", action="store_true", help="do not ask")
    prints = what.add_parser("export", help="print a register as a file")
    prints.add_argument("--format", choices=("csv", "toml"), default="csv")
    for each in (brings, prints):
        each.add_argument("--party", required=True, metavar="KEY", help="whose register")
        each.add_argument("--bot", type=int, metavar="ID", help="which one, of several")


async def run(chosen: Settings, bot: int, given: argparse.Namespace) -> bool:
    """Do what the command line says; return whether it was done.

    Raises:
        CannotStart: there is no such party or file.
    """
    async with AsyncExitStack() as stack:
        if given.what == "import":
            app.own(stack, chosen.database_url)
        database = Database(chosen.database_url, clock=app.now)
        stack.push_async_callback(database.close)
        await schema.check(database)
        if given.what == "export":
            async with database.transaction(bot) as store:
                rows = await equipment.listed(store, await party(store, given.party))
            sys.stdout.write((written_toml if given.format == "toml" else written_csv)(rows))
            return True
        try:
            rows = await asyncio.to_thread(opened, given.file)
        except BadRegister as refused:
            sys.stderr.write(f"{given.file}: {bad_words(refused.problems, _)}\n")
            return False
        return await bring_in(database, bot, given.party, rows, sure=given.yes)


def opened(file: Path) -> list[Row]:
    """Read a file.

    Raises:
        CannotStart: it cannot be opened.
        BadRegister: it is not good.
    """
    try:
        with file.open("rb") as source:
            raw = source.read(LARGEST + 1)
    except OSError as error:
        raise CannotStart(f"{file} cannot be read: {error.strerror}.") from None
    return read(raw, file.name)


async def bring_in(
    database: Database, bot: int, key: str, rows: Sequence[Row], *, sure: bool
) -> bool:
    """Show what rows change in a register, ask, and do it; nothing is locked meanwhile."""
    async with database.transaction(bot) as store:
        changes = await equipment.compare(store, await party(store, key), rows)
    if not changes:
        sys.stdout.write("Nothing to change.\n")
        return True
    show(changes)
    if not sure and not agreed():
        sys.stdout.write("Nothing was changed.\n")
        return False
    async with database.transaction(bot) as store:
        whose = await party(store, key)
        if (await equipment.compare(store, whose, rows)).digest != changes.digest:
            raise CannotStart("The register has changed meanwhile. Please run this once more.")
        await equipment.bring_in(store, whose, rows)
        await store.intervene()  # only now, as a running bot waits from here on
    sys.stdout.write("Done.\n")
    return True


def show(changes: Changes) -> None:
    """Print what changes."""
    lines = [*islice(told(changes, _), SHOWN)]
    rest = len(changes.new) + len(changes.changed) + len(changes.gone) - len(lines)
    if rest:
        lines.append(f"… and {rest} more")
    sys.stdout.write("\n".join([*lines, sums(changes, _), ""]))


def agreed() -> bool:
    """Ask whoever sits there; nobody's answer is no."""
    sys.stdout.write("Shall the register be changed so? [y/N] ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


async def party(store: Store, key: str) -> Party:
    """Return the party that is meant.

    Raises:
        CannotStart: there is none.
    """
    found = await store.party_called(key)
    if found is None:
        known = ", ".join(each.key for each in await store.parties())
        raise CannotStart(f"There is no party {key!r}. There are: {known or 'none'}.")
    return found
