"""Topics: where a chat has them, each ticket of its party gets one of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from typing import Final

from relay import outbox
from relay.channel import Reason, Topic
from relay.moves import State
from relay.store import Store
from relay.tables import Delivery, Doing, Progress, Ticket
from relay.text import shortened

NAME: Final = 120  #: characters of a topic's name
TAIL: Final = 10  #: messages that are said again in a topic that had to be made anew
ANEW: Final = timedelta(hours=1)  #: a topic that is lost so soon is not made anew once more
ICONS: Final = {
    State.OFFERED: "❗️",
    State.WORKING: "⚡️",
    State.WAITING: "❓",
    State.RESOLVED: "👀",
    State.RETURNED: "‼️",
    State.CLOSED: "✅",
}
ENDED: Final = "🏁"


def own(ticket: Ticket | None, place: str) -> Ticket | None:
    """Return the ticket of a chat in the case of *ticket*: that itself, or the nearest one."""
    if ticket is None or ticket.party.place == place:
        return ticket
    near = (ticket.upper, *ticket.lowers, *ticket.case.tickets)
    return next((each for each in near if each and each.party.place == place), None)


async def place_of(store: Store, line: Delivery) -> str:
    """Return where a delivery is said: in the topic of its ticket, or in the chat itself."""
    mine = await about(store, line)
    return (mine.topic if mine else None) or line.place


async def about(store: Store, line: Delivery) -> Ticket | None:
    """Return the ticket of a delivery's chat that it is about."""
    ticket = await store.ticket(line.ticket_id) if line.ticket_id else None
    if ticket is None and line.message_id:
        message = await store.message(line.message_id)
        said_by = message.ticket_id if message else None
        ticket = await store.ticket(said_by) if said_by else None
    return own(ticket, line.place)


def topic_of(ticket: Ticket, subject: str) -> Topic:
    """Return how a ticket's topic is to look; *subject* as its party may read it."""
    name = shortened(f"{ticket.number} {subject}", NAME)
    return Topic(name, ICONS.get(ticket.state, ENDED), closed=not ticket.open)


def has(ticket: Ticket) -> bool:
    """Say whether a ticket has a topic of its own."""
    return ticket.topic not in {None, ticket.party.place}


def settled(ticket: Ticket, place: str, topic: Topic | None) -> None:
    """Note where a ticket is talked about from now on, and how that looks: it is open at first."""
    ticket.topic = place
    ticket.topic_look = look(replace(topic, closed=False)) if topic else None


def look(topic: Topic) -> str:
    """Return what tells two looks of a topic apart."""
    name = blake2b(topic.name.encode(), digest_size=8).hexdigest()
    return f"{topic.icon} {name} {'closed' if topic.closed else 'open'}"


def since(topic: Topic, before: str | None) -> Topic:
    """Return what is to be done to a topic that looked otherwise *before*."""
    closed = (before or "").endswith("closed")
    return topic if topic.closed is not closed else replace(topic, closed=None)


async def heard(store: Store, place: str, number: str, topic: str) -> None:
    """Take note of a topic that the bot has opened; one too many is closed.

    The answer to the call that opened it may have been lost.
    """
    party = await store.party_at(place)
    ticket = await store.ticket_of(party, number) if party else None
    if ticket is None or ticket.topic == topic:
        return
    if ticket.topic is None:
        ticket.topic = topic
        return
    outbox.topic(store, ticket, place, topic, surplus=topic)


async def reopened(store: Store, line: Delivery) -> None:
    """Let a topic be closed once more that had to be opened to say something in it."""
    ticket = await about(store, line)
    if ticket and not ticket.open:
        ticket.topic_look = None
        outbox.topic(store, ticket, line.place, f"after-{line.id}")


async def lost(store: Store, ticket: Ticket, place: str) -> None:
    """Open another topic for a ticket whose own one is gone, and say there what is needed.

    That is its card, the latest that was said, and whatever was still to be said. If the other
    one is lost soon as well, the chat itself has to do.
    """
    gone = str(ticket.topic)
    soon = ticket.topic_at is not None and store.now < ticket.topic_at + ANEW
    ticket.topic, ticket.topic_look = place if soon or not ticket.open else None, None
    if not ticket.open:
        return
    ticket.topic_at = store.now
    if soon:
        outbox.notice(store, outbox.Notice.NO_TOPICS, "chat", place, None)
    await store.forget_parts(ticket, place)
    copies = [
        each
        for each in await store.copies_at(ticket.case, place)
        if each.ticket_id == ticket.id and not each.on_card
    ]
    for copy in copies:
        copy.merged_with_id = None
    earlier = [each for each in copies[:-TAIL] if each.waits or not each.version]
    tail = earlier + copies[-TAIL:]
    waits = [
        line
        for line in (await store.unfinished()).of_ticket(ticket.id)
        if line.place == place and line.doing in {Doing.QUESTION, Doing.NOTICE}
    ]
    for line in (await store.unfinished()).of_ticket(ticket.id):
        if line.place == place and line.doing is not Doing.RECEIPT:
            line.state, line.reason = Progress.SUPERSEDED, Reason.NEWER
    for line in await store.unclear_in(place):
        if line.ticket_id == ticket.id:
            line.state, line.reason = Progress.SUPERSEDED, Reason.NEWER
    outbox.opening(store, ticket, f"anew-{gone}", place)
    for copy in tail:
        message = await store.message(copy.message_id)
        if message:
            copy.past = True
            outbox.again(store, message, copy, gone)
    for line in waits:
        message = await store.message(line.message_id) if line.message_id else None
        outbox.postponed(store, line, message, gone)
    for message in await store.undirected(ticket, place):
        which = outbox.Notice.WHICH_WAY
        why = f"{message.id}:{gone}"
        outbox.notice(store, which, why, place, ticket, message=message, urgent=True)
