"""How a rule reads a date: a pattern over token kinds, and a function that says what the match means.

A rule that returns None still takes its words: they are known to be no readable date, so that no part of
them is read either ("the last week of our trip" is not "last week"). One that returns ELSEWHERE leaves them to the next.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.reading.date_words import Token, Vocabulary

EARLIEST_YEAR = 1950
"""No complaint reaches further back."""


YEARS_AHEAD = 2
YEARS_AHEAD_OF_AN_ANSWER = 10
"""How far ahead a date said with its year may lie, in a story and where it is all that is said."""

ANSWER_WORDS = 8  # up to so many tokens a text is an answer, not a story
OTHER_WORDS = 1  # up to so many words beside a date say nothing else: "maybe next week"
SMALL_WORDS = " .,!?-~'/()EotkiscfubTN"  # kinds that are no words of their own in such an answer

_SENTENCE_ENDS = (".", "!", "?", ";")


@dataclass(frozen=True)
class Part:
    """A part of a month: its nth `unit`, counted from its end when negative; `count` of them where more are meant.

    `unit` is "day", "week", "weekend", "half" or "weekday", then with `weekday` (Monday 0).
    """

    unit: str
    nth: int
    count: int = 1
    weekday: int | None = None


@dataclass(frozen=True)
class Spoken:
    """A date as said: parts may be missing, and `exact` holds (ISO value, precision) when nothing is open.

    `other` is another one that was said in the same words: "the 3rd and the 9th of May".
    """

    first: int
    last: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    end: Spoken | None = None
    exact: tuple[str, str] | None = None
    certainly_past: bool = False
    part: Part | None = None
    other: Spoken | None = None


@dataclass(frozen=True)
class Reader:
    """What a rule may look at: the tokens, their text, the language's words and the reference day."""

    tokens: list[Token]
    plain: str
    vocabulary: Vocabulary
    today: date
    day_first: bool | None
    past: bool = False
    is_answer: bool = False

    @property
    def latest_year(self) -> int:
        """The latest year that is read where it is said."""
        return self.today.year + (YEARS_AHEAD_OF_AN_ANSWER if self.is_answer else YEARS_AHEAD)

    def word(self, index: int) -> str:
        return self.tokens[index].word if 0 <= index < len(self.tokens) else ""

    def kind(self, index: int) -> str:
        """The kind at a place; a blank beyond either end of the text."""
        return self.tokens[index].kind if 0 <= index < len(self.tokens) else " "

    def kinds(self, first: int, last: int) -> str:
        return "".join(self.kind(index) for index in range(first, last + 1))


class Found:
    """A pattern's match, with its named groups as tokens."""

    def __init__(self, match: re.Match[str], reader: Reader) -> None:
        self._match = match
        self.reader = reader
        self.first, self.last = match.start(), match.end() - 1
        self.words = match.groupdict()

    def __contains__(self, name: str) -> bool:
        return bool(self.words.get(name))

    def token(self, name: str) -> Token:
        return self.reader.tokens[self._match.start(name)]

    def at(self, name: str) -> int:
        return self._match.start(name)

    def value(self, name: str) -> int:
        """The number, month or weekday of a group that always takes part in the match."""
        return self.token(name).value

    def value_if_said(self, name: str) -> int | None:
        return self.token(name).value if name in self else None

    def year(self, name: str = "year") -> int | None:
        """A year of four digits, or of two after an apostrophe or a stroke ("Oct '14", "31-Oct-14")."""
        if name not in self:
            return None
        token = self.reader.tokens[self._match.end(name) - 1]
        return token.value if token.value > 99 else full_year(token.value, self.reader.today)

    def spoken(self, **parts: object) -> Spoken:
        return Spoken(self.first, self.last, **parts)  # type: ignore[arg-type]

    def spans(self, name: str) -> str:
        """The kinds that the group took."""
        return self.words.get(name) or ""

    def next_word(self) -> str:
        return self.reader.word(self.last + 1)

    def next_kind(self) -> str:
        return self.reader.kind(self.last + 1)

    def previous_kind(self) -> str:
        return self.reader.kind(self.first - 1)

    def sentence(self) -> tuple[int, int]:
        """The first and last token of the sentence it stands in."""
        return sentence_of(self.reader.tokens, self.first, self.last)

    def sentence_has(self, kinds: str) -> bool:
        """Whether a word of one of these kinds stands in the sentence."""
        first, last = self.sentence()
        return not set(kinds).isdisjoint(self.reader.kinds(first, last))

    def is_an_answer(self) -> bool:
        """Whether the text is short and says when something was, or is known to say so."""
        return self.reader.is_answer

    def is_all_that_is_said(self) -> bool:
        """Whether the text says little else, so that "next week" is neither a promise that was made nor a plan."""
        reader = self.reader
        if reader.past or not reader.is_answer:
            return reader.past
        others = reader.kinds(0, self.first - 1) + reader.kinds(self.last + 1, len(reader.tokens) - 1)
        return sum(kind not in SMALL_WORDS for kind in others) <= OTHER_WORDS

    def nearby(self, before: int, after: int) -> str:
        """The text from so many words before it to so many after it, within the sentence."""
        first, last = self.sentence()
        tokens = self.reader.tokens
        first, last = max(first, self.first - before), min(last, self.last + after)
        return self.reader.plain[tokens[first].start : tokens[last].end]


def sentence_of(tokens: list[Token], first: int, last: int) -> tuple[int, int]:
    """Return the first and last token of the sentence in which the tokens from `first` to `last` stand."""
    while first > 0 and tokens[first - 1].word not in _SENTENCE_ENDS:
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].word not in _SENTENCE_ENDS:
        last += 1
    return first, last


ELSEWHERE = Spoken(-1, -1)
"""What a rule returns whose pattern matched something that is not its own."""

Meaning = Callable[[Found], Spoken | None]
RULES: list[tuple[frozenset[str], re.Pattern[str], Meaning]] = []


def rule(needs: str, pattern: str) -> Callable[[Meaning], Meaning]:
    """Register a meaning for a pattern over kinds; blanks in the pattern are for the eye.

    A text with none of the kinds in `needs` is not searched, which keeps reading fast.
    """

    def register(meaning: Meaning) -> Meaning:
        RULES.append((frozenset(needs), re.compile(pattern.replace(" ", "")), meaning))
        return meaning

    return register


def full_year(year: int, today: date) -> int:
    """Return a two-digit year in full: at most one year ahead of today, else of the last century."""
    if year > 99:
        return year
    return 2000 + year if 2000 + year <= today.year + 1 else 1900 + year
