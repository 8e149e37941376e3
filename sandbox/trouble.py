"""The part of the control API that makes trouble: limits, faults, delays, other servers."""

from aiogram.methods import GetWebhookInfo
from aiohttp import web

from sandbox import deeds, hooks, wishes
from sandbox.faults import Fault
from sandbox.forms import number, told, wish
from sandbox.latency import Latency
from sandbox.refusals import WishError
from sandbox.world import World


class Trouble:
    """One method a call, as in ``control``."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def revoke(self, request: web.Request) -> web.Response:
        """Make the bot's token worthless."""
        await wish(request, wishes.Nothing)
        deeds.revoke(self._world)
        return told(revoked=True)

    async def restore(self, request: web.Request) -> web.Response:
        """Let the bot's token count again."""
        await wish(request, wishes.Nothing)
        deeds.restore(self._world)
        return told(revoked=False)

    async def limits(self, request: web.Request) -> web.Response:
        """Switch the rate limits."""
        self._world.limits.on = (await wish(request, wishes.Limits)).on
        return told(on=self._world.limits.on)

    async def queue(self, request: web.Request) -> web.Response:
        """Begin a new numbering of updates, or give one update again."""
        wanted, queue = await wish(request, wishes.Queue), self._world.queue
        if wanted.again is not None and not queue.repeat(wanted.again):
            raise WishError(f"Update {wanted.again} is not known any more.")
        if wanted.last is not None:
            queue.repeat_last(wanted.last)
        if wanted.numbering is not None:
            queue.renumber(None if wanted.numbering == "new" else wanted.numbering)
        return told(next=queue.next_id, pending=len(queue))

    async def webhook(self, request: web.Request) -> web.Response:
        """Tell where updates are posted to, and how that goes."""
        facts = hooks.told(self._world, GetWebhookInfo())
        attempts = self._world.journal.attempts.after(number(request, "after", 0))
        pace = self._world.webhook.pace
        return told(**facts, pace=pace, attempts=[attempt.told() for attempt in attempts])

    async def set_pace(self, request: web.Request) -> web.Response:
        """Say how fast time goes between two tries to reach the webhook."""
        self._world.webhook.pace = (await wish(request, wishes.Webhook)).pace
        return await self.webhook(request)

    async def faults(self, request: web.Request) -> web.Response:
        """Tell which faults are still to happen."""
        return told(faults=[fault.told() for fault in self._world.faults.waiting])

    async def add_fault(self, request: web.Request) -> web.Response:
        """Let calls go wrong."""
        try:
            given = await request.json()
        except ValueError as error:
            raise WishError("The body is no JSON.") from error
        if not isinstance(given, dict):
            raise WishError("A fault is an object.")
        self._world.faults.waiting.append(Fault.parse(given))
        return await self.faults(request)

    async def no_faults(self, request: web.Request) -> web.Response:
        """Let nothing go wrong any more."""
        self._world.faults.waiting.clear()
        return await self.faults(request)

    async def latency(self, request: web.Request) -> web.Response:
        """Tell how long calls and answers are under way."""
        return told(there=self._world.latency.there, back=self._world.latency.back)

    async def set_latency(self, request: web.Request) -> web.Response:
        """Say how long calls and answers are under way, each between two bounds."""
        wanted = await wish(request, wishes.Latency)
        self._world.latency = Latency(wanted.there, wanted.back)
        return await self.latency(request)
