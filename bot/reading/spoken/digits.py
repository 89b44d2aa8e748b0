"""Rows of digits as people say them: one by one, in groups, doubled, with restarts and corrections."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product

from bot.reading.patterns import Words
from bot.reading.spoken.lexicon import (
    LONGEST_ANSWER,
    REMEMBERED_TEXTS,
    Heard,
    Lexicon,
    Token,
    lexicon,
    parts_between_corrections,
    tokens_of,
)
from bot.reading.spoken.numbers import numbers_at

Valid = Callable[[str], bool]

# How unlikely it is that words which make one number were meant as two, and the other way round.
_SPLIT_WORDS = 3.0
_SPLIT_COUNT = 6.0
_SPLIT_HYPHEN = 4.0
_SPLIT_THOUSAND = 7.0
_SPLIT_HUNDRED = 1.0
_UNIT_JOINED_AMONG_UNITS = 1.5
_SOUNDS_ALIKE = 1.0
_AND_BETWEEN = 0.5
# A reading that is farther than this from the usual one is none, whatever length is expected.
_UNLIKELY = 6.5
# Readings that are nearer than this are equally likely.
_A_DOUBT = 0.4
_MOST_READINGS = 80
_LONGEST_RUN = 40
_MOST_SAID_AGAIN = 4


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Tokens that are one number or one repeated digit, and the value that decides what may follow."""

    start: int
    end: int
    digits: str
    value: int
    cost: float = 0.0


@dataclass(frozen=True)
class _Reader:
    tokens: Sequence[Token]
    known: Lexicon
    loosely: bool = False
    groups_at: dict[int, list[_Group]] = field(default_factory=dict)

    def groups(self, index: int) -> list[_Group]:
        """Return every group that begins at a token."""
        if index not in self.groups_at:
            self.groups_at[index] = list(self._groups(index)) if index < len(self.tokens) else []
        return self.groups_at[index]

    def _groups(self, index: int) -> Iterator[_Group]:
        word = self.tokens[index].word
        if word.isdecimal():
            yield _Group(index, index + 1, word, -1)
        repeat = None
        for end, times in self.known.repeats.all_at(self.tokens, index):
            for after, single in self._single_digits(end):
                repeat = _Group(index, after, single * times, -1)
                yield repeat
        plain = [
            _Group(index, end, str(value), value) for end, value in numbers_at(self.tokens, index, self.known)
        ]
        for group in plain:
            if 2 <= group.value <= 4:
                for end, digit in self.known.plurals.all_at(self.tokens, group.end):
                    yield _Group(index, end, str(digit) * group.value, -1)
        # "deux fois le sept" might be 2, but then "fois" would be left over
        yield from (group for group in plain if repeat is None or group.end > index + 1)

    def _single_digits(self, index: int) -> Iterator[tuple[int, str]]:
        if (
            index < len(self.tokens)
            and self.tokens[index].word.isdecimal()
            and len(self.tokens[index].word) == 1
        ):
            yield index + 1, self.tokens[index].word
        for end, digit in [
            *self.known.numbers.all_at(self.tokens, index),
            *self.known.plurals.all_at(self.tokens, index),
        ]:
            if digit <= 9:
                yield end, str(digit)

    def sounds_alike(self, index: int) -> list[_Group]:
        """Return the digits that a word such as "for" may have been, where numbers stand on both sides of it."""
        if not self.loosely or not self.groups(index + 1):
            return []
        return [
            _Group(index, end, str(digit), digit, _SOUNDS_ALIKE)
            for end, digit in self.known.sounds_alike.all_at(self.tokens, index)
        ]

    def skipped(self, index: int) -> int:
        """Return where the numbers go on after words that may stand between them."""
        while index < len(self.tokens):
            between = self.known.between.at(self.tokens, index)
            pause = self.known.breaks.at(self.tokens, index)
            if pause and not pause[1]:
                index = pause[0]
            elif between:
                index = between[0]
            elif self.tokens[index].word in ("-", "."):
                index += 1
            else:
                break
        return index


@dataclass(frozen=True)
class Run:
    """Neighbouring tokens that are numbers, from `start` to before `end`, and the digits they may mean."""

    reader: _Reader
    start: int
    end: int

    @cached_property
    def readings(self) -> tuple[tuple[float, str], ...]:
        """Return (cost, digits), from the likeliest to the least likely."""
        return tuple(_readings(self.reader, self.start, self.end))

    def lengths(self) -> range:
        """Return how many digits this may be where words that make one number are meant as one.

        Only hundreds may go on with another number: "eight hundred five" is 805 or 8005.
        """
        least, hundreds, index = 0, 0, self.start
        while index < self.end:
            groups = [group for group in self.reader.groups(index) if group.end <= self.end]
            if not groups:
                index = max(self.reader.skipped(index), index + 1)
                continue
            longest = max(groups, key=lambda group: group.end)
            least, hundreds = least + len(longest.digits), hundreds + (longest.value >= 100)
            index = longest.end
        return range(least, least + 2 * hundreds + 1)

    def counts_something(self) -> bool:
        """Tell "a hundred times" and "une et une" from a row of digits: one word among others, or articles only."""
        tokens, known = self.reader.tokens, self.reader.known
        said = [token.word for token in tokens[self.start : self.end]]
        beside = len(tokens) - len(said)
        alone = len(said) == 1 and said[0].isalpha() and beside > 0
        return alone or all(word in known.articles or word in known.and_ for word in said)

    def numbers(self) -> int:
        """Return how many numbers these are where words that make one number are meant as one."""
        count, index = 0, self.start
        while index < self.end:
            ends = [group.end for group in self.reader.groups(index) if group.end <= self.end]
            count += bool(ends)
            index = max(ends, default=max(self.reader.skipped(index), index + 1))
        return count

    def parts(self) -> list[Run]:
        """Return what stands between the words, such as "and", that join this run."""
        parts, index = [], self.start
        while index < self.end:
            end = _end_of_run(self.reader, index, joined=False)
            parts.append(Run(self.reader, index, end))
            index = max(end, self.reader.skipped(end))
        return parts if len(parts) > 1 else []

    def value(
        self, lengths: Collection[int] = (), is_valid: Valid | None = None, most_cost: float = _UNLIKELY
    ) -> str | None:
        """Return the likeliest reading of one of these lengths, if any are given; None when two are as likely.

        `most_cost` bounds how far it may be from the usual reading.
        """
        usual = self.readings[0][0] if self.readings else 0.0
        near = [reading for reading in self.readings if reading[0] - usual <= most_cost]
        return _likeliest(near, lengths, is_valid)


def digits_said(
    text: str, words: Words, lengths: Collection[int] = (), is_valid: Valid | None = None
) -> str | None:
    """Return the row of digits that an answer gives, said or typed; None when there is none or more than one.

    `lengths` are the lengths it may have, `is_valid` a check that it must pass, such as a check digit. Without
    lengths the usual reading is taken, and a single digit is no row. What follows a correction replaces the
    whole row, or its end.
    """
    known, tokens = lexicon(words), tokens_of(text)
    parts = parts_between_corrections(tokens, known)
    if len(tokens) > LONGEST_ANSWER or (len(parts) > 1 and not parts[-1]):
        return None
    said = [runs for part in parts if (runs := digit_runs(part, known, loosely=bool(lengths)))]
    if not said:
        return None
    value = _whole(said[-1], lengths, is_valid)
    if value is None and len(said) > 1 and lengths:
        return _mended(said[-2], said[-1], lengths, is_valid)
    if value and not lengths and len(said) > 1 and len(value) < len(_whole(said[-2], (), None) or ""):
        return None
    return value


def digits_written(text: str, words: Words) -> str:
    """Return the text with the numbers that are said in words written as rows of digits; a lone digit stays."""
    known, tokens = lexicon(words), tokens_of(text)
    written: list[str] = []
    position = 0
    for run in digit_runs(tokens, known):
        digits = run.value()
        if digits and len(digits) > 1 and is_in_words(tokens, run, known):
            written += [text[position : tokens[run.start].start], digits]
            position = tokens[run.end - 1].end
    return "".join([*written, text[position:]])


def is_in_words(tokens: Sequence[Token], run: Run, known: Lexicon) -> bool:
    """Tell whether at least one number of a run is in letters; the "and" of "41.15 and 41.15" is none."""
    said = (known.numbers, known.repeats, known.plurals)
    return any(
        token.word.isalpha() and any(phrases.begins_with(token.word) for phrases in said)
        for token in tokens[run.start : run.end]
    )


def digit_runs(tokens: Sequence[Token], known: Lexicon, loosely: bool = False) -> tuple[Run, ...]:
    """Return the runs of numbers among tokens; `loosely` also takes "for" among numbers for four."""
    return _runs(tokens if isinstance(tokens, Heard) else Heard(tokens), known, loosely)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _runs(tokens: Heard, known: Lexicon, loosely: bool) -> tuple[Run, ...]:
    reader = _Reader(tokens, known, loosely)
    runs: list[Run] = []
    until = 0
    for index, token in enumerate(tokens):
        if index < until or not may_begin_number(token.word, known) or not reader.groups(index):
            continue
        until = _end_of_run(reader, index)
        runs.append(Run(reader, index, until))
    return tuple(runs)


def may_begin_number(word: str, known: Lexicon) -> bool:
    """Tell whether a number, or a repeated digit, may begin with a word."""
    return word.isdecimal() or known.numbers.begins_with(word) or known.repeats.begins_with(word)


def _end_of_run(reader: _Reader, index: int, joined: bool = True) -> int:
    start = end = index
    while index - start < _LONGEST_RUN:
        groups = reader.groups(index) or reader.sounds_alike(index)
        if not groups:
            break
        end = max(group.end for group in groups)
        index = reader.skipped(end) if joined else end
    return end


_State = tuple[str, _Group | None]


def _readings(reader: _Reader, start: int, end: int) -> list[tuple[float, str]]:
    """Return what a run may mean, with the cost of each reading, cheapest first."""
    reached: dict[int, dict[_State, float]] = {start: {("", None): 0.0}}
    for index in range(start, end):
        states = sorted(reached.pop(index, {}).items(), key=lambda state: state[1])[:_MOST_READINGS]
        if not states:
            continue
        groups = [group for group in [*reader.groups(index), *reader.sounds_alike(index)] if group.end <= end]
        for group in groups:
            _step(reached, states, group, reader)
        after = reader.skipped(index)
        if index < after < end:
            joined = reader.tokens[index].word in reader.known.and_
            for state, cost in states:
                _keep(reached, after, state, cost + joined * _AND_BETWEEN)
    readings: dict[str, float] = {}
    for (digits, _), cost in reached.get(end, {}).items():
        readings[digits] = min(cost, readings.get(digits, cost))
    return sorted((cost, digits) for digits, cost in readings.items())


def _step(
    reached: dict[int, dict[_State, float]],
    states: list[tuple[_State, float]],
    group: _Group,
    reader: _Reader,
) -> None:
    for (digits, last), cost in states:
        parted = _cost_between(last, group, reader) if last else 0.0
        _keep(reached, group.end, (digits + group.digits, group), cost + group.cost + parted)


def _keep(reached: dict[int, dict[_State, float]], index: int, state: _State, cost: float) -> None:
    states = reached.setdefault(index, {})
    states[state] = min(cost, states.get(state, cost))


def _cost_between(last: _Group, group: _Group, reader: _Reader) -> float:
    """Tell how unlikely it is that a number ends here although the words could make one with the next."""
    if last.value < 0 or group.value < 0:
        return 0.0
    if last.value > 100 and 1 <= last.value % 100 <= 9 and last.end - last.start > 1 and group.value <= 9:
        return _UNIT_JOINED_AMONG_UNITS
    split = _SPLIT_WORDS + _SPLIT_HYPHEN * reader.tokens[group.start].glued
    if not any(longer.end > last.end for longer in reader.groups(last.start)):
        # 24 and 20, or 20 and 80: "vingt quatre vingt"
        inside = range(last.start + 1, last.end)
        crossed = any(other.end > last.end for start in inside for other in reader.groups(start))
        return split if crossed else 0.0
    if any(longer.end >= group.end and longer.value >= 0 for longer in reader.groups(last.start)):
        cost = _SPLIT_COUNT if group.value >= 100 else _SPLIT_WORDS
        if last.value % 1000 == 0 and last.value:
            cost = _SPLIT_THOUSAND
        elif last.value % 100 == 0 and last.value:
            cost = _SPLIT_HUNDRED
        return cost + _SPLIT_HYPHEN * reader.tokens[group.start].glued
    return split


def _whole(runs: Sequence[Run], lengths: Collection[int], is_valid: Valid | None) -> str | None:
    """Return what the one run is that fits; without lengths there may be no other."""
    values = {value for run in runs if (value := run.value(lengths, is_valid)) and len(value) > 1}
    if len(values) != 1 or (not lengths and (len(runs) > 1 or runs[0].counts_something())):
        return None
    return values.pop()


def _mended(
    before: Sequence[Run], after: Sequence[Run], lengths: Collection[int], is_valid: Valid | None
) -> str | None:
    """Return the row whose end was said again: "... six six, no wait, six five"."""
    if len(before) != 1 or len(after) != 1:
        return None
    mended = []
    for (cost, said), (more, again) in product(before[0].readings[:10], after[0].readings[:10]):
        for length in lengths:
            replaced = len(said) + len(again) - length
            if len(said) <= length and 1 <= replaced <= min(_MOST_SAID_AGAIN, len(again)):
                mended.append((cost + more, said[: length - len(again)] + again))
    return _likeliest(mended, lengths, is_valid)


def _likeliest(
    readings: Collection[tuple[float, str]], lengths: Collection[int], is_valid: Valid | None
) -> str | None:
    costs: dict[str, float] = {}
    for cost, digits in readings:
        if (not lengths or len(digits) in lengths) and (is_valid is None or is_valid(digits)):
            costs[digits] = min(cost, costs.get(digits, cost))
    ranked = sorted((cost, digits) for digits, cost in costs.items())
    if not ranked or (len(ranked) > 1 and ranked[1][0] - ranked[0][0] < _A_DOUBT):
        return None
    return ranked[0][1]
