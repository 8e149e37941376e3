"""What the tests of the way out stand on."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.bot_api import Line, connected, serving


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """Connect the real channel to a server that can be told what to answer."""
    async with serving() as (api, url), connected(url, lambda: found.trusted) as (bot, channel):
        found = Line(api, bot, channel)
        yield found
