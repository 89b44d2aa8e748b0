"""The ways of saying a date by its distance from today: "yesterday", "last week", "two months ago"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.reading.date_rules import Found, Spoken, rule

FURTHEST = {"day": 366, "week": 60, "month": 60, "year": 30}
ANSWER_WORDS = 6  # up to so many tokens a text is an answer, not a story
LAST_KEY = 9  # a number beyond it is no key of a telephone
NEAR = 12  # words that may stand between a day and what happened on it


def week_of(day: date) -> str:
    monday = day - timedelta(days=day.weekday())
    return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"


def month_of(day: date, months_back: int = 0) -> str:
    months = day.year * 12 + day.month - 1 - months_back
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def before(today: date, count: int, unit: str) -> tuple[str, str] | None:
    """Return (ISO value, precision) of the day, week, month or year so long ago; None when too far."""
    if not 0 <= count <= FURTHEST.get(unit, 0):
        return None
    if unit == "day":
        return (today - timedelta(days=count)).isoformat(), "day"
    if unit == "week":
        return week_of(today - timedelta(weeks=count)), "range"
    if unit == "month":
        return month_of(today, count), "month"
    return f"{today.year - count:04d}", "year"


# ------------------------------------------------------------------ days


@rule("R", r"(?P<day>R)")
def day_counted_from_today(found: Found) -> Spoken | None:
    if found.next_kind() == "'":
        return None  # "today's", "yesterday's conversation"
    if found.previous_kind() in "bf" and found.reader.kind(found.first - 2) in "UQ":
        return None  # "two days after today"
    offset = found.token("day").value
    return found.spoken(exact=((found.reader.today + timedelta(days=offset)).isoformat(), "day"))


@rule("J", r"(?P<day>J)")
def day_ahead(found: Found) -> Spoken | None:
    """In a story "tomorrow" is what someone was told once; only as an answer it is a date."""
    if not is_an_answer(found):
        return None
    return found.spoken(
        exact=((found.reader.today + timedelta(days=found.token("day").value)).isoformat(), "day")
    )


@rule("W", r"(?P<weekday>W) o? t? (?P<week>[Ld]U|U[ld]|HU)")
def weekday_of_a_week(found: Found) -> Spoken | None:
    if unit_of(found, "week") != "week":
        return None
    monday = found.reader.today - timedelta(days=found.reader.today.weekday())
    if "H" not in found.words["week"]:
        monday -= timedelta(weeks=1)
    day = monday + timedelta(days=found.value("weekday"))
    if day > found.reader.today:
        return None
    return found.spoken(exact=(day.isoformat(), "day"))


@rule("W", r"H? [LdP] (?P<weekday>W)(?![NO]) | (?P<named>W) [ld]")
def last_weekday(found: Found) -> Spoken | None:
    weekday = found.value("weekday") if "weekday" in found else found.value("named")
    return found.spoken(exact=(latest_weekday(weekday, found.reader.today).isoformat(), "day"))


def latest_weekday(weekday: int, today: date) -> date:
    """Return the latest such day before today."""
    return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)


@rule("W", r"(?P<lead>[skb])? (?P<weekday>W) (?! [,.]? [tk]? [NOnVW] | [c&ru~-] [tk]? W )")
def bare_weekday(found: Found) -> Spoken | None:
    """ "Since Monday", "on Monday I called": the latest one, where the words tell what happened."""
    reader, lead = found.reader, found.spans("lead")
    if (
        lead == "b"
        or found.previous_kind() in "vjHcu"
        or found.next_kind() == "j"
        or found.sentence_has("wjva")
    ):
        return None
    if lead == "k" and reader.vocabulary.the_weekday_is_weekly:
        return None
    if found.value("weekday") == reader.today.weekday():
        return None
    near = found.nearby(NEAR, NEAR)
    if reader.vocabulary.hypothetical.search(near):
        return None
    if lead != "s" and not reader.vocabulary.happened.search(near):
        return None
    return found.spoken(exact=(latest_weekday(found.value("weekday"), reader.today).isoformat(), "day"))


@rule(
    "hp", r"(?P<on>k) [tk]? (?P<day>[NOn]) (?P<month>[hp]) | (?P<since>s) k? (?P<dayb>[NO]) (?P<monthb>[hp])"
)
def day_of_this_or_last_month(found: Found) -> Spoken | None:
    day = found.value("day") if "on" in found else found.value("dayb")
    month = found.words["month"] or found.words["monthb"]
    today = found.reader.today
    year, number = map(int, month_of(today, 1 if month == "p" else 0).split("-"))
    return found.spoken(year=year, month=number, day=day)


@rule("NO", r"(?: s? k | (?P<since>s) ) t? (?P<day>[NO]) (?! [%Pr~/c-]? [UQNnO])")
def bare_day(found: Found) -> Spoken | None:
    """ "On the 5th", "le 5", "dal 5": only where nothing but a day can be meant."""
    reader, day = found.reader, found.token("day")
    if "since" in found and found.token("since").value != "since_the":
        return None
    if not day.word[0].isdigit() or not _stands_as_a_day(found):
        return None
    following = found.next_word()
    if re.match(r"[,&rcu~-][tk]?[NO]", reader.kinds(found.last + 1, found.last + 3)):
        return None  # "on the 1st, the 5th and the 9th of April"
    if following in reader.vocabulary.counted:
        return None  # "le 12 %"
    if found.next_kind() not in ".,!)" and following and following not in reader.vocabulary.after_bare_day:
        return None
    if found.sentence_has("v"):
        return None
    return found.spoken(day=day.value)


def _stands_as_a_day(found: Found) -> bool:
    """ "On the 5th"; where the day is a bare number ("le 5") it may as well be a key to press."""
    reader, day = found.reader, found.token("day")
    if reader.vocabulary.day_may_follow_month:
        return day.kind == "O"
    dated_before = any(token.kind in "MmqDS" for token in reader.tokens[: found.first])
    if reader.kind(found.first) == "s" or found.previous_kind() in " .!Ws" or dated_before:
        return True
    return (
        day.value > LAST_KEY
        and found.previous_kind() not in "uFba"
        and reader.word(found.first - 1) not in reader.vocabulary.not_a_date_after
        and reader.vocabulary.happened.search(found.nearby(NEAR, NEAR)) is not None
    )


# ------------------------------------------------------------------ weeks, months and years


@rule("U", r"(?P<the>[tk])? (?: [Ld](?P<unit>U) | (?P<named>U)[ld] )")
def last_unit(found: Found) -> Spoken | None:
    today = found.reader.today
    unit = unit_of(found, "unit") if "unit" in found else unit_of(found, "named")
    latest_days = "the" in found and "L" in found.reader.kinds(found.first, found.last)
    if latest_days and found.previous_kind() != "F":
        return None  # "the last month" is the latest thirty days; said with "for" it tells since when
    if unit == "weekend":
        return last_weekend(found)
    if unit == "day":
        return None
    exact = before(today, 1, unit)
    return found.spoken(exact=exact)


def last_weekend(found: Found) -> Spoken | None:
    today = found.reader.today
    if today.weekday() >= 5:
        return None
    saturday = today - timedelta(days=today.weekday() + 2)
    return found.spoken(
        exact=(f"{saturday.isoformat()}/{(saturday + timedelta(days=1)).isoformat()}", "range")
    )


@rule("ph", r"E t? (?P<month>[ph])")
def part_of_this_or_last_month(found: Found) -> Spoken | None:
    """ "At the end of last month", "à la fin du mois dernier"."""
    return found.spoken(exact=before(found.reader.today, found.words["month"] == "p", "month"))


@rule("U", r"(?P<part>E) [otk]{0,2} (?P<unit>U) (?![dlMmqY])")
def beginning_of_this_unit(found: Found) -> Spoken | None:
    """ "At the beginning of the month" is this month's; its end may be the last one's or still ahead."""
    unit = unit_of(found, "unit")
    if found.token("part").value != "beginning" or unit not in ("month", "year") or found.sentence_has("vwj"):
        return None
    return found.spoken(exact=before(found.reader.today, 0, unit))


@rule("H", r"H(?P<unit>U)")
def this_unit(found: Found) -> Spoken | None:
    unit = unit_of(found, "unit")
    if unit in ("day", "weekend"):
        return None
    return found.spoken(exact=before(found.reader.today, 0, unit))


def unit_of(found: Found, name: str) -> str:
    start = found.at(name)
    index = next(i for i in range(start, found.last + 1) if found.reader.kind(i) in "UQ")
    return found.reader.tokens[index].value


def is_an_answer(found: Found) -> bool:
    return len(found.reader.tokens) <= ANSWER_WORDS
