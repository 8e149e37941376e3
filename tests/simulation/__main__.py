"""Try many seeds on all cores, or replay one: ``python -m tests.simulation --seeds 500``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Final

from tests.simulation.trial import Verdict, needed, trials

AT_ONCE: Final = 20  #: seeds that one process tries before it takes new ones

#: Sets of strings are in the order of their hashes: the same one for all, so that a seed replays.
HASHES: Final = {"PYTHONHASHSEED": "0"}


def main() -> int:
    """Do what the command line says; return 1 if a seed failed."""
    made = argparse.ArgumentParser(prog="python -m tests.simulation")
    made.add_argument("--seeds", default="500", help="how many, or FIRST-LAST")
    made.add_argument("--seed", type=int, help="replay this one, and tell what happened")
    chosen = made.parse_args()
    if chosen.seed is not None:
        return replay(chosen.seed)
    first, _, last = chosen.seeds.rpartition("-")
    return many(range(int(first), int(last) + 1) if first else range(int(last)))


def replay(seed: int) -> int:
    """Tell the story of one seed; if it fails, also which faults it takes."""
    verdict = next(trials([seed]))
    sys.stdout.write("\n".join(verdict.log) + "\n")
    if not verdict.wrong:
        sys.stdout.write(f"seed {seed}: all invariants hold\n")
        return 0
    sys.stdout.write(f"{verdict}\nIt takes: {', '.join(needed(seed)) or 'no fault at all'}\n")
    return 1


def many(seeds: range) -> int:
    """Try seeds, and tell of those that fail."""
    failed, count = 0, len(seeds)
    for done, verdict in enumerate(spread(seeds), 1):
        if verdict.wrong:
            failed += 1
            sys.stdout.write(f"\n{verdict}\n")
        if sys.stdout.isatty() or done % 50 == 0 or done == count:
            sys.stdout.write(f"\r{done} of {count} seeds, {failed} failed")
            sys.stdout.flush()
    sys.stdout.write("\n")
    return 1 if failed else 0


def spread(seeds: range) -> Iterator[Verdict]:
    """Try seeds on all cores."""
    stretches = [seeds[at : at + AT_ONCE] for at in range(0, len(seeds), AT_ONCE)]
    if len(stretches) == 1:
        yield from trials(seeds)
        return
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for work in as_completed([pool.submit(stretch, each) for each in stretches]):
            yield from work.result()


def stretch(seeds: range) -> list[Verdict]:
    """Try a few seeds."""
    return list(trials(seeds))


if __name__ == "__main__":
    if not HASHES.items() <= os.environ.items():
        os.execve(sys.executable, sys.orig_argv, os.environ | HASHES)
    sys.exit(main())
