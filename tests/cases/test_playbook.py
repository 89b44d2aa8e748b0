"""First-contact resolution: which charges the records prove to stand twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.cases.playbook import Offer, duplicate_charge
from bot.cases.records import Charge

MARCH_2, FEBRUARY_2 = date(2026, 3, 2), date(2026, 2, 2)
PLAN = Charge("A1", "10031865", MARCH_2, "Unlimited Canada plan", 4115, "plan")
AGAIN = replace(PLAN, charge_id="A2")
THIRD = replace(PLAN, charge_id="A3")
EARLIER = replace(PLAN, charge_id="B1", on=FEBRUARY_2)
EARLIER_AGAIN = replace(EARLIER, charge_id="B2")
VISIT = Charge("C1", "10031865", FEBRUARY_2, "Technician visit", 7500, "one_time")
VISIT_AGAIN = replace(VISIT, charge_id="C2")


@pytest.mark.parametrize(
    ("what", "charges"),
    [
        ("no charges", []),
        ("a single charge", [PLAN]),
        ("the same plan a month apart", [PLAN, EARLIER]),
        ("another description", [PLAN, replace(AGAIN, description="Unlimited US plan")]),
        ("another sum", [PLAN, replace(AGAIN, cents=4116)]),
        ("another kind", [PLAN, replace(AGAIN, kind="late_fee")]),
        ("two calls of one length", [replace(PLAN, kind="usage"), replace(AGAIN, kind="usage")]),
        ("two credits", [replace(PLAN, cents=-4115), replace(AGAIN, cents=-4115)]),
    ],
)
def test_no_duplicate(what: str, charges: list[Charge]) -> None:
    assert duplicate_charge(charges) is None


@pytest.mark.parametrize(
    ("charges", "named", "reversed_charge"),
    [
        ([PLAN, AGAIN], [], "A2"),
        ([PLAN, EARLIER, AGAIN], [], "A2"),
        # three alike: one is reversed, and the next look finds the two that are left
        ([PLAN, AGAIN, THIRD], [], "A3"),
        # two pairs: the latest one, unless the customer named the sum of the other
        ([EARLIER, EARLIER_AGAIN, PLAN, AGAIN], [], "A2"),
        ([VISIT, VISIT_AGAIN, PLAN, AGAIN], [], "A2"),
        ([VISIT, VISIT_AGAIN, PLAN, AGAIN], [7500], "C2"),
        ([VISIT, VISIT_AGAIN, PLAN, AGAIN], [8230, 7500], "C2"),
        ([VISIT, VISIT_AGAIN, PLAN, AGAIN], [4115, 7500], "A2"),
        # a sum that matches nothing, such as both charges together, does not hide the pair
        ([PLAN, AGAIN], [8230], "A2"),
    ],
)
def test_the_charge_that_should_not_be_there(
    charges: list[Charge], named: list[int], reversed_charge: str
) -> None:
    found = duplicate_charge(charges, named)
    assert found is not None
    assert found.second.charge_id == reversed_charge
    assert found.first.charge_id != reversed_charge
    assert replace(found.first, charge_id="") == replace(found.second, charge_id="")


def test_once_reversed_a_pair_is_not_found_again() -> None:
    assert duplicate_charge([PLAN, AGAIN, THIRD]) is not None
    assert duplicate_charge([PLAN, AGAIN]) is not None
    assert duplicate_charge([PLAN]) is None


@pytest.mark.parametrize(("accepted", "status"), [(True, "accepted"), (False, "refused")])
def test_an_answered_offer_is_a_new_fact(accepted: bool, status: str) -> None:
    at = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
    offer = Offer("reverse_charge", 4115, ("A2",), at)
    answered = offer.answered(accepted, at)
    assert (offer.status, answered.status, answered.answered_at) == ("offered", status, at)
