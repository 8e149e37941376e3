"""Charges: what a ticket costs, from the tariff and the log; each move on it is followed here."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from relay import costs, outbox
from relay.costs import Cost, Costs
from relay.moves import OPEN, State
from relay.outbox import Notice
from relay.store import Store
from relay.tables import Bill, Charge, Event, Link, Sort, Ticket

ONCE: Final = Decimal(1)


async def of_ticket(store: Store, ticket: Ticket) -> Costs | None:
    """Return what a ticket costs as it counts now; None: it has no bill."""
    if await store.bill(ticket) is None:
        return None
    return costs.read((await store.charges([ticket.id])).get(ticket.id, ()))


async def follow(store: Store, ticket: Ticket, event: Event) -> None:
    """Let a bill stand as its ticket does after a move.

    A result makes its lines, closing the ticket freezes them, opening it again puts them in
    dispute, and whatever ends otherwise costs nothing. What is said of it later, as stars are,
    closes it no second time.
    """
    if ticket.link is None or event.before is event.after:
        return
    if event.after in OPEN - {State.RESOLVED, State.RETURNED}:
        return
    if event.after is State.RESOLVED:
        await propose(store, ticket, ticket.link, event)
        return
    bill = await store.bill(ticket)
    if bill is None:
        return
    if event.after is State.CLOSED:
        bill.closed_at, bill.disputed = store.now, False
    elif event.after is State.RETURNED:
        bill.disputed = bill.closed_at is not None
    else:
        bill.closed_at, bill.disputed = None, False


async def propose(store: Store, ticket: Ticket, link: Link, event: Event) -> None:
    """Make the lines of a result: from the tariff as it is the first time, and from the log.

    Hours follow the log from one result to the next, until people have said how many they were.
    """
    before = await of_ticket(store, ticket)
    if before is None:
        if not link.tariff:
            return
        await store.add(Bill(ticket_id=ticket.id, bot=store.bot, link_id=link.id, disputed=False))
    lines = [] if before and before.lines else [*tariffed(ticket, link)]
    known = {each.sort: each for each in before.lines} if before else {}
    if ticket.late_since and link.penalty and Sort.PENALTY not in known:
        lines.append((Sort.PENALTY, Sort.PENALTY.value, link.penalty))
    hour = known.get(Sort.HOUR)
    worked = Decimal()
    if hour or any(sort is Sort.HOUR for sort, *_ in lines):
        worked = costs.hours(ticket.case, await store.events(ticket.case), ticket.id, store.now)
    for sort, what, agreed in lines:
        price, currency, words = costs.priced(agreed)
        await put(
            store,
            ticket,
            sort=sort,
            what=what,
            quantity=worked if sort is Sort.HOUR else ONCE,
            price=price,
            currency=currency,
            agreed=words,
        )
    if hour and hour.party_id is None and hour.quantity != worked:
        await again(store, ticket, hour, quantity=worked)
    await changed(store, ticket, str(event.id))


def tariffed(ticket: Ticket, link: Link) -> Iterator[tuple[Sort, str, str]]:
    """Yield what of a tariff is for a ticket: sort, name and price."""
    kind = (ticket.case.kind or "").casefold()
    for what, agreed in link.tariff.items():
        sort = costs.sort_of(what)
        if sort is not Sort.KIND or what.casefold() == kind:
            yield sort, what, agreed


async def put(store: Store, ticket: Ticket, **line: Any) -> Charge:
    """Write a line down; without a party it comes from the terms."""
    made = Charge(bot=store.bot, ticket_id=ticket.id, at=store.now, **line)
    await store.add(made)
    return made


async def again(store: Store, ticket: Ticket, line: Cost, **other: Any) -> Charge:
    """Write a line down once more, with something *other* in it."""
    same = {
        "sort": line.sort,
        "what": line.what,
        "quantity": line.quantity,
        "price": line.price,
        "currency": line.currency,
        "agreed": line.agreed,
    }
    return await put(store, ticket, **same | other)


def sums(found: Costs) -> dict[str, Any]:
    """Return what a bill keeps of its lines."""
    names = ("currency", "gross", "deducted", "digest")
    return {name: getattr(found, name) for name in names}


async def changed(
    store: Store, ticket: Ticket, why: str, change: dict[str, Any] | None = None
) -> None:
    """Sum the lines of a ticket up, and owe both ends how they are now; nobody else."""
    bill, found = await store.bill(ticket), await of_ticket(store, ticket)
    if bill and found:
        for name, value in sums(found).items():
            setattr(bill, name, value)
    facts: dict[str, Any] = {"change": change} if change else {}
    upper = ticket.upper
    for reader in (ticket, upper) if upper else ():
        outbox.notice(store, Notice.LINES, why, reader.party.place, reader, of=ticket.id, **facts)
