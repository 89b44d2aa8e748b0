"""How a rule reads a date: a pattern over token kinds, and a function that says what the match means.

A rule that returns None still takes its words: they are known to be no readable date, so that no part of
them is read either ("the last week of May" is neither "last week" nor "May").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.reading.date_words import Token, Vocabulary

EARLIEST_YEAR = 1950
"""No complaint reaches further back."""


_SENTENCE_ENDS = (".", "!", "?", ";")


@dataclass(frozen=True)
class Spoken:
    """A date as said: parts may be missing, and `exact` holds (ISO value, precision) when nothing is open."""

    first: int
    last: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    end: Spoken | None = None
    exact: tuple[str, str] | None = None
    certainly_past: bool = False


@dataclass(frozen=True)
class Reader:
    """What a rule may look at: the tokens, their text, the language's words and the reference day."""

    tokens: list[Token]
    plain: str
    vocabulary: Vocabulary
    today: date
    day_first: bool | None

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
