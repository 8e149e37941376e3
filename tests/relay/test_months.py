"""Months, as people name them and as calendars have them."""

from datetime import UTC, datetime

import pytest

from relay.months import Month, split

NOW = Month(2026, 11)


@pytest.mark.parametrize(
    ("words", "month", "rest"),
    [
        ("2026-09", Month(2026, 9), ""),
        ("9.2026 Cold Repair", Month(2026, 9), "Cold Repair"),
        ("november", Month(2026, 11), ""),
        ("December", Month(2025, 12), ""),
        ("sept 2024 SRV", Month(2024, 9), "SRV"),
        ("last month", Month(2026, 10), ""),
        ("last month May Repairs", Month(2026, 10), "May Repairs"),
        ("в прошлом месяце Холод", Month(2026, 10), "Холод"),
        ("этот месяц", NOW, ""),
        ("за ноябрь", Month(2026, 11), "за"),
        ("Холод Сервис октябрь 2025 года", Month(2025, 10), "Холод Сервис"),
        ("мая", Month(2026, 5), ""),
        ("Маркет", None, "Маркет"),
        ("2026-13", None, "2026-13"),
        ("0001-01", None, "0001-01"),
        ("", None, ""),
    ],
)
def test_a_month_is_read_as_people_say_it(words: str, month: Month | None, rest: str) -> None:
    assert split(words, NOW) == (month, rest)


def test_months_follow_each_other_without_gap_wherever_one_is() -> None:
    for zone in ("Europe/Moscow", "America/St_Johns", "Pacific/Apia"):
        month = Month(2011, 1)
        for _ in range(24):
            assert month.until(zone) == month.next.begin(zone)
            assert Month.at(month.begin(zone), zone) == month == month.next.before
            month = month.next


def test_a_month_begins_where_somebody_is() -> None:
    assert Month(2026, 3).begin("Europe/Moscow") == datetime(2026, 2, 28, 21, 0, tzinfo=UTC)
