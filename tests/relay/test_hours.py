"""Working hours: what counts, and when it will have counted."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay.hours import ALWAYS, Hours

OFFICE = Hours("Mon-Fri 09:00-18:00", "Europe/Berlin", "DE")
NIGHT = Hours("Mon-Fri 22:00-06:00", "Europe/Berlin")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def berlin(text: str) -> datetime:
    """Return a moment by the clocks of Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


@pytest.mark.parametrize(
    ("of", "start", "length", "end"),
    [
        (OFFICE, "2026-03-02 10:00", 2 * HOUR, "2026-03-02 12:00"),
        (OFFICE, "2026-03-02 17:00", 2 * HOUR, "2026-03-03 10:00"),  # overnight
        (OFFICE, "2026-03-06 17:30", HOUR, "2026-03-09 09:30"),  # over a weekend
        (OFFICE, "2026-04-02 17:00", 2 * HOUR, "2026-04-07 10:00"),  # over Easter
        (OFFICE, "2026-03-07 12:00", HOUR, "2026-03-09 10:00"),  # from a Saturday on
        (OFFICE, "2026-03-02 10:00", 8 * HOUR, "2026-03-02 18:00"),  # to the very end of a day
        (NIGHT, "2026-03-02 23:00", 3 * HOUR, "2026-03-03 02:00"),  # over midnight
        (NIGHT, "2026-03-07 05:00", 2 * HOUR, "2026-03-09 23:00"),  # Friday's shift, then Monday's
        (NIGHT, "2026-03-03 07:00", 9 * HOUR, "2026-03-04 23:00"),
    ],
)
def test_what_was_agreed_ends_when_so_much_was_worked(
    of: Hours, start: str, length: timedelta, end: str
) -> None:
    assert of.after(berlin(start), length) == berlin(end)
    assert of.between(berlin(start), berlin(end)) == length


def test_an_hour_that_the_clock_leaves_out_or_repeats_counts_as_it_passes() -> None:
    shift = Hours("Mon-Sun 00:00-06:00", "Europe/Berlin")

    assert shift.between(berlin("2026-03-29 00:00"), berlin("2026-03-29 06:00")) == 5 * HOUR
    assert shift.between(berlin("2026-10-25 00:00"), berlin("2026-10-25 06:00")) == 7 * HOUR
    assert shift.after(berlin("2026-03-29 01:00"), 2 * HOUR) == berlin("2026-03-29 04:00")


def test_a_shift_that_begins_in_the_hour_that_is_left_out_is_as_long_as_ever() -> None:
    shift = Hours("Sun 02:15-02:45", "Europe/Berlin")

    assert shift.between(berlin("2026-03-29 00:00"), berlin("2026-03-29 12:00")) == 30 * MINUTE


def test_the_same_moment_is_another_part_of_the_day_elsewhere() -> None:
    start = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # 08:00, 17:00 and 00:00 on the wall
    zones = ("UTC", "Asia/Tokyo", "America/Los_Angeles")
    ends = [Hours("Mon-Fri 09:00-18:00", zone).after(start, 2 * HOUR) for zone in zones]

    assert [end.isoformat()[:16] for end in ends] == [
        "2026-03-02T11:00",
        "2026-03-03T01:00",
        "2026-03-02T19:00",
    ]


def test_a_day_that_was_agreed_is_a_working_day() -> None:
    assert OFFICE.budget(3 * DAY) == 27 * HOUR
    assert OFFICE.budget(30 * HOUR) == 30 * HOUR
    assert NIGHT.budget(DAY) == 8 * HOUR
    assert ALWAYS.budget(DAY) == DAY


def test_days_are_named_one_by_one_and_over_the_end_of_the_week() -> None:
    week = [date(2026, 3, 2) + n * DAY for n in range(7)]

    assert [Hours("Fri-Mon,Wed 09:00-10:00", "UTC").works(day) for day in week] == [
        *(True, False, True, False, True, True, True)
    ]


def test_a_country_keeps_its_own_holidays_and_nobody_keeps_none() -> None:
    unity = date(2023, 10, 3)  # a Tuesday

    assert not Hours("Mon-Fri 09:00-18:00", "UTC", "DE").works(unity)
    assert Hours("Mon-Fri 09:00-18:00", "UTC", "RU").works(unity)
    assert Hours("Mon-Fri 09:00-18:00", "UTC").works(unity)


moments = st.integers(0, 2 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
calendars = st.builds(
    Hours,
    st.sampled_from(
        ["Mon-Fri 09:00-18:00", "Mon-Sun 00:00-24:00", "Sat,Sun 22:00-06:00", "Tue 13:30-13:45"]
    ),
    st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns"]),
    st.sampled_from([None, "DE", "RU"]),
)


@given(calendars, moments, st.timedeltas(timedelta(), 20 * HOUR))
def test_so_much_lies_between_a_start_and_the_end_of_what_was_agreed(
    of: Hours, start: datetime, length: timedelta
) -> None:
    assert of.between(start, of.after(start, length)) == length


@given(calendars, moments, moments, moments)
def test_a_stretch_counts_as_much_as_its_parts(
    of: Hours, one: datetime, two: datetime, three: datetime
) -> None:
    first, middle, last = sorted((one, two, three))

    assert of.between(first, last) == of.between(first, middle) + of.between(middle, last)
