"""The business calendar: weekends and the holidays of the customer's province."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.cases.promises import due_in_business_days
from bot.provider import profile
from bot.provider.calendar import BusinessCalendar, business_calendar


def calendar(province: str | None) -> BusinessCalendar:
    return business_calendar(profile("jive_ca"), province)


@pytest.mark.parametrize(
    ("day", "holiday", "closed_in", "open_in"),
    [
        ("Thu 2026-01-01", "New Year's Day", "ON QC BC AB", ""),
        ("Mon 2026-02-16", "Family Day", "ON AB BC", "QC"),
        ("Fri 2026-04-03", "Good Friday", "ON QC BC AB", ""),
        ("Mon 2026-05-18", "Victoria Day, in Quebec Patriots' Day", "ON QC BC AB", ""),
        ("Wed 2026-06-24", "Saint-Jean-Baptiste", "QC", "ON BC AB"),
        ("Wed 2026-07-01", "Canada Day", "ON QC BC AB", ""),
        ("Mon 2026-08-03", "British Columbia Day", "BC", "ON QC"),
        ("Mon 2026-09-07", "Labour Day", "ON QC BC AB", ""),
        ("Mon 2026-10-12", "Thanksgiving", "ON QC BC AB", ""),
        ("Fri 2026-12-25", "Christmas Day", "ON QC BC AB", ""),
        ("Mon 2026-12-28", "Boxing Day, which is a Saturday", "ON", "QC BC AB"),
        ("Thu 2026-05-21", "no holiday", "", "ON QC BC AB"),
        ("Sat 2026-05-23", "a Saturday", "ON QC BC AB", ""),
        ("Sun 2026-05-24", "a Sunday", "ON QC BC AB", ""),
        # a later year, so that nobody has to renew a list
        ("Mon 2030-05-20", "Victoria Day", "ON QC BC AB", ""),
    ],
)
def test_holidays_of_each_province(day: str, holiday: str, closed_in: str, open_in: str) -> None:
    parsed = datetime.strptime(day, "%a %Y-%m-%d").date()
    assert parsed.strftime("%a") == day[:3], "the weekday in the table is wrong"
    for province in closed_in.split():
        assert not calendar(province).is_business_day(parsed), f"{holiday} in {province}"
    for province in open_in.split():
        assert calendar(province).is_business_day(parsed), f"{holiday} in {province}"


@pytest.mark.parametrize("province", [None, "", "TX", "Ontario"])
def test_without_a_known_province_the_operators_own_counts(province: str | None) -> None:
    assert calendar(province) == calendar("ON")


@pytest.mark.parametrize(
    ("said", "days", "province", "due"),
    [
        ("Thu 2026-05-14", 2, "ON", "Tue 2026-05-19"),
        ("Tue 2026-06-23", 1, "QC", "Thu 2026-06-25"),
        ("Tue 2026-06-23", 1, "ON", "Wed 2026-06-24"),
        ("Tue 2026-06-23", 5, "QC", "Thu 2026-07-02"),
        ("Tue 2026-06-30", 1, "BC", "Thu 2026-07-02"),
        ("Fri 2026-02-13", 1, "AB", "Tue 2026-02-17"),
        ("Fri 2026-02-13", 1, "QC", "Mon 2026-02-16"),
        ("Fri 2026-07-31", 1, "BC", "Tue 2026-08-04"),
        ("Fri 2026-07-31", 1, "ON", "Mon 2026-08-03"),
        ("Thu 2026-12-24", 1, "ON", "Tue 2026-12-29"),
        ("Thu 2026-12-24", 1, "QC", "Mon 2026-12-28"),
        ("Fri 2026-05-08", 10, "ON", "Mon 2026-05-25"),
    ],
)
def test_deadlines_pass_over_the_holidays_of_the_province(
    said: str, days: int, province: str, due: str
) -> None:
    now = datetime.strptime(f"{said} 16", "%a %Y-%m-%d %H").replace(tzinfo=UTC)
    assert now.strftime("%a") == said[:3], "the weekday in the table is wrong"
    moment = due_in_business_days(now, days, calendar(province))
    assert moment.strftime("%a %Y-%m-%d %H:%M") == f"{due} 17:00"


@pytest.mark.parametrize(
    ("now", "working"),
    [
        # summer: Toronto is four hours behind UTC
        ("2026-05-21T12:59", False),
        ("2026-05-21T13:00", True),
        ("2026-05-21T20:59", True),
        ("2026-05-21T21:00", False),
        # winter: five hours
        ("2026-01-15T13:30", False),
        ("2026-01-15T14:00", True),
        # a Saturday, and Victoria Day
        ("2026-05-23T15:00", False),
        ("2026-05-18T15:00", False),
    ],
)
def test_open_from_nine_to_five_there(now: str, working: bool) -> None:
    assert calendar("ON").is_open(datetime.fromisoformat(now).replace(tzinfo=UTC)) is working


def test_both_changes_of_the_clocks_lie_on_days_off() -> None:
    assert not calendar("ON").is_business_day(date(2026, 3, 8))
    assert not calendar("ON").is_business_day(date(2026, 11, 1))
