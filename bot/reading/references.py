"""The numbers a customer quotes: the account, our tracking number, and the provider's tickets."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.reading.characters import bare, plain
from bot.reading.contacts import ContactMention, read_contacts
from bot.reading.patterns import Words, any_of, once_per_pack
from bot.reading.spoken.digits import Run, digit_runs, is_in_words
from bot.reading.spoken.letters import Sign, signs_at
from bot.reading.spoken.lexicon import Lexicon, Token, lexicon, tokens_of

Kind = Literal["account", "tracking", "ticket"]

_DIGITS_OF_TRACKING = 12
_FEWEST_WORDS = 2
_MOST_DIGITS = 20
_ROW, _SHORT_ROW = 4, 3  # digits that are a row, however they are said, and one by one
_FEW_WORDS = 3
_NEAR = 1.5  # how far a reading may be from the usual one where nobody asked for a number
_TRACKING = re.compile(r"(?<![\w.,/-])(?<!\d )\d{4}(?:[ -]\d{4}[ -]|\d{4})\d{4}(?![\w/]|[.,-]\w| \d{4}\b)")
_DIGIT_GROUPS = re.compile(r"(?<![\w.,/-])\d{1,8}(?:[ -]\d{1,8}){0,7}(?![\w/]|[.,-]\d)")
_DATE_GROUPS = ([4, 2, 2], [2, 2, 4], [4, 1, 2], [4, 2, 1], [1, 2, 4], [2, 1, 4], [1, 1, 4], [4, 1, 1])
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONEY_BEFORE = re.compile(r"[$€£]\s?$")
_LINK = r"[\s:#.,°º()=-]{0,4}"
# "44821", "INC-00923", "998/23", "AB-1234": up to eight letters, then digits in a few parts.
_TICKET = r"(?:[a-z]{1,8}[-/]?)?\d\w{0,19}(?:[-/]\w{1,12}){0,4}"
_TICKET_WITH_LETTERS = re.compile(r"[A-Z]{1,8}-?(?P<digits>\d{2,20})")
_TICKET_SYSTEMS = re.compile(r"(?<![\w-])(?:inc|tkt|req|ritm|cas|chg|sr)[-#]?\d{4,12}(?![\w-])")
_DATE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/](?:\d\d|\d{4})")


@dataclass(frozen=True)
class ReferenceMention:
    """A number with its meaning. Accounts come without gaps, tracking numbers as "1234-5678-9012",
    tickets as typed, in capitals."""

    start: int
    end: int
    text: str
    kind: Kind
    value: str


@dataclass(frozen=True)
class _Grammar:
    account_before: re.Pattern[str]
    ticket: re.Pattern[str]
    ticket_before: re.Pattern[str]
    ticket_word: re.Pattern[str]
    ticket_in_groups: re.Pattern[str]
    dash: re.Pattern[str]
    more: re.Pattern[str]
    not_after: re.Pattern[str]
    units: re.Pattern[str]


def read_references(
    text: str,
    words: Words,
    account_pattern: str = r"\d{8}",
    spoken: Words | None = None,
    contacts: Sequence[ContactMention] | None = None,
) -> list[ReferenceMention]:
    """Return the references in order of appearance; dates, money, phones and street numbers are none.

    `account_pattern` is the shape of the provider's account numbers without gaps; `spoken` the pack of the words
    in which numbers may be said aloud, `contacts` what `read_contacts` found, where it was asked already.
    """
    folded = plain(text)
    bared = bare(text)
    grammar = _grammar(words)
    accounts = re.compile(account_pattern)
    if contacts is None:
        contacts = read_contacts(text, *([spoken] if spoken else []))
    taken = [(contact.start, contact.end) for contact in contacts]
    found: list[ReferenceMention] = []
    for start, end, kind, value in (
        *_tracking_numbers(folded),
        *_tickets(folded, bared, grammar),
        *_tickets_in_groups(bared, grammar),
        *_accounts(folded, bared, grammar, accounts),
        *(_said(text, bared, grammar, accounts, spoken) if spoken else ()),
    ):
        if all(end <= other_start or other_end <= start for other_start, other_end in taken):
            taken.append((start, end))
            found.append(ReferenceMention(start, end, text[start:end], kind, value))
    return sorted(found, key=lambda mention: mention.start)


@once_per_pack
def _grammar(words: Words) -> _Grammar:
    filler = rf"(?:\b(?:{any_of(words['between'])})\b{_LINK}){{0,4}}"
    dash = re.compile(rf" (?:{any_of(words['dash'])}) ")
    # "88 40 2", "a b 1 2 3 4 5", "5 5 0 dash 3 1 2": as it is said, digit by digit or in pairs
    groups = rf"(?:[a-z][ -]){{0,4}}\d{{1,2}}(?:(?:[ -]|{dash.pattern})\d{{1,2}}){{1,9}}"
    return _Grammar(
        account_before=re.compile(rf"\b(?:{any_of(words['account'])})\b{_LINK}{filler}$"),
        ticket=re.compile(rf"\b(?:{any_of(words['ticket'])})\b{_LINK}{filler}(?P<value>{_TICKET})(?![\w/])"),
        ticket_before=re.compile(rf"\b(?:{any_of(words['ticket'])})\b{_LINK}{filler}$"),
        ticket_in_groups=re.compile(
            rf"\b(?:{any_of(words['ticket'])})\b{_LINK}{filler}(?P<value>{groups})(?![\w/]|[.,:-]\d)"
        ),
        dash=dash,
        ticket_word=re.compile(rf"\b(?:{any_of(words['ticket'])})\b{_LINK}(?P<fillers>{filler})"),
        more=re.compile(rf"\s?(?:,|&|\b(?:{any_of(words['and'])})\b)\s?#?(?P<value>{_TICKET})(?![\w/])"),
        not_after=re.compile(rf"\b(?:{any_of(words['not_after'])})\s+$"),
        units=re.compile(rf"\s*(?:[$€£%]|\b(?:{any_of(words['units'])})\b)"),
    )


_Found = tuple[int, int, Kind, str]


def _tracking_numbers(folded: str) -> Iterator[_Found]:
    for match in _TRACKING.finditer(folded):
        digits = _digits(match.group())
        yield *match.span(), "tracking", f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"


def _said(
    text: str, bared: str, grammar: _Grammar, pattern: re.Pattern[str], spoken: Words
) -> Iterator[_Found]:
    """Yield the numbers said in words: a tracking number by its length, the others where a word announces them."""
    tokens, known = tokens_of(text), lexicon(spoken)
    yield from _tickets_with_letters(tokens, bared, grammar, known)
    runs = {run.start: run for run in digit_runs(tokens, known)}
    for run in runs.values():
        if run.end - run.start < _FEWEST_WORDS or not is_in_words(tokens, run, known):
            continue
        if run.lengths().start > _MOST_DIGITS:
            continue
        start, end = tokens[run.start].start, tokens[run.end - 1].end
        if grammar.units.match(bared[end : end + 20]) or _MONEY_BEFORE.search(
            bared[max(0, start - 2) : start]
        ):
            continue
        before = bared[max(0, start - 60) : _start_with_pauses(tokens, run.start, known)]
        account = run.value((), lambda digits: pattern.fullmatch(digits) is not None, _NEAR)
        if tracking := run.value([_DIGITS_OF_TRACKING], most_cost=_NEAR):
            yield start, end, "tracking", f"{tracking[:4]}-{tracking[4:8]}-{tracking[8:]}"
        elif account and (
            grammar.account_before.search(before) or _is_plainly_a_number(run, account, tokens, known)
        ):
            yield start, end, "account", account
        elif (ticket := _ticket_said(run)) and _is_announced(before, grammar):
            again = runs.get(_after_correction(tokens, run.end, known))
            counts = again and grammar.units.match(bared, tokens[again.end - 1].end)
            yield start, end, "ticket", (again and not counts and _ticket_said(again)) or ticket


def _tickets_with_letters(
    tokens: Sequence[Token], bared: str, grammar: _Grammar, known: Lexicon
) -> Iterator[_Found]:
    """Yield the tickets that are said letter by letter: "t as in tango four four seven one"."""
    runs = {run.start: run for run in digit_runs(tokens, known)}
    for announced in grammar.ticket_word.finditer(bared):
        if grammar.not_after.search(bared[max(0, announced.start() - 12) : announced.start()]):
            continue
        for place in _beginnings(tokens, announced, known):
            spelled = _spelled(tokens, place, runs, known, tokens[place].start >= announced.end())
            spelled = spelled and _put_right(tokens, spelled, runs, known)
            if spelled and not grammar.units.match(bared, tokens[spelled[0] - 1].end):
                yield tokens[place].start, tokens[spelled[0] - 1].end, "ticket", spelled[1]
                break


def _beginnings(tokens: Sequence[Token], announced: re.Match[str], known: Lexicon) -> Iterator[int]:
    """Yield the places where a ticket may begin: at a letter that looks like "no." or "è", or behind such words."""
    for place, token in enumerate(tokens):
        if announced.start("fillers") <= token.start < announced.end():
            sign = next(signs_at(tokens, place, known), None)
            is_said_again = place > 0 and token.word == tokens[place - 1].word
            if sign and (sign.sure or is_said_again):
                yield place
        elif token.start >= announced.end():
            yield place
            return


def _spelled(
    tokens: Sequence[Token], place: int, runs: Mapping[int, Run], known: Lexicon, may_be_typed: bool
) -> tuple[int, str] | None:
    """Return where letters with digits behind them end, and both as they are written; None where there are none.

    Digits that are not in words may follow too, as in "t 4471"; in "no. 4471" the letters only announce them.
    """
    letters: list[Sign] = []
    digits: list[Run] = []
    written, end = "", place
    while place < len(tokens):
        run = runs.get(place)
        mark, pause = known.marks.at(tokens, place), known.breaks.at(tokens, place)
        if run:
            written, place = written + (run.value() or ""), run.end
            digits.append(run)
            end = place
        elif mark and written:
            written, place = written + mark[1].strip(), mark[0]
        elif pause and not pause[1]:
            place = pause[0]
        elif not digits and (sign := next(signs_at(tokens, place, known), None)):
            written, place = written + sign.written.upper(), sign.end
            letters.append(sign)
        else:
            break
    shape = _TICKET_WITH_LETTERS.fullmatch(written.rstrip("-'"))
    if not shape or len(digits) != 1:
        return None
    if not is_in_words(tokens, digits[0], known):
        return (end, shape.group()) if may_be_typed and letters[0].sure else None
    is_sure = len(letters) > 1 or letters[0].sure or "-" in shape.group()
    return (end, shape.group()) if is_sure or _is_row(digits[0], len(shape["digits"])) else None


def _put_right(
    tokens: Sequence[Token], said: tuple[int, str], runs: Mapping[int, Run], known: Lexicon
) -> tuple[int, str]:
    """Return what follows a correction in place of what was said: "m six three, no wait, m six two one one"."""
    place = _after_correction(tokens, said[0], known)
    again = _spelled(tokens, place, runs, known, True) if place > said[0] else None
    return _put_right(tokens, again, runs, known) if again else said


def _after_correction(tokens: Sequence[Token], place: int, known: Lexicon) -> int:
    """Return where a correction ends that stands at a place, the place itself where none does."""
    after, corrected = place, False
    while pause := known.breaks.at(tokens, after):
        after, corrected = pause[0], corrected or pause[1]
    return after if corrected else place


def _is_row(run: Run, digits: int) -> bool:
    """Tell "a sixty-nine five eight seven" from "a hundred and five": several numbers, or single digits."""
    return run.numbers() >= _FEWEST_WORDS and (digits >= _ROW or run.numbers() == digits >= _SHORT_ROW)


def _start_with_pauses(tokens: Sequence[Token], place: int, known: Lexicon) -> int:
    """Return where the sounds begin that fill the time before a number: "the ticket is, um, four four"."""
    while place > 0:
        pause = known.breaks.at(tokens, place - 1)
        if not pause or pause[1] or pause[0] != place:
            break
        place -= 1
    return tokens[place].start


def _is_plainly_a_number(run: Run, digits: str, tokens: Sequence[Token], known: Lexicon) -> bool:
    """Tell whether so many words were said that they count nothing, or hardly a word beside them.

    "Forty-one fifteen and then forty-one fifteen" in a story is two sums.
    """
    said = run.end - run.start
    if said < len(digits) and _is_compact_date(digits):
        return False
    joined = any(token.word in known.and_ for token in tokens[run.start : run.end])
    return (said >= len(digits) - 2 and not joined) or len(tokens) - said <= _FEW_WORDS


def _is_announced(before: str, grammar: _Grammar) -> bool:
    announced = grammar.ticket_before.search(before)
    return announced is not None and not grammar.not_after.search(before[: announced.start()])


def _ticket_said(run: Run) -> str | None:
    """Return the digits of a ticket; three at least, and no year."""
    value = run.value()
    is_year = run.end - run.start <= 2 and value is not None and _YEAR.fullmatch(value)
    return value if value and len(value) >= 3 and value != "911" and not is_year else None


def _tickets(folded: str, bared: str, grammar: _Grammar) -> Iterator[_Found]:
    for announced in grammar.ticket.finditer(bared):
        if grammar.not_after.search(bared[max(0, announced.start() - 12) : announced.start()]):
            continue
        match: re.Match[str] | None = announced
        while match and _is_ticket(match["value"], bared[match.end() : match.end() + 20], grammar):
            start, end = match.span("value")
            yield start, end, "ticket", folded[start:end].upper()
            match = grammar.more.match(bared, match.end())
    for match in _TICKET_SYSTEMS.finditer(bared):
        yield *match.span(), "ticket", folded[slice(*match.span())].upper()


def _tickets_in_groups(bared: str, grammar: _Grammar) -> Iterator[_Found]:
    for announced in grammar.ticket_in_groups.finditer(bared):
        before = bared[max(0, announced.start() - 12) : announced.start()]
        value = grammar.dash.sub("-", announced["value"]).replace(" ", "").upper()
        after = bared[announced.end() : announced.end() + 20]
        if not grammar.not_after.search(before) and _is_ticket(value, after, grammar):
            yield *announced.span("value"), "ticket", value


def _is_ticket(value: str, after: str, grammar: _Grammar) -> bool:
    enough = len(_digits(value)) >= 3 or (len(_digits(value)) >= 2 and not value.isdecimal())
    return enough and value != "911" and not _DATE.fullmatch(value) and not grammar.units.match(after)


def _accounts(folded: str, bared: str, grammar: _Grammar, pattern: re.Pattern[str]) -> Iterator[_Found]:
    for match in re.finditer(rf"(?<![\w.,/-])(?:{pattern.pattern})(?![\w/]|[.,-]\d)", folded):
        if _is_account([match.group()], match.span(), folded, bared, grammar):
            yield *match.span(), "account", match.group()
    for match in _DIGIT_GROUPS.finditer(folded):
        groups = re.split(r"[ -]", match.group())
        shaped_like_one = len(groups) > 1 and pattern.fullmatch("".join(groups))
        if shaped_like_one and _is_account(groups, match.span(), folded, bared, grammar):
            yield *match.span(), "account", "".join(groups)


def _is_account(groups: list[str], span: tuple[int, int], folded: str, bared: str, grammar: _Grammar) -> bool:
    """Tell an account number from money and, unless it is announced or stands alone, from a date or years."""
    start, end = span
    if _MONEY_BEFORE.search(folded[max(0, start - 2) : start]) or grammar.units.match(bared[end : end + 20]):
        return False
    if grammar.account_before.search(bared[max(0, start - 60) : start]):
        return True
    if [len(group) for group in groups] in _DATE_GROUPS:
        return False
    if len(groups) > 1 and any(_YEAR.fullmatch(group) for group in groups):
        return False
    alone = not re.search(r"\w", folded[:start] + folded[end:])
    if len(groups) == 1:
        return alone or not _is_compact_date(groups[0])
    return alone or len({len(group) for group in groups}) == 1


def _is_compact_date(digits: str) -> bool:
    """Tell 20260305 from an account number."""
    if not re.fullmatch(r"(?:19|20)\d{6}", digits):
        return False
    try:
        datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
