"""The embedded demo: made-up customers, what their provider knows of them, and books of what it was told to do."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count, islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.cases.records import (
    BOOKED,
    CREDIT,
    HOLD,
    VISIT,
    Account,
    Appointment,
    Cancellation,
    Charge,
    CollectionNotice,
    Customer,
    Instruction,
    InstructionRefused,
    Order,
    Outage,
    Payment,
    PromisedCredit,
    RecordsUnavailable,
    Slot,
)
from bot.provider.calendar import BusinessCalendar
from bot.provider.postal import place_of
from bot.store import Store, StoreUnavailable
from bot.store.books import Entry

DAYS_OFFERED = 3
WINDOWS = ("09:00-12:00", "13:00-17:00")
"""When the demo's technicians come: on each of the next business days, in each of these windows."""

OPEN = (time(9), time(17))

_FOLDER = Path(__file__).parent / "demo"

Row = dict[str, str]


class DemoProvider:
    """The records port over the demo's files and the store's books.

    The files count days from the day of `start` where the operator is, and hours from `start` itself, so the records
    look the same whenever the demo is started. No call may be made within a unit of work: each opens its own.
    """

    def __init__(
        self, start: datetime, store: Store, now: Callable[[], datetime], timezone: ZoneInfo
    ) -> None:
        """Read the files; `timezone` is the operator's, and `now` tells when something was done."""
        self._store = store
        self._now = now
        self._timezone = timezone
        self._accounts = _accounts(_Day(start.astimezone(timezone).date()))
        self._outages = tuple(_outage(row, start) for row in _rows("outages"))
        self._subjects = {subject for account in self._accounts.values() for subject in _owed(account)}

    @property
    def account_numbers(self) -> tuple[str, ...]:
        """The numbers of all accounts of the demo."""
        return tuple(self._accounts)

    def account(self, account_number: str) -> Account | None:
        """Return the account as files and books have it now, None when there is none of that number."""
        known = self._accounts.get(account_number)
        if known is None:
            return None
        with _books_answer(), self._store.view() as unit:
            entries = unit.books.of_account(account_number)
        return self._as_it_stands(known, entries)

    def outages(self, postal_code: str) -> tuple[Outage, ...]:
        """Return the outages where this postal code lies; one that is too short to tell lies nowhere."""
        place = place_of(postal_code) or ""
        return tuple(outage for outage in self._outages if place.startswith(outage.postal_prefix))

    def carry_out(self, instruction: Instruction) -> str:
        """Enter what is asked in the books, once per key, and return its reference.

        Raises InstructionRefused for what cannot be right: an account there is not (no_such_account), no sum (no_sum),
        more than stands of a charge or is still owed of a promise (more_than_charged), a visit at no time (no_slot).
        """
        known = self._accounts.get(instruction.account_number)
        if known is None:
            raise InstructionRefused("no_such_account")
        with _books_answer(), self._store.unit() as unit:
            # Two credits at once might each look at a charge before the other is entered.
            unit.instructions.hold_account(instruction.account_number)
            entries = unit.books.of_account(instruction.account_number)
            if not any(entry.key == instruction.key for entry in entries):
                self._check(instruction, self._as_it_stands(known, entries))
            return unit.books.enter(instruction, self._now())

    def _check(self, instruction: Instruction, account: Account) -> None:
        if instruction.kind == CREDIT:
            if instruction.cents <= 0:
                raise InstructionRefused("no_sum")
            if (
                instruction.subject in self._subjects
                and instruction.cents > _owed(account)[instruction.subject]
            ):
                raise InstructionRefused("more_than_charged")
        if instruction.kind == VISIT and not (instruction.on and instruction.window):
            raise InstructionRefused("no_slot")

    def _as_it_stands(self, known: Account, entries: list[Entry]) -> Account:
        visits = _visits(entries)
        return replace(
            known,
            charges=_standing(known.charges, entries),
            promised_credits=_applied(known.promised_credits, entries),
            notices=_held(known, entries),
            appointments=(*known.appointments, *visits),
            slots=self._slots(known.customer.province, {(visit.on, visit.window) for visit in visits}),
        )

    def _slots(self, province: str, taken: set[tuple[date, str]]) -> tuple[Slot, ...]:
        calendar = BusinessCalendar(self._timezone, *OPEN, province)
        today = self._now().astimezone(self._timezone).date()
        later = (today + timedelta(days=days) for days in count(1))
        days = islice(filter(calendar.is_business_day, later), DAYS_OFFERED)
        return tuple(Slot(day, window) for day in days for window in WINDOWS if (day, window) not in taken)


@contextmanager
def _books_answer() -> Iterator[None]:
    try:
        yield
    except StoreUnavailable as reason:
        raise RecordsUnavailable("the books do not answer") from reason


def _owed(account: Account) -> Counter[str]:
    """Return what can be given on each charge and each promise of an account, in cents; 0 on any other record."""
    charged = {charge.charge_id: charge.standing for charge in account.charges}
    promised = {each.credit_id: 0 if each.applied else each.cents for each in account.promised_credits}
    return Counter(charged | promised)


def _standing(charges: Iterable[Charge], entries: Iterable[Entry]) -> tuple[Charge, ...]:
    """Return the charges of which something still stands, each with what has been credited of it."""
    given: Counter[str | None] = Counter()
    for entry in entries:
        if entry.kind == CREDIT:
            given[entry.subject] += entry.cents
    credited = (replace(charge, credited=given[charge.charge_id]) for charge in charges)
    return tuple(charge for charge in credited if charge.standing > 0)


def _applied(credits: Iterable[PromisedCredit], entries: list[Entry]) -> tuple[PromisedCredit, ...]:
    given = _subjects(entries, CREDIT)
    return tuple(replace(each, applied=each.applied or each.credit_id in given) for each in credits)


def _held(account: Account, entries: list[Entry]) -> tuple[CollectionNotice, ...]:
    held = _subjects(entries, HOLD)
    number = account.customer.account_number
    return tuple(replace(notice, held=notice.subject(number) in held) for notice in account.notices)


def _subjects(entries: Iterable[Entry], kind: str) -> set[str | None]:
    return {entry.subject for entry in entries if entry.kind == kind}


def _visits(entries: Iterable[Entry]) -> tuple[Appointment, ...]:
    return tuple(
        Appointment(entry.on, entry.window, "repair", BOOKED)
        for entry in entries
        if entry.kind == VISIT and entry.on and entry.window
    )


@dataclass(frozen=True)
class _Day:
    """The day the demo was started, from which the files count."""

    today: date

    def ago(self, days: str) -> date:
        return self.today - timedelta(days=int(days))

    def ahead(self, days: str) -> date:
        return self.today + timedelta(days=int(days))


_Fact = Callable[[Row, _Day], Any]


def _accounts(day: _Day) -> dict[str, Account]:
    customers = [_customer(row) for row in _rows("customers")]
    served = {line for customer in customers for line in customer.lines}
    files = {name: _by_account(name, fact, day) for name, fact in _FILES.items()}
    return {
        customer.account_number: Account(
            replace(customer, phone_served=customer.phone_of_record in served),
            **{name: facts[customer.account_number] for name, facts in files.items()},
        )
        for customer in customers
    }


def _by_account(name: str, fact: _Fact, day: _Day) -> defaultdict[str, tuple[Any, ...]]:
    """Return the facts of a file, those of each account in the order of the file."""
    facts: defaultdict[str, tuple[Any, ...]] = defaultdict(tuple)
    for row in _rows(name):
        facts[row["account_number"]] += (fact(row, day),)
    return facts


def _rows(name: str) -> Iterator[Row]:
    with open(_FOLDER / f"{name}.csv", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


def _cents(cell: str) -> int:
    return int(Decimal(cell) * 100)


def _customer(row: Row) -> Customer:
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


def _charge(row: Row, day: _Day) -> Charge:
    return Charge(
        charge_id=row["charge_id"],
        on=day.ago(row["days_ago"]),
        description=row["description"],
        cents=_cents(row["amount"]),
        kind=row["kind"],
        service=row["service"] or None,
        line=row["line"] or None,
    )


def _payment(row: Row, day: _Day) -> Payment:
    paid = row["paid_days_ago"]
    return Payment(day.ago(row["due_days_ago"]), day.ago(paid) if paid else None, _cents(row["amount"]))


def _promised_credit(row: Row, day: _Day) -> PromisedCredit:
    return PromisedCredit(
        credit_id=row["credit_id"],
        on=day.ago(row["days_ago"]),
        cents=_cents(row["amount"]),
        reason=row["reason"],
        applied=row["applied"] == "yes",
    )


def _appointment(row: Row, day: _Day) -> Appointment:
    return Appointment(day.ago(row["days_ago"]), row["window"], row["purpose"], row["outcome"])


def _cancellation(row: Row, day: _Day) -> Cancellation:
    return Cancellation(row["service"], day.ago(row["days_ago"]))


def _order(row: Row, day: _Day) -> Order:
    return Order(day.ago(row["days_ago"]), row["plan"], _cents(row["monthly"]), int(row["months"]))


def _notice(row: Row, day: _Day) -> CollectionNotice:
    return CollectionNotice(row["kind"], day.ahead(row["in_days"]), _cents(row["amount"]))


_FILES: dict[str, _Fact] = {
    "charges": _charge,
    "payments": _payment,
    "promised_credits": _promised_credit,
    "appointments": _appointment,
    "cancellations": _cancellation,
    "orders": _order,
    "notices": _notice,
}
"""How a row of each file is read; a file bears the name of what an account lists."""


def _outage(row: Row, start: datetime) -> Outage:
    began_at = start - timedelta(hours=int(row["started_hours_ago"]))
    return Outage(
        postal_prefix=row["postal_prefix"],
        service=row["service"],
        began_at=began_at,
        expected_until=began_at + timedelta(hours=int(row["expected_hours"])),
        description=row["description"],
    )
