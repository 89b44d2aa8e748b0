"""Whether somebody is in danger: the few matters that go before every question and every form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.reading.characters import bare
from bot.reading.patterns import Words, any_of, once_per_pack
from bot.reading.phrases import PhraseBook

# Life first, money last; the first that fits is the answer.
DANGERS = ("emergency", "violence", "self_harm", "no_911", "medical_alarm", "hijacked_pbx", "fraud")

_NINE_ONE_ONE = r"(?<![\w-])9[ .-]{0,3}1[ .-]{0,3}1(?![\w-])"
_SENTENCE_END = re.compile(r"[.!?;\n\r…]+")
_NOT_A_WORD = re.compile(r"[^\w.]+|_+")
_WORD = re.compile(r"[^\W\d_]{5,20}")


@dataclass(frozen=True)
class _Grammar:
    harmless: PhraseBook
    dangers: dict[str, PhraseBook]
    nine_one_one: re.Pattern[str]
    mended: Callable[[str], str]


def read_danger(text: str, words: Words) -> str | None:
    """Return the gravest danger the text tells of, one of `DANGERS`, or None.

    Rather one false alarm than a person missed: misspelt and unaccented words count. But a figure of speech
    ("this is killing me") or an insult ("your billing is fraud") is no danger.
    """
    grammar = _grammar(words)
    said = grammar.harmless.removed_from(_normal(text, grammar))
    return next((danger for danger, phrases in grammar.dangers.items() if phrases.is_in(said)), None)


@once_per_pack
def _grammar(words: Words) -> _Grammar:
    groups = words["groups"]
    return _Grammar(
        harmless=PhraseBook(words["harmless"], groups),
        dangers={danger: PhraseBook(words[danger], groups) for danger in DANGERS},
        nine_one_one=re.compile(rf"{_NINE_ONE_ONE}|\b(?:{any_of(words['nine_one_one'])})\b"),
        mended=_mending(words["often_misspelt"]),
    )


def _normal(text: str, grammar: _Grammar) -> str:
    """Return bare words with single spaces between, " . " at the ends of sentences, and spelling mended."""
    folded = bare(unicodedata.normalize("NFC", text)).replace("œ", "oe")
    folded = _SENTENCE_END.sub(" . ", grammar.nine_one_one.sub(" 911 ", folded))
    return " ".join(
        _WORD.sub(lambda word: grammar.mended(word.group()), _NOT_A_WORD.sub(" ", folded)).split()
    )


def _mending(often_misspelt: list[str]) -> Callable[[str], str]:
    """Return what puts right one letter missing, added, wrong or swapped with its neighbour."""
    meant_by = {typed: word for word in often_misspelt for typed in _without_one_letter(word)}

    right = frozenset(often_misspelt)

    @lru_cache(maxsize=10_000)
    def mended(word: str) -> str:
        if word in right:
            return word
        guesses = (meant_by[typed] for typed in _without_one_letter(word) if typed in meant_by)
        return next((guess for guess in guesses if abs(len(guess) - len(word)) <= 1), word)

    return mended


def _without_one_letter(word: str) -> Iterator[str]:
    yield word
    for index in range(len(word)):
        yield word[:index] + word[index + 1 :]
