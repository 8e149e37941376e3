"""No question of the engine reads a whole table: it is as fast when there are a million tickets.

SQLite says how it would find the rows of each statement that a day of a chain consists of. It does
so from the indexes alone: nothing tells it how many rows there are. Then something does, as if
somebody had let it ``ANALYZE`` the file, and it has to do as well.
"""

import csv
import re
import shutil
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.clock import system
from relay.store import Database
from tests.actors import World
from tests.scenarios.conftest import Cast, chained
from tests.scenarios.test_equipment import BOILER, keeps

#: Tables that grow with what is said and done.
GROWING = {
    "admissions",
    "attempts",
    "bills",
    "blocks",
    "cases",
    "changes",
    "charges",
    "clients",
    "confirmations",
    "copies",
    "deliveries",
    "equipment",
    "events",
    "findables",
    "inbox",
    "invitations",
    "intakes",
    "messages",
    "parts",
    "persons",
    "questions",
    "subscriptions",
    "tallies",
    "tickets",
    "visits",
}

#: Those of which one company has very many rows.
OF_PARTIES = {"tallies", "tickets"}

#: What SQLite said of a sample with 100,000 tickets (``bench.sample``): table, index, how many rows
#: there are, and how many of them have the same first column, first two columns, and so on.
STATISTICS = Path(__file__).with_name("statistics.csv")

#: The first rows by their key, or the last one: that many are read and no more.
FEW = re.compile(r"ORDER BY \w+\.id( DESC)?\s+LIMIT \?")
LIST = re.compile(r"IN \(\?(?:, \?)*\)")
PAIRS = re.compile(r"IN \(VALUES (\([?, ]+\))(?:, \([?, ]+\))*\)")
BY_WORDS = re.compile(r"VIRTUAL TABLE INDEX \d+:M")  #: a full-text index is asked for some
STEP = re.compile(r"(SCAN|SEARCH) (?P<name>[a-z]+)(?:_\d+)?(?: USING (?P<way>.+))?")


@pytest.fixture
async def asked(migrated: Path, tmp_path: Path) -> AsyncIterator[tuple[Cast, dict[str, None]]]:
    """Return the people of a chain, and all that the database is asked from now on."""
    path = tmp_path / "world.db"
    shutil.copy(migrated, path)
    statements: dict[str, None] = {}

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        statements[statement] = None

    event.listen(Engine, "before_cursor_execute", note)
    world = World(f"sqlite+aiosqlite:///{path}")
    await world.start()
    yield await chained(world, service='tariff = { hour = "900 RUB" }'), statements
    await world.database.close()
    event.remove(Engine, "before_cursor_execute", note)


async def test_whatever_is_asked_is_found_by_an_index(
    asked: tuple[Cast, dict[str, None]], migrated: Path
) -> None:
    chain, statements = asked

    await a_day(chain)

    assert len(statements) > 75
    for database in (sqlite3.connect(migrated), analyzed(migrated)):
        assert {each: steps for each in statements if (steps := whole(database, each))} == {}


def analyzed(migrated: Path) -> sqlite3.Connection:
    """Return a database that takes itself for one with a hundred thousand tickets."""
    made = sqlite3.connect(":memory:")
    sqlite3.connect(migrated).backup(made)
    made.execute("ANALYZE")
    with STATISTICS.open(encoding="utf-8", newline="") as file:
        rows = [(table, index or None, told) for table, index, told in csv.reader(file)]
    made.execute("DELETE FROM sqlite_stat1")
    made.executemany("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", rows)
    made.execute("ANALYZE sqlite_schema")  # it reads them again
    return made


async def test_what_was_measured_of_a_small_file_is_forgotten(
    migrated: Path, tmp_path: Path
) -> None:
    path = tmp_path / "small.db"
    shutil.copy(migrated, path)
    file = sqlite3.connect(path, isolation_level=None)
    file.execute("ANALYZE")
    file.execute("INSERT INTO sqlite_stat1 VALUES ('tickets', 'ix_tickets_case_id', '3 1')")

    database = Database(f"sqlite+aiosqlite:///{path}", clock=system)
    await database.ping()
    await database.close()

    left = file.execute("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'")
    assert left.fetchall() == []
    file.close()


async def a_day(chain: Cast) -> None:
    """Let a case go down and come up again, and clients and parties talk meanwhile."""
    await chain.asks()
    await chain.taken(3)
    await chain.ann.writes("It drips, too")
    await chain.ann.edits("It drips, too", "It drips a lot")
    await chain.leo.replies("We are on our way", to="The machine leaks")
    await chain.paul.replies("Please hurry", to="We are on our way")
    chain.world.messenger.closed.add(chain.vera.place)
    for words in ("One", "Two", "Three", "Four"):
        await chain.ann.writes(words)
    chain.world.messenger.closed.clear()
    await chain.world.later(minutes=6)
    await chain.leo.resolves("New gasket")
    await chain.paul.explains("Return", "It still leaks", on="New gasket")
    await chain.leo.resolves("Newer gasket")
    await chain.leo.explains("Hours", "2")
    await chain.paul.writes("/lines 1")
    await chain.paul.presses("Accept", on="Newer gasket")
    for person in (chain.ann, chain.vera):
        await person.writes("/status")
    for command in (
        "/status 1",
        "/overdue",
        "/mine",
        "/subscribe report daily 10:00",
        "/subscribe",
    ):
        await chain.vera.writes(command)
    await figures(chain)
    await changes(chain)
    await chain.vera.explains("Cancel", "The shop has closed")
    await chain.vera.writes("/invite Crew")
    await chain.eve.writes(chain.vera.find("/start@").text[-len("/start@baton_bot -") - 21 :])
    await chain.eve.presses("Accept", on="invites this chat")
    await chain.vera.writes("/invite")
    links = await keeps(chain.world, BOILER)
    await chain.ann.writes(links["40-17"])
    await chain.ann.writes("It leaks")
    await chain.vera.writes("/equipment boiler lenina")
    await chain.vera.presses("40-17 · KX-5 boiler")
    await chain.world.later(hours=2)
    await chain.vera.writes("/find machine gasket")
    chain.world.now += timedelta(days=31)
    await chain.paul.writes("/settlement")
    await chain.paul.presses("Confirm")


async def figures(chain: Cast) -> None:
    """Let companies read what was done, and take it along."""
    await chain.world.books()
    for person in (chain.vera, chain.paul):
        for command in ("/report month", "/report Cold Repair", "/partners", "/contribution 1"):
            await person.writes(command)
    await chain.vera.presses("XLSX", on="Report of")
    await chain.vera.presses("CSV", on="From Iceberg")


async def changes(chain: Cast) -> None:
    """Let a company change its name, what it agreed with another one, and end that."""
    for command in ("/lead", "/party"):
        await chain.vera.writes(command)
    await chain.vera.explains("Name", "Iceberg Service")
    await chain.vera.presses("Confirm")
    await chain.vera.writes("/party log")
    for label in ("To be done within", "End"):
        await chain.paul.writes("/links")
        await chain.paul.presses("Main Street")
        await chain.paul.presses(label)
        if label != "End":
            await chain.paul.presses("8 hr")
        await chain.paul.presses("Confirm")


def whole(database: sqlite3.Connection, statement: str) -> list[str]:
    """Return the steps of a statement that read a whole table, or all of one bot or company."""
    if not statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")) or FEW.search(statement):
        return []
    many = LIST.sub(f"IN ({', '.join('?' * 40)})", statement)
    many = PAIRS.sub(lambda found: f"IN (VALUES {', '.join([found[1]] * 40)})", many)
    narrow = {
        name
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE sql LIKE '% WHERE %'")
    }
    plan = database.execute(f"EXPLAIN QUERY PLAN {many}", [None] * many.count("?"))
    found = []
    for *_, step in plan:
        read = STEP.match(step)
        if not read or read["name"] not in GROWING or narrow & {*step.split()}:
            continue
        if BY_WORDS.search(step):
            continue
        of_party = read["name"] in OF_PARTIES and step.endswith("party_id=?)")
        if read[1] == "SCAN" or step.endswith("(bot=?)") or of_party:
            found.append(step)
    return found
