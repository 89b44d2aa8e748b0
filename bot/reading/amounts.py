"""Sums of money, in digits or words, with their currency; without one only where a word for money says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.reading.characters import bare
from bot.reading.patterns import Words, any_of, once_per_pack
from bot.reading.spoken.lexicon import Lexicon, Phrases, Token, lexicon, parts_between_corrections, tokens_of
from bot.reading.spoken.sums import PriceSaid, cents_at, is_usual, prices_at

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
_LONGEST_LEAD = 80
_MILLION = 100_000_000  # in cents
_TEENS = 19
_FEW_WORDS = 3
_HOURS = 24
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
    lone: bool = False  # "un dollar", which counts only with cents behind it


@dataclass(frozen=True)
class _Grammar:
    written: re.Pattern[str]
    implied: re.Pattern[str]
    before: re.Pattern[str]
    behind: re.Pattern[str]
    money: re.Pattern[str]
    money_behind: re.Pattern[str]
    stops: re.Pattern[str]
    cents_after_and: bool
    unit_phrases: Phrases[str]
    range_: Phrases[None]
    every: Phrases[None]
    of: Phrases[None]
    scales: dict[str, int]
    and_: re.Pattern[str]
    vague: re.Pattern[str]
    units: dict[str, str]
    words_of_money: frozenset[str]


def read_amounts(
    text: str, words: Words, spoken: Words | None = None, *, about_money: bool = False
) -> list[AmountMention]:
    """Return the sums in order of appearance; "$" alone is Canadian, a range gives both its ends.

    `spoken` is the pack of number words; without it only sums in digits are read. `about_money` says that a sum
    may be expected even where no word for money stands.
    """
    bared = bare(text)
    grammar = _grammar(words)
    about_money = about_money or grammar.money.search(bared) is not None
    speech = _Speech(bared, tokens_of(text), grammar, lexicon(spoken), about_money) if spoken else None
    if (
        speech
        and not about_money
        and not any(token.word in grammar.words_of_money for token in speech.tokens)
    ):
        speech = None
    sums = list(_written(bared, grammar))
    for further in (_said(speech) if speech else (), _implied(bared, grammar)):
        sums += [
            found
            for found in further
            if all(found.end <= other.start or other.end <= found.start for other in sums)
        ]
    sums = sorted(sums, key=lambda found: found.start)
    if speech:
        whole = [_with_its_tail(found, speech) for found in sums]
        # what became the cents of a sum is no sum of its own
        sums = [
            found
            for before, found in zip([None, *whole], whole, strict=False)
            if not before or before.end <= found.start
        ]
    return [
        AmountMention(found.start, found.end, text[found.start : found.end], found.cents, found.unit)
        for found in _with_their_cents(sums, bared, grammar)
    ]


def amount_said(text: str, words: Words, spoken: Words) -> AmountMention | None:
    """Return the one sum that an answer gives, which needs no word for money: "forty-nine ninety-nine".

    What follows a correction replaces the sum before. None when there is no sum, or more than one.
    """
    known = lexicon(spoken)
    parts = [part for part in parts_between_corrections(tokens_of(text), known) if part]
    if not parts:
        return None
    start = parts[-1][0].start
    last = text[start:]
    found = read_amounts(last, words, spoken)
    if not found:
        return _alone(text, parts[-1], _grammar(words), known)
    return (
        replace(found[0], start=found[0].start + start, end=found[0].end + start) if len(found) == 1 else None
    )


def _alone(text: str, tokens: Sequence[Token], grammar: _Grammar, known: Lexicon) -> AmountMention | None:
    """Return the price with which an answer ends, when it is the only number in it."""
    first = next((at for at in range(len(tokens)) if prices_at(tokens, at, known)), len(tokens))
    for price in prices_at(tokens, first, known):
        every = grammar.every.at(tokens, price.end)
        ends = (every[0] if every else price.end) == len(tokens)
        is_article = price.end - first == 1 and tokens[first].word in known.articles
        is_counted = price.form == "number" and first > (_FEW_WORDS if price.hundredths >= 1000 else 0)
        if ends and not (is_article or is_counted) and (price.form != "short" or _is_clear(price, grammar)):
            start, end = tokens[first].start, tokens[price.end - 1].end
            return AmountMention(start, end, text[start:end], price.hundredths, "CAD")
    return None


@once_per_pack
def _grammar(words: Words) -> _Grammar:
    units = {name: code for code, names in words["currencies"].items() for name in names}
    units |= dict.fromkeys(words["cents"], _HUNDREDTHS)
    scales = {name: int(scale) for scale, names in words["scales"].items() for name in names}
    unit = rf"(?:(?:{any_of(units)})(?!\w)|(?:{any_of(_SIGNS_AFTER)})(?![\w$]))"
    scale, of = any_of(scales), any_of(words["of"])
    money, before, after, per = (
        any_of(map(bare, words[key])) for key in ("money", "before_sum", "after_sum", "per")
    )
    lead = rf"(?<!\w)(?:{money})(?!\w)(?P<between>(?:[ ']+(?:{before})){{0,{_MOST_BETWEEN}}})[ ']+"
    stop = rf"(?= ?(?:$|[,.;:!?)](?!\d)|/ ?(?:{per})(?!\w))"
    behind = rf"{stop}| (?:{after})(?!\w))"
    return _Grammar(
        written=re.compile(
            # "$70", "CA$1.2k", "$50 USD", "$9-11", "$75 million"
            rf"(?<!\w)(?P<sign>{any_of(_SIGNS)}) ?(?P<first>{_NUMBER})(?: ?(?P<first_k>k)\b)?"
            rf"(?: ?(?P<first_scale>{scale})(?!\w))?(?: ?(?P<code>usd|cad)\b)?"
            rf"(?:-(?P<to>{_NUMBER})(?![\w-]| ?{unit}))?"
            # "70 $", "70 dollars", "40 to 50 dollars", "3 millions de dollars"
            rf"|{_NO_NUMBER_BEFORE}(?:(?P<low>{_NUMBER}) ?(?:-|(?:{any_of(words['range'])})) ?)?"
            rf"(?P<last>{_NUMBER})(?P<last_k> ?k\b)?(?: ?(?P<last_scale>{scale})(?!\w)(?: (?:{of})(?!\w))?)?"
            rf"[ -]?(?P<unit>{unit})(?: (?P<unit_scale>{scale})(?!\w))?"
        ),
        implied=re.compile(
            rf"{lead}(?:(?P<low>{_NUMBER}) (?:{any_of(words['range'])}) )?(?P<last>{_NUMBER})(?!-?\d){behind}"
        ),
        before=re.compile(rf"{lead}$"),
        behind=re.compile(behind),
        money=re.compile(rf"(?<!\w)(?:{money})(?!\w)"),
        money_behind=re.compile(rf" (?:[\w'-]+ )?(?:{money})(?!\w)"),
        stops=re.compile(stop + ")"),
        cents_after_and=words["cents_after_and"],
        unit_phrases=Phrases((units | _SIGNS_AFTER).items()),
        range_=Phrases((word, None) for word in words["range"]),
        every=Phrases((phrase, None) for phrase in words["every"]),
        of=Phrases((word, None) for word in words["of"]),
        scales=scales,
        and_=re.compile(rf"\s?,?\s?(?:(?:{any_of(words['and'])})\s)?"),
        vague=re.compile(rf"\b(?:{any_of(words['vague'])})\s+$"),
        units=units | _SIGNS_AFTER,
        words_of_money=frozenset(
            tokens_of(phrase)[0].word for phrase in (*units, *_SIGNS_AFTER, *words["money"], *words["every"])
        ),
    )


def _written(bared: str, grammar: _Grammar) -> Iterator[_Sum]:
    for match in grammar.written.finditer(bared):
        if match["sign"]:
            unit = (match["code"] or "").upper() or _SIGNS[match["sign"]]
            scale = 1000 if match["first_k"] else grammar.scales.get(match["first_scale"], 1)
            value = _cents(match["first"]) * scale
            end = max(match.end(part) for part in ("first", "first_k", "first_scale", "code"))
            yield _Sum(match.start(), end, value, unit)
            if match["to"] and _cents(match["to"]) > value:
                yield _Sum(*match.span("to"), _cents(match["to"]), unit)
        else:
            unit = grammar.units[match["unit"]]
            scale = grammar.scales.get(match["last_scale"] or match["unit_scale"], 1)
            scale *= 1000 if match["last_k"] else 1
            if unit == _HUNDREDTHS and _cents(match["last"]) % 100:
                continue  # a part of a cent
            scale *= 1 if unit == _HUNDREDTHS else 100
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


# --- sums in words ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Speech:
    bared: str
    tokens: Sequence[Token]
    grammar: _Grammar
    known: Lexicon
    is_about_money: bool

    def may_be_price(self, index: int) -> bool:
        """Tell whether a number may begin at a token."""
        word = self.tokens[index].word
        return word.isdecimal() or self.known.numbers.begins_with(word)

    def is_among_numbers(self, start: int, end: int) -> bool:
        """Tell whether a number touches these tokens, as in a telephone number: "zéro cent quatre"."""
        return (start > 0 and self.may_be_price(start - 1)) or (
            end < len(self.tokens) and self.may_be_price(end)
        )

    def begins_price(self, index: int) -> bool:
        """Tell whether the number at a token is exact and no part of a longer one: "a few", "four point"."""
        if index > 1 and self.known.decimal_point.at(self.tokens, index - 1) and self.may_be_price(index - 2):
            return False
        return not self.grammar.vague.search(self.before(index))

    def before(self, index: int) -> str:
        """Return a little of the text before a token."""
        start = self.tokens[index].start
        return self.bared[max(0, start - _LONGEST_LEAD) : start]

    def end(self, index: int) -> int:
        """Return where the tokens before this one end in the text."""
        return self.tokens[index - 1].end

    def unit(self, index: int, hundredths: int) -> tuple[int, str] | None:
        """Return where a word for money ends that begins at a token, and which; "of" stands behind millions."""
        of = self.grammar.of.at(self.tokens, index) if hundredths >= _MILLION else None
        return self.grammar.unit_phrases.at(self.tokens, of[0] if of else index)

    def follows_unit(self, index: int) -> bool:
        """Tell whether a word for money, with or without an "and", stands right before a token."""
        index -= index > 0 and self.tokens[index - 1].word in self.known.and_
        starts = range(max(0, index - 2), index)
        return any((found := self.unit(start, 0)) and found[0] == index for start in starts)


def _said(speech: _Speech) -> Iterator[_Sum]:
    index = 0
    while index < len(speech.tokens):
        if speech.tokens[index].word in speech.known.articles:
            yield from _one_with_cents(index, speech)
        if not speech.may_be_price(index):
            index += 1
            continue
        prices = [
            price
            for price in prices_at(speech.tokens, index, speech.known)
            if "," not in speech.bared[speech.tokens[index].start : speech.end(price.end)]
        ]
        if not prices:
            index += 1
            continue
        found = list(_with_unit(prices, speech) or _without_unit(prices, speech))
        if found and speech.begins_price(index):
            yield from found
        until = found[-1].end if found else 0
        index = max(price.end for price in prices if price.form == "number")
        while index < len(speech.tokens) and speech.tokens[index].start < until:
            index += 1


def _one_with_cents(index: int, speech: _Speech) -> Iterator[_Sum]:
    """Yield the dollar of "a dollar fifty", which is one only with its cents."""
    unit = speech.unit(index + 1, 0)
    if unit and unit[1] != _HUNDREDTHS and not speech.known.numbers.begins_with(speech.tokens[index].word):
        yield _Sum(speech.tokens[index].start, speech.end(unit[0]), 100, unit[1], lone=True)


def _with_unit(prices: Sequence[PriceSaid], speech: _Speech) -> list[_Sum]:
    """Return the sum, or both ends of a range, before a word for money."""
    found = [(price, money) for price in prices if (money := speech.unit(price.end, price.hundredths))]
    if not found:
        return _range_with_unit(prices, speech)
    price, (end, unit) = found[0]
    start = speech.tokens[price.start].start
    is_article = price.end - price.start == 1 and speech.tokens[price.start].word in speech.known.articles
    if unit == _HUNDREDTHS:
        if is_article and not speech.follows_unit(price.start):
            return []  # "not a cent more"
        may_be_hundreds = any(other.form == "number" and other.end > price.end for other in prices)
        stands_alone = not may_be_hundreds and not speech.is_among_numbers(price.start, end)
        if price.form != "number" or not (stands_alone or speech.follows_unit(price.start)):
            return []  # "cinq cents" is five hundred, unless it stands behind dollars
        return [_Sum(start, speech.end(end), price.hundredths // 100, unit)]
    if price.form == "and" and not is_usual(price.hundredths):
        return _both(price, prices, end, unit, speech)
    value = price.hundredths
    if price.form == "short" and speech.known.most_hundreds > _TEENS:
        if is_usual(value):
            return []
        value *= 100  # "one fifty dollars", "one oh five dollars"
    return [_Sum(start, speech.end(end), value, unit, lone=is_article)]


def _both(price: PriceSaid, prices: Sequence[PriceSaid], end: int, unit: str, speech: _Speech) -> list[_Sum]:
    """Return both sums of "forty and fifty dollars"."""
    first = max(
        (other for other in prices if other.form == "number" and other.end < price.end), key=lambda p: p.end
    )
    low, high = first.hundredths, price.hundredths % 100 * 100
    if low >= high:
        return []
    start = speech.tokens[price.start].start
    return [
        _Sum(start, speech.end(first.end), low, unit),
        _Sum(speech.tokens[first.end + 1].start, speech.end(end), high, unit),
    ]


def _range_with_unit(prices: Sequence[PriceSaid], speech: _Speech) -> list[_Sum]:
    for low in prices:
        joined = speech.grammar.range_.at(speech.tokens, low.end)
        if not joined or low.form not in ("number", "pair", "exact"):
            continue
        for high in prices_at(speech.tokens, joined[0], speech.known):
            unit = speech.unit(high.end, high.hundredths)
            if (
                unit
                and unit[1] != _HUNDREDTHS
                and low.hundredths < high.hundredths
                and high.form in ("number", "pair", "exact")
            ):
                return [
                    _sum(low, unit[1], speech),
                    replace(_sum(high, unit[1], speech), end=speech.end(unit[0])),
                ]
    return []


def _sum(price: PriceSaid, unit: str, speech: _Speech) -> _Sum:
    return _Sum(speech.tokens[price.start].start, speech.end(price.end), price.hundredths, unit)


def _without_unit(prices: Sequence[PriceSaid], speech: _Speech) -> Iterator[_Sum]:
    """Yield the sum that a word for money before it, or "a month" behind it, tells to be one."""
    lead = speech.grammar.before.search(speech.before(prices[0].start))
    for price in prices:
        if lead and _is_clear(price, speech.grammar):
            joined = speech.grammar.range_.at(speech.tokens, price.end)
            for high in prices_at(speech.tokens, joined[0], speech.known) if joined else ():
                if _is_clear(high, speech.grammar) and speech.grammar.behind.match(
                    speech.bared, speech.end(high.end)
                ):
                    yield _sum(price, "CAD", speech)
                    yield _sum(high, "CAD", speech)
                    return
        ends = speech.grammar.behind.match(speech.bared, speech.end(price.end))
        is_one_number = any(other.form == "number" and other.end == price.end for other in prices)
        every = (
            price.form == "pair" and not is_one_number and speech.grammar.every.at(speech.tokens, price.end)
        )
        if _is_clear(price, speech.grammar) and (
            (lead and ends) or every or _is_dollars_and_cents(price, prices, speech)
        ):
            yield _sum(price, "CAD", speech)
            return
        if price.form != "number" and lead:
            return  # it may be two things, so it is none


def _is_dollars_and_cents(price: PriceSaid, prices: Sequence[PriceSaid], speech: _Speech) -> bool:
    """Tell "now it's ninety-six forty" and "the fifty-nine ninety-five hookup fee" from a time and a longer number."""
    is_one_number = any(other.form == "number" and other.end >= price.end for other in prices)
    is_pair = price.form == "pair" or (price.form == "and" and speech.grammar.cents_after_and)
    if not is_pair or is_one_number or not speech.is_about_money:
        return False
    if speech.is_among_numbers(price.start, price.end):
        return False
    end = speech.end(price.end)
    is_no_hour = price.hundredths // 100 > _HOURS and speech.grammar.behind.match(speech.bared, end)
    return bool(is_no_hour or speech.grammar.money_behind.match(speech.bared, end))


def _is_clear(price: PriceSaid, grammar: _Grammar) -> bool:
    """Tell whether a price says by itself how much it is: "five fifty" may be hundreds, "twenty twenty-five" a year."""
    match price.form:
        case "number":
            return 1000 <= price.hundredths < _LARGEST_IMPLIED and price.hundredths not in _YEARS
        case "pair":
            return not 2000 <= price.hundredths <= 2035
        case "short":
            return is_usual(price.hundredths) or price.hundredths % 100 < 10
        case "and":
            whole, cents = divmod(price.hundredths, 100)
            falls = (
                grammar.cents_after_and and whole > cents
            )  # whoever lists two sums begins with the smaller one
            return falls or is_usual(price.hundredths) or cents in (25, 50, 75, 90)
        case _:
            return True


def _with_its_tail(found: _Sum, speech: _Speech) -> _Sum:
    """Add what follows the word for money: "fifteen dollars fifty", "15 $ 50", "deux piasses et demie"."""
    if found.unit == _HUNDREDTHS or found.cents % 100:
        return found
    index = next(
        (at for at, token in enumerate(speech.tokens) if token.start >= found.end), len(speech.tokens)
    )
    if (
        index == 0
        or index >= len(speech.tokens)
        or speech.bared[found.end : speech.tokens[index].start].strip()
    ):
        return found
    half = speech.known.halves.at(speech.tokens, index)
    if half:
        return replace(found, end=speech.end(half[0]), cents=found.cents + half[1], lone=False)
    joined = speech.tokens[index].word in speech.known.and_
    ends = speech.grammar.stops if joined and not speech.grammar.cents_after_and else speech.grammar.behind
    for end, cents in _tails(speech, index + joined):
        names_cents = speech.grammar.unit_phrases.at(speech.tokens, end)
        if not names_cents and ends.match(speech.bared, speech.end(end)):
            return replace(found, end=speech.end(end), cents=found.cents + cents, lone=False)
    return found


def _tails(speech: _Speech, index: int) -> Iterator[tuple[int, int]]:
    if index < len(speech.tokens) and re.fullmatch(r"\d\d", speech.tokens[index].word):
        yield index + 1, int(speech.tokens[index].word)
    yield from cents_at(speech.tokens, index, speech.known)


# --- sums that only a word for money beside them tells ---------------------------------------------------


def _implied(bared: str, grammar: _Grammar) -> Iterator[_Sum]:
    for match in grammar.implied.finditer(bared):
        for end in ("low", "last"):
            cents = _cents(match[end]) if match[end] else 0
            is_plain = bool(match[end]) and match[end].isdecimal() and len(match[end]) > 3
            names_a_paper = is_plain and not match["between"]  # "invoice 4432"
            is_year = is_plain and cents in _YEARS
            if 0 < cents < _LARGEST_IMPLIED and not names_a_paper and not is_year:
                yield _Sum(*match.span(end), cents, "CAD")


def _with_their_cents(sums: list[_Sum], bared: str, grammar: _Grammar) -> Iterator[_Sum]:
    """Join "70 dollars and 50 cents" into one sum; cents alone are of a dollar."""
    whole: _Sum | None = None
    for found in sums:
        if found.lone and not _cents_follow(found, sums, bared, grammar):
            continue
        if found.unit != _HUNDREDTHS:
            if whole:
                yield whole
            whole = found
            continue
        belongs = whole and whole.cents % 100 == 0 and found.cents < 100
        if whole and belongs and grammar.and_.fullmatch(bared, whole.end, found.start):
            whole = replace(whole, end=found.end, cents=whole.cents + found.cents)
        else:
            if whole:
                yield whole
            whole = replace(found, unit="CAD")
    if whole:
        yield whole


def _cents_follow(found: _Sum, sums: list[_Sum], bared: str, grammar: _Grammar) -> bool:
    return any(
        other.unit == _HUNDREDTHS
        and other.start > found.end
        and grammar.and_.fullmatch(bared, found.end, other.start)
        for other in sums
    )
