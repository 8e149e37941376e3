"""What comes to parties again and again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from relay.store.session import Transaction
from relay.tables import Party, Subscription


class Subscriptions(Transaction):
    """Who wants to be told what, and when that is due."""

    async def subscriptions(self, party: Party) -> Sequence[Subscription]:
        """Return what a party has subscribed to."""
        found = await self._session.scalars(
            select(Subscription)
            .where(Subscription.party_id == party.id, self.ours(Subscription))
            .order_by(Subscription.id)
        )
        return found.all()

    async def subscription(self, subscription_id: int) -> Subscription | None:
        """Return a subscription with its party, as it is written down."""
        found: Subscription | None = await self._session.scalar(
            select(Subscription)
            .where(Subscription.id == subscription_id, self.ours(Subscription))
            .options(joinedload(Subscription.party))
            .execution_options(populate_existing=True)
        )
        return found

    async def subscriptions_due(self) -> Sequence[int]:
        """Return which subscriptions are due, the longest due first."""
        found = await self._session.scalars(
            select(Subscription.id)
            .where(Subscription.bot == self.bot, Subscription.next_at <= self.now)
            .order_by(Subscription.next_at, Subscription.id)
        )
        return found.all()

    async def unsubscribe(self, subscription: Subscription) -> None:
        """Forget a subscription."""
        await self._session.delete(subscription)
        await self.flush()
