"""Whatever happens, reports say what a slow look into the raw log says."""

from __future__ import annotations

import asyncio
import shutil
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import ceil
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relay import chain, reports, scorecards, setup
from relay.holding import CLIENT, Phase
from relay.moves import OPEN, Move, State
from relay.periods import Period
from relay.reports import Report, Whose
from relay.store import Database, Store
from relay.tables import Case, Client, Event, Link, Party, Ticket
from relay.tallies import tallies
from relay.totals import Spread, Times, Totals
from tests.relay.test_holding import START, History, histories, moments

BOT = 7
DEEPEST = 14
PERIOD = Period(date(2026, 11, 25), date(2026, 11, 27))  #: and two days before that
DAYS = timedelta(days=2)
NOW = datetime.combine(PERIOD.begin, START.timetz())
MOVES = {
    State.WORKING: Move.TAKE,
    State.WAITING: Move.ASK,
    State.RESOLVED: Move.RESOLVE,
    State.CLOSED: Move.ACCEPT,
    State.RETURNED: Move.RETURN,
}
PHASE = {
    State.OFFERED: Phase.OFFERED,
    State.WORKING: Phase.WORKING,
    State.WAITING: Phase.ASKED,
    State.RESOLVED: Phase.CHECKING,
    State.RETURNED: Phase.REWORK,
}


#: How a case comes to its end.
ONWARDS = {
    State.OFFERED: State.WORKING,
    State.WORKING: State.RESOLVED,
    State.WAITING: State.WORKING,
    State.RETURNED: State.RESOLVED,
    State.RESOLVED: State.CLOSED,
}


def keys(level: int) -> list[str]:
    """Return the parties of a level: of the upper two there are two each."""
    return [f"p{level}{letter}" for letter in ("ab" if level < 3 else "a")]


def companies() -> str:
    """Return a chain in which everybody of a level works for everybody of the one above."""
    text, chat = "", -100
    for level in range(1, DEEPEST + 1):
        for key in keys(level):
            chat -= 1
            code = f"P{chr(64 + level)}{key[-1].upper()}"
            text += f'[parties.{key}]\nname = "{key}"\ncode = "{code}"\nchat = {chat}\n'
            text += "clients = true\n" if level == 1 else ""
    for level in range(2, DEEPEST + 1):
        for upper in keys(level - 1):
            for lower in keys(level):
                text += f'[[links]]\nupper = "{upper}"\nlower = "{lower}"\n'
                text += 'resolve_within = "8h"\n' if upper.endswith("a") else ""
    return text


@dataclass
class Story:
    """What happens to a case, to whom, and how it is judged."""

    history: History
    after: timedelta  #: the start
    twins: list[int]  #: which of two parties has a ticket, by its id
    late: list[bool]
    stars: list[int | None]

    def level(self, ticket: int) -> int:
        upper = self.history.uppers[ticket]
        return 1 + (self.level(upper) if upper else 0)

    def party(self, ticket: int) -> str:
        found = keys(self.level(ticket))
        return found[self.twins[ticket % len(self.twins)] % len(found)]

    def of(self, ticket: int) -> list[tuple[datetime, State]]:
        """Return what became of a ticket, and when."""
        return [
            (at + self.after, state) for at, which, state in self.history.log if which == ticket
        ]

    def closed(self, ticket: int) -> datetime | None:
        at, state = self.of(ticket)[-1]
        return at if state is State.CLOSED else None


def story(luck: Random) -> Story:
    """Make up a case that mostly comes to a good end; some keep to full hours, as the days do."""
    history, step = History(), luck.choice((1, 3600))
    history.offers(None)
    for _ in range(luck.randrange(12)):
        history.now += timedelta(seconds=luck.randrange(10_000 // step + 1) * step)
        moves = [
            (ticket, state)
            for ticket in history.uppers
            for state in history.choices(ticket, branching=True)
            if state not in {State.RECALLED, State.CANCELLED} or not luck.randrange(20)
        ]
        if moves:
            act(history, *luck.choice(moves))
    while history.states[1] in OPEN and luck.randrange(40):
        history.now += timedelta(seconds=luck.randrange(10_000 // step + 1) * step)
        ticket = max(each for each, state in history.states.items() if state in OPEN)
        act(history, ticket, ONWARDS[history.states[ticket]])
    hours = luck.randrange(-72, 30)
    thrice = range(3)
    return Story(
        history,
        timedelta(hours=hours),
        [luck.randrange(2) for _ in thrice],
        [luck.random() < 0.3 for _ in thrice],
        [luck.choice((None, 1, 3, 5)) for _ in thrice],
    )


def act(history: History, ticket: int, state: State | None) -> None:
    """Let something become of a ticket; None: it is passed on."""
    if state is None:
        history.offers(ticket)
    elif state in {State.RECALLED, State.CANCELLED}:
        history.ends(ticket, state)
    else:
        history.becomes(ticket, state)


# What really happened, looked up slowly


@dataclass
class Fact:
    """One ticket as its log tells of it."""

    party: str
    upper: str | None
    opened: datetime
    closed: datetime | None
    reopened: datetime | None
    stood: dict[State, timedelta]
    returned: int
    late: bool
    stars: int | None
    case_closed: datetime | None
    first: str
    level: int
    held: Times
    upper_ticket: tuple[int, int] | None

    @property
    def promised(self) -> bool:
        return self.upper is not None and self.upper.endswith("a")


def facts(told: list[Story]) -> tuple[dict[tuple[int, int], Fact], dict[int, Times]]:
    """Return all tickets, by case and number, and what each case's client was charged."""
    found, clients = {}, {}
    for number, story in enumerate(told):
        held = charged(story.history)
        clients[number] = held[CLIENT]
        for ticket, upper in story.history.uppers.items():
            log = story.of(ticket)
            stood = defaultdict[State, timedelta](timedelta)
            for (at, state), (end, _) in pairwise(log):
                stood[state] += end - at
            befores = [None, *(state for _, state in log)]
            reopened = [
                at
                for (at, state), before in zip(log, befores, strict=False)
                if state is State.RETURNED and before is State.CLOSED
            ]
            found[number, ticket] = Fact(
                story.party(ticket),
                story.party(upper) if upper else None,
                log[0][0],
                story.closed(ticket),
                max(reopened, default=None),
                stood,
                sum(state is State.RETURNED for _, state in log),
                story.late[ticket % 3],
                story.stars[ticket % 3],
                story.closed(1),
                story.party(1),
                story.level(ticket),
                held[ticket],
                (number, upper) if upper else None,
            )
    return found, clients


def charged(history: History) -> dict[int, Times]:
    """Return what each ticket's party, and the client, was charged, second by second as it were."""
    held = defaultdict[int, Times](dict)
    done = History(history.uppers, history.states, history.log, history.log[-1][0])
    for stood, time in moments(done):
        for end in stood.leaves:
            state = stood.states[end]
            asked = state in {State.WAITING, State.RESOLVED}
            times = held[(stood.uppers[end] or CLIENT) if asked else end]
            times[PHASE[state]] = times.get(PHASE[state], timedelta()) + time
    return held


def slow_totals(found: list[Fact], begin: datetime) -> Totals:
    """Return what tickets come to in the two days from *begin* on."""

    def within(at: datetime | None) -> bool:
        return at is not None and begin <= at < begin + DAYS

    closed = [each for each in found if within(each.closed)]
    rated = [each.stars for each in closed if each.stars is not None]

    def spread(*states: State) -> Spread:
        values = sorted(sum((e.stood[s] for s in states), timedelta()) for e in closed)
        if not values:
            return Spread()
        return Spread(values[ceil(0.5 * len(values)) - 1], values[ceil(0.9 * len(values)) - 1])

    return Totals(
        opened=sum(within(each.opened) for each in found),
        closed=len(closed),
        reopened=sum(within(each.reopened) for each in found),
        promised=sum(each.promised for each in closed),
        kept=sum(each.promised and not each.late for each in closed),
        reworked=sum(each.returned > 0 for each in closed),
        rated=len(rated),
        stars=sum(rated),
        to_take=spread(State.OFFERED),
        to_resolve=spread(State.WORKING, State.RETURNED),
        in_check=spread(State.RESOLVED),
    )


def together(times: list[Times]) -> Times:
    """Return all of it, without what is nothing."""
    sums = {
        phase: sum((each.get(phase, timedelta()) for each in times), timedelta()) for phase in Phase
    }
    return {phase: time for phase, time in sums.items() if time}


def told_times(found: Report) -> dict[tuple[Whose, int], Times]:
    """Return what a report says of each level, without what is nothing."""
    return {
        (each.whose, each.number): together([each.now])
        for each in found.levels
        if any(each.now.values())
    }


# The same in the database


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Path:
    """Return a database with the companies in it."""
    path = tmp_path_factory.mktemp("reports") / "companies.db"
    shutil.copy(migrated, path)

    async def settle() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}", clock=lambda: NOW)
        async with database.transaction(BOT) as store:
            await setup.apply(store, chain.parse(companies()))
        await database.close()

    asyncio.run(settle())
    return path


async def write(store: Store, told: list[Story]) -> None:
    """Write stories down as if they had happened."""
    parties = {each.key: each for each in await store.parties()}
    links = {(each.upper.key, each.lower.key): each for each in await store.links()}
    client = Client(bot=BOT, place="1", name="Ann", language="en", username=None, party_id=None)
    await store.add(client)
    for number, story in enumerate(told):
        case = Case(bot=BOT, client_id=client.id, subject="-", opened_at=START + story.after)
        await store.add(case)
        tickets = dict[int, Ticket]()
        for which, upper in story.history.uppers.items():
            key = story.party(which)
            above = tickets[upper] if upper else None
            link = links[story.party(upper), key] if upper else None
            serial = number * 100 + which
            tickets[which] = Ticket(
                bot=BOT,
                case_id=case.id,
                party_id=parties[key].id,
                upper_id=above.id if above else None,
                link_id=link.id if link else None,
                serial=serial,
                number=f"{parties[key].code}-{serial}",
                state=story.history.states[which],
                since=story.of(which)[-1][0],
                taken=True,
                stars=story.stars[which % 3],
                late_since=NOW if story.late[which % 3] else None,
                promised=(link or parties[key]).resolve_within is not None,
            )
            await store.add(tickets[which])
        before = dict[int, State]()
        for at, which, state in story.history.log:
            again = before.get(which) is State.CLOSED
            what = Move.REOPEN if again else MOVES.get(state, Move.RECALL)
            event = Event(
                bot=BOT,
                case_id=case.id,
                ticket_id=tickets[which].id,
                what=what if which in before else "offer",
                before=before.get(which),
                after=state,
                at=at + story.after,
            )
            await store.add(event)
            before[which] = state


def judged(folder: Path, settled: Path, told: list[Story]) -> None:
    """Write stories down, and compare all reports with the slow look."""
    path = folder / "world.db"
    shutil.copy(settled, path)

    async def judge() -> None:
        database = Database(f"sqlite+aiosqlite:///{path}", clock=lambda: NOW)
        try:
            async with database.transaction(BOT) as store:
                await write(store, told)
            async with database.transaction(BOT) as store:
                for case_id in await store.stale_cases(len(told)):
                    case = await store.case(case_id)
                    await store.keeps_tallies(case, tallies(case, await store.events(case)))
            async with database.look(BOT) as store:
                await compare(store, told)
        finally:
            await database.close()

    asyncio.run(judge())


async def compare(store: Store, told: list[Story]) -> None:
    """Compare the reports of all parties, and of all links from both ends."""
    found, clients = facts(told)
    begin = PERIOD.moments("UTC")[0]
    met = {each.party for each in found.values()}
    for party in [each for each in await store.parties() if each.key in met]:
        report = await reports.report(store, party, PERIOD)
        own = [each for each in found.values() if each.party == party.key]
        assert report.now == slow_totals(own, begin), party.key
        assert report.before == slow_totals(own, begin - DAYS), party.key
        assert told_times(report) == slow_times(party, found, clients, begin), party.key
        rows = await reports.tickets(store, report)
        counted = [each for each in rows if each.party == party.name]
        assert (
            len(
                [
                    e
                    for e in counted
                    if e.tally.closed_at and begin <= e.tally.closed_at < begin + DAYS
                ]
            )
            == report.now.closed
        )
    for link in await store.links():
        over = [e for e in found.values() if (e.upper, e.party) == (link.upper.key, link.lower.key)]
        if over:
            await both_ends(store, link, slow_totals(over, begin))


async def both_ends(store: Store, link: Link, expected: Totals) -> None:
    """See that both ends of a link read the same, in reports and on scorecards."""
    above, below = [
        await reports.report(store, party, PERIOD, link) for party in (link.upper, link.lower)
    ]
    assert above.now == below.now == expected
    assert [(e.name, e.now) for e in above.levels] == [(e.name, e.now) for e in below.levels]
    if expected.opened:
        cards = await scorecards.scorecards(store, link.upper, PERIOD)
        own = await scorecards.own_cards(store, link.lower, PERIOD)
        (one,), (other,) = (
            [each for each in several if each.link and each.link.id == link.id]
            for several in (cards, own)
        )
        assert (one.totals, one.trend) == (other.totals, other.trend)
        assert one.totals == expected


def slow_times(
    party: Party, found: dict[tuple[int, int], Fact], clients: dict[int, Times], begin: datetime
) -> dict[tuple[Whose, int], Times]:
    """Return what a party may know of whose time it was, in cases that were closed."""
    done = {
        key: each
        for key, each in found.items()
        if each.case_closed and begin <= each.case_closed < begin + DAYS
    }
    own = {key for key, each in done.items() if each.party == party.key}
    uppers = {done[key].upper_ticket for key in own} - {None}
    levels: dict[tuple[Whose, int], list[Times]] = {
        (Whose.CLIENT, 0): [clients[case] for case, _ in own if done[case, 1].party == party.key],
        (Whose.UPPER, 0): [done[key].held for key in uppers if key],
        (Whose.OWN, 0): [done[key].held for key in own],
        (Whose.LOWER, 0): [each.held for each in done.values() if each.upper == party.key],
    }
    for each in done.values():
        if each.first == party.key and each.level > 2:
            levels.setdefault((Whose.FURTHER, each.level), []).append(each.held)
    summed = {key: together(times) for key, times in levels.items()}
    return {key: times for key, times in summed.items() if times}


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 10**9))
def test_reports_say_what_the_log_says_and_both_ends_of_a_link_read_the_same(
    tmp_path: Path, settled: Path, seed: int
) -> None:
    luck = Random(seed)

    judged(tmp_path, settled, [story(luck) for _ in range(30)])


@given(histories(branching=True))
def test_the_times_of_all_levels_are_the_life_of_every_branch(history: History) -> None:
    done = History(history.uppers, history.states, history.log, history.log[-1][0])
    lives = sum((time * len(stood.leaves) for stood, time in moments(done)), timedelta())

    held = charged(history)

    assert sum((sum(each.values(), timedelta()) for each in held.values()), timedelta()) == lives
    assert history.states[1] in OPEN or held.keys() <= {CLIENT, *history.uppers}
