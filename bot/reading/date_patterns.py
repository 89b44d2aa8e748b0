"""The ways of saying a calendar date, from "May 3 to 9" to "in 2012"; tried from most to least explicit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.reading.date_rules import EARLIEST_YEAR, Found, Spoken, full_year, rule

MONTH = r"(?P<month>[Mmq])\.?"
YEAR = r"(?P<year>Y|'N)"
WEEKDAY = r"(?:(?P<weekday>[WV])[.,]*[kt]?,?)?"
OF_YEAR = r"o?t?(?:(?P<lastyear>[Ld]U|U[ld])|(?P<thisyear>HU))"

# ------------------------------------------------------------------ what looks like a date and is none


@rule("UWVQ", r"[tk]? [OLPlnd] [UWVQ] o [tk]? (?: [Mmq]\.?(?:o?Y)? | Y | [LdHj]U | U[ld] )?")
def part_of_a_longer_time(found: Found) -> None:
    """ "The last week of May", "the first Friday of next month"."""


@rule("r", r"[Mmq]?\.? t? [NOn] r [tk]? [NOn] (?![%P]?[UQ]) (?:o?[Mmq])? | [isfubo]? [Mmq] r [Mmq]")
def one_or_the_other(found: Found) -> None:
    """ "May 5 or 6", "le 5 ou le 6 mai", "March or April"."""


# ------------------------------------------------------------------ ranges inside one month or year


@rule(
    "Mmq",
    rf"(?P<from>[fsk])? [kt]? {WEEKDAY} (?P<day>[NOn]) (?P<to>[cu&~-]) [kt]? [WV]?"
    rf"(?P<last>[NOn]) o? {MONTH} ,? o? {YEAR}?",
)
def days_then_month(found: Found) -> Spoken | None:
    if found.words["to"] == "&" and found.words["from"] != "f":
        # "the 3rd and 9th of May" are two days; the one that stands beside its month is read.
        last = found.spoken(year=found.year(), month=found.value("month"), day=found.value("last"))
        return replace(last, first=found.at("last"))
    return _days_of_one_month(found)


@rule("Mmq", rf"{MONTH} t? (?P<day>[NO]) [cu~-] t? (?P<last>[NO])(?![-/]) ,? o? {YEAR}?")
def month_then_days(found: Found) -> Spoken | None:
    if not found.reader.vocabulary.day_may_follow_month or _counts_something(found):
        return None
    return _days_of_one_month(found)


def _days_of_one_month(found: Found) -> Spoken | None:
    first, last = found.value("day"), found.value("last")
    if first >= last:
        return None
    whole = found.spoken(year=found.year(), month=found.value("month"), day=first)
    return replace(whole, end=replace(whole, day=last))


@rule("Mmq", r"(?P<from>[fso])? (?P<month>[Mmq])\.? (?P<to>[cu&~-]) o? (?P<last>[Mmq])\.? ,? o? (?P<year>Y)")
def months_of_one_year(found: Found) -> Spoken | None:
    month, last, year = found.value("month"), found.value("last"), found.value("year")
    if (found.words["to"] == "&" and found.words["from"] != "f") or month == last:
        return None
    start = found.spoken(year=year - 1 if month > last else year, month=month)
    return replace(start, end=found.spoken(year=year, month=last))


@rule("Y", r"[fs] [ktU]* (?P<year>Y) [cu&~-] [kt]? (?P<last>Y)")
def years(found: Found) -> Spoken | None:
    start, end = found.value("year"), found.value("last")
    if not EARLIEST_YEAR <= start < end <= found.reader.today.year:
        return None
    return found.spoken(exact=(f"{start}/{end}", "range"))


# ------------------------------------------------------------------ days


@rule("D", rf"{WEEKDAY} (?P<date>D)")
def numbers_of_a_day(found: Found) -> Spoken | None:
    reader, parts = found.reader, found.token("date").value
    if reader.word(found.first - 1) in reader.vocabulary.not_a_date_after:
        return None
    if parts[0] > 99:
        year, month, day = parts
    else:
        month, day = _month_and_day(found, parts[0], parts[1], full_year(parts[2], reader.today))
        year = full_year(parts[2], reader.today)
    return (
        found.spoken(year=year, month=month, day=day, weekday=found.value_if_said("weekday"))
        if month
        else None
    )


@rule("S", rf"(?P<before>[kisfubc&~-])? t? {WEEKDAY} (?P<pair>S)")
def numbers_of_a_day_without_year(found: Found) -> Spoken | None:
    """ "On 4/11", "le 21/11"; after "in" it is a month and a year ("in 6/14")."""
    reader, (first, second) = found.reader, found.token("pair").value
    if first == 24 or first == second == 7 or found.next_kind() in "o/" or _counts_something(found):
        return None  # "24/7", "1/4 of the speed", "5/10 upgrade"
    if not ("before" in found or "weekday" in found or found.next_kind() == "T"):
        return None
    if found.words["before"] == "i" and "weekday" not in found:
        year = full_year(second, reader.today)
        if second > 12 and first <= 12 and EARLIEST_YEAR <= year <= reader.today.year:
            return found.spoken(year=year, month=first)
        return None
    if found.spans("before") in tuple("c&~-") and reader.kind(found.first - 1) not in "SDMmqNO":
        return None
    month, day = _month_and_day(found, first, second, None)
    return found.spoken(month=month, day=day, weekday=found.value_if_said("weekday")) if month else None


def _month_and_day(found: Found, first: int, second: int, year: int | None) -> tuple[int | None, int | None]:
    """Put two numbers in order; (None, None) when the order cannot be known."""
    reader = found.reader
    month_first, day_first = (first, second), (second, first)
    if first > 12 or second > 12:
        return day_first if first > 12 else month_first
    assumed = reader.vocabulary.day_first if reader.day_first is None else reader.day_first
    chosen, other = (day_first, month_first) if assumed else (month_first, day_first)
    if reader.day_first is None and year is not None:
        today = (reader.today.year, reader.today.month, reader.today.day)
        if (year, *chosen) > today >= (year, *other):
            return None, None
    return chosen


@rule("Y", r"(?P<year>Y) [-/] (?P<month>[Mmq]) [-/] (?P<day>N)")
def year_month_day(found: Found) -> Spoken | None:
    return replace(_day_of(found), year=found.year())


@rule(
    "Mmq",
    rf"{WEEKDAY} (?P<day>[NOn])\.? [-/]? (?P<of>o)? {MONTH} ,?[-/]?"
    rf"(?: o?{YEAR} | {OF_YEAR} | (?P<short>(?<=[-/])N) )?",
)
def day_and_month(found: Found) -> Spoken | None:
    reader, day = found.reader, found.token("day")
    year = _year_said(found)
    if day.kind == "n" and day.value == 1:
        return None  # "one March", "un avril": the article; the first is "1" or an ordinal
    shy = found.token("month").kind == "m" and reader.vocabulary.day_may_follow_month
    if shy and year is None and "weekday" not in found and "of" not in found:
        if day.kind != "O" and reader.kind(found.first - 1) not in "ksfubc":
            return None  # "the other 2 may call"
        if day.kind == "O" and found.next_word() in reader.vocabulary.not_after_month:
            return None  # "the first may be"
    if found.next_kind() in "ld" and year is None:
        return replace(_day_of(found), last=found.last + 1, certainly_past=True)
    return replace(_day_of(found), year=year)


@rule("Mmq", rf"(?P<in>i)? {WEEKDAY} {MONTH} [-/]? t? (?P<day>[NO])(?!c?U) ,? (?: o?{YEAR} | {OF_YEAR} )?")
def month_and_day(found: Found) -> Spoken | None:
    year = _year_said(found)
    if not found.reader.vocabulary.day_may_follow_month and year is None:
        return None
    shy = found.token("month").kind == "m"
    if shy and year is None and found.reader.word(found.first - 1) in found.reader.vocabulary.before_a_verb:
        return None  # "you may 2 or 3 times"
    if year is None and (_counts_something(found) or ("in" in found and found.token("day").kind == "N")):
        return None  # "in May 3 technicians came"
    return replace(_day_of(found), year=year)


def _day_of(found: Found) -> Spoken:
    weekday = found.value_if_said("weekday") if "weekday" in found.words else None
    return found.spoken(month=found.value("month"), day=found.value("day"), weekday=weekday)


def _year_said(found: Found) -> int | None:
    if "short" in found:
        return full_year(found.token("short").value, found.reader.today)
    if "lastyear" in found or "thisyear" in found:
        tokens = found.reader.tokens[found.first : found.last + 1]
        if "year" not in [token.value for token in tokens if token.kind == "U"]:
            return None
        return found.reader.today.year - ("lastyear" in found)
    return found.year()


def _counts_something(found: Found) -> bool:
    return found.reader.kind(found.last) != "," and found.next_word() in found.reader.vocabulary.counted


# ------------------------------------------------------------------ months


@rule("Mmq", rf"(?:E [-]? o? t?)? {MONTH} (?: [,/-]? o? {YEAR} | ,? {OF_YEAR} )")
def month_and_year(found: Found) -> Spoken | None:
    year = _year_said(found)
    return found.spoken(year=year, month=found.value("month")) if year else None


@rule("Mmq", rf"[Ld] {MONTH}(?!N) | (?P<this>H) (?P<thismonth>[Mq])(?!\.?N) | (?P<named>[Mmq]) [ld]")
def last_or_this_month(found: Found) -> Spoken | None:
    today, vocabulary = found.reader.today, found.reader.vocabulary
    said = next(name for name in ("month", "thismonth", "named") if name in found)
    month = found.value(said)
    if "this" in found:
        return found.spoken(year=today.year, month=month) if month <= today.month else None
    if month < today.month and not vocabulary.last_month_name_is_latest:
        return None
    return found.spoken(year=today.year - (month >= today.month), month=month)


@rule("Y", r"(?P<year>Y) [,]? i (?P<month>[Mmq])(?!\.?[NO])")
def year_then_month(found: Found) -> Spoken | None:
    return found.spoken(year=found.year(), month=found.value("month"))


@rule("Mmq", r"(?P<lastyear>[Ld]U|U[ld]) [,]? [ic] (?P<month>[Mmq])(?!\.?[NO])")
def last_year_in_month(found: Found) -> Spoken | None:
    year = _year_said(found)
    return found.spoken(year=year, month=found.value("month")) if year else None


@rule(
    "Mmq",
    r"(?P<before>[isfub&cvo])? [tk]? (?: (?P<part>E [-]? o? t?) (?P<month>[Mmq]) | (?P<alone>[Mm]) )\.?",
)
def bare_month(found: Found) -> Spoken | None:
    token = found.token("month" if "part" in found else "alone")
    if found.spans("before") == "v" or found.next_kind() in "NOX'":
        return None
    if token.kind == "m" and not _is_surely_a_month(found):
        return None
    return found.spoken(month=token.value, certainly_past=found.spans("before") == "s")


def _is_surely_a_month(found: Found) -> bool:
    """Tell "in may" and "March and April" from "I may", "march in", "April told me" and "in may cases"."""
    vocabulary, before = found.reader.vocabulary, found.spans("before")
    if "part" in found:
        return True
    if _counts_something(found):
        return False
    if before in ("i", "s") or found.next_word() in vocabulary.after_month_name:
        return True
    listed = before in ("&", "c") and found.previous_kind() in "MmYNO"
    if before not in ("f", "u", "o") and not listed:
        return False
    return found.reader.kind(found.last) == "." or found.next_word() not in vocabulary.not_after_month


@rule("K", r"(?P<month>K)")
def numbers_of_a_month(found: Found) -> Spoken | None:
    year, month = found.token("month").value
    if found.next_kind() == "o" or not 1 <= month <= 12 or _counts_something(found):
        return None
    if found.reader.word(found.first - 1) in found.reader.vocabulary.not_a_date_after:
        return None
    return found.spoken(year=year, month=month)


# ------------------------------------------------------------------ years, seasons, holidays


@rule("G", r"(?P<season>G) [,]? o? (?P<year>Y)")
def season_of_a_year(found: Found) -> Spoken | None:
    if found.reader.word(found.first - 1) in found.reader.vocabulary.not_a_date_after:
        return None  # the name of a plan, such as "Summer 2025"
    first, last = map(int, found.token("season").value.split("/"))
    if first > last:
        return None  # "winter 2025" began in 2024 or in 2025
    start = found.spoken(year=found.year(), month=first)
    return replace(start, end=replace(start, month=last))


@rule("Y", r"(?:[isfub] [tk]? U? | (?P<part>E [-]? o? [tk]? U?) | U) (?P<year>Y) (?![-/NX])")
def year_alone(found: Found) -> Spoken | None:
    unit = [i for i in range(found.first, found.last) if found.reader.kind(i) == "U"]
    if unit and found.reader.tokens[unit[0]].value != "year":
        return None
    year = found.value("year")
    if _counts_something(found) or found.next_kind() == "c":
        return None  # "from 2000 to 1500"
    if not EARLIEST_YEAR <= year <= found.reader.today.year:
        return None
    first = found.first if "part" in found else found.at("year")
    return replace(found.spoken(exact=(str(year), "year")), first=first)


@rule("C", r"(?P<before>[Ldksubcifo] [tk]?)? (?P<holiday>C) (?: o?(?P<year>Y) | (?P<lastyear>[Ld]U|U[ld]) )?")
def holiday(found: Found) -> Spoken | None:
    year = _year_said(found)
    if found.previous_kind() in "UQ":
        return None  # "a year from Christmas"
    if (
        year is None and "before" not in found
    ) or found.next_word() in found.reader.vocabulary.not_after_holiday:
        return None
    feast = found.token("holiday").value
    about = "before" in found and found.token("before").value == "near"
    if feast[0].isdigit() and "/" not in feast:
        month, day = map(int, feast.split("-"))
        return found.spoken(year=year, month=month, day=None if about else day)
    today = found.reader.today
    latest = next(
        day for day in (_movable(feast, today.year), _movable(feast, today.year - 1)) if day <= today
    )
    day_of_feast = _movable(feast, year) if year else latest
    return found.spoken(
        year=day_of_feast.year, month=day_of_feast.month, day=None if about else day_of_feast.day
    )


def _movable(feast: str, year: int) -> date:
    """Return the day of "easter+1", or of "10/0/2", the second Monday (0) of October."""
    if feast.startswith("easter"):
        return _easter(year) + timedelta(days=int(feast.removeprefix("easter") or 0))
    month, weekday, nth = map(int, feast.split("/"))
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _easter(year: int) -> date:
    """The Gregorian Easter Sunday, by the anonymous algorithm of 1876 (Meeus, Astronomical Algorithms)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    lunar = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - lunar - of_century % 4) % 7
    late = (golden + 11 * lunar + 22 * weekday) // 451
    month, day = divmod(lunar + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
