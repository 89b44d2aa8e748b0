"""Tracking numbers: twelve digits in groups of four, drawn at random, the last one a check digit.

Eleven random digits leave a guesser one chance in 10^11 a try; the check digit (Damm, 2004) catches every
single wrong digit and every swap of neighbours, which is what people do when they read a number aloud.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)

# a look-ahead, so that four digits before the number, such as a year, do not swallow its beginning
_WRITTEN = re.compile(r"(?<!\d)(?=(\d{4})[\s.\-–]?(\d{4})[\s.\-–]?(\d{4})(?!\d))")


def check_digit(digits: str) -> str:
    """Return the Damm check digit of a string of decimal digits."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def new_tracking_number(random_below: Callable[[int], int]) -> str:
    """Return a fresh number such as 4821-0937-5514; pass `secrets.randbelow` outside tests."""
    body = f"{random_below(10**11):011d}"
    return written(body + check_digit(body))


def written(digits: str) -> str:
    """Write twelve digits the one way the product shows them: groups of four with hyphens."""
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def is_tracking_number(number: str) -> bool:
    """Tell whether this is twelve digits, however grouped, whose check digit is right."""
    digits = re.sub(r"[\s.\-–]", "", number)
    return len(digits) == 12 and digits.isascii() and digits.isdigit() and check_digit(digits) == "0"


def find_tracking_number(text: str) -> str | None:
    """Return the first well-formed tracking number in a text, as the product writes it."""
    for match in _WRITTEN.finditer(text):
        digits = "".join(match.groups())
        if digits.isascii() and is_tracking_number(digits):
            return written(digits)
    return None
