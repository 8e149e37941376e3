"""Registers of equipment: what people have in files, and what is said when a file is not good."""

from __future__ import annotations

import unicodedata
import zipfile
from contextlib import suppress
from datetime import date
from io import BytesIO
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook  # type: ignore[import-untyped]

from relay.registers import (
    LARGEST,
    BadRegister,
    Problem,
    Row,
    Wrong,
    as_text,
    read,
    sheet,
    written_csv,
    written_toml,
)

RUSSIAN = (
    "Код;Название;Модель;Серийный номер;Адрес;Регион;Клиент\n"
    "40-17;Котёл;KX-5;104257;Ленина, 3;msk;Кафе\n"
)
KOTEL = Row("40-17", "Котёл", "KX-5", "104257", "Ленина, 3", "msk", "Кафе")


def spreadsheet(*rows: list[Any]) -> bytes:
    book, file = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def wrong(raw: bytes | str, name: str = "register.csv") -> list[Problem]:
    """Return what is said to be wrong with a file."""
    with pytest.raises(BadRegister) as refused:
        read(raw.encode() if isinstance(raw, str) else raw, name)
    return refused.value.problems


@pytest.mark.parametrize(
    "raw",
    [
        RUSSIAN.encode(),
        RUSSIAN.encode("utf-8-sig"),
        RUSSIAN.encode("cp1251"),
        RUSSIAN.encode("utf-16"),
        RUSSIAN.replace("\n", "\r\n").encode("cp1251"),
        ("sep=;\n" + RUSSIAN).encode(),
        RUSSIAN.replace(";", "\t").encode(),
        RUSSIAN.replace("Ленина, 3", '"Ленина, 3"').replace(";", ",").encode(),
        RUSSIAN.replace("Код", " КОД ").replace("Адрес", "Площадка").encode(),
        ("\n" + RUSSIAN + ";;;;;;\n\n").encode(),
    ],
)
def test_a_table_is_read_however_excel_has_saved_it(raw: bytes) -> None:
    assert read(raw, "Реестр.CSV") == [KOTEL]


def test_a_spreadsheet_is_read() -> None:
    raw = spreadsheet(
        [None, None], ["Code", "NAME", "serial", "site"], ["40-17", " KX-5\nboiler ", 104257, 3.5]
    )

    assert read(raw, "register.xlsx") == [Row("40-17", "KX-5 boiler", serial="104257", site="3.5")]


def test_toml_is_read() -> None:
    text = '[[equipment]]\ncode = "40-17"\n"название" = "Котёл"\nserial = 7\n'

    assert read(text.encode(), "register.toml") == [Row("40-17", "Котёл", serial="7")]


def test_a_cell_that_begins_like_a_formula_is_text_here_and_in_a_spreadsheet() -> None:
    rows = [Row("=1+1", "+7", "-", "@x", "'=y", "''", "'z")]

    written = written_csv(rows)

    assert "\n'=1+1,'+7,'-,'@x,''=y,'','z\n" in written
    assert read(written.encode(), "a.csv") == rows
    assert read(b"code,name\n=1+1,+7\n", "a.csv") == [Row("=1+1", "+7")]


def test_every_bad_line_is_told() -> None:
    text = f"code,name,region\n1,a,\n,b,\n1,c,\n{'9' * 65},d,{'r' * 65}\n2,e,,f\n3,g,\n"

    assert wrong(text) == [
        Problem(3, Wrong.NO_CODE),
        Problem(4, Wrong.CODE_TWICE, "1", 2),
        Problem(5, Wrong.TOO_LONG, "code", 64),
        Problem(5, Wrong.TOO_LONG, "region", 64),
        Problem(6, Wrong.TOO_WIDE, "f"),
    ]


def test_a_line_with_a_break_in_a_cell_is_told_by_where_it_begins() -> None:
    assert wrong('code,name\n"1","a\nb"\n"","c\nd"\n') == [Problem(4, Wrong.NO_CODE)]


def test_every_bad_table_of_toml_is_told() -> None:
    text = '[[equipment]]\ncolour = "red"\n\n[[equipment]]\ncode = true\n\n[[equipment]]\ncode=""\n'

    assert wrong(text, "a.toml") == [
        Problem(1, Wrong.UNKNOWN_COLUMN, "colour"),
        Problem(1, Wrong.NO_CODE),
        Problem(4, Wrong.NO_TEXT, "code"),
        Problem(7, Wrong.NO_CODE),
    ]


@pytest.mark.parametrize(
    ("raw", "name", "what"),
    [
        (b"", "a.csv", Wrong.EMPTY),
        (b" \n", "a.toml", Wrong.EMPTY),
        (b"code,name\n", "a.csv", Wrong.EMPTY),
        (b"x" * (LARGEST + 1), "a.csv", Wrong.TOO_LARGE),
        (b"%PDF-1.7", "a.pdf", Wrong.UNKNOWN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a.xls", Wrong.OLD_EXCEL),
        (b"PK\x03\x04 no archive", "a.xlsx", Wrong.BROKEN),
        (b"code\n\x981\x00", "a.csv", Wrong.ENCODING),
        (b'code\n"1"2\n', "a.csv", Wrong.BROKEN),
        (b"code = [", "a.toml", Wrong.BROKEN),
        (b"equipment = 3", "a.toml", Wrong.BROKEN),
        (b"[parties]", "a.toml", Wrong.UNKNOWN_COLUMN),
        (b"name\nboiler\n", "a.csv", Wrong.NO_CODES),
        (b"code,colour\n1,red\n", "a.csv", Wrong.UNKNOWN_COLUMN),
        ("code,код\n1,2\n".encode(), "a.csv", Wrong.COLUMN_TWICE),
    ],
)
def test_what_is_no_register_is_told_for_what_it_is(raw: bytes, name: str, what: Wrong) -> None:
    assert [each.wrong for each in wrong(raw, name)] == [what]


def test_no_more_rows_are_read_than_were_asked_for() -> None:
    raw = b"code\n1\n2\n3\n"

    assert len(read(raw, "a.csv", 3)) == 3
    with pytest.raises(BadRegister) as refused:
        read(raw, "a.csv", 2)
    assert refused.value.problems == [Problem(0, Wrong.TOO_MANY, "2")]


def test_a_spreadsheet_that_would_unpack_without_end_is_not_unpacked() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/sharedStrings.xml", b"0" * (101 * 1024 * 1024))

    assert [each.wrong for each in wrong(file.getvalue(), "a.xlsx")] == [Wrong.TOO_LARGE]


def test_cells_of_a_spreadsheet_read_as_people_see_them() -> None:
    cells = [12.0, 0.5, date(2026, 3, 1), None, " a \x07\t b\u0301 ", True, b"x"]

    assert [*map(as_text, cells)] == ["12", "0.5", "2026-03-01", "", "a b\u0301", None, None]


WORDS = st.text("ab Жё=+-@'\",;\n\t#[]\\€", max_size=8).map(lambda text: as_text(text) or "")
ROWS = st.lists(
    st.builds(Row, WORDS.filter(bool), *[WORDS] * 6),
    min_size=1,
    max_size=5,
    unique_by=lambda r: r.code,
)


@given(ROWS)
def test_whatever_is_written_is_read_again(rows: list[Row]) -> None:
    assert read(written_csv(rows).encode(), "a.csv") == rows
    assert read(written_toml(rows).encode(), "a.toml") == rows


@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.toml", "a.xlsx", "a"]))
def test_whatever_a_file_holds_it_is_read_or_told(raw: bytes, name: str) -> None:
    for content in (raw, b"PK\x03\x04" + raw, b"code\n" + raw):
        with suppress(BadRegister):
            assert read(content, name)


HEAVY = "a" + "\u0301\u0316" * 60_000  #: to put this in order takes as long as its square


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"code,name\n1,{HEAVY}\n", "register.csv"),
        (f"code,{HEAVY}\n1,a\n", "register.csv"),
        (f"code\n1,{HEAVY}\n", "register.csv"),
        (f'[[equipment]]\ncode = """\n{HEAVY}"""\n', "register.toml"),
        (f"[[equipment]]\ncode{'.a' * 100_000} = 1\n", "register.toml"),
        (f"[[equipment{'.a' * 100_000}]]\n", "register.toml"),
        (f"[[equipment]]\ncode = {'9' * 5000}\n", "register.toml"),
        (f"[[equipment]]\ncode = 0x{'f' * 1900}\n", "register.toml"),
    ],
)
def test_a_file_that_somebody_made_up_to_keep_us_busy_does_not(text: str, name: str) -> None:
    start = process_time()

    assert wrong(text, name)

    assert process_time() - start < 1


def test_a_row_that_is_too_far_down_to_be_real_is_not_looked_for() -> None:
    file = BytesIO()
    near = zipfile.ZipFile(BytesIO(spreadsheet(["code"], ["40-17"])))
    with near, zipfile.ZipFile(file, "w") as changed:
        for name in near.namelist():
            far = near.read(name).replace(b'<row r="2"', b'<row r="1000000000000"')
            changed.writestr(name, far)

    with pytest.raises(BadRegister) as refused:
        list(sheet(file.getvalue(), 1000))
    assert refused.value.problems == [Problem(0, Wrong.BROKEN, "> 1000")]


def test_a_cell_is_as_long_as_it_reads() -> None:
    spaced = f"40-17{' ' * 3000}b"
    marked = "a\u0308" * 200
    assert read(f"code,name\n{spaced},{marked}\n".encode(), "register.csv") == [
        Row("40-17 b", "ä" * 200)
    ]
    longest = "ᾂ" * 201  # four characters each, taken apart
    raw = f"code,name\n1,{unicodedata.normalize('NFD', longest)}\n"
    assert wrong(raw) == [Problem(2, Wrong.TOO_LONG, "name", 200)]
