"""A credit is given once for its key, however often and by however many it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.store import Store
from bot.store.credits import Credit


def test_a_credit_comes_back_with_its_account(store: Store, now: datetime) -> None:
    with store.unit() as unit:
        first = unit.credits.add("k1", "100200", "ch-2", 4567, "duplicate_charge", now)
        second = unit.credits.add("k2", "100200", None, 2000, "goodwill", now)
        unit.credits.add("k3", "300400", None, 1, "goodwill", now)
    with store.view() as unit:
        assert unit.credits.of_account("100200") == [
            Credit(first, "k1", "100200", "ch-2", 4567, "duplicate_charge", now),
            Credit(second, "k2", "100200", None, 2000, "goodwill", now),
        ]
        assert unit.credits.of_account("nobody") == []


def test_the_same_key_gives_nothing_more(store: Store, now: datetime) -> None:
    with store.unit() as unit:
        first = unit.credits.add("k1", "100200", None, 2000, "goodwill", now)
        assert unit.credits.add("k1", "100200", None, 9999, "goodwill", now) == first
        assert [credit.cents for credit in unit.credits.of_account("100200")] == [2000]


def test_twenty_who_ask_at_once_get_one_credit(store: Store, now: datetime, at_once: Callable) -> None:
    def give(_: int) -> str:
        with store.unit() as unit:
            return unit.credits.add("k1", "100200", "ch-2", 4567, "duplicate_charge", now)

    references = set(at_once(20, give))
    with store.view() as unit:
        assert {credit.reference for credit in unit.credits.of_account("100200")} == references
    assert len(references) == 1
