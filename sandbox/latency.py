"""How long calls and their answers are under way."""

from dataclasses import dataclass

Span = tuple[float, float]  #: seconds, at least and at most; anything between is equally likely


@dataclass(frozen=True)
class Latency:
    """How long a call takes to get *there*, and its answer to get *back*."""

    there: Span = (0.0, 0.0)
    back: Span = (0.0, 0.0)
