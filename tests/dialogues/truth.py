"""Whether every sum of money, every date and every span of hours in what the assistant said is one it may know.

What is said is read here by other means than those that wrote it, in whichever of the three languages. It may come
from the customer's own words, from the promises of their cases and the operator's time frames, and, for whoever proved
who they are, from the records of their account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cases.case import Case
from bot.cases.promises import due_in_business_days
from bot.cases.records import Account, Order, Outage
from bot.playbooks import playbooks
from bot.provider import Profile
from bot.provider.calendar import business_calendar

YEAR = 2026
"""The year of a date that is told without one."""

MONTHS = {
    "en": "january february march april may june july august september october november december",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}
_MONTH = {name: number for names in MONTHS.values() for number, name in enumerate(names.split(), start=1)}
_NAMES = "|".join(_MONTH)
_DATE = re.compile(
    rf"\b(?P<m1>{_NAMES}) (?P<d1>\d{{1,2}})\b(?:, (?P<y1>\d{{4}}))?"
    rf"|\b(?P<d2>\d{{1,2}})(?:er|º)? (?P<m2>{_NAMES})\b(?: (?P<y2>\d{{4}}))?"
    rf"|\b(?P<m3>{_NAMES}) (?P<y3>\d{{4}})\b",
    re.IGNORECASE,
)
_NUMBER = r"(?:\d{1,3}(?:[,.\u202f\u00a0 ]\d{3})+|\d+)(?:[.,]\d\d)?"
_SUM = re.compile(
    rf"\$[\u00a0 ]?(?P<before>{_NUMBER})(?!\d)"
    rf"|(?<![\d.,-])(?P<after>{_NUMBER})[\u202f\u00a0 ]?(?:\$|dollar\w*)"
    r"|(?<![\d.,-])(?P<bare>\d+[.,]\d\d)(?![\d.,-])"
)
_HOURS = re.compile(r"\b(\d+)[\u00a0 ](?:hours?|heures?|or[ae])\b")


def sums(text: str) -> set[int]:
    """Return every sum of money in a text, in cents; fails for a dollar sign that belongs to none."""
    found = list(_SUM.finditer(text))
    signs = sum(match.group().count("$") for match in found)
    assert signs == text.count("$"), f"a sum that cannot be read in {text!r}"
    return {_cents(next(filter(None, match.groups()))) for match in found}


def _cents(number: str) -> int:
    whole, cents = (number[:-3], number[-2:]) if re.search(r"[.,]\d\d$", number) else (number, "00")
    return int(re.sub(r"\D", "", whole) + cents)


def dates(text: str, language: str | None = None) -> set[str]:
    """Return every date in a text, and every month, as ISO 8601 has them.

    With a language, fails for the name of a month that belongs to none.
    """
    found = list(_DATE.finditer(text))
    if language:
        names = [name.capitalize() if language == "en" else name for name in MONTHS[language].split()]
        named = re.findall(rf"\b(?:{'|'.join(names)})\b", text)
        assert len(named) <= len(found), f"a date that cannot be read in {text!r}"
    return {_iso(match) for match in found}


def _iso(match: re.Match[str]) -> str:
    part = match.groupdict()
    year = part["y1"] or part["y2"] or part["y3"] or YEAR
    month = _MONTH[(part["m1"] or part["m2"] or part["m3"]).casefold()]
    day = part["d1"] or part["d2"]
    return f"{year}-{month:02}" + (f"-{int(day):02}" if day else "")


def hours(text: str) -> set[int]:
    """Return every span of hours in a text."""
    return {int(number) for number in _HOURS.findall(text)}


def check(
    transcript: Iterable[tuple[str, str]],
    language: str,
    now: datetime,
    operator: Profile,
    cases: Iterable[Case],
    account: Account | None,
    outages: Iterable[Outage],
    done_on: Iterable[date] = (),
) -> None:
    """Fail for whatever the assistant said that it cannot know.

    `account` is the one that was proved, if any; `done_on` are the days on which something was done for it.
    """
    lines = list(transcript)
    customer = "\n".join(text for who, text in lines if who == "customer")
    known_sums = sums(customer) | (sums_of(account) if account else set())
    days_known = time_frames(now, operator, account) | (days_of(account) if account else set())
    known_days = (
        dates(customer)
        | days_of_cases(cases, operator)
        | {day.isoformat() for day in (*days_known, *done_on)}
    )
    known_hours = hours(customer) | {span for outage in outages for span in hours_of(outage, now)}
    for who, text in lines:
        if who != "customer":
            assert sums(text) <= known_sums, f"{sums(text) - known_sums} cents come from nowhere: {text!r}"
            days = dates(text, language)
            assert days <= known_days, f"{days - known_days} come from nowhere: {text!r}"
            spans = hours(text)
            assert spans <= known_hours, f"{spans - known_hours} hours come from nowhere: {text!r}"


def sums_of(account: Account) -> set[int]:
    """Return every sum the records of an account hold, and what may be given by them."""
    charged = {charge.cents for charge in account.charges} | {charge.standing for charge in account.charges}
    above = {
        charge.cents - order.monthly_cents
        for charge in account.charges
        for order in account.orders
        if charge.description == order.plan and order.on <= charge.on < _ends(order)
    }
    wait = {step.at_most for book in playbooks() for step in book.steps.values() if step.at_most}
    missed = any(visit.outcome == "missed" for visit in account.appointments)
    return (
        charged
        | above
        | {credit.cents for credit in account.promised_credits}
        | {order.monthly_cents for order in account.orders}
        | {notice.cents for notice in account.notices}
        | (wait if missed else set())
    )


def days_of(account: Account) -> set[date]:
    """Return every day the records of an account hold."""
    return {
        *(charge.on for charge in account.charges),
        *(payment.due_on for payment in account.payments),
        *(payment.paid_on for payment in account.payments if payment.paid_on),
        *(credit.on for credit in account.promised_credits),
        *(visit.on for visit in account.appointments),
        *(gone.on for gone in account.cancellations),
        *(order.on for order in account.orders),
        *(_ends(order) for order in account.orders),
        *(notice.on for notice in account.notices),
        *(slot.on for slot in account.slots),
    }


def _ends(order: Order) -> date:
    """Return the first day after the months of an order; the orders of the tests begin on a day every month has."""
    years, month = divmod(order.on.month - 1 + order.months, 12)
    return date(order.on.year + years, month + 1, order.on.day)


def days_of_cases(cases: Iterable[Case], operator: Profile) -> set[str]:
    """Return the days that were promised, and those on which the customer said that something happened."""
    zone = ZoneInfo(operator.timezone)
    days: set[str] = set()
    for case in cases:
        days |= {promise.due_at.astimezone(zone).date().isoformat() for promise in case.promises}
        days |= {day for event in case.complaint.events if event.date for day in event.date.split("/")}
    return days


def time_frames(now: datetime, operator: Profile, account: Account | None) -> set[date]:
    """Return the days by which a call that is only offered so far would come, and a case be answered."""
    calendar = business_calendar(operator, account.customer.province if account else None)
    zone = ZoneInfo(operator.timezone)
    return {
        due_in_business_days(now, operator.business_days[what], calendar).astimezone(zone).date()
        for what in ("call_back", "update_every", "resolution")
    }


def hours_of(outage: Outage, now: datetime) -> set[int]:
    """Return for how long an outage has lasted and how long it is to last yet, in hours."""
    hour = timedelta(hours=1)
    return {-(-(now - outage.began_at) // hour), -(-(outage.expected_until - now) // hour)}
