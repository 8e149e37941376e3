"""Visits of the dashboard: what lets people in, who is there, and what they take along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from relay.store.session import Transaction
from relay.tables import Admission, Export, Member, Party, Person, Visit

KEY = ("bot", "hash")


class Visits(Transaction):
    """Whatever lets somebody in does so once: the row says whether."""

    async def admits(
        self, hashed: str, address: str, language: str, until: datetime, *, used: bool = False
    ) -> bool:
        """Write down what lets a person in, or did; say whether it is new."""
        row = {"bot": self.bot, "hash": hashed, "address": address, "language": language}
        row |= {"until": until, "used_at": self.now if used else None}
        found = await self._session.scalars(self._new(Admission, KEY), [row])
        return found.first() is not None

    async def admission(self, hashed: str) -> Admission | None:
        """Return what would let somebody in now."""
        found: Admission | None = await self._session.scalar(
            select(Admission).where(
                Admission.bot == self.bot,
                Admission.hash == hashed,
                Admission.used_at.is_(None),
                Admission.until > self.now,
            )
        )
        return found

    async def uses(self, hashed: str) -> tuple[str, str] | None:
        """Let somebody in: return their address and language; of several that try, one does."""
        found = await self._session.execute(
            update(Admission)
            .where(
                Admission.bot == self.bot,
                Admission.hash == hashed,
                Admission.used_at.is_(None),
                Admission.until > self.now,
            )
            .values(used_at=self.now)
            .returning(Admission.address, Admission.language)
            .execution_options(synchronize_session=False)
        )
        row = found.one_or_none()
        return (row[0], row[1]) if row else None

    async def visit(self, hashed: str) -> Visit | None:
        """Return a visit that has not ended."""
        found: Visit | None = await self._session.scalar(
            select(Visit).where(Visit.bot == self.bot, Visit.hash == hashed, Visit.until > self.now)
        )
        return found

    async def ends_visit(self, hashed: str) -> None:
        """Let a visit be over."""
        await self._session.execute(
            delete(Visit).where(Visit.bot == self.bot, Visit.hash == hashed)
        )

    async def reads_in(self, hashed: str, language: str) -> None:
        """Let a visitor read another language."""
        await self._session.execute(
            update(Visit)
            .where(Visit.bot == self.bot, Visit.hash == hashed)
            .values(language=language)
            .execution_options(synchronize_session=False)
        )

    async def forgets_visits(self) -> None:
        """Forget what has long ended by itself."""
        for table in (Admission, Visit):
            await self._session.execute(
                delete(table)
                .where(table.bot == self.bot, table.until <= self.now)
                .execution_options(synchronize_session=False)
            )

    async def memberships(self, address: str) -> Sequence[tuple[Party, bool]]:
        """Return the parties in whose chats a person has spoken, and whether they were named lead.

        A chat that a person only reads is not among them.
        """
        found = await self._session.execute(
            select(Party, Member.lead)
            .join(Member, Member.party_id == Party.id)
            .join(Person, Person.id == Member.person_id)
            .where(Person.bot == self.bot, Person.address == address, Party.bot == self.bot)
            .order_by(Party.id)
        )
        return [(party, lead) for party, lead in found]

    async def exported(self, party_id: int | None, address: str | None, what: str) -> None:
        """Keep that somebody took figures along."""
        self._session.add(
            Export(bot=self.bot, party_id=party_id, address=address, what=what, at=self.now)
        )

    async def exports(self, most: int) -> Sequence[tuple[datetime, str, str, str]]:
        """Return what was taken along last: when, whose, by whom (their address), and the file."""
        found = await self._session.execute(
            select(Export.at, Party.name, Export.address, Export.what)
            .outerjoin(Party, Party.id == Export.party_id)
            .where(Export.bot == self.bot)
            .order_by(Export.id.desc())
            .limit(most)
        )
        return [(at, whose or "", who or "", what) for at, whose, who, what in found]

    async def name_of(self, address: str) -> str:
        """Return how a person is called; nothing, if we have never heard of them."""
        found: str | None = await self._session.scalar(
            select(Person.name).where(Person.bot == self.bot, Person.address == address)
        )
        return found or ""
