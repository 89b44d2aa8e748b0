"""What makes a complaint weigh more for whoever tells it: threats, a cut line, hard times, a loss, an impairment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.reading.patterns import Words, once_per_pack
from bot.reading.phrases import PhraseBooks
from bot.reading.spelling import folded, mending, plain_words

# The gravest first.
CIRCUMSTANCES = (
    "threat",
    "disconnection",
    "harassment",
    "privacy",
    "hardship",
    "bereavement",
    "disability",
    "outage",
)


@dataclass(frozen=True)
class _Grammar:
    circumstances: PhraseBooks
    mended: Callable[[str], str]


def read_circumstances(text: str, words: Words) -> list[str]:
    """Return every one of `CIRCUMSTANCES` that the text tells of, the gravest first.

    They call for a person and for haste, but unlike a danger they stop no question; so words that may mean
    something else ("the call was cut off", "I can't pay online") do not count.
    """
    grammar = _grammar(words)
    return list(grammar.circumstances.told_in(plain_words(folded(text), grammar.mended)))


@once_per_pack
def _grammar(words: Words) -> _Grammar:
    return _Grammar(PhraseBooks(words, CIRCUMSTANCES), mending(words))
