"""Turns what happened into figures: shares with intervals, natures and dates against gold, and the bars."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NORMAL_95 = 1.959964
"""Standard deviations on both sides of the mean that hold 95 % of a normal distribution."""


@dataclass(frozen=True)
class Share:
    """How many of how many."""

    hits: int
    of: int

    @classmethod
    def count(cls, results: Iterable[bool]) -> Share:
        """Count the true ones."""
        listed = list(results)
        return cls(sum(listed), len(listed))

    @property
    def value(self) -> float:
        """The share from 0 to 1; of nothing it is not a number."""
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Wilson (1927), which stays sensible near 0 and 1 and with few rows."""
        if not self.of:
            return 0.0, 1.0
        square = NORMAL_95**2 / self.of
        middle = (self.value + square / 2) / (1 + square)
        half = math.sqrt(self.value * (1 - self.value) * square + square**2 / 4) / (1 + square)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        if not self.of:
            return "none to measure"
        low, high = self.interval
        return f"{self.hits}/{self.of}  {self.value:6.1%}  [{low:.1%}, {high:.1%}]"


@dataclass(frozen=True)
class Ratio:
    """So many of something for so many of another thing, such as natures for cases; it may exceed one."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """How many for each; of nothing it is not a number."""
        return self.hits / self.of if self.of else math.nan

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.hits} for {self.of})" if self.of else "none to measure"


@dataclass(frozen=True)
class Spread:
    """Measured values, of which the median stands for all."""

    values: Sequence[float]
    unit: str = ""

    @property
    def of(self) -> int:
        """How many values there are."""
        return len(self.values)

    @property
    def value(self) -> float:
        """The median; of nothing it is not a number."""
        return percentile(self.values, 0.5)

    def __str__(self) -> str:
        if not self.of:
            return "none to measure"
        lower, upper = (percentile(self.values, share) for share in (0.25, 0.75))
        return f"median {self.value:.4g}, quartiles {lower:.4g} and {upper:.4g}{self.unit} ({self.of})"


Measured = Share | Ratio | Spread


@dataclass(frozen=True)
class Bar:
    """What a figure has to reach or may not exceed; a share may be bounded by its count instead."""

    at_least: float = 0.0
    at_most: float = math.inf
    at_most_count: int | None = None

    def verdict(self, measured: Measured) -> str:
        """Say PASS or FALL SHORT; nothing to measure passes nothing and is said as it is."""
        if not measured.of:
            return "NOT MEASURED"
        within = self.at_least <= measured.value <= self.at_most
        if self.at_most_count is not None and not isinstance(measured, Spread):
            within = within and measured.hits <= self.at_most_count
        return "PASS" if within else "FALL SHORT"

    def __str__(self) -> str:
        if self.at_most_count is not None:
            return f"at most {self.at_most_count}"
        if self.at_least:
            return f"at least {self.at_least:.0%}"
        return f"at most {self.at_most:g}" if self.at_most > 1 else f"at most {self.at_most:.0%}"


@dataclass(frozen=True)
class Line:
    """One figure of the table of a language, its bar if it has one, and the text of every row that went wrong."""

    language: str
    title: str
    share: Measured
    bar: Bar | None = None
    errors: tuple[str, ...] = ()

    @property
    def falls_short(self) -> bool:
        """Whether there is a bar and it is not reached."""
        return self.bar is not None and self.bar.verdict(self.share) == "FALL SHORT"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share (0 to 1) lies, between two neighbours in proportion."""
    if not values:
        return math.nan
    ordered = sorted(values)
    position = (len(ordered) - 1) * share
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def epoch_seconds(log: str) -> float:
    """Return what one epoch of all learning components together takes, read off their progress bars."""
    total, first, last = 0.0, None, None
    for match in re.finditer(r"Epochs:[^|]*\|[^|]*\| (\d+)/\d+ \[(?:(\d+):)?(\d+):(\d+)<", log):
        epoch, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        at = (epoch, hours * 3600 + minutes * 60 + seconds)
        if epoch <= 1:
            # another component begins; its first epoch also builds the graph and is not typical
            total, first = total + _per_epoch(first, last), at
        last = at
    return total + _per_epoch(first, last)


def _per_epoch(first: tuple[int, int] | None, last: tuple[int, int] | None) -> float:
    return (last[1] - first[1]) / (last[0] - first[0]) if first and last and last[0] > first[0] else 0.0


def first_is_fair(named: Sequence[str], fair: Collection[str]) -> bool:
    """Say whether the first category named is the label or one that a fair reader could give."""
    return bool(named) and named[0] in fair


def fair_among(named: Sequence[str], fair: Collection[str]) -> Share:
    """Count how many of the categories named are the label or an alternative."""
    return Share.count(category in fair for category in named)


@dataclass(frozen=True)
class GoldDate:
    """A span marked by hand; `iso` at the words' own precision, None when it only looks like a date."""

    span: str
    iso: str | None


@dataclass(frozen=True)
class DateVerdict:
    """What became of a marked span, and the values stored instead where there are any.

    `outcome` is found, wrong or missed for a date; mistaken or left for what only looks like one.
    """

    gold: GoldDate
    outcome: str
    stored: tuple[str, ...] = ()


def stored_dates(events: Iterable[Mapping[str, Any]], text: str) -> list[tuple[str, str]]:
    """Return (words, date) of each dated event whose words stand in the text; later answers are left out."""
    whole = _one_line(text)
    return [
        (_one_line(event["text"]), event["date"])
        for event in events
        if event["date"] and _one_line(event["text"]) in whole
    ]


def judge_dates(gold: Sequence[GoldDate], stored: Sequence[tuple[str, str]]) -> list[DateVerdict]:
    """Judge each marked span by what was stored for the sentence it stands in.

    A value equal to the gold is found wherever it was stored. Any other value stored for the sentence, unless
    it is the gold of another span there, is wrong for a date and mistaken for what only looks like one.
    """
    values = {date for _, date in stored}
    verdicts = []
    for mark in gold:
        others = tuple(
            date
            for words, date in stored
            if _one_line(mark.span) in words and date not in _gold_values(gold, words)
        )
        if mark.iso is None:
            outcome = "mistaken" if others else "left"
        elif mark.iso in values:
            outcome, others = "found", ()
        else:
            outcome = "wrong" if others else "missed"
        verdicts.append(DateVerdict(mark, outcome, others))
    return verdicts


def dates_beside(
    gold: Sequence[GoldDate], stored: Sequence[tuple[str, str]], verdicts: Iterable[DateVerdict]
) -> list[tuple[str, str]]:
    """Return the (words, date) stored that are no gold date and that no verdict has counted."""
    counted = {date for verdict in verdicts for date in verdict.stored}
    known = {mark.iso for mark in gold} | counted
    return [(words, date) for words, date in stored if date not in known]


def _gold_values(gold: Iterable[GoldDate], words: str) -> set[str | None]:
    return {mark.iso for mark in gold if _one_line(mark.span) in words}


def _one_line(text: str) -> str:
    return " ".join(text.split())
