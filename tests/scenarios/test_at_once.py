"""Two at once: the case is locked, and the second one sees what the first one has made of it."""

from __future__ import annotations

import asyncio

import pytest

from relay import people, tickets
from relay.moves import Move
from relay.refusals import NotNow
from relay.store import Store
from tests.actors import BOT, Person
from tests.scenarios.conftest import Cast


async def takes(store: Store, person: Person) -> None:
    """Let somebody press the button, as far as the relay is concerned."""
    speaker = await people.meet(
        store,
        person.place,
        address=str(person.id),
        name=person.name,
        username=None,
        language="en",
        title=person.title,
        lead=False,
    )
    await tickets.press(store, speaker, Move.TAKE, 1)


async def test_of_two_who_take_a_ticket_in_two_transactions_the_second_is_told_so(
    chain: Cast,
) -> None:
    await chain.asks()
    database = chain.world.database

    async def rival() -> None:
        async with database.transaction(BOT) as store:
            await takes(store, chain.victor)

    async with database.transaction(BOT) as store:
        await takes(store, chain.vera)
        await store.flush()
        second = asyncio.create_task(rival())
        await asyncio.wait({second}, timeout=0.3)
        assert not second.done()

    with pytest.raises(NotNow) as refused:
        await second
    assert refused.value.first == "Vera"


async def test_who_corrects_what_they_said_a_moment_ago_is_read_as_they_meant_it(
    chain: Cast,
) -> None:
    await chain.asks()
    said = chain.world.messenger.show(chain.ann.place, "It is wram", by_bot=False)
    first = {"message": chain.ann._message(said)}
    said.text = "It is warm"

    await chain.world.comes_in(first, chain.ann.correction(said))
    await chain.world.settles()

    assert chain.vera.reads("VND-1 · Ann Client\nIt is warm")
    assert not chain.vera.reads("wram")


async def test_who_replies_to_what_was_said_a_moment_ago_is_read_under_it(chain: Cast) -> None:
    await chain.asks()
    await chain.vera.presses("Take")
    said = chain.world.messenger.show(chain.ann.place, "It drips", by_bot=False)
    first = {"message": chain.ann._message(said)}

    await chain.world.comes_in(first, chain.ann.reply("Faster now", said))
    await chain.world.settles()

    lower = chain.vera.find("Faster now")
    assert lower.reply_to == chain.vera.find("It drips").ref
