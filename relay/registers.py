"""Registers of equipment as files: read strictly from CSV, XLSX or TOML, and written again.

A file is good as a whole or not at all: whatever is wrong in it is listed, line by line.
"""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime, time
from enum import StrEnum
from io import BytesIO, StringIO
from typing import Any, Final

import tomli_w

from relay.refusals import Refusal

LARGEST: Final = 5 * 1024 * 1024  #: bytes of a file
UNPACKED: Final = 100 * 1024 * 1024  #: bytes of a spreadsheet once it is unpacked
MOST: Final = 100_000  #: rows of a file
LISTED: Final = 20  #: wrong lines that are told one by one
WIDEST: Final = 50  #: columns that are looked at
HIGHEST: Final = 1_048_576  #: rows of a sheet of Excel; those that are left out are counted as well
TABLE: Final = "equipment"  #: as TOML calls each of them

OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
ZIP: Final = b"PK\x03\x04"

#: What a column may be called, beside its own name.
HEADERS: Final[Mapping[str, Sequence[str]]] = {
    "code": ("код", "инвентарный номер", "инв. номер"),
    "name": ("название", "наименование"),
    "model": ("модель",),
    "serial": ("серийный номер", "заводской номер", "serial number"),
    "site": ("адрес", "площадка", "address"),
    "region": ("регион",),
    "client": ("клиент",),
}
COLUMNS: Final = {each: name for name, also in HEADERS.items() for each in (name, *also)}

#: Characters that a column may have; codes and regions are compared, and so are short.
ROOM: Final = {name: 64 if name in {"code", "region"} else 200 for name in HEADERS}

#: Of a cell, before it is put into its normal form: that takes the square of its length, and what
#: is longer is too long in that form as well, as it makes one character of four at most.
LONG: Final = 4 * max(ROOM.values()) + 1
LINE: Final = 2000  #: characters of a line of TOML: its reader takes the square of that for a key

#: What a spreadsheet would take for a formula, also where one was kept from being one.
FORMULA: Final = re.compile(r"'*[=+\-@]")
CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
SEPARATORS: Final = ";,\t"


class Wrong(StrEnum):
    """What may be wrong with a file, or with one line of it."""

    TOO_LARGE = "too_large"  #: what: how many MB it may have
    UNKNOWN = "unknown"  #: it is none of the kinds that are read
    OLD_EXCEL = "old_excel"
    BROKEN = "broken"  #: what: what its reader says
    ENCODING = "encoding"
    EMPTY = "empty"
    TOO_MANY = "too_many"  #: what: how many rows it may have
    NO_CODES = "no_codes"  #: there is no column with codes
    UNKNOWN_COLUMN = "unknown_column"  #: what: what it is called
    COLUMN_TWICE = "column_twice"  #: what: what it is called
    TOO_WIDE = "too_wide"  #: what: a cell for which there is no column
    NO_CODE = "no_code"
    CODE_TWICE = "code_twice"  #: what: the code; other: the line where it stands first
    TOO_LONG = "too_long"  #: what: the column; other: how many characters it may have
    NO_TEXT = "no_text"  #: what: the column


@dataclass(frozen=True)
class Problem:
    """What is wrong in one line; a file as a whole has the line 0."""

    line: int
    wrong: Wrong
    what: str = ""
    other: int = 0


@dataclass(eq=False)
class BadRegister(Refusal):
    """A file that cannot be taken for a register, with all that is wrong in it."""

    problems: list[Problem]


@dataclass(frozen=True)
class Row:
    """One machine as a file names it; what is not known of it is empty."""

    code: str
    name: str = ""
    model: str = ""
    serial: str = ""
    site: str = ""
    region: str = ""
    client: str = ""


#: A line of a file: its number, and its cells by columns.
Numbered = tuple[int, dict[str, Any]]

#: What the lines of a file are read as; some of them cannot be.
Lines = Iterator[Numbered | Problem]


def read(raw: bytes, name: str, most: int = MOST) -> list[Row]:
    """Read a register of at most *most* rows from a file called *name*.

    Raises:
        BadRegister: with everything that is wrong.
    """
    if len(raw) > LARGEST:
        raise bad(Wrong.TOO_LARGE, str(LARGEST // 1024**2))
    if not raw.strip():
        raise bad(Wrong.EMPTY)
    problems: list[Problem] = []
    found: dict[str, Row] = {}
    first: dict[str, int] = {}
    for line in rows_of(raw, name.lower(), most):
        if isinstance(line, Problem):
            problems.append(line)
            continue
        number, cells = line
        values = dict[str, str]()
        for column, value in cells.items():
            text = as_text(value)
            if text is None:
                problems.append(Problem(number, Wrong.NO_TEXT, column))
            elif len(text) > ROOM[column]:
                problems.append(Problem(number, Wrong.TOO_LONG, column, ROOM[column]))
            else:
                values[column] = text
        if "code" in cells and "code" not in values:
            continue  # that is told already
        if not values.get("code"):
            problems.append(Problem(number, Wrong.NO_CODE))
        elif values["code"] in found:
            code = values["code"]
            problems.append(Problem(number, Wrong.CODE_TWICE, code, first[code]))
        else:
            found[values["code"]] = Row(**values)
            first[values["code"]] = number
    if problems:
        raise BadRegister(problems)
    if not found:
        raise bad(Wrong.EMPTY)
    return list(found.values())


def bad(wrong: Wrong, what: str = "", line: int = 0) -> BadRegister:
    """Return the refusal of a file for one reason."""
    return BadRegister([Problem(line, wrong, what)])


def rows_of(raw: bytes, name: str, most: int) -> Lines:
    """Read the lines of a file, whatever kind it is of: what it begins with says more."""
    if raw.startswith(ZIP):
        lines = table(sheet(raw))
    elif raw.startswith(OLD_EXCEL):
        raise bad(Wrong.OLD_EXCEL)
    elif name.endswith(".toml"):
        lines = toml(decoded(raw))
    elif name.endswith((".csv", ".txt", ".tsv")):
        lines = table(separated(decoded(raw)))
    else:
        raise bad(Wrong.UNKNOWN)
    for count, line in enumerate(lines):
        if count == most:
            raise bad(Wrong.TOO_MANY, str(most))
        yield line


def as_text(value: Any) -> str | None:
    """Return a cell as text on one line, without space around it; None: it is none."""
    match value:
        case None:
            return ""
        case bool():
            return None
        case str():
            text = value
        case int():
            text = str(value) if value.bit_length() < LONG else "9" * LONG
        case float():
            text = str(int(value)) if value.is_integer() else repr(value)
        case datetime() if value.time() == time():
            text = value.date().isoformat()
        case date() | time():
            text = value.isoformat()
        case _:
            return None
    line = " ".join(CONTROLS.sub(" ", text).split())
    return unicodedata.normalize("NFC", line[:LONG])


def blank(value: Any) -> bool:
    """Say whether a cell holds nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def decoded(raw: bytes) -> str:
    """Return a text, be it in UTF-8, or as Excel writes it."""
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    codecs = ["utf-16"] if wide else ["utf-8-sig", "cp1251"]
    for codec in codecs:
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise bad(Wrong.ENCODING)


def separated(text: str) -> Iterator[tuple[int, Sequence[Any]]]:
    """Read CSV: the first line shows what parts the cells."""
    if text.lower().startswith("sep="):  # Excel's own way to say it
        text = text[text.find("\n") :] if "\n" in text else ""
    best = max(SEPARATORS, key=text.lstrip().partition("\n")[0].count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=best, strict=True)
    start = 1
    try:
        for cells in reader:
            yield start, [natural(each) for each in cells]
            start = reader.line_num + 1
    except csv.Error as error:
        raise bad(Wrong.BROKEN, str(error), start) from None


def natural(cell: str) -> str:
    """Return a cell as it was before it was kept from being a formula."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def sheet(raw: bytes, highest: int = HIGHEST) -> Iterator[tuple[int, Sequence[Any]]]:
    """Read the first sheet of a spreadsheet, *highest* rows at most: values, not formulas."""
    # It takes a while to load, and few processes need it.
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            size = sum(each.file_size for each in archive.infolist())
        if size > UNPACKED:  # no more than it says is ever unpacked
            raise bad(Wrong.TOO_LARGE, str(LARGEST // 1024**2))
        book = load_workbook(BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        try:
            found = book.worksheets[0]
            found.reset_dimensions()
            for number, cells in enumerate(found.iter_rows(max_col=WIDEST, values_only=True), 1):
                if number > highest:
                    raise bad(Wrong.BROKEN, f"> {highest}")
                yield number, cells
        finally:
            book.close()
    except Refusal:
        raise
    except Exception as error:  # whatever a file that somebody made up may raise
        raise bad(Wrong.BROKEN, type(error).__name__) from None


def table(lines: Iterable[tuple[int, Sequence[Any]]]) -> Lines:
    """Put the cells of a table under their columns: its first line that is not empty names them."""
    columns: list[str] = []
    for number, cells in lines:
        if all(map(blank, cells)):
            continue
        if not columns:
            columns = headed(number, [as_text(cell) or "" for cell in cells])
            continue
        beyond = [as_text(cell) or "?" for cell in unnamed(columns, cells) if not blank(cell)]
        if beyond:
            yield Problem(number, Wrong.TOO_WIDE, beyond[0][: ROOM["code"]])
            continue
        yield number, {name: cell for name, cell in zip(columns, cells, strict=False) if name}


def unnamed(columns: Sequence[str], cells: Sequence[Any]) -> list[Any]:
    """Return the cells that stand under no column."""
    under = [cell for name, cell in zip(columns, cells, strict=False) if not name]
    return [*under, *cells[len(columns) :]]


def headed(number: int, names: Sequence[str]) -> list[str]:
    """Return which columns a table has."""
    columns: list[str] = []
    problems = []
    for name in names:
        column = COLUMNS.get(name.casefold(), "")
        if name and not column:
            problems.append(Problem(number, Wrong.UNKNOWN_COLUMN, name[: ROOM["code"]]))
        elif column in columns and column:
            problems.append(Problem(number, Wrong.COLUMN_TWICE, name))
        columns.append(column)
    if "code" not in columns:
        problems.append(Problem(number, Wrong.NO_CODES))
    if problems:
        raise BadRegister(problems)
    return columns


def toml(text: str) -> Lines:
    """Read ``[[equipment]]`` tables."""
    rows = text.split("\n")
    if long := next((line for line, row in enumerate(rows, 1) if len(row) > LINE), None):
        raise bad(Wrong.BROKEN, f"> {LINE}", long)
    try:
        whole = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also of numbers that are too long to be read
        raise bad(Wrong.BROKEN, str(error)) from None
    strange = next((key for key in whole if key != TABLE), None)
    if strange is not None:
        raise bad(Wrong.UNKNOWN_COLUMN, strange[: ROOM["code"]])
    entries = whole.get(TABLE, [])
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise bad(Wrong.BROKEN, f"[[{TABLE}]]")
    head = re.compile(rf"\s*\[\[\s*{TABLE}\s*\]\]")
    numbers = [line for line, row in enumerate(rows, 1) if head.match(row)]
    if len(numbers) != len(entries):  # they are written in some other way
        numbers = [0] * len(entries)
    for number, entry in zip(numbers, entries, strict=True):
        cells = dict[str, Any]()
        for key, value in entry.items():
            column = COLUMNS.get(key.casefold())
            if column is None or column in cells:
                wrong = Wrong.COLUMN_TWICE if column else Wrong.UNKNOWN_COLUMN
                yield Problem(number, wrong, key[: ROOM["code"]])
            else:
                cells[column] = value
        yield number, cells


def written_csv(rows: Iterable[Row]) -> str:
    """Return a register as CSV; no spreadsheet takes one of its cells for a formula."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([each.name for each in fields(Row)])
    for row in rows:
        writer.writerow([f"'{cell}" if FORMULA.match(cell) else cell for cell in astuple(row)])
    return text.getvalue()


def written_toml(rows: Iterable[Row]) -> str:
    """Return a register as TOML."""
    known = [{key: value for key, value in vars(row).items() if value} for row in rows]
    return tomli_w.dumps({TABLE: known})
