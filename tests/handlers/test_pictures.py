import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageColor

from handlers.pictures import COLOURS, DEADLINE, MARKS, WIDE, chart, known, marks, timeline
from relay.holding import Phase
from relay.pictures import Bar, Chart, Measure, Row, Timeline

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


def told(words: str = "VND-1", **more: object) -> Timeline:
    bars = [Bar(each, BEGIN + HOUR * at, BEGIN + HOUR * (at + 1)) for at, each in enumerate(Phase)]
    rows = [Row(words, bars, times=words), Row(words, [], [BEGIN + HOUR * 6])]
    legend = [(each, words) for each in Phase]
    end = BEGIN + HOUR * 8
    return Timeline(words, rows, BEGIN, end, "Europe/Moscow", legend, "ru", words, **more)  # type: ignore[arg-type]


def compared(words: str = "Closed") -> Chart:
    group = [Measure(words, 3, 5, words), Measure(words, 0, None, words)]
    return Chart(words, [(words, group), ("", [])], words, words)


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def colours(picture: Image.Image) -> set[object]:
    return {colour for _, colour in picture.getcolors(1 << 24)}  # type: ignore[union-attr]


def test_a_case_is_as_wide_as_a_phone_and_shows_every_phase_and_deadline() -> None:
    seen = opened(timeline(told()))

    assert seen.width == WIDE
    assert seen.getpixel((1, 1)) == (255, 255, 255)
    wanted = {ImageColor.getrgb(each) for each in (*COLOURS.values(), DEADLINE)}
    assert wanted <= colours(seen)


def test_what_has_not_come_yet_is_left_blank() -> None:
    blank, full = opened(timeline(told(now=BEGIN))), opened(timeline(told()))

    assert colours(full) - colours(blank)


@pytest.mark.parametrize(
    "words",
    [
        "Морозилка не холодит, ёж",
        r"$\frac{ costs $5$",
        "😀 漢字 \N{ZERO WIDTH JOINER}",
        "word " * 99,
        "x" * 999,
        "",
        "two\nlines\tand\0more",
    ],
)
def test_all_that_people_write_can_be_drawn(words: str) -> None:
    for png in (timeline(told(words)), chart(compared(words))):
        assert opened(png).width == WIDE


def test_letters_that_cannot_be_drawn_are_left_out_and_no_others() -> None:
    assert known("Ёж $5 №7\n— «да» 漢!") == "Ёж $5 №7 — «да» !"


@pytest.mark.parametrize("hours", [0.01, 1, 5, 23, 40, 24 * 9, 24 * 200, 24 * 4000])
def test_a_few_round_moments_are_written_below(hours: float) -> None:
    begin = datetime(2026, 3, 27, 9, 7, tzinfo=UTC)

    found = list(marks(begin, begin + HOUR * hours, BERLIN))

    assert len(found) <= MARKS + 1
    assert all(begin <= each <= begin + HOUR * hours for each in found)
    if hours > 24 * 5:  # the clocks change on the way, and midnight stays midnight
        assert {each.astimezone(BERLIN).hour for each in found} == {0}
