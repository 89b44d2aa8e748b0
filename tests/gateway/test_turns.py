"""Each message is kept first and answered once, in order, however often things break."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest

from bot.gateway import turns
from bot.gateway.errors import words
from bot.languages import LANGUAGES
from bot.languages.wording import render
from bot.store import StoreError
from tests.gateway.fakes import FakeEngine, until

OUTAGE = "I can’t answer right now"


def outages(transcript: list[tuple[str, str]]) -> int:
    return sum(sender == "system" and OUTAGE in text for sender, text in transcript)


async def test_a_conversation_begins_with_a_greeting_and_goes_on_by_turns(gateway):
    talk = await gateway.talk("fr")
    greeted = {"language": "fr", "expects": "open", "holder": "assistant", "case": None, "status": None}
    assert talk.begun["state"] == greeted
    assert await talk.say("Bonjour") == ["[fr] echo Bonjour"]
    assert await talk.transcript() == [
        ("assistant", "[fr] greet"),
        ("customer", "Bonjour"),
        ("assistant", "[fr] echo Bonjour"),
    ]


async def test_without_a_language_the_greeting_is_open_to_any(gateway):
    talk = await gateway.talk(None)
    assert [message["text"] for message in talk.begun["messages"]] == ["[en] greet_any"]
    with gateway.store.view() as unit:
        assert not unit.conversations.get(talk.id).language_settled


async def test_a_turn_hands_the_engine_what_it_needs(start):
    async with start(allow_today=True) as gateway:
        begun = (
            await gateway.client.post("/api/chat", json={"language": "it", "today": "2026-03-05"})
        ).json()
        await gateway.client.post(
            f"/api/chat/{begun['conversation']}/messages",
            json={"id": "a", "text": "ieri"},
            headers={"Authorization": f"Bearer {begun['token']}"},
        )
        [turn] = gateway.engine.turns
        assert (turn.text, turn.language, turn.channel, turn.today) == ("ieri", "it", "web", "2026-03-05")
        assert turn.asked == "open"


async def test_words_and_state_follow_what_the_actions_changed(gateway):
    talk = await gateway.talk("en")

    def change_language(turn):
        with gateway.store.unit() as unit:
            conversation = unit.conversations.get(turn.conversation)
            conversation.language, conversation.expects = "fr", "service"
            unit.conversations.save(conversation)
        return [{"reply": "ask_service", "choices": ["internet"]}]

    gateway.engine.on_turn = change_language
    answer = (await talk.post("français svp")).json()
    assert answer["messages"][0]["text"] == "[fr] ask_service"
    assert answer["messages"][0]["choices"] == [{"label": "internet", "value": "internet"}]
    assert (answer["state"]["language"], answer["state"]["expects"]) == ("fr", "service")


@pytest.mark.parametrize(
    "replies, said",
    [
        ([], ["[en] not_understood"]),
        ([{"reply": "no_such_reply"}], ["[en] not_understood"]),
        ([{"reply": "no_such_reply"}, {"reply": "thanks"}], ["[en] thanks"]),
    ],
)
async def test_silence_and_missing_words_never_reach_the_customer(gateway, replies, said):
    talk = await gateway.talk()
    gateway.engine.on_turn = lambda turn: replies
    assert await talk.say("hm") == said


async def test_the_same_id_again_is_answered_the_same_and_done_once(gateway):
    talk = await gateway.talk()
    first = (await talk.post("hello", "same")).json()
    assert (await talk.post("hello", "same")).json() == first
    assert gateway.engine.texts == ["hello"]
    assert len(await talk.transcript()) == 3


async def test_the_same_id_twice_at_once_is_done_once_and_both_hear_the_answer(gateway):
    talk = await gateway.talk()
    answers = await asyncio.gather(*(talk.post("hello", "same") for _ in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert len(gateway.engine.turns) == 1


async def test_the_same_id_at_once_through_two_processes_is_done_once(start):
    engine = FakeEngine()
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(start(engine)) for _ in range(2)]
        talk = await one.talk()
        engine.gate.clear()
        both = asyncio.gather(talk.post("hello", "same"), other.seen_by(talk).post("hello", "same"))
        await asyncio.sleep(0.2)
        engine.gate.set()
        first, second = await both
        assert first.json() == second.json()
        assert first.json()["messages"][0]["text"] == "[en] echo hello"
        assert len(engine.turns) == 1


async def test_messages_sent_at_once_through_two_processes_run_one_at_a_time_in_order(start):
    engine = FakeEngine()
    running = most = 0

    async def slowly(turn):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1
        return await FakeEngine.answer(engine, turn)

    engine.answer = slowly
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(start(engine)) for _ in range(2)]
        talk = await one.talk()
        ends = [talk, other.seen_by(talk)]
        await asyncio.gather(*(ends[number % 2].say(f"{number}", f"id-{number}") for number in range(8)))
        customer = [text for sender, text in await talk.transcript() if sender == "customer"]
        assert engine.texts == customer
        assert sorted(customer) == [f"{number}" for number in range(8)]
        assert most == 1


async def test_different_conversations_do_not_wait_for_each_other(gateway):
    slow, quick = await gateway.talk(), await gateway.talk()
    gateway.engine.gate.clear()
    waiting = asyncio.create_task(slow.say("slow"))
    await until(lambda: gateway.engine.turns)
    gateway.engine.gate.set()
    assert await quick.say("quick") == ["[en] echo quick"]
    assert await waiting == ["[en] echo slow"]


async def test_an_engine_that_is_down_is_told_once_and_the_answers_follow_in_order(gateway):
    talk = await gateway.talk("en")
    gateway.engine.down = True
    [told] = await talk.say("first")
    assert OUTAGE in told and "866-671-0111" in told
    assert await talk.say("second") == []
    await asyncio.sleep(0.2)
    assert outages(await talk.transcript()) == 1

    gateway.engine.down = False

    async def all_answered():
        return [text for sender, text in await talk.transcript() if sender == "assistant"][1:] == [
            "[en] echo first",
            "[en] echo second",
        ]

    await until(all_answered)
    assert outages(await talk.transcript()) == 1
    assert await talk.say("third") == ["[en] echo third"]


@pytest.mark.parametrize("language, words", [("fr", "Votre message est conservé"), ("it", "è conservato")])
async def test_the_outage_is_told_in_the_customers_language(gateway, language, words):
    talk = await gateway.talk(language)
    gateway.engine.down = True
    assert words in (await talk.say("?"))[0]


async def test_the_same_id_during_an_outage_hears_the_same(gateway):
    talk = await gateway.talk()
    gateway.engine.down = True
    first, second = await asyncio.gather(talk.post("hello", "same"), talk.post("hello", "same"))
    assert first.json()["messages"] == second.json()["messages"]
    assert [message["from"] for message in first.json()["messages"]] == ["system"]


async def test_while_it_is_known_that_the_engine_is_down_nobody_waits_for_it(gateway):
    one, other = await gateway.talk(), await gateway.talk()
    gateway.engine.down = True
    await one.say("hello")
    asked = len(gateway.engine.turns)
    assert OUTAGE in (await other.say("hello"))[0]
    assert len(gateway.engine.turns) == asked


async def test_a_second_outage_is_told_again(gateway):
    talk = await gateway.talk()
    for number in (1, 2):
        gateway.engine.down = True
        await talk.say(f"message {number}")
        gateway.engine.down = False
        await until(lambda number=number: answered(gateway, talk, number))
    assert outages(await talk.transcript()) == 2


async def answered(gateway, talk, number):
    return ("assistant", f"[en] echo message {number}") in await talk.transcript()


async def test_a_turn_that_can_never_be_done_is_given_up_and_the_next_goes_on(gateway, monkeypatch):
    monkeypatch.setattr(turns, "LONGEST_PAUSE_SECONDS", 0.02)
    talk = await gateway.talk()
    gateway.engine.failing = True
    assert OUTAGE in (await talk.say("poison"))[0]

    async def given_up():
        return any("other words" in text for _, text in await talk.transcript())

    await until(given_up)
    assert len(gateway.engine.turns) == turns.TRIES
    gateway.engine.failing = False
    assert await talk.say("hello") == ["[en] echo hello"]


async def test_what_a_crash_left_is_answered_by_the_next_process_when_the_lease_ends(start, store):
    async with start() as gateway:
        talk = await gateway.talk()
        now = datetime.now(UTC)
        with store.unit() as unit:
            inbound, _ = unit.inbound.receive(talk.id, "m-1", "left behind", now)
            assert unit.inbound.claim_next(talk.id, "a dead process", now, timedelta(seconds=0.4))
        await asyncio.sleep(0.2)
        assert gateway.engine.turns == []

        async def is_answered():
            return ("assistant", "[en] echo left behind") in await talk.transcript()

        await until(is_answered)
        assert gateway.engine.turns[0].turn == inbound.id
        assert await talk.say("left behind", "m-1") == ["[en] echo left behind"]


async def test_an_answer_that_comes_after_the_lease_does_not_stand_beside_the_first(gateway):
    talk = await gateway.talk()

    def answered_meanwhile(turn):
        with gateway.store.unit() as unit:
            now = datetime.now(UTC)
            unit.messages.add(talk.id, "assistant", "by another process", now, answers=turn.turn)
            unit.inbound.answered(turn.turn, now)

    gateway.engine.on_turn = answered_meanwhile
    assert await talk.say("hello") == ["by another process"]


async def test_a_message_whose_answer_could_not_be_stored_is_taken_up_again(gateway, monkeypatch):
    talk = await gateway.talk()
    store_answer = turns.Turns._store_answer
    failures = iter([True])

    def fail_once(self, *arguments):
        if next(failures, False):
            raise StoreError("disk full")
        return store_answer(self, *arguments)

    monkeypatch.setattr(turns.Turns, "_store_answer", fail_once)
    assert (await talk.post("hello", "m")).status_code == 503
    assert await talk.say("hello", "m") == ["[en] echo hello"]
    assert {turn.turn for turn in gateway.engine.turns} == {gateway.engine.turns[0].turn}


async def test_while_an_agent_holds_the_conversation_the_engine_is_not_called(gateway):
    talk = await gateway.talk()
    with gateway.store.unit() as unit:
        conversation = unit.conversations.get(talk.id)
        conversation.holder = "agent"
        unit.conversations.save(conversation)
    assert await talk.say("to the agent") == []
    assert gateway.engine.turns == []
    assert (await talk.transcript())[-1] == ("customer", "to the agent")
    assert (await talk.state())["holder"] == "agent"


@pytest.mark.parametrize(
    "language, text, kept, word",
    [
        ("en", "my card is 4111 1111 1111 1111", "my card is [•••]", "payment card"),
        ("fr", "mon NAS est 046 454 286", "mon NAS est [•••]", "assurance sociale"),
        ("it", "la carta 5555555555554444", "la carta [•••]", "carta di pagamento"),
    ],
)
async def test_numbers_nobody_may_keep_are_struck_out_before_anything_is_stored(
    gateway, language, text, kept, word
):
    talk = await gateway.talk(language)
    notice, reply = await talk.say(text)
    assert word in notice and reply == f"[{language}] echo {kept}"
    assert [sender for sender, _ in await talk.transcript()] == [
        "assistant",
        "customer",
        "system",
        "assistant",
    ]
    assert gateway.engine.texts == [kept]
    database = b"".join(
        path.read_bytes() for path in gateway.app.state.services.settings.data_dir.glob("recourse.db*")
    )
    assert kept.encode() in database and text.encode() not in database


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reply", ["greet", "greet_any", "not_understood"])
def test_what_the_gateway_says_by_itself_has_words_in_every_pack(language, reply):
    assert render({"reply": reply, "values": {"provider": "Us"}, "choices": []}, language, "web").text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "my one-time code is 482913"),
        ("fr", "mon code à usage unique est le 482913"),
        ("it", "il mio codice monouso è 482913"),
    ],
)
async def test_a_one_time_code_is_kept_only_while_it_is_asked_for(gateway, language, said):
    talk = await gateway.talk(language)
    struck, notice = f"{said[:-6]}[•••]", words(language, "redacted_code")
    await talk.say(said)
    assert gateway.engine.texts == [struck]
    assert ("system", notice) in await talk.transcript()
    for asked, set_aside in (("code", ()), ("person", ("code",))):
        with gateway.store.unit() as unit:
            conversation = unit.conversations.get(talk.id)
            conversation.expects, conversation.set_aside = asked, set_aside
            unit.conversations.save(conversation)
        await talk.say(said)
        assert gateway.engine.texts[-1] == said
