"""Every notice goes out once, those to one address in the order they were written, and none is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.cases.conversation import Notice
from bot.store import Store
from bot.store.tables import outbox

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
        [claimed] = unit.outbox.claim_due(now, "clock", lease, 10)
    assert claimed.notice == notice
    assert (claimed.failures, claimed.is_uncertain, claimed.until) == (0, False, now + lease)


def test_a_key_goes_out_once(store: Store, notice: Notice, now: datetime, lease: timedelta) -> None:
    with store.unit() as unit:
        assert unit.outbox.add(notice)
        assert not unit.outbox.add(replace(notice, text="Something else"))
    with store.unit() as unit:
        assert [each.notice for each in unit.outbox.claim_due(now, "clock", lease, 10)] == [notice]


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
            unit.outbox.add(replace(notice, key=key, to=key, at=now + minutes * MINUTE))
        assert [each.notice.key for each in unit.outbox.claim_due(now, "clock", lease, 2)] == [
            "early",
            "middle",
        ]
        assert [each.notice.key for each in unit.outbox.claim_due(now, "other", lease, 2)] == ["late"]


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
        [claimed] = unit.outbox.claim_due(now, "clock", lease, 10)
        unit.outbox.sent(claimed.number, now)
        unit.outbox.sent(claimed.number, now + MINUTE)
        unit.outbox.failed(claimed.number, now, now, "timeout")
        assert unit.outbox.claim_due(now + 2 * lease, "clock", lease, 10) == []
        assert unit.outbox.of_case("1111-1111-1111") == [(notice, now)]


def test_a_failed_notice_waits_for_its_next_try(
    store: Store, notice: Notice, now: datetime, lease: timedelta
) -> None:
    with store.unit() as unit:
        unit.outbox.add(notice)
        [claimed] = unit.outbox.claim_due(now, "clock", lease, 10)
        unit.outbox.failed(claimed.number, now, now + 5 * MINUTE, "timeout")
        assert unit.outbox.claim_due(now + 4 * MINUTE, "clock", lease, 10) == []
        [again] = unit.outbox.claim_due(now + 5 * MINUTE, "clock", lease, 10)
        assert (again.notice, again.failures, again.is_uncertain) == (notice, 1, False)


def test_a_notice_given_up_is_never_due_again(
    store: Store, notice: Notice, now: datetime, lease: timedelta
) -> None:
    with store.unit() as unit:
        unit.outbox.add(notice)
        [claimed] = unit.outbox.claim_due(now, "clock", lease, 10)
        unit.outbox.failed(claimed.number, now, None, "no_such_number")
        assert unit.outbox.claim_due(now + timedelta(days=365), "clock", lease, 10) == []
        assert unit.outbox.of_case("1111-1111-1111") == [(notice, None)]


def test_many_senders_at_once_share_the_notices_without_overlap(
    store: Store, notice: Notice, now: datetime, lease: timedelta, at_once: Callable
) -> None:
    with store.unit() as unit:
        for number in range(40):
            unit.outbox.add(replace(notice, key=f"n{number}", to=f"n{number}"))

    def claim(number: int) -> list[int]:
        claimed: list[int] = []
        while True:
            with store.unit() as unit:
                batch = unit.outbox.claim_due(now, f"sender {number}", lease, 3)
            if not batch:
                return claimed
            claimed += [each.number for each in batch]

    claimed = [each for batch in at_once(8, claim) for each in batch]
    assert len(claimed) == len(set(claimed)) == 40


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one unit at a time.
def test_a_sender_passes_over_what_another_is_claiming(
    store: Store, notice: Notice, now: datetime, lease: timedelta
) -> None:
    with store.unit() as unit:
        unit.outbox.add(notice)
        unit.outbox.add(replace(notice, key="ack-2", to="+14165550124"))
    with store.unit() as one, store.unit() as other:
        assert [each.notice.key for each in one.outbox.claim_due(now, "one", lease, 1)] == ["ack-1"]
        assert [each.notice.key for each in other.outbox.claim_due(now, "other", lease, 1)] == ["ack-2"]


def test_notices_to_one_address_go_out_in_the_order_they_were_written(
    store: Store, notice: Notice, now: datetime, lease: timedelta
) -> None:
    def claimed(at: datetime) -> list[str]:
        with store.unit() as unit:
            found = unit.outbox.claim_due(at, "clock", lease, 10)
            numbers.update({each.notice.key: each.number for each in found})
            return [each.notice.key for each in found]

    numbers: dict[str, int] = {}
    with store.unit() as unit:
        for key, changed in (
            ("tomorrow", {"at": now + timedelta(days=1)}),
            ("first", {}),
            ("second", {}),
            ("third", {}),
            ("by e-mail", {"kind": "email"}),
            ("to another", {"to": "+14165550124"}),
        ):
            unit.outbox.add(replace(notice, key=key, **changed))
    assert claimed(now) == ["first", "by e-mail", "to another"]
    assert claimed(now) == []
    with store.unit() as unit:
        unit.outbox.failed(numbers["first"], now, now + MINUTE, "down")
        unit.outbox.sent(numbers["by e-mail"], now)
        unit.outbox.sent(numbers["to another"], now)
    assert claimed(now) == []  # the first is tried again before the second goes
    assert claimed(now + MINUTE) == ["first"]
    with store.unit() as unit:
        unit.outbox.failed(numbers["first"], now, None, "down")
    assert claimed(now + MINUTE) == ["second"]  # what was given up keeps nobody waiting
    with store.unit() as unit:
        unit.outbox.sent(numbers["second"], now)
    assert claimed(now + MINUTE) == ["third"]


def test_a_try_that_ended_unknown_is_known_as_such_until_it_is_settled(
    store: Store, notice: Notice, now: datetime, lease: timedelta
) -> None:
    with store.unit() as unit:
        unit.outbox.add(notice)
        unit.outbox.claim_due(now, "a clock that dies", lease, 10)
        [after_a_death] = unit.outbox.claim_due(now + lease, "clock", lease, 10)
        unit.outbox.put_back(after_a_death)
        [put_back] = unit.outbox.claim_due(now + lease, "clock", lease, 10)
        unit.outbox.failed(put_back.number, now, now, "time-out", is_uncertain=True)
        [after_a_silence] = unit.outbox.claim_due(now + lease, "clock", lease, 10)
        assert all(each.is_uncertain for each in (after_a_death, put_back, after_a_silence))
        unit.outbox.failed(put_back.number, now, now, "too many")
        [settled] = unit.outbox.claim_due(now + lease, "clock", lease, 10)
        unit.outbox.put_back(settled, now + 9 * MINUTE)
        assert not unit.outbox.claim_due(now + 8 * MINUTE, "clock", lease, 10)
        [put_off] = unit.outbox.claim_due(now + 9 * MINUTE, "clock", lease, 10)
        assert (settled.is_uncertain, put_off.is_uncertain, put_off.failures) == (False, False, 0)


@pytest.mark.parametrize(
    ("told", "kept", "news"),
    [
        (["sent", "delivered"], "delivered", [True, True]),
        (["delivered", "sent"], "delivered", [True, False]),
        (["delivered", "delivered"], "delivered", [True, False]),
        (["sent", "sent"], "sent", [True, False]),
        (["sent", "undelivered", "delivered"], "undelivered", [True, True, False]),
        (["undelivered", "undelivered", "sent"], "undelivered", [True, False, False]),
    ],
)
def test_what_the_carrier_tells_may_come_twice_and_in_any_order(
    store: Store,
    notice: Notice,
    now: datetime,
    lease: timedelta,
    told: list[str],
    kept: str,
    news: list[bool],
) -> None:
    with store.unit() as unit:
        unit.outbox.add(notice)
        [claimed] = unit.outbox.claim_due(now, "clock", lease, 10)
        unit.outbox.sent(claimed.number, now, "SM1")
        assert unit.outbox.known_to_us(["SM1", "SM2"]) == {"SM1"}
        assert unit.outbox.told("SM2", "delivered", now) is None
        assert [unit.outbox.told("SM1", each, now, "gone") for each in told] == [
            (notice, one) for one in news
        ]
        [row] = unit.outbox._rows(select(outbox))
    assert row["delivery"] == kept
    assert (row["delivered_at"], row["failed_at"]) == (
        now if kept == "delivered" else None,
        now if kept == "undelivered" else None,
    )
    assert row["reason_code"] == ("gone" if kept == "undelivered" else None)


def test_what_waits_is_listed_in_the_order_it_was_written(
    store: Store, notice: Notice, now: datetime
) -> None:
    later = replace(notice, key="later", at=now + MINUTE)
    other = replace(notice, key="other", kind="email")
    with store.unit() as unit:
        for one in (later, notice, other):
            unit.outbox.add(one)
        [(number, _), *_] = unit.outbox.waiting()
        assert [one for _, one in unit.outbox.waiting()] == [later, notice, other]
        assert [one for _, one in unit.outbox.waiting("sms", notice.to)] == [later, notice]
        unit.outbox.failed(number, now, None, "down")
        assert [one for _, one in unit.outbox.waiting()] == [notice, other]
