"""Subscriptions: what is told to a party again and again, without anybody asking."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relay.rhythms import Every, Rhythm
from relay.tables.base import Base
from relay.tables.chains import Party


class Subscription(Base):
    """A report that comes to a party's chat by itself, each time about what is over by then."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        Index("ix_subscriptions_bot_next_at", "bot", "next_at"),
        Index("ix_subscriptions_party_id", "party_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))  #: who wanted it
    every: Mapped[Every]
    day: Mapped[int]  #: of the week or of the month, as ``Rhythm`` counts
    at: Mapped[str] = mapped_column(String(5))  #: by the clock on the party's wall: ``09:00``
    next_at: Mapped[datetime]  #: when it is to be made, unless the party's time zone changes

    party: Mapped[Party] = relationship(lazy="raise_on_sql")

    @property
    def rhythm(self) -> Rhythm:
        """When it comes."""
        return Rhythm(self.every, self.day, self.at)
