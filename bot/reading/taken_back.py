"""What people take back as they speak: "the fifth, no wait, the sixth"."""

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
    """Leave out every mention that a correction parts from the next one; `denied` are words such as "not".

    "On May 5, no, not May 6" takes nothing back.
    """
    tokens = tokens_of(text)

    def is_taken_back(mention: Mention, after: Mention) -> bool:
        between = [token for token in tokens if mention.end <= token.start and token.end <= after.start]
        return _corrects(between, spoken, denied)

    pairs = pairwise(mentions)
    return [mention for mention, after in pairs if not is_taken_back(mention, after)] + list(mentions[-1:])


def _corrects(between: Sequence[Token], spoken: Words, denied: Collection[str]) -> bool:
    breaks, corrected, others, index = lexicon(spoken).breaks, False, 0, 0
    while index < len(between):
        found = breaks.at(between, index)
        if found:
            index, corrects = found
            corrected = corrected or corrects
            continue
        if between[index].word in denied:
            return False
        others, index = others + 1, index + 1
    return corrected and others <= _SMALL_WORDS
