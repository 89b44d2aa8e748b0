"""Calls, texters and evidence: kept whole, changed by one at a time, and nothing of them twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.cases.call import ASKED_FOR, TAKEN, Call
from bot.cases.texting import BY_SIZE, KEPT, REFUSED, STOP, Consent, Evidence, Texter
from bot.store import Conflict, Store

CALLER, CALLED = "+14165550123", "+14165550100"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def call(converse: Callable, now: datetime) -> Call:
    """A call that has come in and is not kept yet; its conversation is."""
    converse("c1")
    return Call("CA1", "c1", CALLER, CALLED, now, now)


@pytest.fixture
def photo(converse: Callable, now: datetime) -> Evidence:
    """A photo that has come in and is not kept yet; its conversation is."""
    converse("c1")
    return Evidence("e1", "c1", "MM1:0", "https://api.example.com/e1", "image/jpeg", now)


def keep(store: Store, *pieces: Evidence) -> list[bool]:
    with store.unit() as unit:
        return [unit.evidence.add(piece) for piece in pieces]


# ── Calls ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_call_comes_back_as_it_was_kept(store: Store, call: Call) -> None:
    call.texts_wanted = False
    with store.unit() as unit:
        unit.calls.add(call)
    with store.view() as unit:
        assert unit.calls.get("CA1") == call
        assert unit.calls.of_conversation("c1") == call
        assert unit.calls.get("CA2") is None
        assert unit.calls.of_conversation("c2") is None


def test_every_change_of_a_call_is_kept_and_no_other_call_changes(
    store: Store, call: Call, converse: Callable, now: datetime
) -> None:
    converse("c2")
    other = Call("CA2", "c2", None, CALLED, now, now)
    changed = replace(
        call,
        last_at=now + MINUTE,
        language_chosen=True,
        turn=7,
        awaits="i1",
        said_to=4,
        silences=2,
        unsure=1,
        heard="montréal",
        slow=True,
        texts_wanted=False,
        transfer=TAKEN,
        recording=ASKED_FOR,
        ended_at=now + 2 * MINUTE,
    )
    with store.unit() as unit:
        unit.calls.add(call)
        unit.calls.add(other)
        unit.calls.save(changed)
    with store.view() as unit:
        assert unit.calls.get("CA1") == changed
        assert unit.calls.get("CA2") == other


def test_a_call_is_begun_once(store: Store, call: Call, converse: Callable) -> None:
    converse("c2")
    with store.unit() as unit:
        unit.calls.add(call)
    with pytest.raises(Conflict), store.unit() as unit:
        unit.calls.add(replace(call, conversation_id="c2"))


def test_two_calls_never_share_a_conversation(store: Store, call: Call) -> None:
    with store.unit() as unit:
        unit.calls.add(call)
    with pytest.raises(Conflict), store.unit() as unit:
        unit.calls.add(replace(call, sid="CA2"))


def test_of_a_first_request_that_comes_twice_at_once_one_begins_the_call(
    store: Store, call: Call, converse: Callable, at_once: Callable
) -> None:
    for number in range(2, 6):
        converse(f"c{number}")

    def begin(number: int) -> str:
        try:
            with store.unit() as unit:
                unit.calls.add(replace(call, conversation_id=f"c{number + 1}"))
        except Conflict:
            return "there already"
        return "begun"

    assert sorted(at_once(5, begin)) == ["begun", *["there already"] * 4]


def test_steps_of_a_call_at_once_wait_for_each_other(store: Store, call: Call, at_once: Callable) -> None:
    with store.unit() as unit:
        unit.calls.add(call)

    def step(number: int) -> None:
        with store.unit() as unit:
            # a step reaches the call by its sid, the end of a conversation by the conversation
            found = unit.calls.get("CA1") if number % 2 else unit.calls.of_conversation("c1")
            assert found
            found.turn += 1
            unit.calls.save(found)

    at_once(8, step)
    with store.view() as unit:
        kept = unit.calls.get("CA1")
    assert kept and kept.turn == 9


def test_a_call_counts_as_lost_by_its_last_sign_of_life(
    store: Store, call: Call, converse: Callable, now: datetime
) -> None:
    minutes = {"CA2": -30, "CA3": -20, "CA4": -10, "CA5": -40}
    with store.unit() as unit:
        unit.calls.add(call)
    for sid, past in minutes.items():
        converse(f"of {sid}")
        ended = now if sid == "CA5" else None
        with store.unit() as unit:
            heard = now + past * MINUTE
            unit.calls.add(replace(call, sid=sid, conversation_id=f"of {sid}", last_at=heard, ended_at=ended))

    def silent(before: int, in_talk_before: int = 60, limit: int = 20) -> list[str]:
        with store.view() as unit:
            return unit.calls.silent_since(now - before * MINUTE, now - in_talk_before * MINUTE, limit)

    assert silent(10) == ["CA2", "CA3"]
    assert silent(10, limit=1) == ["CA2"]
    assert silent(30) == []
    # of whoever talks with a person nothing is heard meanwhile
    with store.unit() as unit:
        talking = unit.calls.get("CA3")
        assert talking
        talking.transfer = TAKEN
        unit.calls.save(talking)
    assert silent(10) == ["CA2"]
    assert silent(10, in_talk_before=15) == ["CA2", "CA3"]


# ── Texters ────────────────────────────────────────────────────────────────────────────────────────


def test_whoever_never_texted_is_known_by_the_number_alone(store: Store) -> None:
    with store.view() as unit:
        assert unit.texters.get(CALLER) == Texter(CALLER)
        assert unit.texters.conversation_of(CALLER) is None
        assert not unit.texters.wants_no_texts(CALLER)


def test_a_texter_comes_back_as_saved_and_no_other_changes(
    store: Store, converse: Callable, now: datetime
) -> None:
    converse("c1")
    texter = Texter(
        CALLER, "c1", now, opted_out_at=now + MINUTE, greeted=True, answers=3, counted_from=now - MINUTE
    )
    with store.unit() as unit:
        unit.texters.get(CALLER)
        unit.texters.get(CALLED)
        unit.texters.save(texter)
    with store.view() as unit:
        assert unit.texters.get(CALLER) == texter
        assert unit.texters.get(CALLED) == Texter(CALLED)
        assert unit.texters.conversation_of(CALLER) == "c1"
        assert unit.texters.opted_out_at(CALLER) == now + MINUTE
        assert unit.texters.wants_no_texts(CALLER)
        assert not unit.texters.wants_no_texts(CALLED)


def test_of_two_numbers_in_one_conversation_the_latest_is_answered(
    store: Store, converse: Callable, now: datetime
) -> None:
    converse("c1")
    with store.unit() as unit:
        for phone, at in [(CALLER, now), (CALLED, now - MINUTE)]:
            unit.texters.get(phone)
            unit.texters.save(Texter(phone, "c1", at))
    with store.view() as unit:
        found = unit.texters.of_conversation("c1")
        assert found and found.phone == CALLER
        assert unit.texters.of_conversation("c2") is None


def test_texts_of_a_new_number_at_once_are_all_counted(
    store: Store, at_once: Callable, now: datetime
) -> None:
    def text(_: int) -> None:
        with store.unit() as unit:
            texter = unit.texters.get(CALLER)
            texter.count_answer(now)
            unit.texters.save(texter)

    at_once(8, text)
    with store.view() as unit:
        assert unit.texters.get(CALLER).answers == 8


def test_a_wish_about_texts_is_recorded_once_for_each_message(
    store: Store, at_once: Callable, now: datetime
) -> None:
    wish = Consent("SM1", CALLER, STOP, "ARRÊT", now)

    def record(_: int) -> bool:
        with store.unit() as unit:
            return unit.consents.add(wish)

    assert sorted(at_once(4, record)) == [False, False, False, True]
    with store.unit() as unit:
        assert unit.consents.add(replace(wish, message_sid="SM2"))


# ── Evidence ───────────────────────────────────────────────────────────────────────────────────────


def test_evidence_comes_back_as_saved_the_oldest_first(
    store: Store, photo: Evidence, converse: Callable, now: datetime
) -> None:
    converse("c2")
    earlier = replace(photo, id="e2", source="MM2:0", received_at=now - MINUTE)
    elsewhere = replace(photo, id="e3", source="MM3:0", conversation_id="c2")
    kept = replace(photo, state=KEPT, bytes=5_242_880, sha256="f" * 64, ended_at=now + MINUTE, failures=2)
    keep(store, photo, earlier, elsewhere)
    with store.unit() as unit:
        unit.evidence.save(kept)
    with store.view() as unit:
        assert unit.evidence.of_conversation("c1") == [earlier, kept]
        assert unit.evidence.of_conversation("c2") == [elsewhere]


def test_the_same_place_in_a_message_is_evidence_once(
    store: Store, photo: Evidence, at_once: Callable
) -> None:
    news = at_once(4, lambda number: keep(store, replace(photo, id=f"e{number}"))[0])
    assert sorted(news) == [False, False, False, True]
    assert keep(store, replace(photo, id="e9", source="MM1:1")) == [True]


def test_what_waits_is_claimed_the_oldest_first_and_by_nobody_else_until_the_lease_ends(
    store: Store, photo: Evidence, now: datetime, lease: timedelta
) -> None:
    old = replace(photo, id="e2", source="MM2:0", received_at=now - MINUTE)
    keep(store, photo, old)
    with store.unit() as unit:
        assert [piece.id for piece in unit.evidence.claim_waiting(now, lease, 1)] == ["e2"]
    with store.unit() as unit:
        assert [piece.id for piece in unit.evidence.claim_waiting(now, lease, 9)] == ["e1"]
    just_before, at_its_end = now + lease - timedelta(microseconds=1), now + lease
    with store.unit() as unit:
        assert unit.evidence.claim_waiting(just_before, lease, 9) == []
        assert [piece.id for piece in unit.evidence.claim_waiting(at_its_end, lease, 9)] == ["e2", "e1"]


def test_a_failed_try_waits_until_it_is_due(
    store: Store, photo: Evidence, now: datetime, lease: timedelta
) -> None:
    keep(store, replace(photo, due_at=now + 5 * MINUTE, failures=1))
    with store.unit() as unit:
        assert unit.evidence.claim_waiting(now, lease, 9) == []
        [claimed] = unit.evidence.claim_waiting(now + 5 * MINUTE, lease, 9)
    assert claimed.failures == 1


@pytest.mark.parametrize(("state", "reason"), [(KEPT, None), (REFUSED, BY_SIZE)])
def test_what_is_settled_is_claimed_no_more(
    store: Store, photo: Evidence, now: datetime, lease: timedelta, state: str, reason: str | None
) -> None:
    keep(store, replace(photo, state=state, reason=reason))
    with store.unit() as unit:
        assert unit.evidence.claim_waiting(now + MINUTE, lease, 9) == []
    with store.view() as unit:
        [settled] = unit.evidence.of_conversation("c1")
    assert (settled.state, settled.reason) == (state, reason)


def test_two_clocks_at_once_never_fetch_the_same(
    store: Store, photo: Evidence, now: datetime, lease: timedelta, at_once: Callable
) -> None:
    keep(store, *(replace(photo, id=f"e{number}", source=f"MM1:{number}") for number in range(20)))

    def claim(_: int) -> list[str]:
        with store.unit() as unit:
            return [piece.id for piece in unit.evidence.claim_waiting(now, lease, 5)]

    claimed = [each for ids in at_once(6, claim) for each in ids]
    assert len(claimed) == len(set(claimed))
    with store.unit() as unit:
        left = [piece.id for piece in unit.evidence.claim_waiting(now, lease, 20)]
    assert sorted([*claimed, *left]) == sorted(f"e{number}" for number in range(20))
