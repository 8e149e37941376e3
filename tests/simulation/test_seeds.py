"""Whatever goes wrong, and whenever: the invariants hold at the end of every story."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.simulation.__main__ import AT_ONCE
from tests.simulation.trial import trials

SEEDS = 200


@pytest.mark.parametrize("first", range(0, SEEDS, AT_ONCE))
def test_every_invariant_holds_in_every_seed(first: int) -> None:
    """A process of its own replays each seed exactly as ``make simulate SEED=…`` does."""
    seeds = f"{first}-{first + AT_ONCE - 1}"
    tried = [sys.executable, "-m", "tests.simulation", "--seeds", seeds]
    told = subprocess.run(tried, capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stdout + told.stderr


def test_a_seed_tells_the_same_story_every_time() -> None:
    once, again = (next(trials([7])) for _time in range(2))

    assert once.log == again.log
