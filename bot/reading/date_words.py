"""The words of dates: turns a text into tokens whose kinds are written as one letter each.

A date is then a short pattern over those letters, the same for every language ("[NO]o?M" reads "31st of May",
"31 mai" and "31 di maggio"), and each language's words stay in its pack.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from string import ascii_lowercase
from typing import Any, NamedTuple

from bot.reading.characters import bare

# Letters of the kinds. Words that play none of these parts are "x"; signs stand for themselves.
NUMERIC_DATE, NUMERIC_PAIR, NUMERIC_MONTH, CLOCK = "D", "S", "K", "T"
NUMBER, ORDINAL, YEAR, OTHER_NUMBER = "N", "O", "Y", "X"
SPAN_OF_A_YEAR = "I"  # "Q3", "H1"
MONTH, MONTH_IN_CONTEXT, MONTH_WITH_DAY = "M", "m", "q"

SPACED_DASH = "~"

_LISTS = {  # key of the pack -> kind
    "will": "w", "appointment": "a", "last": "L", "last_after": "l", "last_either": "d", "last_few": "P",
    "this": "H", "next": "j", "ago": "A", "ago_before": "B", "elapsed": "e", "elapsed_end": "z",
    "lasting": "F", "since": "s",
    "from": "f", "to": "c", "until": "u", "and": "&", "or": "r", "in": "i", "around": "b",
    "on_day": "k", "of": "o", "the": "t", "part_of": "E", "every": "v", "of_this_month": "h",
    "of_last_month": "p", "not_today": "x", "more_than": ">", "almost": "<", "half": "%", "so_far": "=",
    "from_now": "1", "rest": "3", "after_next": "4", "this_after": "5", "within": "7",
}  # fmt: skip
_SHADES = {  # key of the pack -> kind that another list has too, told apart by the key as its value
    "near": "b", "since_the": "s", "beginning": "E", "ending": "E", "previous": "P",
}  # fmt: skip
_TABLES = {  # key of the pack holding value -> words, kind
    "few": "g", "weekdays": "W", "weekday_abbreviations": "V", "numbers": "n", "ordinals": ORDINAL, "units": "U",
    "plural_units": "Q", "days_from_today": "R", "days_ahead": "J", "holidays": "C", "seasons": "G",
    "spans": "Z", "decades": "6", "years": YEAR, "plural_weekdays": "8",
}  # fmt: skip
# Numbers are written with hyphens or without: "twenty-one", "vingt deux".
_SPELT_EITHER_WAY = frozenset(("n", ORDINAL, YEAR, "6"))
_SIGNS = ",.-'/()"
_LAST_DAY = 31
# The years that are known in words; no complaint is told of others.
_YEARS_IN_WORDS = range(1950, 2050)
# A shorter name, missing a letter or with a wrong one, is too often another word ("juin", "june").
_MISSPELT_LENGTH = 5

_TOKEN = re.compile(
    r"""
    [^\W\d_]+(?!\w)
  | (?P<numeric> (?: (?<![\w$€£\#%+/.:@-]) | (?<=/\d-) | (?<=/\d\d-) | (?<=/\d{4}-) ) (?:
          \d{4}([-/.])\d{1,2}\2\d{1,2}(?:t\d\d:\d\d[\d:.z+-]*)?
        | \d{1,2}([-/.])\d{1,2}\3(?:\d{4}|\d{2})
        | \d{1,2}/\d{4} | \d{4}/\d{1,2} | \d{4}-\d{2} | \d{1,2}/\d{1,2}
      ) (?! [\w%°/$€£] | [.,:]\d | -(?!\d{1,2}/)\d ) )
  | (?P<clock> \d{1,2}(?::\d{2}){1,2} (?:\s?[ap]\.?m\b\.?)?
             | \d{1,2}\s?[ap]\.?m\b\.? | \d{1,2}\s?h(?:\s?\d{2})?\b )
  | (?P<amount> [$€£]\s?\d[\d.,]* | \d+(?:[.,]\d{1,3}(?!\d))+ )
  | (?P<word> \d{1,2}[°º] | [^\W_]+ )
  | (?P<sign> [^\w\s] )
    """,
    re.VERBOSE,
)
_MIXED = re.compile(r"(?:(\d+)([^\W\d]+)|([^\W\d]+)(\d{1,2})([^\W\d]*))")
_SPAN = re.compile(r"((?:19|20)\d\d)?([^\W\d])([1-4])")


class Token(NamedTuple):
    """A word, number or sign, where it stands, and the part it plays; a tuple because a text has hundreds."""

    start: int
    end: int
    word: str
    kind: str
    value: Any = None


class Vocabulary:
    """One language's date words, ready for reading; built once per pack."""

    def __init__(self, words: dict[str, Any]) -> None:
        self.day_first: bool = words["day_first"]
        self.day_may_follow_month: bool = words["day_may_follow_month"]
        self.the_weekday_is_weekly: bool = words["the_weekday_is_weekly"]
        self.last_month_name_is_latest: bool = words["last_month_name_is_latest"]
        self._suffixes = {bare(suffix) for suffix in words["ordinal_suffixes"]}
        # first word of a phrase -> the words of the whole phrase -> its kind and value
        self._phrases: dict[str, dict[tuple[str, ...], tuple[str, Any]]] = {}
        for key, kind in _LISTS.items():
            self._add(words[key], kind, None)
        for key, kind in _SHADES.items():
            self._add(words[key], kind, key)
        for number, names in words["numbers_beyond"].items():
            self._add(names, "n", number)
        for key, kind in _TABLES.items():
            for value, phrases in words[key].items():
                self._add(phrases, kind, value)
        for phrases, year in _years_in_words(words):
            self._add(phrases, YEAR, year)
        for month, names in words["months"].items():
            self._add(names, MONTH, month)
            self._add(
                [name for name in names if name in words["months_needing_context"]], MONTH_IN_CONTEXT, month
            )
            self._add(
                [name for name in names if name in words["months_needing_day_or_year"]], MONTH_WITH_DAY, month
            )
        # first word of a phrase -> how many words its phrases have, the most first
        self._lengths = {
            word: sorted({len(phrase) for phrase in phrases}, reverse=True)
            for word, phrases in self._phrases.items()
        }
        self._misspelt = _misspelt_months(words)
        self._months = frozenset(bare(name) for names in words["months"].values() for name in names)
        self._span_signs: dict[str, str] = words["span_signs"]
        self.sounds = frozenset(words["sounds"])
        self.ahead_before = frozenset(map(bare, words["ahead_before"]))
        self.earlier_than = frozenset(map(bare, words["earlier_than"]))
        self.later_than = frozenset(map(bare, words["later_than"]))
        self.previous = frozenset(map(bare, words["previous"]))
        self.starting = frozenset(map(bare, words["starting"]))
        self.money = frozenset(map(bare, words["money"]))
        # "sept" is a month and a number in French: as a count it is looked up here.
        self.counts = {bare(name): value for value, names in words["numbers"].items() for name in names}
        self.counted = frozenset(map(bare, words["counted"]))
        self.not_after_month = frozenset(map(bare, words["not_after_month"]))
        self.after_month_name = frozenset(map(bare, words["after_month_name"]))
        self.before_a_verb = frozenset(map(bare, words["before_a_verb"]))
        self.not_after_holiday = frozenset(map(bare, words["not_after_holiday"]))
        self.not_a_date_after = frozenset(map(bare, words["not_a_date_after"]))
        self.after_bare_day = frozenset(word.rstrip("'") for word in map(bare, words["after_bare_day"]))
        self.denied = frozenset(map(bare, words["denied"]))
        self.loyalty = re.compile(
            rf"{_either(words['loyalty'])}(?:\s+{_either(words['loyal_to'])}(?:\s+[\w'.]+){{1,3}})?[\s,]*$"
        )
        self.term = _anywhere(words["term"])
        self.is_over = _anywhere(words["is_over"])
        self.ongoing = _anywhere(words["ongoing"])
        self.pressed = _anywhere(words["pressed"])
        self.lacked = _anywhere(words["lacked"])
        self.hypothetical = _anywhere(words["hypothetical"])
        self.spoken_year = re.compile(r"[\s,]*" + _either(words["spoken_years"], whole=False))
        self.happened = _anywhere(words["happened"])
        self.vague_before = re.compile(_either(words["vague"]) + r"[\s-]*$")
        self.length_of = re.compile(r"[\s-]*" + _either(words["length_of"]))
        self.units_without_plural = {unit for unit, names in words["plural_units"].items() if not names}

    def _add(self, phrases: Iterable[str], kind: str, value: Any) -> None:
        for phrase in phrases:
            plain = bare(phrase)
            for spelling in {plain, plain.replace("-", " ")} if kind in _SPELT_EITHER_WAY else {plain}:
                parts = tuple(part.group() for part in _TOKEN.finditer(spelling))
                self._phrases.setdefault(parts[0], {})[parts] = (kind, value)

    def tokens(self, plain: str) -> list[Token]:
        """Return the tokens of a text that is already bare (lower case, no accents)."""
        pieces: list[Token] = []
        known: list[int] = []  # places of words that begin some phrase of the pack; most words do not
        for match in _TOKEN.finditer(plain):
            word = match.group()
            if word in self.sounds:
                continue
            if word in self._phrases:
                known.append(len(pieces))
            if word.isalpha():
                start = match.start()
                pieces.append(Token(start, start + len(word), word, "x"))
            else:
                for piece in self._split(match):
                    if piece.word != word and piece.word in self._phrases:
                        known.append(len(pieces))
                    pieces.append(piece)
        return self._in_context(self._with_phrases(pieces, known))

    def _in_context(self, tokens: list[Token]) -> list[Token]:
        """Tell a sum from a year ("2000 dollars"), a day from a month ("le sept mai"), a misspelt month from other words."""
        for index, token in enumerate(tokens):
            if token.kind == YEAR and self.is_money(tokens, index + 1):
                tokens[index] = token._replace(kind=OTHER_NUMBER)
            elif (
                token.kind == MONTH_WITH_DAY
                and token.word in self.counts
                and _is_a_day_in_words(tokens, index)
            ):
                tokens[index] = token._replace(kind="n", value=self.counts[token.word])
            elif token.kind == "x" and token.word in self._misspelt and self._stands_by_a_day(tokens, index):
                tokens[index] = token._replace(kind=MONTH_WITH_DAY, value=self._misspelt[token.word])
        return tokens

    def supposes(self, plain: str) -> bool:
        """Whether a text tells of what may, should or was to be; "May" as a month does not."""
        return any(match.group() not in self._months for match in self.hypothetical.finditer(plain))

    def is_money(self, tokens: list[Token], index: int) -> bool:
        """Whether the word at a place makes the number before it a sum."""
        return index < len(tokens) and tokens[index].word in self.money

    def _stands_by_a_day(self, tokens: list[Token], index: int) -> bool:
        before = index - 1 - (index > 1 and tokens[index - 1].kind == "o")
        if before >= 0 and _is_a_day(tokens[before]):
            return True
        after = index + 1 + (index + 1 < len(tokens) and tokens[index + 1].word == ".")
        if not self.day_may_follow_month or after >= len(tokens) or not _is_a_day(tokens[after]):
            return False
        return after + 1 == len(tokens) or tokens[after + 1].word not in self.counted

    def _with_phrases(self, pieces: list[Token], known: list[int]) -> list[Token]:
        tokens: list[Token] = []
        done = 0
        for at in known:
            if at >= done:
                token, used = self._named(pieces, at)
                tokens += pieces[done:at]
                tokens.append(token)
                done = at + used
        return tokens + pieces[done:]

    def _named(self, pieces: list[Token], at: int) -> tuple[Token, int]:
        """Return the longest phrase that begins at a place, as one token, and of how many pieces it is made."""
        piece, known = pieces[at], self._phrases[pieces[at].word]
        for length in self._lengths[piece.word]:
            words = tuple([part.word for part in pieces[at : at + length]])
            entry = known.get(words)
            if (
                entry is None
                or len(words) < length
                or (entry[0] == YEAR and self._ends_in_a_longer_year(pieces, at, length))
            ):
                continue
            word = piece.word if length == 1 else " ".join(words)
            return Token(piece.start, pieces[at + length - 1].end, word, *entry), length
        return piece, 1

    def _ends_in_a_longer_year(self, pieces: list[Token], at: int, length: int) -> bool:
        """ "March twenty twenty twenty six": not 2020, but the twentieth, of 2026."""
        if at + 1 >= len(pieces) or pieces[at + 1].word not in self._phrases:
            return False
        second = pieces[at + 1].word
        for longer in self._lengths[second]:
            words = tuple([part.word for part in pieces[at + 1 : at + 1 + longer]])
            kind, _ = self._phrases[second].get(words, ("x", None))
            if kind == YEAR and len(words) >= length:
                return True
        return False

    def _split(self, match: re.Match[str]) -> list[Token]:
        start, end, word = match.start(), match.end(), match.group()
        group = match.lastgroup
        if group == "sign":
            return [Token(start, end, word, _sign(match))]
        if group == "clock":
            return [Token(start, end, word, CLOCK)]
        if group == "amount":
            return [Token(start, end, word, OTHER_NUMBER, _pair_with_a_point(word))]
        if group == "numeric":
            return [_numeric(start, end, word)]
        if word.isdecimal():
            return [_number(start, word)]
        return self._unglue(start, word)

    def _unglue(self, start: int, word: str) -> list[Token]:
        """Part "4th", "14april", "oct2" and "2mths"; any other mixture ("euro2024", "5g") is no number."""
        end = start + len(word)
        digits = word.rstrip("°º")
        if digits.isdecimal():
            return [Token(start, end, word, ORDINAL, int(digits))]
        span = _SPAN.fullmatch(word)
        if span and span[2] in self._span_signs:
            sign = start + len(span[1] or "")
            value = (self._span_signs[span[2]], int(span[3]))
            year = [_number(start, span[1])] if span[1] else []
            return [*year, Token(sign, end, word[-2:], SPAN_OF_A_YEAR, value)]
        mixed = _MIXED.fullmatch(word)
        if mixed:
            number, tail, head, day, suffix = mixed.groups()
            if number and len(number) <= 2 and tail in self._suffixes:
                return [Token(start, end, word, ORDINAL, int(number))]
            if number and self._kind(tail) in (*"MmqUQ",):
                return [_number(start, number), Token(start + len(number), end, tail, "x")]
            if head and self._kind(head) in (*"Mmq",) and (not suffix or suffix in self._suffixes):
                split = start + len(head)
                return [Token(start, split, head, "x"), Token(split, end, day + suffix, NUMBER, int(day))]
        return [Token(start, end, word, OTHER_NUMBER)]

    def _kind(self, word: str) -> str:
        kind: str
        kind, _ = self._phrases.get(word, {}).get((word,), ("x", None))
        return kind


def _is_a_day_in_words(tokens: list[Token], index: int) -> bool:
    """ "Le sept mai", "du trois au sept juin", "quatre sept": the French seven is written like the short September.

    Whoever says a day in words does not write the month short.
    """
    before = tokens[index - 1].kind if index else " "
    after = tokens[index + 1].kind if index + 1 < len(tokens) else " "
    return before == "n" or (before in "kc" and after not in "YNX'")


def _is_a_day(token: Token) -> bool:
    return token.kind in (NUMBER, ORDINAL) and 1 <= token.value <= _LAST_DAY


def _years_in_words(words: dict[str, Any]) -> Iterator[tuple[list[str], int]]:
    """Yield the ways to say each year: a century and its rest ("nineteen | ninety-nine", "duemila|ventisei")."""
    rests = words["numbers"] | words["numbers_beyond"]
    for century, beginnings in words["centuries"].items():
        for beginning in beginnings:
            for rest, names in rests.items():
                if century + rest in _YEARS_IN_WORDS:
                    # the article is no number here: "two thousand a month"
                    yield (
                        list(_said_together(beginning, rest, names[:1] if rest == 1 else names, words)),
                        century + rest,
                    )


def _said_together(beginning: str, rest: int, names: list[str], words: dict[str, Any]) -> Iterator[str]:
    gaps = ("", " ") if words["numbers_are_joined"] else ("-", " ")
    for name in names:
        if beginning not in words["short_centuries"] or rest >= 10:
            yield from (f"{beginning}{gap}{name}" for gap in gaps)
        else:
            yield from (f"{beginning} {zero} {name}" for zero in words["zero_in_year"])


def _misspelt_months(words: dict[str, Any]) -> dict[str, int]:
    """Map every way to mistype one letter of a month's name to that month; other words of the language are none."""
    known = frozenset(map(bare, words["not_months"]))
    return {
        slip: month
        for month, names in words["months"].items()
        for name in map(bare, names)
        for slip in _slips(name)
        if slip not in known
    }


def _slips(name: str) -> Iterator[str]:
    """Yield the name with two letters swapped and, if it is long, with one missing, added or wrong."""
    for place in range(len(name)):
        before, letter, after = name[:place], name[place], name[place + 1 :]
        if place and len(name) >= _MISSPELT_LENGTH - 1:
            yield before[:-1] + letter + before[-1] + after
        if len(name) >= _MISSPELT_LENGTH:
            yield before + after
            yield from (before + other + after for other in ascii_lowercase)
            yield from (before + letter + other + after for other in ascii_lowercase)


def _sign(match: re.Match[str]) -> str:
    """A spaced dash stands between two things; one without spaces may hold a single thing together."""
    sign, text = match.group(), match.string
    if sign == "~":
        sign = "-"  # "2021~2024"
    if sign == "-" and text[match.start() - 1 : match.start()].isspace():
        return SPACED_DASH
    return sign if sign in _SIGNS else "!"


def _pair_with_a_point(word: str) -> list[int] | None:
    """ "4.22" is an amount, or April 22 to those who write it so."""
    parts = word.split(".")
    return (
        [int(part) for part in parts]
        if len(parts) == 2 and all(part.isdecimal() and len(part) < 3 for part in parts)
        else None
    )


def _number(start: int, digits: str) -> Token:
    end = start + len(digits)
    if len(digits) > 4:
        return Token(start, end, digits, OTHER_NUMBER)
    number = int(digits)
    if len(digits) == 4 and 1900 <= number <= 2099:
        return Token(start, end, digits, YEAR, number)
    return Token(start, end, digits, NUMBER if len(digits) <= 2 else OTHER_NUMBER, number)


def _numeric(start: int, end: int, word: str) -> Token:
    parts = [int(part) for part in re.split(r"[-/.]", word.split("t")[0])]
    if len(parts) == 3:
        return Token(start, end, word, NUMERIC_DATE, parts)
    if max(parts) > 99:
        year, month = max(parts), min(parts)
        return Token(start, end, word, NUMERIC_MONTH, (year, month))
    return Token(start, end, word, NUMERIC_PAIR, parts)


def _either(phrases: Iterable[str], whole: bool = True) -> str:
    """Return the pattern of any of these; of none it is one that nothing matches."""
    parts = [
        (r"(?<!\w)" if phrase[0].isalnum() else "")
        + re.escape(bare(phrase))
        + (r"(?!\w)" if whole and phrase[-1] != "'" else "")
        for phrase in phrases
    ]
    return r"(?:" + "|".join(sorted(parts, key=len, reverse=True) or [r"(?!)"]) + ")"


def _anywhere(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(_either(phrases))
