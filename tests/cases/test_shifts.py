"""Who is on shift and free, whom a conversation fits, and how whoever waits stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cases.agent import Agent
from bot.cases.hours import week_from
from bot.cases.shifts import (
    SEEN_FOR,
    Colleague,
    Place,
    Presence,
    estimate,
    fits,
    is_in_hours,
    on_shift,
    standing,
    urgency,
)

TORONTO = ZoneInfo("America/Toronto")
NOON = datetime(2026, 5, 15, 12, 0, tzinfo=TORONTO)  # a Friday
ANNA = Agent("anna", "anna@example.com", "Anna", languages=("en", "fr"))
BO = Agent("bo", "bo@example.com", "Bo", languages=("it",))


@dataclass
class House:
    """An operator that is open, or not."""

    is_it: bool = True
    timezone: ZoneInfo = TORONTO

    def is_open(self, now: datetime) -> bool:
        return self.is_it


@pytest.mark.parametrize(
    ("shift", "when", "works"),
    [
        ("fri 09:00-17:00", "2026-05-15 09:00", True),
        ("fri 09:00-17:00", "2026-05-15 16:59", True),
        ("fri 09:00-17:00", "2026-05-15 17:00", False),
        ("fri 09:00-17:00", "2026-05-14 12:00", False),
        ("mon-wed 09:00-17:00, fri 12:00-13:00", "2026-05-12 10:00", True),
        ("mon-wed 09:00-17:00, fri 12:00-13:00", "2026-05-15 10:00", False),
        ("sat-mon 09:00-17:00", "2026-05-17 10:00", True),
        ("fri 22:00-06:00", "2026-05-15 23:00", True),
        ("fri 22:00-06:00", "2026-05-16 05:59", True),
        ("fri 22:00-06:00", "2026-05-16 06:00", False),
        ("fri 22:00-06:00", "2026-05-15 05:00", False),
        ("sun 22:00-06:00", "2026-05-18 05:00", True),
    ],
)
def test_hours_are_those_of_the_operators_clock(shift, when, works):
    agent = replace(ANNA, shift=week_from(shift))
    moment = datetime.fromisoformat(when).replace(tzinfo=TORONTO).astimezone(UTC)
    assert is_in_hours(agent, moment, House(False)) is works


@pytest.mark.parametrize("is_open", [True, False])
def test_without_a_shift_the_operators_hours_count(is_open):
    assert is_in_hours(ANNA, NOON, House(is_open)) is is_open


@pytest.mark.parametrize(
    "text", ["fri", "fri 9-17", "friday 09:00-17:00", "xyz 09:00-17:00", "fri 25:00-26:00"]
)
def test_hours_that_cannot_be_read_are_refused(text):
    with pytest.raises(ValueError, match=r"."):
        week_from(text)


def test_a_week_is_written_as_it_was_read():
    text = "mon 09:00-17:00, tue 09:00-17:00, sat 22:00-02:00"
    assert ", ".join(map(str, week_from(text))) == text


@pytest.mark.parametrize(
    ("presence", "agent", "is_open", "there"),
    [
        (Presence("anna", seen_at=NOON), ANNA, True, True),
        (Presence("anna", seen_at=NOON - SEEN_FOR + timedelta(seconds=1)), ANNA, True, True),
        (Presence("anna", seen_at=NOON - SEEN_FOR), ANNA, True, False),
        (Presence("anna", is_available=False, seen_at=NOON), ANNA, True, False),
        (Presence("anna"), ANNA, True, False),
        (None, ANNA, True, False),
        (Presence("anna", seen_at=NOON), ANNA, False, False),
        (Presence("anna", seen_at=NOON), replace(ANNA, is_active=False), True, False),
    ],
)
def test_on_shift_is_who_is_at_the_desk_in_their_hours(presence, agent, is_open, there):
    presences = {presence.agent_id: presence} if presence else {}
    found = on_shift([agent], presences, {"anna": 3}, NOON, House(is_open))
    assert found == ([Colleague(agent, 3)] if there else [])


@pytest.mark.parametrize(("load", "is_free"), [(0, True), (3, True), (4, False), (5, False)])
def test_free_is_who_has_less_than_they_can_hold(load, is_free):
    assert Colleague(ANNA, load).is_free is is_free


@pytest.mark.parametrize(
    ("skills", "language", "category", "priority", "expected"),
    [
        ((), "en", "billing", "P2", True),
        ((), "it", "billing", "P2", False),
        (("billing",), "fr", "billing", "P2", True),
        (("billing",), "fr", "contract", "P2", False),
        (("billing",), "fr", "contract", None, False),
        (("billing",), "fr", "contract", "P1", True),
        (("billing",), "fr", None, None, True),
        (("billing",), "it", "billing", "P1", False),
    ],
)
def test_the_language_comes_first_and_nobody_in_danger_waits_for_a_skill(
    skills, language, category, priority, expected
):
    assert fits(replace(ANNA, skills=skills), language, category, priority) is expected


def test_the_queue_goes_by_danger_priority_promised_date_and_wait():
    later = NOON + timedelta(days=1)
    in_order = [
        urgency("P1", later, later, "danger"),
        urgency("P2", NOON, later, "promised first"),
        urgency("P2", later, NOON, "waits longest"),
        urgency("P2", later, later, "waits less"),
        urgency("P2", None, NOON, "promised nothing"),
        urgency("P3", NOON, NOON, "not urgent"),
        urgency(None, None, NOON, "no case"),
    ]
    assert sorted(in_order) == in_order


def place(name: str, minutes: int, language: str = "en", priority: str = "P2") -> Place:
    return Place(name, language, urgency(priority, None, NOON + timedelta(minutes=minutes), name))


ME = place("me", 10)
TOLD = [
    # who else waits, who is on shift, and how I stand: position, kind
    ([], [], 1, "nobody"),
    ([place("a", 1)], [], 2, "nobody"),
    ([], [Colleague(BO)], 1, "unspoken"),
    ([place("a", 1), place("b", 2, "it")], [Colleague(BO)], 3, "unspoken"),
    ([], [Colleague(ANNA)], 1, "next"),
    ([ME], [Colleague(ANNA)], 1, "next"),
    ([place("a", 1)], [Colleague(ANNA)], 2, "queued"),
    ([place("a", 11)], [Colleague(ANNA)], 1, "next"),
    ([place("a", 11, priority="P1")], [Colleague(ANNA)], 2, "queued"),
    # whom Anna can help too is before me, whom only Bo can help is not
    ([place("a", 1, "fr")], [Colleague(ANNA), Colleague(BO)], 2, "queued"),
    ([place("a", 1, "it")], [Colleague(ANNA), Colleague(BO)], 1, "next"),
]


@pytest.mark.parametrize(("others", "colleagues", "position", "kind"), TOLD)
def test_how_somebody_stands(others, colleagues, position, kind):
    found = standing(ME, others, colleagues, [])
    assert (found.position, found.kind, found.minutes) == (position, kind, None)


@pytest.mark.parametrize("colleagues", [[], [Colleague(BO)]])
def test_no_minutes_are_named_where_nobody_could_keep_them(colleagues):
    assert standing(ME, [], colleagues, [timedelta(minutes=2)] * 5).minutes is None


@pytest.mark.parametrize(
    ("position", "free", "waits", "minutes"),
    [
        (1, 1, [], None),
        (1, 1, [2, 2], None),
        (1, 1, [2, 2, 2], 2),
        (1, 1, [0, 0, 0], 1),
        (1, 1, [1, 2.5, 90], 3),
        (1, 0, [2, 2, 2], 2),
        (2, 1, [2, 2, 2], 4),
        (2, 2, [2, 2, 2], 2),
        (3, 2, [2, 2, 2], 4),
        (3, 1, [2, 2, 2], 10),
        (1, 1, [11, 11, 11], 15),
        (1, 1, [31, 31, 31], 45),
    ],
)
def test_an_estimate_is_the_usual_wait_for_each_round_and_never_rounded_down(position, free, waits, minutes):
    assert estimate(position, free, [timedelta(minutes=wait) for wait in waits]) == minutes
