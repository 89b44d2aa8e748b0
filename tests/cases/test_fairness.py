"""Fairness: the same facts bring the same help, whatever somebody speaks, wherever they live, whoever they are."""

from __future__ import annotations

import pytest

from bot.cases.findings import RULES, Situation
from bot.cases.playbook import Playbook, Start, choose, given
from bot.playbooks import playbooks
from tests.cases.samples import EVERYBODY, KINDS, PROVINCES, SAMPLES


def brought(start: Start | None) -> tuple[object, ...]:
    """Return all that a customer gets to see of a start, and all that is given."""
    assert start is not None
    step = start.playbook.steps[start.step]
    return (start.playbook.name, start.step, given(step, start.finding), start.finding)


def looking(rule: str) -> tuple[Playbook, ...]:
    return tuple(book for book in playbooks() if book.looks_for == rule)


@pytest.mark.parametrize(("rule", "outcome"), SAMPLES)
def test_the_same_facts_bring_the_same_playbook_step_sum_and_facts(rule: str, outcome: str) -> None:
    situations: list[Situation] = [SAMPLES[rule, outcome](*person) for person in EVERYBODY]
    for_each = [brought(choose(playbooks(), situation)) for situation in situations]
    assert for_each == [for_each[0]] * len(EVERYBODY)
    assert for_each[0][1] == outcome
    assert for_each[0][0] in {book.name for book in looking(rule)}


def test_everybody_is_compared_with_everybody() -> None:
    assert (len(PROVINCES), len(KINDS), len(set(EVERYBODY))) == (13, 3, 3 * 13 * 3)


def test_no_outcome_of_any_rule_is_left_out() -> None:
    assert {*SAMPLES} == {(name, outcome) for name, rule in RULES.items() for outcome in rule.outcomes}
