"""Parties, links and people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from relay.store.session import Transaction
from relay.tables import (
    Block,
    Change,
    Client,
    Link,
    Member,
    Party,
    Person,
    Proposal,
    Standing,
    Step,
)

FORMER: Final = 20  #: names and usernames of somebody that are remembered


class Chains(Transaction):
    """Who there is, and who passes work on to whom."""

    async def parties(self) -> Sequence[Party]:
        """Return all parties."""
        found = await self._session.scalars(
            select(Party).where(Party.bot == self.bot).order_by(Party.id)
        )
        return found.all()

    async def party(self, party_id: int) -> Party | None:
        """Return one party."""
        if (Party, party_id) not in self._known:
            with self._session.no_autoflush:
                self._known[Party, party_id] = await self._session.get(Party, party_id)
        found: Party | None = self._known[Party, party_id]
        return found if found and found.bot == self.bot else None

    async def party_at(self, place: str) -> Party | None:
        """Return the party that is at home in a chat."""
        if (Party, place) not in self._known:
            self._known[Party, place] = await self._session.scalar(
                select(Party).where(Party.bot == self.bot, Party.place == place)
            )
        found: Party | None = self._known[Party, place]
        return found

    async def open_to_clients(self, key: str | None = None) -> Sequence[Party]:
        """Return the parties that clients may write to, or the one of them called *key*."""
        query = select(Party).where(Party.bot == self.bot, Party.clients)
        found = await self._session.scalars(
            (query.where(Party.key == key) if key is not None else query).order_by(Party.id)
        )
        return found.all()

    async def links(self) -> Sequence[Link]:
        """Return all links with their parties."""
        found = await self._session.scalars(
            select(Link)
            .where(Link.bot == self.bot)
            .order_by(Link.upper_id, Link.rank, Link.id)
            .options(joinedload(Link.upper), joinedload(Link.lower))
        )
        return found.all()

    async def links_down(self, party: Party) -> Sequence[Link]:
        """Return the active links from *party* to those below, in the order of their rank."""
        if (Link, party.id) in self._known:
            known: Sequence[Link] = self._known[Link, party.id]
            return known
        found = await self._session.scalars(
            select(Link)
            .where(
                Link.bot == self.bot,
                Link.upper_id == party.id,
                Link.standing == Standing.ACTIVE,
            )
            .order_by(Link.rank, Link.id)
            .options(joinedload(Link.upper), joinedload(Link.lower))
        )
        links = self._known[Link, party.id] = found.all()
        return links

    async def links_of(self, party: Party) -> Sequence[Link]:
        """Return the links of a party that have not ended: to those above, then to those below."""
        found = await self._session.scalars(
            select(Link)
            .where(
                Link.bot == self.bot,
                or_(Link.upper_id == party.id, Link.lower_id == party.id),
                Link.standing != Standing.ENDED,
            )
            .order_by(Link.rank, Link.id)
            .options(joinedload(Link.upper), joinedload(Link.lower))
        )
        return sorted(found.all(), key=lambda link: link.upper_id == party.id)

    async def link(self, link_id: int) -> Link | None:
        """Return a link with its parties."""
        found: Link | None = await self._session.scalar(
            select(Link)
            .where(Link.id == link_id, Link.bot == self.bot)
            .options(joinedload(Link.upper), joinedload(Link.lower))
        )
        return found

    def relinked(self, link: Link) -> None:
        """Ask anew which links lead down from a party: one of them is not what it was."""
        self._known.pop((Link, link.upper_id), None)

    async def code_is_taken(self, code: str) -> bool:
        """Say whether some party's tickets begin with a code."""
        found = await self._session.scalar(
            select(Party.id).where(Party.bot == self.bot, Party.code == code)
        )
        return found is not None

    async def proposal(self, proposal_id: int, *, locked: bool = False) -> Proposal | None:
        """Return what somebody proposes, with whom it is about.

        *Locked*, it is decided on by nobody else until the transaction ends.
        """
        query = (
            select(Proposal)
            .where(Proposal.id == proposal_id, Proposal.bot == self.bot)
            .options(
                joinedload(Proposal.party),
                joinedload(Proposal.about),
                joinedload(Proposal.person),
            )
        )
        found: Proposal | None = await self._session.scalar(
            query.with_for_update(of=Proposal) if locked else query
        )
        return found

    async def proposals_waiting(self, link: Link, what: str) -> Sequence[Proposal]:
        """Return what the other end of a link has yet to agree to, of one of its terms."""
        found = await self._session.scalars(
            select(Proposal).where(
                Proposal.link_id == link.id, Proposal.what == what, Proposal.step == Step.WAITING
            )
        )
        return found.all()

    async def proposals_for(self, party: Party) -> Sequence[Proposal]:
        """Return what a party has yet to agree to, as the other end of a link."""
        found = await self._session.scalars(
            select(Proposal)
            .join(Link, Link.id == Proposal.link_id)
            .where(
                Proposal.bot == self.bot,
                Proposal.step == Step.WAITING,
                Proposal.until > self.now,
                Proposal.party_id != party.id,
                or_(Link.upper_id == party.id, Link.lower_id == party.id),
                Link.standing != Standing.ENDED,
            )
            .order_by(Proposal.id)
        )
        return found.all()

    async def change(self, change_id: int) -> Change | None:
        """Return what somebody has changed."""
        found: Change | None = await self._session.scalar(
            select(Change)
            .where(Change.id == change_id, Change.bot == self.bot)
            .options(joinedload(Change.person))
        )
        return found

    async def changes_of(
        self, party: Party, private: Collection[str], most: int
    ) -> Sequence[Change]:
        """Return the last changes of a party and of its links, the newest first.

        What is *private* of a link is told to the end alone that has changed it.
        """
        links = select(Link.id).where(
            Link.bot == self.bot, or_(Link.upper_id == party.id, Link.lower_id == party.id)
        )
        found = await self._session.scalars(
            select(Change)
            .where(
                Change.bot == self.bot,
                or_(
                    Change.party_id == party.id,
                    and_(Change.link_id.in_(links), Change.what.not_in(private)),
                ),
            )
            .order_by(Change.id.desc())
            .limit(most)
            .options(joinedload(Change.person))
        )
        return found.all()

    async def person(self, address: str, name: str, username: str | None) -> Person:
        """Return the person with this *address*, as they are called now."""
        found: Person | None = self._known.get((Person, address))
        if found is None:
            found = await self._session.scalar(
                select(Person).where(Person.bot == self.bot, Person.address == address)
            )
        if found is None:
            found = Person(bot=self.bot, address=address, name=name, username=username)
            await self.add(found)
        self._known[Person, address] = found
        if (found.name, found.username) != (name, username):
            self.renames(found, name, username)
        return found

    def renames(self, known: Person | Client, name: str, username: str | None) -> None:
        """Let somebody be called otherwise; what was said before may still name them as before."""
        was = [known.name, f"@{known.username}"] if known.username else [known.name]
        known.former = [*dict.fromkeys([*known.former, *was])][-FORMER:]
        known.name, known.username = name, username

    async def joins(self, party: Party, person: Person) -> Member:
        """Return *person* as a member of *party*: they speak in its chat."""
        member = await self.member(party, person.id)
        if member is None:
            member = Member(party_id=party.id, person_id=person.id, since=self.now, lead=False)
            await self.add(member)
            self._known[Member, party.id, person.id] = member
        return member

    async def member(self, party: Party, person_id: int) -> Member | None:
        """Return a member of a party."""
        key = (Member, party.id, person_id)
        if self._known.get(key) is None:
            self._known[key] = await self._session.get(Member, key[1:])
        found: Member | None = self._known[key]
        return found

    async def leads(self, party: Party) -> Sequence[Person]:
        """Return who was named a lead of a party, in the order in which they joined."""
        found = await self._session.scalars(
            select(Person)
            .join(Member, Member.person_id == Person.id)
            .where(Member.party_id == party.id, Member.lead)
            .order_by(Member.since, Person.id)
        )
        return found.all()

    async def members(self, party: Party, addresses: Collection[str]) -> Sequence[Person]:
        """Return the members of a party who have one of these *addresses*."""
        found = await self._session.scalars(
            select(Person)
            .join(Member, Member.person_id == Person.id)
            .where(Member.party_id == party.id, Person.address.in_(addresses))
            .order_by(Member.since, Person.id)
        )
        return found.all()

    async def client_at(self, place: str) -> Client | None:
        """Return the client of a chat."""
        found: Client | None = self._known.get((Client, place))
        if found is None:
            found = await self._session.scalar(
                select(Client).where(Client.bot == self.bot, Client.place == place)
            )
            self._known[Client, place] = found
        return found

    async def blocks(self, client: Client) -> Sequence[Block]:
        """Return the blocks of a client that have not ended: one for a party at most."""
        if (Block, client.id) not in self._known:
            found = await self._session.scalars(
                select(Block).where(Block.client_id == client.id, Block.ended_at.is_(None))
            )
            self._known[Block, client.id] = found.all()
        known: Sequence[Block] = self._known[Block, client.id]
        return [each for each in known if each.ended_at is None and each.bot == self.bot]

    async def block_at(self, client: Client, party: Party) -> Block | None:
        """Return the block by which a party does not hear a client."""
        return next((e for e in await self.blocks(client) if e.party_id == party.id), None)

    async def block(self, block_id: int) -> Block | None:
        """Return one block, perhaps ended, with the client and who made it."""
        found: Block | None = await self._session.scalar(
            select(Block)
            .where(Block.id == block_id, Block.bot == self.bot)
            .options(joinedload(Block.client), joinedload(Block.person))
        )
        return found

    async def begins_block(self, block: Block) -> None:
        """Write a new block down."""
        await self.add(block)
        self._known.pop((Block, block.client_id), None)
