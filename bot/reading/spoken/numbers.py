"""Numbers in words: what may be one number in a row of tokens, and what its value is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf

from bot.reading.patterns import Words
from bot.reading.spoken.lexicon import Heard, Lexicon, Token, lexicon, tokens_of

Read = tuple[int, int]
"""Where a number ends and its value."""


def number_said(text: str, words: Words) -> int | None:
    """Return the number that a text is, said or typed; None when it is none or more than one."""
    known = lexicon(words)
    tokens = tokens_of(text)
    values = {value for end, value in numbers_at(tokens, 0, known) if end == len(tokens)}
    if not values and tokens and tokens[0].word in known.articles:
        values = {value for end, value in numbers_at(tokens, 1, known) if end == len(tokens)}
    return values.pop() if len(values) == 1 else None


def numbers_at(tokens: Sequence[Token], index: int, known: Lexicon) -> list[Read]:
    """Return every number in words that begins at a token, the longest first; rows of digits count where they
    are multiplied ("2 thousand")."""
    if not isinstance(tokens, Heard):
        return _numbers_at(tokens, index, known)
    found = tokens.numbers.get((index, known))
    if found is None:
        found = tokens.numbers[index, known] = _numbers_at(tokens, index, known)
    return found


def _numbers_at(tokens: Sequence[Token], index: int, known: Lexicon) -> list[Read]:
    plain = known.numbers.all_at(tokens, index)
    if not plain and (index >= len(tokens) or not tokens[index].word.isdecimal()):
        return []
    if len(plain) == 1 and not _may_go_on(tokens, *plain[0], known):
        return plain
    return sorted(_numbers_below(tokens, index, inf, known), reverse=True)


def _numbers_below(tokens: Sequence[Token], index: int, limit: float, known: Lexicon) -> set[Read]:
    """Return the numbers whose multiples, thousands and more, are below a limit; the limit bounds the recursion."""
    small = {*_below_thousand(tokens, index, known)}
    return small | {*_multiplied(tokens, index, limit, known, small)}


def _may_go_on(tokens: Sequence[Token], end: int, value: int, known: Lexicon) -> bool:
    """Tell whether a number word may be one number with the next word; "four" with "one" may not."""
    following = [number for _, number in known.numbers.all_at(tokens, end)]
    if any(number >= 100 for number in following):
        return True
    has_room = value >= 100 or (value >= 20 and value % 10 == 0)
    return has_room and end < len(tokens) and bool(following or tokens[end].word in known.and_)


def _multiplied(
    tokens: Sequence[Token], index: int, limit: float, known: Lexicon, small: set[Read]
) -> Iterator[Read]:
    """Yield "twelve thousand", "two million three hundred thousand and five": multiples that grow smaller."""
    counts = {(index, 1), *small}
    if index < len(tokens) and tokens[index].word.isdecimal() and len(tokens[index].word) <= 3:
        counts.add((index + 1, int(tokens[index].word)))
    for end, count in counts:
        for after, multiple in known.numbers.all_at(tokens, end):
            if _is_power(multiple) and multiple < limit and 0 < count < 1000:
                yield from _with_rest(tokens, after, count * multiple, multiple, known)
    for end, value in known.numbers.all_at(tokens, index):
        if 1000 < value < limit and not _is_power(value):  # "duemila", "duemilatrecento"
            yield from _with_rest(tokens, end, value, 1000 if value % 1000 == 0 else 1, known)


def _is_power(value: int) -> bool:
    return value in (10**3, 10**6, 10**9, 10**12, 10**15)


def _with_rest(
    tokens: Sequence[Token], end: int, value: int, multiple: int, known: Lexicon
) -> Iterator[Read]:
    yield end, value
    for start in _starts_after(tokens, end, value, known):
        for rest_end, rest in _numbers_below(tokens, start, multiple, known):
            if 0 < rest < multiple:
                yield rest_end, value + rest


def _starts_after(tokens: Sequence[Token], end: int, value: int, known: Lexicon) -> Iterator[int]:
    """Yield where a number may go on: right here, and behind an "and" that may stand here."""
    yield end
    if end < len(tokens) and tokens[end].word in known.and_ and _may_join(value, known):
        yield end + 1


def _may_join(value: int, known: Lexicon) -> bool:
    return any(value % step == 0 for step in known.and_after if step >= 100) or value in known.and_after


def _below_thousand(tokens: Sequence[Token], index: int, known: Lexicon) -> Iterator[Read]:
    small = list(_below_hundred(tokens, index, known))
    yield from small
    hundreds = [(end, 100) for end, value in known.numbers.all_at(tokens, index) if value == 100]
    for end, count in small:
        if 1 <= count <= known.most_hundreds and count % 10:
            hundreds += [
                (after, count * 100) for after, value in known.numbers.all_at(tokens, end) if value == 100
            ]
    hundreds += [(end, value) for end, value in known.numbers.all_at(tokens, index) if 100 < value < 1000]
    if index < len(tokens) and tokens[index].word.isdecimal() and len(tokens[index].word) <= 2:
        count = int(tokens[index].word)
        hundreds += [
            (after, count * 100)
            for after, value in known.numbers.all_at(tokens, index + 1)
            if value == 100 and 1 <= count <= known.most_hundreds
        ]
    for end, value in hundreds:
        yield end, value
        if value % 100 == 0:
            for start in _starts_after(tokens, end, value, known):
                yield from (
                    (after, value + rest) for after, rest in _below_hundred(tokens, start, known) if rest
                )


def _below_hundred(tokens: Sequence[Token], index: int, known: Lexicon) -> Iterator[Read]:
    for end, value in known.numbers.all_at(tokens, index):
        if value >= 100:
            continue
        yield end, value
        if value % 10 or value < 20:
            continue
        for start in _starts_after(tokens, end, value, known):
            joined = start > end
            for after, rest in known.numbers.all_at(tokens, start):
                goes_on = 1 <= rest <= 9 or (10 <= rest <= 19 and value in known.teens_after)
                if goes_on and (not joined or rest % 10 == 1):
                    yield after, value + rest
