"""Cases: what parties owe each other, what was done and said, and who may read it."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relay.content import Content
from relay.moves import OPEN, State
from relay.reading import Shown
from relay.tables.base import KEY, Base
from relay.tables.chains import Link, Party, Sees
from relay.tables.equipment import Equipment
from relay.tables.people import Client, Person


class Case(Base):
    """One client's request from first message to the end: a tree of tickets."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "ix_cases_bot_stale",
            "bot",
            "id",
            sqlite_where=text("stale"),
            postgresql_where=text("stale"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), index=True)
    subject: Mapped[str]
    opened_at: Mapped[datetime]
    #: what candidates are chosen by, as far as it is known
    region: Mapped[str | None] = mapped_column(KEY)
    kind: Mapped[str | None] = mapped_column(KEY)
    equipment_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"), index=True)
    address: Mapped[str | None]  #: where help is needed
    phone: Mapped[str | None]  #: of who asks
    #: something happened since its figures were made
    stale: Mapped[bool] = mapped_column(default=True, server_default=true())

    equipment: Mapped[Equipment | None] = relationship(lazy="raise_on_sql")
    client: Mapped[Client] = relationship(lazy="raise_on_sql")
    request: Mapped[Message] = relationship(
        primaryjoin="and_(Message.case_id == Case.id, Message.purpose == 'request')",
        viewonly=True,
        uselist=False,
        lazy="raise_on_sql",
    )
    tickets: Mapped[list[Ticket]] = relationship(
        back_populates="case", order_by="Ticket.id", lazy="raise_on_sql"
    )


class Ticket(Base):
    """What one party owes to the one above it, with one state that both ends share."""

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("party_id", "serial"),
        Index("ix_tickets_party_id_open", "party_id", "state"),
        Index(
            "ix_tickets_party_id_due_at",
            "party_id",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_tickets_link_id_due_at",
            "link_id",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_tickets_bot_alert_at",
            "bot",
            "alert_at",
            sqlite_where=text("alert_at IS NOT NULL"),
            postgresql_where=text("alert_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    upper_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))  #: none: the client
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"))  #: over which it came
    serial: Mapped[int]  #: counts the party's tickets, without gaps
    number: Mapped[str] = mapped_column(String(20))  #: ``SRV-203``
    state: Mapped[State]
    since: Mapped[datetime]  #: when it came into its state
    taken: Mapped[bool]  #: whether its party ever took it
    rework: Mapped[int] = mapped_column(default=0)  #: how often it was sent back
    stars: Mapped[int | None]  #: how the upper rated it, 1 to 5
    stars_why: Mapped[str | None]
    #: where its party talks about it: a topic, or the chat itself; none: the chat, as yet
    topic: Mapped[str | None] = mapped_column(KEY)
    topic_at: Mapped[datetime | None]  #: when it was made anew
    topic_look: Mapped[str | None] = mapped_column(KEY)  #: how it looks there
    reopened: Mapped[bool] = mapped_column(default=False)  #: after it had been accepted
    batch: Mapped[int | None]  #: what was offered to several at once: the first of these tickets
    #: whether the one above waits for its result
    required: Mapped[bool] = mapped_column(default=True, server_default=true())
    promised_at: Mapped[datetime | None]  #: since when the time for its result counts
    #: whether there was such a time when it was last in hand: terms may change when it has ended
    promised: Mapped[bool] = mapped_column(default=False, server_default=false())
    used: Mapped[timedelta] = mapped_column(default=timedelta(), server_default="0")  #: of that
    late_since: Mapped[datetime | None]  #: when all of it was used
    due_at: Mapped[datetime | None]  #: the deadline that runs now
    alert_at: Mapped[datetime | None]  #: when something is to be said or done about it

    case: Mapped[Case] = relationship(back_populates="tickets", lazy="raise_on_sql")
    party: Mapped[Party] = relationship(lazy="raise_on_sql")
    link: Mapped[Link | None] = relationship(lazy="raise_on_sql")
    upper: Mapped[Ticket | None] = relationship(remote_side=id, lazy="raise_on_sql")

    @property
    def lowers(self) -> list[Ticket]:
        """The tickets right below, ended ones among them."""
        return [ticket for ticket in self.case.tickets if ticket.upper_id == self.id]

    @property
    def open_lowers(self) -> list[Ticket]:
        """The tickets right below that are still open."""
        return [ticket for ticket in self.lowers if ticket.open]

    @property
    def awaited(self) -> list[Ticket]:
        """The tickets right below whose results this one has to wait for."""
        return [ticket for ticket in self.open_lowers if ticket.required]

    @property
    def open(self) -> bool:
        """Whether it is still owed."""
        return self.state in OPEN

    @property
    def path(self) -> list[Ticket]:
        """The tickets from the first one down to this."""
        return [*(self.upper.path if self.upper else ()), self]

    @property
    def position(self) -> tuple[int, ...]:
        """Where its party stands in the case."""
        return tuple(ticket.id for ticket in self.path)


class Event(Base):
    """One move, or a rating: the log that everything about time is computed from. Only added to."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))  #: a ``Move``, "offer" or "rate"
    before: Mapped[State | None]
    after: Mapped[State]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))  #: none: client, terms
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))  #: why
    at: Mapped[datetime]

    party: Mapped[Party | None] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class Purpose(enum.StrEnum):
    """Why something was said."""

    TALK = "talk"
    REQUEST = "request"  #: what the case began with
    QUESTION = "question"  #: the party needs to know
    ANSWER = "answer"
    RESULT = "result"  #: what was done
    REASON = "reason"  #: why a move was made
    NOTE = "note"  #: for the own party alone


class Message(Base):
    """What somebody said, once."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("cases.id"), index=True
    )  #: none: the client has not said yet what it belongs to
    ticket_id: Mapped[int | None] = mapped_column(
        ForeignKey("tickets.id")
    )  #: the author's; none: the client's
    about_id: Mapped[int | None] = mapped_column(
        ForeignKey("tickets.id"), index=True
    )  #: the ticket whose move it explains
    move: Mapped[str | None] = mapped_column(String(20))  #: the move it explains
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    place: Mapped[str] = mapped_column(KEY)  #: where it was said
    purpose: Mapped[Purpose]
    towards: Mapped[str | None] = mapped_column(KEY)  #: up, down, both, or a ticket below
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    content: Mapped[dict[str, Any]]
    version: Mapped[int]  #: grows with every correction
    said_at: Mapped[datetime]
    receipt: Mapped[str | None] = mapped_column(String(20))  #: the reaction its author sees

    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")

    @property
    def said(self) -> Content:
        """What it consists of now."""
        return Content.unpacked(self.content)


class Copy(Base):
    """A message as one chat gets it. Who has no copy cannot read it: that is all of visibility."""

    __tablename__ = "copies"
    __table_args__ = (
        Index(
            "ix_copies_merged_with_id",
            "merged_with_id",
            sqlite_where=text("merged_with_id IS NOT NULL"),
            postgresql_where=text("merged_with_id IS NOT NULL"),
        ),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    place: Mapped[str] = mapped_column(KEY, primary_key=True)
    bot: Mapped[int]
    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id"), index=True
    )  #: the reader's; for the client, the first
    shown: Mapped[Shown]  #: how the author is named
    origin: Mapped[bool]  #: it was said here
    sees: Mapped[Sees]  #: what its reader may know about the client
    waits: Mapped[bool]  #: for somebody here to pass it on
    on_card: Mapped[bool]  #: the card carries it
    #: it was said before its reader had the ticket, and so its moment is told
    past: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int]  #: that is shown there; 0: none yet
    #: the message whose parts show this one as well: a backlog is said in one go
    merged_with_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))

    message: Mapped[Message] = relationship(foreign_keys=message_id, lazy="raise_on_sql")


class Question(Base):
    """An open question of the bot: a reply to it makes the move, or the change, it asks about."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    place: Mapped[str] = mapped_column(KEY, index=True)
    ticket_id: Mapped[int | None] = mapped_column(
        ForeignKey("tickets.id")
    )  #: whose move it is about
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposals.id"))  #: else whose words
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))  #: who is asked
    what: Mapped[str] = mapped_column(String(20))  #: a ``Move``, "stars" for why so few, "change"
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("messages.id")
    )  #: words from below that may be taken as they are
    until: Mapped[datetime]
    answered: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    message: Mapped[Message | None] = relationship(lazy="raise_on_sql")
