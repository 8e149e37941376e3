"""Requests that are no cases yet: their clients are asked a few things first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relay.tables.base import KEY, Base
from relay.tables.cases import Message
from relay.tables.chains import Party
from relay.tables.equipment import Equipment
from relay.tables.people import Client


class Intake(Base):
    """A client's request, and what they have answered so far.

    What they write meanwhile are replies to the request, and without a case as well. It is not
    kept for long: at ``due_at`` it becomes a case with what is known by then.
    """

    __tablename__ = "intakes"
    __table_args__ = (
        Index("ix_intakes_client_id", "client_id"),
        Index(
            "ix_intakes_bot_due_at",
            "bot",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))  #: the request
    equipment_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"))
    asks: Mapped[list[str]]  #: what is still to be answered; the first of it was asked last
    times: Mapped[int]  #: how often something was asked
    asked_at: Mapped[datetime]
    kinds: Mapped[list[str]]  #: of work, that can be chosen from
    address: Mapped[str | None]
    phone: Mapped[str | None]
    kind: Mapped[str | None] = mapped_column(KEY)
    refs: Mapped[dict[str, str]]  #: where the answers stand in the client's chat, by what was asked
    due_at: Mapped[datetime | None]  #: none: it is a case, or was called off

    client: Mapped[Client] = relationship(lazy="raise_on_sql")
    party: Mapped[Party] = relationship(lazy="raise_on_sql")
    message: Mapped[Message] = relationship(lazy="raise_on_sql")
    equipment: Mapped[Equipment | None] = relationship(lazy="raise_on_sql")
