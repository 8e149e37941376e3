"""Tables as files: text with commas, and spreadsheets. What people wrote stays text in them."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from aiogram import Bot
from aiogram.types import InputFile

from relay.sheets import Cell, Sheet

#: A cell that begins so may be run as a formula; OWASP, CSV injection.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
HOUR: Final = timedelta(hours=1)
WIDEST: Final = 60  #: characters of a column
NAME: Final = 31  #: characters of a sheet's name; Excel
NO_NAME: Final = str.maketrans(dict.fromkeys("[]:*?/\\", " "))  #: cannot stand in one


#: However much is to be made, it takes none of the common threads: in those the names of hosts are
#: looked up, and whoever waits for one says nothing to anybody.
MAKERS: Final = ThreadPoolExecutor(2, "makers")

T = TypeVar("T")


async def aside(make: Callable[[], T]) -> T:
    """Make something that takes a while, and let others go on."""
    return await asyncio.get_running_loop().run_in_executor(MAKERS, make)


class Made(InputFile):
    """A file that is made when it is sent."""

    def __init__(self, name: str, make: Callable[[], bytes]) -> None:
        super().__init__(name)
        self._make = make

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        """Make it."""
        yield await aside(self._make)


def as_csv(sheet: Sheet, zone: str) -> bytes:
    """Return a sheet as RFC 4180 says, in UTF-8 with a mark by which Excel knows it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([defused(each) for each in sheet.columns])
    for row in sheet.rows:
        writer.writerow([plain(each, zone) for each in row])
    return out.getvalue().encode("utf-8-sig")


def plain(cell: Cell, zone: str) -> str:
    """Return a cell as text."""
    match cell:
        case None:
            return ""
        case str():
            return defused(cell)
        case datetime():
            return cell.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")
        case timedelta():
            return f"{cell / HOUR:.2f}"
        case _:
            return str(cell)


def defused(text: str) -> str:
    """Return words that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def as_xlsx(sheets: Sequence[Sheet], zone: str) -> bytes:
    """Return sheets as one spreadsheet; durations are hours, moments have no zone there."""
    # It takes a while to load, and few processes need it.
    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.styles import Font  # type: ignore[import-untyped]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    book, bold = Workbook(write_only=True), Font(bold=True)  # rows are written as they come
    for sheet in sheets:
        page: Any = book.create_sheet(sheet.name.translate(NO_NAME)[:NAME])
        page.freeze_panes = "A2"
        for column, title in enumerate(sheet.columns):
            texts = [title, *(plain(row[column], zone) for row in sheet.rows)]
            width = min(WIDEST, max(map(len, texts)) + 2)
            page.column_dimensions[get_column_letter(column + 1)].width = width
        titles = [made(page, each, zone) for each in sheet.columns]
        for each in titles:
            each.font = bold
        page.append(titles)
        for row in sheet.rows:
            page.append([made(page, each, zone) for each in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def legal(text: str) -> str:
    """Return words without what cannot stand in a spreadsheet at all."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]

    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def made(page: Any, cell: Cell, zone: str) -> Any:
    """Return a cell of a page: text is never anything else."""
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]

    at = WriteOnlyCell(page)
    match cell:
        case str():
            at.value, at.data_type = legal(cell), "s"
        case datetime():
            at.value = cell.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)
            at.number_format = "yyyy-mm-dd hh:mm"
        case timedelta():
            at.value, at.number_format = round(cell / HOUR, 2), "0.00"
        case Decimal():
            at.value, at.number_format = cell, "0.00"
        case _:
            at.value = cell
    return at
