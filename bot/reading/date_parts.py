"""The ways of saying a part of something longer: "the first Friday of May", "the third quarter of 2015"."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from bot.reading.date_rules import EARLIEST_YEAR, Found, Part, Spoken, rule

MONTHS_OF = {"quarter": 3, "half": 6, "year": 12}
WEEKS_OF_A_YEAR = 53
THURSDAY, SATURDAY = 3, 5
HALF_A_MONTH = 15  # days

NTH = (
    r"(?: (?P<countfirst>[Nn])? (?: (?P<nth>O)(?P<fromlast>[LPdl])? | (?P<latest>[LPdl]) ) (?P<count>[Nn])? )"
)
OF_A_MONTH = (
    r"[io][tk]?(?:U o)? (?P<month>[Mmq])\.?(?![NO])"
    r"(?: ,?[io]?(?P<year>Y|'N) | o?t?(?:(?P<lastyear>[Ld]U|U[ld])|(?P<thisyear>HU|U5)|(?P<nextyear>jU|Uj)) )?"
)
OF_A_LENGTH = (
    r"[io]?[tk]? (?: U? (?P<ofyear>Y)"
    r"| (?P<last>[LPd]U|U[ld]) | (?P<this>HU|U5) | (?P<next>jU|Uj) | (?P<named>[hp]) )"
)


def year_of(found: Found) -> int | None:
    """Return the year said with a month, "of last year" too; None when none is."""
    today = found.reader.today
    for name, step in (("lastyear", -1), ("thisyear", 0), ("nextyear", 1)):
        if name in found:
            tokens = found.reader.tokens[found.at(name) : found.at(name) + 2]
            units = [token.value for token in tokens if token.kind == "U"]
            return today.year + step if "year" in units else None
    return found.year()


# ------------------------------------------------------------------ days, weekdays and weeks


@rule(
    "Mmq",
    rf"[tk]? {NTH} (?P<part>[UQWV]) {OF_A_MONTH}",
)
def part_of_a_month(found: Found) -> Spoken | None:
    """ "The last Monday of June 2024", "la première semaine d'octobre", "le ultime due settimane di maggio"."""
    part = _part(found)
    if part is None or (found.token("month").kind == "m" and not _is_of(found)):
        return None
    year = year_of(found)
    if year is None and any(name in found for name in ("year", "lastyear", "thisyear", "nextyear")):
        return None
    return found.spoken(year=year, month=found.value("month"), part=part)


@rule("Z", rf"[tk]? (?P<nth>O)Z {OF_A_MONTH}")
def half_of_a_month(found: Found) -> Spoken | None:
    """ "The first half of June": up to the fifteenth, or from the sixteenth on."""
    half = next(token for token in found.reader.tokens[found.first : found.last + 1] if token.kind == "Z")
    if half.value != "half" or found.value("nth") > 2:
        return None
    part = Part("day", 1, HALF_A_MONTH) if found.value("nth") == 1 else Part("half", 2)
    return found.spoken(year=year_of(found), month=found.value("month"), part=part)


def _is_of(found: Found) -> bool:
    """ "The first Friday may be": a month that is another word too needs the word "of"."""
    return found.reader.kind(found.at("month") - 1) in "oit"


def _rank(found: Found) -> int:
    """Return which one is meant; from the end it is negative: "the fourth last day" is -4."""
    if "latest" in found:
        return -1
    return -found.value("nth") if "fromlast" in found else found.value("nth")


def _part(found: Found) -> Part | None:
    token = found.token("part")
    nth = _rank(found)
    count = found.value_if_said("count") or found.value_if_said("countfirst") or 1
    if token.kind in "WV":
        return Part("weekday", nth, weekday=token.value) if count == 1 and nth <= 5 else None
    if token.value not in ("day", "week", "weekend") or (count > 1 and nth not in (1, -1)):
        return None
    return Part(token.value, nth, count)


@rule("UQW", rf"[tk]? {NTH} (?P<part>[UQWV]) {OF_A_LENGTH}")
def part_of_a_year_or_month(found: Found) -> Spoken | None:
    """ "The tenth week of 2024", "the first Friday of next month", "le dernier jour du mois dernier"."""
    length = _length_of(found)
    if length is None or ("next" in found and not found.is_an_answer()):
        return None
    unit, year, month = length
    part = _part(found)
    if unit == "month" and part:
        value = part_of(part, date(year, month, 1))
        return found.spoken(exact=value) if value else None
    value = _part_of_year(found, year) if unit == "year" else None
    return found.spoken(exact=value) if value else None


def _length_of(found: Found) -> tuple[str, int, int] | None:
    """Return ("year" or "month", year, month) of what the part belongs to."""
    today = found.reader.today
    if "ofyear" in found:
        return ("year", found.value("ofyear"), 1) if found.value("ofyear") >= EARLIEST_YEAR else None
    if "named" in found:
        unit, step = "month", -1 if found.words["named"] == "p" else 0
    else:
        name, step = next(
            (name, step) for name, step in (("last", -1), ("this", 0), ("next", 1)) if name in found
        )
        at = found.at(name)
        unit = next(found.reader.tokens[i].value for i in (at, at + 1) if found.reader.kind(i) == "U")
    if unit == "year":
        return unit, today.year + step, 1
    months = today.year * 12 + today.month - 1 + step
    return (unit, months // 12, months % 12 + 1) if unit == "month" else None


def _part_of_year(found: Found, year: int) -> tuple[str, str] | None:
    unit, nth = found.token("part").value, _rank(found)
    count = found.value_if_said("count") or found.value_if_said("countfirst") or 1
    if count > 1 and nth not in (1, -1):
        return None
    if unit == "week":
        return _weeks_of_year(year, nth, count)
    if unit == "day" and nth in (1, -1):
        first = date(year, 1, 1) if nth == 1 else date(year, 12, 31) - timedelta(days=count - 1)
        return (first.isoformat(), "day") if count == 1 else _days(first, first + timedelta(days=count - 1))
    month = nth if nth > 0 else 14 + nth - count
    if unit == "month" and 1 <= month <= MONTHS_OF["year"] + 1 - count:
        return months_of(year, month, count)
    return None


def _weeks_of_year(year: int, nth: int, count: int) -> tuple[str, str] | None:
    if not 1 <= abs(nth) + count - 1 <= WEEKS_OF_A_YEAR:
        return None
    last = _week_of_year(year + 1, 1) - timedelta(weeks=count - nth - 1)
    first = _week_of_year(year, nth) if nth > 0 else last
    return _days(first, first + timedelta(weeks=count, days=-1))


def _week_of_year(year: int, nth: int) -> date:
    """The Monday of a week counted from the first that holds a Thursday of the year (ISO 8601)."""
    return _monday(date(year, 1, 4)) + timedelta(weeks=nth - 1)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _days(first: date, last: date) -> tuple[str, str]:
    return f"{first.isoformat()}/{last.isoformat()}", "range"


def months_of(year: int, month: int, count: int) -> tuple[str, str]:
    """Return (ISO value, precision) of so many months from one on, all of one year."""
    if count == 1:
        return f"{year:04d}-{month:02d}", "month"
    return f"{year:04d}-{month:02d}/{year:04d}-{month + count - 1:02d}", "range"


def part_of(part: Part, month: date) -> tuple[str, str] | None:
    """Return (ISO value, precision) of a part of the month that begins on a day; None when it has no such part."""
    end = month.replace(day=monthrange(month.year, month.month)[1])
    if part.unit == "weekday":
        day = nth_weekday(month, end, part.weekday or 0, part.nth)
        return (day.isoformat(), "day") if day else None
    if part.unit == "weekend":
        saturday = nth_weekday(month, end, SATURDAY, part.nth)
        return _days(saturday, saturday + timedelta(days=1)) if saturday and part.count == 1 else None
    if part.unit == "half":
        return _days(month.replace(day=HALF_A_MONTH + 1), end)
    if part.unit == "week":
        return _weeks_of_month(month, end, part)
    first = month if part.nth > 0 else end
    day = first + timedelta(days=part.nth + (1 if part.nth < 0 else -1))
    if not month <= day <= end:
        return None
    if part.count == 1:
        return day.isoformat(), "day"
    return (
        _days(day, day + timedelta(days=part.count - 1))
        if part.nth > 0
        else _days(day - timedelta(days=part.count - 1), day)
    )


def long_weekend(feast: date) -> tuple[str, str] | None:
    """Return the weekend that a Monday's holiday makes longer; of another day's it is not said which is meant."""
    if feast.weekday() != 0:
        return None
    return f"{(feast - timedelta(days=2)).isoformat()}/{feast.isoformat()}", "range"


def nth_weekday(first: date, end: date, weekday: int, nth: int) -> date | None:
    if nth > 0:
        day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    else:
        day = end - timedelta(days=(end.weekday() - weekday) % 7 - 7 * (nth + 1))
    return day if first <= day <= end else None


def _weeks_of_month(first: date, end: date, part: Part) -> tuple[str, str] | None:
    """Weeks from Monday to Sunday; where one lies in two months, seven days counted from the month's edge.

    "The first week of October" is for some the one with its Thursday in October, for others the first whole one.
    """
    length = timedelta(weeks=part.count, days=-1)
    if part.nth > 0:
        with_thursday = _monday(first + timedelta(days=THURSDAY))
        whole = first + timedelta(days=-first.weekday() % 7)
        start = (with_thursday if with_thursday == whole else first) + timedelta(weeks=part.nth - 1)
        return _days(start, start + length) if start <= end else None
    with_thursday = _monday(end - timedelta(days=(end.weekday() - THURSDAY) % 7))
    whole = _monday(end + timedelta(days=1)) - timedelta(weeks=1)
    stop = (whole + timedelta(days=6) if with_thursday == whole else end) + timedelta(weeks=part.nth + 1)
    return _days(stop - length, stop)


# ------------------------------------------------------------------ quarters, halves, decades


@rule(
    "IZ",
    r"(?P<lead>[isfub])? (?: U? (?P<before>Y) [-,~]? [tk]? (?P<sign>I|OZ|[Ldl]Z)"
    r"| (?: (?P<lastyear>[Ld]U|U[ld]) | (?P<thisyear>HU) | (?P<nextyear>jU|Uj) ) '? x? [tk]? OZ"
    r"| [tk]? (?: (?P<nth>I|OZ|[Ldl]Z|Z[dl]) | (?P<this>HZ|Z5) | (?P<next>jZ|Zj) ) [-,]? [io]? [tk]?"
    r"  (?: U? (?P<year>Y|'N) | (?P<oflast>[Ld]U|U[ld]) | (?P<ofthis>HU|U5|tU) | (?P<ofnext>jU|Uj) )? )",
)
def quarter_or_half(found: Found) -> Spoken | None:
    """ "Q4 2024", "the second quarter of 2024", "il primo semestre", "last quarter", "this quarter"."""
    reader = found.reader
    token = next(reader.tokens[i] for i in range(found.first, found.last + 1) if reader.kind(i) in "IZ")
    if found.previous_kind() in "Nn":
        return None  # "three coming quarters"
    unit = token.value[0] if token.kind == "I" else token.value
    length = MONTHS_OF[unit]
    year = _year_beside(found)
    ordinal = next(
        (reader.tokens[i] for i in range(found.first, found.last + 1) if reader.kind(i) == "O"), None
    )
    nth = token.value[1] if token.kind == "I" else ordinal.value if ordinal else None
    if nth is None or "next" in found or "this" in found:
        return _counted_from_today(found, length, year)
    if not 1 <= nth <= MONTHS_OF["year"] // length:
        return None
    first = (nth - 1) * length + 1
    if year is None:
        if not found.is_an_answer() or found.reader.kind(found.last) in "iotk":
            return None
        year = reader.today.year - (first > reader.today.month)
    return found.spoken(exact=months_of(year, first, length)) if year >= EARLIEST_YEAR else None


def _year_beside(found: Found) -> int | None:
    for name, step in (
        ("lastyear", -1),
        ("thisyear", 0),
        ("nextyear", 1),
        ("oflast", -1),
        ("ofthis", 0),
        ("ofnext", 1),
    ):
        if name in found:
            return found.reader.today.year + step
    return found.year("before") if "before" in found else found.year()


def _counted_from_today(found: Found, length: int, year: int | None) -> Spoken | None:
    """The last, this or the next quarter or half; "the last quarter of 2024" is its fourth."""
    today = found.reader.today
    if "next" not in found and "this" not in found:
        if set(found.reader.kinds(found.first, found.last)).isdisjoint("Ldl"):
            return None  # "a quarter of 2024"
        if year is not None:
            return found.spoken(exact=months_of(year, 13 - length, length))
    if found.reader.kind(found.last) in "iotk" or (
        length == MONTHS_OF["half"] and not found.is_all_that_is_said()
    ):
        return None  # "the last half hour", "the last quarter of the game"
    step = 1 if "next" in found else 0 if "this" in found else -1
    index = today.year * (12 // length) + (today.month - 1) // length + step
    year, nth = divmod(index, 12 // length)
    return found.spoken(exact=months_of(year, nth * length + 1, length))


@rule(
    "Z",
    r"[isfF]? [tkH]* (?: (?:(?P<last>[LPdl])|(?P<next>j)) (?P<count>[Nn])Z"
    r"| (?P<counted>[Nn])(?:(?P<few>[LPdl])|(?P<coming>j))Z )",
)
def quarters_counted(found: Found) -> Spoken | None:
    """ "The past three quarters", "i prossimi due trimestri"."""
    if not found.is_all_that_is_said():
        return None
    today, length = found.reader.today, MONTHS_OF[found.reader.tokens[found.last].value]
    count = found.value("count" if "count" in found else "counted")
    if not count:
        return None
    first_of_this = today.year * 12 + (today.month - 1) // length * length
    ahead = "next" in found or "coming" in found
    first = first_of_this + (length if ahead else -length * count)
    last = first + length * count - 1
    return found.spoken(exact=(f"{_month(first)}/{_month(last)}", "range"))


def _month(months: int) -> str:
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


@rule("6", r"[isfubk]? [tkEO-]* (?P<decade>6)")
def decade(found: Found) -> Spoken | None:
    """ "In the 90s", "les années 90", "negli anni novanta"."""
    first, said = found.value("decade"), found.token("decade").word
    if found.previous_kind() in "NnX" or (found.first == found.last and len(found.reader.tokens) > 2):
        return None  # "eighties music"
    led = said[0].isdecimal() or " " in said or "t" in found.reader.kinds(found.first, found.last)
    if not led or not (found.is_all_that_is_said() or " " in said or said.startswith(str(first))):
        return None  # "in my mid sixties", "a speed in the 80s"
    return found.spoken(exact=(f"{first}/{first + 9}", "range"))


@rule("3", r"3 [otk]* (?: H?(?P<unit>U)5? )")
def rest_of_this_unit(found: Found) -> Spoken | None:
    """ "The rest of the week": from today on."""
    today, unit = found.reader.today, found.token("unit").value
    if not found.is_an_answer():
        return None
    ends = {
        "week": _monday(today) + timedelta(days=6),
        "month": today.replace(day=monthrange(today.year, today.month)[1]),
        "year": today.replace(month=12, day=31),
    }
    end = ends.get(unit)
    return found.spoken(exact=_days(today, end)) if end and end > today else None


# ------------------------------------------------------------------ what is left of these is no date


@rule("UWVQ", r"[tk]? [OLPlnd] [UWVQ] o [tk]? (?: [Mmq]\.?(?:o?Y)? | Y | [LdHj]U | U[ld] )?")
def part_of_a_longer_time(found: Found) -> None:
    """ "The last month of my contract", "the first week of our trip"."""
