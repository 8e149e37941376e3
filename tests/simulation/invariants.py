"""The invariants of RELIABILITY.md, section 8, by number: each says what is wrong, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from tests.simulation.evidence import Evidence

Check = Callable[[Evidence], Iterator[str]]


@dataclass(frozen=True)
class Invariant:
    """Something that must hold whatever happens."""

    name: str
    sentence: str
    check: Check


INVARIANTS: Final[list[Invariant]] = []


def invariant(name: str, sentence: str) -> Callable[[Check], Check]:
    """Note a check under its number in RELIABILITY.md."""

    def noted(check: Check) -> Check:
        INVARIANTS.append(Invariant(name, sentence, check))
        return check

    return noted


def judge(evidence: Evidence) -> list[str]:
    """Return everything that is wrong in a story."""
    from tests.simulation import about_cases, about_deliveries, about_engine, about_secrets  # noqa

    found = list(evidence.story.findings)
    for each in INVARIANTS:
        found += [f"{each.name} {what} ({each.sentence})" for what in each.check(evidence)]
    return found
