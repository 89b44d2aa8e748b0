"""Prices in words: "forty-nine ninety-nine", "twelve hundred", "quarante-neuf et demie", "cento virgula cinque"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.reading.spoken.lexicon import Lexicon, Token
from bot.reading.spoken.numbers import numbers_at

Form = Literal["number", "pair", "and", "short", "exact"]

_FORMS: tuple[Form, ...] = ("exact", "number", "pair", "short", "and")
_USUAL_CENTS = (95, 97, 98, 99)


@dataclass(frozen=True, slots=True)
class PriceSaid:
    """Tokens from `start` to before `end` that may be a price, its value in hundredths.

    `form` tells how it was said: one number; a pair as in "forty-nine ninety-nine"; a pair with "and" between; a
    short pair, "five fifty", which may be hundreds; or with its hundredths told exactly.
    """

    start: int
    end: int
    hundredths: int
    form: Form


def prices_at(tokens: Sequence[Token], index: int, known: Lexicon) -> list[PriceSaid]:
    """Return every price that may begin at a token, the longest first; a lone article is none."""
    found = {
        price
        for end, whole in numbers_at(tokens, index, known)
        for price in _prices(tokens, index, end, whole, known)
    }
    return sorted(found, key=lambda price: (-price.end, _FORMS.index(price.form)))


def _prices(tokens: Sequence[Token], start: int, end: int, whole: int, known: Lexicon) -> Iterator[PriceSaid]:
    yield PriceSaid(start, end, whole * 100, "number")
    half = known.halves.at(tokens, end)
    if half:
        yield PriceSaid(start, half[0], whole * 100 + half[1], "exact")
    point = known.decimal_point.at(tokens, end)
    if point:
        for after, hundredths in _decimals(tokens, point[0], known):
            yield PriceSaid(start, after, whole * 100 + hundredths, "exact")
            for last, scale in known.numbers.all_at(tokens, after):
                if scale >= 1000:
                    yield PriceSaid(start, last, (whole * 100 + hundredths) * scale, "exact")
    for after, hundredths in cents_at(tokens, end, known):
        yield PriceSaid(start, after, whole * 100 + hundredths, "short" if whole < 10 else "pair")
        if whole < 10 and hundredths >= 10:  # "one twenty-nine ninety-nine"
            yield from (
                PriceSaid(start, last, (whole * 100 + hundredths) * 100 + cents, "pair")
                for last, cents in cents_at(tokens, after, known)
            )
    if end < len(tokens) and tokens[end].word in known.and_ and whole >= 1:
        yield from (
            PriceSaid(start, after, whole * 100 + hundredths, "and")
            for after, hundredths in cents_at(tokens, end + 1, known)
            if hundredths >= 10
        )


def cents_at(tokens: Sequence[Token], index: int, known: Lexicon) -> Iterator[tuple[int, int]]:
    """Yield (end, hundredths) of what may be the cents of a price: 10 to 99, or "oh five"."""
    for end, value in numbers_at(tokens, index, known):
        if 10 <= value <= 99:
            yield end, value
        elif value == 0:
            yield from ((after, unit) for after, unit in known.numbers.all_at(tokens, end) if 1 <= unit <= 9)


def _decimals(tokens: Sequence[Token], index: int, known: Lexicon) -> Iterator[tuple[int, int]]:
    """Yield what stands behind a decimal point: "five" is 50, "nine nine" and "ninety-nine" are 99."""
    yield from cents_at(tokens, index, known)
    for end, tenth in known.numbers.all_at(tokens, index):
        if tenth <= 9:
            digits = [(after, unit) for after, unit in known.numbers.all_at(tokens, end) if unit <= 9]
            yield from ((after, tenth * 10 + unit) for after, unit in digits)
            yield end, tenth * 10


def is_usual(hundredths: int) -> bool:
    """Tell whether prices often end like this, as in 49.99."""
    return hundredths % 100 in _USUAL_CENTS
