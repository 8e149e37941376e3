"""Parties and links: the chain, with its terms, and how it came to be what it is."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relay.reading import Valve
from relay.tables.base import KEY, Base
from relay.tables.people import Person

#: How long a client may reopen a case, if their party does not say.
REOPEN_WITHIN: Final = timedelta(days=14)


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


class Offering(enum.StrEnum):
    """To whom of several candidates a party offers its work."""

    ONE = "one"  #: to one after the other
    ALL = "all"  #: to all at once: the first who takes it has it


class Asked(enum.StrEnum):
    """What a party may ask its clients before a case is opened."""

    ADDRESS = "address"  #: where help is needed
    CONTACT = "contact"  #: a telephone number
    KIND = "kind"  #: which of the kinds of work that its links know


class Standing(enum.StrEnum):
    """Whether a party or a link is part of the chain.

    What the chain file ends keeps its open tickets; of a link that a chat ends they go back.
    """

    ACTIVE = "active"
    PAUSED = "paused"  #: a link over which nothing new goes for now; what is open goes on
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
    country: Mapped[str | None] = mapped_column(String(2))  #: whose public holidays it keeps
    offer: Mapped[Offering] = mapped_column(default=Offering.ONE, server_default="one")
    #: what it promises to clients, who have no link
    take_within: Mapped[timedelta | None]
    resolve_within: Mapped[timedelta | None]
    check_within: Mapped[timedelta | None]
    reopen_within: Mapped[timedelta] = mapped_column(
        default=REOPEN_WITHIN, server_default=str(int(REOPEN_WITHIN.total_seconds()))
    )
    #: whether clients are told until when it will be done
    promise: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: when it reads what is open: ``09:00``, or ``off``
    digest: Mapped[str] = mapped_column(String(5), default="09:00", server_default="09:00")
    asks: Mapped[list[str]] = mapped_column(default=list, server_default="[]")  #: of clients
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
    tariff: Mapped[dict[str, str]]  #: what is paid: for a call-out, an hour, a kind of work
    penalty: Mapped[str | None] = mapped_column(String(20))  #: deducted from late work
    standing: Mapped[Standing] = mapped_column(default=Standing.ACTIVE)

    upper: Mapped[Party] = relationship(foreign_keys=upper_id, lazy="raise_on_sql")
    lower: Mapped[Party] = relationship(foreign_keys=lower_id, lazy="raise_on_sql")


class Invitation(Base):
    """What a party was sent to become part of the chain: a link that works once.

    The token in the link is known to whoever has the link; here is only its hash::

        open → used → accepted
          ├─────┴───→ revoked
          └ past ``until``: too late
    """

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("bot", "hash"),
        Index("ix_invitations_party_id", "party_id"),
        Index("ix_invitations_bot_place", "bot", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    hash: Mapped[str] = mapped_column(KEY)  #: SHA-256 of the token, in hex
    name: Mapped[str]  #: what the new party is to be called
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))  #: none: an operator's
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))  #: who invites
    issued_from: Mapped[str] = mapped_column(KEY)  #: the chat that hears what becomes of it
    issued_at: Mapped[datetime]
    until: Mapped[datetime]
    place: Mapped[str | None] = mapped_column(KEY)  #: the chat in which it was used
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    party: Mapped[Party | None] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class Change(Base):
    """One change of the chain that somebody made in a chat. Only added to."""

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"), index=True)  #: in whose
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    what: Mapped[str] = mapped_column(String(30))  #: ``hours``, ``standing``, ``lead``, …
    before: Mapped[str | None]  #: as the chain file would say it
    after: Mapped[str | None]
    at: Mapped[datetime]

    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class Step(enum.StrEnum):
    """How far a proposal has come."""

    OPEN = "open"  #: a lead of its party has yet to say what it is to be, or to confirm it
    WAITING = "waiting"  #: it binds the other end of a link, and a lead there has yet to agree
    DONE = "done"
    LEFT = "left"  #: all stays as it was


class Proposal(Base):
    """A change of the chain that somebody wants.

    It is told as before and after till it is made::

        open → waiting → done
          ├───────┴────→ left
          └ past ``until``: too late

    Values are as the chain file would say them.
    """

    __tablename__ = "proposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))  #: in whose chat it was made
    link_id: Mapped[int | None] = mapped_column(ForeignKey("links.id"), index=True)  #: none: itself
    about_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))  #: who is to lead
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))  #: who proposes it
    what: Mapped[str] = mapped_column(String(30))
    before: Mapped[str]
    after: Mapped[str | None]  #: none: it has been asked for
    step: Mapped[Step]
    until: Mapped[datetime]

    party: Mapped[Party] = relationship(lazy="raise_on_sql")
    about: Mapped[Person | None] = relationship(foreign_keys=about_id, lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(foreign_keys=person_id, lazy="raise_on_sql")
