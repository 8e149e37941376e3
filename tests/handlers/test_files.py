"""Tables as files: what people wrote stays text in them, whatever it looks like."""

from __future__ import annotations

import asyncio
import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Event

import pytest
from aiogram import Bot
from openpyxl import load_workbook  # type: ignore[import-untyped]

from handlers.files import Made, as_csv, as_xlsx
from relay.sheets import Cell, Sheet

FORMULAS = ["=1+1", "+7 912 345", "-2", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_spreadsheet_runs_what_people_wrote(text: str) -> None:
    sheet = Sheet("Tickets", [text], [[text]])

    title, cell = (
        row[0] for row in csv.reader(io.StringIO(as_csv(sheet, "UTC").decode("utf-8-sig")))
    )
    assert (title, cell) == (f"'{text}", f"'{text}")
    page = load_workbook(io.BytesIO(as_xlsx([sheet], "UTC"))).active
    assert {each.data_type for row in page.iter_rows() for each in row} == {"s"}


def test_commas_quotes_and_line_breaks_stay_in_their_cells() -> None:
    text = 'a, "b"\nc'

    read = list(
        csv.reader(
            io.StringIO(as_csv(Sheet("S", ["x"], [[text]]), "UTC").decode("utf-8-sig"), newline="")
        )
    )

    assert read == [["x"], [text]]


def test_what_cannot_stand_in_a_spreadsheet_is_left_out_of_it() -> None:
    book = load_workbook(io.BytesIO(as_xlsx([Sheet("S", ["x"], [["a\x0bb"]])], "UTC")))

    assert book["S"]["A2"].value == "ab"


def test_moments_durations_and_money_are_what_a_person_calculates_with() -> None:
    row: list[Cell] = [
        datetime(2026, 3, 2, 9, tzinfo=UTC),
        timedelta(minutes=90),
        Decimal("2500.50"),
        None,
    ]
    sheet = Sheet("a/b", ["at", "lasted", "paid", "x"], [row])

    assert as_csv(sheet, "Europe/Moscow").decode("utf-8-sig").splitlines()[1] == (
        "2026-03-02 12:00:00,1.50,2500.50,"
    )
    book = load_workbook(io.BytesIO(as_xlsx([sheet], "Europe/Moscow")))
    assert book.sheetnames == ["a b"]
    moment, *numbers = (each.value for each in book["a b"][2])
    assert (str(moment), numbers) == ("2026-03-02 12:00:00", [1.5, 2500.5, None])


def test_a_long_table_is_written_whole() -> None:
    rows = [["x"]] * 10_000

    made = as_xlsx([Sheet("S", ["n"], rows)], "UTC")

    page = load_workbook(io.BytesIO(made), read_only=True)["S"]
    assert sum(1 for _ in page.rows) == len(rows) + 1


async def test_however_many_files_are_made_the_common_threads_are_free() -> None:
    go_on, bot = Event(), Bot("42:TEST")
    files = [Made("x", lambda: str(go_on.wait()).encode()) for _ in range(40)]
    making = [asyncio.create_task(anext(each.read(bot))) for each in files]
    await asyncio.sleep(0)  # now all of them are being made, or wait for their turn

    try:
        async with asyncio.timeout(5):
            assert await asyncio.to_thread(lambda: "looked up") == "looked up"
    finally:
        go_on.set()
        made = await asyncio.gather(*making)

    assert made == [b"True"] * 40
