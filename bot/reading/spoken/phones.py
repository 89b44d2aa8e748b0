"""Telephone numbers said aloud, the Canadian way: area code first, with or without the one and an extension."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

from bot.reading.patterns import Words
from bot.reading.spoken.digits import Run, digit_runs, digits_said, is_in_words
from bot.reading.spoken.lexicon import Lexicon, Token, lexicon, tokens_of

_HOME_REGION = "CA"
_LENGTHS = (10, 11)
_FEWEST_WORDS = 4
_NEAR = 1.5
_REMEMBERED_NUMBERS = 64


@dataclass(frozen=True)
class PhoneSaid:
    """A telephone number in E.164, and the digits of its extension if one was said."""

    number: str
    extension: str | None = None


def phone_said(text: str, words: Words) -> PhoneSaid | None:
    """Return the telephone number that an answer gives, said or typed; seven digits are none."""
    known = lexicon(words)
    tokens = tokens_of(text)
    for index in range(len(tokens)):
        announced = known.extension.at(tokens, index)
        if announced and index:
            extension = (
                digits_said(text[tokens[announced[0]].start :], words) if announced[0] < len(tokens) else None
            )
            number = _number(digits_said(text[: tokens[index].start], words, _LENGTHS, _is_phone))
            if number:
                return PhoneSaid(number, extension or _lone_digit(tokens[announced[0] :], known))
    number = _number(digits_said(text, words, _LENGTHS, _is_phone))
    return PhoneSaid(number) if number else None


def _lone_digit(tokens: Sequence[Token], known: Lexicon) -> str | None:
    runs = digit_runs(tokens, known)
    return runs[0].value() if runs else None


def phones_in(tokens: Sequence[Token], known: Lexicon) -> Iterator[tuple[int, int, str]]:
    """Yield (first token, last token + 1, number) of every telephone number said in words within a text."""
    for run in digit_runs(tokens, known):
        number = _number_in(run, tokens, known)
        for part in [run] if number else run.parts():
            if number := _number_in(part, tokens, known):
                yield part.start, part.end, number


def _number_in(run: Run, tokens: Sequence[Token], known: Lexicon) -> str | None:
    if run.end - run.start < _FEWEST_WORDS or not is_in_words(tokens, run, known):
        return None
    if not any(length in run.lengths() for length in _LENGTHS):
        return None
    return _number(run.value(_LENGTHS, _is_phone, _NEAR))


def _is_phone(digits: str) -> bool:
    return _number(digits) is not None


@lru_cache(maxsize=_REMEMBERED_NUMBERS)
def _number(digits: str | None) -> str | None:
    if not digits or (len(digits) == 11) != digits.startswith("1"):
        return None
    number = phonenumbers.parse(digits, _HOME_REGION)
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
