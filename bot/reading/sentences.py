"""Sentences: where one ends in messy writing, which one holds a word, and which one a cue points at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

_ENDS = re.compile(r"[.!?…]+(?=\s+\S|$)|\n+")
_ABBREVIATIONS = re.compile(r"(?:\b(?:mr|mrs|ms|dr|no|nr|st|vs|etc|approx|env|art|sig|dott)|\b[a-z])$", re.I)


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Return start and end of each sentence; a dot after an abbreviation does not end one."""
    spans, start = [], 0
    for match in _ENDS.finditer(text):
        if match.group().startswith(".") and _ABBREVIATIONS.search(text[start : match.start()][-8:]):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    return tuple((begin, end) for begin, end in spans if text[begin:end].strip())


def sentence_at(text: str, position: int) -> str:
    """Return the sentence that holds the character at this position."""
    for start, end in sentences(text):
        if start <= position < end:
            return text[start:end].strip()
    return text.strip()


def cued(text: str, cues: Iterable[str]) -> Iterator[str]:
    """Yield the sentences in which one of the cues (regular expressions in lower case) stands."""
    pattern = _any_of(tuple(cues))
    # Looking for lower-case cues in lower-case words takes half the time of not regarding case.
    lower = text.replace("’", "'").lower()
    same_places = len(lower) == len(text)
    for start, end in sentences(text):
        if pattern.search(lower[start:end] if same_places else text[start:end].replace("’", "'").lower()):
            yield text[start:end].strip()


def is_cued(text: str, cues: Iterable[str]) -> bool:
    """Tell whether one of the cues stands in the text."""
    return any(True for _ in cued(text, cues))


@lru_cache(maxsize=64)
def _any_of(cues: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{cue})" for cue in cues))
