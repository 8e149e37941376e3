"""Whose move it is, and where the time of a case goes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.holding import CLIENT, Phase, holders, spent
from relay.moves import OPEN, State

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
VND, SRV, REG, PARTS = 1, 2, 3, 4
UPPERS = {VND: None, SRV: VND, REG: SRV, PARTS: VND}


def case(**states: State) -> list[tuple[int, int | None, State]]:
    """Return tickets by the name of their party."""
    ids = {"vnd": VND, "srv": SRV, "reg": REG, "parts": PARTS}
    return [(ids[name], UPPERS[ids[name]], state) for name, state in states.items()]


def minutes(count: float) -> datetime:
    """Return a moment so many minutes after the start."""
    return START + timedelta(minutes=count)


# Whose move it is


@pytest.mark.parametrize(
    ("state", "holder"),
    [
        (State.OFFERED, VND),
        (State.WORKING, VND),
        (State.WAITING, CLIENT),
        (State.RESOLVED, CLIENT),
        (State.RETURNED, VND),
    ],
)
def test_between_the_client_and_the_first_party_it_is_the_state_that_tells(
    state: State, holder: int
) -> None:
    assert holders(case(vnd=state)) == [(holder, VND)]


@pytest.mark.parametrize("state", sorted(frozenset(State) - OPEN))
def test_a_case_that_is_over_has_no_holder(state: State) -> None:
    assert holders(case(vnd=state)) == []


@pytest.mark.parametrize("upper", [State.WORKING, State.RETURNED])
@pytest.mark.parametrize(
    ("state", "holder"),
    [
        (State.OFFERED, SRV),
        (State.WORKING, SRV),
        (State.WAITING, VND),
        (State.RESOLVED, VND),
        (State.RETURNED, SRV),
    ],
)
def test_what_was_passed_on_is_held_by_whoever_holds_the_lower_ticket(
    upper: State, state: State, holder: int
) -> None:
    assert holders(case(vnd=upper, srv=state)) == [(holder, SRV)]


@pytest.mark.parametrize("state", sorted(frozenset(State) - OPEN))
def test_what_ended_below_comes_back_to_the_one_who_passed_it_on(state: State) -> None:
    assert holders(case(vnd=State.WORKING, srv=state)) == [(VND, VND)]


def test_the_end_of_a_chain_holds_for_all_above() -> None:
    chain = case(vnd=State.WORKING, srv=State.WORKING, reg=State.OFFERED)

    assert holders(chain) == [(REG, REG)]


def test_whoever_asks_the_one_above_waits_for_all_below() -> None:
    chain = case(vnd=State.WORKING, srv=State.WAITING, reg=State.WORKING)

    assert holders(chain) == [(VND, SRV)]


def test_each_of_two_branches_has_a_holder_of_its_own() -> None:
    tree = case(vnd=State.WORKING, srv=State.WORKING, reg=State.RESOLVED, parts=State.OFFERED)

    assert sorted(holders(tree)) == [(SRV, REG), (PARTS, PARTS)]


# Where the time goes


def test_a_case_is_charged_to_each_in_turn() -> None:
    log = [
        (minutes(0), VND, State.OFFERED),
        (minutes(5), VND, State.WORKING),
        (minutes(6), SRV, State.OFFERED),
        (minutes(16), SRV, State.WORKING),
        (minutes(46), SRV, State.WAITING),
        (minutes(48), SRV, State.WORKING),
        (minutes(60), SRV, State.RESOLVED),
        (minutes(63), SRV, State.RETURNED),
        (minutes(70), SRV, State.RESOLVED),
        (minutes(71), SRV, State.CLOSED),
        (minutes(72), VND, State.RESOLVED),
        (minutes(90), VND, State.CLOSED),
    ]

    assert spent(log, UPPERS, minutes(999)) == {
        VND: {
            Phase.OFFERED: timedelta(minutes=5),
            Phase.WORKING: timedelta(minutes=1 + 1),
            Phase.ASKED: timedelta(minutes=2),
            Phase.CHECKING: timedelta(minutes=3 + 1),
        },
        SRV: {
            Phase.OFFERED: timedelta(minutes=10),
            Phase.WORKING: timedelta(minutes=30 + 12),
            Phase.REWORK: timedelta(minutes=7),
        },
        CLIENT: {Phase.CHECKING: timedelta(minutes=18)},
    }


def test_what_is_still_going_on_is_charged_until_now() -> None:
    log = [(minutes(0), VND, State.OFFERED), (minutes(5), VND, State.WORKING)]

    assert spent(log, UPPERS, minutes(7)) == {
        VND: {Phase.OFFERED: timedelta(minutes=5), Phase.WORKING: timedelta(minutes=2)}
    }


def test_two_branches_are_charged_at_the_same_time() -> None:
    log = [
        (minutes(0), VND, State.WORKING),
        (minutes(2), SRV, State.OFFERED),
        (minutes(3), PARTS, State.OFFERED),
        (minutes(5), SRV, State.WORKING),
    ]

    assert spent(log, UPPERS, minutes(12)) == {
        VND: {Phase.WORKING: timedelta(minutes=2)},
        SRV: {Phase.OFFERED: timedelta(minutes=3), Phase.WORKING: timedelta(minutes=7)},
        PARTS: {Phase.OFFERED: timedelta(minutes=9)},
    }


def test_nothing_happened_and_nothing_is_charged() -> None:
    assert spent([], {}, START) == {}


# Any history at all


@dataclass
class History:
    """A case that people work on, by the rules of the design."""

    uppers: dict[int, int | None] = field(default_factory=dict)
    states: dict[int, State] = field(default_factory=dict)
    log: list[tuple[datetime, int, State]] = field(default_factory=list)
    now: datetime = START

    def becomes(self, ticket: int, state: State) -> None:
        self.states[ticket] = state
        self.log.append((self.now, ticket, state))

    def offers(self, upper: int | None) -> None:
        ticket = len(self.uppers) + 1
        self.uppers[ticket] = upper
        self.becomes(ticket, State.OFFERED)

    def lowers(self, ticket: int) -> list[int]:
        return [
            each
            for each, upper in self.uppers.items()
            if upper == ticket and self.states[each] in OPEN
        ]

    def ends(self, ticket: int, state: State) -> None:
        """End a ticket, and recall all below it."""
        self.becomes(ticket, state)
        for lower in self.lowers(ticket):
            self.ends(lower, State.CANCELLED if state is State.CANCELLED else State.RECALLED)

    def choices(self, ticket: int, branching: bool) -> list[State | None]:
        """Return what may become of a ticket; None: it is passed on."""
        upper, below = self.uppers[ticket], self.lowers(ticket)
        ends = [State.RECALLED] if upper else [State.CANCELLED]
        pass_on = [None] if branching or not below else []
        done = [] if below else [State.RESOLVED]
        match self.states[ticket]:
            case State.OFFERED:
                refused = [State.DECLINED, State.EXPIRED] if upper else []
                return [State.WORKING, *refused, *ends]
            case State.WORKING | State.RETURNED:
                return [State.WAITING, *done, *pass_on, *ends]
            case State.WAITING:
                return [State.WORKING, *done, *ends]
            case State.RESOLVED:
                return [State.CLOSED, State.RETURNED, *ends]
            case State.CLOSED if not upper or (
                self.states[upper] in {State.WORKING, State.RETURNED}
                and (branching or not self.lowers(upper))
            ):
                return [State.RETURNED]
            case _:
                return []

    @property
    def leaves(self) -> list[int]:
        """The tickets in which the open branches end: none below them, or all below them wait."""
        return self.below(1) if self.states[1] in OPEN else []

    def below(self, ticket: int) -> list[int]:
        lowers = self.lowers(ticket)
        if self.states[ticket] is State.WAITING or not lowers:
            return [ticket]
        return [leaf for lower in lowers for leaf in self.below(lower)]


@st.composite
def histories(draw: st.DrawFn, *, branching: bool) -> History:
    """Make up what happens to a case, and when."""
    history = History()
    history.offers(None)
    for _ in range(draw(st.integers(0, 25))):
        history.now += timedelta(seconds=draw(st.integers(0, 10_000)))
        moves = [
            (ticket, state)
            for ticket in history.uppers
            for state in history.choices(ticket, branching)
        ]
        if not moves:
            break
        ticket, state = draw(st.sampled_from(moves))
        if state is None:
            history.offers(ticket)
        elif state in {State.RECALLED, State.CANCELLED}:
            history.ends(ticket, state)
        else:
            history.becomes(ticket, state)
    history.now += timedelta(seconds=draw(st.integers(0, 10_000)))
    return history


def ancestors(ticket: int, uppers: dict[int, int | None]) -> set[int]:
    """Return a ticket, all above it, and the client."""
    upper = uppers[ticket]
    return {ticket} | (ancestors(upper, uppers) if upper else {CLIENT})


def total(times: dict[int, dict[Phase, timedelta]]) -> timedelta:
    """Return all that was charged to anybody."""
    return sum((each for phases in times.values() for each in phases.values()), timedelta())


def moments(history: History) -> Iterable[tuple[History, timedelta]]:
    """Return the case as it stood after each change, and for how long it did."""
    stood = History(uppers=history.uppers)
    ends = [at for at, _, _ in history.log[1:]] + [history.now]
    for (at, ticket, state), end in zip(history.log, ends, strict=True):
        stood.states = {**stood.states, ticket: state}
        stood.uppers = {each: history.uppers[each] for each in stood.states}
        yield stood, end - at


@given(histories(branching=True))
def test_every_open_branch_has_exactly_one_holder_who_stands_on_it(history: History) -> None:
    found = holders((each, history.uppers[each], state) for each, state in history.states.items())

    assert sorted(end for _, end in found) == sorted(history.leaves)
    for holder, end in found:
        assert holder in ancestors(end, history.uppers)
        if history.states[end] in {State.WAITING, State.RESOLVED}:
            assert holder == (history.uppers[end] or CLIENT)
        else:
            assert holder == end


@given(histories(branching=False))
def test_what_is_charged_covers_the_life_of_a_case_without_gap_or_overlap(
    history: History,
) -> None:
    life = sum((time for stood, time in moments(history) if stood.states[1] in OPEN), timedelta())

    assert total(spent(history.log, history.uppers, history.now)) == life


@given(histories(branching=True))
def test_what_is_charged_covers_every_branch_without_gap_or_overlap(history: History) -> None:
    lives = sum((time * len(stood.leaves) for stood, time in moments(history)), timedelta())

    assert total(spent(history.log, history.uppers, history.now)) == lives


@given(histories(branching=True), st.data())
def test_what_was_charged_until_now_is_never_charged_otherwise_later(
    history: History, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(1, len(history.log)))
    until = history.log[cut - 1][0]

    before = spent(history.log[:cut], history.uppers, until)
    after = spent(history.log, history.uppers, history.now)

    for holder, phases in before.items():
        for phase, time in phases.items():
            assert after[holder][phase] >= time


@given(histories(branching=False))
def test_nobody_is_charged_for_what_others_hold(history: History) -> None:
    expected: dict[int, timedelta] = {}
    for stood, time in moments(history):
        for end in stood.leaves:
            asked = stood.states[end] in {State.WAITING, State.RESOLVED}
            holder = (stood.uppers[end] or CLIENT) if asked else end
            expected[holder] = expected.get(holder, timedelta()) + time

    charged = spent(history.log, history.uppers, history.now)

    assert {who: sum(phases.values(), timedelta()) for who, phases in charged.items()} == expected


def test_what_is_less_than_a_second_is_nobodys_whoever_counts() -> None:
    log = [(START + timedelta(seconds=0.9), VND, State.WORKING)]

    assert spent(log, {VND: None}, START + timedelta(seconds=1.1)) == {
        VND: {Phase.WORKING: timedelta(seconds=1)}
    }
