"""Numbers that are dialled, keyed in or looked up: digit by digit in groups, letters as letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.languages.spoken.scan import SETTLED
from bot.languages.spoken.spans import Rule, Said, Span, grouped, one_by_one
from bot.languages.spoken.words import VOWELS

POSTAL_CODE = r"(?i)(?<![\w-])([A-CEGHJ-NPR-TVXY]\d[A-CEGHJ-NPR-TV-Z])[ -]?(\d[A-CEGHJ-NPR-TV-Z]\d)(?![\w-])"
TRACKING_NUMBER = r"(?<![\w-])\d{4}(?:[ -]\d{4}){2,4}(?![\w-])"
PHONE = (
    r"(?<![\w-])(?:tel:)?(?:(?P<north>(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]?\d{4})"
    r"(?: ?x ?(?P<extension>\d{1,5}))?"
    r"|\+(?P<abroad>\d{1,3}(?:[ .-]?\d{2,4}){2,5}))(?![\w-])"
)
REFERENCE = r"(?<![\w@.-])(?=[A-Za-z-]*\d)(?=[\d-]*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?!\w)"
_DEVICE = r"(?i)(?<![\w:-])[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![\w:-])"
"""The address that is printed on a modem."""

LONG_NUMBER = r"(?<![\w.,$€£-])\d{5,}(?!\w| ?[$€£%])"

_LEAST_JOINED = 7
"""So many digits behind hyphens are a number of ours or a provider's; fewer may be years, or a score."""

_NAMES_BEGIN = 5
"""COVID-19 is a name, TK-19 is not."""


class Numbers:
    """How a language says numbers that are no amounts."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words = words

    def known(self) -> Iterator[Rule]:
        """The ones whose form tells what they are."""
        words = self._words
        yield r"(?<![\w$€£,.-])(?:[2-9]-1-1|9-8-8)(?![\w-])", self._digits
        yield TRACKING_NUMBER, lambda match: one_by_one(re.findall(r"\d+", match.group()))
        yield _DEVICE, lambda match: one_by_one(re.split("[:-]", match.group().upper()))
        yield POSTAL_CODE, lambda match: one_by_one([part.upper() for part in match.groups()])
        yield r"(?<!\w)(?:…|\.{3}|(?:\*{2,}|[xX]{2,})[ -]?)(\d{2,4})(?!\w)", self._ending
        yield r"(?<!\S)\*(\d{2,4})(?!\w|\*)", lambda match: [Span(words["star"]), *one_by_one([match[1]])]
        yield r"\b24 ?h? ?/ ?(?:24|7)(?: ?[,-]? ?7 ?j? ?/ ?7)?(?!\w)", lambda match: words["round_the_clock"]

    def phones(self) -> Iterator[Rule]:
        yield PHONE, self._phone

    def joined(self) -> Iterator[Rule]:
        yield r"(?<![\w.,])\d+(?:\.\d+){2,}(?!\w)", self._version
        yield r"(?<![\w.,-])\d{2,}(?:-\d{2,})+(?![\w-])", self._joined

    def emergency(self) -> Iterator[Rule]:
        yield r"(?<![\w$€£,.-])(?:911|988)(?![\w-]|[.,]\d| ?[$€%])", self._digits

    def others(self) -> Iterator[Rule]:
        words = self._words
        yield REFERENCE, self._reference
        yield rf"(?<!\w)#\s?(?=\d|[{SETTLED}])", lambda match: f"{words['numbered']} "
        yield r"(?<!\S)#(?!\w)", lambda match: words["key"]
        announced = "|".join(re.escape(word) for word in words["digit_by_digit"])
        between = "|".join(re.escape(word) for word in words["between"])
        # what announces a short number may still be a word in capitals, so it is not settled here
        yield (
            rf"(?i)\b((?:{announced})(?: (?:{between}))*\.?:? )(\d{{3,4}})(?!\w|[.,]\d)",
            lambda match: match[1] + " ".join(match[2]),
        )

    def leftovers(self) -> Iterator[Rule]:
        """What is too long for a count, and what ran into something else."""
        yield r"\d+(?:[./-]\d+){2,}", lambda match: " ".join(re.findall(r"\d+", match.group()))
        yield r"\d{5,}|(?<![\d:.,])0\d+", self._digits

    def _digits(self, match: re.Match[str]) -> Said:
        return one_by_one(grouped(match.group().replace("-", "")))

    def _joined(self, match: re.Match[str]) -> Said:
        groups = match.group().split("-")
        if sum(map(len, groups)) < _LEAST_JOINED:
            return None
        return one_by_one([part for group in groups for part in grouped(group)])

    def _phone(self, match: re.Match[str]) -> Said:
        groups = re.findall(r"\d+", match["north"] or match["abroad"])
        digits = "".join(groups)
        if match["extension"]:
            extension = Span(self._words["before_numbers"]["ext."])
            return [*one_by_one(grouped(digits)), extension, *one_by_one([match["extension"]])]
        if match["north"] or (len(digits) == 11 and digits[0] == "1"):
            return one_by_one(grouped(digits))
        parts = [part for group in groups for part in grouped(group)]
        return [Span(self._words["signs"]["+"]), *one_by_one(parts)]

    def _ending(self, match: re.Match[str]) -> Said:
        return [Span(self._words["ending_in"]), *one_by_one([match[1]])]

    def _version(self, match: re.Match[str]) -> Said:
        return f" {self._words['address']['.']} ".join(match.group().split("."))

    def _reference(self, match: re.Match[str]) -> Said:
        text = match.group()
        if re.fullmatch(r"[a-z]{2,4}-?\d{3,}", text) and VOWELS.isdisjoint(text):
            # tk-4471 as well as TK-4471, but covid19 holds a word
            text = text.upper()
        signs = sum(character.isupper() or character.isdecimal() for character in text)
        if any(map(str.islower, text)) or signs < 3:
            return None
        parts = re.findall(r"\d+|[A-Z]+", text)
        if len(parts[0]) >= _NAMES_BEGIN and parts[0].isalpha() and len(parts[-1]) < 3:
            return " ".join(part.lower() for part in parts)
        return one_by_one([group for part in parts for group in _groups(part)])


def _groups(part: str) -> list[str]:
    return grouped(part) if part.isdecimal() else [part]
