"""Calls to the Bot API that keep what aiogram hides: the HTTP answer, and whether a byte left."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final, cast

from aiogram import Bot
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramUnauthorizedError
from aiogram.methods.base import TelegramMethod, TelegramType
from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    TCPConnector,
    TraceConfig,
    TraceRequestChunkSentParams,
)
from pydantic import BaseModel

from bot.errors import Answer, read

#: aiohttp takes its own type; aiogram hands on whatever it gets.
PATIENCE: Final = cast(Any, ClientTimeout(total=25, sock_connect=5))
IDLE: Final = 15  #: seconds that an unused connection is kept: a stale one makes calls unclear

JSON: Final = {"Content-Type": "application/json"}

MayCall = Callable[[], bool]


class Failed(TelegramAPIError):
    """A call that did not surely succeed; *answer* is what is known of it."""

    def __init__(self, method: TelegramMethod[Any], answer: Answer) -> None:
        super().__init__(method, answer.text)
        self.answer = answer


class Unauthorized(Failed, TelegramUnauthorizedError):
    """The token is not accepted."""


@dataclass
class Call:
    """One call on its way."""

    written: bool = False


class NotOurs(ClientError):
    """We may not call any more: another process may be doing so by now."""


class Session(AiohttpSession):
    """The way to one Bot API server; *may_call* has the last word before each request.

    It is asked when the connection stands and the bytes are about to be handed to the system: a
    process that was paused at any moment before that sends nothing when it goes on.
    """

    def __init__(self, api: str, may_call: MayCall = lambda: True) -> None:
        super().__init__(api=TelegramAPIServer.from_base(api), timeout=PATIENCE)
        self._may_call = may_call

    async def create_session(self) -> ClientSession:
        """Return the connections; a new set if there is none, or it was closed."""
        if self._session is None or self._session.closed:
            connector = TCPConnector(**self._connector_init, keepalive_timeout=IDLE)
            trace = TraceConfig()
            trace.on_request_chunk_sent.append(self._about_to_write)
            self._session = ClientSession(connector=connector, trace_configs=[trace])
        return self._session

    async def close(self) -> None:
        """Close the connections; aiohttp waits for them itself."""
        if self._session is not None:
            await self._session.close()

    async def _about_to_write(
        self, _: ClientSession, context: SimpleNamespace, __: TraceRequestChunkSentParams
    ) -> None:
        """Have the last word.

        aiohttp calls this right before it hands a piece of the body over, and the headers with
        the first one; its ``on_request_headers_sent`` comes earlier, when nothing is written yet
        and other tasks may still run in between (``StreamWriter.write`` and ``write_headers``).
        """
        if not self._may_call():
            raise NotOurs
        context.trace_request_ctx.written = True

    async def make_request(
        self, bot: Bot, method: TelegramMethod[TelegramType], timeout: int | None = None
    ) -> TelegramType:
        """Make one call.

        Raises:
            Failed: it did not surely succeed.
            ClientDecodeError: it did, but the result is newer than we are.
        """
        answer = await self.ask(bot, method, timeout)
        if answer.ok:
            response = self.check_response(bot, method, answer.status, answer.body)
            return cast(TelegramType, response.result)
        raise (Unauthorized if answer.code == 401 and answer.ok is False else Failed)(
            method, answer
        )

    async def ask(self, bot: Bot, method: TelegramMethod[Any], timeout: Any = None) -> Answer:
        """Make one call, and return the answer as it came."""
        body, headers = self._packed(bot, method)
        session, call, status, retry_after = await self.create_session(), Call(), 0, None
        try:
            async with session.post(
                self.api.api_url(bot.token, method.__api_method__),
                data=body,
                headers=headers,
                timeout=cast(Any, self.timeout if timeout is None else timeout),
                allow_redirects=False,  # a gateway's: it would have us ask somebody else
                trace_request_ctx=call,
            ) as response:
                status, retry_after = response.status, response.headers.get("Retry-After")
                return read(status, await response.read(), retry_after)
        except (ClientError, OSError) as error:
            if status:  # it broke off half way, but its beginning may be all that matters
                return read(status, b"", retry_after)
            return Answer(text=type(error).__name__, written=call.written)

    async def fetch(self, bot: Bot, path: str) -> Answer:
        """Fetch a file from where ``getFile`` says that it lies; its bytes are the result."""
        session = await self.create_session()
        try:
            async with session.get(
                self.api.file_url(bot.token, path),
                timeout=cast(Any, self.timeout),
                allow_redirects=False,
                trace_request_ctx=Call(),
            ) as response:
                content, status = await response.read(), response.status
                return Answer(status, status, ok=status == 200, result=content)
        except (ClientError, OSError) as error:
            return Answer(text=type(error).__name__, written=False)

    def _packed(self, bot: Bot, method: TelegramMethod[Any]) -> tuple[Any, dict[str, str]]:
        """Return the body of a call, and what it is: JSON, unless a file goes along."""
        try:
            return json.dumps(plain(method)).encode(), JSON
        except TypeError:
            return self.build_form_data(bot, method), {}


def plain(value: Any) -> Any:
    """Return what JSON can say of a value; of a call, what it says explicitly.

    Raises:
        TypeError: it holds a file, or something else that takes a form.
    """
    match value:
        case str() | int() | float():
            return value
        case BaseModel():
            found = ((name, plain(each)) for name, each in value if each is not None)
            return {name: each for name, each in found if each is not None}
        case list():
            return [plain(each) for each in value]
        case Default() | None:
            return None
    raise TypeError
