"""Whether somebody is in danger: the few matters that go before every question and every form."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.reading.patterns import Words, any_of, once_per_pack
from bot.reading.phrases import PhraseBooks
from bot.reading.spelling import folded, mending, plain_words

# Life first, money last; the first that fits is the answer.
DANGERS = ("emergency", "violence", "self_harm", "no_911", "medical_alarm", "hijacked_pbx", "fraud")

# Not a sum of $9.11 or 911.00, nor the middle of a telephone number.
_NINE_ONE_ONE = r"(?<![\w$.,-])e?9(?:[ .-]{1,3}1[ .-]{1,3}1|[ -]{0,3}11)(?![\w-]|[.,]\d| ?\$)"


@dataclass(frozen=True)
class _Grammar:
    dangers: PhraseBooks
    nine_one_one: re.Pattern[str]
    mended: Callable[[str], str]


def read_danger(text: str, words: Words) -> str | None:
    """Return the gravest danger the text tells of, one of `DANGERS`, or None.

    Rather one false alarm than a person missed: misspelt and unaccented words count. But a figure of speech
    ("this is killing me") or an insult ("your billing is fraud") is no danger.
    """
    grammar = _grammar(words)
    said = grammar.nine_one_one.sub(" 911 ", folded(text))
    return next(grammar.dangers.told_in(plain_words(said, grammar.mended)), None)


@once_per_pack
def _grammar(words: Words) -> _Grammar:
    return _Grammar(
        dangers=PhraseBooks(words, DANGERS),
        nine_one_one=re.compile(rf"{_NINE_ONE_ONE}|\b(?:{any_of(words['nine_one_one'])})\b"),
        mended=mending(words),
    )
