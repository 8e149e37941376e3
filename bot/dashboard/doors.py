"""Who comes in, and what they may see now: their roles are looked up each time."""

from __future__ import annotations

import asyncio
import hmac
from collections import defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from aiogram import Bot

from bot.dashboard import proof
from bot.rights import Rights
from relay import visits
from relay.refusals import NothingToSee
from relay.store import Database, Store
from relay.tables import Party

WRONG: Final = 60  #: tries that may be wrong, by whom one peer speaks for
WINDOW: Final = timedelta(minutes=1)  #: within so long
PEERS: Final = 10_000  #: of whom tries are remembered


@dataclass(frozen=True)
class Visitor:
    """Somebody who is in, as they stand at this moment."""

    address: str
    name: str
    language: str
    parties: Sequence[Party]  #: that they lead
    operator: bool
    token: str  #: what a form of theirs has to carry

    def leads(self, key: str) -> Party | None:
        """Return the party with a key, if they lead it; others look as if they did not exist."""
        return next((each for each in self.parties if each.key == key), None)


class Guesses:
    """How often somebody tried what nobody was given."""

    def __init__(self) -> None:
        self._wrong: dict[str, deque[datetime]] = defaultdict(lambda: deque(maxlen=WRONG))

    def many(self, peer: str, now: datetime) -> bool:
        """Say whether a peer has tried too often to be heard."""
        tries = self._wrong.get(peer)
        while tries and tries[0] <= now - WINDOW:
            tries.popleft()
        return tries is not None and len(tries) >= WRONG

    def wrong(self, peer: str, now: datetime) -> None:
        """Count one."""
        if len(self._wrong) >= PEERS:
            self._wrong.clear()
        self._wrong[peer].append(now)


class Doors:
    """The ways into the dashboard of several *bots*, at one *url*."""

    def __init__(
        self, database: Database, bots: Mapping[int, Bot], operators: Collection[str], url: str
    ) -> None:
        self._database, self.bots = database, bots
        self.operators, self.url = operators, url
        self.secure = url.startswith("https://")
        self._rights = {id_: Rights(bot, database.clock) for id_, bot in bots.items()}
        self.guesses = Guesses()

    def front(self, bot: int) -> str:
        """Return the address at which a Mini App of a bot begins."""
        return f"{self.url}/dashboard/{bot}"

    async def invite(self, looked: Store, address: str, language: str) -> str:
        """Return the address that lets a person in once, within five minutes.

        Raises:
            NothingToSee: they lead nothing, and are no operator.
        """
        bot, belongs = looked.bot, await looked.memberships(address)
        leads = await self._led(bot, address, belongs, doubted=True)
        if not leads and address not in self.operators:
            raise NothingToSee
        async with self._database.transaction(bot) as store:
            secret = await visits.invite(store, address, language)
        return f"{self.front(bot)}/enter/{secret}"

    async def invited(self, bot: int, secret: str) -> str | None:
        """Return the language of whom a link would let in; nothing is used up by it."""
        async with self._database.look(bot) as store:
            found = await store.admission(visits.hashed(secret))
        return found.language if found else None

    async def come(self, bot: int, secret: str) -> str | None:
        """Let somebody in by their link; return the secret of their visit."""
        async with self._database.transaction(bot) as store:
            return await visits.come(store, secret)

    async def vouched(self, bot: int, raw: str) -> str | None:
        """Let somebody in by Telegram's word; return the secret of their visit."""
        found = proof.check(raw, self.bots[bot].token, self._database.clock())
        if found is None:
            return None
        async with self._database.transaction(bot) as store:
            return await visits.vouched(
                store, found.word, found.address, found.language, found.until
            )

    async def visitor(self, bot: int, secret: str) -> Visitor | None:
        """Return who is in, with what they may see now; who may see nothing is in no more."""
        async with self._database.look(bot) as store:
            visit = await visits.of(store, secret)
            name = await store.name_of(visit.address) if visit else ""
            belongs = await store.memberships(visit.address) if visit else []
        if visit is None:
            return None
        operator = visit.address in self.operators
        parties = await self._led(bot, visit.address, belongs)
        if not parties and not operator:
            await self.leave(bot, secret)
            return None
        token = hmac.new(secret.encode(), b"form", "sha256").hexdigest()
        return Visitor(visit.address, name, visit.language, parties, operator, token)

    async def leave(self, bot: int, secret: str) -> None:
        """Let somebody out."""
        async with self._database.transaction(bot) as store:
            await visits.end(store, secret)

    async def speak(self, bot: int, secret: str, language: str) -> None:
        """Let somebody read another language."""
        async with self._database.transaction(bot) as store:
            await visits.speak(store, secret, language)

    async def _led(
        self,
        bot: int,
        address: str,
        belongs: Sequence[tuple[Party, bool]],
        *,
        doubted: bool = False,
    ) -> list[Party]:
        """Return the parties that a person leads: an administrator, or named so and in the chat."""
        rights, person = self._rights[bot], int(address)

        async def leads(party: Party, *, named: bool) -> bool:
            chat = int(party.place)
            if named:
                return not await rights.left(chat, person)
            if not rights.fresh(chat, person if doubted else None):
                await rights.ask(chat)
            return rights.leads(chat, person)

        found = await asyncio.gather(*(leads(party, named=named) for party, named in belongs))
        return [party for (party, _named), leads in zip(belongs, found, strict=True) if leads]
