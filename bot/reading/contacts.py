"""Where a customer can be reached: e-mail addresses, phone numbers and Canadian postal codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bot.reading.characters import plain
from bot.reading.patterns import Words
from bot.reading.spoken.emails import emails_in
from bot.reading.spoken.lexicon import lexicon, tokens_of
from bot.reading.spoken.phones import phones_in
from bot.reading.spoken.postal_codes import postal_area_said, postal_codes_in

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
POSTAL_CODE = re.compile(
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


def read_contacts(text: str, *spoken: Words) -> list[ContactMention]:
    """Return the valid contacts in order of appearance; what is not surely one is left out.

    `spoken` are the packs of the languages in which they may be said aloud, the likeliest first. Seven digits are
    no phone number: the area code has to be asked for.
    """
    folded = plain(text)
    found: list[ContactMention] = []
    typed = [*_emails(text, folded), *_phones(text, folded), *_postal_codes(text, folded)]
    for mention in [*typed, *(said for words in spoken for said in _said(text, words))]:
        if all(mention.end <= other.start or other.end <= mention.start for other in found):
            found.append(mention)
    return sorted(found, key=lambda mention: mention.start)


def read_postal_area(text: str, *spoken: Words) -> str | None:
    """Return the first three signs of a postal code that stand by themselves, such as "T2P", typed or said."""
    match = _POSTAL_AREA.search(plain(text))
    if match:
        return match.group().upper()
    return next((area for words in spoken if (area := postal_area_said(text, words))), None)


def _emails(text: str, folded: str) -> Iterator[ContactMention]:
    if "@" not in folded:
        return
    for match in _EMAIL.finditer(folded):
        end = match.start() + len(match.group().rstrip(_AROUND_EMAIL))
        address = folded[match.start() : end].lstrip(_AROUND_EMAIL)
        try:
            value = validate_email(address, check_deliverability=False).normalized
        except EmailNotValidError:
            continue
        yield ContactMention(end - len(address), end, text[end - len(address) : end], "email", value)


def _said(text: str, spoken: Words) -> Iterator[ContactMention]:
    tokens, known = tokens_of(text), lexicon(spoken)
    kinds: tuple[Literal["email", "phone", "postal_code"], ...] = ("email", "phone", "postal_code")
    for kind, readers in zip(kinds, (emails_in, phones_in, postal_codes_in), strict=True):
        for first, last, value in readers(tokens, known):
            start, end = tokens[first].start, tokens[last - 1].end
            yield ContactMention(start, end, text[start:end], kind, value)


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
    for match in POSTAL_CODE.finditer(folded):
        start, end = match.span()
        code = re.sub(r"[ -]", "", match.group()).upper()
        yield ContactMention(start, end, text[start:end], "postal_code", f"{code[:3]} {code[3:]}")
