"""The little language in which the packs describe cues, and the search for cues in a customer's words.

A cue is written in lower case without accents: words; `word*` for any ending; `(this|that)`; `<a set>` of
words named in the pack; `?` after one of the last two when it may be missing; `..` and `...` for up to three
and six words of the same sentence in between; MONEY for any amount and NUM for any other figure.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

MONEY = "MONEY"
NUMBER = "NUM"
BREAK = "|"

_GAPS = {"..": 3, "...": 6}
# Shorter words are not mended: too many of them differ from another word by one letter.
_MENDABLE_LENGTH = 6
# Words whose cues are remembered; people repeat the same few hundred.
_REMEMBERED_WORDS = 4096


@dataclass(frozen=True)
class Cue:
    """What the pack says of a cue: its text, the `kind` of sign it is, what it points at and how strongly."""

    text: str
    kind: str
    label: tuple[str, ...] = ()
    weight: float = 0.0


@dataclass(frozen=True)
class Hit:
    """A cue found in a normalised text, from `start` to `end`, in the text's sentence number `sentence`."""

    cue: Cue
    start: int
    end: int
    sentence: int


class CueFinder:
    """Finds many cues at once; they are indexed by their first word, so a text meets only those it may hold.

    `known_words` are real words which must not be taken for a slip of the hand in a word of a cue. Raises
    ValueError when a cue cannot be read.
    """

    def __init__(
        self,
        cues: Iterable[Cue],
        sets: Mapping[str, Sequence[str]],
        joins_apostrophes: bool,
        known_words: Collection[str] = (),
    ) -> None:
        self._joins_apostrophes = joins_apostrophes
        self._by_word: dict[str, list[tuple[Cue, re.Pattern[str]]]] = defaultdict(list)
        self._by_prefix: dict[str, list[tuple[Cue, re.Pattern[str]]]] = defaultdict(list)
        vocabulary: set[str] = set()
        for cue in cues:
            elements = _elements(cue.text, sets)
            self._add(cue, elements)
            vocabulary |= {
                word
                for element in elements
                for choice in element.choices
                for word in choice.replace("*", "").split()
            }
        self._prefix_lengths = sorted({len(prefix) for prefix in self._by_prefix})
        self._misspelt = _misspellings(vocabulary, known=set(known_words))
        self._beginning_with = lru_cache(maxsize=_REMEMBERED_WORDS)(self._find_beginning_with)
        # One message is read for one thing after the other.
        self._hits = lru_cache(maxsize=1)(self._find_hits)
        self._normal = lru_cache(maxsize=1)(self._find_normal)

    def _add(self, cue: Cue, elements: list[_Element]) -> None:
        compiled = (cue, re.compile("".join(_expression(element) for element in elements)))
        for first in {choice.split()[0] for choice in elements[0].choices}:
            index = self._by_prefix if first.endswith("*") else self._by_word
            index[first.rstrip("*")].append(compiled)

    def _find_beginning_with(self, word: str) -> tuple[tuple[Cue, re.Pattern[str]], ...]:
        found = list(self._by_word.get(word, ()))
        for length in self._prefix_lengths:
            if length > len(word):
                break
            found += self._by_prefix.get(word[:length], ())
        return tuple(found)

    def normalise(self, text: str) -> str:
        """Bring a text to the spelling of the cues: lower case, no accents, figures named, slips mended."""
        return self._normal(text)

    def _find_normal(self, text: str) -> str:
        words = _words_of(text, self._joins_apostrophes)
        return " " + "".join(f"{self._misspelt.get(word, word)} " for word in words)

    def hits(self, normal: str, kinds: frozenset[str]) -> list[Hit]:
        """Return every cue of these kinds in a normalised text; hits may overlap."""
        return [hit for hit in self._hits(normal) if hit.cue.kind in kinds]

    def _find_hits(self, normal: str) -> tuple[Hit, ...]:
        found = []
        sentence = 0
        start = 1
        for word in normal.split():
            sentence += word == BREAK
            for cue, pattern in self._beginning_with(word):
                match = pattern.match(normal, start)
                if match:
                    found.append(Hit(cue, start, match.end(), sentence))
            start += len(word) + 1
        return tuple(found)


# --- reading a cue ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Element:
    """One place of a cue: its choices, or a gap of at most `gap` words."""

    choices: tuple[str, ...]
    optional: bool = False
    gap: int = 0


def _elements(cue: str, sets: Mapping[str, Sequence[str]]) -> list[_Element]:
    if not re.fullmatch(r"(?:[\w* ]|<\w+>\??|\.{2,3}|\([^()]+\)\??)+", cue):
        raise ValueError(f"a cue that cannot be read: {cue!r}")
    bare = re.sub(r"<(\w+)>", lambda found: f"({'|'.join(sets[found.group(1)])})", cue)
    # A set inside an alternative has become brackets inside brackets, which mean the same without.
    flat = re.sub(r"\((?:[^()]|\([^()]*\))*\)", lambda found: f"({re.sub('[()]', '', found.group())})", bare)
    elements = [_element(part) for part in re.findall(r"\([^)]*\)\??|\S+", flat)]
    if elements[0].optional or elements[0].gap:
        raise ValueError(f"a cue must begin with a word that has to be there: {cue!r}")
    return elements


def _element(part: str) -> _Element:
    if part in _GAPS:
        return _Element((), gap=_GAPS[part])
    if part.startswith("("):
        return _Element(tuple(part.strip("()?").split("|")), optional=part.endswith("?"))
    return _Element((part,))


def _expression(element: _Element) -> str:
    if element.gap:
        return rf"(?:[^ |]+ ){{0,{element.gap}}}?"
    choices = "|".join(re.escape(choice).replace(r"\*", "[^ |]*") for choice in element.choices)
    return rf"(?:(?:{choices}) )" + ("?" if element.optional else "")


# --- spelling ---------------------------------------------------------------------------------------------

_PLAIN_SIGNS = str.maketrans(
    {"œ": "oe", "€": "$", "£": "$", "–": " ", "—": " ", "’": "'", "‘": "'", "`": "'", "´": "'"}
)
_CURRENCY = r"(?:us|ca|cad|cdn|usd|eur)?\s?\$|(?:cad|usd|eur)\b"
_FIGURES = r"\d+(?:[.,:/\s]\d{3})*(?:[.,:/-]\d+)*"
_AMOUNT = re.compile(
    rf"(?:{_CURRENCY})\s?{_FIGURES}"
    rf"|{_FIGURES}\s?(?:\$|(?:dollar|dolar|buck|euro)\w*\b|(?:cad|usd|eur|piasse\w*)\b)"
)
_DIGITS = re.compile(_FIGURES)
_TOKEN = re.compile(r"[a-z]+|[A-Z]+|[.!?;:\n]+")
_LONG_LETTER = re.compile(r"([a-z])\1{2,}")


def _words_of(text: str, joins_apostrophes: bool) -> Iterator[str]:
    plain = text.lower().translate(_PLAIN_SIGNS)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    plain = plain.replace("'", "" if joins_apostrophes else " ")
    plain = _LONG_LETTER.sub(r"\1", plain)
    plain = _DIGITS.sub(f" {NUMBER} ", _AMOUNT.sub(f" {MONEY} ", plain))
    for token in _TOKEN.findall(plain):
        yield token if token[0].isalpha() else BREAK


def _misspellings(vocabulary: set[str], known: set[str]) -> dict[str, str]:
    """Map the usual slips of the hand in a long word (a letter left out, doubled or swapped) to that word.

    One letter for another is not among them: it makes real words ("usable", "unable") too often.
    """
    meant: dict[str, str] = {}
    for word in sorted(vocabulary):
        if len(word) >= _MENDABLE_LENGTH:
            for slip in _slips(word):
                if slip not in vocabulary and slip not in known:
                    meant.setdefault(slip, word)
    return meant


def _slips(word: str) -> Iterator[str]:
    for place in range(1, len(word) - 1):
        before, letter, after = word[:place], word[place], word[place + 1 :]
        yield before + after
        yield before + letter + letter + after
        yield word[: place - 1] + letter + word[place - 1] + after
