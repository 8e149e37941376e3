"""The Bot API at the edge: requests are read, faults happen, answers leave."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from random import Random
from typing import Any, Final, TypeVar

from aiogram.methods import GetUpdates
from aiogram.types import BufferedInputFile
from aiohttp import ClientConnectionResetError, web

from sandbox.faults import Fault, Wrong
from sandbox.journal import Call
from sandbox.latency import Span
from sandbox.methods import Answer, canonical, chat_of, declined, granted, perform, understood
from sandbox.refusals import (
    HOOK_SET,
    NOT_FOUND,
    OTHER_POLLER,
    TOO_LARGE,
    ApiError,
    bad,
    unauthorized,
)
from sandbox.requests import KINDS, Method, Uploads, loggable, unpacked
from sandbox.text import Json
from sandbox.waiting import Watch

PATIENCE: Final = 50  #: seconds that getUpdates waits at most

#: Whatever has to end with the server, whoever waits for it.
TASKS: Final[web.AppKey[set[asyncio.Task[Any]]]] = web.AppKey("tasks")

Effect = Callable[[], Awaitable[Answer]]
Some = TypeVar("Some")


class BotApi:
    """The Bot API of one bot: bytes come in, faults happen, answers leave."""

    def __init__(self, watch: Watch) -> None:
        self._world = watch.world
        self._watch = watch
        self._dice = Random(0)  # noqa: S311 - repeatable, and no secret
        self._poll: asyncio.Future[None] | None = None  #: the waiting getUpdates

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Make one call; it goes on though its caller hangs up."""
        return await asyncio.shield(self._begin(request, self._make(request)))

    def _begin(self, request: web.Request, work: Coroutine[Any, Any, Some]) -> asyncio.Task[Some]:
        """Begin what ends with the server, whoever waits for it."""
        tasks, task = request.app[TASKS], asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task

    async def _make(self, request: web.Request) -> web.StreamResponse:
        kind = KINDS.get(request.match_info["method"].lower())
        params, broken = await _params(request, kind)
        await self._travel(self._world.latency.there)
        journal, name = self._world.journal, canonical(request.match_info["method"])
        entry = journal.arrives(name, chat_of(params), loggable(params))
        heard, status = None, None

        async def effect() -> Answer:
            return await self._answer(entry, params, broken)

        try:
            fault = self._world.faults.take(name, entry.chat)
            if fault is None:
                answer = await effect()
                await self._travel(self._world.latency.back)
                heard, status = answer.body, answer.status
                return _response(answer)
            entry.fault = fault.answer.told()
            answer = await self._wrong(request, fault, effect)
            if not fault.answer.breaks:
                heard, status = answer.body or None, answer.status
            return await _fail(request, fault.answer, answer)
        finally:
            if request.transport is None or request.transport.is_closing():
                status = None  # the caller has hung up
            journal.leaves(entry, heard, status)

    async def _travel(self, span: Span) -> None:
        """Be under way for so long."""
        if span[1]:
            await asyncio.sleep(self._dice.uniform(*span))

    async def _wrong(self, request: web.Request, fault: Fault, effect: Effect) -> Answer:
        """Let a call go wrong, and return what its caller gets, as far as they get it."""
        wrong = fault.answer
        if wrong.delay is not None:
            await asyncio.sleep(wrong.delay)
        truth = await effect() if fault.after or wrong.true else None
        if wrong.late is not None:
            self._world.journal.under_way += 1
            self._begin(request, self._happen(wrong.late, effect))
        if wrong.true and truth is not None:
            return Answer(truth.status, wrong.added(truth.body), truth.headers)
        if wrong.body is not None:
            pause = wrong.body.get("parameters", {}).get("retry_after")
            headers = {} if pause is None else {"Retry-After": str(pause)}
            return Answer(wrong.status, wrong.body, headers)
        return Answer(wrong.status, truth.body if truth and wrong.half else {})

    async def _happen(self, seconds: float, effect: Effect) -> None:
        """Let the effect happen when the caller has long been answered."""
        try:
            await asyncio.sleep(seconds)
            await effect()
        finally:
            self._world.journal.under_way -= 1
            self._watch.anything.ring()

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Hand out a file, as it lies at the path that getFile told."""
        if self._world.revoked:
            return _response(declined(unauthorized()))
        found = self._world.files.by_path(request.match_info["path"])
        if found is None:
            return _response(declined(ApiError(404, NOT_FOUND)))
        return web.Response(body=found.content, content_type="application/octet-stream")

    async def _answer(self, entry: Call, params: Json, broken: ApiError | None) -> Answer:
        """Do what a call wants, unless it could not even be read: *broken* says how."""
        try:
            if broken is not None and not self._world.revoked:
                raise broken
            call = understood(self._world, entry.method, params)
            if isinstance(call, GetUpdates):
                return await self._updates(call, entry)
            return granted(perform(self._world, call, entry))
        except ApiError as refused:
            return declined(refused)

    async def _updates(self, call: GetUpdates, entry: Call) -> Answer:
        """Wait for updates as long as the bot is willing to, unless another poll comes."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        loop = asyncio.get_running_loop()
        mine = self._poll = loop.create_future()
        deadline = loop.time() + min(max(call.timeout or 0, 0), PATIENCE)
        while True:
            if self._world.revoked:
                raise unauthorized()
            updates = perform(self._world, call, entry)
            self._watch.anything.ring()  # something may have been confirmed
            left = deadline - loop.time()
            if updates or left <= 0:
                return granted(updates)
            ring = asyncio.ensure_future(self._watch.updates.wait(left))
            try:
                await asyncio.wait({mine, ring}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                ring.cancel()
            if mine.done():
                raise ApiError(409, OTHER_POLLER)
            if self._world.webhook.hook is not None:
                raise ApiError(409, HOOK_SET)


class BotApis:
    """The Bot API of several bots: the token says whose world a call is about."""

    def __init__(self, watches: Iterable[Watch]) -> None:
        self._apis = {watch.world.token: BotApi(watch) for watch in watches}

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Make one call."""
        api = self._apis.get(request.match_info["token"])
        return await api.call(request) if api else _response(declined(unauthorized()))

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Hand out a file."""
        api = self._apis.get(request.match_info["token"])
        return await api.download(request) if api else _response(declined(unauthorized()))


async def read(request: web.Request) -> tuple[dict[str, Any], Uploads]:
    """Return what a request carries: in its address, as JSON, as a form, with files.

    Raises:
        ApiError: it cannot be read, or is too large.

    """
    given: dict[str, Any] = dict(request.query)
    uploads: dict[str, BufferedInputFile] = {}
    try:
        if request.content_type == "application/json":
            raw = await request.read()
            body = json.loads(raw) if raw else {}
            if not isinstance(body, dict):
                raise bad("can't parse JSON object in the request")
            given |= body
        elif request.can_read_body:
            form = request.clone(method="POST")  # aiohttp reads no form in a GET; Telegram does
            for key, value in (await form.post()).items():
                if isinstance(value, web.FileField):
                    with value.file as file:
                        uploads[key] = BufferedInputFile(file.read(), value.filename)
                else:
                    given[key] = value
    except web.HTTPRequestEntityTooLarge as error:
        raise ApiError(413, TOO_LARGE) from error
    except ValueError as error:
        raise bad("can't parse the request") from error
    return given, uploads


async def _params(request: web.Request, kind: type[Method] | None) -> tuple[Json, ApiError | None]:
    """Return the parameters of a call, and what is wrong with the way they are written."""
    given: Json = {}
    try:
        given, uploads = await read(request)
        return (given if kind is None else unpacked(kind, given, uploads)), None
    except ApiError as refused:
        return given, refused


async def _fail(request: web.Request, wrong: Wrong, answer: Answer) -> web.StreamResponse:
    """Give a caller what a fault has for them, or the beginning of it, or nothing."""
    if wrong.hang is not None:
        await _hang(request, wrong.hang)
    if not wrong.breaks:
        return _response(answer) if wrong.raw is None else _raw(wrong)
    broken = web.StreamResponse(status=wrong.status)
    if wrong.half:
        whole = wrong.raw or json.dumps(answer.body or {"ok": True, "result": True}).encode()
        broken.content_type, broken.content_length = "application/json", len(whole)
        with suppress(ClientConnectionResetError):
            await broken.prepare(request)
            await broken.write(whole[: len(whole) // 2])
        if request.transport is not None:
            request.transport.close()
    elif request.transport is not None:
        request.transport.abort()
    return broken


def _raw(wrong: Wrong) -> web.Response:
    return web.Response(status=wrong.status, body=wrong.raw, content_type=wrong.content_type)


async def _hang(request: web.Request, seconds: float) -> None:
    """Say nothing for so long, or until the caller has hung up."""
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(0.05)


def _response(answer: Answer) -> web.Response:
    return web.json_response(answer.body, status=answer.status, headers=answer.headers)
