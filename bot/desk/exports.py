"""What leads take along beside the tables: the list of the cases, one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from bot.cases.reports import province_of
from bot.desk.figures import Asked
from bot.desk.sheets import Cell, csv_lines, written_moment
from bot.store import Store
from bot.store.reports import Scope
from bot.store.rows import Row

_CASE = (
    "tracking_number",
    "opened_at",
    "status",
    "priority",
    "channel",
    "language",
    "name",
    "province",
    "category",
    "issue",
    "service",
    "recontact_of",
    "referral_at",
)


def case_list(store: Store, asked: Asked, zone: ZoneInfo) -> Iterator[str]:
    """Yield the cases of a period as a spreadsheet; headings and values are those of the case API."""
    return csv_lines(_CASE, (_case_line(row, zone) for row in _cases(store, asked.scope(zone))))


def _case_line(row: Row, zone: ZoneInfo) -> list[Cell]:
    told = {
        **row,
        "opened_at": written_moment(row["opened_at"], zone),
        "province": province_of(row["area"]) or row["of_record"],
        "referral_at": written_moment(row["referral_at"], zone),
    }
    return [told[name] for name in _CASE]


def _cases(store: Store, scope: Scope) -> Iterator[Row]:
    """Yield every case, a batch at a time: whoever reads slowly keeps nothing else from going on."""
    last = 0
    while True:
        with store.view() as unit:
            batch = unit.reports.cases(scope, last)
        if not batch:
            return
        yield from batch
        last = batch[-1]["id"]


Export = Callable[[Store, Asked, ZoneInfo], Iterator[str]]
EXPORTS: dict[str, Export] = {"cases.csv": case_list}
"""Every file that is taken along, by its name."""
