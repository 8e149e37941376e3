"""What operators decide about what is stuck: again, arrived, skip, try. Each is kept for good.

Of two who press at once one decides, and the other is told that it is done: the record is locked,
and looked at again, before anything changes.
"""

from __future__ import annotations

from enum import StrEnum

from relay import homes, outbox
from relay.channel import Reason
from relay.health import Entry, Sort, found
from relay.outbox import Notice
from relay.outcomes import request_arrived
from relay.refusals import Already
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Decision, Delivery, Doing, Handling, Lane, Line, Progress


class Verdict(StrEnum):
    """What was decided."""

    AGAIN = "again"  #: try the same once more
    ANEW = "anew"  #: the same as a new delivery: what has failed stays failed
    ARRIVED = "arrived"
    SKIP = "skip"
    TRY = "try"
    GO_ON = "go_on"  #: after a start from a backup, and after what was decided about its doubts


async def again(store: Store, speaker: Speaker, sort: int, about: int) -> None:
    """Send or handle something once more.

    Raises:
        Already: somebody has decided, or it went on by itself.
    """
    record = await stuck(store, sort, about)
    if isinstance(record, Line):
        store.put_back(record)
        return note(store, speaker, Verdict.AGAIN, line=record)
    if record.state is Progress.UNCLEAR:
        record.state, record.reason, record.repeat = Progress.QUEUED, None, True
        record.due_at = store.now
        return note(store, speaker, Verdict.AGAIN, delivery=record)
    place = await store.home(record.place)
    store.promise(
        cause=f"again:{record.id}",
        lane=place,
        place=place,
        kind=record.kind,
        doing=record.doing,
        ticket_id=record.ticket_id,
        message=await store.message(record.message_id) if record.message_id else None,
        question_id=record.question_id,
        payload=record.payload,
        repeat=record.reason == Reason.MAY_HAVE_ARRIVED,
    )
    return note(store, speaker, Verdict.ANEW, delivery=record)


async def arrived(store: Store, speaker: Speaker, sort: int, about: int) -> None:
    """Take it from an operator that something unclear has arrived.

    Raises:
        Already: somebody has decided, or it went on by itself.
    """
    line = await stuck(store, sort, about)
    if not isinstance(line, Delivery) or line.state is not Progress.UNCLEAR:
        raise Already
    line.state, line.reason = Progress.SENT, None
    if line.doing is Doing.CARD and line.payload.get("opening"):
        await request_arrived(store, line)
    copy = await store.copy(line.message_id, line.place) if line.message_id else None
    if copy and line.doing in {Doing.COPY, Doing.EDIT}:
        copy.version = max(copy.version, 1)  # a later wording is owed by a delivery of its own
        await outbox.hasten_receipts(store, {copy.message_id})
    note(store, speaker, Verdict.ARRIVED, delivery=line)


async def skip(store: Store, speaker: Speaker, sort: int, about: int) -> None:
    """Give something up; who waits for it is told, unless they know.

    Raises:
        Already: somebody has decided, or it went on by itself.
    """
    record = await stuck(store, sort, about)
    if isinstance(record, Line):
        record.state, record.reason = Handling.IGNORED, "skipped by an operator"
        await tell_client(store, record)
        return note(store, speaker, Verdict.SKIP, line=record)
    if record.state is Progress.UNCLEAR:
        record.state, record.reason = Progress.FAILED, Reason.SKIPPED
        await tell_author(store, record)
    return note(store, speaker, Verdict.SKIP, delivery=record)


async def try_chat(store: Store, speaker: Speaker, sort: int, about: int) -> None:
    """Let what waits for a chat that could not be reached go out now.

    Raises:
        Already: it can be reached.
    """
    entry = await found(store, sort, about) if sort == Sort.HELD else None
    match entry:
        case Entry(record=Lane(chat=chat)):
            await homes.found(store, chat)
            note(store, speaker, Verdict.TRY, chat=chat)
        case _:
            raise Already


async def stuck(store: Store, sort: int, about: int) -> Delivery | Line:
    """Return what a button means, locked."""
    if sort == Sort.ASIDE:
        line = await store.line_aside(about)
        if line:
            return line
    elif sort == Sort.UNDELIVERED:
        seen = (await store.deliveries([about])).get(about)
        if seen and seen.ticket_id:
            await store.ticket(seen.ticket_id)  # its case first: that is the order of all locks
        delivery = await store.stuck_delivery(about)
        if delivery:
            return delivery
    raise Already


def note(
    store: Store,
    speaker: Speaker,
    what: Verdict,
    *,
    delivery: Delivery | None = None,
    line: Line | None = None,
    chat: str | None = None,
) -> None:
    """Keep who has decided what, and when."""
    decision = Decision(
        bot=store.bot,
        delivery_id=delivery.id if delivery else None,
        line_id=line.id if line else None,
        chat=chat,
        what=what,
        address=speaker.person.address if speaker.person else "",
        at=store.now,
    )
    store.keep([decision])


async def tell_author(store: Store, line: Delivery) -> None:
    """Tell who said something, or offered a ticket, that it will not come."""
    if line.payload.get("opening"):
        await homes.unseen(store, line.ticket_id or 0, line.place, Reason.SKIPPED)
    message = await store.message(line.message_id) if line.message_id else None
    if message and line.doing in {Doing.COPY, Doing.EDIT} and message.place != line.place:
        outbox.notice(
            store,
            Notice.UNDELIVERED,
            f"{line.id}-{Reason.SKIPPED}",
            message.place,
            None,
            message=message,
            reason=Reason.SKIPPED,
        )


async def tell_client(store: Store, line: Line) -> None:
    """Tell a client that what they wrote was not understood; a party's chat talks of much else."""
    place = await store.home(line.lane)
    if line.kind == "message" and await store.client_at(place):
        outbox.notice(
            store,
            Notice.UNDELIVERED,
            f"update-{line.id}",
            place,
            None,
            reason=Reason.SKIPPED,
            at=int(line.arrived_at.timestamp()),
        )
