"""A case comes back as it was kept, with everything that belongs to it, and no change of it gets lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from bot.cases.case import Case, Escalation, Handoff, Referral
from bot.cases.chronology import Event
from bot.cases.complaint import Complaint, Nature
from bot.cases.playbook import Offer
from bot.cases.promises import Promise
from bot.store import Conflict, Store

AT = datetime.fromisoformat("2026-03-05T15:30:00+00:00")
DUE = AT + timedelta(days=5)


def lived(number: str = "1111-1111-1111") -> Case:
    """A case to which everything has happened that can happen."""
    complaint = Complaint("Charged twice", [Nature("billing", "wrong_charge", "internet")], "Credit it")
    complaint.add_event(Event("2026-03-05", "day", "Charged twice"))
    case = Case(
        number, complaint, "fr", "web", AT, account_number="100200", verified=True, verified_weakly=True
    )
    case.note(AT, "assistant", "opened")
    case.offer(Offer("duplicate_charge", 4567, ("ch-1", "ch-2"), AT))
    case.answer_offer(accepted=False, at=AT)
    case.offer(Offer("goodwill", 2000, (), AT))
    case.escalate(Escalation(AT, "fr", "senior_manager", DUE))
    case.hand_over(Handoff(AT, "asked"), call_back_by=DUE)
    case.keep("call_back", AT)
    case.refer(Referral(AT, "ccts", "C-77"))
    return case


def test_a_case_comes_back_as_it_was_kept(store: Store, converse: Callable) -> None:
    converse()
    case = lived()
    with store.unit() as unit:
        unit.cases.add(case, "c1")
    with store.view() as unit:
        assert unit.cases.get("1111-1111-1111") == case
        assert unit.cases.get("2222-2222-2222") is None
        assert unit.cases.exists("1111-1111-1111")
        assert not unit.cases.exists("2222-2222-2222")


CHANGES: dict[str, Callable[[Case], object]] = {
    "a move": lambda case: case.move("withdraw", AT, "customer"),
    "a promise": lambda case: case.promise(Promise("letter", DUE), AT),
    "a promise kept": lambda case: case.keep("escalation_review", AT),
    "an answer to the offer": lambda case: case.answer_offer(accepted=True, at=AT),
    "another offer": lambda case: case.offer(Offer("goodwill", 1000, ("ch-9",), AT)),
    "a person who took it": lambda case: setattr(case, "handoffs", [Handoff(AT, "asked", taken_at=DUE)]),
    "another escalation": lambda case: case.escalate(Escalation(DUE, "fr", "senior_manager", DUE)),
    "a scheme number": lambda case: setattr(case, "referral", Referral(AT, "ccts", "C-78")),
    "no referral": lambda case: setattr(case, "referral", None),
    "its complaint": lambda case: case.complaint.add_event(Event("2026", "year", "Before that")),
    "its account": lambda case: setattr(case, "account_number", None),
    "a line of history": lambda case: case.note(AT, "agent", "called", "no answer"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_save_keeps(change: Callable[[Case], object], store: Store, converse: Callable) -> None:
    converse()
    with store.unit() as unit:
        unit.cases.add(lived(), "c1")
        unit.cases.add(lived("3333-3333-3333"), "c1")
    with store.unit() as unit:
        case = unit.cases.get("1111-1111-1111")
        assert case
        change(case)
        unit.cases.save(case)
    with store.view() as unit:
        assert unit.cases.get("1111-1111-1111") == case != lived()
        assert unit.cases.get("3333-3333-3333") == lived("3333-3333-3333")


def test_save_writes_only_what_changed(store: Store, converse: Callable) -> None:
    converse()
    with store.unit() as unit:
        unit.cases.add(lived(), "c1")
    written: list[str] = []

    @event.listens_for(store._engine, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, context, many):  # type: ignore[no-untyped-def]
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            written.append(" ".join(statement.split()[:3]))

    with store.unit() as unit:
        case = unit.cases.get("1111-1111-1111")
        assert case
        case.keep("escalation_review", AT)
        case.note(AT, "agent", "called")
        unit.cases.save(case)
    assert written == ["UPDATE promises SET", "INSERT INTO history"]


def test_save_refuses_what_another_unit_loaded(store: Store, open_case: Callable[..., Case]) -> None:
    stale = open_case()
    with pytest.raises(LookupError), store.unit() as unit:
        unit.cases.save(stale)


def test_a_tracking_number_is_taken_once(store: Store, open_case: Callable[..., Case]) -> None:
    open_case()
    with pytest.raises(Conflict):
        open_case()


def test_a_case_needs_its_conversation(store: Store) -> None:
    with pytest.raises(Conflict), store.unit() as unit:
        unit.cases.add(lived(), "nobody")


def test_the_case_keeps_its_own_copy_of_the_draft(store: Store, converse: Callable) -> None:
    converse(complaint=Complaint("No dial tone"))
    with store.unit() as unit:
        conversation = unit.conversations.get("c1")
        assert conversation
        unit.cases.add(Case("1111-1111-1111", conversation.complaint, "en", "web", AT), "c1")
    with store.unit() as unit:
        conversation = unit.conversations.get("c1")
        assert conversation
        conversation.complaint.tell("And the bill is wrong")
        unit.conversations.save(conversation)
    with store.view() as unit:
        case = unit.cases.get("1111-1111-1111")
        assert case and case.complaint.narrative == "No dial tone"


def test_a_conversation_knows_its_latest_case(store: Store, open_case: Callable[..., Case]) -> None:
    open_case("9999-9999-9999", "c1")
    latest = open_case("1111-1111-1111", "c1")
    open_case("2222-2222-2222", "c2")
    with store.view() as unit:
        assert unit.cases.of_conversation("c1") == latest
        assert unit.cases.of_conversation("nobody") is None


def test_cases_are_found_page_by_page_in_the_order_they_were_opened(
    store: Store, open_case: Callable[..., Case]
) -> None:
    for number, status in (("5", "open"), ("3", "closed"), ("4", "open"), ("1", "open"), ("2", "closed")):
        open_case(number, status=status, complaint=Complaint(f"story {number}"))

    def found(**where: object) -> list[str]:
        with store.view() as unit:
            return [case.tracking_number for case in unit.cases.find(**where)]  # type: ignore[arg-type]

    assert found() == ["5", "3", "4", "1", "2"]
    assert found(limit=2) == ["5", "3"]
    assert found(limit=2, after="3") == ["4", "1"]
    assert found(status="open") == ["5", "4", "1"]
    assert found(status="open", after="5", limit=1) == ["4"]
    assert found(after="2") == found(after="unknown") == found(status="referred") == []
    with store.view() as unit:
        assert all(case.complaint.narrative == f"story {case.tracking_number}" for case in unit.cases.find())


def test_a_case_changed_in_this_unit_is_found_as_changed(
    store: Store, open_case: Callable[..., Case]
) -> None:
    open_case()
    with store.unit() as unit:
        case = unit.cases.get("1111-1111-1111")
        assert unit.cases.find() == [case] and unit.cases.find()[0] is case
        assert unit.cases.of_conversation("c1") is case


def test_changes_at_once_are_all_kept(
    store: Store, open_case: Callable[..., Case], at_once: Callable
) -> None:
    open_case()

    def promise(number: int) -> None:
        with store.unit() as unit:
            case = unit.cases.get("1111-1111-1111")
            assert case
            case.promise(Promise(f"promise {number}", DUE), AT)
            unit.cases.save(case)

    at_once(20, promise)
    with store.view() as unit:
        case = unit.cases.get("1111-1111-1111")
    assert case and sorted(each.what for each in case.promises) == sorted(f"promise {n}" for n in range(20))
    assert len(case.history) == 20
