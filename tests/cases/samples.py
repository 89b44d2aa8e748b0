"""A situation for every outcome of every rule, whoever the customer is: wherever they live, whatever they speak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.cases.complaint import Complaint, Nature
from bot.cases.findings import Situation
from bot.cases.records import (
    DISCONNECTION,
    LATE_FEE,
    MISSED,
    PLAN,
    USAGE,
    VISIT_FEE,
    Account,
    Appointment,
    Cancellation,
    Charge,
    CollectionNotice,
    Customer,
    Order,
    Outage,
    Payment,
    PromisedCredit,
    Slot,
)
from bot.languages import LANGUAGES

PROVINCES = tuple("AB BC MB NB NL NS NT NU ON PE QC SK YT".split())
KINDS = ("residential", "small_business", "business")

NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
LINE = "+16475550118"


def account(
    language: str = "en",
    province: str = "ON",
    kind: str = "residential",
    lines: tuple[str, ...] = (LINE,),
    services: tuple[str, ...] = ("local_phone", "internet", "tv"),
    **records: Any,
) -> Account:
    """Return an account with these records; a technician could come on 13 March."""
    customer = Customer(
        account_number="10031865",
        name="Daniel Okafor",
        kind=kind,
        language=language,
        province=province,
        postal_code="M5V 2T6",
        phone_of_record="+14165550117",
        phone_kind="mobile",
        email_of_record=None,
        services=services,
        lines=lines,
    )
    return Account(customer, slots=(Slot(date(2026, 3, 13), "13:00-17:00"),), **records)


CHARGE = Charge("A1", date(2026, 3, 2), "Unlimited Canada plan", 4115, PLAN, "local_phone", LINE)
EARLIER = replace(CHARGE, charge_id="A0", on=date(2026, 2, 2))
FEE = Charge("F1", date(2026, 3, 2), "Late payment fee", 1000, LATE_FEE)
IN_TIME = Payment(date(2026, 2, 20), date(2026, 2, 18), 8640)
PROMISED = PromisedCredit("PC1", date(2026, 2, 5), 2000, "outage", applied=False)
BUNDLE = Charge("B2", date(2026, 3, 2), "Home phone and internet bundle", 9640, PLAN)
BUNDLE_BEFORE = replace(BUNDLE, charge_id="B1", on=date(2026, 2, 2), cents=8640)
ORDERED = Order(date(2026, 1, 15), "Home phone and internet bundle", 8640, 12)
CALL_TO_INDIA = Charge(
    "U1", date(2026, 3, 2), "Long distance to India 212 min", 14840, USAGE, "long_distance"
)
NOTICE = CollectionNotice(DISCONNECTION, date(2026, 3, 15), 14840)
TV = Charge("T1", date(2026, 3, 2), "TV", 4300, PLAN, "tv")
TV_GONE = Cancellation("tv", date(2026, 2, 10))
NOBODY_CAME = Appointment(date(2026, 2, 20), "13:00-15:00", "repair", MISSED)
VISIT = Charge("V1", date(2026, 3, 2), "Technician visit", 7500, VISIT_FEE)
FAULT = Outage("M5V", "local_phone", NOW - timedelta(hours=2), NOW + timedelta(hours=4), "Fibre cut")

RECORDS: dict[tuple[str, str], dict[str, Any]] = {
    ("duplicate_charge", "charged_twice"): {"charges": (CHARGE, replace(CHARGE, charge_id="A2"))},
    ("late_fee", "paid_in_time"): {"charges": (FEE,), "payments": (IN_TIME,)},
    ("late_fee", "paid_late"): {
        "charges": (FEE,),
        "payments": (replace(IN_TIME, paid_on=date(2026, 2, 23)),),
    },
    ("late_fee", "payment_not_found"): {"charges": (FEE,)},
    ("promised_credit", "not_applied"): {"promised_credits": (PROMISED,)},
    ("promised_credit", "already_applied"): {"promised_credits": (replace(PROMISED, applied=True),)},
    ("price_rise", "price_ran_out"): {
        "charges": (BUNDLE_BEFORE, BUNDLE),
        "orders": (replace(ORDERED, on=date(2025, 2, 20)),),
    },
    ("price_rise", "within_commitment"): {"charges": (BUNDLE_BEFORE, BUNDLE), "orders": (ORDERED,)},
    ("price_rise", "not_explained"): {"charges": (BUNDLE_BEFORE, BUNDLE)},
    ("billed_above_order", "above_order"): {"charges": (BUNDLE,), "orders": (ORDERED,)},
    ("unrecognised_usage", "usage_found"): {"charges": (CALL_TO_INDIA,)},
    ("unrecognised_usage", "usage_and_disconnection"): {"charges": (CALL_TO_INDIA,), "notices": (NOTICE,)},
    ("unrecognised_usage", "usage_and_day_passed"): {
        "charges": (CALL_TO_INDIA,),
        "notices": (replace(NOTICE, on=date(2026, 3, 11)),),
    },
    ("unrecognised_usage", "usage_on_hold"): {
        "charges": (CALL_TO_INDIA,),
        "notices": (replace(NOTICE, held=True),),
    },
    ("charge_after_cancellation", "charged_after"): {"charges": (TV,), "cancellations": (TV_GONE,)},
    ("missed_appointment", "missed"): {"appointments": (NOBODY_CAME,)},
    ("missed_appointment", "missed_and_charged"): {"appointments": (NOBODY_CAME,), "charges": (VISIT,)},
    ("outage", "outage_now"): {},
    ("outage", "outage_overdue"): {},
    ("disconnection", "announced"): {"notices": (NOTICE,)},
    ("disconnection", "day_passed"): {"notices": (replace(NOTICE, on=date(2026, 3, 11)),)},
    ("disconnection", "held"): {"notices": (replace(NOTICE, held=True),)},
    ("nothing", "start"): {},
}
"""What the account holds for each rule and outcome."""

OUTAGES: dict[str, Outage] = {
    "outage_now": FAULT,
    "outage_overdue": replace(FAULT, expected_until=NOW - timedelta(hours=1)),
}

NATURES: dict[str, tuple[str, str]] = {
    "duplicate_charge": ("billing", "duplicate_charge"),
    "late_fee": ("billing", "late_fee"),
    "promised_credit": ("billing", "credit_not_received"),
    "price_rise": ("billing", "price_increase"),
    "billed_above_order": ("contract", "breach_of_contract"),
    "unrecognised_usage": ("billing", "unrecognised_usage"),
    "charge_after_cancellation": ("billing", "charge_after_cancellation"),
    "missed_appointment": ("service_delivery", "missed_appointment"),
    "outage": ("service_delivery", "outage"),
    "disconnection": ("credit_management", "suspension"),
    "nothing": ("service_delivery", "poor_quality"),
}
"""What the customer complains of when it is what a rule looks for."""


def sample(
    rule: str, outcome: str, language: str = "en", province: str = "ON", kind: str = "residential"
) -> Situation:
    """Return a situation in which a rule comes to an outcome, for a customer of this language, place and kind."""
    outage = OUTAGES.get(outcome)
    return Situation(
        complaint=Complaint(narrative="Told.", natures=[Nature(*NATURES[rule])]),
        now=NOW,
        account=account(language, province, kind, **RECORDS[rule, outcome]),
        outages=(outage,) if outage else (),
        # no record speaks for a playbook that looks at none; the customer's own words must
        heard=frozenset({"call_quality"}) if rule == "nothing" else frozenset(),
    )


def _sample_of(rule: str, outcome: str) -> Callable[..., Situation]:
    def make(language: str = "en", province: str = "ON", kind: str = "residential") -> Situation:
        return sample(rule, outcome, language, province, kind)

    return make


SAMPLES: dict[tuple[str, str], Callable[..., Situation]] = {key: _sample_of(*key) for key in RECORDS}
"""A maker of such situations for every rule and outcome: `SAMPLES["late_fee", "paid_late"](province="QC")`."""

EVERYBODY = tuple(
    (language, province, kind) for language in LANGUAGES for province in PROVINCES for kind in KINDS
)
"""Every language with every province and every kind of customer."""
