"""Payment card and Social Insurance Numbers and secret codes, which nobody here may keep, struck out of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from bot.reading.characters import bare, plain
from bot.reading.digits_said import Said, numbers_said
from bot.reading.secret_codes import card_codes, one_time_codes

MARK = "[•••]"

SHORTEST_CARD, LONGEST_CARD = 13, 19
CARD_AND_MORE = (19, 20, 23, 24)  # sixteen digits with a code of three or four, a date of four, or both

# Spaces, hyphens and dots of every kind, odd signs that people put between groups, and the invisible characters
# that pasting and digits on keycaps bring along.
_SEPARATOR = r"[\s.\-_·•,;:/|*+~()\u200b-\u200f\u2060\ufeff\ufe0f\u20e3]{0,8}"
_ODD = re.compile(r"[/|*+~();]")
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
_MORE_THAN_PAUSES = re.compile(r"[^\w\s,.-]|\b(?:and|et|e|then|puis|poi|ensuite)\b")
_SIN_ANNOUNCED = re.compile(
    rf"(?:{_SIN_WORD.pattern}|(?<![a-z])(?:sin|nas))"
    r"(?:[^\w$€£]|(?:card|number|no|num|is|it's|it is|numero|est|c'est|e)(?![a-z])){0,9}$"
)
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
    """The text that may be kept, and what was struck out of it in order: "card", "sin" or "code"."""

    text: str
    removed: tuple[str, ...]


@dataclass(frozen=True)
class _Group:
    start: int
    end: int
    digits: str
    separator: str  # the kind that stands before it: "", " ", "-", ".", "," or "/" for odd signs


@dataclass(frozen=True)
class _Finding:
    start: int
    end: int
    kind: str


def redact(text: str, *, codes: bool = False) -> Redaction:
    """Replace payment card numbers and their codes (PCI DSS 3.3.1, 4.2.2) and Canadian SINs by a neutral mark.

    A nine-digit number right after a word such as "ticket" or "compte" is a reference and stays. With `codes` what is
    called a one-time code goes too; leave it out while one is asked for.
    """
    kept: list[str] = []
    removed: list[str] = []
    position = 0
    for finding in _in_order(_findings(plain(text), codes)):
        kept += [text[position : finding.start], MARK]
        removed.append(finding.kind)
        position = finding.end
    return Redaction("".join([*kept, text[position:]]), tuple(removed))


def passes_luhn(digits: str) -> bool:
    """Tell whether the last digit is the Luhn check digit (ISO/IEC 7812-1) of the others."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _in_order(findings: Sequence[_Finding]) -> Iterator[_Finding]:
    """Yield the findings from left to right; of two that overlap the one that was found first."""
    taken: list[_Finding] = []
    for finding in findings:
        if all(finding.end <= other.start or other.end <= finding.start for other in taken):
            taken.append(finding)
    yield from sorted(taken, key=lambda finding: finding.start)


def _findings(text: str, codes: bool) -> list[_Finding]:
    words = bare(text)
    numbers = [*_typed(text), *_said(words)]
    cards = [(finding.start, finding.end) for finding in numbers if finding.kind == "card"]
    secrets = [_Finding(*span, "card") for span in card_codes(words, cards)]
    secrets += [_Finding(*span, "code") for span in one_time_codes(words) if codes]
    return [*numbers, *secrets]


def _typed(text: str) -> Iterator[_Finding]:
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


def _said(text: str) -> Iterator[_Finding]:
    """Find numbers that are dictated: in words, or in digits with words such as "and then" between them."""
    for row in numbers_said(text):
        for first, last in _windows(text, row):
            window = row[first:last]
            kind = _kind_said(text, window, whole=len(window) == len(row))
            if kind:
                yield _Finding(window[0].start, window[-1].end, kind)
        yield from _card_before_its_date(row)


def _windows(text: str, row: Sequence[Said]) -> Iterator[tuple[int, int]]:
    """Yield the parts of a row that begin and end with it or at a pause, up to the first that is too long for a card."""
    edges = [0, *(at for at in range(1, len(row)) if _is_pause(text, row[at - 1], row[at])), len(row)]
    for index, first in enumerate(edges):
        length, position = 0, first
        for last in edges[index + 1 :]:
            length += sum(len(number.digits) for number in row[position:last])
            position = last
            if length > LONGEST_CARD:
                break
            yield first, last


def _is_pause(text: str, number: Said, following: Said) -> bool:
    return re.fullmatch(r"[\s-]*", text[number.end : following.start]) is None


def _kind_said(text: str, window: Sequence[Said], whole: bool) -> str | None:
    digits = "".join(number.digits for number in window)
    if len(digits) == 9:
        return "sin" if _is_sin_said(text, window, digits, whole) else None
    parts = _parts_between_pauses(text, window)
    as_cards_are_said = whole or len(parts) == 1 or parts in _CARD_LAYOUTS
    return "card" if as_cards_are_said and _is_card(digits) and not _has_phone(text, window) else None


def _is_sin_said(text: str, window: Sequence[Said], digits: str, whole: bool) -> bool:
    """Tell a SIN by what is said before it, or by its check digit when it is said digit by digit or in threes."""
    start, end = window[0].start, window[-1].end
    if _SIN_ANNOUNCED.search(text[max(0, start - 60) : start]):
        return True
    if not whole or not passes_luhn(digits) or _is_reference_or_amount(text, start, end):
        return False
    as_groups = tuple(len(number.digits) for number in window)
    in_threes = (3, 3, 3) in (as_groups, _parts_between_pauses(text, window))
    digit_by_digit = all(len(set(number.digits)) == 1 for number in window)
    gaps = (text[number.end : following.start] for number, following in pairwise(window))
    return (in_threes or digit_by_digit) and not any(map(_MORE_THAN_PAUSES.search, gaps))


def _pauses_after(text: str, window: Sequence[Said]) -> list[int]:
    """Return after how many digits a pause is made."""
    lengths = accumulate(len(number.digits) for number in window)
    pairs = zip(lengths, pairwise(window), strict=False)
    return [length for length, pair in pairs if _is_pause(text, *pair)]


def _is_card(digits: str) -> bool:
    return (
        SHORTEST_CARD <= len(digits) <= LONGEST_CARD
        and _BRANDS.fullmatch(digits) is not None
        and passes_luhn(digits)
    )


def _parts_between_pauses(text: str, window: Sequence[Said]) -> tuple[int, ...]:
    """Return how many digits stand between the pauses."""
    length = sum(len(number.digits) for number in window)
    return tuple(end - start for start, end in pairwise([0, *_pauses_after(text, window), length]))


def _has_phone(text: str, window: Sequence[Said]) -> bool:
    """Tell whether a part between pauses, or parts as phone numbers are said, make up one."""
    digits, parts = "".join(number.digits for number in window), _parts_between_pauses(text, window)
    for at in range(len(parts)):
        start = sum(parts[:at])
        for layout in ((10,), *_PHONE_LAYOUTS):
            if parts[at : at + len(layout)] == layout and _PHONE.fullmatch(digits[start : start + 10]):
                return True
    return False


def _card_before_its_date(row: Sequence[Said]) -> Iterator[_Finding]:
    """Find a card whose date or code is said in the same breath; two phone numbers in a row are none."""
    whole = "".join(number.digits for number in row)
    if len(whole) not in CARD_AND_MORE or (_PHONE.fullmatch(whole[:10]) and _PHONE.fullmatch(whole[10:])):
        return
    digits = ""
    for number in row:
        digits += number.digits
        if len(digits) == 16 and _is_card(digits):
            yield _Finding(row[0].start, number.end, "card")


def _groups(run: str, offset: int) -> list[_Group]:
    groups = []
    previous_end = 0
    for match in _GROUP.finditer(run):
        between = run[previous_end : match.start()]
        groups.append(
            _Group(offset + match.start(), offset + match.end(), match.group(), _separator(between))
        )
        previous_end = match.end()
    return groups


def _separator(between: str) -> str:
    if _ODD.search(between):
        return "/"
    for kind, signs in (("-", "-"), (",", ",:"), (".", ".·•")):
        if any(sign in between for sign in signs):
            return kind
    return between and " "


def _card_at(groups: list[_Group], first: int, tracking: set[int]) -> int:
    """Return how many groups from `first` on make up a card number, 0 if none; usual layouts win."""
    found = 0
    length = 0
    for last in range(first, len(groups)):
        length += len(groups[last].digits)
        if length > LONGEST_CARD or last in tracking:
            break
        window = groups[first : last + 1]
        if length < SHORTEST_CARD or not _is_card("".join(group.digits for group in window)):
            continue
        layout = tuple(len(group.digits) for group in window)
        if len(window) == 1 or (layout in _CARD_LAYOUTS and not _are_two_in_a_list(window)):
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
    separators = {group.separator for group in window[1:]}
    if all(len(group.digits) == 1 for group in window):
        return not _begins_with_phone_in_single_digits(window)
    if len(separators) > 1 or any(len(group.digits) == 12 for group in window):
        return False
    if separators & {"/", ","}:
        return False  # dates, and sums with a decimal comma
    return not any(_phone_at(groups, index) for index in range(max(0, first - 3), last + 1))


def _are_two_in_a_list(window: list[_Group]) -> bool:
    return len(window) == 2 and window[1].separator in ("/", ",")


def _begins_with_phone_in_single_digits(window: list[_Group]) -> bool:
    digits = "".join(group.digits for group in window)
    pauses = {at for at, group in enumerate(window) if at and group.separator != window[1].separator}
    return bool(_PHONE.fullmatch(digits[:10])) and min(pauses, default=0) in (3, 10) and 10 in pauses


def _phone_at(groups: list[_Group], index: int) -> bool:
    for layout in _PHONE_LAYOUTS:
        window = groups[index : index + len(layout)]
        sizes = tuple(len(group.digits) for group in window)
        if sizes == layout and _PHONE.fullmatch("".join(group.digits for group in window)):
            return True
    return _PHONE.fullmatch(groups[index].digits) is not None


def _sin_at(groups: list[_Group], first: int, text: str) -> int:
    """Return how many groups from `first` on make up a SIN that is not a reference, 0 if none."""
    if _SIN_ANNOUNCED.search(bare(text[max(0, groups[first].start - 60) : groups[first].start])):
        return _nine_digits_at(groups, first)
    sizes = [len(group.digits) for group in groups[first : first + 3]]
    inside = {group.separator for group in groups[first + 1 : first + 3]}
    if sizes[0] == 9:
        count = 1
    elif sizes == [3, 3, 3] and "," not in inside and not _phone_at(groups, first):
        count = 3
    else:
        return 0
    digits = "".join(group.digits for group in groups[first : first + count])
    if not passes_luhn(digits) or not digits.strip("0"):
        return 0
    return 0 if _is_reference_or_amount(text, groups[first].start, groups[first + count - 1].end) else count


def _nine_digits_at(groups: list[_Group], first: int) -> int:
    """Return how many groups from `first` on have nine digits together and do not go on; 0 if none."""
    for last in range(first, len(groups)):
        window = groups[first : last + 1]
        if sum(len(group.digits) for group in window) == 9:
            goes_on = last + 1 < len(groups) and groups[last + 1].separator in {
                group.separator for group in window[1:]
            }
            return 0 if goes_on and len(groups[last + 1].digits) == 1 else len(window)
    return 0


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
