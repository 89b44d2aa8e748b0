"""Acts: whether a message says yes or no, clause by clause; the last word wins."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from bot.reading.characters import plain
from bot.reading.patterns import Words, once_per_pack
from bot.reading.phrases import PhraseBook
from bot.reading.spelling import folded, mending, plain_words

Answer = Literal["yes", "no"]

FEW_WORDS = 6
"""With more words than these, a thumb beside them is no answer of its own."""

_YES_SIGNS, _NO_SIGNS = "👍👌✅💯☑✔🆗🤝", "👎❌🙅🚫✖⛔"
# Skin tones, the sign for colour, and what joins signs into one.
_DRESS = re.compile(
    "[\N{EMOJI MODIFIER FITZPATRICK TYPE-1-2}-\N{EMOJI MODIFIER FITZPATRICK TYPE-6}\ufe0f\u200d♀♂]"
)
_SIGNS = re.compile(f"[{_YES_SIGNS}{_NO_SIGNS}]")
_PAUSES = re.compile(r"(?<=[.,;:!?…\n])(?!\d)\s*|\s-+\s|[()]+")


_COMMAND = re.compile(r"[/\N{DIVISION SLASH}]\w+\s*(?:[{@\[].*)?", re.DOTALL)


def is_command(text: str) -> bool:
    """Tell whether a message is written for a machine ("/affirm"), its slash changed by the channel or not."""
    return _COMMAND.fullmatch(text.strip()) is not None


@dataclass(frozen=True)
class _Grammar:
    yes: re.Pattern[str]
    yes_alone: re.Pattern[str]
    no: re.Pattern[str]
    anywhere: re.Pattern[str]
    reserve: re.Pattern[str]
    asked: re.Pattern[str]
    turns: re.Pattern[str]
    last: re.Pattern[str]


def read_answer(text: str, words: Words) -> Answer | None:
    """Return the answer that a message gives to a question of yes or no, None when it gives none.

    The last word wins: "agreed, no, wait, it is not right" is a no. A yes with a reserve after it ("yes, but not in
    March") is no yes, and what is asked ("all right?") answers nothing; nor does a command, whatever it holds.
    """
    if is_command(text):
        return None
    grammar = _grammar(words)
    said = _DRESS.sub("", plain(text).lower())
    few = len(_SIGNS.sub(" ", said).split()) <= FEW_WORDS
    answer: Answer | None = None
    told = False
    for clause in _clauses(said, grammar):
        heard = _sign(clause, few) or _heard(clause, grammar, alone=not told)
        told = told or not (heard or clause.isspace() or not clause)
        if heard:
            answer = heard
        elif answer == "yes" and grammar.reserve.search(clause):
            answer = None
    return answer


def has_reserve(text: str, words: Words) -> bool:
    """Tell whether a message takes something back, or makes a condition: "but", "except", "not"."""
    return bool(_grammar(words).reserve.search(plain(text).lower()))


def _clauses(said: str, grammar: _Grammar) -> Iterable[str]:
    """Return the clauses of a message: between pauses, before words that turn it, and its last bare yes or no."""
    for part in _PAUSES.split(_SIGNS.sub(r" \g<0>\n", said)):
        for clause in grammar.turns.split(part):
            last = grammar.last.search(clause)
            yield from (clause[: last.start()], clause[last.start() :]) if last else (clause,)


def _sign(clause: str, few: bool) -> Answer | None:
    signs = _SIGNS.findall(clause)
    if not signs:
        return None
    if signs[-1] in _NO_SIGNS:
        return "no"
    return "yes" if few else None


def _heard(clause: str, grammar: _Grammar, alone: bool) -> Answer | None:
    if clause.rstrip().endswith("?") and not grammar.asked.search(clause):
        return None
    if grammar.no.match(clause) or grammar.anywhere.search(clause):
        return "no"
    yes = grammar.yes.match(clause) or (alone and grammar.yes_alone.fullmatch(clause))
    return "yes" if yes and not grammar.reserve.search(clause, yes.end()) else None


@once_per_pack
def _grammar(words: Words) -> _Grammar:
    before = f"(?:(?:{_any(words['before'])})\\W+)*"
    last = "|".join(words["last"])
    return _Grammar(
        yes=re.compile(rf"\W*{before}(?:{_any(words['yes'])})(?!\w)"),
        yes_alone=re.compile(rf"\W*{before}(?:{_any(words['yes_alone'])})\W*"),
        no=re.compile(rf"\W*{before}(?:{_any(words['no'])})(?!\w)"),
        anywhere=re.compile(_any(words["no_anywhere"])),
        reserve=re.compile(_any(words["reserve"])),
        asked=re.compile(_any(words["yes_though_asked"])),
        turns=re.compile(rf"\s+(?=(?:{_any(words['turns'])})\b)"),
        last=re.compile(rf"{words['not_last']}\b(?:{last})\W*$"),
    )


def _any(patterns: Iterable[str]) -> str:
    return "|".join(patterns)


@dataclass(frozen=True)
class _Wishes:
    harmless: PhraseBook
    person: PhraseBook
    somebody: PhraseBook
    mended: Callable[[str], str]


@dataclass(frozen=True)
class PersonSpokenOf:
    """How a message speaks of a human being.

    `beside` counts the words beside the wish for one, None when none is wished for; `declined` tells that somebody
    is not wanted, or was only told of; `named` that there is a word for somebody at all.
    """

    beside: int | None
    declined: bool
    named: bool


def read_person(text: str, words: Words) -> PersonSpokenOf:
    """Return how a message speaks of a human being one might talk to."""
    wishes = _wishes(words)
    said = plain_words(folded(text), wishes.mended)
    rest = wishes.harmless.removed_from(said)
    left = wishes.person.removed_from(rest)
    beside = len(left.replace(".", " ").split()) if left != rest else None
    return PersonSpokenOf(beside, declined=rest != said, named=wishes.somebody.is_in(said))


@once_per_pack
def _wishes(words: Words) -> _Wishes:
    groups = words["groups"]
    harmless, person, somebody = (
        PhraseBook(words[name], groups) for name in ("harmless", "person", "somebody")
    )
    return _Wishes(harmless, person, somebody, mending(words))
