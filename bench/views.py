"""How long people wait for what they look at: beside ten thousand tickets, and a million.

``python -m bench.views sqlite:///sample.db`` asks the same of a sample that is there already.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
from argparse import Namespace
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any, Final

from sqlalchemy.engine import make_url

from bench import sample
from bench.contestants import Stub
from bot.cli import rarely
from bot.clock import system
from bot.dashboard import case, now, partners, settlement, spent
from bot.dashboard.doors import Visitor
from bot.dashboard.pages import Asked, Page
from bot.settings import read_url
from relay import (
    contributions,
    finding,
    lists,
    reports,
    scorecards,
    settling,
    status,
    telling,
    timelines,
)
from relay.language import Gettext, speak
from relay.months import Month
from relay.speaker import Speaker
from relay.store import Database, Store
from relay.tables import Party, Person, Ticket
from tests.postgres import fresh, serve

FEW: Final = 10_000  #: tickets
TIMES: Final = 30  #: that each view is asked for by each
AIM: Final = 200  #: milliseconds at p95
YEAR_AIM: Final = 5_000  #: milliseconds for a report over a year

#: Words of very many requests of a sample.
WORDS: Final = {"ru": ("холодильник", "срочно"), "en": ("machine", "urgent")}

#: Who asks: the largest of those whom clients ask, one in the middle, one far below.
ASKERS: Final = {"first": "polar", "middle": "moscow", "lower": "depot"}


@dataclass
class Asker:
    """A lead of a company, who asks about anything."""

    speaker: Speaker
    voice: Gettext
    dice: Random
    phones: Sequence[str]  #: that clients gave, each in one case or two

    @property
    def party(self) -> Party:
        """The company."""
        assert self.speaker.party is not None
        return self.speaker.party

    @property
    def number(self) -> str:
        """Any ticket of the company."""
        return str(self.dice.randint(1, self.party.last_serial))


View = Callable[[Store, Asker], Awaitable[Any]]


async def all_open(store: Store, asker: Asker) -> Any:
    """List what is open."""
    return await status.of_party(store, asker.party, 0, asker.voice)


async def last_page(store: Store, asker: Asker) -> Any:
    """Turn to the last page of what is open."""
    return await status.of_party(store, asker.party, 10**6, asker.voice)


async def one(store: Store, asker: Asker) -> Any:
    """Tell the story of one ticket, with what is to be drawn."""
    return await timelines.story(store, await any_ticket(store, asker), asker.voice)


async def any_ticket(store: Store, asker: Asker) -> Ticket:
    """Return any ticket of the company."""
    ticket = await status.of_number(store, asker.speaker, asker.number)
    assert ticket is not None
    return ticket


async def overdue(store: Store, asker: Asker) -> Any:
    """List what is overdue."""
    return await lists.overdue(store, asker.party, 0, asker.voice)


async def mine(store: Store, asker: Asker) -> Any:
    """List what the asker has taken."""
    return await lists.mine(store, asker.speaker, 0, asker.voice)


def finds(words: Callable[[Asker], str]) -> View:
    """Find tickets by words."""

    async def find(store: Store, asker: Asker) -> Any:
        return await finding.found(store, asker.party, words(asker), 0, asker.voice)

    return find


def reported(words: str) -> View:
    """Tell a report, over a link of the asker's if the words end so."""

    async def report(store: Store, asker: Asker) -> Any:
        partner = ""
        if words.endswith("link"):
            links = await store.links_ever(asker.party)
            link = asker.dice.choice(links)
            partner = (link.lower if link.upper_id == asker.party.id else link.upper).code
        period = words.removesuffix("link")
        found = await reports.asked(store, asker.speaker, f"{period} {partner}")
        return telling.report(found, asker.voice)

    return report


def ranked(words: str) -> View:
    """Tell scorecards."""

    async def partners(store: Store, asker: Asker) -> Any:
        return telling.scorecards(await scorecards.asked(store, asker.speaker, words), asker.voice)

    return partners


async def contribution(store: Store, asker: Asker) -> Any:
    """Tell the shares in one case."""
    found = await contributions.asked(store, asker.speaker, asker.number)
    return telling.contribution(found, asker.voice)


async def settled(store: Store, asker: Asker) -> Any:
    """Tell what the last month comes to with everybody."""
    return await settling.asked(store, asker.speaker, "last month", asker.voice)


async def settled_with(store: Store, asker: Asker) -> Any:
    """Tell what the last month comes to with one partner."""
    link = asker.dice.choice(await store.links_ever(asker.party))
    month = Month.at(store.now, asker.party.timezone).before
    return await settling.turned(store, asker.speaker, link.id, month.index, asker.voice)


def page(which: Page, **query: str) -> View:
    """Find what a page of the dashboard shows."""

    async def find(store: Store, asker: Asker) -> Any:
        wanted = query | ({"number": asker.number} if which is case.PAGE else {})
        visitor = Visitor("1", "", asker.voice.language, [asker.party], False, "")
        return await which.find(Asked(store, visitor, asker.party, wanted, (), asker.voice))

    return find


#: What people look at, by what it is called in the table. Further views are added here.
VIEWS: Final[Sequence[tuple[str, View]]] = (
    ("/status", all_open),
    ("/status, last page", last_page),
    ("/status N", one),
    ("/overdue", overdue),
    ("/mine", mine),
    ("/find, a frequent word", finds(lambda asker: WORDS[asker.voice.language][0])),
    ("/find, a rare word", finds(lambda asker: asker.dice.choice(asker.phones))),
    ("/find, two words", finds(lambda asker: " ".join(WORDS[asker.voice.language]))),
    ("/find, a number", finds(lambda asker: asker.number)),
    ("/find, the beginning of a word", finds(lambda asker: WORDS[asker.voice.language][0][:4])),
    ("/report week", reported("last week")),
    ("/report month", reported("last month")),
    ("/report month, over a link", reported("last month link")),
    ("/report year", reported("last year")),
    ("/partners month", ranked("last month")),
    ("/contribution N", contribution),
    ("/settlement", settled),
    ("/settlement, of one link", settled_with),
    ("page now", page(now.PAGE)),
    ("page case", page(case.PAGE)),
    ("page partners", page(partners.PAGE, when="last month")),
    ("page time", page(spent.PAGE, when="last month")),
    ("page settlement", page(settlement.PAGE)),
)

#: What may take longer: reports over a year.
LONG: Final = frozenset({"/report year"})


COLUMNS: Final = ("p50", "p95", "max", "CPU p50", "p50 few", "ratio")


@dataclass(frozen=True)
class Took:
    """How long a view took, and how much of that our process was at it."""

    seconds: float
    cpu: float


Waits = dict[tuple[str, str], list[Took]]  #: by view and asker


async def report(stub: Stub, given: Namespace) -> str:
    """Make samples in both databases, ask for every view, and tell how long it took."""
    told = []
    sizes = (FEW, given.tickets)
    words = f", {given.tickets:,} tickets beside {FEW:,}"
    kept = given.samples or stub.folder
    found = [await asked(await in_file(kept, each)) for each in sizes]
    told.append(table("SQLite", words, found))
    async with in_server(stub.folder) as make:
        found = [await asked(await make(each)) for each in sizes]
    told.append(table("PostgreSQL", words, found))
    return "\n\n".join(told)


async def in_file(folder: Path, tickets: int) -> str:
    """Return the address of a sample in SQLite, made if it is not there."""
    path = folder / f"sample-{tickets}.db"
    url = f"sqlite+aiosqlite:///{path}"
    if not path.exists():
        await sample.fill(make_url(url), tickets, 1, system())
    return url


def path_of(url: str) -> Path:
    """Return the file of a sample in SQLite."""
    return Path(make_url(url).database or "")


@asynccontextmanager
async def in_server(folder: Path) -> AsyncIterator[Callable[[int], Awaitable[str]]]:
    """Run a PostgreSQL, and return what makes a sample there."""
    stack = ExitStack()
    try:
        server = await asyncio.to_thread(stack.enter_context, serve(folder))

        async def make(tickets: int) -> str:
            url = await asyncio.to_thread(stack.enter_context, fresh(server))
            await sample.fill(make_url(url), tickets, 1, system())
            return url

        yield make
    finally:
        await asyncio.to_thread(stack.close)


async def asked(url: str, times: int = TIMES) -> Waits:
    """Ask for every view as everybody would, and return how long each took.

    What the making of a sample has left behind is cleared away first, and garbage is collected from
    then on as the bot does it.
    """
    gc.collect()
    rarely()
    database, waits = Database(url, clock=system), Waits()
    try:
        last = await database.last_moment()
        database.clock = lambda: last or system()
        for role, key in ASKERS.items():
            asker = await lead(database, key)
            for name, view in VIEWS:
                await timed(database, view, asker)  # what is read for the first time is not there
                took = [await timed(database, view, asker) for _ in range(times)]
                waits[name, role] = took
    finally:
        await database.close()
    return waits


async def lead(database: Database, key: str) -> Asker:
    """Return somebody who leads a company."""
    async with database.look(sample.BOT) as store:
        party = next(each for each in await store.parties() if each.key == key)
        person: Person = (await store.leads(party))[0]
        phones = [each.case.phone for each in await store.open_tickets(party)]
    speaker = Speaker(
        party.place,
        party.place,
        person,
        party,
        lead=True,
        language=party.language,
        zone=party.timezone,
    )
    voice, rare = (
        speak(party.language, party.timezone),
        [each.split()[-1] for each in phones if each],
    )
    return Asker(speaker, voice, Random(1), rare or ["9000000000"])


async def timed(database: Database, view: View, asker: Asker) -> Took:
    """Return how long a view took."""
    began, used = perf_counter(), process_time()
    async with database.look(sample.BOT) as store:
        await view(store, asker)
    return Took(perf_counter() - began, process_time() - used)


def table(name: str, sizes: str, found: Sequence[Waits]) -> str:
    """Return how long each view took, with many tickets, and how that compares with few."""
    times = len(next(iter(found[-1].values())))
    lines = [
        f"VIEWS, {name}{sizes}: milliseconds, each view {times} times. "
        f"Aim: p95 at most {AIM}, over a year {YEAR_AIM:,}.",
        f"{'':40}" + "".join(f"{each:>9}" for each in COLUMNS),
    ]
    few, many = found[0], found[-1]
    for (view, role), took in many.items():
        waits, before = [each.seconds for each in took], [e.seconds for e in few[view, role]]
        late = 1000 * p95(waits) > (YEAR_AIM if view in LONG else AIM)
        cpu = median(each.cpu for each in took)
        shown = (median(waits), p95(waits), max(waits), cpu, median(before))
        line = f"{f'{view}, {role}':40}" + "".join(f"{1000 * each:9.1f}" for each in shown)
        ratio = median(waits) / median(before)
        lines.append(f"{line}{ratio:9.2f}" + ("   too slow" if late else ""))
    return "\n".join(lines)


def p95(found: Sequence[float]) -> float:
    """Return what all but a twentieth does not exceed."""
    return quantiles(found, n=20, method="inclusive")[-1]


def main() -> None:
    """Ask a sample that is there already, beside another one if that is named."""
    made = argparse.ArgumentParser(prog="python -m bench.views", description=__doc__)
    made.add_argument("database", help="where the sample is: sqlite:///sample.db")
    made.add_argument("--beside", help="a smaller one, to compare with")
    made.add_argument("--times", type=int, default=TIMES, help=f"of each view ({TIMES})")
    given = made.parse_args()
    many = asyncio.run(asked(read_url(given.database), given.times))
    few = asyncio.run(asked(read_url(given.beside), given.times)) if given.beside else many
    print(table(make_url(given.database).get_backend_name(), "", [few, many]))


if __name__ == "__main__":
    main()
