"""Names spelled aloud, and texts in which a name is spelled."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.reading.characters import bare
from bot.reading.patterns import Words
from bot.reading.spoken.letters import Sign, signs_at
from bot.reading.spoken.lexicon import (
    LONGEST_ANSWER,
    Lexicon,
    Token,
    lexicon,
    parts_between_corrections,
    tokens_of,
)

_FEWEST_LETTERS = 2
_FEWEST_OF_ALPHABET = 3
_LETTERS_OF_A_NAME = 4
_LONGEST_ANNOUNCEMENT = 5  # in tokens
_VERB = "è"  # Italian for "is"; no name begins with it
_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class _Spelling:
    start: int
    end: int
    written: str


def name_spelled(text: str, words: Words) -> str | None:
    """Return the name that an answer spells, "Tremblay" for "t r e m b l a y"; None when nothing is spelled.

    A name that was also said whole stands where only its beginning is spelled.
    """
    known = lexicon(words)
    tokens = _last_part(tokens_of(text), known)
    spellings = list(_spellings(tokens, known))
    if not spellings:
        return None
    names = [_of_heard(tokens, spelling, text, known) for spelling in spellings]
    return " ".join(_with_capital(name) for name in names)


def spelling_written(text: str, words: Words) -> str:
    """Return the text with spelled names written in place of the letters and of the name as it was heard.

    "marie trembley spelled t r e m b l a y" becomes "marie Tremblay"; a text that spells nothing stays as it is.
    """
    known = lexicon(words)
    tokens = tokens_of(text)
    position, written = 0, []
    for spelling in _spellings(tokens, known):
        name = _with_capital(_of_heard(tokens, spelling, text, known))
        start = _start_with_heard(tokens, spelling, known)
        written += [text[position : tokens[start].start], name]
        position = tokens[spelling.end - 1].end
    return "".join([*written, text[position:]])


def _last_part(tokens: Sequence[Token], known: Lexicon) -> Sequence[Token]:
    """Return what was said after the last correction that spells something."""
    parts = parts_between_corrections(tokens, known)
    spelled = [part for part in parts if any(_spellings(part, known))]
    return spelled[-1] if spelled else tokens


def _spellings(tokens: Sequence[Token], known: Lexicon) -> Iterator[_Spelling]:
    index = 0
    while index < len(tokens) <= LONGEST_ANSWER:
        found = _spelling_at(tokens, index, known)
        if found:
            yield found
            index = found.end
        else:
            index += 1


def _spelling_at(tokens: Sequence[Token], index: int, known: Lexicon) -> _Spelling | None:
    signs: list[Sign] = []
    written, at = "", index
    while at < len(tokens):
        silent = known.capital.at(tokens, at) or (_pause_at(tokens, at, known) if signs else None)
        mark = known.marks.at(tokens, at) if signs else None
        sign = next(signs_at(tokens, at, known), None)
        if sign and (signs or sign.written != _VERB):
            signs.append(sign)
            written, at = written + sign.written, sign.end
        elif mark and next(signs_at(tokens, mark[0], known), None):
            written, at = written + mark[1], mark[0]
        elif silent:
            at = silent[0]
        else:
            break
    return _Spelling(index, signs[-1].end, written) if _is_spelling(signs) else None


def _pause_at(tokens: Sequence[Token], index: int, known: Lexicon) -> tuple[int, bool] | None:
    pause = known.breaks.at(tokens, index)
    return pause if pause and not pause[1] else None


def _is_spelling(signs: Sequence[Sign]) -> bool:
    """Tell letters from words that only sound like them, "you are" or "see why": the more letters, the surer."""
    if len(signs) < _FEWEST_LETTERS:
        return False
    letters = sum(len(sign.written) for sign in signs)
    sure = sum(len(sign.written) for sign in signs if sign.sure and not sign.from_alphabet)
    if all(sign.from_alphabet for sign in signs):
        return letters >= _FEWEST_OF_ALPHABET
    return (letters >= _LETTERS_OF_A_NAME and sure > 0) or (sure >= _FEWEST_LETTERS and sure * 2 >= letters)


def _of_heard(tokens: Sequence[Token], spelling: _Spelling, text: str, known: Lexicon) -> str:
    start = _start_with_heard(tokens, spelling, known)
    if start == spelling.start:
        return spelling.written
    heard = text[tokens[start].start : tokens[start].end]
    begins = bare(heard).startswith(bare(spelling.written)) and len(heard) > len(spelling.written)
    return heard if begins else spelling.written


def _start_with_heard(tokens: Sequence[Token], spelling: _Spelling, known: Lexicon) -> int:
    """Return where the name begins that was said whole just before it was spelled."""
    start = spelling.start
    for back in range(_LONGEST_ANNOUNCEMENT, 0, -1):
        announced = known.spelled.at(tokens, start - back) if start >= back else None
        if announced and announced[0] == spelling.start:
            start -= back
            break
    before = start - 1
    while before >= 0 and _pause_at(tokens, before, known):
        before -= 1
    if before >= 0 and _is_heard(tokens[before].word, spelling.written):
        return before
    return spelling.start


def _is_heard(word: str, spelled: str) -> bool:
    plain = bare(spelled)
    if len(word) < 3:
        return False
    alike = SequenceMatcher(None, word, plain).ratio() >= _ALIKE and word[0] == plain[0]
    return alike or word.startswith(plain)


def _with_capital(name: str) -> str:
    return re.sub(r"(?:^|(?<=[-' ]))[^\W\d_]", lambda first: first.group().upper(), name)
