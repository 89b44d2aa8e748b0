"""Every notice goes out once, and none is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.cases.conversation import Notice
from bot.store import Store

MINUTE = timedelta(minutes=1)


@pytest.fixture
def notice(now: datetime) -> Notice:
    return Notice("ack-1", "sms", "+14165550123", "fr", "Votre dossier est ouvert", now, "1111-1111-1111")


def test_a_notice_is_handed_out_as_it_was_written(
    store: Store, notice: Notice, now: datetime, lease: timedelta
) -> None:
    with store.unit() as unit:
        assert unit.outbox.add(notice)
    with store.unit() as unit:
        [(_, handed)] = unit.outbox.claim_due(now, "clock", lease, 10)
    assert handed == notice


def test_a_key_goes_out_once(store: Store, notice: Notice, now: datetime, lease: timedelta) -> None:
    with store.unit() as unit:
        assert unit.outbox.add(notice)
        assert not unit.outbox.add(replace(notice, text="Something else"))
    with store.unit() as unit:
        assert [each for _, each in unit.outbox.claim_due(now, "clock", lease, 10)] == [notice]


def test_a_key_added_many_times_at_once_goes_out_once(
    store: Store, notice: Notice, now: datetime, lease: timedelta, at_once: Callable
) -> None:
    def add(_: int) -> bool:
        with store.unit() as unit:
            return unit.outbox.add(notice)

    assert sum(at_once(20, add)) == 1
    with store.unit() as unit:
        assert len(unit.outbox.claim_due(now, "clock", lease, 10)) == 1


def test_a_notice_waits_for_its_time(store: Store, notice: Notice, now: datetime, lease: timedelta) -> None:
    with store.unit() as unit:
        unit.outbox.add(replace(notice, at=now + MINUTE))
        assert unit.outbox.claim_due(now, "clock", lease, 10) == []
        assert len(unit.outbox.claim_due(now + MINUTE, "clock", lease, 10)) == 1


def test_the_oldest_go_first_and_no_more_than_the_limit(
    store: Store, notice: Notice, now: datetime, lease: timedelta
) -> None:
    with store.unit() as unit:
        for key, minutes in (("late", -1), ("early", -3), ("middle", -2)):
            unit.outbox.add(replace(notice, key=key, at=now + minutes * MINUTE))
        assert [each.key for _, each in unit.outbox.claim_due(now, "clock", lease, 2)] == ["early", "middle"]
        assert [each.key for _, each in unit.outbox.claim_due(now, "other", lease, 2)] == ["late"]


def test_a_claimed_notice_is_free_again_after_its_lease(
    store: Store, notice: Notice, now: datetime, lease: timedelta
) -> None:
    with store.unit() as unit:
        unit.outbox.add(notice)
        assert unit.outbox.claim_due(now, "clock", lease, 10)
        assert not unit.outbox.claim_due(now + lease - timedelta(microseconds=1), "other", lease, 10)
        assert unit.outbox.claim_due(now + lease, "other", lease, 10)


def test_a_sent_notice_stays_sent(store: Store, notice: Notice, now: datetime, lease: timedelta) -> None:
    with store.unit() as unit:
        unit.outbox.add(notice)
        [(number, _)] = unit.outbox.claim_due(now, "clock", lease, 10)
        unit.outbox.sent(number, now)
        unit.outbox.sent(number, now + MINUTE)
        unit.outbox.failed(number, now, now, "timeout")
        assert unit.outbox.claim_due(now + 2 * lease, "clock", lease, 10) == []
        assert unit.outbox.of_case("1111-1111-1111") == [(notice, now)]


def test_a_failed_notice_waits_for_its_next_try(
    store: Store, notice: Notice, now: datetime, lease: timedelta
) -> None:
    with store.unit() as unit:
        unit.outbox.add(notice)
        [(number, _)] = unit.outbox.claim_due(now, "clock", lease, 10)
        unit.outbox.failed(number, now, now + 5 * MINUTE, "timeout")
        assert unit.outbox.claim_due(now + 4 * MINUTE, "clock", lease, 10) == []
        assert unit.outbox.claim_due(now + 5 * MINUTE, "clock", lease, 10) == [(number, notice)]


def test_a_notice_given_up_is_never_due_again(
    store: Store, notice: Notice, now: datetime, lease: timedelta
) -> None:
    with store.unit() as unit:
        unit.outbox.add(notice)
        [(number, _)] = unit.outbox.claim_due(now, "clock", lease, 10)
        unit.outbox.failed(number, now, None, "no_such_number")
        assert unit.outbox.claim_due(now + timedelta(days=365), "clock", lease, 10) == []
        assert unit.outbox.of_case("1111-1111-1111") == [(notice, None)]


def test_many_senders_at_once_share_the_notices_without_overlap(
    store: Store, notice: Notice, now: datetime, lease: timedelta, at_once: Callable
) -> None:
    with store.unit() as unit:
        for number in range(40):
            unit.outbox.add(replace(notice, key=f"n{number}"))

    def claim(number: int) -> list[int]:
        claimed: list[int] = []
        while True:
            with store.unit() as unit:
                batch = unit.outbox.claim_due(now, f"sender {number}", lease, 3)
            if not batch:
                return claimed
            claimed += [each for each, _ in batch]

    claimed = [each for batch in at_once(8, claim) for each in batch]
    assert len(claimed) == len(set(claimed)) == 40


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one unit at a time.
def test_a_sender_passes_over_what_another_is_claiming(
    store: Store, notice: Notice, now: datetime, lease: timedelta
) -> None:
    with store.unit() as unit:
        unit.outbox.add(notice)
        unit.outbox.add(replace(notice, key="ack-2"))
    with store.unit() as one, store.unit() as other:
        assert [each.key for _, each in one.outbox.claim_due(now, "one", lease, 1)] == ["ack-1"]
        assert [each.key for _, each in other.outbox.claim_due(now, "other", lease, 1)] == ["ack-2"]
