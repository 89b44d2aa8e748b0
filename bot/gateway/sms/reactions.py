"""Reactions: a telephone that likes a text sends it back whole, in quotation marks, behind a few words of its own."""

from __future__ import annotations

from collections.abc import Iterable

from bot.reading.characters import bare

_OPEN, _CLOSE = "“\"«„'‘", "”\"»“'’"
_MOST_WORDS_BEFORE = 5
_FEWEST_LETTERS = 6


def is_reaction(text: str, said: Iterable[str]) -> bool:
    """Tell whether a text only quotes one of ours: "Liked “Which service is this about?”", "👍 to “…”".

    Long texts are quoted by their beginning. The words before differ by telephone and language; they are few.
    """
    text = text.strip()
    if not text or text[-1] not in _CLOSE:
        return False
    quotes = [place for place, sign in enumerate(text) if sign in _OPEN and _is_lead(text[:place])]
    ours = [letters for line in said if len(letters := _letters(line)) >= _FEWEST_LETTERS]
    return any(_quotes_one_of(_letters(text[place:]), ours) for place in quotes)


def _is_lead(before: str) -> bool:
    return bool(before.strip()) and len(before.split()) <= _MOST_WORDS_BEFORE


def _quotes_one_of(quoted: str, ours: list[str]) -> bool:
    """Tell whether the quoted letters begin one of our texts, or begin with it: several may have gone out as one."""
    return len(quoted) >= _FEWEST_LETTERS and any(
        letters.startswith(quoted) or quoted.startswith(letters) for letters in ours
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, bare(text)))
