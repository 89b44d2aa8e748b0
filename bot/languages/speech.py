"""Text as it is spoken: numbers in groups, signs as words or pauses, nothing that only an eye can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from bot.languages import pack
from bot.languages.spoken.addresses import Addresses
from bot.languages.spoken.hearable import hearable
from bot.languages.spoken.numbers import Numbers
from bot.languages.spoken.scan import Scan
from bot.languages.spoken.spans import WORDS, Rule, Say, Span, grouped
from bot.languages.spoken.spelling import spelled
from bot.languages.spoken.sums import Sums
from bot.languages.spoken.times import Times
from bot.languages.spoken.words import Words

__all__ = ["Span", "grouped", "plain", "speech", "spelled"]


def speech(text: str, language: str) -> list[Span]:
    """Return what is said, in order."""
    scan = Scan(hearable(text))
    for pattern, say in _rules(language):
        scan.apply(pattern, say)
    return scan.spans()


def plain(spans: list[Span]) -> str:
    """Return spans as text in which digits and letters stand apart."""
    return " ".join(span.text if span.how == WORDS else " ".join(span.text) + span.pause for span in spans)


@cache
def _rules(language: str) -> list[tuple[re.Pattern[str], Say]]:
    return [(re.compile(pattern), say) for pattern, say in _in_order(language)]


def _in_order(language: str) -> Iterator[Rule]:
    """Yield how each kind of thing is said, the surer before the vaguer: a date is no phone number, 41.15 no time."""
    own = pack(language, "speech")
    numbers, sums, times, words = Numbers(own), Sums(own), Times(own), Words(own)
    yield from Addresses(own).rules()
    yield from words.spellings()
    yield from times.dates()
    yield from numbers.known()
    yield from times.hours()
    yield from sums.money()
    yield from numbers.phones()
    yield from numbers.joined()
    yield from sums.counts()
    yield from numbers.emergency()
    yield from words.written_short()
    yield from numbers.others()
    yield from words.signs()
    yield from numbers.leftovers()
    yield from words.capitals()
