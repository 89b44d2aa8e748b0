"""Promises: deadlines on business days, each with its weekday beside it so that a person can check it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.cases.promises import due_in_business_days

TORONTO = ZoneInfo("America/Toronto")


class WorkWeek:
    """Monday to Friday until five, closed on the days it is given."""

    timezone = TORONTO
    closes = time(17, 0)

    def __init__(self, *closed: date) -> None:
        self.closed = closed

    def is_business_day(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.closed


VICTORIA_DAY = date(2026, 5, 18)


@pytest.mark.parametrize(
    ("said", "days", "due"),
    [
        # today never counts, whatever the hour
        ("Mon 2026-05-11 08:00", 1, "Tue 2026-05-12"),
        ("Mon 2026-05-11 23:59", 1, "Tue 2026-05-12"),
        ("Mon 2026-05-11 12:00", 4, "Fri 2026-05-15"),
        # weekends
        ("Thu 2026-05-07 12:00", 2, "Mon 2026-05-11"),
        ("Fri 2026-05-08 12:00", 1, "Mon 2026-05-11"),
        ("Sat 2026-05-09 12:00", 1, "Mon 2026-05-11"),
        ("Sun 2026-05-10 12:00", 1, "Mon 2026-05-11"),
        ("Mon 2026-05-04 12:00", 5, "Mon 2026-05-11"),
        # a holiday is passed over, also when the promise is made on it
        ("Fri 2026-05-15 12:00", 1, "Tue 2026-05-19"),
        ("Mon 2026-05-18 12:00", 1, "Tue 2026-05-19"),
        ("Mon 2026-05-11 12:00", 10, "Tue 2026-05-26"),
        # the end of a year
        ("Thu 2026-12-31 12:00", 1, "Fri 2027-01-01"),
    ],
)
def test_due_at_closing_time_of_the_business_day(said: str, days: int, due: str) -> None:
    now = datetime.strptime(said, "%a %Y-%m-%d %H:%M").replace(tzinfo=TORONTO)
    assert now.strftime("%a") == said[:3], "the weekday in the table is wrong"
    moment = due_in_business_days(now, days, WorkWeek(VICTORIA_DAY))
    assert moment.strftime("%a %Y-%m-%d %H:%M") == f"{due} 17:00"


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # 02:30 on Tuesday in UTC is still Monday evening in Toronto
        ("2026-05-12T02:30", "Tue 2026-05-12"),
        ("2026-05-12T04:30", "Wed 2026-05-13"),
    ],
)
def test_today_is_the_operators_day_not_that_of_utc(now: str, due: str) -> None:
    moment = due_in_business_days(datetime.fromisoformat(now).replace(tzinfo=UTC), 1, WorkWeek())
    assert moment.strftime("%a %Y-%m-%d") == due


@pytest.mark.parametrize(
    ("said", "days", "due_in_utc"),
    [
        # clocks go forward on Sunday 2026-03-08 and back on Sunday 2026-11-01
        ("2026-03-05T12:00", 1, "Fri 2026-03-06 22:00"),
        ("2026-03-06T12:00", 1, "Mon 2026-03-09 21:00"),
        ("2026-10-29T12:00", 1, "Fri 2026-10-30 21:00"),
        ("2026-10-30T12:00", 1, "Mon 2026-11-02 22:00"),
    ],
)
def test_a_change_of_the_clocks_does_not_move_closing_time(said: str, days: int, due_in_utc: str) -> None:
    now = datetime.fromisoformat(said).replace(tzinfo=TORONTO)
    moment = due_in_business_days(now, days, WorkWeek()).astimezone(UTC)
    assert moment.strftime("%a %Y-%m-%d %H:%M") == due_in_utc


@pytest.mark.parametrize("days", [0, -1])
def test_a_promise_for_today_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="at least one business day"):
        due_in_business_days(datetime(2026, 5, 11, tzinfo=UTC), days, WorkWeek())
