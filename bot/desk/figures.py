"""The figures of a report: counted in the store, judged by the rules of the core, put into tables with words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal
from markupsafe import Markup

from bot.cases import reports
from bot.cases.holding import ABANDONED, HANDED_BACK
from bot.cases.reports import (
    CAME_BACK,
    FELL_AWAY,
    FIRST_CONTACT,
    KEPT,
    KEPT_LATE,
    MISSED,
    NOT_AT_FIRST,
    OPEN,
    TOO_YOUNG,
    UNKNOWN,
    VERDICTS,
    share,
    spread,
)
from bot.desk import case_words
from bot.desk.charts import Bar, Told, bars, columns
from bot.desk.glance import Wording
from bot.desk.sheets import Cell
from bot.gateway.serving import LANGUAGE_NAMES
from bot.languages import pack
from bot.languages.wording import LOCALES
from bot.store import Unit
from bot.store.reports import Scope

TEXT, COUNT, SHARE, TIME = "text", "count", "share", "time"
"""What the cells of a column are: words, a number, per cent, seconds."""

MOST_BARS = 10
SAME_DAY, WEEK, MONTH = 86400, 7 * 86400, 30 * 86400

Rows = Sequence[tuple[Cell, ...]]


@dataclass(frozen=True)
class Column:
    """A column: its heading, and what its cells are."""

    head: str
    kind: str = COUNT


@dataclass(frozen=True)
class Sheet:
    """One table of a report; its first column names the rows. The chart shows the same figures."""

    name: str
    caption: str
    note: str
    columns: tuple[Column, ...]
    rows: Rows
    chart: Markup = field(default_factory=Markup)


@dataclass(frozen=True)
class Asked:
    """What a report is about: the days of the operator's zone, both included, and what is left out."""

    first: date
    last: date
    channel: str | None = None
    language: str | None = None
    category: str | None = None

    def scope(self, zone: ZoneInfo) -> Scope:
        """Return it in moments."""
        since, until = (
            datetime(day.year, day.month, day.day, tzinfo=zone)
            for day in (self.first, self.last + timedelta(days=1))
        )
        return Scope(since, until, self.channel, self.language, self.category)


class Figures:
    """Makes the sheets of a report in an agent's language, each from what a unit holds."""

    def __init__(self, unit: Unit, asked: Asked, wording: Wording, zone: ZoneInfo, now: datetime) -> None:
        self._reports, self._asked, self._wording, self._zone = unit.reports, asked, wording, zone
        self._now, self._scope = now, asked.scope(zone)
        self._words = pack(wording.language, "reports")
        self._volumes = unit.reports.volumes(self._scope)
        self.cases = sum(row["count"] for row in self._volumes)

    def all(self) -> list[Sheet]:
        """Return every sheet."""
        return [make(self) for make in SHEETS.values()]

    # ── How many ───────────────────────────────────────────────────────────────────────────────────────

    def days(self) -> Sheet:
        """Cases by the day they were opened; of a long time by its weeks, of a very long one by its months."""
        counted = Counter(self._bucket(at) for at in self._reports.openings(self._scope))
        rows: Rows = [(day.isoformat(), counted[day]) for day in self._buckets()]
        shown = [(format_date(day, "d MMM", locale=self._locale), counted[day]) for day in self._buckets()]
        return self._sheet("days", rows, (COUNT,), columns(self._told("days", rows), shown))

    def natures(self) -> Sheet:
        """Cases by what they are mainly about."""
        counted: Counter[tuple[str | None, str | None]] = Counter()
        for row in self._volumes:
            counted[row["category"], row["issue"]] += row["count"]
        rows = [
            (self._category(category), self._issue(category, issue), count, share(count, self.cases))
            for (category, issue), count in counted.most_common()
        ]
        drawn = [Bar(str(issue), (count,), self._number(count)) for _, issue, count, _ in rows[:MOST_BARS]]
        told = self._told("natures", [(issue, count) for _, issue, count, _ in rows])
        return self._sheet("natures", rows, (TEXT, COUNT, SHARE), bars(told, drawn))

    def services(self) -> Sheet:
        """Cases by the service they are mainly about."""
        names = pack(self._wording.language, "nature_labels")["services"]
        return self._volume(
            "services", lambda row: _capital(names.get(row["service"], self._words["unknown"]))
        )

    def channels(self) -> Sheet:
        """Cases by channel."""
        return self._volume("channels", lambda row: self._wording.words["channels"][row["channel"]])

    def languages(self) -> Sheet:
        """Cases by language."""
        return self._volume("languages", lambda row: LANGUAGE_NAMES[row["language"]])

    def provinces(self) -> Sheet:
        """Cases by province: of the postal code that was told, else of the account's records."""
        counted: Counter[str] = Counter()
        for row in self._reports.places(self._scope):
            counted[reports.province_of(row["area"]) or row["of_record"] or UNKNOWN] += row["count"]
        names = self._words["provinces"]
        return self._counts("provinces", {names.get(key, key): n for key, n in counted.items()})

    # ── How well ───────────────────────────────────────────────────────────────────────────────────────

    def first_contact(self) -> Sheet:
        """First-contact resolution by the playbook that was tried last."""
        verdicts: dict[str | None, Counter[str]] = defaultdict(Counter)
        for row in self._reports.first_contacts(self._scope, self._now):
            verdict = reports.first_contact(row["is_solved"], row["came_back"], row["is_young"])
            verdicts[row["playbook"]][verdict] += row["count"]
        ordered = sorted(verdicts.items(), key=lambda each: (-each[1].total(), each[0] or ""))
        named = [
            (case_words.playbook(self._wording, book) if book else self._words["no_playbook"], found)
            for book, found in ordered
        ]
        named = [(self._words["all"], _total(verdicts.values())), *named] if named else []
        rows = [
            (name, found.total(), *(found[verdict] for verdict in VERDICTS), _first_contact_share(found))
            for name, found in named
        ]
        parts = (FIRST_CONTACT, CAME_BACK, NOT_AT_FIRST)
        drawn = [
            Bar(name, tuple(found[part] for part in parts), self._per_cent(_first_contact_share(found)))
            for name, found in named[1:][:MOST_BARS]
        ]
        told = self._told("first_contact", [(name, found[FIRST_CONTACT]) for name, found in named[1:]])
        chart = bars(told, drawn, [self._words["verdicts"][part] for part in parts])
        return self._sheet("first_contact", rows, (*[COUNT] * 5, SHARE), chart)

    def promises(self) -> Sheet:
        """Promises kept, missed and open, by kind."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for row in self._reports.promises(self._scope, self._now):
            how = reports.standing(row["is_kept"], row["is_late"], row["has_ended"])
            found[row["what"]][how] += row["count"]
        kinds = self._wording.words["promise_kinds"]
        named = [
            (kinds.get(what, what), found[what]) for what in sorted(found, key=lambda w: -found[w].total())
        ]
        rows = [
            (name, each.total(), *(each[how] for how in reports.STANDINGS), _kept_share(each))
            for name, each in named
        ]
        parts = (KEPT, KEPT_LATE, MISSED, OPEN)
        drawn = [
            Bar(name, tuple(each[part] for part in parts), self._per_cent(_kept_share(each)))
            for name, each in named
        ]
        told = self._told("promises", [(name, each[KEPT]) for name, each in named])
        chart = bars(told, drawn, [self._words["standings"][part] for part in parts])
        return self._sheet("promises", rows, (*[COUNT] * 6, SHARE), chart)

    def times(self) -> Sheet:
        """How long customers waited for what they were owed."""
        measured = {
            "acknowledgement": self._reports.to_acknowledgement(self._scope),
            "first_word": self._reports.to_first_word(self._scope),
            "outcome": self._reports.to_outcome(self._scope),
        }
        rows: list[tuple[Cell, ...]] = []
        for name, seconds in measured.items():
            found = spread(seconds)
            rows.append((self._words["times"][name], found.count, found.median, found.p90))
        return self._sheet("times", rows, (COUNT, TIME, TIME))

    def ways_on(self) -> Sheet:
        """Escalations, notices of the CCTS and referrals, and how long after the opening."""
        found = {
            "escalated": self._reports.to_escalation(self._scope),
            "told": self._reports.to_notice(self._scope),
            "referred": self._reports.to_referral(self._scope),
        }
        rows = [
            (
                self._words["ways_on"][name],
                len(seconds),
                share(len(seconds), self.cases),
                *(sum(each <= limit for each in seconds) for limit in (SAME_DAY, WEEK, MONTH)),
                spread(seconds).median,
            )
            for name, seconds in found.items()
        ]
        drawn = [
            Bar(str(row[0]), (float(row[2] or 0),), f"{self._number(row[1])} ({self._per_cent(row[2])})")
            for row in rows
        ]
        chart = bars(self._told("ways_on", [(row[0], row[1]) for row in rows]), drawn, whole=100)
        return self._sheet("ways_on", rows, (COUNT, SHARE, COUNT, COUNT, COUNT, TIME), chart)

    def satisfaction(self) -> Sheet:
        """What customers said of whether it was solved, after the assistant and after a person apart."""
        counted: Counter[tuple[bool, bool]] = Counter()
        for row in self._reports.satisfaction(self._scope):
            counted[bool(row["after_person"]), bool(row["is_satisfied"])] += row["count"]
        said = [
            (self._words["after"][name], counted[after_person, True], counted[after_person, False])
            for name, after_person in (("assistant", False), ("person", True))
            if counted
        ]
        rows = [(name, yes + no, yes, no, share(yes, yes + no)) for name, yes, no in said]
        drawn = [Bar(str(row[0]), (row[2], row[3]), self._per_cent(row[4])) for row in rows]
        told = self._told("satisfaction", [(row[0], row[2]) for row in rows])
        return self._sheet(
            "satisfaction", rows, (COUNT, COUNT, COUNT, SHARE), bars(told, drawn, self._words["answers"])
        )

    # ── Where it ends ──────────────────────────────────────────────────────────────────────────────────

    def questions(self) -> Sheet:
        """Where conversations were left, by the question that was open."""
        reached = self._reports.reached(self._scope)
        left = self._reports.left(self._scope, self._now)
        going_on = self._reports.going_on(self._scope, self._now)
        names = self._words["questions"]
        asked = sorted((name for name in reached if name != "free"), key=lambda name: (-reached[name], name))
        rows: Rows = [
            (
                names.get(name, name),
                reached[name],
                left.get(name, 0),
                share(left.get(name, 0), reached[name]),
                going_on.get(name, 0),
            )
            for name in asked
        ]
        drawn = [
            Bar(
                str(names.get(name, name)),
                (reached[name] - left.get(name, 0), left.get(name, 0)),
                f"{self._number(left.get(name, 0))} ({self._per_cent(share(left.get(name, 0), reached[name]))})",
            )
            for name in asked[:MOST_BARS]
        ]
        told = self._told("questions", [(row[0], row[2]) for row in rows])
        chart = bars(told, drawn, self._words["went_on_or_left"])
        return self._sheet("questions", rows, (COUNT, COUNT, SHARE, COUNT), chart)

    def handoffs(self) -> Sheet:
        """Wishes for a person by their reason, and what became of them."""
        found: dict[str, list[Any]] = defaultdict(list)
        for row in self._reports.handoffs(self._scope):
            found[row["reason"]].append(row)
        rows: list[tuple[Cell, ...]] = []
        for reason, wishes in sorted(found.items(), key=lambda each: (-len(each[1]), each[0])):
            taken = spread([each["seconds"] for each in wishes if each["seconds"] is not None])
            untaken = [each for each in wishes if each["seconds"] is None]
            given_up = sum(bool(each["has_ended"]) for each in untaken)
            rows.append(
                (
                    case_words.reason(self._wording, reason),
                    len(wishes),
                    taken.count,
                    len(untaken) - given_up,
                    given_up,
                    sum(bool(each["hung_up"]) for each in wishes),
                    taken.median,
                    taken.p90,
                )
            )
        drawn = [Bar(str(row[0]), (float(row[1] or 0),), self._number(row[1])) for row in rows[:MOST_BARS]]
        chart = bars(self._told("handoffs", [(row[0], row[1]) for row in rows]), drawn)
        return self._sheet("handoffs", rows, (*[COUNT] * 5, TIME, TIME), chart)

    def holdings(self) -> Sheet:
        """Conversations that agents held, how they ended and how long they took."""
        found: dict[tuple[str, str], list[Any]] = defaultdict(list)
        for row in self._reports.holdings(self._scope):
            found[row["agent"], row["agent_id"]].append(row)
        rows: list[tuple[Cell, ...]] = []
        for (name, _), held in sorted(found.items()):
            ends = Counter(each["ended_by"] for each in held)
            took = spread([each["seconds"] for each in held if each["seconds"] is not None])
            rows.append(
                (name, len(held), ends[HANDED_BACK], ends[ABANDONED], ends[None], took.median, took.p90)
            )
        return self._sheet("holdings", rows, (*[COUNT] * 4, TIME, TIME))

    # ── What they are made of ──────────────────────────────────────────────────────────────────────────

    def _volume(self, name: str, key: Callable[[Any], str]) -> Sheet:
        counted: Counter[str] = Counter()
        for row in self._volumes:
            counted[key(row)] += row["count"]
        return self._counts(name, counted)

    def _counts(self, name: str, counted: dict[str, int]) -> Sheet:
        ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
        rows: Rows = [(label, count, share(count, self.cases)) for label, count in ordered]
        drawn = [Bar(label, (count,), self._number(count)) for label, count in ordered]
        return self._sheet(name, rows, (COUNT, SHARE), bars(self._told(name, rows), drawn))

    def _sheet(self, name: str, rows: Rows, kinds: Sequence[str], chart: Markup | None = None) -> Sheet:
        words = self._words["sheets"][name]
        heads = zip(words["heads"], (TEXT, *kinds), strict=True)
        drawn = chart if chart is not None and rows else Markup()
        return Sheet(
            name, words["caption"], words["note"], tuple(Column(*head) for head in heads), rows, drawn
        )

    def _told(self, name: str, rows: Sequence[tuple[Cell, ...]]) -> Told:
        caption, words = self._words["sheets"][name]["caption"], self._words["chart"]
        highest = max(rows, key=lambda row: row[1] or 0, default=None)
        if highest is None:
            return Told(name, caption, words["nothing"])
        figure = self._number(highest[1])
        return Told(name, caption, words["told"].format(label=highest[0], figure=figure))

    def shown(self, cell: Cell, kind: str) -> str:
        """Write a cell as people read it."""
        if kind == TEXT or isinstance(cell, str):
            return str(cell or "")
        if kind == TIME:
            return self._duration(cell)
        return self._per_cent(cell) if kind == SHARE else self._number(cell)

    def _number(self, number: Cell) -> str:
        return self._words["none"] if number is None else format_decimal(number, locale=self._locale)

    def _per_cent(self, number: Cell) -> str:
        if number is None:
            return str(self._words["none"])
        return str(self._words["per_cent"].format(number=format_decimal(number, locale=self._locale)))

    def _duration(self, seconds: Cell) -> str:
        if not isinstance(seconds, int | float):
            return str(self._words["none"])
        return format_timedelta(timedelta(seconds=round(seconds)), threshold=1.5, locale=self._locale)

    def _category(self, category: str | None) -> str:
        return str(self._wording.words["categories"].get(category, self._words["unknown"]))

    def _issue(self, category: str | None, issue: str | None) -> str:
        if category is None:
            return str(self._words["unknown"])
        named = pack(self._wording.language, "nature_labels")["issues"].get(issue)
        return _capital(named or self._words["no_issue"].format(category=self._category(category)))

    @property
    def _locale(self) -> str:
        return LOCALES[self._wording.language]

    def _bucket(self, at: datetime) -> date:
        return self._begins(at.astimezone(self._zone).date())

    def _begins(self, day: date) -> date:
        length = (self._asked.last - self._asked.first).days
        if length > 366:
            return day.replace(day=1)
        return day - timedelta(days=day.weekday()) if length > 62 else day

    def _buckets(self) -> list[date]:
        length = (self._asked.last - self._asked.first).days
        days = (self._asked.first + timedelta(days=n) for n in range(length + 1))
        return list(dict.fromkeys(self._begins(day) for day in days))


SHEETS: dict[str, Callable[[Figures], Sheet]] = {
    "days": Figures.days,
    "natures": Figures.natures,
    "services": Figures.services,
    "channels": Figures.channels,
    "languages": Figures.languages,
    "provinces": Figures.provinces,
    "first_contact": Figures.first_contact,
    "promises": Figures.promises,
    "times": Figures.times,
    "ways_on": Figures.ways_on,
    "satisfaction": Figures.satisfaction,
    "questions": Figures.questions,
    "handoffs": Figures.handoffs,
    "holdings": Figures.holdings,
}
"""Every sheet by name, in the order of the page."""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _total(counters: Any) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counters:
        total.update(each)
    return total


def _first_contact_share(found: Counter[str]) -> float | None:
    return share(found[FIRST_CONTACT], found.total() - found[TOO_YOUNG])


def _kept_share(found: Counter[str]) -> float | None:
    return share(found[KEPT], found.total() - found[OPEN] - found[FELL_AWAY])


def csv_rows(sheet: Sheet) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of a sheet with numbers as numbers, durations in whole seconds."""
    for row in sheet.rows:
        yield tuple(
            round(cell) if column.kind == TIME and isinstance(cell, int | float) else cell
            for cell, column in zip(row, sheet.columns, strict=True)
        )
