"""What every part of the store stands on: a session, a bot, a moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from relay.tables import Base, Delivery, Message


class Transaction:
    """A session that belongs to one *bot* and happens at one moment, *now*."""

    def __init__(self, session: AsyncSession, bot: int, now: datetime) -> None:
        self._session = session
        self.bot = bot
        self.now = now
        self._promised: list[dict[str, Any]] = []
        #: Answers that hold as long as the transaction lasts, by what was asked.
        self._known: dict[tuple[Any, ...], Any] = {}

    async def add(self, *records: Base) -> None:
        """Write records down, so that they have their ids."""
        self._session.add_all(records)
        await self._session.flush()

    def keep(self, records: Iterable[Base]) -> None:
        """Write records down when the transaction ends, or when somebody asks for them."""
        self._session.add_all(records)

    @contextmanager
    def unwritten(self) -> Iterator[None]:
        """Let changes of records gather, to be written at once; nothing inside looks for them."""
        with self._session.no_autoflush:
            yield

    async def flush(self) -> None:
        """Write down what is kept, so that it has its ids."""
        await self._session.flush()

    def ours(self, table: Any) -> Any:
        """Return what rows of our bot fulfil, where they are asked for by keys of other tables.

        All rows may be one bot's. SQLite does not know, and would rather read each of those than
        look several keys up: so this is not in the words of an index.
        """
        return table.bot + 0 == self.bot

    def promise(self, *, message: Message | None = None, **delivery: Any) -> None:
        """Owe somebody a delivery; a second promise of one cause is the first one.

        ``{message}`` in the cause stands for the id of a *message* that may not have one yet.
        """
        row = {"state": "queued", "tries": 0, "repeat": False, "payload": {}}
        row |= {"queued_at": self.now, "due_at": self.now, "reason": None}
        row |= {"ticket_id": None, "message": message, "question_id": None}
        self._promised.append(row | delivery | {"bot": self.bot})

    async def settle(self) -> None:
        """Write down what was promised so far."""
        if self._promised:
            rows, self._promised = self._promised, []
            await self._session.flush()
            for row in rows:
                message: Message | None = row.pop("message")
                row["message_id"] = message.id if message else None
                row["cause"] = row["cause"].replace("{message}", str(row["message_id"]))
            await self.insert_new(Delivery, rows, ("bot", "cause"))

    async def insert_new(
        self, table: type[Base], rows: Sequence[dict[str, Any]], key: Sequence[str]
    ) -> None:
        """Insert the rows whose *key* is not there yet."""
        await self._session.flush()
        target = table.__table__
        assert isinstance(target, Table)  # noqa: S101 - for the type checker; views have no rows
        if self._session.get_bind().dialect.name == "postgresql":
            fresh = postgresql.insert(target).on_conflict_do_nothing(index_elements=key)
            await self._session.execute(fresh, rows)
        else:
            await self._session.execute(
                sqlite.insert(target).on_conflict_do_nothing(index_elements=key), rows
            )
