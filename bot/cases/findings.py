"""What the records show of a complaint: one rule for each kind of trouble, none of which ever guesses.

A rule returns what it found, or nothing. It states only what the records hold; where they leave a doubt, such as
two charges that may belong to two lines, it finds nothing, and people look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from bot.cases.complaint import Amount, Complaint
from bot.cases.records import (
    DISCONNECTION,
    LATE_FEE,
    MISSED,
    ONE_TIME,
    PLAN,
    USAGE,
    VISIT_FEE,
    Account,
    Appointment,
    Cancellation,
    Charge,
    CollectionNotice,
    Order,
    Outage,
    Payment,
)

BILLED_WITHIN = timedelta(days=45)
"""A visit is billed with the bill that follows it; a visit fee later than this belongs to something else."""

PER_LINE = frozenset({"wireless", "local_phone", "long_distance"})
"""Services that an account may have once for each of its lines."""


@dataclass(frozen=True)
class Line:
    """One line of a bill, for telling a customer what was charged when."""

    on: date
    text: str
    cents: int


@dataclass(frozen=True)
class Named:
    """A name from a fixed list, such as a service, that every language has its own word for."""

    kind: str
    name: str


@dataclass(frozen=True)
class Window:
    """The hours between which somebody comes, such as 13:00-15:00."""

    hours: str


Value = str | int | date | timedelta | Amount | Named | Window
"""What the words of a playbook are filled with."""


@dataclass(frozen=True)
class Part:
    """A sum that can be given back, and the record it is given back on; in cents."""

    subject: str
    cents: int


@dataclass(frozen=True)
class Finding:
    """What a rule found.

    `outcome` names it; `facts` are the records it rests on; `parts` what could be given back; `cents` the sum that
    is at stake; `sums` every sum by which a customer may mean it; `lines` the bill, line by line; `values` what the
    words are filled with.
    """

    outcome: str
    facts: tuple[str, ...] = ()
    cents: int = 0
    parts: tuple[Part, ...] = ()
    sums: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Situation:
    """What a rule may look at: the complaint, and what the customer may be told of.

    `now` is told where the operator is, for days are counted there. `account` is None without a proof of who they are,
    `outages` None while it is not known where they live; `unreachable` tells that the provider's systems did not
    answer. `heard` names the playbooks whose words were heard in what the customer told.
    """

    complaint: Complaint
    now: datetime
    account: Account | None = None
    outages: tuple[Outage, ...] | None = None
    unreachable: bool = False
    heard: frozenset[str] = frozenset()

    @property
    def known_account(self) -> Account:
        """The account, for a rule that is only asked when there is one."""
        if self.account is None:
            raise LookupError("this rule looks at an account that is proved")
        return self.account


@dataclass(frozen=True)
class Rule:
    """A rule, and for each of its outcomes the names of the values it gives to the words."""

    look: Callable[[Situation], Finding | None]
    outcomes: dict[str, frozenset[str]]


def _duplicate_charge(situation: Situation) -> Finding | None:
    """Find charges alike in day, description, sum, kind and line, more of them than the account has lines.

    Usage is left out, for two calls of one length on one day cost the same; so is what gives money back.
    """
    account = situation.known_account
    alike: dict[tuple[object, ...], list[Charge]] = defaultdict(list)
    for charge in account.charges:
        if charge.kind != USAGE and charge.cents > 0 and not charge.credited:
            alike[(charge.on, charge.description, charge.cents, charge.kind, charge.line)].append(charge)
    pairs = [
        group
        for group in alike.values()
        if len(group) > (1 if group[0].line else _may_stand(group[0], account))
    ]
    told = _as_told([group[-1] for group in pairs], situation.complaint)
    if told is None:
        return None
    group = next(group for group in pairs if told in group)
    return _of_charges(
        "charged_twice",
        [told],
        {"amount": Amount(told.cents), "date": told.on},
        shown=group,
        also=[told.cents * len(group)],
    )


def _may_stand(charge: Charge, account: Account) -> int:
    """Return how often a charge may rightly stand: once for each line it may be for, where the records do not say."""
    return max(1, len(account.customer.lines)) if charge.kind in (PLAN, ONE_TIME) else 1


def _late_fee(situation: Situation) -> Finding | None:
    """Find a late fee, and whether the bill before it had been paid in time."""
    account = situation.known_account
    fee = _as_told(
        [charge for charge in account.charges if charge.kind == LATE_FEE and charge.standing > 0],
        situation.complaint,
    )
    if fee is None:
        return None
    values: dict[str, Value] = {"amount": Amount(fee.standing), "date": fee.on}
    bill = _bill_before(fee, account.payments)
    if bill is None or bill.paid_on is None:
        return _of_charges("payment_not_found", [fee], values)
    values |= {"due": bill.due_on, "paid": bill.paid_on}
    return _of_charges("paid_in_time" if bill.paid_on <= bill.due_on else "paid_late", [fee], values)


def _bill_before(fee: Charge, payments: Iterable[Payment]) -> Payment | None:
    """Return the bill that was due last before the fee was charged; paid in parts, the part that came last."""
    return max(
        (bill for bill in payments if bill.due_on <= fee.on),
        key=lambda bill: (bill.due_on, bill.paid_on or date.max),
        default=None,
    )


def _promised_credit(situation: Situation) -> Finding | None:
    """Find a credit that was promised, one that has not been applied first."""
    sums = _sums(situation.complaint)
    promised = max(
        situation.known_account.promised_credits,
        key=lambda credit: (not credit.applied, credit.cents in sums, credit.on),
        default=None,
    )
    if promised is None:
        return None
    return Finding(
        "already_applied" if promised.applied else "not_applied",
        facts=(promised.credit_id,),
        cents=promised.cents,
        parts=() if promised.applied else (Part(promised.credit_id, promised.cents),),
        sums=(promised.cents,),
        values={"amount": Amount(promised.cents), "date": promised.on},
    )


def _price_rise(situation: Situation) -> Finding | None:
    """Find a plan whose monthly price went up, and whether the price that was ordered had run out by then."""
    account = situation.known_account
    rise = _latest_rise(account.charges)
    if rise is None:
        return None
    before, after = rise
    values: dict[str, Value] = {
        "plan": after.description,
        "before": Amount(before.cents),
        "after": Amount(after.cents),
        "date": after.on,
    }
    order = _order_of(after, account.orders)
    if order is None or before.cents != order.monthly_cents:
        return _of_charges(
            "not_explained",
            [],
            values,
            shown=[before, after],
            facts=(after.charge_id,),
            also=[after.cents - before.cents],
        )
    ends = _ends(order)
    values |= {"ordered": order.on, "months": order.months, "until": ends}
    if after.on >= ends:
        return _of_charges(
            "price_ran_out",
            [],
            values,
            shown=[before, after],
            facts=(after.charge_id,),
            also=[after.cents - before.cents],
        )
    return _above_order("within_commitment", account, order, values, before=[before])


def _latest_rise(charges: Sequence[Charge]) -> tuple[Charge, Charge] | None:
    """Return the latest two charges of one plan that follow each other and of which the second is higher.

    A plan that is charged more than once on a day may be that of several lines, of which one may just be dearer.
    """
    plans: dict[tuple[str, str | None], list[Charge]] = defaultdict(list)
    for charge in sorted(charges, key=lambda charge: charge.on):
        if charge.kind == PLAN:
            plans[(charge.description, charge.line)].append(charge)
    rises = [
        (before, after)
        for plan in plans.values()
        if _once_a_day(plan)
        for before, after in pairwise(plan)
        if before.cents < after.standing
    ]
    return max(rises, key=lambda rise: rise[1].on, default=None)


def _once_a_day(charges: Sequence[Charge]) -> bool:
    return len({charge.on for charge in charges}) == len(charges)


def _billed_above_order(situation: Situation) -> Finding | None:
    """Find a plan that is billed above the price at which it was ordered, for as long as that price was agreed."""
    account = situation.known_account
    for order in sorted(account.orders, key=lambda order: order.on, reverse=True):
        found = _above_order(
            "above_order", account, order, {"plan": order.plan, "ordered": order.on, "months": order.months}
        )
        if found:
            return found
    return None


def _above_order(
    outcome: str, account: Account, order: Order, values: dict[str, Value], before: Sequence[Charge] = ()
) -> Finding | None:
    """Return what was charged above an order while its price was agreed: the difference on each charge.

    Charged more than once on a day, or ordered at two prices at once, a plan may be that of several lines.
    """
    charged = [
        charge
        for charge in account.charges
        if charge.kind == PLAN and charge.description == order.plan and _is_agreed(order, charge.on)
    ]
    above = [charge for charge in charged if charge.standing > _highest(account.orders, charge)]
    if not above or not _once_a_day(charged):
        return None
    parts = tuple(Part(charge.charge_id, charge.standing - order.monthly_cents) for charge in above)
    cents = sum(part.cents for part in parts)
    return Finding(
        outcome,
        facts=tuple(part.subject for part in parts),
        cents=cents,
        parts=parts,
        sums=(cents, order.monthly_cents, *(charge.cents for charge in above)),
        lines=_lines([*before, *above]),
        values={**values, "agreed": Amount(order.monthly_cents), "amount": Amount(cents)},
    )


def _is_agreed(order: Order, on: date) -> bool:
    """Tell whether the price of an order is agreed on a day."""
    return order.on <= on < _ends(order)


def _highest(orders: Iterable[Order], charge: Charge) -> int:
    """Return the highest price at which the plan of a charge was agreed on its day, in cents."""
    return max(
        order.monthly_cents
        for order in orders
        if order.plan == charge.description and _is_agreed(order, charge.on)
    )


def _unrecognised_usage(situation: Situation) -> Finding | None:
    """Find the usage charge the customer means; the records do not tell who used it."""
    usage = [
        charge for charge in situation.known_account.charges if charge.kind == USAGE and charge.standing > 0
    ]
    charge = _as_told(usage, situation.complaint)
    if charge is None:
        return None
    found = _of_charges("usage_found", [charge], {"amount": Amount(charge.standing), "date": charge.on})
    over_it = (notice for notice in _disconnections(situation) if notice.cents == charge.standing)
    notice = next(over_it, None)
    if notice is None:
        return found
    # the very sum that is in doubt may cost the customer the line: that is what has to be held, unless it is
    return replace(
        found,
        outcome=_USAGE_AND[_standing_of(notice, situation)],
        parts=() if notice.held else (_part_of(notice, situation),),
        values={**found.values, "day": notice.on},
    )


def _charge_after_cancellation(situation: Situation) -> Finding | None:
    """Find what was charged month by month for a service after it had been cancelled.

    Usage is left out, for it may be billed later than it was made, and so is what is charged once, which may be the
    price of leaving.
    """
    account = situation.known_account
    latest = {gone.service: gone for gone in sorted(account.cancellations, key=lambda gone: gone.on)}
    for gone in sorted(latest.values(), key=lambda gone: gone.on, reverse=True):
        if gone.service in PER_LINE and len(account.customer.lines) > 1:
            # the cancellation does not say of which line, and the others are rightly charged
            continue
        charges = [
            charge
            for charge in account.charges
            if charge.kind == PLAN
            and charge.service == gone.service
            and charge.on > gone.on
            and charge.standing > 0
            and not _ordered_again(charge, gone, account.orders)
        ]
        if charges:
            cents = sum(charge.standing for charge in charges)
            values: dict[str, Value] = {
                "service": Named("service", gone.service),
                "cancelled": gone.on,
                "amount": Amount(cents),
            }
            return _of_charges("charged_after", charges, values)
    return None


def _ordered_again(charge: Charge, gone: Cancellation, orders: Iterable[Order]) -> bool:
    return any(order.plan == charge.description and gone.on <= order.on <= charge.on for order in orders)


def _missed_appointment(situation: Situation) -> Finding | None:
    """Find a visit that did not take place, and whether it was charged all the same."""
    account = situation.known_account
    missed = max(
        (visit for visit in account.appointments if visit.outcome == MISSED),
        key=lambda visit: visit.on,
        default=None,
    )
    if missed is None:
        return None
    values: dict[str, Value] = {"day": missed.on, "window": Window(missed.window)}
    fact = f"visit:{missed.on.isoformat()}"
    fee = _fee_of(missed, situation)
    if fee is None:
        return Finding("missed", facts=(fact,), parts=(Part(fact, 0),), values=values)
    values |= {"amount": Amount(fee.standing), "date": fee.on}
    return _of_charges("missed_and_charged", [fee], values, facts=(fact, fee.charge_id))


def _fee_of(missed: Appointment, situation: Situation) -> Charge | None:
    """Return the fee for a visit that was missed; None when it may be for another visit, which was not missed."""
    account = situation.known_account
    others = [visit for visit in account.appointments if visit.outcome != MISSED]
    fees = [
        charge
        for charge in account.charges
        if charge.kind == VISIT_FEE and charge.standing > 0 and _may_be_for(missed, charge)
    ]
    return _as_told(
        [fee for fee in fees if not any(_may_be_for(visit, fee) for visit in others)], situation.complaint
    )


def _may_be_for(visit: Appointment, fee: Charge) -> bool:
    return visit.on <= fee.on <= visit.on + BILLED_WITHIN


def _outage(situation: Situation) -> Finding | None:
    """Find an outage that is going on where the customer lives, of a service they complain about or have."""
    concerned = situation.complaint.services or (
        list(situation.account.customer.services) if situation.account else []
    )
    known = [
        outage
        for outage in situation.outages or ()
        if outage.began_at <= situation.now and (not concerned or outage.service in concerned)
    ]
    if not known:
        return None
    outage = max(known, key=lambda outage: outage.began_at)
    values: dict[str, Value] = {
        "service": Named("service", outage.service),
        "since": _full_hours(situation.now - outage.began_at),
    }
    fact = f"outage:{outage.postal_prefix}:{outage.began_at.isoformat()}"
    left = outage.expected_until - situation.now
    if left <= timedelta():
        return Finding("outage_overdue", facts=(fact,), values=values)
    return Finding("outage_now", facts=(fact,), values={**values, "left": _full_hours(left)})


def _full_hours(time: timedelta) -> timedelta:
    """Return a time rounded up to full hours, at least one: better a fault that is mended early than one that is late."""
    return timedelta(hours=max(1, -(-int(time.total_seconds()) // 3600)))


def _disconnection(situation: Situation) -> Finding | None:
    """Find a disconnection that is announced, on hold, or past its day, and the sum it is about."""
    notice = next(iter(_disconnections(situation)), None)
    if notice is None:
        return None
    part = _part_of(notice, situation)
    return Finding(
        _standing_of(notice, situation),
        facts=(part.subject,),
        cents=notice.cents,
        parts=() if notice.held else (part,),
        sums=(notice.cents,),
        values={"amount": Amount(notice.cents), "day": notice.on},
    )


_STANDINGS = _ANNOUNCED, _DAY_PASSED, _HELD = "announced", "day_passed", "held"
"""Where a disconnection may stand, what matters most first: it can be kept from happening, it may have happened by now
and nobody knows, or it waits for an answer."""

_USAGE_AND = {
    _ANNOUNCED: "usage_and_disconnection",
    _DAY_PASSED: "usage_and_day_passed",
    _HELD: "usage_on_hold",
}
"""What is found of usage over whose sum a disconnection stands like this."""


def _disconnections(situation: Situation) -> list[CollectionNotice]:
    """Return the disconnections of the account, what matters most first and then what is nearest to today."""
    today = situation.now.date()
    return sorted(
        (notice for notice in situation.known_account.notices if notice.kind == DISCONNECTION),
        key=lambda notice: (_STANDINGS.index(_standing_of(notice, situation)), abs(notice.on - today)),
    )


def _standing_of(notice: CollectionNotice, situation: Situation) -> str:
    if notice.held:
        return _HELD
    return _ANNOUNCED if notice.on >= situation.now.date() else _DAY_PASSED


def _part_of(notice: CollectionNotice, situation: Situation) -> Part:
    return Part(notice.subject(situation.known_account.customer.account_number), notice.cents)


def _nothing(_: Situation) -> Finding:
    """Look at no records: the playbook begins with what it says or asks."""
    return Finding("start")


def _of_charges(
    outcome: str,
    charges: Sequence[Charge],
    values: dict[str, Value],
    shown: Sequence[Charge] = (),
    facts: tuple[str, ...] = (),
    also: Sequence[int] = (),
) -> Finding:
    """Return a finding about charges: what still stands of them could be given back."""
    parts = tuple(Part(charge.charge_id, charge.standing) for charge in charges)
    return Finding(
        outcome,
        facts=facts or tuple(part.subject for part in parts),
        cents=sum(part.cents for part in parts),
        parts=parts,
        sums=(*(charge.cents for charge in shown or charges), *also),
        lines=_lines(shown or charges),
        values=values,
    )


def _lines(charges: Iterable[Charge]) -> tuple[Line, ...]:
    return tuple(Line(charge.on, charge.description, charge.cents) for charge in charges)


def _as_told(charges: Sequence[Charge], complaint: Complaint) -> Charge | None:
    """Return the charge that the customer means: one whose sum they named, else the latest."""
    sums = _sums(complaint)
    return max(charges, key=lambda charge: (charge.cents in sums, charge.on), default=None)


def _sums(complaint: Complaint) -> frozenset[int]:
    return frozenset(amount.cents for amount in complaint.amounts)


def _order_of(charge: Charge, orders: Iterable[Order]) -> Order | None:
    """Return the order under which a plan is charged: the latest one of that plan before the charge."""
    mine = [order for order in orders if order.plan == charge.description and order.on <= charge.on]
    return max(mine, key=lambda order: order.on, default=None)


def _ends(order: Order) -> date:
    """Return the first day on which the price of an order is no longer agreed."""
    month = order.on.month - 1 + order.months
    year, month = order.on.year + month // 12, month % 12 + 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=order.on.day - 1), first_of_next)


_MONEY = frozenset({"amount", "date", "lines"})
_PRICE = frozenset({"plan", "before", "after", "date", "lines"})
_ORDERED = frozenset({"ordered", "months"})

RULES: dict[str, Rule] = {
    "duplicate_charge": Rule(_duplicate_charge, {"charged_twice": _MONEY}),
    "late_fee": Rule(
        _late_fee,
        {
            "paid_in_time": _MONEY | {"due", "paid"},
            "paid_late": _MONEY | {"due", "paid"},
            "payment_not_found": _MONEY,
        },
    ),
    "promised_credit": Rule(
        _promised_credit,
        {"not_applied": frozenset({"amount", "date"}), "already_applied": frozenset({"amount", "date"})},
    ),
    "price_rise": Rule(
        _price_rise,
        {
            "price_ran_out": _PRICE | _ORDERED | {"until"},
            "within_commitment": _PRICE | _ORDERED | {"until", "agreed", "amount"},
            "not_explained": _PRICE,
        },
    ),
    "billed_above_order": Rule(
        _billed_above_order, {"above_order": _ORDERED | {"plan", "agreed", "amount", "lines"}}
    ),
    "unrecognised_usage": Rule(
        _unrecognised_usage,
        {
            "usage_found": _MONEY,
            "usage_and_disconnection": _MONEY | {"day"},
            "usage_and_day_passed": _MONEY | {"day"},
            "usage_on_hold": _MONEY | {"day"},
        },
    ),
    "charge_after_cancellation": Rule(
        _charge_after_cancellation, {"charged_after": frozenset({"service", "cancelled", "amount", "lines"})}
    ),
    "missed_appointment": Rule(
        _missed_appointment,
        {"missed": frozenset({"day", "window"}), "missed_and_charged": _MONEY | {"day", "window"}},
    ),
    "outage": Rule(
        _outage,
        {
            "outage_now": frozenset({"service", "since", "left"}),
            "outage_overdue": frozenset({"service", "since"}),
        },
    ),
    "disconnection": Rule(
        _disconnection,
        {standing: frozenset({"amount", "day"}) for standing in _STANDINGS},
    ),
    "nothing": Rule(_nothing, {"start": frozenset()}),
}
"""The rules by the name under which a playbook asks for one."""
