"""Calls over a WebSocket: the same dialogue, with every message in the carrier's shape."""

from __future__ import annotations

import random
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import fromstring

import pytest
from twilio.request_validator import RequestValidator

from bot.gateway import turns
from bot.gateway.voice import prompts, relay
from bot.languages import pack
from bot.settings import Secret
from tests.gateway.fakes import Gateway, until
from tests.gateway.sockets import Closed, Socket
from tests.gateway.test_voice import Heard

TOKEN = "auth-token-of-the-tests"
BASE = "https://care.example.com"
SOCKET = "wss://care.example.com/twilio/voice/relay"
SID = "CA" + "1" * 32
WORDS = {language: pack(language, "voice") for language in ("en", "fr", "it")}


@pytest.fixture
async def gateway(start) -> AsyncIterator[Gateway]:
    settings = {"twilio_auth_token": Secret(TOKEN), "public_url": BASE, "voice_mode": "relay"}
    async with start(**settings, handoff_number="+14165550111") as started:
        yield started


async def post(gateway: Gateway, address: str = f"{BASE}/twilio/voice", **told: str) -> str:
    form = {"CallSid": SID, "From": "+14165550123", "To": "+18665550100", **told}
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": RequestValidator(TOKEN).compute_signature(address, form),
    }
    path = address.removeprefix(BASE)
    response = await gateway.client.post(path, content=urlencode(form), headers=headers)
    assert response.status_code == 200, response.text
    return response.text


def connect(gateway: Gateway, signature: str | None = None) -> Socket:
    signed = RequestValidator(TOKEN).compute_signature(SOCKET, {}) if signature is None else signature
    return Socket(gateway.app, "/twilio/voice/relay", {"x-twilio-signature": signed})


async def set_up(socket: Socket, **parameters: str) -> None:
    await socket.send(
        {
            "type": "setup",
            "sessionId": "VX" + "1" * 32,
            "callSid": SID,
            "from": "+14165550123",
            "to": "+18665550100",
            "direction": "inbound",
            "customParameters": parameters,
        }
    )


async def spoken(socket: Socket) -> list[dict[str, Any]]:
    """Everything sent up to the last token of a talk, or the end."""
    found = []
    while True:
        message = await socket.receive()
        found.append(message)
        if message["type"] == "end" or message.get("last"):
            return found


def words(messages: list[dict[str, Any]]) -> str:
    return " ".join(message["token"] for message in messages if message["type"] == "text")


async def say(socket: Socket, text: str) -> list[dict[str, Any]]:
    await socket.send({"type": "prompt", "voicePrompt": text, "lang": "en-US", "last": True})
    return await spoken(socket)


async def press(socket: Socket, keys: str) -> list[dict[str, Any]]:
    for key in keys:
        await socket.send({"type": "dtmf", "digit": key})
    return await spoken(socket)


async def test_the_call_is_connected_to_the_socket(gateway) -> None:
    twiml = await post(gateway, CallStatus="ringing")
    assert f'url="{SOCKET}"' in twiml and "dtmfDetection" in twiml
    assert all(f'code="{WORDS[language]["speaker"]["language"]}"' in twiml for language in WORDS)


async def test_likely_words_of_every_question_are_told_once(gateway) -> None:
    relay = next(fromstring(await post(gateway, CallStatus="ringing")).iter("ConversationRelay"))
    hints = (relay.get("hints") or "").split(", ")
    assert len(hints) == len(set(hints))
    for language in WORDS:
        for question in ("always", "open", "confirm", "event"):
            assert set(WORDS[language]["hints"][question]) <= set(hints)


async def test_a_complaint_is_told_over_the_socket(gateway) -> None:
    async with connect(gateway) as socket:
        await set_up(socket)
        menu = await spoken(socket)
        assert [message.get("lang") for message in menu if message["type"] == "text"] == [
            "en-US",
            "fr-CA",
            "it-IT",
        ]
        greeting = await press(socket, "2")
        assert {"type": "language", "ttsLanguage": "fr-CA", "transcriptionLanguage": "fr-CA"} in greeting
        await socket.send(
            {"type": "interrupt", "utteranceUntilInterrupt": "Bon", "durationUntilInterruptMs": 4}
        )
        await socket.send({"type": "prompt", "voicePrompt": "mon int", "last": False})
        assert "mon internet est en panne" in words(await say(socket, "mon internet est en panne"))
    assert gateway.engine.texts == ["mon internet est en panne"]


async def test_numbers_are_gathered_until_pound(gateway) -> None:
    async with connect(gateway) as socket:
        await set_up(socket)
        await spoken(socket)
        await press(socket, "1")
        with gateway.store.unit() as unit:
            conversation = unit.conversations.get(unit.calls.get(SID).conversation_id)
            conversation.expects = "account"
            unit.conversations.save(conversation)
        await press(socket, "*")
        await press(socket, "10031865#")
    assert gateway.engine.texts == ["10031865"]


async def test_silence_is_noticed(gateway, monkeypatch) -> None:
    monkeypatch.setattr(prompts, "USUAL_SECONDS", 0.1)
    monkeypatch.setattr(relay, "CHARACTERS_A_SECOND", 100_000)
    async with connect(gateway) as socket:
        await set_up(socket)
        await spoken(socket)
        await press(socket, "1")
        assert WORDS["en"]["again"].split(".")[0] in words(await spoken(socket))


async def test_a_person_is_reached_after_the_session(gateway) -> None:
    gateway.engine.on_turn = lambda _: [{"reply": "person_waiting", "values": {}, "choices": []}]
    async with connect(gateway) as socket:
        await set_up(socket)
        await spoken(socket)
        await press(socket, "1")
        end = (await press(socket, "0"))[-1]
    assert end["type"] == "end"
    twiml = await post(
        gateway, f"{BASE}/twilio/voice?for=relay", HandoffData=end["handoffData"], SessionStatus="ended"
    )
    assert WORDS["en"]["transferring"].split(".")[0] in twiml and "<Number" in twiml
    back = await post(gateway, f"{BASE}/twilio/voice?turn=3&for=transfer", DialCallStatus="no-answer")
    assert "person waiting" in back and 'name="resumed"' in back
    async with connect(gateway) as socket:
        await set_up(socket, resumed="true")
        gateway.engine.on_turn = lambda turn: None
        assert "I am still here" in words(await say(socket, "I am still here"))


async def test_a_session_that_breaks_goes_on_turn_by_turn(gateway) -> None:
    async with connect(gateway) as socket:
        await set_up(socket)
        await spoken(socket)
        await press(socket, "1")
    twiml = await post(gateway, f"{BASE}/twilio/voice?for=relay", SessionStatus="failed")
    assert "<Gather" in twiml and WORDS["en"]["open"].split(",")[0] in twiml


@pytest.mark.parametrize("signature", ["", "forged", "bm90IHRoZSBzaWduYXR1cmU="])
async def test_a_forged_socket_is_closed(gateway, signature) -> None:
    with pytest.raises(Closed):
        async with connect(gateway, signature) as socket:
            await set_up(socket)
    with gateway.store.view() as unit:
        assert unit.calls.get(SID) is None


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "no json",
        "[]",
        '"text"',
        "{}",
        '{"type": 3}',
        '{"type": "dtmf"}',
        '{"type": "dtmf", "digit": "12"}',
        '{"type": "dtmf", "digit": "A"}',
        '{"type": "dtmf", "digit": 1}',
        '{"type": "prompt"}',
        '{"type": "prompt", "voicePrompt": ["my", "bill"]}',
        '{"type": "a message of tomorrow", "voicePrompt": "no"}',
        '{"type": "error", "description": "Invalid message received"}',
        pytest.param("[" * 15_000, id="deep"),
        pytest.param('{"type": "prompt", "voicePrompt": "%s"}' % ("no " * 10_000), id="long"),
        b"not text",
    ],
)
async def test_nonsense_does_not_end_the_call(gateway, nonsense) -> None:
    async with connect(gateway) as socket:
        await set_up(socket)
        await spoken(socket)
        await press(socket, "1")
        await socket.send(nonsense)
        assert "my bill" in words(await say(socket, "my bill"))
    assert gateway.engine.texts == ["my bill"]


@pytest.fixture
def impatient(monkeypatch) -> None:
    """Nobody is waited for."""
    for name in ("USUAL_SECONDS", "SLOW_SECONDS"):
        monkeypatch.setattr(prompts, name, 0.05)
    monkeypatch.setattr(relay, "CHARACTERS_A_SECOND", 100_000)


async def begin(socket: Socket, key: str = "1") -> None:
    await set_up(socket)
    await spoken(socket)
    await press(socket, key)


async def after_session(gateway: Gateway, end: dict[str, Any] | None = None) -> Heard:
    """What the carrier is told when a session has ended, or broken off."""
    told = {"HandoffData": end["handoffData"]} if end and "handoffData" in end else {}
    status = "ended" if end else "failed"
    return Heard(
        fromstring(await post(gateway, f"{BASE}/twilio/voice?for=relay", SessionStatus=status, **told))
    )


async def test_silence_climbs_to_an_offer_and_ends_the_call(gateway, impatient) -> None:
    async with connect(gateway) as socket:
        await begin(socket)
        heard = [await spoken(socket) for _ in range(4)]
    for said, expected in zip(heard, ("again", "keypad", "offer_text"), strict=False):
        assert WORDS["en"][expected].split(".")[0] in words(said)
    last = await after_session(gateway, heard[-1][-1])
    assert WORDS["en"]["end_silent"] in last.said
    assert last.verbs[-1] == "Hangup"
    assert gateway.engine.texts == []


def waiting_seconds(message: dict[str, Any]) -> float:
    """How long silence is waited for after a message that came when it was about to count."""
    session = relay._Session(None, None, SID, prompt=prompts.Prompt("en", (), 1), silent_at=0.0)
    assert relay._step(session, message) is None
    return session.silent_at - time.monotonic()


@pytest.mark.parametrize("who", ["agentSpeaking", "clientSpeaking"])
def test_silence_begins_when_nobody_speaks(who) -> None:
    told = {"type": "info", "name": who}
    assert waiting_seconds({**told, "value": "on"}) > 30
    assert prompts.USUAL_SECONDS - 1 < waiting_seconds({**told, "value": "off"}) <= prompts.USUAL_SECONDS


@pytest.mark.parametrize("message", [{"type": "prompt", "last": False}, {"type": "interrupt"}])
def test_whoever_speaks_for_long_is_not_silent(message) -> None:
    assert waiting_seconds({**message, "voicePrompt": "my bill is"}) > prompts.USUAL_SECONDS - 1


async def test_what_a_caller_says_or_presses_is_told_also_while_somebody_speaks(gateway) -> None:
    twiml = await post(gateway, CallStatus="ringing")
    for attribute in ("partialPrompts", "reportInputDuringAgentSpeech", "events"):
        assert attribute in twiml


async def test_an_answer_is_repeated(gateway) -> None:
    async with connect(gateway) as socket:
        await begin(socket)
        answer = words(await say(socket, "my bill"))
        assert words(await press(socket, "*")) == answer
    assert gateway.engine.texts == ["my bill"]


async def test_another_language_is_spoken_and_listened_for(gateway) -> None:
    def on_turn(turn):
        with gateway.store.unit() as unit:
            conversation = unit.conversations.get(turn.conversation)
            conversation.language = "it"
            unit.conversations.save(conversation)

    gateway.engine.on_turn = on_turn
    async with connect(gateway) as socket:
        await begin(socket)
        switched = await press(socket, "8")
    assert gateway.engine.texts == [WORDS["en"]["language_words"]]
    assert {"type": "language", "ttsLanguage": "it-IT", "transcriptionLanguage": "it-IT"} in switched
    assert {message["lang"] for message in switched if message["type"] == "text"} == {"it-IT"}


async def test_slower_is_spoken_slowly_from_then_on(gateway) -> None:
    async with connect(gateway) as socket:
        await begin(socket)
        end = (await press(socket, "9"))[-1]
    assert end == {"type": "end"}
    slowly = await after_session(gateway, end)
    assert WORDS["en"]["slower"] in slowly.said
    assert slowly.attribute("prosody", "rate") == "80%"
    told = {"SpeechResult": "my bill is wrong", "Confidence": "0.9"}
    answer = Heard(fromstring(await post(gateway, slowly.goes_on_at, **told)))
    assert "my bill is wrong" in answer.said
    assert answer.attribute("prosody", "rate") == "80%"


async def test_what_is_said_after_a_break_is_heard(gateway) -> None:
    async with connect(gateway) as socket:
        await begin(socket)
    asked = await after_session(gateway)
    told = {"SpeechResult": "my bill is wrong", "Confidence": "0.9"}
    answer = Heard(fromstring(await post(gateway, asked.goes_on_at, **told)))
    assert "my bill is wrong" in answer.said
    silence = Heard(fromstring(await post(gateway, answer.redirect)))
    assert silence.verbs == ["Gather", "Redirect"]
    assert gateway.engine.texts == ["my bill is wrong"]


async def test_a_second_connection_goes_on_where_the_first_broke(gateway) -> None:
    async with connect(gateway) as socket:
        await begin(socket, "2")
        await say(socket, "ma facture")
    async with connect(gateway) as socket:
        await set_up(socket)
        assert "ma facture" in words(await spoken(socket))
        await say(socket, "elle est fausse")
    assert gateway.engine.texts == ["ma facture", "elle est fausse"]


async def test_a_connection_that_was_lost_unnoticed_no_longer_counts(gateway) -> None:
    """Else the silence on it would be taken for the caller's, who is heard elsewhere."""
    async with connect(gateway) as lost:
        await begin(lost)
        async with connect(gateway) as second:
            await set_up(second)
            await spoken(second)
            with pytest.raises(Closed):
                await lost.receive()
            assert "my bill" in words(await say(second, "my bill"))
            await after_session(gateway)
            with pytest.raises(Closed):
                await second.receive()


async def test_a_key_pressed_twice_answers_one_question(gateway) -> None:
    question = [{"reply": "question_service", "values": {}, "choices": ["internet", "wireless"]}]
    gateway.engine.on_turn = lambda _: question
    async with connect(gateway) as socket:
        await begin(socket)
        await say(socket, "it does not work")
        gateway.engine.gate.clear()
        for _ in range(2):
            await socket.send({"type": "dtmf", "digit": "2"})
            await until(lambda: len(gateway.engine.turns) == 2)
        gateway.engine.gate.set()
        await spoken(socket)
        await say(socket, "since monday")
    assert gateway.engine.texts == ["it does not work", "wireless", "since monday"]


async def test_what_is_said_while_an_answer_is_worked_on_is_answered_next(gateway) -> None:
    async with connect(gateway) as socket:
        await begin(socket)
        gateway.engine.gate.clear()
        for text in ("my bill is wrong", "and my television too"):
            await socket.send({"type": "prompt", "voicePrompt": text, "lang": "en-US", "last": True})
        await until(lambda: gateway.engine.turns)
        gateway.engine.gate.set()
        assert "my bill is wrong" in words(await spoken(socket))
        assert "and my television too" in words(await spoken(socket))


async def test_a_person_can_be_asked_for_while_an_answer_is_worked_on(gateway) -> None:
    async with connect(gateway) as socket:
        await begin(socket)
        gateway.engine.gate.clear()
        await socket.send({"type": "prompt", "voicePrompt": "my bill is wrong", "last": True})
        await until(lambda: gateway.engine.turns)
        await socket.send({"type": "dtmf", "digit": "0"})
        gateway.engine.gate.set()
        await spoken(socket)
        await spoken(socket)
    assert gateway.engine.texts == ["my bill is wrong", WORDS["en"]["person_words"]]


async def test_an_engine_that_is_down_is_waited_for(gateway, monkeypatch) -> None:
    """That it is down is known at once; it is back later than so many looks at it would take."""
    monkeypatch.setattr(turns, "PULSE_SECONDS", 1.0)
    gateway.app.state.services.calls.hold_after_seconds = 0.5
    gateway.engine.down = True
    async with connect(gateway) as socket:
        await begin(socket)
        held = words(await say(socket, "my bill is wrong"))
        assert "technical problem" in held
        gateway.engine.down = False
        assert "my bill is wrong" in words(await spoken(socket))


async def test_a_caller_is_not_kept_waiting_for_ever(gateway) -> None:
    gateway.app.state.services.calls.hold_after_seconds = 0.02
    gateway.engine.down = True
    async with connect(gateway) as socket:
        await begin(socket)
        heard = await say(socket, "my bill is wrong")
        while heard[-1]["type"] != "end":
            heard = await spoken(socket)
    ringing = await after_session(gateway, heard[-1])
    assert WORDS["en"]["takes_too_long"].split(",")[0] in ringing.said
    assert ringing.verbs[-1] == "Dial"


async def test_a_failure_of_ours_ends_the_session_and_not_the_call(gateway, logged) -> None:
    def fail(_):
        raise RuntimeError("broken on purpose")

    async with connect(gateway) as socket:
        await begin(socket)
        gateway.engine.on_turn = fail
        with pytest.raises(Closed):
            await say(socket, "my bill is wrong")
    assert [entry["error_type"] for entry in logged if entry["event"] == "call.failed"] == ["RuntimeError"]
    gateway.engine.on_turn = lambda _: None
    assert "my bill is wrong" in (await after_session(gateway)).said


async def test_who_hangs_up_while_an_answer_is_worked_on_breaks_nothing(gateway, logged) -> None:
    gateway.app.state.services.calls.hold_after_seconds = 0.02
    async with connect(gateway) as socket:
        await begin(socket)
        gateway.engine.gate.clear()
        await socket.send({"type": "prompt", "voicePrompt": "my bill is wrong", "last": True})
        await until(lambda: gateway.engine.turns)
    gateway.engine.gate.set()
    assert "call.failed" not in [entry["event"] for entry in logged]


async def test_nothing_counts_before_the_call_is_known(gateway) -> None:
    async with connect(gateway) as socket:
        await socket.send({"type": "prompt", "voicePrompt": "my bill", "last": True})
        await socket.send({"type": "dtmf", "digit": "1"})
        await socket.send({"type": "setup", "callSid": None, "from": 14165550123})
        await begin(socket)
        # nor can a connection change over to another call
        await socket.send({"type": "setup", "callSid": "CA" + "2" * 32, "from": "anonymous"})
        await say(socket, "my bill is wrong")
    assert gateway.engine.texts == ["my bill is wrong"]
    with gateway.store.view() as unit:
        assert unit.calls.get("CA" + "2" * 32) is None
        assert unit.calls.get("None") is None
        assert unit.calls.get(SID).caller == "+14165550123"


async def test_a_connection_that_names_no_call_is_closed(gateway, monkeypatch) -> None:
    monkeypatch.setattr(relay, "SETUP_SECONDS", 0.05)
    async with connect(gateway) as socket:
        with pytest.raises(Closed):
            await socket.receive()


async def test_a_number_begun_with_keys_can_be_said_instead(gateway) -> None:
    async with connect(gateway) as socket:
        await begin(socket)
        with gateway.store.unit() as unit:
            conversation = unit.conversations.get(unit.calls.get(SID).conversation_id)
            conversation.expects = "account"
            unit.conversations.save(conversation)
        await press(socket, "*")
        for key in "100":
            await socket.send({"type": "dtmf", "digit": key})
        await say(socket, "10031865")
        await press(socket, "*")
    assert gateway.engine.texts == ["10031865"]


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_comes_in_between_every_word_is_heard_in_order(gateway, seed) -> None:
    chance = random.Random(seed)
    others = [
        {"type": "setup", "callSid": SID, "from": "anonymous"},
        {"type": "prompt", "voicePrompt": "half a wo", "last": False},
        {"type": "prompt", "voicePrompt": "", "last": True},
        {"type": "interrupt", "utteranceUntilInterrupt": "Tell", "durationUntilInterruptMs": "460"},
        {"type": "dtmf", "digit": "#"},
        {"type": "error", "description": "Invalid message received"},
        {"type": "info"},
        {"type": "info", "name": "clientSpeaking", "value": "on"},
        {"type": "info", "name": "agentSpeaking", "value": "off"},
        "{",
        b"{}",
    ]
    said = [f"sentence number {number}" for number in range(12)]
    async with connect(gateway) as socket:
        await begin(socket)
        for text in said:
            for message in chance.choices(others, k=chance.randrange(4)):
                await socket.send(message)
            await socket.send({"type": "prompt", "voicePrompt": text, "lang": "en-US", "last": True})
            if chance.random() < 0.5:
                await spoken(socket)
        await until(lambda: len(gateway.engine.texts) == len(said))
    assert gateway.engine.texts == said
