"""Reads dates out of what customers write; abstains when unsure: a wrong date is worse than a question."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot.reading import date_patterns, date_relative, date_vague  # noqa: F401  they register their rules, in order
from bot.reading.characters import bare
from bot.reading.date_relative import week_of
from bot.reading.date_rules import EARLIEST_YEAR, RULES, Found, Reader, Spoken, sentence_of
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
    text: str, today: date, words: dict[str, Any], day_first: bool | None = None
) -> list[DateMention]:
    """Return the dates of a text in order of appearance.

    Complaints look back: what is said without a year is the latest such date not after `today`, unless the
    words speak of something to come. `words` is the language pack's `dates`; `day_first` settles 6/7, which
    otherwise follows the other dates of the text, then the pack.
    """
    vocabulary = _vocabulary(words)
    plain = bare(text)
    tokens = vocabulary.tokens(plain)
    order = _order_shown(tokens) if day_first is None else day_first
    reader = Reader(tokens, plain, vocabulary, today, order)
    read: list[tuple[Spoken, DateMention]] = []
    last: tuple[str, str] | None = None
    for spoken in _joined(_spoken(reader), reader):
        if spoken.month is None and spoken.day:
            spoken = _in_the_month_spoken_of(spoken, last, today)
        value = _value(spoken, reader)
        last = value or UNREAD
        if value and not _tells_of_loyalty(spoken, value, reader):
            start, end = tokens[spoken.first].start, tokens[spoken.last].end
            read.append((spoken, DateMention(start, end, text[start:end], *value)))
    days = [spoken.first for spoken, mention in read if mention.precision == "day"]
    return [mention for spoken, mention in read if not _is_what_it_was_not(spoken, mention, days, reader)]


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
            first, last = match.start(), match.end() - 1
            if spoken:
                first, last = min(first, spoken.first), max(last, spoken.last)
                found.append(_without_edges(spoken, reader))
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
    if first.exact or last.exact or first.end or last.end or (first.day is None) != (last.day is None):
        return False
    if first.month is None or last.month is None or (first.year and not last.year):
        return False
    between = reader.kinds(first.last + 1, last.first - 1)
    opening = reader.kinds(first.first - 2, first.first - 1)
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
    if not spoken.day:
        return dated.isoformat()[:7], "month"
    if _names_a_week(spoken, reader):
        return week_of(dated), "range"
    return dated.isoformat(), "day"


def _names_a_week(spoken: Spoken, reader: Reader) -> bool:
    """ "The week of May 3", "la semaine du 6 octobre"."""
    before = spoken.first - 1
    while reader.kind(before) in "otk":
        before -= 1
    return before < spoken.first - 1 and reader.kind(before) == "U" and reader.tokens[before].value == "week"


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
    length = 10 if spoken.day else 7
    return f"{first.isoformat()[:length]}/{last.isoformat()[:length]}", "range"


def _dated(spoken: Spoken, reader: Reader, whole: Spoken | None = None) -> date | None:
    """Return the date, a month as its first day; None when it does not exist or its year or month is open."""
    if spoken.year is not None:
        dated = _in_year(spoken, spoken.year)
        if not EARLIEST_YEAR <= spoken.year <= reader.today.year + 2:
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
        dates = [_in_year(spoken, today.year + step) for step in (-1, 0, 1)]
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
