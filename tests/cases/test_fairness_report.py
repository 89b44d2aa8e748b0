"""The fairness report: the same facts, the same offer; whoever got another one is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.cases.case import Case
from bot.cases.complaint import Complaint
from bot.cases.fairness import FirstContact, Tried, first_contact, groups, tried_on, unequal
from bot.cases.playbook import Offer
from bot.cases.resolution import Resolution

AT = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
LATE = Tried("late_fee.paid_late", "en", "ON", "residential", 1000, 1000, True, True)


def tried_case(
    number: str, language: str = "en", offered: int | None = 1000, outcome: str | None = "solved"
) -> Case:
    case = Case(number, Complaint(), language, "web", AT)
    case.begin(Resolution("late_fee", "paid_late", "paid_late", ("C1",), 1000, AT, "ON", "residential"))
    if offered is not None:
        case.offer(Offer("goodwill", offered, ("C1",), AT))
    if outcome:
        case.end_resolution(outcome, AT)
    return case


@pytest.mark.parametrize(
    ("others", "apart"),
    [
        ([LATE], []),
        ([replace(LATE, language="fr")], []),
        # another sum, but the same share of what was at stake
        ([replace(LATE, language="fr", at_stake=1850, offered=1850)], []),
        ([replace(LATE, language="fr", offered=500)], ["language"]),
        ([replace(LATE, language="fr", offered=None)], ["language"]),
        ([replace(LATE, province="QC", offered=500)], ["province"]),
        ([replace(LATE, customer_kind="business", offered=500)], ["customer"]),
        # other facts may bring another offer
        ([replace(LATE, facts="late_fee.paid_in_time", language="fr", offered=500)], []),
        # accepting or refusing is the customer's own affair
        ([replace(LATE, language="fr", accepted=False, solved=False)], []),
    ],
)
def test_groups_that_were_offered_something_else_are_named(others: list[Tried], apart: list[str]) -> None:
    assert [respect for _, respect in unequal(groups([LATE, *others]))] == apart


def test_a_group_counts_what_its_members_were_offered_and_how_it_went() -> None:
    declined = replace(LATE, accepted=False, solved=False)
    nothing = replace(LATE, offered=None, accepted=False, solved=False)
    group = next(each for each in groups([LATE, declined, nothing]) if each.respect == "language")
    assert (group.count, group.offered, group.accepted, group.solved) == (3, 2, 1, 1)
    assert group.shares == {100, None}


def test_what_was_tried_is_read_from_the_case() -> None:
    case = tried_case("1111-1111-1111", offered=500)
    case.answer_offer(True, AT)
    assert list(tried_on(case)) == [
        Tried("late_fee.paid_late", "en", "ON", "residential", 1000, 500, True, True)
    ]


def test_without_a_proven_account_nothing_can_be_offered_and_nothing_is_compared() -> None:
    case = Case("1111-1111-1111", Complaint(), "en", "web", AT)
    case.begin(Resolution("call_quality", "start", "start", (), 0, AT))
    assert list(tried_on(case)) == []


def test_first_contacts_are_counted_and_whoever_came_back_was_not_helped() -> None:
    solved, told_again, not_solved = (
        tried_case("1111-1111-1111"),
        tried_case("2222-2222-2222"),
        tried_case("3333-3333-3333", outcome="not_solved"),
    )
    again = tried_case("4444-4444-4444", outcome=None)
    again.recontact_of = told_again.tracking_number
    untried = Case("5555-5555-5555", Complaint(), "en", "web", AT)
    counted = first_contact([solved, told_again, not_solved, again, untried])
    assert counted == FirstContact(tried=4, solved=1, came_back=1)
