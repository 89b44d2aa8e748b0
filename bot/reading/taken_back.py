"""What people take back as they speak: "the fifth, no wait, the sixth", "the fifth, not the sixth"."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Protocol, TypeVar

from bot.reading.patterns import Words
from bot.reading.spoken.lexicon import Token, lexicon, tokens_of

_SMALL_WORDS = 2
"""Up to so many words, such as "it was the", may stand between the correction and what it puts right."""


class _Mention(Protocol):
    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


Mention = TypeVar("Mention", bound=_Mention)


def without_taken_back(
    mentions: Sequence[Mention], text: str, spoken: Words, denied: Collection[str] = ()
) -> list[Mention]:
    """Leave out every mention that a correction parts from the next one.

    With `denied`, words such as "not", what they part from the mention before is left out instead.
    """
    tokens = tokens_of(text)
    left_out = []
    for before, after in pairwise(mentions):
        between = [token for token in tokens if before.end <= token.start and token.end <= after.start]
        wrong = _wrong_one(between, spoken, denied)
        if wrong is not None:
            left_out.append((before, after)[wrong])
    return [mention for mention in mentions if mention not in left_out]


def _wrong_one(between: Sequence[Token], spoken: Words, denied: Collection[str]) -> int | None:
    """Return which of the two mentions around these words is not meant: 0, 1, or None where both are."""
    breaks, corrects, denies = lexicon(spoken).breaks, False, False
    others, index = 0, 0
    while index < len(between):
        found = breaks.at(between, index)
        if found:
            index, corrects = found[0], corrects or found[1]
            continue
        denies = denies or between[index].word in denied
        others, index = others + (between[index].word not in denied), index + 1
    if others > _SMALL_WORDS or not (corrects or denies):
        return None
    return 1 if denies else 0
