"""Visits: who looks at the dashboard, what let them in, and which files people took along."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from relay.tables.base import KEY, Base


class Admission(Base):
    """What lets one person in once: a link that they were sent, or their messenger's word.

    The secret is known to whoever has it; here is only its hash. A link is written down when it is
    sent, a word when it is used: what is used, or past ``until``, lets nobody in any more.
    """

    __tablename__ = "admissions"
    __table_args__ = (Index("ix_admissions_bot_until", "bot", "until"),)

    bot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(KEY, primary_key=True)  #: SHA-256, in hex
    address: Mapped[str] = mapped_column(KEY)  #: of the person, in the channel's words
    language: Mapped[str] = mapped_column(String(8))
    until: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Visit(Base):
    """Somebody looks at the dashboard, in one browser; what they may see is asked each time."""

    __tablename__ = "visits"
    __table_args__ = (Index("ix_visits_bot_until", "bot", "until"),)

    bot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(KEY, primary_key=True)  #: SHA-256 of what the browser keeps
    address: Mapped[str] = mapped_column(KEY)
    language: Mapped[str] = mapped_column(String(8))  #: in which they read
    begun_at: Mapped[datetime]
    until: Mapped[datetime]  #: whatever they do, it ends then


class Export(Base):
    """That somebody took figures along as a file, from a chat or the dashboard. Only added to."""

    __tablename__ = "exports"
    __table_args__ = (Index("ix_exports_bot_id", "bot", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    #: whose figures; none: an operator took them from the page *health*
    party_id: Mapped[int | None] = mapped_column(ForeignKey("parties.id"))
    address: Mapped[str | None] = mapped_column(KEY)  #: none: they wrote as the chat itself
    what: Mapped[str] = mapped_column(String(80))  #: the name of the file
    at: Mapped[datetime]
