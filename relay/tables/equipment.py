"""Equipment: what a party looks after, as its register says."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from relay.tables.base import KEY, Base


class Equipment(Base):
    """One machine of a party's register; what is not known of it is empty."""

    __tablename__ = "equipment"
    __table_args__ = (UniqueConstraint("bot", "party_id", "code"), UniqueConstraint("bot", "tag"))

    id: Mapped[int] = mapped_column(primary_key=True)
    bot: Mapped[int]
    party_id: Mapped[int] = mapped_column(ForeignKey("parties.id"))
    code: Mapped[str] = mapped_column(KEY)  #: what the party calls it
    tag: Mapped[str] = mapped_column(String(16))  #: what stands in the link on its sticker
    name: Mapped[str]
    model: Mapped[str]
    serial: Mapped[str]
    site: Mapped[str]  #: where it stands
    region: Mapped[str] = mapped_column(KEY)  #: by which candidates are chosen
    client: Mapped[str]  #: whose it is
    #: what it is found by, folded: all of the above
    sought: Mapped[str] = mapped_column(default="", server_default="")
    #: the register does not name it any more; tickets hang on it
    gone: Mapped[bool] = mapped_column(default=False, server_default=false())
