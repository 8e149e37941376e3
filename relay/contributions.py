"""Contributions: what each level had its share in, in one case, from its log and what was said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from relay.holding import CLIENT, spent
from relay.moves import Move
from relay.refusals import NoSuchTicket, NothingThere
from relay.reports import reader
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Person, Ticket
from relay.totals import Times

SENT_BACK: Final = {Move.RETURN, Move.REOPEN}


@dataclass(frozen=True)
class Share:
    """What one level had its share in."""

    ticket: Ticket | None  #: none: the client
    near: bool  #: its party's name may be told
    times: Times
    said: int  #: messages, notes apart
    caused: int  #: how often its own result was sent back
    received: int  #: how often a result from right below had to be sent back to be done again


@dataclass(frozen=True)
class Contribution:
    """The shares of all levels that a reader may know of, and which other tickets there are."""

    ticket: Ticket  #: the reader's
    shares: Sequence[Share]
    others: Sequence[Ticket]  #: of which numbers and states can be told, and no more
    spoke: Sequence[Person]  #: who has spoken as the client


async def asked(store: Store, speaker: Speaker, number: str) -> Contribution:
    """Return what each level had its share in, in the case of one's own ticket of that number.

    In a ticket's own topic it needs none.

    Raises:
        LeadsOnly: the speaker is none.
        NoSuchTicket: there is none, or it is somebody else's.
        NothingThere: it is not said which.
    """
    party = reader(speaker)
    ticket = await store.ticket_of(party, number)
    if not number and speaker.topic:
        ticket = await store.ticket_in(speaker.topic)
    if ticket is None and not number:
        raise NothingThere("/contribution")
    if ticket is None or ticket.party_id != party.id:
        raise NoSuchTicket(number or None)
    return await contribution(store, ticket)


async def contribution(store: Store, ticket: Ticket) -> Contribution:
    """Return what each level had its share in, as far as the ticket's party may know.

    The first party knows all of its cases; others know of themselves and of their neighbours.
    Rework is caused by the party whose result was sent back, whoever did the work for it.
    """
    events = await store.events(ticket.case)
    uppers = {each.id: each.upper_id for each in ticket.case.tickets}
    held = spent([(each.at, each.ticket_id, each.after) for each in events], uppers, store.now)
    said = await store.said(ticket.case)
    caused = Counter(each.ticket_id for each in events if each.what in SENT_BACK)
    received = Counter[int]()
    for below, times in caused.items():
        received[uppers[below] or CLIENT] += times
    first = ticket.upper_id is None
    seen = [each for each in ticket.case.tickets if first or near(ticket, each)]
    levels = [*([(CLIENT, None)] if first else []), *((each.id, each) for each in seen)]
    return Contribution(
        ticket,
        [
            Share(
                each,
                each is not None and near(ticket, each),
                held.get(key, {}),
                said.get(key, 0),
                caused[key],
                received[key],
            )
            for key, each in levels
        ],
        [each for each in ticket.case.tickets if each not in seen],
        await store.spoke_for_client(ticket.case),
    )


def near(reader: Ticket, other: Ticket) -> bool:
    """Say whether a ticket is the reader's own or that of a neighbour."""
    return other.id in {reader.id, reader.upper_id} or other.upper_id == reader.id
