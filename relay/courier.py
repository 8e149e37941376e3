"""The way out: what is owed is said, in the order of each chat, as fast as the messenger allows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from relay import outbox, wording
from relay.channel import (
    Another,
    Channel,
    Held,
    Landed,
    Moved,
    Place,
    Reaction,
    Reason,
    Refused,
    Retry,
    Unclear,
    Undelivered,
)
from relay.limits import Call, Limiter, Window
from relay.outbox import Notice
from relay.store import Database, Store, Trouble
from relay.tables import Delivery, Doing, Kind, Message, Part, Progress

log = logging.getLogger(__name__)

IN_FLIGHT: Final = 100  #: deliveries that are being made at once
EDITS: Final = 5  #: how often what may safely be repeated is repeated
BREATH: Final = timedelta(seconds=2)  #: before a message is sent once more
FIRST_HOLD: Final = timedelta(minutes=5)  #: until a chat that could not be reached is tried
LONGEST_HOLD: Final = timedelta(hours=6)
POLL: Final = 0.05  #: seconds between looks at the limits by who waits for a slot
LONGEST_WAIT: Final = timedelta(minutes=2)  #: for the next part of a long post
TROUBLES: Final = 5  #: of the database, one after another, until the process gives up
REMEMBERED: Final = timedelta(seconds=90)  #: how far back calls still count after a restart


@dataclass
class Errand:
    """A delivery that is being made."""

    line: Delivery
    what: wording.Errand
    begun: datetime
    call: Call


@dataclass
class Outcome:
    """What came of an errand."""

    errand: Errand
    landed: Landed | None
    error: Undelivered | None
    at: datetime


class Courier:
    """Makes the deliveries of one bot."""

    def __init__(self, database: Database, bot: int, channel: Channel) -> None:
        self._database, self._bot, self._channel = database, bot, channel
        self._limiter = Limiter()
        self._wake = asyncio.Event()
        self._outcomes: list[Outcome] = []
        self._errands: set[asyncio.Task[None]] = set()
        self._ending = False
        self._troubles = 0

    def nudge(self) -> None:
        """Say that there may be something to do."""
        self._wake.set()

    async def run(self) -> None:
        """Make deliveries until cancelled."""
        await self.resume()
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                due = await self.step(group)
                await self._until(due)

    async def finish(self) -> None:
        """Begin nothing new, and return when what is being sent is answered and noted."""
        self._ending = True
        while self._errands:
            await asyncio.wait(self._errands)
        async with self._database.transaction(self._bot) as store:
            outcomes, self._outcomes = self._outcomes, []
            await note(store, outcomes)

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
        async with self._database.transaction(self._bot) as store:
            for lane, begun, doing in await store.recent_attempts(store.now - REMEMBERED):
                call = self._limiter.start(self._windows(lane, doing))
                self._limiter.finish(call, begun + timedelta(seconds=1))
            for line in await store.underway():
                await unclear(store, line)

    async def step(self, group: asyncio.TaskGroup) -> datetime | None:
        """Note in one commit what came of the last errands and what is tried next; then try.

        Returns when to look again if nobody nudges; None: nothing is owed.
        """
        begun: list[Call] = []
        try:
            errands, due = await self._plan(begun)
        except Trouble as trouble:
            for call in begun:
                self._limiter.finish(call, self._database.clock())
            self._troubles += 1
            if self._troubles == TROUBLES:
                raise
            log.warning("the database could not: %s", type(trouble.orig).__name__)
            return self._database.clock() + BREATH
        self._troubles = 0
        for errand in errands:
            task = group.create_task(self._make(errand))
            self._errands.add(task)
            task.add_done_callback(self._errands.discard)
        return due

    async def _plan(self, begun: list[Call]) -> tuple[list[Errand], datetime | None]:
        """Return what is tried next, and when to look again; *begun* is what it counts as calls."""
        outcomes = list(self._outcomes)
        async with self._database.transaction(self._bot) as store:
            with store.unwritten():
                await note(store, outcomes)
            for lane in await store.held_due():
                await store.release(lane.chat, trial=True)
            errands, soonest = ([], None) if self._ending else await self._choose(store, begun)
            due = await store.next_due()
            release = await store.next_release()
        del self._outcomes[: len(outcomes)]  # they are written down now
        return errands, min((at for at in (soonest, due, release) if at), default=None)

    def _windows(self, lane: str, doing: str) -> Sequence[tuple[tuple[str, ...], Window]]:
        return self._channel.windows(Place(lane), reaction=doing == Doing.RECEIPT)

    async def slot(self, lane: str, within: timedelta) -> Call | None:
        """Wait until one more call may go to a chat; None: not *within* that time.

        Whoever gets one says when it was answered: see ``answered``.
        """
        windows = self._windows(lane, Doing.NOTICE)
        last = self._database.clock() + within
        while True:
            now = self._database.clock()
            free = self._limiter.free_at(windows, now)
            if free and free <= now:
                return self._limiter.start(windows)
            if now >= last or (free and free > last):
                return None
            await asyncio.sleep(min(POLL, (free - now).total_seconds() if free else POLL))

    def answered(self, call: Call) -> None:
        """Note that a call that had a slot is over."""
        self._limiter.finish(call, self._database.clock())
        self._wake.set()

    async def _choose(
        self, store: Store, begun: list[Call]
    ) -> tuple[list[Errand], datetime | None]:
        chosen: list[tuple[Delivery, wording.Errand]] = []
        calls: dict[int, Call] = {}
        soonest: datetime | None = None
        lines = await store.heads()
        await store.foresee(lines[: IN_FLIGHT - len(self._errands)])
        for line in lines:
            if len(self._errands) + len(chosen) >= IN_FLIGHT:
                break
            windows = self._windows(line.lane, line.doing)
            free = self._limiter.free_at(windows, store.now)
            if free is None:
                continue  # an answer is awaited, and wakes us
            if free > store.now:
                soonest = min(soonest or free, free)
                continue
            what = await self._worded(store, line)
            if isinstance(what, wording.Nothing):
                ours = what.reason is Reason.OUR_FAULT
                line.state = Progress.FAILED if ours else Progress.SUPERSEDED
                line.reason = what.reason
                self._wake.set()  # the next one of this lane may be due
                continue
            line.state = Progress.SENDING
            calls[line.id] = self._limiter.start(windows)
            begun.append(calls[line.id])
            chosen.append((line, what))
        await store.attempt([line for line, _ in chosen])
        errands = [Errand(line, what, store.now, calls[line.id]) for line, what in chosen]
        return errands, soonest

    async def _worded(self, store: Store, line: Delivery) -> wording.Errand:
        try:
            return await wording.errand(store, line)
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
            log.exception("delivery %d met with a surprise", errand.line.id)
            error = Unclear(type(surprise).__name__)
        self._outcomes.append(Outcome(errand, landed, error, self._database.clock()))
        self._wake.set()

    async def _do(self, errand: Errand) -> Landed:
        place, more = Place(errand.line.place), list[Call]()

        async def another() -> None:
            self.answered(more.pop() if more else errand.call)
            call = await self.slot(errand.line.lane, LONGEST_WAIT)
            if call is None:
                raise Retry(LONGEST_WAIT)
            more.append(call)

        try:
            return await self._errand(errand.what, place, another)
        finally:
            self.answered(more.pop() if more else errand.call)

    async def _errand(self, what: wording.Errand, place: Place, another: Another) -> Landed:
        match what:
            case wording.Say(post=post):
                return await self._channel.send(place, post, another)
            case wording.Change(post=post, refs=refs):
                return await self._channel.edit(place, refs, post, another)
            case wording.React(ref=ref, reaction=reaction):
                await self._channel.react(place, ref, reaction)
        return Landed(place, [])

    async def _until(self, due: datetime | None) -> None:
        if self._outcomes or self._wake.is_set():
            return
        wait = (due - self._database.clock()).total_seconds() if due else None
        try:
            async with asyncio.timeout(None if wait is None else max(wait, 0.001)):
                await self._wake.wait()
        except TimeoutError:
            pass


async def note(store: Store, outcomes: Sequence[Outcome]) -> None:
    """Write down what came of errands."""
    await store.answered(
        {
            "delivery": each.errand.line.id,
            "begun": each.errand.begun,
            "outcome": type(each.error).__name__.lower() if each.error else "sent",
            "said": each.error.said if each.error else None,
            "at": each.at,
        }
        for each in outcomes
    )
    complete: set[int] = set()
    lines = await store.deliveries([each.errand.line.id for each in outcomes])
    await store.messages({line.message_id for line in lines.values() if line.message_id})
    await store.know_copies({line.message_id for line in lines.values() if line.message_id})
    await store.know_lanes({line.lane for line in lines.values()})
    await store.know_refs(
        {
            (each.errand.line.lane, ref)
            for each in outcomes
            for ref in (each.landed.refs if each.landed else ())
        }
    )
    for outcome in outcomes:
        line = lines.get(outcome.errand.line.id)
        if line is None or line.state is not Progress.SENDING:
            continue  # somebody has decided otherwise meanwhile
        if outcome.error is None:
            assert outcome.landed is not None  # noqa: S101 - no error, so it landed
            if line.doing is Doing.COPY or line.payload.get("opening"):
                complete.add(line.message_id or 0)
            await sent(store, line, outcome.errand.what, outcome.landed)
        else:
            already = Landed(Place(line.place), outcome.error.landed)
            await land(store, line, already)
            await undelivered(store, line, outcome.error)
    await hasten_receipts(store, complete - {0})


async def sent(store: Store, line: Delivery, what: wording.Errand, landed: Landed) -> None:
    """Note where a delivery landed, and what that makes of it."""
    line.state, line.reason = Progress.SENT, None
    lane = await store.lane(line.lane)
    if lane and lane.pause:
        lane.pause = lane.held_since = None
        await tell_neighbours(store, line, Notice.RELEASED)
    match line.doing:
        case Doing.CARD:
            assert not isinstance(what, wording.React | wording.Nothing)  # noqa: S101
            await land(store, line, landed, card=True, digest=what.post.digest)
            if line.payload.get("opening"):
                await request_arrived(store, line)
        case Doing.COPY | Doing.EDIT:
            await land(store, line, landed)
            copy = await store.copy(line.message_id or 0, line.place)
            message = await store.message(line.message_id or 0)
            if copy and message:
                copy.version = message.version
        case Doing.RECEIPT:
            message = await store.message(line.message_id or 0)
            if message and isinstance(what, wording.React):
                message.receipt = what.reaction
                if what.reaction is Reaction.QUEUED:
                    await hasten_receipts(store, {message.id})
        case _:
            await land(store, line, landed)


async def land(
    store: Store,
    line: Delivery,
    landed: Landed,
    *,
    card: bool = False,
    digest: str | None = None,
) -> None:
    """Remember the messages that now show a delivery."""
    for number, ref in enumerate(landed.refs):
        part = await store.part(line.lane, ref)
        if part is None:
            part = Part(bot=store.bot, lane=line.lane, ref=ref, place=landed.place)
            store.keeps_part(part)
        part.number, part.card, part.digest = number, card, digest
        part.ticket_id, part.question_id = line.ticket_id, line.question_id
        if line.doing in {Doing.COPY, Doing.EDIT}:
            part.message_id = line.message_id


async def request_arrived(store: Store, line: Delivery) -> None:
    """Note that the request has arrived with the card that carries it."""
    ticket = await store.ticket(line.ticket_id or 0)
    if ticket is None:
        return
    request = ticket.case.request
    copy = await store.copy(request.id, line.place)
    if copy and copy.on_card and not copy.origin:
        copy.version = request.version
        await hasten_receipts(store, {request.id})


async def hasten_receipts(store: Store, message_ids: set[int]) -> None:
    """Let authors see it at once if every chat has their message now."""
    if not message_ids:
        return
    receipts = await store.receipts_due(message_ids)
    due: list[Delivery] = []
    for message_id in message_ids:
        message = await store.message(message_id)
        if message is None:
            continue
        if not all(copy.version for copy in await store.copies(message) if not copy.origin):
            continue
        if message_id in receipts:
            due.append(receipts[message_id])
        elif message.receipt == Reaction.QUEUED:
            second_receipt(store, message)
    await store.hasten(due)


def second_receipt(store: Store, message: Message) -> None:
    """Owe an author who was shown that it takes long the sign that every chat has it now."""
    store.promise(
        cause=f"receipt:{message.id}:{Reaction.DELIVERED}",
        lane=message.place,
        place=message.place,
        kind=Kind.NOTICE,
        doing=Doing.RECEIPT,
        ticket_id=message.ticket_id,
        message=message,
    )


async def undelivered(store: Store, line: Delivery, error: Undelivered) -> None:
    """Note why a delivery did not surely arrive: the kind of the error says what comes next."""
    match error:
        case Retry(after=after):
            line.state = Progress.QUEUED
            await store.pause(line.lane, store.now + after)
        case Moved(to=to):
            line.state, line.lane, line.place = Progress.QUEUED, to, to
        case Held(reason=reason):
            line.state, line.reason = Progress.HELD, reason
            await hold(store, line, reason)
        case Refused(reason=reason):
            await fail(store, line, reason)
        case _:
            await unclear(store, line)


async def unclear(store: Store, line: Delivery) -> None:
    """Decide about a delivery that may have arrived."""
    line.tries += 1
    if line.edits and line.tries <= EDITS:
        line.state = Progress.QUEUED
    elif line.kind is Kind.MESSAGE and not line.edits and not line.repeat:
        line.state, line.repeat = Progress.QUEUED, True  # better twice than never
        line.due_at = store.now + BREATH
    elif line.kind is Kind.MESSAGE and not line.edits:
        line.state = Progress.UNCLEAR
        await tell_author(store, line, Reason.MAY_HAVE_ARRIVED)
    else:
        await fail(store, line, Reason.MAY_HAVE_ARRIVED)


async def fail(store: Store, line: Delivery, reason: Reason) -> None:
    """Give a delivery up, and tell whoever it came from."""
    line.state, line.reason = Progress.FAILED, reason
    log.warning("delivery %d failed: %s", line.id, reason)
    await tell_author(store, line, reason)


async def tell_author(store: Store, line: Delivery, reason: Reason) -> None:
    """Tell who said something that it will not arrive."""
    message = await store.message(line.message_id) if line.message_id else None
    if message and line.doing in {Doing.COPY, Doing.EDIT} and message.place != line.place:
        outbox.notice(
            store,
            Notice.UNDELIVERED,
            str(line.id),
            message.place,
            None,
            message=message,
            reason=reason,
        )


async def hold(store: Store, line: Delivery, reason: Reason) -> None:
    """Let a chat wait that cannot be reached, and tell its neighbours once."""
    lane = await store.lane(line.lane)
    before = lane.pause if lane else None
    pause = min(before * 2, LONGEST_HOLD) if before else FIRST_HOLD
    await store.hold(line.lane, reason, store.now + pause, pause)
    if before is None:
        await tell_neighbours(store, line, Notice.HELD, reason)


async def tell_neighbours(
    store: Store, line: Delivery, what: Notice, reason: Reason | None = None
) -> None:
    """Tell the chats beside one that it cannot be reached, or can again."""
    ticket = await store.ticket(line.ticket_id) if line.ticket_id else None
    if ticket is None:
        return
    to_client = line.place == ticket.case.client.place
    beside = [ticket] if to_client else [each for each in (ticket.upper, *ticket.lowers) if each]
    for neighbour in beside:
        outbox.notice(
            store,
            what,
            str(line.id),
            neighbour.party.place,
            neighbour,
            reason=reason,
            far=None if to_client else ticket.id,
        )
