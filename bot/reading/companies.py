"""Which telecom companies other than the operator a message names, told from bells, surnames and freedom."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.reading.characters import bare, plain
from bot.reading.patterns import Words, any_of, once_per_pack

# How much must speak for a company before a name of each kind counts: see `_weight`.
_NEEDED = {"known": 0, "surnames": 1, "words": 2, "common": 3}
_CERTAIN = max(_NEEDED.values())
_AGAINST = -1
_MOST_WORDS_BETWEEN = 4
_REACH = 60

_FIRST_LETTERS = re.compile(r"(?<!\w)(?=(\w..))")
_WORD = re.compile(r"[^\W_]+")
# "bell's" and "Telus'" are companies, Italian "bell'idea" is not; "me@bell.net" is an address.
_NAME_ENDS = r"(?!\w|'(?!s\b)\w)"
_IN_ADDRESS_BEFORE, _IN_ADDRESS_AFTER = re.compile(r"\S@\S*$"), re.compile(r"\S*@\S")
_WORD_AFTER = re.compile(r"(?:'s)?[\s'-]*([^\W_]+)")
_SENTENCE_ENDS = re.compile(r"[.!?…\n]")
_DOT = re.compile(r"\.\s*")
_SIGN = re.compile(r"[^\s'\"«“/-]")


@dataclass(frozen=True)
class _Spelling:
    pattern: re.Pattern[str]
    company: str
    needed: int


@dataclass(frozen=True)
class _Mention:
    start: int
    end: int
    company: str
    needed: int


@dataclass(frozen=True)
class _Grammar:
    spellings: Mapping[str, list[_Spelling]]
    otherwise: re.Pattern[str]
    naming: re.Pattern[str]
    joining: re.Pattern[str]
    words: Mapping[str, frozenset[str]]


def read_companies(text: str, known: Words) -> list[str]:
    """Return the proper names of the companies, each once, in order of mention.

    `known` is the provider's file `companies`: names and the words around them, of all languages. A name that
    is also an ordinary word or a surname is left out when nothing speaks for the company.
    """
    grammar = _grammar(known)
    bared = bare(text)
    mentions = _mentions(bared, grammar)
    certain = {mention for mention in mentions if _weight(text, bared, mention, grammar) >= mention.needed}
    for one, other in pairwise(mentions):
        if grammar.joining.fullmatch(bared[one.end : other.start]) and certain & {one, other}:
            certain |= {one, other}
    return list(dict.fromkeys(mention.company for mention in mentions if mention in certain))


@once_per_pack
def _grammar(known: Words) -> _Grammar:
    spellings: dict[str, list[_Spelling]] = defaultdict(list)
    for kind, needed in _NEEDED.items():
        for company, written in known[kind].items():
            for name in written:
                spellings[bare(name)[:3]].append(_Spelling(_spelt(name), company, needed))
    return _Grammar(
        spellings={
            letters: sorted(found, key=lambda spelling: -len(spelling.pattern.pattern))
            for letters, found in spellings.items()
        },
        otherwise=re.compile(rf"(?<!\w)(?:{any_of(map(bare, known['otherwise']))})(?!\w)"),
        naming=re.compile(rf"(?<!\w)(?:{any_of(map(bare, known['naming']))})[\s:]*$"),
        joining=re.compile(rf"[\s,/-]*(?:(?:{any_of(map(bare, known['joining']))})\s+)?"),
        words={
            kind: frozenset(known[kind])
            for kind in (
                "titles", "small", "articles", "near", "leaving", "things_before", "things", "telling", "doing",
            )
        },
    )  # fmt: skip


def _spelt(name: str) -> re.Pattern[str]:
    return re.compile(re.escape(bare(name)).replace(r"\ ", r"[\s-]?") + _NAME_ENDS)


def _mentions(bared: str, grammar: _Grammar) -> list[_Mention]:
    found: list[_Mention] = []
    for letters in _FIRST_LETTERS.finditer(bared):
        start = letters.start()
        if found and start < found[-1].end:
            continue
        for spelling in grammar.spellings.get(letters.group(1), ()):
            match = spelling.pattern.match(bared, start)
            if match:
                found.append(_Mention(start, match.end(), spelling.company, spelling.needed))
                break
    return found


def _weight(text: str, bared: str, mention: _Mention, grammar: _Grammar) -> int:
    """Weigh what stands around a name: `_AGAINST` a company, or ever more for one, up to `_CERTAIN`."""
    start, end = mention.start, mention.end
    before, after = bared[max(0, start - _REACH) : start], bared[end : end + _REACH]
    if _IN_ADDRESS_BEFORE.search(before) or _IN_ADDRESS_AFTER.match(after):
        return _AGAINST
    if mention.needed == _NEEDED["known"]:
        return _CERTAIN
    if _is_something_else(bared, mention, grammar) or grammar.naming.search(before):
        return _AGAINST
    has_capital = text[start].isupper() and not text.isupper()
    last, following = _words_before(text, start), _word_after(text, end)
    weight = _weight_before(last, has_capital, grammar)
    if weight == _AGAINST:
        return weight
    if following in grammar.words["things"] or following in grammar.words["telling"]:
        return _CERTAIN
    # "a" is an article in English and "to" in Italian, where a capital tells them apart.
    if last.word in grammar.words["articles"] and not (has_capital and last.word in grammar.words["near"]):
        return weight
    if following in grammar.words["doing"]:
        weight = max(weight, 2)
    return weight + 1 if has_capital and not last.starts_sentence else weight


def _is_something_else(bared: str, mention: _Mention, grammar: _Grammar) -> bool:
    around = grammar.otherwise.finditer(bared, max(0, mention.start - 20), mention.end + 20)
    return any(match.start() <= mention.start < match.end() for match in around)


@dataclass(frozen=True)
class _Before:
    """The words before a name; `word` is empty when a sign stands between."""

    word: str
    is_small: bool
    earlier: Sequence[str]
    starts_sentence: bool
    is_initial: bool


def _words_before(text: str, start: int) -> _Before:
    said = plain(text[max(0, start - _REACH) : start])
    words = list(_WORD.finditer(said))
    between = said[words[-1].end() :] if words else said
    word = words[-1].group() if words else ""
    is_dotted = _DOT.fullmatch(between) is not None
    return _Before(
        word=word.lower() if is_dotted or not _SIGN.search(between) else "",
        is_small=word[:1].islower(),
        earlier=[earlier.group().lower() for earlier in words[-1 - _MOST_WORDS_BETWEEN : -1]],
        starts_sentence=not words or _SENTENCE_ENDS.search(between) is not None,
        is_initial=is_dotted and len(word) == 1,
    )


def _word_after(text: str, end: int) -> str:
    match = _WORD_AFTER.match(plain(text[end : end + _REACH]))
    return match.group(1).lower() if match else ""


def _weight_before(before: _Before, has_capital: bool, grammar: _Grammar) -> int:
    words = grammar.words
    if before.word in words["titles"] or before.is_initial:
        return _AGAINST
    if before.starts_sentence or not before.word:
        return 1
    if before.word in words["leaving"] or before.word in words["things_before"]:
        return _CERTAIN
    if before.word in words["near"] and _is_about_a_company(before.earlier, grammar):
        return _CERTAIN
    if before.word in words["near"] - words["articles"]:
        return 2
    if before.word in words["small"] or before.word in words["articles"]:
        return 1
    # "found out Rogers had" is no first name, "Anna Shaw" and "anna shaw" may be.
    return 1 if has_capital and before.is_small else _AGAINST


def _is_about_a_company(earlier: Sequence[str], grammar: _Grammar) -> bool:
    """Tell whether somebody comes or goes, or a thing of a company's stands last: "le technicien de"."""
    last = earlier[-1] if earlier else ""
    return last in grammar.words["things_before"] or not grammar.words["leaving"].isdisjoint(earlier)
