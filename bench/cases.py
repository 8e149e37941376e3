"""Ended cases for Baton's database, with all that was said and told about them.

Whole tables are written by one statement each, from nothing but the row's number, so that a
million tickets take less than a minute. Every other case has two tickets. The cases are spread
over a year that ended yesterday; the inbox, which is kept for two weeks, and the attempts have the
newest ones only.
"""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bench.scenario import FIRST_CLIENT, FIRST_GROUP, Scenario

BOT: Final = 42  #: its id
YEAR: Final = timedelta(days=365)
KEPT: Final = timedelta(days=14)  #: how much of the inbox and of the attempts there is
YESTERDAY: Final = timedelta(days=1)
CASES_PER_CLIENT: Final = 10
SECOND: Final = 1_000_000  #: moments are kept in microseconds

#: One row a case: whole tables are made of it.
NUMBERS: Final = """
CREATE TEMP TABLE numbers AS
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < :cases) SELECT n FROM up;
"""

#: A case by its number ``n``: who asks whom, where they write, when. The lower ticket of every
#: other case has a number above all first ones, and is the next party's.
CASES: Final = """
CREATE TEMP VIEW told AS SELECT
  n, n % :clients + 1 AS client, n % :clients % :parties + 1 AS party,
  CAST(:first_client + n % :clients AS TEXT) AS private,
  CAST(-:first_group - n % :clients % :parties AS TEXT) AS chat,
  (n % :clients + 1) % :parties + 1 AS next_party,
  CAST(-:first_group - (n % :clients + 1) % :parties AS TEXT) AS next_chat,
  n % 2 = 0 AS passed_on, :cases + n / 2 AS lower,
  n / :parties + 1 AS serial, :cases / :parties + n / :parties + 2 AS next_serial,
  :began + n * :pace AS at
FROM numbers
"""

STATEMENTS: Final = (
    """INSERT INTO persons (id, bot, address, name, username)
SELECT n, :bot, CAST(:first_client + n - 1 AS TEXT), 'Person ' || n, 'person' || n
FROM numbers WHERE n <= :clients""",
    """INSERT INTO clients (id, bot, place, name, username, language, party_id)
SELECT id, bot, address, name, username, 'en', (id - 1) % :parties + 1 FROM persons""",
    """INSERT INTO cases (id, bot, client_id, subject, opened_at, stale)
SELECT n, :bot, client, 'The freezer in shop ' || n || ' is warm, and it drips', at, 0 FROM told""",
    """INSERT INTO tickets (id, bot, case_id, party_id, upper_id, serial, number, state, since,
taken, rework, stars, reopened)
SELECT n, :bot, n, party, NULL, serial, code || '-' || serial, 'closed', at + 3600 * :second, 1, 0,
n % 5 + 1, 0 FROM told JOIN parties ON parties.id = party UNION ALL
SELECT lower, :bot, n, next_party, n, next_serial, code || '-' || next_serial, 'closed',
at + 3600 * :second, 1, 0, n % 5 + 1, 0 FROM told JOIN parties ON parties.id = next_party
WHERE passed_on""",
    """INSERT INTO messages (id, bot, case_id, ticket_id, about_id, move, person_id, place, purpose,
towards, content, version, said_at, receipt)
SELECT 2 * n, :bot, n, NULL, NULL, NULL, client, private, 'request', 'down', json_object('text',
'The freezer in shop ' || n || ' is warm, and it drips. Please come before noon.'), 1, at,
'delivered' FROM told UNION ALL
SELECT 2 * n + 1, :bot, n, n, n, 'resolve', NULL, chat, 'result', 'up', json_object('text',
'We have replaced the thermostat of shop ' || n || '.'), 1, at + 3000 * :second, 'delivered'
FROM told""",
    """INSERT INTO events (bot, case_id, ticket_id, what, before, after, party_id, message_id, at)
SELECT :bot, case_id, id, column1, column2, column3, party_id,
CASE column1 WHEN 'resolve' THEN 2 * case_id + 1 END, since
FROM tickets, (VALUES ('offer', NULL, 'offered'), ('take', 'offered', 'working'),
('resolve', 'working', 'resolved'), ('accept', 'resolved', 'closed'))""",
    """INSERT INTO tallies (ticket_id, bot, case_id, upper_id, party_id, upper_party_id,
first_party_id, level, state, opened_at, taken_at, resolved_at, closed_at, ended_at,
case_closed_at, to_take, to_resolve, to_answer, in_check, offered, working, asked, checking,
rework, client_asked, client_checking, promised, late, returned, reopened, stars)
SELECT own.id, :bot, own.case_id, upper.id, own.party_id, upper.party_id,
coalesce(upper.party_id, own.party_id), CASE WHEN upper.id THEN 2 ELSE 1 END, 'closed',
own.since / :second * :second, own.since / :second * :second, own.since / :second * :second,
own.since / :second * :second, own.since / :second * :second,
coalesce(upper.since, own.since) / :second * :second, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
0, 0, 0, own.stars FROM tickets own LEFT JOIN tickets upper ON upper.id = own.upper_id""",
    """INSERT INTO copies (message_id, place, bot, ticket_id, shown, origin, sees, waits, on_card,
version)
SELECT 2 * n, private, :bot, n, 'person', 1, 'full', 0, 0, 1 FROM told UNION ALL
SELECT 2 * n, chat, :bot, n, 'both', 0, 'full', 0, 1, 1 FROM told UNION ALL
SELECT 2 * n, next_chat, :bot, lower, 'level', 0, 'full', 0, 1, 1 FROM told WHERE passed_on
UNION ALL SELECT 2 * n + 1, chat, :bot, n, 'person', 1, 'full', 0, 0, 1 FROM told UNION ALL
SELECT 2 * n + 1, private, :bot, n, 'first_party', 0, 'full', 0, 0, 1 FROM told""",
    """INSERT INTO parts (bot, lane, ref, place, number, card, ticket_id, message_id, digest)
SELECT :bot, place, CAST(:first_ref + 2 * message_id + origin AS TEXT), place, 0, on_card,
ticket_id, CASE WHEN on_card THEN NULL ELSE message_id END,
CASE WHEN on_card THEN hex(randomblob(16)) END FROM copies""",
    """INSERT INTO deliveries (bot, cause, lane, place, kind, doing, ticket_id, message_id, payload,
state, queued_at, due_at, tries, repeat)
SELECT :bot, CASE WHEN origin THEN 'receipt:' || message_id WHEN on_card THEN
'card:' || copies.ticket_id || ':' || message_id || ':' || copies.place
ELSE 'said:' || message_id || ':' || copies.place END,
copies.place, copies.place, CASE WHEN origin THEN 'notice' ELSE 'message' END,
CASE WHEN origin THEN 'receipt' WHEN on_card THEN 'card' ELSE 'copy' END, copies.ticket_id,
CASE WHEN on_card THEN NULL ELSE message_id END, '{}', 'sent', said_at, said_at, 0, 0
FROM copies JOIN messages ON messages.id = message_id""",
    """INSERT INTO attempts (bot, delivery_id, lane, epoch, begun_at, answered_at, outcome)
SELECT :bot, id, lane, 1, queued_at, queued_at + 90000, 'sent' FROM deliveries
WHERE queued_at > :kept""",
    """INSERT INTO inbox (bot, numbering, update_id, lane, kind, raw, arrived_at, state, tries,
due_at)
SELECT :bot, 0, id, place, 'message', json_object('update_id', id, 'message', json(content)),
said_at, 'done', 0, said_at FROM messages WHERE said_at > :kept""",
    """UPDATE parties SET last_serial =
(SELECT coalesce(max(serial), 0) FROM tickets WHERE party_id = parties.id)""",
)


def write(path: Path, tickets: int, scenario: Scenario, now: datetime) -> None:
    """Write so many ended tickets into a database that has the scenario's parties and no past."""
    cases = -(-tickets * 2 // 3)
    people = max(scenario.clients, cases // CASES_PER_CLIENT)
    ended = now - YESTERDAY
    given = {
        "bot": BOT,
        "cases": cases,
        "clients": -(-people // scenario.parties) * scenario.parties,  # as many at each party
        "parties": scenario.parties,
        "first_client": FIRST_CLIENT,
        "first_group": FIRST_GROUP,
        "first_ref": 1_000_000_000,
        "second": SECOND,
        "began": moment(ended - YEAR),
        "pace": YEAR // (cases + 1) // timedelta(microseconds=1),
        "kept": moment(now - KEPT),
    }
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-500000"):
        database.execute(f"PRAGMA {pragma}")
    indexes = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    database.execute("BEGIN")
    for name, _sql in indexes:  # to make them at the end is faster than to keep them up
        database.execute(f"DROP INDEX {name}")
    for statement in (NUMBERS, CASES, *STATEMENTS):
        database.execute(filled(statement, given))
    for _name, sql in indexes:
        database.execute(sql)
    database.execute("COMMIT")
    database.close()


def moment(when: datetime) -> int:
    """Return a moment as the database keeps it."""
    return round(when.timestamp() * SECOND)


def filled(statement: str, given: dict[str, int]) -> str:
    """Return a statement with what is given: a view takes no parameters."""
    return re.sub(r":([a-z_]+)", lambda name: str(given[name[1]]), statement)
