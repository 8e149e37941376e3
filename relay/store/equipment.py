"""Equipment: the registers of parties, and what hangs on one machine."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from relay.store.session import Transaction
from relay.tables import Case, Equipment, Party, Ticket


class Registers(Transaction):
    """What parties look after. Only its own register is anybody's to look into."""

    async def party_called(self, key: str) -> Party | None:
        """Return the party that the chain file calls *key*."""
        found: Party | None = await self._session.scalar(
            select(Party).where(Party.bot == self.bot, Party.key == key)
        )
        return found

    async def register(self, party: Party) -> Sequence[Equipment]:
        """Return all that a party has ever named, what is gone among it, by code."""
        found = await self._session.scalars(
            select(Equipment)
            .where(Equipment.bot == self.bot, Equipment.party_id == party.id)
            .order_by(Equipment.code)
        )
        return found.all()

    async def find_equipment(
        self, party: Party, words: Sequence[str], most: int
    ) -> tuple[Sequence[Equipment], int]:
        """Return the first machines of a register that have all *words*, and how many have.

        The words are folded as ``Equipment.sought`` is.
        """
        fits = (
            Equipment.bot == self.bot,
            Equipment.party_id == party.id,
            ~Equipment.gone,
            *(Equipment.sought.contains(word, autoescape=True) for word in words),
        )
        found = await self._session.scalars(
            select(Equipment).where(*fits).order_by(Equipment.code).limit(most)
        )
        count = await self._session.scalar(select(func.count()).select_from(Equipment).where(*fits))
        return found.all(), count or 0

    async def equipment(self, equipment_id: int) -> Equipment | None:
        """Return one machine, whosever it is."""
        found = await self._session.get(Equipment, equipment_id)
        return found if found and found.bot == self.bot else None

    async def tagged(self, tag: str) -> Equipment | None:
        """Return the machine on which the sticker with this *tag* is."""
        found: Equipment | None = await self._session.scalar(
            select(Equipment).where(Equipment.bot == self.bot, Equipment.tag == tag)
        )
        return found

    async def tickets_on(self, equipment: Equipment, party: Party, most: int) -> Sequence[Ticket]:
        """Return a party's latest tickets about a machine, the newest first, to be read only."""
        found = await self._session.scalars(
            select(Ticket)
            .join(Case, Case.id == Ticket.case_id)
            # Whoever asks for the company's tickets is given all of them.
            .where(Case.equipment_id == equipment.id, Ticket.party_id + 0 == party.id)
            .order_by(Ticket.id.desc())
            .limit(most)
        )
        return found.all()
