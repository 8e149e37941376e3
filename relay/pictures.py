"""Pictures: what is to be seen on them; how they are drawn is not known here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from relay.holding import Phase


@dataclass(frozen=True)
class Bar:
    """A while in which a level had the move."""

    phase: Phase
    begin: datetime
    until: datetime


@dataclass(frozen=True)
class Row:
    """A level of a case: who it is, and when it had the move."""

    label: str
    bars: Sequence[Bar] | None  #: None: its times are not for the reader
    deadlines: Sequence[datetime] = ()
    times: str = ""  #: how long it had the move so far, and for what, in words


@dataclass(frozen=True)
class Timeline:
    """A case as time: a row for each level, the client's first."""

    title: str
    rows: Sequence[Row]
    begin: datetime
    until: datetime  #: a deadline after it is marked at the edge
    zone: str  #: in which moments are read
    legend: Sequence[tuple[Phase, str]]  #: those that occur, in words
    language: str = "en"  #: in which dates are told
    deadline: str = ""  #: what a mark of a deadline is called in the legend
    now: datetime | None = None  #: bars end there; None: with the picture, the case has ended


@dataclass(frozen=True)
class Measure:
    """A few numbers side by side: one thing now, and what it was before."""

    label: str
    now: float
    before: float | None
    shown: str  #: the number in words, as ``3 h 20 min``


@dataclass(frozen=True)
class Chart:
    """Bars that compare: groups of measures, each group in a unit of its own."""

    title: str
    groups: Sequence[tuple[str, Sequence[Measure]]]
    now: str  #: the period, in words
    before: str
