"""The part of the control API that watches: calls, events, and waiting for either."""

import json
from collections.abc import Callable, Iterator
from heapq import merge
from itertools import islice
from operator import attrgetter, itemgetter
from typing import Final, Generic, TypeVar

from aiohttp import ClientConnectionResetError, web

from sandbox import deeds
from sandbox.chats import Chat, Message
from sandbox.forms import number, wish
from sandbox.journal import Attempt, Call, Log
from sandbox.refusals import WishError
from sandbox.text import Json
from sandbox.waiting import Watch
from sandbox.wishes import Wait, WantedAttempts, WantedCalls

BREATH: Final = 15.0  #: seconds of silence after which a stream of events says that it lives
SEEN: Final = 20  #: texts that are told when the wanted one did not come


class Observer:
    """Calls, events and waits, for those who judge."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._world = watch.world

    async def calls(self, request: web.Request) -> web.Response:
        """Tell which calls of the Bot API were made, in order."""
        try:
            after = int(request.query.get("after", 0))
            chat = int(request.query["chat"]) if "chat" in request.query else None
        except ValueError as error:
            raise WishError("after and chat are numbers.") from error
        method = request.query.get("method")
        told = [
            call.told()
            for call in self._world.journal.calls.after(after)
            if (method is None or call.method.lower() == method.lower())
            and chat in (None, call.chat)
        ]
        return web.json_response({"calls": told})

    async def journal(self, request: web.Request) -> web.Response:
        """Tell calls, attempts and events in their one order, from a number on."""
        after, most = number(request, "after", 0), number(request, "limit", 0)
        chat = number(request, "chat") if "chat" in request.query else None
        kinds = {kind for kind in request.query.get("kind", "").split(",") if kind}
        journal, seq = self._world.journal, self._world.journal.seq
        logs: list[Iterator[tuple[int, str, int | None, Json]]] = [
            ((each.seq, "call", each.chat, each.told()) for each in journal.calls.after(after)),
            ((each.seq, "attempt", None, each.told()) for each in journal.attempts.after(after)),
            (
                (each.seq, each.facts["kind"], each.facts["chat"], each.facts)
                for each in journal.events.after(after)
            ),
        ]
        fitting = (
            (number, {"kind": kind, **facts})
            for number, kind, where, facts in merge(*logs, key=itemgetter(0))
            if (not kinds or kind in kinds) and chat in (None, where)
        )
        lines = list(islice(fitting, most or None))
        if most and len(lines) == most:
            seq = lines[-1][0]
        return web.json_response({"lines": [line for _, line in lines], "seq": seq})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Tell what happens, as it happens."""
        journal = self._world.journal
        try:
            since = request.headers.get("Last-Event-ID") or request.query.get("after")
            seq = journal.seq if since is None else int(since)
        except ValueError as error:
            raise WishError("after is a number.") from error
        answer = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await answer.prepare(request)
        try:
            await answer.write(b": sandbox\n\n")
            while True:
                for event in journal.events.after(seq):
                    seq = event.seq
                    await answer.write(f"id: {seq}\ndata: {json.dumps(event.facts)}\n\n".encode())
                if not await self._watch.anything.wait(BREATH):
                    await answer.write(b": still here\n\n")
        except ClientConnectionResetError:
            return answer  # the page was closed

    async def wait(self, request: web.Request) -> web.Response:
        """Wait for a message, for calls, or until the bot has nothing left to do."""
        wanted = await wish(request, Wait)
        if wanted.quiet is not None:
            return await self._quiet(wanted.quiet, wanted.seconds)
        if wanted.calls is not None:
            return await self._calls(wanted.calls, wanted.seconds)
        if wanted.attempts is not None:
            return await self._attempts(wanted.attempts, wanted.seconds)
        if wanted.chat is None:
            raise WishError("Wait for a message of a chat, for calls, for attempts or for quiet.")
        return await self._message(wanted.chat, wanted)

    async def _message(self, chat_id: int, wanted: Wait) -> web.Response:
        fits = self._matcher(wanted)
        found: Message | None = None
        seq = -1

        def done() -> bool:
            nonlocal found, seq
            news = seq < 0 or any(
                event.facts["chat"] in {chat_id, None}
                for event in self._world.journal.events.after(seq)
            )
            seq = self._world.journal.seq
            if news:
                messages = deeds.chat(self._world, chat_id).messages
                found = next((each for each in reversed(messages.values()) if fits(each)), None)
            return (found is None) if wanted.gone else (found is not None)

        if await self._watch.until(done, wanted.seconds):
            return web.json_response({"message": found and found.shown()})
        chat = deeds.chat(self._world, chat_id)
        sought = wanted.text if wanted.button is None else f"{wanted.text} [{wanted.button}]"
        verb = "is still there" if wanted.gone else "did not come"
        return _late(f"{sought!r} {verb} in {chat.title}.", seen=_seen(chat))

    def _matcher(self, wanted: Wait) -> Callable[[Message], bool]:
        by = self._world.bot.id if wanted.by == "bot" else wanted.by

        def fits(message: Message) -> bool:
            return (
                message.id > wanted.after
                and by in (None, message.author["id"])
                and (wanted.text is None or wanted.text in message.body)
                and (not wanted.edited or message.edited is not None)
                and (wanted.button is None or deeds.sought(message, wanted.button) is not None)
            )

        return fits

    async def _calls(self, wanted: WantedCalls, seconds: float) -> web.Response:
        def fits(call: Call) -> bool:
            same = call.method.lower() == wanted.method.lower()
            return same and wanted.chat in (None, call.chat)

        gathered = Gathering(self._world.journal.calls, wanted.after, fits, begun=wanted.begun)
        came = await self._watch.until(lambda: gathered.count() >= wanted.count, seconds)
        found = [call.told() for call in gathered.lines()]
        if came:
            return web.json_response({"calls": found})
        return _late(
            f"{wanted.method} was called {len(found)} times, not {wanted.count}.", calls=found
        )

    async def _attempts(self, wanted: WantedAttempts, seconds: float) -> web.Response:
        gathered = Gathering(self._world.journal.attempts, wanted.after, lambda _: True)
        came = await self._watch.until(lambda: gathered.count() >= wanted.count, seconds)
        found = [attempt.told() for attempt in gathered.lines()]
        if came:
            return web.json_response({"attempts": found})
        error = f"The webhook was tried {len(found)} times, not {wanted.count}."
        return _late(error, attempts=found)

    async def _quiet(self, pause: float, seconds: float) -> web.Response:
        if await self._watch.quiet(pause, seconds):
            return web.json_response({"quiet": True, "seq": self._world.journal.seq})
        return _late(
            "The bot is still busy.",
            pending=len(self._world.queue),
            under_way=self._world.journal.under_way,
        )


Line = TypeVar("Line", Call, Attempt)


class Gathering(Generic[Line]):
    """The lines of a log that fit and are answered, or have *begun* at least.

    Each line is looked at once when it is new, and then until it is answered: whoever waits
    for ten thousand calls does not look at all of them with every call.
    """

    def __init__(
        self, log: Log[Line], seq: int, fits: Callable[[Line], bool], *, begun: bool = False
    ) -> None:
        self._log: Log[Line] = log
        self._seq = seq
        self._fits: Callable[[Line], bool] = fits
        self._begun = begun
        self._open: list[Line] = []
        self._found: list[Line] = []

    def count(self) -> int:
        """Look again, and return how many there are."""
        for line in self._log.after(self._seq):
            self._seq = line.seq
            if self._fits(line):
                self._open.append(line)
        looked, self._open = self._open, []
        for line in looked:
            ready = self._begun or line.answered is not None
            (self._found if ready else self._open).append(line)
        return len(self._found)

    def lines(self) -> list[Line]:
        """Return what was found, in order."""
        return sorted(self._found, key=attrgetter("seq"))


def _seen(chat: Chat) -> list[str]:
    """Return what can be read in a chat, the oldest first."""
    latest = list(islice(reversed(chat.messages.values()), SEEN))
    return [message.body or f"({message.kind})" for message in reversed(latest)]


def _late(error: str, **facts: object) -> web.Response:
    return web.json_response({"error": error, **facts}, status=408)
