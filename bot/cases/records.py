"""What a provider's systems know of an account, as facts that playbooks reason over, and what they can be told to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

CREDIT, HOLD, VISIT, CALL_BACK = "credit", "hold", "visit", "call_back"
"""What a provider's systems can be told to do: give money back, hold collection, book a visit or a call."""

INSTRUCTIONS = (CREDIT, HOLD, VISIT, CALL_BACK)

PLAN, USAGE, LATE_FEE, VISIT_FEE, ONE_TIME = "plan", "usage", "late_fee", "visit", "one_time"
CHARGE_KINDS = (PLAN, USAGE, LATE_FEE, VISIT_FEE, ONE_TIME)

DISCONNECTION = "disconnection"
MISSED, DONE, BOOKED = "missed", "done", "booked"


@dataclass(frozen=True)
class Customer:
    """An account holder; `lines` are numbers the provider itself serves, phones are E.164.

    `phone_served` tells that the phone of record, too, is a number the provider serves, whoever has it.
    """

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
    phone_served: bool = False


@dataclass(frozen=True)
class Charge:
    """One line of a bill, in cents.

    `service` and `line` say what it is for where the records do; `credited` is what has been given back of it.
    """

    charge_id: str
    on: date
    description: str
    cents: int
    kind: str
    service: str | None = None
    line: str | None = None
    credited: int = 0

    @property
    def standing(self) -> int:
        """What of it has not been given back, in cents."""
        return self.cents - self.credited


@dataclass(frozen=True)
class Payment:
    """A bill that was due, what was paid for it, and when; `paid_on` is None while it is not paid."""

    due_on: date
    paid_on: date | None
    cents: int


@dataclass(frozen=True)
class PromisedCredit:
    """A credit somebody promised; `applied` tells that it has reached the account."""

    credit_id: str
    on: date
    cents: int
    reason: str
    applied: bool


@dataclass(frozen=True)
class Appointment:
    """A visit that was agreed on, by day and window of hours, and what became of it."""

    on: date
    window: str
    purpose: str
    outcome: str


@dataclass(frozen=True)
class Cancellation:
    """A service that was cancelled, and the day from which it no longer is the customer's."""

    service: str
    on: date


@dataclass(frozen=True)
class Order:
    """What was ordered: a plan at a price a month, for so many months."""

    on: date
    plan: str
    monthly_cents: int
    months: int


@dataclass(frozen=True)
class CollectionNotice:
    """A step against the customer that is announced for a day, over a sum; `held` when it has been put on hold."""

    kind: str
    on: date
    cents: int
    held: bool = False

    def subject(self, account_number: str) -> str:
        """Return the name under which it is held; the day tells it from the next one of its kind."""
        return f"notice:{account_number}:{self.kind}:{self.on.isoformat()}"


@dataclass(frozen=True)
class Outage:
    """A fault that is known in an area; `expected_until` is the provider's estimate."""

    postal_prefix: str
    service: str
    began_at: datetime
    expected_until: datetime
    description: str


@dataclass(frozen=True)
class Slot:
    """A day and a window of hours in which a technician could come."""

    on: date
    window: str


@dataclass(frozen=True)
class Account:
    """All that is known of an account at one moment; only charges that still stand are listed."""

    customer: Customer
    charges: tuple[Charge, ...] = ()
    payments: tuple[Payment, ...] = ()
    promised_credits: tuple[PromisedCredit, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    cancellations: tuple[Cancellation, ...] = ()
    orders: tuple[Order, ...] = ()
    notices: tuple[CollectionNotice, ...] = ()
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True)
class Instruction:
    """Something the provider's systems are told to do, once for each `key`, however often they are told.

    `subject` is the record it is about (a charge, a promised credit, a notice); `cents` the sum of a credit or of
    what is held; `goodwill` a credit that the records do not prove to be owed; `on` and `window` the slot of a
    visit; `phone` whom to call back.
    """

    key: str
    kind: str
    account_number: str
    tracking_number: str
    reason: str
    at: datetime
    subject: str | None = None
    cents: int = 0
    goodwill: bool = False
    on: date | None = None
    window: str | None = None
    phone: str | None = None


class Records(Protocol):
    """The provider's records port. Every call raises RecordsUnavailable when the systems do not answer in time."""

    def account(self, account_number: str) -> Account | None:
        """Return the account as it stands now, None when there is none of that number."""
        ...

    def outages(self, postal_code: str) -> tuple[Outage, ...]:
        """Return the outages that are known now where this postal code lies; its first three signs are enough."""
        ...

    def carry_out(self, instruction: Instruction) -> str:
        """Do what is asked, once per key, and return the reference; the same key again returns the same reference.

        Raises InstructionRefused when the systems answer that they will not.
        """
        ...


class RecordsUnavailable(Exception):
    """The provider's systems did not answer in time, or not as agreed."""


class InstructionRefused(Exception):
    """The provider's systems will not do what they were told; `code` says why, for the history of the case."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
