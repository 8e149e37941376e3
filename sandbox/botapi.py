"""The Bot API at the edge: requests are read, faults happen, answers leave."""

import asyncio
import json
from collections.abc import Iterable
from typing import Any, Final

from aiogram.methods import GetUpdates
from aiogram.types import BufferedInputFile
from aiohttp import web

from sandbox.faults import Wrong
from sandbox.journal import Call
from sandbox.methods import Answer, chat_of, declined, granted, perform, understood
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


class BotApi:
    """The Bot API of one bot: bytes come in, faults happen, answers leave."""

    def __init__(self, watch: Watch) -> None:
        self._world = watch.world
        self._watch = watch
        self._poll: asyncio.Future[None] | None = None  #: the waiting getUpdates

    async def call(self, request: web.Request) -> web.StreamResponse:
        """Make one call."""
        kind = KINDS.get(request.match_info["method"].lower())
        name = kind.__api_method__ if kind else request.match_info["method"]
        params, broken = await _params(request, kind)
        chat = chat_of(params)
        entry = self._world.journal.arrives(name, chat, loggable(params))
        answer: Answer | None = None
        try:
            fault = self._world.faults.take(name, chat)
            if fault is None:
                answer = await self._answer(entry, params, broken)
                return _response(answer)
            wrong = fault.answer
            if wrong.delay is not None:
                await asyncio.sleep(wrong.delay)
            if fault.after or wrong.late:
                answer = await self._answer(entry, params, broken)
            if wrong.late and answer is not None:
                return _response(answer)
            lost, answer = answer, Answer(wrong.status, wrong.body) if wrong.body else None
            return await _fail(request, wrong, lost)
        finally:
            self._world.journal.leaves(entry, answer.body if answer else None)

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
                return await self._updates(call)
            result = perform(self._world, call)
        except ApiError as refused:
            return declined(refused)
        if isinstance(result, dict):
            entry.message_id = result.get("message_id")
        return granted(result)

    async def _updates(self, call: GetUpdates) -> Answer:
        """Wait for updates as long as the bot is willing to, unless another poll comes."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        loop = asyncio.get_running_loop()
        mine = self._poll = loop.create_future()
        deadline = loop.time() + min(max(call.timeout or 0, 0), PATIENCE)
        while True:
            if self._world.revoked:
                raise unauthorized()
            updates = perform(self._world, call)
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


async def _fail(request: web.Request, wrong: Wrong, lost: Answer | None) -> web.StreamResponse:
    """Give a caller what a fault has for it, instead of the answer that got *lost*."""
    if wrong.hang is not None:
        await _hang(request, wrong.hang)
    text = wrong.text if wrong.body is None else json.dumps(wrong.body)
    kind = "text/html" if wrong.body is None else "application/json"
    if wrong.hang is None and not wrong.reset and not wrong.half:
        headers = {}
        if pause := (wrong.body or {}).get("parameters", {}).get("retry_after"):
            headers["Retry-After"] = str(pause)
        return web.Response(status=wrong.status, text=text, content_type=kind, headers=headers)
    answer = web.StreamResponse(status=wrong.status)
    if wrong.half:
        whole = (text or json.dumps(lost.body if lost else {"ok": True, "result": True})).encode()
        answer.content_type, answer.content_length = "application/json", len(whole)
        await answer.prepare(request)
        await answer.write(whole[: len(whole) // 2])
        if request.transport is not None:
            request.transport.close()
    elif request.transport is not None:
        request.transport.abort()
    return answer


async def _hang(request: web.Request, seconds: float) -> None:
    """Say nothing for so long, or until the caller has hung up."""
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        if request.transport is None or request.transport.is_closing():
            return
        await asyncio.sleep(0.05)


def _response(answer: Answer) -> web.Response:
    return web.json_response(answer.body, status=answer.status, headers=answer.headers)
