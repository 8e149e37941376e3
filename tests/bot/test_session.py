"""The last word before each request: who may not call any more sends nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods import SendPhoto
from aiogram.types import BufferedInputFile
from aiohttp import TraceConfig

from bot.session import Failed, Session
from bot.telegram import Telegram
from relay.channel import Landed, Place, Post, Ref, Retry, Undelivered
from relay.text import Text
from tests.bot.bot_api import connected

HOME = Place("1")
ANSWER = (
    b'{"ok": true, "result": '
    b'{"message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "-"}}'
)


class Wire:
    """A server as its network sees it: connections, and every byte that came over them."""

    def __init__(self) -> None:
        self.connections = 0
        self.bytes = b""
        self.ended = asyncio.Event()  #: a connection was closed by the other end

    @property
    def requests(self) -> int:
        return self.bytes.count(b"POST /bot")

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        waiting = b""
        while more := await reader.read(2**16):
            self.bytes += more
            waiting += more
            while (end := whole(waiting)) is not None:
                waiting = waiting[end:]
                length = str(len(ANSWER)).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: " + length + b"\r\n\r\n" + ANSWER)
        self.ended.set()
        writer.close()


def whole(data: bytes) -> int | None:
    """Return where the first request of some bytes ends, if all of it is there."""
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        return None
    fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
    if b"Content-Length" not in fields:
        close = body.find(b"\r\n0\r\n\r\n")  # the last chunk: it is empty
        return None if close < 0 else len(head) + 4 + close + 7
    length = int(fields[b"Content-Length"])
    return len(head) + 4 + length if len(body) >= length else None


class Lease:
    """Whether we may call; and how often that was asked."""

    def __init__(self) -> None:
        self.ours = True
        self.asked = 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.ours


@asynccontextmanager
async def wired() -> AsyncIterator[tuple[Wire, Lease, Bot, Telegram]]:
    wire, lease = Wire(), Lease()
    server = await asyncio.start_server(wire.meet, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        async with connected(f"http://{host}:{port}", lease) as (bot, channel):
            yield wire, lease, bot, channel
    finally:
        server.close()


async def at_once() -> None:
    """Give another slot without waiting."""


async def say(channel: Telegram) -> Undelivered | Landed:
    try:
        return await channel.send(HOME, Post(Text("Hello")), at_once)
    except Undelivered as undelivered:
        return undelivered


async def meanwhile(bot: Bot, step: str, happens: Callable[..., Awaitable[None]]) -> None:
    """Let something happen at a step of each call."""
    assert isinstance(bot.session, Session)
    trace = TraceConfig()
    getattr(trace, step).append(happens)
    trace.freeze()
    (await bot.session.create_session()).trace_configs.append(trace)


async def test_who_may_call_is_asked_once_for_each_call() -> None:
    async with wired() as (wire, lease, _, channel):
        await say(channel)
        await say(channel)

        assert (lease.asked, wire.requests, wire.connections) == (2, 2, 1)


async def test_who_lost_the_bot_sends_nothing_and_uses_up_no_try() -> None:
    async with wired() as (wire, lease, _, channel):
        lease.ours = False

        found = await say(channel)

        assert isinstance(found, Retry)
        await wire.ended.wait()
        assert wire.bytes == b""


async def test_who_lost_the_bot_while_the_connection_was_made_sends_nothing() -> None:
    async with wired() as (wire, lease, bot, channel):
        connecting, go_on = asyncio.Event(), asyncio.Event()

        async def slowly(*_: Any) -> None:
            connecting.set()
            await go_on.wait()

        await meanwhile(bot, "on_connection_create_end", slowly)
        saying = asyncio.ensure_future(say(channel))
        await connecting.wait()
        assert lease.asked == 0

        lease.ours = False
        go_on.set()

        assert isinstance(await saying, Retry)
        await wire.ended.wait()
        assert (wire.connections, wire.bytes) == (1, b"")


@pytest.mark.parametrize("step", ["on_request_headers_sent", "on_connection_reuseconn"])
async def test_who_lost_the_bot_at_the_last_moment_sends_nothing(step: str) -> None:
    async with wired() as (wire, lease, bot, channel):
        await say(channel)
        heard = wire.bytes

        async def paused(*_: Any) -> None:
            lease.ours = False

        await meanwhile(bot, step, paused)
        found = await say(channel)

        assert isinstance(found, Retry)
        await wire.ended.wait()
        assert wire.bytes == heard
        assert wire.connections == 1


async def test_a_connection_that_is_kept_is_asked_about_as_a_new_one_is() -> None:
    async with wired() as (wire, lease, _, channel):
        await say(channel)
        lease.ours = False
        await say(channel)
        await wire.ended.wait()
        assert (wire.requests, wire.connections) == (1, 1)

        lease.ours = True
        found = await say(channel)

        assert found == Landed(HOME, [Ref("5")])
        assert (wire.requests, wire.connections) == (2, 2)


async def test_a_call_without_a_word_is_asked_about_too() -> None:
    async with wired() as (wire, lease, bot, _):
        lease.ours = False

        with pytest.raises(Failed) as found:
            await bot.get_me()

        assert not found.value.answer.written
        await wire.ended.wait()
        assert wire.bytes == b""


PICTURE = BufferedInputFile(b"x" * 2**20, filename="x.jpg", chunk_size=2**16)


async def test_who_lost_the_bot_in_the_middle_of_a_file_does_not_finish_it() -> None:
    async with wired() as (wire, lease, bot, _):

        def once() -> bool:
            lease.asked += 1
            return lease.asked < 5

        assert isinstance(bot.session, Session)
        bot.session._may_call = once

        with pytest.raises(Failed) as found:
            await bot(SendPhoto(chat_id=1, photo=PICTURE))

        assert found.value.answer.written  # nobody knows what the server makes of half of it
        await wire.ended.wait()
        assert whole(wire.bytes) is None


async def test_a_file_that_may_be_sent_is_sent_as_a_whole() -> None:
    async with wired() as (wire, lease, bot, _):
        message = await bot(SendPhoto(chat_id=1, photo=PICTURE))

        assert message.message_id == 5
        assert lease.asked > 5
        assert wire.requests == 1


async def test_an_unused_connection_is_kept_for_15_seconds() -> None:
    async with wired() as (wire, _, bot, channel):
        await say(channel)
        await say(channel)

        assert wire.connections == 1
        assert isinstance(bot.session, Session)
        connector = (await bot.session.create_session()).connector
        assert connector is not None
        assert connector._keepalive_timeout == 15
