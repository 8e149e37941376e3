"""How a party stands now: its open tickets, whose move it is in each, and what is overdue."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from relay.card import Reader, sees, subject, whose_move
from relay.holding import CLIENT, holders
from relay.language import Gettext
from relay.moves import IN_HAND, OPEN, State
from relay.sheets import Cell, Sheet
from relay.store import Store
from relay.store.views import Level
from relay.tables import Party, Sees
from relay.text import Text, fill, shortened
from relay.words import ours

SHOWN: Final = 50  #: tickets of the list: who has more narrows it down
EVERYTHING: Final = 10_000  #: tickets of a list to take along
LINE: Final = 80  #: characters of a subject
OURS: Final = "ours"
THE_CLIENT: Final = "client"
PASSED_ON: Final = "passed"  #: a state of its own for whoever reads a list


class Mover(NamedTuple):
    """Whose move it is, as one reader may know them: a neighbour by name, others by level."""

    key: str  #: in an address
    level: int  #: 0: the client, or the reader
    name: str  #: of a neighbour


MINE: Final = Mover(OURS, 0, "")


@dataclass(frozen=True)
class Open:
    """An open ticket, as far as it takes to count it and to find it."""

    id: int
    state: str  #: a ``State``, or ``PASSED_ON``
    since: datetime
    due_at: datetime | None
    movers: tuple[Mover, ...]

    def overdue(self, now: datetime) -> bool:
        """Say whether what is to be done now should have been done by now."""
        return self.due_at is not None and self.due_at <= now

    @property
    def mine(self) -> bool:
        """Whether it is the reader's move."""
        return MINE in self.movers


@dataclass(frozen=True)
class Wanted:
    """Which open tickets somebody wants to see; what is empty does not matter."""

    move: str = ""  #: the key of a mover
    state: str = ""
    overdue: bool = False


@dataclass(frozen=True)
class Count:
    """How many there are of something one can choose."""

    key: str
    label: str
    count: int


@dataclass(frozen=True)
class Overview:
    """All of it, in words."""

    open: int
    mine: int
    overdue: int
    movers: Sequence[Count]
    states: Sequence[Count]
    found: int  #: that are wanted
    sheet: Sheet  #: the first of those
    numbers: Sequence[str]  #: one for each row
    late: Sequence[bool]  #: and whether it is overdue


async def of(store: Store, party: Party, wanted: Wanted, _: Gettext, most: int = SHOWN) -> Overview:
    """Return how a party stands, with the first tickets that are *wanted*: overdue ones first."""
    levels, times = await store.levels_of_open(party), await store.times_of_open(party)
    names = {each.id: each.name for each in await store.parties()}
    tickets = [
        Open(ticket.id, shown_state(ticket, case), *times[ticket.id], movers(ticket, case, names))
        for case in cases(levels)
        for ticket in case
        if ticket.id in times
    ]
    moving = Counter(mover for each in tickets for mover in each.movers)
    states = Counter(each.state for each in tickets)
    fits = [each for each in tickets if wants(wanted, each, store.now)]
    fits.sort(key=lambda each: (not each.overdue(store.now), not each.mine, each.since, each.id))
    numbers, rows = await rows_of(store, fits[:most], _)
    return Overview(
        open=len(tickets),
        mine=sum(each.mine for each in tickets),
        overdue=sum(each.overdue(store.now) for each in tickets),
        movers=[
            Count(each.key, mover_words(each, _), moving[each])
            for each in sorted(moving, key=lambda each: (each.key != OURS, each.level, each.name))
        ],
        states=[
            Count(each, state_words(each, _), states[each])
            for each in (*map(str, OPEN_IN_ORDER), PASSED_ON)
            if states[each]
        ],
        found=len(fits),
        sheet=Sheet(_("Open tickets"), columns(_), rows),
        numbers=numbers,
        late=[each.overdue(store.now) for each in fits[:most]],
    )


OPEN_IN_ORDER: Final = tuple(each for each in State if each in OPEN)


def cases(levels: Iterable[Level]) -> Iterable[Sequence[Level]]:
    """Put tickets together by their cases."""
    found = defaultdict[int, list[Level]](list)
    for each in levels:
        found[each.case_id].append(each)
    return found.values()


def shown_state(ticket: Level, case: Sequence[Level]) -> str:
    """Return the state of a ticket: what is passed on has one of its own in lists."""
    passed = ticket.state in IN_HAND and any(
        each.upper_id == ticket.id and each.state in OPEN for each in case
    )
    return PASSED_ON if passed else str(ticket.state)


def movers(reader: Level, case: Sequence[Level], names: Mapping[int, str]) -> tuple[Mover, ...]:
    """Return who has the move in a case, as a reader may know them."""
    levels = {each.id: each for each in case}
    moving = holders((each.id, each.upper_id, each.state) for each in case)
    return tuple(dict.fromkeys(mover(reader, holder, levels, names) for holder, _end in moving))


def mover(
    reader: Level, holder: int, levels: Mapping[int, Level], names: Mapping[int, str]
) -> Mover:
    """Return who has the move, as a reader may know them."""
    if holder == reader.id:
        return MINE
    if holder == CLIENT:
        return Mover(THE_CLIENT, 0, "")
    far, depth = levels[holder], 1
    if far.upper_id == reader.id or reader.upper_id == far.id:
        return Mover(f"party-{far.party_id}", 1, names[far.party_id])
    while far.upper_id is not None:
        far, depth = levels[far.upper_id], depth + 1
    return Mover(f"level-{depth}", depth, "")


def wants(wanted: Wanted, ticket: Open, now: datetime) -> bool:
    """Say whether a ticket is wanted."""
    return (
        (not wanted.move or any(each.key == wanted.move for each in ticket.movers))
        and (not wanted.state or ticket.state == wanted.state)
        and (not wanted.overdue or ticket.overdue(now))
    )


def mover_words(who: Mover, _: Gettext) -> str:
    """Return how a mover is called in a list."""
    match who.key:
        case "ours":
            return _("Your move")
        case "client":
            return _("The client")
        case _other:
            return who.name or fill(_("level {n}"), n=who.level).plain


def state_words(state: str, _: Gettext) -> str:
    """Return how a state is called in a list."""
    passed = state == PASSED_ON
    words = ours(State.WORKING if passed else State(state), _, passed_on=passed)
    return words[:1].upper() + words[1:]


def columns(_: Gettext) -> list[str]:
    """Return the titles of the list."""
    return [
        _("Number"),
        _("About"),
        _("State"),
        _("Whose move"),
        _("In this state for"),
        _("Due"),
    ]


async def rows_of(
    store: Store, tickets: Sequence[Open], _: Gettext
) -> tuple[list[str], list[list[Cell]]]:
    """Return the numbers of tickets, and a row for each."""
    await store.know_cases([each.id for each in tickets])
    found = [(each, ticket) for each in tickets if (ticket := await store.ticket(each.id))]
    masked = {ticket.case_id for _each, ticket in found if sees(ticket) is not Sees.FULL}
    spoke = await store.spoke_for_clients(masked)
    numbers: list[str] = []
    rows: list[list[Cell]] = []
    for each, ticket in found:
        known = spoke.get(ticket.case_id, ())
        reader = Reader(ticket, client=False, now=store.now, spoke=known)
        move = whose_move(ticket, _)
        numbers.append(ticket.number)
        rows.append(
            [
                ticket.number,
                shortened(subject(reader), LINE),
                state_words(each.state, _),
                move.plain if isinstance(move, Text) else move,
                store.now - ticket.since,
                ticket.due_at,
            ]
        )
    return numbers, rows
