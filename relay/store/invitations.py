"""Invitations, and the parties and links that come of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from relay.store.lanes import Lanes
from relay.tables import Invitation, Link, Party

WINDOW: Final = timedelta(hours=1)  #: in which wrong guesses are counted together


class Invitations(Lanes):
    """Who is asked to become part of the chain. Each step happens once: the row says whether."""

    async def invitation(self, invitation_id: int) -> Invitation | None:
        """Return one invitation, as it is written down now."""
        return await self._invitation(Invitation.id == invitation_id)

    async def invitation_of(self, hashed: str) -> Invitation | None:
        """Return the invitation whose token has this hash."""
        return await self._invitation(Invitation.hash == hashed)

    async def _invitation(self, wanted: Any) -> Invitation | None:
        found: Invitation | None = await self._session.scalar(
            select(Invitation)
            .where(wanted, Invitation.bot == self.bot)
            .options(joinedload(Invitation.party))
            .execution_options(populate_existing=True)
        )
        return found

    async def open_invitations(self, party: Party | None) -> Sequence[Invitation]:
        """Return what can still be accepted of what a party has sent out; none: operators."""
        found = await self._session.scalars(
            select(Invitation)
            .where(
                self.ours(Invitation),
                Invitation.party_id == (party.id if party else None),
                *still_open(self.now),
            )
            .order_by(Invitation.id)
            .execution_options(populate_existing=True)
        )
        return found.all()

    async def invitations_at(self, place: str) -> Sequence[Invitation]:
        """Return what can still be accepted of what was used in a chat."""
        found = await self._session.scalars(
            select(Invitation)
            .where(Invitation.bot == self.bot, Invitation.place == place, *still_open(self.now))
            .options(joinedload(Invitation.party))
            .execution_options(populate_existing=True)
        )
        return found.all()

    async def takes(self, invitation: Invitation, place: str) -> bool:
        """Let an invitation be used in a chat; of several that try, one succeeds."""
        unused = Invitation.place.is_(None)
        return await self._changes(invitation, unused, place=place)

    async def accepts(self, invitation: Invitation) -> bool:
        """Note that an invitation is accepted where it was used; say whether it still could be."""
        return await self._changes(
            invitation, Invitation.place == invitation.place, accepted_at=self.now
        )

    async def revokes(self, invitation: Invitation) -> bool:
        """Let an invitation be worth nothing any more; say whether it was worth something."""
        return await self._changes(invitation, revoked_at=self.now)

    async def _changes(self, invitation: Invitation, *before: Any, **after: Any) -> bool:
        done = await self._session.scalar(
            update(Invitation)
            .where(Invitation.id == invitation.id, *before, *still_open(self.now))
            .values(after)
            .returning(Invitation.id)
            .execution_options(synchronize_session=False)
        )
        await self._session.refresh(invitation, ["place", "accepted_at", "revoked_at"])
        return done is not None

    async def settles_in(self, party: Party) -> None:
        """Write a new party down: from now on its chat is its home."""
        await self.add(party)
        self.forget_at(party.place)

    async def link_between(self, upper: Party, lower: Party) -> Link | None:
        """Return the link between two parties, however it stands."""
        found: Link | None = await self._session.scalar(
            select(Link).where(
                Link.bot == self.bot, Link.upper_id == upper.id, Link.lower_id == lower.id
            )
        )
        return found

    async def links_up(self, link: Link) -> None:
        """Write down a link that is new, or stands otherwise now."""
        await self.add(link)
        self._known.pop((Link, link.upper_id), None)
        self.doubt()

    async def guesses(self, chat: str) -> int:
        """Return how many wrong invitations were tried in a chat within an hour."""
        lane = await self.lane(chat)
        if lane is None or not lane.guesses or not lane.guessed_since:
            return 0
        return lane.guesses if self.now - lane.guessed_since < WINDOW else 0

    async def guessed(self, chat: str) -> int:
        """Count one more; return how many there are."""
        before = await self.guesses(chat)
        lane = await self._lane(chat, guesses=before + 1)
        if not before:
            lane.guessed_since = self.now
        return before + 1


def still_open(now: datetime) -> tuple[Any, ...]:
    """Return what every invitation fulfils that can be accepted."""
    return (
        Invitation.accepted_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.until > now,
    )
