"""Whoever dies in the middle of a turn: nothing is lost, nothing is done twice, and the customer hears the same."""

from __future__ import annotations

import random

import pytest

from tests.faults.product import Product
from tests.faults.rounds import Story, undisturbed, with_a_kill

KILLS = [
    ("engine", "open"),
    ("engine", "confirm"),
    ("engine", "offer"),
    ("actions", "account"),
    ("actions", "confirm"),
    ("actions", "offer"),
    ("gateway", "remedy"),
    ("gateway", "confirm"),
    ("gateway", "offer"),
    ("clock", "account"),
    ("clock", "confirm"),
    ("supervisor", "confirm"),
]


@pytest.fixture(scope="module")
def expected(product: Product) -> Story:
    """How the complaint goes when nobody dies."""
    story = undisturbed(product)
    assert len(story.credited) == 1
    assert len(story.sent) == 1
    return story


@pytest.mark.parametrize("victim, question", KILLS)
def test_a_killed_process_costs_nothing(
    product: Product, expected: Story, victim: str, question: str
) -> None:
    chance = random.Random(f"{victim} {question}")
    assert with_a_kill(product, victim, question, chance) == expected
