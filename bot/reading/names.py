"""The name in an answer to "What is your name?", of a person or of a business."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from bot.reading.characters import bare
from bot.reading.patterns import Words, any_of, once_per_pack

Introduction = Literal["sure", "weak", "none"]

_LONGEST_ANSWER = 300
_MOST_WORDS = 5
_MOST_WORDS_OF_A_COMPANY = 7
_LONGEST_NAME = 80

_AROUND = ' \t\r\n"“”«»()[]*_-,;:!?…'
_SHORT_FORM = re.compile(r"'(?:s|re|ll|ve|m|t)$")
_CLAUSE_END = re.compile(r"[;!?:\n()…]|,|\.(?=\s|$)")


@dataclass(frozen=True)
class _Grammar:
    sure: re.Pattern[str]
    weak: re.Pattern[str]
    openings: re.Pattern[str]
    closings: re.Pattern[str]
    particles: frozenset[str]
    small_particles: frozenset[str]
    and_: frozenset[str]
    after: frozenset[str]
    companies: frozenset[str]
    abbreviations: frozenset[str]
    also_names: frozenset[str]
    given_names: frozenset[str]
    not_names: frozenset[str]


def read_name(text: str, words: Words) -> str | None:
    """Return the name as the customer writes it, or None for a sentence, a number, a yes or a refusal.

    Only a name all in small letters is given capitals.
    """
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text[:_LONGEST_ANSWER])).strip(_AROUND)
    grammar = _grammar(words)
    answer, introduced = _without_introduction(text, grammar)
    answer = _without_closing(answer, grammar)
    name = _company(answer, grammar) or _person(answer, introduced, grammar)
    return _capitalised(name, grammar) if name else None


def introduces_name(text: str, words: Words) -> bool:
    """Tell whether the text says outright that a name follows, as in "my name is"."""
    return _grammar(words).sure.search(bare(text[:_LONGEST_ANSWER])) is not None


@once_per_pack
def _grammar(words: Words) -> _Grammar:
    sets = {
        key: frozenset(words[key]) for key in ("particles", "small_particles", "companies", "abbreviations")
    }
    return _Grammar(
        sure=re.compile(rf"(?<![\w'])(?:{any_of(words['sure'])})(?![\w'-])[ :,]*"),
        weak=re.compile(rf"(?:{any_of(words['weak'])})(?![\w'-])[ :,]*"),
        openings=re.compile(rf"(?:(?:{any_of(words['openings'])})(?![\w'-])[ ,.!-]*){{1,3}}"),
        closings=re.compile(rf"(?:[ ,.!-]+(?:{any_of(words['closings'])})(?!\w)[ ,.!-]*){{1,2}}$"),
        and_=frozenset(words["and"]),
        after=frozenset(words["after"]),
        also_names=frozenset(words["also_names"]),
        given_names=frozenset(words["given_names"]),
        not_names=frozenset(words["not_names"]),
        **sets,
    )


def _without_introduction(text: str, grammar: _Grammar) -> tuple[str, Introduction]:
    bared = bare(text)
    sure = grammar.sure.search(bared)
    if sure:
        return text[sure.end() :], "sure"
    opening = grammar.openings.match(bared)
    start = opening.end() if opening else 0
    weak = grammar.weak.match(bared, start)
    return (text[weak.end() :], "weak") if weak else (text[start:], "none")


def _without_closing(text: str, grammar: _Grammar) -> str:
    closing = grammar.closings.search(bare(text))
    return (text[: closing.start()] if closing else text).strip(_AROUND)


def _company(answer: str, grammar: _Grammar) -> str | None:
    """Accept anything that ends as a company's name does: "The Bread & Tea Co." """
    parts = answer.split(" ")
    is_company = 2 <= len(parts) <= _MOST_WORDS_OF_A_COMPANY and len(answer) <= _LONGEST_NAME
    return answer if is_company and _key(parts[-1]) in grammar.companies else None


def _person(answer: str, introduction: Introduction, grammar: _Grammar) -> str | None:
    """Take the words up to the first that is no part of a name; without an introduction there may be none."""
    clause = _first_clause(answer, grammar)
    if introduction == "none" and clause != answer.rstrip(". "):
        return None
    said = clause.split(" ")
    count = next((i for i in range(len(said)) if not _fits(said, i, grammar)), len(said))
    if count < len(said) and not _may_go_on(said, count, introduction, grammar):
        return None
    name = " ".join(said[:count])
    long_enough = sum(character.isalpha() for character in name) >= 2
    return name if long_enough and count <= _MOST_WORDS and len(name) <= _LONGEST_NAME else None


def _may_go_on(said: list[str], count: int, introduction: Introduction, grammar: _Grammar) -> bool:
    """Tell "it's anna from the bakery" from "I'm waiting for a call"."""
    if introduction == "weak":
        return said[0][:1].isupper() or _key(said[count]) in grammar.after
    return introduction == "sure"


def _first_clause(answer: str, grammar: _Grammar) -> str:
    for end in _CLAUSE_END.finditer(answer):
        before = answer[: end.start()]
        last = _key(before.split(" ")[-1])
        if end.group() == "." and (last in grammar.abbreviations or len(last) == 1):
            continue
        if end.group() == "," and _is_surname_first(before, answer[end.end() :], grammar):
            continue
        return before.strip(_AROUND)
    return answer.strip(_AROUND)


def _is_surname_first(before: str, after: str, grammar: _Grammar) -> bool:
    """Tell "Tremblay, Jean" from "Tremblay, and my bill is wrong"."""
    parts = [*before.split(), *after.split()]
    return len(parts) <= 3 and all(_is_name_word(part, grammar) for part in parts)


def _fits(said: list[str], index: int, grammar: _Grammar) -> bool:
    word = said[index]
    following = said[index + 1] if index + 1 < len(said) else ""
    leads_on = bool(following) and _is_name_word(following, grammar)
    if index == 0 and following and _key(word) in grammar.given_names:
        return leads_on or _key(following) in grammar.also_names
    if index == 1 and _key(said[0]) in grammar.given_names and _key(word) in grammar.also_names:
        return True
    if _key(word) in grammar.particles and (leads_on or _key(following) in grammar.particles):
        return True
    if _key(word) in grammar.and_:
        return index > 0 and leads_on and following[:1].isupper()
    if len(word.rstrip(".")) == 1 and word.isupper() and (leads_on or word.endswith(".")):  # an initial
        return True
    return _is_name_word(word, grammar)


def _is_name_word(word: str, grammar: _Grammar) -> bool:
    word = word.rstrip(",.")
    key = _key(word)
    if key in grammar.not_names and not (key in grammar.also_names and word[:1].isupper()):
        return False
    letters_only = all(
        character in "'’.-" or unicodedata.category(character)[0] in "LM" for character in word
    )
    return letters_only and word[:1].isalpha() and len(word) <= 30 and not _SHORT_FORM.search(key)


def _key(word: str) -> str:
    return bare(word).strip(".,'").replace(".", "")


def _capitalised(name: str, grammar: _Grammar) -> str:
    if name != name.lower():
        return name
    parts = name.split(" ")
    return " ".join(
        part if index and _key(part) in grammar.small_particles else _each_part_capitalised(part)
        for index, part in enumerate(parts)
    )


def _each_part_capitalised(word: str) -> str:
    return re.sub(r"(?:^|(?<=[-'’.]))[^\W\d_]", lambda match: match.group().upper(), word)
