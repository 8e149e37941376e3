"""Sheets of stickers: a PDF that is drawn when it is sent."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import pymupdf_fonts  # type: ignore[import-untyped]
import segno
from aiogram import Bot
from aiogram.types import InputFile

from handlers.files import aside

if TYPE_CHECKING:
    from fpdf import FPDF

COLUMNS: Final = 3
ROWS: Final = 8
WIDE: Final = 210 / COLUMNS  #: mm of a sticker: labels of 70 × 37 mm fit
HIGH: Final = 297 / ROWS
EDGE: Final = 4.5  #: mm around the picture: no less than four of its modules
PICTURE: Final = HIGH - 2 * EDGE
LEFT: Final = PICTURE + 2 * EDGE  #: mm before the words
WORDS: Final = WIDE - LEFT - 2.5  #: mm for the words
POINT: Final = 0.43  #: mm of a line for each point of its letters
SMALL: Final = 7  #: points of the smallest letters
#: Of the family Noto Sans, which has all of Latin, Greek and Cyrillic.
FONTS: Final = {"": "notos", "B": "notosbo"}

for name in ("fontTools", "fpdf"):  # what they warn of is a matter of letters that nobody has
    logging.getLogger(name).setLevel(logging.ERROR)


@dataclass(frozen=True)
class Sticker:
    """What stands on one sticker."""

    key: str  #: that its link starts the bot with
    code: str
    name: str
    site: str


class Sheet(InputFile):
    """Stickers as a file; whose bot the links lead to is known when it is sent."""

    def __init__(self, stickers: Sequence[Sticker], hint: str) -> None:
        super().__init__("stickers.pdf")
        self._stickers, self._hint = stickers, hint

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        """Draw it."""
        name = (await bot.me()).username or ""
        yield await aside(partial(draw, self._stickers, self._hint, name))


def link(bot: str, sticker: Sticker) -> str:
    """Return where a sticker leads."""
    return f"https://t.me/{bot}?start={sticker.key}"


def draw(stickers: Sequence[Sticker], hint: str, bot: str) -> bytes:
    """Return a PDF with all stickers and, on each, a *hint* at what to do with it."""
    from fpdf import FPDF  # it takes a while to load, and few processes need it

    sheet = FPDF(format="A4")
    sheet.set_auto_page_break(auto=False)
    sheet.set_margin(0)
    sheet.c_margin = 0
    with tempfile.TemporaryDirectory(prefix="baton-fonts-") as folder:
        for style, font in FONTS.items():
            file = Path(folder, f"{font}.ttf")
            file.write_bytes(pymupdf_fonts.myfont(font))
            sheet.add_font("sans", style, file)
        hints = list[str]()
        for number, sticker in enumerate(stickers):
            place = number % (COLUMNS * ROWS)
            if place == 0:
                sheet.add_page()
                cuts(sheet)
                sheet.set_font("sans", "B", SMALL)
                hints = wrapped(sheet, hint)
            x, y = place % COLUMNS * WIDE, place // COLUMNS * HIGH
            picture(sheet, x + EDGE, y + EDGE, link(bot, sticker))
            words(sheet, x + LEFT, y + EDGE, sticker, hints)
        return bytes(sheet.output())


def cuts(sheet: FPDF) -> None:
    """Show where to cut."""
    sheet.set_draw_color(200)
    sheet.set_line_width(0.1)
    for column in range(1, COLUMNS):
        sheet.line(column * WIDE, 0, column * WIDE, sheet.h)
    for row in range(1, ROWS):
        sheet.line(0, row * HIGH, sheet.w, row * HIGH)


def picture(sheet: FPDF, x: float, y: float, address: str) -> None:
    """Draw an address as a QR code, one bar for what is dark side by side; it can be clicked."""
    rows = matrix(address)
    sheet.link(x, y, PICTURE, PICTURE, address)
    module = PICTURE / len(rows)
    for down, row in enumerate(rows):
        start = 0
        for end in range(1, len(row) + 1):
            if end == len(row) or row[end] != row[start]:
                if row[start]:
                    at = x + start * module, y + down * module
                    sheet.rect(*at, (end - start) * module, module, style="F")
                start = end


def matrix(address: str) -> Sequence[bytearray]:
    """Return the dark modules of a QR code, row by row.

    The mask is given, as choosing the best one takes longer than all the rest.
    """
    code: Any = segno.make_qr(address, error="m", mask=3)
    return code.matrix  # type: ignore[no-any-return]


def words(sheet: FPDF, x: float, y: float, sticker: Sticker, hint: Sequence[str]) -> None:
    """Write what a person reads: what there is no room for above the hint is left out."""
    bottom = y + PICTURE
    hints = bottom - SMALL * POINT * len(hint)
    sheet.set_y(y)
    for text, style, size, most in (
        (sticker.code, "B", 12, 2),
        (sticker.name, "", 8.5, 2 if sticker.site else 4),
        (sticker.site, "", SMALL, 2),
    ):
        sheet.set_font("sans", style, size)
        room = min(most, int((hints - sheet.get_y()) / (size * POINT)))
        lines = wrapped(sheet, text) if text and room > 0 else []
        if len(lines) > room:
            lines = [*lines[: room - 1], lines[room - 1][:-1] + "…"]
        write(sheet, x, lines, size)
    sheet.set_font("sans", "B", SMALL)
    sheet.set_y(hints)
    write(sheet, x, hint, SMALL)


def write(sheet: FPDF, x: float, lines: Iterable[str], size: float) -> None:
    """Write lines below each other."""
    for line in lines:
        sheet.set_x(x)
        sheet.cell(WORDS, size * POINT, line)
        sheet.set_y(sheet.get_y() + size * POINT)


def wrapped(sheet: FPDF, text: str) -> list[str]:
    """Return the lines on which a text goes."""
    lines = sheet.multi_cell(WORDS, text=text, align="L", dry_run=True, output="LINES")
    return cast(list[str], lines)
