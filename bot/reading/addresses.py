"""Canadian street addresses, as English and French write them, whatever language is spoken.

"Apt 5 - 1234 Main St W, Toronto, ON M5V 2T6" and « 1234, rue Saint-Denis, app. 5, Montréal (Québec) H2X 1Y4 ».
A number and the name of a street have to be there; a street that is merely talked about is no address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.reading.characters import bare, plain
from bot.reading.contacts import POSTAL_CODE
from bot.reading.patterns import Words, any_of, once_per_pack

_TOKEN = re.compile(r"\d+[^\W\d_]*|[^\W\d_]+(?:['-][^\W\d_]+)*")
_NUMBER = re.compile(r"[1-9]\d{0,4}[a-d]?")
_ORDINAL = re.compile(r"[1-9]\d{0,2}(?:st|nd|rd|th|e|er|re|eme|ieme)?")
_UNIT = re.compile(r"\d{1,5}[a-z]?|[a-z]|[a-z]\d{1,4}")
_SPACE = re.compile(r"\.? ")
_SPACE_OR_COMMA = re.compile(r"\.?[ ,\n]{1,3}|\.?,? ?- ?|\.?,? ?\(")
_SIGN_OF_UNIT = re.compile(r"\.?[ ,\n-]{0,4}# ?")
_NO_NUMBER_AFTER = re.compile(r"[$€£:/.\d]$|\d,$|[\d]-$")
_CLAUSE_ENDS = re.compile(r"\s*(?:[,.;!?)\n]|$)")
LAST_DAY = 31
_HALF = re.compile(r" ?(?:1/2|½)(?!\w)")

_MOST_WORDS_OF_NAME = 4
_MOST_WORDS_IN_SMALL_LETTERS = 2
_MOST_WORDS_OF_CITY = 4


@dataclass(frozen=True)
class AddressMention:
    """A street address: number, street, unit, city, province ("QC") and postal code ("H2X 1Y4") where they are told.

    `parts` always has "number" and "street"; all but the last two are as the customer writes them.
    """

    start: int
    end: int
    text: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class _Grammar:
    before: frozenset[str]
    before_in_prose: frozenset[str]
    after: frozenset[str]
    after_in_prose: frozenset[str]
    numbered: frozenset[str]
    directions: frozenset[str]
    directions_in_prose: frozenset[str]
    units: frozenset[str]
    units_alone: frozenset[str]
    particles: frozenset[str]
    saints: frozenset[str]
    not_before: frozenset[str]
    not_after: frozenset[str]
    not_names: frozenset[str]
    in_city: frozenset[str]
    days: frozenset[str]
    introductions: re.Pattern[str]
    provinces: re.Pattern[str]
    short_names_in_prose: frozenset[str]
    codes: Mapping[str, str]


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    word: str  # in small letters, without accents
    gap: str  # what stands between it and the token before
    is_capital: bool


@dataclass
class _Found:
    """An address as far as it is read; `at` is the token that follows, `end` where it ends in the text."""

    start: int
    at: int
    end: int
    parts: dict[str, str] = field(default_factory=dict)
    has_direction: bool = False


def read_addresses(text: str, words: Words) -> list[AddressMention]:
    """Return the street addresses of a text in order; whatever is not surely one is left out."""
    return [
        AddressMention(found.start, found.end, text[found.start : found.end], found.parts)
        for found in _Reading(text, _grammar(words)).addresses()
    ]


@once_per_pack
def _grammar(words: Words) -> _Grammar:
    codes = {bare(name): code for code, names in words["provinces"].items() for name in (code, *names)}
    sets = {
        name: frozenset(map(bare, words[name]))
        for name, kind in _Grammar.__annotations__.items()
        if kind == "frozenset[str]"
    }
    return _Grammar(
        introductions=re.compile(rf"(?<!\w)(?:{any_of(map(bare, words['introductions']))})[ :,]*$"),
        provinces=re.compile(rf"(?:{any_of(codes)})(?!\w)"),
        codes=codes,
        **sets,
    )


class _Reading:
    """One text being read."""

    def __init__(self, text: str, grammar: _Grammar) -> None:
        self._text, self._plain, self._bare, self._grammar = text, plain(text), bare(text), grammar
        self._tokens = list(self._cut())

    def _cut(self) -> Iterator[_Token]:
        end = 0
        for match in _TOKEN.finditer(self._bare):
            start = match.start()
            yield _Token(
                start, match.end(), match.group(), self._plain[end:start], self._text[start].isupper()
            )
            end = match.end()

    def addresses(self) -> Iterator[_Found]:
        """Yield the addresses, each from its first part to its last."""
        at = 0
        while at < len(self._tokens):
            found = self._address(at)
            if found:
                yield found
            at = found.at if found else at + 1

    def _address(self, at: int) -> _Found | None:
        found = self._numbered(at)
        if not found:
            return None
        for street in (self._type_first, self._type_last, self._without_type):
            read = street(found)
            if read:
                return read
        return None

    # ── The number, and the unit before it ─────────────────────────────────────────────────────────

    def _numbered(self, at: int) -> _Found | None:
        """Begin an address at a number that is no sum, date, time, phone number or part of a name."""
        token = self._tokens[at]
        before = self._tokens[at - 1] if at else None
        if not _NUMBER.fullmatch(token.word) or (before and self._is_of(before, token)):
            return None
        unit = self._unit_before(at)
        if unit is None and (
            _NO_NUMBER_AFTER.search(self._plain[max(0, token.start - 2) : token.start])
            or (before and before.word[0].isdecimal() and _SPACE.fullmatch(token.gap))
        ):
            return None
        half = _HALF.match(self._plain, token.end)
        end = half.end() if half else token.end
        found = _Found(token.start if unit is None else unit[0], at + 1, end)
        found.parts["number"] = self._text[token.start : end]
        if half:
            found.at += sum(other.start < end for other in self._tokens[at + 1 : at + 3])
        if unit:
            found.parts["unit"] = unit[1]
        return found

    def _is_of(self, before: _Token, number: _Token) -> bool:
        """Tell the number of a unit, a line or a plan by the word before it."""
        is_unit = before.word in self._grammar.units and "," not in number.gap
        return is_unit or before.word in self._grammar.not_before

    def _unit_before(self, at: int) -> tuple[int, str] | None:
        """Return where a unit before the number begins, and the unit: "Apt 5 - 1234", "#5, 1234", "5-1234"."""
        if not at or not _UNIT.fullmatch(self._tokens[at - 1].word):
            return None
        gap, unit = self._tokens[at].gap, self._tokens[at - 1]
        sign = re.search(r"# ?$", unit.gap)
        word = self._tokens[at - 2] if at > 1 else None
        said = self._text[unit.start : unit.end]
        if re.fullmatch(r",? ?-? ?", gap) and gap:
            if word and word.word in self._grammar.units and re.fullmatch(r"\.? ?#? ?", unit.gap):
                return word.start, said
            if sign:
                return unit.start - len(sign.group()), said
        alone = not _NO_NUMBER_AFTER.search(self._plain[max(0, unit.start - 2) : unit.start])
        if re.fullmatch(r" ?- ?", gap) and alone and len(unit.word) <= 4 and not unit.gap.endswith("-"):
            return unit.start, said
        return None

    # ── The street ─────────────────────────────────────────────────────────────────────────────────

    def _type_first(self, found: _Found) -> _Found | None:
        """Read a French street: « rue de la Montagne Ouest », with a comma before it or without."""
        token = self._token(found.at)
        known = self._grammar.before | self._grammar.before_in_prose
        if not token or token.word not in known or not _SPACE_OR_COMMA.fullmatch(token.gap):
            return None
        end = self._name_after_type(found.at + 1)
        if end is None:
            return None
        name = self._tokens[found.at + 1 : end]
        read = self._with_street(found, found.at, end)
        is_named = any(part.is_capital or part.word.isdecimal() for part in name)
        if token.word in self._grammar.before:
            sure = is_named or not self._may_be_count(found)
        else:
            sure = self._is_told(read) or (is_named and self._ends_clause(read))
        return read if sure and (self._is_told(read) or not self._may_be_day(found)) else None

    def _name_after_type(self, at: int) -> int | None:
        """Return the end of a name: as long as words are capitals, or one word in small letters."""
        first = at
        while self._continues(at) and self._tokens[at].word in self._grammar.particles:
            at += 1
        unfit = self._grammar.not_names | self._grammar.directions if at == first else self._grammar.not_names
        if not self._continues(at) or self._tokens[at].word in unfit:
            return None
        in_capitals = self._tokens[at].is_capital and not self._text.isupper()
        is_saint = self._tokens[at].word in self._grammar.saints
        at += 1
        if is_saint and self._continues(at):
            at += 1
        while in_capitals and at - first < _MOST_WORDS_OF_NAME + 1:
            after_particles = at
            while (
                self._continues(after_particles)
                and self._tokens[after_particles].word in self._grammar.particles
            ):
                after_particles += 1
            if not self._continues(after_particles) or not self._is_name(after_particles):
                break
            at = after_particles + 1
        return at

    def _is_name(self, at: int) -> bool:
        word = self._tokens[at].word
        known = self._grammar.directions | self._grammar.units | self._grammar.codes.keys()
        return self._tokens[at].is_capital and word not in known

    def _type_last(self, found: _Found) -> _Found | None:
        """Read an English street: "St. Clair Avenue West", "5th Ave", "104 Street NW"."""
        known = self._grammar.after | self._grammar.after_in_prose
        best = None
        for at in range(found.at, found.at + _MOST_WORDS_OF_NAME + 1):
            if not self._continues(at) and not self._is_ordinal_apart(found, at):
                break
            if at > found.at and self._tokens[at].word in known:
                best = at  # the last one: "12 St. Clair Avenue"
        if best is None or not self._is_name_before_type(found.at, best):
            return None
        read = self._with_street(found, found.at, best + 1)
        name = self._tokens[found.at : best]
        following = self._token(best + 1)
        if following and following.word in self._grammar.not_after and following.gap == " ":
            return None
        is_named = all(
            part.is_capital or part.word[0].isdecimal()
            for part in name
            if part.word not in self._grammar.particles
        )
        if self._tokens[best].word in self._grammar.after:
            sure = is_named or (len(name) <= _MOST_WORDS_IN_SMALL_LETTERS and not self._may_be_count(found))
        else:
            sure = self._is_told(read) or (is_named and self._ends_clause(read))
        return read if sure else None

    def _is_ordinal_apart(self, found: _Found, at: int) -> bool:
        """Tell the "10" of "1200 - 10 Avenue SW" and of "123, 5e Avenue": a name that is a number and no more."""
        token, following = self._token(at), self._token(at + 1)
        return (
            at == found.at
            and token is not None
            and following is not None
            and _ORDINAL.fullmatch(token.word) is not None
            and re.fullmatch(r", | ?- ?", token.gap) is not None
            and following.word in self._grammar.after
        )

    def _is_name_before_type(self, first: int, end: int) -> bool:
        name = self._tokens[first:end]
        words = [part for part in name if part.word not in self._grammar.particles]
        if not words or any(part.word in self._grammar.not_names for part in words):
            return False
        if any(part.word[0].isdecimal() for part in words):
            return len(words) == 1 and _ORDINAL.fullmatch(words[0].word) is not None
        return len({part.is_capital for part in words}) < 2

    def _without_type(self, found: _Found) -> _Found | None:
        """Read "1234 St-Denis, Montréal H2X 1Y4": only where province or postal code follows."""
        at = found.at
        while self._continues(at) and self._tokens[at].word in self._grammar.particles:
            at += 1
        first = at
        while at - first < _MOST_WORDS_OF_NAME - 1 and self._continues(at) and self._tokens[at].is_capital:
            at += 1
        if at == first:
            return None
        read = self._with_street(found, found.at, at)
        return read if "city" in read.parts and read.parts.keys() & {"province", "postal_code"} else None

    def _with_street(self, found: _Found, first: int, end: int) -> _Found:
        """Return the address with its street, and with all that follows."""
        if self._is_number_of_road(end):
            end += 1
        read = _Found(found.start, end, self._tokens[end - 1].end, dict(found.parts))
        if self._continues(end) and self._is_direction(end):
            end += 1
            if self._continues(end) and self._is_direction(end):  # "Capital Circle N E"
                end += 1
            read.at, read.end, read.has_direction = end, self._tokens[end - 1].end, True
        read.parts["street"] = self._text[self._tokens[first].start : read.end]
        for part in (self._unit, self._city, self._unit):
            part(read)
        return read

    def _is_number_of_road(self, at: int) -> bool:
        """Tell the number of "County Road 12" from that of "Main Road 3 times"."""
        return (
            self._tokens[at - 1].word in self._grammar.numbered
            and self._continues(at)
            and _ORDINAL.fullmatch(self._tokens[at].word) is not None
            and _CLAUSE_ENDS.match(self._plain, self._tokens[at].end) is not None
        )

    def _is_direction(self, at: int) -> bool:
        """Tell « rue Ontario est, app. 3 » from « rue Ontario est bloquée »."""
        word = self._tokens[at].word
        if word not in self._grammar.directions_in_prose:
            return word in self._grammar.directions
        following = self._token(at + 1)
        return (
            (self._tokens[at].is_capital and not self._text.isupper())
            or following is None
            or following.word == word
            or not _SPACE.fullmatch(following.gap)
            or following.word in self._grammar.units
            or POSTAL_CODE.match(self._plain, following.start) is not None
        )

    # ── What follows the street ────────────────────────────────────────────────────────────────────

    def _unit(self, found: _Found) -> None:
        token, following = self._token(found.at), self._token(found.at + 1)
        if "unit" in found.parts or not token:
            return
        if _SIGN_OF_UNIT.fullmatch(token.gap) and _UNIT.fullmatch(token.word):
            self._take(found, "unit", found.at, found.at + 1)
        elif not _SPACE_OR_COMMA.fullmatch(token.gap):
            return
        elif token.word in self._grammar.units and following and re.fullmatch(r"\.? ?#? ?", following.gap):
            if _UNIT.fullmatch(following.word):
                self._take(found, "unit", found.at + 1, found.at + 2)
        elif token.word in self._grammar.units_alone:
            self._take(found, "unit", found.at, found.at + 1)

    def _city(self, found: _Found) -> None:
        """Read city, province and postal code, as many as are told."""
        first = found.at
        token = self._token(first)
        if not token or not _SPACE_OR_COMMA.fullmatch(token.gap):
            return
        is_said = token.word in self._grammar.in_city
        first += is_said
        at = first
        while at - first <= _MOST_WORDS_OF_CITY and (token := self._token(at)):
            if at > first and not _SPACE_OR_COMMA.fullmatch(token.gap):
                break
            if self._region(found, at, first):
                return
            if at > first and not _SPACE.fullmatch(token.gap):
                break
            if token.word[0].isdecimal() or token.word in self._grammar.not_names:
                break
            at += 1
        self._city_alone(found, first, is_said)

    def _region(self, found: _Found, at: int, first: int) -> bool:
        """Take the province or postal code that begins here, with the city before it."""
        start = self._tokens[at].start
        province = self._grammar.provinces.match(self._bare, start)
        end = start
        if province:
            end = province.end()
            closing = re.match(r"\)?[ ,\n.(]{0,3}", self._plain[end:])
            code_at = end + (closing.end() if closing else 0)
        postal_code = POSTAL_CODE.match(self._plain, code_at if province else start)
        if province and not postal_code and not self._is_province(start, end):
            province = None
        if not province and not postal_code:
            return False
        if province and not postal_code and self._grammar.provinces.match(self._bare, code_at):
            return False  # Québec, the city, in Québec
        if at > first:
            self._take(found, "city", first, at)
        if province:
            found.parts["province"] = self._grammar.codes[province.group()]
            found.end = end + self._plain.startswith(")", end)
        if postal_code:
            code = re.sub(r"[ -]", "", postal_code.group()).upper()
            found.parts["postal_code"] = f"{code[:3]} {code[3:]}"
            found.end = postal_code.end()
        found.at = next(
            (i for i in range(at, len(self._tokens)) if self._tokens[i].start >= found.end), len(self._tokens)
        )
        return True

    def _is_province(self, start: int, end: int) -> bool:
        """Tell "Kenora, ON" and "brandon mb." from "on": what is also a word, and small letters, have to end the clause."""
        said = self._text[start:end]
        in_prose = bare(said) in self._grammar.short_names_in_prose
        in_capitals = said.isupper() and not self._text.isupper()
        if in_capitals or (len(said) > 2 and not in_prose):
            return True
        may_be = not in_prose or said.isupper() or (len(said) > 2 and said[0].isupper())
        return may_be and _CLAUSE_ENDS.match(self._plain, end) is not None

    def _city_alone(self, found: _Found, first: int, is_said: bool) -> None:
        """Take the capitals after a comma, or after "in", for a city when nothing but a pause follows them."""
        token = self._token(first)
        if (
            not token
            or not token.is_capital
            or self._text.isupper()
            or not (is_said or "," in token.gap or "\n" in token.gap)
        ):
            return
        end = first + 1
        while end - first < _MOST_WORDS_OF_CITY and self._continues(end) and self._tokens[end].is_capital:
            end += 1
        if any(part.word in self._grammar.not_names for part in self._tokens[first:end]):
            return
        if is_said or _CLAUSE_ENDS.match(self._plain, self._tokens[end - 1].end):
            self._take(found, "city", first, end)

    def _take(self, found: _Found, part: str, first: int, end: int) -> None:
        found.parts[part] = self._text[self._tokens[first].start : self._tokens[end - 1].end]
        found.at, found.end = end, self._tokens[end - 1].end

    # ── Looking around ─────────────────────────────────────────────────────────────────────────────

    def _token(self, at: int) -> _Token | None:
        return self._tokens[at] if at < len(self._tokens) else None

    def _continues(self, at: int) -> bool:
        token = self._token(at)
        return token is not None and _SPACE.fullmatch(token.gap) is not None

    def _is_told(self, found: _Found) -> bool:
        """Tell whether an address is announced, or has more to it than number and street."""
        announced = self._grammar.introductions.search(self._bare[max(0, found.start - 60) : found.start])
        return len(found.parts) > 2 or found.has_direction or announced is not None

    def _ends_clause(self, found: _Found) -> bool:
        return _CLAUSE_ENDS.match(self._plain, found.end) is not None

    def _may_be_count(self, found: _Found) -> bool:
        """Tell "we have 3 new avenue lights": a number of one digit in the middle of a clause, with nothing said before."""
        opens_clause = re.search(r"(?:^|[,.;:!?\n(])\s*$", self._plain[: found.start])
        return len(found.parts["number"]) == 1 and opens_clause is None and not self._is_told(found)

    def _may_be_day(self, found: _Found) -> bool:
        """Tell « le 12, rue Saint-Denis est bloquée » apart, where the number is a day."""
        number = found.parts["number"]
        before = re.search(r"([^\W\d_]+) $", self._bare[: found.start])
        return (
            before is not None
            and before[1] in self._grammar.days
            and number.isdecimal()
            and int(number) <= LAST_DAY
        )
