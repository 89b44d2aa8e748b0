"""Payment card and Social Insurance Numbers, which nobody here may keep, struck out of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.characters import bare, plain

MARK = "[•••]"

# Spaces, hyphens and dots of every kind, and the invisible characters that pasting brings along.
_SEPARATOR = r"[\s.\-_·•\u200b-\u200f\u2060\ufeff]{0,3}"
_DIGIT_RUN = re.compile(rf"\d(?:{_SEPARATOR}\d){{8,}}")
_GROUP = re.compile(r"\d+")

# The ways cards are printed or typed at one go; any other grouping must keep to one separator.
_CARD_LAYOUTS = {
    *((4, 4, 4, 4), (4, 4, 4, 1), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (4, 4, 4, 4, 3)),
    *((4, 6, 5), (4, 6, 4), (8, 8), (6, 13), (4, 12), (12, 4)),
}
_PHONE_LAYOUTS = ((3, 3, 4), (3, 3, 2, 2), (3, 7))
_PHONE = re.compile(r"1?[2-9]\d{2}[2-9]\d{6}")
_YEAR = re.compile(r"(?:19|20)\d\d")

# Issuer prefixes and lengths, ISO/IEC 7812 ranges as the card schemes publish them.
_BRANDS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12,15}"  # Discover
    r"|3(?:0[0-5]|09|[689]\d)\d{11}"  # Diners Club
    r"|35(?:2[89]|[3-8]\d)\d{12,15}"  # JCB
    r"|(?:62|81)\d{14,17}"  # UnionPay
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{9,15}"  # Maestro
)

_SIN_WORD = re.compile(r"\b(?:sin|nas|social insurance|assurance sociale|assicurazione sociale)\b")
_REFERENCE_WORD = re.compile(
    r"\b(?:tickets?|case|reference|ref|order|account|acct|acc|tracking|confirmation|invoice|bill|claim|file|incident"
    r"|request|customer|client|compte|dossier|commande|billet|facture|suivi|demande|plainte|reclamation"
    r"|pratica|riferimento|rif|ordine|conto|fattura|segnalazione|cliente|caso|biglietto|conferma|reclamo|richiesta)\b"
    r"[\s:#.,'°º\-(]*(?:(?:number|numbers|num|no|nr|nbr|numero|n|id|code|is|was|est|etait|sous|e|le|il|di|de)\b"
    r"[\s:#.,'°º\-(]*){0,4}$"
)
_LETTERS_BEFORE = re.compile(r"([a-z]+)-?$")
_COUNTRY_CODE_BEFORE = re.compile(r"\+\d{1,3}[ .-]?$")
_MONEY_AFTER = re.compile(r"\s*(?:\$|€|£|dollar|euro|cad\b)")


@dataclass(frozen=True)
class Redaction:
    """The text that may be kept, and what was struck out of it in order: "card" or "sin"."""

    text: str
    removed: tuple[str, ...]


@dataclass(frozen=True)
class _Group:
    start: int
    end: int
    digits: str
    separator: str  # the kind that stands before it: "", " ", "-" or "."


@dataclass(frozen=True)
class _Finding:
    start: int
    end: int
    kind: str


def redact(text: str) -> Redaction:
    """Replace payment card numbers (PCI DSS 4.2.2) and Canadian SINs by a neutral mark.

    A nine-digit number right after a word such as "ticket" or "compte" is a reference and stays.
    """
    folded = plain(text)
    kept: list[str] = []
    removed: list[str] = []
    position = 0
    for finding in _findings(folded):
        kept += [text[position : finding.start], MARK]
        removed.append(finding.kind)
        position = finding.end
    return Redaction("".join([*kept, text[position:]]), tuple(removed))


def passes_luhn(digits: str) -> bool:
    """Tell whether the last digit is the Luhn check digit (ISO/IEC 7812-1) of the others."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _findings(text: str) -> Iterator[_Finding]:
    for run in _DIGIT_RUN.finditer(text):
        groups = _groups(run.group(), run.start())
        tracking = _tracking_numbers(groups)
        index = 0
        while index < len(groups):
            count = _card_at(groups, index, tracking)
            kind = "card"
            if not count:
                count = _sin_at(groups, index, text)
                kind = "sin"
            if count:
                yield _Finding(groups[index].start, groups[index + count - 1].end, kind)
            index += count or 1


def _groups(run: str, offset: int) -> list[_Group]:
    groups = []
    previous_end = 0
    for match in _GROUP.finditer(run):
        between = run[previous_end : match.start()]
        separator = "-" if "-" in between else "." if re.search(r"[.·•]", between) else between and " "
        groups.append(_Group(offset + match.start(), offset + match.end(), match.group(), separator))
        previous_end = match.end()
    return groups


def _card_at(groups: list[_Group], first: int, tracking: set[int]) -> int:
    """Return how many groups from `first` on make up a card number, 0 if none; usual layouts win."""
    found = 0
    length = 0
    for last in range(first, len(groups)):
        length += len(groups[last].digits)
        if length > 19 or last in tracking:
            break
        window = groups[first : last + 1]
        digits = "".join(group.digits for group in window)
        if length < 13 or not _BRANDS.fullmatch(digits) or not passes_luhn(digits):
            continue
        layout = tuple(len(group.digits) for group in window)
        if len(window) == 1 or layout in _CARD_LAYOUTS:
            return len(window)
        elif not found and _is_one_loose_number(groups, first, last):
            found = len(window)
    return found


def _tracking_numbers(groups: list[_Group]) -> set[int]:
    """Return the indexes of groups that surely are tracking numbers (4-4-4), not part of a card.

    Sure means one separator inside, another around, and no lone group of four beside it that makes a card.
    """
    triples = [index for index in range(len(groups) - 2) if _is_triple(groups, index)]
    inside = {index + step for index in triples for step in range(3)}
    sure = set()
    for first in triples:
        beside = [index for index in (first - 1, first + 3) if 0 <= index < len(groups)]
        lone = [groups[index].digits for index in beside if index not in inside]
        if all(len(digits) != 4 or _YEAR.fullmatch(digits) for digits in lone):
            sure |= {first, first + 1, first + 2}
    return sure


def _is_triple(groups: list[_Group], first: int) -> bool:
    separator = groups[first + 1].separator
    return (
        all(len(group.digits) == 4 for group in groups[first : first + 3])
        and groups[first + 2].separator == separator
        and (first == 0 or groups[first].separator != separator)
        and (first + 3 == len(groups) or groups[first + 3].separator != separator)
    )


def _is_one_loose_number(groups: list[_Group], first: int, last: int) -> bool:
    """Accept an odd grouping only with one separator throughout and no phone or tracking number in it."""
    window = groups[first : last + 1]
    if len({group.separator for group in window[1:]}) > 1 or any(len(group.digits) == 12 for group in window):
        return False
    return not any(_phone_at(groups, index) for index in range(max(0, first - 3), last + 1))


def _phone_at(groups: list[_Group], index: int) -> bool:
    for layout in _PHONE_LAYOUTS:
        window = groups[index : index + len(layout)]
        sizes = tuple(len(group.digits) for group in window)
        if sizes == layout and _PHONE.fullmatch("".join(group.digits for group in window)):
            return True
    return _PHONE.fullmatch(groups[index].digits) is not None


def _sin_at(groups: list[_Group], first: int, text: str) -> int:
    """Return how many groups from `first` on make up a SIN that is not a reference, 0 if none."""
    sizes = [len(group.digits) for group in groups[first : first + 3]]
    if sizes[0] == 9:
        count = 1
    elif sizes == [3, 3, 3] and not _phone_at(groups, first):
        count = 3
    else:
        return 0
    digits = "".join(group.digits for group in groups[first : first + count])
    if not passes_luhn(digits) or not digits.strip("0"):
        return 0
    return 0 if _is_reference_or_amount(text, groups[first].start, groups[first + count - 1].end) else count


def _is_reference_or_amount(text: str, start: int, end: int) -> bool:
    before = bare(text[max(0, start - 60) : start])
    if _SIN_WORD.search(before[-40:]):
        return False
    if _COUNTRY_CODE_BEFORE.search(before):
        return True
    glued = _LETTERS_BEFORE.search(before)
    if glued and glued.group(1) not in ("sin", "nas"):
        return True
    return (
        _REFERENCE_WORD.search(before) is not None
        or before.rstrip().endswith(("$", "€", "£"))
        or _MONEY_AFTER.match(text[end : end + 12].lower()) is not None
    )
