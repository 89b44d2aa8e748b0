"""The books of the embedded demo provider: what its systems have done, each key once, whoever asks."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from bot.cases.records import Instruction
from bot.store.rows import Repository
from bot.store.tables import books


@dataclass(frozen=True)
class Entry:
    """One thing that was done for an account; `subject` is the record it is about, `cents` a sum."""

    reference: str
    key: str
    account_number: str
    kind: str
    subject: str | None
    cents: int
    reason: str
    on: date | None
    window: str | None
    at: datetime


_COLUMNS = [column for column in books.columns if column.name != "row"]
_TAKEN_OVER = ("key", "account_number", "kind", "subject", "cents", "reason", "on", "window")


class Books(Repository):
    """The entries of a unit."""

    def enter(self, instruction: Instruction, at: datetime) -> str:
        """Do what is asked and return its reference; the same key again does nothing and returns the first one."""
        values = {name: getattr(instruction, name) for name in _TAKEN_OVER}
        reference = f"{instruction.kind[:2].upper()}-{secrets.token_hex(5).upper()}"
        self._insert_once(books, "key", {**values, "reference": reference, "at": at})
        mine = books.c.key == instruction.key
        return self._connection.execute(select(books.c.reference).where(mine)).scalar_one()

    def of_account(self, account_number: str) -> list[Entry]:
        """Return the account's entries in the order they were made."""
        mine = books.c.account_number == account_number
        return [Entry(**row) for row in self._rows(select(_COLUMNS).where(mine).order_by(books.c.row))]
