"""Generated walks: from every question, every interruption; what was told stays whole and the form comes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from copy import copy
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import create_engine, select

from bot.cases.conversation import Conversation
from bot.cases.intake import ASKED_AS, INTAKE, phase_of
from bot.cases.tracking import new_tracking_number
from bot.languages import LANGUAGES
from bot.playbooks import replies as by_playbooks
from bot.store.tables import messages
from tests.dialogues.house import Agent, Product, Talk

QUESTIONS = tuple(
    yaml.safe_load((Path(__file__).parent / "walks/en.yml").read_text(encoding="utf-8"))["reach"]
)
INTERRUPTIONS = ("question", "person", "ombudsman", "language", "correction", "repeat", "abuse", "safety")
SPOKEN_THEN = {"en": "fr", "fr": "en", "it": "en"}
MOST_TURNS = 25


@cache
def walks(language: str) -> dict[str, Any]:
    """Return how one walks in a language."""
    return yaml.safe_load((Path(__file__).parent / f"walks/{language}.yml").read_text(encoding="utf-8"))


class Walk:
    """One customer on the way to a question, through an interruption, and on."""

    def __init__(self, product: Product, talk: Talk, language: str) -> None:
        self.product, self.talk, self.words = product, talk, walks(language)
        self.database = create_engine(product.settings.database_url)

    @property
    def conversation(self) -> Conversation:
        with self.product.store.view() as unit:
            conversation = unit.conversations.get(self.talk.id)
        assert conversation is not None
        return conversation

    @property
    def question(self) -> str:
        return self.conversation.expects or "free"

    def replies(self) -> list[str]:
        """Return the keys of the latest answers, in order."""
        chosen = (messages.c.conversation_id == self.talk.id) & messages.c.seq.in_(
            [message["seq"] for message in self.talk.last]
        )
        with self.database.connect() as connection:
            rows = connection.execute(select(messages.c.reply).where(chosen).order_by(messages.c.seq))
            return [row.reply for row in rows]

    async def say(self, text: str) -> None:
        await self.talk.say(text)

    async def reach(self, question: str) -> None:
        """Walk to a question."""
        for step in self.words["reach"][question]:
            if step.startswith("{until"):
                await self.go_on(until=step.removeprefix("{until ").removesuffix("}"))
            elif step == "{first}":
                await self.say(self.words["first"])
            else:
                await self.say(step.replace("{no case}", new_tracking_number(lambda below: below // 3)))
        assert self.question == question, f"came to {self.question} instead of {question}\n{self.talk.told()}"

    async def go_on(self, until: str) -> None:
        """Answer what is asked until a question comes up."""
        times: dict[str, int] = {}
        for _ in range(MOST_TURNS):
            question = self.question
            if question == until:
                return
            answers = self.words["answers"][question]
            answer = (
                answers
                if isinstance(answers, str)
                else answers[min(times.get(question, 0), len(answers) - 1)]
            )
            times[question] = times.get(question, 0) + 1
            await self.say(answer.replace("{code}", self.talk.code()) if "{code}" in answer else answer)
        pytest.fail(f"never came to {until!r}\n{self.talk.told()}")


def told(conversation: Conversation) -> dict[str, Any]:
    """Return all that was told, without what was only settled."""
    return {name: value for name, value in asdict(conversation.complaint).items() if name != "settled"}


@dataclass(frozen=True)
class Place:
    """Where a conversation stands at a question: what is stored, what the customer's page knows, and the hour."""

    database: bytes
    talk: Talk
    time: datetime


@pytest.fixture(scope="module")
def places(agent: Agent, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Awaitable[Place]]:
    """A function that walks to a question once and returns the place, from where every interruption sets out."""
    known: dict[tuple[str, str], Place] = {}

    async def place(language: str, question: str) -> Place:
        if (language, question) not in known:
            product = Product(tmp_path_factory.mktemp("place"), agent)
            walk = Walk(product, await product.talk(language, "2026-05-15"), language)
            await walk.reach(question)
            known[language, question] = Place(contents(product), walk.talk, product.clock())
        return known[language, question]

    return place


def contents(product: Product) -> bytes:
    """Return the product's database as one file would hold it."""
    with create_engine(product.settings.database_url).connect() as connection:
        return connection.connection.driver_connection.serialize()


def walked_on(place: Place, language: str, agent: Agent, folder: Path) -> Walk:
    """Return a customer who goes on from a place, with a product that was started anew on what was stored."""
    (folder / "recourse.db").write_bytes(place.database)
    product = Product(folder, agent)
    product.clock.time = place.time
    talk = copy(place.talk)
    talk.product, talk.transcript = product, [*talk.transcript]
    return Walk(product, talk, language)


@pytest.mark.parametrize("interruption", INTERRUPTIONS)
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_walk(
    language: str,
    question: str,
    interruption: str,
    places: Callable[..., Awaitable[Place]],
    agent: Agent,
    tmp_path: Path,
) -> None:
    walk = walked_on(await places(language, question), language, agent, tmp_path)
    before = walk.conversation
    await walk.say(walk.words["interruptions"][interruption])
    try:
        CHECKS[interruption](walk, before, walk.conversation)
    except AssertionError as error:
        pytest.fail(f"{error}\n{walk.replies()}\n{walk.talk.told()}", pytrace=False)


def _comes_back_whole(walk: Walk, before: Conversation, after: Conversation) -> None:
    assert after.expects == before.expects, f"{before.expects} did not come back, but {after.expects}"
    assert told(after) == told(before)
    assert (after.set_aside, after.tracking_number) == (before.set_aside, before.tracking_number)


def _question(walk: Walk, before: Conversation, after: Conversation) -> None:
    assert "answer_ask_time" in walk.replies()
    _comes_back_whole(walk, before, after)


def _person(walk: Walk, before: Conversation, after: Conversation) -> None:
    assert walk.talk.state["holder"] == "waiting"
    assert {"person_waiting", "person_waiting_untold", "person_waiting_for_case"} & set(walk.replies())
    if before.complaint.told:
        case = walk.product.case(walk.talk.state["case"])
        assert case.handoffs and any(promise.what == "call_back" for promise in case.promises)
        assert case.complaint.narrative == before.complaint.narrative
    if before.expects not in ("confirm", "person", *_DECISIONS) and phase_of(before.expects) in INTAKE:
        assert after.expects == before.expects


def _ombudsman(walk: Walk, before: Conversation, after: Conversation) -> None:
    assert "ccts_notice" in walk.replies()
    assert "1-888-221-1687" in "\n".join(message["text"] for message in walk.talk.last)
    if before.expects in ("free", "next_step"):
        assert after.expects in ("next_step", "free")
        return
    assert "person_any_time" in walk.replies()
    _comes_back_whole(walk, before, after)


def _language(walk: Walk, before: Conversation, after: Conversation) -> None:
    assert after.language == SPOKEN_THEN[before.language]
    assert "language_now" in walk.replies()
    if before.expects == "language":
        assert after.expects == "open"
        return
    _comes_back_whole(walk, before, after)


def _correction(walk: Walk, before: Conversation, after: Conversation) -> None:
    dates = [event.date for event in before.complaint.events]
    if dates == ["2026-04-26"] and phase_of(before.expects) in INTAKE:
        assert [event.date for event in after.complaint.events] == ["2026-04-27"]
        assert after.expects == before.expects
    else:
        assert after.complaint.narrative.startswith(before.complaint.narrative)
        assert after.tracking_number == before.tracking_number


def _repeat(walk: Walk, before: Conversation, after: Conversation) -> None:
    _comes_back_whole(walk, before, after)
    if before.expects != "free":
        public = {before.expects, ASKED_AS.get(before.expects or "", "")}
        asked = (
            key.startswith("question_") or key in ("other_language", *by_playbooks())
            for key in walk.replies()
        )
        assert any(asked), public


def _abuse(walk: Walk, before: Conversation, after: Conversation) -> None:
    assert "answer_abuse" in walk.replies()
    _comes_back_whole(walk, before, after)


def _safety(walk: Walk, before: Conversation, after: Conversation) -> None:
    assert walk.replies()[0] == "danger_emergency"
    assert not any(key.startswith("question_") for key in walk.replies())
    case = walk.product.case(walk.talk.state["case"])
    assert case.priority == "P1" and case.handoffs
    assert before.complaint.narrative in case.complaint.narrative
    assert (walk.talk.state["holder"], after.expects) == ("waiting", "free")


_DECISIONS = frozenset(ASKED_AS)

CHECKS = {
    "question": _question,
    "person": _person,
    "ombudsman": _ombudsman,
    "language": _language,
    "correction": _correction,
    "repeat": _repeat,
    "abuse": _abuse,
    "safety": _safety,
}
