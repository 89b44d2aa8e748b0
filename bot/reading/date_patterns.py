"""The ways of saying a calendar date, from "May 3 to 9" to "in 2012"; tried from most to least explicit."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from bot.reading.date_parts import long_weekend, nth_weekday, year_of
from bot.reading.date_rules import ANSWER_WORDS, EARLIEST_YEAR, ELSEWHERE, Found, Spoken, full_year, rule

LAST_DAY = 31
LAST_DIGIT = 9  # a number word up to it stands more often before what it counts than after a month

FEAST_OF_A_WEEKDAY = re.compile(r"(\d+)/(\d)/(?:<(\d+)|(-?\d))([+-]\d+)?")

MONTH = r"(?P<month>[Mmq])\.?"
YEAR = r"(?P<year>Y|'N)"
WEEKDAY = r"(?:(?P<weekday>[WV])[.,]*[kt]?,?)?"
OF_YEAR = r"[oc]?t?(?:(?P<lastyear>[Ld]U|U[ld])|(?P<thisyear>HU|U5)|(?P<nextyear>jU|Uj))"

# ------------------------------------------------------------------ what looks like a date and is none


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
        # "the 3rd and the 9th of May" are two days; without an article the first may count something else.
        last = found.spoken(year=found.year(), month=found.value("month"), day=found.value("last"))
        at, reader = found.at("day"), found.reader
        led = reader.kind(at - 1) in "ktW" and reader.kind(found.at("last") - 1) in "kt"
        is_day = led and 0 < found.value("day") < found.value("last")
        first = replace(last, first=at, last=at, day=found.value("day")) if is_day else None
        return replace(last, first=found.at("last"), other=first)
    return _days_of_one_month(found)


@rule("Mmq", rf"{MONTH} f? t? (?P<day>[NO]) [c&u~-] t? (?P<last>[NO])(?![-/]) ,? o? {YEAR}?")
def month_then_days(found: Found) -> Spoken | None:
    reader = found.reader
    if not (reader.vocabulary.day_may_follow_month or reader.past) or _counts_something(found):
        return None
    return _days_of_one_month(found)


@rule("Mmq", rf"(?P<from>[fsk]) t? (?P<day>[NO]) [cu] [tk]? {MONTH} (?P<last>[NO]) ,? {YEAR}?")
def day_to_month_and_day(found: Found) -> Spoken | None:
    """ "From the 3rd to June 8"."""
    return _days_of_one_month(found)


@rule(
    "Uhp",
    r"(?: (?P<from>[fsk])? [kt]? (?P<day>[NOn]) [cu&~-] [kt]? (?P<last>[NOn]) | k?[tk]? (?P<alone>[NOn]) U? )"
    r"(?P<of>[iok])? [tk]?"
    r"(?: (?P<lastmonth>[LdP]U|U[ld]) | (?P<thismonth>HU|U5) | (?P<nextmonth>jU|Uj) | (?P<named>[hp]) )(?!')",
)
def days_of_this_or_another_month(found: Found) -> Spoken | None:
    """ "The 20th of next month", "from the 5th to the 9th of this month", "8 au 20 du mois prochain"."""
    reader = found.reader
    steps = {"lastmonth": -1, "thismonth": 0, "nextmonth": 1}
    step = next(
        (step for name, step in steps.items() if name in found), -1 if found.words["named"] == "p" else 0
    )
    units = [token.value for token in reader.tokens[found.first : found.last + 1] if token.kind == "U"]
    if "named" not in found and units[-1] != "month":
        return ELSEWHERE
    if "alone" not in found and "from" not in found and not found.is_all_that_is_said():
        return ELSEWHERE  # "they took 20 to 30 last month"
    day = found.token("alone" if "alone" in found else "day")
    if "alone" in found and ("of" not in found or day.kind == "n") and "named" not in found:
        return ELSEWHERE  # "in 3 last month"
    led = set(reader.kinds(found.first, found.at("alone") - 1)) & set("kt") or found.previous_kind() == "W"
    if "alone" in found and day.kind != "O" and not led and not found.is_all_that_is_said():
        return ELSEWHERE  # "3 of this month's bills"
    if day.kind == "n" and day.value == 1:
        return None
    if step > 0 and not reader.is_answer:
        return None
    months = reader.today.year * 12 + reader.today.month - 1 + step
    whole = found.spoken(year=months // 12, month=months % 12 + 1, day=day.value)
    if "alone" in found:
        return whole
    return (
        replace(whole, end=replace(whole, day=found.value("last")))
        if day.value < found.value("last")
        else None
    )


def _days_of_one_month(found: Found) -> Spoken | None:
    first, last = found.value("day"), found.value("last")
    if first >= last:
        return None
    whole = found.spoken(year=found.year(), month=found.value("month"), day=first)
    return replace(whole, end=replace(whole, day=last))


@rule(
    "Mmq", r"(?P<from>[fso])? (?P<month>[Mmq])\.? (?P<to>[cu&~-]) o? (?P<last>[Mmq])\.? ,? [oi]? (?P<year>Y)"
)
def months_of_one_year(found: Found) -> Spoken | None:
    month, last, year = found.value("month"), found.value("last"), found.value("year")
    if (found.words["to"] == "&" and found.words["from"] != "f") or month == last:
        return None
    start = found.spoken(year=year - 1 if month > last else year, month=month)
    return replace(start, end=found.spoken(year=year, month=last))


@rule("G", r"(?P<season>G) o?t? (?P<year>Y) [-/&] (?P<next>Y|N(?!U))")
def season_of_two_years(found: Found) -> Spoken | None:
    """ "The winter of 2025-2026"."""
    first, last = map(int, found.token("season").value.split("/"))
    year, after = found.value("year"), full_year(found.value("next"), found.reader.today)
    if first <= last or after != year + 1:
        return ELSEWHERE
    start = found.spoken(year=year, month=first)
    return replace(start, end=replace(start, year=after, month=last))


@rule("Y", r"(?P<lead>[fsio])? [ktUf]* (?P<year>Y) (?P<to>[cu&~-]) [kt]? (?P<last>Y)(?![-/~]?N)")
def years(found: Found) -> Spoken | None:
    start, end = found.value("year"), found.value("last")
    if found.words["to"] == "&" and "f" not in found.reader.kinds(found.first, found.at("year")):
        return ELSEWHERE
    if not found.spans("lead") and not found.is_an_answer():
        return None
    if not EARLIEST_YEAR <= start < end <= found.reader.latest_year:
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


@rule("S", r"(?P<pair>S) , (?P<year>[YN])")
def numbers_of_a_day_then_year(found: Found) -> Spoken | None:
    """ "07/09,2024", not "on 7/9, 2024 dollars"."""
    tokens = found.reader.tokens
    if tokens[found.last].start != tokens[found.last - 1].end:
        return ELSEWHERE
    year, pair = full_year(found.value("year"), found.reader.today), found.token("pair").value
    month, day = _month_and_day(found, pair[0], pair[1], year)
    return found.spoken(year=year, month=month, day=day) if month else None


@rule("S", rf"(?P<before>[kisfubc&~-])? t? {WEEKDAY} (?P<pair>S)")
def numbers_of_a_day_without_year(found: Found) -> Spoken | None:
    """ "On 4/11", "le 21/11"; after "in" it is a month and a year ("in 6/14")."""
    reader, (first, second) = found.reader, found.token("pair").value
    if first == 24 or first == second == 7 or found.next_kind() in "o/" or _counts_something(found):
        return None  # "24/7", "1/4 of the speed", "5/10 upgrade"
    runs = (
        reader.is_answer
        and found.next_kind() in "~cu-"
        and "S" in reader.kinds(found.last + 2, found.last + 3)
    )
    if not ("before" in found or "weekday" in found or found.next_kind() == "T" or reader.past or runs):
        return None
    if found.previous_kind() == "v":
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


@rule("XN", r"(?P<before>[ki]) t? (?: (?P<pair>X) | (?P<first>N)-(?P<second>N) ) (?![-/%NnXUQ])")
def numbers_with_a_point(found: Found) -> Spoken | None:
    """ "On 6.14", "on 6-14": so only in an answer about the past, where no sum is spoken of."""
    reader = found.reader
    pair = found.token("pair").value if "pair" in found else [found.value("first"), found.value("second")]
    if (
        not reader.past
        or not isinstance(pair, list)
        or found.next_kind() not in " .,!)TF"
        or _counts_something(found)
        or reader.vocabulary.is_money(reader.tokens, found.last + 1)
    ):
        return ELSEWHERE
    month, day = _month_and_day(found, pair[0], pair[1], None)
    return found.spoken(month=month, day=day) if month else None


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


@rule(
    "Y",
    r"(?P<year>Y) [-/] (?: (?P<month>[Mmq])[-/](?P<day>N) | (?P<dayfirst>N)[-/](?P<monthlast>[Mmq]) )"
    r"| (?P<monthbefore>[Mmq])[-/](?P<yearmid>Y)[-/](?P<dayafter>N)"
    r"| (?P<daybefore>N)[-/](?P<yearmidst>Y)[-/](?P<monthafter>[Mmq])",
)
def year_month_day(found: Found) -> Spoken | None:
    """ "2025/Jul/14", "14-2025-July": the three stand in any order, the month by its name."""
    tokens = [found.token(name) for name in found.words if name in found]
    said = {"month" if token.kind in "Mmq" else token.kind: token.value for token in tokens}
    return found.spoken(year=said["Y"], month=said["month"], day=said["N"])


@rule(
    "Mmq",
    rf"{WEEKDAY} (?P<day>[NOn])\.? [-/]? (?P<of>o)? {MONTH} ,?[-/]?"
    rf"(?: [oi]?{YEAR} | {OF_YEAR} | (?P<short>(?<=[-/])N) | (?=(?P<tail>N)$) )?",
)
def day_and_month(found: Found) -> Spoken | None:
    reader, day = found.reader, found.token("day")
    year = _year_said(found)
    if "tail" in found and found.value("tail") > LAST_DAY and found.is_an_answer():
        # "9 May 82", and no more
        return replace(_day_of(found), year=full_year(found.value("tail"), reader.today), last=found.last + 1)
    if day.kind == "n" and day.value == 1:
        return None  # "one March", "un avril": the article; the first is "1" or an ordinal
    shy = found.token("month").kind == "m" and reader.vocabulary.day_may_follow_month
    if shy and year is None and "weekday" not in found and "of" not in found:
        closed = reader.is_answer and found.next_kind() in " ~c"
        if day.kind != "O" and reader.kind(found.first - 1) not in "ksfubc" and not closed:
            return None  # "the other 2 may call"
        if day.kind == "O" and found.next_word() in reader.vocabulary.not_after_month:
            return None  # "the first may be"
    if (
        found.previous_kind() in "Mmq"
        and found.next_kind() in "NO"
        and found.reader.kind(found.first + 1) == "-"
    ):
        return ELSEWHERE  # "May 4-Jun 2"
    if found.next_kind() in "ld" and year is None:
        return replace(_day_of(found), last=found.last + 1, certainly_past=True)
    return replace(_day_of(found), year=year)


@rule("Y", r"(?P<year>Y) ,? (?P<month>[Mmq])\.? t? (?P<day>[NO]) (?![UQ])")
def year_then_month_and_day(found: Found) -> Spoken | None:
    """ "2023, May 4"."""
    if not (found.reader.vocabulary.day_may_follow_month or found.reader.past) or _counts_something(found):
        return ELSEWHERE
    return replace(_day_of(found), year=found.value("year"))


@rule(
    "Mmq",
    rf"(?P<in>i)? {WEEKDAY} {MONTH} [-/]? t? (?P<day>[NOn])(?!c?[UQ]) (?:,|-(?=Y)|T(?=Y))? (?: [oi]?{YEAR} | {OF_YEAR} )?",
)
def month_and_day(found: Found) -> Spoken | None:
    year = _year_said(found)
    reader, day = found.reader, found.token("day")
    if not (reader.vocabulary.day_may_follow_month or reader.past) and year is None:
        return None
    if day.kind == "n" and found.token("month").word in reader.vocabulary.counts:
        return ELSEWHERE  # "sept cinq cinq un deux": a telephone number
    if day.kind == "n" and (day.value == 1 or not (year or day.value > LAST_DIGIT or found.is_an_answer())):
        return None  # "in March two people came"
    shy = found.token("month").kind == "m"
    if shy and year is None and reader.word(found.first - 1) in reader.vocabulary.before_a_verb:
        return None  # "you may 2 or 3 times"
    if year is None and (_counts_something(found) or ("in" in found and day.kind in "Nn")):
        return None  # "in May 3 technicians came"
    return replace(_day_of(found), year=year)


def _day_of(found: Found) -> Spoken:
    weekday = found.value_if_said("weekday") if "weekday" in found.words else None
    return found.spoken(month=found.value("month"), day=found.value("day"), weekday=weekday)


def _year_said(found: Found) -> int | None:
    if "short" in found:
        return full_year(found.token("short").value, found.reader.today)
    return year_of(found)


def _counts_something(found: Found) -> bool:
    return found.reader.kind(found.last) != "," and found.next_word() in found.reader.vocabulary.counted


# ------------------------------------------------------------------ months


@rule("Mmq", rf"(?:E [-]? o? t?)? {MONTH} (?: [,/-]? o? {YEAR} | ,? {OF_YEAR} )")
def month_and_year(found: Found) -> Spoken | None:
    year = _year_said(found)
    return found.spoken(year=year, month=found.value("month")) if year else None


@rule(
    "Mmq",
    rf"[LdP] {MONTH}(?!N) | (?P<this>H) (?P<thismonth>[Mmq])(?!\.?N) | (?P<named>[Mmq]) [ld]"
    r"| (?P<next>j) (?P<nextmonth>[Mmq])(?!\.?N) | (?P<namednext>[Mmq]) j",
)
def last_or_this_month(found: Found) -> Spoken | None:
    today, vocabulary = found.reader.today, found.reader.vocabulary
    said = next(name for name in ("month", "thismonth", "named", "nextmonth", "namednext") if name in found)
    month = found.value(said)
    if "this" in found:
        if found.token(said).kind == "m" and found.next_word() in vocabulary.not_after_month:
            return None  # "this may be wrong"
        if found.token(said).kind == "m" and found.previous_kind() not in "sfc" and not found.is_an_answer():
            return None
        return (
            found.spoken(year=today.year, month=month)
            if month <= today.month or found.is_an_answer()
            else None
        )
    if "next" in found or "namednext" in found:
        return (
            found.spoken(year=today.year + (month <= today.month), month=month)
            if found.is_an_answer()
            else None
        )
    if month < today.month and not vocabulary.last_month_name_is_latest:
        return None
    return found.spoken(year=today.year - (month >= today.month), month=month)


@rule("Y", r"(?P<year>Y) [,]? (?:i|(?<=[cu&~]Y)) (?P<month>[Mmq])(?!\.?[NO])")
def year_then_month(found: Found) -> Spoken | None:
    """ "2023, in May"; "between March 2023 and 2024 July"."""
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


@rule("G", rf"(?P<season>G) (?: [,]? o? (?P<year>Y|'N) | {OF_YEAR} )")
def season_of_a_year(found: Found) -> Spoken | None:
    if found.reader.word(found.first - 1) in found.reader.vocabulary.not_a_date_after:
        return None  # the name of a plan, such as "Summer 2025"
    first, last = map(int, found.token("season").value.split("/"))
    if first > last:
        return None  # "winter 2025" began in 2024 or in 2025
    start = found.spoken(year=_year_said(found), month=first)
    return replace(start, end=replace(start, month=last)) if start.year else None


@rule("Y'", r"(?:[isfub] [tk]? U? | (?P<part>E [-]? o? [tk]? U?) | U) (?P<year>Y|(?<=[is])'N) (?![-/NX])")
def year_alone(found: Found) -> Spoken | None:
    unit = [i for i in range(found.first, found.last) if found.reader.kind(i) == "U"]
    if unit and found.reader.tokens[unit[0]].value != "year":
        return ELSEWHERE
    year = found.year() or 0
    if _counts_something(found) or (found.next_kind() == "c" and not _runs_to_a_date(found)):
        return None  # "from 2000 to 1500"
    reader = found.reader
    if not EARLIEST_YEAR <= year <= (reader.latest_year if reader.is_answer else reader.today.year):
        return None
    first = found.first if "part" in found else found.at("year")
    return replace(found.spoken(exact=(str(year), "year")), first=first)


def _ends_a_name(found: Found) -> bool:
    """ "Diwali 2025": the year of a feast that is not kept here; not "suite 2016" nor "twenty twenty vision"."""
    before = found.reader.word(found.first - 1)
    return before != "" and before not in found.reader.vocabulary.not_a_date_after


def _runs_to_a_date(found: Found) -> bool:
    """ "In 2021 through June 2024"."""
    after = found.reader.kinds(found.last + 2, found.last + 6)
    return re.match(r"[tk]?(?:[NO]?[Mmq][NO]?,?|E[-ot]*)Y", after) is not None


def _is_all_that_is_said(found: Found) -> bool:
    reader = found.reader
    if len(reader.tokens) > ANSWER_WORDS:
        return reader.past and _closes_a_phrase(found)
    others = reader.kinds(0, found.first - 1) + reader.kinds(found.last + 1, len(reader.tokens) - 1)
    if not others.strip(".,!?=") or (others.strip(".,!?=") in tuple("xcb") and _ends_a_name(found)):
        return True
    return reader.past and _closes_a_phrase(found)


def _closes_a_phrase(found: Found) -> bool:
    """ "The bills of 2024 and 2025": nothing follows that the number could count."""
    return found.next_kind() in " .,!)&r" and found.previous_kind() in "o&!"


@rule(
    "Y",
    r"(?P<lead>[isfubk])? (?: (?P<year>Y) [-~/]+ (?P<month>N) | (?P<monthfirst>N) [-~/]+ (?P<yearlast>Y) ) (?![-/~]?[NOQU])",
)
def month_in_numbers(found: Found) -> Spoken | None:
    """ "2024-7", "9 / 2024"."""
    named = "year" in found
    year, month = (
        found.value("year" if named else "yearlast"),
        found.value("month" if named else "monthfirst"),
    )
    if not 1 <= month <= 12 or found.previous_kind() in "-/~N":
        return None
    if not found.is_an_answer() and ("lead" not in found or not _is_in_one_piece(found)):
        return ELSEWHERE  # "in 2025 - 3 technicians came"
    return found.spoken(year=year, month=month)


def _is_in_one_piece(found: Found) -> bool:
    tokens = found.reader.tokens[found.last - 2 : found.last + 1]
    return (
        tokens[0].end == tokens[1].start and tokens[1].end == tokens[2].start and not _counts_something(found)
    )


@rule("N", r"k? (?P<first>N) (?P<second>N) (?P<year>[YN]) (?![-/NXY])")
def numbers_apart(found: Found) -> Spoken | None:
    """ "24 06 2024", "le 3 09 24"."""
    reader = found.reader
    alone = len(reader.tokens) - (found.last + 1 - found.first) <= 1
    if (
        not found.is_an_answer()
        or found.previous_kind() in "NXY-/"
        or not (alone or "Y" in found.words["year"])
    ):
        return ELSEWHERE
    year = full_year(found.value("year"), reader.today)
    month, day = _month_and_day(found, found.value("first"), found.value("second"), year)
    return found.spoken(year=year, month=month, day=day) if month else None


@rule(
    "C",
    r"(?P<before>[LdPjksubcifo] [tk]?)? (?P<holiday>C) (?:(?P<weekend>U)(?=o?Y))? (?P<after>[ldj](?!U))?"
    r" (?: [io]?(?P<year>Y) | [,o]?t?(?:(?P<lastyear>[Ld]U|U[ld])|(?P<thisyear>HU|U5)|(?P<nextyear>jU|Uj)) )?",
)
def holiday(found: Found) -> Spoken | None:
    reader = found.reader
    year, feast = _year_said(found), found.token("holiday").value
    if found.previous_kind() == "x" and "before" not in found and not found.reader.past:
        return None  # "Chinese New Year"
    if (
        found.previous_kind() == "H"
        or (
            found.previous_kind() in "UQ"
            and found.spans("before")[:1] not in ("b", "s")
            and not _of_a_weekend(found)
        )
        or found.next_word() in reader.vocabulary.not_after_holiday
    ):
        return None  # "a year from Christmas", "this Christmas"
    if reader.word(found.first - 1) in reader.vocabulary.not_after_holiday:
        return None  # "l'offerta di Natale"
    if year is None and "before" not in found and "after" not in found and not _is_a_short_answer(found):
        return None
    if "j" in found.spans("before") + found.spans("after"):
        return _next_holiday(found, feast)
    if "weekend" in found or (found.next_kind() == "U" and reader.tokens[found.last + 1].value == "weekend"):
        return _holiday_weekend(found, feast, year)
    about = "before" in found and found.token("before").value == "near"
    if feast[0].isdecimal() and "/" not in feast:
        month, day = map(int, feast.split("-"))
        return found.spoken(year=year, month=month, day=None if about else day)
    day_of_feast = _movable(feast, year) if year else _latest(feast, reader.today)
    return found.spoken(
        year=day_of_feast.year, month=day_of_feast.month, day=None if about else day_of_feast.day
    )


def _of_a_weekend(found: Found) -> bool:
    """ "La fin de semaine de la fête du Travail"."""
    before = found.reader.tokens[found.first - 1]
    return before.value == "weekend" and found.spans("before")[:1] in ("o", "k")


def _is_a_short_answer(found: Found) -> bool:
    """ "Boxing Day": said alone, so no gift or special is meant."""
    others = len(found.reader.tokens) - (found.last + 1 - found.first)
    return found.reader.past or others == 0 or (others == 1 and found.reader.tokens[-1].kind in ".!")


def _latest(feast: str, today: date) -> date:
    days = (_day_of_feast(feast, today.year), _day_of_feast(feast, today.year - 1))
    return next(day for day in days if day <= today)


def _next_holiday(found: Found, feast: str) -> Spoken | None:
    today = found.reader.today
    days = (_day_of_feast(feast, today.year), _day_of_feast(feast, today.year + 1))
    day = next(day for day in days if day > today)
    return found.spoken(exact=(day.isoformat(), "day")) if found.is_an_answer() else None


def _holiday_weekend(found: Found, feast: str, year: int | None) -> Spoken | None:
    """ "Labour Day weekend": from Saturday to the Monday that is off."""
    day = _day_of_feast(feast, year) if year else _latest(feast, found.reader.today)
    exact = long_weekend(day)
    return replace(found.spoken(exact=exact), last=found.last + ("weekend" not in found)) if exact else None


def _day_of_feast(feast: str, year: int) -> date:
    if feast[0].isdecimal() and "/" not in feast:
        return date.fromisoformat(f"{year}-{feast}")
    return _movable(feast, year)


@rule("Y", r"(?P<year>Y) (?![-/NX])")
def year_by_itself(found: Found) -> Spoken | None:
    """ "2016": the whole answer, or nothing after it that it could count."""
    if (
        not _is_all_that_is_said(found)
        or not EARLIEST_YEAR <= found.value("year") <= found.reader.latest_year
    ):
        return None
    return found.spoken(exact=(str(found.value("year")), "year"))


def _movable(feast: str, year: int) -> date:
    """Return the day of "easter+1", of "10/0/2", the second Monday (0) of October, "11/3/4+1", the day after the
    fourth Thursday of November, "5/0/-1", the last Monday of May, or "5/0/<25", the last one before May 25."""
    if feast.startswith("easter"):
        return _easter(year) + timedelta(days=int(feast.removeprefix("easter") or 0))
    parts = FEAST_OF_A_WEEKDAY.fullmatch(feast)
    if parts is None:
        raise ValueError(f"not the day of a holiday: {feast}")
    month, weekday, before, nth, later = (int(part or 0) for part in parts.groups())
    if before:
        day = date(year, month, before) - timedelta(days=1)
        day -= timedelta(days=(day.weekday() - weekday) % 7)
    else:
        end = monthrange(year, month)[1]
        day = nth_weekday(date(year, month, 1), date(year, month, end), weekday, nth) or date(
            year, month, end
        )
    return day + timedelta(days=later)


def _easter(year: int) -> date:
    """The Gregorian Easter Sunday, by the anonymous algorithm of 1876 (Meeus, Astronomical Algorithms)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    lunar = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - lunar - of_century % 4) % 7
    late = (golden + 11 * lunar + 22 * weekday) // 451
    month, day = divmod(lunar + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
