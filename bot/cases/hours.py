"""Hours by the clock on the wall: those in which we may begin to text or call somebody, and those of a week's work."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Hours:
    """Each day from `begin` on, and before `end`, by the clock on the wall."""

    begin: time
    end: time


def next_allowed(now: datetime, zone: ZoneInfo, hours: Hours) -> datetime:
    """Return the first moment from `now` on at which the wall clock of this zone shows one of the hours."""
    there = now.astimezone(zone)
    if hours.begin <= there.time() < hours.end:
        return now
    day = there.date() if there.time() < hours.begin else there.date() + timedelta(days=1)
    return datetime.combine(day, hours.begin, zone)


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_STRETCH = re.compile(r"(?P<first>[a-z]{3})(-(?P<last>[a-z]{3}))? (?P<begin>\d\d:\d\d)-(?P<end>\d\d:\d\d)")


@dataclass(frozen=True)
class Stretch:
    """Hours of one weekday, Monday being 0, by the clock on the wall; what ends before it begins ends the day after."""

    weekday: int
    begin: time
    end: time

    def covers(self, there: datetime) -> bool:
        """Whether the wall clock shows one of these hours."""
        day, clock = there.weekday(), there.time()
        if self.begin < self.end:
            return day == self.weekday and self.begin <= clock < self.end
        begins = day == self.weekday and clock >= self.begin
        return begins or (day == (self.weekday + 1) % 7 and clock < self.end)

    def __str__(self) -> str:
        return f"{DAYS[self.weekday]} {self.begin:%H:%M}-{self.end:%H:%M}"


def week_from(text: str) -> tuple[Stretch, ...]:
    """Read the hours of a week as operators write them: `mon-fri 09:00-17:00, sat 22:00-02:00`; raises ValueError."""
    lines = [line.strip().lower() for line in text.split(",") if line.strip()]
    return tuple(stretch for line in lines for stretch in _stretches(line))


def written_week(stretches: Iterable[Stretch]) -> str:
    """Write the hours of a week as `week_from` reads them, days of the same hours together where they follow."""
    runs: list[list[Stretch]] = []
    for stretch in sorted(stretches, key=lambda each: (each.begin, each.end, each.weekday)):
        last = runs[-1][-1] if runs else None
        if last and last == replace(stretch, weekday=stretch.weekday - 1):
            runs[-1].append(stretch)
        else:
            runs.append([stretch])
    return ", ".join(_run(run) for run in sorted(runs, key=lambda run: run[0].weekday))


def _run(run: list[Stretch]) -> str:
    if len(run) == 1:
        return str(run[0])
    return f"{DAYS[run[0].weekday]}-{run[-1]}"


def _stretches(line: str) -> Iterator[Stretch]:
    read = _STRETCH.fullmatch(line)
    if read is None or not {read["first"], read["last"] or read["first"]} <= set(DAYS):
        raise ValueError(f"hours are written like 'mon-fri 09:00-17:00', not {line!r}")
    first, last = DAYS.index(read["first"]), DAYS.index(read["last"] or read["first"])
    begin, end = time.fromisoformat(read["begin"]), time.fromisoformat(read["end"])
    for after in range((last - first) % 7 + 1):
        yield Stretch((first + after) % 7, begin, end)
