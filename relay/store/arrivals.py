"""The way in, as it is kept: which updates came, and which of them are due."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, select, update
from sqlalchemy.orm import aliased

from relay.store.session import Transaction
from relay.tables import Attempt, Cursor, Handling, Line


def is_new(line: Any) -> Any:
    """Return what every line fulfils that is to be handled, in the very words of its index.

    SQLite takes an index of some rows only if its condition stands in the query, as a literal.
    """
    return line.state == bindparam("new", Handling.NEW, literal_execute=True)


#: What an ``Arrival`` consists of.
ARRIVAL: Any = (
    Line.id,
    Line.update_id,
    Line.lane,
    Line.raw,
    Line.tries,
    Line.album,
    Line.arrived_at,
)


def due() -> Any:
    """Return the question for the lines whose turn it is."""
    ahead: Any = aliased(Line)
    now: Any = bindparam("now")
    waits = exists().where(
        ahead.bot == Line.bot,
        is_new(ahead),
        ahead.lane == Line.lane,
        ahead.id < Line.id,
        ahead.due_at > now,
    )
    return (
        select(*ARRIVAL)
        .where(Line.bot == bindparam("bot"), is_new(Line), Line.due_at <= now, ~waits)
        .where(Line.lane.not_in(bindparam("besides", expanding=True)))
        .order_by(Line.id)
        .limit(bindparam("most"))
    )


@dataclass(frozen=True)
class Arrival:
    """An update that is to be handled; it outlives the transaction that found it."""

    id: int
    update_id: int
    lane: str
    raw: str
    tries: int  #: that failed
    album: str | None  #: it is a part of one message together with the others of it
    arrived_at: datetime


#: Made once, as all of this is asked and told whenever anything comes in.
DUE = due()
NEXT = select(func.min(Line.due_at)).where(
    Line.bot == bindparam("bot"), is_new(Line), Line.due_at > bindparam("now")
)

HANDLED = (
    update(Line.__table__)  # type: ignore[arg-type]
    .where(Line.id == bindparam("line"), Line.bot == bindparam("of"))
    .values(state=bindparam("becomes"), reason=bindparam("why"))
)


class Arrivals(Transaction):
    """Updates, in the order of each chat."""

    async def cursor(self) -> Cursor | None:
        """Return where polling stands."""
        if (Cursor, self.bot) not in self._known:
            self._known[Cursor, self.bot] = await self._session.get(Cursor, self.bot)
        cursor: Cursor | None = self._known[Cursor, self.bot]
        return cursor

    async def receive(self, lines: Sequence[dict[str, Any]]) -> None:
        """Write updates down; those that are there already change nothing."""
        if lines:
            fresh = {"bot": self.bot, "arrived_at": self.now, "due_at": self.now}
            fresh |= {"state": Handling.NEW, "tries": 0, "reason": None}
            key = ("bot", "numbering", "update_id")
            await self.insert_new(Line, [fresh | line for line in lines], key)

    async def reach(self, numbering: int, offset: int) -> None:
        """Note how far the messenger has been heard, and that it was heard just now."""
        cursor = await self.cursor()
        if cursor is None:
            first = {"bot": self.bot, "numbering": numbering, "offset": offset}
            await self.insert_new(Cursor, [first | {"polled_at": self.now}], ("bot",))
            del self._known[Cursor, self.bot]
            return
        cursor.numbering, cursor.offset, cursor.polled_at = numbering, offset, self.now

    async def clear_away(self, before: datetime, most: int) -> int:
        """Take away lines that came *before* and are done, and old tries; return how many."""
        ended = (Handling.DONE, Handling.IGNORED)
        oldest = (
            select(Line.id, Line.arrived_at)
            .where(Line.bot == self.bot, Line.state.in_(ended))
            .order_by(Line.id)
            .limit(most)
        )
        lines = [id_ for id_, at in await self._session.execute(oldest) if at < before]
        await self._session.execute(delete(Line).where(Line.id.in_(lines)))
        tries = await self._session.scalars(
            select(Attempt.id).where(Attempt.bot == self.bot, Attempt.begun_at < before).limit(most)
        )
        ids = tries.all()
        await self._session.execute(delete(Attempt).where(Attempt.id.in_(ids)))
        return max(len(lines), len(ids))

    async def lines_due(self, most: int, besides: Collection[str] = ()) -> list[Arrival]:
        """Return the oldest lines that may be handled, but of no lane *besides* which we wait.

        A lane waits for its first line.
        """
        given = {"bot": self.bot, "now": self.now, "besides": list(besides), "most": most}
        return [Arrival(*row) for row in await self._session.execute(DUE, given)]

    async def unheard(self, lane: str) -> bool:
        """Say whether something came from a chat that is not handled yet."""
        found = await self._session.scalar(
            select(Line.id).where(Line.bot == self.bot, is_new(Line), Line.lane == lane).limit(1)
        )
        return found is not None

    async def album(self, first: Arrival) -> list[Arrival]:
        """Return all parts of an album that have come and are not handled yet, in order."""
        found = await self._session.execute(
            select(*ARRIVAL).where(*self._of_album(first), is_new(Line)).order_by(Line.id)
        )
        return [Arrival(*row) for row in found]

    async def came_before(self, part: Arrival) -> Sequence[str]:
        """Return the parts of an album that were handled before this one came, in order."""
        found = await self._session.scalars(
            select(Line.raw)
            .where(*self._of_album(part), Line.state == Handling.DONE)
            .order_by(Line.id)
        )
        return found.all()

    def _of_album(self, part: Arrival) -> tuple[Any, ...]:
        return Line.bot == self.bot, Line.lane == part.lane, Line.album == part.album

    async def handled(self, rules: Mapping[int, str | None]) -> None:
        """Note of lines, by their ids, that they are done, or by which rule they are ignored."""
        rows = [
            {
                "line": line,
                "of": self.bot,
                "becomes": Handling.IGNORED if rule else Handling.DONE,
                "why": rule,
            }
            for line, rule in rules.items()
        ]
        if rows:
            await (await self._session.connection()).execute(HANDLED, rows)

    def put_back(self, line: Line) -> None:
        """Let a line that was set aside be handled once more."""
        line.state, line.reason, line.tries = Handling.NEW, None, 0
        line.due_at, self.more_came = self.now, True

    async def line(self, line_id: int) -> Line | None:
        """Return one line of the inbox."""
        return await self._session.get(Line, line_id)

    async def next_line_due(self) -> datetime | None:
        """Return when the next line that was put off is due."""
        found: datetime | None = await self._session.scalar(
            NEXT, {"bot": self.bot, "now": self.now}
        )
        return found
