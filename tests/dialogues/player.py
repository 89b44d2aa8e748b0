"""Plays a written dialogue against the product and checks what is said, asked and stored."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from bot.cases.intake import ASKED_AS
from bot.cases.tracking import new_tracking_number
from bot.languages import pack
from bot.playbooks import replies
from bot.store.tables import messages
from tests.dialogues import rows
from tests.dialogues.house import Product, Talk

STEP = frozenset(
    "say expects holder status language case hears shows never only offers same_as turn_clock new back rows".split()
)
WORDED_AS = {
    "event_more": "event",
    "account_or_contact": "account",
    "account_represented": "account",
    "contact_only": "contact",
    "name_represented": "name",
    "nature_kind": "nature",
}
"""Questions that are put in other words where those fit better."""
STATE = ("expects", "holder", "status", "language", "case")
KEYS = frozenset(pack("en", "replies")) | frozenset(pack("en", "errors")) | replies()


class Player:
    """A customer, or several, who follow a written dialogue.

    Who calls hears what others read, and whoever takes one means after the other is told the same in other words.
    """

    reads, stays = True, True

    def __init__(self, product: Product, language: str | None, today: str) -> None:
        self.product, self.language, self.today = product, language, today
        self.talks: list[Talk] = []
        self.talk: Talk | None = None
        self.case: str | None = None
        self.answers: list[str] = []
        self.database = create_engine(product.settings.database_url)

    async def play(self, steps: list[dict[str, Any]]) -> None:
        """Take the steps one after the other; a failing one shows all that was said until then."""
        await self._begin(self.language)
        for step in steps:
            try:
                await self._take(step)
            except AssertionError as error:
                pytest.fail(f"{error}\nat {step}\n\n{self.told()}", pytrace=False)

    def told(self) -> str:
        """Everything that was said so far."""
        return "\n---\n".join(talk.told() for talk in self.talks)

    def check_rows(self, expected: dict[str, Any]) -> None:
        """Check what the store holds."""
        found = rows.found(self.product, self.talk, self.case, expected)
        if found != expected:
            pytest.fail(f"{rows.difference(found, expected)}\n\n{self.told()}", pytrace=False)

    async def _begin(self, language: str | None) -> None:
        self.talk = await self.product.talk(language, self.today)
        self.talks.append(self.talk)

    async def _take(self, step: dict[str, Any]) -> None:
        assert step.keys() <= STEP, f"unknown: {step.keys() - STEP}"
        if "turn_clock" in step:
            self.product.clock.turn(**step["turn_clock"])
        elif "new" in step:
            await self._begin(self.language if step["new"] is True else step["new"])
        elif "back" in step:
            self.talk = self.talks[step["back"] - 1]
        elif "rows" in step:
            self.check_rows(step["rows"])
        else:
            await self._say(step)

    async def _say(self, step: dict[str, Any]) -> None:
        talk = self.talk
        assert talk is not None
        said = await talk.say(self._filled(step["say"], talk))
        self.answers.append(said)
        self.case = talk.state["case"] or self.case
        keys = self._keys(talk)
        for name in STATE:
            if name in step:
                assert talk.state[name] == step[name], f"{name} is {talk.state[name]!r}, not {step[name]!r}"
        for item in step.get("hears", ()):
            assert _is_among(self._filled(item, talk), said, keys), f"{item!r} was not said, but {keys}"
        for item in step.get("shows", ()) if self.reads else ():
            assert item.casefold() in said.casefold(), f"{item!r} was not shown"
        for item in step.get("never", ()):
            assert not _is_among(item, said, keys), f"{item!r} was said"
        if "only" in step:
            assert keys == step["only"]
        if "offers" in step:
            labels = pack(talk.state["language"], "choices")
            assert [choice["value"] for choice in talk.last[-1]["choices"]] == [
                labels[name] for name in step["offers"]
            ]
        if "same_as" in step and self.stays:
            assert said == self.answers[step["same_as"] - 1]
        _check_question(keys, talk.state)

    def _filled(self, text: str, talk: Talk) -> str:
        if "code}" in text:
            code = talk.code()
            wrong = f"{(int(code) + 1) % 10**6:06d}"
            text = text.replace("{code}", code).replace("{wrong code}", wrong)
        nobodys = new_tracking_number(lambda below: below // 3)
        return text.replace("{case}", self.case or "").replace("{no case}", nobodys)

    def _keys(self, talk: Talk) -> list[str]:
        """Return the keys of the latest answers, in order."""
        sequence = [message["seq"] for message in talk.last]
        chosen = (messages.c.conversation_id == talk.id) & messages.c.seq.in_(sequence)
        with self.database.connect() as connection:
            found = connection.execute(select(messages.c.reply).where(chosen).order_by(messages.c.seq))
            return [row.reply for row in found]


def _is_among(item: str, said: str, keys: list[str]) -> bool:
    if item in KEYS:
        return item in keys
    assert not re.fullmatch(r"[a-z][a-z0-9]*([_.][a-z][a-z0-9]*)+", item), f"no pack has the reply {item!r}"
    return item.casefold() in said.casefold()


def _check_question(keys: list[str], state: dict[str, Any]) -> None:
    """No more than one question in an answer, and the one that the state names."""
    asked = [key.removeprefix("question_") for key in keys if key.startswith("question_")]
    assert len(asked) <= 1, f"{len(asked)} questions at once: {asked}"
    for question in asked:
        expected = ASKED_AS.get(question, WORDED_AS.get(question, question))
        assert state["expects"] == expected, f"asked for {expected!r}, but expects {state['expects']!r}"
