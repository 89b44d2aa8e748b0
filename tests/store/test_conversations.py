"""A conversation comes back as it was kept, and nobody's change of it gets lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event

from bot.cases.chronology import Event
from bot.cases.complaint import Amount, Complaint, Nature, PriorContact
from bot.cases.conversation import Conversation
from bot.store import Conflict, Store, StoreError


def told() -> Complaint:
    return Complaint(
        narrative="My bill is wrong.\nAgain.",
        natures=[Nature("billing", "wrong_charge", "internet"), Nature("contract")],
        remedy="Credit the charge",
        events=[
            Event("2026-03-05", "day", "Charged twice", reference="T-42"),
            Event("2026-03", "month", "Called"),
            Event("2026-03-01/2026-03-09", "range", "No service"),
            Event(None, "unknown", "A technician came"),
        ],
        prior_contacts=[PriorContact("Called support", "T-42"), PriorContact("Wrote")],
        amounts=[Amount(4567), Amount(100, "USD")],
        account_number="100200",
        name="Zoé D'Amico",
        phone="+14165550123",
        email="zoe@example.com",
        address="1234, rue Saint-Denis, app. 5",
        postal_code="H2X 1Y4",
        use_contact_of_record=True,
        escalation_wanted=True,
        settled={"service", "remedy"},
    )


def test_a_conversation_comes_back_as_it_was_kept(
    store: Store, converse: Callable[..., Conversation]
) -> None:
    kept = converse(
        language="fr",
        language_settled=True,
        expects="event",
        set_aside=("remedy",),
        answered=("nature",),
        earlier=("1234-5678-9012",),
        doubt=("2026-03-05", "2026-04-05"),
        holder="waiting",
        today=date(2026, 3, 5),
        tracking_number="1111-1111-1111",
        enquiry="2222-2222-2222",
        enquiry_proved=True,
        misunderstood=2,
        complaint=told(),
    )
    with store.view() as unit:
        assert unit.conversations.get("c1") == kept
        assert unit.conversations.get("c2") is None


def test_a_new_conversation_comes_back_with_an_empty_complaint(
    store: Store, converse: Callable[..., Conversation]
) -> None:
    kept = converse()
    with store.view() as unit:
        assert unit.conversations.get("c1") == kept


CHANGES: dict[str, Callable[[Conversation], object]] = {
    "a field": lambda c: setattr(c, "expects", None),
    "a day": lambda c: setattr(c, "today", date(2026, 3, 6)),
    "the story": lambda c: c.complaint.tell("And again"),
    "an event more": lambda c: c.complaint.add_event(Event("2026", "year", "It began")),
    "an event corrected": lambda c: c.complaint.events.__setitem__(1, Event("2026-02", "month", "Called")),
    "the first event taken out": lambda c: c.complaint.events.pop(0),
    "all events taken out": lambda c: c.complaint.events.clear(),
    "a service for each nature": lambda c: c.complaint.concern("tv"),
    "a question settled": lambda c: c.complaint.settled.add("name"),
    "an amount more": lambda c: c.complaint.add_amount(Amount(1)),
    "another complaint": lambda c: setattr(c, "complaint", Complaint("Something else")),
    "nothing": lambda c: None,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_save_keeps(
    change: Callable[[Conversation], object], store: Store, converse: Callable[..., Conversation]
) -> None:
    converse(complaint=told())
    with store.unit() as unit:
        conversation = unit.conversations.get("c1")
        assert conversation
        change(conversation)
        unit.conversations.save(conversation)
    with store.view() as unit:
        assert unit.conversations.get("c1") == conversation


def test_save_twice_in_one_unit_keeps_the_second(store: Store, converse: Callable[..., Conversation]) -> None:
    converse()
    with store.unit() as unit:
        conversation = unit.conversations.get("c1")
        assert conversation
        for text in ("first", "second"):
            conversation.complaint.add_event(Event(None, "unknown", text))
            unit.conversations.save(conversation)
    with store.view() as unit:
        assert unit.conversations.get("c1") == conversation


def test_save_writes_only_what_changed(store: Store, converse: Callable[..., Conversation]) -> None:
    converse(complaint=told())
    written: list[str] = []

    @event.listens_for(store._engine, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, context, many):  # type: ignore[no-untyped-def]
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(" ".join(statement.split()[:3]))

    with store.unit() as unit:
        conversation = unit.conversations.get("c1")
        assert conversation
        conversation.misunderstood = 7
        conversation.complaint.events[2] = replace(conversation.complaint.events[2], text="No line")
        unit.conversations.save(conversation)
        unit.conversations.save(conversation)
    assert written == ["UPDATE conversations SET", "UPDATE events SET"]


def test_what_is_not_saved_is_not_kept(store: Store, converse: Callable[..., Conversation]) -> None:
    converse()
    with store.unit() as unit:
        conversation = unit.conversations.get("c1")
        assert conversation
        conversation.misunderstood = 7
    with store.view() as unit:
        again = unit.conversations.get("c1")
        assert again and again.misunderstood == 0


def test_one_unit_hands_out_one_object(store: Store, converse: Callable[..., Conversation]) -> None:
    converse()
    with store.unit() as unit:
        assert unit.conversations.get("c1") is unit.conversations.get("c1")


def test_save_refuses_what_another_unit_loaded(store: Store, converse: Callable[..., Conversation]) -> None:
    stale = converse()
    with pytest.raises(LookupError), store.unit() as unit:
        unit.conversations.save(stale)


def test_an_id_is_taken_once(store: Store, converse: Callable[..., Conversation]) -> None:
    converse()
    with pytest.raises(Conflict):
        converse()


def test_a_view_refuses_to_write(store: Store, converse: Callable[..., Conversation]) -> None:
    converse()
    with pytest.raises(StoreError), store.view() as unit:
        conversation = unit.conversations.get("c1")
        assert conversation
        conversation.misunderstood = 7
        unit.conversations.save(conversation)
    converse("c2")


def test_a_view_waits_for_no_unit(store: Store, converse: Callable[..., Conversation]) -> None:
    converse()
    with store.unit() as unit:
        conversation = unit.conversations.get("c1")
        assert conversation
        conversation.misunderstood = 7
        unit.conversations.save(conversation)
        with store.view() as meanwhile:
            before = meanwhile.conversations.get("c1")
            assert before and before.misunderstood == 0


def test_changes_at_once_are_all_kept(
    store: Store, converse: Callable[..., Conversation], at_once: Callable
) -> None:
    converse()

    def add(number: int) -> None:
        with store.unit() as unit:
            conversation = unit.conversations.get("c1")
            assert conversation
            conversation.misunderstood += 1
            conversation.complaint.add_event(Event(None, "unknown", f"event {number}"))
            unit.conversations.save(conversation)

    at_once(20, add)
    with store.view() as unit:
        conversation = unit.conversations.get("c1")
    assert conversation and conversation.misunderstood == 20
    assert sorted(each.text for each in conversation.complaint.events) == sorted(
        f"event {n}" for n in range(20)
    )
