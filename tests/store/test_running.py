"""Actions answer once for a turn; trackers and heartbeats keep the latest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.cases.records import CREDIT, Instruction
from bot.store import Conflict, Store


def test_an_action_answers_once_for_a_turn(store: Store) -> None:
    with store.unit() as unit:
        assert unit.action_results.get("turn", "open_case") is None
        unit.action_results.put("turn", "open_case", '{"events": []}')
        unit.action_results.put("turn", "make_offer", "{}")
        unit.action_results.put("next turn", "open_case", "{}")
    with pytest.raises(Conflict), store.unit() as unit:
        unit.action_results.put("turn", "open_case", "{}")
    with store.view() as unit:
        assert unit.action_results.get("turn", "open_case") == '{"events": []}'


def test_of_many_actions_at_once_one_takes_effect(store: Store, now: datetime, at_once: Callable) -> None:
    credit = Instruction("k", CREDIT, "100200", "1111-1111-1111", "goodwill", now, cents=2000)

    def act(number: int) -> bool:
        try:
            with store.unit() as unit:
                unit.books.enter(replace(credit, key=f"k{number}"), now)
                unit.action_results.put("turn", "credit", "{}")
        except Conflict:
            return False
        return True

    assert sum(at_once(8, act)) == 1
    with store.view() as unit:
        assert len(unit.books.of_account("100200")) == 1


def test_the_latest_tracker_is_kept(store: Store) -> None:
    with store.unit() as unit:
        assert unit.trackers.get("c1") is None
        unit.trackers.put("c1", "[1]")
        unit.trackers.put("c1", "[2]")
        unit.trackers.put("c2", "[3]")
        assert [unit.trackers.get(name) for name in ("c1", "c2")] == ["[2]", "[3]"]


def test_the_latest_heartbeat_is_kept(store: Store, now: datetime) -> None:
    with store.unit() as unit:
        assert unit.heartbeats.last("clock") is None
        unit.heartbeats.beat("clock", now)
        unit.heartbeats.beat("clock", now + timedelta(seconds=5))
        unit.heartbeats.beat("gateway", now)
        assert unit.heartbeats.last("clock") == now + timedelta(seconds=5)
