"""Posting updates to a webhook, one each: in order within a lane, lanes in parallel."""

import asyncio
import json
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self, TypeVar

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, DummyCookieJar

from sandbox.methods import respond
from sandbox.updates import Update
from sandbox.waiting import Bell
from sandbox.webhook import Hook
from sandbox.world import World

SECRET: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
REQUEST: Final = 60.0  #: seconds that a webhook may take over one update
LONGEST: Final = 60.0  #: seconds between two tries, if the webhook does not say; up to 120 there
OBEYED: Final = 60 * 60.0  #: seconds; a Retry-After beyond that is cut
GONE: Final = 23 * 60 * 60.0  #: seconds of nothing but 410, after which the webhook is removed

Listener = TypeVar("Listener")


@dataclass(frozen=True)
class Reply:
    """What a webhook made of an update."""

    status: int | None = None  #: None: there was no answer
    error: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def taken(self) -> bool:
        """Whether the update need not come again."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def retry_after(self) -> float:
        """How long the webhook wants to be left alone, in seconds."""
        given = self.headers.get("Retry-After", "")
        return min(float(given), OBEYED) if given.isdecimal() else 0.0


class Postman:
    """Takes the updates of one world to its webhook, as long as there is one."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lanes: dict[tuple[str, int], deque[Update]] = {}
        self._rounds: set[asyncio.Task[None]] = set()
        self._free = asyncio.Semaphore()  #: as many as the bot allows at once
        self._news = Bell()
        self._gone_since: float | None = None
        self._leaving = AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._http = await self._leaving.enter_async_context(
            ClientSession(timeout=ClientTimeout(total=REQUEST), cookie_jar=DummyCookieJar())
        )
        self._leaving.push_async_callback(self._stop)
        world = self._world
        self._leaving.enter_context(_listening(world.queue.takers, self._sort))
        self._leaving.enter_context(_listening(world.queue.listeners, self._news.ring))
        self._leaving.enter_context(_listening(world.webhook.listeners, self._begin))
        self._begin()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._leaving.aclose()

    def _begin(self) -> None:
        """Leave what is under way, and start over with the webhook that there is now."""
        for each in self._rounds:
            each.cancel()
        self._lanes, self._gone_since = {}, None
        if self._world.webhook.hook is not None:
            self._free = asyncio.Semaphore(self._world.webhook.hook.max_connections)
            for update in self._world.queue.waiting():
                self._sort(update)

    async def _stop(self) -> None:
        rounds = [*self._rounds]
        for each in rounds:
            each.cancel()
        await asyncio.gather(*rounds, return_exceptions=True)

    def _sort(self, update: Update) -> None:
        """Put an update into its lane, and see that the lane is served."""
        hook, lane = self._world.webhook.hook, self._lanes.get(update.lane)
        if hook is None:
            return
        if lane is not None:
            lane.append(update)
            return
        self._lanes[update.lane] = lane = deque([update])
        task = asyncio.get_running_loop().create_task(self._serve(hook, update.lane, lane))
        self._rounds.add(task)
        task.add_done_callback(self._rounds.discard)

    async def _serve(self, hook: Hook, name: tuple[str, int], lane: deque[Update]) -> None:
        """Deliver a lane, one after another, until it is empty."""
        while lane:
            await self._deliver(hook, lane[0])
            lane.popleft()
        if self._lanes.get(name) is lane:
            del self._lanes[name]

    async def _deliver(self, hook: Hook, update: Update) -> None:
        """Try until the webhook takes an update, or it is too old."""
        world, delay, failed = self._world, 1.0, 0
        while world.queue.holds(update):
            if world.revoked:
                await self._news.wait()
                continue
            async with self._free:
                attempt = world.journal.tries(update.id, update.kind)
                try:
                    reply = await self._post(hook, update)
                except asyncio.CancelledError:
                    world.journal.tried(attempt, None, "there is another webhook, or none")
                    raise
            if reply.taken:
                world.journal.tried(attempt, reply.status, None)
                self._gone_since = None
                world.queue.confirm(update)
                self._obey(reply.body)
                return
            wait = reply.retry_after
            if not wait and failed:
                wait = delay = min(delay * 2, LONGEST)
            failed += 1
            attempt.again_in = wait
            world.webhook.error = world.now, reply.error or ""
            world.journal.tried(attempt, reply.status, reply.error)
            self._is_gone(reply.status)
            await asyncio.sleep(wait * world.webhook.pace)

    async def _post(self, hook: Hook, update: Update) -> Reply:
        headers = {"Content-Type": "application/json"}
        if hook.secret:
            headers[SECRET] = hook.secret
        body = json.dumps(update.told())
        try:
            async with self._http.post(
                hook.url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                content = await answer.read()
        except TimeoutError:
            return Reply(error="Read timeout expired")
        except ClientConnectorError:
            return Reply(error="Connection refused")
        except ClientError:
            return Reply(error="Connection reset by peer")
        said = answer.reason or HTTPStatus(answer.status).phrase
        error = f"Wrong response from the webhook: {answer.status} {said}"
        return Reply(answer.status, error, answer.headers, content)

    def _obey(self, body: bytes) -> None:
        """Make the call that an answer may hold; nobody learns what came of it."""
        try:
            call = json.loads(body)
        except ValueError:
            return
        if isinstance(call, dict) and isinstance(call.get("method"), str):
            respond(self._world, call.pop("method"), call)

    def _is_gone(self, status: int | None) -> None:
        """Remove a webhook that has said for long enough that it is gone."""
        if status != HTTPStatus.GONE:
            self._gone_since = None
            return
        now = self._world.clock()
        if self._gone_since is None:
            self._gone_since = now
        elif now - self._gone_since > GONE:
            self._world.webhook.become(None)


@contextmanager
def _listening(listeners: list[Listener], listener: Listener) -> Iterator[None]:
    """Be among the listeners for a while."""
    listeners.append(listener)
    try:
        yield
    finally:
        listeners.remove(listener)
