"""What may not leave the desk: words that press, threaten, promise for others, sell, or ask for secrets.

The rules are here; how people put such things is data, by language (`guard.yml` of each pack).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from unicodedata import combining, normalize

from bot.cases.errors import CaseError

CHAT, SMS, EMAIL, LETTER, ANYWHERE = "chat", "sms", "email", "letter", "anywhere"
"""Ways on which words go; a macro may go on any of them."""

PROHIBITED, WARNED = "prohibited", "warned"

_PROCEDURAL_CODE = (
    "https://pub.ccts-cprst.ca/2023-compliance-report-cards/compliance-with-the-procedural-code"
)
_CODE_OF_PRACTICE = "Jive Complaints Code of Practice - Canada, part IV"


@dataclass(frozen=True)
class Rule:
    """One rule: where it was read, and on which ways it only warns.

    A rule of the CCTS, and one that keeps a customer's secrets, is never overridden. Selling makes a commercial
    message out of a text, an e-mail or a macro; in a chat that the customer began, and in a letter, the law on electronic
    messages forbids nothing, and the agent may have been asked: there it is a warning.
    """

    name: str
    source: str
    warns_on: frozenset[str] = frozenset()

    def weighs(self, way: str) -> str:
        """Return whether it prohibits or warns on a way."""
        return WARNED if way in self.warns_on else PROHIBITED


RULES = (
    Rule("withdraw", f"CCTS Procedural Code, compliance report 2022-23: {_PROCEDURAL_CODE}"),
    Rule("outcome", f"{_CODE_OF_PRACTICE}: the CCTS is neutral and decides by itself"),
    Rule("reprisal", f"CCTS Procedural Code, compliance report 2022-23: {_PROCEDURAL_CODE}"),
    Rule("promotion", "Canada’s anti-spam legislation, S.C. 2010, c. 23, s. 1(2)", frozenset({CHAT, LETTER})),
    Rule("secrets", "PIPEDA, Schedule 1, 4.4: no more is collected than is needed; PCI DSS 3.3"),
)


@dataclass(frozen=True)
class Stop:
    """Words that a rule stops: how heavily, and the sentence in which they stand."""

    rule: Rule
    weight: str
    sentence: str


@dataclass(frozen=True)
class Phrases:
    """How a language puts what the rules stop: `stops` and `passes` by rule, each a list of patterns over folded words.

    A sentence that one of `passes` finds is stopped by none of `stops`. `{name}` in a pattern stands for one of `parts`.
    """

    parts: Mapping[str, str]
    stops: Mapping[str, Collection[str]]
    passes: Mapping[str, Collection[str]]

    @cached_property
    def _compiled(self) -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
        return {
            rule.name: (self._any(self.stops[rule.name]), self._any(self.passes[rule.name])) for rule in RULES
        }

    def stop(self, rule: Rule, folded: str) -> bool:
        """Tell whether a folded sentence says what a rule stops."""
        stops, passes = self._compiled[rule.name]
        return bool(stops.search(folded)) and not passes.search(folded)

    def _any(self, patterns: Iterable[str]) -> re.Pattern[str]:
        # What matches nothing stands for no pattern at all.
        return re.compile("|".join(f"(?:{self._whole(each)})" for each in patterns) or r"(?!)")

    def _whole(self, pattern: str) -> str:
        for name, part in self.parts.items():
            pattern = pattern.replace(f"{{{name}}}", f"(?:{part})")
        return pattern


def phrases_from(data: Mapping[str, Any]) -> Phrases:
    """Build the phrases of a language from its parsed file."""
    return Phrases(
        data["parts"],
        {rule.name: data[rule.name]["stops"] for rule in RULES},
        {rule.name: data[rule.name]["passes"] for rule in RULES},
    )


def stops(text: str, way: str, languages: Collection[Phrases]) -> list[Stop]:
    """Return what stops a text that would go on a way, the prohibitions first; every language is looked for."""
    found = [
        Stop(rule, rule.weighs(way), sentence)
        for rule in RULES
        for sentence in sentences(text)
        if any(phrases.stop(rule, folded(sentence)) for phrases in languages)
    ]
    return sorted(found, key=lambda stop: stop.weight != PROHIBITED)


_ENDS = re.compile(r"[.!?;…]+(?=\s|$)|\n+")


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text; a line that ends ends a sentence."""
    yield from filter(None, (part.strip() for part in _ENDS.split(text)))


def folded(text: str) -> str:
    """Return words as patterns expect them: small letters without accents, plain apostrophes, single spaces."""
    plain = "".join(sign for sign in normalize("NFKD", text) if not combining(sign)).lower()
    return " ".join(plain.replace("’", "'").replace("‘", "'").split())


class Stopped(CaseError):
    """Words may not leave as they are; `stops` says why, the heaviest first."""

    def __init__(self, stops: Sequence[Stop]) -> None:
        super().__init__("stopped", ", ".join(stop.rule.name for stop in stops))
        self.stops = tuple(stops)

    @property
    def may_be_overridden(self) -> bool:
        """Whether all that stops them is a warning."""
        return all(stop.weight == WARNED for stop in self.stops)


def must_pass(text: str, way: str, languages: Collection[Phrases], anyway: bool = False) -> bool:
    """Raise Stopped unless a text may leave; with `anyway` a warning lets it go, and True says that it did."""
    found = stops(text, way, languages)
    if found and not (anyway and Stopped(found).may_be_overridden):
        raise Stopped(found)
    return bool(found)
