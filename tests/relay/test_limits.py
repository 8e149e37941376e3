"""A messenger is never spoken to faster than it allows, whatever the network does."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.limits import Call, Limiter, Window

START = 1000.0

SECOND = Window(1, timedelta(seconds=1))
MINUTE = Window(20, timedelta(seconds=60))
ALL = Window(30, timedelta(seconds=1))


def at(seconds: float) -> float:
    """Return a moment so many *seconds* after the start."""
    return START + seconds


def answered(limiter: Limiter, window: Window, *moments: float) -> None:
    """Let calls be answered at these moments, each started just before."""
    for moment in moments:
        limiter.finish(limiter.start([("chat", window)], START), at(moment))


# One window


def test_the_first_call_may_start_at_once() -> None:
    assert Limiter().free_at([("chat", SECOND)], START) == START


def test_twenty_go_at_once_and_the_next_waits_until_the_first_is_a_minute_old() -> None:
    limiter = Limiter()
    answered(limiter, MINUTE, *range(19))

    assert limiter.free_at([("chat", MINUTE)], at(19)) == at(19)

    answered(limiter, MINUTE, 19)
    assert limiter.free_at([("chat", MINUTE)], at(19)) == at(60)
    assert limiter.free_at([("chat", MINUTE)], at(59.9)) == at(60)
    assert limiter.free_at([("chat", MINUTE)], at(60)) == at(60)


def test_room_comes_back_one_by_one_as_the_answers_came() -> None:
    limiter = Limiter()
    answered(limiter, MINUTE, *range(20))

    answered(limiter, MINUTE, 60)

    assert limiter.free_at([("chat", MINUTE)], at(60)) == at(61)


def test_the_age_of_a_call_counts_from_its_answer() -> None:
    limiter = Limiter()
    call = limiter.start([("chat", SECOND)], START)

    limiter.finish(call, at(10))

    assert limiter.free_at([("chat", SECOND)], at(10.5)) == at(11)


def test_nobody_knows_when_there_is_room_while_an_answer_is_awaited() -> None:
    limiter = Limiter()
    call = limiter.start([("chat", SECOND)], START)

    assert limiter.free_at([("chat", SECOND)], at(3600)) is None

    limiter.finish(call, at(3600))
    assert limiter.free_at([("chat", SECOND)], at(3600)) == at(3601)


def test_calls_on_their_way_take_up_room_and_leave_the_rest() -> None:
    limiter = Limiter()
    calls = [limiter.start([("chat", MINUTE)], START) for _ in range(19)]

    assert limiter.free_at([("chat", MINUTE)], START) == START

    answered(limiter, MINUTE, 5)
    assert limiter.free_at([("chat", MINUTE)], at(6)) == at(65)

    limiter.finish(calls[7], at(4))
    assert limiter.free_at([("chat", MINUTE)], at(6)) == at(64)


def test_answers_may_come_in_another_order_than_the_calls_went() -> None:
    limiter, two = Limiter(), Window(2, timedelta(seconds=10))
    first, second = limiter.start([("chat", two)], START), limiter.start([("chat", two)], START)

    limiter.finish(second, at(1))
    limiter.finish(first, at(5))

    assert limiter.free_at([("chat", two)], at(6)) == at(11)


def test_a_call_without_a_clear_answer_may_arrive_as_long_as_anybody_waits_for_it() -> None:
    limiter = Limiter()
    call = limiter.start([("chat", SECOND)], START)

    limiter.finish(call, at(3), unclear=True)

    assert limiter.free_at([("chat", SECOND)], at(3)) == at(26)


def test_a_call_that_did_not_leave_takes_up_no_room() -> None:
    limiter = Limiter()

    limiter.cancel(limiter.start([("chat", SECOND)], START))

    assert limiter.free_at([("chat", SECOND)], START) == START


def test_a_chat_that_asked_for_a_pause_is_spoken_to_more_slowly() -> None:
    limiter = Limiter()
    answered(limiter, MINUTE, *range(20))

    assert limiter.free_at([("chat", MINUTE.tightened())], at(20)) == pytest.approx(at(60 / 0.9))


# Several windows


def test_a_call_waits_for_the_last_of_its_windows() -> None:
    limiter = Limiter()
    windows = [("chat", SECOND), ("group", Window(2, timedelta(seconds=60)))]
    for moment in (0, 1):
        limiter.finish(limiter.start(windows, START), at(moment))

    assert limiter.free_at(windows, at(1)) == at(60)
    assert limiter.free_at(reversed(windows), at(1)) == at(60)
    assert limiter.free_at(windows[:1], at(1)) == at(2)


def test_one_chat_does_not_wait_for_another_but_all_share_the_bots_window() -> None:
    limiter = Limiter()
    for chat in range(30):
        windows = [(("chat", chat), SECOND), (("bot",), ALL)]
        assert limiter.free_at(windows, START) == START
        limiter.finish(limiter.start(windows, START), START)

    assert limiter.free_at([(("chat", 99), SECOND)], START) == START
    assert limiter.free_at([(("chat", 99), SECOND), (("bot",), ALL)], START) == at(1)


def test_a_server_without_limits_is_never_waited_for() -> None:
    limiter = Limiter()
    for _ in range(100):
        limiter.start([], START)

    assert limiter.free_at([], START) == START


# Whatever the network does


@dataclass
class Underway:
    """A call on its way: when it will be answered, and when it reached the messenger."""

    call: Call
    arrival: int
    answer: int


#: For one call: the wait before it, its way there, its way back. In milliseconds.
TRIPS = st.tuples(
    st.integers(0, 400) | st.just(0), st.integers(0, 900) | st.just(0), st.integers(0, 3000)
)


def moment(milliseconds: float) -> float:
    """Return a moment so many *milliseconds* after the start."""
    return START + milliseconds / 1000


def sent(
    trips: Iterable[tuple[int, int, int]],
    windows: list[tuple[str, Window]],
    lanes: int,
) -> list[list[int]]:
    """Return when calls arrived, lane by lane, if each leaves as soon as it may."""
    limiter, now = Limiter(), 0
    arrivals: list[list[int]] = [[] for _ in range(lanes)]
    underway: list[Underway] = []
    waiting = deque(trips)
    turn = 0
    while waiting:
        for each in [each for each in underway if each.answer <= now]:
            limiter.finish(each.call, moment(each.answer))
            underway.remove(each)
        lane = turn % lanes
        mine = [(f"{name} {lane}" if name != "bot" else name, window) for name, window in windows]
        free = limiter.free_at(mine, moment(now))
        if free is None:
            now = min(each.answer for each in underway)
        elif free > moment(now) + 1e-9:
            soonest = ceil(round((free - START) * 1000, 6))
            now = min([soonest, *(each.answer for each in underway)])
        else:
            wait, there, back = waiting.popleft()
            underway.append(
                Underway(limiter.start(mine, moment(now)), now + there, now + there + back)
            )
            arrivals[lane].append(now + there)
            now += wait
            turn += 1
    return arrivals


def tightest(arrivals: list[int], calls: int) -> float:
    """Return within how many milliseconds one call more than *calls* arrived, at the worst."""
    ordered = sorted(arrivals)
    gaps = (late - early for early, late in zip(ordered, ordered[calls:], strict=False))
    return min(gaps, default=float("inf"))


@given(st.lists(TRIPS, max_size=60), st.integers(1, 4), st.integers(1, 5000), st.integers(1, 3))
def test_never_more_than_allowed_arrive_within_any_stretch(
    trips: list[tuple[int, int, int]], calls: int, span: int, lanes: int
) -> None:
    window = Window(calls, timedelta(milliseconds=span))

    arrivals = sent(trips, [("chat", window)], lanes)

    assert sum(map(len, arrivals)) == len(trips)
    for lane in arrivals:
        assert tightest(lane, calls) >= span


@given(st.lists(TRIPS, max_size=60), st.integers(1, 3))
def test_every_window_of_several_holds(trips: list[tuple[int, int, int]], lanes: int) -> None:
    windows = [
        ("chat", Window(1, timedelta(seconds=1))),
        ("group", Window(4, timedelta(seconds=10))),
        ("bot", Window(3, timedelta(seconds=2))),
    ]

    arrivals = sent(trips, windows, lanes)

    for lane in arrivals:
        assert tightest(lane, 1) >= 1_000
        assert tightest(lane, 4) >= 10_000
    assert tightest([each for lane in arrivals for each in lane], 3) >= 2_000


@given(
    st.lists(st.integers(0, 5000), max_size=12),
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 4), st.integers(1, 3000))),
    st.integers(0, 9000),
)
def test_the_moment_that_is_told_is_the_first_one_with_room(
    answers: list[int], more: list[tuple[str, int, int]], now: int
) -> None:
    limits = {name: Window(calls, timedelta(milliseconds=span)) for name, calls, span in more}
    windows = list(limits.items())
    limiter = Limiter()
    for answer in answers:
        limiter.finish(limiter.start(windows, START), moment(answer))

    free = limiter.free_at(windows, moment(now))

    assert free is not None
    assert free >= moment(now)
    if free > moment(now):
        just_before = free - 1e-6
        assert limiter.free_at(windows, just_before) == free
    assert limiter.free_at(windows, free) == free


def test_a_steady_stream_uses_all_that_is_allowed() -> None:
    arrivals = sent([(0, 0, 0)] * 100, [("group", MINUTE)], 1)[0]

    assert [each // 60_000 for each in arrivals] == [number // 20 for number in range(100)]
