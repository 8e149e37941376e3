"""How cases of a sample go: who does and says what, and when, by the rules of the product.

Records are too slow for a million tickets. So a case is told by light ones with the same names,
for which the product's own functions work as well: whose move it is, until when, what it comes to.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any, Final

from bench import town
from relay.deadlines import works
from relay.hours import DAY, Hours
from relay.making import OFFER
from relay.moves import IN_HAND, OPEN, RULES, Move, State, Who
from relay.ratings import FEW, RATE
from relay.tables import Link, Party, Purpose
from relay.tickets import PURPOSES

NOTHING: Final = timedelta()
DEEPEST: Final = 5  #: levels of a chain
INSTANT: Final = 0.05  #: from this pace on nobody waits for the morning


class Calendar:
    """The working hours of somebody over the years of a sample, looked up instead of worked out."""

    def __init__(self, hours: Hours, begin: datetime, end: datetime) -> None:
        self.hours = hours
        self.begins, self.ends, self.worked = list[datetime](), list[datetime](), [NOTHING]
        for begins, ends in hours.shifts(begin):
            self.begins.append(begins)
            self.ends.append(ends)
            self.worked.append(self.worked[-1] + (ends - begins))
            if begins > end:
                break

    def until(self, at: datetime) -> timedelta:
        """Return how much working time has passed by then."""
        shift = bisect_right(self.begins, at)
        if not shift:
            return NOTHING
        return self.worked[shift] - max(NOTHING, self.ends[shift - 1] - at)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two moments."""
        return self.until(end) - self.until(start)

    def after(self, start: datetime, length: timedelta) -> datetime:
        """Return when *length* of working time has passed since *start*."""
        wanted = self.until(start) + length
        shift = bisect_right(self.worked, wanted) - 1
        if length and self.worked[shift] == wanted:
            shift -= 1  # it ends with a shift, and not as the next one begins
        shift = min(shift, len(self.begins) - 1)
        return self.begins[shift] + (wanted - self.worked[shift])


@dataclass(eq=False, slots=True)
class Side:
    """A company as a sample needs it: its record, its calendar, its people, where work goes on."""

    party: Party
    calendar: Calendar
    staff: list[int]  #: ids of persons, those who lead first
    links: list[Link] = field(default_factory=list)
    serial: int = 0


@dataclass(eq=False, slots=True)
class Case:
    """A case, as ``relay.tallies`` wants to know it, with all that happened."""

    bot: int
    client: Any
    client_person: int
    equipment_id: int | None
    kind: str | None
    region: str | None
    asked: str
    subject: str
    opened_at: datetime
    address: str | None = None
    phone: str | None = None
    equipment: Any = None  #: what it is about, as a row
    id: int = 0
    tickets: list[Share] = field(default_factory=list)
    log: list[Deed] = field(default_factory=list)
    read: dict[str, list[Deed]] = field(default_factory=dict)  #: what each company's chat has


@dataclass(eq=False, slots=True)
class Share:
    """A ticket."""

    bot: int
    case: Case
    side: Side
    link: Link | None
    upper: Share | None
    since: datetime
    serial: int = 0
    number: str = ""
    id: int = 0
    state: State = State.OFFERED
    taken: bool = False
    rework: int = 0
    stars: int | None = None
    stars_why: str | None = None
    reopened: bool = False
    promised_at: datetime | None = None
    promised: bool = False
    used: timedelta = NOTHING
    late_since: datetime | None = None
    due_at: datetime | None = None
    alert_at: datetime | None = None
    path: list[Share] = field(default_factory=list)

    @property
    def party(self) -> Party:
        """Whose it is."""
        return self.side.party

    @property
    def party_id(self) -> int:
        """Whose it is."""
        return self.side.party.id

    @property
    def case_id(self) -> int:
        """What it is about."""
        return self.case.id

    @property
    def upper_id(self) -> int | None:
        """The ticket above; none: the client."""
        return self.upper.id if self.upper else None

    @property
    def link_id(self) -> int | None:
        """Over which it came."""
        return self.link.id if self.link else None

    @property
    def open(self) -> bool:
        """Whether it is still owed."""
        return self.state in OPEN

    @property
    def open_lowers(self) -> list[Share]:
        """The open ones right below."""
        return [each for each in self.case.tickets if each.upper is self and each.open]


@dataclass(eq=False, slots=True)
class Deed:
    """One thing that was done or said: an event, a message, or both."""

    at: datetime
    share: Share | None  #: none: the client says something
    what: str  #: as in the log; empty: only words
    after: State | None = None
    by: Side | None = None  #: none: the client, or the terms
    person: int | None = None
    purpose: Purpose | None = None  #: none: no words
    words: str = ""
    author: Share | None = None  #: none: the client
    stars: int = 0
    before: State | None = None
    message_id: int | None = None
    id: int = 0

    @property
    def ticket_id(self) -> int:
        """The ticket that it was done to."""
        assert self.share is not None
        return self.share.id


class Lives:
    """Tells cases, one after the other."""

    def __init__(self, dice: Random, bot: int, sides: dict[int, Side], now: datetime) -> None:
        self.dice, self.bot, self.sides, self.now = dice, bot, sides, now
        self.pace = 1.0

    @cached_property
    def awake(self) -> Calendar:
        """When clients answer."""
        day = Hours("Mon-Sun 08:00-23:00", "Europe/Moscow")
        first = min(side.calendar.begins[0] for side in self.sides.values())
        return Calendar(day, first, self.now)

    def ended(self, case: Case, side: Side) -> None:
        """Tell a case that is over by now, one way or another."""
        self.pace = 1.0
        while True:
            self.told(case, side)
            if case.log[-1].at < self.now:
                break
            self.pace *= 0.2
        if self.dice.random() < 0.04:
            self.called_off(case)
        for deed in case.log:
            self.does(deed)

    def under_way(self, case: Case, side: Side) -> None:
        """Tell a case that is open now: what comes later has not happened."""
        self.pace = 1.0
        while True:
            self.told(case, side)
            case.log = [each for each in case.log if each.at < self.now]
            there = {each.share for each in case.log}
            case.tickets = [each for each in case.tickets if each in there]
            for deed in case.log:
                self.does(deed)
            if case.tickets[0].open:
                break
            self.pace *= 2

    def told(self, case: Case, side: Side) -> None:
        """Write down all that happens in a case."""
        case.tickets, case.log = [], []
        first = self.offered(case, side, None, None, case.opened_at)
        self.goes(first, case.opened_at)
        case.log.sort(key=lambda deed: deed.at)

    def offered(
        self, case: Case, side: Side, link: Link | None, upper: Share | None, at: datetime
    ) -> Share:
        """Give a company a ticket."""
        share = Share(self.bot, case, side, link, upper, at)
        share.path = [*(upper.path if upper else ()), share]
        case.tickets.append(share)
        case.log.append(Deed(at, share, OFFER, State.OFFERED))
        return share

    def goes(self, share: Share, at: datetime) -> datetime | None:
        """Tell how it goes with a ticket, once offered; say when it was closed, if it was."""
        dice, side, terms = self.dice, share.side, share.link or share.party
        calendar = side.calendar
        took = self.later(calendar, at, 12)
        limit = terms.take_within if share.upper else None
        due = calendar.after(at, calendar.hours.budget(limit)) if limit else None
        declined = dice.random() < (0.06 if share.upper else 0.004)
        if due and took > due:
            self.moves(share, Move.EXPIRE, due, terms=True)
            return None
        if declined:
            self.moves(share, Move.DECLINE, took, side)
            return None
        self.moves(share, Move.TAKE, took, side)
        at = took
        if dice.random() < 0.35:
            self.says(share, self.later(calendar, at, 15), dice.random() < 0.6)
        if dice.random() < 0.12:
            at = self.later(calendar, at, 20)
            self.moves(share, Move.ASK, at, side)
            at = self.later(self.above(share), at, 70)
            self.moves(share, Move.ANSWER, at, share.upper.side if share.upper else None)
        at = self.passes_on(share, at)
        at = self.later(
            calendar, at, 25 if any(e.upper is share for e in share.case.tickets) else 150
        )
        return self.checked(share, self.resolved(share, at))

    def passes_on(self, share: Share, at: datetime) -> datetime:
        """Let others do it, if the company does not do it itself; return when that is over."""
        dice, case = self.dice, share.case
        busy = {each.side for each in share.path}
        free = [each for each in share.side.links if self.sides[each.lower_id] not in busy]
        if not free or len(share.path) == DEEPEST or dice.random() > 0.72:
            return at
        first = dice.choices(range(len(free)), [3, 2, 1][: len(free)])[0]
        ways = free[first:] + free[:first]
        at = self.later(share.side.calendar, at, 8)
        self.moves(share, Move.PASS_ON, at, share.side)
        if len(ways) > 1 and dice.random() < 0.05:  # two at once
            begun = [self.offered(case, self.sides[e.lower_id], e, share, at) for e in ways[:2]]
            ends = [self.goes(each, at) or self.ended_at(each) for each in begun]
            return max([at, *ends])
        for way in ways:
            start, mark = at, len(case.log)
            lower = self.offered(case, self.sides[way.lower_id], way, share, start)
            closed = self.goes(lower, start)
            at = closed or self.ended_at(lower)
            if dice.random() < 0.03 and (recalled := self.recalled(lower, mark)):
                return recalled
            if closed:
                return self.reopened_below(lower, closed)
        return at

    def resolved(self, share: Share, at: datetime) -> datetime:
        """Let the company say that it is done."""
        if self.dice.random() < 0.03:
            self.notes(share, at - timedelta(seconds=30) * self.pace)
        self.moves(share, Move.RESOLVE, at, share.side)
        return at

    def checked(self, share: Share, at: datetime) -> datetime:
        """Let the one above look at a result: it may come back; return when it was accepted."""
        dice, terms, above = self.dice, share.link or share.party, self.above(share)
        by = share.upper.side if share.upper else None
        for _ in range(3):
            looked = self.later(above, at, 45 if share.upper else 240)
            limit, due = terms.check_within, None
            if limit and share.upper:
                due = above.after(at, above.hours.budget(limit))
            elif limit:
                due = at + limit  # clients have all the time
            if due and (looked > due or dice.random() < 0.06):
                self.moves(share, Move.ACCEPT, due, terms=True)
                return due
            if dice.random() > 0.08:
                break
            self.moves(share, Move.RETURN, looked, by)
            at = self.resolved(share, self.later(share.side.calendar, looked, 100))
        self.moves(share, Move.ACCEPT, looked, by)
        if dice.random() < 0.7:
            self.rates(share, looked + timedelta(seconds=dice.uniform(5, 90)) * self.pace, by)
        if not share.upper and dice.random() < 0.025:
            again = looked + timedelta(days=dice.uniform(0.1, 12)) * self.pace
            self.moves(share, Move.REOPEN, again)
            done = self.resolved(share, self.later(share.side.calendar, again, 200))
            looked = self.later(above, done, 200)
            self.moves(share, Move.ACCEPT, looked)
        return looked

    def reopened_below(self, lower: Share, closed: datetime) -> datetime:
        """Let the one above find, before it goes on, that something is wrong after all."""
        if self.dice.random() > 0.02:
            return closed
        upper = lower.upper
        assert upper is not None
        again = self.later(upper.side.calendar, closed + timedelta(seconds=100), 15)
        self.moves(lower, Move.REOPEN, again, upper.side)
        done = self.resolved(lower, self.later(lower.side.calendar, again, 90))
        end = self.later(upper.side.calendar, done, 40)
        self.moves(lower, Move.ACCEPT, end, upper.side)
        return end

    def recalled(self, lower: Share, mark: int) -> datetime | None:
        """Let the one above take a ticket back, somewhere on its way; return when."""
        log, case = lower.case.log, lower.case
        branch = sorted(log[mark:], key=lambda deed: deed.at)
        own = [each for each in branch if each.share is lower and each.after]
        last = self.dice.randrange(len(own))
        if own[last].after not in OPEN or last + 1 == len(own):
            return None
        at = own[last].at + (own[last + 1].at - own[last].at) * self.dice.uniform(0.2, 0.8)
        del log[mark:]
        log += [each for each in branch if each.at < at]
        there = {each.share for each in log}
        case.tickets = [each for each in case.tickets if each in there]
        stands = {each.share: each.after for each in log if each.after}
        upper = lower.upper
        assert upper is not None
        for each in [lower, *(e for e in case.tickets if e is not lower and lower in e.path)]:
            if stands[each] in OPEN:
                self.moves(each, Move.RECALL, at, upper.side, worded=each is lower)
        return at

    def called_off(self, case: Case) -> None:
        """Let a case be called off, somewhere before its first result."""
        first = case.tickets[0]
        own = [each for each in case.log if each.share is first and each.what]
        result = next((k for k, each in enumerate(own) if each.what == Move.RESOLVE), 0)
        if not result:
            return
        mark = self.dice.randrange(result)
        at = own[mark].at + (own[mark + 1].at - own[mark].at) * self.dice.uniform(0.2, 0.8)
        case.log = [each for each in case.log if each.at < at]
        there = {each.share for each in case.log}
        case.tickets = [each for each in case.tickets if each in there]
        stands = {each.share: each.after for each in case.log if each.after}
        by = None if self.dice.random() < 0.6 else first.side
        for each in case.tickets:
            if stands[each] in OPEN:
                self.moves(each, Move.CANCEL, at, by, worded=each is first)

    def ended_at(self, share: Share) -> datetime:
        """Return when something last happened to a ticket."""
        return max(each.at for each in share.case.log if each.share is share and each.what)

    def above(self, share: Share) -> Calendar:
        """Return the calendar of the one above."""
        return share.upper.side.calendar if share.upper else self.awake

    def later(self, calendar: Calendar, at: datetime, minutes: float) -> datetime:
        """Return when somebody is through with what takes about so many minutes."""
        length = timedelta(minutes=minutes * self.dice.lognormvariate(0, 1) * self.pace + 0.01)
        return calendar.after(at, length) if self.pace > INSTANT else at + length

    def moves(
        self,
        share: Share,
        move: Move,
        at: datetime,
        by: Side | None = None,
        *,
        terms: bool = False,
        worded: bool = True,
    ) -> None:
        """Let a company make a move, or the client, or the *terms*; with the words it needs."""
        deed = Deed(at, share, move, RULES[move].after, by)
        if by:
            deed.author = share if by is share.side else share.upper
            deed.person = self.dice.choice(
                by.staff if Who.MEMBER & RULES[move].who else by.staff[:2]
            )
        elif not terms:
            deed.person = share.case.client_person
        if worded and not terms and RULES[move].words:
            deed.purpose = PURPOSES.get(move, Purpose.REASON)
            deed.words = self.words(share, by, move)
        share.case.log.append(deed)

    def words(self, share: Share, by: Side | None, about: str) -> str:
        """Return what somebody says."""
        language = by.party.language if by else share.case.client.language
        return self.dice.choice(town.SAID[language][about])

    def rates(self, share: Share, at: datetime, by: Side | None) -> None:
        """Let the one above say how good it was."""
        stars = self.dice.choices((1, 2, 3, 4, 5), (3, 4, 10, 28, 55))[0]
        person = self.dice.choice(by.staff[:2]) if by else share.case.client_person
        deed = Deed(at, share, RATE, State.CLOSED, by, person, stars=stars)
        if stars <= FEW:
            deed.words = self.words(share, by, "stars")
        share.case.log.append(deed)

    def says(self, share: Share, at: datetime, up: bool) -> None:
        """Let a company say something up, or the client something down."""
        by = share.side if up else None
        person = self.dice.choice(by.staff) if by else share.case.client_person
        words, author = self.words(share, by, "talk"), share if up else None
        talk = Deed(at, None, "", None, by, person, Purpose.TALK, words, author)
        share.case.log.append(talk)

    def notes(self, share: Share, at: datetime) -> None:
        """Let a company keep a note for itself."""
        person = self.dice.choice(share.side.staff)
        words = self.words(share, share.side, "note")
        note = Deed(at, None, "", None, share.side, person, Purpose.NOTE, words, share)
        share.case.log.append(note)

    def does(self, deed: Deed) -> None:
        """Let a ticket stand where a deed leads, as ``relay.making`` and ``deadlines`` have it."""
        share, after = deed.share, deed.after
        if share is None or after is None:
            return
        deed.before = share.state
        if share.state is not after or deed.what == OFFER:
            leave(share, deed.at)
            share.state, share.since = after, deed.at
            if deed.what in {Move.TAKE, Move.REOPEN}:
                share.promised_at, share.used, share.late_since = deed.at, NOTHING, None
                share.promised = (share.link or share.party).resolve_within is not None
        match deed.what:
            case Move.TAKE:
                share.taken = True
            case Move.RETURN:
                share.rework += 1
            case Move.REOPEN:
                share.rework += 1
                share.reopened = True
            case "rate":
                share.stars, share.stars_why = deed.stars, deed.words or None


def leave(share: Share, now: datetime) -> None:
    """Count what a ticket used of its time, as ``deadlines.leave`` does, but quickly."""
    if share.state not in IN_HAND:
        return
    calendar, agreed = share.side.calendar, (share.link or share.party).resolve_within
    worked = calendar.between(share.since, now)
    if agreed is not None:
        left = calendar.hours.budget(agreed) - share.used
        if left <= NOTHING:
            share.late_since = share.late_since or share.since
        elif worked >= left:
            share.late_since = calendar.after(share.since, left)
    share.used += worked


def sides(
    parties: Iterable[Party], links: Iterable[Link], staff: dict[int, list[int]], *span: datetime
) -> dict[int, Side]:
    """Return the companies of a chain, by the ids of their records."""
    begin, end = span
    found = {
        each.id: Side(each, Calendar(works(each), begin - DAY, end + 60 * DAY), staff[each.id])
        for each in parties
    }
    for link in links:
        found[link.upper_id].links.append(link)
    return found
