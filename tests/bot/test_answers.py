"""Answers of odd forms, and those that never come: what the channel makes of them."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from aiogram.exceptions import AiogramError, TelegramUnauthorizedError
from aiohttp import ClientTimeout

from bot import errors
from bot.session import Failed, Session
from bot.telegram import SPREAD, Telegram
from relay.channel import (
    Held,
    Landed,
    Place,
    Post,
    Reaction,
    Reason,
    Ref,
    Refused,
    Retry,
    Unclear,
    Undelivered,
)
from relay.text import Text
from tests.bot.bot_api import TOKEN, Line, Says, connected, error, page

HOME = Place("-1001")
HELLO = Post(Text("Hello"))


async def at_once() -> None:
    """Give another slot without waiting."""


async def say(channel: Telegram, place: Place = HOME) -> Undelivered | Landed:
    """Say hello, and return where that landed, or why it did not."""
    try:
        return await channel.send(place, HELLO, at_once)
    except Undelivered as undelivered:
        return undelivered


async def pause(line: Line, says: Says, place: Place = HOME) -> timedelta:
    """Return how long an answer makes us wait."""
    line.api.answers.append(says)
    match await say(line.channel, place):
        case Retry(after=after):
            return after
        case other:
            raise AssertionError(other)


def good(**body: Any) -> Says:
    return Says(200, json.dumps({"ok": True, **body}).encode())


# Throttled, in every form


SECONDS_5 = timedelta(seconds=5)


@pytest.mark.parametrize(
    ("says", "seconds"),
    [
        (error(429, "Too Many Requests: retry after 35", retry_after=35), 35),
        (error(429, "Too Many Requests: retry after 35"), 35),
        (error(429, None, retry_after=3), 3),
        (error(429, None), 5),
        (error(429, "Too Many Requests: retry after 0", retry_after=0), 5),
        (error(429, "Too Many Requests", retry_after=-7), 5),
        (error(429, "Too Many Requests", retry_after="12"), 12),
        (error(429, "Too Many Requests", retry_after="soon"), 5),
        (error(429, "Too Many Requests", retry_after=None), 5),
        (error(429, "Too Many Requests", retry_after=[1]), 5),
        (error(429, "Too Many Requests", retry_after=float("inf")), 5),
        (error(429, "Too Many Requests", retry_after=10072), 10072),
        (error(429, "Too Many Requests", retry_after=10**6), 86400),
        (error(429, "Too Many Requests", retry_after=10**18), 86400),
        (error(400, "Too Many Requests: retry after 8"), 8),
        (error(400, "Bad Request: slow down", retry_after=9), 9),
        (Says(200, error(429, "Too Many Requests", retry_after=4).body), 4),
        (page(429), 5),
        (page(429, Retry_After="17"), 17),
        (page(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), 5),
        (page(429, "Too Many Requests: retry after 6"), 6),
        (page(429, ""), 5),
        (Says(429, b"\xff\xfe{", {"Retry-After": "2"}), 2),
        (Says(429, b'{"error": "quota"}'), 5),
        (Says(429, b"[" * 100_000), 5),
    ],
    ids=str,
)
async def test_who_is_asked_to_wait_waits(line: Line, says: Says, seconds: int) -> None:
    assert await pause(line, says) == timedelta(seconds=seconds)
    assert len(line.api.asked) == 1


async def test_the_time_that_is_asked_for_in_the_answer_itself_counts_first(line: Line) -> None:
    body = error(429, "Too Many Requests: retry after 9", retry_after=4).body

    assert await pause(line, Says(429, body, {"Retry-After": "30"})) == timedelta(seconds=4)


def test_where_no_time_is_said_the_wait_doubles_up_to_a_minute() -> None:
    throttled = errors.read(429, b"")

    assert waits(throttled) == [5, 10, 20, 40, 60, 60]


def test_where_there_is_no_way_through_the_wait_doubles_up_to_a_minute() -> None:
    unreached = errors.Answer(written=False)

    assert waits(unreached) == [1, 2, 4, 8, 16, 32, 60, 60]


def waits(answer: errors.Answer) -> list[float]:
    """Return how long we wait each time, if that answer is all that comes for three minutes."""
    found, so_far = [], timedelta()
    while so_far < timedelta(minutes=3):
        sorted_as = errors.sort(answer, so_far)
        assert isinstance(sorted_as, Retry)
        found.append(sorted_as.after.total_seconds())
        so_far += sorted_as.after
    return found


# What is no answer of the Bot API


@pytest.mark.parametrize(
    "says",
    [
        page(502),
        page(500, ""),
        page(503, "upstream connect error"),
        page(504),
        page(400),
        page(401),
        page(403),
        page(404),
        page(405),
        page(407),
        page(418, "I'm a teapot"),
        page(301, Location="/elsewhere"),
        page(200),
        page(204, ""),
        Says(502, b'{"ok": false, "error_code": 502}'),
        Says(500, b'{"ok": false}'),
        Says(502, b'{"ok": false, "error_code": 400, "description": "Bad Request: odd"}'),
        Says(500, b'{"ok": true, "result": {"message_id": 5}}'),
        Says(404, b'{"error": "no such route"}'),
        Says(403, b'"blocked"'),
        Says(200, b'{"ok": true, "result": {"mess'),
        Says(200, b'{"ok": true, "result": "\xff\xfe"}'),
        Says(200, b'{"ok": "yes"}'),
        Says(200, b'{"ok": false, "description": "something odd"}'),
        Says(200, b'{"ok": false, "error_code": "429x", "description": 7, "parameters": []}'),
        Says(200, b"[" * 100_000),
        Says(200, b"{}"),
        Says(200, b""),
        good(),
        good(result=True),
        good(result={"message_id": "five"}),
        good(result=[]),
    ],
    ids=str,
)
async def test_an_answer_that_makes_no_sense_may_mean_that_it_arrived(
    line: Line, says: Says
) -> None:
    line.api.answers.append(says)

    assert isinstance(await say(line.channel), Unclear)
    assert line.api.methods == ["sendMessage"]


async def test_a_gateway_that_takes_no_more_bytes_refuses_the_file(line: Line) -> None:
    line.api.answers.append(page(413))

    found = await say(line.channel)

    assert isinstance(found, Refused)
    assert found.reason is Reason.FILE


@pytest.mark.parametrize("code", [402, 405, 406, 409, 418, 451])
async def test_any_other_refusal_of_the_bot_api_is_one(line: Line, code: int) -> None:
    line.api.answers.append(error(code, "something new"))

    found = await say(line.channel)

    assert isinstance(found, Refused)
    assert found.reason is Reason.NOT_ACCEPTED


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, Refused),
        (401, Held),
        (403, Held),
        (404, Held),
        (409, Refused),
        (413, Refused),
        (500, Unclear),
        (600, Unclear),
    ],
)
@pytest.mark.parametrize("text", [None, "", "something new"])
async def test_what_is_not_listed_falls_to_its_code(
    line: Line, code: int, kind: type[Undelivered], text: str | None
) -> None:
    line.api.answers.append(error(code, text))

    assert isinstance(await say(line.channel), kind)


async def test_a_failed_album_is_unclear_even_if_it_was_throttled(line: Line) -> None:
    inner = 'failed to send message #2 with the error message "Too Many Requests: retry after 5"'
    line.api.answers.append(error(429, f"Bad Request: {inner}", retry_after=5))

    assert isinstance(await say(line.channel), Unclear)


async def test_nothing_of_a_gateways_page_is_kept(line: Line) -> None:
    line.api.answers.append(page(404, f"<h1>/bot{TOKEN}/sendMessage was not found</h1>"))

    found = await say(line.channel)

    assert isinstance(found, Unclear)
    assert found.said == "HTTP 404"


# Good answers


MADE = {"message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}}


async def test_a_good_answer_that_is_newer_than_we_are_is_a_good_answer(line: Line) -> None:
    newer = MADE | {"chat": {"type": "metaverse"}, "text": ["a", "b"]}
    line.api.answers.append(good(result=newer))

    assert await say(line.channel) == Landed(HOME, [Ref("5")])


async def test_a_message_that_is_only_planned_has_no_id(line: Line) -> None:
    line.api.answers.append(good(result=MADE | {"message_id": 0}))

    assert await say(line.channel) == Landed(HOME, [])


async def test_which_parts_arrived_before_an_error_is_told(line: Line) -> None:
    line.api.answers.extend([good(result=MADE), page(502)])

    with pytest.raises(Unclear) as found:
        await line.channel.send(HOME, Post(Text("word " * 2000)), line.another)

    assert found.value.landed == ("5",)
    assert line.slots == 1


# Our fault, and the bot's own end


async def test_what_is_our_fault_is_an_alarm_without_what_was_said(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    line.api.answers.append(error(400, "Bad Request: can't parse entities: near 'Anna Secret'"))

    found = await say(line.channel)

    assert isinstance(found, Refused)
    assert found.reason is Reason.OUR_FAULT
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert record.getMessage() == "sendMessage is our fault: can't parse entities"


async def test_who_only_asks_whether_the_token_is_accepted_asks_as_ever(line: Line) -> None:
    line.api.answers.append(error(401, "Unauthorized"))

    with pytest.raises(TelegramUnauthorizedError):
        await line.bot.me()


async def test_every_failure_is_one_of_the_librarys_too(line: Line) -> None:
    for says in (page(502), page(429), error(400, None), Says(200, b"\xff")):
        line.api.answers.append(says)
        with pytest.raises(AiogramError) as found:
            await line.bot.get_chat(1)
        assert isinstance(found.value, Failed)


# Polling


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"ok": true, "result": []}', None),
        (401, error(401, "Unauthorized").body, "stopped"),
        (404, error(404, "Not Found").body, "stopped"),
        (404, b"<html>Not Found</html>", timedelta(seconds=1)),
        (401, b"<html>Sign in</html>", timedelta(seconds=1)),
        (409, error(409, "Conflict: terminated by other getUpdates request").body, SECONDS_5),
        (429, error(429, "Too Many Requests", retry_after=7).body, timedelta(seconds=7)),
        (429, b"", SECONDS_5),
        (502, b"<html>", timedelta(seconds=1)),
        (200, b"<html>", timedelta(seconds=1)),
        (403, error(403, "Forbidden").body, timedelta(seconds=1)),
    ],
)
def test_who_polls_is_stopped_by_the_bot_api_alone(
    status: int, body: bytes, expected: timedelta | str | None
) -> None:
    match errors.polling(status, body):
        case None:
            assert expected is None
        case Held(reason=reason):
            assert (expected, reason) == ("stopped", Reason.STOPPED)
        case Retry(after=after):
            assert after == expected


# The network


async def nobody(url: str) -> Undelivered | Landed:
    """Say hello where nobody may be listening."""
    async with connected(url) as (_, channel):
        return await say(channel)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_where_no_connection_was_made_nothing_was_sent(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    found = await nobody(f"{scheme}://127.0.0.1:{port}")

    assert isinstance(found, Retry)
    assert found.after == errors.NO_WAY


async def test_a_name_that_nobody_knows_is_tried_again() -> None:
    assert isinstance(await nobody("http://nobody.invalid:1"), Retry)


async def test_a_server_that_speaks_no_tls_is_tried_again(line: Line) -> None:
    assert isinstance(line.bot.session, Session)
    plain = line.bot.session.api.base.partition("/bot")[0]

    assert isinstance(await nobody(plain.replace("http:", "https:")), Retry)
    assert line.api.asked == []


Meet = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def meeting(meet: Meet) -> AsyncIterator[str]:
    """Serve connections, byte by byte."""
    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    try:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}"
    finally:
        server.close()


async def request(reader: asyncio.StreamReader) -> None:
    """Read a whole request."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line[:15] == b"Content-Length:"
    )
    await reader.readexactly(length)


def answering(raw: bytes) -> Meet:
    """Read a request, answer it with these bytes, and hang up."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        writer.write(raw)
        writer.close()

    return meet


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200",
        b"\x15\x03\x01 not HTTP at all\r\n\r\n",
        HEAD + b'Content-Length: 500\r\n\r\n{"ok": true, "result": {"message_id": 5',
        HEAD + b'Transfer-Encoding: chunked\r\n\r\nff\r\n{"ok": true',
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n{}{}",
        HEAD.replace(b"200 OK", b"403 No") + b"Content-Length: 500\r\n\r\n{",
    ],
)
async def test_an_answer_that_breaks_off_may_mean_that_it_arrived(raw: bytes) -> None:
    async with meeting(answering(raw)) as url:
        assert isinstance(await nobody(url), Unclear)


async def test_half_an_answer_is_enough_to_know_that_we_have_to_wait() -> None:
    head = HEAD.replace(b"200 OK", b"429 No")
    raw = head + b"Retry-After: 7\r\nContent-Length: 500\r\n\r\n{"
    async with meeting(answering(raw)) as url:
        found = await nobody(url)

    assert isinstance(found, Retry)
    assert found.after == timedelta(seconds=7)


async def test_a_connection_that_is_reset_after_the_request_may_mean_that_it_arrived() -> None:
    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request(reader)
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.close()

    async with meeting(meet) as url:
        assert isinstance(await nobody(url), Unclear)


async def test_a_connection_that_breaks_while_it_is_made_is_tried_again() -> None:
    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.close()  # in the middle of the handshake

    async with meeting(meet) as url:
        assert isinstance(await nobody(url.replace("http:", "https:")), Retry)


async def test_a_handshake_that_never_ends_is_given_up_and_tried_again() -> None:
    async with silence() as (url, _), connected(url.replace("http:", "https:")) as (bot, channel):
        bot.session.timeout = ClientTimeout(total=5, sock_connect=0.05)  # type: ignore[assignment]

        found = await say(channel)

    assert isinstance(found, Retry)
    assert found.said == "ConnectionTimeoutError"


@asynccontextmanager
async def silence() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """Serve somebody who listens and never answers; the event: something was said."""
    heard, over = asyncio.Event(), asyncio.Event()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        heard.set()
        await over.wait()
        writer.close()

    async with meeting(meet) as url:
        try:
            yield url, heard
        finally:
            over.set()


async def test_no_answer_within_the_time_may_mean_that_it_arrived() -> None:
    async with silence() as (url, heard), connected(url) as (bot, channel):
        bot.session.timeout = ClientTimeout(total=0.2)  # type: ignore[assignment]

        found = await say(channel)

        assert heard.is_set()
    assert isinstance(found, Unclear)
    assert found.said == "TimeoutError"


async def test_an_answer_is_awaited_for_25_seconds_and_a_connection_for_5() -> None:
    session = Session("http://127.0.0.1:1")

    timeout: Any = session.timeout
    assert (timeout.total, timeout.sock_connect) == (25, 5)
    await session.close()


async def test_our_own_end_while_sending_is_nothing_that_was_done() -> None:
    async with silence() as (url, heard), connected(url) as (_, channel):
        sending = asyncio.ensure_future(say(channel))
        await heard.wait()

        sending.cancel()

        with pytest.raises(asyncio.CancelledError):
            await sending


async def test_a_trouble_of_the_network_is_told_without_the_address_asked() -> None:
    async with meeting(answering(b"")) as url:
        found = await nobody(url)

    assert isinstance(found, Unclear)
    assert found.said == "ServerDisconnectedError"


# How long one waits who gets no answer


async def test_not_all_chats_come_back_at_the_same_moment() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    async with connected(url) as (bot, _):
        found = [await say(Telegram(bot, {}, iter([luck]).__next__)) for luck in (0.0, 0.5, 1.0)]

    assert [each.after / errors.NO_WAY for each in found if isinstance(each, Retry)] == [
        1,
        1 - SPREAD / 2,
        1 - SPREAD,
    ]


class Hours:
    """A loop's clock that can be put forward."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loop = asyncio.get_running_loop()
        self.ahead, real = 0.0, loop.time
        monkeypatch.setattr(loop, "time", lambda: real() + self.ahead)


async def test_the_longer_there_is_no_way_through_the_longer_all_chats_wait(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Hours(monkeypatch)
    line.trusted = False  # nothing is written
    first, second = Place("-1"), Place("-2")

    assert seconds(await say(line.channel, first)) == 1
    assert seconds(await say(line.channel, second)) == 1
    clock.ahead += 3
    assert seconds(await say(line.channel, second)) == 4
    clock.ahead += 3600
    assert seconds(await say(line.channel, first)) == 60

    line.trusted = True
    line.api.answers.append(error(400, "whatever it is, it is an answer"))
    assert isinstance(await say(line.channel, first), Refused)
    line.trusted = False
    assert seconds(await say(line.channel, second)) == 1


async def test_the_longer_a_chat_is_throttled_the_longer_it_waits_and_no_other(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Hours(monkeypatch)
    one, other = Place("-1"), Place("-2")

    assert await pause(line, page(429), one) == timedelta(seconds=5)
    clock.ahead += 5
    assert round((await pause(line, page(429), one)).total_seconds()) == 10
    assert await pause(line, page(429), other) == timedelta(seconds=5)
    assert isinstance(await say(line.channel, one), Landed)
    assert await pause(line, page(429), one) == timedelta(seconds=5)


def seconds(found: Undelivered | Landed) -> int:
    assert isinstance(found, Retry)
    return round(found.after.total_seconds())


def test_tls_is_checked() -> None:
    context = Session("https://api.telegram.org")._connector_init["ssl"]

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


async def test_a_reaction_that_is_throttled_waits_as_well(line: Line) -> None:
    line.api.answers.append(error(429, "Too Many Requests: retry after 3", retry_after=3))

    with pytest.raises(Retry):
        await line.channel.react(HOME, Ref("7"), Reaction.DELIVERED)
