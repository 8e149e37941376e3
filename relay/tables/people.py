"""People: who has spoken, in which party, as which client."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relay.tables.base import KEY, Base


class Person(Base):
    """Somebody who has spoken, as the channel told us, or was named a lead before they did."""

    __tablename__ = "persons"
    __table_args__ = (UniqueConstraint("bot", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    address: Mapped[str] = mapped_column(KEY)  #: who it is, in the channel's words
    name: Mapped[str]
    username: Mapped[str | None]
    #: how they were called before: names, and usernames with their ``@``
    former: Mapped[list[str]] = mapped_column(default=list, server_default="[]")


class Member(Base):
    """A person who has spoken in a party's chat, or was named its lead."""

    __tablename__ = "members"
    __table_args__ = (Index("ix_members_person_id", "person_id"),)

    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    since: Mapped[datetime]
    #: named so in the chat or the file; administrators lead anyway
    lead: Mapped[bool] = mapped_column(default=False, server_default=false())


class Client(Base):
    """Who asks: a person in a private chat, or a group of people."""

    __tablename__ = "clients"
    __table_args__ = (UniqueConstraint("bot", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    place: Mapped[str] = mapped_column(KEY)
    name: Mapped[str]  #: of the person, or the group's title
    username: Mapped[str | None]
    former: Mapped[list[str]] = mapped_column(default=list, server_default="[]")  #: as of persons
    language: Mapped[str] = mapped_column(String(8))
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))  #: whom they ask
    #: what their next request is about: they have scanned its sticker
    equipment_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"))


class Block(Base):
    """A client whom a party hears no more; others may. It is kept when it has ended."""

    __tablename__ = "blocks"
    __table_args__ = (
        Index(
            "ix_blocks_client_id_party_id_now",
            "client_id",
            "party_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))  #: who did it
    reason: Mapped[str]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))

    client: Mapped[Client] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(foreign_keys=person_id, lazy="raise_on_sql")
