"""Clients whom a party hears no more: who decided that, when, and why."""

from __future__ import annotations

from typing import Final

from relay import outbox
from relay.content import Content
from relay.making import inquire
from relay.outbox import Notice
from relay.refusals import Already, LeadsOnly, NotBlocked, NotFirst, NothingThere
from relay.speaker import Speaker
from relay.store import Store
from relay.tables import Block, Ticket

BLOCK: Final = "block"  #: a question: why
LONGEST: Final = 500  #: characters of a reason that are kept


async def ask_why(store: Store, by: Speaker, ticket: Ticket) -> None:
    """Ask why the client of a ticket is to be heard no more.

    Raises:
        NotFirst, LeadsOnly, Already: see ``block``.
    """
    check(by, ticket)
    if await store.block_at(ticket.case.client, ticket.party):
        raise Already
    await inquire(store, by, ticket, BLOCK)


async def block(store: Store, by: Speaker, ticket: Ticket, words: Content) -> Block:
    """Hear the client of a ticket no more, for the reason that *words* give.

    What was said before goes its way, and open cases stay until the party ends them.

    Raises:
        NotFirst: the client asked another party.
        LeadsOnly: the speaker is none.
        Already: the client is not heard as it is.
        NothingThere: there are no words.
    """
    check(by, ticket)
    client, party = ticket.case.client, ticket.party
    if await store.block_at(client, party):
        raise Already
    reason = words.text.plain.strip()[:LONGEST]
    if not reason:
        raise NothingThere("/block")
    made = Block(
        bot=store.bot,
        party_id=party.id,
        client_id=client.id,
        person_id=by.person.id if by.person else None,
        reason=reason,
        at=store.now,
    )
    await store.begins_block(made)
    still_open = await store.client_tickets(client, still_open=True)
    numbers = [each.number for each in still_open if each.party_id == party.id]
    why, place = str(made.id), by.place
    outbox.notice(store, Notice.BLOCKED, why, place, ticket, block=made.id, open=numbers)
    return made


async def unblock(store: Store, by: Speaker, ticket: Ticket) -> None:
    """Hear the client of a ticket again.

    Raises:
        NotFirst, LeadsOnly: see ``block``.
        NotBlocked: the client is heard as it is.
    """
    check(by, ticket)
    client = ticket.case.client
    found = await store.block_at(client, ticket.party)
    if found is None:
        raise NotBlocked(client.name)
    found.ended_at, found.ended_by_id = store.now, by.person.id if by.person else None
    outbox.notice(store, Notice.UNBLOCKED, str(found.id), by.place, ticket, client=client.name)


def check(by: Speaker, ticket: Ticket) -> None:
    """Refuse what only a lead of the party may do that the client asked."""
    if by.party is None or ticket.upper is not None or by.party.id != ticket.party_id:
        raise NotFirst(ticket.number)
    if not by.lead:
        raise LeadsOnly
