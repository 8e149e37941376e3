"""A seeded bug: a patch that breaks one thing, and the tests that have to see it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent.parent
SEEN_BY: Final = "Seen by: "


class DoesNotApply(Exception):
    """The code has changed so much that a bug has no place in it any more."""


@dataclass(frozen=True)
class Bug:
    """One way in which the code could be wrong."""

    patch: Path
    breaks: str
    seen_by: tuple[str, ...]  #: tests, as pytest names them

    @property
    def name(self) -> str:
        return self.patch.stem

    def apply(self, tree: Path, *options: str) -> None:
        """Put the bug into a tree, or with other *options* of ``git apply`` take it out."""
        # Without a ceiling git would look for a repository, and pass over what is outside of it.
        made = subprocess.run(
            ["git", "apply", *options, str(self.patch)],
            cwd=tree,
            env={**os.environ, "GIT_CEILING_DIRECTORIES": str(tree.parent)},
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise DoesNotApply(made.stderr.strip())


def read(patch: Path) -> Bug:
    """Read a bug from the head of its patch."""
    head = patch.read_text().partition("\ndiff --git ")[0]
    breaks, *rest = head.strip().splitlines()
    return Bug(patch, breaks, tuple(line.removeprefix(SEEN_BY) for line in rest if line))


def bugs() -> list[Bug]:
    """Return all seeded bugs, by their names."""
    return [read(patch) for patch in sorted(HERE.glob("*.patch"))]
