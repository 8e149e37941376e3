"""Try many seeds on all cores, or replay one: ``python -m tests.simulation --seeds 500``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.simulation.trial import Verdict, needed, trials

AT_ONCE = 10  #: seeds that one process tries before it takes new ones


def main() -> int:
    """Do what the command line says; return 1 if a seed failed."""
    made = argparse.ArgumentParser(prog="python -m tests.simulation")
    made.add_argument("--seeds", type=int, default=500, help="how many, from 0")
    made.add_argument("--seed", type=int, help="replay this one, and tell what happened")
    chosen = made.parse_args()
    return replay(chosen.seed) if chosen.seed is not None else many(chosen.seeds)


def replay(seed: int) -> int:
    """Tell the story of one seed; if it fails, also which faults it takes."""
    verdict = next(trials([seed]))
    sys.stdout.write("\n".join(verdict.log) + "\n")
    if not verdict.wrong:
        sys.stdout.write(f"seed {seed}: all invariants hold\n")
        return 0
    sys.stdout.write(f"{verdict}\nIt takes: {', '.join(needed(seed)) or 'no fault at all'}\n")
    return 1


def many(count: int) -> int:
    """Try seeds from 0 on."""
    failed = 0
    for done, verdict in enumerate(spread(count), 1):
        if verdict.wrong:
            failed += 1
            sys.stdout.write(f"\n{verdict}\n")
        if sys.stdout.isatty() or done % 50 == 0 or done == count:
            sys.stdout.write(f"\r{done} of {count} seeds, {failed} failed")
            sys.stdout.flush()
    sys.stdout.write("\n")
    return 1 if failed else 0


def spread(count: int) -> Iterator[Verdict]:
    """Try seeds on all cores."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        stretches = (range(at, min(at + AT_ONCE, count)) for at in range(0, count, AT_ONCE))
        for work in as_completed([pool.submit(stretch, each) for each in stretches]):
            yield from work.result()


def stretch(seeds: range) -> list[Verdict]:
    """Try a few seeds."""
    return list(trials(seeds))


if __name__ == "__main__":
    sys.exit(main())
