"""What tickets are found by: kept so that nobody has to read all that was ever said."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from relay.tables.base import KEY, Base


class Findable(Base):
    """All words by which one party finds one ticket, of what its own chat may read.

    It is made anew soon after something happened in the case (``relay.findable``), and could be
    thrown away and made again. Each word begins with the party's id, so that the index itself
    keeps the parties apart: ``17_leak``.

    PostgreSQL has an index of the words. SQLite keeps one in a table beside this, which follows
    it by triggers: ``findables_index``.
    """

    __tablename__ = "findables"
    __table_args__ = (
        Index(
            "ix_findables_words",
            "words",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    bot: Mapped[int]
    words: Mapped[str] = mapped_column(Text().with_variant(TSVECTOR(), "postgresql"))
    upto: Mapped[int]  #: the last message that was read for it
    copies: Mapped[int]  #: how many were
    versions: Mapped[int]  #: of all of them, as a sum: an edit shows in it
    digest: Mapped[str] = mapped_column(KEY)  #: of what else its words depend on
