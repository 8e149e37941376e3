"""What came of deliveries: the kind of an error says what comes next, and who is told."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from relay import homes, outbox, topics, wording
from relay.channel import (
    Astray,
    Held,
    Landed,
    Moved,
    Place,
    Post,
    Reaction,
    Reason,
    Ref,
    Refused,
    Retry,
    Undelivered,
)
from relay.limits import Call
from relay.outbox import Notice
from relay.store import Store
from relay.tables import HISTORY, Copy, Delivery, Doing, Kind, Part, Progress

log = logging.getLogger(__name__)

EDITS: Final = 5  #: how often what may safely be repeated is repeated


BREATH: Final = timedelta(seconds=2)  #: before a message is sent once more


@dataclass(frozen=True)
class Share:
    """A delivery as it was when it began to be made, alone or in one go with others."""

    id: int
    kind: Kind
    queued_at: datetime
    repeat: bool
    version: int  #: of its message

    @classmethod
    def of(cls, line: Delivery, version: int) -> Share:
        """Return a delivery as it is."""
        return cls(line.id, line.kind, line.queued_at, line.repeat, version)


@dataclass
class Errand:
    """A delivery that is being made; it outlives the transaction that began it."""

    lane: str
    place: Place
    what: wording.Errand
    begun: datetime
    call: Call
    shares: Sequence[Share]

    @property
    def id(self) -> int:
        """The delivery that it is noted under."""
        return self.shares[0].id


@dataclass
class Outcome:
    """What came of an errand."""

    errand: Errand
    landed: Landed | None
    error: Undelivered | None
    at: datetime


async def note(store: Store, outcomes: Sequence[Outcome]) -> None:
    """Write down what came of errands."""
    if not outcomes:
        return
    await store.answered(
        {
            "delivery": each.errand.id,
            "begun": each.errand.begun,
            "outcome": type(each.error).__name__.lower() if each.error else "sent",
            "said": each.error.said if each.error else None,
            "at": each.at,
        }
        for each in outcomes
    )
    complete: set[int] = set()
    lines = await store.deliveries([share.id for each in outcomes for share in each.errand.shares])
    await store.messages({line.message_id for line in lines.values() if line.message_id})
    await store.know_copies({line.message_id for line in lines.values() if line.message_id})
    await store.know_parts({line.message_id for line in lines.values() if line.message_id})
    await store.know_cases({line.ticket_id for line in lines.values() if line.ticket_id})
    await store.know_refs(
        {
            (each.errand.lane, ref)
            for each in outcomes
            for ref in (each.landed.refs if each.landed else ())
        }
    )
    for outcome in outcomes:
        # Whatever somebody has decided about otherwise meanwhile is theirs.
        made = [lines[each.id] for each in outcome.errand.shares if each.id in lines]
        made = [line for line in made if line.state is Progress.SENDING]
        if not made:
            continue
        head = made[0]
        if outcome.landed is not None:
            await stands(store, head, outcome.errand, outcome.landed.place)
            if outcome.landed.reopened:
                await topics.reopened(store, head)
            await sent(store, head, outcome.errand, outcome.landed)
            if outcome.landed.flat:
                outbox.notice(store, Notice.NO_TOPICS, "chat", head.place, None)
            if lost := outcome.landed.lost or less(outcome.errand.what):
                await tell_author(store, head, lost, Notice.PARTLY)
            for line in made[1:]:
                await sent_with(store, line, head, outcome.errand)
            complete |= {line.message_id or 0 for line in made if shows(line)}
        elif outcome.error is not None:
            if outcome.error.place:
                await stands(store, head, outcome.errand, outcome.error.place)
            already = Landed(Place(head.place), outcome.error.landed)
            if head.repeat and already.refs and isinstance(outcome.error, Retry):
                await begun(store, head, already)
            await land(store, head, already)
            for line in made:
                await undelivered(store, line, outcome)
    await outbox.hasten_receipts(store, complete - {0})


async def stands(store: Store, line: Delivery, errand: Errand, place: Place) -> None:
    """Note where a ticket is talked about, if that is not where it was meant to be."""
    mine, what = await topics.about(store, line), errand.what
    if mine is None:
        return
    if isinstance(what, wording.Retitle) and place == mine.topic:
        mine.topic_look = what.look
    if place != errand.place:
        topic = what.post.topic if isinstance(what, wording.Say) else None
        topics.settled(mine, place, topic)
        if topic:  # the ticket may stand otherwise by now
            outbox.topic(store, mine, line.place, f"since-{line.id}")


def less(what: wording.Errand) -> Reason | None:
    """Return why less was to be said than its author has said."""
    return what.post.lost if isinstance(what, wording.Say | wording.Change) else None


def shows(line: Delivery) -> bool:
    """Say whether a chat has a message once a delivery is made."""
    return line.doing in {Doing.COPY, Doing.EDIT} or bool(line.payload.get("opening"))


async def sent(store: Store, line: Delivery, errand: Errand, landed: Landed) -> None:
    """Note where a delivery landed, and what that makes of it."""
    line.state, line.reason = Progress.SENT, None
    what = errand.what
    post = what.post if isinstance(what, wording.Say | wording.Change) else None
    lane = await store.lane(line.lane)
    if lane and lane.held_since:
        await homes.reached(store, lane)
    if isinstance(what, wording.Change | wording.Remove):
        await forget(store, line, set(what.refs) - set(landed.refs))
    elif line.repeat and line.message_id:
        half = await store.parts(line.message_id, line.place)
        await forget(store, line, {Ref(part.ref) for part in half} - set(landed.refs))
    match line.doing:
        case Doing.CARD:
            await land(store, line, landed, card=True, post=post)
            if isinstance(what, wording.Say):
                await request_arrived(store, line)
        case Doing.COPY | Doing.EDIT:
            copy = await store.copy(line.message_id or 0, line.place)
            if copy and line.doing is Doing.COPY:
                copy.merged_with_id = None  # it stands by itself now, or others stand with it
            await land(store, line, landed, post=post)
            await shown(store, line, errand)
        case Doing.RECEIPT:
            message = await store.message(line.message_id or 0)
            if message and isinstance(what, wording.React):
                message.receipt = what.reaction
                if what.reaction is Reaction.QUEUED:
                    await outbox.hasten_receipts(store, {message.id})
        case _:
            await land(store, line, landed)


async def sent_with(store: Store, line: Delivery, head: Delivery, errand: Errand) -> None:
    """Note that a message was said in one go with another one."""
    line.state, line.reason = Progress.SENT, None
    copy = await shown(store, line, errand)
    if copy:
        copy.merged_with_id = head.message_id


async def shown(store: Store, line: Delivery, errand: Errand) -> Copy | None:
    """Note that a chat has a message as it was when the delivery was made."""
    copy = await store.copy(line.message_id or 0, line.place)
    if copy:
        copy.version = next(each.version for each in errand.shares if each.id == line.id)
    return copy


async def forget(store: Store, line: Delivery, refs: set[Ref]) -> None:
    """Let messages be history that were said anew, or taken away as too many."""
    for ref in refs:
        part = await store.part(line.lane, ref)
        if part:
            part.number, part.card = HISTORY, False
            store.keeps_part(part)


async def begun(store: Store, line: Delivery, landed: Landed) -> None:
    """Note that a repeat has begun: its rest follows, and what was said before is history."""
    if line.message_id and "begun" not in line.payload:
        half = await store.parts(line.message_id, line.place)
        await forget(store, line, {Ref(part.ref) for part in half} - set(landed.refs))
        line.payload = {**line.payload, "begun": True}


async def land(
    store: Store,
    line: Delivery,
    landed: Landed,
    *,
    card: bool = False,
    post: Post | None = None,
) -> None:
    """Remember the messages that now show a delivery."""
    spoken = None
    if line.doing in {Doing.COPY, Doing.EDIT}:
        copy = await store.copy(line.message_id or 0, line.place)
        spoken = copy.merged_with_id if copy and copy.merged_with_id else line.message_id
    for number, ref in enumerate(landed.refs):
        part = await store.part(line.lane, ref)
        if part is None:
            part = Part(bot=store.bot, lane=line.lane, ref=ref, place=line.place)
        part.number, part.card = number, card
        part.digest = post.look(number) if post else None
        part.ticket_id, part.question_id = line.ticket_id, line.question_id
        part.message_id = spoken
        store.keeps_part(part)


async def request_arrived(store: Store, line: Delivery) -> None:
    """Note that the request has arrived with the card that carries it."""
    ticket = await store.ticket(line.ticket_id or 0)
    if ticket is None:
        return
    request = ticket.case.request
    copy = await store.copy(request.id, line.place)
    if copy and copy.on_card and not copy.origin:
        copy.version = request.version
        await outbox.hasten_receipts(store, {request.id})


async def undelivered(store: Store, line: Delivery, outcome: Outcome) -> None:
    """Note why a delivery did not surely arrive: the kind of the error says what comes next."""
    match outcome.error:
        case Retry(after=after):
            line.state = Progress.QUEUED
            await store.pause(line.lane, store.now + after)
        case Moved(to=to) if to != outcome.errand.lane:
            line.state = Progress.QUEUED
            await homes.moved(store, line.lane, to)
        case Moved():  # to where it is: that leads nowhere
            line.state, line.reason = Progress.HELD, Reason.REMOVED
            await homes.lost(store, line.lane, Reason.REMOVED)
        case Astray() if line.state is not Progress.SENDING:
            pass  # it is said in another topic, with all that was to be said there
        case Astray():
            line.state = Progress.QUEUED
            ticket = await topics.about(store, line)
            if ticket and ticket.topic == outcome.errand.place:
                await topics.lost(store, ticket, line.place)
            elif line.doing is Doing.TOPIC:  # one too many, and gone already
                line.state, line.reason = Progress.SUPERSEDED, Reason.UNCHANGED
        case Held(reason=Reason.STOPPED):
            line.state = Progress.QUEUED
        case Held(reason=reason):
            line.state, line.reason = Progress.HELD, reason
            if line.id == outcome.errand.id:
                await homes.lost(store, line.lane, reason)
        case Refused() if len(outcome.errand.shares) > 1:
            line.state = Progress.QUEUED  # one of them; which one, each will tell by itself
            line.payload = {**line.payload, "alone": True}
        case Refused(reason=reason):
            await fail(store, line, reason)
        case _:
            await unclear(store, line, safe=not isinstance(outcome.errand.what, wording.Say))


async def left(store: Store, line: Delivery) -> None:
    """Decide about a delivery that was being made when the last process ended."""
    await unclear(store, line, safe=await is_safe(store, line))


async def is_safe(store: Store, line: Delivery) -> bool:
    """Say whether a delivery that may have been made can be made again: nobody reads it twice."""
    match line.doing:
        case Doing.RECEIPT | Doing.TOPIC:
            return True
        case Doing.CARD:
            there = await store.card(line.ticket_id or 0, line.place)
            return there is not None and not line.payload.get("opening")
        case Doing.EDIT:
            return bool(await store.parts(line.message_id or 0, line.place))
        case _:
            return False


async def unclear(store: Store, line: Delivery, *, safe: bool) -> None:
    """Decide about a delivery that may have arrived; it may be *safe* to make it again."""
    line.tries += 1
    await forget_looks(store, line)
    if safe and line.tries <= EDITS:
        line.state = Progress.QUEUED
    elif not safe and line.kind is not Kind.NOTICE and not line.repeat:
        line.state, line.repeat = Progress.QUEUED, True  # better twice than never
        line.due_at = store.now + BREATH
    elif not safe and line.kind is Kind.MESSAGE:
        await undecided(store, line)
    else:
        await fail(store, line, Reason.MAY_HAVE_ARRIVED)


async def undecided(store: Store, line: Delivery) -> None:
    """Leave it to people whether a delivery has arrived, and tell whoever it came from."""
    line.state, line.reason = Progress.UNCLEAR, Reason.MAY_HAVE_ARRIVED
    await tell_author(store, line, Reason.MAY_HAVE_ARRIVED)


async def forget_looks(store: Store, line: Delivery) -> None:
    """Note that nobody knows how what a delivery changes looks now."""
    card = await store.card(line.ticket_id or 0, line.place) if line.doing is Doing.CARD else None
    parts = await store.parts(line.message_id, line.place) if line.message_id else []
    for part in (card, *parts):
        if part:
            part.digest = None


async def fail(store: Store, line: Delivery, reason: Reason) -> None:
    """Give a delivery up, and tell whoever it came from."""
    line.state, line.reason = Progress.FAILED, reason
    log.warning("delivery %d failed: %s", line.id, reason)
    await tell_author(store, line, reason)


async def tell_author(
    store: Store, line: Delivery, reason: Reason, what: Notice = Notice.UNDELIVERED
) -> None:
    """Tell who said something, or offered a ticket, that it will not arrive, or not all of it."""
    message = await store.message(line.message_id) if line.message_id else None
    if message and line.doing in {Doing.COPY, Doing.EDIT} and message.place != line.place:
        outbox.notice(
            store,
            what,
            str(line.id),
            message.place,
            None,
            message=message,
            reason=reason,
        )
    if line.payload.get("opening") and what is Notice.UNDELIVERED:
        await homes.unseen(store, line.ticket_id or 0, line.place, reason)
