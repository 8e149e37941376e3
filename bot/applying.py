"""``python -m bot apply``: what a chain file changes is shown, and done when somebody agrees."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bot import app, schema
from bot.settings import CannotStart, Settings
from relay import chain, setup
from relay.store import Database


def ask() -> bool:
    """Ask at the terminal.

    Raises:
        CannotStart: there is none.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CannotStart("Nothing was changed: nobody can be asked here. Say --yes to apply this.")
    try:
        return input("Apply this? [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        sys.stdout.write("\n")
        return False


def apply(
    settings: Settings, bot: int, file: Path, *, agreed: bool, asks: Callable[[], bool] = ask
) -> bool:
    """Apply a chain file, if somebody has *agreed* or does so now; say whether it is applied.

    While somebody thinks about it, nothing is open or locked. What changes is what was shown.

    Raises:
        BadChain: the file cannot be applied.
        CannotStart: nobody can be asked, or the chain was changed meanwhile.
    """
    wanted, shown = asyncio.run(rehearsed(settings, bot, file))
    sys.stdout.write("".join(f"{line}\n" for line in shown or ["Nothing to change."]))
    sys.stdout.flush()
    if not shown:
        return True
    if not agreed and not asks():
        sys.stdout.write("Nothing was changed.\n")
        return False
    asyncio.run(applied(settings, bot, wanted, shown))
    sys.stdout.write("Applied.\n")
    return True


async def rehearsed(settings: Settings, bot: int, file: Path) -> tuple[chain.Chain, list[str]]:
    """Return what a file says, and what it would change."""
    async with opened(settings) as database:
        wanted = chain.read(file)
        async with database.rehearsal(bot) as store:
            return wanted, [*await setup.apply(store, wanted)]


async def applied(settings: Settings, bot: int, wanted: chain.Chain, shown: Sequence[str]) -> None:
    """Change what was shown, or nothing."""
    async with opened(settings) as database, database.transaction(bot) as store:
        await store.intervene()
        if [*await setup.apply(store, wanted)] != shown:
            raise CannotStart(
                "Nothing was changed: somebody else has changed the chain meanwhile. "
                "Apply the file once more to see what it would change now."
            )


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """Open the database, if nobody else has its file and its tables are of this version."""
    async with AsyncExitStack() as stack:
        app.own(stack, settings.database_url)
        database = Database(settings.database_url, clock=app.now)
        stack.push_async_callback(database.close)
        await schema.check(database)
        yield database
