"""Messy writing made plain, so that a phrase of a pack is found however it was typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from bot.reading.characters import bare

_SENTENCE_END = re.compile(r"[.!?;\n\r…]+")
_NOT_A_WORD = re.compile(r"[^\w.]+|_+")
_LONG_LETTER = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"[^\W\d_]{5,20}")


def folded(text: str) -> str:
    """Return the text in lower case, without accents and ligatures, no letter thrice in a row."""
    return _LONG_LETTER.sub(r"\1", bare(unicodedata.normalize("NFC", text)).replace("œ", "oe"))


def plain_words(text: str, mended: Callable[[str], str]) -> str:
    """Return the words of folded text with single spaces between, " . " for full stops, and spelling mended."""
    words = _NOT_A_WORD.sub(" ", _SENTENCE_END.sub(" . ", text))
    return " ".join(_WORD.sub(lambda word: mended(word.group()), words).split())


def mending(often_misspelt: list[str]) -> Callable[[str], str]:
    """Return what puts right one letter missing, added, wrong or swapped; of two words the first is meant."""
    meant_by = {typed: word for word in reversed(often_misspelt) for typed in _without_one_letter(word)}
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
