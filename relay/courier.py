"""The way out: what is owed is said, in the order of each chat, as fast as the messenger allows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from relay import homes, topics, wording
from relay.channel import (
    Another,
    Channel,
    Held,
    Landed,
    Place,
    Reason,
    Retry,
    Unclear,
    Undelivered,
)
from relay.lease import Lease, Stopped
from relay.limits import Call
from relay.outcomes import BREATH, Errand, Outcome, Share, left, note, undecided
from relay.pacing import Pace
from relay.room import Room
from relay.store import Clash, Store, Trouble
from relay.tables import Delivery, Doing, Kind, Progress

log = logging.getLogger(__name__)


IN_FLIGHT: Final = 100  #: deliveries that are being made at once
LONGEST_WAIT: Final = timedelta(minutes=2)  #: for the next part of a long post
TILL_ROOM: Final = timedelta(minutes=5)  #: until a card is tried that waits for room on the disk
TOGETHER: Final = 40  #: messages that may be said in one go


class Courier:
    """Makes the deliveries of one bot, as long as it is ours.

    One that was started from a backup speaks to *operators* alone, until one of them agrees.
    """

    def __init__(
        self,
        lease: Lease,
        channel: Channel,
        operators: Collection[str] = (),
        noted: Callable[[Sequence[Outcome]], None] = lambda _: None,
        room: Callable[[], Room] = lambda: Room.ENOUGH,
    ) -> None:
        self._lease, self._channel, self._operators = lease, channel, operators
        self._noted = noted  #: hears what came of deliveries, once it is written down
        self._room = room
        self._pace = Pace(lease, channel)
        self._wake = asyncio.Event()
        self._outcomes: list[Outcome] = []
        self._errands: dict[asyncio.Task[None], Errand] = {}
        self._doubt = False  #: whether what was to be tried last was written down
        self._ending = self._stopped = self._silent = False

    def nudge(self) -> None:
        """Say that there may be something to do."""
        self._wake.set()

    async def run(self) -> None:
        """Make deliveries until cancelled, or told to finish.

        Raises:
            Stopped: the messenger does not accept the bot any more.
        """
        await self.resume()
        async with asyncio.TaskGroup() as group:
            while not self._ending:
                self._wake.clear()
                due = await self.step(group)
                await self._until(due)
        try:
            await self._plan([])  # what was being sent is answered now: note it
        except Trouble as trouble:  # then it is as if we had died while it was being sent
            log.warning("the database could not: %s", type(trouble).__name__)
        if self._stopped:
            raise Stopped

    def finish(self) -> None:
        """Begin nothing new: ``run`` returns when what is being sent is answered and noted."""
        self._ending = True
        self._wake.set()

    async def settle(self) -> None:
        """Make all that is due now, and return when nothing moves any more."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                await self.step(group)
                if not (self._errands or self._outcomes or self._wake.is_set()):
                    return
                await self._wake.wait()

    async def resume(self) -> None:
        """Take up what the last process left: what it was sending may have arrived."""
        async with self._lease.transaction() as store:
            await self._pace.resume(store)
            self._silent = await store.silent_since() is not None
            for line in await store.underway():
                await left(store, line)
        if self._silent:
            log.warning("started from a backup: nothing is sent until an operator agrees")

    async def step(self, group: asyncio.TaskGroup) -> datetime | None:
        """Note in one commit what came of the last errands and what is tried next; then try.

        Returns when to look again if nobody nudges; None: nothing is owed.
        """
        begun: list[Call] = []
        try:
            errands, due = await self._plan(begun)
        except Clash:
            raise
        except Trouble as trouble:
            for call in begun:
                self._pace.give_back(call)
            self._doubt = True
            log.warning("the database could not: %s", type(trouble).__name__)
            await asyncio.sleep(BREATH.total_seconds())  # what came of errands is kept meanwhile
            return self._lease.clock()
        for errand in errands:
            task = group.create_task(self._make(errand))
            self._errands[task] = errand
            task.add_done_callback(self._errands.pop)
        return due

    async def _plan(self, begun: list[Call]) -> tuple[list[Errand], datetime | None]:
        """Return what is tried next, and when to look again; *begun* is what it counts as calls."""
        outcomes = list(self._outcomes)
        async with self._lease.transaction() as store:
            if self._silent:
                self._silent = await store.silent_since() is not None
            if self._doubt:
                await self._take_back(store, outcomes)
            with store.unwritten():
                await note(store, outcomes)
            await self._pace.slow_down(store, outcomes)
            held = await store.held_till()
            for lane, till in held:
                if till <= store.now:
                    await store.release(lane)
            errands, soonest = ([], None) if self._ending else await self._choose(store, begun)
            due = await store.next_due()
        self._doubt = False
        del self._outcomes[: len(outcomes)]  # they are written down now
        self._noted(outcomes)
        if any(isinstance(each.error, Held) and is_stop(each.error) for each in outcomes):
            self._stopped = True
            self.finish()
        again = (soonest, due, *(till for _lane, till in held if till > store.now))
        return errands, min((at for at in again if at), default=None)

    async def _take_back(self, store: Store, outcomes: Sequence[Outcome]) -> None:
        """Queue again what was written down as being tried, though we did not hear of it."""
        tried = [*self._errands.values(), *(outcome.errand for outcome in outcomes)]
        ours = {share.id for errand in tried for share in errand.shares}
        for line in await store.underway():
            if line.id not in ours:
                line.state = Progress.QUEUED

    async def slot(self, lane: str, within: timedelta) -> Call | None:
        """Wait until one more call may go to a chat; None: not *within* that time.

        Whoever gets one says when it was answered: see ``answered``.
        """
        if not self._may_hear(lane):
            return None
        return await self._pace.slot(lane, within)

    def answered(self, call: Call) -> None:
        """Note that a call that had a slot is over."""
        self._pace.answered(call)
        self._wake.set()

    def _may_hear(self, lane: str) -> bool:
        return not self._silent or lane in self._operators

    def _put_off(self, store: Store, line: Delivery) -> bool:
        """Let a card's refresh wait for room; say whether it does."""
        if line.kind is Kind.CARD:
            line.due_at = store.now + TILL_ROOM
            self._wake.set()  # the next one of this lane may be due
        return line.kind is Kind.CARD

    async def _choose(
        self, store: Store, begun: list[Call]
    ) -> tuple[list[Errand], datetime | None]:
        heads = [head for head in await store.heads() if self._may_hear(head[0].lane)]
        if self._room() is not Room.ENOUGH:
            heads = [head for head in heads if not self._put_off(store, head[0])]
        free, soonest = self._pace.free(heads, IN_FLIGHT - len(self._errands))
        begun += [call for _line, call in free]
        await store.foresee([line for line, _call in free])
        talk = {line.lane for line, _call in free if line.doing is Doing.COPY}
        behind = await store.behind(talk, TOGETHER) if talk else {}
        await store.foresee([line for lines in behind.values() for line in lines])
        errands: list[Errand] = []
        tried: list[Delivery] = []
        for line, call in free:
            what = await self._worded(store, line)
            if isinstance(what, wording.Nothing):
                ours = what.reason is Reason.OUR_FAULT
                line.state = Progress.FAILED if ours else Progress.SUPERSEDED
                line.reason = what.reason
                if what.reason is Reason.MAY_HAVE_ARRIVED:
                    await undecided(store, line)
                begun.remove(call)
                self._pace.give_back(call)
                self._wake.set()  # the next one of this lane may be due
                await homes.quiet(store, line.lane)
                continue
            what, others = await self._merged(store, line, what, behind.get(line.lane, []))
            for each in (line, *others):
                each.state = Progress.SENDING
            shares = [Share.of(each, await version(store, each)) for each in (line, *others)]
            place = Place(line.payload.get("surplus") or await topics.place_of(store, line))
            errands.append(Errand(line.lane, place, what, store.now, call, shares))
            tried.append(line)
        await store.attempt(tried, self._lease.epoch)
        return errands, None if soonest is None else store.now + soonest

    async def _merged(
        self, store: Store, line: Delivery, what: wording.Errand, queue: Sequence[Delivery]
    ) -> tuple[wording.Errand, list[Delivery]]:
        """Say what follows in the *queue* in one go with a message, as far as it is alike."""
        others: list[Delivery] = []
        if (
            not isinstance(what, wording.Say)
            or not what.merges
            or not queue
            or queue[0] is not line
        ):
            return what, others
        for each in queue[1:]:
            more = await self._worded(store, each) if each.due_at <= store.now else None
            if not isinstance(more, wording.Say) or more.merges != what.merges:
                break
            both = what + more
            if not self._channel.fits(both.post.words):
                break
            what = both
            others.append(each)
        return what, others

    async def _worded(self, store: Store, line: Delivery) -> wording.Errand:
        try:
            return await wording.errand(store, line)
        except Trouble:
            raise
        except Exception:
            # Whatever it is, sending half of it or nothing for ever would be worse.
            log.exception("delivery %d has no words", line.id)
            return wording.Nothing(Reason.OUR_FAULT)

    async def _make(self, errand: Errand) -> None:
        landed, error = None, None
        try:
            landed = await self._do(errand)
        except Undelivered as undelivered:
            error = undelivered
        except Exception as surprise:  # nobody knows how far it came: that is what unclear means
            log.exception("delivery %d met with a surprise", errand.id)
            error = Unclear(type(surprise).__name__)
        self._outcomes.append(Outcome(errand, landed, error, self._lease.clock()))
        self._wake.set()

    async def _do(self, errand: Errand) -> Landed:
        calls = [errand.call]

        async def another() -> None:
            self._pace.answered(calls[-1])
            call = await self._pace.slot(errand.lane, LONGEST_WAIT)
            if call is None:
                raise Retry(LONGEST_WAIT)
            calls.append(call)

        unclear = True  # whatever it is that ends it
        try:
            landed = await self._errand(errand.what, errand.place, another)
            unclear = False
            return landed
        except Undelivered as undelivered:
            unclear = isinstance(undelivered, Unclear)
            raise
        finally:
            self._pace.answered(calls[-1], unclear=unclear)

    async def _errand(self, what: wording.Errand, place: Place, another: Another) -> Landed:
        match what:
            case wording.Say(post=post):
                return await self._channel.send(place, post, another)
            case wording.Change(post=post, refs=refs):
                return await self._channel.edit(place, refs, post, another)
            case wording.Remove(refs=refs, words=words):
                await self._channel.delete(place, refs, another, words)
            case wording.Retitle(topic=topic):
                await self._channel.retitle(place, topic, another)
            case wording.React(ref=ref, reaction=reaction):
                await self._channel.react(place, ref, reaction)
        return Landed(place, [])

    async def _until(self, due: datetime | None) -> None:
        if self._outcomes or self._wake.is_set() or self._ending:
            return
        wait = (due - self._lease.clock()).total_seconds() if due else None
        try:
            async with asyncio.timeout(None if wait is None else max(wait, 0.001)):
                await self._wake.wait()
        except TimeoutError:
            pass


async def version(store: Store, line: Delivery) -> int:
    """Return which wording of its message a delivery brings."""
    message = await store.message(line.message_id) if line.message_id else None
    return message.version if message else 0


def is_stop(held: Held) -> bool:
    """Say whether the whole bot is held: the messenger does not accept it."""
    return held.reason is Reason.STOPPED
