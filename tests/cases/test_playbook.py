"""Which playbook fits a complaint, what stands in its way, and what may be given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions.playing import Playing
from bot.cases.complaint import Amount, Complaint, Nature
from bot.cases.findings import RULES, Finding, Part, Situation
from bot.cases.playbook import (
    CALL_BACK,
    CORRECTION,
    FAR,
    FITS,
    GOODWILL,
    HEARD,
    HOLD,
    MADE_FOR_IT,
    SAME_CATEGORY,
    VISIT,
    Offer,
    Playbook,
    Start,
    Step,
    begin,
    choose,
    close_to,
    given,
    named_outright,
    needs_place,
    within_limits,
)
from bot.cases.records import Account, Outage
from bot.playbooks import playbook, playbooks
from bot.provider.demo import DemoProvider
from bot.store import Store, open_store
from tests.cases.samples import (
    CHARGE,
    FAULT,
    FEE,
    IN_TIME,
    NOTICE,
    NOW,
    PROMISED,
    RECORDS,
    account,
)
from tests.fresh import new_database

AGAIN = replace(CHARGE, charge_id="A2")


def the(name: str) -> Playbook:
    book = playbook(name)
    assert book is not None
    return book


def told(
    natures: str,
    proved: Account | None = None,
    *,
    named: Sequence[int] = (),
    circumstances: tuple[str, ...] = (),
    outages: tuple[Outage, ...] | None = None,
    unreachable: bool = False,
    heard: str = "",
) -> Situation:
    """Return a situation; natures are written `category.issue` or `category`, with `@service` where one is named."""
    return Situation(
        Complaint(
            narrative="Told.",
            natures=[nature(written) for written in natures.split()],
            amounts=[Amount(cents) for cents in named],
            circumstances=circumstances,
        ),
        NOW,
        proved,
        outages,
        unreachable,
        frozenset(heard.split()),
    )


def nature(written: str) -> Nature:
    kind, _, service = written.partition("@")
    category, _, issue = kind.partition(".")
    return Nature(category, issue or None, service or None)


def chosen(situation: Situation, tried: Sequence[str] = ()) -> tuple[str, str] | None:
    start = choose(playbooks(), situation, tried)
    return (start.playbook.name, start.step) if start else None


# --- how close -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("natures", "circumstances", "heard", "closeness"),
    [
        ("credit_management.suspension", (), "", MADE_FOR_IT),
        ("credit_management.collections", (), "", FITS),
        ("credit_management", (), "", FITS),
        ("credit_management.deposit", (), "", SAME_CATEGORY),
        ("billing.late_fee", (), "", FAR),
        ("billing.late_fee", ("disconnection",), "", MADE_FOR_IT),
        ("billing.late_fee", ("hardship",), "", FAR),
        ("billing.late_fee", (), "disconnection", HEARD),
        ("billing.late_fee credit_management.suspension", (), "", MADE_FOR_IT),
        ("", (), "", FAR),
    ],
)
def test_how_close_a_playbook_is(
    natures: str, circumstances: tuple[str, ...], heard: str, closeness: int
) -> None:
    situation = told(natures, circumstances=circumstances, heard=heard)
    assert close_to(the("disconnection"), situation) == closeness
    assert named_outright(the("disconnection"), situation) == (closeness >= MADE_FOR_IT)


# --- which one is chosen ---------------------------------------------------------------------------------

# an account with two alike charges of 41.15, a late fee of 10.00 paid late, and a promise of 20.00
MUCH = account(
    charges=(CHARGE, AGAIN, FEE),
    payments=(replace(IN_TIME, paid_on=FEE.on),),
    promised_credits=(PROMISED,),
)
TWICE = account(charges=(CHARGE, AGAIN))
PAID_LATE = account(**RECORDS["late_fee", "paid_late"])
RAN_OUT = account(**RECORDS["price_rise", "price_ran_out"])
APPLIED = account(**RECORDS["promised_credit", "already_applied"])
HELD = replace(NOTICE, held=True)


@pytest.mark.parametrize(
    ("why", "situation", "expected"),
    [
        (
            "made for it comes before what also fits and is owed",
            told("billing.late_fee", MUCH),
            ("late_fee", "paid_late"),
        ),
        (
            "the words heard come before the nature that was read",
            told("billing.duplicate_charge", MUCH, heard="late_fee"),
            ("late_fee", "paid_late"),
        ),
        (
            "made for it comes before a sum that is named of another",
            told("billing.late_fee", MUCH, named=[4115]),
            ("late_fee", "paid_late"),
        ),
        (
            "of those that fit, what involves the sum named",
            told("billing", MUCH, named=[1000]),
            ("late_fee", "paid_late"),
        ),
        (
            "of those that fit, a correction comes before goodwill",
            told("billing.incorrect_charge", MUCH),
            ("duplicate_charge", "charged_twice"),
        ),
        (
            "what fits comes before what is of the same category, both being owed",
            told("billing.credit_not_received", replace(MUCH, promised_credits=())),
            ("duplicate_charge", "charged_twice"),
        ),
        (
            "of the same category, what is owed is let in",
            told("billing.credit_not_received", TWICE),
            ("duplicate_charge", "charged_twice"),
        ),
        (
            "of the same category, what is not owed is not",
            told("billing.credit_not_received", PAID_LATE),
            None,
        ),
        (
            "of the same category, a sum that was named lets in nothing that is not owed",
            told("billing.credit_not_received", PAID_LATE, named=[1000]),
            None,
        ),
        (
            "a sum that nothing involves changes nothing",
            told("billing.credit_not_received", PAID_LATE, named=[1001]),
            None,
        ),
        ("another category is far", told("other.privacy", MUCH), None),
        ("whoever told nothing is tried nothing", told("", MUCH), None),
        (
            "what it was made for is explained even when nothing is owed",
            told("billing.price_increase", RAN_OUT),
            ("price_rise", "price_ran_out"),
        ),
        (
            "a second nature counts as much as the first",
            told("other.privacy billing.duplicate_charge", TWICE),
            ("duplicate_charge", "charged_twice"),
        ),
        (
            "one is heard and shows nothing, what was read besides shows nothing owed",
            told("billing.credit_not_received", APPLIED, heard="cancelled_service"),
            None,
        ),
        (
            "as before where nothing is heard",
            told("billing.credit_not_received", APPLIED),
            ("promised_credit", "already_applied"),
        ),
        (
            "one is heard and shows nothing, what was read besides is goodwill at most",
            told("billing.late_fee", PAID_LATE, heard="cancelled_service"),
            None,
        ),
        (
            "one is heard and shows nothing, what was read besides is owed",
            told("billing.duplicate_charge", TWICE, heard="cancelled_service"),
            ("duplicate_charge", "charged_twice"),
        ),
        (
            "one is heard and shows nothing, what only fits is owed",
            told("billing", TWICE, heard="cancelled_service"),
            ("duplicate_charge", "charged_twice"),
        ),
        (
            "one is heard and shows nothing, and a line is about to be cut",
            told("credit_management.suspension", account(notices=(NOTICE,)), heard="late_fee"),
            ("disconnection", "announced"),
        ),
        (
            "one is heard and shows nothing, a circumstance was told besides",
            told("billing", account(notices=(HELD,)), heard="late_fee", circumstances=("disconnection",)),
            ("disconnection", "held"),
        ),
        (
            "one is heard and shows nothing, another that is heard only explains",
            told("billing", RAN_OUT, heard="late_fee price_rise"),
            ("price_rise", "price_ran_out"),
        ),
        (
            "one is heard of another service than the customer's says nothing",
            told("billing.late_fee@local_phone", PAID_LATE, heard="slow_internet"),
            ("late_fee", "paid_late"),
        ),
    ],
)
def test_the_playbook_that_fits_best(
    why: str, situation: Situation, expected: tuple[str, str] | None
) -> None:
    assert chosen(situation) == expected


def test_what_fits_comes_before_what_is_of_the_same_category() -> None:
    step = Step("found", gives=CORRECTION)
    same = Playbook(
        "a", ("billing",), ("billing",), (), "account", "duplicate_charge", {"charged_twice": step}, {}
    )
    fits = replace(same, name="b", also_fits=("billing", "billing.overage"))
    start = choose([same, fits], told("billing.overage", TWICE))
    assert start is not None
    assert start.playbook.name == "b"


def test_once_what_was_heard_is_settled_what_was_read_besides_is_looked_into() -> None:
    records = account(charges=(CHARGE, AGAIN, FEE), payments=(replace(IN_TIME, paid_on=FEE.on),))
    situation = told("billing.late_fee", records, heard="duplicate_charge")
    assert chosen(situation) == ("duplicate_charge", "charged_twice")
    assert chosen(situation, ["duplicate_charge"]) == ("late_fee", "paid_late")


def test_what_was_tried_is_left_out_until_nothing_is_left() -> None:
    situation, tried = told("billing.incorrect_charge", MUCH), []
    while found := chosen(situation, tried):
        tried.append(found[0])
    # what is owed comes first, then what only fits
    assert tried == ["duplicate_charge", "promised_credit", "late_fee"]


# --- what stands in the way ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("why", "situation", "step"),
    [
        ("no proof", told("credit_management.suspension"), "unverified"),
        ("no answer", told("credit_management.suspension", unreachable=True), "unreachable"),
        ("nothing announced", told("credit_management.suspension", account()), "none_found"),
        ("announced", told("credit_management.suspension", account(notices=(NOTICE,))), "announced"),
        ("heard, no proof", told("billing.late_fee", heard="disconnection"), "unverified"),
        ("it only also fits, no proof", told("credit_management.collections"), None),
        ("it only also fits, no answer", told("credit_management.collections", unreachable=True), None),
        ("it only also fits, nothing announced", told("credit_management.collections", account()), None),
        ("it also fits", told("credit_management.collections", account(notices=(NOTICE,))), "announced"),
        ("only a circumstance, no proof", told("billing", circumstances=("disconnection",)), None),
        (
            "only a circumstance, nothing announced",
            told("billing", account(), circumstances=("disconnection",)),
            None,
        ),
        (
            "only a circumstance, announced",
            told("billing", account(notices=(NOTICE,)), circumstances=("disconnection",)),
            "announced",
        ),
    ],
)
def test_obstacles_are_told_only_of_what_the_playbook_was_made_for(
    why: str, situation: Situation, step: str | None
) -> None:
    start = begin(the("disconnection"), situation)
    assert (start and start.step) == step


@pytest.mark.parametrize("unreachable", [False, True])
def test_a_playbook_without_a_step_for_an_obstacle_does_not_begin(unreachable: bool) -> None:
    assert begin(the("late_fee"), told("billing.late_fee", unreachable=unreachable)) is None
    assert begin(the("outage"), told("service_delivery.outage", unreachable=unreachable)) is None


def test_a_disconnection_that_is_announced_comes_before_what_was_complained_of() -> None:
    records = account(charges=(CHARGE, AGAIN), notices=(NOTICE,))
    raised = told("billing.incorrect_charge", records, circumstances=("disconnection",))
    assert chosen(raised) == ("disconnection", "announced")
    assert chosen(told("billing.incorrect_charge", records)) == ("duplicate_charge", "charged_twice")


# --- services, and playbooks that look at no records -----------------------------------------------------


@pytest.mark.parametrize(
    ("natures", "heard", "expected"),
    [
        ("service_delivery.poor_quality@local_phone", "call_quality", "call_quality"),
        ("service_delivery.poor_quality@internet", "call_quality", None),
        ("service_delivery.poor_quality", "call_quality", "call_quality"),
        ("service_delivery.poor_quality@tv billing@long_distance", "call_quality", "call_quality"),
        ("service_delivery.poor_quality@local_phone", "", None),
        ("service_delivery.slow_speed@internet", "slow_internet", "slow_internet"),
        ("service_delivery.slow_speed@local_phone", "slow_internet", None),
        ("credit_management.credit_bureau", "credit_bureau", "credit_bureau"),
        ("credit_management.credit_bureau", "", None),
    ],
)
def test_what_looks_at_no_records_needs_the_words_and_the_service(
    natures: str, heard: str, expected: str | None
) -> None:
    assert chosen(told(natures, heard=heard)) == (expected and (expected, "start"))


@pytest.mark.parametrize(
    ("natures", "circumstances", "heard", "is_needed"),
    [
        ("service_delivery.outage", (), "", True),
        ("service_delivery.slow_speed", (), "", False),
        ("service_delivery", (), "", False),
        ("billing.late_fee", (), "", False),
        ("billing.late_fee", (), "outage", True),
        ("service_delivery.outage", (), "call_quality", False),
    ],
)
def test_the_place_is_needed_when_the_closest_playbook_is_about_it(
    natures: str, circumstances: tuple[str, ...], heard: str, is_needed: bool
) -> None:
    assert needs_place(playbooks(), told(natures, circumstances=circumstances, heard=heard)) == is_needed


def test_a_known_outage_is_told_without_any_proof() -> None:
    assert chosen(told("service_delivery.outage", outages=(FAULT,))) == ("outage", "outage_now")
    assert chosen(told("service_delivery.outage", outages=())) is None


# --- what is given ---------------------------------------------------------------------------------------

TWO_PARTS = Finding("found", ("A1", "A2"), cents=3000, parts=(Part("A1", 1000), Part("A2", 2000)))
ONE_PART = Finding("found", ("A1",), cents=1000, parts=(Part("A1", 1000),))
NO_SUM = Finding("found", ("visit:2026-02-20",), parts=(Part("visit:2026-02-20", 0),))
NO_PARTS = Finding("found", ("A1",), cents=1000)


@pytest.mark.parametrize(
    ("what", "step", "finding", "parts"),
    [
        ("every part is corrected", Step("s", gives=CORRECTION), TWO_PARTS, [("A1", 1000), ("A2", 2000)]),
        ("every part is held", Step("s", gives=HOLD), TWO_PARTS, [("A1", 1000), ("A2", 2000)]),
        ("goodwill is one sum on the first", Step("s", gives=GOODWILL), TWO_PARTS, [("A1", 3000)]),
        ("a ceiling below the sum", Step("s", gives=GOODWILL, at_most=999), ONE_PART, [("A1", 999)]),
        ("a ceiling at the sum", Step("s", gives=GOODWILL, at_most=1000), ONE_PART, [("A1", 1000)]),
        ("a ceiling above the sum", Step("s", gives=GOODWILL, at_most=1001), ONE_PART, [("A1", 1000)]),
        ("no sum was found: the ceiling", Step("s", gives=GOODWILL, at_most=2500), NO_SUM, [("visit:2026-02-20", 2500)]),
        ("nothing to give it on", Step("s", gives=GOODWILL, at_most=2500), NO_PARTS, []),
        ("a visit costs nothing", Step("s", gives=VISIT), ONE_PART, []),
        ("nor does a call", Step("s", gives=CALL_BACK), ONE_PART, []),
        ("a step that only says something", Step("s", then="person"), ONE_PART, []),
    ],
)  # fmt: skip
def test_what_a_step_gives(what: str, step: Step, finding: Finding, parts: list[tuple[str, int]]) -> None:
    assert given(step, finding) == tuple(Part(*part) for part in parts)


@pytest.mark.parametrize("gives", [CORRECTION, GOODWILL, HOLD])
def test_no_sum_is_no_offer(gives: str) -> None:
    """What was found may have been given or held by another conversation since."""
    turn: Any = None
    played = Playing(turn, the("late_fee"), NO_PARTS, told("billing.late_fee", account()))
    assert not played.may_offer(Step("s", gives=gives), 0)


LIMITS = {"assistant_per_case": 2500, "assistant_per_account_and_year": 5000}


@pytest.mark.parametrize(
    ("cents", "on_case", "on_account", "allowed"),
    [
        (2500, 0, 0, True),
        (2501, 0, 0, False),
        (1500, 1000, 1000, True),
        (1501, 1000, 1000, False),
        (2500, 0, 2500, True),
        (2500, 0, 2501, False),
        (1, 2500, 2500, False),
        (1, 0, 5000, False),
    ],
)
def test_goodwill_keeps_to_both_limits_to_the_cent(
    cents: int, on_case: int, on_account: int, allowed: bool
) -> None:
    assert within_limits(cents, on_case, on_account, LIMITS) == allowed


@pytest.mark.parametrize(("accepted", "status"), [(True, "accepted"), (False, "refused")])
def test_an_answered_offer_is_a_new_fact(accepted: bool, status: str) -> None:
    offer = Offer("correction", 4115, ("A2",), NOW, parts=(Part("A2", 4115),))
    answered = offer.answered(accepted, NOW)
    assert (offer.status, answered.status, answered.answered_at) == ("offered", status, NOW)
    assert answered.parts == offer.parts


# --- the accounts of the demo ----------------------------------------------------------------------------

START = datetime(2026, 3, 21, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def look_in_demo(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Situation]:
    """A function that returns the situation of an account of the demo: nature and, at will, circumstances."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'recourse.db'}"
    new_database(url)
    store: Store = open_store(url)
    demo = DemoProvider(START, store, lambda: START, ZoneInfo("America/Toronto"))

    def look(number: str, natures: str, **more: tuple[str, ...]) -> Situation:
        proved = demo.account(number)
        assert proved is not None
        outages = demo.outages(proved.customer.postal_code)
        return replace(told(natures, proved, outages=outages, **more), now=START)  # type: ignore[arg-type]

    return look


@pytest.mark.parametrize(
    ("number", "natures", "expected", "cents"),
    [
        ("10031865", "billing.duplicate_charge", ("duplicate_charge", "charged_twice"), 4115),
        ("10063390", "billing.late_fee", ("late_fee", "paid_in_time"), 1850),
        ("10024417", "billing.late_fee", ("late_fee", "paid_late"), 1000),
        ("10024417", "billing.price_increase", ("price_rise", "price_ran_out"), 0),
        ("10047702", "billing.credit_not_received", ("promised_credit", "not_applied"), 2000),
        (
            "10047702",
            "service_delivery.missed_appointment",
            ("missed_appointment", "missed_and_charged"),
            7500,
        ),
        ("10071148", "billing.unrecognised_usage", ("unrecognised_usage", "usage_and_disconnection"), 14840),
        ("10071148", "credit_management.suspension", ("disconnection", "announced"), 14840),
        ("10095571", "billing.charge_after_cancellation", ("cancelled_service", "charged_after"), 4300),
        ("10095571", "service_delivery.outage@local_phone", ("outage", "outage_now"), 0),
        ("10058213", "contract.breach_of_contract", ("billed_above_order", "above_order"), 7200),
        ("10058213", "service_delivery.outage", ("outage", "outage_now"), 0),
        ("10082956", "billing.credit_not_received", ("promised_credit", "already_applied"), 15000),
    ],
)
def test_the_demo_shows_what_it_promises(
    look_in_demo: Callable[..., Situation], number: str, natures: str, expected: tuple[str, str], cents: int
) -> None:
    start: Start | None = choose(playbooks(), look_in_demo(number, natures))
    assert start is not None
    assert ((start.playbook.name, start.step), start.finding.cents) == (expected, cents)


PROMISED_BY_DEMO = {
    "10031865": "duplicate_charge",
    "10063390": "late_fee",
    "10047702": "promised_credit missed_appointment",
    "10024417": "late_fee price_rise",
    "10071148": "unrecognised_usage disconnection",
    "10095571": "charge_after_cancellation outage",
    "10058213": "billed_above_order outage",
    "10082956": "promised_credit",
}


@pytest.mark.parametrize("number", PROMISED_BY_DEMO)
def test_the_demo_shows_nothing_else(look_in_demo: Callable[..., Situation], number: str) -> None:
    situation = look_in_demo(number, "other")
    found = {name for name, rule in RULES.items() if name != "nothing" and rule.look(situation)}
    assert found == {*PROMISED_BY_DEMO[number].split()}
