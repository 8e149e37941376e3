"""``python -m sandbox``: the messenger, on 127.0.0.1 and nowhere else."""

import argparse
import asyncio
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path
from typing import Final

from aiohttp import web

from sandbox.cast import Cast, read
from sandbox.refusals import WishError
from sandbox.server import application
from sandbox.world import World

CAFE: Final = Path(__file__).with_name("cafe.toml")
REAL: Final = re.compile(r"\d+:[A-Za-z0-9_-]{35}")  #: what a token of Telegram looks like
MADE_UP: Final = re.compile(r"\d+:[A-Za-z0-9_-]{1,64}")
CLOCK: Final = time.time  # noqa: TID251 - the one clock of the sandbox; all else is handed it


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 is any (default: 8081)")
    parser.add_argument(
        "--cast",
        type=Path,
        nargs="+",
        default=[CAFE],
        metavar="FILE",
        help="who is there: a TOML file; several: that many bots, each in a world of its own",
    )
    parser.add_argument(
        "--bot-token",
        nargs="+",
        default=[],
        metavar="TOKEN",
        help="made-up ones, in the order of the casts (default: the bot's id:SANDBOX)",
    )
    parser.add_argument("--no-limits", action="store_true", help="do not enforce rate limits")
    given = parser.parse_args(arguments)
    try:
        played = worlds(given.cast, given.bot_token, limited=not given.no_limits)
    except WishError as impossible:
        parser.error(str(impossible))
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(serve(played, given.port))
    except OSError as error:
        parser.exit(1, f"sandbox: {error.strerror}\n")


def worlds(casts: Sequence[Path], tokens: Sequence[str], *, limited: bool) -> list[World]:
    """Return a world a cast, each with the bot of its cast.

    Raises:
        WishError: a cast or a token is none, or two casts have one bot.

    """
    if len(tokens) > len(casts):
        raise WishError("There are more tokens than casts.")
    made: dict[int, World] = {}
    for path, token in zip_longest(casts, tokens):
        cast = read(path)
        if cast.bot.id in made:
            raise WishError(f"{path}: another cast has a bot with the id {cast.bot.id} already.")
        chosen = trusted(token or f"{cast.bot.id}:SANDBOX", cast)
        made[cast.bot.id] = World(cast, clock=CLOCK, token=chosen, limited=limited)
    return [*made.values()]


def trusted(token: str, cast: Cast) -> str:
    """Return a token that cannot be anybody's.

    Raises:
        WishError: it looks real, is malformed, or is of another bot.

    """
    if REAL.fullmatch(token):
        raise WishError("That looks like a real token. The sandbox takes made-up ones only.")
    if not MADE_UP.fullmatch(token):
        raise WishError("A token is the bot's id, a colon, and letters, digits, _ or -.")
    if int(token.partition(":")[0]) != cast.bot.id:
        raise WishError(f"The bot of this cast has the id {cast.bot.id}; so must its token.")
    return token


async def serve(played: Sequence[World], port: int) -> None:
    """Serve some worlds until cancelled, and say where."""
    runner = web.AppRunner(application(*played), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        host, chosen = runner.addresses[0][:2]
        print(f"sandbox on http://{host}:{chosen}", flush=True)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    main()
