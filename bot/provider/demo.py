"""The embedded demo: made-up customers and what their provider knows, read from the CSV files beside it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bot.cases.records import Charge, Customer
from bot.store import Unit

_FOLDER = Path(__file__).parent / "demo"


class DemoProvider:
    """The demo's customers and charges.

    The files count days back from `start`, so the records look the same whenever the demo is started.
    """

    def __init__(self, start: date) -> None:
        """Read the files; `start` is day zero of the demo."""
        self.customers = {row["account_number"]: _customer(row) for row in _rows("customers")}
        self.charges = [_charge(row, start) for row in _rows("charges")]

    def records(self, unit: Unit, now: datetime) -> DemoRecords:
        """Return the records port; what it writes bears the moment `now` and is committed with the unit of work."""
        return DemoRecords(self, unit, now)


@dataclass(frozen=True)
class DemoRecords:
    """The records port over the demo files; credits are written to the store's ledger, once per key."""

    provider: DemoProvider
    unit: Unit
    now: datetime

    def customer(self, account_number: str) -> Customer | None:
        """Return the account holder, None when there is no such account."""
        return self.provider.customers.get(account_number)

    def charges(self, account_number: str) -> list[Charge]:
        """Return the charges that still stand; a charge that was reversed is gone from the list."""
        reversed_ids = {credit.charge_id for credit in self.unit.credits.of_account(account_number)}
        return [
            charge
            for charge in self.provider.charges
            if charge.account_number == account_number and charge.charge_id not in reversed_ids
        ]

    def reverse(self, charge: Charge, reason: str, key: str) -> str:
        """Credit a charge back, once per key, and return the credit's reference."""
        return self.unit.credits.add(
            key, charge.account_number, charge.charge_id, charge.cents, reason, self.now
        )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with open(_FOLDER / f"{name}.csv", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


def _customer(row: dict[str, str]) -> Customer:
    return Customer(
        account_number=row["account_number"],
        name=row["name"],
        kind=row["kind"],
        language=row["language"],
        province=row["province"],
        postal_code=row["postal_code"],
        phone_of_record=row["phone_of_record"] or None,
        phone_kind=row["phone_kind"] or None,
        email_of_record=row["email_of_record"] or None,
        services=_listed(row["services"]),
        lines=_listed(row["lines"]),
    )


def _charge(row: dict[str, str], start: date) -> Charge:
    return Charge(
        charge_id=row["charge_id"],
        account_number=row["account_number"],
        on=start - timedelta(days=int(row["days_ago"])),
        description=row["description"],
        cents=int(Decimal(row["amount"]) * 100),
        kind=row["kind"],
    )
