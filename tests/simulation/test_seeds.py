"""Whatever goes wrong, and whenever: the invariants hold at the end of every story."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.simulation.__main__ import HASHES

SEEDS, AT_ONCE = 14, 7
STRETCHES = [f"{first}-{first + AT_ONCE - 1}" for first in range(0, SEEDS, AT_ONCE)]


@pytest.mark.parametrize("seeds", STRETCHES)
def test_every_invariant_holds_in_every_seed(seeds: str) -> None:
    """A process of its own replays each seed exactly as ``make simulate SEED=…`` does."""
    tried = [sys.executable, "-m", "tests.simulation", "--seeds", seeds]
    known = os.environ | HASHES  # else it reads all modules, and begins anew
    told = subprocess.run(tried, capture_output=True, text=True, check=False, env=known)

    assert told.returncode == 0, told.stdout + told.stderr


def test_a_seed_tells_the_same_story_whatever_was_told_before() -> None:
    first = stories(3)
    second = stories(11, 3)

    assert {seed: second[seed] for seed in first} == first


#: Prints the stories of some seeds.
TELLS = """
import json, sys
from tests.simulation.trial import trials
print(json.dumps({each.seed: each.log for each in trials(map(int, sys.argv[1:]))}))
"""


def stories(*seeds: int) -> dict[str, list[str]]:
    """Return the stories of some seeds, told by a process of its own in this order."""
    telling = [sys.executable, "-c", TELLS, *map(str, seeds)]
    told = subprocess.run(
        telling, capture_output=True, text=True, check=True, env=os.environ | HASHES
    )
    found: dict[str, list[str]] = json.loads(told.stdout)
    return found
