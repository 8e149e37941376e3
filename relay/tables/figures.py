"""Figures: what the log comes to, kept so that nobody has to read all of it for a report."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from relay.moves import State
from relay.tables.base import KEY, Base

#: What is summed over many tickets stands in the index by which they are found, so that nobody
#: has to look into as many rows.
OF_CLOSED = ("to_take", "to_resolve", "in_check", "promised", "late", "returned", "stars")
OF_PHASES = ("offered", "working", "asked", "checking", "rework", "client_asked", "client_checking")


def counted(whose: str, when: str, *sums: str) -> Index:
    """Return an index of those tickets of somebody to which something has happened."""
    happened = text(f"{when} IS NOT NULL")
    name = f"ix_tallies_{whose}_{when}"
    return Index(name, whose, when, *sums, sqlite_where=happened, postgresql_where=happened)


class Tally(Base):
    """What the log says of one ticket, as far as it has come.

    It is made anew from the log soon after something happened in the case (``relay.tallies``), and
    could be thrown away and made again. Moments and durations are whole seconds, so that parts
    sum to the whole. Times of states are the ticket's own, from one end to the other; times of
    phases are those in which its party had the move.
    """

    __tablename__ = "tallies"
    __table_args__ = (
        Index("ix_tallies_party_id_opened_at", "party_id", "opened_at", "link_id"),
        Index("ix_tallies_upper_party_id_opened_at", "upper_party_id", "opened_at", "link_id"),
        counted("party_id", "closed_at", "link_id", *OF_CLOSED),
        counted("upper_party_id", "closed_at", "link_id", *OF_CLOSED),
        counted("party_id", "reopened_at", "link_id"),
        counted("upper_party_id", "reopened_at", "link_id"),
        counted("party_id", "case_closed_at", "level"),
        counted("upper_party_id", "case_closed_at", "level"),
        counted("first_party_id", "case_closed_at", "level", *OF_PHASES),
        Index("ix_tallies_case_id", "case_id"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    bot: Mapped[int]
    case_id: Mapped[int]
    upper_id: Mapped[int | None]  #: the ticket above; none: the client
    party_id: Mapped[int]
    upper_party_id: Mapped[int | None]
    first_party_id: Mapped[int]
    link_id: Mapped[int | None]
    level: Mapped[int]  #: 1 is the first party's
    kind: Mapped[str | None] = mapped_column(KEY)  #: of work
    state: Mapped[State]

    opened_at: Mapped[datetime]  #: when it was offered
    taken_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]  #: the last time
    closed_at: Mapped[datetime | None]  #: none as well while it is open again
    ended_at: Mapped[datetime | None]  #: in whatever way
    reopened_at: Mapped[datetime | None]  #: the last time
    case_closed_at: Mapped[datetime | None]  #: when the first ticket of its case was

    to_take: Mapped[timedelta]  #: in ``offered``
    to_resolve: Mapped[timedelta]  #: in ``working`` and ``returned``: with its party, or below
    to_answer: Mapped[timedelta]  #: in ``waiting``
    in_check: Mapped[timedelta]  #: in ``resolved``

    offered: Mapped[timedelta]  #: its party was to take it
    working: Mapped[timedelta]
    asked: Mapped[timedelta]  #: its party was to answer the one below
    checking: Mapped[timedelta]  #: its party was to check a result from below
    rework: Mapped[timedelta]
    client_asked: Mapped[timedelta]  #: of a first ticket: the client was to answer
    client_checking: Mapped[timedelta]

    promised: Mapped[bool]  #: whether a time to resolve it was agreed
    late: Mapped[bool]  #: whether that passed
    returned: Mapped[int]  #: how often it was sent back, reopening included
    reopened: Mapped[int]
    stars: Mapped[int | None]
