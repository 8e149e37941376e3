"""Try every seeded bug in a copy of the tree: the tests that it names must turn red.

First they are run without any bug, and must be green; else a red one would mean nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

from tests.seeded_bugs.bugs import ROOT, Bug, DoesNotApply, bugs

GREEN, RED = 0, 1  # what pytest returns; anything else is trouble of another kind
PATIENCE: Final = 60  #: seconds; whoever needs more runs in a circle, and that is seen, too
EACH: Final = 5  #: seconds more for each of the tests
LEFT_OUT: Final = (".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "*.db*")


def main() -> int:
    """Try the bugs that are named, or all; return 1 if a test sees too little, or too much."""
    chosen = asked([bug.name for bug in bugs()])
    with TemporaryDirectory(prefix="seeded-bugs-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        tried = [bug for bug in bugs() if bug.name in chosen]
        everything = sorted({test for bug in tried for test in bug.seen_by})
        code, said = run(tree, everything, "--maxfail=5")
        if code != GREEN:
            print(said, "\nThese tests are not green to begin with.", sep="")
            return 1
        print(f"{len(everything)} tests are green without a bug.", flush=True)
        verdicts = [verdict(tree, bug) for bug in tried]
    print(f"{verdicts.count('seen')} of {len(tried)} seeded bugs are seen.")
    return int(set(verdicts) != {"seen"})


def asked(names: Collection[str]) -> Collection[str]:
    """Return the names of the bugs that are to be tried."""
    parser = argparse.ArgumentParser(prog="python -m tests.seeded_bugs", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="bug", help="its name; none: all of them")
    only: list[str] = parser.parse_args().only
    if unknown := {*only} - {*names}:
        parser.error(f"no such bug: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return only or names


def verdict(tree: Path, bug: Bug) -> str:
    """Try one bug, print a line about it, and return in a word what came of it."""
    begun = monotonic()
    try:
        bug.apply(tree)
    except DoesNotApply as error:
        print(error)
        word = "does not apply"
    else:
        code, said = run(tree, bug.seen_by, "-x")
        bug.apply(tree, "--reverse")
        word = {GREEN: "SURVIVES", RED: "seen"}.get(code, "breaks the tests themselves")
        if code not in {GREEN, RED}:
            print(said)
    print(f"{word:<15}{monotonic() - begun:4.0f} s  {bug.name:<32} {bug.breaks}", flush=True)
    return word


def run(tree: Path, tests: Sequence[str], *options: str) -> tuple[int, str]:
    """Run tests in a tree; return how they ended, and what was said."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"]
    try:
        made = subprocess.run(
            [*command, *options, *tests],
            cwd=tree,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE + EACH * len(tests),
        )
    except subprocess.TimeoutExpired:
        return RED, "It does not end."
    return made.returncode, made.stdout + made.stderr


if __name__ == "__main__":
    sys.exit(main())
