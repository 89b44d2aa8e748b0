"""Who is at the desk, how much they have, and how long customers waited, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.agents import add_agent
from bot.cases.case import P1, WAITING
from bot.cases.holding import ASKED_FOR_PERSON, CLAIMED, Holding, happens
from bot.cases.hours import week_from
from bot.cases.shifts import Presence
from bot.provider import profile
from bot.shifts import Shifts

NOON = datetime(2026, 5, 15, 16, 0, tzinfo=UTC)  # Friday, noon in Toronto
MINUTE = timedelta(minutes=1)


@pytest.fixture
def anna(store):
    return add_agent(store, "anna@example.com", "Anna", "correct horse battery", languages=("en", "fr"))


@pytest.fixture
def waits(store, converse):
    """A function that lets a new conversation wait, and returns it."""

    def start(name, minutes=0, **fields):
        conversation = converse(name, **fields)
        with store.unit() as unit:
            mine = unit.conversations.get(name)
            happens(ASKED_FOR_PERSON, mine, NOON + minutes * MINUTE)
            unit.conversations.save(mine)
        return replace(conversation, holder=WAITING, held_since=NOON + minutes * MINUTE)

    return start


def test_what_an_agent_takes_on_is_kept(store, anna):
    busy = replace(
        anna, skills=("billing",), most_at_once=7, shift=week_from("sat 22:00-02:00"), phone="+14165550123"
    )
    with store.unit() as unit:
        unit.agents.save(busy)
    with store.view() as unit:
        assert unit.agents.get(anna.id) == busy


def test_presence_is_kept_and_being_seen_changes_no_wish(store, anna):
    with store.unit() as unit:
        assert unit.presences.get(anna.id) == Presence(anna.id)
        unit.presences.seen(anna.id, NOON)
        unit.presences.put(Presence(anna.id, False, NOON))
        unit.presences.seen(anna.id, NOON + MINUTE)
    with store.view() as unit:
        assert unit.presences.all() == {anna.id: Presence(anna.id, False, NOON + MINUTE)}


def test_whoever_waits_learns_how_they_stand(store, anna, waits, open_case):
    first, second, italian = waits("c1"), waits("c2", 1), waits("c3", 2, language="it")
    shifts = Shifts(profile("jive_ca"))
    with store.unit() as unit:
        assert shifts.standing(unit, first, NOON).kind == "nobody"
        unit.presences.seen(anna.id, NOON)
        assert shifts.standing(unit, first, NOON).kind == "next"
        assert shifts.standing(unit, second, NOON).position == 2
        assert shifts.standing(unit, italian, NOON).kind == "unspoken"
        assert [shifts.anybody_on_shift(unit, language, NOON) for language in ("fr", "it")] == [True, False]
        assert shifts.standing(unit, first, NOON + timedelta(hours=6)).kind == "nobody"
    # whose case is opened just now is before whoever has none
    case = open_case("1111-1111-1111", "c4", priority=P1)
    with store.unit() as unit:
        assert shifts.standing(unit, second, NOON, case).position == 1


def test_an_estimate_comes_from_those_who_began_to_wait_lately(store, anna, waits, converse):
    me, shifts = waits("me", 60), Shifts(profile("jive_ca"))
    with store.unit() as unit:
        unit.presences.seen(anna.id, NOON)
    for number, (since, wait) in enumerate([(-600, 590), (0, 3), (1, 3), (2, 4)]):
        converse(f"c{number}")
        began = NOON + (since + wait) * MINUTE
        waited_since = NOON + since * MINUTE
        with store.unit() as unit:
            assert shifts.standing(unit, me, NOON).minutes is None
            unit.holdings.add(Holding(f"c{number}", anna.id, began, 1, waited_since=waited_since))
    with store.view() as unit:
        assert shifts.standing(unit, me, NOON).minutes == 3


def test_load_is_what_an_agent_has_now(store, anna, waits):
    for name in ("c1", "c2"):
        waits(name)
        with store.unit() as unit:
            conversation = unit.conversations.get(name)
            happens(CLAIMED, conversation, NOON, anna.id)
            unit.conversations.save(conversation)
    with store.view() as unit:
        assert unit.holdings.loads() == {anna.id: 2}
        assert unit.holdings.waiting() == []
