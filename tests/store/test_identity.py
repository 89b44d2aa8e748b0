"""Codes, proofs and tries are counted exactly: guessing must not get faster by guessing at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.cases.conversation import Code, Proof
from bot.store import Conflict, Store

HOUR = timedelta(hours=1)


@pytest.fixture
def code(converse: Callable, now: datetime) -> Code:
    converse("c1")
    converse("c2")
    return Code("k1", "c1", "100200", "salted", now, weaker=True, decoy=True)


def test_the_latest_code_comes_back_as_it_was_kept(store: Store, code: Code) -> None:
    second = replace(code, id="k2", weaker=False)
    with store.unit() as unit:
        assert unit.codes.latest("c1") is None
        unit.codes.add(code)
        unit.codes.add(second)
        unit.codes.add(replace(code, id="k3", conversation_id="c2"))
    with store.view() as unit:
        assert unit.codes.latest("c1") == second


def test_a_code_is_added_once(store: Store, code: Code) -> None:
    with store.unit() as unit:
        unit.codes.add(code)
    with pytest.raises(Conflict), store.unit() as unit:
        unit.codes.add(code)


def test_tries_and_use_of_a_code_are_kept(store: Store, code: Code, now: datetime) -> None:
    with store.unit() as unit:
        unit.codes.add(code)
        unit.codes.add(replace(code, id="k2", conversation_id="c2"))
        unit.codes.save(replace(code, tries=2, used_at=now + HOUR))
    with store.view() as unit:
        assert unit.codes.latest("c1") == replace(code, tries=2, used_at=now + HOUR)
        other = unit.codes.latest("c2")
    assert other and other.tries == 0


def test_tries_at_once_are_all_counted(store: Store, code: Code, at_once: Callable) -> None:
    with store.unit() as unit:
        unit.codes.add(code)

    def guess(_: int) -> None:
        with store.unit() as unit:
            latest = unit.codes.latest("c1")
            assert latest
            unit.codes.save(replace(latest, tries=latest.tries + 1))

    at_once(10, guess)
    with store.view() as unit:
        latest = unit.codes.latest("c1")
    assert latest and latest.tries == 10


def test_codes_are_counted_by_account_in_every_conversation(store: Store, code: Code, now: datetime) -> None:
    with store.unit() as unit:
        for number, (conversation, account, at) in enumerate(
            [
                ("c1", "100200", now - 25 * HOUR),
                ("c1", "100200", now - 24 * HOUR),
                ("c2", "100200", now),
                ("c2", "999999", now),
            ]
        ):
            unit.codes.add(Code(f"k{number}", conversation, account, "salted", at))
        assert unit.codes.sent_since("100200", now - 24 * HOUR) == 2
        assert unit.codes.sent_since("nobody", now - 24 * HOUR) == 0


def test_the_latest_proof_comes_back_and_stays_in_its_conversation(
    store: Store, code: Code, now: datetime
) -> None:
    with store.unit() as unit:
        unit.proofs.add(Proof("c1", "100200", now))
        unit.proofs.add(Proof("c1", "300400", now, weaker=True))
    with store.view() as unit:
        assert unit.proofs.of("c1") == Proof("c1", "300400", now, weaker=True)
        assert unit.proofs.of("c2") is None


def test_tries_are_counted_from_a_moment_on(store: Store, now: datetime) -> None:
    with store.unit() as unit:
        for key, at in (("a", now - HOUR), ("a", now), ("a", now + HOUR), ("b", now)):
            unit.attempts.add(key, at)
    with store.view() as unit:
        assert [unit.attempts.since(key, now) for key in ("a", "b", "c")] == [2, 1, 0]


def test_tries_for_an_account_at_once_keep_to_the_limit(
    store: Store, now: datetime, at_once: Callable
) -> None:
    """Whoever holds the account counts alone, whichever conversation the try comes from."""

    def guess(_: int) -> None:
        with store.unit() as unit:
            unit.instructions.hold_account("a")
            before = unit.attempts.since("a", now)
            time.sleep(0.01)
            if before < 3:
                unit.attempts.add("a", now)

    at_once(10, guess)
    with store.view() as unit:
        assert unit.attempts.since("a", now) == 3


def test_codes_for_an_account_at_once_keep_to_the_limit(
    store: Store, code: Code, now: datetime, at_once: Callable
) -> None:
    def send(number: int) -> None:
        with store.unit() as unit:
            unit.instructions.hold_account("100200")
            before = unit.codes.sent_since("100200", now)
            time.sleep(0.01)
            if before < 5:
                unit.codes.add(replace(code, id=f"s{number}"))

    at_once(10, send)
    with store.view() as unit:
        assert unit.codes.sent_since("100200", now) == 5
