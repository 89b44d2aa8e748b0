"""Text as it is spoken: numbers in groups, signs as words or pauses, nothing that only an eye can read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from bot.languages import pack
from bot.languages.hearable import hearable, is_letter

WORDS, DIGITS, LETTERS = "words", "digits", "letters"

_KEPT = 0xF0000
"""Private characters stand for what is settled how to say, so that nothing later changes it."""
_SETTLED = f"{chr(_KEPT)}-\U0010fffd"

_VOWELS = frozenset("aeiouyàâäéèêëîïìòôöùûü")
_HEAP = re.compile(r"[^\W\d_aeiouyà-öø-ÿ]{7}")
_SHORT = frozenset({"tv", "pc", "hd"})
_MOST_SPELLED = 5
"""What is no word is spelled up to this length, VPN; more letters than that nobody would follow."""

_CURRENCIES = {"$": "CAD", "€": "EUR", "£": "GBP"}


@dataclass(frozen=True)
class Span:
    """Something said: `words` as they are, `digits` or `letters` one by one.

    `pause` is the mark that ends digits and letters, of a sentence or a comma; nothing where the sentence runs on.
    """

    text: str
    how: str = WORDS
    pause: str = ""


Said = str | list[Span] | None
"""What is said for a match: words that may still be worked on, spans that are settled, or None: as it stands."""


def speech(text: str, language: str) -> list[Span]:
    """Return what is said, in order."""
    scan = _Scan(hearable(text))
    for pattern, say in _rules(language):
        scan.apply(pattern, say)
    return scan.spans()


def plain(spans: list[Span]) -> str:
    """Return spans as text in which digits and letters stand apart."""
    return " ".join(span.text if span.how == WORDS else " ".join(span.text) + span.pause for span in spans)


class _Scan:
    """A text in which more and more is settled how to say."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._settled: list[list[Span]] = []

    def apply(self, pattern: re.Pattern[str], say: Callable[[re.Match[str]], Said]) -> None:
        self.text = pattern.sub(lambda match: self._keep(match, say(match)), self.text)

    def _keep(self, match: re.Match[str], said: Said) -> str:
        if said is None:
            return match.group()
        if isinstance(said, str):
            return said
        self._settled.append(said)
        return chr(_KEPT + len(self._settled) - 1)

    def spans(self) -> list[Span]:
        """Return all that is said, words that follow one another in one span."""
        joined: list[Span] = []
        for span in self._spans(_tidy(self.text)):
            if joined and joined[-1].how == span.how == WORDS:
                joined[-1] = Span(f"{joined[-1].text} {span.text}")
            else:
                joined.append(span)
        return joined

    def _spans(self, text: str) -> Iterator[Span]:
        parts = re.split(f"([{_SETTLED}])", text)
        if words := parts[0].strip():
            yield Span(words)
        for mark, words in zip(parts[1::2], parts[2::2], strict=True):
            ended = re.match(r"\s*([.,;:!?])", words)
            mark_after = ended[1] if ended else ""
            *before, last = self._settled[ord(mark) - _KEPT]
            yield from before
            if last.how == WORDS:
                # "5 p.m." at the end of a sentence has its full stop
                is_ended = last.text.endswith(".") and mark_after == "."
                yield last if is_ended else replace(last, text=last.text + mark_after)
            elif mark_after:
                yield replace(last, pause=mark_after if mark_after in ".!?" else ",")
            else:
                yield last
            words = words[ended.end() :] if ended else words
            if any(character.isalnum() for character in words):
                yield Span(words.strip())


_DROPPED = re.compile(rf"\((?:s|es|x|e|i|a|o)\)|(?<=[{_SETTLED}])'s\b")
"""The plural that may be, and the genitive of what is spelled."""

_PAUSES = re.compile(
    r"\s+(?:->|=>|>|[–—]|-+)\s+|\s*(?:—|--+|[→⇒➜›])\s*|[()\[\]]|\.{2,}(?=\s*[a-zà-ÿ])"
    rf"|(?<=[^\W\d_]|[{_SETTLED}])/(?=[^\W\d_]|[{_SETTLED}])"
)
_LOOSE = re.compile(rf"(?<![^\W_])[-']+|-+(?![^\W_])|'+(?![^\W_]|[{_SETTLED}])|(?<=\d)-|-(?=\d)")
_RUN_ON = re.compile(r"(?<=[^\W_]{2})([.,;:!?])(?=[^\W\d_])")
"""A sentence that follows without a space; not "9.5" nor "a.m."."""


def _tidy(text: str) -> str:
    """Return a text with nothing but letters, digits, plain punctuation and what is settled."""
    text = _PAUSES.sub(", ", _DROPPED.sub("", text.replace("’", "'")))
    text = _LOOSE.sub(" ", "".join(one if _is_said(one) else " " for one in text))
    text = re.sub(r"[.,;:!?](?:\s*[.,;:!?])+", _strongest, _RUN_ON.sub(r"\1 ", text))
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    return text.lstrip(".,;:!? ").replace("'", "’")


def _strongest(marks: re.Match[str]) -> str:
    """Return the one mark that counts; a full stop right before a comma was that of a short form."""
    told = re.sub(r"\.(?=[,;:])", "", marks.group())
    return next(mark for mark in "?!.:;," if mark in told)


def _is_said(character: str) -> bool:
    return (
        character in " .,;:!?'-" or ord(character) >= _KEPT or character.isdecimal() or is_letter(character)
    )


# ── Rules ──────────────────────────────────────────────────────────────────────────────────────────


@cache
def _rules(language: str) -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], Said]]]:
    """Return how each kind of thing is said, the surer before the vaguer."""
    voice = _Voice(language)
    return [(re.compile(pattern), say) for pattern, say in voice.rules()]


_AMOUNT = r"\d{1,3}(?:[ ,.']\d{3}){1,3}(?:[.,]\d{2})?(?!\d)|\d*[.,]\d{1,2}(?!\d)|\d+(?!\d)"
_SUM = (
    r"(?<!\w)(?P<minus>[-–](?=\S))?(?:"
    rf"(?P<before>(?:(?:US|CAD?|C) ?)?[$€£]|(?:CAD|USD|EUR|GBP)) ?(?P<less>-)?(?P<first>{_AMOUNT})"
    rf"|(?P<last>(?<![.,]){_AMOUNT}) ?(?P<after>(?:US|CA)?[$€£]|(?:CAD|USD|EUR|GBP)\b))"
    r"(?P<thousands>[kK](?!\w))?(?: ?(?P<more>CAD|USD|US|CA|CR)\b)?(?!\w)"
)
_POSTAL_CODE = r"(?i)(?<![\w-])([A-CEGHJ-NPR-TVXY]\d[A-CEGHJ-NPR-TV-Z])[ -]?(\d[A-CEGHJ-NPR-TV-Z]\d)(?![\w-])"
_TRACKING_NUMBER = r"(?<![\w-])(\d{4})[ -](\d{4})[ -](\d{4})(?![\w-])"
_EMAIL = r"(?:mailto:)?([\w.+-]*\w)(…|\.\.\.|\*+)?@([\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,})"
_WEB = (
    r"(?i)(?<![\w@.-])(?:[a-z][a-z0-9+.-]*://(?:[^\s/@]*@)?|(?=www\.))(?:www\.)?([\w.-]*\w)(?::\d+)?(?:[/?#][^\s<>\"“”«»]*[\w/])?"
    r"|(?<![\w@.-])((?:[a-z0-9-]+\.)+(?:com|ca|org|net|info|gov|edu|io|biz|eu|tv))(?:/[^\s<>\"“”«»]*[\w/])?(?![\w-])"
)
_PHONE = (
    r"(?<![\w-])(?:tel:)?(?:(?P<north>(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]?\d{4})"
    r"|\+(?P<abroad>\d{1,3}(?:[ .-]?\d{2,4}){2,5}))(?![\w-])"
)
_REFERENCE = r"(?<![\w@.-])(?=[A-Za-z-]*\d)(?=[\d-]*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?![\w])"


class _Voice:
    """How one language says things."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._words: dict[str, Any] = pack(language, "speech")
        self._letters = frozenset(self._words["letters"])

    def rules(self) -> Iterator[tuple[str, Callable[[re.Match[str]], Said]]]:
        words = self._words
        yield _EMAIL, self._email
        yield _WEB, self._web
        yield _alternatives(self._spellings()), self._spelt
        yield (
            r"(?<![\w-])(\d{4})([-/])(\d\d)\2(\d\d)(?:[T ](\d\d):(\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])",
            self._iso,
        )
        yield r"(?<![\w-])((?:19|20)\d\d)-(0[1-9]|1[0-2])(?![\w-])", self._month
        yield r"(?<![\w-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?![\w-])", self._numeric_date
        yield r"(?<![\w$€£,.-])(?:[2-9]-1-1|9-8-8)(?![\w-])", self._digits
        yield _TRACKING_NUMBER, self._groups
        yield _POSTAL_CODE, lambda match: _one_by_one([(part.upper(), LETTERS) for part in match.groups()])
        yield r"(?:…|\.{3}|\*{2,}|(?<!\w)[xX]{2,})[ -]?(\d{2,4})(?!\w)", self._ending
        yield (
            r"\b24 ?[h]? ?/ ?(?:24|7)(?: ?[,-]? ?7 ?j? ?/ ?7)?(?!\w)",
            lambda match: words["round_the_clock"],
        )
        # what a hyphen joins: $30-$40, 5-10 GB, 2024-2025
        yield (
            r"([$€£]\d[\d.,]*|(?<![\w.,-])(?:\d{1,3}|(?:19|20)\d\d)(?:[.,]\d{1,2})?) ?[-–] ?"
            r"(?=[$€£]\d|(?:\d{1,3}|(?:19|20)\d\d)(?:[.,]\d{1,2})?(?:[^\w-]|[A-Za-z%]|$))(?!\d{1,3}-)",
            lambda match: f"{match[1]} {words['to']} ",
        )
        yield _SUM, self._sum
        yield r"[$€£]", self._currency
        yield _PHONE, self._phone
        yield r"(?i)(?<![\d:])(\d{1,2})(?:[:h.](\d\d))? ?([ap])\.? ?m\b\.?", self._clock_of_twelve
        yield r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?![\d:])", self._clock
        yield r"(?<![\d:])(\d{1,2}) ?h ?([0-5]\d)(?!\w)", self._clock
        if introduced := words["clock"]["after"]:
            yield (
                rf"(?i)(?<!\w)((?:{'|'.join(introduced)}) )(\d{{1,2}})\.([0-5]\d)(?![\w.])",
                self._clock_after,
            )
        if not words["clock"]["twelve"] and "h" not in words["units"]:
            yield r"(?<![\d:,.])(\d{1,3}) ?h(?!\w)", self._clock
        yield r"(?<![\w.,])\d+(?:\.\d+){2,}(?!\w)", self._version
        yield r"(?<![\w.,-])\d{2,}(?:-\d{2,})+(?![\w-])", self._joined
        yield r"(?<!\w)-(?=\d)", lambda match: f"{words['minus']} "
        group = re.escape(words["groups"])
        yield (
            rf"(?<![\w.,-])\d{{1,3}}(?:{group}\d{{3}}){{1,3}}(?!\w)",
            lambda match: self._count(_number(match.group())),
        )
        yield r"(?<![\w.,-])(\d+)[.,](\d+)(?!\w|[.,]\d)", self._decimal
        units = "|".join(re.escape(unit) for unit in sorted(words["units"], key=len, reverse=True))
        yield rf"(?<!\w)([\d.,]*\d)[ -]?({units})(?:(?![\w/.])|\.(?=\s+[^\W\d_A-ZÀ-Þ])|(?=\.))", self._unit
        yield r"(?<![\w$€£,.-])(?:911|988)(?![\w-]|[.,]\d| ?[$€%])", self._digits
        yield from self._written_short()
        yield _REFERENCE, self._reference
        yield (
            rf"(\d) ?([{''.join(words['fractions'])}])",
            lambda match: f"{match[1]} {words['fractions'][match[2]]}",
        )
        yield r"(?<!\w)#\s?(?=\d)", lambda match: f"{words['numbered']} "
        yield r"(?<!\S)#(?!\w)", lambda match: words["key"]
        announced = "|".join(re.escape(word) for word in words["digit_by_digit"])
        between = "|".join(re.escape(word) for word in words["between"])
        yield (
            rf"(?i)\b((?:{announced})(?: (?:{between}))*\.?:? )(\d{{3,4}})(?!\w|[.,]\d)",
            self._introduced,
        )
        yield r"(?<!\w)(?:\d{5,}|0\d+)(?!\w)", self._digits
        yield r"[~≈±] ?(?=\d)", lambda match: f"{words['about']} "
        yield rf"(?<![&%=+])[{re.escape(''.join(words['signs']))}](?![&%=+])", self._sign
        yield r"(?i)\b(?![ap]\.m\b)(?:[a-z]\.){2,}", lambda match: _letters(match.group().replace(".", ""))
        # what ran into something else is still no word and no number
        yield r"[ºª²³™]", lambda match: " "
        yield r"…", lambda match: "..."
        yield r"(?i)https?|www", lambda match: " "
        yield r"\d+(?:[./-]\d+){2,}", lambda match: " ".join(re.findall(r"\d+", match.group()))
        yield r"\d{5,}|(?<![\d:.,])0\d+", self._digits
        # covid19 is covid 19; 45th is a word
        yield (
            r"(?<=\d)(?!(?:st|nd|rd|th|ème|[eè]re?s?|ers?|es)\b)(?=[^\W\d_]{2})|(?<=[^\W\d_]{2})(?=\d)",
            lambda match: " ",
        )
        yield r"[^\W\d_]{2,}", self._word
        yield r"(?<=[^\W\d_A-Z]')[A-Z]\b", lambda match: match.group().lower()

    # ── Addresses ──────────────────────────────────────────────────────────────────────────────────

    def _email(self, match: re.Match[str]) -> Said:
        name, hidden, host = match.groups()
        at = Span(self._words["address"]["at"])
        begins = (
            [Span(self._words["begins_with"]), *_letters(name[-1])] if hidden else self._labels(name.lower())
        )
        return _ended([*begins, at, *self._host(host)])

    def _web(self, match: re.Match[str]) -> Said:
        return _ended(self._host(match[1] or match[2]))

    def _host(self, host: str) -> list[Span]:
        *labels, last = host.lower().split(".")
        spans = self._labels(".".join(labels))
        dot = [Span(self._words["address"]["."])] if labels else []
        end = _letters(last) if last in self._words["ends_in_letters"] else self._labels(last)
        return [*spans, *dot, *end]

    def _labels(self, name: str) -> list[Span]:
        signs = self._words["address"]
        spans = []
        for part in re.findall(r"\d+|[^\W\d_]+|[.+_-]", name):
            if part in signs:
                spans.append(Span(signs[part]))
            elif part.isdecimal():
                spans += (
                    [Span(part)]
                    if len(part) < 3 and part[0] != "0"
                    else _one_by_one([(group, DIGITS) for group in grouped(part)])
                )
            else:
                is_soup = len(part) > 1 and _VOWELS.isdisjoint(part)
                spans += _letters(part) if is_soup or part.upper() in self._letters else [Span(part)]
        return spans

    # ── Dates and times ────────────────────────────────────────────────────────────────────────────

    def _iso(self, match: re.Match[str]) -> Said:
        year, _, month, day, hour, minute = match.groups()
        said = self._date(int(year), int(month), int(day))
        if said is None:
            return _one_by_one([(year, DIGITS), (month, DIGITS), (day, DIGITS)])
        return [Span(f"{said}, {self._time(int(hour), int(minute))}" if hour else said)]

    def _month(self, match: re.Match[str]) -> Said:
        return f"{self._words['months'][int(match[2]) - 1]} {match[1]}"

    def _numeric_date(self, match: re.Match[str]) -> Said:
        """Say a date in words where it can be only one date, its numbers where it could be two."""
        one, other, year = int(match[1]), int(match[3]), int(match[4])
        dates = {self._date(year, other, one), self._date(year, one, other)} - {None}
        return dates.pop() if len(dates) == 1 else f"{one}, {other}, {year}"

    def _date(self, year: int, month: int, day: int) -> str | None:
        try:
            date(year, month, day)
        except ValueError:
            return None
        words = self._words
        said = words["first"] if day == 1 else str(day)
        return str(words["date"].format(day=said, month=words["months"][month - 1], year=year))

    def _clock_of_twelve(self, match: re.Match[str]) -> Said:
        hour, minute = int(match[1]), int(match[2] or 0)
        if not 1 <= hour <= 12 or minute > 59:
            return None
        return [Span(self._time(hour % 12 + (12 if match[3] in "pP" else 0), minute))]

    def _clock(self, match: re.Match[str]) -> Said:
        hour, minute = int(match[1]), int(match[2] or 0) if match.re.groups > 1 else 0
        sharp = self._words["clock"]["sharp"]
        if sharp and hour in range(1, 13) and not match[1].startswith("0"):
            # morning or evening is not said
            return [Span(f"{hour}:{minute:02}" if minute else str(sharp).format(hour=hour))]
        return [Span(self._time(hour, minute))]

    def _clock_after(self, match: re.Match[str]) -> Said:
        return [Span(match[1] + self._time(int(match[2]), int(match[3])))]

    def _time(self, hour: int, minute: int) -> str:
        clock = self._words["clock"]
        half = f" {clock['half_of_day'][hour // 12 % 2]}" if clock["twelve"] else ""
        shown = (hour - 1) % 12 + 1 if clock["twelve"] else hour
        if not minute:
            return str(clock["hours"].get(hour) or clock["hour"].format(hour=shown)) + half
        said = str(clock["minutes"].format(hour=shown, minute=minute))
        if special := clock["hours"].get(hour):
            said = said.replace(clock["hour"].format(hour=shown), special, 1)
        return said + half

    # ── Sums and counts ────────────────────────────────────────────────────────────────────────────

    def _sum(self, match: re.Match[str]) -> Said:
        words = self._words
        sign = (match["before"] or match["after"]).replace(" ", "")
        more = match["more"] or ""
        currency = _CURRENCIES.get(sign[-1]) or sign
        if currency == "CAD" and (sign.startswith("US") or more.startswith("US")):
            currency = "USD"
        hundredths = _hundredths(match["first"] or match["last"]) * (1000 if match["thousands"] else 1)
        said = self.money(hundredths, currency)
        if match["minus"] or match["less"]:
            said = f"{words['minus']} {said}"
        return [Span(f"{said} {words['credit']}" if more == "CR" else said)]

    def money(self, hundredths: int, currency: str) -> str:
        """Return a sum in words: whole ones without cents, and one dollar in the singular."""
        names = self._words["money"][currency]
        whole, part = divmod(hundredths, 100)
        said = []
        if whole or not part:
            said.append(self._counted(whole, *names["whole"]))
        if part:
            said.append(self._counted(part, *names["part"]))
        return f" {self._words['signs']['&']} ".join(said)

    def _counted(self, number: int, one: str, more: str) -> str:
        words = self._words
        if number == 1:
            return one
        if number == 0:
            return f"{words['zero']} {more.removesuffix('s') if words['below_two_is_one'] else more}"
        of = f" {words['of']}" if words["of"] and number % 1_000_000 == 0 else ""
        if of and more[0] in "aeiou":
            of = f" {words['of'][0]}'" if words["below_two_is_one"] else of
        return f"{self._count(number)}{of} {more}"

    def _count(self, number: int) -> str:
        """Return a number that no voice reads as a string of digits."""
        words = self._words
        if number < 10_000:
            return str(number)
        if number >= 10**12:
            return " ".join(str(number))
        size, name = (1_000_000, words["million"][1]) if number >= 1_000_000 else (1000, words["thousand"])
        many, rest = divmod(number, size)
        said = words["million"][0] if size > 1000 and many == 1 else f"{self._count(many)} {name}"
        return f"{said} {self._count(rest)}" if rest else said

    def _currency(self, match: re.Match[str]) -> Said:
        return f" {self._words['money'][_CURRENCIES[match.group()]]['whole'][1]} "

    def _decimal(self, match: re.Match[str]) -> Said:
        whole, part = match.groups()
        if len(whole) <= 3 and len(part) == 3 and match.group()[len(whole)] == self._words["groups"]:
            return self._count(int(whole + part))
        if whole[0] == "0" and len(whole) > 1:
            return None
        return f"{self._count(int(whole))}{self._words['decimal']}{part}"

    def _unit(self, match: re.Match[str]) -> Said:
        one, more = self._words["units"][match[2]]
        number = float(match[1].replace(",", ".")) if re.fullmatch(r"\d+(?:[.,]\d+)?", match[1]) else 2
        is_one = number < 2 if self._words["below_two_is_one"] else number == 1
        said = self._count(int(number)) if match[1].isdecimal() else match[1]
        return [Span(f"{said} {one if is_one else more}")]

    def _version(self, match: re.Match[str]) -> Said:
        return f" {self._words['address']['.']} ".join(match.group().split("."))

    # ── Digits and letters ─────────────────────────────────────────────────────────────────────────

    def _digits(self, match: re.Match[str]) -> Said:
        digits = match.group().replace("-", "")
        return _one_by_one([(group, DIGITS) for group in grouped(digits)])

    def _groups(self, match: re.Match[str]) -> Said:
        return _one_by_one([(group, DIGITS) for group in match.groups()])

    def _joined(self, match: re.Match[str]) -> Said:
        groups = match.group().split("-")
        if sum(map(len, groups)) < 7:
            return None
        return _one_by_one([(part, DIGITS) for group in groups for part in grouped(group)])

    def _phone(self, match: re.Match[str]) -> Said:
        digits = re.sub(r"\D", "", match["north"] or match["abroad"])
        if match["north"] or (len(digits) == 11 and digits[0] == "1"):
            return _one_by_one([(group, DIGITS) for group in grouped(digits)])
        groups = re.findall(r"\d+", match["abroad"])
        parts = [part for group in groups for part in grouped(group)]
        return [Span(self._words["signs"]["+"]), *_one_by_one([(part, DIGITS) for part in parts])]

    def _ending(self, match: re.Match[str]) -> Said:
        return [Span(self._words["ending_in"]), *_one_by_one([(match[1], DIGITS)])]

    def _introduced(self, match: re.Match[str]) -> Said:
        # the word before stays open to what follows, such as the rule for words in capitals
        return match[1] + " ".join(match[2])

    def _reference(self, match: re.Match[str]) -> Said:
        text = match.group()
        said = self._words["ordinals"].get(text.lower())
        if said:
            return str(said)
        capitals, digits = sum(map(str.isupper, text)), sum(map(str.isdigit, text))
        if any(map(str.islower, text)) or capitals + digits < 3:
            return None
        parts = re.findall(r"\d+|[A-Z]+", text)
        is_name = len(parts[0]) >= _MOST_SPELLED and parts[0].isalpha() and len(parts[-1]) < 3
        if is_name:
            # COVID-19
            return " ".join(part.lower() for part in parts)
        return _one_by_one(
            [
                (group, DIGITS if part.isdecimal() else LETTERS)
                for part in parts
                for group in (grouped(part) if part.isdecimal() else [part])
            ]
        )

    def _spellings(self) -> list[str]:
        form = self._words["as_in"]
        return [form.format(letter=_first_letter(word), word=word) for word in self._words["spelling"]]

    def _spelt(self, match: re.Match[str]) -> Said:
        return [*_letters(match.group()[0]), Span(match.group()[2:], pause="")]

    # ── Words ──────────────────────────────────────────────────────────────────────────────────────

    def _written_short(self) -> Iterator[tuple[str, Callable[[re.Match[str]], Said]]]:
        words = self._words
        pairs, per = words["pairs"], words["per"]
        yield rf"(?i){_alternatives(pairs)}", lambda match: pairs[match.group().lower()]
        yield rf"(?<=[\w{_SETTLED}]) ?/ ?({'|'.join(per)})(?!\w)", lambda match: f" {per[match[1]]}"
        titles, short, numbers = words["titles"], words["abbreviations"], words["before_numbers"]
        yield _alternatives(titles) + r"(?= [^\W\d_])", lambda match: titles[match.group()]
        yield (
            rf"(?i){_alternatives(numbers)} ?(?=\d)",
            lambda match: f"{numbers[match.group().lower().strip()]} ",
        )
        yield rf"(?i){_alternatives(short)}", lambda match: self._long(match, short[match.group().lower()])
        ordinals = words["ordinals"]
        if ordinals:
            yield rf"(?i){_alternatives(ordinals)}", lambda match: ordinals[match.group().lower()]

    def _long(self, match: re.Match[str], said: str) -> Said:
        """Say a short form in full; its full stop may also have been that of the sentence."""
        after = match.string[match.end() :]
        may_end = match.group().lower() in self._words["may_end"]
        is_end = may_end and re.match(r"\s*$|\s+[^\W\d_a-zà-ÿ]", after)
        return f"{said}." if is_end else said

    def _sign(self, match: re.Match[str]) -> Said:
        return f" {self._words['signs'][match.group()]} "

    def _word(self, match: re.Match[str]) -> Said:
        word, names = match.group(), self._words["names"]
        if word in names:
            return str(names[word])
        base = word.removesuffix("s")
        if base in self._letters:
            return _letters(base)
        if not _is_word(word):
            return _letters(word) if len(word) <= _MOST_SPELLED else " "
        # capitals are loud, not letters
        return word.lower() if re.search(r"[^\W\d_a-zà-öø-ÿ]{2}", word) else None


def _is_word(word: str) -> bool:
    """Whether letters make a word, and not an abbreviation or a heap: VPN, sms; but hmm and shh are heard every day."""
    small = word.lower()
    if _HEAP.search(small):
        return False
    has_vowel = not _VOWELS.isdisjoint(small)
    return has_vowel or (
        word.islower() and (len(small) < 3 or small[-1] == small[-2]) and small not in _SHORT
    )


def grouped(digits: str) -> list[str]:
    """Return digits in groups that an ear can hold: 4-4-4, 1-3-3-4, else threes with a four where it comes out."""
    if len(digits) <= 4:
        return [digits]
    if len(digits) in (8, 12):
        return re.findall("....", digits)
    if len(digits) == 11 and digits[0] == "1":
        return ["1", *grouped(digits[1:])]
    tail = {0: 3, 1: 4, 2: 2}[len(digits) % 3]
    return [*re.findall("...", digits[:-tail]), digits[-tail:]]


def _one_by_one(parts: Sequence[tuple[str, str]]) -> list[Span]:
    """Return groups with a pause after each; one alone needs none."""
    return [Span(text, how, "," if len(parts) > 1 else "") for text, how in parts]


def _letters(text: str) -> list[Span]:
    return [Span(text, LETTERS)]


def _ended(spans: list[Span]) -> list[Span]:
    *before, last = spans
    return [*before, last if last.how == WORDS else replace(last, pause=",")]


def _alternatives(forms: Iterable[str]) -> str:
    longest_first = sorted(forms, key=len, reverse=True)
    return rf"(?<![\w.])(?:{'|'.join(re.escape(form) for form in longest_first)})(?!\w)"


def _number(written: str) -> int:
    return int(re.sub(r"\D", "", written))


def _hundredths(written: str) -> int:
    parts = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", written)
    assert parts is not None
    return _number(parts[1] or "0") * 100 + int((parts[2] or "0").ljust(2, "0"))


def _first_letter(word: str) -> str:
    return unicodedata.normalize("NFD", word)[0]


# ── Spelling ───────────────────────────────────────────────────────────────────────────────────────


def spelled(text: str, language: str) -> list[str]:
    """Return what can be spelled of a text, each thing once: its letters with a word for each, its digits in groups."""
    words = pack(language, "speech")
    found: dict[int, tuple[int, str]] = {}
    text = hearable(text)
    lines: list[tuple[int, str]] = []
    for pattern in (
        _EMAIL,
        _POSTAL_CODE,
        _TRACKING_NUMBER,
        _PHONE,
        _REFERENCE,
        r"(?<![\w.,$-])\d{5,}(?!\w| ?[$€%])",
    ):
        for match in re.finditer(pattern, text):
            thing = match.group()
            if any(start < match.end() and match.start() < end for start, (end, _) in found.items()):
                continue
            if pattern == _REFERENCE and not (thing.isupper() and len(thing) > 2):
                continue
            found[match.start()] = match.end(), thing
            lines.append((match.start(), _spelling(thing, words)))
    return list(dict.fromkeys(line for _, line in sorted(lines)))


def _spelling(thing: str, words: dict[str, Any]) -> str:
    by_letter = {_first_letter(word): word for word in words["spelling"]}
    said: list[str] = []
    for part in re.findall(r"\d+|[^\W\d_]|[@.+_-]|…", thing):
        if part.isdecimal():
            said += [" ".join(group) for group in grouped(part)]
        elif part in words["address"] or part == "@":
            if "@" in thing:
                said.append(words["address"]["at" if part == "@" else part])
        elif (letter := _first_letter(part).upper()) in by_letter:
            said.append(words["as_in"].format(letter=letter, word=by_letter[letter]))
    return ", ".join(said) + "."
