"""A customer and agents: waiting, claim, race, talk, hand-back, and an agent who goes away."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cases.agent import AgentSession
from bot.cases.call import Call
from bot.cases.case import WAITING, Case, Handoff
from bot.cases.chronology import Event
from bot.cases.complaint import Complaint, Nature
from bot.cases.holding import ASKED_FOR_PERSON, happens
from bot.cases.playbook import Offer
from bot.cases.promises import Promise
from bot.cases.texting import Texter
from bot.desk.access import SignedIn
from bot.desk.glance import Wording
from bot.desk.live import conversation_events
from bot.handoff import Abandoned, Handoffs
from bot.provider import profile
from tests.desk.agents import words_of
from tests.gateway.fakes import outbox_of

NUMBER = "1111-1111-1111"


@pytest.fixture
async def talk(gateway):
    """A customer who waits for a person, with a case."""
    talk = await gateway.talk()
    await talk.say("I was charged twice")
    now = datetime.now(UTC)
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.holder, conversation.tracking_number = WAITING, NUMBER
        conversation.expects = "remedy"
        case = Case(NUMBER, Complaint("I was charged twice", name="Kim"), "en", "web", now)
        case.hand_over(Handoff(now, "the customer asked for a person"), now + timedelta(days=1))
        unit.cases.add(case, talk.id)
        unit.conversations.save(conversation)
    return talk


def case_of(gateway):
    with gateway.store.view() as unit:
        return unit.cases.get(NUMBER)


async def test_an_agent_takes_a_conversation_talks_and_hands_it_back(gateway, talk, anna):
    asked_before = list(gateway.engine.texts)
    last = len(await talk.transcript())
    assert (await anna.step(talk.id, "claim")).status_code == 303
    assert (await talk.state())["holder"] == "agent"
    assert await talk.say("are you there?") == []
    assert (await anna.say(talk.id, "Yes, I am.")).status_code == 303
    assert gateway.engine.texts == asked_before
    assert (await anna.step(talk.id, "hand-back", note="Charge 2 is ours")).status_code == 303
    joined, customer, agent, left, question = await talk.transcript(after=last)
    assert joined[0] == left[0] == "system" and "Anna" in joined[1] and "Anna" in left[1]
    assert customer == ("customer", "are you there?")
    assert agent == ("agent", "Yes, I am.")
    # the question that was open comes again
    assert question == ("assistant", "[en] echo I was charged twice")
    state = await talk.state()
    assert (state["holder"], state["expects"]) == ("assistant", "remedy")
    assert await talk.say("a refund") == ["[en] echo a refund"]
    with gateway.store.view() as unit:
        (stretch,) = unit.holdings.of_conversation(talk.id)
        assert (stretch.ended_by, stretch.note) == ("handed_back", "Charge 2 is ours")
    assert "Charge 2 is ours" not in " ".join(text for _, text in await talk.transcript())


async def test_taking_a_conversation_keeps_what_was_promised_to_whoever_waits(gateway, talk, anna):
    await anna.step(talk.id, "claim")
    case = case_of(gateway)
    assert all(handoff.taken_at for handoff in case.handoffs)
    assert [promise.what for promise in case.promises if promise.kept_at] == ["call_back"]


async def test_of_two_who_take_a_conversation_at_once_one_has_it(gateway, talk, anna, bo):
    answers = await asyncio.gather(*(desk.step(talk.id, "claim") for desk in (anna, bo)))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    loser = answers[[answer.status_code for answer in answers].index(409)]
    assert "Somebody else has this conversation" in words_of(loser.text)
    with gateway.store.view() as unit:
        assert len(unit.holdings.of_conversation(talk.id)) == 1


async def test_the_first_word_takes_a_conversation_and_nobody_else_gets_a_word_in(gateway, talk, anna, bo):
    assert (await anna.say(talk.id, "Hello, this is Anna.")).status_code == 303
    refused = await bo.say(talk.id, "And this is <Bo>.")
    assert refused.status_code == 409
    said = [text for sender, text in await talk.transcript() if sender == "agent"]
    assert said == ["Hello, this is Anna."]
    assert (await bo.step(talk.id, "hand-back")).status_code == 409


async def test_the_same_word_sent_again_is_said_once(talk, anna):
    for _ in range(2):
        assert (await anna.say(talk.id, "Once only.", word_id="x")).status_code == 303
    assert [text for sender, text in await talk.transcript() if sender == "agent"] == ["Once only."]


async def test_what_the_assistant_had_begun_to_say_does_not_interrupt_an_agent(gateway, talk, anna):
    gateway.engine.gate.clear()
    answering = asyncio.create_task(talk.say("hurry"))
    while "hurry" not in gateway.engine.texts:
        await asyncio.sleep(0.01)
    await anna.step(talk.id, "claim")
    gateway.engine.gate.set()
    assert await answering == []


async def test_nor_does_word_of_an_outage(gateway, talk, anna):
    gateway.engine.gate.clear()
    writing = asyncio.create_task(talk.post("hurry"))
    while "hurry" not in gateway.engine.texts:
        await asyncio.sleep(0.01)
    await anna.step(talk.id, "claim")
    gateway.engine.down = True
    gateway.engine.gate.set()
    assert (await writing).json()["messages"] == []
    await anna.say(talk.id, "I am here.")
    *_, customer, joined, agent = await talk.transcript()
    assert (customer, joined[0], agent) == (("customer", "hurry"), "system", ("agent", "I am here."))


async def test_asking_for_a_person_again_takes_a_conversation_from_nobody(gateway, talk, anna):
    await anna.step(talk.id, "claim")
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        assert not happens(ASKED_FOR_PERSON, conversation, datetime.now(UTC))
        unit.conversations.save(conversation)
    queue = words_of(await anna.see())
    assert "Nobody is waiting." in queue and "With agents" in queue and "Anna" in queue


async def test_an_agent_who_goes_away_leaves_a_promise_and_the_first_word_afterwards_counts(
    gateway, talk, anna, bo
):
    await anna.step(talk.id, "claim")
    operator, later = profile("jive_ca"), datetime.now(UTC) + timedelta(minutes=16)
    Abandoned(gateway.store, operator, timedelta(minutes=20), lambda: later).tick()
    assert (await talk.state())["holder"] == "agent"
    Abandoned(gateway.store, operator, timedelta(minutes=15), lambda: later).tick()
    assert (await talk.state())["holder"] == "waiting"
    sender, told = (await talk.transcript())[-1]
    assert sender == "system" and "Anna can’t go on" in told
    assert [promise.what for promise in case_of(gateway).promises if not promise.kept_at] == ["call_back"]
    with gateway.store.view() as unit:
        assert [stretch.ended_by for stretch in unit.holdings.of_conversation(talk.id)] == ["abandoned"]
    # the assistant goes on meanwhile, and another agent takes it
    assert await talk.say("hello?") == ["[en] echo hello?"]
    assert (await bo.say(talk.id, "Bo here.")).status_code == 303


async def test_an_agent_who_looks_at_a_conversation_is_not_away(gateway, talk, anna):
    await anna.step(talk.id, "claim")
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.agent_seen_at -= timedelta(minutes=30)
        unit.conversations.save(conversation)
    await anna.see(f"/desk/conversations/{talk.id}")
    operator = profile("jive_ca")
    Abandoned(gateway.store, operator, timedelta(minutes=15), lambda: datetime.now(UTC)).tick()
    assert (await talk.state())["holder"] == "agent"


@pytest.mark.parametrize("language", ["en", "fr", "it"])
async def test_by_text_an_agents_words_go_out_once_with_who_it_is(gateway, anna, language):
    talk = await gateway.talk(language)
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.channel, conversation.holder = "sms", WAITING
        unit.conversations.save(conversation)
        texter = unit.texters.get("+16135550123")
        texter.begin(talk.id)
        unit.texters.save(texter)
    await anna.step(talk.id, "claim")
    assert outbox_of(gateway.store) == []
    await anna.say(talk.id, "Bonjour!", "w1")
    with gateway.store.unit() as unit:
        # what the system says of itself meanwhile is texted by whoever says it
        unit.messages.add(talk.id, "system", "Your file is too large.", datetime.now(UTC))
    await anna.say(talk.id, "Ça va?", "w2")
    await anna.step(talk.id, "hand-back")
    first, second, last = outbox_of(gateway.store)
    joined, word = first.text.split("\n")
    assert "Anna" in joined and word == "Bonjour!" and second.text == "Ça va?"
    assert "Anna" in last.text and "Ça va?" not in last.text
    assert {notice.to for notice in (first, second, last)} == {"+16135550123"}
    assert all(
        notice.key.startswith("sms:") and notice.language == language for notice in (first, second, last)
    )


async def test_nothing_is_said_to_whoever_wants_no_texts(gateway, anna):
    talk = await gateway.talk()
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.channel, conversation.holder = "sms", WAITING
        unit.conversations.save(conversation)
        unit.texters.get("+16135550123")
        unit.texters.save(Texter("+16135550123", talk.id, opted_out_at=datetime.now(UTC)))
    refused = await anna.say(talk.id, "Hello?")
    assert refused.status_code == 409 and "wants no more texts" in words_of(refused.text)
    assert "Hello?" in refused.text
    assert outbox_of(gateway.store) == [] and (await talk.state())["holder"] == "waiting"


def test_a_conversation_that_is_not_there_is_no_agents(store):
    handoffs = Handoffs(store, profile("jive_ca"), lambda: datetime.now(UTC))
    with pytest.raises(LookupError):
        handoffs.release("nowhere")


async def test_a_call_is_shown_and_can_be_taken_only_when_it_is_over(gateway, anna):
    talk, now = await gateway.talk(), datetime.now(UTC)
    call = Call("CA1", talk.id, "+16135550123", None, now, now)
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.channel, conversation.holder = "voice", WAITING
        unit.conversations.save(conversation)
        unit.calls.add(call)
    page = words_of(await anna.see(f"/desk/conversations/{talk.id}"))
    assert (
        "talking with the assistant" in page
        and "613-555-0123" in page
        and "Take this conversation" not in page
    )
    refused = await anna.step(talk.id, "claim")
    assert refused.status_code == 409 and "The call goes on" in words_of(refused.text)
    call.ended_at = now
    with gateway.store.unit() as unit:
        unit.calls.save(call)
    assert (await anna.step(talk.id, "claim")).status_code == 303
    refused = await anna.say(talk.id, "Can you hear me?")
    assert refused.status_code == 409 and "would not be heard" in words_of(refused.text)
    assert not [text for sender, text in await talk.transcript() if sender == "agent"]


async def test_an_agent_sees_at_a_glance_what_there_is_to_know(gateway, talk, anna):
    now = datetime(2026, 5, 15, 15, 0, tzinfo=UTC)
    with gateway.store.unit() as unit:
        unit.conversations.get(talk.id)
        case = unit.cases.get(NUMBER)
        case.verified, case.account_number, case.complaint.remedy = True, "10031865", "My money back"
        case.complaint.natures = [Nature("billing", "duplicate_charge", "internet")]
        case.complaint.events = [Event("2026-03-05", "day", "Charged twice")]
        case.complaint.circumstances = ("hardship",)
        case.handoffs.append(Handoff(now, "safety: violence"))
        case.offer(Offer("correction", 4115, ("C1",), now))
        case.answer_offer(False, now)
        case.promise(Promise("answer", now), now)
        case.note(now, "assistant", "ccts_notice", "en")
        unit.cases.save(case)
    page = words_of(await anna.see(f"/desk/conversations/{talk.id}"))
    for told in (
        "Kim Verified by a one-time code Account 10031865",
        "Violence Hardship",
        "being charged twice (internet service) I was charged twice",
        "March 5, 2026 – Charged twice",
        "My money back",
        "Correction $41.15: refused",
        "Answer: due May 15, 2026",
        "Told about the CCTS Yes, on May 15, 2026",
    ):
        assert told in page, told


async def test_the_page_of_a_conversation_tells_what_happens_as_it_happens(gateway, talk, anna):
    services = gateway.app.state.services
    with gateway.store.view() as unit:
        agent, _ = unit.agents.by_email(anna.email)
    with gateway.store.unit() as unit:
        unit.agent_sessions.add(AgentSession("h", agent.id, datetime.now(UTC) + timedelta(hours=1)))
    who = SignedIn(agent, "h", "t")
    wording = Wording("en", ZoneInfo("America/Toronto"))
    last = len(await talk.transcript())
    events = conversation_events(services, who, wording, talk.id, last)
    kinds = [(await anext(events)).split("\n")[0] for _ in range(2)]
    assert kinds == ["event: actions", "event: facts"]
    await anna.say(talk.id, "Hello")
    told = [await anext(events) for _ in range(3)]
    assert "Anna from" in told[0] and "Hello" in told[1] and "You have this conversation" in told[2]
    with gateway.store.unit() as unit:
        unit.agent_sessions.revoke("h", datetime.now(UTC))
    rest = [event async for event in events]
    assert rest[-1].startswith("event: over")
