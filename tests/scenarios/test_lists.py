"""What /overdue and /mine list: whose, in which order, and no more than one may see."""

from __future__ import annotations

import pytest

from tests.actors import World
from tests.scenarios.conftest import Cast, chained


@pytest.fixture
async def hurried(world: World) -> Cast:
    """Return a chain in which results are due within hours."""
    due = 'resolve_within = "{}"'
    return await chained(world, due.format("2h"), due.format("1h"), first=due.format("4h"))


async def test_what_is_longest_overdue_comes_first_here_and_right_below(hurried: Cast) -> None:
    chain = hurried
    await chain.asks("The machine leaks")
    await chain.taken(3)
    await chain.world.later(minutes=30)
    await chain.ann.writes("/new The fridge is warm")
    await chain.victor.presses("Take", on="VND-2")
    await chain.world.later(hours=6)

    await chain.victor.writes("/overdue")

    assert chain.vera.inbox[-1] == (
        "Overdue: 3\n\n"
        "SRV-1 · Cold Repair: passed on · overdue by 4 hr 30 min\nThe machine leaks\n"
        "LOC-1's move\nVND-1 › SRV-1 › ●LOC-1, since 09:00\n\n"
        "VND-1 · passed on · overdue by 2 hr 30 min\nThe machine leaks\n"
        "LOC-1's move\nVND-1 › SRV-1 › ●LOC-1, since 09:00\n\n"
        "VND-2 · in work · overdue by 2 hr\nThe fridge is warm\n"
        "Your move\n●VND-2, since 09:30"
    )
    await chain.eve.writes("/overdue")
    nothing = "Nothing is overdue, neither here nor with your partners."
    assert chain.eve.inbox[-1] == nothing


async def test_what_is_done_or_has_time_left_is_not_overdue(hurried: Cast) -> None:
    chain = hurried
    await chain.asks()
    await chain.taken(2)
    await chain.world.later(hours=2, minutes=30)

    await chain.paul.writes("/overdue")
    assert "SRV-1 · in work · overdue by 30 min" in chain.paul.inbox[-1]
    await chain.sara.resolves("Fixed")
    await chain.paul.writes("/overdue")

    assert chain.paul.inbox[-1].startswith("Nothing is overdue")


async def test_many_overdue_tickets_come_in_pages(hurried: Cast) -> None:
    chain = hurried
    for number in range(8):
        await chain.ann.writes(f"/new Machine {number}")
        await chain.victor.presses("Take", on=f"VND-{number + 1}")
        await chain.world.later(minutes=5)
    await chain.world.later(hours=6)

    await chain.victor.writes("/overdue")
    shown = chain.vera.find("Overdue: 8, page 1 of 2")
    assert "Machine 0" in shown.text
    assert "Machine 7" not in shown.text
    await chain.victor.presses("▶️", on=shown)

    assert "page 2 of 2" in shown.text
    assert "Machine 7" in shown.text
    assert shown.labels == ["◀️"]


async def test_everybody_finds_what_they_took_and_what_they_moved_last(chain: Cast) -> None:
    for number in range(1, 5):
        await chain.ann.writes(f"/new Machine {number}")
    await chain.victor.presses("Take", on="VND-1")
    await chain.victor.presses("Take", on="VND-2")
    await chain.vera.presses("Take", on="VND-3")
    await chain.vera.explains("Ask", "Which one?", on="VND-2")
    await chain.victor.explains("Resolve", "Nothing to do", on="VND-3")

    found = []
    for person in (chain.victor, chain.vera):
        await person.writes("/mine")
        title, *rest = chain.vera.inbox[-1].splitlines()
        found.append((title, {each.split()[0] for each in rest if each.startswith("VND")}))

    assert found == [
        ("Victor, you took or last moved: 3", {"VND-1", "VND-2", "VND-3"}),
        ("Vera, you took or last moved: 2", {"VND-2", "VND-3"}),
    ]
    await chain.paul.writes("/mine")
    nothing = "You have no open tickets here: you took none, and moved none last."
    assert chain.paul.inbox[-1] == nothing


async def test_what_waits_for_others_comes_last_among_what_somebody_took(chain: Cast) -> None:
    for number in range(1, 9):
        await chain.ann.writes(f"/new Machine {number}")
        await chain.victor.presses("Take", on=f"VND-{number}")
    await chain.vera.presses("Pass on", on="VND-1")

    await chain.victor.writes("/mine")
    shown = chain.vera.find("Victor, you took or last moved: 8, page 1 of 2")
    assert [each.split()[0] for each in shown.text.split("\n\n")[1:]] == [
        f"VND-{number}" for number in range(2, 8)
    ]
    await chain.victor.presses("▶️", on=shown)

    assert [each.split()[0] for each in shown.text.split("\n\n")[1:]] == ["VND-8", "VND-1"]
