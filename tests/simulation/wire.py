"""The way between a process and the messenger: where calls get lost, late, or twice."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from json import loads
from types import SimpleNamespace
from typing import Any, Final, cast
from unittest.mock import patch

from aiohttp import (
    ClientConnectorError,
    ClientPayloadError,
    ClientSession,
    ClientTimeout,
    ServerDisconnectedError,
)

from sandbox.methods import Answer, chat_of, declined, granted, respond
from sandbox.refusals import OTHER_POLLER, ApiError, too_many
from sandbox.requests import KINDS, unpacked
from sandbox.waiting import Watch
from sandbox.world import World
from tests.simulation.clockwork import OWNER, Loop
from tests.simulation.weather import Fate, Weather

PATIENCE: Final = 25.0  #: seconds that a caller waits who does not say how long
SAYING: Final = ("text", "caption", "reaction")  #: parameters that tell what a call says
HTML: Final = "<html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass
class Call:
    """One call, as everybody saw it."""

    number: int
    process: int
    caller: str  #: the coroutine of the task that made it
    errand: int  #: the number of that task
    method: str
    chat: int | None
    params: dict[str, Any]
    begun: float
    fate: Fate
    written: float | None = None  #: when its process let go of it; None: it did not
    arrived: float | None = None  #: None: it never did
    heard: float | None = None  #: when the caller knew more
    status: int | None = None  #: what the messenger made of it
    said: str = ""
    message: int | None = None  #: that it made or changed
    done: bool = False  #: it had its effect
    outcome: str = "?"  #: what the caller got
    pause: int | None = None  #: what a 429 asked for

    @property
    def over(self) -> float:
        """When nobody waited for it any more, awake or not."""
        if self.written is None:
            return self.begun
        return min(self.heard or self.begun, self.written + PATIENCE)

    def __str__(self) -> str:
        on = self.message or self.params.get("message_id")
        about = f" {on}" if on else ""
        text = next((str(self.params[each]) for each in SAYING if self.params.get(each)), "")[:60]
        wrong = f" [{self.fate.wrong}]" if self.fate.wrong else ""
        words = text.replace("\n", " / ")
        return f"{self.method}({self.chat}{about}) {words!r}{wrong} → {self.outcome}"


class Wire:
    """Everything that is on its way."""

    def __init__(self, loop: Loop, world: World, weather: Weather, log: Any) -> None:
        self.loop, self.world, self.weather = loop, world, weather
        self.calls: list[Call] = []
        self.watch = Watch(world)
        self.log = log
        self.broken: list[BaseException] = []  #: what went wrong in the simulation itself
        self.on_confirm: Callable[[set[int]], None] = lambda _: None
        self._polls = 0
        self._under_way: dict[asyncio.Task[Any], Call] = {}

    @property
    def busy(self) -> bool:
        """Whether a call is on its way, but for those that wait for updates."""
        return any(call.method != "getUpdates" for call in self._under_way.values())

    async def exchange(
        self,
        method: str,
        params: dict[str, Any],
        patience: float,
        about_to_write: Callable[[], Awaitable[None]],
    ) -> Answer:
        """Make a call for the process that asks for it."""
        owner: Any = OWNER.get()
        owner.meets("call")
        chat = chat_of(params)
        fate = self.weather.fate(method, chat, self.loop.time())
        task: Any = asyncio.current_task()
        call = Call(
            len(self.calls),
            owner.number,
            task.get_coro().__qualname__,
            hash(task),
            method,
            chat,
            params,
            self.loop.time(),
            fate,
        )
        self.calls.append(call)
        try:
            if owner.nods("call"):
                await asyncio.sleep(0)
            answer = await self._answered(owner, call, patience, about_to_write)
        except BaseException as error:
            call.outcome = type(error).__name__
            raise
        else:
            said = "half of it" if "half" in answer.body else answer.body.get("description", "")
            call.outcome = f"{answer.status} {said}".strip()
            if answer.status == 429:
                call.pause = answer.body.get("parameters", {}).get("retry_after", 0)
            owner.meets("answer")
            owner.nods("answer")
            return answer
        finally:
            call.heard = self.loop.time()
            if method != "getUpdates" or call.fate.wrong:
                self.log(f"call   {call}")

    async def _answered(
        self,
        owner: Any,
        call: Call,
        patience: float,
        about_to_write: Callable[[], Awaitable[None]],
    ) -> Answer:
        if call.fate.answer == "refused":
            await asyncio.sleep(call.fate.there)
            raise ClientConnectorError(NOWHERE, OSError("refused"))
        await about_to_write()
        call.written = self.loop.time()
        future: asyncio.Future[Answer] = self.loop.create_future()
        task = self.loop.create_task(self._serve(owner, call, future), context=self.loop.outside)
        self._under_way[task] = call
        task.add_done_callback(self._served)
        async with asyncio.timeout(patience):
            return await future

    async def _serve(self, owner: Any, call: Call, future: asyncio.Future[Answer]) -> None:
        fate = call.fate
        lost = fate.wrong == "late" and fate.there > PATIENCE
        await asyncio.sleep(fate.there)
        answer = await self._made(owner, call, counted=not lost)
        await asyncio.sleep(fate.back)
        if future.done():
            return
        match fate.answer:
            case "true":
                assert answer is not None
                future.set_result(answer)
            case "reset":
                future.set_exception(ServerDisconnectedError())
            case "half":
                future.set_result(Answer(200, {"half": True}))
            case "html":
                future.set_result(Answer(502, {"html": HTML}))
            case "json":
                future.set_result(declined(ApiError(500, "Internal Server Error")))
            case "400":
                future.set_result(declined(ApiError(400, "Bad Request: Bad Gateway")))
            case _:
                pass  # silence: the caller gives up by itself

    def _served(self, task: asyncio.Task[Any]) -> None:
        del self._under_way[task]
        if not task.cancelled() and (error := task.exception()):
            self.broken.append(error)

    async def _made(self, owner: Any, call: Call, *, counted: bool) -> Answer | None:
        call.arrived = self.loop.time()
        if call.fate.pause is not None:
            call.status = 429
            return declined(throttled(call.fate.pause))
        if not call.fate.effect:
            return None
        answer = await self._perform(owner, call, counted=counted)
        call.status, call.said = answer.status, str(answer.body.get("description", ""))
        result = answer.body.get("result")
        result = result[0] if isinstance(result, list) and result else result
        call.done = answer.body["ok"]
        if isinstance(result, dict):
            call.message = result.get("message_id")
        return answer

    async def _perform(self, owner: Any, call: Call, *, counted: bool) -> Answer:
        if call.method == "getUpdates":
            return await self._updates(owner, call.params)
        limits = self.world.limits
        before, limits.on = limits.on, counted  # what came late was let in when it was written
        try:
            return respond(self.world, call.method, call.params)
        finally:
            limits.on = before

    async def _updates(self, owner: Any, params: dict[str, Any]) -> Answer:
        end, queue = self.loop.time() + params.get("timeout", 0), self.world.queue
        self._polls += 1
        mine = self._polls
        self.watch.updates.ring()  # whoever polls already hears of it
        while True:
            if mine != self._polls:
                return declined(ApiError(409, OTHER_POLLER))
            held_back = self.weather.on("stale", self.loop.time())
            left = end - self.loop.time()
            if owner.dead:
                return granted([])
            if not held_back:
                len(queue)  # forgets what is too old
                before = set(queue._pending)
                answer = respond(self.world, "getUpdates", params)
                if confirmed := before - set(queue._pending):
                    self.on_confirm(confirmed)
                if answer.body.get("result") != [] or left <= 0:
                    return answer
            elif left <= 0:
                return granted([])
            await self.watch.updates.wait(min(left, 1.0) if held_back else left)


def throttled(pause: int) -> ApiError:
    """Return a 429; without a pause it does not say for how long."""
    if pause:
        return too_many(pause)
    return ApiError(429, "Too Many Requests")


NOWHERE: Final[Any] = SimpleNamespace(host="nowhere", port=443, ssl=True, is_ssl=True)


class Response:
    """What aiohttp returns."""

    def __init__(self, answer: Answer) -> None:
        self.status, self.headers = answer.status, answer.headers
        self._half = "half" in answer.body
        self._text = answer.body.get("html") or json.dumps(answer.body)

    async def text(self) -> str:
        return (await self.read()).decode()

    async def read(self) -> bytes:
        if self._half:
            raise ClientPayloadError("half of it")
        return self._text.encode()

    async def __aenter__(self) -> Response:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


async def request(
    session: ClientSession,
    _verb: str,
    url: str,
    *,
    data: Any = None,
    json: Any = None,
    timeout: Any = None,
    trace_request_ctx: Any = None,
    **_: Any,
) -> Response:
    """Do what ``ClientSession._request`` does, over the wire of the process that asks."""
    owner: Any = OWNER.get()
    kind = KINDS[url.rpartition("/")[2].lower()]
    given = dict(json or {}) if data is None else loads(data)
    limit = timeout if isinstance(timeout, ClientTimeout) else session._timeout
    patience = timeout if isinstance(timeout, int | float) else limit.total

    async def about_to_write() -> None:
        for trace in session._trace_configs:
            context = trace.trace_config_ctx(trace_request_ctx=trace_request_ctx)
            for told in trace.on_request_chunk_sent:
                await told(session, context, cast(Any, None))

    params = unpacked(kind, given, {})
    name = kind.__api_method__
    return Response(await owner.wire.exchange(name, params, patience or PATIENCE, about_to_write))


@contextmanager
def without_network() -> Iterator[None]:
    """Let every session of aiohttp, and so of aiogram, speak over our wire."""
    with (
        patch.object(ClientSession, "_request", request),
        patch.object(ssl, "create_default_context", lambda **_: None),
    ):
        yield
