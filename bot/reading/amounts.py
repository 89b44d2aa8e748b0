"""Sums of money, in digits or words, with their currency; without one only where a word for money says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.reading.characters import bare
from bot.reading.patterns import Words, any_of, once_per_pack
from bot.reading.spoken import number_said_before

_CODES = {
    "CAD": ("$", "ca$", "can$", "cdn$", "c$", "cad$", "cad", "cdn"),
    "USD": ("us$", "u.s.$", "usd$", "usd"),
    "EUR": ("€", "eur"),
    "GBP": ("£", "gbp"),
}
_SIGNS = {sign: code for code, signs in _CODES.items() for sign in signs}
_SIGNS_AFTER = _SIGNS | {
    f"{sign}{gap}{code}": code.upper().ljust(3, "D")
    for sign in "$"
    for gap in ("", " ")
    for code in ("ca", "cad", "us", "usd")
}
# Three digits after a mark are thousands in every language ("1,200", "1.200", "1 200"), one or two are cents.
_NUMBER = r"(?:\d{1,3}(?:[ ,.']\d{3})+(?!\d)|\d{1,12}|(?<![\d.,])(?=[.,]\d))(?:[.,]\d{1,2}(?!\d))?(?![\d%])"
_HUNDREDTHS = "hundredths"
_MOST_BETWEEN = 4
# More digits than these are an account or a telephone number, and a bare 2025 is a year.
_LARGEST_IMPLIED = 1_000_000
_YEARS = range(190_000, 210_000, 100)
_NO_NUMBER_BEFORE = r"(?<![\w#/])(?<!\d[.,:-])"


@dataclass(frozen=True)
class AmountMention:
    """A sum of money: whole cents of its currency (ISO 4217), never negative."""

    start: int
    end: int
    text: str
    cents: int
    currency: str


@dataclass(frozen=True)
class _Sum:
    start: int
    end: int
    cents: int
    unit: str  # the currency's code, or _HUNDREDTHS
    in_words: bool = False


@dataclass(frozen=True)
class _Grammar:
    written: re.Pattern[str]
    said: re.Pattern[str]
    implied: re.Pattern[str]
    and_: re.Pattern[str]
    vague: re.Pattern[str]
    units: dict[str, str]
    cents_said: frozenset[str]
    language: str


def read_amounts(text: str, words: Words) -> list[AmountMention]:
    """Return the sums in order of appearance; "$" alone is Canadian, a range gives both its ends."""
    bared = bare(text)
    grammar = _grammar(words)
    sums = list(_written(bared, grammar))
    for further in (_said, _implied):
        sums += [
            found
            for found in further(bared, grammar)
            if all(found.end <= other.start or other.end <= found.start for other in sums)
        ]
    return [
        AmountMention(found.start, found.end, text[found.start : found.end], found.cents, found.unit)
        for found in _with_their_cents(sorted(sums, key=lambda found: found.start), bared, grammar)
    ]


@once_per_pack
def _grammar(words: Words) -> _Grammar:
    units = {name: code for code, names in words["currencies"].items() for name in names}
    units |= dict.fromkeys(words["cents"], _HUNDREDTHS)
    unit = rf"(?:(?:{any_of(units)})(?!\w)|(?:{any_of(_SIGNS_AFTER)})(?![\w$]))"
    return _Grammar(
        written=re.compile(
            # "$70", "CA$1.2k", "$50 USD", "$9-11"
            rf"(?<!\w)(?P<sign>{any_of(_SIGNS)}) ?(?P<first>{_NUMBER}) ?(?P<first_k>k\b)?"
            rf"(?: ?(?P<code>usd|cad)\b)?(?:-(?P<to>{_NUMBER})(?![\w-]| ?{unit}))?"
            # "70 $", "70 dollars", "40 to 50 dollars"
            rf"|{_NO_NUMBER_BEFORE}(?:(?P<low>{_NUMBER}) ?(?:-|(?:{any_of(words['range'])})) ?)?"
            rf"(?P<last>{_NUMBER})(?P<last_k> ?k\b)?[ -]?(?P<unit>{unit})"
        ),
        said=re.compile(rf"(?<=[ -])(?:{any_of(units)})(?!\w)"),
        implied=_implied_by(words),
        and_=re.compile(rf"\s?,?\s?(?:(?:{any_of(words['and'])})\s)?"),
        vague=re.compile(rf"\b(?:{any_of(words['vague'])})\s+$"),
        units=units | _SIGNS_AFTER,
        cents_said=frozenset(words["cents_said"]),
        language=words["language"],
    )


def _implied_by(words: Words) -> re.Pattern[str]:
    """Match "charged me 45.50", "a bill of 320", "the price went from 60 to 85"."""
    money, before, after, per = (
        any_of(map(bare, words[key])) for key in ("money", "before_sum", "after_sum", "per")
    )
    return re.compile(
        rf"(?<!\w)(?:{money})(?!\w)(?P<between>(?:[ ']+(?:{before})){{0,{_MOST_BETWEEN}}})[ ']+"
        rf"(?:(?P<low>{_NUMBER}) (?:{any_of(words['range'])}) )?(?P<last>{_NUMBER})(?!-?\d)"
        rf"(?= ?(?:$|[,.;:!?)](?!\d)|/ ?(?:{per})(?!\w))| (?:{after})(?!\w))"
    )


def _written(bared: str, grammar: _Grammar) -> Iterator[_Sum]:
    for match in grammar.written.finditer(bared):
        if match["sign"]:
            unit = (match["code"] or "").upper() or _SIGNS[match["sign"]]
            value = _cents(match["first"]) * (1000 if match["first_k"] else 1)
            end = max(match.end("first"), match.end("first_k"), match.end("code"))
            yield _Sum(match.start(), end, value, unit)
            if match["to"] and _cents(match["to"]) > value:
                yield _Sum(*match.span("to"), _cents(match["to"]), unit)
        else:
            unit = grammar.units[match["unit"]]
            scale = 1 if unit == _HUNDREDTHS else 100_000 if match["last_k"] else 100
            value = _cents(match["last"]) * scale // 100
            if match["low"] and _cents(match["low"]) * scale // 100 < value:
                yield _Sum(*match.span("low"), _cents(match["low"]) * scale // 100, unit)
            yield _Sum(match.start("last"), match.end(), value, unit)


def _cents(number: str) -> int:
    """Return hundredths: "1,200.50" is 120050, "70,5" 7050, "70" 7000."""
    hundredths = re.search(r"[.,](\d{1,2})$", number)
    whole = number[: hundredths.start()] if hundredths else number
    return int(re.sub(r"\D", "", whole) or "0") * 100 + int(
        hundredths[1].ljust(2, "0") if hundredths else "0"
    )


def _said(bared: str, grammar: _Grammar) -> Iterator[_Sum]:
    for match in grammar.said.finditer(bared):
        number = number_said_before(bared, match.start(), grammar.language)
        if number is None or grammar.vague.search(bared[max(0, number.start - 20) : number.start]):
            continue
        unit = grammar.units[match.group()]
        value = number.hundredths // 100 if unit == _HUNDREDTHS else number.hundredths
        yield _Sum(number.start, match.end(), value, unit, in_words=True)


def _implied(bared: str, grammar: _Grammar) -> Iterator[_Sum]:
    for match in grammar.implied.finditer(bared):
        for end in ("low", "last"):
            cents = _cents(match[end]) if match[end] else 0
            is_plain = bool(match[end]) and match[end].isdigit() and len(match[end]) > 3
            names_a_paper = is_plain and not match["between"]  # "invoice 4432"
            is_year = is_plain and cents in _YEARS
            if 0 < cents < _LARGEST_IMPLIED and not names_a_paper and not is_year:
                yield _Sum(*match.span(end), cents, "CAD")


def _with_their_cents(sums: list[_Sum], bared: str, grammar: _Grammar) -> Iterator[_Sum]:
    """Join "70 dollars and 50 cents" into one sum; cents alone are of a dollar."""
    whole: _Sum | None = None
    for found in sums:
        if found.unit != _HUNDREDTHS:
            if whole:
                yield whole
            whole = found
            continue
        belongs = whole and whole.cents % 100 == 0 and found.cents < 100
        if whole and belongs and grammar.and_.fullmatch(bared, whole.end, found.start):
            whole = replace(whole, end=found.end, cents=whole.cents + found.cents)
        elif not found.in_words or bared[: found.end].endswith(tuple(grammar.cents_said)):
            if whole:
                yield whole
            whole = replace(found, unit="CAD")
    if whole:
        yield whole
