"""What others are promised: each function owes somebody a delivery, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Any

from relay.channel import Reaction
from relay.store import Store
from relay.tables import Case, Copy, Delivery, Doing, Intake, Kind, Message, Question, Ticket

RECEIPT_AFTER = timedelta(seconds=3)  #: when a sender is shown that it takes longer
GATHERED = timedelta(seconds=5)  #: alarms that come within that time are said together


class Notice(StrEnum):
    """The sentences of ours; a delivery keeps the facts, and words are found when it is made."""

    ACCEPTED = "accepted"  #: to the lower
    RATED = "rated"  #: to the rated, and to the first party
    STARS_WHY = "stars_why"  #: to the same, why so few
    CLIENT_RATED = "client_rated"  #: down the chain
    RATE = "rate"  #: to who accepted: asks for stars
    UNCHECKED = "unchecked"  #: to who did not check: time has accepted the result
    ENDED = "ended"  #: to those below: recalled, cancelled, expired
    TAKEN_ELSEWHERE = "taken_elsewhere"  #: to those who were offered the same
    NOT_NEEDED = "not_needed"  #: to those whose result nobody waited for
    NOBODY_LEFT = "nobody_left"  #: to the upper: all have declined, or let it expire
    LATE_PROMISE = "late_promise"  #: to the upper: a lower promises less than it promised itself
    DUE = "due"  #: to whom a deadline concerns
    DIGEST = "digest"  #: to a party: what is open, once a day
    REPORT = "report"  #: to a party: figures that it subscribed to
    WHICH_WAY = "which_way"  #: to an author: up, down, both
    WHICH_CASE = "which_case"  #: to a client with several open cases
    WHICH_PARTY = "which_party"  #: to a client who has not said whom they ask
    ASKS = "asks"  #: to a client: what the party wants to know before a case is opened
    ENOUGH = "enough"  #: to the same: a telephone number is not waited for any more
    SLOWED = "slowed"  #: to a client who says more at once than is passed on at once
    BLOCKED = "blocked"  #: to a party: it does not hear a client any more
    UNBLOCKED = "unblocked"  #: to the same: it does again
    UNDELIVERED = "undelivered"  #: to an author
    NO_TOPICS = "no_topics"  #: to a party: its tickets come into the chat itself
    PARTLY = "partly"  #: to an author: the words arrived, but not the picture
    PROPOSED = "proposed"  #: to a party: a change of it or its links, to be confirmed
    AGREE = "agree"  #: to the other end of a link: a change that binds it
    LEFT = "left"  #: to either end: that change is not made
    CHANGED = "changed"  #: to those who work with a party
    LINK_ENDED = "link_ended"  #: to both ends: what became of the tickets that came over it
    LINES = "lines"  #: to both ends of a link: what a ticket costs
    SETTLED = "settled"  #: to one end of a link: the other agrees to what a month came to
    HELD = "held"  #: to the neighbours of a chat that cannot be reached
    RELEASED = "released"  #: to the same
    UNSEEN = "unseen"  #: to the same: a ticket's card may not have arrived there
    RIGHTS = "rights"  #: to a party: the bot may do less in its chat than before, or all again
    TERMS = "terms"  #: to a chat that is invited: what it would agree to
    JOINED = "joined"  #: to the chat that accepted
    LINKED = "linked"  #: to who invited it
    NOT_JOINED = "not_joined"  #: to the same: it was declined, or cannot be accepted
    WITHDRAWN = "withdrawn"  #: to a chat that was invited, and is not any more
    ALARM = "alarm"  #: to an operator: what needs a look
    DAILY = "daily"  #: to an operator: what the last day brought


def copies(store: Store, message: Message, made: Iterable[Copy], why: str = "") -> None:
    """Owe each chat its copy of a message, and the author a receipt; *why*, if not at once."""
    owed = False
    for copy in made:
        owed = owed or not copy.origin
        if copy.origin or copy.on_card:
            continue
        store.promise(
            cause=f"said:{{message}}:{copy.place}{why}",
            lane=copy.place,
            place=copy.place,
            kind=Kind.MESSAGE,
            doing=Doing.COPY,
            ticket_id=copy.ticket_id,
            message=message,
        )
    if owed:
        receipt(store, message)


def receipt(store: Store, message: Message, *, late: bool = False) -> None:
    """Owe the author a sign that every chat has the message; an early one if it takes long.

    The *late* one is for an author who was shown the early one. It may be in vain, as one more
    chat is to have the message by then, and so there may be another one later.
    """
    again = f":delivered:{int(store.now.timestamp())}" if late else ""
    store.promise(
        cause="receipt:{message}" + again,
        lane=message.place,
        place=message.place,
        kind=Kind.NOTICE,
        doing=Doing.RECEIPT,
        ticket_id=message.ticket_id,
        message=message,
        due_at=store.now if late else store.now + RECEIPT_AFTER,
    )


async def hasten_receipts(store: Store, message_ids: set[int]) -> None:
    """Let authors see it at once if every chat has their message now."""
    if not message_ids:
        return
    receipts = await store.receipts_due(message_ids)
    for message_id in message_ids:
        message = await store.message(message_id)
        if message is None:
            continue
        if not all(copy.version for copy in await store.copies(message) if not copy.origin):
            continue
        if message_id in receipts:
            receipts[message_id].due_at = store.now
        elif message.receipt == Reaction.QUEUED:
            receipt(store, message, late=True)


def opening(store: Store, ticket: Ticket, why: str, place: str) -> None:
    """Owe a chat the card of a ticket that it does not have: nothing of the ticket comes before it.

    *why* is what made it so: the id of an event, or that what stood there is gone.
    """
    store.promise(
        cause=f"card:{ticket.id}:{why}:{place}",
        lane=place,
        place=place,
        kind=Kind.MESSAGE,
        doing=Doing.CARD,
        ticket_id=ticket.id,
        payload={"opening": True},
    )


def again(store: Store, message: Message, copy: Copy, why: str, *, anew: bool = False) -> None:
    """Owe a chat a message once more: what it had there is gone, or was never said.

    *Anew*: what stands there cannot be edited to read as it does now, and gets it as a reply.
    """
    store.promise(
        cause=f"said:{message.id}:{copy.place}:{why}",
        lane=copy.place,
        place=copy.place,
        kind=Kind.MESSAGE,
        doing=Doing.COPY,
        ticket_id=copy.ticket_id,
        message=message,
        payload={"anew": True} if anew else {},
    )


def postponed(store: Store, line: Delivery, message: Message | None, why: str) -> None:
    """Owe a chat what it is owed already, but after what was promised meanwhile."""
    store.promise(
        cause=f"{line.cause}:{why}",
        lane=line.lane,
        place=line.place,
        kind=line.kind,
        doing=line.doing,
        ticket_id=line.ticket_id,
        question_id=line.question_id,
        message=message,
        payload=line.payload,
    )


def topic(store: Store, ticket: Ticket, place: str, why: str, surplus: str | None = None) -> None:
    """Owe a ticket's topic its look; or a *surplus* one its end."""
    store.promise(
        cause=f"topic:{ticket.id}:{why}:{place}",
        lane=place,
        place=place,
        kind=Kind.NOTICE,
        doing=Doing.TOPIC,
        ticket_id=ticket.id,
        payload={"surplus": surplus} if surplus else {},
    )


async def refresh(store: Store, case: Case, why: str) -> None:
    """Owe every chat of a case its card as it is now; *why* is what changed: ``event`` or edit.

    Cards are rendered when they are made, so only the newest refresh of each survives.
    """
    await store.settle()
    for ticket in case.tickets:
        await refresh_one(store, ticket, ticket.party.place, why)
        if ticket.topic and ticket.topic != ticket.party.place:
            topic(store, ticket, ticket.party.place, why)
        if ticket.upper_id is None:
            await refresh_one(store, ticket, case.client.place, why)


async def refresh_one(store: Store, ticket: Ticket, place: str, why: str) -> None:
    """Owe one chat a card as it is now."""
    cause = f"card:{ticket.id}:{why}:{place}"
    await store.supersede(ticket.id, place, cause)
    store.promise(
        cause=cause,
        lane=place,
        place=place,
        kind=Kind.CARD,
        doing=Doing.CARD,
        ticket_id=ticket.id,
    )


def edits(store: Store, message: Message, made: Iterable[Copy], why: str | None = None) -> None:
    """Owe each chat that has a message its new wording; *why*, if the message is the same."""
    for copy in made:
        if (copy.origin and not copy.past) or copy.on_card:  # unless we have said it again
            continue
        store.promise(
            cause=f"edit:{message.id}:{why or message.version}:{copy.place}",
            lane=copy.place,
            place=copy.place,
            kind=Kind.MESSAGE,
            doing=Doing.EDIT,
            ticket_id=copy.ticket_id,
            message=message,
        )


def notice(
    store: Store,
    what: Notice,
    why: str,
    place: str,
    ticket: Ticket | None,
    *,
    message: Message | None = None,
    urgent: bool = False,
    **facts: Any,
) -> None:
    """Owe a chat a sentence; *why* makes it one of its kind, such as an event's id.

    An *urgent* one is a question that people wait for: it is told in order with what is said.
    """
    store.promise(
        cause=f"notice:{what}:{why}:{place}",
        lane=place,
        place=place,
        kind=Kind.MESSAGE if urgent else Kind.NOTICE,
        doing=Doing.NOTICE,
        ticket_id=ticket.id if ticket else None,
        message=message,
        payload={"what": what, **facts},
    )


def asking(intake: Intake) -> str:
    """Return the cause of what a client was asked last before their case is opened."""
    return f"asks:{intake.id}:{intake.times}"


def asks(store: Store, intake: Intake, *, again: bool) -> None:
    """Owe a client the next question before their case is opened."""
    store.promise(
        cause=asking(intake),
        lane=intake.client.place,
        place=intake.client.place,
        kind=Kind.MESSAGE,
        doing=Doing.NOTICE,
        payload={
            "what": Notice.ASKS,
            "intake": intake.id,
            "times": intake.times,
            "again": again,
        },
    )


def question(store: Store, asked: Question, **amiss: str) -> None:
    """Owe somebody a question of the bot, perhaps once more: then with what was *amiss*.

    People reply to what they read last, and so that has to be the question.
    """
    store.promise(
        cause=":".join(["ask", str(asked.id), *amiss.values()]),
        lane=asked.place,
        place=asked.place,
        kind=Kind.MESSAGE,
        doing=Doing.QUESTION,
        ticket_id=asked.ticket_id,
        question_id=asked.id,
        payload=amiss,
    )


def alarm(store: Store, what: Notice, cause: str, place: str, facts: Any) -> None:
    """Owe an operator a sentence about how it all runs; the *cause* makes it one of its kind."""
    store.promise(
        cause=cause,
        lane=place,
        place=place,
        kind=Kind.NOTICE,
        doing=Doing.NOTICE,
        payload={"what": what, "facts": facts},
        due_at=store.now + GATHERED,
    )
