"""A resolution: what was answered and what came of it are kept, and nothing that was known before is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.resolution import (
    LEFT,
    NOT_SOLVED,
    REFUSED,
    SOLVED,
    TO_INVESTIGATION,
    TO_PERSON,
    Resolution,
)

AT = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)
BEGUN = Resolution("call_quality", "start", "every_phone", (), 0, AT)


def test_what_has_just_begun_has_no_answers_and_no_outcome() -> None:
    assert (BEGUN.answers, BEGUN.outcome, BEGUN.ended_at) == ((), None, None)


def test_each_answer_is_kept_with_the_step_that_asked() -> None:
    asked_twice = replace(BEGUN.answered("no"), step="swap").answered("yes")
    assert asked_twice.answers == ("every_phone:no", "swap:yes")


def test_an_answer_leaves_everything_else_and_the_resolution_before_it() -> None:
    assert replace(BEGUN.answered("no"), answers=()) == BEGUN
    assert BEGUN.answers == ()


@pytest.mark.parametrize("outcome", [SOLVED, NOT_SOLVED, REFUSED, TO_PERSON, TO_INVESTIGATION, LEFT])
def test_the_end_says_what_came_of_it_and_when(outcome: str) -> None:
    ended = BEGUN.answered("no").ended(outcome, LATER)
    assert (ended.outcome, ended.ended_at, ended.answers) == (outcome, LATER, ("every_phone:no",))
    assert replace(ended, outcome=None, ended_at=None, answers=()) == BEGUN
