"""A stage for tests: the sandbox on a port of its own, a clock that stands, and short words."""

from copy import copy
from io import BytesIO
from json import dumps
from types import TracebackType
from typing import Any, Final, Self

from aiohttp import ClientSession, FormData
from aiohttp.test_utils import TestServer

from sandbox.cast import Cast
from sandbox.server import application
from sandbox.world import World

ANNA, VERA, VICTOR, MARK = 101, 201, 202, 301
GROUP, SMALL, STRANGE = -1001000000001, -77, -1001000000009
TOKEN: Final = "42:SANDBOX"

CAST: Final = Cast.model_validate(
    {
        "people": [
            {"id": ANNA, "first_name": "Anna", "last_name": "Petrova", "username": "anna_cafe"},
            {"id": VERA, "first_name": "Vera"},
            {"id": VICTOR, "first_name": "Victor", "language_code": "ru"},
            {"id": MARK, "first_name": "Mark"},
        ],
        "chats": [
            {
                "id": GROUP,
                "title": "Iceberg · support",
                "members": [
                    {"person": VERA, "status": "administrator"},
                    {"person": VICTOR},
                ],
            },
            {"id": SMALL, "type": "group", "title": "Small", "members": [{"person": VERA}]},
            {"id": STRANGE, "title": "Strange", "bot": "left", "members": [{"person": MARK}]},
        ],
    }
)

Json = dict[str, Any]


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_760_000_000.0

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


class Stage:
    """The sandbox as its users meet it: over HTTP."""

    def __init__(self, *others: Cast, limited: bool = False) -> None:
        self.clock = Clock()
        worlds = [World(cast, clock=self.clock, limited=limited) for cast in (CAST, *others)]
        self.worlds = {world.bot.id: world for world in worlds}
        self.world, self.token, self.door = worlds[0], TOKEN, "/control"
        self._server = TestServer(application(*worlds))

    def of(self, bot: int) -> "Stage":
        """Return the same stage, as it is to another bot and to its people."""
        other = copy(self)
        other.world = self.worlds[bot]
        other.token, other.door = other.world.token, f"/control/bot{bot}"
        return other

    async def __aenter__(self) -> Self:
        await self._server.start_server(shutdown_timeout=1)
        self.url = str(self._server.make_url("")).rstrip("/")
        self.http = ClientSession(self.url)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.http.close()
        await self._server.close()

    async def asks(self, method: str, **params: object) -> Json:
        """Call the Bot API, and return the whole answer."""
        async with self.http.post(f"/bot{self.token}/{method}", json=params) as answer:
            body: Json = await answer.json()
        return body

    async def calls(self, method: str, **params: object) -> Any:
        """Call the Bot API, and return the result."""
        answer = await self.asks(method, **params)
        assert answer["ok"], answer
        return answer["result"]

    async def fails(self, method: str, **params: object) -> str:
        """Call the Bot API, and return how it says no."""
        answer = await self.asks(method, **params)
        assert not answer["ok"], answer
        return str(answer["description"])

    async def uploads(self, method: str, chat: int, **params: object) -> Json:
        """Call the Bot API with files: bytes are uploaded under their names, *name* is of all."""
        name = str(params.pop("name", "file.bin"))
        form = FormData({"chat_id": str(chat)}, quote_fields=False)
        for key, value in params.items():
            if isinstance(value, bytes):
                form.add_field(key, BytesIO(value), filename=name)
            else:
                form.add_field(key, value if isinstance(value, str) else dumps(value))
        async with self.http.post(f"/bot{self.token}/{method}", data=form) as answer:
            body: Json = await answer.json()
        return body

    async def sends(self, chat: int, text: str = "Hello", **params: object) -> int:
        """Let the bot write, and return the id of its message."""
        message = await self.calls("sendMessage", chat_id=chat, text=text, **params)
        return int(message["message_id"])

    async def control(self, path: str, **wish: object) -> Json:
        """Post to the control API."""
        wish = {key.rstrip("_"): value for key, value in wish.items()}
        async with self.http.post(f"{self.door}/{path}", json=wish) as answer:
            body: Json = await answer.json()
        return body

    async def sees(self, path: str, **query: str | int) -> Json:
        """Get from the control API."""
        async with self.http.get(f"{self.door}/{path}", params=query) as answer:
            body: Json = await answer.json()
        return body

    async def says(self, person: int, text: str, chat: int | None = None, **more: object) -> Json:
        """Let a person write, in private if no group is given, and return the message."""
        told = await self.control("say", as_=person, chat=chat or person, text=text, **more)
        message: Json = told["message"]
        return message

    async def sent(self, person: int, chat: int, kind: str, **more: object) -> Json:
        """Let a person send something of a kind, and return the message."""
        told = await self.control("send", as_=person, chat=chat, kind=kind, **more)
        message: Json = told["message"]
        return message

    async def topics(self, chat: int, *names: str) -> list[int]:
        """Switch the topics of a group on, let Vera open some, and return their threads."""
        await self.control("forum", chat=chat, on=True)
        told = [await self.control("topic", as_=VERA, chat=chat, name=name) for name in names]
        return [int(each["topic"]["thread"]) for each in told]

    async def last(self, chat: int) -> Json:
        """Return the newest message of a chat."""
        message: Json = (await self.sees("messages", chat=chat))["messages"][-1]
        return message

    async def news(self, offset: int | None = None, **params: object) -> list[Json]:
        """Return what is new to the bot."""
        if offset is not None:
            params["offset"] = offset
        updates: list[Json] = await self.calls("getUpdates", **params)
        return updates

    async def heard(self) -> list[str]:
        """Return the texts that are new to the bot, and confirm them."""
        updates = await self.news()
        if updates:
            await self.news(updates[-1]["update_id"] + 1)
        return [each["message"]["text"] for each in updates if "text" in each.get("message", {})]

    async def texts(self, chat: int) -> list[str]:
        """Return what can be read in a chat."""
        shown = await self.sees("messages", chat=chat)
        return [each.get("text") or each.get("caption", "") for each in shown["messages"]]
