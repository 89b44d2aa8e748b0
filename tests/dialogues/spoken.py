"""Whole complaints told by phone, in the words that speech recognition gives, and how right the cases are that come of them.

tests/dialogues/spoken/<language>.yml holds the callers. `says` are the first words of each, `answers` what is said to a
question by its name (a list where it may be asked again), `otherwise` what is said to any other; `truth` is what a
person understands who listens: the digits of the account, the references, the days of all that is told, the sums in
cents, and what the complaint is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.cases.intake import ASKED_AS
from bot.languages import pack
from bot.pipeline.facts import read_facts
from tests.phone.talks import ByPhone, PhoneTalk

FOLDER = Path(__file__).parent / "spoken"
TODAY = date(2026, 5, 15)
HEARD_WITH = 0.9
MOST_TURNS = 40

SAID_AGAIN = ("account", "code", "confirm")
"""Questions that get the same answer when they are asked again; any other has been answered, and gets `otherwise`."""

ASKED_ALIKE = {**ASKED_AS, "open": "nature"}
"""Questions that are answered as another one is, where a script has no answer of its own to them."""

DIGITS, DAYS_AND_SUMS, KINDS = ("account", "tickets"), ("dates", "amounts"), ("category", "service")


@dataclass(frozen=True)
class Miss:
    """Something that a case should hold and does not, or the other way round."""

    script: str
    kind: str
    wanted: Any
    found: Any
    words: str

    def __str__(self) -> str:
        return f"{self.script}: {self.kind} {self.found!r}, not {self.wanted!r}\n{self.words}"


@dataclass
class Result:
    """How many facts of each kind there were, how many of them the cases hold, and what was missed."""

    facts: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    misses: list[Miss] = field(default_factory=list)

    def share(self, kinds: Iterable[str]) -> float:
        """Return the share of the facts of these kinds that are right; one that nobody told counts as a wrong one."""
        facts = sum(self.facts[kind] for kind in kinds)
        return sum(self.right[kind] for kind in kinds) / facts if facts else 1.0

    def told(self) -> str:
        """The figures, and each miss with the words that were said."""
        figures = ", ".join(f"{kind} {self.right[kind]}/{count}" for kind, count in self.facts.items())
        return "\n\n".join([figures, *map(str, self.misses)])

    def compare(self, script: str, truth: dict[str, Any], found: dict[str, Any], words: str) -> None:
        """Count what a case holds against what was told."""
        for kind, wanted in truth.items():
            wanted, held = _as_set(kind, wanted), _as_set(kind, found[kind])
            self.facts[kind] += len(wanted | held)
            self.right[kind] += len(wanted & held)
            if wanted != held:
                self.misses.append(Miss(script, kind, sorted(wanted), sorted(held), words))


def read(language: str) -> dict[str, Any]:
    """Return the callers of a language."""
    return yaml.safe_load((FOLDER / f"{language}.yml").read_text(encoding="utf-8"))


class Caller:
    """Somebody who calls and answers what they are asked, until there is nothing more to say."""

    def __init__(self, product: ByPhone, language: str, script: dict[str, Any]) -> None:
        self.product, self.language, self.script = product, language, script
        self.left = {
            question: list(said) if isinstance(said, list) else [said]
            for question, said in script["answers"].items()
        }
        self.said: list[str] = []

    async def call(self) -> Any:
        """Tell everything, and return the case that comes of it; None when there is none."""
        talk = await self.product.talk(self.language, TODAY.isoformat())
        assert isinstance(talk, PhoneTalk) and talk.call is not None
        self.talk = talk
        words: str | None = self.script["says"]
        while words and len(self.said) < MOST_TURNS and not talk.call.is_over:
            self.said.append(words)
            await talk.call.say(words, confidence=HEARD_WITH)
            talk.look()
            words = self._answer()
        return talk.case if talk.state["case"] else None

    def _answer(self) -> str | None:
        """Return what is said next; None once there is a case and no question left that the script answers."""
        with self.product.store.view() as unit:
            conversation = unit.conversations.get(self.talk.id)
        assert conversation is not None
        asked = conversation.expects or "free"
        question = asked if asked in self.left else ASKED_ALIKE.get(asked, asked)
        words = self._next(question)
        if words is None and self.talk.state["case"]:
            return None
        return self._with_code(words or self.script["otherwise"])

    def _next(self, question: str) -> str | None:
        left = self.left.get(question)
        if not left:
            return None
        return left[0] if question in SAID_AGAIN and len(left) == 1 else left.pop(0)

    def _with_code(self, words: str) -> str:
        if "{code}" not in words:
            return words
        if not any(notice.key.startswith("code:") for notice in self.product.outbox()):
            return self.script["otherwise"]
        numbers = pack(self.language, "spoken")["numbers"]
        return words.replace("{code}", " ".join(numbers[int(digit)][0] for digit in self.talk.code()))


def held(case: Any, language: str) -> dict[str, Any]:
    """Return what a case holds of each kind of fact."""
    complaint = case.complaint
    attempts = [attempt.text for attempt in complaint.prior_contacts]
    days = [event.date for event in complaint.events if event.date]
    # what was tried before keeps its day in the words, and is read there by whoever works on the case
    facts = [fact for text in attempts for fact in read_facts(text, language, TODAY)]
    days += [fact["value"] for fact in facts if fact["entity"] == "date"]
    told = (*complaint.events, *complaint.prior_contacts)
    main = complaint.natures[0] if complaint.natures else None
    return {
        "account": case.account_number or complaint.account_number,
        "tickets": [each.reference for each in told if each.reference],
        "dates": days,
        "amounts": [amount.cents for amount in complaint.amounts],
        "category": main and main.category,
        "issue": main and main.issue,
        "service": complaint.services[0] if complaint.services else None,
    }


def _as_set(kind: str, value: Any) -> set[Any]:
    values = value if isinstance(value, list) else [value]
    plain = (each.replace("-", "").upper() if kind == "tickets" else each for each in values)
    return {each for each in plain if each is not None}
