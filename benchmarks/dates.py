"""Measures how well dates are read, in real complaints and in the test phrases of two other projects.

EVALUATION_DATA names the folder of the texts (default ../shared/data), which are not part of the project; the
Italian complaints are ours. `--wrong` shows each wrong row and how many rows of each kind were not answered.

**Complaints.** Dates marked by hand, at the precision of their words. A mention that overlaps a marked span and
has another value is wrong, and so is any mention over a span that only looks like a date.

**Phrases.** Duckling's rows count where they carry a year or an explicit direction ("last", "ago", "in three
weeks", "yesterday"); it reads bare dates ahead, complaints look back. Rows in which nothing may be found count
too. Recognizers-Text's rows count where its own .NET reader passes them (`dotnet_ok`), read as answers about the
past, with the past one of the two values they give.

- Rows with a date or a range of days can be answered. A date with a time, or a range of hours, is a date: its day.
- Where gold is only a time of day, a length, a set of dates ("every Monday") or nothing, any date read is wrong,
  and the row is none that can be answered. So is a date that no calendar has (February 30).
- Left out are rows without a reference day, those whose gold says no day ("summer" in Recognizers-Text), hours
  and minutes counted from now (the reader is told the day, not the hour), and Thanksgiving outside Canada.
- A row is right when each of its dates is read and nothing else; wrong when anything read is not what is
  expected; else it was not answered.
- A range ends with its last day; where Recognizers-Text's own ends ("from the 4th to the 22nd" ends before the 22nd)
  the day it names is exact as well. An open one ("since 2014", "before June 3") is met by the date that is its edge.
- A reading of a day has to be that day. A reading of a month, a year or a range is right when it begins in the
  expected range or holds the expected first day; exactly right only when both its ends are those expected.
"""

from __future__ import annotations

import re
import sys
import time
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.rows import ITALIAN, SHARED, records
from benchmarks.scores import Bar, Line, Share
from bot.languages import LANGUAGES, pack
from bot.reading.dates import DateMention, read_dates

FOUND_AT_LEAST = 0.85
WRONG_COMPLAINT_DATES = {"en": 1, "fr": 0, "it": 0}
ANSWERED_AT_LEAST = {"en": 0.65, "fr": 0.55, "it": 0.55}
WRONG_PHRASES_AT_MOST = 0.02


def measure(folder: Path) -> Iterator[Line]:
    """Yield the figures of the complaints and the phrases of a folder, language by language."""
    for language in LANGUAGES:
        yield from _complaint_lines(language, folder)
        yield from _phrase_lines(language, folder)


# ------------------------------------------------------------------ complaints


@dataclass
class Marks:
    """What became of the dates marked in complaints, and of the spans that only look like dates."""

    right: int = 0
    dates: int = 0
    looks: int = 0
    wrong: list[str] = field(default_factory=list)
    mistaken: list[str] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)


def _complaint_lines(language: str, folder: Path) -> Iterator[Line]:
    marks = Marks()
    for row, text in _marked_complaints(language, folder):
        mentions = read_dates(text, date.fromisoformat(row["ref"]), pack(language, "dates"))
        for gold in row["dates"]:
            _judge_mark(marks, row["id"], gold, mentions)
    if not marks.dates:
        return
    allowed = WRONG_COMPLAINT_DATES[language]
    yield Line(
        language,
        "dates of complaints: found",
        Share(marks.right, marks.dates),
        Bar(at_least=FOUND_AT_LEAST),
        _not_answered(marks.missed),
    )
    yield Line(
        language,
        "dates of complaints: wrong",
        Share(len(marks.wrong), marks.dates),
        Bar(at_most_count=allowed),
        tuple(marks.wrong),
    )
    yield Line(
        language,
        "no dates in complaints: read as dates",
        Share(len(marks.mistaken), marks.looks),
        Bar(at_most_count=0),
        tuple(marks.mistaken),
    )


def _marked_complaints(language: str, folder: Path) -> Iterator[tuple[dict[str, Any], str]]:
    gold, texts = folder / "complaints_dates_gold.jsonl", folder / f"complaints_{language}.jsonl"
    if language == "it":
        gold, texts = ITALIAN / "complaints_it.dates.jsonl", ITALIAN / "complaints_it.jsonl"
    told = {row["id"]: row["text"] for row in records(texts)}
    return ((row, told[row["id"]]) for row in records(gold) if row["lang"] == language and row["id"] in told)


def _judge_mark(marks: Marks, name: str, gold: dict[str, Any], mentions: list[DateMention]) -> None:
    end = gold["start"] + len(gold["span"])
    values = [found.date for found in mentions if found.start < end and gold["start"] < found.end]
    told = f"{name} {gold['span']!r}: read {', '.join(values)}, expected {gold['iso'] or 'no date'}"
    if gold["iso"] is None:
        marks.looks += 1
        marks.mistaken += [told] if values else []
        return
    marks.dates += 1
    if values == [gold["iso"]]:
        marks.right += 1
    elif values:
        marks.wrong.append(told)
    else:
        marks.missed[repr(gold["span"])] += 1


# ------------------------------------------------------------------ phrases


@dataclass(frozen=True)
class Gold:
    """An expected date as its first and last day; None on a side where it is open."""

    first: date | None
    last: date | None
    named: date | None = None
    """The day that the words name as the end, where the corpus ends the range before it."""

    def __str__(self) -> str:
        if self.first == self.last:
            return str(self.first)
        return f"{self.first or ''}/{self.last or ''}"


@dataclass(frozen=True)
class Phrase:
    """A test phrase: when it was said, what is expected, and whether it answers a question about the past."""

    language: str
    text: str
    today: date
    dates: tuple[Gold, ...]
    past: bool
    day_first: bool | None = None


def _phrase_lines(language: str, folder: Path) -> Iterator[Line]:
    phrases = [*_duckling(language, folder), *_recognizers(language, folder)]
    if not phrases:
        return
    judged = [(phrase, read_phrase(phrase)) for phrase in phrases]
    answerable = [(phrase, read) for phrase, read in judged if phrase.dates]
    right = [(phrase, read) for phrase, read in answerable if _is_right(phrase, read, _agrees)]
    wrong = [(phrase, read) for phrase, read in judged if _is_wrong(phrase, read, _agrees)]
    exactly = Share.count(_is_right(phrase, read, _is_exactly) for phrase, read in answerable)
    inexact = Share.count(_is_wrong(phrase, read, _is_exactly) for phrase, read in judged)
    open_ = Counter(
        kind_of(phrase)
        for phrase, read in answerable
        if (phrase, read) not in right and (phrase, read) not in wrong
    )
    yield Line(
        language,
        "phrases with dates: answered",
        Share(len(right), len(answerable)),
        Bar(at_least=ANSWERED_AT_LEAST[language]),
        _not_answered(open_),
    )
    yield Line(
        language,
        "phrases: wrong",
        Share(len(wrong), len(judged)),
        Bar(at_most=WRONG_PHRASES_AT_MOST),
        tuple(_told(phrase, read) for phrase, read in wrong),
    )
    yield Line(language, "phrases with dates: answered exactly", exactly)
    yield Line(
        language,
        "phrases: wrong or not exact",
        inexact,
        None,
        tuple(
            _told(phrase, read)
            for phrase, read in judged
            if _is_wrong(phrase, read, _is_exactly) and (phrase, read) not in wrong
        ),
    )


def read_phrase(phrase: Phrase) -> list[DateMention]:
    """Read a phrase as its corpus means it."""
    words = pack(phrase.language, "dates")
    return read_dates(phrase.text, phrase.today, words, phrase.day_first, past=phrase.past)


def _told(phrase: Phrase, read: list[DateMention]) -> str:
    values = ", ".join(mention.date for mention in read) or "nothing"
    expected = ", ".join(map(str, phrase.dates)) or "no date"
    return f"{phrase.today} {phrase.text!r}: read {values}, expected {expected}"


def _not_answered(kinds: Counter[str]) -> tuple[str, ...]:
    return tuple(f"not answered: {kind} {count}" for kind, count in kinds.most_common())


def _is_right(phrase: Phrase, read: list[DateMention], agrees: Any) -> bool:
    return len(read) == len(phrase.dates) and all(map(agrees, read, phrase.dates))


def _is_wrong(phrase: Phrase, read: list[DateMention], agrees: Any) -> bool:
    return any(not any(agrees(mention, gold) for gold in phrase.dates) for mention in read)


def _days_of(mention: DateMention) -> tuple[date, date]:
    """Return the first and the last day of a reading of any precision."""
    start, _, end = mention.date.partition("/")
    return _first_day(start), _last_day(end or start)


def _first_day(iso: str) -> date:
    year, month, day = (*map(int, iso.split("-")), 1, 1)[:3]
    return date(year, month, day)


def _last_day(iso: str) -> date:
    year, month, day = (*map(int, iso.split("-")), 0, 0)[:3]
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1])


def _agrees(mention: DateMention, gold: Gold) -> bool:
    """A coarser reading that holds the expected first day is right, a day is right only as itself."""
    first, last = _days_of(mention)
    if gold.first is None or gold.last is None:
        edge = gold.first or gold.last
        return _is_edge(first, last, gold) or (edge is not None and first <= edge <= last)
    if mention.precision == "day":
        return first == gold.first == gold.last
    return gold.first <= first <= gold.last or first <= gold.first <= last


def _is_exactly(mention: DateMention, gold: Gold) -> bool:
    first, last = _days_of(mention)
    if gold.first is None or gold.last is None:
        return _is_edge(first, last, gold)
    return first == gold.first and last in (gold.last, gold.named)


def _is_edge(first: date, last: date, gold: Gold) -> bool:
    """Whether what was read is where an open range begins or ends, on either side of the edge."""
    if gold.first is not None:
        return gold.first in (first, last, last + timedelta(days=1))
    return gold.last is not None and gold.last in (last, first, first - timedelta(days=1))


# ------------------------------------------------------------------ Duckling

_DIALECTS = {"en-CA": None, "en-US": None, "en-GB": True}
_DUCKLING_OPEN = re.compile(
    r"datetimeOpenInterval (After|Before) \((\d+), (\d+), (\d+), \d+, \d+, \d+\) (\w+)"
)
_YEAR_SAID = re.compile(
    r"(?<![\d:])(?:19|20)\d\d(?![\d:])|\d{1,2}[-/. ]\d{1,2}[-/. ]\d\d\b"
    r"|\d[-/ ](?!del |thru|through|to )[a-zéû]{3,9}[-/ ]\d\d$"
    r"|'\d\d\b|two thousand|deux mille|duemila"
)
_DIRECTION_WORDS = {
    "en": (
        # not "the last Friday of October" nor "a quarter past three"
        r"last(?! \w+ (?:of|in)\b)|(?<!\d )(?<!half )(?<!quarter )past|previous|this|current",
        r"next|coming|upcoming|following|after next|ago|hence|from (?:right )?now|since|within",
        r"yesterday|today|tomorrows?|tonight|tonite|right now|from last",
        r"(?:in|after) (?:an?|\d+|one|two|three|four|five|six|seven|eight|nine|ten|few|24) [a-z]+",
    ),
    "fr": (
        r"derni[eè]re?s?|pass[ée]e?s?|pr[ée]c[ée]dente?|prochaine?s?|suivante?s?|d'apr[eè]s|cet(?:te)?|ce|ces",
        r"il y a|depuis|d[eè]s|plus tard|en (?:8|15|huit|quinze)",
        r"dans (?:une?|les|\d+|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|quinze)",
        r"hier|aujourd'hui|demain|lendemain|veille|maintenant",
    ),
    "it": (
        # not "l'ultimo lunedì di marzo"
        r"ultim[oaie](?! \w+ d(?:i|el)\b)|scors[oaie]|passat[oaie]|prossim[oaie]|quest[oaie]|quest'|fa",
        r"(?:tra|fra|in) (?:un['ao]? ?|\d+ |due |tre |quattro |cinque )(?:giorn|settiman|mes|ann|or|minut|quart)\w*",
        r"ieri|altroieri|oggi|domani|dopodomani|stasera|stanotte|sta sera|adesso",
    ),
}
_DIRECTION = {
    language: re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)
    for language, words in _DIRECTION_WORDS.items()
}
_FROM_NOW = re.compile(
    r"\b(?:sec|seconds?|mins?|minutes?|hours?|heures?|secondes?|minut[oi]|second[oi]|or[ae]|right now|maintenant|adesso)\b"
    r"|\bquarter of an\b|\bin \d\S*\s?h\b|\d ?['\"]|\bnow\b|\bat the moment\b|\bpossible\b|\bdqp\b|\d ?(?:h|hr|sec)\b",
    re.I,
)
_DAY_NAMED = re.compile(
    r"\b(?:to-?day|tonight|tonite|tomorrows?|yesterday|this|day|demain|hier|aujourd'hui|cet?|cette|jour|domani|oggi"
    r"|ieri|dopodomani|stanotte|stasera|sta sera|quest\w*|giorn\w+|(?:lune|marte|mercole|giove|vener)d[ìi]|mois|mesi)\b",
    re.I,
)


def _duckling(language: str, folder: Path) -> Iterator[Phrase]:
    for row in records(folder / "duckling_time.jsonl"):
        if row["lang"][:2] != language or not row["ref"] or not _counts(row, language):
            continue
        dates = _duckling_gold(row)
        if dates is not None:
            today = date.fromisoformat(row["ref"][:10])
            yield Phrase(language, row["text"], today, dates, False, _DIALECTS.get(row["lang"]))


def _counts(row: dict[str, Any], language: str) -> bool:
    text = row["text"].lower()
    if row["expected"] == "=" or _YEAR_SAID.search(text):
        return "thanksgiving" not in text or row["lang"] == "en-CA"
    return _DIRECTION[language].search(text) is not None and "thanksgiving" not in text


def _duckling_gold(row: dict[str, Any]) -> tuple[Gold, ...] | None:
    """Return the expected dates; None for a row that is left out."""
    open_ = _DUCKLING_OPEN.search(row["expected"])
    if open_:
        edge = date(*map(int, open_.group(2, 3, 4)))
        if open_[5] in ("Hour", "Minute", "Second"):
            return None
        return (Gold(edge, None) if open_[1] == "After" else Gold(None, edge - timedelta(days=1)),)
    if row["iso"] is None:
        return ()
    both = row["iso"] if isinstance(row["iso"], list) else [row["iso"], None]
    first, end = (_moment(iso) if iso else None for iso in both)
    if first is None:
        return None
    if row["grain"] in ("Hour", "Minute", "Second"):
        if _is_from_now(row["text"]):
            return None
        if end is None or (end - first) <= timedelta(days=1):
            return (Gold(first.date(), first.date()),)
    last = (end or _after(first, row["grain"])) - timedelta(seconds=1)
    return (Gold(first.date(), last.date()),)


def _is_from_now(text: str) -> bool:
    """Whether an hour is counted from now and no day is named beside it."""
    return _FROM_NOW.search(text) is not None and _DAY_NAMED.search(text) is None


def _moment(iso: str) -> datetime:
    return datetime.fromisoformat(iso.replace("-00", "-01")[:19])


def _after(first: datetime, grain: str) -> datetime:
    """Return the moment at which the day, week, month, quarter or year that begins at `first` is over."""
    if grain in ("Day", "Week"):
        return first + timedelta(days=7 if grain == "Week" else 1)
    months = first.month - 1 + {"Month": 1, "Quarter": 3, "Year": 12}.get(grain, 0)
    return first.replace(year=first.year + months // 12, month=months % 12 + 1)


# ------------------------------------------------------------------ Recognizers-Text

_DATES = ("date", "daterange", "datetime", "datetimerange")
_OTHERS = ("time", "timerange", "duration", "set")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")


def _recognizers(language: str, folder: Path) -> Iterator[Phrase]:
    for name in ("date_parsers", "datetime_model"):
        for row in records(folder / f"recognizers_{name}_{language}.jsonl"):
            if not row["dotnet_ok"] or not row["ref"]:
                continue
            golds = [_recognizers_gold(found) for found in row["expected"]]
            if "skip" not in golds:
                today = date.fromisoformat(row["ref"][:10])
                dates = tuple(gold for gold in golds if isinstance(gold, Gold))
                yield Phrase(language, row["text"], today, dates, True)


def _recognizers_gold(found: dict[str, Any]) -> Gold | str | None:
    """Return the expected date, None where there is none, or "skip" where it is not said or an hour from now."""
    kind = (found["type"] or "").rpartition(".")[2]
    if kind in _OTHERS:
        return None
    values = [found["past"]] if "past" in found else found.get("values") or []
    past = next((value for value in values if value), None)
    if past is None or kind not in _DATES:
        return "skip"
    if "thanksgiving" in found["text"].lower():
        return "skip"
    if kind.startswith("datetime") and _is_from_now(found["text"]):
        return "skip"
    if past.get("value") == "not resolved":
        return "skip" if kind == "daterange" else None
    return _recognizers_days(past)


def _recognizers_days(past: dict[str, str]) -> Gold | str | None:
    start = next((past[key] for key in ("start", "startDate", "startDateTime") if past.get(key)), None)
    end = next((past[key] for key in ("end", "endDate", "endDateTime") if past.get(key)), None)
    single = next((past[key] for key in ("value", "date", "dateTime") if past.get(key)), None)
    if single:
        return None if single.startswith("0001") else _one_day(single)
    if not (start or end):
        return "skip"
    first = datetime.fromisoformat(start) if start else None
    last = datetime.fromisoformat(end) - timedelta(seconds=1) if end else None
    named = date.fromisoformat(end[:10]) if end else None
    return Gold(first.date() if first else None, last.date() if last else None, named)


def _one_day(iso: str) -> Gold | str:
    if not _ISO.fullmatch(iso):
        return "skip"
    day = date.fromisoformat(iso[:10])
    return Gold(day, day)


# ------------------------------------------------------------------ kinds

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        ("date beside another in one phrase", r"$^"),
        ("before or after something", r"\b(?:before|after|later than|earlier than|prior|avant|apr[eè]s|prima|dopo)\b"),
        ("business days, fiscal years, fortnights", r"\b(?:business|workweek|fiscal|fortnight|quinzaine)"),
        ("quarter or half of a year", r"\b(?:quarters?|qtr|q[1-4]|h[12]|trimestr\w*|quart|semestr\w*)\b|\d[qh]\d"),
        ("decade or century", r"\d0'?s\b|decad|centur|ann[ée]es \w+$|\banni\b|decenni|noughties"),
        ("week of a month or year", r"\b(?:week|semaine|settimana)\b"),
        ("weekend", r"week-?end|wkend|fine ?settimana|fin de semaine"),
        ("early, mid, late, beginning or end", r"\b(?:early|mid|late|end|beginning|start|rest|eo[dmy]|bo[my]|boy"
         r"|d[ée]but|fin|fine|inizio|met[àa]|resto|mi)\b"),
        ("length counted from today", r"\b(?:ago|hence|from (?:now|today|tomorrow)|later|within|in \w+ (?:days?|weeks?"
         r"|months?|years?)|il y a|dans|plus tard|fa|tra|fra|futur\w*)\b"),
        ("last or next so many", r"\b(?:last|next|past|previous|coming|upcoming|derni\w+|prochain\w*|ultim\w|scors\w"
         r"|prossim\w|passat\w|suivant\w*)\b"),
        ("date with time", r"\d ?[ap]\.?m\b|\d:\d\d|\d ?h\b|o'?clock|morning|evening|night|noon"
         r"|matin|soir|midi|mattin|sera|notte|pomeriggio|\balle\b|heures?"),
        ("weekday", r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche"
         r"|(?:luned|marted|mercoled|gioved|venerd)[ìi]|sabato|domenica)\b"),
        ("holiday we do not keep", r"^[^\d]*\b(?:19|20)\d\d\b"),
        ("numbers only", r"^\W*(?:[a-zéèàùìò' ]+ )?\W*\d[\d /.,-]*\W*$"),
        ("day or month", r"\d"),
    )
)  # fmt: skip


def kind_of(phrase: Phrase) -> str:
    """Name the kind of a phrase by its words, for the list of what is not answered."""
    if len(phrase.dates) > 1:
        return "more than one date in a phrase"
    return next((name for name, pattern in _KINDS if pattern.search(phrase.text)), "something else in words")


# ------------------------------------------------------------------ the rest


def milliseconds() -> float:
    """Return how long eighty words that hold four dates take to read, the quickest of ten tries."""
    sentence = (
        "I called on June 3, 2015 and was told that a technician may come in two days, but then the bill went up by"
        " $20 again. "
    )
    text, words = " ".join((sentence * 4).split()[:80]), pack("en", "dates")
    tries = []
    for _ in range(10):
        begun = time.perf_counter()
        for _ in range(20):
            read_dates(text, date(2015, 6, 30), words)
        tries.append((time.perf_counter() - begun) * 50)
    return min(tries)


def main() -> None:
    print(f"80 words holding 4 dates: {milliseconds():.2f} ms")
    if not SHARED.is_dir():
        print(f"no evaluation data: {SHARED} is not there (set EVALUATION_DATA)")
        return
    for line in measure(SHARED):
        verdict = f"{line.bar}: {line.bar.verdict(line.share)}" if line.bar else ""
        print(f"{line.language} {line.title:40} {line.share}  {verdict}")
        if "--wrong" in sys.argv:
            print("".join(f"     {error}\n" for error in line.errors), end="")


if __name__ == "__main__":
    main()
