"""What the provider's systems are told is decided once, and stays due until they have done or refused it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Event

import pytest

from bot.cases.records import CREDIT, VISIT, Instruction
from bot.store import Store
from bot.store.instructions import Decided

ACCOUNT = "100200"
MINUTE = timedelta(minutes=1)
YEAR = timedelta(days=365)


@pytest.fixture
def credit(now: datetime) -> Decided:
    instruction = Instruction(
        "k1", CREDIT, ACCOUNT, "1111-1111-1111", "late_fee", now, "ch-2", 1850, goodwill=True
    )
    return Decided(instruction, "fr", "sms", "+14185550191")


def also(decided: Decided, key: str, **fields: object) -> Decided:
    """Return the same decision under another key."""
    return replace(decided, instruction=replace(decided.instruction, key=key, **fields))


def decide(store: Store, due_at: datetime, *decided: Decided) -> None:
    with store.unit() as unit:
        for each in decided:
            assert unit.instructions.decide(each, due_at)


def due(store: Store, at: datetime, lease: timedelta, owner: str = "clock", limit: int = 10) -> list[str]:
    with store.unit() as unit:
        return [each.instruction.key for each in unit.instructions.claim_due(at, owner, lease, limit)]


def test_what_was_decided_comes_back_as_it_was(store: Store, credit: Decided, now: datetime) -> None:
    visit = Instruction(
        "k2",
        VISIT,
        ACCOUNT,
        "2222-2222-2222",
        "missed_appointment",
        now + MINUTE,
        on=date(2026, 3, 9),
        window="13:00-17:00",
        phone="+14165550123",
    )
    decide(store, now, credit, Decided(visit, "en"), also(credit, "k3", account_number="300400"))
    with store.view() as unit:
        assert unit.instructions.get("k1") == credit
        assert unit.instructions.of_account(ACCOUNT) == [credit, Decided(visit, "en")]
        assert unit.instructions.get("k4") is None
        assert unit.instructions.of_account("nobody") == []
    assert credit.waits


def test_a_key_is_decided_once(store: Store, credit: Decided, now: datetime, lease: timedelta) -> None:
    decide(store, now, credit)
    with store.unit() as unit:
        assert not unit.instructions.decide(also(credit, "k1", cents=9999), now - MINUTE)
    with store.view() as unit:
        assert unit.instructions.of_account(ACCOUNT) == [credit]
    assert due(store, now - MINUTE, lease) == []


def test_of_twenty_who_decide_at_once_one_has(
    store: Store, credit: Decided, now: datetime, at_once: Callable
) -> None:
    def try_to_decide(_: int) -> bool:
        with store.unit() as unit:
            return unit.instructions.decide(credit, now)

    assert sum(at_once(20, try_to_decide)) == 1
    with store.view() as unit:
        assert unit.instructions.of_account(ACCOUNT) == [credit]


def test_what_was_done_is_known_and_no_longer_due(
    store: Store, credit: Decided, now: datetime, lease: timedelta
) -> None:
    decide(store, now, credit, also(credit, "k2"))
    with store.unit() as unit:
        assert unit.instructions.done("k1", "CR-1", now + MINUTE)
        assert not unit.instructions.done("k1", "CR-2", now + 2 * MINUTE)
        assert not unit.instructions.refused("k1", "no_sum", now + 2 * MINUTE)
        assert not unit.instructions.done("k4", "CR-4", now)
    with store.view() as unit:
        done, other = unit.instructions.of_account(ACCOUNT)
    assert done == replace(credit, reference="CR-1", done_at=now + MINUTE)
    assert not done.waits
    assert other == also(credit, "k2")
    assert due(store, now + YEAR, lease) == ["k2"]


def test_what_was_refused_is_known_and_no_longer_due(
    store: Store, credit: Decided, now: datetime, lease: timedelta
) -> None:
    decide(store, now, credit)
    with store.unit() as unit:
        assert unit.instructions.refused("k1", "more_than_charged", now + MINUTE)
        assert not unit.instructions.refused("k1", "no_sum", now + 2 * MINUTE)
        assert not unit.instructions.done("k1", "CR-1", now + 2 * MINUTE)
    with store.view() as unit:
        refused = unit.instructions.get("k1")
    assert refused == replace(credit, refusal="more_than_charged", refused_at=now + MINUTE)
    assert not refused.waits
    assert due(store, now + YEAR, lease) == []


def test_of_many_who_bring_it_to_its_end_at_once_one_did(
    store: Store, credit: Decided, now: datetime, at_once: Callable
) -> None:
    decide(store, now, credit)

    def end(number: int) -> bool:
        with store.unit() as unit:
            if number % 2:
                return unit.instructions.refused("k1", "no_sum", now)
            return unit.instructions.done("k1", f"CR-{number}", now)

    assert sum(at_once(12, end)) == 1
    with store.view() as unit:
        ended = unit.instructions.get("k1")
    assert ended and (ended.done_at is None) != (ended.refused_at is None)


def test_what_failed_is_due_again_at_its_time(
    store: Store, credit: Decided, now: datetime, lease: timedelta
) -> None:
    decide(store, now, credit)
    assert due(store, now, lease) == ["k1"]
    with store.unit() as unit:
        unit.instructions.put_off("k1", now + 5 * MINUTE)
    assert due(store, now + 4 * MINUTE, lease) == []
    assert due(store, now + 5 * MINUTE, lease) == ["k1"]
    with store.unit() as unit:
        unit.instructions.put_off("k1", now + 6 * MINUTE)
    with store.view() as unit:
        assert unit.instructions.get("k1") == replace(credit, failures=2)


def test_a_failure_that_comes_late_does_not_wake_what_has_ended(
    store: Store, credit: Decided, now: datetime, lease: timedelta
) -> None:
    decide(store, now, credit, also(credit, "k2"))
    with store.unit() as unit:
        unit.instructions.done("k1", "CR-1", now)
        unit.instructions.refused("k2", "no_sum", now)
        for key in ("k1", "k2"):
            unit.instructions.put_off(key, now)
    assert due(store, now + YEAR, lease) == []
    with store.view() as unit:
        assert [each.failures for each in unit.instructions.of_account(ACCOUNT)] == [0, 0]


def test_nothing_is_handed_out_before_its_time(
    store: Store, credit: Decided, now: datetime, lease: timedelta
) -> None:
    decide(store, now, credit)
    assert due(store, now - timedelta(microseconds=1), lease) == []
    assert due(store, now, lease) == ["k1"]


def test_the_longest_due_go_first_and_no_more_than_the_limit(
    store: Store, credit: Decided, now: datetime, lease: timedelta
) -> None:
    for key, minutes in (("late", -1), ("early", -3), ("middle", -2), ("later", -1)):
        decide(store, now + minutes * MINUTE, also(credit, key))
    assert due(store, now, lease, limit=2) == ["early", "middle"]
    assert due(store, now, lease, owner="other", limit=2) == ["late", "later"]


def test_what_was_claimed_is_free_again_after_its_lease(
    store: Store, credit: Decided, now: datetime, lease: timedelta
) -> None:
    decide(store, now, credit)
    assert due(store, now, lease) == ["k1"]
    assert due(store, now + lease - timedelta(microseconds=1), lease, owner="other") == []
    assert due(store, now + lease, lease, owner="other") == ["k1"]
    assert due(store, now + lease, lease) == []


def test_many_clocks_at_once_share_what_is_due_without_overlap(
    store: Store, credit: Decided, now: datetime, lease: timedelta, at_once: Callable
) -> None:
    decide(store, now, *(also(credit, f"k{number}") for number in range(40)))

    def claim(number: int) -> list[str]:
        claimed: list[str] = []
        while batch := due(store, now, lease, f"clock {number}", limit=3):
            claimed += batch
        return claimed

    claimed = [key for batch in at_once(8, claim) for key in batch]
    assert len(claimed) == len(set(claimed)) == 40


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one unit at a time.
def test_a_clock_passes_over_what_another_is_claiming(
    store: Store, credit: Decided, now: datetime, lease: timedelta
) -> None:
    decide(store, now, credit, also(credit, "k2"))
    with store.unit() as one, store.unit() as other:
        assert [each.instruction.key for each in one.instructions.claim_due(now, "one", lease, 1)] == ["k1"]
        assert [each.instruction.key for each in other.instructions.claim_due(now, "two", lease, 1)] == ["k2"]


def test_goodwill_is_summed_for_an_account_and_a_time(store: Store, credit: Decided, now: datetime) -> None:
    decide(
        store,
        now,
        credit,
        also(credit, "second", cents=150, at=now - YEAR),
        also(credit, "a moment too old", cents=7, at=now - YEAR - timedelta(microseconds=1)),
        also(credit, "a correction", cents=4115, goodwill=False),
        also(credit, "another account", cents=9, account_number="300400"),
        also(credit, "refused", cents=70),
        also(credit, "done", cents=1000),
    )
    with store.unit() as unit:
        unit.instructions.refused("refused", "more_than_charged", now)
        unit.instructions.done("done", "CR-1", now)
        assert unit.instructions.goodwill_since(ACCOUNT, now - YEAR) == 1850 + 150 + 1000
        assert unit.instructions.goodwill_since(ACCOUNT, now) == 1850 + 1000
        assert unit.instructions.goodwill_since("300400", now - YEAR) == 9
        assert unit.instructions.goodwill_since("nobody", now - YEAR) == 0


def test_ten_who_may_give_twenty_dollars_within_sixty_give_three_times(
    store: Store, credit: Decided, now: datetime, at_once: Callable
) -> None:
    def give_within_limits(number: int) -> bool:
        with store.unit() as unit:
            unit.instructions.hold_account(ACCOUNT)
            if unit.instructions.goodwill_since(ACCOUNT, now - YEAR) + 2000 > 6000:
                return False
            return unit.instructions.decide(also(credit, f"k{number}", cents=2000), now)

    assert sum(at_once(10, give_within_limits)) == 3
    with store.view() as unit:
        assert unit.instructions.goodwill_since(ACCOUNT, now - YEAR) == 6000


@pytest.mark.parametrize("known", [False, True], ids=["a new account", "a known account"])
def test_the_second_decider_waits_for_the_first_and_sees_what_it_decided(
    store: Store, credit: Decided, now: datetime, at_once: Callable, known: bool
) -> None:
    if known:
        with store.unit() as unit:
            unit.instructions.hold_account(ACCOUNT)
    held, seen = Event(), []

    def first() -> None:
        with store.unit() as unit:
            unit.instructions.hold_account(ACCOUNT)
            held.set()
            # long enough for the other one to come and find the account held
            assert not Event().wait(0.3)
            unit.instructions.decide(credit, now)

    def second() -> None:
        assert held.wait(10)
        with store.unit() as unit:
            unit.instructions.hold_account(ACCOUNT)
            seen.append(unit.instructions.goodwill_since(ACCOUNT, now))

    at_once(2, lambda number: (first, second)[number]())
    assert seen == [1850]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one unit at a time.
def test_holding_one_account_keeps_nobody_from_another(store: Store) -> None:
    with store.unit() as one, store.unit() as other:
        one.instructions.hold_account(ACCOUNT)
        other.instructions.hold_account("300400")
