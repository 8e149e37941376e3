"""How moments, lengths and amounts read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from relay.language import speak


@pytest.mark.parametrize(
    ("seconds", "english", "russian"),
    [
        (0, "0 min", "0 мин"),
        (1, "<1 min", "<1 мин"),
        (29, "<1 min", "<1 мин"),
        (60, "1 min", "1 мин"),
        (3900, "1 hr 5 min", "1 ч 5 мин"),
        (90_000, "1 day 1 hr", "1 дн. 1 ч"),
    ],
)
def test_how_long_something_took_is_told_in_two_units(
    seconds: int, english: str, russian: str
) -> None:
    length = timedelta(seconds=seconds)

    assert speak("en").duration(length) == english
    assert speak("ru").duration(length).replace("\xa0", " ") == russian
