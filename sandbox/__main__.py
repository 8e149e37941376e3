"""``python -m sandbox``: the messenger, on 127.0.0.1 and nowhere else."""

import argparse
import asyncio
import re
import time
from contextlib import suppress
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
    parser.add_argument("--cast", type=Path, default=CAFE, help="who is there: a TOML file")
    parser.add_argument("--bot-token", help="a made-up one (default: the bot's id:SANDBOX)")
    parser.add_argument("--no-limits", action="store_true", help="do not enforce rate limits")
    given = parser.parse_args(arguments)
    try:
        cast = read(given.cast)
        token = trusted(given.bot_token or f"{cast.bot.id}:SANDBOX", cast)
    except WishError as impossible:
        parser.error(str(impossible))
    world = World(cast, clock=CLOCK, token=token, limited=not given.no_limits)
    try:
        with suppress(KeyboardInterrupt):
            asyncio.run(serve(world, given.port))
    except OSError as error:
        parser.exit(1, f"sandbox: {error.strerror}\n")


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


async def serve(world: World, port: int) -> None:
    """Serve a world until cancelled, and say where."""
    runner = web.AppRunner(application(world), access_log=None, shutdown_timeout=1)
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
