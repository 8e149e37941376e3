"""The engine: what came in, what is to be told, and where it landed."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relay.tables.base import KEY, Base
from relay.tables.cases import Message


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
        Index(
            "ix_inbox_bot_aside",
            "bot",
            sqlite_where=text("state = 'aside'"),
            postgresql_where=text("state = 'aside'"),
        ),
        Index(
            "ix_inbox_bot_lane_album",
            "bot",
            "lane",
            "album",
            sqlite_where=text("album IS NOT NULL"),
            postgresql_where=text("album IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)  #: in order of arrival
    bot: Mapped[int]
    numbering: Mapped[int]  #: grows when the messenger starts counting anew
    update_id: Mapped[int]
    lane: Mapped[str] = mapped_column(KEY)
    kind: Mapped[str] = mapped_column(KEY)
    album: Mapped[str | None] = mapped_column(KEY)  #: several with one are parts of one message
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
    tightened_until: Mapped[datetime | None]  #: it asked, so till then we are slower than allowed
    moved_to: Mapped[str | None] = mapped_column(KEY)  #: the chat lives at that address now
    held: Mapped[str | None] = mapped_column(String(20))  #: why the chat cannot be reached
    held_since: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]  #: when a held lane is tried by itself
    pause: Mapped[timedelta | None]  #: how long the last wait of a held lane was
    guesses: Mapped[int | None]  #: invitations that there are none of, tried there lately
    guessed_since: Mapped[datetime | None]  #: the first of them


class Lease(Base):
    """Who runs a bot: one process at a time, as long as it renews."""

    __tablename__ = "leases"

    bot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner: Mapped[str] = mapped_column(KEY)  #: a process, by a name of its own
    epoch: Mapped[int]  #: grows with every change of owner
    until: Mapped[datetime]  #: by the database's clock
    stopped: Mapped[str | None]  #: why the messenger does not let the bot speak at all
    paused_until: Mapped[datetime | None]  #: the messenger asked for it, in several chats
    #: it was started from a backup: till an operator agrees, nothing is sent but to operators
    silent_since: Mapped[datetime | None]
    #: when somebody else than the owner changed the chain: what the owner knew of it is outdated
    changed_at: Mapped[datetime | None]
    chain_read: Mapped[str | None] = mapped_column(KEY)  #: the digest of the last chain file


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
    TOPIC = "topic"  #: let a ticket's topic look as the ticket stands now
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
        Index(
            "ix_deliveries_bot_stuck",
            "bot",
            "state",
            sqlite_where=text("state IN ('unclear', 'failed')"),
            postgresql_where=text("state IN ('unclear', 'failed')"),
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


class Attempt(Base):
    """One try at a delivery. Only added to, and answered once."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    lane: Mapped[str] = mapped_column(KEY)
    epoch: Mapped[int] = mapped_column(server_default="0")  #: of the lease under which it was made
    begun_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))  #: sent, or the kind of the error
    said: Mapped[str | None]  #: what the messenger answered, if it was no success


class Decision(Base):
    """What an operator decided about something stuck. Only added to."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id"), index=True)
    line_id: Mapped[int | None]  #: of the inbox; kept when the line is cleared away
    chat: Mapped[str | None] = mapped_column(KEY)  #: that was to be tried again
    what: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(KEY)  #: of the person who decided
    at: Mapped[datetime]


HISTORY = -1  #: the number of a part that shows nothing any more


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
    #: of several that make one post; below 0: it was said anew, and this is history
    number: Mapped[int] = mapped_column(default=0)
    card: Mapped[bool] = mapped_column(default=False)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))  #: the reader's
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"))
    digest: Mapped[str | None] = mapped_column(String(32))  #: how a card looks there now

    message: Mapped[Message | None] = relationship(lazy="raise_on_sql")
