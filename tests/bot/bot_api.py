"""A Bot API server that answers as it is told, and otherwise as if all were well."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiogram import Bot
from aiohttp import web

from bot.telegram import Telegram, connect

TOKEN = "42:TEST"
JSON = "application/json"


@dataclass(frozen=True)
class Asked:
    """A call as it arrived."""

    method: str
    form: dict[str, str]


@dataclass(frozen=True)
class Says:
    """What is answered: a status and a body, whatever they are."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    type: str = "application/json"


def error(code: int, text: str | None, **parameters: Any) -> Says:
    """Return an error as the Bot API says it."""
    body: dict[str, Any] = {"ok": False, "error_code": code}
    if text is not None:
        body["description"] = text
    if parameters:
        body["parameters"] = parameters
    return Says(code, json.dumps(body).encode())


def page(status: int, text: str = "<html><h1>Sorry</h1></html>", **headers: str) -> Says:
    """Return what a gateway says."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Says(status, text.encode(), named, "text/html")


class BotApi:
    """The server: it keeps what it was asked, and answers from a list."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: deque[Says] = deque()
        self.always: Says | None = None
        self.sent = 100
        self.uploads: list[str] = []  #: names of files
        self.topics = False  #: whether every chat has them

    @property
    def methods(self) -> list[str]:
        return [each.method for each in self.asked]

    async def handle(self, request: web.Request) -> web.Response:
        said = await (request.json() if request.content_type == JSON else request.post())
        form = {name: written(value) for name, value in said.items()}
        self.uploads += [each.filename for each in said.values() if isinstance(each, web.FileField)]
        self.asked.append(Asked(request.match_info["method"], form))
        says = self.answers.popleft() if self.answers else self.always or self.well(self.asked[-1])
        return web.Response(
            status=says.status, body=says.body, headers=says.headers, content_type=says.type
        )

    async def file(self, request: web.Request) -> web.Response:
        return web.Response(body=request.match_info["name"].encode())

    def well(self, asked: Asked) -> Says:
        result: Any = True
        if asked.method.startswith(("send", "copy")):
            self.sent += 1
            chat = {"id": int(asked.form["chat_id"]), "type": "private"}
            result = {"message_id": self.sent, "date": 1, "chat": chat, "text": "-"}
            if self.topics and "message_thread_id" in asked.form:
                result["message_thread_id"] = int(asked.form["message_thread_id"])
        if asked.method == "sendMediaGroup":
            count = len(json.loads(asked.form["media"]))
            self.sent += count - 1
            result = [{"message_id": self.sent - each} for each in reversed(range(count))]
        if asked.method == "getChat":
            result = {"id": int(asked.form["chat_id"]), "is_forum": self.topics}
        if asked.method == "createForumTopic":
            self.sent += 1
            result = {"message_thread_id": self.sent, "name": asked.form["name"]}
        if asked.method == "getForumTopicIconStickers":
            result = [{"emoji": "✅", "custom_emoji_id": "77"}]
        if asked.method == "getFile":
            result = {"file_path": f"files/{asked.form['file_id']}"}
        return Says(200, json.dumps({"ok": True, "result": result}).encode())


def written(value: Any) -> str:
    """Return a value of JSON as a form would hold it."""
    return json.dumps(value) if isinstance(value, list | dict | bool) else str(value)


@dataclass
class Line:
    """The real channel, connected to a server."""

    api: BotApi
    bot: Bot
    channel: Telegram
    slots: int = 0
    trusted: bool = True

    async def another(self) -> None:
        self.slots += 1


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[BotApi, str]]:
    """Start a server on a free port."""
    api = BotApi()
    application = web.Application(client_max_size=2**26)
    application.router.add_route("*", f"/bot{TOKEN}/{{method}}", api.handle)
    application.router.add_get(f"/file/bot{TOKEN}/files/{{name}}", api.file)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield api, f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def connected(
    url: str, may_call: Callable[[], bool] = lambda: True
) -> AsyncIterator[tuple[Bot, Telegram]]:
    """Connect the real channel, without luck, to a server."""
    bot = connect(TOKEN, url, may_call)
    try:
        yield bot, Telegram(bot, {}, luck=lambda: 0.0)
    finally:
        await bot.session.close()
