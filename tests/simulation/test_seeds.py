"""Whatever goes wrong, and whenever: the invariants hold at the end of every story."""

from __future__ import annotations

import pytest

from tests.simulation.trial import trials

SEEDS = 200
AT_ONCE = 10


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_every_invariant_holds_in_every_seed(first: int) -> None:
    failed = [verdict for verdict in trials(range(first, first + AT_ONCE)) if verdict.wrong]

    assert not failed, "\n".join(map(str, failed))


def test_a_seed_tells_the_same_story_every_time() -> None:
    once, again = (next(trials([7])) for _time in range(2))

    assert once.log == again.log
