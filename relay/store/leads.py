"""Who was named a lead: in the chat, or in the chain file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import select

from relay.store.session import Transaction
from relay.tables import Member, Party, Person


class Leads(Transaction):
    """The named leads of parties; administrators of a chat lead without being named."""

    async def named_leads(self) -> Mapping[int, list[str]]:
        """Return the addresses of the named leads of each party, by its id."""
        found = await self._session.execute(
            select(Member.party_id, Person.address)
            .join(Person, Person.id == Member.person_id)
            .join(Party, Party.id == Member.party_id)
            .where(Party.bot == self.bot, Member.lead)
        )
        leads = defaultdict[int, list[str]](list)
        for party_id, address in found:
            leads[party_id].append(address)
        return leads

    async def name_leads(self, party: Party, addresses: Collection[str]) -> None:
        """Let these people lead a party, and of those who were named nobody else.

        Who has never spoken is called by their address until they do.
        """
        known = await self._session.scalars(
            select(Person).where(Person.bot == self.bot, Person.address.in_(addresses))
        )
        people = {each.address: each for each in known}
        for address in addresses:
            if address not in people:
                person = Person(bot=self.bot, address=address, name=address, username=None)
                people[address] = person
        await self.add(*people.values())
        wanted = {each.id for each in people.values()}
        members = await self._session.scalars(select(Member).where(Member.party_id == party.id))
        for member in members:
            member.lead = member.person_id in wanted
            wanted.discard(member.person_id)
        await self.add(
            *(
                Member(party_id=party.id, person_id=each, since=self.now, lead=True)
                for each in sorted(wanted)
            )
        )
