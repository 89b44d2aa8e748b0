"""Credits given to accounts: each key once, whoever asks."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.store.rows import Repository
from bot.store.tables import credits


@dataclass(frozen=True)
class Credit:
    """A sum given back to an account, in cents; `charge_id` is the charge it reverses, if it reverses one."""

    reference: str
    key: str
    account_number: str
    charge_id: str | None
    cents: int
    reason: str
    at: datetime


_COLUMNS = [column for column in credits.columns if column.name != "row"]


class Credits(Repository):
    """The credits of a unit."""

    def add(
        self, key: str, account_number: str, charge_id: str | None, cents: int, reason: str, at: datetime
    ) -> str:
        """Give a credit and return its reference; the same key again gives nothing and returns the first."""
        self._insert_once(
            credits,
            "key",
            {
                "key": key,
                "reference": f"CR-{secrets.token_hex(5).upper()}",
                "account_number": account_number,
                "charge_id": charge_id,
                "cents": cents,
                "reason": reason,
                "at": at,
            },
        )
        return self._connection.execute(select(credits.c.reference).where(credits.c.key == key)).scalar_one()

    def of_account(self, account_number: str) -> list[Credit]:
        """Return the account's credits in the order they were given."""
        rows = self._rows(
            select(_COLUMNS).where(credits.c.account_number == account_number).order_by(credits.c.row)
        )
        return [Credit(**row) for row in rows]
