"""A case: what is done once however often it is asked, and the line that each change leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cases.case import P1, P2, P3, Case, Escalation, Handoff, Referral
from bot.cases.complaint import Complaint, Nature
from bot.cases.errors import MoveNotAllowed
from bot.cases.playbook import Offer
from bot.cases.promises import Promise
from bot.cases.resolution import LEFT, SOLVED, TO_PERSON, Resolution

AT = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
DUE = AT + timedelta(days=14)
OFFER = Offer("correction", 4115, ("C1002",), AT)
LATE_FEE = Resolution("late_fee", "paid_late", "paid_late", ("C1004",), 1000, AT)
OUTAGE = Resolution("outage", "outage_now", "outage_now", ("outage:T2P",), 0, LATER)


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
    assert not case.offer(Offer("correction", 9999, ("C1002",), LATER))
    assert (len(case.offers), case.history) == (1, before)


@pytest.mark.parametrize(("kind", "facts"), [("goodwill", ("C1002",)), ("correction", ("C1003",))])
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
    assert lines(case)[-1] == ("customer", status, "correction")


def test_an_offer_that_was_taken_and_cannot_be_kept_stays_open_for_a_person() -> None:
    case, second = new_case(), Offer("goodwill", 1000, ("C1004",), LATER)
    case.offer(OFFER)
    case.leave_offer_open("credit_above_limit", LATER)
    assert (case.offers[0].status, case.offers[0].answered_at) == ("offered", LATER)
    assert lines(case)[-2:] == [
        ("customer", "accepted", "correction"),
        ("assistant", "credit_above_limit", ""),
    ]
    assert case.standing_offer is None
    case.offer(second)
    assert case.standing_offer == second
    case.answer_offer(False, LATER)
    assert [offer.status for offer in case.offers] == ["offered", "refused"]


@pytest.mark.parametrize(
    "answer", [lambda case: case.answer_offer(True, AT), lambda case: case.leave_offer_open("why", AT)]
)
def test_an_answer_without_an_offer_is_an_error(answer: Callable[[Case], Any]) -> None:
    with pytest.raises(LookupError, match="no offer"):
        answer(new_case())


def test_a_second_offer_waits_once_the_first_was_answered() -> None:
    case, second = new_case(), Offer("goodwill", 1000, ("C1004",), LATER)
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


def test_a_playbook_is_put_to_work_and_leaves_a_line() -> None:
    case = new_case()
    assert case.resolution is None
    case.begin(LATE_FEE)
    assert case.resolution == LATE_FEE
    assert lines(case) == [("assistant", "playbook", "late_fee: paid_late")]


def test_a_playbook_that_was_at_work_is_left_for_the_next() -> None:
    case = new_case()
    case.begin(LATE_FEE)
    case.begin(OUTAGE)
    assert case.resolutions == [LATE_FEE.ended(LEFT, LATER), OUTAGE]
    assert case.resolution == OUTAGE


def test_what_came_of_a_playbook_is_not_changed_by_the_next() -> None:
    case = new_case()
    case.begin(LATE_FEE)
    case.end_resolution(SOLVED, AT)
    case.begin(OUTAGE)
    assert [each.outcome for each in case.resolutions] == [SOLVED, None]


def test_only_where_the_playbook_at_work_stands_is_changed() -> None:
    case = new_case()
    case.begin(LATE_FEE)
    case.end_resolution(TO_PERSON, AT)
    case.begin(OUTAGE)
    further = replace(OUTAGE, step="outage_overdue").answered("no")
    case.advance(further)
    assert case.resolutions == [LATE_FEE.ended(TO_PERSON, AT), further]
    assert case.resolution == further


def test_the_one_that_advances_is_the_one_at_work_even_if_an_earlier_one_was_like_it() -> None:
    case = new_case()
    case.begin(LATE_FEE)
    case.end_resolution(SOLVED, AT)
    case.begin(LATE_FEE)
    case.advance(replace(LATE_FEE, step="above_my_limit"))
    assert [each.step for each in case.resolutions] == ["paid_late", "above_my_limit"]


@pytest.mark.parametrize("ended", [False, True])
def test_without_a_playbook_at_work_there_is_nothing_to_advance(ended: bool) -> None:
    case = new_case()
    if ended:
        case.begin(LATE_FEE)
        case.end_resolution(SOLVED, AT)
    before = list(case.resolutions)
    with pytest.raises(LookupError, match="no playbook"):
        case.advance(OUTAGE)
    assert case.resolutions == before


def test_a_resolution_ends_once() -> None:
    case = new_case()
    case.end_resolution(SOLVED, AT)
    assert (case.resolutions, case.history) == ([], [])
    case.begin(LATE_FEE)
    case.end_resolution(SOLVED, AT)
    case.end_resolution(TO_PERSON, LATER)
    assert case.resolutions == [LATE_FEE.ended(SOLVED, AT)]
    assert case.resolution is None


def about(*natures: Nature) -> Case:
    case = new_case()
    case.complaint.natures = [*natures]
    return case


BILL, FEE = Nature("billing", "incorrect_charge"), Nature("billing", "late_fee")


@pytest.mark.parametrize(
    ("what", "one", "other", "same"),
    [
        ("the same issue", [FEE], [FEE], True),
        ("another issue of the category", [FEE], [BILL], False),
        ("both without an issue", [Nature("billing")], [Nature("billing")], True),
        ("one with an issue, one without", [Nature("billing")], [FEE], False),
        ("the same issue of another category", [Nature("contract", "late_fee")], [FEE], False),
        ("one issue of several", [BILL, FEE], [FEE, Nature("other", "privacy")], True),
        ("the same service", [replace(FEE, service="tv")], [replace(FEE, service="tv")], True),
        ("another service", [replace(FEE, service="tv")], [replace(FEE, service="internet")], False),
        ("a service named once only", [replace(FEE, service="tv")], [FEE], True),
        (
            "one service in common",
            [replace(FEE, service="tv"), replace(BILL, service="internet")],
            [replace(FEE, service="internet")],
            True,
        ),
        ("nothing is known of one", [], [FEE], False),
        ("nothing is known of either", [], [], False),
    ],
)
def test_two_cases_are_about_the_same(what: str, one: list[Nature], other: list[Nature], same: bool) -> None:
    assert about(*one).complaint.is_about_the_same_as(about(*other).complaint) == same
    assert about(*other).complaint.is_about_the_same_as(about(*one).complaint) == same
