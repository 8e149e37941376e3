"""What the log comes to is written down a moment after something happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from relay import bookkeeper
from relay.bookkeeper import Bookkeeper
from relay.moves import State
from relay.tables import Case, Event, Tally
from relay.tallies import tallies as tallies_of
from tests.actors import World
from tests.scenarios.conftest import Cast


async def tallies(world: World) -> list[Tally]:
    """Return what is written down of the first case."""
    await world.books()
    async with world.database.look(world.lease.bot) as store:
        return [*await store.tallies(await store.case(1))]


async def test_each_level_is_charged_for_what_it_held(chain: Cast) -> None:
    world = chain.world
    await chain.asks()
    await world.later(minutes=10)
    await chain.taken(2)
    await world.later(hours=2)
    await chain.paul.resolves("New gasket")
    await world.later(minutes=30)
    await chain.vera.presses("Accept", on="New gasket")

    first, second = await tallies(world)

    minutes = [first.offered, second.working, first.checking]
    assert minutes == [timedelta(minutes=10), timedelta(hours=2), timedelta(minutes=30)]
    assert (second.to_resolve, second.in_check) == (timedelta(hours=2), timedelta(minutes=30))
    assert (second.level, second.state, second.upper_party_id) == (
        2,
        State.CLOSED,
        first.party_id,
    )
    assert second.closed_at == world.now


async def test_figures_follow_what_happens_later(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(1)
    assert [each.state for each in await tallies(chain.world)] == [State.WORKING]

    await chain.vera.resolves("New gasket")
    await chain.ann.explains("Return", "It still leaks", on="New gasket")

    (only,) = await tallies(chain.world)
    assert (only.state, only.returned, only.reopened) == (State.RETURNED, 1, 0)


async def test_a_case_that_cannot_be_helped_keeps_no_other_from_its_figures(
    chain: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chain.asks()
    await chain.ann.writes("/new The lights flicker")

    def fails_for_the_first(case: Case, events: Sequence[Event]) -> list[dict[str, Any]]:
        if case.id == 1:
            raise ZeroDivisionError
        return made(case, events)

    made = tallies_of
    monkeypatch.setattr(bookkeeper, "tallies", fails_for_the_first)
    keeper = Bookkeeper(chain.world.lease)
    while await keeper.look():
        pass

    async with chain.world.database.look(chain.world.lease.bot) as store:
        assert await store.stale_cases(9) == []
        assert len(await store.tallies(await store.case(1))) == 0
        assert len(await store.tallies(await store.case(2))) == 1
