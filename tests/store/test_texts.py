"""Whatever a customer types can be kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from bot.cases.case import Case
from bot.cases.chronology import Event
from bot.cases.complaint import Amount, Complaint
from bot.cases.conversation import Choice, Notice
from bot.cases.playbook import Offer
from bot.store import Store

TYPED_AND_KEPT = [
    ("café à Montréal, perché no?", "café à Montréal, perché no?"),
    ("\U0001f600", "\U0001f600"),
    ("'; DROP TABLE cases; --", "'; DROP TABLE cases; --"),
    ("50 % of %(text)s :at ?", "50 % of %(text)s :at ?"),
    ("line\r\n\ttab\x1b\x7f", "line\r\n\ttab\x1b\x7f"),
    ("", ""),
    ("nul\x00 inside", "nul inside"),
    ("half a pair \ud83d here", "half a pair \ufffd here"),
    ("other half \ude00", "other half \ufffd"),
    ("split pair \ud83d\ude00", "split pair \U0001f600"),
]


@pytest.mark.parametrize("typed, kept", TYPED_AND_KEPT)
def test_a_message_is_kept(typed: str, kept: str, store: Store, converse: Callable, now: datetime) -> None:
    converse()
    with store.unit() as unit:
        received, _ = unit.inbound.receive("c1", f"id {typed}", typed, now)
        again, new = unit.inbound.receive("c1", f"id {typed}", typed, now)
        said = unit.messages.add("c1", "assistant", typed, now, choices=(Choice(kept, kept),))
    assert (again, new) == (received, False)
    assert (received.text, received.client_id, said.text) == (kept, f"id {kept}", kept)
    with store.view() as unit:
        assert unit.inbound.get(received.id) == received
        assert unit.messages.after("c1", 1) == [said]


@pytest.mark.parametrize("typed, kept", TYPED_AND_KEPT)
def test_a_complaint_is_kept(typed: str, kept: str, store: Store, converse: Callable, now: datetime) -> None:
    converse()
    with store.unit() as unit:
        conversation = unit.conversations.get("c1")
        assert conversation
        conversation.complaint = Complaint(typed, name=typed, events=[Event(None, "unknown", typed)])
        unit.conversations.save(conversation)
        unit.cases.add(Case("1", conversation.complaint, "en", "web", now), "c1")
        unit.outbox.add(Notice(typed, "sms", typed, "en", typed, now, "1"))
    expected = Complaint(kept, name=kept, events=[Event(None, "unknown", kept)])
    with store.view() as unit:
        again, case = unit.conversations.get("c1"), unit.cases.get("1")
        assert again and again.complaint == expected
        assert case and case.complaint == expected
        assert unit.outbox.of_case("1") == [(Notice(kept, "sms", kept, "en", kept, now, "1"), None)]


@pytest.mark.parametrize("typed, kept", TYPED_AND_KEPT)
def test_text_to_look_for_breaks_nothing(typed: str, kept: str, store: Store) -> None:
    with store.view() as unit:
        assert unit.conversations.get(typed) is None
        assert unit.cases.get(typed) is None
        assert unit.cases.find(status=typed, after=typed) == []
        assert unit.trackers.get(typed) is None


@pytest.mark.parametrize("cents", [-1, 2**31, 2**63 - 1, -(2**63 - 1)])
def test_a_sum_is_kept(cents: int, store: Store, open_case: Callable, now: datetime) -> None:
    case = open_case(complaint=Complaint(amounts=[Amount(cents)]), offers=[Offer("goodwill", cents, (), now)])
    with store.view() as unit:
        assert unit.cases.get(case.tracking_number) == case


def test_a_sum_beyond_all_bounds_is_kept_as_the_largest(store: Store, converse: Callable) -> None:
    converse(complaint=Complaint(amounts=[Amount(10**30)]))
    with store.view() as unit:
        conversation = unit.conversations.get("c1")
    assert conversation and conversation.complaint.amounts == [Amount(2**63 - 1)]
