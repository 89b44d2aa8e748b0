"""Promises: whatever we said we would do by a date, counted on the customer's business calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Calendar(Protocol):
    """The business days and hours that a deadline counts on; handed in by the provider's side."""

    @property
    def timezone(self) -> ZoneInfo:
        """The zone the business hours are told in."""
        ...

    @property
    def closes(self) -> time:
        """The hour at which a business day ends."""
        ...

    def is_business_day(self, day: date) -> bool:
        """Tell whether people work on this day."""
        ...


PROMISED = {
    "credit": "credit_on_account",
    "hold": "hold_collection",
    "visit": "visit",
    "call_back": "call_back",
}
"""What is promised with each thing that the provider's systems are told to do."""


@dataclass(frozen=True)
class Promise:
    """Something we said we would do: what, and the moment it is due (aware); kept_at when it was done."""

    what: str
    due_at: datetime
    kept_at: datetime | None = None


def due_in_business_days(now: datetime, days: int, calendar: Calendar) -> datetime:
    """Return closing time of the business day that lies `days` business days after today.

    Today never counts, whatever the hour: a promise made on Friday for one business day is due on Monday.
    """
    if days < 1:
        raise ValueError("a promise needs at least one business day")
    day = now.astimezone(calendar.timezone).date()
    while days:
        day += timedelta(days=1)
        days -= calendar.is_business_day(day)
    return datetime.combine(day, calendar.closes, calendar.timezone)
