"""What goes to another desk: once, in order, and again where it did not arrive, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.cases.agent import Agent
from bot.cases.case import AGENT, WAITING
from bot.cases.elsewhere import HANDED_OVER, LINE, Link
from bot.store import Conflict, Store

LATER = timedelta(minutes=5)


@pytest.fixture
def waiting(converse: Callable, now: datetime) -> None:
    converse("c1", holder=WAITING, held_since=now)


@pytest.fixture
def link(store: Store, waiting: None, now: datetime) -> Link:
    with store.unit() as unit:
        assert unit.links.begin("k1", "c1", "zammad", now, 0)
        found = unit.links.get("k1")
    assert found is not None
    return found


def claim(store: Store, now: datetime, lease: timedelta) -> list:
    with store.unit() as unit:
        return unit.links.claim_due("zammad", now, "me", lease, 10)


def test_whoever_waits_is_linked_once_for_each_wait(store: Store, link: Link, now: datetime) -> None:
    with store.unit() as unit:
        assert unit.links.unlinked("zammad", 10) == []
        assert not unit.links.begin("k1", "c1", "zammad", now, 0)
        assert unit.links.end(link, now + LATER, "closed")
        assert not unit.links.end(link, now + LATER, "over")
        # that wait was answered there, the next one was not
        assert unit.links.unlinked("zammad", 10) == []
        conversation = unit.conversations.get("c1")
        conversation.held_since = now + 2 * LATER
        unit.conversations.save(conversation)
    with store.view() as unit:
        assert unit.links.unlinked("zammad", 10) == ["c1"]
        assert unit.links.unlinked("chatwoot", 10) == ["c1"]
        assert [each.ended_by for each in unit.links.of_conversation("c1")] == ["closed"]


def test_a_link_is_followed_when_there_are_lines_or_another_holder(
    store: Store, link: Link, now: datetime
) -> None:
    def followed() -> list[str]:
        with store.view() as unit:
            return [each.key for each in unit.links.to_follow("zammad")]

    assert followed() == []
    with store.unit() as unit:
        unit.messages.add("c1", "customer", "Hello?", now)
    assert followed() == ["k1"]
    with store.unit() as unit:
        unit.links.followed(link, 1)
    assert followed() == []
    for agent_id, is_followed in (("zammad:3", False), ("a", True)):
        with store.unit() as unit:
            unit.agents.add(Agent(agent_id, agent_id, "Ann"), "!")
            conversation = unit.conversations.get("c1")
            conversation.holder, conversation.agent_id = AGENT, agent_id
            unit.conversations.save(conversation)
        assert (followed() == ["k1"]) is is_followed


def test_deliveries_of_a_link_are_made_one_after_the_other(
    store: Store, link: Link, now: datetime, lease: timedelta
) -> None:
    with store.unit() as unit:
        assert unit.links.queue(link, LINE, "1", now)
        assert not unit.links.queue(link, LINE, "1", now)
    (first,) = claim(store, now, lease)
    assert (first.delivery.kind, first.is_uncertain, first.link) == (HANDED_OVER, False, link)
    assert claim(store, now, lease) == []
    with store.unit() as unit:
        unit.links.known_there(link, "77")
        unit.links.delivered(first.number, now)
        assert unit.links.by_reference("zammad", "77").key == "k1"
    (second,) = claim(store, now, lease)
    assert second.delivery.subject == "1"
    with store.unit() as unit:
        unit.links.put_back(second)
    assert not claim(store, now, lease)[0].is_uncertain


def test_what_a_dead_process_had_claimed_is_uncertain(
    store: Store, link: Link, now: datetime, lease: timedelta
) -> None:
    claim(store, now, lease)
    assert claim(store, now + lease, lease)[0].is_uncertain


@pytest.mark.parametrize("is_uncertain", [True, False])
def test_what_failed_is_due_again_and_keeps_its_followers_waiting(
    store: Store, link: Link, now: datetime, lease: timedelta, is_uncertain: bool
) -> None:
    with store.unit() as unit:
        unit.links.queue(link, LINE, "1", now)
    (first,) = claim(store, now, lease)
    with store.unit() as unit:
        unit.links.failed(first.number, now, now + LATER, "http_500", is_uncertain)
    assert claim(store, now, lease) == []
    (again,) = claim(store, now + LATER, lease)
    assert (again.number, again.failures, again.is_uncertain) == (first.number, 1, is_uncertain)
    with store.unit() as unit:
        unit.links.failed(first.number, now, None, "http_422", False)
    assert claim(store, now + 9 * LATER, lease) == []
    with store.view() as unit:
        (stuck,) = unit.links.stuck(10)
    assert (stuck.reason_code, stuck.due_at, stuck.behind, stuck.link.key) == ("http_422", None, 1, "k1")
    with store.unit() as unit:
        assert unit.links.try_again(stuck.number, now)
        assert not unit.links.try_again(stuck.number + 1, now)
    (again,) = claim(store, now, lease)
    assert again.failures == 0
    with store.unit() as unit:
        unit.links.delivered(again.number, now)
        assert unit.links.stuck(10) == []
        assert not unit.links.try_again(again.number, now)


def test_what_is_taken_back_is_not_delivered(
    store: Store, link: Link, now: datetime, lease: timedelta
) -> None:
    with store.unit() as unit:
        unit.links.queue(link, LINE, "1", now)
        unit.links.nothing_to_tell(link, now)
    assert claim(store, now, lease) == []


def test_two_links_are_never_called_the_same_by_one_desk(store: Store, link: Link, now: datetime) -> None:
    with store.unit() as unit:
        unit.links.known_there(link, "77")
        unit.links.begin("k2", "c1", "zammad", now, 0)
    with pytest.raises(Conflict), store.unit() as unit:
        unit.links.known_there(unit.links.get("k2"), "77")


def test_two_clocks_never_deliver_the_same(
    store: Store, link: Link, now: datetime, lease: timedelta, at_once: Callable
) -> None:
    handed_out = at_once(4, lambda _: claim(store, now, lease))
    assert sum(map(len, handed_out)) == 1
