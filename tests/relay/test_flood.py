"""So much at once, and then one after another."""

from datetime import UTC, datetime, timedelta

from relay.flood import MANY, Flood

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def burst(flood: Flood, now: datetime, lane: str = "1") -> int:
    """Let a lane say as much as it may; return how much that was."""
    said = 0
    while flood.free_at(lane, now) <= now and said < 1000:
        flood.took(lane, now, 1)
        said += 1
    return said


def test_so_much_goes_at_once_and_then_one_in_two_seconds() -> None:
    flood = Flood()

    assert burst(flood, NOW) == 30
    assert flood.free_at("1", NOW) == NOW + 2 * SECOND
    assert burst(flood, NOW + SECOND) == 0
    assert burst(flood, NOW + 2 * SECOND) == 1
    assert burst(flood, NOW, "2") == 30


def test_after_a_rest_as_much_goes_at_once_again() -> None:
    flood = Flood()
    burst(flood, NOW)

    assert burst(flood, NOW + 62 * SECOND) == 30


def test_a_lane_waits_until_it_may_go_on_and_is_slowed_until_it_has_rested() -> None:
    flood = Flood()
    burst(flood, NOW)

    assert flood.slowed("1", NOW) == NOW
    assert flood.waiting(NOW) == {"1": NOW + 2 * SECOND}
    assert flood.waiting(NOW + 3 * SECOND) == {}
    assert flood.slowed("1", NOW + 3 * SECOND) == NOW
    flood.waiting(NOW + timedelta(hours=1))
    assert flood.slowed("1", NOW + timedelta(hours=1)) == NOW + timedelta(hours=1)


def test_a_clock_that_is_set_back_lets_nobody_wait_for_longer_than_a_moment() -> None:
    flood = Flood()
    burst(flood, NOW)
    flood.slowed("1", NOW)
    before = NOW - timedelta(hours=1)

    assert flood.waiting(before) == {"1": before + 2 * SECOND}


def test_who_is_at_rest_is_forgotten() -> None:
    flood = Flood()
    for each in range(MANY + 1):
        flood.took(str(each), NOW, 1)

    flood.took("again", NOW + timedelta(minutes=1), 1)

    assert len(flood._paid) == 1
