"""Whatever is promised twice is told once."""

from __future__ import annotations

from relay import outbox
from relay.outbox import Notice
from tests.scenarios.conftest import Cast


async def test_one_cause_is_told_once_however_often_it_is_promised(chain: Cast) -> None:
    await chain.asks()
    world = chain.world

    for why in ("one", "one", "another"):
        async with world.lease.transaction() as store:
            ticket = await store.ticket(1)
            for _ in range(2):
                outbox.notice(store, Notice.ACCEPTED, why, chain.vera.place, ticket)
        await world.settles()

    accepted = "VND-1 · The result is accepted."
    assert [text for text in chain.vera.inbox if text == accepted] == [accepted] * 2
