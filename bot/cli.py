"""The command line: run, demo, apply, export, equipment, check, migrate."""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from bot import app, applying, check, equipment, logs, schema, settings
from relay import chain, setup
from relay.store import Database, NotMigrated

RESTORED = "the database comes from a backup: send nothing until an operator agrees"


def main() -> None:
    """Do what the command line says; what cannot be done ends with one sentence."""
    arguments = parser().parse_args()
    try:
        if arguments.command == "demo":
            from bot.demo import main as play  # the sandbox is not there in production

            play(arguments.port)
        else:
            serve(arguments)
    except (
        settings.Unset,
        chain.BadChain,
        NotMigrated,
        settings.CannotStart,
        ExceptionGroup,
    ) as error:
        sys.exit(sentence(error))
    except KeyboardInterrupt:
        sys.exit(130)


def sentence(error: Exception) -> str:
    """Return what to tell whoever started us."""
    if isinstance(error, ExceptionGroup):
        known, rest = error.split(settings.CannotStart)
        if rest is not None or known is None:
            raise error
        return sentence(known.exceptions[0])
    return f"Baton: {error}"


def parser() -> argparse.ArgumentParser:
    """Return the commands and what they take."""
    made = argparse.ArgumentParser(prog="python -m bot", description="Baton, a ticket relay.")
    commands = made.add_subparsers(dest="command", metavar="COMMAND")
    run = commands.add_parser("run", help="run the bot (this is the default)")
    for runs, default in ((made, False), (run, argparse.SUPPRESS)):
        runs.add_argument("--restored", action="store_true", default=default, help=RESTORED)
    demo = commands.add_parser("demo", help="run it on a messenger of its own, on this machine")
    demo.add_argument("--port", type=int, default=8081, help="of the page (default: 8081)")
    apply = commands.add_parser("apply", help="show what a chain file changes, and change it")
    apply.add_argument("file", type=Path, metavar="FILE")
    apply.add_argument("--yes", action="store_true", help="do not ask before changing it")
    export = commands.add_parser("export", help="print the chain as a file")
    look = commands.add_parser("check", help="say what is stuck, and which chats it cannot reach")
    for chain_command in (apply, export, look):
        chain_command.add_argument("--bot", type=int, metavar="ID", help="which one, of several")
    equipment.arguments(commands.add_parser("equipment", help="bring in or print a register"))
    commands.add_parser("migrate", help="bring the database's tables to this version")
    return made


def serve(arguments: argparse.Namespace) -> None:
    """Do what needs the settings."""
    chosen = settings.read()
    logs.start(chosen.log_format, chosen.log_level)
    match arguments.command:
        case "apply":
            bot, agreed = meant(chosen, arguments.bot), arguments.yes
            if not applying.apply(chosen, bot, arguments.file, agreed=agreed):
                sys.exit(1)
        case "export":
            asyncio.run(export(chosen, meant(chosen, arguments.bot)))
        case "equipment":
            bot = meant(chosen, arguments.bot)
            if not asyncio.run(equipment.run(chosen, bot, arguments)):
                sys.exit(1)
        case "check":
            named = arguments.bot is not None
            bots = [meant(chosen, arguments.bot)] if named else chosen.tokens
            if not asyncio.run(check.check(chosen, bots)):
                sys.exit(1)
        case "migrate":
            asyncio.run(migrate(chosen))
        case _:
            rarely()
            asyncio.run(app.run(chosen, restored=arguments.restored))


def meant(chosen: settings.Settings, bot: int | None) -> int:
    """Return the bot that a command is about.

    Raises:
        CannotStart: there is no such bot, or there are several.
    """
    bots = list(chosen.tokens)
    if bot is None and len(bots) == 1:
        return bots[0]
    if bot not in bots:
        known = ", ".join(map(str, bots))
        raise settings.CannotStart(f"Say which bot is meant: --bot ID. BOT_TOKEN has {known}.")
    return bot


def rarely() -> None:
    """Collect garbage more rarely: a transaction makes thousands of records, none of them garbage.

    What is loaded by now stays as long as the process, and is not looked at again.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def migrate(chosen: settings.Settings) -> None:
    """Bring the tables to this version, if nobody else is using them."""
    async with AsyncExitStack() as stack:
        app.own(stack, chosen.database_url)
        await asyncio.to_thread(schema.migrate, chosen.database_url)


async def export(chosen: settings.Settings, bot: int) -> None:
    """Print the chain as a file."""
    async with AsyncExitStack() as stack:
        database = Database(chosen.database_url, clock=app.now)
        stack.push_async_callback(database.close)
        await schema.check(database)
        async with database.transaction(bot) as store:
            sys.stdout.write(await setup.export(store))
