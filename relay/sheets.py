"""Sheets: tables that people take with them, as text or as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

#: What stands in a cell; a duration is hours in a spreadsheet, a moment has its zone.
Cell = str | int | Decimal | datetime | timedelta | None


@dataclass(frozen=True)
class Sheet:
    """One table, with the titles of its columns."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
