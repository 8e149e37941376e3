"""Timelines: a case as a picture of time, as far as one party may know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from relay.card import Reader, subject
from relay.channel import Post
from relay.holding import CLIENT, Phase, Stretch, spent, stretches
from relay.language import Gettext
from relay.pictures import Bar, Row, Timeline
from relay.status import level_head, of_ticket, phase_words, spelled, timed
from relay.store import Store
from relay.tables import Event, Ticket

#: How much of what is yet to come is shown at most, of a case that has lasted as long as this.
AHEAD: Final = 1
LEAST: Final = timedelta(minutes=30)  #: of that


async def story(store: Store, ticket: Ticket, _: Gettext) -> Post:
    """Tell the story of a case in words and as a picture, as the ticket's party may see it."""
    post = await of_ticket(store, ticket, _)
    spoke = await store.spoke_for_client(ticket.case)
    reader = Reader(ticket, client=False, now=store.now, spoke=spoke)
    return replace(post, picture=timeline(reader, await store.events(ticket.case), _))


def timeline(reader: Reader, events: Sequence[Event], _: Gettext) -> Timeline:
    """Return the rows of ``status.of_ticket`` as bars.

    Marked are the deadline that runs now, and when the time that was agreed for the result that
    is being worked on was used up. Levels whose times the reader may not know have no bars.
    """
    ticket, now = reader.ticket, reader.now
    log = [(each.at, each.ticket_id, each.after) for each in events]
    uppers = {each.id: each.upper_id for each in ticket.case.tickets}
    begin = min((each.at for each in events), default=now)
    still_open = any(each.open for each in ticket.case.tickets)
    end = now if still_open else max((each.at for each in events), default=now)
    held, times = stretches(log, uppers, now), spent(log, uppers, now)

    rows = []
    if waited := spelled(times.get(CLIENT, {}), _):
        rows.append(Row(_("The client"), bars(held, CLIENT), times=waited))
    for each in ticket.case.tickets:
        known = timed(ticket, each)
        rows.append(
            Row(
                level_head(ticket, each, _).plain,
                bars(held, each.id) if known else None,
                deadlines(each) if known else (),
                spelled(times.get(each.id, {}), _) if known else "",
            )
        )
    seen = {bar.phase for row in rows for bar in row.bars or ()}
    return Timeline(
        title=_("{number} · {subject}").format(number=ticket.number, subject=subject(reader)),
        rows=rows,
        begin=begin,
        until=horizon(rows, begin, end),
        zone=_.zone.key,
        legend=[(phase, phase_words(phase, _)) for phase in Phase if phase in seen],
        language=_.language,
        deadline=_("deadline"),
        now=end if still_open else None,
    )


def bars(held: Sequence[Stretch], holder: int) -> list[Bar]:
    """Return when somebody had the move."""
    return [
        Bar(each.phase, each.begin, each.until)
        for each in held
        if each.holder == holder and each.lasted
    ]


def deadlines(ticket: Ticket) -> list[datetime]:
    """Return the moments that are marked on a ticket's row."""
    return sorted({each for each in (ticket.due_at, ticket.late_since) if each})


def horizon(rows: Sequence[Row], begin: datetime, end: datetime) -> datetime:
    """Return up to when time is shown: to the last deadline, unless that is far away."""
    ahead = max(AHEAD * (end - begin), LEAST)
    last = max((each for row in rows for each in row.deadlines), default=end)
    return min(max(end, last), end + ahead)
