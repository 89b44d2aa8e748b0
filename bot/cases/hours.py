"""The hours in which we may begin to text or call somebody, where they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Hours:
    """Each day from `begin` on, and before `end`, by the clock on the wall."""

    begin: time
    end: time


def next_allowed(now: datetime, zone: ZoneInfo, hours: Hours) -> datetime:
    """Return the first moment from `now` on at which the wall clock of this zone shows one of the hours."""
    there = now.astimezone(zone)
    if hours.begin <= there.time() < hours.end:
        return now
    day = there.date() if there.time() < hours.begin else there.date() + timedelta(days=1)
    return datetime.combine(day, hours.begin, zone)
