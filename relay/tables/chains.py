"""Parties and links: the chain, with its terms."""

from __future__ import annotations

import enum
from datetime import timedelta

from sqlalchemy import (
    ForeignKey,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relay.reading import Valve
from relay.tables.base import KEY, Base


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
