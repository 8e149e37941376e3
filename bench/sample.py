"""``python -m bench.sample``: fill a fresh database with two years of believable cases.

Companies that hand work on to each other, up to five levels deep; every ticket has gone through
its states as the rules have it, and most have ended. It is the same sample for the same seed and
the same moment, and the product's own code says what each case comes to.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from time import perf_counter
from typing import Any, Final, cast

from sqlalchemy.engine import URL, make_url

from bench import bulk, town
from bench.lives import Case, Deed, Lives, Share, Side, sides
from bot import schema
from bot.clock import system
from bot.settings import read_url
from relay import chain, charges, costs, setup
from relay.card import SUBJECT, sees
from relay.costs import Cost, Costs
from relay.deadlines import next_step, wind
from relay.equipment import sought
from relay.money import cents
from relay.moves import OPEN, Move, State
from relay.reading import CLIENT, Position, Shown, Towards, Valves, reach, shown, ways
from relay.registers import Row as Machine
from relay.stems import stems
from relay.store import Database, Store, kept
from relay.tables import (
    Base,
    Bill,
    Charge,
    Client,
    Copy,
    Doing,
    Equipment,
    Event,
    Findable,
    Kind,
    Message,
    Person,
    Progress,
    Purpose,
    Sees,
    Sort,
    Tally,
    Ticket,
)
from relay.tables import Case as CaseRow
from relay.tables import Delivery as DeliveryRow
from relay.tallies import tallies
from relay.text import Text, shortened

BOT: Final = 42  #: its id
SPAN: Final = timedelta(days=730)  #: how long ago the first case was
RECENT: Final = timedelta(days=14)  #: of what was said later, the deliveries are there
LAST: Final = timedelta(hours=3)  #: what has begun later is still open
AGE: Final = timedelta(days=4)  #: about how old an open case is
STILL_OPEN: Final = 2000  #: tickets, but never more than a fifth of all
A_CASE: Final = 2.84  #: tickets of one, about
A_LIVE_CASE: Final = 2.5  #: open tickets of one, about
OF_CLIENT: Final = 8  #: cases, about
OF_MACHINE: Final = 10  #: cases, about
BATCH: Final = 2000  #: cases that are written together

Rows = Iterator[tuple[type[Base], bulk.Row]]


@dataclass
class Sample:
    """What is known while a sample is made."""

    dice: Random
    now: datetime
    sides: dict[int, Side]
    clients: dict[int, list[Any]] = field(default_factory=dict)  #: by the ids of their parties
    machines: dict[int, list[Any]] = field(default_factory=dict)
    known: dict[str, set[str]] = field(default_factory=dict)  #: stems of words
    ids: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def stems(self, texts: Iterable[str]) -> set[str]:
        """Return all that texts are found by; words come again and again."""
        found = set[str]()
        for each in texts:
            for word in each.split():
                if word not in self.known:
                    self.known[word] = stems([word])
                found |= self.known[word]
        return found

    def next(self, what: str) -> int:
        """Return the next id of a kind."""
        self.ids[what] += 1
        return self.ids[what]


# What is written of a case, in this order: each is called when all before have their ids.


def tickets(case: Case, sample: Sample) -> Rows:
    """Write the case and its tickets, with the deadlines that run."""
    case.id = sample.next("case")
    yield (
        CaseRow,
        {
            "id": case.id,
            "bot": BOT,
            "client_id": case.client.id,
            "subject": case.subject,
            "opened_at": case.opened_at,
            "region": case.region,
            "kind": case.kind,
            "equipment_id": case.equipment_id,
            "address": case.address,
            "phone": case.phone,
            "stale": False,
        },
    )
    for share in case.tickets:
        share.side.serial += 1
        share.id, share.serial = sample.next("ticket"), share.side.serial
        share.number = f"{share.party.code}-{share.serial}"
        if share.open:
            ticket = cast(Ticket, share)
            wind(ticket)
            ticket.alert_at = next_step(ticket, sample.now)
        yield (
            Ticket,
            {
                "id": share.id,
                "bot": BOT,
                "case_id": case.id,
                "party_id": share.party_id,
                "upper_id": share.upper_id,
                "link_id": share.link_id,
                "serial": share.serial,
                "number": share.number,
                "state": share.state,
                "since": share.since,
                "taken": share.taken,
                "rework": share.rework,
                "stars": share.stars,
                "stars_why": share.stars_why,
                "reopened": share.reopened,
                "promised_at": share.promised_at,
                "promised": share.promised,
                "used": share.used,
                "late_since": share.late_since,
                "due_at": share.due_at,
                "alert_at": share.alert_at,
            },
        )


def messages(case: Case, sample: Sample) -> Rows:
    """Write what was said, with a copy for everybody who may read it."""
    first = case.tickets[0]
    request = Deed(case.opened_at, None, "", None, None, case.client_person, Purpose.REQUEST)
    request.words = case.asked
    yield from said(request, case, sample, "down")
    origin = copy(request, case, CLIENT)
    copies = {origin["place"]: origin | {"origin": True, "shown": Shown.PERSON}}
    for share in case.tickets:
        made = copy(request, case, position(share)) | {"on_card": True}
        copies.setdefault(made["place"], made)
    yield from copied(request, case, copies)
    stands = dict[Share, State]()
    for deed in case.log:
        if deed.share and deed.after:
            stands[deed.share] = deed.after
        if deed.purpose:
            towards, readers = heard(deed, case, stands)
            yield from said(deed, case, sample, towards)
            author = copy(deed, case, position(deed.author or first))
            own = {"place": place(deed, case), "origin": True, "shown": Shown.PERSON}
            copies = {own["place"]: author | own | {"sees": Sees.FULL}}
            for reader in sorted(readers):
                made = copy(deed, case, reader)
                copies.setdefault(made["place"], made)
            yield from copied(deed, case, copies)
            if case.opened_at > sample.now - RECENT or first.open:
                yield from deliveries(deed, [*copies.values()])


def copied(deed: Deed, case: Case, copies: dict[str, bulk.Row]) -> Rows:
    """Write who has a message, and note what each company has in its chat."""
    for place, each in copies.items():
        if place != case.client.place:
            case.read.setdefault(place, []).append(deed)
        yield Copy, each


def said(deed: Deed, case: Case, sample: Sample, towards: str | None) -> Rows:
    """Write a message."""
    deed.message_id = sample.next("message")
    explains = deed.share is not None
    yield (
        Message,
        {
            "id": deed.message_id,
            "bot": BOT,
            "case_id": case.id,
            "ticket_id": deed.author.id if deed.author else None,
            "about_id": deed.share.id if deed.share else None,
            "move": deed.what if explains else None,
            "person_id": deed.person,
            "place": place(deed, case),
            "purpose": deed.purpose,
            "towards": towards,
            "reply_to_id": None,
            "content": {"text": deed.words},
            "version": 1,
            "said_at": deed.at,
            "receipt": "delivered",
        },
    )


def heard(deed: Deed, case: Case, stands: dict[Share, State]) -> tuple[str | None, set[Position]]:
    """Return where words go, and who reads them: those of a move, the other end alone."""
    author = position(deed.author) if deed.author else CLIENT
    if deed.purpose is Purpose.NOTE:
        return None, set()
    if deed.share is None:
        towards = Towards.UP if deed.author else Towards.DOWN
        valves = {
            position(each): Valves(each.link.up, each.link.down, each.link.share_replies)
            if each.link
            else Valves()
            for each in case.tickets
            if stands.get(each) in OPEN
        }
        valves.setdefault(author, Valves())
        for length in range(1, len(author)):
            valves.setdefault(author[:length], Valves())
        reached, _ = reach(author, ways(author, towards, valves, case.tickets[0].party.to_client))
        return towards, reached
    below = position(deed.share)
    if author == below:
        return Towards.UP, {author[:-1]}
    return str(below[-1]), {below}


def position(share: Share) -> Position:
    """Return where the company of a ticket stands in its case."""
    return tuple(each.id for each in share.path)


def place(deed: Deed, case: Case) -> str:
    """Return where something was said."""
    found: str = deed.author.party.place if deed.author else case.client.place
    return found


def copy(deed: Deed, case: Case, reader: Position) -> bulk.Row:
    """Return a message as one reader has it, as ``relay.writing`` has it."""
    author = position(deed.author) if deed.author else CLIENT
    ticket = next((each for each in case.tickets if reader and each.id == reader[-1]), None)
    lower = max(author, reader, key=len)
    linked = next((each.link for each in case.tickets if lower and each.id == lower[-1]), None)
    allowed = sees(cast(Ticket, ticket)) if ticket else Sees.FULL
    return {
        "message_id": deed.message_id,
        "place": ticket.party.place if ticket else case.client.place,
        "bot": BOT,
        "ticket_id": (ticket or case.tickets[0]).id,
        "shown": shown(
            author,
            reader,
            names=bool(linked and linked.names),
            client=allowed is not Sees.HIDDEN,
        ),
        "origin": False,
        "sees": allowed,
        "waits": False,
        "on_card": False,
        "past": False,
        "version": 1,
        "merged_with_id": None,
    }


def deliveries(deed: Deed, copies: Sequence[bulk.Row]) -> Rows:
    """Write how something that was said came to those who read it."""
    for each in copies:
        if not each["origin"]:
            yield (
                DeliveryRow,
                {
                    "bot": BOT,
                    "cause": f"said:{each['message_id']}:{each['place']}",
                    "lane": each["place"],
                    "place": each["place"],
                    "kind": Kind.MESSAGE,
                    "doing": Doing.COPY,
                    "ticket_id": each["ticket_id"],
                    "message_id": each["message_id"],
                    "payload": {},
                    "state": Progress.SENT,
                    "queued_at": deed.at,
                    "due_at": deed.at,
                    "tries": 0,
                    "repeat": False,
                },
            )


def events(case: Case, sample: Sample) -> Rows:
    """Write what was done."""
    for deed in case.log:
        if deed.what:
            deed.id = sample.next("event")
            yield (
                Event,
                {
                    "id": deed.id,
                    "bot": BOT,
                    "case_id": case.id,
                    "ticket_id": deed.ticket_id,
                    "what": deed.what,
                    "before": deed.before,
                    "after": deed.after,
                    "party_id": deed.by.party.id if deed.by else None,
                    "person_id": deed.person,
                    "message_id": deed.message_id,
                    "at": deed.at,
                },
            )


def figures(case: Case, sample: Sample) -> Rows:
    """Write what the log comes to, in the words of the product's own code."""
    made: Any = tallies(cast(Any, case), cast(Any, [each for each in case.log if each.what]))
    yield from ((Tally, each) for each in made)


def words(case: Case, sample: Sample) -> Rows:
    """Write what each ticket is found by; in a sample nobody says who they are."""
    numbers = [each.number for each in case.tickets]
    for share in case.tickets:
        heard = case.read.get(share.party.place, [])
        told = [case.asked, case.kind or "", *numbers, *(each.words for each in heard)]
        told += known(case, sees(cast(Ticket, share)))
        found = kept(cast(Ticket, share), sample.stems(told))
        yield (
            Findable,
            {
                "ticket_id": share.id,
                "bot": BOT,
                "words": " ".join(sorted(found)),
                "upto": max((each.message_id or 0 for each in heard), default=0),
                "copies": len(heard),
                "versions": len(heard),
                "digest": "",
            },
        )


def known(case: Case, allowed: Sees) -> Iterator[str]:
    """Yield what somebody may know of who the client is, where, and of what machine."""
    client, machine = case.client, case.equipment
    if machine:
        yield from (machine[each] for each in ("name", "code", "model", "serial"))
    if allowed is not Sees.HIDDEN:
        yield client.name
    if allowed is Sees.FULL:
        yield from (client.username or "", case.address or "")
        yield from (case.phone or "", (case.phone or "").replace(" ", ""))
        if machine:
            yield from (machine["site"], machine["client"])


def bills(case: Case, sample: Sample) -> Rows:
    """Write what work cost that was resolved over a link with a tariff."""
    log: Any = [each for each in case.log if each.what]
    for share in case.tickets:
        done = next((e for e in log[::-1] if e.share is share and e.what == Move.RESOLVE), None)
        if share.link is None or not share.link.tariff or done is None:
            continue
        lines = [*charges.tariffed(cast(Ticket, share), share.link)]
        if share.late_since and share.link.penalty:
            lines.append((Sort.PENALTY, Sort.PENALTY.value, share.link.penalty))
        found = list[Cost]()
        for sort, what, agreed in lines:
            price, currency, told = costs.priced(agreed)
            hours = costs.hours(cast(Any, case), log, share.id, done.at)
            much = hours if sort is Sort.HOUR else charges.ONCE
            line: dict[str, Any] = {
                "sort": sort,
                "what": what,
                "quantity": cents(much),
                "price": price,
            }
            line |= {"currency": currency, "agreed": told, "at": done.at}
            found.append(Cost(**line, party_id=None, person=None))
            yield Charge, line | {"id": sample.next("charge"), "bot": BOT, "ticket_id": share.id}
        closed, disputed = frozen(share, log)
        bill: dict[str, Any] = {"ticket_id": share.id, "bot": BOT, "link_id": share.link_id}
        bill |= {"closed_at": closed, "disputed": disputed}
        yield Bill, bill | charges.sums(Costs(tuple(found)))


def frozen(share: Share, log: Iterable[Deed]) -> tuple[datetime | None, bool]:
    """Return when a bill was closed last, and whether it is in dispute: see ``charges.follow``."""
    closed, disputed = None, False
    for deed in log:
        if deed.share is share and deed.before is not deed.after:
            if deed.after is State.CLOSED:
                closed, disputed = deed.at, False
            elif deed.after is State.RETURNED:
                disputed = closed is not None
            elif deed.after not in OPEN:
                closed, disputed = None, False
    return closed, disputed


#: All that is written of a case. What else the product keeps of one is added here.
WRITERS: Final[Sequence[Callable[[Case, Sample], Rows]]] = (
    *(tickets, messages, events, figures),
    *(words, bills),
)


def main() -> None:
    """Do what the command line says."""
    given = parser().parse_args()
    url = make_url(read_url(given.database))
    try:
        asyncio.run(fill(url, given.tickets, given.seed, given.now or system()))
    except NotFresh as error:
        sys.exit(f"sample: {error}")


def parser() -> argparse.ArgumentParser:
    """Return what can be chosen."""
    made = argparse.ArgumentParser(prog="python -m bench.sample", description=__doc__)
    made.add_argument("--tickets", type=int, default=10_000, help="about so many (10,000)")
    made.add_argument("--seed", type=int, default=1, help="of all dice (1)")
    made.add_argument(
        "--now", type=datetime.fromisoformat, help="until when: 2026-11-26T12:00+00:00 (now)"
    )
    made.add_argument(
        "--database",
        default=os.environ.get("DATABASE_URL", "sqlite:///sample.db"),
        help="a new one (DATABASE_URL, or sqlite:///sample.db)",
    )
    return made


class NotFresh(Exception):
    """There is something in the database already."""


async def fill(url: URL, wanted: int, seed: int, now: datetime) -> None:
    """Fill a fresh database with about so many tickets.

    Raises:
        NotFresh: somebody may need what is there.
    """
    address = url.render_as_string(hide_password=False)
    await asyncio.to_thread(schema.migrate, address)
    database = Database(address, clock=lambda: now)
    try:
        async with database.transaction(BOT) as store:
            if await store.parties():
                raise NotFresh(
                    "The database has companies in it. Name one that does not exist yet, "
                    "such as DATABASE_URL=sqlite:///another.db."
                )
            sample = Sample(Random(seed), now, await people(store, now))
    finally:
        await database.close()
    async with bulk.opened(url) as rows:
        await write(rows, sample, wanted)


async def people(store: Store, now: datetime) -> dict[int, Side]:
    """Set up the chain, with the people who work in it."""
    await setup.apply(store, chain.parse(town.chain()))
    parties = await store.parties()
    dice, staff = Random(0), dict[int, list[int]]()
    for number, (key, *_) in enumerate(town.PARTIES):
        party = next(each for each in parties if each.key == key)
        staff[party.id] = []
        for each in range(town.STAFF):
            address = str(town.staff(number, each))
            person = await store.person(address, town.called(dice, party.language), None)
            await store.joins(party, person)
            staff[party.id].append(person.id)
    return sides(parties, await store.links(), staff, now - SPAN, now)


async def write(rows: bulk.Bulk, sample: Sample, wanted: int) -> None:
    """Write clients, their equipment, and then case by case, the oldest first."""
    still_open = min(STILL_OPEN, wanted // 5)
    cases, live = round(wanted / A_CASE), round(still_open / A_LIVE_CASE)
    await registers(rows, sample, cases)
    lives = Lives(sample.dice, BOT, sample.sides, sample.now)
    firsts = [each for each in sample.sides.values() if each.party.clients]
    shares = [*accumulate(town.SHARES[each.party.key] for each in firsts)]
    gc.freeze()
    gc.set_threshold(200_000)  # cases are many small things that hang together
    began, written = perf_counter(), dict[type[Base], list[bulk.Row]]()
    for number, (at, over) in enumerate(moments(sample, cases, live), 1):
        (side,) = sample.dice.choices(firsts, cum_weights=shares)
        case = asks(sample, side, at)
        (lives.ended if over else lives.under_way)(case, side)
        for writer in WRITERS:
            for table, row in writer(case, sample):
                written.setdefault(table, []).append(row)
        if number % BATCH == 0 or number == cases:
            for table, made in written.items():
                await rows.write(table, made)
                made.clear()
            progress(sample.ids["ticket"], number / cases, perf_counter() - began)
    await rows.finish({each.party.id: each.serial for each in sample.sides.values()})
    print(f"\n{cases:,} cases; the indexes are being made.", file=sys.stderr)


def moments(sample: Sample, cases: int, live: int) -> list[tuple[datetime, bool]]:
    """Return when each case begins, and whether it is over by now, in order."""
    dice, now = sample.dice, sample.now
    begin = now - SPAN
    found = list[tuple[datetime, bool]]()
    while len(found) < cases - live:
        at = begin + (now - LAST - begin) * dice.random()
        quiet = at.weekday() > 4 or not 4 <= at.hour < 18
        if not quiet or dice.random() < 0.15:
            found.append((at, True))
    found += [(now - AGE * min(dice.expovariate(1), 8) - LAST / 60, False) for _ in range(live)]
    return sorted(found)


async def registers(rows: bulk.Bulk, sample: Sample, cases: int) -> None:
    """Write the clients of every company that has some, and what it looks after."""
    dice = sample.dice
    person = max(max(each.staff) for each in sample.sides.values())
    address = town.FIRST_PERSON + len(town.PARTIES) * town.STAFF
    persons, clients, machines = list[bulk.Row](), list[bulk.Row](), list[bulk.Row]()
    for side in sample.sides.values():
        party = side.party
        if not party.clients:
            continue
        share = town.SHARES[party.key] / 100
        mine = []
        for _ in range(max(3, round(cases * share / OF_CLIENT))):
            person, address = person + 1, address + 1
            name = town.called(dice, party.language)
            who = {
                "bot": BOT,
                "name": name,
                "username": f"u{address}" if dice.random() < 0.6 else None,
            }
            persons.append({"id": person, "address": str(address)} | who)
            chat = {"place": str(address), "language": party.language, "party_id": party.id}
            clients.append({"id": len(clients) + 1} | who | chat)
            mine.append(clients[-1] | {"person": person})
        sample.clients[party.id] = mine
        own = sample.machines[party.id] = []
        for number in range(max(3, round(cases * share / OF_MACHINE))):
            machine = Machine(
                code=f"{number // 100 + 10}-{number % 100:02}",
                name=dice.choice(town.MACHINES[party.language]),
                model=dice.choice(town.MODELS),
                serial=f"SN{dice.randrange(10**8):08}",
                site=town.site(dice, party.language),
                region=dice.choice(town.REGIONS),
                client=dice.choice(mine)["name"],
            )
            known = {"id": len(machines) + 1, "bot": BOT, "party_id": party.id}
            tag = f"{len(machines):06}{dice.getrandbits(32):08x}"
            machines.append(known | vars(machine) | {"tag": tag, "sought": sought(machine)})
            own.append(machines[-1])
    await rows.write(Person, persons)
    await rows.write(Client, clients)
    await rows.write(Equipment, machines)


@dataclass(frozen=True)
class Asking:
    """A client, as far as a case needs them."""

    id: int
    place: str
    name: str
    username: str | None
    language: str


def asks(sample: Sample, side: Side, at: datetime) -> Case:
    """Let a client ask a company for help."""
    dice, party = sample.dice, side.party
    row = dice.choice(sample.clients[party.id])
    client = Asking(row["id"], row["place"], row["name"], row["username"], row["language"])
    machine = dice.choice(sample.machines[party.id]) if dice.random() < 0.6 else None
    what = machine["name"] if machine else dice.choice(town.MACHINES[party.language])
    where = machine["site"] if machine else town.site(dice, party.language)
    words = town.request(dice, party.language, what, where)
    case = Case(
        bot=BOT,
        client=client,
        client_person=row["person"],
        equipment_id=machine["id"] if machine else None,
        kind=dice.choice(town.KINDS),
        region=machine["region"] if machine else None,
        asked=words,
        subject=shortened(Text(words).plain, SUBJECT),
        opened_at=at,
    )
    case.equipment = machine
    if dice.random() < 0.3:
        case.address, case.phone = where, f"+7 9{dice.randrange(10**9):09}"
    return case


def progress(tickets: int, share: float, seconds: float) -> None:
    """Tell how far it is."""
    left = timedelta(seconds=round(seconds / share - seconds))
    told = f"\r{tickets:>9,} tickets, {share:4.0%}, {left} to go"
    print(told, end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
