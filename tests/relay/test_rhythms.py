from datetime import UTC, date, datetime, timedelta

import pytest

from relay.rhythms import Every, Rhythm, read

BERLIN = "Europe/Berlin"
MONDAYS = Rhythm(Every.WEEK, 0, "09:00")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("weekly Mon 09:00", MONDAYS),
        ("weekly", MONDAYS),
        ("Mon", MONDAYS),
        ("every week on Monday at 9:00", MONDAYS),
        ("еженедельно пн 09:00", MONDAYS),
        ("по понедельникам в 9.00", MONDAYS),
        ("каждую среду, 18:30", Rhythm(Every.WEEK, 2, "18:30")),
        ("Sundays 23:59", Rhythm(Every.WEEK, 6, "23:59")),
        ("daily 18:00", Rhythm(Every.DAY, 0, "18:00")),
        ("every day 18:00", Rhythm(Every.DAY, 0, "18:00")),
        ("каждый день в 18:00", Rhythm(Every.DAY, 0, "18:00")),
        ("monthly 1 09:00", Rhythm(Every.MONTH, 1, "09:00")),
        ("monthly on the 31st", Rhythm(Every.MONTH, 31, "09:00")),
        ("ежемесячно 5-го числа 10:15", Rhythm(Every.MONTH, 5, "10:15")),
    ],
)
def test_people_say_in_their_words_when(words: str, meant: Rhythm) -> None:
    assert read(words) == meant


@pytest.mark.parametrize(
    "words",
    [
        *("", "09:00", "weekly 25:00", "weekly Mon Tue", "daily Mon", "weekly 3", "monthly 32"),
        *("monthly 0", "monthly Mon", "weekly monthly", "sometimes", "weekly Mon 09:00 please"),
    ],
)
def test_what_says_nothing_or_two_things_is_not_guessed_at(words: str) -> None:
    assert read(words) is None


@pytest.mark.parametrize("at", ["02:30", "09:00", "00:00", "23:59"])
@pytest.mark.parametrize("begin", [date(2026, 3, 27), date(2026, 10, 23)])
def test_it_comes_once_a_day_also_when_the_clocks_change(at: str, begin: date) -> None:
    daily = Rhythm(Every.DAY, 0, at)
    now = daily.moment(begin, BERLIN)
    seen = [begin]
    for _ in range(4):
        now = daily.next(now, BERLIN)
        seen.append(daily.last(now, BERLIN))
        assert daily.last(now - timedelta(seconds=1), BERLIN) == seen[-2]

    assert seen == [begin + timedelta(each) for each in range(5)]


def test_a_month_without_such_a_day_has_it_on_its_last() -> None:
    monthly = Rhythm(Every.MONTH, 31, "09:00")

    now = monthly.next(datetime(2026, 2, 1, tzinfo=UTC), "UTC")

    assert now == datetime(2026, 2, 28, 9, tzinfo=UTC)
    assert monthly.next(now, "UTC") == datetime(2026, 3, 31, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "begin", "end"),
    [
        (Every.DAY, date(2026, 3, 3), date(2026, 3, 4)),
        (Every.WEEK, date(2026, 2, 23), date(2026, 3, 2)),
        (Every.MONTH, date(2026, 2, 1), date(2026, 3, 1)),
    ],
)
def test_it_is_about_what_was_over_by_then(every: Every, begin: date, end: date) -> None:
    assert Rhythm(every, 1, "09:00").over(date(2026, 3, 4)) == (begin, end)
