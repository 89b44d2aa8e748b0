"""What a provider's systems know of an account, as facts that playbooks reason over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True)
class Customer:
    """An account holder; `lines` are numbers the provider itself serves, phones are E.164."""

    account_number: str
    name: str
    kind: str
    language: str
    province: str
    postal_code: str
    phone_of_record: str | None
    phone_kind: str | None
    email_of_record: str | None
    services: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Charge:
    """One line of a bill, in cents."""

    charge_id: str
    account_number: str
    on: date
    description: str
    cents: int
    kind: str


class Records(Protocol):
    """The provider's records port. Every call raises RecordsUnavailable when the systems do not answer."""

    def customer(self, account_number: str) -> Customer | None:
        """Return the account holder, None when there is no such account."""
        ...

    def charges(self, account_number: str) -> list[Charge]:
        """Return the charges of the account that still stand (reversed ones are left out)."""
        ...

    def reverse(self, charge: Charge, reason: str, key: str) -> str:
        """Credit a charge back once per `key`; return the credit's reference, on a second call the same."""
        ...


class RecordsUnavailable(Exception):
    """The provider's systems did not answer in time."""
