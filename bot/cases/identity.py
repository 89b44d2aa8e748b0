"""Identity: which contact a one-time code may go to, how long it lives, and how many tries it has.

Rules after the privacy commissioner's guidance on authentication (June 2016) and 47 CFR 64.2010: prove it by
a contact already on record, never by facts that others can look up, and never over the line in dispute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.cases.records import Customer

CODE_LIVES = timedelta(minutes=10)
TRIES_PER_CODE = 3
FAILURES_BEFORE_COOL_DOWN = 3
COOL_DOWN = timedelta(hours=24)
CODES_PER_DAY = 5
PROOF_LIVES = timedelta(minutes=60)


@dataclass(frozen=True)
class Destination:
    """Where a one-time code goes; e-mail is accepted as weaker (to NIST 800-63B it is no second factor)."""

    kind: str
    address: str
    weaker: bool


def code_destination(customer: Customer, by_email: bool = False) -> Destination | None:
    """Return the contact of record for a code; None when the account has none that may be used.

    A phone of record that is a line we serve may be the very line in dispute, so it is never used; nor is one
    that is no mobile, for a text would not arrive and a VoIP line proves nothing (NIST 800-63B).
    """
    phone = customer.phone_of_record
    ours = customer.phone_served or phone in customer.lines
    if phone and customer.phone_kind == "mobile" and not ours and not by_email:
        return Destination("sms", phone, weaker=False)
    if customer.email_of_record:
        return Destination("email", customer.email_of_record, weaker=True)
    return None


def code_expired(sent_at: datetime, now: datetime) -> bool:
    """Tell whether a code's ten minutes are over."""
    return now - sent_at > CODE_LIVES


def ending(address: str) -> str:
    """Return what may be shown of a contact of record to somebody who has proved who they are."""
    if "@" in address:
        name, _, host = address.partition("@")
        return f"{name[:1]}…@{host}"
    return f"…{address[-2:]}"
