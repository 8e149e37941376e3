"""A sample is what the product would have written: by its rules, and in its own figures."""

from __future__ import annotations

import asyncio
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import ceil
from pathlib import Path

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import selectinload

from bench import sample
from relay import deadlines, findable, money, status
from relay.holding import holders
from relay.language import speak
from relay.making import OFFER
from relay.money import Money
from relay.moves import RULES, Move, State
from relay.ratings import RATE
from relay.stems import terms
from relay.store import Database, Store
from relay.tables import (
    Base,
    Bill,
    Case,
    Charge,
    Copy,
    Event,
    Message,
    Party,
    Sort,
    Tally,
    Ticket,
)
from relay.tallies import tallies

NOW = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
TICKETS = 400
NOTHING = Decimal()
ALL = 1_000  #: messages of a case, and more


@pytest.fixture(scope="module")
def filled(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of an SQLite file with a sample in it."""
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    shutil.copy(migrated, path)
    url = f"sqlite+aiosqlite:///{path}"
    asyncio.run(sample.fill(make_url(url), TICKETS, 7, NOW))
    return url


@pytest.fixture
async def session(filled: str) -> AsyncIterator[AsyncSession]:
    """Return a session in which the whole sample can be read."""
    engine = create_async_engine(filled)
    async with AsyncSession(engine) as opened:
        yield opened
    await engine.dispose()


async def whole(session: AsyncSession) -> list[Case]:
    """Return all cases with their tickets."""
    links = selectinload(Case.tickets)
    found = await session.scalars(
        select(Case)
        .order_by(Case.id)
        .options(links.selectinload(Ticket.party), links.selectinload(Ticket.link))
        .options(links.selectinload(Ticket.upper).selectinload(Ticket.party))
    )
    return [*found]


async def history(session: AsyncSession) -> dict[int, list[Event]]:
    """Return all that was done, by its case."""
    found = defaultdict[int, list[Event]](list)
    for event in await session.scalars(select(Event).order_by(Event.id)):
        found[event.case_id].append(event)
    return found


async def test_every_move_is_one_that_the_rules_allow(session: AsyncSession) -> None:
    cases, log = await whole(session), await history(session)
    stands = dict[int, State]()

    for case in cases:
        moments = [each.at for each in log[case.id]]
        assert moments == sorted(moments)
        assert case.opened_at == moments[0]
        assert moments[-1] < NOW
        for event in log[case.id]:
            before = stands.get(event.ticket_id, State.OFFERED)
            assert event.before is before
            if event.what == OFFER:
                assert event.ticket_id not in stands
            elif event.what == RATE:
                assert before is event.after is State.CLOSED
            else:
                rule = RULES[Move(event.what)]
                assert before in rule.before
                assert event.after is rule.after
            stands[event.ticket_id] = event.after
    assert stands == {each.id: each.state for case in cases for each in case.tickets}
    ended = {State.CLOSED, State.DECLINED, State.EXPIRED, State.RECALLED, State.CANCELLED}
    assert {*stands.values()} >= ended | {State.OFFERED, State.WORKING, State.RESOLVED}


async def test_nothing_is_done_below_what_is_over(session: AsyncSession) -> None:
    for case in await whole(session):
        branches = holders((each.id, each.upper_id, each.state) for each in case.tickets)
        ends = [end for _, end in branches]
        assert len(ends) == len({*ends})
        assert bool(ends) is any(each.open for each in case.tickets) is case.tickets[0].open
        assert all(each.upper is None or each.upper.open for each in case.tickets if each.open)
        assert max(len(each.path) for each in case.tickets) <= 5


async def test_the_figures_are_those_of_the_product(session: AsyncSession) -> None:
    log = await history(session)
    columns = [each.key for each in inspect(Tally).columns]
    kept = await session.scalars(select(Tally).order_by(Tally.ticket_id))

    wanted = [row for case in await whole(session) for row in tallies(case, log[case.id])]

    found = [{name: getattr(each, name) for name in columns} for each in kept]
    assert found == sorted(wanted, key=lambda row: row["ticket_id"])
    assert {each["level"] for each in found} == {1, 2, 3, 4, 5}
    assert any(each["late"] for each in found)
    assert any(each["reopened"] for each in found)


async def test_deadlines_are_those_of_the_product(session: AsyncSession) -> None:
    cases, log = await whole(session), await history(session)
    for case in cases:
        for ticket in case.tickets:
            events = [each for each in log[case.id] if each.ticket_id == ticket.id]
            begun = Ticket(party=ticket.party, link=ticket.link, upper=ticket.upper)
            begun.state, begun.used = State.OFFERED, timedelta()
            for event in events:
                if begun.state is not event.after or event.what == OFFER:
                    deadlines.leave(begun, event.at)
                    begun.state, begun.since = event.after, event.at
                    if event.what in {Move.TAKE, Move.REOPEN}:
                        deadlines.begin(begun, event.at)
                    deadlines.wind(begun)
            assert abs(ticket.used - begun.used) < timedelta(seconds=1)  # it keeps whole ones
            for name in ("late_since", "promised_at", "due_at"):
                assert getattr(ticket, name) == getattr(begun, name)
            assert ticket.alert_at == (deadlines.next_step(begun, NOW) if ticket.open else None)
            assert ticket.rework == sum(each.what in {Move.RETURN, Move.REOPEN} for each in events)
            if ticket.state in {State.OFFERED, State.RESOLVED} and ticket.due_at and ticket.upper:
                assert ticket.due_at > NOW  # else the clock would have acted


async def test_numbers_are_given_once_and_none_is_left_out(session: AsyncSession) -> None:
    for party in await session.scalars(select(Party)):
        query = select(Ticket).where(Ticket.party_id == party.id).order_by(Ticket.id)
        mine = [*await session.scalars(query)]
        assert [each.serial for each in mine] == [*range(1, party.last_serial + 1)]
        assert all(each.number == f"{party.code}-{each.serial}" for each in mine)


async def test_only_who_is_in_a_case_has_a_copy_of_what_is_said(session: AsyncSession) -> None:
    homes = {
        case.id: {str(each.party.place) for each in case.tickets} for case in await whole(session)
    }
    found = await session.execute(
        select(Copy, Message).join(Message, Message.id == Copy.message_id)
    )
    origins = defaultdict[int, int](int)
    for copy, message in found:
        assert copy.place in homes[message.case_id or 0] or not copy.place.startswith("-")
        origins[message.id] += copy.origin
    assert {*origins.values()} == {1}
    assert all(await session.scalars(select(~Case.stale)))


async def test_what_closed_work_costs_follows_the_tariff_and_the_log(
    session: AsyncSession,
) -> None:
    bills = {each.ticket_id: each for each in await session.scalars(select(Bill))}
    kept = {each.ticket_id: each for each in await session.scalars(select(Tally))}
    lines = defaultdict[int, dict[Sort, Charge]](dict)
    for line in await session.scalars(select(Charge)):
        assert line.sort not in lines[line.ticket_id]
        lines[line.ticket_id][line.sort] = line
    linked = [
        (each, each.link)
        for case in await whole(session)
        for each in case.tickets
        if each.link and each.link.tariff
    ]

    assert {*bills} == {*lines} == {each.id for each, _ in linked if kept[each.id].resolved_at}
    for ticket, link in linked:
        if bill := bills.get(ticket.id):
            tally, found = kept[ticket.id], lines[ticket.id]
            assert bill.link_id == link.id
            assert (Sort.PENALTY in found) == bool(ticket.late_since)
            assert found[Sort.CALLOUT].quantity == 1
            for what, agreed in link.tariff.items():
                line = found[Sort(what)]
                assert money.price(agreed) == Money(line.price or NOTHING, line.currency or "")
            if ticket.state is State.CLOSED:
                worked = (tally.working + tally.rework) / timedelta(minutes=15)
                assert found[Sort.HOUR].quantity * 4 == ceil(worked)
                assert (bill.closed_at, bill.disputed) == (ticket.since, False)
            elif ticket.open:
                assert bill.disputed == (bill.closed_at is not None) == ticket.reopened
            else:
                assert (bill.closed_at, bill.disputed) == (None, False)


async def test_tickets_are_found_by_what_the_product_would_keep(filled: str) -> None:
    database = Database(filled, clock=lambda: NOW)
    async with database.rehearsal(sample.BOT) as store:
        cases = {
            each.case for party in await store.parties() for each in await all_of(store, party)
        }
        before = [await words_of(store, each) for each in cases]
        for each in cases:
            await findable.keep(store, each, ALL)
        after = [await words_of(store, each) for each in cases]
    await database.close()

    assert sum(map(len, before)) > TICKETS * 0.9
    assert before == after


async def all_of(store: Store, party: Party) -> list[Ticket]:
    """Return all tickets of a party."""
    numbers = range(1, party.last_serial + 1)
    found = [await store.ticket_of(party, str(each)) for each in numbers]
    return [each for each in found if each]


async def words_of(store: Store, case: Case) -> dict[int, tuple[object, ...]]:
    """Return what tickets of a case are found by, and what of it was read last."""
    return {
        key: (findable.words_of(each.words), each.upto, each.copies, each.versions)
        for key, each in (await store.findables(case)).items()
    }


async def test_people_can_look_at_it(filled: str) -> None:
    database, _ = Database(filled, clock=lambda: NOW), speak("ru")
    async with database.look(sample.BOT) as store:
        for party in await store.parties():
            assert await status.of_party(store, party, 0, _)
            for each in (await store.open_tickets(party))[:3]:
                ticket = await store.ticket_of(party, each.number)
                assert ticket is not None
                assert each.number in (await status.of_ticket(store, ticket, _)).text.plain
    await database.close()


async def test_it_is_the_same_in_postgresql(migrated_postgres: str, filled: str) -> None:
    await sample.fill(make_url(migrated_postgres), TICKETS, 7, NOW)

    for table in (Tally, Ticket, Copy, Message, Bill, Charge):
        assert await rows(migrated_postgres, table) == await rows(filled, table)
    assert await searched(migrated_postgres) == await searched(filled)
    database = Database(migrated_postgres, clock=lambda: NOW)
    async with database.transaction(sample.BOT) as store:
        await store.person("1", "Newcomer", None)  # ids go on after those of the sample
    await database.close()


async def searched(url: str) -> dict[tuple[str, str], list[int]]:
    """Return what some parties find by a frequent word, two words, a number, and by nothing."""
    database, found = Database(url, clock=lambda: NOW), {}
    async with database.look(sample.BOT) as store:
        for party in await store.parties():
            for asked in ("холодильник", "machine", "urgent fridge", "КХ-5 печь", "17", "nowhere"):
                ids = await store.find(party, terms(asked), TICKETS)
                found[party.key, asked] = [*ids]
    await database.close()
    assert found["polar", "холодильник"]
    assert found["polar", "17"]
    assert not found["polar", "nowhere"]
    return found


async def rows(url: str, table: type[Base]) -> list[tuple[object, ...]]:
    """Return all that stands in a table."""
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        keys = [*table.__table__.primary_key]
        found = await connection.execute(select(table.__table__).order_by(*keys))
    await engine.dispose()
    return [tuple(each) for each in found]


async def test_what_is_there_already_is_left_alone(filled: str) -> None:
    with pytest.raises(sample.NotFresh, match="does not exist yet"):
        await sample.fill(make_url(filled), 10, 1, NOW)
