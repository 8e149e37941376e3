"""The records: what is kept, what it means, and in which unit.

First the chain (parties and links), then the people, then cases with what was done and said,
then the engine: what came in, what is to be told, and where it landed.
"""

from __future__ import annotations

import enum
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Dialect,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from relay.moves import OPEN, State
from relay.reading import Shown, Valve
from relay.text import Content


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, kept as microseconds since 1970, so that every database orders it."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To the database."""
        return None if value is None else round(value.timestamp() * 1_000_000)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else datetime.fromtimestamp(value / 1_000_000, UTC)


class Span(TypeDecorator[timedelta]):
    """A duration, kept as whole seconds."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        """To the database."""
        return None if value is None else round(value.total_seconds())

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        """From the database."""
        return None if value is None else timedelta(seconds=value)


def values(kind: type[enum.Enum]) -> list[str]:
    """Keep the values of an enum, not the names of its members."""
    return [member.value for member in kind]


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        int: BigInteger().with_variant(Integer, "sqlite"),
        str: Text(),
        datetime: Moment(),
        timedelta: Span(),
        dict[str, Any]: JSON(),
        dict[str, list[str]]: JSON(),
        dict[str, str]: JSON(),
        enum.Enum: Enum(enum.Enum, native_enum=False, length=20, values_callable=values),
    }


KEY = String(64)


# The chain


class Forward(enum.StrEnum):
    """How a ticket goes over a link."""

    AUTO = "auto"  #: at once
    MANUAL = "manual"  #: when a lead presses the button


class Result(enum.StrEnum):
    """What becomes of a result that comes over a link."""

    CHECK = "check"  #: a lead of the upper looks at it
    AUTO = "auto"  #: it passes straight up


class Sees(enum.StrEnum):
    """What a link tells its lower about the client."""

    FULL = "full"
    NAME = "name"  #: the name, but no way to reach the person
    HIDDEN = "hidden"
    WHEN_TAKEN = "when_taken"  #: everything, once the lower has taken the ticket


class Standing(enum.StrEnum):
    """Whether a party or a link is part of the chain; an ended one keeps its open tickets."""

    ACTIVE = "active"
    ENDED = "ended"


class Party(Base):
    """A company in the chain, at home in one chat."""

    __tablename__ = "parties"
    __table_args__ = (
        UniqueConstraint("bot", "key"),
        UniqueConstraint("bot", "code"),
        UniqueConstraint("bot", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    key: Mapped[str] = mapped_column(KEY)  #: its name in the chain file and in links: ``vendor``
    name: Mapped[str]
    code: Mapped[str] = mapped_column(String(6))  #: what its ticket numbers begin with
    place: Mapped[str] = mapped_column(KEY)  #: its chat, in the channel's words
    language: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str] = mapped_column(KEY)
    hours: Mapped[str] = mapped_column(KEY)  #: when it works: ``Mon-Fri 09:00-18:00``
    clients: Mapped[bool]  #: whether clients may write to it
    to_client: Mapped[Valve]  #: whether what came from below goes on to the client by itself
    standing: Mapped[Standing] = mapped_column(default=Standing.ACTIVE)
    last_serial: Mapped[int] = mapped_column(default=0)  #: of its tickets


class Link(Base):
    """The standing agreement of an upper and a lower party, with its terms."""

    __tablename__ = "links"
    __table_args__ = (UniqueConstraint("bot", "upper_id", "lower_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    upper_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    lower_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), index=True)
    rank: Mapped[int]  #: candidates are offered in this order
    match: Mapped[dict[str, list[str]]]  #: which cases it is for; empty: any
    forward: Mapped[Forward]
    down: Mapped[Valve]
    up: Mapped[Valve]
    result: Mapped[Result]
    client: Mapped[Sees]
    names: Mapped[bool]  #: neighbours are told the person's name, not the party's alone
    share_replies: Mapped[bool]  #: the lower sees what its upper says upwards
    client_rating: Mapped[bool]  #: the lower is told how the client rated
    take_within: Mapped[timedelta | None]
    resolve_within: Mapped[timedelta | None]
    check_within: Mapped[timedelta | None]
    reopen_within: Mapped[timedelta]
    tariff: Mapped[dict[str, str]]
    standing: Mapped[Standing] = mapped_column(default=Standing.ACTIVE)

    upper: Mapped[Party] = relationship(foreign_keys=upper_id, lazy="raise_on_sql")
    lower: Mapped[Party] = relationship(foreign_keys=lower_id, lazy="raise_on_sql")


# The people


class Person(Base):
    """Somebody who has spoken, as the channel told us."""

    __tablename__ = "persons"
    __table_args__ = (UniqueConstraint("bot", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    address: Mapped[str] = mapped_column(KEY)  #: who it is, in the channel's words
    name: Mapped[str]
    username: Mapped[str | None]


class Member(Base):
    """A person who has spoken in a party's chat."""

    __tablename__ = "members"

    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    since: Mapped[datetime]


class Client(Base):
    """Who asks: a person in a private chat, or a group of people."""

    __tablename__ = "clients"
    __table_args__ = (UniqueConstraint("bot", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    place: Mapped[str] = mapped_column(KEY)
    name: Mapped[str]  #: of the person, or the group's title
    username: Mapped[str | None]
    language: Mapped[str] = mapped_column(String(8))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))  #: whom they ask


# Cases


class Case(Base):
    """One client's request from first message to the end: a tree of tickets."""

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), index=True)
    subject: Mapped[str]
    opened_at: Mapped[datetime]

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
    rework: Mapped[int] = mapped_column(default=0)  #: how often it was sent back
    stars: Mapped[int | None]  #: how the upper rated it, 1 to 5
    stars_why: Mapped[str | None]
    reopened: Mapped[bool] = mapped_column(default=False)  #: after it had been accepted

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
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    content: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
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
    version: Mapped[int]  #: that is shown there; 0: none yet


# The engine


class Handling(enum.StrEnum):
    """What became of an update."""

    NEW = "new"
    DONE = "done"
    IGNORED = "ignored"  #: by a rule
    ASIDE = "aside"  #: a person has to look at it


class Line(Base):
    """A line of the inbox: one update as it came, written down before it is confirmed."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot", "numbering", "update_id"),
        Index(
            "ix_inbox_bot_id_new",
            "bot",
            "id",
            sqlite_where=text("state = 'new'"),
            postgresql_where=text("state = 'new'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)  #: in order of arrival
    bot: Mapped[int]
    numbering: Mapped[int]  #: grows when the messenger starts counting anew
    update_id: Mapped[int]
    lane: Mapped[str] = mapped_column(KEY)
    kind: Mapped[str] = mapped_column(KEY)
    raw: Mapped[str]
    arrived_at: Mapped[datetime]
    state: Mapped[Handling] = mapped_column(default=Handling.NEW)
    reason: Mapped[str | None]
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]


class Cursor(Base):
    """Where a bot's polling stands: written with the lines it covers."""

    __tablename__ = "cursors"

    bot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    numbering: Mapped[int]
    offset: Mapped[int]  #: the next one to ask for
    polled_at: Mapped[datetime]


class Lane(Base):
    """The deliveries of one chat, in order."""

    __tablename__ = "lanes"

    bot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chat: Mapped[str] = mapped_column(KEY, primary_key=True)
    paused_until: Mapped[datetime | None]  #: the messenger asked for it
    held: Mapped[str | None] = mapped_column(String(20))  #: why the chat cannot be reached
    held_since: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]  #: when a held lane is tried by itself
    pause: Mapped[timedelta | None]  #: how long the last wait of a held lane was


class Kind(enum.StrEnum):
    """How a delivery is treated when time is short, and when it is not known to have arrived."""

    MESSAGE = "message"  #: what somebody said, opening cards, questions
    CARD = "card"  #: a card's refresh
    NOTICE = "notice"  #: everything else


class Doing(enum.StrEnum):
    """What a delivery asks of the channel."""

    CARD = "card"  #: show a ticket's card as it is now
    COPY = "copy"  #: say a message
    EDIT = "edit"  #: make a copy read as the message reads now
    NOTICE = "notice"  #: say a sentence of ours
    QUESTION = "question"  #: ask somebody
    RECEIPT = "receipt"  #: show the author whether every chat has it


class Progress(enum.StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    UNCLEAR = "unclear"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class Delivery(Base):
    """A line of the outbox: one thing one chat has yet to be told.

    Written in the transaction that causes it, and unique by its cause, so that an update
    which comes twice tells nobody twice::

        queued → sending → sent
           ↑        ├────→ held       the place cannot be reached; goes on when it can be
           ├────────┤                 surely not sent: again, at ``due_at``
           ├────────┤                 perhaps sent: a message goes once more, as a ``repeat``
           │        ├────→ unclear    perhaps sent twice: a person decides
           │        └────→ failed     ``reason`` says why, and the sender is told
           └ superseded, cancelled    before it was tried

    There is no silent end: whatever is not ``sent`` is shown to some person.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("bot", "cause"),
        Index(
            "ix_deliveries_bot_lane_open",
            "bot",
            "lane",
            "kind",
            "id",
            sqlite_where=text("state IN ('queued', 'sending', 'held')"),
            postgresql_where=text("state IN ('queued', 'sending', 'held')"),
        ),
        Index("ix_deliveries_message_id", "message_id"),
        Index("ix_deliveries_ticket_id_state", "ticket_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)  #: in a lane, the order of what is said
    bot: Mapped[int]
    cause: Mapped[str] = mapped_column(String(128))  #: what is told to whom: ``said:12:-100``
    lane: Mapped[str] = mapped_column(KEY)
    place: Mapped[str] = mapped_column(KEY)
    kind: Mapped[Kind]
    doing: Mapped[Doing]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    payload: Mapped[dict[str, Any]]  #: facts of a notice; never words
    state: Mapped[Progress] = mapped_column(default=Progress.QUEUED)
    reason: Mapped[str | None] = mapped_column(String(20))
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)  #: that failed without a clear answer
    repeat: Mapped[bool] = mapped_column(default=False)  #: it may be there already

    @property
    def edits(self) -> bool:
        """Whether doing it twice does no harm."""
        return self.doing in {Doing.EDIT, Doing.RECEIPT} or self.kind is Kind.CARD


class Attempt(Base):
    """One try at a delivery. Only added to, and answered once."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    lane: Mapped[str] = mapped_column(KEY)
    begun_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))  #: sent, or the kind of the error
    said: Mapped[str | None]  #: what the messenger answered, if it was no success


class Part(Base):
    """One message of the messenger, and what it is to us."""

    __tablename__ = "parts"
    __table_args__ = (
        Index("ix_parts_message_id_place", "message_id", "place"),
        Index("ix_parts_ticket_id_place_card", "ticket_id", "place", "card"),
    )

    bot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lane: Mapped[str] = mapped_column(KEY, primary_key=True)
    ref: Mapped[str] = mapped_column(KEY, primary_key=True)
    place: Mapped[str] = mapped_column(KEY)
    number: Mapped[int] = mapped_column(default=0)  #: of several that make one post
    card: Mapped[bool] = mapped_column(default=False)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))  #: the reader's
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    digest: Mapped[str | None] = mapped_column(String(32))  #: how a card looks there now


class Question(Base):
    """An open question of the bot: a reply to it makes the move it asks about."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    place: Mapped[str] = mapped_column(KEY, index=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))  #: whose move it is about
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))  #: who is asked
    what: Mapped[str] = mapped_column(String(20))  #: a ``Move``, or "stars" for why so few
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("messages.id")
    )  #: words from below that may be taken as they are
    until: Mapped[datetime]
    answered: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    message: Mapped[Message | None] = relationship(lazy="raise_on_sql")
