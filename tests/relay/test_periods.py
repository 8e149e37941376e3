"""Periods, as people write them, and what they are compared with."""

import contextlib
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.periods import MOST, Period, read, split
from relay.refusals import Amiss, BadPeriod

THURSDAY = date(2026, 11, 26)


def period(text: str) -> Period:
    """Return a period by its first and its last day."""
    begin, last = (date.fromisoformat(each) for each in text.split(" to "))
    return Period(begin, date.fromordinal(last.toordinal() + 1))


@pytest.mark.parametrize(
    ("words", "meant", "rest"),
    [
        ("", "2026-11-20 to 2026-11-26", ""),
        ("Cold Repair", "2026-11-20 to 2026-11-26", "Cold Repair"),
        ("week", "2026-11-23 to 2026-11-26", ""),
        ("last  week Cold Repair", "2026-11-16 to 2026-11-22", "Cold Repair"),
        ("Cold Repair month", "2026-11-01 to 2026-11-26", "Cold Repair"),
        ("Прошлый месяц SRV", "2026-10-01 to 2026-10-31", "SRV"),
        ("неделя", "2026-11-23 to 2026-11-26", ""),
        ("today", "2026-11-26 to 2026-11-26", ""),
        ("вчера", "2026-11-25 to 2026-11-25", ""),
        ("year", "2026-01-01 to 2026-11-26", ""),
        ("last year", "2025-01-01 to 2025-12-31", ""),
        ("2026-10", "2026-10-01 to 2026-10-31", ""),
        ("10.2026", "2026-10-01 to 2026-10-31", ""),
        ("2026-11", "2026-11-01 to 2026-11-26", ""),
        ("march", "2026-03-01 to 2026-03-31", ""),
        ("Cold Repair ноябрь", "2026-11-01 to 2026-11-26", "Cold Repair"),
        ("в декабре SRV", "2025-12-01 to 2025-12-31", "SRV"),
        ("in Sept. 2025 SRV", "2025-09-01 to 2025-09-30", "SRV"),
        ("Marchand", "2026-11-20 to 2026-11-26", "Marchand"),
        ("2025", "2025-01-01 to 2025-12-31", ""),
        ("2026-11-01..2026-11-15 SRV", "2026-11-01 to 2026-11-15", "SRV"),
        ("2026-08..2026-10", "2026-08-01 to 2026-10-31", ""),
        ("01.11..15.11", "2026-11-01 to 2026-11-15", ""),
        ("1.11.2026 – 15.11.26", "2026-11-01 to 2026-11-15", ""),
        ("20.12..3.1", "2025-12-20 to 2026-01-03", ""),
        ("24.12", "2025-12-24 to 2025-12-24", ""),
        ("Repair 24", "2026-11-20 to 2026-11-26", "Repair 24"),
        ("weekend works", "2026-11-20 to 2026-11-26", "weekend works"),
    ],
)
def test_periods_are_taken_as_people_write_them(words: str, meant: str, rest: str) -> None:
    assert split(words, THURSDAY) == (period(meant), rest)


@pytest.mark.parametrize(
    ("words", "amiss"),
    [
        ("2026-13", Amiss.UNREAD),
        ("31.02..15.03", Amiss.UNREAD),
        ("2026-02-30", Amiss.UNREAD),
        ("0000", Amiss.UNREAD),
        ("9999..9999", Amiss.UNREAD),
        ("2026-11-15..2026-11-01", Amiss.BACKWARDS),
        ("2026-12", Amiss.AHEAD),
        ("2030-01-01..2030-02-01", Amiss.AHEAD),
        ("2024-01-01..2026-01-01", Amiss.LONG),
    ],
)
def test_what_is_no_period_is_refused_with_what_is_wrong(words: str, amiss: Amiss) -> None:
    with pytest.raises(BadPeriod) as refused:
        split(words, THURSDAY)

    assert (refused.value.words, refused.value.amiss) == (words, amiss)


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ("2026-11-20 to 2026-11-26", "2026-11-13 to 2026-11-19"),
        ("2026-11-23 to 2026-11-26", "2026-11-16 to 2026-11-19"),
        ("2026-11-16 to 2026-11-22", "2026-11-09 to 2026-11-15"),
        ("2026-11-01 to 2026-11-26", "2026-10-01 to 2026-10-26"),
        ("2026-10-01 to 2026-10-31", "2026-09-01 to 2026-09-30"),
        ("2026-03-01 to 2026-03-30", "2026-02-01 to 2026-02-28"),
        ("2026-08-01 to 2026-10-31", "2026-05-01 to 2026-07-31"),
        ("2026-01-01 to 2026-11-26", "2025-01-01 to 2025-11-26"),
        ("2025-01-01 to 2025-12-31", "2024-01-01 to 2024-12-31"),
        ("2026-01-01 to 2026-01-31", "2025-12-01 to 2025-12-31"),
        ("2026-11-03 to 2026-11-05", "2026-10-31 to 2026-11-02"),
        ("2026-11-05 to 2026-11-05", "2026-10-29 to 2026-10-29"),
    ],
)
def test_like_is_compared_with_like(now: str, before: str) -> None:
    assert period(now).before == period(before)


def test_a_day_begins_where_the_party_is() -> None:
    begin, end = period("2026-03-28 to 2026-03-29").moments("Europe/Berlin")

    assert begin == datetime(2026, 3, 27, 23, tzinfo=UTC)
    assert end == datetime(2026, 3, 29, 22, tzinfo=UTC)  # the clocks go forward


@given(st.dates(date(1971, 1, 1), THURSDAY), st.integers(1, MOST))
def test_periods_survive_a_button_and_come_after_those_before_them(day: date, days: int) -> None:
    made = Period(day, date.fromordinal(day.toordinal() + days))

    assert Period.unpacked(made.packed, THURSDAY) == made
    assert made.before.begin < made.before.end <= made.begin


@given(st.integers(-(10**15), 10**15))
def test_a_button_that_was_never_made_is_refused_or_a_period(number: int) -> None:
    with contextlib.suppress(BadPeriod):
        assert 0 < Period.unpacked(number, THURSDAY).days <= MOST


@pytest.mark.parametrize("words", ["0001", "0001-01-01", "0002-01-01..0002-12-31", "1969-12-31"])
def test_what_was_before_there_were_any_computers_is_no_period(words: str) -> None:
    with pytest.raises(BadPeriod):
        read(words, THURSDAY)


@given(st.text("0123456789.- год", max_size=14))
def test_whatever_is_written_is_a_period_or_refused(words: str) -> None:
    with contextlib.suppress(BadPeriod):
        assert read(words, THURSDAY).end <= date(2026, 11, 27)
