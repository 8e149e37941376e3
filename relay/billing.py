"""Billing: what people correct of what a ticket costs, till it is closed.

Who may: a member of the party that did the work, a lead of the one above. The deduction for late
work is the upper's to waive. Whatever is corrected is added, and told to both ends.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from relay import charges, money
from relay.content import Content
from relay.costs import Cost, Costs
from relay.making import find, inquire
from relay.moves import Who
from relay.refusals import Already, BadValue, Frozen, LeadsOnly, NoLines, NoSuchTicket, TheirsToSet
from relay.speaker import Speaker, who_is
from relay.store import Store
from relay.tables import Question, Sort, Ticket

LINE: Final = "line:"  #: a question: what a line is to be; after it, which one
EXTRA: Final = "line:new"  #: a question: what else is to be paid
STEP: Final = 1000  #: more than there are lines
WAIVE: Final = STEP  #: beside the number of a deduction: what is to become of it
DEDUCT: Final = 2 * STEP
MOST: Final = 1000  #: of a quantity
LONGEST: Final = 60  #: characters of what is to be paid
MANY: Final = 50  #: lines of one ticket

#: What may stand after a quantity: minutes or days would be another one.
COUNTED: Final = re.compile(
    r"(?<=\d)\s*(?:h|hrs?|hours?|ч|час(?:а|ов)?|times?|раза?|шт|pcs)\.?$", re.IGNORECASE
)
#: ``Spare part: 1 200,50 RUB``: what, how much, perhaps in which currency. A dash with nothing
#: between it and the amount may be a minus: that is not read at all.
ADDED: Final = re.compile(
    r"(?P<what>.*?\S)(?:\s*[:=]\s*|\s+[–—-]\s+|\s+)"
    rf"(?P<price>(?:{money.WRITTEN.pattern})\s*(?:[^\d\s.,:=–—-]+\.?)?)"
)


async def billed(store: Store, by: Speaker, ticket_id: int) -> tuple[Ticket, Costs]:
    """Return a ticket whose lines somebody may correct, as one of its two ends, and what it costs.

    Raises:
        NoSuchTicket: it does not exist, or this chat is neither of its ends.
        LeadsOnly: for the upper, only a lead may.
        Frozen: it is over.
        NoLines: nothing is to be paid for it.
    """
    ticket = await find(store, by, ticket_id)
    who = who_is(by, ticket)
    if not who & (Who.MEMBER | Who.UPPER):
        raise NoSuchTicket
    if not who & (Who.MEMBER | Who.UPPER_LEAD):
        raise LeadsOnly
    found = await charges.of_ticket(store, ticket)
    if not ticket.open:
        raise Frozen(ticket.number)
    if found is None:
        raise NoLines(ticket.number)
    return ticket, found


async def fix(store: Store, by: Speaker, ticket_id: int, number: int) -> Ticket | Question:
    """Ask what a line is to be, by its number; a deduction is waived, or made after all.

    To the number of a deduction ``WAIVE`` or ``DEDUCT`` is added: so a button that is pressed
    twice, or late, does what stands on it, or nothing.

    Raises:
        NoSuchTicket, LeadsOnly, Frozen, NoLines: see ``billed``.
        TheirsToSet: the deduction is for the one above to waive.
        Already: it is waived, or made, as was asked for.
    """
    way, number = divmod(number, STEP)
    ticket, found = await billed(store, by, ticket_id)
    if not 0 <= number < len(found.lines):
        raise NoSuchTicket
    line = found.lines[number]
    if line.sort is not Sort.PENALTY:
        return await inquire(store, by, ticket, f"{LINE}{number}")
    if ticket.upper and not who_is(by, ticket) & Who.UPPER:
        raise TheirsToSet(ticket.upper.party.name)
    made = way * STEP == DEDUCT if way else not line.quantity
    if made == bool(line.quantity):
        raise Already
    await corrected(store, by, ticket, line, quantity=Decimal(made))
    return ticket


async def add(store: Store, by: Speaker, ticket_id: int) -> Question:
    """Ask what else is to be paid.

    Raises:
        NoSuchTicket, LeadsOnly, Frozen, NoLines: see ``billed``.
    """
    ticket, _found = await billed(store, by, ticket_id)
    return await inquire(store, by, ticket, EXTRA)


async def answer(store: Store, by: Speaker, question: Question, words: Content) -> Ticket:
    """Take what somebody wrote for what a line is to be.

    Raises:
        NoSuchTicket, LeadsOnly, Frozen, NoLines: see ``billed``.
        BadValue: it cannot be read; the question stays open.
    """
    ticket, found = await billed(store, by, question.ticket_id or 0)
    said = " ".join(words.text.plain.split())
    if question.what == EXTRA:
        await added(store, by, ticket, found, said)
    else:
        line = found.lines[int(question.what.removeprefix(LINE))]
        if line.sort is Sort.EXTRA:
            await corrected(store, by, ticket, line, price=amount(said, line.currency or ""))
        else:
            quantity = money.number(COUNTED.sub("", said))
            if quantity is None or quantity > MOST:
                raise BadValue("quantity")
            await corrected(store, by, ticket, line, quantity=quantity)
    question.answered = True
    return ticket


def amount(said: str, currency: str) -> Decimal:
    """Read an amount, in this currency if it names one.

    Raises:
        BadValue: it is none, or in another currency.
    """
    found = money.price(
        money.tidied(said if re.search(r"[^\d\s.,]", said) else f"{said}{currency}")
    )
    if found is None or found.currency != currency:
        raise BadValue("amount")
    return found.amount


async def added(store: Store, by: Speaker, ticket: Ticket, found: Costs, said: str) -> None:
    """Add a line, or correct the one that is called so."""
    read = ADDED.fullmatch(said)
    named = money.price(money.tidied(read["price"])) if read else None
    currency = found.currency or currency_of(ticket) or (named.currency if named else "")
    if read is None or not currency or len(read["what"]) > LONGEST or len(found.lines) >= MANY:
        raise BadValue("extra")
    try:
        price = amount(read["price"], currency)
    except BadValue:
        raise BadValue("extra") from None
    what = read["what"]
    same = (each for each in found.lines if each.sort is Sort.EXTRA)
    line = next((each for each in same if each.what.casefold() == what.casefold()), None)
    if line:
        await corrected(store, by, ticket, line, price=price)
        return
    made = await charges.put(
        store,
        ticket,
        sort=Sort.EXTRA,
        what=what,
        quantity=charges.ONCE,
        price=price,
        currency=currency,
        agreed=None,
        **of(by),
    )
    change = {"by": by_whom(by), "sort": made.sort, "what": what, "after": str(price)}
    await charges.changed(store, ticket, f"charge-{made.id}", change)


def currency_of(ticket: Ticket) -> str | None:
    """Return the currency of the link over which a ticket came, if its prices have one."""
    prices = (money.price(each) for each in ticket.link.tariff.values()) if ticket.link else ()
    return next((each.currency for each in prices if each), None)


async def corrected(
    store: Store, by: Speaker, ticket: Ticket, line: Cost, **other: Decimal
) -> None:
    """Write a correction down, and tell both ends what was before and what is now."""
    [(what, after)] = other.items()
    before = getattr(line, what)
    made = await charges.again(store, ticket, line, **other, **of(by))
    change = {"by": by_whom(by), "sort": line.sort, "what": line.what}
    change |= {"before": str(before), "after": str(after)}
    await charges.changed(store, ticket, f"charge-{made.id}", change)


def of(by: Speaker) -> dict[str, int | None]:
    """Return who says what a line is."""
    person = by.person.id if by.person else None
    return {"party_id": by.party.id if by.party else None, "person_id": person}


def by_whom(by: Speaker) -> list[int | str | None]:
    """Return the same for a notice: the party, and the person's name."""
    return [by.party.id if by.party else None, by.person.name if by.person else None]
