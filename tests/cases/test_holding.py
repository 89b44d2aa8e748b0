"""Who holds a conversation after each event, every pair of holder and event."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.case import AGENT, ASSISTANT, WAITING
from bot.cases.conversation import Conversation
from bot.cases.holding import AFTER, HOLDERS, REFUSED, NotTheirs, assistant_is_silent, happens

NOW = datetime(2026, 5, 15, 15, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=1)
ANNA, BO = "anna", "bo"

# What Anna does, or what happens while she would be the one: (event, who holds before, who holds after).
ROWS = """
asked_for_person  assistant  waiting
asked_for_person  waiting    waiting
asked_for_person  bo         bo
asked_for_person  anna       anna
claimed           assistant  anna
claimed           waiting    anna
claimed           bo         refused
claimed           anna       anna
spoke             assistant  anna
spoke             waiting    anna
spoke             bo         refused
spoke             anna       anna
handed_back       assistant  refused
handed_back       waiting    refused
handed_back       bo         refused
handed_back       anna       assistant
abandoned         assistant  refused
abandoned         waiting    refused
abandoned         bo         waiting
abandoned         anna       waiting
customer_wrote    assistant  assistant
customer_wrote    waiting    waiting
customer_wrote    bo         bo
customer_wrote    anna       anna
ended             assistant  assistant
ended             waiting    waiting
ended             bo         assistant
ended             anna       assistant
"""
TABLE = [tuple(row.split()) for row in ROWS.split("\n") if row]


def held_by(who: str) -> Conversation:
    conversation = Conversation("c1", "", "web", BEFORE, held_since=BEFORE)
    if who in (ANNA, BO):
        return replace(conversation, holder=AGENT, agent_id=who)
    return replace(conversation, holder=who)


def who_holds(conversation: Conversation) -> str:
    return conversation.agent_id or conversation.holder


def test_the_table_has_every_pair() -> None:
    assert {(event, before) for event, before, _ in TABLE} == {
        (event, who) for event in AFTER for who in (ASSISTANT, WAITING, ANNA, BO)
    }
    assert all(set(row) == {*HOLDERS, "own"} for row in AFTER.values())


@pytest.mark.parametrize(("event", "before", "after"), TABLE)
def test_what_comes_of_an_event(event: str, before: str, after: str) -> None:
    conversation = held_by(before)
    as_it_was = replace(conversation)
    if after == REFUSED:
        with pytest.raises(NotTheirs):
            happens(event, conversation, NOW, ANNA)
        assert conversation == as_it_was
        return
    assert happens(event, conversation, NOW, ANNA) is (before != after)
    assert who_holds(conversation) == after
    assert conversation.held_since == (NOW if before != after else BEFORE)
    assert (conversation.agent_seen_at == NOW) is (after == ANNA)


@pytest.mark.parametrize(("who", "is_silent"), [(ASSISTANT, False), (WAITING, False), (ANNA, True)])
def test_the_assistant_is_silent_only_while_a_person_holds(who: str, is_silent: bool) -> None:
    assert assistant_is_silent(held_by(who)) is is_silent


def test_a_person_on_the_telephone_has_no_name_and_no_agent_takes_the_call_from_them() -> None:
    conversation = held_by(WAITING)
    assert happens("claimed", conversation, NOW)
    assert (conversation.holder, conversation.agent_id, conversation.agent_seen_at) == (AGENT, None, None)
    with pytest.raises(NotTheirs):
        happens("claimed", conversation, NOW, ANNA)
    assert happens("handed_back", conversation, NOW)
    assert conversation.holder == ASSISTANT
