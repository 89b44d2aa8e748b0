"""Reads dates out of what customers write; abstains when unsure: a wrong date is worse than a question."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot.reading import date_parts, date_patterns, date_relative, date_vague  # noqa: F401  they register their rules, in order
from bot.reading.characters import bare
from bot.reading.date_parts import long_weekend, part_of
from bot.reading.date_relative import later, week_of, weekend_of
from bot.reading.date_rules import (
    ANSWER_WORDS,
    EARLIEST_YEAR,
    ELSEWHERE,
    RULES,
    Found,
    Reader,
    Spoken,
    sentence_of,
)
from bot.reading.date_words import Token, Vocabulary

# Days. A date without a year that comes round again so soon may be meant ahead: it is read only with a word
# that says so.
MAY_BE_AHEAD = 45
# With such a word ("appointment", "will") it is read ahead up to here.
SOON = 62
# What a past date may be away and still be meant by "they said they will come on June 3".
RECENT = 92
# Who has been with us for longer speaks of the custom, not of the trouble.
LOYAL = timedelta(days=365)
WORDS_BEFORE, WORDS_AFTER = 8, 5
NEARBY = 20  # characters before a count in which "less than" stands

UNREAD = ("", "unknown")

_vocabularies: dict[int, tuple[dict[str, Any], Vocabulary]] = {}


@dataclass(frozen=True)
class DateMention:
    """A date in a text: where it stands, its words, its ISO value, and how precise that is.

    `precision` is "day" (2026-03-05), "month" (2026-03), "year" (2026) or "range" (start/end, inclusive; both
    are days, or both months, or both years).
    """

    start: int
    end: int
    text: str
    date: str
    precision: str


def read_dates(
    text: str, today: date, words: dict[str, Any], day_first: bool | None = None, *, past: bool = False
) -> list[DateMention]:
    """Return the dates of a text in order of appearance.

    Complaints look back: what is said without a year is the latest such date not after `today`, unless the
    words speak of something to come. `words` is the language pack's `dates`. 6/7 follows the other dates of the
    text, then `day_first` (see `puts_day_first`), then the pack.

    `past` says that the text answers when something was: what bears no year or direction of its own is then
    the latest such date, whatever the rest speaks of, and what points ahead in so many words is read as it stands.
    """
    vocabulary = _vocabulary(words)
    plain = bare(text)
    tokens = vocabulary.tokens(plain)
    shown = _order_shown(tokens)
    order = day_first if shown is None else shown
    answer = past or _is_an_answer(tokens, plain, vocabulary)
    reader = Reader(tokens, plain, vocabulary, today, order, past, answer)
    read: list[tuple[Spoken, DateMention]] = []
    last: tuple[str, str] | None = None
    for spoken in _joined(_spoken(reader), reader):
        if spoken.month is None and spoken.day:
            spoken = _in_the_month_spoken_of(spoken, last, today)
        value = _counted_from(spoken, _value(spoken, reader), reader)
        last = value or UNREAD
        if value and read and _runs_until(read[-1][0], spoken, reader):
            spoken, value = _until(read.pop(), spoken, value)
        if value and not _tells_of_loyalty(spoken, value, reader):
            start, end = tokens[spoken.first].start, tokens[spoken.last].end
            read.append((spoken, DateMention(start, end, text[start:end], *value)))
    days = [spoken.first for spoken, mention in read if mention.precision == "day"]
    return [mention for spoken, mention in read if not _is_what_it_was_not(spoken, mention, days, reader)]


def puts_day_first(words: dict[str, Any], province: str | None) -> bool | None:
    """Whether 6/7 is the 6th of July to people of a province ("QC"); None where their language alone tells."""
    return True if province in words["day_first_provinces"] else None


def _is_an_answer(tokens: list[Token], plain: str, vocabulary: Vocabulary) -> bool:
    """Whether a text is short and tells of nothing that should or will be."""
    if len(tokens) > ANSWER_WORDS or any(token.kind == "w" for token in tokens):
        return False
    return not vocabulary.supposes(plain)


def _tells_of_loyalty(spoken: Spoken, value: tuple[str, str], reader: Reader) -> bool:
    """ "A customer since 2011": how long somebody has been with us is not when something happened."""
    since = spoken.first if reader.kind(spoken.first) == "s" else spoken.first - 1
    while reader.kind(since) in "kti":
        since -= 1
    if reader.kind(since) != "s" or not reader.vocabulary.loyalty.search(
        reader.plain, 0, reader.tokens[since].start
    ):
        return False
    return value[0] < (reader.today - LOYAL).isoformat()


def _is_what_it_was_not(spoken: Spoken, mention: DateMention, days: list[int], reader: Reader) -> bool:
    """ "It was April 15, not March": beside a day of the same sentence, what is vaguer and denied is no date."""
    before = spoken.first - 1
    while reader.kind(before) in "iktoc":
        before -= 1
    if mention.precision == "day" or reader.word(before) not in reader.vocabulary.denied:
        return False
    first, last = sentence_of(reader.tokens, spoken.first, spoken.last)
    return any(first <= day <= last for day in days)


def _vocabulary(words: dict[str, Any]) -> Vocabulary:
    known = _vocabularies.get(id(words))
    if known is None or known[0] is not words:
        known = _vocabularies[id(words)] = (words, Vocabulary(words))
    return known[1]


def _order_shown(tokens: list[Token]) -> bool | None:
    """Whether the text's own unambiguous dates put the day first; None when none does or they disagree."""
    shown = set()
    for token in tokens:
        if token.kind in "DS" and token.value[0] <= 31:
            first, second = token.value[:2]
            if first > 12 >= second and first != 24:
                shown.add(True)
            if second > 12 >= first and (second <= 31 and token.kind == "D"):
                shown.add(False)
    return shown.pop() if len(shown) == 1 else None


def _spoken(reader: Reader) -> list[Spoken]:
    """Apply the rules in order; words taken by one rule are closed to the next."""
    kinds = "".join([token.kind for token in reader.tokens])
    present = set(kinds)
    found = []
    for needs, pattern, meaning in RULES:
        if needs.isdisjoint(present):
            continue
        for match in list(pattern.finditer(kinds)):
            spoken = meaning(Found(match, reader))
            if spoken is ELSEWHERE:
                continue
            first, last = match.start(), match.end() - 1
            if spoken:
                first, last = min(first, spoken.first), max(last, spoken.last)
                found.append(_without_edges(spoken, reader))
                if spoken.other:
                    found.append(spoken.other)
            kinds = f"{kinds[:first]}{'_' * (last + 1 - first)}{kinds[last + 1 :]}"
    return sorted(found, key=lambda spoken: spoken.first)


def _without_edges(spoken: Spoken, reader: Reader) -> Spoken:
    """Leave out the preposition before the date and the stop after it."""
    first, last = spoken.first, spoken.last
    if spoken.exact is None:
        while first < last and reader.kind(first) in "ksfubcitov&.,-~":
            first += 1
    while last > first and reader.kind(last) in ".,(-/z":
        last -= 1
    return replace(spoken, first=first, last=last)


def _joined(found: list[Spoken], reader: Reader) -> list[Spoken]:
    """Join "from May 3 to May 9, 2015" into one range; the first date takes the year of the last."""
    joined: list[Spoken] = []
    for spoken in found:
        if joined and _is_said_again(joined[-1], spoken, reader):
            joined.pop()
        if joined and _is_range(joined[-1], spoken, reader):
            first = joined.pop()
            joined.append(replace(first, end=spoken, last=spoken.last))
        else:
            joined.append(spoken)
    return joined


def _runs_until(first: Spoken, last: Spoken, reader: Reader) -> bool:
    """Whether two dates make a range: "from May 2025 to today", "today until tomorrow"."""
    if first.end or last.end or (first.exact is None and last.exact is None):
        return False
    between = reader.kinds(first.last + 1, last.first - 1)
    opening = reader.kinds(first.first - 3, first.first)
    if re.fullmatch(r"[cu][tk]?|[~][tk]?", between) is None and not (
        re.fullmatch(r"&[tk]?", between) and "f" in opening
    ):
        return False
    return bool(set("fsi") & set(opening)) or reader.is_answer


def _until(
    first: tuple[Spoken, DateMention], last: Spoken, value: tuple[str, str]
) -> tuple[Spoken, tuple[str, str] | None]:
    """Return the range from one date to another as spoken and (ISO value, precision); None when it runs backwards."""
    start, end = first[1].date.split("/")[0], value[0].split("/")[-1]
    if len(start) != len(end):
        start, end = first_day(start).isoformat(), last_day(end).isoformat()
    joined = replace(first[0], exact=value, last=last.last)
    return joined, (f"{start}/{end}", "range") if start < end else None


def first_day(iso: str) -> date:
    """Return the first day of a day, month or year."""
    year, month, day = (*map(int, iso.split("-")), 1, 1)[:3]
    return date(year, month, day)


def last_day(iso: str) -> date:
    """Return the last day of a day, month or year."""
    year, month, day = (*map(int, iso.split("-")), 0, 0)[:3]
    return date(year, month or 12, day or monthrange(year, month or 12)[1])


def _counted_from(spoken: Spoken, value: tuple[str, str] | None, reader: Reader) -> tuple[str, str] | None:
    """Count "two weeks before" or "three days after" the date beside it; None where it is not said how many."""
    at = spoken.first - 1
    while reader.kind(at) in "tk":
        at -= 1
    words = reader.vocabulary
    word, length = reader.word(at), at - 1
    if (
        value is not None
        and reader.kind(length) == "W"
        and reader.kind(length - 1) in "On"
        and word in words.later_than
    ):
        return None  # "the first Monday after Easter 2024"
    if value is None or reader.kind(length) not in "UQ" or word not in words.earlier_than | words.later_than:
        return value
    counted_from_now = reader.kind(spoken.first) in "RJ"
    if value[1] != "day" or (reader.kind(at) == "f" and not counted_from_now and spoken.exact is None):
        return value  # "no service for two weeks from May 3"
    count, unit = reader.tokens[length - 1] if length else None, reader.tokens[length].value
    if count is None or count.kind not in "Nn" or not (counted_from_now or spoken.year is not None):
        return None
    if reader.kind(length - 2) in ">UQ" or words.vague_before.search(
        reader.plain, max(0, count.start - NEARBY), count.start
    ):
        return None  # "less than five days after May 4, 2024"
    steps = -count.value if word in words.earlier_than else count.value
    day = later(date.fromisoformat(value[0]), steps, unit)
    return (day.isoformat(), "day") if day <= reader.today or reader.is_answer else None


def _in_the_month_spoken_of(spoken: Spoken, last: tuple[str, str] | None, today: date) -> Spoken:
    """After "on April 4" a bare "then on the 6th" is of that April; after a date left open it is open too."""
    if last is None or last[0] == today.isoformat():
        return spoken
    value, precision = last
    if precision not in ("day", "month"):
        return replace(spoken, day=None)
    year, month, day = map(int, f"{value}-00".split("-")[:3])
    return replace(spoken, year=year, month=month) if day <= (spoken.day or 0) else replace(spoken, day=None)


def _is_said_again(first: Spoken, last: Spoken, reader: Reader) -> bool:
    """ "Today, June 29": the date itself is read, "today" is not."""
    between = reader.kinds(first.last + 1, last.first - 1)
    return (
        reader.kind(first.first) == "R"
        and bool(last.day)
        and re.fullmatch(r"[,(.~-]*[kt]?", between) is not None
    )


def _is_range(first: Spoken, last: Spoken, reader: Reader) -> bool:
    if first.exact or last.exact or first.end or last.end or first.part or last.part:
        return False
    if first.month is None or last.month is None or (first.year and not last.year):
        return False
    between = reader.kinds(first.last + 1, last.first - 1)
    opening = reader.kinds(first.first - 2, first.first - 1)
    if (first.day is None) != (last.day is None) and between == "~":
        return False  # "March 2025 - April 3 I called"
    return bool(
        re.fullmatch(r"[cu~-][tk]?", between) or (re.fullmatch(r"&[tk]?", between) and "f" in opening)
    )


def _value(spoken: Spoken, reader: Reader) -> tuple[str, str] | None:
    if spoken.exact or (spoken.month is None and spoken.day is None):
        return spoken.exact
    if spoken.end is not None:
        return _range(spoken, reader)
    dated = _dated(spoken, reader)
    if dated is None:
        return None
    if spoken.part is not None:
        return _part_value(spoken, dated, reader)
    if not spoken.day:
        return dated.isoformat()[:7], "month"
    named = _unit_named(spoken, reader)
    if named == "week":
        return week_of(dated), "range"
    if named == "weekend":
        return long_weekend(dated) if reader.kind(spoken.first) == "C" else weekend_of(dated, 0)
    weeks = _weeks_starting(spoken, reader)
    if weeks:
        return f"{dated.isoformat()}/{(dated + timedelta(weeks=weeks, days=-1)).isoformat()}", "range"
    return dated.isoformat(), "day"


def _weeks_starting(spoken: Spoken, reader: Reader) -> int:
    """ "The week starting May 4" is 1, "two weeks starting May 4" 2, a day by itself 0."""
    at = spoken.first - 1
    while reader.kind(at) in "tk":
        at -= 1
    if reader.word(at) not in reader.vocabulary.starting or reader.kind(at - 1) not in "UQ":
        return 0
    count = reader.kind(at - 2)
    if reader.tokens[at - 1].value != "week":
        return 0
    return int(reader.tokens[at - 2].value) if count in tuple("Nn") else 1


def _part_value(spoken: Spoken, month: date, reader: Reader) -> tuple[str, str] | None:
    """ "The last week of May", said on May 15, is still ahead: of this year or of the last one?"""
    if spoken.part is None:
        return None
    value = part_of(spoken.part, month)
    if value is None or spoken.year is not None or value[0][:10] <= reader.today.isoformat():
        return value
    return part_of(spoken.part, month.replace(year=month.year - 1)) if reader.past else None


def _unit_named(spoken: Spoken, reader: Reader) -> str | None:
    """Return the unit of "the week of May 3", "la fin de semaine du 6 octobre"; none of "the next week, on May 3"."""
    before = spoken.first - 1
    while reader.kind(before) in "otk":
        before -= 1
    if before == spoken.first - 1 or reader.kind(before) != "U":
        return None
    if reader.kind(before - 1) == "j" and "o" not in reader.kinds(before + 1, spoken.first):
        return None
    unit: str = reader.tokens[before].value
    return unit


def _range(spoken: Spoken, reader: Reader) -> tuple[str, str] | None:
    last = _dated(spoken.end, reader, spoken) if spoken.end else None
    if last is None:
        return None
    # The start is the latest such date before the end.
    first = _in_year(spoken, spoken.year or last.year)
    if first and first > last and spoken.year is None:
        first = _in_year(spoken, last.year - 1)
    if first is None or first >= last:
        return None
    if spoken.end and spoken.day and not spoken.end.day:
        last = last_day(last.isoformat()[:7])
    length = 10 if spoken.day or (spoken.end and spoken.end.day) else 7
    return f"{first.isoformat()[:length]}/{last.isoformat()[:length]}", "range"


def _dated(spoken: Spoken, reader: Reader, whole: Spoken | None = None) -> date | None:
    """Return the date, a month as its first day; None when it does not exist or its year or month is open."""
    if spoken.year is not None:
        dated = _in_year(spoken, spoken.year)
        if not EARLIEST_YEAR <= spoken.year <= reader.latest_year:
            return None
    elif _year_is_unread(spoken, reader):
        return None
    else:
        dated = _without_year(spoken, reader, whole or spoken)
    if dated and spoken.weekday is not None and dated.weekday() != spoken.weekday:
        return None
    return dated


def _year_is_unread(spoken: Spoken, reader: Reader) -> bool:
    """ "September 10, nineteen ninety", "5 December 1391", "1er avril 78"."""
    following = spoken.last + 1 + (reader.kind(spoken.last + 1) in ",o")
    if following < len(reader.tokens):
        token = reader.tokens[following]
        if (token.kind == "X" and token.word.isdecimal()) or (token.kind == "N" and token.value > 31):
            return not reader.vocabulary.is_money(reader.tokens, following + 1)
    return bool(reader.vocabulary.spoken_year.match(reader.plain, reader.tokens[following - 1].end))


def _in_year(spoken: Spoken, year: int) -> date | None:
    month, day = spoken.month or 0, spoken.day or 1
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        return None
    return date(year, month, day)


def _without_year(spoken: Spoken, reader: Reader, whole: Spoken) -> date | None:
    """Return the latest such date not after today, or the next one when the words look ahead."""
    today = reader.today
    past, coming = _around(spoken, today)
    if reader.past:
        return past
    if past is None or coming is None:
        return None
    before = [reader.kind(whole.first - 1), reader.kind(whole.first - 2)]
    if spoken.certainly_past or "s" in before[: 1 + (before[0] in tuple("kt"))]:
        return past
    if spoken.weekday is not None and past.weekday() != spoken.weekday:
        return coming if (coming - today).days <= MAY_BE_AHEAD else None
    away, since = (coming - today).days, (today - past).days
    if spoken.month is None:  # "the 5th" comes round every month
        return None if away <= 7 else past
    if spoken.day is None and past.month == today.month:
        return past
    ahead = _speaks_of_what_is_to_come(whole, reader)
    if ahead:
        if away <= SOON:
            return coming
        return past if since <= RECENT or ahead == "a" else None
    if away <= (MAY_BE_AHEAD if spoken.day else 31):
        return None
    return past


def _around(spoken: Spoken, today: date) -> tuple[date | None, date | None]:
    """Return the latest such date up to today and the first one after it."""
    if spoken.month is None:
        steps = [today.year * 12 + today.month - 1 + step for step in (-2, -1, 0, 1, 2)]
        dates = [_in_year(replace(spoken, month=step % 12 + 1), step // 12) for step in steps]
    else:
        leap = spoken.month == 2 and spoken.day == 29
        dates = [_in_year(spoken, today.year + step) for step in (range(-8, 9) if leap else (-1, 0, 1))]
    real = [day for day in dates if day]
    past, coming = [day for day in real if day <= today], [day for day in real if day > today]
    return (past[-1] if past else None), (coming[0] if coming else None)


def _speaks_of_what_is_to_come(spoken: Spoken, reader: Reader) -> str | None:
    """Return the kind of a word near the date that looks ahead ("w" will, "u" until, "a" appointment)."""
    if reader.kind(spoken.first - 1) == "u":
        return "u"
    near = []
    for step in range(1, WORDS_BEFORE + 1):
        index = spoken.first - step
        if index < 0 or reader.tokens[index].word in ".!?;":
            break
        near.append(reader.kind(index))
    for step in range(1, WORDS_AFTER + 1):
        index = spoken.last + step
        if index >= len(reader.tokens) or reader.tokens[index].word in ".!?;":
            break
        near.append(reader.kind(index))
    return next((kind for kind in ("w", "j", "a") if kind in near), None)
