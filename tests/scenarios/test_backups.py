"""A start from a backup: who knows what was said since it was made, so people decide."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handlers.forms import Press
from relay import backup
from relay.channel import Act, Reaction, Retry, Undelivered
from relay.store import Database
from relay.tables import Decision
from tests.actors import BOT, Person
from tests.messenger import Shown
from tests.scenarios.conftest import Cast

AGAIN, ARRIVED = "Go on, send all again", "Go on, all has arrived"
SILENT = (
    "Started from a backup at 09:01: until an operator agrees, nothing is sent but to operators. "
    "What people write is taken in, and waits."
)
DOUBT = (
    "\nMay have been said since the backup was made: {}. What is sent again is marked as a "
    "possible repeat."
)


@pytest.fixture
async def olga(chain: Cast) -> Person:
    """Return an operator who has opened the bot."""
    olga = Person(chain.world, 900, "Olga", 900)
    chain.world.operators.add(olga.place)
    await olga.writes("/start")
    return olga


def once(place: str, *errors: Undelivered) -> Callable[[str], Undelivered | None]:
    """Return what makes the next calls to a chat fail, each with the next of *errors*."""
    left: Iterable[Undelivered] = iter(errors)
    return lambda to: next(iter(left), None) if to == place else None


async def waits(chain: Cast, words: str = "First") -> None:
    """Let Ann say something that waits for the first company when the backup is made."""
    chain.world.messenger.before = once(chain.vera.place, Retry(timedelta(seconds=30)))
    await chain.ann.writes(words)


async def starts(chain: Cast, *, restored: bool = True) -> None:
    """Let a process start a minute later, from a backup or as usual."""
    chain.world.now += timedelta(minutes=1)
    if restored:
        async with chain.world.database.transaction(BOT) as store:
            await backup.restored(store)
    await chain.world.start()
    await chain.world.courier.resume()
    await watched(chain)


async def watched(chain: Cast) -> None:
    """Let the watch look, and its alarms be told."""
    await chain.world.watch.look()
    await chain.world.later(seconds=6)


def alarms(olga: Person) -> list[str]:
    return [text for text in olga.inbox if text.startswith("⚠️")]


def alarm(olga: Person) -> Shown:
    return next(each for each in olga.sees if each.text.startswith("⚠️"))


def said(person: Person, words: str) -> list[list[str]]:
    """Return how often certain words were said to somebody, and under which mark."""
    return [text.split("\n")[1:] for text in person.inbox if words in text]


async def decisions(chain: Cast) -> list[Decision]:
    async with chain.world.database.transaction(BOT) as store:
        found = await store._session.scalars(select(Decision).order_by(Decision.id))
        return list(found.all())


# The silence


async def test_nobody_but_an_operator_is_told_anything(chain: Cast, olga: Person) -> None:
    await chain.asks()
    await waits(chain)
    others = (chain.ann, chain.vera)
    before = [person.everything for person in others]

    await starts(chain)
    await chain.ann.writes("Second")
    await chain.ann.writes("/status")
    await chain.vera.writes("/status")
    await chain.world.later(hours=1)

    assert [person.everything for person in others] == before
    assert alarms(olga) == [
        "⚠️ Please have a look. /health shows the whole list.\n" + SILENT + DOUBT.format(1)
    ]
    assert alarm(olga).labels == [AGAIN, ARRIVED]


async def test_it_is_told_once_however_much_is_in_doubt_or_late(chain: Cast, olga: Person) -> None:
    await chain.asks()
    for number in range(20):
        await waits(chain, f"Number {number}")

    await starts(chain)
    for _hour in range(3):
        await chain.world.later(minutes=50)
        await watched(chain)

    assert len(alarms(olga)) == 1
    assert DOUBT.format(20) in alarms(olga)[0]


async def test_the_list_begins_with_it_and_ends_it(chain: Cast, olga: Person) -> None:
    await chain.asks()
    await waits(chain)
    await starts(chain)

    await olga.writes("/health")

    shown = olga.sees[-1]
    assert shown.text.startswith("🔇 " + SILENT + DOUBT.format(1) + "\nNeeds a look: 1")
    assert shown.labels == [AGAIN, ARRIVED, "1"]
    assert await olga.presses(AGAIN, on=shown) == "Sending goes on."
    assert "backup" not in shown.text
    assert "may have arrived" not in shown.text


async def test_neither_a_restart_nor_what_people_do_ends_it(chain: Cast, olga: Person) -> None:
    await chain.asks()
    await waits(chain)
    await starts(chain)
    before = chain.vera.everything

    await starts(chain, restored=False)
    await chain.vera.stands("left", "member")
    await chain.ann.stands("kicked", "member")
    await chain.ann.writes("Second")
    await chain.world.later(hours=7)

    assert chain.vera.everything == before
    assert len(alarms(olga)) == 1


async def test_nobody_else_can_end_it(chain: Cast, olga: Person) -> None:
    await chain.asks()
    await waits(chain)
    await starts(chain)

    shown = next(each for each in chain.vera.sees if each.by_bot)
    await chain.vera.presses_data(shown, Press(act=Act.GO_ON, about=1).pack())

    assert chain.world.messenger.toasts[-1] == "This button does nothing here any more."
    assert await decisions(chain) == []
    assert said(chain.vera, "First") == []


# The end of it


async def test_what_is_in_doubt_goes_again_marked_and_what_came_since_unmarked(
    chain: Cast, olga: Person
) -> None:
    await chain.asks()
    await waits(chain)
    await starts(chain)
    await chain.ann.writes("Second")

    assert await olga.presses(AGAIN, on=alarm(olga)) == "Sending goes on."
    await chain.world.later(minutes=1)

    assert chain.vera.inbox[-2:] == [
        "VND-1 · Ann Client\n(possibly a repeat)\nFirst",
        "VND-1 · Ann Client\nSecond",
    ]
    assert chain.ann.find("First").reaction is Reaction.DELIVERED
    assert chain.ann.find("Second").reaction is Reaction.DELIVERED


async def test_what_has_arrived_is_not_said_again(chain: Cast, olga: Person) -> None:
    await chain.asks()
    await waits(chain)
    await starts(chain)
    await chain.ann.writes("Second")

    await olga.presses(ARRIVED, on=alarm(olga))
    await chain.world.later(minutes=1)

    assert said(chain.vera, "First") == []
    assert said(chain.vera, "Second") == [["Second"]]
    assert chain.ann.find("First").reaction is Reaction.DELIVERED


async def test_what_was_being_sent_is_in_doubt_too(chain: Cast, olga: Person) -> None:
    await chain.asks()
    chain.world.messenger.silent.add(chain.vera.place)
    process = asyncio.create_task(chain.ann.writes("First"))
    await chain.world.messenger.calling.wait()
    process.cancel()
    chain.world.messenger.silent.clear()

    await starts(chain)
    assert DOUBT.format(1) in alarms(olga)[0]
    await olga.presses(AGAIN, on=alarm(olga))

    assert said(chain.vera, "First") == [["(possibly a repeat)", "First"]]


async def test_what_waited_for_a_chat_that_could_not_be_reached_may_have_arrived_since(
    chain: Cast, olga: Person
) -> None:
    await chain.asks()
    chain.world.messenger.closed.add(chain.vera.place)
    await chain.ann.writes("First")
    chain.world.messenger.closed.clear()

    await starts(chain)
    await olga.presses(AGAIN, on=alarm(olga))
    await chain.world.later(minutes=10)

    assert said(chain.vera, "First") == [["(possibly a repeat)", "First"]]


async def test_a_card_that_was_to_be_refreshed_is_no_question(chain: Cast, olga: Person) -> None:
    await chain.asks()
    chain.world.messenger.before = once(chain.vera.place, Retry(timedelta(seconds=30)))
    await chain.victor.presses("Take")
    assert "Take" in chain.vera.card("VND-1").labels

    await starts(chain)
    assert alarm(olga).labels == ["Go on"]
    await olga.presses("Go on", on=alarm(olga))

    assert "Take" not in chain.vera.card("VND-1").labels


async def test_of_two_operators_one_decides_and_it_is_kept_who(chain: Cast, olga: Person) -> None:
    omar = Person(chain.world, 901, "Omar", 901)
    chain.world.operators.add(omar.place)
    await omar.writes("/start")
    await chain.asks()
    await waits(chain)
    await starts(chain)

    await omar.presses(ARRIVED, on=alarm(omar))
    assert await olga.presses(AGAIN, on=alarm(olga)) == "That is done already."

    assert said(chain.vera, "First") == []
    kept = [(each.what, each.address) for each in await decisions(chain)]
    assert kept == [("arrived", "901"), ("go_on", "901")]


async def test_after_it_operators_hear_of_the_rest_again(chain: Cast, olga: Person) -> None:
    await chain.asks()
    await starts(chain)
    await olga.presses("Go on", on=alarm(olga))
    chain.world.messenger.before = once(chain.vera.place, Retry(timedelta(hours=2)))
    await chain.ann.writes("First")
    await chain.world.later(minutes=2)

    await watched(chain)

    assert "Iceberg · VND-1: what is for them is late" in alarms(olga)[-1]


# The drill


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_a_copy_of_the_running_database_goes_on_from_where_it_was(
    chain: Cast, olga: Person, tmp_path: Path
) -> None:
    await chain.asks()
    await waits(chain)
    with sqlite3.connect(str(chain.world.database.url.database)) as running:
        running.execute("VACUUM INTO ?", [str(tmp_path / "backup.db")])
    running.close()
    await chain.world.later(minutes=1)
    await chain.ann.writes("Said after the backup")
    await chain.world.database.close()

    chain.world.database = Database(
        f"sqlite+aiosqlite:///{tmp_path / 'backup.db'}", clock=chain.world.clock
    )
    await starts(chain)
    await chain.ann.writes("Said after the start")
    await olga.presses(AGAIN, on=alarm(olga))
    await chain.world.later(minutes=1)

    assert said(chain.vera, "First") == [["First"], ["(possibly a repeat)", "First"]]
    assert said(chain.vera, "Said after") == [["Said after the backup"], ["Said after the start"]]
