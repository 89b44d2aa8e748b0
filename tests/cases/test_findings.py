"""What the records show: every outcome of every rule, and every doubt in which a rule finds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions.looking import as_told
from bot.cases.complaint import Amount, Complaint, Nature
from bot.cases.findings import RULES, Finding, Part, Situation
from bot.cases.records import (
    BOOKED,
    DONE,
    LATE_FEE,
    ONE_TIME,
    PLAN,
    USAGE,
    Account,
    Appointment,
    Charge,
    Order,
)
from bot.provider import profile
from tests.cases.samples import (
    BUNDLE,
    BUNDLE_BEFORE,
    CALL_TO_INDIA,
    CHARGE,
    EARLIER,
    EVERYBODY,
    FAULT,
    FEE,
    IN_TIME,
    LINE,
    NOBODY_CAME,
    NOTICE,
    NOW,
    ORDERED,
    PROMISED,
    SAMPLES,
    TV,
    TV_GONE,
    VISIT,
    account,
)

OTHER_LINE = "+16475550119"
TWO_LINES = (LINE, OTHER_LINE)


def look(rule: str, named: Sequence[int] = (), **records: Any) -> Finding | None:
    """Return what a rule finds on an account with these records, for a customer who named these sums."""
    return RULES[rule].look(situation(account(**records), named))


def situation(proved: Account | None, named: Sequence[int] = (), **more: Any) -> Situation:
    complaint = Complaint(natures=[Nature("billing")], amounts=[Amount(cents) for cents in named])
    return Situation(complaint, NOW, proved, **more)


def told(found: Finding | None) -> tuple[str, tuple[str, ...], int] | None:
    """Return the outcome, the facts and the sum of a finding."""
    return (found.outcome, found.facts, found.cents) if found else None


def like(charge: Charge, charge_id: str, **changes: Any) -> Charge:
    return replace(charge, charge_id=charge_id, **changes)


# --- all rules -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "outcome"), SAMPLES)
def test_a_rule_gives_exactly_the_values_it_declares(rule: str, outcome: str) -> None:
    for person in EVERYBODY:
        found = RULES[rule].look(SAMPLES[rule, outcome](*person))
        assert found is not None
        shown = {"lines"} if found.lines else set()
        assert (found.outcome, {*found.values} | shown) == (outcome, RULES[rule].outcomes[outcome])


@pytest.mark.parametrize(("rule", "outcome"), SAMPLES)
def test_the_sum_at_stake_is_that_of_its_parts(rule: str, outcome: str) -> None:
    found = RULES[rule].look(SAMPLES[rule, outcome]())
    assert found is not None
    if found.parts:
        assert found.cents == sum(part.cents for part in found.parts)


@pytest.mark.parametrize("rule", sorted({*RULES} - {"outage", "nothing"}))
def test_an_empty_account_shows_nothing(rule: str) -> None:
    assert look(rule) is None


@pytest.mark.parametrize("rule", sorted({*RULES} - {"outage", "nothing"}))
def test_a_rule_about_an_account_is_never_asked_without_one(rule: str) -> None:
    with pytest.raises(LookupError, match="proved"):
        RULES[rule].look(situation(None))


# --- charged twice ---------------------------------------------------------------------------------------

A2, A3 = like(CHARGE, "A2"), like(CHARGE, "A3")
EARLIER_AGAIN = like(EARLIER, "A0b")
NO_LINE, NO_LINE_2, NO_LINE_3 = (like(CHARGE, name, line=None) for name in ("N1", "N2", "N3"))


@pytest.mark.parametrize(
    ("what", "charges"),
    [
        ("a single charge", [CHARGE]),
        ("the same plan a month apart", [CHARGE, EARLIER]),
        ("another description", [CHARGE, replace(A2, description="Unlimited US plan")]),
        ("another sum", [CHARGE, replace(A2, cents=4116)]),
        ("another kind", [CHARGE, replace(A2, kind=LATE_FEE)]),
        ("another line", [CHARGE, replace(A2, line=OTHER_LINE)]),
        ("one of them with a line, one without", [CHARGE, replace(A2, line=None)]),
        ("two calls of one length", [replace(CHARGE, kind=USAGE), replace(A2, kind=USAGE)]),
        ("two credits", [replace(CHARGE, cents=-4115), replace(A2, cents=-4115)]),
        ("one of them given back", [CHARGE, replace(A2, credited=4115)]),
        ("one of them given back in part", [CHARGE, replace(A2, credited=1)]),
    ],
)
def test_nothing_stands_twice(what: str, charges: list[Charge]) -> None:
    assert look("duplicate_charge", charges=tuple(charges)) is None


@pytest.mark.parametrize(
    ("what", "lines", "kind", "charges", "found"),
    [
        ("two plans for two lines", TWO_LINES, PLAN, [NO_LINE, NO_LINE_2], None),
        ("three plans for two lines", TWO_LINES, PLAN, [NO_LINE, NO_LINE_2, NO_LINE_3], "N3"),
        ("two plans for one line", (LINE,), PLAN, [NO_LINE, NO_LINE_2], "N2"),
        ("two plans of an account without lines", (), PLAN, [NO_LINE, NO_LINE_2], "N2"),
        ("two activation fees for two lines", TWO_LINES, ONE_TIME, [NO_LINE, NO_LINE_2], None),
        ("two activation fees for one line", (LINE,), ONE_TIME, [NO_LINE, NO_LINE_2], "N2"),
        ("two late fees, which are the account's", TWO_LINES, LATE_FEE, [NO_LINE, NO_LINE_2], "N2"),
    ],
)
def test_a_charge_without_a_line_may_stand_once_for_each_line(
    what: str, lines: tuple[str, ...], kind: str, charges: list[Charge], found: str | None
) -> None:
    charged = tuple(replace(charge, kind=kind) for charge in charges)
    assert told(look("duplicate_charge", lines=lines, charges=charged)) == (
        found and ("charged_twice", (found,), 4115)
    )


FITTING = Charge("C1", date(2026, 2, 2), "Installation", 7500, ONE_TIME, line=LINE)
FITTING_AGAIN = like(FITTING, "C2")


@pytest.mark.parametrize(
    ("charges", "named", "reversed_charge"),
    [
        ([CHARGE, A2], [], "A2"),
        ([CHARGE, EARLIER, A2], [], "A2"),
        # three alike: one is reversed, and the next look finds the two that are left
        ([CHARGE, A2, A3], [], "A3"),
        # two pairs: the latest, unless the customer named the sum of the other
        ([EARLIER, EARLIER_AGAIN, CHARGE, A2], [], "A2"),
        ([FITTING, FITTING_AGAIN, CHARGE, A2], [], "A2"),
        ([FITTING, FITTING_AGAIN, CHARGE, A2], [7500], "C2"),
        ([FITTING, FITTING_AGAIN, CHARGE, A2], [8230, 7500], "C2"),
        ([FITTING, FITTING_AGAIN, CHARGE, A2], [4115, 7500], "A2"),
        # a sum that matches nothing does not hide the pair
        ([CHARGE, A2], [9999], "A2"),
    ],
)
def test_one_of_the_charges_the_customer_means_is_taken_off(
    charges: list[Charge], named: list[int], reversed_charge: str
) -> None:
    found = look("duplicate_charge", named, charges=tuple(charges))
    assert found is not None
    assert [part.subject for part in found.parts] == [reversed_charge]


def test_the_bill_shows_every_charge_that_is_alike_and_the_sum_of_all_is_known() -> None:
    found = look("duplicate_charge", charges=(CHARGE, A2, A3))
    assert found is not None
    assert (len(found.lines), found.cents) == (3, 4115)
    assert {4115, 3 * 4115} <= {*found.sums}


# --- late fee --------------------------------------------------------------------------------------------

# the fee is of Monday 2 March; the bill before it was due on Friday 20 February
PAID_LATE, NOT_PAID = replace(IN_TIME, paid_on=date(2026, 2, 21)), replace(IN_TIME, paid_on=None)
JANUARY_LATE = replace(IN_TIME, due_on=date(2026, 1, 20), paid_on=date(2026, 2, 1))


@pytest.mark.parametrize(
    ("what", "payments", "outcome"),
    [
        ("two days before it was due", [IN_TIME], "paid_in_time"),
        ("on the day it was due", [replace(IN_TIME, paid_on=date(2026, 2, 20))], "paid_in_time"),
        ("the day after", [PAID_LATE], "paid_late"),
        ("not at all", [NOT_PAID], "payment_not_found"),
        ("no bill is known", [], "payment_not_found"),
        ("only a bill due after the fee", [replace(IN_TIME, due_on=date(2026, 3, 3))], "payment_not_found"),
        ("a bill due on the day of the fee", [replace(IN_TIME, due_on=date(2026, 3, 2))], "paid_in_time"),
        ("the bill before last was late, the last was not", [JANUARY_LATE, IN_TIME], "paid_in_time"),
        ("in two parts, one of them late", [IN_TIME, PAID_LATE], "paid_late"),
        ("in two parts, the late one listed first", [PAID_LATE, IN_TIME], "paid_late"),
        ("in two parts, one of them never", [IN_TIME, NOT_PAID], "payment_not_found"),
    ],
)
def test_a_late_fee_is_weighed_by_the_bill_before_it(what: str, payments: list[Any], outcome: str) -> None:
    assert told(look("late_fee", charges=(FEE,), payments=tuple(payments))) == (outcome, ("F1",), 1000)


@pytest.mark.parametrize(
    ("what", "fees", "named", "found"),
    [
        ("partly given back", [replace(FEE, credited=400)], [], ("F1", 600)),
        ("the latest of two", [FEE, like(FEE, "F0", on=date(2026, 2, 2))], [], ("F1", 1000)),
        ("the one named", [FEE, like(FEE, "F0", on=date(2026, 2, 2), cents=1850)], [1850], ("F0", 1850)),
        ("all given back", [replace(FEE, credited=1000)], [], None),
        ("no late fee", [CHARGE], [], None),
    ],
)
def test_the_late_fee_is_the_one_meant_and_only_what_stands_of_it(
    what: str, fees: list[Charge], named: list[int], found: tuple[str, int] | None
) -> None:
    fee = look("late_fee", named, charges=tuple(fees), payments=(IN_TIME,))
    assert (fee and (*fee.facts, fee.cents)) == found
    assert fee is None or fee.values["amount"] == Amount(fee.cents)


# --- promised credit -------------------------------------------------------------------------------------

APPLIED = replace(PROMISED, applied=True)
LATER_PROMISE = replace(PROMISED, credit_id="PC2", on=date(2026, 3, 5), cents=3000)


@pytest.mark.parametrize(
    ("what", "promises", "named", "found"),
    [
        ("not applied", [PROMISED], [], ("not_applied", ("PC1",), 2000)),
        ("applied", [APPLIED], [], ("already_applied", ("PC1",), 2000)),
        ("the latest of two", [PROMISED, LATER_PROMISE], [], ("not_applied", ("PC2",), 3000)),
        ("the one named", [PROMISED, LATER_PROMISE], [2000], ("not_applied", ("PC1",), 2000)),
        (
            "the one that is open still, though older",
            [PROMISED, replace(LATER_PROMISE, applied=True)],
            [],
            ("not_applied", ("PC1",), 2000),
        ),
        ("none", [], [], None),
    ],
)
def test_a_promised_credit(what: str, promises: list[Any], named: list[int], found: object) -> None:
    assert told(look("promised_credit", named, promised_credits=tuple(promises))) == found


def test_a_credit_that_was_applied_is_not_given_again() -> None:
    found = look("promised_credit", promised_credits=(APPLIED,))
    assert found is not None
    assert found.parts == ()


# --- price rise, and billed above the order --------------------------------------------------------------

# the bundle went from 86.40 on Monday 2 February to 96.40 on Monday 2 March
APRIL = like(BUNDLE, "B3", on=date(2026, 4, 2))


def ordered(on: date, months: int = 12, cents: int = 8640) -> Order:
    return replace(ORDERED, on=on, months=months, monthly_cents=cents)


@pytest.mark.parametrize(
    ("what", "order", "outcome"),
    [
        ("long since over", ordered(date(2025, 1, 15)), "price_ran_out"),
        ("its last day was the day before", ordered(date(2025, 3, 2)), "price_ran_out"),
        ("the rise is on its last day", ordered(date(2025, 3, 3)), "within_commitment"),
        ("in the middle", ordered(date(2026, 1, 15)), "within_commitment"),
        ("another price was ordered", ordered(date(2026, 1, 15), cents=8000), "not_explained"),
        ("another plan", replace(ordered(date(2026, 1, 15)), plan="TV"), "not_explained"),
        ("ordered after the rise", ordered(date(2026, 3, 3)), "not_explained"),
    ],
)
def test_a_price_rise_is_weighed_by_the_order(what: str, order: Order, outcome: str) -> None:
    found = look("price_rise", charges=(BUNDLE_BEFORE, BUNDLE), orders=(order,))
    assert found is not None
    assert (found.outcome, found.facts) == (outcome, ("B2",))
    assert found.parts == ((Part("B2", 1000),) if outcome == "within_commitment" else ())


@pytest.mark.parametrize(
    ("on", "months", "until"),
    [
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 1, 31), 1, date(2026, 3, 1)),  # there is no 31 February: all of February is agreed
        (date(2024, 1, 31), 1, date(2024, 3, 1)),  # nor is there one in a leap year
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
        (date(2023, 3, 1), 12, date(2024, 3, 1)),  # 29 February 2024 is agreed
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 12, 1), 1, date(2026, 1, 1)),
        (date(2025, 11, 30), 1, date(2025, 12, 30)),
        (date(2025, 11, 30), 3, date(2026, 3, 1)),
        (date(2025, 12, 31), 24, date(2027, 12, 31)),
    ],
)
def test_a_price_is_agreed_until_the_day_its_months_are_over(on: date, months: int, until: date) -> None:
    def above(day: date) -> Finding | None:
        return look("billed_above_order", charges=(replace(BUNDLE, on=day),), orders=(ordered(on, months),))

    assert above(on)
    assert above(until - timedelta(days=1))
    assert above(until) is None
    assert above(on - timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("what", "charges"),
    [
        ("one charge", [BUNDLE]),
        ("the same price", [BUNDLE_BEFORE, replace(BUNDLE, cents=8640)]),
        ("a lower price", [replace(BUNDLE_BEFORE, cents=9640), replace(BUNDLE, cents=8640)]),
        ("another plan", [BUNDLE_BEFORE, replace(BUNDLE, description="Internet 500")]),
        ("another line", [replace(BUNDLE_BEFORE, line=LINE), replace(BUNDLE, line=OTHER_LINE)]),
        ("usage, which differs by itself", [replace(BUNDLE_BEFORE, kind=USAGE), replace(BUNDLE, kind=USAGE)]),
        ("both on one day", [replace(BUNDLE_BEFORE, on=BUNDLE.on), BUNDLE]),
        ("the rise has been given back", [BUNDLE_BEFORE, replace(BUNDLE, credited=1000)]),
        (
            "two lines, one of them dearer all along",
            [
                like(BUNDLE_BEFORE, "B1b", cents=9640),
                BUNDLE_BEFORE,
                BUNDLE,
                like(BUNDLE, "B2b", cents=8640),
            ],
        ),
    ],
)
def test_no_price_rise(what: str, charges: list[Charge]) -> None:
    assert look("price_rise", charges=tuple(charges), orders=(ORDERED,)) is None


def test_the_latest_rise_counts_and_all_that_was_charged_above_the_order_is_given_back() -> None:
    found = look("price_rise", charges=(APRIL, BUNDLE, BUNDLE_BEFORE), orders=(ORDERED,))
    assert found is not None
    assert {*found.parts} == {Part("B2", 1000), Part("B3", 1000)}
    assert found.cents == 2000
    assert {line.cents for line in found.lines} == {8640, 9640}
    assert len(found.lines) == 3


def test_the_latest_of_two_rises_counts() -> None:
    dearer = replace(APRIL, cents=9900)
    found = look("price_rise", charges=(BUNDLE_BEFORE, BUNDLE, dearer))
    assert told(found) == ("not_explained", ("B3",), 0)
    assert found is not None
    assert (found.values["before"], found.values["after"]) == (Amount(9640), Amount(9900))


@pytest.mark.parametrize(
    ("what", "charges", "orders", "found"),
    [
        ("above it", [BUNDLE], [ORDERED], [Part("B2", 1000)]),
        ("a cent above it", [replace(BUNDLE, cents=8641)], [ORDERED], [Part("B2", 1)]),
        ("at it", [replace(BUNDLE, cents=8640)], [ORDERED], None),
        ("below it", [replace(BUNDLE, cents=8639)], [ORDERED], None),
        ("on the day of the order", [replace(BUNDLE, on=ORDERED.on)], [ORDERED], [Part("B2", 1000)]),
        ("partly given back", [replace(BUNDLE, credited=400)], [ORDERED], [Part("B2", 600)]),
        ("given back down to the order", [replace(BUNDLE, credited=1000)], [ORDERED], None),
        ("only what is above", [BUNDLE_BEFORE, BUNDLE], [ORDERED], [Part("B2", 1000)]),
        ("two months", [BUNDLE, APRIL], [ORDERED], [Part("B2", 1000), Part("B3", 1000)]),
        ("another plan", [replace(BUNDLE, description="TV")], [ORDERED], None),
        ("no plan", [replace(BUNDLE, kind=ONE_TIME)], [ORDERED], None),
        ("two lines on one day, one of them cheaper", [BUNDLE, replace(BUNDLE_BEFORE, on=BUNDLE.on)], [ORDERED], None),
        ("two orders at two prices", [BUNDLE], [ORDERED, ordered(date(2026, 1, 1), cents=9640)], None),
        (
            "above both orders",
            [BUNDLE],
            [ORDERED, ordered(date(2026, 1, 1), cents=9000)],
            [Part("B2", 1000)],
        ),
        ("no order", [BUNDLE], [], None),
    ],
)  # fmt: skip
def test_what_is_billed_above_an_order(
    what: str, charges: list[Charge], orders: list[Order], found: list[Part] | None
) -> None:
    above = look("billed_above_order", charges=tuple(charges), orders=tuple(orders))
    assert (above and [*above.parts]) == found


# --- usage, and disconnection ----------------------------------------------------------------------------

TWO_CALLS = (CALL_TO_INDIA, like(CALL_TO_INDIA, "U0", on=date(2026, 2, 2), cents=500))
# the notice is for Sunday 15 March, and today is Thursday the 12th
HELD = replace(NOTICE, held=True)
TODAY, PASSED = replace(NOTICE, on=NOW.date()), replace(NOTICE, on=date(2026, 3, 11))
IN_APRIL = replace(NOTICE, on=date(2026, 4, 1), cents=100)
SUBJECT = "notice:10031865:disconnection:2026-03-15"


@pytest.mark.parametrize(
    ("what", "charges", "notices", "named", "found"),
    [
        ("a charge", [CALL_TO_INDIA], [], [], ("usage_found", "U1", [Part("U1", 14840)])),
        ("the latest", TWO_CALLS, [], [], ("usage_found", "U1", [Part("U1", 14840)])),
        ("the one named", TWO_CALLS, [], [500], ("usage_found", "U0", [Part("U0", 500)])),
        (
            "partly given back",
            [replace(CALL_TO_INDIA, credited=40)],
            [],
            [],
            ("usage_found", "U1", [Part("U1", 14800)]),
        ),
        (
            "a disconnection over it",
            [CALL_TO_INDIA],
            [NOTICE],
            [],
            ("usage_and_disconnection", "U1", [Part(SUBJECT, 14840)]),
        ),
        ("one over more", [CALL_TO_INDIA], [replace(NOTICE, cents=14841)], [], ("usage_found", "U1", [Part("U1", 14840)])),
        (
            "one over it that comes after one over something else",
            [replace(CALL_TO_INDIA, cents=100)],
            [NOTICE, IN_APRIL],
            [],
            ("usage_and_disconnection", "U1", [Part("notice:10031865:disconnection:2026-04-01", 100)]),
        ),
        (
            "one over it whose day has passed",
            [CALL_TO_INDIA],
            [PASSED],
            [],
            ("usage_and_day_passed", "U1", [Part("notice:10031865:disconnection:2026-03-11", 14840)]),
        ),
        ("one that is held", [CALL_TO_INDIA], [HELD], [], ("usage_on_hold", "U1", [])),
        ("all given back", [replace(CALL_TO_INDIA, credited=14840)], [], [], None),
        ("no usage", [CHARGE], [NOTICE], [], None),
    ],
)  # fmt: skip
def test_the_usage_that_is_meant(
    what: str, charges: Sequence[Charge], notices: list[Any], named: list[int], found: object
) -> None:
    usage = look("unrecognised_usage", named, charges=tuple(charges), notices=tuple(notices))
    assert (usage and (usage.outcome, *usage.facts, [*usage.parts])) == found


@pytest.mark.parametrize(
    ("what", "notices", "outcome", "day", "cents"),
    [
        ("to come", [NOTICE], "announced", "2026-03-15", 14840),
        ("today", [TODAY], "announced", "2026-03-12", 14840),
        ("the next of two", [IN_APRIL, NOTICE], "announced", "2026-03-15", 14840),
        ("one is held, the other is not", [HELD, IN_APRIL], "announced", "2026-04-01", 100),
        ("one is to come, the day of the other has passed", [PASSED, IN_APRIL], "announced", "2026-04-01", 100),
        ("its day has passed", [PASSED], "day_passed", "2026-03-11", 14840),
        (
            "the latest whose day has passed",
            [replace(PASSED, on=date(2026, 2, 1)), PASSED],
            "day_passed",
            "2026-03-11",
            14840,
        ),
        ("one is held, the day of the other has passed", [HELD, PASSED], "day_passed", "2026-03-11", 14840),
        ("on hold", [HELD], "held", "2026-03-15", 14840),
        ("on hold since before its day", [replace(PASSED, held=True)], "held", "2026-03-11", 14840),
        ("the nearest of two on hold", [replace(IN_APRIL, held=True), HELD], "held", "2026-03-15", 14840),
    ],
)  # fmt: skip
def test_where_a_disconnection_stands(
    what: str, notices: list[Any], outcome: str, day: str, cents: int
) -> None:
    found = look("disconnection", notices=tuple(notices))
    assert told(found) == (outcome, (f"notice:10031865:disconnection:{day}",), cents)
    assert found is not None
    assert (found.values["amount"], found.values["day"]) == (Amount(cents), date.fromisoformat(day))


def test_another_kind_of_notice_is_no_disconnection() -> None:
    assert look("disconnection", notices=(replace(NOTICE, kind="reminder"),)) is None


def test_days_are_counted_where_the_operator_is() -> None:
    """At one in the morning of Friday the 13th in London it is Thursday in Toronto."""
    at_night = datetime(2026, 3, 13, 1, tzinfo=UTC)
    turn: Any = SimpleNamespace(
        complaint=Complaint(), now=at_night, house=SimpleNamespace(profile=profile("jive_ca"))
    )
    assert (as_told(turn).now, as_told(turn).now.date()) == (at_night, date(2026, 3, 12))


def test_a_disconnection_stands_by_the_day_where_the_operator_is() -> None:
    """At nine in the evening of Thursday the 12th in Toronto it is Friday in London."""
    evening = datetime(2026, 3, 12, 21, tzinfo=ZoneInfo("America/Toronto"))
    found = RULES["disconnection"].look(replace(situation(account(notices=(TODAY,))), now=evening))
    assert found is not None
    assert found.outcome == "announced"


# --- charged after a cancellation ------------------------------------------------------------------------

# TV was cancelled as of Tuesday 10 February and charged on Monday 2 March
TV_BEFORE, TV_APRIL = like(TV, "T0", on=date(2026, 2, 2)), like(TV, "T2", on=date(2026, 4, 2))
PHONE, PHONE_GONE = like(TV, "P1", service="local_phone"), replace(TV_GONE, service="local_phone")


@pytest.mark.parametrize(
    ("what", "charges", "found"),
    [
        ("after it", [TV], ["T1"]),
        ("before it and after it", [TV_BEFORE, TV], ["T1"]),
        ("two months", [TV, TV_APRIL], ["T1", "T2"]),
        ("the day after", [replace(TV, on=date(2026, 2, 11))], ["T1"]),
        ("on the day itself", [replace(TV, on=date(2026, 2, 10))], None),
        ("another service", [replace(TV, service="internet")], None),
        ("of no service", [replace(TV, service=None)], None),
        ("given back", [replace(TV, credited=4300)], None),
        ("usage, which is billed later than it is made", [replace(TV, kind=USAGE)], None),
        ("a box that was not sent back", [replace(TV, kind=ONE_TIME)], None),
    ],
)
def test_what_is_charged_after_a_cancellation(
    what: str, charges: list[Charge], found: list[str] | None
) -> None:
    after = look("charge_after_cancellation", charges=tuple(charges), cancellations=(TV_GONE,))
    assert (after and [*after.facts]) == found


def test_what_stands_of_each_charge_is_given_back() -> None:
    charges = (replace(TV, credited=300), TV_APRIL)
    found = look("charge_after_cancellation", charges=charges, cancellations=(TV_GONE,))
    assert found is not None
    assert found.parts == (Part("T1", 4000), Part("T2", 4300))
    assert found.values["amount"] == Amount(8300)


@pytest.mark.parametrize(
    ("what", "lines", "gone", "orders", "found"),
    [
        ("ordered again since", (LINE,), [TV_GONE], [Order(date(2026, 2, 20), "TV", 4300, 12)], False),
        ("ordered before", (LINE,), [TV_GONE], [Order(date(2025, 2, 20), "TV", 4300, 12)], True),
        ("ordered after the charge", (LINE,), [TV_GONE], [Order(date(2026, 3, 3), "TV", 4300, 12)], True),
        ("two cancellations, the charge between", (LINE,), [TV_GONE, replace(TV_GONE, on=date(2026, 3, 5))], [], False),
        ("two cancellations, the charge after", (LINE,), [replace(TV_GONE, on=date(2026, 1, 5)), TV_GONE], [], True),
        ("one of two lines, nobody knows which", TWO_LINES, [PHONE_GONE], [], False),
        ("the only line", (LINE,), [PHONE_GONE], [], True),
        ("television of somebody with two lines", TWO_LINES, [TV_GONE], [], True),
    ],
)  # fmt: skip
def test_a_charge_is_wrong_only_when_the_service_cannot_be_the_customers(
    what: str, lines: tuple[str, ...], gone: list[Any], orders: list[Order], found: bool
) -> None:
    charge = PHONE if PHONE_GONE in gone else TV
    after = look(
        "charge_after_cancellation",
        lines=lines,
        charges=(charge,),
        cancellations=tuple(gone),
        orders=tuple(orders),
    )
    assert (after is not None) == found


# --- missed appointment ----------------------------------------------------------------------------------

# nobody came on Friday 20 February; a visit was charged on Monday 2 March


def came(on: date, outcome: str = DONE) -> Appointment:
    return Appointment(on, "09:00-12:00", "repair", outcome)


@pytest.mark.parametrize(
    ("what", "others", "charges", "outcome"),
    [
        ("no fee", [], [], "missed"),
        ("a fee", [], [VISIT], "missed_and_charged"),
        ("a fee on the day itself", [], [replace(VISIT, on=date(2026, 2, 20))], "missed_and_charged"),
        ("a fee 45 days later", [], [replace(VISIT, on=date(2026, 4, 6))], "missed_and_charged"),
        ("a fee 46 days later", [], [replace(VISIT, on=date(2026, 4, 7))], "missed"),
        ("a fee of the day before", [], [replace(VISIT, on=date(2026, 2, 19))], "missed"),
        ("another kind of charge", [], [replace(VISIT, kind=ONE_TIME)], "missed"),
        ("a fee that was given back", [], [replace(VISIT, credited=7500)], "missed"),
        ("somebody came on another day since", [came(date(2026, 2, 25))], [VISIT], "missed"),
        ("somebody came on the same day", [came(date(2026, 2, 20))], [VISIT], "missed"),
        ("somebody came the week before", [came(date(2026, 2, 13))], [VISIT], "missed"),
        ("somebody may have come", [came(date(2026, 2, 25), BOOKED)], [VISIT], "missed"),
        ("somebody came after the fee", [came(date(2026, 3, 9))], [VISIT], "missed_and_charged"),
        ("somebody will come", [came(date(2026, 3, 20), BOOKED)], [VISIT], "missed_and_charged"),
        ("somebody came long before", [came(date(2025, 12, 12))], [VISIT], "missed_and_charged"),
    ],
)
def test_a_missed_visit_is_charged_only_when_the_fee_can_be_for_no_other(
    what: str, others: list[Appointment], charges: list[Charge], outcome: str
) -> None:
    found = look("missed_appointment", appointments=(NOBODY_CAME, *others), charges=tuple(charges))
    assert found is not None
    assert found.outcome == outcome
    assert found.facts == (
        ("visit:2026-02-20", "V1") if charges and outcome != "missed" else ("visit:2026-02-20",)
    )


@pytest.mark.parametrize(("named", "fee"), [((), "V2"), ((7500,), "V1"), ((9900,), "V2")])
def test_of_two_fees_the_one_is_taken_off_that_is_meant(named: tuple[int, ...], fee: str) -> None:
    charges = (VISIT, like(VISIT, "V2", on=date(2026, 3, 5), cents=9900))
    found = look("missed_appointment", named, appointments=(NOBODY_CAME,), charges=charges)
    assert found is not None
    assert [part.subject for part in found.parts] == [fee]


def test_of_two_missed_visits_the_latest_counts_and_one_that_took_place_is_none() -> None:
    earlier = replace(NOBODY_CAME, on=date(2026, 1, 20))
    found = look("missed_appointment", appointments=(NOBODY_CAME, earlier))
    assert told(found) == ("missed", ("visit:2026-02-20",), 0)
    assert look("missed_appointment", appointments=(came(date(2026, 2, 20)),)) is None


# --- outage ----------------------------------------------------------------------------------------------

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("what", "began", "until", "outcome", "since", "left"),
    [
        ("going on", NOW - 2 * HOUR, NOW + 4 * HOUR, "outage_now", 2 * HOUR, 4 * HOUR),
        ("times are rounded up", NOW - 1.1 * HOUR, NOW + 0.1 * HOUR, "outage_now", 2 * HOUR, HOUR),
        ("it begins this moment", NOW, NOW + HOUR, "outage_now", HOUR, HOUR),
        ("a second is left", NOW - HOUR, NOW + timedelta(seconds=1), "outage_now", HOUR, HOUR),
        ("exactly at its estimate", NOW - HOUR, NOW, "outage_overdue", HOUR, None),
        ("past its estimate", NOW - 3 * HOUR, NOW - HOUR, "outage_overdue", 3 * HOUR, None),
    ],
)
def test_an_outage_by_its_estimate(
    what: str, began: Any, until: Any, outcome: str, since: timedelta, left: timedelta | None
) -> None:
    outage = replace(FAULT, began_at=began, expected_until=until)
    found = RULES["outage"].look(situation(None, outages=(outage,)))
    assert found is not None
    assert (found.outcome, found.values["since"], found.values.get("left")) == (outcome, since, left)


@pytest.mark.parametrize(
    ("what", "complained_of", "services", "is_found"),
    [
        ("nobody knows of which service", None, None, True),
        ("of that service", "local_phone", None, True),
        ("of another service", "internet", None, False),
        ("no service named, the account has it", None, ("local_phone", "tv"), True),
        ("no service named, the account has it not", None, ("internet",), False),
        ("named, though not of the account", "local_phone", ("internet",), True),
    ],
)
def test_an_outage_of_a_service_that_is_concerned(
    what: str, complained_of: str | None, services: tuple[str, ...] | None, is_found: bool
) -> None:
    complaint = Complaint(natures=[Nature("service_delivery", "outage", complained_of)])
    proved = account(services=services) if services else None
    found = RULES["outage"].look(Situation(complaint, NOW, proved, (FAULT,)))
    assert (found is not None) == is_found


@pytest.mark.parametrize(
    ("what", "outages"),
    [
        ("none is known", ()),
        ("nobody knows where they live", None),
        ("it has not begun yet", (replace(FAULT, began_at=NOW + timedelta(seconds=1)),)),
    ],
)
def test_no_outage(what: str, outages: Any) -> None:
    assert RULES["outage"].look(situation(account(), outages=outages)) is None


def test_of_two_outages_the_latest_is_told() -> None:
    older = replace(FAULT, began_at=NOW - 9 * HOUR)
    found = RULES["outage"].look(situation(None, outages=(older, FAULT)))
    assert found is not None
    assert found.values["since"] == 2 * HOUR
