"""Dates and times of day in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from bot.languages.spoken.spans import Rule, Said, Span, one_by_one

_ISO = (
    r"(?<![\w-])(\d{4})([-/])(\d\d)\2(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])"
)
_HOURS = r"\d{1,2}(?::\d\d| ?h\b| ?h ?\d\d|(?::\d\d)? ?[ap]\.? ?m\b)"


class Times:
    """How a language says dates and times."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words = words
        self._clock: Mapping[str, Any] = words["clock"]

    def dates(self) -> Iterator[Rule]:
        yield _ISO, self._iso
        yield r"(?<![\w-])((?:19|20)\d\d)-(0[1-9]|1[0-2])(?![\w-])", self._month
        yield r"(?<![\w-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?![\w-])", self._numbers

    def hours(self) -> Iterator[Rule]:
        words, clock = self._words, self._clock
        yield rf"(?i)(?<=[\dhm.]) ?[-–] ?(?={_HOURS})", lambda match: f" {words['to']} "
        yield r"(?i)(?<![\d:.,$€£])(\d{1,2})(?:[:h.](\d\d))? ?([ap])\.? ?m\b\.?", self._half_days
        yield r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?![\d:])", self._time
        yield r"(?<![\d:])(\d{1,2}) ?h ?([0-5]\d)(?!\w)", self._time
        # a point between hours and minutes is one only behind these words
        after = [f"(?<={word} )" for word in clock["after"]]
        if after:
            yield rf"(?i)(?:{'|'.join(after)})(\d{{1,2}})\.([0-5]\d)(?![\w.])", self._time
        if "h" not in words["units"]:
            yield r"(?<![\d:,.])(\d{1,3}) ?h(?!\w)()", self._time
            yield r"(?<![\w:,.])(\d{1,3}[.,]\d+) ?h(?!\w)", lambda match: clock["hour"].format(hour=match[1])

    def _iso(self, match: re.Match[str]) -> Said:
        year, _, month, day, hour, minute = match.groups()
        said = self._date(int(year), int(month), int(day))
        if said is None:
            return one_by_one([year, month, day])
        return [Span(f"{said}, {self._said(int(hour), int(minute))}" if hour else said)]

    def _month(self, match: re.Match[str]) -> Said:
        return f"{self._words['months'][int(match[2]) - 1]} {match[1]}"

    def _numbers(self, match: re.Match[str]) -> Said:
        """Say a date in words where it can be only one date, its numbers where it could be two."""
        one, other, year = int(match[1]), int(match[3]), int(match[4])
        dates = {self._date(year, other, one), self._date(year, one, other)} - {None}
        return dates.pop() if len(dates) == 1 else f"{one}, {other}, {year}"

    def _date(self, year: int, month: int, day: int) -> str | None:
        try:
            date(year, month, day)
        except ValueError:
            return None
        words = self._words
        said = words["first"] if day == 1 else str(day)
        return str(words["date"].format(day=said, month=words["months"][month - 1], year=year))

    def _half_days(self, match: re.Match[str]) -> Said:
        hour, minute = int(match[1]), int(match[2] or 0)
        if not 1 <= hour <= 12 or minute > 59:
            return None
        return [Span(self._said(hour % 12 + (12 if match[3] in "pP" else 0), minute))]

    def _time(self, match: re.Match[str]) -> Said:
        hour, minute = int(match[1]), int(match[2] or 0)
        sharp = self._clock["sharp"]
        if sharp and hour in range(1, 13) and not match[1].startswith("0"):
            # morning or evening is not said
            return [Span(f"{hour}:{minute:02}" if minute else str(sharp).format(hour=hour))]
        return [Span(self._said(hour, minute))]

    def _said(self, hour: int, minute: int) -> str:
        clock, shown, half = self._clock, hour, ""
        if clock["twelve"]:
            shown, half = (hour - 1) % 12 + 1, f" {clock['half_of_day'][hour // 12 % 2]}"
        hours = clock["hours"].get(hour) or clock["hour"].format(hour=shown)
        return (clock["minutes"].format(hour=hours, minute=minute) if minute else hours) + half
