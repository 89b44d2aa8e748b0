"""The transcript counts from 1 without a gap and knows what answered what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from bot.cases.conversation import Choice, Message
from bot.store import Store


def test_messages_come_back_in_order_as_they_were_said(
    store: Store, converse: Callable, now: datetime
) -> None:
    converse()
    yes_no = (Choice("Oui", "yes"), Choice("Non", "no"))
    with store.unit() as unit:
        greeting = unit.messages.add("c1", "assistant", "Bonjour !", now, reply="greeting")
        question = unit.messages.add("c1", "assistant", "C’est bien ça ?", now, choices=yes_no)
    assert (greeting, question) == (
        Message(1, "assistant", "Bonjour !", now),
        Message(2, "assistant", "C’est bien ça ?", now, yes_no),
    )
    with store.view() as unit:
        assert unit.messages.after("c1", 0) == [greeting, question]
        assert unit.messages.after("c1", 1) == [question]
        assert unit.messages.after("c1", 2) == []
        assert unit.messages.latest_seq("c1") == 2


def test_each_conversation_counts_for_itself(store: Store, converse: Callable, now: datetime) -> None:
    converse("c1")
    converse("c2")
    with store.unit() as unit:
        numbers = [unit.messages.add(name, "agent", "Hello", now).seq for name in ("c1", "c2", "c1")]
        assert numbers == [1, 1, 2]
        assert (unit.messages.latest_seq("c1"), unit.messages.latest_seq("c2")) == (2, 1)


def test_a_message_needs_a_conversation(store: Store, now: datetime) -> None:
    with pytest.raises(LookupError), store.unit() as unit:
        unit.messages.add("nobody", "system", "Hello", now)
    with store.view() as unit:
        assert unit.messages.latest_seq("nobody") == 0
        assert unit.messages.after("nobody", 0) == []


def test_messages_added_at_once_leave_no_gap(
    store: Store, converse: Callable, now: datetime, at_once: Callable
) -> None:
    converse()

    def add(number: int) -> int:
        with store.unit() as unit:
            return unit.messages.add("c1", "customer", str(number), now).seq

    assert sorted(at_once(20, add)) == list(range(1, 21))


def test_saving_the_conversation_leaves_the_count_alone(
    store: Store, converse: Callable, now: datetime
) -> None:
    converse()
    with store.unit() as unit:
        conversation = unit.conversations.get("c1")
        unit.messages.add("c1", "customer", "Hello", now)
        assert conversation
        conversation.misunderstood = 1
        unit.conversations.save(conversation)
        assert unit.messages.add("c1", "assistant", "Hello", now).seq == 2


def test_answers_are_found_by_what_they_answer(store: Store, converse: Callable, now: datetime) -> None:
    converse()
    with store.unit() as unit:
        first, _ = unit.inbound.receive("c1", "a", "one", now)
        second, _ = unit.inbound.receive("c1", "b", "two", now)
        told = unit.messages.add("c1", "assistant", "to one", now, answers=first.id)
        asked = unit.messages.add("c1", "assistant", "and asks", now, answers=first.id)
        assert unit.messages.answering(first.id) == [told, asked]
        assert unit.messages.answering(second.id) == []


def test_the_last_replies_are_those_of_the_latest_turn(
    store: Store, converse: Callable, now: datetime
) -> None:
    converse()
    with store.unit() as unit:
        assert unit.messages.last_replies("c1") == []
        greeting = unit.messages.add("c1", "assistant", "Welcome", now)
        assert unit.messages.last_replies("c1") == [greeting]
        first, _ = unit.inbound.receive("c1", "a", "one", now)
        assert unit.messages.last_replies("c1") == [greeting]
        told = unit.messages.add("c1", "assistant", "to one", now, answers=first.id)
        unit.inbound.receive("c1", "b", "two, before the answer is complete", now)
        asked = unit.messages.add("c1", "assistant", "and asks", now, answers=first.id)
        unit.messages.add("c1", "system", "Anna joined", now)
        assert unit.messages.last_replies("c1") == [told, asked]


def test_moments_come_back_in_utc_from_any_zone(store: Store, converse: Callable, now: datetime) -> None:
    converse()
    toronto = now.astimezone(timezone(timedelta(hours=-5)))
    with store.unit() as unit:
        unit.messages.add("c1", "customer", "Hello", toronto)
    with store.view() as unit:
        [message] = unit.messages.after("c1", 0)
    assert message.at == now and message.at.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused(store: Store, converse: Callable, now: datetime) -> None:
    converse()
    with pytest.raises(ValueError, match="time zone"), store.unit() as unit:
        unit.messages.add("c1", "customer", "Hello", now.replace(tzinfo=None))
