"""A case: what is done once however often it is asked, and the line that each change leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.case import P1, P2, P3, Case, Escalation, Handoff, Referral
from bot.cases.complaint import Complaint
from bot.cases.errors import MoveNotAllowed
from bot.cases.playbook import Offer
from bot.cases.promises import Promise

AT = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
DUE = AT + timedelta(days=14)
OFFER = Offer("reverse_charge", 4115, ("C1002",), AT)


def new_case(status: str = "open", priority: str = P3) -> Case:
    return Case("4821-0937-5514", Complaint(), "en", "web", AT, status=status, priority=priority)


def escalation(at: datetime = AT, language: str = "en") -> Escalation:
    return Escalation(at, language, "senior_manager_or_support_lead", DUE)


def lines(case: Case) -> list[tuple[str, str, str]]:
    return [(line.by, line.what, line.detail) for line in case.history]


def test_a_move_changes_the_status_and_says_from_where_to_where() -> None:
    case = new_case()
    case.move("investigate", AT, "assistant")
    assert case.status == "investigating"
    assert lines(case) == [("assistant", "investigate", "open to investigating")]


def test_a_refused_move_changes_nothing() -> None:
    case = new_case("withdrawn")
    with pytest.raises(MoveNotAllowed):
        case.move("answer", AT, "agent")
    assert (case.status, case.history) == ("withdrawn", [])


@pytest.mark.parametrize("answer", [None, True, False])
def test_the_same_facts_are_offered_once_whatever_the_answer(answer: bool | None) -> None:
    case = new_case()
    assert case.offer(OFFER)
    if answer is not None:
        case.answer_offer(answer, AT)
    before = list(case.history)
    assert not case.offer(Offer("reverse_charge", 9999, ("C1002",), LATER))
    assert (len(case.offers), case.history) == (1, before)


@pytest.mark.parametrize(("kind", "facts"), [("late_fee", ("C1002",)), ("reverse_charge", ("C1003",))])
def test_other_facts_or_another_kind_may_be_offered(kind: str, facts: tuple[str, ...]) -> None:
    case = new_case()
    case.offer(OFFER)
    assert case.offer(Offer(kind, 1000, facts, LATER))


@pytest.mark.parametrize(("accepted", "status"), [(True, "accepted"), (False, "refused")])
def test_the_answer_is_recorded_on_the_offer_that_waits(accepted: bool, status: str) -> None:
    case = new_case()
    case.offer(OFFER)
    assert case.standing_offer == OFFER
    assert case.answer_offer(accepted, LATER).status == status
    assert case.standing_offer is None
    assert case.offers[0].answered_at == LATER
    assert lines(case)[-1] == ("customer", status, "reverse_charge")


def test_an_answer_without_an_offer_is_an_error() -> None:
    with pytest.raises(LookupError, match="no offer"):
        new_case().answer_offer(True, AT)


def test_a_second_offer_waits_once_the_first_was_answered() -> None:
    case, second = new_case(), Offer("late_fee", 1000, ("C1004",), LATER)
    case.offer(OFFER)
    case.answer_offer(False, AT)
    case.offer(second)
    assert case.standing_offer == second
    case.answer_offer(True, LATER)
    assert [offer.status for offer in case.offers] == ["refused", "accepted"]


def test_escalation_keeps_language_and_time_and_promises_a_review() -> None:
    case = new_case()
    case.escalate(escalation(language="fr"))
    assert case.status == "escalated"
    assert [(wish.at, wish.language, wish.to) for wish in case.escalations] == [
        (AT, "fr", "senior_manager_or_support_lead")
    ]
    assert case.promises == [Promise("escalation_review", DUE)]
    assert ("customer", "escalate", "open to escalated") in lines(case)


def test_asked_again_the_first_escalation_stands() -> None:
    case = new_case()
    case.escalate(escalation())
    before = list(case.history)
    case.escalate(Escalation(LATER, "it", "somebody_else", DUE + timedelta(days=7)))
    assert case.escalations == [escalation()]
    assert case.promises == [Promise("escalation_review", DUE)]
    assert case.history == before


@pytest.mark.parametrize(("before", "after"), [(P3, P2), (P2, P2), (P1, P1)])
def test_escalation_raises_the_priority_and_never_lowers_it(before: str, after: str) -> None:
    case = new_case(priority=before)
    case.escalate(escalation())
    assert case.priority == after


def test_a_withdrawn_case_is_not_escalated_and_promises_nothing() -> None:
    case = new_case("withdrawn")
    with pytest.raises(MoveNotAllowed):
        case.escalate(escalation())
    assert (case.escalations, case.promises, case.history, case.priority) == ([], [], [], P3)


def test_a_person_is_asked_for_once_while_nobody_has_come() -> None:
    case = new_case()
    case.hand_over(Handoff(AT, "the customer asked"), DUE)
    before = list(case.history)
    case.hand_over(Handoff(LATER, "the customer asked again"), DUE + timedelta(days=1))
    assert case.handoffs == [Handoff(AT, "the customer asked")]
    assert case.promises == [Promise("call_back", DUE)]
    assert case.history == before


def test_after_somebody_came_a_person_can_be_asked_for_again() -> None:
    case = new_case()
    case.handoffs.append(Handoff(AT, "the customer asked", taken_at=AT))
    case.hand_over(Handoff(LATER, "the customer asked again"), DUE)
    assert len(case.handoffs) == 2
    assert case.promises == [Promise("call_back", DUE)]


def test_keeping_a_promise_keeps_every_open_one_of_its_kind() -> None:
    case = new_case()
    case.promises = [Promise("update", AT, AT), Promise("update", DUE), Promise("answer", DUE)]
    case.keep("update", LATER)
    assert case.promises == [Promise("update", AT, AT), Promise("update", DUE, LATER), Promise("answer", DUE)]
    assert lines(case) == [("assistant", "kept", "update")]


def test_keeping_what_was_not_promised_leaves_no_line() -> None:
    case = new_case()
    case.keep("update", AT)
    assert (case.promises, case.history) == ([], [])


def test_a_referral_is_recorded_once_and_our_promises_go_on() -> None:
    case = new_case("investigating")
    case.promise(Promise("answer", DUE), AT)
    case.refer(Referral(AT, "ccts"))
    case.refer(Referral(LATER, "ccts", "another number"))
    assert (case.status, case.referral) == ("referred", Referral(AT, "ccts"))
    assert case.promises == [Promise("answer", DUE)]


def test_a_refused_referral_leaves_no_trace() -> None:
    case = new_case("withdrawn")
    with pytest.raises(MoveNotAllowed):
        case.refer(Referral(AT, "ccts"))
    assert (case.referral, case.history) == (None, [])
