"""Quiet hours: what starts with us waits until it is day where it goes."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from phonenumbers import NumberParseException, parse
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number

from bot.cases.conversation import Notice
from bot.cases.hours import next_allowed
from bot.provider import Profile

RINGS = frozenset({"sms", "call"})
"""Kinds of notices that can wake somebody."""


MOST_ZONES = 3
"""A number that could be in more zones is of no place, such as a toll-free one."""


def may_go_at(notice: Notice, now: datetime, operator: Profile) -> datetime:
    """Return the first moment from `now` on at which the notice disturbs nobody."""
    if not notice.unasked or notice.kind not in RINGS:
        return now
    zones, moment = zones_of(notice.to, operator), now
    # the zones of one number lie so near each other that every day has hours which suit them all
    while later := [
        at for zone in zones if (at := next_allowed(moment, zone, operator.texting_hours)) > moment
    ]:
        moment = max(later)
    return moment


def zones_of(phone: str, operator: Profile) -> list[ZoneInfo]:
    """Return the zones that a number may be in; the operator's where it has none or is of no place."""
    try:
        names = set(time_zones_for_number(parse(phone))) - {UNKNOWN_TIMEZONE}
    except NumberParseException:
        names = set()
    return [ZoneInfo(name) for name in sorted(names if 0 < len(names) <= MOST_ZONES else {operator.timezone})]
