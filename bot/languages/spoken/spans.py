"""What a voice is given: words as they are, digits and letters one by one and in groups."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

WORDS, DIGITS, LETTERS = "words", "digits", "letters"


@dataclass(frozen=True)
class Span:
    """Something said: `words` as they are, `digits` or `letters` one by one.

    `pause` is the mark that ends digits and letters, of a sentence or a comma; nothing where the sentence runs on.
    """

    text: str
    how: str = WORDS
    pause: str = ""


Said = str | list[Span] | None
"""What is said for a match: words that may still be worked on, spans that are settled, or None: as it stands."""

Say = Callable[[re.Match[str]], Said]
Rule = tuple[str, Say]
"""A pattern, and how what it finds is said."""


def grouped(digits: str) -> list[str]:
    """Return digits in groups that an ear can hold: 4-4-4, 1-3-3-4, else threes with a four where it comes out."""
    if len(digits) <= 4:
        return [digits]
    if len(digits) in (8, 12):
        return re.findall("....", digits)
    if len(digits) == 11 and digits[0] == "1":
        return ["1", *grouped(digits[1:])]
    tail = {0: 3, 1: 4, 2: 2}[len(digits) % 3]
    return [*re.findall("...", digits[:-tail]), digits[-tail:]]


def one_by_one(groups: Sequence[str]) -> list[Span]:
    """Return groups of digits or letters with a pause after each; one alone needs none."""
    pause = "," if len(groups) > 1 else ""
    return [Span(group, DIGITS if group.isdecimal() else LETTERS, pause) for group in groups]


def in_letters(text: str) -> list[Span]:
    """Return what is said letter by letter in the middle of a sentence."""
    return [Span(text, LETTERS)]


def with_pause(spans: list[Span]) -> list[Span]:
    """Return spans with a pause at the end, if digits or letters are last."""
    *before, last = spans
    return [*before, last if last.how == WORDS else replace(last, pause=",")]
