"""Looking: what the provider's systems show of a complaint, as far as the customer may be told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from actions.base import Turn
from bot.cases.complaint import Amount
from bot.cases.findings import Finding, Named, Situation, Value, Window
from bot.cases.playbook import FAR, PLACE, close_to
from bot.cases.records import RecordsUnavailable
from bot.playbooks import heard, playbooks


def look(turn: Turn) -> Situation:
    """Return what may be looked at: an account only for its proven holder, outages where the customer lives."""
    complaint = turn.complaint
    customer = None if complaint.represented else turn.verified
    postal_code = customer.postal_code if customer else complaint.postal_code
    told = as_told(turn)
    concerns_place = any(book.needs == PLACE and close_to(book, told) > FAR for book in playbooks())
    try:
        return replace(
            told,
            account=turn.outside.account(customer.account_number) if customer else None,
            outages=turn.outside.outages(postal_code) if postal_code and concerns_place else None,
        )
    except RecordsUnavailable:
        return replace(told, unreachable=True)


def as_told(turn: Turn) -> Situation:
    """Return the situation as it is known from the customer alone."""
    complaint = turn.complaint
    told = "\n".join(
        [complaint.narrative, *(prior.text for prior in complaint.prior_contacts), complaint.remedy or ""]
    )
    now = turn.now.astimezone(ZoneInfo(turn.house.profile.timezone))
    return Situation(complaint=complaint, now=now, heard=heard(told))


def slots(situation: Situation) -> list[dict[str, str]]:
    """Return when a technician could come, as values for a reply."""
    free = situation.account.slots if situation.account else ()
    return [{"kind": "slot", "on": slot.on.isoformat(), "window": slot.window} for slot in free]


def filled(finding: Finding) -> dict[str, Any]:
    """Return what was found as values for a reply."""
    values: dict[str, Any] = {name: _value(value) for name, value in finding.values.items()}
    if finding.lines:
        lines = [
            {"on": line.on.isoformat(), "text": line.text, "cents": line.cents} for line in finding.lines
        ]
        values["lines"] = {"kind": "bill", "lines": lines, "currency": "CAD"}
    return values


def money(cents: int, currency: str = "CAD") -> dict[str, Any]:
    """Return a sum as a value for a reply."""
    return {"kind": "money", "cents": cents, "currency": currency}


def _value(value: Value) -> Any:
    if isinstance(value, Amount):
        return money(value.cents, value.currency)
    if isinstance(value, Named):
        return {"kind": value.kind, value.kind: value.name}
    if isinstance(value, Window):
        return {"kind": "hours", "window": value.hours}
    if isinstance(value, timedelta):
        return {"kind": "duration", "hours": int(value.total_seconds() // 3600)}
    if isinstance(value, str | int):
        return str(value)
    return {"kind": "date", "date": value.isoformat(), "precision": "day"}
