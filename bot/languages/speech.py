"""Text as it is spoken: numbers in groups, signs as words or pauses, nothing that only an eye can read."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"(?<![\w-])\+?\d[\d-]{5,}\d(?![\w-])")


@dataclass(frozen=True)
class Span:
    """Something said: `words` as they are, `digits` or `letters` one by one."""

    text: str
    how: str = "words"


def speech(text: str, language: str) -> list[Span]:
    """Return what is said, in order."""
    spans: list[Span] = []
    place = 0
    for match in _NUMBER.finditer(text):
        spans += _words(text[place : match.start()])
        spans += [Span(group, "digits") for group in re.findall(r"\d+", match.group())]
        place = match.end()
    return [*spans, *_words(text[place:])]


def spelled(text: str, language: str) -> list[str]:
    """Return what can be spelled of a text, spelled out."""
    return []


def plain(spans: list[Span]) -> str:
    """Return spans as text in which digits and letters stand apart."""
    return " ".join(span.text if span.how == "words" else " ".join(span.text) + "," for span in spans)


def _words(text: str) -> list[Span]:
    said = " ".join(text.replace("•", " ").split())
    return [Span(said)] if said else []
