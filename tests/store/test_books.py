"""Each thing is done once for its key, however often and by however many it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.cases.records import CALL_BACK, CREDIT, HOLD, VISIT, Instruction
from bot.store import Store
from bot.store.books import Entry

ACCOUNT = "100200"


@pytest.fixture
def credit(now: datetime) -> Instruction:
    return Instruction("k1", CREDIT, ACCOUNT, "1111-1111-1111", "duplicate_charge", now, "ch-2", 4567)


def test_what_was_done_comes_back_with_its_account(store: Store, credit: Instruction, now: datetime) -> None:
    later = now + timedelta(minutes=5)
    visit = replace(
        credit, key="k2", kind=VISIT, subject=None, cents=0, on=date(2026, 3, 9), window="09:00-12:00"
    )
    with store.unit() as unit:
        first = unit.books.enter(credit, now)
        second = unit.books.enter(visit, later)
        unit.books.enter(replace(credit, key="k3", account_number="300400"), now)
    with store.view() as unit:
        assert unit.books.of_account(ACCOUNT) == [
            Entry(first, "k1", ACCOUNT, CREDIT, "ch-2", 4567, "duplicate_charge", None, None, now),
            Entry(
                second,
                "k2",
                ACCOUNT,
                VISIT,
                None,
                0,
                "duplicate_charge",
                date(2026, 3, 9),
                "09:00-12:00",
                later,
            ),
        ]
        assert unit.books.of_account("nobody") == []


@pytest.mark.parametrize(
    ("kind", "begins"), [(CREDIT, "CR-"), (HOLD, "HO-"), (VISIT, "VI-"), (CALL_BACK, "CA-")]
)
def test_a_reference_tells_what_was_done(
    store: Store, credit: Instruction, now: datetime, kind: str, begins: str
) -> None:
    with store.unit() as unit:
        reference = unit.books.enter(replace(credit, kind=kind), now)
    assert reference.startswith(begins)
    assert len(reference) == 13


def test_the_same_key_does_nothing_more(store: Store, credit: Instruction, now: datetime) -> None:
    with store.unit() as unit:
        first = unit.books.enter(credit, now)
    with store.unit() as unit:
        assert unit.books.enter(replace(credit, cents=9999), now + timedelta(days=400)) == first
        assert unit.books.enter(replace(credit, account_number="300400"), now) == first
        assert [(entry.cents, entry.at) for entry in unit.books.of_account(ACCOUNT)] == [(4567, now)]
        assert unit.books.of_account("300400") == []


def test_twenty_who_ask_at_once_get_one_entry(
    store: Store, credit: Instruction, now: datetime, at_once: Callable
) -> None:
    def give(_: int) -> str:
        with store.unit() as unit:
            return unit.books.enter(credit, now)

    references = set(at_once(20, give))
    with store.view() as unit:
        assert {entry.reference for entry in unit.books.of_account(ACCOUNT)} == references
    assert len(references) == 1
