"""Somebody who writes and presses without end: slowed, told once, and nothing is lost."""

from __future__ import annotations

import re

from tests.actors import Person
from tests.scenarios.conftest import Cast

TOLD = (
    "You write faster than I pass on. Nothing is lost: all of it is passed on, in order, a little "
    "later."
)


async def test_five_hundred_messages_at_once_all_arrive_in_order_and_keep_nobody_waiting(
    chain: Cast,
) -> None:
    await chain.world.comes_in(*(said(chain.ann, f"Drop {number};") for number in range(500)))
    await chain.world.settles()
    bob = Person(chain.world, 102, "Bob", 102)
    await bob.writes("My oven is cold")

    assert "My oven is cold" in chain.vera.card("VND-2").text
    assert chain.ann.inbox.count(TOLD) == 1
    assert drops(chain.vera) == [*range(30)]
    await chain.world.later(seconds=2)
    assert drops(chain.vera) == [*range(31)]
    for _ in range(16):
        await chain.world.later(minutes=1)

    assert drops(chain.vera) == [*range(500)]
    assert chain.ann.inbox.count(TOLD) == 1


async def test_presses_and_starts_count_as_well(chain: Cast) -> None:
    await chain.ann.writes("It leaks")
    starts = [said(chain.ann, "/start vendor") for _ in range(40)]
    await chain.world.comes_in(*starts)
    await chain.world.settles()

    card = chain.ann.card("VND-1 · Iceberg")
    await chain.ann.presses_data(card, chain.ann._data(card, "Cancel"))
    assert "Received ·" in card.text  # it waits for its turn
    await chain.world.later(minutes=1)

    assert "Cancelled ·" in card.text
    assert chain.ann.inbox.count(TOLD) == 1


async def test_a_company_may_say_as_much_as_it_likes(chain: Cast) -> None:
    await chain.asks()
    await chain.world.comes_in(*(said(chain.victor, f"/note 1 Part {n}") for n in range(60)))
    await chain.world.settles()

    assert chain.victor.inbox.count("Noted on VND-1.") == 60
    assert TOLD not in chain.victor.inbox


async def test_a_process_that_begins_anew_goes_on_and_does_not_tell_it_again(chain: Cast) -> None:
    await chain.world.comes_in(*(said(chain.ann, f"Drop {number};") for number in range(100)))
    await chain.world.settles()

    await chain.world.start()
    for _ in range(3):
        await chain.world.later(minutes=1)

    assert drops(chain.vera) == [*range(100)]
    assert chain.ann.inbox.count(TOLD) == 1


def said(person: Person, text: str) -> dict[str, object]:
    """Return the update of a message."""
    return person.says(person.world.messenger.show(person.place, text, by_bot=False))


def drops(person: Person) -> list[int]:
    """Return the numbers that somebody reads, in order."""
    return [int(n) for text in person.inbox for n in re.findall(r"Drop (\d+);", text)]
