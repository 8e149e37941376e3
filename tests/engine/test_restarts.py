"""A process that starts knows how much the last one has just said."""

from pathlib import Path
from typing import Final

import pytest

from relay.pacing import MORE
from tests.engine.town import Town, virtual

MARK: Final = "(possibly a repeat)"


@pytest.mark.parametrize("after", [1.03, 7.52, 15.01])
@virtual
async def test_a_process_that_dies_in_the_middle_is_followed_by_one_that_is_not_too_fast(
    path: Path, after: float
) -> None:
    town = Town(path, groups=6, seed=int(after))
    await town.opens()
    begun = town.now
    words = [f"Picture {number}" for number in range(22)]

    await town.say(*words, to=town.groups, photo="file")
    await town.until(begun + after)
    await town.dies()
    await town.starts()
    await town.heard(6 * 22, since=begun, within=200)
    await town.until(town.now + 5)

    assert town.judge.refused == []
    for group in town.groups:
        read = [each.words for each in town.judge.read(f"-{group}", since=begun)]
        clear = [each.splitlines()[-1] for each in read if MARK not in each]
        again = [each.splitlines()[-1] for each in read if MARK in each]
        assert sorted({*clear, *again}, key=words.index) == words
        assert clear == sorted({*clear}, key=words.index)
        assert len(again) <= 1
    await town.finishes()


@virtual
async def test_a_process_that_ends_as_asked_costs_no_group_a_second_of_its_minute(
    path: Path,
) -> None:
    town = Town(path, groups=2)
    await town.opens()
    begun = town.now

    await town.ask(22, of=town.groups)
    await town.until(begun + 8.3)
    await town.finishes()
    await town.starts()
    heard = await town.heard(44, since=begun, within=70)

    assert heard[-1].at - begun < 61 * 1.05
    assert town.judge.refused == []
    await town.finishes()


@virtual
async def test_a_pause_that_was_asked_for_is_kept_by_the_next_process(path: Path) -> None:
    town = Town(path, groups=2)
    await town.opens()
    begun, town.judge.pauses["-1"] = town.now, [30]

    await town.ask(1, of=town.groups)
    await town.until(begun + 5)
    await town.dies()
    await town.starts()
    heard = await town.heard(2, since=begun, within=60)

    assert heard[-1].place == "-1"
    assert heard[-1].at - begun > 30 * MORE
    await town.finishes()


@virtual
async def test_what_was_lost_on_its_way_may_come_late_and_still_nothing_is_too_fast(
    path: Path,
) -> None:
    """A call is given up after five seconds, its process dies, and then the call arrives."""
    town = Town(path, groups=2)
    await town.opens()
    begun, town.judge.lost["-1"] = town.now, 1

    await town.ask(25, of=[1, 2])
    await town.until(begun + 7)
    await town.dies()
    await town.starts()
    await town.until(begun + 80)

    assert town.judge.refused == []
    assert town.judge.read("-1", since=begun)
    await town.dies()
