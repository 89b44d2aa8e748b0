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


def may_go_at(notice: Notice, now: datetime, operator: Profile) -> datetime:
    """Return the first moment from `now` on at which the notice disturbs nobody."""
    if not notice.unasked or notice.kind not in RINGS:
        return now
    return next_allowed(now, zone_of(notice.to, now, operator), operator.texting_hours)


def zone_of(phone: str, now: datetime, operator: Profile) -> ZoneInfo:
    """Return the zone of a number; where it has none, or could be in several that differ, the operator's."""
    try:
        names = set(time_zones_for_number(parse(phone))) - {UNKNOWN_TIMEZONE}
    except NumberParseException:
        names = set()
    zones = [ZoneInfo(name) for name in sorted(names)]
    if len({now.astimezone(zone).utcoffset() for zone in zones}) == 1:
        return zones[0]
    return ZoneInfo(operator.timezone)
