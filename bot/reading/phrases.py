"""A small language for the phrases of a pack, so that people who know words need not know patterns.

`(a|b)` either, `[a|b]` possibly, `{name}` one of a group, `~` up to three words of the same sentence, `~6` up
to six, `word*` any ending, `^` and `$` the ends of the message, `a & b` both in one sentence, whichever comes
first, and up to twelve words between. An apostrophe may be missing or a gap.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import permutations

from bot.reading.characters import bare
from bot.reading.patterns import Words

Groups = Mapping[str, list[str]]

_TOKEN = re.compile(
    r"\{(?P<group>\w+)\}|\((?P<either>[^)]*)\)|\[(?P<maybe>[^\]]*)\]|~(?P<gap>\d?)|(?P<word>\S+)"
)
_SIGNS = re.compile(r"[{}()\[\]~]")
_USUAL_GAP = 3
_BETWEEN = r"(?: \w+){0,12} "


class PhraseBook:
    """Phrases to look for in text of bare words with single spaces between, and " . " for full stops."""

    def __init__(self, phrases: Iterable[str], groups: Groups) -> None:
        """Raise ValueError for a phrase with unbalanced signs and KeyError for an unknown group."""
        # Each phrase stands under the rarest words that it cannot do without, "" if there are none.
        self._by_word: dict[str, list[_Phrase]] = defaultdict(list)
        for phrase in phrases:
            built = _Phrase(phrase, groups)
            for word in min(built.needed, key=len, default={""}):
                self._by_word[word].append(built)

    def is_in(self, text: str) -> bool:
        """Tell whether any of the phrases occurs."""
        return any(phrase.pattern.search(text) for phrase in self._worth_a_look(text))

    def removed_from(self, text: str) -> str:
        """Return the text with a full stop in the place of each phrase."""
        for phrase in self._worth_a_look(text):
            text = phrase.pattern.sub(".", text)
        return text

    def check(self) -> None:
        """Build every pattern now; raises what a malformed phrase raises."""
        for phrases in self._by_word.values():
            for phrase in phrases:
                _ = phrase.pattern

    def _worth_a_look(self, text: str) -> Iterator[_Phrase]:
        words = _words_of(text)
        near = {phrase: None for word in self._by_word.keys() & words for phrase in self._by_word[word]}
        return (phrase for phrase in near if not any(needed.isdisjoint(words) for needed in phrase.needed))


class PhraseBooks:
    """The phrases of a pack: a book for each matter, and the harmless ones that only sound like them."""

    def __init__(self, words: Words, matters: Iterable[str]) -> None:
        """Raise KeyError for a matter that the pack has no phrases for."""
        groups = words["groups"]
        self._harmless = PhraseBook(words["harmless"], groups)
        self._books = {matter: PhraseBook(words[matter], groups) for matter in matters}

    def told_in(self, text: str) -> Iterator[str]:
        """Yield the matters that a text of bare words tells of, in the order in which they were given."""
        said = self._harmless.removed_from(text)
        return (matter for matter, book in self._books.items() if book.is_in(said))


class _Phrase:
    """One phrase; its pattern is only built when a text has the words for it, which keeps reading fast."""

    def __init__(self, phrase: str, groups: Groups) -> None:
        self._phrase = phrase
        self._groups = groups
        self.needed = _needed_words(phrase, groups)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        parts = [_pattern(part, self._groups) for part in self._phrase.split(" & ")]
        orders = "|".join(_BETWEEN.join(order) for order in permutations(parts))
        return re.compile(rf"(?<!\w)(?:{orders})(?!\w)")


@lru_cache(maxsize=16)
def _words_of(text: str) -> frozenset[str]:
    """Return the words of a text, and "" for the phrases that can do without any; many books look at one text."""
    return frozenset(["", *text.split()])


def _tokens(phrase: str) -> Iterator[re.Match[str]]:
    for token in _TOKEN.finditer(phrase):
        if token["word"] and _SIGNS.search(token["word"]):
            raise ValueError(f"unbalanced signs in the phrase {phrase!r}")
        yield token


def _choices(token: re.Match[str], groups: Groups) -> list[str]:
    return groups[token["group"]] if token["group"] else (token["either"] or token["word"]).split("|")


def _pattern(phrase: str, groups: Groups) -> str:
    pattern, space = "", ""
    for token in _tokens(phrase):
        if token["gap"] is not None:
            pattern += rf"(?: \w+){{0,{token['gap'] or _USUAL_GAP}}}"
        elif token["maybe"]:
            maybe = _either(token["maybe"].split("|"), groups)
            pattern += f"(?: {maybe})?" if space else f"(?:{maybe} )?"
        elif token["word"] == "^":
            pattern += "^"
        elif token["word"] == "$":
            pattern += r"(?: \.)?$"
        else:
            pattern += space + _either(_choices(token, groups), groups)
            space = " "
    return pattern


def _either(choices: list[str], groups: Groups) -> str:
    patterns = (_pattern(choice, groups) if _SIGNS.search(choice) else _literal(choice) for choice in choices)
    return f"(?:{'|'.join(sorted(patterns, key=len, reverse=True))})"


def _literal(word: str) -> str:
    return re.escape(bare(word)).replace(r"\ ", " ").replace("'", " ?").replace(r"\*", r"\w*")


def _needed_words(phrase: str, groups: Groups) -> list[frozenset[str]]:
    """Return sets of words of each of which the text must have one; words with any ending are left out."""
    needed = []
    for token in _tokens(phrase):
        if token["gap"] is None and token["maybe"] is None and token["word"] not in ("^", "$", "&"):
            words = [_telling_words(choice, groups) for choice in _choices(token, groups)]
            if all(words):
                needed.append(frozenset().union(*words))
    return needed


def _telling_words(choice: str, groups: Groups) -> frozenset[str]:
    """Return words of which one must be there for the choice to be there; empty when that cannot be told."""
    if _SIGNS.search(choice):
        return min(_needed_words(choice, groups), key=len, default=frozenset())
    whole = [word for word in bare(choice).split() if not word.endswith("*")]
    longest = max(whole, key=len, default="")
    return frozenset({longest.replace("'", ""), longest.split("'")[0]}) if longest else frozenset()
