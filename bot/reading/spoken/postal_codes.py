"""Canadian postal codes said sign by sign: letters and digits by turns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.reading.characters import bare
from bot.reading.patterns import Words
from bot.reading.spoken.letters import signs_at
from bot.reading.spoken.lexicon import Lexicon, Token, lexicon, parts_between_corrections, tokens_of

# Canada Post: no D F I O Q U anywhere, and no W Z in first place.
_POSTAL_CODE = re.compile(r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]\d[ABCEGHJ-NPRSTV-Z]\d")
_POSTAL_AREA = re.compile(r"[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z]")
_SIGNS_OF_POSTAL_CODE = 6
_SIGNS_OF_POSTAL_AREA = 3
# A letter is said in up to four tokens, "x as in xylophone"; pauses may come between two digits.
_LONGEST_LETTER = 6
_MOST_TOKENS_APART = 8


def postal_code_said(text: str, words: Words) -> str | None:
    """Return the postal code that an answer gives, as "H2X 1Y4"; None for what Canada Post never issues."""
    known = lexicon(words)
    parts = [part for part in parts_between_corrections(tokens_of(text), known) if part]
    codes = {code for _, _, code in postal_codes_in(parts[-1], known)} if parts else set()
    if len(codes) == 1:
        return codes.pop()
    if len(parts) > 1:
        return _end_said_again(parts[-2], parts[-1], known)
    return None


def postal_area_said(text: str, words: Words) -> str | None:
    """Return the first three signs of a postal code that an answer gives by themselves, such as "T2P"."""
    known, tokens = lexicon(words), tokens_of(text)
    found = {
        area[1]
        for index in range(len(tokens))
        if not _is_within_letter(tokens, index, known)
        and (area := _postal_code_at(tokens, index, known, _SIGNS_OF_POSTAL_AREA))
    }
    return found.pop() if len(found) == 1 else None


def _end_said_again(before: Sequence[Token], after: Sequence[Token], known: Lexicon) -> str | None:
    said, again = _letters_and_digits(before, known), _letters_and_digits(after, known)
    kept = _SIGNS_OF_POSTAL_CODE - len(again)
    if not again or len(said) <= kept or kept < 1:
        return None
    code = said[:kept] + again
    return _as_written(code) if _POSTAL_CODE.fullmatch(code) else None


def _letters_and_digits(tokens: Sequence[Token], known: Lexicon) -> str:
    """Return the last unbroken row of signs of a postal code."""
    signs, index = "", 0
    while index < len(tokens):
        found = _digit_at(tokens, index, known) if len(signs) % 2 else _letter_at(tokens, index, known)
        found = found or _digit_at(tokens, index, known) or _letter_at(tokens, index, known)
        if found:
            index, signs = found[0], signs + found[1]
        else:
            signs, index = "", index + 1
    return signs


def postal_codes_in(tokens: Sequence[Token], known: Lexicon) -> Iterator[tuple[int, int, str]]:
    """Yield (first token, last token + 1, code) of every postal code said sign by sign."""
    digits = [index for index, token in enumerate(tokens) if _may_be_digit(token.word, known)]
    until = 0
    for first, second, third in zip(digits, digits[1:], digits[2:], strict=False):
        if not (1 < second - first <= _MOST_TOKENS_APART and 1 < third - second <= _MOST_TOKENS_APART):
            continue
        for index in range(max(until, first - _LONGEST_LETTER), first):
            if not _may_be_letter(tokens, index, known) or _is_within_letter(tokens, index, known):
                continue
            found = _postal_code_at(tokens, index, known)
            if found:
                until = found[0]
                yield index, until, _as_written(found[1])
                break


def _may_be_letter(tokens: Sequence[Token], index: int, known: Lexicon) -> bool:
    word = tokens[index].word
    return (
        known.letters.begins_with(word)
        or known.alphabet.begins_with(word)
        or known.as_in.at(tokens, index + 1) is not None
    )


def _is_within_letter(tokens: Sequence[Token], index: int, known: Lexicon) -> bool:
    """Tell the "v" of "double v" from a letter of its own."""
    return any(
        end > index
        for before in range(max(0, index - 2), index)
        for end, _ in known.letters.all_at(tokens, before)
    )


def _postal_code_at(
    tokens: Sequence[Token], index: int, known: Lexicon, signs: int = _SIGNS_OF_POSTAL_CODE
) -> tuple[int, str] | None:
    """Return where so many signs of a postal code end that begin at a token, and these signs."""
    code = ""
    for place in range(signs):
        index = _after_pauses(tokens, index, known) if code else index
        found = _digit_at(tokens, index, known) if place % 2 else _letter_at(tokens, index, known)
        if not found:
            return None
        index, code = found[0], code + found[1]
    goes_on = index < len(tokens) and (tokens[index].word.isdecimal() or known.numbers.all_at(tokens, index))
    form = _POSTAL_CODE if signs == _SIGNS_OF_POSTAL_CODE else _POSTAL_AREA
    return (index, code) if form.fullmatch(code) and not goes_on else None


def _as_written(code: str) -> str:
    return f"{code[:3]} {code[3:]}"


def _after_pauses(tokens: Sequence[Token], index: int, known: Lexicon) -> int:
    while index < len(tokens):
        pause, between = known.breaks.at(tokens, index), known.between.at(tokens, index)
        if pause and not pause[1]:
            index = pause[0]
        elif between and not known.letters.all_at(tokens, index):
            index = between[0]
        else:
            break
    return index


def _letter_at(tokens: Sequence[Token], index: int, known: Lexicon) -> tuple[int, str] | None:
    for sign in signs_at(tokens, index, known):
        if len(sign.written) == 1:
            return sign.end, bare(sign.written).upper()
    return None


def _may_be_digit(word: str, known: Lexicon) -> bool:
    return word.isdecimal() or known.numbers.begins_with(word) or known.sounds_alike.begins_with(word)


def _digit_at(tokens: Sequence[Token], index: int, known: Lexicon) -> tuple[int, str] | None:
    if index < len(tokens) and re.fullmatch(r"\d", tokens[index].word):
        return index + 1, tokens[index].word
    for end, value in known.numbers.all_at(tokens, index):
        if value <= 9:
            return end, str(value)
    alike = known.sounds_alike.at(tokens, index)
    return (alike[0], str(alike[1])) if alike and alike[1] <= 9 else None
