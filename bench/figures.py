"""How figures are shown: a line each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median, quantiles

ROUNDS = f"{'':28}{'median':>9}{'min':>9}{'max':>9}"
WAITS = f"{'':28}{'p50':>9}{'p99':>9}{'max':>9}"


def rounds(name: str, found: Sequence[float], digits: int) -> str:
    """Return the line of what was found in each round."""
    return line(name, (median(found), min(found), max(found)), digits)


def waits(name: str, found: Sequence[float]) -> str:
    """Return the line of how long messages took, in milliseconds."""
    return line(name, (1000 * each for each in (median(found), p99(found), max(found))), 1)


def ratios(name: str, ours: Sequence[float], theirs: Sequence[float], aim: str) -> str:
    """Return the line of how two compare, round by round."""
    pairs = [one / other for one, other in zip(ours, theirs, strict=True)]
    shown = " ".join(f"{each:.2f}" for each in pairs)
    return line(name, [median(pairs)], 2) + f"   {aim}; rounds: {shown}"


def line(name: str, found: Iterable[float], digits: int) -> str:
    """Return a line of a table."""
    return f"{name:28}" + "".join(f"{each:9.{digits}f}" for each in found)


def p99(found: Sequence[float]) -> float:
    """Return what all but a hundredth does not exceed."""
    return quantiles(found, n=100, method="inclusive")[98]
