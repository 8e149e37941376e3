"""What the owner of a bot knows without asking the database again: nobody else writes it.

It is kept from one transaction to the next. Whatever goes wrong, all of it is forgotten, and then
the database is asked: it alone is the truth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from relay.tables import Delivery, Doing, Kind, Lane, Progress

MOST: Final = 10_000  #: answers that are kept; with more, all of them are forgotten
UNFINISHED: Final = (Progress.QUEUED, Progress.SENDING, Progress.HELD)
CARD_WAITS: Final = timedelta(seconds=60)  #: after that a card is as urgent as a message
NOTICE_WAITS: Final = timedelta(minutes=5)  #: after that a notice is
AS_MESSAGE: Final = {Kind.MESSAGE: timedelta(), Kind.CARD: CARD_WAITS, Kind.NOTICE: NOTICE_WAITS}
RANK: Final = {Kind.MESSAGE: 0, Kind.CARD: 1, Kind.NOTICE: 2}

Lines = dict[int, Delivery]  #: deliveries by their ids, in this order


class Unfinished:
    """The deliveries that are not finished, and the lanes that are not as usual."""

    def __init__(self, lines: Iterable[Delivery], lanes: Iterable[Lane]) -> None:
        self.lanes = {lane.chat: lane for lane in lanes}
        self._lines: dict[str, Lines] = {}  #: all of them, by their lanes
        self._ready: dict[str, dict[Kind, Lines]] = {}  #: those that wait for their turn alone
        self._later: list[tuple[datetime, int, Delivery]] = []  #: a heap of those that do not
        #: When the first of those is due that kept their lanes, at the last look.
        self._put_off: datetime | None = None
        self._sending: dict[str, set[int]] = {}
        self._of_ticket: dict[int, Lines] = {}
        self._receipts: Lines = {}  #: by the messages they are for
        for line in lines:
            self.sees(line)

    def sees(self, line: Delivery) -> None:
        """Note how a delivery stands by now."""
        if line.state not in UNFINISHED:
            self._drops(line)
            return
        lines = self._lines.setdefault(line.lane, {})
        if line.id not in lines:
            lines[line.id] = line
            if line.ticket_id:
                self._of_ticket.setdefault(line.ticket_id, {})[line.id] = line
            if line.doing is Doing.RECEIPT and line.message_id:
                self._receipts[line.message_id] = line
        if line.state is Progress.SENDING:
            self._sending.setdefault(line.lane, set()).add(line.id)
        elif sending := self._sending.get(line.lane):
            sending.discard(line.id)
        if line.state is Progress.QUEUED:
            heappush(self._later, (line.due_at, line.id, line))
            if line.kind is Kind.MESSAGE:
                self._readies(line)  # it keeps its place, even if it is put off
            else:
                self._unreadies(line)

    def moves(self, line: Delivery, to: str) -> None:
        """Let a delivery be for a chat that lives somewhere else now."""
        self._drops(line)
        line.lane = line.place = to
        self.sees(line)

    def _readies(self, line: Delivery) -> None:
        lines = self._ready.setdefault(line.lane, {kind: {} for kind in Kind})[line.kind]
        older = bool(lines) and line.id < next(reversed(lines))
        lines[line.id] = line
        if older:  # it was put off, or somebody wants it to be tried once more
            self._ready[line.lane][line.kind] = dict(sorted(lines.items()))

    def _drops(self, line: Delivery) -> None:
        lane = self._lines.get(line.lane, {})
        if lane.pop(line.id, None) is None:
            return
        if not lane:
            del self._lines[line.lane]
        self._unreadies(line)
        if sending := self._sending.get(line.lane):
            sending.discard(line.id)
        if line.ticket_id and (others := self._of_ticket.get(line.ticket_id)):
            others.pop(line.id, None)
            if not others:
                del self._of_ticket[line.ticket_id]
        if line.message_id and self._receipts.get(line.message_id) is line:
            del self._receipts[line.message_id]

    def _unreadies(self, line: Delivery) -> None:
        if (kinds := self._ready.get(line.lane)) is not None:
            kinds[line.kind].pop(line.id, None)
            if not any(kinds.values()):
                del self._ready[line.lane]

    def __iter__(self) -> Iterator[Delivery]:
        for lines in self._lines.values():
            yield from lines.values()

    def to(self, chat: str) -> list[Delivery]:
        """Return all that a chat has yet to be told."""
        return list(self._lines.get(chat, {}).values())

    def messages(self, chat: str) -> Iterator[Delivery]:
        """Return the messages that wait for a chat, in order."""
        kinds = self._ready.get(chat)
        return iter(kinds[Kind.MESSAGE].values() if kinds else ())

    def of_ticket(self, ticket_id: int) -> list[Delivery]:
        """Return what is to be told about a ticket."""
        return list(self._of_ticket.get(ticket_id, {}).values())

    def receipt(self, message_id: int) -> Delivery | None:
        """Return the receipt that is owed for a message."""
        return self._receipts.get(message_id)

    def sending_to(self, lane: str) -> bool:
        """Say whether something is on its way to a chat."""
        return bool(self._sending.get(lane))

    def heads(self, now: datetime) -> list[tuple[Delivery, int]]:
        """Return the first delivery of every lane that is free and due, with its urgency.

        The most urgent come first, and then those that are due the longest.
        """
        while self._later and self._later[0][0] <= now:
            _at, _id, line = heappop(self._later)
            still = line.state is Progress.QUEUED and line.due_at <= now
            if still and line.id in self._lines.get(line.lane, {}):
                self._readies(line)
        found, put_off = [], []
        for chat, kinds in list(self._ready.items()):
            if self._closed(chat, now) or self._sending.get(chat):
                continue
            firsts = [first for lines in kinds.values() if (first := self._first(lines))]
            urgent = min((ranked(each, now) for each in firsts), default=None)
            if urgent and urgent[2].due_at <= now:
                found.append((urgent[2], urgent[0]))
            elif urgent:  # it was put off, or the clock was set back
                put_off.append(urgent[2].due_at)
        self._put_off = min(put_off, default=None)
        return sorted(found, key=lambda each: (each[1], each[0].due_at, each[0].id))

    def _closed(self, chat: str, now: datetime) -> bool:
        lane = self.lanes.get(chat)
        return bool(lane and (lane.held or (lane.paused_until and lane.paused_until > now)))

    def _first(self, lines: Lines) -> Delivery | None:
        while lines:
            line = next(iter(lines.values()))
            if line.state is Progress.QUEUED:
                return line
            self._unreadies(line)
        return None

    def next_due(self, now: datetime) -> datetime | None:
        """Return when something may be due for which it was not the time yet."""
        while self._later and not self._awaits(*self._later[0]):
            heappop(self._later)
        opens = [
            lane.paused_until
            for chat, lane in self.lanes.items()
            if lane.paused_until and lane.paused_until > now and chat in self._lines
        ]
        later = [at for at, _id, _line in self._later[:1]]
        return min(opens + later + ([self._put_off] if self._put_off else []), default=None)

    def _awaits(self, at: datetime, _id: int, line: Delivery) -> bool:
        return line.state is Progress.QUEUED and line.due_at == at


def ranked(line: Delivery, now: datetime) -> tuple[int, int, Delivery]:
    """Return the place of a delivery in its lane: who waits long moves up."""
    urgent = line.queued_at <= now - AS_MESSAGE[line.kind]
    return 0 if urgent else RANK[line.kind], line.id, line


class Memory:
    """What is known of one bot; everything in it belongs to one session."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        #: Answers, by what was asked.
        self.known: dict[tuple[Any, ...], Any] = {}
        self.unfinished: Unfinished | None = None
        self.doubtful = False  #: it is to be forgotten when the transaction ends
        self.changed_at: datetime | None = None  #: when others changed the chain, as far as we know
        event.listen(session.sync_session, "before_flush", self._sees)

    def forget(self) -> None:
        """Know nothing any more."""
        self.session.expunge_all()
        self.known.clear()
        self.unfinished, self.doubtful = None, False

    def tidy(self) -> None:
        """Forget what is doubtful, or too much."""
        if self.doubtful:
            self.forget()
        elif len(self.known) > MOST:
            self.known.clear()

    def _sees(self, *_: Any) -> None:
        """Keep up with what is about to be written."""
        if self.unfinished is not None:
            for each in self.session.dirty:
                if isinstance(each, Delivery):
                    self.unfinished.sees(each)
