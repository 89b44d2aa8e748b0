"""A text in which more and more is settled how to say, and at last nothing is left that cannot be said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.languages.spoken.hearable import is_letter
from bot.languages.spoken.spans import WORDS, Say, Span

_FIRST = 0xF0000
SETTLED = f"{chr(_FIRST)}-\U0010fffd"
"""Private characters stand for what is settled, so that nothing later changes it."""

_DROPPED = re.compile(rf"\((?:s|es|x|e|i|a|o)\)|(?<=[{SETTLED}])'s\b")
"""The plural that may be, and the genitive of what is spelled."""

_PAUSES = re.compile(
    r"\s+(?:->|=>|>|[–—]|-+)\s+|\s*(?:—|--+|[→⇒➜›])\s*|[()\[\]]|\.{2,}(?=\s*[a-zà-ÿ\d])"
    rf"|(?<=[^\W\d_]|[{SETTLED}])/(?=[^\W_]|[{SETTLED}])"
)
_LOOSE = re.compile(rf"(?<![^\W_])[-']+|-+(?![^\W_])|'+(?![^\W_]|[{SETTLED}])|(?<=\d)-|-(?=\d)")
"""Hyphens and apostrophes that join nothing."""

_RUN_ON = re.compile(r"(?<=[^\W_]{2})([.,;:!?])(?=[^\W\d_])")
"""A sentence that follows without a space; not "9.5" nor "a.m."."""


class Scan:
    """A text on its way to being said."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._settled: list[list[Span]] = []

    def apply(self, pattern: re.Pattern[str], say: Say) -> None:
        """Put what is said for each match in its place."""
        self._text = pattern.sub(lambda match: self._kept(match, say), self._text)

    def _kept(self, match: re.Match[str], say: Say) -> str:
        said = say(match)
        if said is None:
            return match.group()
        if isinstance(said, str):
            return said
        self._settled.append(said)
        return chr(_FIRST + len(self._settled) - 1)

    def spans(self) -> list[Span]:
        """Return all that is said, words that follow one another in one span."""
        joined: list[Span] = []
        for span in self._spans(_tidy(self._text)):
            if joined and joined[-1].how == span.how == WORDS:
                joined[-1] = Span(f"{joined[-1].text} {span.text}")
            else:
                joined.append(span)
        return joined

    def _spans(self, text: str) -> Iterator[Span]:
        first, *rest = re.split(f"([{SETTLED}])", text)
        if first.strip():
            yield Span(first.strip())
        for place, words in zip(rest[::2], rest[1::2], strict=True):
            ended = re.match(r"\s*([.,;:!?])", words)
            *before, last = self._settled[ord(place) - _FIRST]
            yield from before
            yield _marked(last, ended[1]) if ended else last
            words = words[ended.end() :] if ended else words
            if any(character.isalnum() for character in words):
                yield Span(words.strip())


def _marked(span: Span, mark: str) -> Span:
    """Return a span with the mark that stands after it."""
    if span.how != WORDS:
        return replace(span, pause=mark if mark in ".!?" else ",")
    # "5 p.m." has the full stop that ends its sentence
    return span if mark == "." and span.text.endswith(".") else replace(span, text=span.text + mark)


def _tidy(text: str) -> str:
    """Return a text with nothing but letters, digits, plain punctuation and what is settled."""
    text = _PAUSES.sub(", ", _DROPPED.sub("", text.replace("’", "'")))
    text = _LOOSE.sub(" ", "".join(one if _is_said(one) else " " for one in text))
    text = re.sub(r"[.,;:!?](?:\s*[.,;:!?])+", _strongest, text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    text = _RUN_ON.sub(r"\1 ", text)
    return text.lstrip(".,;:!? ").replace("'", "’")


def _strongest(marks: re.Match[str]) -> str:
    """Return the one mark that counts; a full stop right before a comma was that of a short form."""
    told = re.sub(r"\.(?=[,;:])", "", marks.group())
    return next(mark for mark in "?!.:;," if mark in told)


def _is_said(character: str) -> bool:
    is_settled = ord(character) >= _FIRST
    return is_settled or character in " .,;:!?'-" or character.isdecimal() or is_letter(character)
