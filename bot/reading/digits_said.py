"""Long numbers in words, in any of our languages and wherever they stand, as rows of digits that keep their place.

`bot/reading/spoken` writes out the numbers of an answer in the conversation's language. Here the language is not known and
nothing may be missed: people dictate digit by digit, in pairs ("forty-five thirty-two") and in threes ("cent trente,
six cent quatre-vingt-douze"), and mix words with digits.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Said:
    """One number: where it stands, and its digits as they would be typed."""

    start: int
    end: int
    digits: str


@dataclass(frozen=True)
class _Numbers:
    """The number words of a language: the values below a hundred, and those that multiply or repeat."""

    values: Mapping[str, int]
    hundreds: frozenset[str]
    thousands: frozenset[str]
    repeats: Mapping[str, int]

    def knows(self, word: str) -> bool:
        return word in self.values or word in self.hundreds or word in self.thousands or word in self.repeats


def _values(units: str, teens: str, tens: str) -> dict[str, int]:
    """Number the words from zero to nine, ten to nineteen (or as far as they go), and the tens from twenty."""
    return {
        **{word: value for value, words in enumerate(units.split()) for word in words.split("/")},
        **{word: value for value, word in enumerate(teens.split(), 10)},
        **{word: 10 * value for value, word in enumerate(tens.split(), 2)},
    }


def _italian() -> dict[str, int]:
    """Return the Italian numbers below 10,000, which are written in one word."""
    below = _values(
        "zero uno/una due tre quattro cinque sei sette otto nove",
        "dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove",
        "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    )
    units = [word for word, value in below.items() if 0 < value < 10]
    for ten in [word for word, value in below.items() if value >= 20]:
        for unit in units:
            stem = ten[:-1] if unit[0] in "uo" else ten
            below[stem + unit] = below[ten] + below[unit]
    hundreds = {"cento": 100} | {f"{unit}cento": below[unit] * 100 for unit in units if below[unit] > 1}
    for hundred, value in hundreds.items():
        below |= {hundred: value} | {
            stem + word: value + rest
            for word, rest in list(below.items())
            if 0 < rest < 100
            for stem in ({hundred, hundred[:-1]} if word[0] in "uo" else {hundred})
        }
    return below


_LANGUAGES = {
    "en": _Numbers(
        _values(
            "zero/oh/o one two three four five six seven eight nine",
            "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
            "twenty thirty forty fifty sixty seventy eighty ninety",
        ),
        frozenset({"hundred"}),
        frozenset({"thousand"}),
        {"double": 2, "triple": 3},
    ),
    "fr": _Numbers(
        _values(
            "zero un/une deux trois quatre cinq six sept huit neuf",
            "dix onze douze treize quatorze quinze seize",
            "vingt trente quarante cinquante soixante",
        )
        | {"vingts": 20, "septante": 70, "octante": 80, "huitante": 80, "nonante": 90},
        frozenset({"cent", "cents"}),
        frozenset({"mille"}),
        {"double": 2, "triple": 3},
    ),
    "it": _Numbers(
        _italian(), frozenset(), frozenset({"mila", "mille"}), {"doppio": 2, "doppia": 2, "triplo": 3}
    ),
}

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_JOINED = re.compile(r"[\s-]{1,2}")
_BETWEEN = re.compile(r"[^\w]{1,8}|")
# Said between the parts of a number. "e", "et", "and" also join what belongs together ("cinquante et un").
_JOINERS = frozenset({"and", "et", "e"})
_FILLERS = frozenset(
    """
    dash hyphen tiret trattino space espace spazio comma virgule virgola slash then puis poi ensuite
    uh um euh ehm
    """.split()
)
_FEWEST_NUMBERS = 2


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    word: str
    follows: bool  # nothing but a space or a hyphen stands before it, so that it may go on with a number
    is_hyphenated: bool

    @property
    def is_filler(self) -> bool:
        return self.word in _JOINERS or self.word in _FILLERS


def numbers_said(text: str) -> Iterator[list[Said]]:
    """Yield each row of neighbouring numbers in a `bare` text, at least one of them in words or joined by words.

    A row comes in as many readings as there are: in each language, and with its words put together ("forty five" is
    45), put together where a hyphen joins them ("quatre vingt-neuf" is 4, 29), or taken one by one.
    """
    tokens = list(_tokens(text))
    for numbers in _LANGUAGES.values():
        for row in _rows(text, tokens, numbers):
            readings = [
                list(_together(row, numbers)),
                list(_together(_parted_at_spaces(row), numbers)),
                list(_one_by_one(row, numbers)),
            ]
            yield from (
                reading for at, reading in enumerate(readings) if reading and reading not in readings[:at]
            )


def _tokens(text: str) -> Iterator[_Token]:
    end = 0
    for match in _TOKEN.finditer(text):
        gap = text[end : match.start()]
        yield _Token(*match.span(), match.group(), _JOINED.fullmatch(gap) is not None, gap == "-")
        end = match.end()


def _rows(text: str, tokens: Sequence[_Token], numbers: _Numbers) -> Iterator[list[_Token]]:
    row: list[_Token] = []
    for token in (*tokens, _Token(len(text), len(text), "", False, False)):
        is_number = token.word.isdecimal() or numbers.knows(token.word)
        touches = not row or _BETWEEN.fullmatch(text, row[-1].end, token.start) is not None
        if touches and (is_number or (row and token.is_filler)):
            row.append(token)
            continue
        while row and row[-1].is_filler:
            row.pop()
        if len(row) >= _FEWEST_NUMBERS and not all(token.word.isdecimal() for token in row):
            yield row
        row = [token] if is_number else []


def _parted_at_spaces(row: Sequence[_Token]) -> list[_Token]:
    """Return the row with its numbers parted at every space, but not at the "et" of "vingt et un"."""
    return [
        token
        if token.is_hyphenated or token.word in _JOINERS or (at and row[at - 1].word in _JOINERS)
        else replace(token, follows=False)
        for at, token in enumerate(row)
    ]


def _one_by_one(row: Sequence[_Token], numbers: _Numbers) -> Iterator[Said]:
    times, since = 1, None
    for token in row:
        if token.word in numbers.repeats:
            times, since = numbers.repeats[token.word], token.start
        elif token.word.isdecimal() or token.word in numbers.values:
            digits = token.word if token.word.isdecimal() else str(numbers.values[token.word])
            yield Said(token.start if since is None else since, token.end, digits * times)
            times, since = 1, None


def _together(row: Sequence[_Token], numbers: _Numbers) -> Iterator[Said]:
    at = 0
    while at < len(row):
        if row[at].word in numbers.values or row[at].word in numbers.hundreds:
            value, end = _number(row, at, numbers)
            yield Said(row[at].start, row[end - 1].end, str(value))
        else:
            end = at + 1 + (row[at].word in numbers.repeats)
            yield from _one_by_one(row[at:end], numbers)
        at = end


def _number(row: Sequence[_Token], at: int, numbers: _Numbers) -> tuple[int, int]:
    """Return the value of the number that begins here, below a million, and where it ends."""
    value, end = (1, at) if row[at].word in numbers.hundreds else _below_hundred(row, at, numbers)
    if end == at or (0 < value < 100 and _goes_on(row, end, numbers.hundreds)):
        value, end = _with_rest(row, value * 100, end + 1, numbers)
    if _goes_on(row, end, numbers.thousands) and value < 1000:
        value, end = _with_rest(row, value * 1000, end + 1, numbers)
    return value, end


def _with_rest(row: Sequence[_Token], value: int, end: int, numbers: _Numbers) -> tuple[int, int]:
    """Add what is said after "hundred" or "thousand"."""
    rest = end + _goes_on(row, end, _JOINERS)
    if not _goes_on(row, rest, numbers.values):
        return value, end
    more, after = (_number if value >= 1000 else _below_hundred)(row, rest, numbers)
    return (value + more, after) if 0 < more < value else (value, end)


def _below_hundred(row: Sequence[_Token], at: int, numbers: _Numbers) -> tuple[int, int]:
    """Put tens and units together; in French also "soixante-dix", "quatre-vingt-onze" and "dix-sept"."""
    value, end = numbers.values[row[at].word], at + 1
    if value == 4 and _goes_on(row, end, ("vingt", "vingts")):
        value, end = 80, end + 1
    if row[at].word == "dix" or value in range(20, 100, 10):
        rest = end + (value > 10 and _goes_on(row, end, _JOINERS))
        unit, after = 0, rest + 1
        if _goes_on(row, rest, numbers.values):
            unit = numbers.values[row[rest].word]
        if unit == 10 and _goes_on(row, after, ("sept", "huit", "neuf")):
            unit, after = 10 + numbers.values[row[after].word], after + 1
        is_another = _goes_on(row, rest, ("quatre",)) and _goes_on(row, rest + 1, ("vingt", "vingts"))
        if _fits(row[at].word, value, unit) and not is_another:
            value, end = value + unit, after
    return value, end


def _fits(word: str, value: int, unit: int) -> bool:
    if word == "dix":
        return 7 <= unit <= 9
    return 0 < unit < (20 if word == "soixante" or (word, value) == ("quatre", 80) else 10)


def _goes_on(row: Sequence[_Token], at: int, words: Collection[str]) -> bool:
    return at < len(row) and row[at].word in words and row[at].follows
