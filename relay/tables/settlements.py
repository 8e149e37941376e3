"""Settlements: what tickets cost that came over a link with a tariff, and who agreed."""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relay.tables.base import Base
from relay.tables.people import Person


class Sort(enum.StrEnum):
    """What a line of a bill is for."""

    CALLOUT = "callout"  #: once a ticket
    HOUR = "hour"  #: for each hour
    KIND = "kind"  #: once for this kind of work
    EXTRA = "extra"  #: what people added
    PENALTY = "penalty"  #: deducted: the work was late


class Bill(Base):
    """What one ticket costs, as a whole: whether it counts, and since when.

    Its lines can be corrected while the ticket is open. Closing it freezes them; when it is opened
    again they are in dispute, until it is closed anew. What they come to is kept beside them: a
    month of a large link has thousands.
    """

    __tablename__ = "bills"
    __table_args__ = (Index("ix_bills_link_id_closed_at", "link_id", "closed_at"),)

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id"), primary_key=True, autoincrement=False
    )
    bot: Mapped[int]
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"))
    #: the last time; none: it never was, or has ended otherwise since
    closed_at: Mapped[datetime | None]
    disputed: Mapped[bool] = mapped_column(default=False, server_default=false())
    currency: Mapped[str | None] = mapped_column(String(3))  #: none: no line has an amount
    gross: Mapped[Decimal] = mapped_column(default=Decimal(), server_default="0")
    deducted: Mapped[Decimal] = mapped_column(default=Decimal(), server_default="0")
    #: of the lines; empty: they were written by a version that kept no sums
    digest: Mapped[str] = mapped_column(String(12), default="", server_default="")


class Charge(Base):
    """A line of a bill, or a correction of one. Only added to: of each line the newest counts.

    A line is known by its sort and by what it is for.
    """

    __tablename__ = "charges"
    __table_args__ = (Index("ix_charges_ticket_id", "ticket_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    sort: Mapped[Sort]
    what: Mapped[str]  #: the kind of work, or what people call it; else as the sort
    quantity: Mapped[Decimal]  #: hours, or how often; 0: not at all
    price: Mapped[Decimal | None]  #: of one
    currency: Mapped[str | None] = mapped_column(String(3))
    agreed: Mapped[str | None]  #: in place of a price: ``10%``, or words that are none
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))  #: none: the terms
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]


class Confirmation(Base):
    """That one end of a link agrees to what a month comes to. Only added to.

    It counts as long as the bills that it was about are as they were.
    """

    __tablename__ = "confirmations"
    __table_args__ = (Index("ix_confirmations_link_id_month", "link_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    link_id: Mapped[int] = mapped_column(ForeignKey("links.id"))
    month: Mapped[int]  #: since year 0
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]
    totals: Mapped[dict[str, str]]  #: an amount for each currency
    bills: Mapped[dict[str, str]]  #: by the numbers of the tickets, how each of them was
    digest: Mapped[str] = mapped_column(String(32))  #: of all of them

    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")
