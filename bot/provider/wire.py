"""The bodies that go to and come from a provider's own systems, as docs/records.openapi.yml describes them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from bot.cases.records import (
    CALL_BACK,
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
    Order,
    Outage,
    Payment,
    PromisedCredit,
    Slot,
)

Name = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,64}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
Window = Annotated[str, StringConstraints(pattern=r"^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$")]
Cents = Annotated[int, Field(ge=-(10**12), le=10**12)]
Sum = Annotated[int, Field(ge=0, le=10**12)]
Service = Literal["wireless", "internet", "local_phone", "long_distance", "tv", "other"]


class Body(BaseModel):
    """Part of a body: no value is guessed from one of another type, and what we do not know is passed over."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)


class CustomerBody(Body):
    """An account holder."""

    account_number: Name
    name: Name
    kind: Literal["residential", "small_business", "business"]
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    province: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    postal_code: Name
    phone_of_record: Phone | None = None
    phone_kind: Literal["mobile", "landline", "voip"] | None = None
    email_of_record: (
        Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)] | None
    ) = None
    services: tuple[Service, ...]
    lines: tuple[Phone, ...]
    phone_served: bool


class ChargeBody(Body):
    """One line of a bill."""

    charge_id: Name
    on: date
    description: Name
    cents: Cents
    kind: Literal["plan", "usage", "late_fee", "visit", "one_time"]
    service: Service | None = None
    line: Phone | None = None
    credited: Sum


class PaymentBody(Body):
    """A bill that was due, and when it was paid."""

    due_on: date
    paid_on: date | None = None
    cents: Sum


class PromisedCreditBody(Body):
    """A credit that was promised."""

    credit_id: Name
    on: date
    cents: Sum
    reason: Name
    applied: bool


class AppointmentBody(Body):
    """A visit that was agreed on."""

    on: date
    window: Window
    purpose: Name
    outcome: Literal["missed", "done", "booked"]


class CancellationBody(Body):
    """A service that was cancelled."""

    service: Service
    on: date


class OrderBody(Body):
    """What was ordered."""

    on: date
    plan: Name
    monthly_cents: Sum
    months: Annotated[int, Field(ge=0, le=1200)]


class CollectionNoticeBody(Body):
    """A step against the customer that is announced."""

    kind: Code
    on: date
    cents: Sum
    held: bool


class SlotBody(Body):
    """A time at which a technician could come."""

    on: date
    window: Window


class AccountBody(Body):
    """An account as it stands."""

    customer: CustomerBody
    charges: tuple[ChargeBody, ...]
    payments: tuple[PaymentBody, ...]
    promised_credits: tuple[PromisedCreditBody, ...]
    appointments: tuple[AppointmentBody, ...]
    cancellations: tuple[CancellationBody, ...]
    orders: tuple[OrderBody, ...]
    notices: tuple[CollectionNoticeBody, ...]
    slots: tuple[SlotBody, ...]

    def account(self) -> Account:
        """Return the account as playbooks know it."""
        return Account(
            customer=Customer(**dict(self.customer)),
            charges=tuple(Charge(**dict(each)) for each in self.charges),
            payments=tuple(Payment(**dict(each)) for each in self.payments),
            promised_credits=tuple(PromisedCredit(**dict(each)) for each in self.promised_credits),
            appointments=tuple(Appointment(**dict(each)) for each in self.appointments),
            cancellations=tuple(Cancellation(**dict(each)) for each in self.cancellations),
            orders=tuple(Order(**dict(each)) for each in self.orders),
            notices=tuple(CollectionNotice(**dict(each)) for each in self.notices),
            slots=tuple(Slot(**dict(each)) for each in self.slots),
        )


class OutageBody(Body):
    """A fault that is known in an area."""

    postal_prefix: Name
    service: Service
    began_at: AwareDatetime
    expected_until: AwareDatetime
    description: Name


class OutagesBody(Body):
    """The faults that are known where a postal code lies."""

    outages: tuple[OutageBody, ...]

    def facts(self) -> tuple[Outage, ...]:
        """Return the outages as playbooks know them."""
        return tuple(Outage(**dict(each)) for each in self.outages)


class DoneBody(Body):
    """The answer to an instruction that was carried out."""

    reference: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class ErrorBody(Body):
    """Why an instruction was refused; `message` is for the people who run the systems."""

    code: Code
    message: str


class RefusedBody(Body):
    """The answer to an instruction that was refused."""

    error: ErrorBody


PATHS = {CREDIT: "credits", HOLD: "collection-holds", VISIT: "visits", CALL_BACK: "call-backs"}
"""Where an instruction of each kind is posted, below its account."""

_ALWAYS = ("tracking_number", "reason")
_FIELDS = {
    CREDIT: (*_ALWAYS, "subject", "cents", "goodwill"),
    HOLD: (*_ALWAYS, "subject", "cents"),
    VISIT: (*_ALWAYS, "subject", "window"),
    CALL_BACK: (*_ALWAYS, "subject", "phone"),
}


def instruction_body(instruction: Instruction) -> dict[str, object]:
    """Return the body of an instruction; its key goes into a header, its account into the path."""
    body: dict[str, object] = {name: getattr(instruction, name) for name in _FIELDS[instruction.kind]}
    body["at"] = instruction.at.isoformat()
    if instruction.kind == VISIT:
        body["on"] = instruction.on.isoformat() if instruction.on else None
    return body
