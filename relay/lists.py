"""Lists that are asked for by name: what is overdue, and what somebody has taken."""

from __future__ import annotations

from relay.card import Reader, strip, subject, whose_move
from relay.channel import Act, Button, Post
from relay.language import Gettext
from relay.speaker import Speaker
from relay.status import LINE, PAGE, entry, level_head, urgent
from relay.store import Store
from relay.tables import Party, Ticket
from relay.text import Text, bold, fill, joined, lines, shortened
from relay.words import ours

MINE = 200  #: tickets of one person that are looked at


async def overdue(store: Store, party: Party, page: int, _: Gettext) -> Post:
    """List what is past its deadline, of the party and right below it, the longest first."""
    total, tickets = await store.overdue(party, PAGE, max(page, 0) * PAGE)
    if total and not tickets:  # it has become less since the button was made
        page = (total - 1) // PAGE
        total, tickets = await store.overdue(party, PAGE, page * PAGE)
    if not total:
        return Post(Text(_("Nothing is overdue, neither here nor with your partners.")))
    entries = [await late_entry(store, party, each, _) for each in tickets]
    title = fill(_("Overdue: {n}"), n=total)
    if total > PAGE:
        said = _("Overdue: {n}, page {page} of {pages}")
        title = fill(said, n=total, page=page + 1, pages=pages(total))
    return Post(joined("\n\n", [title, *entries]), buttons=turning(Act.OVERDUE, page, total))


async def late_entry(store: Store, party: Party, ticket: Ticket, _: Gettext) -> Text:
    """Return a ticket of the list: which one, for how long it is overdue, and whose move it is."""
    own = ticket if ticket.party_id == party.id else ticket.upper
    assert own is not None  # noqa: S101 - it came over a link
    assert ticket.due_at is not None  # noqa: S101 - it is overdue
    spoke = await store.spoke_for_client(ticket.case)
    reader = Reader(own, client=False, now=store.now, spoke=spoke)
    state = ours(ticket.state, _, passed_on=bool(ticket.open_lowers))
    which = fill(_("{number} · {state}"), number=bold(ticket.number), state=state)
    if own is not ticket:
        which = level_head(own, ticket, _)
    return lines(
        fill(
            _("{ticket} · overdue by {age}"),
            ticket=which,
            age=_.duration(store.now - ticket.due_at),
        ),
        shortened(subject(reader), LINE),
        whose_move(own, _),
        strip(ticket.case, store.now, _),
    )


async def mine(store: Store, speaker: Speaker, page: int, _: Gettext) -> Post:
    """List the open tickets that somebody took, or was the last to do something about."""
    if speaker.person is None or speaker.party is None:
        said = _("You write as the group, so I cannot tell which are yours: /status lists all.")
        return Post(Text(said))
    party = speaker.party
    found = sorted(await store.taken_by(speaker.person, party, MINE), key=urgent)
    if not found:
        said = _("You have no open tickets here: you took none, and moved none last.")
        return Post(Text(said))
    page = min(max(page, 0), pages(len(found)) - 1)
    order = [each.id for each in found[page * PAGE : (page + 1) * PAGE]]
    shown = sorted(await store.open_tickets(party, order), key=lambda each: order.index(each.id))
    entries = []
    for ticket in shown:
        spoke = await store.spoke_for_client(ticket.case)
        entries.append(entry(Reader(ticket, client=False, now=store.now, spoke=spoke), _))
    name = speaker.person.name
    title = fill(_("{name}, you took or last moved: {n}"), name=name, n=len(found))
    if len(found) > PAGE:
        said = _("{name}, you took or last moved: {n}, page {page} of {pages}")
        of = pages(len(found))
        title = fill(said, name=name, n=len(found), page=page + 1, pages=of)
    return Post(joined("\n\n", [title, *entries]), buttons=turning(Act.MINE, page, len(found)))


def pages(total: int) -> int:
    """Return how many pages a list has."""
    return (total + PAGE - 1) // PAGE


def turning(act: Act, page: int, total: int) -> list[list[Button]]:
    """Return the buttons that turn the pages of a list."""
    found = [
        Button(arrow, act, to)
        for arrow, to in (("◀️", page - 1), ("▶️", page + 1))
        if 0 <= to < pages(total)
    ]
    return [found] if found else []
