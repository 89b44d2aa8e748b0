"""Where a customer can be reached: e-mail addresses, phone numbers and Canadian postal codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bot.reading.characters import bare, plain
from bot.reading.spoken import EmailSpoken, emails_spoken

HOME_REGION = "CA"

_EMAIL = re.compile(r"(?<![\w.%+@-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w.-]{1,253}")
_AROUND_EMAIL = ".,;:!?'\"`*_~-<>()[]{}/=|&"

_GAP = r"[ .-]{0,3}"
_NORTH_AMERICAN = rf"(?:\+?1{_GAP})?\(?[2-9]\d\d\)?{_GAP}[2-9]\d\d(?:{_GAP}\d{{4}}|[ .-]\d\d[ .-]\d\d)"
_DIGIT_BY_DIGIT = r"(?:1 )?(?:\d ){9}\d"
_INTERNATIONAL = r"\+(?:[ .()-]{0,2}\d){8,15}"
_PHONE = re.compile(
    rf"(?<![\w+])(?<!\d[.-])(?:{_NORTH_AMERICAN}|{_INTERNATIONAL}|{_DIGIT_BY_DIGIT}(?! \d))(?!\d)(?!-\d)"
)

# Canada Post: no D F I O Q U anywhere, and no W Z in first place.
_POSTAL_CODE = re.compile(
    r"(?<![\w-])[ABCEGHJ-NPRSTVXY] ?\d ?[ABCEGHJ-NPRSTV-Z][ -]?\d ?[ABCEGHJ-NPRSTV-Z] ?\d(?![\w-])",
    re.IGNORECASE,
)

# Its first three signs, which name the area where somebody lives.
_POSTAL_AREA = re.compile(r"(?<![\w-])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z](?![\w-])", re.IGNORECASE)


@dataclass(frozen=True)
class ContactMention:
    """One way to reach the customer; phones in E.164, postal codes as "M5V 2T6"."""

    start: int
    end: int
    text: str
    kind: Literal["phone", "email", "postal_code"]
    value: str


def read_contacts(text: str) -> list[ContactMention]:
    """Return the valid contacts in order of appearance; what is not surely one is left out.

    Seven digits are no phone number: the area code has to be asked for.
    """
    folded = plain(text)
    found: list[ContactMention] = []
    for mention in [*_emails(text, folded), *_phones(text, folded), *_postal_codes(text, folded)]:
        if all(mention.end <= other.start or other.end <= mention.start for other in found):
            found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


def read_postal_area(text: str) -> str | None:
    """Return the first three signs of a postal code that stand by themselves, such as "T2P"."""
    match = _POSTAL_AREA.search(plain(text))
    return match.group().upper() if match else None


def _emails(text: str, folded: str) -> Iterator[ContactMention]:
    if "@" in folded:
        for match in _EMAIL.finditer(folded):
            end = match.start() + len(match.group().rstrip(_AROUND_EMAIL))
            address = folded[match.start() : end].lstrip(_AROUND_EMAIL)
            yield from _email(text, EmailSpoken(end - len(address), end, address))
    for spoken in emails_spoken(bare(text)):
        yield from _email(text, spoken)


def _email(text: str, found: EmailSpoken) -> Iterator[ContactMention]:
    try:
        address = validate_email(found.address, check_deliverability=False).normalized
    except EmailNotValidError:
        return
    yield ContactMention(found.start, found.end, text[found.start : found.end], "email", address)


def _phones(text: str, folded: str) -> Iterator[ContactMention]:
    for match in _PHONE.finditer(folded):
        start, end = match.span()
        try:
            number = phonenumbers.parse(match.group(), HOME_REGION)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
            yield ContactMention(start, end, text[start:end], "phone", value)


def _postal_codes(text: str, folded: str) -> Iterator[ContactMention]:
    for match in _POSTAL_CODE.finditer(folded):
        start, end = match.span()
        code = re.sub(r"[ -]", "", match.group()).upper()
        yield ContactMention(start, end, text[start:end], "postal_code", f"{code[:3]} {code[3:]}")
