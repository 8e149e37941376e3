"""What is known from before is what the database says, whatever went wrong in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot import commands
from handlers.forms import Press
from relay import outbox
from relay.channel import Act, Held, Undelivered
from relay.channel import Reason as Why
from relay.lease import Lease
from relay.outbox import Notice
from relay.store import Store
from relay.tables import Delivery, Doing, Handling, Kind, Line, Progress, Question
from tests.actors import Person, World
from tests.scenarios.conftest import Cast, chained
from tests.scenarios.test_operators import aside, olga, records

__all__ = ["olga"]


class Deaf(Lease):
    """A lease that once does not hear that the database has done what it was asked for."""

    hears = True

    def misses(self, store: Store) -> bool:
        """Say whether it is this transaction whose end is not heard of."""
        raise NotImplementedError

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Store]:
        async with super().transaction() as store:
            yield store
            missed = self.hears and self.misses(store)
        if missed:
            self.hears = False
            self._memory.forget()
            raise OperationalError("COMMIT", {}, OSError("the connection is gone"))


class DeafToTries(Deaf):
    def misses(self, store: Store) -> bool:
        owed = store._memory.unfinished
        return owed is not None and any(line.state is Progress.SENDING for line in owed)


class DeafToQuestions(Deaf):
    def misses(self, store: Store) -> bool:
        return any(each["doing"] is Doing.QUESTION for each in store._promised)


async def forgotten(world: World) -> None:
    """Let something go wrong, so that nothing is known any more."""
    with pytest.raises(ZeroDivisionError):
        async with world.lease.transaction():
            raise ZeroDivisionError


async def test_a_picture_is_passed_on_though_everything_was_forgotten_meanwhile(
    world: World,
) -> None:
    chain = await chained(world, vendor='client = "full"')
    await chain.ann.writes("It drips here", photo="drip")
    await chain.victor.presses("Take")
    await forgotten(world)

    await chain.victor.replies("We are on it", to="It drips here")
    await chain.vera.presses("Pass on")

    assert [each.photo for each in chain.paul.sees if each.photo] == ["drip"]


async def test_menus_are_published_though_something_goes_wrong_meanwhile(
    chain: Cast, olga: Person
) -> None:
    asked, answered = asyncio.Event(), asyncio.Event()

    class Slow:
        async def set_my_commands(self, *_: Any, **__: Any) -> None:
            asked.set()
            await answered.wait()

    slow: Any = Slow()
    publishing = asyncio.create_task(
        commands.publish(slow, chain.world.lease, chain.world.operators)
    )
    await asked.wait()

    await forgotten(chain.world)
    answered.set()

    await publishing


async def test_an_update_that_an_operator_wants_tried_again_is_tried_at_once(
    chain: Cast, olga: Person
) -> None:
    world = chain.world
    await aside(chain, {"id": chain.ann.chat, "type": "private", "first_name": "Ann"})
    [bad] = [each for each in await records(chain, Line) if each.state is Handling.ASIDE]
    shown = world.messenger.show(olga.place, "The list", by_bot=True)

    await world.comes_in(olga.press(shown, Press(act=Act.AGAIN, about=bad.id, choice=2).pack()))

    assert await world.inbox.step()  # there is more to do
    await world.settles()
    [now] = [each for each in await records(chain, Line) if each.id == bad.id]
    assert now.due_at == bad.due_at
    assert now.state is Handling.ASIDE  # it was tried, and is as bad as before


async def test_what_was_due_is_made_when_the_clock_that_was_set_back_has_caught_up(
    chain: Cast,
) -> None:
    await chain.asks()
    world, place = chain.world, chain.vera.place
    async with world.lease.transaction() as store:
        ticket = await store.ticket(1)
        outbox.notice(store, Notice.ACCEPTED, "once", place, ticket)
        assert await store.heads()
    due = world.now

    world.now -= timedelta(hours=1)
    async with world.lease.transaction() as store:
        assert not [line for line, _ in await store.heads() if line.kind is Kind.NOTICE]

        assert await store.next_due() == due


async def test_what_was_about_to_be_sent_is_sent_though_its_commit_was_not_heard_of(
    chain: Cast,
) -> None:
    await chain.asks()
    await chain.world.start(DeafToTries)

    await chain.ann.writes("It drips")
    await chain.world.settles()

    assert [text for text in chain.vera.inbox if "drips" in text] == [
        "VND-1 · Ann Client\nIt drips"
    ]


async def test_a_press_is_answered_once_though_its_commit_was_not_heard_of(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(1)
    await chain.world.start(DeafToQuestions)
    card = chain.victor.card()

    await chain.victor.presses_data(card, chain.victor._data(card, "Resolve"))

    assert len(await records(chain, Question)) == 1


async def test_a_card_shows_all_who_cannot_be_reached_since_the_same_moment(chain: Cast) -> None:
    await chain.asks()
    await chain.taken(2)
    away = {chain.ann.place, chain.paul.place}

    def before(to: str) -> Undelivered | None:
        return Held(Why.BLOCKED) if to in away else None

    chain.world.messenger.before = before
    async with chain.world.lease.transaction() as store:
        for number, place in ((1, chain.ann.place), (2, chain.paul.place)):
            ticket = await store.ticket(number)
            outbox.notice(store, Notice.ACCEPTED, "once", place, ticket)
    await chain.world.settles()

    assert "The client cannot be reached" in chain.vera.card("VND-1").text
    assert "SRV-1 cannot be reached" in chain.vera.card("VND-1").text


async def test_who_chooses_two_languages_in_a_moment_reads_the_last_one(chain: Cast) -> None:
    await chain.asks()
    card = chain.vera.card()

    await chain.vera.presses_data(card, Press(act=Act.LANGUAGE, about=1).pack())
    await chain.vera.presses_data(card, Press(act=Act.LANGUAGE, about=0).pack())

    assert "waiting to be taken" in chain.vera.card().text
    assert all(
        line.state is not Progress.QUEUED
        for line in await records(chain, Delivery)
        if line.kind is Kind.CARD
    )
