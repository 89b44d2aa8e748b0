"""The chronology: dated events, each with the precision the customer gave it, and the doubts that their dates leave."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

PRECISIONS = ("day", "month", "year", "range", "unknown")

_PRECISION = {4: "year", 7: "month", 10: "day"}
_WRITTEN = re.compile(r"\d{4}(-\d\d){0,2}|\d{4}-\d\d-\d\d/(?P<end>\d{4}-\d\d-\d\d)", re.ASCII)

EXACT = ("day", "month")
"""Precisions on which a doubt can be built."""

SILENCE = timedelta(days=62)
"""Two months, however long: bills and promised visits come round within it, so that only more is asked about."""

BACKGROUND = timedelta(days=365)
"""What lies further back than this before anything else is how it once began, and no silence."""


@dataclass(frozen=True)
class Event:
    """Something that happened.

    `date` is ISO 8601 at its `precision`: 2026-03-05, 2026-03, 2026, 2026-03-01/2026-03-09, None when
    unknown. `text` is the customer's words; `reference` an earlier ticket and `person` somebody of ours the
    words named.
    """

    date: str | None
    precision: str
    text: str
    reference: str | None = None
    person: str | None = None

    def __post_init__(self) -> None:
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, not {self.precision!r}")
        if (self.date is None) != (self.precision == "unknown"):
            raise ValueError("an event has a date exactly when its precision is not 'unknown'")

    def undated(self) -> Event:
        """Return the event without its date."""
        return replace(self, date=None, precision="unknown")

    def dated_as(self, other: Event) -> Event:
        """Return the event with the date of another one."""
        return replace(self, date=other.date, precision=other.precision)


def dated(text: str) -> tuple[str | None, str]:
    """Return a written date in ISO 8601 and its precision; nothing written is unknown. Raises ValueError.

    It is a day, a month, a year, or a range `start/end` of days that are in order.
    """
    if not text:
        return None, "unknown"
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise ValueError(f"no date: {text!r}")
    precision = "range" if written["end"] else _PRECISION[len(text)]
    event = Event(text, precision, "")
    begin, end = first_day(event), last_day(event)
    if begin and end and begin > end:
        raise ValueError("a range ends after it begins")
    return text, precision


def first_day(event: Event) -> date | None:
    """Return the earliest day the event may have happened on, None when nothing is known."""
    if event.date is None:
        return None
    start = event.date.split("/")[0]
    return date.fromisoformat((start + "-01-01")[:10] if len(start) == 4 else (start + "-01")[:10])


def last_day(event: Event) -> date | None:
    """Return the latest day the event may have happened on, None when nothing is known."""
    if event.date is None:
        return None
    end = event.date.split("/")[-1]
    if len(end) == 10:
        return date.fromisoformat(end)
    year, month = int(end[:4]), int(end[5:] or 12)
    return date(year, month, monthrange(year, month)[1])


def week_of(day: date) -> str:
    """Return the week of a day, Monday to Sunday, as the date of an event."""
    monday = day - timedelta(days=day.weekday())
    return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"


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


def ends_before(event: Event, other: Event) -> bool:
    """Tell whether the event is certainly over before the other one begins."""
    end, begin = last_day(event), first_day(other)
    return end is not None and begin is not None and end < begin


def may_coincide(event: Event, other: Event) -> bool:
    """Tell whether both may be of the same day: a month holds its days, and ranges may overlap."""
    dated = event.date is not None and other.date is not None
    return dated and not ends_before(event, other) and not ends_before(other, event)


def narrower(event: Event, other: Event) -> Event:
    """Return which of two dated events leaves fewer days open, the first one when they are alike."""
    return other if _days_open(other) < _days_open(event) else event


def _days_open(event: Event) -> timedelta:
    begin, end = first_day(event), last_day(event)
    return timedelta.max if begin is None or end is None else end - begin


def apart_from(events: Sequence[Event], told: Sequence[str]) -> list[Event]:
    """Return the events whose words stand in none of these texts."""
    return [event for event in events if not any(event.text in text for text in told)]


def attempt_before_trouble(
    attempts: Sequence[Event], troubles: Sequence[Event]
) -> tuple[Event, Event] | None:
    """Return an attempt to have it put right that lies shortly before all trouble began, and that beginning.

    One that is dated vaguely, or lies long before, was about something earlier.
    """
    dated = in_order([trouble for trouble in troubles if trouble.date])
    early = [
        attempt
        for attempt in attempts
        if dated
        and attempt.precision in EXACT
        and ends_before(attempt, dated[0])
        and _time_between(attempt, dated[0]) <= SILENCE
    ]
    return (in_order(early)[0], dated[0]) if early else None


def longest_silence(events: Sequence[Event], today: date) -> tuple[Event, Event] | None:
    """Return the two events up to today between which the customer tells nothing for the longest, if it is long."""
    exact = [event for event in events if event.precision in EXACT and not lies_ahead(event, today)]
    ordered = in_order(exact)
    silent = [
        (_time_between(before, after), before, after)
        for before, after in pairwise(ordered)
        if SILENCE < _time_between(before, after) <= BACKGROUND
    ]
    if not silent:
        return None
    _, before, after = max(silent, key=lambda row: row[0])
    return before, after


def _time_between(before: Event, after: Event) -> timedelta:
    end, begin = last_day(before), first_day(after)
    return begin - end if begin and end else timedelta()


def settled(events: list[Event], doubt: Sequence[str], said: Sequence[Event]) -> list[Event]:
    """Return the events once the customer has said which of two dates is right, or given a third one.

    `doubt` holds the two dates, the earlier one first. What was told in the same words is one event and gets the
    right date; of two events the wrong date goes, and its words stay.
    """
    first, second = (next((event for event in events if event.date == day), None) for day in doubt)
    if first is None or second is None:
        return events
    right = [event for event in (first, second) if any(may_coincide(event, day) for day in said)]
    third = [day for day in said if not may_coincide(day, first) and not may_coincide(day, second)]
    if len(right) == 2 or len(third) > 1 or not said:
        return events
    if first.text == second.text and len(said) == 1:
        once = first.dated_as((right or third)[0])
        return [once if event is first else event for event in events if event is not second]
    # a third date that is no later than the first one makes sense for the second, any other for the first
    second_is_wrong = right == [first] if right else not ends_before(first, third[0])
    wrong = second if second_is_wrong else first
    mended = wrong.dated_as(third[0]) if third else wrong.undated()
    return [mended if event is wrong else event for event in events]
