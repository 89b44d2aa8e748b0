"""Words: short forms in full, signs in words, known abbreviations as letters, and loud words as words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.languages.spoken.scan import SETTLED
from bot.languages.spoken.spans import Rule, Said, Span, in_letters

VOWELS = frozenset("aeiouyàâäéèêëîïìòôöùûü")

_HEAP = re.compile(r"[^\W\d_aeiouyà-öø-ÿ]{7}")
_SHORT = frozenset({"tv", "pc", "hd"})
_SOUNDS = frozenset({"hmm", "mhm", "shh", "psst", "pst", "pff", "pfft", "brr", "grr", "tsk"})
_MOST_SPELLED = 5
"""What is no word is spelled up to this length, VPN; more letters than that nobody would follow."""


class Words:
    """How a language says what is written short, in signs or in capitals."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words = words
        self._letters = frozenset(words["letters"])

    def spellings(self) -> Iterator[Rule]:
        """The letters of what we spell: "A as in Alpha"."""
        words = self._words
        spelt = [words["as_in"].format(letter=first_letter(word), word=word) for word in words["spelling"]]
        yield _any_of(spelt), lambda match: [*in_letters(match.group()[0]), Span(match.group()[2:])]

    def written_short(self) -> Iterator[Rule]:
        words = self._words
        yield from self._replaced(words["pairs"])
        per = words["per"]
        yield rf"(?<=[\w{SETTLED}]) ?/ ?({'|'.join(per)})(?!\w)", lambda match: f" {per[match[1]]}"
        titles = words["titles"]
        yield _any_of(titles) + r"(?= [^\W\d_])", lambda match: titles[match.group()]
        yield from self._replaced(
            words["before_numbers"], "", rf" ?(?=\d|#|[A-Z]{{1,4}}-?\d{{2}}|[{SETTLED}])", " "
        )
        yield from self._replaced(words["after_numbers"], r"(?<=\d )")
        short = words["abbreviations"]
        yield rf"(?i){_any_of(short)}", lambda match: self._in_full(match, short[match.group().lower()])
        yield from self._replaced(words["ordinals"])

    def signs(self) -> Iterator[Rule]:
        words = self._words
        signs, fractions = words["signs"], words["fractions"]
        yield rf"(\d) ?([{''.join(fractions)}])", lambda match: f"{match[1]} {fractions[match[2]]}"
        # 3x, $20 x 12
        yield r"(?<=\d) ?[x×](?= ?\d|(?!\w))|(?<=\s)[x×](?=\s\d)", lambda match: f" {words['times']} "
        yield r"[~≈±] ?(?=\d)", lambda match: f"{words['about']} "
        among = re.escape("".join(signs))
        yield rf"(?<![&%=+])[{among}](?![&%=+])", lambda match: f" {signs[match.group()]} "
        yield r"(?i)\b(?![ap]\.m\b)(?:[a-z]\.){2,}", lambda match: in_letters(match.group().replace(".", ""))
        yield r"[ºª²³™]", lambda match: " "
        yield r"…", lambda match: "..."
        yield r"(?i)https?|www", lambda match: " "

    def capitals(self) -> Iterator[Rule]:
        # covid19 is covid 19; 45th is a word
        yield (
            r"(?<=\d)(?!(?:st|nd|rd|th|ème|[eè]re?s?|ers?|es)\b)(?=[^\W\d_]{2})|(?<=[^\W\d_]{2})(?=\d)",
            lambda match: " ",
        )
        yield r"[^\W\d_]{2,}", self._word
        yield r"(?<=[^\W\d_A-Z]')[A-Z]\b", lambda match: match.group().lower()

    def _replaced(
        self, forms: Mapping[str, str], before: str = "", after: str = "", more: str = ""
    ) -> Iterator[Rule]:
        if forms:
            pattern = f"(?i){before}{_any_of(forms)}{after}"
            yield pattern, lambda match: forms[match.group().lower().strip()] + more

    def _in_full(self, match: re.Match[str], said: str) -> Said:
        """Say a short form in full; its full stop may also have been that of the sentence."""
        may_end = match.group().lower() in self._words["may_end"]
        is_end = may_end and re.match(r"\s*$|\s+[^\W\d_a-zà-ÿ]", match.string[match.end() :])
        return f"{said}." if is_end else said

    def _word(self, match: re.Match[str]) -> Said:
        word, names = match.group(), self._words["names"]
        if word in names:
            return str(names[word])
        base = word.removesuffix("s")
        if base in self._letters:
            return in_letters(base)
        if not _is_word(word):
            return in_letters(word) if len(word) <= _MOST_SPELLED else " "
        # capitals are loud, not letters
        return word.lower() if re.search(r"[^\W\d_a-zà-öø-ÿ]{2}", word) else None


def _is_word(word: str) -> bool:
    """Whether letters make a word, and not an abbreviation or a heap: VPN, sms; but hmm and shh are heard every day."""
    small = word.lower()
    if _HEAP.search(small):
        return False
    if not VOWELS.isdisjoint(small):
        return True
    return small in _SOUNDS or (word.islower() and len(small) < 3 and small not in _SHORT)


def _any_of(forms: Iterable[str]) -> str:
    longest_first = sorted(forms, key=len, reverse=True)
    return rf"(?<![\w.])(?:{'|'.join(re.escape(form) for form in longest_first)})(?!\w)"


def first_letter(word: str) -> str:
    """Return the first letter of a word without its accent."""
    return unicodedata.normalize("NFD", word)[0]
