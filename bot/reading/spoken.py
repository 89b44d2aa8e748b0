"""Digits and e-mail addresses as people say them aloud, turned into what they would have typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from text_to_num import alpha2digit

_LANGUAGES = ("en", "fr", "it")

# "oh" is no number to text2num, and a doubled digit is said once. Italian "o" means "or".
_ZEROS = {"en": ("oh", "o"), "fr": (), "it": ()}
_REPEATS = {
    "en": {"double": 2, "triple": 3},
    "fr": {"double": 2, "triple": 3},
    "it": {"doppio": 2, "triplo": 3},
}
# Joins two parts of one number: "vingt et un", "one hundred and five".
_JOINERS = {"en": "and", "fr": "et", "it": "e"}
# In French and Italian the word for one is also the article: "un dollar" is seldom a sum.
_ARTICLES = ("un", "une", "una", "uno", "o")
_DECIMAL_POINT = re.compile(r"\b(?:point|virgule|virgola|punto)\s+$")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_BETWEEN_DIGITS = re.compile(r"[\s,-]{1,3}")

_AT = r"(?:at|arobase?|arrobas?|chiocciola|a commercial|a commerciale|\(at\)|\[at\])"
_DOT = r"(?:dot|point|punto|\.|\(dot\)|\[dot\])"
_SIGNS = {
    "dash": "-", "hyphen": "-", "tiret": "-", "trattino": "-", "trait d'union": "-",
    "underscore": "_", "tiret bas": "_", "souligne": "_", "sottolineato": "_", "trattino basso": "_",
}  # fmt: skip
_SIGN = "(?:" + "|".join(sorted(_SIGNS, key=len, reverse=True)) + ")"
_JOIN = rf"(?:\s?(?:{_DOT})\s?|\s{_SIGN}\s)"
_LETTERS = r"(?:[a-z0-9] ){1,30}[a-z0-9]"
_PIECE = rf"(?:{_LETTERS}|[a-z0-9_+-]{{1,64}})"
_EMAIL_SPOKEN = re.compile(
    rf"(?<![\w.@-])(?P<local>{_PIECE}(?:{_JOIN}{_PIECE}){{0,5}})\s{{0,2}}(?P<at>@|(?<!\w){_AT}(?!\w))\s{{0,2}}"
    rf"(?P<domain>{_PIECE}(?:{_JOIN}{_PIECE}){{0,5}})(?!\w)"
)
# "your rep at telus dot com" is a place, "my e-mail is rep at telus dot com" an address.
_ANNOUNCED = re.compile(
    r"(?:^|\b(?:e-?mail|mail|courriel|adresse|address|posta|indirizzo|contact|reach|is|it's|est|c'est|e|sono|scriva)"
    r"(?: (?:me|to|a|at|is|est|me a|moi a))?\b)[\s:,]*$"
)


@dataclass(frozen=True)
class EmailSpoken:
    """A span of text and the e-mail address it may stand for, not yet validated."""

    start: int
    end: int
    address: str


def digits_spoken(text: str, language: str) -> str:
    """Return the text with numbers said digit by digit or in groups written as one row of digits.

    Only for answers that expect a number: a single
    digit is left in words, so that articles ("un compte") and homonyms ("sei in ritardo") survive.
    """
    if language not in _LANGUAGES:
        return text
    written: list[str] = []
    position = 0
    for start, end in _number_runs(text, language):
        digits = _as_digits(text[start:end], language)
        if len(digits) > 1:
            written += [text[position:start], digits]
            position = end
    return "".join([*written, text[position:]])


def emails_spoken(text: str) -> Iterator[EmailSpoken]:
    """Find addresses such as "jean at exemple point ca" in lower-case text without accents."""
    for match in _EMAIL_SPOKEN.finditer(text):
        local, domain = match["local"], match["domain"]
        plainly_an_address = match["at"] != "at" or bool(re.search(rf"\d|[._+-]|{_JOIN}", local))
        before = text[max(0, match.start() - 40) : match.start()]
        if plainly_an_address or _ANNOUNCED.search(before):
            yield EmailSpoken(*match.span(), f"{_signs_written(local)}@{_signs_written(domain)}")


def _signs_written(words: str) -> str:
    for word in sorted(_SIGNS, key=len, reverse=True):
        words = words.replace(f" {word} ", _SIGNS[word])
    return re.sub(r"\s", "", re.sub(rf"\s{_DOT}\s", ".", words))


def _number_runs(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield spans of neighbouring number words, at least one of them in letters."""
    run: list[re.Match[str]] = []
    joiner: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        last = joiner or (run[-1] if run else None)
        touches = last is not None and _BETWEEN_DIGITS.fullmatch(text, last.end(), token.start())
        if _is_number(token.group(), language) and (touches or not run):
            run.append(token)
        elif touches and not joiner and token.group().lower() == _JOINERS[language]:
            joiner = token
            continue
        else:
            yield from _span_in_words(run)
            run = [token] if _is_number(token.group(), language) else []
        joiner = None
    yield from _span_in_words(run)


def _span_in_words(run: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    if any(not token.group().isdigit() for token in run):
        yield run[0].start(), run[-1].end()


@lru_cache(maxsize=4096)
def _is_number(word: str, language: str) -> bool:
    word = word.lower()
    if word.isdigit() or word in _ZEROS[language] or word in _REPEATS[language]:
        return True
    return alpha2digit(word, language, threshold=0).isdigit()


def _as_digits(words: str, language: str) -> str:
    said: list[str] = []
    times = 1
    for word in re.sub(r"[,-]", " ", words.lower()).split():
        if word in _REPEATS[language]:
            times = _REPEATS[language][word]
            continue
        said += ["zero" if word in _ZEROS[language] else word] * times
        times = 1
    return re.sub(r"\D", "", alpha2digit(" ".join(said), language, threshold=0))


@dataclass(frozen=True)
class NumberSaid:
    """A number in words: where it starts, and its value in hundredths."""

    start: int
    hundredths: int


def number_said_before(text: str, end: int, language: str) -> NumberSaid | None:
    """Read the number in words that ends right before `end`: "a hundred and five |dollars" is 10500.

    Two numbers in a row are a price ("forty-nine ninety-nine"); a lone article is no number.
    """
    offset = max(0, end - 120)
    runs = list(_number_runs(text[offset:end], language))
    if not runs or not _BETWEEN_DIGITS.fullmatch(text, offset + runs[-1][1], end):
        return None
    start, said = offset + runs[-1][0], text[offset + runs[-1][0] : offset + runs[-1][1]]
    if said in _ARTICLES:
        return None
    if _DECIMAL_POINT.search(text[offset:start]):
        return None
    return _price(alpha2digit(said, language, threshold=0).split(), start)


def _price(numbers: list[str], start: int) -> NumberSaid | None:
    if not all(number.isdigit() for number in numbers):
        return None
    match [int(number) for number in numbers]:
        case [whole]:
            return NumberSaid(start, whole * 100)
        case [count, (100 | 1000 | 1_000_000) as multiple] if count < multiple:  # "2 thousand"
            return NumberSaid(start, count * multiple * 100)
        case [whole, hundredths] if 10 <= hundredths <= 99:
            return NumberSaid(start, whole * 100 + hundredths)
    return None
