"""The ways of saying a date by its distance from today: "yesterday", "last week", "two months ago"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.reading.date_rules import Found, Spoken, rule

FURTHEST = {"day": 366, "week": 60, "month": 60, "year": 30}
ANSWER_WORDS = 6  # up to so many tokens a text is an answer, not a story


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
    if not _is_an_answer(found):
        return None
    return found.spoken(
        exact=((found.reader.today + timedelta(days=found.token("day").value)).isoformat(), "day")
    )


@rule("W", r"(?P<weekday>W) o? t? (?P<week>[Ld]U|U[ld]|HU)")
def weekday_of_a_week(found: Found) -> Spoken | None:
    if _unit(found, "week") != "week":
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
    back = (found.reader.today.weekday() - weekday - 1) % 7 + 1
    return found.spoken(exact=((found.reader.today - timedelta(days=back)).isoformat(), "day"))


@rule(
    "hp", r"(?P<on>k) [tk]? (?P<day>[NOn]) (?P<month>[hp]) | (?P<since>s) k? (?P<dayb>[NO]) (?P<monthb>[hp])"
)
def day_of_this_or_last_month(found: Found) -> Spoken | None:
    day = found.value("day") if "on" in found else found.value("dayb")
    month = found.words["month"] or found.words["monthb"]
    today = found.reader.today
    year, number = map(int, month_of(today, 1 if month == "p" else 0).split("-"))
    return found.spoken(year=year, month=number, day=day)


@rule("NO", r"s? k t? (?P<day>[NO])")
def bare_day(found: Found) -> Spoken | None:
    """ "On the 5th", "le 5": only where nothing but a day can be meant."""
    reader, day = found.reader, found.token("day")
    if not day.word[0].isdigit() or not _stands_as_a_day(found):
        return None
    following = found.next_word()
    if re.match(r"[,&r][tk]?[NO]", reader.kinds(found.last + 1, found.last + 3)):
        return None  # "on the 1st, the 5th and the 9th of April"
    if found.next_kind() not in ".,!)" and following and following not in reader.vocabulary.after_bare_day:
        return None
    if _sentence_has(found, "v"):
        return None
    return found.spoken(day=day.value)


def _stands_as_a_day(found: Found) -> bool:
    """ "On the 5th"; where the day is a bare number ("le 5") it may as well be a key to press."""
    reader = found.reader
    if reader.vocabulary.day_may_follow_month:
        return found.token("day").kind == "O"
    dated_before = any(token.kind in "MmqDS" for token in reader.tokens[: found.first])
    return reader.kind(found.first) == "s" or found.previous_kind() in " .!Ws" or dated_before


# ------------------------------------------------------------------ weeks, months and years


@rule("U", r"(?P<the>[tk])? (?: [Ld](?P<unit>U) | (?P<named>U)[ld] )")
def last_unit(found: Found) -> Spoken | None:
    today = found.reader.today
    unit = _unit(found, "unit") if "unit" in found else _unit(found, "named")
    latest_days = "the" in found and "L" in found.reader.kinds(found.first, found.last)
    if latest_days and found.previous_kind() != "F":
        return None  # "the last month" is the latest thirty days; said with "for" it tells since when
    if unit == "weekend":
        return _last_weekend(found)
    if unit == "day":
        return None
    exact = before(today, 1, unit)
    return found.spoken(exact=exact)


def _last_weekend(found: Found) -> Spoken | None:
    today = found.reader.today
    if today.weekday() >= 5:
        return None
    saturday = today - timedelta(days=today.weekday() + 2)
    return found.spoken(
        exact=(f"{saturday.isoformat()}/{(saturday + timedelta(days=1)).isoformat()}", "range")
    )


@rule("H", r"H(?P<unit>U)")
def this_unit(found: Found) -> Spoken | None:
    unit = _unit(found, "unit")
    if unit in ("day", "weekend"):
        return None
    return found.spoken(exact=before(found.reader.today, 0, unit))


@rule("UQ", r"(?P<before>B)? (?P<count>[Nnq]) P? (?P<unit>[UQ]) (?P<ago>A)? (?P<end>z)?")
def units_ago(found: Found) -> Spoken | None:
    """ "Two months ago", "il y a trois semaines", "sono due mesi che"; without such words a length."""
    elapsed = "end" in found and found.previous_kind() in ("e", "&")
    if not ("before" in found or "ago" in found or elapsed):
        return _length(found)
    if not _is_plain_count(found):
        return None
    return found.spoken(exact=_counted_back(found))


def _length(found: Found) -> Spoken | None:
    """ "Depuis deux mois", "da due mesi", "have been waiting for two months": since when."""
    reader, first = found.reader, found.first
    at = first - 1
    while reader.kind(at) in "tkPLH":
        at -= 1
    lead, between = reader.kind(at), {reader.kind(i) for i in range(at + 1, first)}
    if lead not in ("s", "F") or not _is_plain_count(found, at):
        return None
    sentence = _sentence(found)
    if reader.vocabulary.term.search(sentence):
        return None
    if lead == "F" and not between & {"P", "L"}:
        if between:
            return None  # "for the 30 days that my complaint was open"
        if not reader.vocabulary.ongoing.search(sentence) or reader.vocabulary.hypothetical.search(sentence):
            return None
    return Spoken(at, found.last, exact=_counted_back(found))


def _counted_back(found: Found) -> tuple[str, str] | None:
    token = found.token("count")
    count = token.value if token.kind in "Nn" else found.reader.vocabulary.counts.get(token.word)
    return before(found.reader.today, count, _unit(found, "unit")) if count else None


def _is_plain_count(found: Found, at: int | None = None) -> bool:
    """Not "over two years", "two or three weeks", "two months and a half", "1 month and 21 days"."""
    reader = found.reader
    start = found.at("count") if at is None else at
    tokens = reader.tokens
    for edge in {tokens[start].start, tokens[found.at("count")].start}:
        if reader.vocabulary.vague_before.search(reader.plain, max(0, edge - 20), edge):
            return False
    if reader.vocabulary.half_after.match(reader.plain, tokens[found.last].end):
        return False
    before_count = found.at("count") - 1
    if reader.kind(before_count) in "UQ":
        return False
    return not (reader.kind(before_count) in "-~/c&," and reader.kind(before_count - 1) in "NnUQXq")


def _unit(found: Found, name: str) -> str:
    start = found.at(name)
    index = next(i for i in range(start, found.last + 1) if found.reader.kind(i) in "UQ")
    return found.reader.tokens[index].value


def _is_an_answer(found: Found) -> bool:
    return len(found.reader.tokens) <= ANSWER_WORDS


def _sentence(found: Found) -> str:
    reader = found.reader
    first, last = _sentence_bounds(found)
    return reader.plain[reader.tokens[first].start : reader.tokens[last].end]


def _sentence_bounds(found: Found) -> tuple[int, int]:
    first, last, tokens = found.first, found.last, found.reader.tokens
    while first > 0 and tokens[first - 1].word not in ".!?;":
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].word not in ".!?;":
        last += 1
    return first, last


def _sentence_has(found: Found, kind: str) -> bool:
    first, last = _sentence_bounds(found)
    return any(found.reader.kind(i) == kind for i in range(first, last + 1))
