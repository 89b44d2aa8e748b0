"""Messy writing made plain, so that a phrase of a pack is found however it was typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from bot.reading.characters import bare
from bot.reading.patterns import Words

_SENTENCE_END = re.compile(r"[.!?;\n\r…]+")
_NOT_A_WORD = re.compile(r"[^\w.]+|_+")
_LONG_LETTER = re.compile(r"([^\W\d_])\1{2,}")
_WORD = re.compile(r"[^\W\d_]{5,20}")
_SHORTEST_ELIDED = 4
_REMEMBERED_WORDS = 10_000


def folded(text: str) -> str:
    """Return the text in lower case, without accents and ligatures, no letter thrice in a row."""
    return _LONG_LETTER.sub(r"\1", bare(unicodedata.normalize("NFC", text)).replace("œ", "oe"))


def plain_words(text: str, mended: Callable[[str], str]) -> str:
    """Return the words of folded text with single spaces between, " . " for full stops, and spelling mended."""
    words = _NOT_A_WORD.sub(" ", _SENTENCE_END.sub(" . ", text))
    return " ".join(_WORD.sub(lambda word: mended(word.group()), words).split())


def mending(words: Words) -> Callable[[str], str]:
    """Return what mends one word as the pack tells.

    A word that is `often_misspelt` may have one letter missing, added, wrong or swapped; of two the first is
    meant. An `elided` word may be stuck to the next for want of an apostrophe. Words of phrases are right.
    """
    often_misspelt: list[str] = words["often_misspelt"]
    meant_by = {typed: word for word in reversed(often_misspelt) for typed in _without_one_letter(word)}
    right = frozenset(_words_in(words))
    elided = tuple(words["elided"])

    @lru_cache(maxsize=_REMEMBERED_WORDS)
    def mended(word: str) -> str:
        return word if word in right else (_taken_apart(word) or _put_right(word))

    def _taken_apart(word: str) -> str | None:
        parts = ((start, word.removeprefix(start)) for start in elided if word.startswith(start))
        return next((f"{start} {rest}" for start, rest in parts if rest in right and _may_elide(rest)), None)

    def _put_right(word: str) -> str:
        guesses = {meant_by[typed] for typed in _without_one_letter(word) if typed in meant_by}
        near = [guess for guess in guesses if abs(len(guess) - len(word)) <= 1]
        return min(near, key=often_misspelt.index, default=word)

    return mended


def _may_elide(word: str) -> bool:
    return len(word) >= _SHORTEST_ELIDED and word[0] in "aeiouh"


def _words_in(part: Any) -> Iterator[str]:
    """Yield the words of all phrases in a pack, or in a part of one."""
    if isinstance(part, Mapping):
        for below in part.values():
            yield from _words_in(below)
    elif isinstance(part, list):
        for below in part:
            yield from _words_in(below)
    else:
        yield from re.findall(r"[^\W\d_]+", bare(part))


def _without_one_letter(word: str) -> Iterator[str]:
    yield word
    for index in range(len(word)):
        yield word[:index] + word[index + 1 :]
