"""What starts with us wakes nobody: it waits for the morning of the place that the number is in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.conversation import Notice
from bot.clock import Clock
from bot.notices.quiet import may_go_at, zones_of
from bot.provider import profile
from bot.settings import Settings

OPERATOR = profile(Settings().provider)
TORONTO, VANCOUVER, HALIFAX = "+14165550123", "+16045550123", "+19025550123"
ST_JOHNS, TOLL_FREE = "+17095550123", "+18665550123"


def notice(to=TORONTO, kind="sms", unasked=True, at=datetime(2026, 1, 15, tzinfo=UTC)):
    return Notice("4821-0937-5562:update", kind, to, "en", "News.", at, unasked=unasked)


def at(hour, minute=0, day=15, month=1):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    "to, now, goes_at",
    [
        # Toronto is five hours behind in winter: nine in the morning is 14:00.
        (TORONTO, at(13, 59), at(14)),
        (TORONTO, at(14), at(14)),
        (TORONTO, at(1, 59), at(1, 59)),
        (TORONTO, at(2), at(14)),
        (VANCOUVER, at(14), at(17)),
        (VANCOUVER, at(4, 59), at(4, 59)),
        (HALIFAX, at(12, 59), at(13)),
        # Newfoundland's numbers may be in two zones: from the later one's morning to the earlier one's evening
        (ST_JOHNS, at(12, 30), at(13)),
        (ST_JOHNS, at(0, 29), at(0, 29)),
        (ST_JOHNS, at(0, 30), at(13)),
        # four hours behind in summer
        (TORONTO, at(12, 59, month=7), at(13, month=7)),
        # the night in which the clocks change
        (TORONTO, at(6, 55, day=8, month=3), at(13, day=8, month=3)),
        # of no place: the operator's zone
        (TOLL_FREE, at(13, 59), at(14)),
        ("+1999", at(13, 59), at(14)),
        ("no number", at(13, 59), at(14)),
    ],
)
def test_it_goes_by_the_zones_of_the_number(to, now, goes_at):
    assert may_go_at(notice(to), now, OPERATOR) == goes_at


@pytest.mark.parametrize("kind", ["sms", "call"])
def test_calls_wait_as_texts_do(kind):
    assert may_go_at(notice(kind=kind), at(8), OPERATOR) == at(14)


@pytest.mark.parametrize("kind", ["email", "letter"])
def test_what_rings_nowhere_goes_at_once(kind):
    assert may_go_at(notice(kind=kind), at(8), OPERATOR) == at(8)


def test_what_was_asked_for_goes_at_once():
    assert may_go_at(notice(unasked=False), at(8), OPERATOR) == at(8)


def test_a_number_of_no_place_goes_by_the_operators_zone():
    assert [str(zone) for zone in zones_of(TOLL_FREE, OPERATOR)] == [OPERATOR.timezone]


def test_the_clock_keeps_it_for_the_morning_and_nothing_else_waits_for_it(store, time):
    time.now, carried = at(8), []
    clock = Clock(store, lambda kind: lambda each: carried.append(each.key), OPERATOR, time)
    with store.unit() as unit:
        unit.outbox.add(notice(at=time.now))
        unit.outbox.add(Notice("code:1", "sms", TORONTO, "en", "123456", time.now))
    clock.tick()
    clock.tick()
    assert carried == ["code:1"]
    time.now = at(14) - timedelta(seconds=1)
    clock.tick()
    assert carried == ["code:1"]
    time.now = at(14)
    clock.tick()
    clock.tick()
    assert carried == ["code:1", "4821-0937-5562:update"]
