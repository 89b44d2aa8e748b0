"""The words of a pack `spoken.yml` made ready to be found, and a text cut into the words that are said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from bot.reading.characters import bare
from bot.reading.patterns import Words, once_per_pack

Meaning = TypeVar("Meaning")

# "it's" is one word and none of its letters is spelled; so is what is elided: "l'" of "l'arobase".
_TOKEN = re.compile(
    r"[^\W\d_]{2,}'(?:s|re|ll|ve|m|d|t)(?![^\W\d_])|[^\W\d_]+'(?=[^\W\d_]|$)|[^\W\d_]+|\d+|[^\w\s]|_"
)
_SILENT = frozenset("'\"(),;!?¿¡…«»“”")
LONGEST_ANSWER = 150
"""In tokens; whoever says more is telling something, and gives no number, name or address alone."""

REMEMBERED_TEXTS = 8  # the readers of one turn cut up the same text


class Token(NamedTuple):
    """A word, a row of digits or a sign: `word` is bare, `heard` has its accents.

    `glued` when nothing but a hyphen parts it from the one before.
    """

    start: int
    end: int
    word: str
    heard: str
    glued: bool = False


class Heard(tuple[Token, ...]):
    """The tokens of a text, and the numbers that were found among them, which several readers ask for."""

    def __init__(self, _: Iterable[Token]) -> None:
        self.numbers: dict[tuple[int, Lexicon], list[tuple[int, int]]] = {}


@lru_cache(maxsize=REMEMBERED_TEXTS)
def tokens_of(text: str) -> Heard:
    """Cut a text into tokens; signs that only structure a sentence and single hyphens within words are left out."""
    bared = bare(text)
    tokens: list[Token] = []
    hyphen = False
    for match in _TOKEN.finditer(bared):
        word = match.group()
        start, end = match.span()
        if word in _SILENT or (word == "." and _ends_initial(tokens, bared, end)):
            continue
        if word == "-" and start > 0 and bared[start - 1].isalnum() and bared[end : end + 1].isalnum():
            hyphen = True
            continue
        tokens.append(Token(start, end, word, text[start:end], hyphen))
        hyphen = False
    return Heard(tokens)


def _ends_initial(tokens: Sequence[Token], bared: str, end: int) -> bool:
    """Tell the full stops of "H. 2 X. 1" from those between letters and at the end of a sentence."""
    follows_letter = bool(tokens) and tokens[-1].end == end - 1 and len(tokens[-1].word) == 1
    return follows_letter and not bared[end : end + 1].strip()


class Phrases(Generic[Meaning]):
    """Phrases of one or more words, each with a meaning, found at a place in a row of tokens."""

    def __init__(self, meanings: Iterable[tuple[str, Meaning]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
        for phrase, meaning in meanings:
            words = tuple(token.word for token in tokens_of(phrase))
            self._by_first.setdefault(words[0], []).append((words, meaning))
        for phrases in self._by_first.values():
            phrases.sort(key=lambda phrase: -len(phrase[0]))

    def begins_with(self, word: str) -> bool:
        """Tell whether any phrase begins with a word."""
        return word in self._by_first

    def all_at(self, tokens: Sequence[Token], index: int) -> list[tuple[int, Meaning]]:
        """Return (end, meaning) of every phrase that begins at a token, the longest first."""
        if index >= len(tokens):
            return []
        phrases = self._by_first.get(tokens[index].word)
        if not phrases:
            return []
        if len(phrases) == 1 and len(phrases[0][0]) == 1:
            return [(index + 1, phrases[0][1])]
        following = tokens[index + 1].word if index + 1 < len(tokens) else None
        return [
            (index + len(words), meaning)
            for words, meaning in phrases
            if len(words) == 1 or (words[1] == following and _say(tokens, index, words))
        ]

    def at(self, tokens: Sequence[Token], index: int) -> tuple[int, Meaning] | None:
        """Return (end, meaning) of the longest phrase that begins at a token."""
        if index >= len(tokens) or tokens[index].word not in self._by_first:
            return None
        found = self.all_at(tokens, index)
        return found[0] if found else None


def _say(tokens: Sequence[Token], index: int, words: tuple[str, ...]) -> bool:
    if index + len(words) > len(tokens):
        return False
    return all(tokens[index + step].word == words[step] for step in range(2, len(words)))


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The words of one language, by what they do."""

    numbers: Phrases[int]
    and_: frozenset[str]
    and_after: frozenset[int]
    teens_after: frozenset[int]
    most_hundreds: int
    articles: frozenset[str]
    halves: Phrases[int]
    decimal_point: Phrases[None]
    sounds_alike: Phrases[int]
    repeats: Phrases[int]
    plurals: Phrases[int]
    between: Phrases[None]
    plus: Phrases[None]
    extension: Phrases[None]
    breaks: Phrases[bool]
    letters: Phrases[str]
    plural_letters: Phrases[str]
    as_in: Phrases[None]
    as_for: Phrases[None]
    alphabet: Phrases[str]
    words_too: frozenset[str]
    accents: Phrases[str]
    marks: Phrases[str]
    capital: Phrases[None]
    spelled: Phrases[None]
    at: Phrases[None]
    sure_at: Phrases[None]
    dot: Phrases[None]
    signs: Phrases[str]
    remarks: Phrases[None]
    one_word: Phrases[None]
    announced: Phrases[None]
    no_part: Phrases[None]
    words_of_addresses: frozenset[str]


@once_per_pack
def lexicon(words: Words) -> Lexicon:
    """Make the words of a pack ready."""

    def listed(key: str) -> Phrases[None]:
        return Phrases((phrase, None) for phrase in words[key])

    def valued(key: str) -> Phrases:
        return Phrases(_phrases(words[key]))

    breaks = [(phrase, True) for phrase in words["corrections"]]
    breaks += [(phrase, False) for phrase in words["fillers"]]
    return Lexicon(
        numbers=NumbersInOneWord(words["numbers"])
        if words["compounds"]
        else Phrases(_phrases(words["numbers"])),
        and_=frozenset(words["and"]),
        and_after=frozenset(words["and_after"]),
        teens_after=frozenset(words["teens_after"]),
        most_hundreds=words["most_hundreds"],
        articles=frozenset(words["articles"]),
        halves=valued("halves"),
        decimal_point=listed("decimal_point"),
        sounds_alike=valued("sounds_alike"),
        repeats=valued("repeats"),
        plurals=valued("plurals"),
        between=listed("between"),
        plus=listed("plus"),
        extension=listed("extension"),
        breaks=Phrases(breaks),
        letters=valued("letters"),
        plural_letters=valued("plural_letters"),
        as_in=listed("as_in"),
        as_for=listed("as_for"),
        alphabet=Phrases((word, word[0]) for word in words["alphabet"]),
        words_too=frozenset(words["words_too"]),
        accents=valued("accents"),
        marks=valued("marks"),
        capital=listed("capital"),
        spelled=listed("spelled"),
        at=listed("at"),
        sure_at=listed("sure_at"),
        dot=listed("dot"),
        signs=valued("signs"),
        remarks=listed("remarks"),
        one_word=listed("one_word"),
        announced=listed("announced"),
        no_part=listed("no_part"),
        words_of_addresses=_first_words(words),
    )


def _first_words(words: Words) -> frozenset[str]:
    """Return the words with which a part of an address may begin that is more than a word."""
    listed = ("remarks", "one_word", "sure_at", "at", "dot", "announced", "no_part")
    phrases = [phrase for key in listed for phrase in words[key]]
    phrases += [phrase for key in ("signs", "letters") for values in words[key].values() for phrase in values]
    return frozenset(tokens_of(phrase)[0].word for phrase in phrases)


def _phrases(by_meaning: Mapping[Meaning, Sequence[str]]) -> Iterator[tuple[str, Meaning]]:
    yield from ((phrase, meaning) for meaning, phrases in by_meaning.items() for phrase in phrases)


class NumbersInOneWord(Phrases[int]):
    """Number words of a language that writes them together: "centoventotto", "duemilatrecento"."""

    def __init__(self, numbers: Mapping[int, Sequence[str]]) -> None:
        super().__init__((dict(_in_one_word(numbers)) | dict(_phrases(numbers))).items())
        self._thousand = re.compile("|".join(sorted(numbers[1000], key=len, reverse=True)))

    def all_at(self, tokens: Sequence[Token], index: int) -> list[tuple[int, int]]:
        """Return (end, value) of every number word at a token."""
        found = super().all_at(tokens, index)
        if found or index >= len(tokens):
            return found
        value = self._thousands(tokens[index].word)
        return [(index + 1, value)] if value else []

    def begins_with(self, word: str) -> bool:
        """Tell whether a word is a number, or the first of one in several words."""
        return word in self._by_first or self._thousands(word) is not None

    def _thousands(self, word: str) -> int | None:
        thousand = self._thousand.search(word)
        if thousand is None:
            return None
        count = self._below_thousand(word[: thousand.start()], 1)
        rest = self._below_thousand(word[thousand.end() :], 0)
        return None if count is None or rest is None else count * 1000 + rest

    def _below_thousand(self, word: str, nothing: int) -> int | None:
        if not word:
            return nothing
        return next(
            (value for words, value in self._by_first.get(word, []) if len(words) == 1 and value < 1000), None
        )


def _in_one_word(numbers: Mapping[int, Sequence[str]]) -> Iterator[tuple[str, int]]:
    """Yield what a language writes together: "ventitre", "centoventotto"."""
    small: dict[int, list[str]] = {value: list(numbers[value]) for value in numbers if 0 < value <= 100}
    for tens in range(20, 100, 10):
        for unit in range(1, 10):
            small[tens + unit] = _joined(numbers[tens], numbers[unit])
    hundred = {1: list(numbers[100])} | {
        count: _joined(numbers[count], numbers[100]) for count in range(2, 10)
    }
    for count, words in hundred.items():
        small[count * 100] = words
        for rest in range(1, 100):
            small[count * 100 + rest] = _joined(words, small[rest])
    for value, words in small.items():
        yield from ((word, value) for word in words)
        # "ventun dollari"
        yield from ((word[:-1], value) for word in words if value > 20 and value % 10 == 1)


def _joined(firsts: Iterable[str], seconds: Iterable[str]) -> list[str]:
    """Write words together, a vowel before a vowel with and without its own."""
    whole = [first + second for first in firsts for second in seconds]
    shorter = [
        first[:-1] + second
        for first in firsts
        for second in seconds
        if first[-1] in "aeiou" and second[0] in "aeiou"
    ]
    return [*shorter, *whole]


def parts_between_corrections(tokens: Sequence[Token], known: Lexicon) -> list[list[Token]]:
    """Return what was said up to each correction and after the last, without fillers."""
    parts: list[list[Token]] = [[]]
    index = 0
    while index < len(tokens):
        found = known.breaks.at(tokens, index)
        if found is None:
            parts[-1].append(tokens[index])
            index += 1
            continue
        index, corrects = found
        if corrects:
            parts.append([])
    return parts
