"""The chronology: dated events, each with the precision the customer gave it, kept in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

PRECISIONS = ("day", "month", "year", "range", "unknown")


@dataclass(frozen=True)
class Event:
    """Something that happened.

    `date` is ISO 8601 at its `precision`: 2026-03-05, 2026-03, 2026, 2026-03-01/2026-03-09, None when
    unknown. `text` is the customer's words; `reference` an earlier ticket the words named.
    """

    date: str | None
    precision: str
    text: str
    reference: str | None = None

    def __post_init__(self) -> None:
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, not {self.precision!r}")
        if (self.date is None) != (self.precision == "unknown"):
            raise ValueError("an event has a date exactly when its precision is not 'unknown'")


def first_day(event: Event) -> date | None:
    """Return the earliest day the event may have happened on, None when nothing is known."""
    if event.date is None:
        return None
    start = event.date.split("/")[0]
    return date.fromisoformat((start + "-01-01")[:10] if len(start) == 4 else (start + "-01")[:10])


def in_order(events: list[Event]) -> list[Event]:
    """Return the events by time; those without a date keep their place after the one told before them."""
    keyed: list[tuple[date, int, Event]] = []
    last = date.min
    for told, event in enumerate(events):
        last = first_day(event) or last
        keyed.append((last, told, event))
    return [event for _, _, event in sorted(keyed, key=lambda row: row[:2])]


def lies_ahead(event: Event, today: date) -> bool:
    """Tell whether the event is dated after today, which in a complaint is asked about kindly."""
    day = first_day(event)
    return day is not None and day > today
