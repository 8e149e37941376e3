"""Pictures, drawn for a phone that is held upright: big letters on a ground of their own."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from relay.holding import Phase
from relay.pictures import Chart, Measure, Row, Timeline

WIDE: Final = 1080  #: pixels, as everything below
EDGE: Final = 44
INNER: Final = WIDE - 2 * EDGE
BAR: Final = 54  #: how high one is
THIN: Final = 30  #: of two that are compared
LEGEND: Final = 50  #: how high a line of it is
LARGE: Final = 44  #: letters
MIDDLE: Final = 36
SMALL: Final = 29
LONGEST: Final = 200  #: letters of what may be written: more than fit
LEAST: Final = 4  #: wide is a bar at least, so that it can be seen
DPI: Final = 100
POINTS: Final = 72  #: of an inch

INK: Final = "#1b1f24"
PALE: Final = "#59636e"
RULE: Final = "#d5dae0"
TRACK: Final = "#f0f2f5"
EARLIER: Final = "#b4bcc6"
DEADLINE: Final = "#000000"
#: Okabe and Ito's colours: they stay apart for eyes that do not tell red from green.
COLOURS: Final = {
    Phase.OFFERED: "#f0e442",
    Phase.WORKING: "#0072b2",
    Phase.ASKED: "#cc79a7",
    Phase.CHECKING: "#56b4e9",
    Phase.REWORK: "#d55e00",
}

#: Between two marks of the hours; below a day they are counted from midnight.
STEPS: Final = tuple(
    timedelta(minutes=each) for each in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720)
)
DAYS: Final = (1, 2, 3, 7, 14, 30, 60, 91, 182, 365, 730, 1825)
MARKS: Final = 5  #: of the hours at most
MICROSECOND: Final = timedelta(microseconds=1)
DAY: Final = timedelta(days=1)

#: The library that draws keeps fonts and settings for all: one picture at a time.
drawing = Lock()


def draw(told: Timeline | Chart) -> bytes:
    """Return a picture as a PNG."""
    return timeline(told) if isinstance(told, Timeline) else chart(told)


def timeline(told: Timeline) -> bytes:
    """Return a case as a PNG: a row for each level, coloured by what it had the move for."""
    with drawing:
        return Hours(told).draw()


def chart(told: Chart) -> bytes:
    """Return a comparison as a PNG: for each measure a bar for now, and one for before."""
    with drawing:
        return compared(told)


class Sheet:
    """White paper on which one draws from the top to the bottom, in pixels."""

    def __init__(self) -> None:
        # Importing it takes a second, and most processes never draw.
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.figure = Figure(figsize=(WIDE / DPI, 1), dpi=DPI, facecolor="white")
        self.canvas = FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.y: float = EDGE

    def done(self) -> bytes:
        """Return the picture, as high as what is on it."""
        high = round(self.y + EDGE)
        self.figure.set_size_inches(WIDE / DPI, high / DPI)
        self.axes.set_xlim(0, WIDE)
        self.axes.set_ylim(high, 0)
        out = io.BytesIO()
        self.figure.savefig(out, format="png", dpi=DPI, facecolor="white")
        return out.getvalue()

    def box(self, x: float, y: float, wide: float, high: float, **looks: Any) -> None:
        """Fill a rectangle."""
        from matplotlib.patches import Rectangle

        looks = {"linewidth": 0, **looks}
        self.axes.add_patch(Rectangle((x, y), wide, high, **looks))

    def line(self, x: float, y: float, to_x: float, to_y: float, **looks: Any) -> None:
        """Draw a straight line."""
        self.axes.plot([x, to_x], [y, to_y], **{"solid_capstyle": "butt", "linewidth": 2, **looks})

    def mark(self, x: float, y: float, shape: str, colour: str = DEADLINE) -> None:
        """Draw a small mark."""
        self.axes.plot([x], [y], marker=shape, markersize=15, color=colour, clip_on=False)

    def words(
        self,
        x: float,
        y: float,
        text: str,
        size: int,
        *,
        side: str = "left",
        colour: str = INK,
        bold: bool = False,
    ) -> None:
        """Write one line whose top is at *y*; people's words are never read as a formula."""
        self.axes.text(
            x,
            y + size / 2,
            text,
            color=colour,
            fontproperties=font(size, bold=bold),
            horizontalalignment=side,
            verticalalignment="center_baseline",
            parse_math=False,
        )

    def paragraph(
        self, text: str, size: int, *, colour: str = INK, bold: bool = False, most: int = 2
    ) -> None:
        """Write words over as many lines as they need, and go on below them."""
        rest = known(text[:LONGEST]).split()
        for line in range(most):
            count = len(rest)
            while line < most - 1 and count > 1:
                if self.width(" ".join(rest[:count]), size, bold=bold) <= INNER:
                    break
                count -= 1
            if rest:
                shown = self.cut(" ".join(rest[:count]), size, INNER, bold=bold)
                self.words(EDGE, self.y, shown, size, colour=colour, bold=bold)
                self.y += size * 1.3
            rest = rest[count:]

    def cut(self, text: str, size: int, wide: float, *, bold: bool = False) -> str:
        """Return words that fit; where some are missing, dots say so."""
        if self.width(text, size, bold=bold) <= wide:
            return text
        short, long = 0, min(len(text), LONGEST)
        while long - short > 1:
            middle = (short + long) // 2
            fits = self.width(text[:middle].rstrip() + "…", size, bold=bold) <= wide
            short, long = (middle, long) if fits else (short, middle)
        return text[:short].rstrip() + "…"

    def width(self, text: str, size: int, *, bold: bool = False) -> float:
        """Return how wide words are."""
        renderer = self.canvas.get_renderer()  # type: ignore[no-untyped-call]
        looks = font(size, bold=bold)
        return float(renderer.get_text_width_height_descent(text, looks, ismath=False)[0])


class Hours:
    """A case as time."""

    def __init__(self, told: Timeline) -> None:
        self.told, self.sheet = told, Sheet()
        self.zone = ZoneInfo(told.zone)
        self.lasts = max(told.until - told.begin, MICROSECOND)

    def draw(self) -> bytes:
        """Return the picture."""
        sheet, told = self.sheet, self.told
        sheet.paragraph(told.title, LARGE, bold=True, most=3)
        sheet.y += 18
        self.legend()
        ticks = list(marks(told.begin, told.until, self.zone))
        for row in told.rows:
            self.row(row, ticks)
        self.hours(ticks)
        return sheet.done()

    def x(self, at: datetime) -> float:
        """Return where a moment is."""
        return EDGE + INNER * min(1.0, max(0.0, (at - self.told.begin) / self.lasts))

    def legend(self) -> None:
        """Say which colour means what, as many to a line as fit."""
        sheet, x = self.sheet, float(EDGE)
        entries: list[tuple[Phase | None, str]] = [*self.told.legend]
        if self.told.deadline and any(row.deadlines for row in self.told.rows):
            entries.append((None, self.told.deadline))
        for phase, words in entries:
            shown = sheet.cut(known(words), SMALL, INNER - 50)
            wide = 46 + sheet.width(shown, SMALL)
            if x > EDGE and x + wide > WIDE - EDGE:
                x, sheet.y = EDGE, sheet.y + LEGEND
            if phase:
                sheet.box(x, sheet.y, 32, 32, **looks(phase))
            else:
                sheet.line(x + 16, sheet.y, x + 16, sheet.y + 34, color=DEADLINE, linewidth=3)
                sheet.mark(x + 16, sheet.y + 4, "v")
            sheet.words(x + 46, sheet.y + 2, shown, SMALL)
            x += wide + 36
        sheet.y += LEGEND + 22

    def row(self, row: Row, ticks: Sequence[datetime]) -> None:
        """Draw one level: who it is, its bars, and how long it was."""
        sheet = self.sheet
        sheet.words(EDGE, sheet.y, sheet.cut(known(row.label), MIDDLE, INNER), MIDDLE)
        if row.bars is None:
            sheet.y += MIDDLE * 1.5 + 10
            return
        sheet.y += MIDDLE * 1.5 + 12
        sheet.box(EDGE, sheet.y, INNER, BAR, facecolor="white", edgecolor=RULE, linewidth=1.5)
        sheet.box(EDGE, sheet.y, self.x(self.told.now or self.told.until) - EDGE, BAR, color=TRACK)
        for at in ticks:
            x = self.x(at)
            sheet.line(x, sheet.y, x, sheet.y + BAR, color=RULE, linewidth=1.5, zorder=1)
        for bar in row.bars:
            x = min(self.x(bar.begin), WIDE - EDGE - LEAST)
            wide = max(LEAST, self.x(bar.until) - x)
            sheet.box(x, sheet.y, wide, BAR, zorder=2, **looks(bar.phase))
        for at in row.deadlines:
            self.deadline(at)
        sheet.y += BAR + 10
        sheet.paragraph(row.times, SMALL, colour=PALE)
        sheet.y += 34

    def deadline(self, at: datetime) -> None:
        """Mark a deadline; one that is yet far away, at the edge."""
        sheet, x = self.sheet, self.x(at)
        if at > self.told.until:
            sheet.mark(x, sheet.y + BAR / 2, ">")
            return
        sheet.line(x, sheet.y - 8, x, sheet.y + BAR + 8, color="white", linewidth=5, zorder=3)
        sheet.line(x, sheet.y - 8, x, sheet.y + BAR + 8, color=DEADLINE, linewidth=3, zorder=4)
        sheet.mark(x, sheet.y - 8, "v")

    def hours(self, ticks: Sequence[datetime]) -> None:
        """Write the moments below; the day where it is another than before."""
        sheet, day = self.sheet, None
        language = self.told.language
        sheet.line(EDGE, sheet.y, WIDE - EDGE, sheet.y, color=RULE, linewidth=1.5)
        whole = all(each.astimezone(self.zone).time() == datetime.min.time() for each in ticks)
        for at in ticks:
            here = at.astimezone(self.zone)
            hour = format_time(here, "HH:mm", locale=language)
            date = format_date(here, "d MMM", locale=language)
            x = min(max(self.x(at), EDGE + 45), WIDE - EDGE - 45)
            first, second = (date, "") if whole else (hour, date if here.date() != day else "")
            sheet.words(x, sheet.y + 14, first, SMALL, side="center", colour=PALE)
            sheet.words(x, sheet.y + 54, second, SMALL, side="center", colour=PALE)
            day = here.date()
        sheet.y += 56 if whole else 92


def looks(phase: Phase) -> dict[str, Any]:
    """Return how a stretch looks: rework has stripes as well, and what is pale has an edge."""
    found: dict[str, Any] = {"facecolor": COLOURS[phase], "linewidth": 1, "edgecolor": "#ffffff"}
    if phase is Phase.REWORK:
        found["hatch"] = "//"
    if phase is Phase.OFFERED:
        found["edgecolor"] = "#8a8400"
    return found


def marks(begin: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Return the moments to be written: round ones, in the reader's own time."""
    lasts = until - begin
    here = begin.astimezone(zone)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    step = next((each for each in STEPS if lasts / each < MARKS), None)
    if step:
        at = midnight.astimezone(begin.tzinfo)
        at += step * -(-(begin - at) // step)
        while at <= until:
            yield at
            at += step
        return
    days = next((each for each in DAYS if lasts / (DAY * each) < MARKS), DAYS[-1])
    while midnight <= until:
        if midnight >= begin:
            yield midnight
        midnight += DAY * days  # of the calendar: it stays midnight when the clocks change


def compared(told: Chart) -> bytes:
    """Return measures as bars."""
    sheet = Sheet()
    sheet.paragraph(told.title, LARGE, bold=True)
    sheet.y += 18
    earlier = any(each.before is not None for _, group in told.groups for each in group)
    entries = [(COLOURS[Phase.WORKING], told.now), (EARLIER, told.before)]
    for colour, words in entries if earlier else entries[:1]:
        sheet.box(EDGE, sheet.y, 32, 32, color=colour)
        sheet.words(EDGE + 46, sheet.y + 2, sheet.cut(known(words), SMALL, INNER - 46), SMALL)
        sheet.y += LEGEND
    for title, group in ((title, group) for title, group in told.groups if group):
        sheet.y += 28
        sheet.paragraph(title, MIDDLE, bold=True)
        sheet.y += 14
        most = max(max(each.now, each.before or 0) for each in group) or 1
        for each in group:
            measure(sheet, each, most)
    return sheet.done()


def measure(sheet: Sheet, told: Measure, most: float) -> None:
    """Draw one measure: what it is and how much, in words and as bars."""
    shown = sheet.cut(known(told.shown), MIDDLE, INNER / 2, bold=True)
    left = INNER - sheet.width(shown, MIDDLE, bold=True) - 30
    sheet.words(EDGE, sheet.y, sheet.cut(known(told.label), SMALL, left), SMALL)
    sheet.words(WIDE - EDGE, sheet.y - 5, shown, MIDDLE, side="right", bold=True)
    sheet.y += MIDDLE * 1.3
    for value, colour in (told.now, COLOURS[Phase.WORKING]), (told.before, EARLIER):
        if value is not None:
            sheet.box(EDGE, sheet.y, INNER, THIN, color=TRACK)
            wide = INNER * min(1.0, max(0.0, value / most))
            sheet.box(EDGE, sheet.y, max(LEAST, wide) if value else 0, THIN, color=colour)
            sheet.y += THIN + 5
    sheet.y += 26


def known(text: str) -> str:
    """Return words without letters that the font does not have, and in one line."""
    have = letters()
    kept = "".join(each if ord(each) in have else " " if each.isspace() else "" for each in text)
    return " ".join(kept.split())


@cache
def letters() -> frozenset[int]:
    """Return the letters that can be drawn in both weights."""
    from matplotlib.ft2font import FT2Font

    found = [frozenset(FT2Font(str(file(bold=bold))).get_charmap()) for bold in (True, False)]
    return found[0] & found[1]


@cache
def font(size: int, *, bold: bool) -> Any:
    """Return a font, so many pixels high: the one that the library brings along."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=str(file(bold=bold)), size=size * POINTS / DPI)


def file(*, bold: bool) -> Path:
    """Return where that font is."""
    import matplotlib as mpl

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return Path(mpl.get_data_path(), "fonts", "ttf", name)
