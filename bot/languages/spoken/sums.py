"""Money, counts and units in words: "41 dollars and 15 cents", "1,5 gigaoctet", "13 per cento"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.languages.spoken.spans import Rule, Said, Span, grouped, one_by_one

_AMOUNT = r"\d{1,3}(?:[ ,.']\d{3}){1,3}(?:[.,]\d{2})?(?!\d)|\d*[.,]\d{1,2}(?!\d)|\d+(?!\d)"
_SUM = (
    r"(?<!\w)(?P<minus>[-–](?=\S))?(?:"
    rf"(?P<before>(?:(?:US|CAD?|C) ?)?[$€£]|(?:CAD|USD|EUR|GBP)) ?(?P<less>-)?(?P<first>{_AMOUNT})"
    rf"|(?P<last>(?<![.,]){_AMOUNT}) ?(?P<after>(?:US|CA)?[$€£]|(?:CAD|USD|EUR|GBP)\b))"
    r"(?P<thousands>[kK](?!\w))?(?: ?(?P<more>CAD|USD|US|CA|CR)\b)?(?!\w)"
)
_CURRENCIES = {"$": "CAD", "€": "EUR", "£": "GBP"}

_SMALL = r"(?:\d{1,3}|(?:19|20)\d\d)(?:[.,]\d{1,2})?"
_RANGE = (
    rf"([$€£]\d[\d.,]*|(?<![\w.,-]){_SMALL}) ?[-–] ?(?=[$€£]\d|{_SMALL}(?:[^\w-]|[A-Za-z%]|$))(?!\d{{1,3}}-)"
)
"""What a hyphen joins: $30-$40, 5-10 GB, 2024-2025."""

_MANY_DIGITS = 10_000
_ONLY_DIGITS = 10**12


class Sums:
    """How a language says sums and counts."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words = words

    def money(self) -> Iterator[Rule]:
        yield _RANGE, lambda match: f"{match[1]} {self._words['to']} "
        yield _SUM, self._sum
        yield r"(?<![\w.,])(\d{1,3}) ?¢", lambda match: [Span(self._money(int(match[1]), "CAD"))]
        yield r"[$€£]", self._currency

    def counts(self) -> Iterator[Rule]:
        words = self._words
        yield r"(?<!\w)-(?=\d)", lambda match: f"{words['minus']} "
        group = re.escape(words["groups"])
        yield rf"(?<![\w.,-])\d{{1,3}}(?:[{group}']\d{{3}}){{1,3}}(?!\w)", self._whole
        yield r"(?<![\w.,-])(\d+)[.,](\d+)(?!\w|[.,]\d)", self._decimal
        units = "|".join(re.escape(unit) for unit in sorted(words["units"], key=len, reverse=True))
        # "5 min. later", but "It took 5 min."
        yield (
            rf"(?<!\w)([\d.,]*\d)[ -]?({units})(?:(?![\w.]|/s\b)|\.(?=\s+[^\W\d_A-ZÀ-Þ])|(?=\.))",
            self._unit,
        )

    def _sum(self, match: re.Match[str]) -> Said:
        words, more = self._words, match["more"] or ""
        sign = (match["before"] or match["after"]).replace(" ", "")
        is_american = sign.startswith("US") or more.startswith("US")
        currency = "USD" if is_american else _CURRENCIES.get(sign[-1], sign)
        hundredths = _hundredths(match["first"] or match["last"]) * (1000 if match["thousands"] else 1)
        minus = f"{words['minus']} " if match["minus"] or match["less"] else ""
        credit = f" {words['credit']}" if more == "CR" else ""
        return [Span(minus + self._money(hundredths, currency) + credit)]

    def _money(self, hundredths: int, currency: str) -> str:
        """Say a sum: whole ones without cents, and one dollar in the singular."""
        names = self._words["money"][currency]
        whole, part = divmod(hundredths, 100)
        said = [self._counted(whole, *names["whole"])] if whole or not part else []
        said += [self._counted(part, *names["part"])] if part else []
        return f" {self._words['signs']['&']} ".join(said)

    def _counted(self, number: int, one: str, more: str) -> str:
        words = self._words
        if number == 1:
            return one
        if number == 0:
            return f"{words['zero']} {more.removesuffix('s') if words['below_two_is_one'] else more}"
        of = f" {words['of']}" if words["of"] and number % 1_000_000 == 0 else ""
        return f"{self._count(number)}{of} {more}"

    def _count(self, number: int) -> str:
        """Return a number that no voice reads as a string of digits: 12 thousand 345."""
        words = self._words
        if number < _MANY_DIGITS:
            return str(number)
        if number >= _ONLY_DIGITS:
            return " ".join(str(number))
        size, name = (1_000_000, words["million"][1]) if number >= 1_000_000 else (1000, words["thousand"])
        many, rest = divmod(number, size)
        said = words["million"][0] if size > 1000 and many == 1 else f"{self._count(many)} {name}"
        return f"{said} {self._count(rest)}" if rest else said

    def _currency(self, match: re.Match[str]) -> Said:
        return f" {self._words['money'][_CURRENCIES[match.group()]]['whole'][1]} "

    def _whole(self, match: re.Match[str]) -> Said:
        if match.group().startswith("0"):
            # a number that is looked up: amounts do not begin so
            return one_by_one(re.findall(r"\d+", match.group()))
        return self._count(_number(match.group()))

    def _decimal(self, match: re.Match[str]) -> Said:
        whole, part = match.groups()
        if len(whole) > 1 and whole[0] == "0":
            return one_by_one([*grouped(whole), part])
        return f"{self._count(int(whole))}{self._words['decimal']}{part}"

    def _unit(self, match: re.Match[str]) -> Said:
        one, more = self._words["units"][match[2]]
        is_number = re.fullmatch(r"\d+(?:[.,]\d+)?", match[1])
        number = float(match[1].replace(",", ".")) if is_number else 2
        is_one = number < 2 if self._words["below_two_is_one"] else number == 1
        said = self._count(int(number)) if match[1].isdecimal() else match[1]
        return [Span(f"{said} {one if is_one else more}")]


def _number(written: str) -> int:
    return int(re.sub(r"\D", "", written))


def _hundredths(written: str) -> int:
    parts = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", written)
    assert parts is not None
    return _number(parts[1] or "0") * 100 + int((parts[2] or "0").ljust(2, "0"))
