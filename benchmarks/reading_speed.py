"""Measures what reading one turn costs: the whole trained pipeline, from the words to intent and facts, on one core.

The turns are those of conversations: each complaint, and an answer to each question that may follow it.
"""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.conversations import complaints
from benchmarks.customer import ANSWERS, Complaint, Customer
from benchmarks.rows import ITALIAN
from benchmarks.scores import Bar, Line, Spread
from bot.observe import configure_logging
from bot.pipeline import without_tensorflow
from bot.settings import Settings

TURN = Bar(at_most=5.0)
"""Milliseconds at the median."""

QUESTIONS = ("event", "service", "prior_contact", "remedy", "account", "confirm")
ROUNDS = 2
COMPLAINTS = 40


def measure(folder: Path) -> Iterator[Line]:
    """Yield milliseconds of processor time per turn and per complaint in each language."""
    read = _Reader()
    for language in ANSWERS:
        told = complaints(language, ITALIAN if language == "it" else folder)[:COMPLAINTS]
        if told:
            yield Line(language, "reading a turn", Spread(read.costs(_turns(told)), " ms"), TURN)
            whole = read.costs((one, one.text) for one in told)
            yield Line(language, "reading a whole complaint", Spread(whole, " ms"))


def _turns(told: Iterable[Complaint]) -> Iterator[tuple[Complaint, str]]:
    for complaint in told:
        customer = Customer(complaint)
        yield complaint, complaint.text
        yield from ((complaint, customer.answer(question)) for question in QUESTIONS)


class _Reader:
    """The trained pipeline as the engine runs it, without the dialogue around it."""

    def __init__(self) -> None:
        settings = replace(Settings.read(), log_level="warning")
        configure_logging(settings, "evaluate")
        without_tensorflow.install()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from rasa.core.agent import Agent

            from bot.training import train

            self._agent: Any = Agent.load(str(train(settings)))

    def costs(self, turns: Iterable[tuple[Complaint, str]]) -> list[float]:
        """Read each turn once to warm up and then a few times; return the milliseconds of the cheapest."""
        return asyncio.run(self._costs(list(turns)))

    async def _costs(self, turns: list[tuple[Complaint, str]]) -> list[float]:
        cheapest = [float("inf")] * len(turns)
        for _ in range(ROUNDS + 1):
            for at, (complaint, text) in enumerate(turns):
                cheapest[at] = min(cheapest[at], await self._cost(complaint, text))
        return cheapest

    async def _cost(self, complaint: Complaint, text: str) -> float:
        from rasa.core.channels.channel import UserMessage

        metadata = {"language": complaint.language, "today": complaint.filed.isoformat()}
        message = UserMessage(text, metadata=metadata)
        began = time.thread_time()
        await self._agent.processor.parse_message(message)
        return (time.thread_time() - began) * 1000
