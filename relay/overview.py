"""How a party stands now: its open tickets, whose move it is in each, and what is overdue."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from relay.card import Reader, subject, whose_move
from relay.holding import CLIENT, holders
from relay.language import Gettext
from relay.moves import OPEN, State
from relay.sheets import Cell, Sheet
from relay.store import Store
from relay.store.views import Level
from relay.tables import Party, Sees
from relay.text import Text, fill, shortened
from relay.words import ours

SHOWN: Final = 100  #: tickets of the list: who has more narrows it down
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
        return any(each.key == OURS for each in self.movers)


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
    levels = await store.levels_of_open(party)
    tickets = [each for case in cases(levels) for each in read(case, party.id)]
    movers = Counter(mover for each in tickets for mover in each.movers)
    states = Counter(each.state for each in tickets)
    fits = [each for each in tickets if wants(wanted, each, store.now)]
    fits.sort(key=lambda each: (not each.overdue(store.now), not each.mine, each.since, each.id))
    numbers, rows = await rows_of(store, fits[:most], _)
    return Overview(
        open=len(tickets),
        mine=sum(each.mine for each in tickets),
        overdue=sum(each.overdue(store.now) for each in tickets),
        movers=[
            Count(each.key, mover_words(each, _), movers[each])
            for each in sorted(movers, key=lambda each: (each.key != OURS, each.level, each.name))
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


def read(case: Sequence[Level], party: int) -> list[Open]:
    """Return the open tickets of a party in a case."""
    levels = {each.id: each for each in case}
    moving = holders((each.id, each.upper_id, each.state) for each in case)
    found = []
    for each in case:
        if each.party_id != party or each.state not in OPEN:
            continue
        below = any(other.upper_id == each.id and other.state in OPEN for other in case)
        passed = below and each.state in {State.WORKING, State.RETURNED}
        movers = (mover(each, holder, levels) for holder, _end in moving)
        found.append(
            Open(
                each.id,
                PASSED_ON if passed else str(each.state),
                each.since,
                each.due_at,
                tuple(dict.fromkeys(movers)),
            )
        )
    return found


def mover(reader: Level, holder: int, levels: Mapping[int, Level]) -> Mover:
    """Return who has the move, as a reader may know them."""
    if holder == reader.id:
        return Mover(OURS, 0, "")
    if holder == CLIENT:
        return Mover(THE_CLIENT, 0, "")
    far, depth = levels[holder], 1
    if far.upper_id == reader.id or reader.upper_id == far.id:
        return Mover(f"party-{far.party_id}", 1, far.party)
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
    numbers: list[str] = []
    rows: list[list[Cell]] = []
    for each in tickets:
        ticket = await store.ticket(each.id)
        if ticket is None:
            continue
        reader = Reader(ticket, client=False, now=store.now)
        if reader.sees is not Sees.FULL:
            spoke = await store.spoke_for_client(ticket.case)
            reader = Reader(ticket, client=False, now=store.now, spoke=spoke)
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
