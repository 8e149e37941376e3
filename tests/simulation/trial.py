"""The trial of one seed: what was found to be wrong, and which faults it takes."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.simulation import story
from tests.simulation.evidence import Evidence
from tests.simulation.invariants import judge
from tests.simulation.weather import FAULTS

TIDIED: Final = 5  #: seeds after which memory is tidied up


@dataclass(frozen=True)
class Verdict:
    """What a seed showed."""

    seed: int
    wrong: list[str]
    log: list[str]

    def __str__(self) -> str:
        found = "\n".join(f"    {each[:400]}" for each in self.wrong)
        return f"seed {self.seed} failed; again: make simulate SEED={self.seed}\n{found}"


def tried(seed: int, folder: Path, without: frozenset[str] = frozenset()) -> Verdict:
    """Tell the story of a seed, *without* some faults, and judge it."""
    told = story.told(seed, folder, without=without)
    log = [f"{at:8.2f} {line}" for at, line in told.lines]
    return Verdict(seed, judge(Evidence(told)), log)


def trials(seeds: Iterable[int]) -> Iterator[Verdict]:
    """Try one seed after another."""
    with story.stage() as folder:
        for number, seed in enumerate(seeds, 1):
            yield tried(seed, folder)
            if not number % TIDIED:
                gc.collect()


def needed(seed: int) -> list[str]:
    """Return the faults without which a seed that failed would not fail."""
    left = frozenset[str]()
    with story.stage() as folder:
        for fault in FAULTS:
            if tried(seed, folder, left | {fault}).wrong:
                left |= {fault}
    return [fault for fault in FAULTS if fault not in left]
