"""Letters said aloud: by their names, with a word they begin, with an accent, doubled."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.reading.spoken.lexicon import Lexicon, Token

_ACCENTS = {
    "acute": "\N{COMBINING ACUTE ACCENT}",
    "grave": "\N{COMBINING GRAVE ACCENT}",
    "circumflex": "\N{COMBINING CIRCUMFLEX ACCENT}",
    "diaeresis": "\N{COMBINING DIAERESIS}",
    "cedilla": "\N{COMBINING CEDILLA}",
}


@dataclass(frozen=True, slots=True)
class Sign:
    """A letter, digit or mark that was said, the tokens it was said with, and whether it can be nothing else.

    Not `sure` are names of letters that are words too; `from_alphabet` are words such as "tango" alone.
    """

    start: int
    end: int
    written: str
    sure: bool = True
    from_alphabet: bool = False


def signs_at(tokens: Sequence[Token], index: int, known: Lexicon) -> Iterator[Sign]:
    """Yield what may be one spelled sign at a token, the surest and longest first."""
    named = known.letters.all_at(tokens, index)
    for end, letter in named:
        word = _word_behind(tokens, end, letter, known)
        if word:
            heard = tokens[index].heard.lower() if word[1] == tokens[index].word else word[1]
            yield _with_accent(tokens, Sign(index, word[0], heard), known)
    announced = known.as_in.at(tokens, index + 1)
    if announced and (word := known.alphabet.at(tokens, announced[0])):
        # the letter itself was misheard: "thé comme tango"
        yield Sign(index, word[0], word[1])
    alphabet = [
        Sign(index, end, letter, from_alphabet=True) for end, letter in known.alphabet.all_at(tokens, index)
    ]
    yield from (sign for sign in alphabet if sign.end - index > 1)  # "x ray" before "x"
    for end, letter in named:
        if end - index > 1:  # "double u" before a doubled "u"
            yield _with_accent(tokens, Sign(index, end, letter), known)
    for end, times in known.repeats.all_at(tokens, index):
        for after, letter in known.letters.all_at(tokens, end):
            yield _with_accent(tokens, Sign(index, after, letter * times), known)
    for end, times in known.numbers.all_at(tokens, index):
        if 2 <= times <= 3:  # "deux l", but not "due o tre"
            yield from (
                _with_accent(tokens, Sign(index, after, letter * times), known)
                for after, letter in [
                    *known.plural_letters.all_at(tokens, end),
                    *known.letters.all_at(tokens, end),
                ]
                if tokens[end].word not in known.words_too or after - end > 1
            )
    for end, letter in named:
        if end - index == 1:
            written = tokens[index].heard.lower() if len(tokens[index].word) == 1 else letter
            sure = tokens[index].word not in known.words_too
            yield _with_accent(tokens, Sign(index, end, written, sure), known)
    yield from alphabet


def _word_behind(tokens: Sequence[Token], index: int, letter: str, known: Lexicon) -> tuple[int, str] | None:
    """Return where "as in tango" ends and the letter it means; behind a weaker "for" it must be the same letter."""
    sure, weak = known.as_in.at(tokens, index), known.as_for.at(tokens, index)
    announced = sure or weak
    if not announced or announced[0] >= len(tokens):
        return None
    word = tokens[announced[0]].word
    if len(word) < 2 or not word.isalpha() or (not sure and word[0] != letter):
        return None
    return announced[0] + 1, word[0]


def _with_accent(tokens: Sequence[Token], sign: Sign, known: Lexicon) -> Sign:
    accent = known.accents.at(tokens, sign.end)
    if not accent:
        return sign
    composed = unicodedata.normalize("NFC", sign.written[-1] + _ACCENTS[accent[1]])
    if len(composed) > 1:
        return sign
    return Sign(sign.start, accent[0], sign.written[:-1] + composed)
