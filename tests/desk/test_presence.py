"""Who is at the desk, who is offered whom first, and how many anybody can have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.case import P1, P3, WAITING, Case
from bot.cases.complaint import Complaint, Nature
from bot.cases.hours import week_from
from tests.desk.agents import words_of

ALWAYS = week_from("mon-sun 00:00-12:00, mon-sun 12:00-00:00")
NUMBERS = ("1111-1111-1111", "2222-2222-2222", "3333-3333-3333")


async def somebody_waits(gateway, number=None, language="en", priority=P3, category="billing"):
    """Let somebody wait, with a case where there is a number for it."""
    talk = await gateway.talk()
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.holder, conversation.language = WAITING, language
        conversation.held_since = datetime.now(UTC)
        if number:
            complaint = Complaint("It went wrong", [Nature(category)], name=f"Customer {number[0]}")
            conversation.complaint, conversation.tracking_number = complaint, number
            unit.cases.add(
                Case(number, complaint, language, "web", datetime.now(UTC), priority=priority), talk.id
            )
        unit.conversations.save(conversation)
    return talk


def change(gateway, desk, **facts):
    with gateway.store.unit() as unit:
        found, _ = unit.agents.by_email(desk.email)
        unit.agents.save(replace(found, **facts))


async def test_the_next_one_is_the_most_urgent_who_fits(gateway, anna):
    change(gateway, anna, languages=("en",), skills=("billing",))
    other_skill = await somebody_waits(gateway, NUMBERS[0], category="service_delivery")
    french = await somebody_waits(gateway, NUMBERS[1], language="fr")
    mine = await somebody_waits(gateway, NUMBERS[2])
    page = await anna.see()
    for_her, for_others = page.split("Waiting, in another language or for other skills")
    assert "Customer 3" in for_her and "Customer 3" not in for_others
    assert "Customer 1" in for_others and "Customer 2" in for_others
    taken = [(await anna.send("/desk/next")).headers["location"].rpartition("/")[2] for _ in range(3)]
    assert taken[0] == mine.id and {*taken[1:]} == {other_skill.id, french.id}
    assert (await anna.send("/desk/next")).headers["location"] == "/desk"


async def test_danger_comes_first_whatever_the_skill_and_is_announced_until_taken(gateway, anna):
    change(gateway, anna, languages=("en",), skills=("billing",))
    await somebody_waits(gateway, NUMBERS[0])
    danger = await somebody_waits(gateway, NUMBERS[1], priority=P1, category="service_delivery")
    alarm = 'role="alert"'
    assert alarm in await anna.see()
    assert (await anna.send("/desk/next")).headers["location"].endswith(danger.id)
    assert alarm not in await anna.see()


async def test_an_agent_has_no_more_than_they_can_but_danger_and_leads_are_not_refused(
    gateway, anna, desk_of
):
    change(gateway, anna, most_at_once=1)
    await somebody_waits(gateway)
    await somebody_waits(gateway)
    assert (await anna.send("/desk/next")).status_code == 303
    refused = await anna.send("/desk/next")
    assert refused.status_code == 409 and "as many conversations as you can hold" in words_of(refused.text)
    danger = await somebody_waits(gateway, NUMBERS[0], priority=P1)
    assert (await anna.send("/desk/next")).headers["location"].endswith(danger.id)
    lead = desk_of(gateway, "Lou", "lead")
    await lead.sign_in()
    change(gateway, lead, most_at_once=1)
    await somebody_waits(gateway)
    assert [(await lead.send("/desk/next")).status_code for _ in range(2)] == [303, 303]


@pytest.mark.parametrize("leave", ["break", "sign out"])
async def test_who_takes_a_break_or_leaves_is_not_on_shift(gateway, anna, bo, leave):
    for desk in (anna, bo):
        change(gateway, desk, shift=ALWAYS)
    assert "Anna: 0 of" in words_of(await bo.see())
    await (anna.send("/desk/presence", available="no") if leave == "break" else anna.send("/desk/sign-out"))
    assert "Anna: 0 of" not in words_of(await bo.see())
    if leave == "break":
        assert "You’re on a break" in words_of(await anna.see())
        await anna.send("/desk/presence", available="yes")
    else:
        await anna.sign_in()
    assert "Anna: 0 of" in words_of(await bo.see())


def abandoned(gateway, minutes):
    now = datetime.now(UTC) + timedelta(minutes=minutes)
    with gateway.store.unit() as unit:
        return unit.holdings.abandoned(now - timedelta(minutes=15), 10)


async def test_a_conversation_is_abandoned_by_who_left_or_left_a_line_unanswered(gateway, anna):
    talk = await somebody_waits(gateway, NUMBERS[0])
    await anna.step(talk.id, "claim")
    assert abandoned(gateway, 14) == [] and abandoned(gateway, 16) == [talk.id]
    later = datetime.now(UTC) + timedelta(minutes=16)
    with gateway.store.unit() as unit:
        agent, _ = unit.agents.by_email(anna.email)
        unit.presences.seen(agent.id, later)
    # she is at the desk, and nobody waits for a word of hers
    assert abandoned(gateway, 16) == []
    await talk.say("Are you there?")
    assert abandoned(gateway, 16) == [talk.id]


async def test_a_conversation_by_text_rests_until_a_line_is_left_unanswered(gateway, anna):
    talk = await somebody_waits(gateway, NUMBERS[0])
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.channel = "sms"
        unit.conversations.save(conversation)
    await anna.step(talk.id, "claim")
    assert abandoned(gateway, 600) == []
    with gateway.store.unit() as unit:
        unit.messages.add(talk.id, "customer", "Any news?", datetime.now(UTC) + timedelta(minutes=1))
    assert abandoned(gateway, 14) == [] and abandoned(gateway, 17) == [talk.id]


async def test_a_full_agent_is_still_given_who_is_in_danger_and_speaks_another_language(gateway, anna):
    change(gateway, anna, most_at_once=1, languages=("en",))
    await somebody_waits(gateway, NUMBERS[0])
    await anna.send("/desk/next")
    await somebody_waits(gateway, NUMBERS[1])
    danger = await somebody_waits(gateway, NUMBERS[2], language="fr", priority=P1)
    assert (await anna.send("/desk/next")).headers["location"].endswith(danger.id)
