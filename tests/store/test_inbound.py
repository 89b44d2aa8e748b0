"""Each message of a customer is kept once, answered once, and never before the one that came earlier."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.store import Store

SECOND = timedelta(seconds=1)


def test_a_received_message_stands_in_queue_and_transcript(
    store: Store, converse: Callable, now: datetime
) -> None:
    converse()
    with store.unit() as unit:
        received, new = unit.inbound.receive("c1", "m1", "My bill is wrong", now)
    assert new and (received.seq, received.text, received.answered_at) == (1, "My bill is wrong", None)
    with store.view() as unit:
        assert unit.inbound.get(received.id) == received
        [message] = unit.messages.after("c1", 0)
        assert unit.inbound.get("nobody") is None
    assert (message.seq, message.sender, message.text, message.at) == (1, "customer", "My bill is wrong", now)


def test_the_same_client_id_returns_the_first(store: Store, converse: Callable, now: datetime) -> None:
    converse("c1")
    converse("c2")
    with store.unit() as unit:
        first, _ = unit.inbound.receive("c1", "m1", "one", now)
        again, new = unit.inbound.receive("c1", "m1", "another text", now + SECOND)
        elsewhere, new_elsewhere = unit.inbound.receive("c2", "m1", "one", now)
        assert (again, new) == (first, False)
        assert new_elsewhere and elsewhere.id != first.id
        assert unit.messages.latest_seq("c1") == 1


def test_a_message_needs_a_conversation(store: Store, now: datetime, lease: timedelta) -> None:
    with pytest.raises(LookupError), store.unit() as unit:
        unit.inbound.receive("nobody", "m1", "Hello", now)
    with pytest.raises(LookupError), store.unit() as unit:
        unit.inbound.claim_next("nobody", "me", now, lease)


def test_sent_many_times_at_once_it_is_kept_once(
    store: Store, converse: Callable, now: datetime, at_once: Callable
) -> None:
    converse()

    def receive(_: int) -> tuple[str, bool]:
        with store.unit() as unit:
            received, new = unit.inbound.receive("c1", "m1", "Hello", now)
            return received.id, new

    answers = at_once(20, receive)
    assert len({name for name, _ in answers}) == 1
    assert sum(new for _, new in answers) == 1
    with store.view() as unit:
        assert len(unit.messages.after("c1", 0)) == 1


RECEIVE = """
import sys
from datetime import UTC, datetime
from bot.store import open_store
store = open_store(sys.argv[1])
store.ping()
print("ready", flush=True)
sys.stdin.readline()
for number in range(50):
    with store.unit() as unit:
        received, new = unit.inbound.receive("c1", f"m{number}", "Hello", datetime.now(UTC))
    print(received.id, new)
"""


def test_two_processes_receive_the_same_messages_once(
    database_url: str, store: Store, converse: Callable, race: Callable
) -> None:
    converse()
    one, other = ([line.split() for line in output.splitlines()] for output in race(RECEIVE, database_url))
    assert [name for name, _ in one] == [name for name, _ in other]
    assert all({mine, theirs} == {"True", "False"} for (_, mine), (_, theirs) in zip(one, other, strict=True))
    with store.view() as unit:
        assert [message.seq for message in unit.messages.after("c1", 0)] == list(range(1, 51))


def test_the_oldest_is_claimed_first_and_one_at_a_time(
    store: Store, converse: Callable, now: datetime, lease: timedelta
) -> None:
    converse()
    with store.unit() as unit:
        first, _ = unit.inbound.receive("c1", "m1", "one", now)
        second, _ = unit.inbound.receive("c1", "m2", "two", now)
        assert unit.inbound.claim_next("c1", "me", now, lease) == first
        assert unit.inbound.claim_next("c1", "you", now, lease) is None
        assert unit.inbound.claim_next("c1", "me", now, lease) is None
        unit.inbound.answered(first.id, now)
        assert unit.inbound.claim_next("c1", "you", now, lease) == second
        unit.inbound.answered(second.id, now)
        assert unit.inbound.claim_next("c1", "me", now, lease) is None


@pytest.mark.parametrize("later, taken_over", [(29, False), (30, True), (31, True)])
def test_a_claim_ends_with_its_lease_of_30_seconds(
    later: int, taken_over: bool, store: Store, converse: Callable, now: datetime, lease: timedelta
) -> None:
    converse()
    with store.unit() as unit:
        first, _ = unit.inbound.receive("c1", "m1", "one", now)
        unit.inbound.receive("c1", "m2", "two", now)
        unit.inbound.claim_next("c1", "me", now, lease)
    with store.unit() as unit:
        claimed = unit.inbound.claim_next("c1", "you", now + later * SECOND, lease)
    assert claimed == (first if taken_over else None)


def test_a_released_message_may_be_claimed_at_once(
    store: Store, converse: Callable, now: datetime, lease: timedelta
) -> None:
    converse()
    with store.unit() as unit:
        first, _ = unit.inbound.receive("c1", "m1", "one", now)
        unit.inbound.claim_next("c1", "me", now, lease)
        unit.inbound.release(first.id)
        assert unit.inbound.claim_next("c1", "you", now, lease) == first


def test_the_first_answer_stands(store: Store, converse: Callable, now: datetime) -> None:
    converse()
    with store.unit() as unit:
        first, _ = unit.inbound.receive("c1", "m1", "one", now)
        unit.inbound.answered(first.id, now)
        unit.inbound.answered(first.id, now + SECOND)
        unit.inbound.release(first.id)
    with store.view() as unit:
        answered = unit.inbound.get(first.id)
    assert answered and answered.answered_at == now


def test_a_conversation_waits_while_nobody_is_at_work_on_it(
    store: Store, converse: Callable, now: datetime, lease: timedelta
) -> None:
    for name in ("answered", "silent", "younger", "older", "claimed", "expired"):
        converse(name)
    with store.unit() as unit:
        done, _ = unit.inbound.receive("answered", "m", "Hello", now)
        unit.inbound.answered(done.id, now)
        unit.inbound.receive("younger", "m1", "Hello", now - SECOND)
        unit.inbound.receive("older", "m1", "Hello", now - 3 * SECOND)
        unit.inbound.receive("older", "m2", "Hello?", now)
        for name, claimed_at in (("claimed", now), ("expired", now - lease)):
            unit.inbound.receive(name, "m1", "Hello", now - 2 * SECOND)
            unit.inbound.receive(name, "m2", "Hello?", now - 2 * SECOND)
            unit.inbound.claim_next(name, "me", claimed_at, lease)
    with store.view() as unit:
        assert unit.inbound.conversations_waiting(now) == ["older", "expired", "younger"]


WORK = """
import json, sys, time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from bot.store import open_store
store = open_store(sys.argv[1])
store.ping()
print("ready", flush=True)
sys.stdin.readline()

def work(owner):
    done = []
    while True:
        with store.view() as unit:
            waiting = unit.inbound.conversations_waiting(datetime.now(UTC))
        if not waiting:
            return done
        for name in waiting:
            with store.unit() as unit:
                claimed = unit.inbound.claim_next(name, owner, datetime.now(UTC), timedelta(seconds=60))
            if claimed is None:
                continue
            begun = time.monotonic()
            time.sleep(0.002)
            done.append([name, claimed.seq, begun, time.monotonic()])
            with store.unit() as unit:
                unit.inbound.answered(claimed.id, datetime.now(UTC))

with ThreadPoolExecutor(3) as pool:
    print(json.dumps([turn for turns in pool.map(work, "abc") for turn in turns]))
"""


def test_six_workers_in_two_processes_keep_every_conversation_in_order(
    database_url: str, store: Store, converse: Callable, race: Callable, now: datetime
) -> None:
    names = [f"c{number}" for number in range(4)]
    for name in names:
        converse(name)
        with store.unit() as unit:
            for number in range(12):
                unit.inbound.receive(name, f"m{number}", "Hello", now)
    done = [turn for output in race(WORK, database_url) for turn in json.loads(output)]
    for name in names:
        turns = sorted((begun, ended, seq) for where, seq, begun, ended in done if where == name)
        assert [seq for _, _, seq in turns] == list(range(1, 13))
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(turns))
