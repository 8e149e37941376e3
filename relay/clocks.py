"""What time does to tickets: it warns, tells those above, takes offers back, accepts unseen."""

from __future__ import annotations

from relay import outbox, tickets
from relay.deadlines import (
    BEFORE,
    CLOCKS,
    Clock,
    Step,
    agreed,
    next_step,
    passed,
    started,
    wind,
)
from relay.outbox import Notice
from relay.speaker import TERMS
from relay.store import Store
from relay.tables import Party, Ticket

#: Of these the one who is to act hears the last alone: it says all that those before said.
OWN = (*BEFORE, Step.PASSED)


async def strike(store: Store, ticket_id: int) -> None:
    """Let happen to a ticket what has come due.

    All of it happens once: moves by the state of the ticket, and sentences by their cause.
    """
    ticket = await store.ticket(ticket_id)
    if ticket is None or ticket.alert_at is None or ticket.alert_at > store.now:
        return
    come, clock = passed(ticket, store.now), CLOCKS[ticket.state]
    if Step.PASSED in come and (clock is Clock.CHECK or (clock is Clock.TAKE and ticket.upper)):
        if await store.unheard(concerned(ticket, clock, Step.PASSED)[0]):
            return  # they may have acted in time, while we were away: what they did comes first
        if clock is Clock.TAKE:
            await tickets.expire(store, ticket)
        else:
            await tickets.accept(store, TERMS, ticket)
        return
    own = [step for step in come if step in OWN]
    for step in own[-1:] + [step for step in come if step not in OWN]:
        tell(store, ticket, clock, step)
    ticket.alert_at = next_step(ticket, store.now)


def tell(store: Store, ticket: Ticket, clock: Clock, step: Step) -> None:
    """Owe those whom a deadline concerns a word about it; that it passed, once for each agreed."""
    place, reader = concerned(ticket, clock, step)
    length = agreed(ticket) if step not in BEFORE else None
    after = f":{int(length.total_seconds())}" if length else ""
    outbox.notice(
        store,
        Notice.DUE,
        f"{clock}:{step}:{ticket.id}:{int(started(ticket).timestamp())}{after}",
        place,
        reader,
        of=ticket.id,
        clock=clock,
        step=step,
        since=int(ticket.since.timestamp()),
        due=int((ticket.due_at or store.now).timestamp()),
    )


def concerned(ticket: Ticket, clock: Clock, step: Step) -> tuple[str, Ticket]:
    """Return the chat that hears of a step, and the ticket that it has there."""
    if step is Step.FIRST:
        return ticket.path[0].party.place, ticket.path[0]
    above = step is Step.UPPER or clock is Clock.CHECK
    if above and ticket.upper:
        return ticket.upper.party.place, ticket.upper
    return (ticket.case.client.place if above else ticket.party.place), ticket


async def replan(store: Store, party: Party) -> None:
    """Let deadlines run as a party's hours and terms are now; what was said is not said again.

    Reports that are not due yet come by the clock on its wall.
    """
    for report in await store.subscriptions(party):
        if report.next_at > store.now:
            report.next_at = report.rhythm.next(store.now, party.timezone)
    for open_one in await store.open_tickets(party):
        ticket = await store.ticket(open_one.id)
        for each in [ticket, *ticket.open_lowers] if ticket else ():
            before = each.due_at
            wind(each)
            if each.due_at != before:
                why = f"plan-{each.id}-{int(store.now.timestamp())}"
                await outbox.refresh(store, each.case, why)
