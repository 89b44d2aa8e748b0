"""The business calendar: which days people work, by the customer's province, and from when to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from bot.cases.promises import due_in_business_days
from bot.provider import Profile


@dataclass(frozen=True)
class BusinessCalendar:
    """Business days and hours of an operator for customers of one province."""

    timezone: ZoneInfo
    opens: time
    closes: time
    province: str

    def is_business_day(self, day: date) -> bool:
        """Tell whether people work on this day: no weekend, no public holiday of the province."""
        return day.weekday() < 5 and day not in _holidays(self.province)

    def is_open(self, now: datetime) -> bool:
        """Tell whether people work at this moment."""
        local = now.astimezone(self.timezone)
        return self.is_business_day(local.date()) and self.opens <= local.time() < self.closes


def business_calendar(profile: Profile, province: str | None = None) -> BusinessCalendar:
    """Return the operator's calendar for a customer's province, the operator's own when it is not known."""
    known = province if province in holidays.country_holidays("CA").subdivisions else profile.province
    return BusinessCalendar(
        ZoneInfo(profile.timezone),
        time.fromisoformat(profile.opens),
        time.fromisoformat(profile.closes),
        known,
    )


def due(operator: Profile, what: str, now: datetime) -> datetime:
    """Return by when the operator means to do this, by the estimate of its profile, counted from now."""
    return due_in_business_days(now, operator.business_days[what], business_calendar(operator))


@lru_cache(maxsize=16)
def _holidays(province: str) -> holidays.HolidayBase:
    return holidays.country_holidays("CA", subdiv=province)
