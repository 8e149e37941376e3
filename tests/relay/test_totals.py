"""Shares add up, however they are rounded."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from relay.totals import percents


@given(parts=st.lists(st.timedeltas(timedelta(), timedelta(days=400)), min_size=1, max_size=9))
def test_shares_are_all_of_it_and_none_is_a_percent_away(parts: list[timedelta]) -> None:
    total, found = sum(parts, timedelta()), percents(parts)

    if not total:
        assert found == [None] * len(parts)
        return
    shares = [each for each in found if each is not None]
    assert sum(shares) == 100
    assert all(
        abs(share - 100 * (part / total)) < 1.0001
        for share, part in zip(shares, parts, strict=True)
    )


def test_thirds_are_a_hundred_percent() -> None:
    assert percents([1, 1, 1]) == [34, 33, 33]
    assert percents([0, 0]) == [None, None]
    assert percents([]) == []
