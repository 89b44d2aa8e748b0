"""Agents and their sessions, and who held a conversation, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.cases.agent import Agent, AgentSession
from bot.cases.case import AGENT, P1, P2, WAITING, Case
from bot.cases.complaint import Complaint, Nature
from bot.cases.conversation import Conversation
from bot.cases.holding import CLAIMED, Holding, NotTheirs, happens
from bot.cases.promises import Promise
from bot.store import Conflict, Store

ANNA = Agent("a", "anna@example.com", "Anna", languages=("en", "fr"))
BO = Agent("b", "bo@example.com", "Bo", role="lead", language="it")


@pytest.fixture
def agents(store: Store) -> None:
    with store.unit() as unit:
        unit.agents.add(ANNA, "hash of anna")
        unit.agents.add(BO, "hash of bo")


def test_an_agent_is_found_by_id_and_address(store: Store, agents: None) -> None:
    with store.unit() as unit:
        unit.agents.set_password("a", "a new hash")
        unit.agents.save(replace(BO, is_active=False))
    with store.view() as unit:
        assert unit.agents.by_email("anna@example.com") == (ANNA, "a new hash")
        assert unit.agents.by_email("nobody@example.com") is None
        assert unit.agents.get("b") == replace(BO, is_active=False)
        assert [agent.name for agent in unit.agents.all()] == ["Anna", "Bo"]
        assert unit.agents.count() == 2


def test_an_address_belongs_to_one_agent(store: Store, agents: None) -> None:
    with pytest.raises(Conflict), store.unit() as unit:
        unit.agents.add(replace(BO, id="c"), "hash")


def test_a_session_ends_once_by_itself_or_with_all_of_an_agent(
    store: Store, agents: None, now: datetime
) -> None:
    later = now + timedelta(hours=1)
    with store.unit() as unit:
        for token, agent in (("t1", "a"), ("t2", "a"), ("t3", "b")):
            unit.agent_sessions.add(AgentSession(token, agent, later))
        unit.agent_sessions.revoke("t1", now)
        unit.agent_sessions.revoke_all_of("a", later)
    with store.view() as unit:
        ends = [unit.agent_sessions.get(token).revoked_at for token in ("t1", "t2", "t3")]
        assert ends == [now, later, None]
        assert unit.agent_sessions.get("t3").is_open(now)
        assert not unit.agent_sessions.get("t3").is_open(later)
        assert not unit.agent_sessions.get("t1").is_open(now)


def test_of_many_who_claim_at_once_one_has_the_conversation(
    store: Store, agents: None, converse: Callable, now: datetime, at_once: Callable
) -> None:
    converse(holder=WAITING)

    def claim(number: int) -> bool:
        agent = "ab"[number % 2] + str(number)
        try:
            with store.unit() as unit:
                conversation = unit.conversations.get("c1")
                happens(CLAIMED, conversation, now, agent)
                unit.conversations.save(conversation)
            return True
        except NotTheirs:
            return False

    assert sum(at_once(8, claim)) == 1


def test_stretches_are_kept_with_their_ends(
    store: Store, agents: None, converse: Callable, now: datetime
) -> None:
    converse()
    first = Holding("c1", "a", now, 3)
    second = Holding("c1", "b", now + timedelta(minutes=5), 9)
    with store.unit() as unit:
        unit.holdings.add(first)
        unit.holdings.end("c1", now + timedelta(minutes=4), "abandoned")
        unit.holdings.add(second)
        unit.holdings.end("c1", now + timedelta(minutes=6), "handed_back", "charged twice")
    with store.view() as unit:
        assert unit.holdings.of_conversation("c1") == [
            replace(first, ended_at=now + timedelta(minutes=4), ended_by="abandoned"),
            replace(
                second, ended_at=now + timedelta(minutes=6), ended_by="handed_back", note="charged twice"
            ),
        ]


def test_the_queue_has_danger_first_then_priority_promised_date_and_wait(
    store: Store, agents: None, now: datetime
) -> None:
    def waits(
        name: str, priority: str | None, due_in: int | None = None, since: int = 0, **fields: object
    ) -> None:
        held_since = now + timedelta(minutes=since)
        conversation = Conversation(name, "", "web", now, holder=WAITING, held_since=held_since, **fields)
        with store.unit() as unit:
            if priority:
                conversation.tracking_number = f"number of {name}"
            conversation.complaint = Complaint("Charged twice", [Nature("billing", "duplicate_charge")])
            unit.conversations.add(conversation)
            if priority and conversation.tracking_number:
                case = Case(conversation.tracking_number, Complaint(), "en", "web", now, priority=priority)
                kept = Promise("update", now, now)
                due = [Promise("call_back", now + timedelta(days=due_in))] if due_in is not None else []
                case.promises = [kept, *due]
                unit.cases.add(case, name)

    waits("untold late", None, since=2)
    waits("untold early", None, since=1)
    waits("usual", "P3", 1)
    waits("later", P2, 3)
    waits("sooner", P2, 1)
    waits("sooner and longer", P2, 1, since=-5)
    waits("danger", P1, 5)
    with store.unit() as unit:
        taken = unit.conversations.get("sooner")
        taken.holder, taken.agent_id = AGENT, "a"
        unit.conversations.save(taken)
        unit.conversations.add(Conversation("nobody waits here", "", "web", now))
    with store.view() as unit:
        lines = unit.holdings.queue()
    assert [line.conversation_id for line in lines] == [
        "danger",
        "sooner and longer",
        "sooner",
        "later",
        "usual",
        "untold early",
        "untold late",
    ]
    assert [line.is_urgent for line in lines] == [True] + [False] * 6
    assert (lines[2].agent, lines[2].holder) == ("Anna", AGENT)
    assert lines[0].due_at == now + timedelta(days=5)
    assert (lines[0].category, lines[0].issue) == ("billing", "duplicate_charge")


def test_only_what_an_agent_has_not_looked_at_is_abandoned(
    store: Store, agents: None, converse: Callable, now: datetime
) -> None:
    converse("seen long ago", holder=AGENT, agent_id="a", agent_seen_at=now - timedelta(minutes=20))
    converse("seen now", holder=AGENT, agent_id="a", agent_seen_at=now)
    converse("on the telephone", holder=AGENT)
    converse("waiting", holder=WAITING, agent_seen_at=now - timedelta(hours=1))
    with store.view() as unit:
        assert unit.holdings.abandoned(now - timedelta(minutes=15), 10) == ["seen long ago"]
