"""What every part of the store stands on: a session, a bot, a moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from relay.store.memory import Memory
from relay.tables import Base, Case, Copy, Delivery, Event, Message, Part

Record = TypeVar("Record", bound=Base)

PROMISED: Final = ("bot", "cause")  #: what makes a delivery one of its kind

#: Made once, as whatever happens ends with this.
STALE: Final = (
    update(Case)
    .where(Case.id.in_(bindparam("ids", expanding=True)), Case.bot == bindparam("ours"))
    .values(stale=True)
    .execution_options(synchronize_session=False)
)


class Transaction:
    """A session that belongs to one *bot* and happens at one moment, *now*."""

    def __init__(
        self, memory: Memory, bot: int, now: datetime, *, only_looks: bool = False
    ) -> None:
        self._memory, self._session, self._known = memory, memory.session, memory.known
        self.bot = bot
        self.now = now
        self.only_looks = only_looks  #: it writes nothing, and locks nothing
        self.more_came = False  #: an update is to be handled again
        self._promised: list[dict[str, Any]] = []
        self._touched = set[int]()  #: cases in which something happens
        self._said: dict[Message, tuple[list[Copy], list[Part]]] = {}  #: in this transaction

    async def again(self, kind: type[Record], id_: int | None) -> Record | None:
        """Return a record that another transaction had: each has records of its own."""
        return await self._session.get(kind, id_) if id_ is not None else None

    async def add(self, *records: Base) -> None:
        """Write records down, so that they have their ids."""
        self._touched |= {each.case_id for each in records if isinstance(each, Event)}
        self._session.add_all(records)
        await self.flush()

    def touch(self, case_id: int | None) -> None:
        """Note that something happens in a case: its figures are to be made anew."""
        if case_id is not None:
            self._touched.add(case_id)

    def keep(self, records: Iterable[Base]) -> None:
        """Write records down when the transaction ends, or when somebody asks for them."""
        self._session.add_all(records)

    def forget_at(self, *places: str) -> None:
        """Ask anew for what is known of places, and from the next transaction on for all."""
        for key in [key for key in self._known if Copy in key or set(places) & set(key)]:
            del self._known[key]
        self.doubt()

    def doubt(self) -> None:
        """Ask anew for everything, from the next transaction on."""
        self._memory.doubtful = True

    @contextmanager
    def unwritten(self) -> Iterator[None]:
        """Let changes of records gather, to be written at once; nothing inside looks for them."""
        with self._session.no_autoflush:
            yield

    async def flush(self) -> None:
        """Write down what is kept, so that it has its ids."""
        await self._session.flush()
        for message, (copies, parts) in self._said.items():
            self._known[Message, message.id] = message
            self._known[Copy, message.id] = copies
            self._known[Part, message.id] = parts
        self._said = {}

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
        """Write down what was promised so far, and which cases have changed."""
        if touched := {each for each in self._touched if (Case, each, "stale") not in self._known}:
            await self.flush()
            await self._session.execute(STALE, {"ids": sorted(touched), "ours": self.bot})
            self._known |= {(Case, each, "stale"): True for each in touched}
        self._touched = set()
        if self._promised or self._said:
            rows, self._promised = self._promised, []
            await self.flush()
            for row in rows:
                message: Message | None = row.pop("message")
                row["message_id"] = message.id if message else None
                row["cause"] = row["cause"].replace("{message}", str(row["message_id"]))
            found = await self._session.scalars(self._new(Delivery, PROMISED), rows) if rows else ()
            if self._memory.unfinished is not None:
                for each in found:
                    self._memory.unfinished.sees(each)

    async def insert_new(
        self, table: type[Base], rows: Sequence[dict[str, Any]], key: Sequence[str]
    ) -> None:
        """Insert the rows whose *key* is not there yet."""
        await self._session.flush()
        await self._session.execute(self._new(table.__table__, key), rows)

    def _new(self, table: Any, key: Sequence[str]) -> Any:
        """Return what inserts rows whose *key* is not there yet; of records, it returns those."""
        on_postgres = self._session.get_bind().dialect.name == "postgresql"
        fresh = (postgresql if on_postgres else sqlite).insert(table)
        statement = fresh.on_conflict_do_nothing(index_elements=key)
        if not isinstance(table, type):
            return statement
        # Rows that lack different things are written at once as well.
        return statement.returning(table).execution_options(render_nulls=True)
