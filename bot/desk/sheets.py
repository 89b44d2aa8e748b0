"""Tables as spreadsheets read them: text stays text, numbers stay numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

BOM = "\ufeff"
"""Without it spreadsheets do not take a file for UTF-8."""

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | int | float | None


def defused(cell: Cell) -> str | int | float:
    """Return a cell that no spreadsheet runs: text that begins like a formula is marked as text (OWASP, CSV injection)."""
    if not isinstance(cell, str):
        return "" if cell is None else cell
    return f"'{cell}" if cell.startswith(_BEGINS_A_FORMULA) else cell


def csv_lines(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield a table line by line as a spreadsheet reads it in any country: UTF-8, commas, every text in quotes."""
    yield BOM + _line(heads)
    for row in rows:
        yield _line(row)


def written_moment(at: datetime | None, zone: ZoneInfo) -> str:
    """Write a moment as any spreadsheet reads it: ISO 8601 by the clock of this zone, to the second."""
    return "" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _line(cells: Sequence[Cell]) -> str:
    line = StringIO()
    csv.writer(line, quoting=csv.QUOTE_NONNUMERIC).writerow([defused(cell) for cell in cells])
    return line.getvalue()
